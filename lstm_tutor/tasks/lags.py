"""Long lags: a symbol at the start of a sequence says which one ends it, whatever comes between."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, DTypeLike


def long_lag(p: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Two sequences that differ at their ends only: (x, a1, ..., a_{p-1}, x) and (y, a1, ..., a_{p-1}, y).

    One is as likely as the other. Predict each next symbol: each can be known from the one before it, but the last,
    which is the symbol p steps before it.

    Parameters
    ----------
    p : int >= 2
        The steps from the first symbol to the last.
    batch_size : int
        N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (p, N, p + 1) one-hot: the p - 1 a, x, y; targets (p, N), the symbols that follow; every step counts.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.2, task 2a.
    """
    if p < 2:
        raise ValueError(f"long_lag: expected p >= 2, got {p}")
    letters = np.random.default_rng(rng).integers(p - 1, p + 1, batch_size)
    codes = np.repeat(np.arange(-1, p)[:, None], batch_size, axis=1)  # (p + 1, N)
    codes[0] = codes[-1] = letters
    return Batch(one_hot(codes[:-1], p + 1, dtype), codes[1:])


def noisy_lag(
    p: int, batch_size: int, *, lag: int | None = None, rng: RNG = None, dtype: DTypeLike = np.float64
) -> Batch:
    """A sign to begin, x or y, noise, a sign to end: say at the end which of the two it was.

    The sequences are (b, x, noise, e) and (b, y, noise, e), one as likely as the other. The noise is `lag` symbols of
    a1 to a_p, then, as long as a draw of chance 9/10 says so, one more.

    Parameters
    ----------
    p : int >= 1
        The number of symbols of noise to draw from.
    batch_size : int
        N.
    lag : int >= 1 or None
        The least number of noise symbols; `p` if None.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, p + 4) one-hot: the p a, e, b, x, y; zero past a sequence's length; targets (T, N), 0 for x and 1 for
        y; only each sequence's last step counts, the one that reads e.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.2, task 2c.
    """
    lag = p if lag is None else lag
    if min(p, lag) < 1:
        raise ValueError(f"noisy_lag: expected p >= 1 and lag >= 1, got p={p}, lag={lag}")
    generator, n = np.random.default_rng(rng), np.arange(batch_size)
    lengths = lag + generator.geometric(0.1, batch_size) + 2  # b, x or y, lag + k of noise, e; k = 0, 1, ...
    answers = generator.integers(0, 2, batch_size)
    codes = generator.integers(0, p, (lengths.max(), batch_size))
    codes[0], codes[1], codes[lengths - 1, n] = p + 1, p + 2 + answers, p
    mask = np.zeros(codes.shape, bool)
    mask[lengths - 1, n] = True
    inside = np.arange(len(codes))[:, None] < lengths
    targets = np.broadcast_to(answers, codes.shape).copy()
    return Batch(one_hot(codes, p + 4, dtype) * inside[..., None], targets, mask, lengths)
