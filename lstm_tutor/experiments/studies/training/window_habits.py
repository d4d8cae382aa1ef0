"""Windows of a series, read in the ways that circulate: shuffled or in order, lags as features, relu for tanh."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor import LSTM, Adam, RecurrentLayer, SequenceModel, Trainer, tasks
from lstm_tutor.activations import relu, relu_derivative, sigmoid, sigmoid_derivative
from lstm_tutor.cells import LSTMCell, LSTMState
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.experiments.sun import TRAIN, VALIDATION
from lstm_tutor.metrics import rmse
from lstm_tutor.optim import cosine
from lstm_tutor.tasks.tables import sunspots
from lstm_tutor.types import Array

EARLY = 100  # updates, after which it is asked which network is ahead


class ReluLSTMCell(LSTMCell):
    """The LSTM with relu in both places of tanh, as ``activation="relu"`` makes it in Keras.

    Equations: ``g = relu(...)``, ``c = f c_prev + i g``, ``h = o relu(c)``; the gates as in every LSTM.
    """

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        a += prev.h @ W_h  # (4, N, H)
        i, f, g, o = a
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), relu(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        return LSTMState(o * relu(c), c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, f, g, o, c, _ = step
        seen = relu(c)
        do = d.h * seen
        dc = d.c + d.h * o * relu_derivative(seen)
        di = dc * g
        df = dc * prev.c
        dg = dc * i
        da_i, da_f = di * sigmoid_derivative(i), df * sigmoid_derivative(f)
        da_g, da_o = dg * relu_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([da_i, da_f, da_g, da_o], axis=1, out=da)  # (N, 4H)
        return LSTMState(d.h, dc), LSTMState(h=da @ self.weight_hh, c=dc * f)


class ReluLSTM(RecurrentLayer):
    """:class:`ReluLSTMCell` over time."""

    cell_type = ReluLSTMCell


def run(settings: Settings, seed: int) -> Metrics:
    """Train on windows of the sunspots' training part, and forecast the test part one month ahead.

    Metrics: `error`, the root mean squared error on the test part, sunspots; `early`, the mean squared error of the
    last 20 of the first 100 updates, in scaled units; `largest`, the largest value of h while the trained network reads
    the whole series at once, None where steps are features.
    """
    series, T, epochs = sunspots(), settings["lags"], settings["epochs"]
    scale = tasks.Scale.of(series[:TRAIN], "range")
    z = scale.scaled(series).astype(np.float32)
    model, order = network(settings, seed), np.random.default_rng([seed, 5]).permutation(T)

    def read(windows: Array) -> Array:
        """The windows (T, N, 1) as the network reads them."""
        if settings["steps"] == "features":
            return windows[..., 0].T[None]  # (1, N, T)
        return windows[order] if settings["steps"] == "shuffled" else windows

    x, y = tasks.windows(z[:TRAIN], T)
    x, count, size = read(x), x.shape[1], settings["batch_size"]
    per_epoch = -(-count // size)

    def batches(update: int) -> tasks.Batch:
        epoch, place = divmod(update, per_epoch)
        shuffled = np.random.default_rng([seed, 3, epoch]).permutation(count)
        orders = {"shuffled": shuffled, "in order": np.arange(count), "backward": np.arange(count)[::-1]}
        here = orders[settings["windows"]][place * size : (place + 1) * size]
        targets, mask = np.zeros((len(x), len(here), 1), z.dtype), np.zeros((len(x), len(here)))
        targets[-1], mask[-1] = y[0, here], 1  # only the last step counts
        return tasks.Batch(x[:, here], targets, mask)

    rate, updates = settings["learning_rate"], epochs * per_epoch
    schedule = cosine(rate, updates) if settings["schedule"] == "cosine" else None
    trainer = Trainer(model, batches, Adam(rate), schedule=schedule)
    trainer.run(updates, **UNATTENDED)
    tested, came = tasks.windows(z[VALIDATION - T :], T)
    said = scale.back(model.forward(read(tested).astype(np.float32))[0][-1, :, 0].astype(np.float64))
    largest = None if settings["steps"] == "features" else np.abs(model.layer.forward(z[:, None, None])["h"]).max()
    return {
        "error": round(float(rmse(said, scale.back(came[0, :, 0].astype(np.float64)))), 3),
        "early": round(float(np.mean(trainer.history.loss[EARLY - 20 : EARLY])), 6),
        "largest": None if largest is None else float(f"{largest:.4g}"),
    }  # fmt: skip


def network(settings: Settings, seed: int) -> SequenceModel:
    """Return the untrained model of the settings."""
    layer = {"tanh": LSTM, "relu": ReluLSTM}[settings["activation"]]
    inputs = settings["lags"] if settings["steps"] == "features" else 1
    return SequenceModel(layer(inputs, settings["hidden"], dtype=np.float32, rng=[seed, 1]), 1,
                         loss="mean_squared_error", rng=[seed, 2])  # fmt: skip


RECIPE = {"lags": 12, "hidden": 16, "batch_size": 32, "epochs": 20, "learning_rate": 0.01, "schedule": "cosine",
          "windows": "shuffled",
          "steps": "in time", "activation": "tanh"}  # fmt: skip
BASE, ORDER = "windows shuffled", "windows in order"
CONSTANT = {"schedule": "constant"}

EXPERIMENT = Experiment(
    name="window_habits",
    title="Habits of forecasting code",
    question="Do shuffled windows, lags as features or relu harm or help an LSTM that forecasts?",
    run=run,
    variants={
        BASE: RECIPE,
        ORDER: RECIPE | {"windows": "in order"},
        "windows backward": RECIPE | {"windows": "backward"},
        f"{BASE}, constant rate": RECIPE | CONSTANT,
        f"{ORDER}, constant rate": RECIPE | CONSTANT | {"windows": "in order"},
        "windows backward, constant rate": RECIPE | CONSTANT | {"windows": "backward"},
        "steps shuffled": RECIPE | {"steps": "shuffled"},
        "lags as features": RECIPE | {"steps": "features"},
        "relu": RECIPE | {"activation": "relu"},
    },
    seeds=10,
    kind="saying",
    words={"steps shuffled": "steps in a window shuffled", "lags as features": "lags as features, one step",
           "relu": "relu for tanh"},
    strips=(Strip("error", "error on the test part, sunspots"),),
    pages=("claims",),
    criterion="none: errors are compared",
    deviations="Sunspots, 12 months a window, 16 units, Adam at .01, which falls to 0 along half a cosine unless it is "
    "called constant, 20 epochs of batches of 32, scaled to 0 to 1 on the training part. The steps of a window are "
    "shuffled once for each seed, by one permutation for all windows. Sizes and rate were chosen in trials with seeds "
    "100 to 102, which also showed what the second claim says.",
    columns=(
        Column("error", lambda m: m["error"], "{:.2f}"),
        Column("loss after 100 updates", lambda m: m["early"], "{:.4f}"),
        Column("largest h on the whole series", lambda m: m["largest"], "{:.2f}"),
    ),
    claims=(
        Claim("windows must not be shuffled: in order, the error is clearly less",
              lambda r: r.clearly_worse("error", BASE, ORDER), (BASE, ORDER)),
        Claim("what matters is what comes last: at a constant rate the error is clearly less in order, with the latest "
              "months last, than backward; at a rate that falls the medians differ by less than 0.1",
              lambda r: r.clearly_worse("error", "windows backward, constant rate", f"{ORDER}, constant rate")
              and abs(r.median("windows backward", "error") - r.median(ORDER, "error")) < 0.1,
              (ORDER, "windows backward", f"{ORDER}, constant rate", "windows backward, constant rate"), "own"),
        Claim("with the steps inside a window shuffled, the error is clearly more",
              lambda r: r.clearly_worse("error", "steps shuffled", BASE), (BASE, "steps shuffled"), "own"),
        Claim("relu trains faster: after 100 updates the loss is clearly less",
              lambda r: r.clearly_worse("early", BASE, "relu"), (BASE, "relu")),
        Claim("relu forecasts better: in the end the error is clearly less",
              lambda r: r.clearly_worse("error", BASE, "relu"), (BASE, "relu")),
        Claim("lags as features lose what makes the network recurrent, and the error is clearly more",
              lambda r: r.clearly_worse("error", "lags as features", BASE), (BASE, "lags as features"), "own"),
    ),
)  # fmt: skip
