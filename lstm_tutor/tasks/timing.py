"""A spike whose delay is to be told: a task that can only be done by keeping time."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch
from lstm_tutor.types import DTypeLike


def spike_delays(interval: int, *, dtype: DTypeLike = np.float64) -> Batch:
    """One spike, after `interval` steps or one step later: say when it comes whether it is late.

    These two sequences are all there is. Nothing is shown before the spike.

    Parameters
    ----------
    interval : int >= 1
        F.
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (F + 1, 2, 1), zero but for the spike, a one at the F-th step of the first sequence and at the next one of the
        second; targets (F + 1, 2, 1), 0 for the first and 1 for the second; only the spike's step counts, and with it a
        sequence ends.

    References
    ----------
    Gers, Schraudolph & Schmidhuber (2002), measuring spike delays, each by itself, of 0 or 1.
    """
    if interval < 1:
        raise ValueError(f"spike_delays: expected interval >= 1, got {interval!r}")
    lengths = np.array([interval, interval + 1])
    x, targets = np.zeros((2, interval + 1, 2, 1), dtype)
    x[lengths - 1, [0, 1]] = 1
    targets[:, 1] = 1
    return Batch(x, targets, x[..., 0] == 1, lengths)
