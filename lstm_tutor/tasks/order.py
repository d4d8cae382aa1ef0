"""Temporal order: two or three symbols far apart among others; say which came when."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, DTypeLike

SYMBOLS = "abcdXYEB"

# Where each relevant symbol stands, both ends included; the first step of a sequence is number 0.
PLACES = {2: ((10, 20), (50, 60)), 3: ((10, 20), (33, 43), (66, 76))}
LENGTHS = (100, 110)


def temporal_order(relevant: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Classify sequences by two or three symbols, each X or Y, that stand far apart in noise; answer at the end.

    A sequence starts with E and ends with B, and has 100 to 110 steps; but for the relevant symbols all others are
    drawn from a, b, c, d. With `relevant` = 2 they stand at a step from 10 to 20, and at one from 50 to 60; with 3 at
    10 to 20, 33 to 43 and 66 to 76.

    Parameters
    ----------
    relevant : 2 or 3
    batch_size : int
        N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 8) one-hot, by SYMBOLS, zero past a sequence's length; targets (T, N), classes of 4 or 8: XX, XY, YX,
        YY or XXX, XXY, ..., YYY; only each sequence's last step counts.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.6.
    """
    if relevant not in PLACES:
        raise ValueError(f"temporal_order: expected relevant to be one of {list(PLACES)}, got {relevant!r}")
    generator, n = np.random.default_rng(rng), np.arange(batch_size)
    lengths = generator.integers(LENGTHS[0], LENGTHS[1] + 1, batch_size)
    codes = generator.integers(0, 4, (lengths.max(), batch_size))
    answers = np.zeros(batch_size, np.int64)
    for first, last in PLACES[relevant]:
        letters = generator.integers(0, 2, batch_size)
        codes[generator.integers(first, last + 1, batch_size), n] = SYMBOLS.index("X") + letters
        answers = 2 * answers + letters
    codes[0], codes[lengths - 1, n] = SYMBOLS.index("E"), SYMBOLS.index("B")
    mask = np.zeros(codes.shape, bool)
    mask[lengths - 1, n] = True
    inside = np.arange(len(codes))[:, None] < lengths
    targets = np.broadcast_to(answers, codes.shape).copy()
    return Batch(one_hot(codes, len(SYMBOLS), dtype) * inside[..., None], targets, mask, lengths)
