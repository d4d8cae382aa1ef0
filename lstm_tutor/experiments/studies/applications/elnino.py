"""Sea temperatures in four regions of the Pacific: one network each, one for all together, or one that serves each."""

import numpy as np

from lstm_tutor import LSTM, Adam, SequenceModel, Trainer, baselines, tasks
from lstm_tutor.experiments import sun
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import train_to_best
from lstm_tutor.metrics import rmse
from lstm_tutor.tasks.tables import elnino
from lstm_tutor.types import Array

TRAIN, VALIDATION = 420, 540  # months before January 1985, and before January 1995; the rest is the test part
AHEAD = 6  # months
YEAR = 12
HALF = 6


def run(settings: Settings, seed: int) -> Metrics:
    """Train the networks, or take a baseline, and measure their forecasts of six months.

    The series are departures from the mean of their calendar month in the training part.

    Metrics: `error`, the root mean squared error of each step ahead over all regions, °C; `mean` of them; `regions`,
    the mean error of each region. Of networks also `validation` and `stopped`. Of the one that serves each region:
    `reset` and `carried`, the error in the first half-year of the test part, with a state that starts at zero and with
    the state in which another region was left.
    """
    series = departures()
    origins = {"validation": np.arange(TRAIN, VALIDATION - AHEAD + 1),
               "test": np.arange(VALIDATION, len(series) - AHEAD + 1)}  # fmt: skip
    if "baseline" in settings:
        return measured(baseline(settings, series, origins["test"]), series, origins["test"])
    scale = tasks.Scale.of(series[:TRAIN])
    z = scale.scaled(series).astype(np.float32)
    D = series.shape[1]
    groups = {"apart": [[k] for k in range(D)], "together": [list(range(D))], "shared": [list(range(D))]}
    said = {name: np.zeros((AHEAD, len(places), D)) for name, places in origins.items()}
    stops, more = [], {}
    for number, columns in enumerate(groups[settings["way"]]):
        shared = settings["way"] == "shared"
        model, stop = fitted(settings, z[:, columns], [seed, number], shared=shared)
        stops.append(stop)
        for name, places in origins.items():
            said[name][:, :, columns] = forecast(model, z[:, columns], places, shared=shared)
        if shared:
            more = first_months(model, z, scale)
    said = {name: scale.back(values) for name, values in said.items()}
    check = measured(said["validation"], series, origins["validation"])
    return measured(said["test"], series, origins["test"]) | {
        "validation": check["mean"], "stopped": stops, "parameters": model.size() * len(stops)
    } | more  # fmt: skip


def departures() -> Array:
    """Return the temperatures (732, 4) without the seasons of the training part, °C."""
    levels = elnino()
    seasons = tasks.seasonal_means(levels[:TRAIN], YEAR)
    return levels - seasons[np.arange(len(levels)) % YEAR]


def baseline(settings: Settings, series: Array, origins: Array) -> Array:
    """Return the forecasts (6, N, 4) of the baseline that the settings name."""
    match settings["baseline"]:
        case "seasons":
            return np.zeros((AHEAD, len(origins), series.shape[1]))
        case "persistence":
            return baselines.persistence(series, origins, AHEAD)
        case "linear together":
            return baselines.LinearAutoregression.fit(series[:TRAIN], settings["lags"], AHEAD).direct(series, origins)
        case "linear apart":
            fits = [baselines.LinearAutoregression.fit(column[:TRAIN], settings["lags"], AHEAD) for column in series.T]
            return np.stack([fit.direct(column, origins) for fit, column in zip(fits, series.T, strict=True)], axis=2)
        case name:
            raise ValueError(f"baseline: got {name!r}")


def fitted(settings: Settings, z: Array, seed: list[int], *, shared: bool) -> tuple[SequenceModel, int]:
    """Train a network on the columns of z, together or (shared) as series of their own; stop by the validation part."""
    T, N, D = settings["steps"], settings["batch_size"], 1 if shared else z.shape[1]
    model = SequenceModel(LSTM(D, settings["hidden"], dtype=np.float32, rng=[*seed, 1]), D * AHEAD,
                          loss="mean_squared_error", rng=[*seed, 2])  # fmt: skip
    mask = np.zeros((T, N))
    mask[settings["unread"] :] = 1

    def batches(update: int) -> tasks.Batch:
        rng = np.random.default_rng([*seed, 3, update])
        months = np.arange(T)[:, None] + rng.integers(0, TRAIN - T - AHEAD + 1, N)  # (T, N)
        columns = rng.integers(0, z.shape[1], (N, 1)) if shared else np.tile(np.arange(D), (N, 1))  # (N, D)
        after = months[..., None] + 1 + np.arange(AHEAD)  # (T, N, 6)
        x = z[months[..., None], columns]  # (T, N, D)
        targets = z[after[..., None], columns[:, None]] - x[:, :, None]  # (T, N, 6, D), from the last month on
        return tasks.Batch(x, targets.reshape(T, N, -1), mask)

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0)
    places = np.arange(TRAIN, VALIDATION - AHEAD + 1)
    actual = sun.actual_after(z, places, AHEAD)

    def cost() -> float:
        return float(rmse(forecast(model, z, places, shared=shared), actual))

    _, stopped = train_to_best(trainer, settings, cost)
    return model, stopped


