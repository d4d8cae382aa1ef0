"""Counting: the n-gram model."""

from __future__ import annotations

import collections

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import ArrayLike

__all__ = ["ngram_bits"]


def ngram_bits(train: ArrayLike, test: ArrayLike, order: int, alphabet_size: int) -> float:
    """Bits per symbol of an n-gram model on a held-out sequence.

    The model counts what followed each context of ``order - 1`` symbols, and mixes longer contexts with shorter ones
    by how varied their continuations were (Witten-Bell); the shortest is mixed with the uniform distribution, so that
    nothing is impossible.

    Equation: ``p_k(s | context) = (count(context, s) + d p_{k-1}(s)) / (count(context) + d)``, where d is the number
    of different symbols that followed the context, and ``p_0 = 1 / alphabet_size``.

    Parameters
    ----------
    train, test : int arrays (T,)
        Symbols from 0 to alphabet_size - 1.
    order : int >= 1
        1 is the unigram, 3 the trigram.
    alphabet_size : int

    Returns
    -------
    float
        The mean of -log2 p over the test sequence.

    Raises
    ------
    ValueError
        A sequence holds anything but symbols, or there is nothing to test on.

    References
    ----------
    Witten & Bell (1991), IEEE Transactions on Information Theory 37, method C.

    Examples
    --------
    >>> round(ngram_bits([0, 1] * 50, [0, 1] * 50, 2, 2), 1) < ngram_bits([0, 1] * 50, [0, 1] * 50, 1, 2)
    True
    """
    if not isinstance(order, int | np.integer) or order < 1:
        raise ValueError(f"ngram_bits: expected order >= 1, got {order}")
    alphabet_size = positive_int("ngram_bits", "alphabet_size", alphabet_size)
    known, read = _symbols("train", train, alphabet_size), _symbols("test", test, alphabet_size)
    if not read:
        raise ValueError("ngram_bits: expected at least one symbol to test on, got none")
    counts: list[dict[tuple[int, ...], collections.Counter[int]]]
    counts = [collections.defaultdict(collections.Counter) for _ in range(order)]
    for t, symbol in enumerate(known):
        for k in range(min(order, t + 1)):
            counts[k][tuple(known[t - k : t])][symbol] += 1
    total = 0.0
    for t, symbol in enumerate(read):
        p = 1 / alphabet_size
        for k in range(min(order, t + 1)):
            followed = counts[k].get(tuple(read[t - k : t]))
            if followed is None:
                break
            p = (followed[symbol] + len(followed) * p) / (followed.total() + len(followed))
        total -= np.log2(p)
    return float(total / len(read))


def _symbols(name: str, sequence: ArrayLike, alphabet_size: int) -> list[int]:
    array = real_array("ngram_bits", name, sequence)
    if array.ndim != 1 or (array.size and (array.min() < 0 or array.max() >= alphabet_size or (array % 1 != 0).any())):
        raise ValueError(
            f"ngram_bits: expected {name} to be symbols from 0 to {alphabet_size - 1}, got {array.dtype} {array.shape} "
            f"from {array.min(initial=0)} to {array.max(initial=0)}"
        )
    return [int(symbol) for symbol in array]
