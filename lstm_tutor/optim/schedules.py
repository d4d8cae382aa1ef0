"""Schedules: functions from an update's number (0, 1, ...) to its learning rate, as Trainer's `schedule`.

Each takes a rate, a number or another schedule, and multiplies it: ``cosine(warmup(0.01, 100), 4000)``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lstm_tutor.checks import check_number
from lstm_tutor.types import Schedule

__all__ = ["cosine", "linear_decay", "step_decay", "warmup"]


def _times(what: str, rate: float | Schedule, factor: Callable[[int], float], **counts: float) -> Schedule:
    """The schedule `rate` times `factor`, a function of the update's number."""
    for name, count in counts.items():
        check_number(what, name, count, "> 0", lambda count: count > 0)
    if callable(rate):
        return lambda k: float(rate(k) * factor(k))
    check_number(what, "a rate", rate, "> 0", lambda rate: rate > 0)
    return lambda k: float(rate * factor(k))


def _check_floor(what: str, floor: float) -> None:
    check_number(what, "floor", floor, "in [0, 1]", lambda floor: 0 <= floor <= 1)


def warmup(rate: float | Schedule, updates: float) -> Schedule:
    """A rate that rises in equal steps over the first updates, and stays.

    Equation: ``rate_k = rate min(1, (k + 1) / updates)``.

    Parameters
    ----------
    rate : float > 0, or a schedule
        A schedule is multiplied.
    updates : number > 0

    Returns
    -------
    schedule
        A function from an update's number k, from 0, to a float.

    Examples
    --------
    >>> [warmup(0.8, 4)(k) for k in range(6)]
    [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8]
    """
    return _times("warmup", rate, lambda k: min(1, (k + 1) / updates), updates=updates)


def linear_decay(rate: float | Schedule, updates: float, *, floor: float = 0.0) -> Schedule:
    """A rate that falls along a straight line to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (1 - (1 - floor) k / updates)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule
        A schedule is multiplied.
    updates : number > 0
    floor : float in [0, 1]
        The part of the rate that is left.

    Returns
    -------
    schedule
        A function from an update's number k, from 0, to a float.

    Examples
    --------
    >>> [linear_decay(1.0, 4)(k) for k in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    _check_floor("linear_decay", floor)
    return _times("linear_decay", rate, lambda k: 1 - (1 - floor) * min(k / updates, 1), updates=updates)


def cosine(rate: float | Schedule, updates: float, *, floor: float = 0.0) -> Schedule:
    """A rate that falls along half a cosine to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (floor + (1 - floor) (1 + cos(pi k / updates)) / 2)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule
        A schedule is multiplied.
    updates : number > 0
    floor : float in [0, 1]
        The part of the rate that is left.

    Returns
    -------
    schedule
        A function from an update's number k, from 0, to a float.

    References
    ----------
    Loshchilov & Hutter (2017), equation 5, without restarts.

    Examples
    --------
    >>> [round(cosine(1.0, 4)(k), 3) for k in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _check_floor("cosine", floor)

    def factor(k: int) -> float:
        return floor + (1 - floor) * ((1 + np.cos(np.pi * min(k, updates) / updates)) / 2)

    return _times("cosine", rate, factor, updates=updates)


def step_decay(rate: float | Schedule, every: float, *, factor: float = 0.1) -> Schedule:
    """A rate that is multiplied by `factor` after every `every` updates.

    Equation: ``rate_k = rate factor^floor(k / every)``.

    Parameters
    ----------
    rate : float > 0, or a schedule
        A schedule is multiplied.
    every : number > 0
    factor : float in (0, 1]

    Returns
    -------
    schedule
        A function from an update's number k, from 0, to a float.

    Examples
    --------
    >>> [step_decay(1.0, 2, factor=0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    check_number("step_decay", "factor", factor, "in (0, 1]", lambda factor: 0 < factor <= 1)
    return _times("step_decay", rate, lambda k: factor ** (k // every), every=every)