def forecast(model: SequenceModel, z: Array, origins: Array, *, shared: bool) -> Array:
    """Return the forecasts (6, N, D) of a network that has read z (T, D) from its beginning."""
    said = model.forward(z[:, :, None] if shared else z[:, None])[0]  # (T, D, 6) or (T, 1, 6 D)
    if shared:
        change = said[origins - 1].transpose(2, 0, 1)
    else:
        change = said[origins - 1, 0].reshape(len(origins), AHEAD, -1).transpose(1, 0, 2)
    return (z[origins - 1] + change).astype(np.float64)


def first_months(model: SequenceModel, z: Array, scale: tasks.Scale) -> Metrics:
    """Errors in the first half-year of the test part: the state at zero, or left by the region before at its end."""
    part = z[VALIDATION:, :, None]  # (T, 4, 1): four series side by side
    last = model.forward(part)[1].final_state
    neighbor = model.State(*(np.roll(array, 1, axis=1) for array in last))
    steps = np.arange(HALF)
    actual = scale.back(part[steps[:, None] + 1 + np.arange(AHEAD), :, 0])  # (6, 6, 4)
    errors = {}
    for name, state in (("reset", None), ("carried", neighbor)):
        change = model.forward(part[:HALF], state)[0].transpose(0, 2, 1)  # (6, 6, 4)
        errors[name] = round(float(rmse(scale.back(part[:HALF, :, 0][:, None] + change), actual)), 4)
    return errors


def measured(said: Array, series: Array, origins: Array) -> Metrics:
    """The metrics of forecasts (6, N, 4), °C."""
    actual = sun.actual_after(series, origins, AHEAD)
    error = rmse(said, actual, axis=(1, 2))
    return {
        "error": sun.rounded(error, 4),
        "mean": round(float(error.mean()), 4),
        "regions": sun.rounded(rmse(said, actual, axis=1).mean(axis=0), 4),
    }


RECIPE = {"hidden": 16, "steps": 60, "batch_size": 16, "unread": 6, "learning_rate": 0.005, "updates": 400, "every": 25}


def _median(results, variant, metric="mean"):
    return np.median(results.values(variant, metric))


EXPERIMENT = Experiment(
    name="elnino",
    title="Four regions of the Pacific",
    question="Several series at once: one network each, one for all together, or one that serves each?",
    run=run,
    variants={
        "seasons": {"baseline": "seasons", "deterministic": True},
        "persistence": {"baseline": "persistence", "deterministic": True},
        "linear apart": {"baseline": "linear apart", "lags": 6, "deterministic": True},
        "linear together": {"baseline": "linear together", "lags": 6, "deterministic": True},
        "apart": RECIPE | {"way": "apart"},
        "together": RECIPE | {"way": "together"},
        "shared": RECIPE | {"way": "shared"},
    },
    words={"seasons": "as every year", "persistence": "as last month", "linear apart": "linear, each alone",
           "linear together": "linear, together", "apart": "four LSTMs", "together": "one LSTM, 4 inputs",
           "shared": "one LSTM, each in turn"},
    strips=(Strip("mean", "mean error over 6 months, °C"),),
    seeds=10,
    pages=("forecasting",),
    paper="salinas2020deepar",
    columns=(
        Column("error, 1 month", lambda m: m["error"][0], "{:.3f}"),
        Column("6 months", lambda m: m["error"][-1], "{:.3f}"),
        Column("mean", lambda m: m["mean"], "{:.3f}"),
        Column("first half-year, state at zero", lambda m: m.get("reset"), "{:.3f}"),
        Column("state of another region", lambda m: m.get("carried"), "{:.3f}"),
    ),
    claims=(
        Claim("reading the four regions together helps the linear forecast",
              lambda r: _median(r, "linear together") < _median(r, "linear apart"),
              ("linear apart", "linear together")),
        Claim("reading them together helps the networks, in the median",
              lambda r: _median(r, "together") < _median(r, "apart"), ("apart", "together")),
        Claim("a network that has learned from all regions serves each better than its own, in the median",
              lambda r: _median(r, "shared") < _median(r, "apart"), ("apart", "shared")),
        Claim("the best network is nearer than the better linear forecast, in the median",
              lambda r: min(_median(r, v) for v in ("apart", "together", "shared"))
              < min(_median(r, "linear apart"), _median(r, "linear together")),
              ("apart", "together", "shared", "linear apart", "linear together")),
        Claim("a state that another region left makes the first half-year worse than a state of zero, with every seed",
              lambda r: all(m["metrics"]["carried"] > m["metrics"]["reset"] for m in r.of("shared")), ("shared",)),
    ),
    deviations="Temperatures without the seasons of 1950 to 1984, which are learned; 1985 to 1994 are for choices, and "
    "the errors are those of 1995 to 2010. (The source also has departures, but from the years 1971 "
    "to 2000: they have seen the test part.) LSTMs of 16 units on stretches of five years, Adam at 0.005, clipping at "
    "1; of up to 400 updates "
    "those after which the validation error is least. Settings, and the 6 lags of the linear forecasts, were chosen "
    "with the validation part.",
)  # fmt: skip
