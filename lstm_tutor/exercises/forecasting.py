"""Exercises of the chapter on forecasting."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

LENGTH, STEPS, KNOWN, LAGS, AHEAD = 9, 4, 12, 3, 5


def _windows(shift=0, order=1):
    """Windows of a series and what follows each, or what is taken for it."""

    def cut(series, steps):
        places = np.arange(len(series) - steps)
        x = series[np.arange(steps)[::order, None] + places]  # (steps, N)
        return x[..., None], series[places + steps - shift][:, None]

    return cut


FORECASTING_WINDOWS = Exercise(
    arguments=lambda rng: {"series": rng.standard_normal(LENGTH), "steps": STEPS},
    returns=("x", "y"),
    solution=_windows(),
    mistakes=(
        ("y is the last step that x has read: what follows is one step later.", _windows(shift=1)),
        ("The steps of x run backward in time: the oldest comes first.", _windows(order=-1)),
    ),
    praise="x[:, n] is what is read, y[n] what follows.",
)


def _scaled(part=lambda series, known: series[:known], spread=np.std, center=np.mean):
    """A series scaled by its known part, or by something else."""

    def scale(series, known):
        train = part(series, known)
        return (series - center(train)) / spread(train)

    return scale


FORECASTING_SCALE = Exercise(
    arguments=lambda rng: {"series": np.concatenate([rng.uniform(2, 5, KNOWN), rng.uniform(6, 9, 6)]), "known": KNOWN},
    returns=("z",),
    solution=_scaled(),
    mistakes=(
        ("You scale by the whole series, so the known part has seen the future: take series[:known].",
         _scaled(part=lambda series, known: series)),
        ("You scale by the part that is not known yet.", _scaled(part=lambda series, known: series[known:])),
        ("The mean is of the known part, the deviation is still of all: both have to be of series[:known].",
         lambda series, known: (series - series[:known].mean()) / series.std()),
        ("The deviation is of the known part, the mean is still of all: both have to be of series[:known].",
         lambda series, known: (series - series.mean()) / series[:known].std()),
        ("You divide by the variance; it should be its root, the standard deviation.", _scaled(spread=np.var)),
        ("The mean is not taken away.", _scaled(center=lambda train: 0.0)),
    ),
    praise="The test part may lie outside of what the training part knew, and it has to.",
)  # fmt: skip


def _recursive_arguments(rng):
    weights, bias = rng.uniform(-0.6, 0.6, LAGS), float(rng.uniform(1, 2))
    return {"past": rng.standard_normal(KNOWN), "weights": weights, "bias": bias, "ahead": AHEAD}


def _recursive(known=False, order=1, constant=True, skip=0):
    """Several steps ahead from the own answers of a linear formula, or what is taken for it."""

    def forecast(past, weights, bias, ahead):
        values, said = list(past), []
        for _ in range(ahead + skip):
            lags = np.array(values[-len(weights) :])[::-order]  # the newest first
            said.append(weights @ lags + bias * constant)
            values.append(past[-1] if known else said[-1])
        return np.array(said[skip:])

    return forecast


FORECASTING_RECURSIVE = Exercise(
    arguments=_recursive_arguments,
    returns=("forecast",),
    solution=_recursive(),
    mistakes=(
        ("Each step reads the same past: put your answer at its end before the next step.",
         lambda past, weights, bias, ahead: np.repeat(_recursive()(past, weights, bias, 1), ahead)),
        ("You put the last known value at the end again, in place of your answer.", _recursive(known=True)),
        ("The lags are turned round: weights[0] belongs to the newest value.", _recursive(order=-1)),
        ("The constant is missing.", _recursive(constant=False)),
        ("Your first answer is left out: the forecast starts with the first step after the past.", _recursive(skip=1)),
    ),
    praise="From the second step on it reads what it has said itself.",
)  # fmt: skip


def _margin(sizes=np.abs, place=lambda n, share: int(np.ceil((n + 1) * share)) - 1):
    """The margin of an interval from past errors, or what is taken for it."""
    return lambda errors, share: np.sort(sizes(errors))[min(place(len(errors), share), len(errors) - 1)]


FORECASTING_MARGIN = Exercise(
    arguments=lambda rng: {"errors": rng.standard_normal(37) * rng.uniform(0.2, 3, 37) + 0.5, "share": 0.9},
    returns=("margin",),
    solution=_margin(),
    mistakes=(
        ("Take the sizes of the errors: those that are too low count as well.", _margin(sizes=lambda errors: errors)),
        ("One error is missing: of n past errors and a new one, ceil((n + 1) share) have to be inside.",
         _margin(place=lambda n, share: int(np.ceil(n * share)) - 1)),
        ("Places are counted from 1 in the text and from 0 in Python.",
         _margin(place=lambda n, share: int(np.ceil((n + 1) * share)))),
        ("1.645 standard deviations hold 90 % of a bell curve. These errors are no bell curve: count them.",
         lambda errors, share: 1.645 * errors.std()),
        ("np.quantile goes between two errors, and forgets the new one: sort and count.",
         lambda errors, share: np.quantile(np.abs(errors), share)),
    ),
    praise="No bell curve is assumed; only that new errors are like the past ones.",
)  # fmt: skip

EXERCISES = {
    "forecasting-windows": FORECASTING_WINDOWS,
    "forecasting-scale": FORECASTING_SCALE,
    "forecasting-recursive": FORECASTING_RECURSIVE,
    "forecasting-margin": FORECASTING_MARGIN,
}
