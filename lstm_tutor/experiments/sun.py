"""What the studies of the sunspots share: the parts of the series, windows of months as batches, and the measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_tutor import LSTM, Adam, SequenceModel, Trainer, baselines, tasks
from lstm_tutor.experiments.experiment import Settings
from lstm_tutor.metrics import rmse
from lstm_tutor.tasks.tables import sunspots
from lstm_tutor.types import Array

__all__ = ["CYCLE", "TRAIN", "VALIDATION", "actual_after", "baseline", "errors", "recipe", "rounded"]

TRAIN, VALIDATION = 2172, 2652  # months before January 1930, and before January 1970; the rest is the test part
CYCLE = 132  # months: eleven years


def actual_after(series: Array, origins: Array, ahead: int) -> Array:
    """Return what came: (ahead, N), or (ahead, N, D)."""
    return series[np.arange(ahead)[:, None] + origins]


def baseline(settings: Settings, series: Array, origins: Array, ahead: int = 1) -> Array:
    """Return the forecasts (ahead, N) of the baseline that the settings name, fitted on the training part."""
    match settings["baseline"]:
        case "persistence":
            return baselines.persistence(series, origins, ahead)
        case "last cycle":
            return baselines.last_cycle(series, origins, ahead, period=CYCLE)
        case "linear recursive":
            linear = baselines.LinearAutoregression.fit(series[:TRAIN], settings["lags"])
            return linear.recursive(series, origins, ahead)
        case "linear direct":
            return baselines.LinearAutoregression.fit(series[:TRAIN], settings["lags"], ahead).direct(series, origins)
        case name:
            raise ValueError(f"baseline: got {name!r}")


def recipe(settings: Settings, seed: int) -> tuple[Trainer, Callable[[Array], Array], int]:
    """Return the recipe of the tutorials: its Trainer, its forecast one month ahead, and the updates of an epoch.

    Settings: ``hidden``, ``lags``, ``batch_size``, ``learning_rate``; ``predict``, "levels" or "differences";
    ``scale_x`` and ``scale_y``, False where the raw numbers are taken; ``shuffle_y``,
    True where the targets are dealt at random.
    """
    series, T = sunspots(), settings["lags"]
    scale = tasks.Scale.of(series[:TRAIN], "range")
    plain = tasks.Scale(0.0, 1.0)
    scale_x = scale if settings.get("scale_x", True) else plain
    scale_y = scale if settings.get("scale_y", True) else plain
    differences = settings.get("predict", "levels") == "differences"
    read, came = tasks.windows(series[:TRAIN], T)
    x = scale_x.scaled(read).astype(np.float32)
    y = (scale_y.scaled(came) - differences * scale_y.scaled(read[-1:])).astype(np.float32)
    if settings.get("shuffle_y"):
        y = np.random.default_rng([seed, 4]).permutation(y, axis=1)
    count, size = x.shape[1], settings["batch_size"]
    per_epoch = -(-count // size)
    model = SequenceModel(LSTM(1, settings["hidden"], dtype=np.float32, rng=[seed, 1]), 1, loss="mean_squared_error",
                          rng=[seed, 2])  # fmt: skip

    def batches(update: int) -> tasks.Batch:
        epoch, place = divmod(update, per_epoch)
        order = np.random.default_rng([seed, 3, epoch]).permutation(count)[place * size : (place + 1) * size]
        targets, mask = np.zeros((T, len(order), 1), np.float32), np.zeros((T, len(order)))
        targets[-1], mask[-1] = y[0, order], 1  # only the last step counts
        return tasks.Batch(x[:, order], targets, mask)

    def forecast(origins: Array) -> Array:
        past = series[np.arange(-T, 0)[:, None] + origins][..., None]
        said = model.forward(scale_x.scaled(past).astype(np.float32))[0][-1, :, 0].astype(np.float64)
        if differences:
            said = said + scale_y.scaled(past[-1, :, 0])
        return scale_y.back(said)

    return Trainer(model, batches, Adam(settings["learning_rate"])), forecast, per_epoch


def rounded(values: Any, digits: int = 3) -> Any:
    """Return numbers, or arrays as lists, short enough to store."""
    return np.round(np.asarray(values, np.float64), digits).tolist()


def errors(forecast: Array, series: Array, origins: Array) -> Array:
    """Return the root mean squared error of each step ahead: (ahead,)."""
    return rmse(forecast, actual_after(series, origins, len(forecast)), axis=1)
