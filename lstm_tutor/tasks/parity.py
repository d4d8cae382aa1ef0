"""Bits whose running parity is asked for at every step: the smallest task that needs a state that can flip."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.tasks.languages import random_signs
from lstm_tutor.types import RNG

__all__ = ["parity"]


def parity(steps: int, batch_size: int, *, rng: RNG = None) -> Batch:
    """Fair random bits; the target at each step is the parity of all bits so far, 1 if an odd number of them was 1.

    Parameters
    ----------
    steps, batch_size : int >= 1
        T and N.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, 2), one-hot bits; targets (T, N) ints, 0 or 1.

    Raises
    ------
    ValueError
        `steps` or `batch_size` is below 1.

    Examples
    --------
    >>> batch = parity(4, 1, rng=3)
    >>> batch.x[:, 0, 1].astype(int).tolist(), batch.targets[:, 0].tolist()
    ([1, 0, 0, 0], [1, 1, 1, 1])
    """
    bits = random_signs("parity", 2, steps, batch_size, rng)
    return Batch(one_hot(bits, 2), np.bitwise_xor.accumulate(bits, axis=0))
