"""Temporal order in sequences as short as one likes."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, DTypeLike

LETTERS = "abcdXYEB"


def brief_order(length: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Which of X and Y came first, which second? Four classes; the answer is due at the end of a sequence.

    A sequence starts with E, ends with B, and is drawn from a, b, c, d but for two relevant symbols, each X or Y: one
    at a step from ``length // 10`` to ``length // 5``, the other from ``length // 2`` to ``3 * length // 5``, the first
    step being number 0. With 100 steps these are the published places.

    Parameters
    ----------
    length : int >= 10
        T; all sequences have as many steps.
    batch_size : int
        N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 8) one-hot, by LETTERS; targets (T, N), of XX, XY, YX, YY; only the last step counts.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.6, task 6a, scaled.
    """
    if length < 10:
        raise ValueError(f"brief_order: expected length >= 10, got {length!r}")
    generator, n = np.random.default_rng(rng), np.arange(batch_size)
    codes, answers = generator.integers(0, 4, (length, batch_size)), np.zeros(batch_size, np.int64)
    for first, last in ((length // 10, length // 5), (length // 2, 3 * length // 5)):
        letters = generator.integers(0, 2, batch_size)
        codes[generator.integers(first, last + 1, batch_size), n] = LETTERS.index("X") + letters
        answers = 2 * answers + letters
    codes[0], codes[-1] = LETTERS.index("E"), LETTERS.index("B")
    mask = np.zeros(codes.shape, bool)
    mask[-1] = True
    return Batch(one_hot(codes, len(LETTERS), dtype), np.broadcast_to(answers, codes.shape).copy(), mask)
