"""The random numbers of the page, in Python: ``js/engine/random.js``, so that both draw the same networks."""

import math

import numpy as np

from lstm_tutor.types import Array

__all__ = ["PageRandom"]

MASK = 2**32 - 1


class PageRandom:
    """The generator of the widgets' JavaScript, bit for bit.

    Parameters
    ----------
    seed : int from 0 to 2^32 - 1

    Raises
    ------
    ValueError
        Another seed.

    References
    ----------
    xoshiro128** 1.1 of Blackman & Vigna (2018), filled by the SplitMix of Steele, Lea & Flood (2014).
    """

    def __init__(self, seed: int) -> None:
        if not isinstance(seed, int | np.integer) or not 0 <= seed <= MASK:
            raise ValueError(f"PageRandom: expected a seed from 0 to 2^32 - 1, got {seed!r}")
        self._s: list[int] = []
        a = int(seed)
        for _ in range(4):
            a = (a + 0x9E3779B9) & MASK
            z = (a ^ (a >> 16)) * 0x85EBCA6B & MASK
            z = (z ^ (z >> 13)) * 0xC2B2AE35 & MASK
            self._s.append(z ^ (z >> 16))

    def bits(self) -> int:
        """An int from 0 to 2^32 - 1."""
        s = self._s
        result = _rotated(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 9 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = _rotated(s[3], 11)
        return result

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Array:
        """Numbers from `low` to `high`, in the order of the array's rows."""
        unit = [((self.bits() >> 5) * 2**26 + (self.bits() >> 6)) / 2**53 for _ in range(math.prod(shape))]
        return low + (high - low) * np.reshape(unit, shape)

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Numbers of the normal distribution of mean 0 and variance 1. Box & Muller (1958)."""
        pairs = self.uniform(0.0, 1.0, (math.prod(shape), 2))
        return np.reshape(np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1]), shape)


def _rotated(x: int, k: int) -> int:
    return (x << k | x >> (32 - k)) & MASK
