"""Sessions of real choices, to recommend the next one: which functions a function of the standard library calls.

A session is a function of Python's standard library; its items are the functions that it calls, in the order of the
source. It stands for what a visitor of a shop looks at: who is asked for the next item knows only the items so far.
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from functools import cache

import numpy as np

from lstm_tutor.checks import positive_int
from lstm_tutor.tasks.batch import Batch, padded
from lstm_tutor.tasks.tables import calls
from lstm_tutor.types import Array

__all__ = ["call_sessions", "called_names", "session_batch"]

PARTS = {"train": (2, 3, 4), "validation": (1,), "test": (0,)}  # of five modules in a row, one tests and one validates


@cache
def called_names() -> tuple[str, ...]:
    """Return the items, the most frequent first.

    Examples
    --------
    >>> called_names()[:3]
    ('append', 'len', 'isinstance')
    """
    counts = collections.Counter(name for _, names in calls() for name in names)
    return tuple(name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def call_sessions(part: str = "train") -> list[Array]:
    """Return sessions of two to forty items, int arrays of places in :func:`called_names`.

    Parameters
    ----------
    part : "train", "validation" or "test"
        The parts come from different modules.

    Examples
    --------
    >>> [called_names()[k] for k in call_sessions("test")[0]]
    ['split', 'int', 'int', 'int']
    """
    if part not in PARTS:
        raise ValueError(f"call_sessions: expected part to be one of {list(PARTS)}, got {part!r}")
    index = {name: k for k, name in enumerate(called_names())}
    modules = list(dict.fromkeys(module for module, _ in calls()))
    chosen = {module for k, module in enumerate(modules) if k % 5 in PARTS[part]}
    return [np.array([index[name] for name in names]) for module, names in calls() if module in chosen]


def session_batch(sessions: Sequence[Array], *, items: int | None = None) -> Batch:
    """Return sessions as a Batch for a model with an embedding: name each next item from those before it.

    Parameters
    ----------
    sessions : sequence of int arrays
        Two items each, or more.
    items : int or None
        How many items there are to choose from; None: those of :func:`called_names`.

    Returns
    -------
    Batch
        x and targets, ints (T, N), the targets one item ahead; the lengths are those of the sessions, less one.

    Examples
    --------
    >>> session_batch([np.array([4, 7, 9]), np.array([1, 2])]).targets.tolist()
    [[7, 2], [9, 0]]
    """
    if not len(sessions) or min(len(session) for session in sessions) < 2:
        raise ValueError("session_batch: expected at least one session, and two items in each")
    every = np.concatenate(sessions)
    count = len(called_names()) if items is None else positive_int("session_batch", "items", items)
    if every.dtype.kind not in "iu" or every.min() < 0 or every.max() >= count:
        raise ValueError(f"session_batch: expected items to be ints from 0 to {count - 1}, got {every.dtype} "
                         f"from {every.min()} to {every.max()}")  # fmt: skip
    x, lengths = padded([session[:-1] for session in sessions])
    targets, _ = padded([session[1:] for session in sessions])
    return Batch(x, targets, lengths=lengths)
