"""Languages that can be read only by counting: a^n b^n, and a^n b^n c^n."""

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot


def counting(counts, *, letters=2, dtype=np.float64):
    """For each n, a string of n times the first letter, n times the second, and so on: say what may come next.

    A string is read after a start sign. Legal is, at each step: the first letter after the sign; while the first letter
    goes on, itself or the second; from then on the one letter that must come, and after the last one the end sign.

    Parameters
    ----------
    counts : ints >= 1, an n for each string
    letters : int >= 2; 2 makes a^n b^n, 3 makes a^n b^n c^n

    Returns
    -------
    Batch, x (T, N, letters + 1) one-hot: the letters, the start sign; targets (T, N, letters + 1) of ones, for what is
    legal, and zeros: the letters, the end sign; T = letters max(counts) + 1, both zero past a string's length

    Source: Gers & Schmidhuber (2001), IEEE Transactions on Neural Networks 12.
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or counts.size == 0 or counts.min() < 1 or letters < 2:
        raise ValueError(f"counting: expected counts >= 1 and letters >= 2, got {counts.tolist()}, {letters!r}")
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
