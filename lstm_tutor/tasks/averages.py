"""A task whose answer lies on both sides of every step."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import float_dtype
from lstm_tutor.tasks.batch import Batch
from lstm_tutor.types import RNG, DTypeLike

PAST, FUTURE = 10, 20  # how many steps before, and from the present one on, have a weight


def two_sided_average(
    steps: int, batch_size: int, *, shift: int = 0, rng: RNG = None, dtype: DTypeLike = np.float64
) -> Batch:
    """Say at every step a weighted average of the inputs around it: ten before, and the present one with 19 after.

    Equation: ``y(t) = 1/10 sum_{D=-10..-1} x(t + D) (1 - |D|/10) + 1/20 sum_{D=0..19} x(t + D) (1 - D/20)``, where x
    is drawn from U(0, 1). One series of ``steps * batch_size`` points is cut into `batch_size` pieces. What lies beyond
    a cut counts in the answers, and no reader of the piece sees it.

    Parameters
    ----------
    steps, batch_size : int
        T and N.
    shift : int
        The target at step t is y(t - shift): with a shift above zero the answer is due later.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 1), targets (T, N, 1); every step counts.

    References
    ----------
    Schuster & Paliwal (1997), section II on artificial data.
    """
    dtype = float_dtype("two_sided_average", dtype)
    lead = PAST + abs(shift)  # points before the first step that an answer may need
    points = steps * batch_size
    x = np.random.default_rng(rng).uniform(0, 1, points + 2 * (FUTURE + abs(shift)))
    y = np.zeros(points)
    for D in range(-PAST, FUTURE):
        weight = (1 - abs(D) / PAST) / PAST if D < 0 else (1 - D / FUTURE) / FUTURE
        first = lead + D - shift
        y += weight * x[first : first + points]
    cut = (batch_size, steps)
    x, y = (a.reshape(cut).T[..., None].astype(dtype) for a in (x[lead : lead + points], y))
    return Batch(x, y)
