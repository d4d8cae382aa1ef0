"""Languages that can be read only by counting: a^n b^n, and a^n b^n c^n."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import ArrayLike, DTypeLike


def counting(counts: ArrayLike, *, letters: int = 2, dtype: DTypeLike = np.float64) -> Batch:
    """For each n, a string of n times the first letter, n times the second, and so on: say what may come next.

    A string is read after a start sign. What is legal next: after the sign the first letter; while the first letter
    goes on, itself or the second; from then on the one letter that must come, and after the last one the end sign.

    Parameters
    ----------
    counts : ints >= 1
        An n for each string.
    letters : int >= 2
        2 makes a^n b^n, 3 makes a^n b^n c^n.
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, letters + 1) one-hot: the letters, the start sign; targets (T, N, letters + 1), one for what is legal
        and else zero: the letters, the end sign. T = letters max(counts) + 1, both are zero past a string's length.

    References
    ----------
    Gers & Schmidhuber (2001), IEEE Transactions on Neural Networks 12.
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or counts.size == 0 or counts.dtype.kind not in "iu" or counts.min() < 1 or letters < 2:
        raise ValueError(f"counting: expected counts >= 1 and letters >= 2, ints, got {counts.tolist()}, {letters!r}")
    lengths = letters * counts + 1
    steps = np.arange(lengths.max())[:, None]
    mask = steps < lengths
    read = (steps - 1) // counts  # the letter read; -1 for the sign
    due = steps // counts  # the letter that comes next if the first one does not go on; `letters` for the end sign
    due = np.where(read == 0, 1, due)
    x = one_hot(np.where(read < 0, letters, np.minimum(read, letters - 1)), letters + 1, dtype)
    legal = one_hot(np.minimum(due, letters), letters + 1, dtype)
    legal[..., 0] += read == 0
    return Batch(x * mask[..., None], legal * mask[..., None], mask, lengths)
