"""Counting: the n-gram model."""

from __future__ import annotations

import collections
from collections.abc import Iterator

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["NGrams", "ngram_bits"]


class NGrams:
    """What follows which symbols, counted: an n-gram model.

    It counts what followed each context of ``order - 1`` symbols, and mixes longer contexts with shorter ones by how
    varied their continuations were (Witten-Bell); the shortest is mixed with the uniform distribution, so that nothing
    is impossible.

    Equation: ``p_k(s | context) = (count(context, s) + d p_{k-1}(s)) / (count(context) + d)``, where d is the number of
    different symbols that followed the context, and ``p_0 = 1 / alphabet_size``.

    Parameters
    ----------
    train : int array (T,)
        Symbols from 0 to alphabet_size - 1, at least one.
    order : int >= 1
        1 is the unigram, 3 the trigram.
    alphabet_size : int

    Raises
    ------
    ValueError
        The sequence holds anything but symbols, or an argument is not as above.

    References
    ----------
    Witten & Bell (1991), IEEE Transactions on Information Theory 37, method C.

    Examples
    --------
    >>> NGrams([0, 1] * 50, 2, 3).probabilities([1]).round(2).tolist()
    [0.99, 0.01, 0.0]
    """

    def __init__(self, train: ArrayLike, order: int, alphabet_size: int) -> None:
        if not isinstance(order, int | np.integer) or order < 1:
            raise ValueError(f"NGrams: expected order >= 1, got {order}")
        self.order, self.alphabet_size = int(order), positive_int("NGrams", "alphabet_size", alphabet_size)
        known = _symbols("NGrams", "train", train, self.alphabet_size)
        if not known:
            raise ValueError("NGrams: expected at least one symbol to learn from, got none")
        self.counts: list[dict[tuple[int, ...], collections.Counter[int]]]
        self.counts = [collections.defaultdict(collections.Counter) for _ in range(order)]
        for k, counts in enumerate(self.counts):
            grams = zip(*(known[j:] for j in range(k + 1)), strict=False)
            for gram, count in collections.Counter(grams).items():
                counts[gram[:-1]][gram[-1]] = count
        self._totals = [{context: count.total() for context, count in counts.items()} for counts in self.counts]

    def probabilities(self, context: ArrayLike) -> Array:
        """Return the probabilities (K,) of what follows a context, ints (T,), of which it sees the last."""
        read = _symbols("NGrams", "context", context, self.alphabet_size)
        p = np.full(self.alphabet_size, 1 / self.alphabet_size)
        for followed, total in self._followed(read, len(read)):
            p *= len(followed)
            p[list(followed)] += list(followed.values())
            p /= total + len(followed)
        return p

    def bits(self, test: ArrayLike) -> float:
        """Return the mean of -log2 p over a sequence, ints (T,)."""
        read = _symbols("NGrams", "test", test, self.alphabet_size)
        if not read:
            raise ValueError("NGrams: expected at least one symbol to test on, got none")
        bits = 0.0
        for t, symbol in enumerate(read):
            p = 1 / self.alphabet_size
            for followed, total in self._followed(read, t):
                p = (followed[symbol] + len(followed) * p) / (total + len(followed))
            bits -= np.log2(p)
        return float(bits / len(read))

    def _followed(self, read: list[int], t: int) -> Iterator[tuple[collections.Counter[int], int]]:
        """What followed the contexts before place t, and how often in all, the shortest first, as far as known."""
        for k in range(min(self.order, t + 1)):
            context = tuple(read[t - k : t])
            if context not in self.counts[k]:
                return
            yield self.counts[k][context], self._totals[k][context]


def ngram_bits(train: ArrayLike, test: ArrayLike, order: int, alphabet_size: int) -> float:
    """Bits per symbol of an n-gram model on a held-out sequence: :meth:`NGrams.bits`.

    Parameters
    ----------
    train, test : int arrays (T,)
        Symbols from 0 to alphabet_size - 1.
    order, alphabet_size : int
        As of :class:`NGrams`.

    Examples
    --------
    >>> round(ngram_bits([0, 1] * 50, [0, 1] * 50, 2, 2), 1) < ngram_bits([0, 1] * 50, [0, 1] * 50, 1, 2)
    True
    """
    return NGrams(train, order, alphabet_size).bits(test)


def _symbols(what: str, name: str, sequence: ArrayLike, alphabet_size: int) -> list[int]:
    array = real_array(what, name, sequence)
    if array.ndim != 1 or (array.size and (array.min() < 0 or array.max() >= alphabet_size or (array % 1 != 0).any())):
        raise ValueError(
            f"{what}: expected {name} to be symbols from 0 to {alphabet_size - 1}, got {array.dtype} {array.shape} "
            f"from {array.min(initial=0)} to {array.max(initial=0)}"
        )
    return array.astype(int).tolist()
