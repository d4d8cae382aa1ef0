"""Next month's sunspots by the recipe that tutorials copy, beside forecasts that need no network."""

from collections.abc import Callable

import numpy as np

from lstm_tutor.experiments import sun
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.metrics import lag_correlations, rmse, skill
from lstm_tutor.tasks.tables import sunspots
from lstm_tutor.types import Array


def run(settings: Settings, seed: int) -> Metrics:
    """Train the recipe, or take a baseline, and measure its forecasts one month ahead on the test part.

    Metrics: `error`, the root mean squared error, sunspots, and for a network `stopped`, the same at the epoch with the
    least error on the validation part; `skill` against persistence; `r2` against the mean of the training part; `match`
    and `copy`, the correlations of the forecast with the month that it foretells, and with the month before; `bounds`,
    the smallest and the largest forecast. A network also: `curve`, with `epochs`, `train`, `validation`, `test`; of
    levels with seed 0 `forecast`, that of each month of the test part.
    """
    series = sunspots()
    if "baseline" in settings:
        return measured(lambda origins: sun.baseline(settings, series, origins)[0])
    trainer, forecast, per_epoch = sun.recipe(settings, seed)
    parts = {"train": np.arange(settings["lags"], sun.TRAIN), "validation": np.arange(sun.TRAIN, sun.VALIDATION),
             "test": np.arange(sun.VALIDATION, len(series))}  # fmt: skip
    curve: dict[str, list[float]] = {name: [] for name in parts}
    for epoch in settings["measured"]:
        trainer.run(epoch * per_epoch, **UNATTENDED)
        for name, origins in parts.items():
            curve[name].append(round(float(rmse(forecast(origins), series[origins])), 3))
    stopped = curve["test"][int(np.argmin(curve["validation"]))]
    more = {"stopped": stopped, "curve": {"epochs": settings["measured"], **curve}, "parameters": trainer.model.size()}
    if seed == 0 and settings["predict"] == "levels":  # the chapter draws these
        more["forecast"] = sun.rounded(forecast(parts["test"]), 2)
    return measured(forecast) | more


def measured(forecast: Callable[[Array], Array]) -> Metrics:
    """The metrics of a forecast one month ahead, on the test part."""
    series = sunspots()
    origins = np.arange(sun.VALIDATION, len(series))
    said, actual, before = forecast(origins), series[origins], series[origins - 1]
    copy, match = lag_correlations(said, actual, [1, 0])
    return {
        "error": round(float(rmse(said, actual)), 3),
        "skill": round(skill(said, actual, before), 4),
        "r2": round(skill(said, actual, np.full(len(actual), series[: sun.TRAIN].mean())), 4),
        "match": round(float(match), 4), "copy": round(float(copy), 4),
        "bounds": sun.rounded([said.min(), said.max()], 1),
    }  # fmt: skip


EPOCHS = [1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]
RECIPE = {"hidden": 50, "lags": 12, "batch_size": 32, "learning_rate": 0.001, "measured": EPOCHS}


def _linear(lags):
    return {"baseline": "linear recursive", "lags": lags, "deterministic": True}


def _error(results, variant, metric="error"):
    return np.median(results.values(variant, metric))


BASELINES = ("persistence", "last cycle", "linear-12", "linear-24")

EXPERIMENT = Experiment(
    name="forecasting",
    title="Next month's sunspots",
    question="Does the network that tutorials copy forecast a real series well?",
    run=run,
    variants={
        "persistence": {"baseline": "persistence", "deterministic": True},
        "last cycle": {"baseline": "last cycle", "deterministic": True},
        "linear-12": _linear(12),
        "linear-24": _linear(24),
        "levels": RECIPE | {"predict": "levels"},
        "differences": RECIPE | {"predict": "differences"},
    },
    words={"persistence": "as last month", "last cycle": "as a cycle ago", "linear-12": "linear, 12 months",
           "linear-24": "linear, 24 months", "levels": "LSTM, levels", "differences": "LSTM, differences"},
    strips=(Strip("error", "error on the test part, sunspots",
                  ("persistence", "linear-12", "linear-24", "levels", "differences")),),
    seeds=10,
    kind="saying",
    paper="makridakis2018statistical",
    pages=("forecasting", "claims"),
    criterion="the saying: a network of 50 units, trained for 100 epochs in batches of 32 by Adam on the squared error "
    "forecasts a series well; we take it to mean that it beats what needs no network",
    deviations="No paper: this is the recipe of many tutorials (an LSTM of 50 units, a linear output, squared error, "
    "Adam at its default rate of 0.001, 100 epochs, batches of 32, values scaled to 0 to 1), on 12 months. Months from "
    "1749 to 1929 are learned, 1930 to 1969 are for choices, and the errors are those of 1970 to 2008. The scale is "
    "that of the learned part. The linear forecasts are fitted by least squares on the same part; of their lags, "
    "12 are what the network reads, and 24 had the least error on the validation part (of 1 to 132). "
    "The baselines know no chance, so they have one run.",
    columns=(
        Column("error", lambda m: m["error"], "{:.2f}"),
        Column("stopped by validation", lambda m: m.get("stopped"), "{:.2f}"),
        Column("skill against persistence", lambda m: m["skill"], "{:.3f}"),
        Column("R² of the levels", lambda m: m["r2"], "{:.3f}"),
        Column("correlation with the month foretold", lambda m: m["match"], "{:.3f}"),
        Column("with the month before", lambda m: m["copy"], "{:.3f}"),
    ),
    claims=(
        Claim("every run of the recipe is nearer than persistence",
              lambda r: r.values("levels", "error").max() < _error(r, "persistence"), ("levels", "persistence")),
        Claim("the recipe is nearer than a linear forecast from the same 12 months, in the median",
              lambda r: _error(r, "levels") < _error(r, "linear-12"), ("levels", "linear-12")),
        Claim("stopped where the validation error is least, it is nearer than the linear forecast from 12 months",
              lambda r: _error(r, "levels", "stopped") < _error(r, "linear-12"), ("levels", "linear-12")),
        Claim("every forecast is more like the month before than like the month that it foretells",
              lambda r: all((r.values(v, "copy") > r.values(v, "match")).all() for v in ("levels", "differences")),
              ("levels", "differences"), kind="own"),
        Claim("learning differences in place of levels lowers the error, in the median",
              lambda r: _error(r, "differences") < _error(r, "levels"), ("levels", "differences")),
        Claim("persistence explains more than three quarters of the variance of the levels, and has no skill",
              lambda r: r.values("persistence", "r2").min() > 0.75 and (r.values("persistence", "skill") == 0).all(),
              ("persistence",), kind="own"),
    ),
)  # fmt: skip
