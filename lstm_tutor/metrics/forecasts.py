"""How good a forecast is, and how sure: errors, skill, copies of yesterday, and intervals."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from lstm_tutor.checks import check_number, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["coverage", "lag_correlations", "margins", "rmse", "skill"]


def rmse(forecast: ArrayLike, actual: ArrayLike, axis: int | tuple[int, ...] | None = None) -> Array:
    """Return the root of the mean squared error, in the unit of the series.

    Parameters
    ----------
    forecast, actual : arrays of one shape
    axis : int, tuple of int, or None
        What the mean runs over; all by default.

    Examples
    --------
    >>> float(rmse([1.0, 5.0], [1.0, 3.0]).round(3))
    1.414
    """
    forecast, actual = _pair("rmse", forecast=forecast, actual=actual)
    return np.sqrt(np.mean((forecast - actual) ** 2, axis=axis))


def skill(forecast: ArrayLike, actual: ArrayLike, baseline: ArrayLike) -> float:
    """Return by which share the mean squared error is below that of a baseline.

    Equation: ``1 - sum (forecast - actual)^2 / sum (baseline - actual)^2``. 1 is perfect, 0 as good as the baseline,
    below 0 worse. With the mean as the baseline it is R squared.

    Parameters
    ----------
    forecast, actual, baseline : arrays of one shape

    References
    ----------
    Murphy (1988), Monthly Weather Review 116, equation 4.

    Examples
    --------
    >>> skill([2.0, 4.0], [2.0, 3.0], baseline=[1.0, 2.0])
    0.5
    """
    forecast, actual = _pair("skill", forecast=forecast, actual=actual)
    baseline, _ = _pair("skill", baseline=baseline, actual=actual)
    against = float(((baseline - actual) ** 2).sum())
    if not against:
        raise ValueError("skill: expected a baseline with an error, got one that is perfect")
    return 1 - float(((forecast - actual) ** 2).sum()) / against


def lag_correlations(forecast: ArrayLike, actual: ArrayLike, lags: Iterable[int] = range(-3, 4)) -> Array:
    """Return the correlation of a forecast with what came `lag` steps before what it foretells.

    At lag 0 it is compared with what it foretells, at lag 1 with the step before. A forecast that copies the last value
    has a correlation of exactly 1 at lag 1. A constant has none, since it never rises or falls with anything:
    :func:`skill` and the standard deviation say how a network fares that answers the same whatever it reads.

    Parameters
    ----------
    forecast, actual : arrays (T,)
        One step ahead each, in order of time.
    lags : ints

    Returns
    -------
    array (number of lags,)

    Raises
    ------
    ValueError
        The series are too short for a lag, or one of them is constant or not finite where they are compared.

    Examples
    --------
    >>> x = np.array([1.0, 3.0, 2.0, 5.0, 4.0, 7.0])
    >>> lag_correlations(np.roll(x, 1)[1:], x[1:], [1]).round(6).tolist()
    [1.0]
    """
    forecast, actual = _pair("lag_correlations", forecast=forecast, actual=actual)
    lags, T = list(lags), len(actual)
    if forecast.ndim != 1 or not lags or max(abs(lag) for lag in lags) > T - 2:
        raise ValueError(f"lag_correlations: expected series (T,) with T at least 2 more than any lag, got "
                         f"{forecast.shape} and lags {lags}")  # fmt: skip
    pairs = [(forecast[max(lag, 0) : T + min(lag, 0)], actual[max(-lag, 0) : T - max(lag, 0)]) for lag in lags]
    for lag, pair in zip(lags, pairs, strict=True):
        for name, values in zip(("forecast", "actual"), pair, strict=True):
            if not np.isfinite(values).all():
                raise ValueError(f"lag_correlations: expected {name} to be finite numbers, got inf")
            if np.ptp(values) == 0:
                raise ValueError(f"lag_correlations: expected {name} to vary, since a constant has no correlation, got "
                                 f"{values[0]} at all {len(values)} steps that are compared at lag {lag}")  # fmt: skip
    return np.array([np.corrcoef(one, other)[0, 1] for one, other in pairs])


def margins(errors: ArrayLike, share: float = 0.9) -> Array:
    """Return how far to each side an interval must reach to have held `share` of past errors: split conformal.

    Equation: of the sizes of n errors the one in place ``ceil((n + 1) share)``, counted from the smallest, along the
    last axis. If new errors are exchangeable with these, an interval of this margin holds them with a probability of at
    least `share`.

    Parameters
    ----------
    errors : array (..., n)
        Errors on data that the model was not trained on.
    share : float from 0 to 1

    Returns
    -------
    array (...,)

    Raises
    ------
    ValueError
        There are too few errors for such a share, or one is NaN.

    References
    ----------
    Lei et al. (2018), Journal of the American Statistical Association 113,
    algorithm 2.

    Examples
    --------
    >>> float(margins([-1.0, 2.0, 3.0, -4.0], 0.6))
    3.0
    """
    sizes = np.sort(np.abs(real_array("margins", "errors", errors).astype(np.float64)), axis=-1)
    check_number("margins", "share", share, "> 0 and < 1", lambda value: 0 < value < 1)
    n = sizes.shape[-1] if sizes.ndim else 0
    missing = np.count_nonzero(np.isnan(sizes))
    if missing:  # they would be sorted behind all others
        raise ValueError(f"margins: expected errors without gaps, got NaN in {missing} of {sizes.size}")
    place = int(np.ceil(round((n + 1) * share, 9)))
    if place > n:
        raise ValueError(f"margins: expected more than {n} errors for a share of {share}")
    return sizes[..., place - 1]


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike, axis: int | None = None) -> Array:
    """Return the share of values that lie within their intervals, ends included.

    Parameters
    ----------
    actual, low, high : arrays of one shape
    axis : int or None

    Examples
    --------
    >>> float(coverage([1.0, 2.0, 9.0, 4.0], low=[0, 0, 0, 0], high=[3, 3, 3, 4]))
    0.75
    """
    low, high = _pair("coverage", low=low, high=high)
    actual, _ = _pair("coverage", actual=actual, low=low)
    return np.asarray(np.mean((low <= actual) & (actual <= high), axis=axis))


def _pair(what: str, **two: ArrayLike) -> tuple[Array, Array]:
    """Return two arrays of floats, which must have one shape and no gaps."""
    (name, one), (other, two_) = two.items()
    first = real_array(what, name, one).astype(np.float64)
    second = real_array(what, other, two_).astype(np.float64)
    if first.shape != second.shape or not first.size:
        raise ValueError(f"{what}: expected {name} and {other} of one shape, got {first.shape} and {second.shape}")
    if np.isnan(first).any() or np.isnan(second).any():
        raise ValueError(f"{what}: expected {name} and {other} without gaps, got NaN")
    return first, second
