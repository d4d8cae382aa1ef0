"""How high the right answer stands in a list of recommendations."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["hit_rate", "mean_reciprocal_rank", "ranks"]


def ranks(scores: ArrayLike, targets: ArrayLike) -> Array:
    """Return the place of each right item, 1 the best: one more than the number of items that score at least as high.

    A tie counts against the model, so that scores that are all equal earn nothing. Scores of -inf are for items that
    are not to be recommended.

    Parameters
    ----------
    scores : array (..., K)
    targets : ints (...,)

    Returns
    -------
    int array (...,)

    Raises
    ------
    ValueError
        A score is NaN, as a model's are that has diverged, or a target is no item.

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
    missing = np.count_nonzero(np.isnan(scores))
    if missing:  # no comparison with NaN is true, so that every item would be the first
        raise ValueError(f"ranks: expected scores that can be ordered, got NaN in {missing} of {scores.size}")
    right = np.take_along_axis(scores, targets[..., None], axis=-1)
    return (scores >= right).sum(axis=-1)


def hit_rate(places: ArrayLike, length: int) -> float:
    """Return the share of places up to `length`: how often the right item is in a list of that length."""
    return float(np.mean(_places("hit_rate", places) <= length))


def mean_reciprocal_rank(places: ArrayLike) -> float:
    """Return the mean of 1 / place.

    Examples
    --------
    >>> mean_reciprocal_rank([1, 2, 4])
    0.5833333333333334
    """
    return float(np.mean(1 / _places("mean_reciprocal_rank", places)))


def _places(what: str, places: ArrayLike) -> Array:
    array = real_array(what, "places", places)
    if array.dtype.kind not in "iu" or not array.size or array.min() < 1:
        got = f"{array.dtype} from {array.min()}" if array.size else "none"
        raise ValueError(f"{what}: expected places to be ints from 1, at least one, got {got}")
    return array
