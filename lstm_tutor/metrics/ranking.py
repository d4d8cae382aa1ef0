"""How high the right answer stands in a list of recommendations."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["hit_rate", "mean_reciprocal_rank", "ranks"]


def ranks(scores: ArrayLike, targets: ArrayLike) -> Array:
    """Return the place of each right item, 1 the best: one more than the number of items that score at least as high.

    A tie counts against the model, so that scores that are all equal earn nothing.

    Parameters
    ----------
    scores : array (..., K)
    targets : ints (...,)

    Returns
    -------
    int array (...,)

    Examples
    --------
    >>> ranks([[0.1, 0.7, 0.2]], [2]).tolist()
    [2]
    """
    scores, targets = real_array("ranks", "scores", scores), real_array("ranks", "targets", targets)
    K = scores.shape[-1] if scores.ndim else 0
    if targets.shape != scores.shape[:-1] or targets.dtype.kind not in "iu":
        raise ValueError(f"ranks: expected targets to be ints of shape {scores.shape[:-1]}, "
                         f"got {targets.dtype} {targets.shape}")  # fmt: skip
    if targets.size and (targets.min() < 0 or targets.max() >= K):
        raise ValueError(f"ranks: expected targets from 0 to {K - 1}, got {targets.min()} to {targets.max()}")
    right = np.take_along_axis(scores, targets[..., None], axis=-1)
    return (scores >= right).sum(axis=-1)


def hit_rate(places: ArrayLike, length: int) -> float:
    """Return the share of places up to `length`: how often the right item is in a list of that length."""
    return float(np.mean(np.asarray(places) <= length))


def mean_reciprocal_rank(places: ArrayLike) -> float:
    """Return the mean of 1 / place.

    Examples
    --------
    >>> mean_reciprocal_rank([1, 2, 4])
    0.5833333333333334
    """
    return float(np.mean(1 / np.asarray(places)))
