"""A task whose answer lies on both sides of every step."""

import numpy as np

from lstm_tutor.tasks.batch import Batch

PAST, FUTURE = 10, 20  # how many steps before, and from the present one on, have a weight


def two_sided_average(steps, batch_size, *, shift=0, rng=None, dtype=np.float64):
    """Say at every step a weighted average of the inputs around it: ten before, and the present one with 19 after.

    ``y(t) = 1/10 sum_{D=-10..-1} x(t + D) (1 - |D|/10) + 1/20 sum_{D=0..19} x(t + D) (1 - D/20)``, x ~ U(0, 1).
    One series of ``steps * batch_size`` points is cut into `batch_size` pieces. What lies beyond a cut counts in the
    answers, and no reader of the piece sees it.

    Parameters
    ----------
    steps, batch_size : int, T and N
    shift : int, the target at step t is y(t - shift): with a shift above zero the answer is due later
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch, x (T, N, 1), targets (T, N, 1); every step counts

    Source: Schuster & Paliwal (1997), section II on artificial data.
    """
    lead = PAST + abs(shift)  # points before the first step that an answer may need
    points = steps * batch_size
    x = np.random.default_rng(rng).uniform(0, 1, points + 2 * (FUTURE + abs(shift)))
    y = np.zeros(points)
    for D in range(-PAST, FUTURE):
        weight = (1 - abs(D) / PAST) / PAST if D < 0 else (1 - D / FUTURE) / FUTURE
        first = lead + D - shift
        y += weight * x[first : first + points]
    cut = (batch_size, steps)
    return Batch(*(a.reshape(cut).T[..., None].astype(dtype) for a in (x[lead : lead + points], y)))
