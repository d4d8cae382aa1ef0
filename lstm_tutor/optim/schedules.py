"""Schedules: functions from an update's number (0, 1, ...) to its learning rate, as Trainer's `schedule`.

Each takes a rate, a number or another schedule, and multiplies it: ``cosine(warmup(0.01, 100), 4000)``.
"""

import numpy as np

__all__ = ["cosine", "linear_decay", "step_decay", "warmup"]


def _times(what, rate, factor, **counts):
    """The schedule `rate` times `factor`, a function of the update's number."""
    for name, count in counts.items():
        if not count > 0:
            raise ValueError(f"{what}: expected {name} > 0, got {count!r}")
    if callable(rate):
        return lambda k: float(rate(k) * factor(k))
    if not rate > 0:
        raise ValueError(f"{what}: expected a rate > 0, got {rate!r}")
    return lambda k: float(rate * factor(k))


def _check_floor(what, floor):
    if not 0 <= floor <= 1:
        raise ValueError(f"{what}: expected floor in [0, 1], got {floor!r}")


def warmup(rate, updates):
    """A rate that rises in equal steps over the first updates, and stays.

    Equation: ``rate_k = rate min(1, (k + 1) / updates)``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [warmup(0.8, 4)(k) for k in range(6)]
    [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8]
    """
    return _times("warmup", rate, lambda k: min(1, (k + 1) / updates), updates=updates)


def linear_decay(rate, updates, *, floor=0.0):
    """A rate that falls along a straight line to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (1 - (1 - floor) k / updates)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0
    floor : float in [0, 1], the part of the rate that is left

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [linear_decay(1.0, 4)(k) for k in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    _check_floor("linear_decay", floor)
    return _times("linear_decay", rate, lambda k: 1 - (1 - floor) * min(k / updates, 1), updates=updates)


def cosine(rate, updates, *, floor=0.0):
    """A rate that falls along half a cosine to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (floor + (1 - floor) (1 + cos(pi k / updates)) / 2)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0
    floor : float in [0, 1], the part of the rate that is left

    Returns
    -------
    function from an update's number k, from 0, to a float

    Source: Loshchilov & Hutter (2017), equation 5, without restarts.

    >>> [round(cosine(1.0, 4)(k), 3) for k in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _check_floor("cosine", floor)

    def factor(k):
        return floor + (1 - floor) * ((1 + np.cos(np.pi * min(k, updates) / updates)) / 2)

    return _times("cosine", rate, factor, updates=updates)


def step_decay(rate, every, *, factor=0.1):
    """A rate that is multiplied by `factor` after every `every` updates.

    Equation: ``rate_k = rate factor^floor(k / every)``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    every : number > 0
    factor : float in (0, 1]

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [step_decay(1.0, 2, factor=0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    if not 0 < factor <= 1:
        raise ValueError(f"step_decay: expected factor in (0, 1], got {factor!r}")
    return _times("step_decay", rate, lambda k: factor ** (k // every), every=every)
