"""A series as windows: what a model reads and what it has to foretell, cut and scaled without a look at the future."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["Scale", "check_series", "seasonal_means", "windows"]


def check_series(what: str, series: ArrayLike, shortest: int = 1) -> Array:
    """Return `series` as floats (T,) or (T, D).

    Raises
    ------
    ValueError
        It has another shape, a gap (NaN or inf), or fewer than `shortest` values.
    """
    array = real_array(what, "series", series).astype(np.float64)
    if array.ndim not in (1, 2):
        raise ValueError(f"{what}: expected series of shape (T,) or (T, D), got {array.shape}")
    if len(array) < shortest:
        raise ValueError(f"{what}: expected a series of at least {shortest} steps, got {len(array)}")
    gaps = np.flatnonzero(~np.isfinite(array.reshape(len(array), -1)).all(axis=1))
    if gaps.size:
        raise ValueError(f"{what}: expected a series without gaps, got {gaps.size} of them, the first at step "
                         f"{gaps[0]}; fill them or cut the series there")  # fmt: skip
    return array


def windows(series: ArrayLike, steps: int, ahead: int = 1) -> tuple[Array, Array]:
    """Cut a series into what is read, x, and what follows, y: one sequence for each place where it can be cut.

    Equations: ``x[t, n] = series[n + t]`` for t from 0 to steps - 1; ``y[k, n] = series[n + steps + k]`` for k from 0
    to ahead - 1. Neighbors overlap in all but one step.

    Parameters
    ----------
    series : array (T,) or (T, D)
        One series, or D series side by side.
    steps : int
        How many steps are read.
    ahead : int
        How many steps are foretold.

    Returns
    -------
    x : array (steps, N, D)
        N = T - steps - ahead + 1.
    y : array (ahead, N, D)

    Raises
    ------
    ValueError
        The series has a gap, or is shorter than steps + ahead.

    Examples
    --------
    >>> x, y = windows([10, 20, 30, 40, 50], steps=3)
    >>> x[:, :, 0].T.tolist(), y[0, :, 0].tolist()
    ([[10.0, 20.0, 30.0], [20.0, 30.0, 40.0]], [40.0, 50.0])
    """
    steps, ahead = positive_int("windows", "steps", steps), positive_int("windows", "ahead", ahead)
    array = check_series("windows", series, steps + ahead)
    array = array.reshape(len(array), -1)
    starts = np.arange(len(array) - steps - ahead + 1)
    return array[np.arange(steps)[:, None] + starts], array[steps + np.arange(ahead)[:, None] + starts]


class Scale(NamedTuple):
    """A shift and a factor, found on one part of a series and used on all of it.

    Equations: ``z = (x - center) / spread``, and back ``x = z * spread + center``.

    Attributes
    ----------
    center, spread : float or array (D,)

    Examples
    --------
    >>> scale = Scale.of([2.0, 4.0, 6.0], "range")
    >>> scale.scaled([2, 8]).tolist(), scale.back([0.0, 1.5]).tolist()
    ([0.0, 1.5], [2.0, 8.0])
    """

    center: Array | float
    spread: Array | float

    @classmethod
    def of(cls, train: ArrayLike, kind: str = "standard") -> Scale:
        """Return the Scale of the training part, each column by itself.

        Parameters
        ----------
        train : array (T,) or (T, D)
        kind : "standard" or "range"
            Mean 0 and standard deviation 1 on `train`, or from 0 to 1 on it.

        Raises
        ------
        ValueError
            The part has a gap, or a column that never changes.
        """
        array = check_series("Scale.of", train, 2)
        if kind not in ("standard", "range"):
            raise ValueError(f'Scale.of: expected kind "standard" or "range", got {kind!r}')
        center = array.mean(axis=0) if kind == "standard" else array.min(axis=0)
        spread = array.std(axis=0) if kind == "standard" else np.ptp(array, axis=0)
        if not np.all(spread > 0):
            raise ValueError("Scale.of: expected every column to change, got one that is constant")
        return cls(center, spread)

    def scaled(self, values: ArrayLike) -> Array:
        """Return `values` in the unit of the model."""
        return (np.asarray(values) - self.center) / self.spread

    def back(self, values: ArrayLike) -> Array:
        """Return what :meth:`scaled` made in the unit of the series again."""
        return np.asarray(values) * self.spread + self.center


def seasonal_means(train: ArrayLike, period: int = 12) -> Array:
    """Return the mean of each place in the year over the training part, (period,) or (period, D).

    Parameters
    ----------
    train : array (T,) or (T, D)
        It starts at place 0, January.
    period : int

    Examples
    --------
    >>> seasonal_means([1, 2, 3, 5], period=2).tolist()
    [2.0, 3.5]
    """
    period = positive_int("seasonal_means", "period", period)
    array = check_series("seasonal_means", train, period)
    return np.stack([array[place::period].mean(axis=0) for place in range(period)])
