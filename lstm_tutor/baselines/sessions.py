"""What to recommend next without a network: what is popular, what followed the last item, what similar sessions had."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.checks import positive_int
from lstm_tutor.types import Array

__all__ = ["neighbor_scores", "popularity", "transitions"]


def popularity(sessions: Sequence[Array], items: int) -> Array:
    """Return the share of each item among all items of the sessions, (items,).

    Examples
    --------
    >>> popularity([np.array([0, 1, 0, 2])], 4).tolist()
    [0.5, 0.25, 0.25, 0.0]
    """
    counts = np.bincount(_all_items("popularity", sessions, items), minlength=items)
    return counts / counts.sum()


def transitions(sessions: Sequence[Array], items: int) -> Array:
    """Return the first-order Markov model: row k is the probability of each item right after item k, (items, items).

    The popularity counts as one observation of each row, so that a row without any is the popularity itself:
    ``p(j | k) = (count(k, j) + popularity(j)) / (count(k) + 1)``.

    Examples
    --------
    >>> transitions([np.array([0, 1, 0, 1])], 2).round(2).tolist()
    [[0.17, 0.83], [0.75, 0.25]]
    """
    counts = np.tile(popularity(sessions, items), (items, 1))
    for session in sessions:
        np.add.at(counts, (session[:-1], session[1:]), 1)
    return counts / counts.sum(axis=1, keepdims=True)


def neighbor_scores(sessions: Sequence[Array], prefix: Array, items: int, *, neighbors: int = 50) -> Array:
    """Return a score of each item, (items,): the similarities of the nearest sessions that contain it, added up.

    Two sessions are as similar as the cosine of their sets of items: ``|A and B| / sqrt(|A| |B|)``.

    Parameters
    ----------
    sessions : list of int arrays
        The sessions among which the nearest are sought.
    prefix : int array
        The items of the present session so far.
    items : int
    neighbors : int

    References
    ----------
    Jannach & Ludewig (2017), Proceedings of the 11th ACM Conference on Recommender Systems: nearest sessions as a
    baseline for recurrent networks.
    """
    _all_items("neighbor_scores", sessions, items)
    sets = np.zeros((len(sessions), items), bool)
    for row, session in zip(sets, sessions, strict=True):
        row[session] = True
    seen = np.unique(prefix)
    likeness = sets[:, seen].sum(axis=1) / np.sqrt(len(seen) * sets.sum(axis=1))
    nearest = np.argsort(-likeness, kind="stable")[:neighbors]
    return likeness[nearest] @ sets[nearest]


def _all_items(what: str, sessions: Sequence[Array], items: int) -> Array:
    positive_int(what, "items", items)
    if not len(sessions) or not all(len(session) for session in sessions):
        raise ValueError(f"{what}: expected at least one session, and an item in each")
    every = np.concatenate(sessions)
    if every.dtype.kind not in "iu" or every.min() < 0 or every.max() >= items:
        raise ValueError(f"{what}: expected items to be ints from 0 to {items - 1}, got {every.dtype} "
                         f"from {every.min()} to {every.max()}")  # fmt: skip
    return every.astype(np.intp)
