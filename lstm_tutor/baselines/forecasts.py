"""Forecasts without a network: as now, as a cycle ago, and a weighted sum of the past.

An *origin* is the first step that is not known yet: a forecast from origin o reads ``series[:o]`` and foretells
``series[o], series[o + 1], ...``. All forecasts are of shape (ahead, N) for N origins, or (ahead, N, D) for D series.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["LinearAutoregression", "last_cycle", "persistence"]


def persistence(series: ArrayLike, origins: ArrayLike, ahead: int = 1) -> Array:
    """Foretell that everything stays as it was at the last known step.

    Parameters
    ----------
    series : array (T,) or (T, D)
    origins : ints (N,)
        The first steps that are not known, from 1 to T.
    ahead : int

    Returns
    -------
    array (ahead, N) or (ahead, N, D)

    Examples
    --------
    >>> persistence([5.0, 7.0, 6.0], [2, 3], ahead=2).tolist()
    [[7.0, 6.0], [7.0, 6.0]]
    """
    array, places = _series("persistence", series), _origins("persistence", origins, series, 1)
    return np.repeat(array[places - 1][None], positive_int("persistence", "ahead", ahead), axis=0)


def last_cycle(series: ArrayLike, origins: ArrayLike, ahead: int = 1, *, period: int) -> Array:
    """Foretell what was there a whole period earlier, the last one that is known.

    Parameters
    ----------
    series : array (T,) or (T, D)
    origins : ints (N,)
        From `period` to T.
    ahead : int
    period : int
        132 months for the sun, 12 for the seasons.

    Returns
    -------
    array (ahead, N) or (ahead, N, D)

    Examples
    --------
    >>> last_cycle([1.0, 2.0, 3.0, 4.0], [4], ahead=3, period=2).ravel().tolist()
    [3.0, 4.0, 3.0]
    """
    period = positive_int("last_cycle", "period", period)
    array, places = _series("last_cycle", series), _origins("last_cycle", origins, series, period)
    steps = np.arange(positive_int("last_cycle", "ahead", ahead))[:, None]
    return array[places - period + steps % period]


class LinearAutoregression(NamedTuple):
    """A weighted sum of the last `lags` values plus a constant, fitted by least squares.

    Equation: ``forecast[k] = weights[k]^T [series[o - 1]; ...; series[o - lags]; 1]`` from origin o.

    Attributes
    ----------
    weights : array (ahead, lags * D + 1, D)
        For each step ahead its own.
    lags : int

    Examples
    --------
    >>> doubling = 2.0 ** np.arange(8)
    >>> linear = LinearAutoregression.fit(doubling, lags=1)
    >>> linear.recursive(doubling, [8], ahead=2).round(6).tolist()
    [[256.0], [512.0]]
    """

    weights: Array
    lags: int

    @classmethod
    def fit(cls, train: ArrayLike, lags: int, ahead: int = 1) -> LinearAutoregression:
        """Return the weights that fit `train`, (T,) or (T, D), best: a set for each of `ahead` steps.

        Raises
        ------
        ValueError
            There are fewer equations than weights.
        """
        what = "LinearAutoregression.fit"
        lags, ahead = positive_int(what, "lags", lags), positive_int(what, "ahead", ahead)
        array = _series(what, train)
        columns = array.reshape(len(array), -1)
        need = lags + ahead + lags * columns.shape[1]
        if len(array) < need:
            raise ValueError(f"{what}: expected at least {need} steps for {lags} lags, got {len(array)}")
        weights = []
        for k in range(ahead):
            origins = np.arange(lags, len(array) - k)
            weights.append(np.linalg.lstsq(_past(columns, origins, lags), columns[origins + k], rcond=None)[0])
        return cls(np.stack(weights), lags)

    def direct(self, series: ArrayLike, origins: ArrayLike) -> Array:
        """Return the forecasts of all steps, each by its own weights: (ahead, N) or (ahead, N, D)."""
        columns, places = self._prepare(series, origins)
        forecast = _past(columns, places, self.lags) @ self.weights
        return forecast[..., 0] if np.ndim(series) == 1 else forecast

    def recursive(self, series: ArrayLike, origins: ArrayLike, ahead: int = 1) -> Array:
        """Return forecasts by the first weights alone, each read as if it had come: (ahead, N) or (ahead, N, D)."""
        columns, places = self._prepare(series, origins)
        past = _past(columns, places, self.lags)
        steps = []
        for _ in range(positive_int("LinearAutoregression", "ahead", ahead)):
            steps.append(past @ self.weights[0])
            D = columns.shape[1]
            past = np.concatenate([steps[-1], past[:, : (self.lags - 1) * D], past[:, -1:]], axis=1)
        forecast = np.stack(steps)
        return forecast[..., 0] if np.ndim(series) == 1 else forecast

    def _prepare(self, series: ArrayLike, origins: ArrayLike) -> tuple[Array, Array]:
        array = _series("LinearAutoregression", series)
        columns = array.reshape(len(array), -1)
        if columns.shape[1] != self.weights.shape[2]:
            raise ValueError(f"LinearAutoregression: expected {self.weights.shape[2]} series, got {columns.shape[1]}")
        return columns, _origins("LinearAutoregression", origins, series, self.lags)


def _past(columns: Array, origins: Array, lags: int) -> Array:
    """Return the last `lags` values before each origin, the newest first, and a one: (N, lags * D + 1)."""
    values = columns[origins[:, None] - 1 - np.arange(lags)]
    return np.concatenate([values.reshape(len(origins), -1), np.ones((len(origins), 1))], axis=1)


def _series(what: str, series: ArrayLike) -> Array:
    array = real_array(what, "series", series).astype(np.float64)
    if array.ndim not in (1, 2) or not array.size:
        raise ValueError(f"{what}: expected series of shape (T,) or (T, D), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{what}: expected a series without gaps, got one with NaN or inf")
    return array


def _origins(what: str, origins: ArrayLike, series: ArrayLike, first: int) -> Array:
    places, last = real_array(what, "origins", origins), len(np.asarray(series))
    if places.ndim != 1 or places.dtype.kind not in "iu" or not places.size:
        raise ValueError(f"{what}: expected origins to be ints of shape (N,), got {places.dtype} {places.shape}")
    if places.min() < first or places.max() > last:
        raise ValueError(f"{what}: expected origins from {first} to {last}, got {places.min()} to {places.max()}")
    return places
