"""What truncated backpropagation can learn: a dependency over a lag, against the length of the windows."""

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model, learning_rate
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import RNG, Array

SYMBOLS, PERIOD, STREAMS = 4, 8, 24  # with three times as many streams as steps in a period, three are asked each step
CALM = 400  # steps without a large loss, after which training ends
STEPS = 400  # of a test stream


def run(settings: Settings, seed: int) -> Metrics:
    """For each window a new model, trained on the same endless streams; then its accuracy on new ones.

    All windows see `settings["stream"]` steps, k at a time, with an update after each window; the state is carried
    over. Training ends early once every update of the last CALM steps had a loss below .02 nats.

    Metrics: `windows`, and by window `accuracy`; `held`, the accuracy of a read-out that is fitted to the trained
    states by least squares; `steps` of the stream that training took. `fresh`, as `held` before any training; `lag`;
    `parameters`; `chance`.
    """
    metrics = {"windows": list(settings["windows"]), "accuracy": [], "held": [], "steps": []}
    lag = settings["lag"]
    for k in settings["windows"]:
        trainer = train_with(settings, k, seed)
        metrics["accuracy"].append(round(accuracy_of(trainer.model, lag, rng=[seed, 3]), 4))
        metrics["held"].append(round(held_by(trainer.model.layer, lag, rng=[seed, 3]), 4))
        metrics["steps"].append(trainer.step * k)
    fresh = build_model(settings, 2 * SYMBOLS + 1, SYMBOLS, seed)
    return metrics | {
        "fresh": round(held_by(fresh.layer, lag, rng=[seed, 3]), 4), "lag": lag, "parameters": fresh.size(),
        "chance": 1 / SYMBOLS,
    }  # fmt: skip


def train_with(settings: Settings, k: int, seed: int) -> Trainer:
    """Train a new model through windows of `k` steps, and return its Trainer."""
    model = build_model(settings, 2 * SYMBOLS + 1, SYMBOLS, seed)
    stream = tasks.RecallStream(settings["lag"], updates=settings["stream"] // k, batch_size=STREAMS, steps=k,
                                period=PERIOD, symbols=SYMBOLS, rng=[seed, 2])  # fmt: skip
    schedule = learning_rate(settings | {"updates": stream.updates}) if settings["falling"] else None
    trainer = Trainer(model, stream, Adam(settings["learning_rate"]), clip=1.0, schedule=schedule)
    patience = -(-CALM // k)

    def sure(trainer):
        return trainer.step >= patience and max(trainer.history.loss[-patience:]) < 0.02

    trainer.run(stream.updates, until=sure, **UNATTENDED)
    return trainer


def new_streams(lag: int, rng: RNG) -> tuple[tasks.Batch, Array]:
    """Return new streams, and which of their questions count; the first period's symbol may not have been shown."""
    stream = tasks.RecallStream(
        lag, updates=1, batch_size=2 * STREAMS, steps=STEPS, period=PERIOD, symbols=SYMBOLS, rng=rng
    )
    batch = stream(0)
    asked = np.array(batch.mask)
    asked[:PERIOD] = False
    return batch, asked


def accuracy_of(model: SequenceModel, lag: int, *, rng: RNG = None) -> float:
    """Return the share of some 2,400 new questions that the model answers rightly."""
    batch, asked = new_streams(lag, rng)
    predictions, _ = model.forward(batch.x)
    return float((predictions.argmax(axis=2) == batch.targets)[asked].mean())


def held_by(layer: RecurrentLayer, lag: int, *, rng: RNG = None) -> float:
    """Return the share that a linear read-out of the states answers, fitted to one half and tested on the other.

    It says what the states hold, whether or not the model's own read-out has found it.
    """
    batch, asked = new_streams(lag, rng)
    states = layer.forward(batch.x).output
    states = np.concatenate([states, np.ones((*asked.shape, 1))], axis=2)
    fit, rest = asked.copy(), asked.copy()
    fit[:, STREAMS:] = rest[:, :STREAMS] = False
    readout, *_ = np.linalg.lstsq(states[fit], np.eye(SYMBOLS)[batch.targets[fit]])
    return float(((states[rest] @ readout).argmax(axis=1) == batch.targets[rest]).mean())


def within(metrics: Metrics) -> list[float]:
    """Return the accuracies of the windows of at most `lag` steps, which never hold both a symbol and its question."""
    return [a for k, a in zip(metrics["windows"], metrics["accuracy"], strict=True) if k <= metrics["lag"]]


def beyond(metrics: Metrics) -> list[float]:
    """Return the accuracies of the windows that are longer than the lag."""
    return [a for k, a in zip(metrics["windows"], metrics["accuracy"], strict=True) if k > metrics["lag"]]


def _of(results, *variants):
    return [record["metrics"] for variant in variants for record in results.of(variant)]


def _accuracy(k):
    def pick(metrics):
        return 100 * metrics["accuracy"][metrics["windows"].index(k)] if k in metrics["windows"] else None

    return pick


WINDOWS = (1, 3, 5, 6, 8, 16)
RECIPE = {"lag": 5, "hidden": 16, "stream": 8000}
FALLING = {"learning_rate": 0.003, "falling": True}
FIXED = {"learning_rate": 0.01, "falling": False, "windows": (3, 5, 6)}
LSTM = {"cell": "LSTM", "options": {"forget_bias": 1.0}}
CAREFUL, FAST = ("rnn", "lstm"), ("rnn, fast", "lstm, fast")

EXPERIMENT = Experiment(
    name="truncation",
    title="A dependency longer than the truncation",
    question="Can a network learn to remember for longer than its gradient reaches, if only the state is carried on?",
    run=run,
    variants={
        "rnn": RECIPE | {"cell": "RNN", "windows": WINDOWS} | FALLING,
        "lstm": RECIPE | LSTM | {"windows": WINDOWS[1:]} | FALLING,
        "rnn, fast": RECIPE | {"cell": "RNN"} | FIXED,
        "lstm, fast": RECIPE | LSTM | FIXED,
    },
    seeds=10,
    paper="williams1990efficient",
    words={"rnn, fast": "RNN, higher rate", "lstm, fast": "LSTM, higher rate"},
    strips=(
        Strip(lambda m: 100 * max(within(m)), "answers right, windows up to the lag, %"),
        Strip(lambda m: 100 * max(beyond(m)), "answers right, longer windows, %"),
    ),
    pages=("bptt",),
    criterion="99 % of new questions answered with a window no longer than the lag, which is 5",
    deviations="The book's own task; no figure of the paper is compared. Windows follow one another without overlap "
    "(the paper's h and h' are both k). Every window length sees the same streams, at most 8,000 steps, so short "
    "windows get more updates of fewer questions each. Two recipes, chosen on other seeds: a learning rate of .003 "
    "that falls to zero, and .01 throughout (fast).",
    success=lambda metrics: max(within(metrics)) >= 0.99,
    columns=(
        *(Column(f"k = {k}", _accuracy(k), "{:.0f} %") for k in WINDOWS),
        Column("held by the untrained state", lambda m: 100 * m["fresh"], "{:.0f} %"),
    ),
    claims=(
        Claim("every window longer than the lag solves the task, in every run",
              lambda r: all(min(beyond(m)) >= 0.99 for m in _of(r, *CAREFUL, *FAST)), CAREFUL + FAST),
        Claim("an RNN learns to answer half of the questions and more through a window no longer than the lag, in "
              "every run", lambda r: all(max(within(m)) >= 0.5 for m in _of(r, "rnn")), ("rnn",)),
        Claim("an LSTM learns to answer half of the questions and more through such a window, in every run",
              lambda r: all(max(within(m)) >= 0.5 for m in _of(r, "lstm")), ("lstm",)),
        Claim("at the higher learning rate no such window answers half of them, in any run",
              lambda r: all(max(within(m)) < 0.5 for m in _of(r, *FAST)), FAST),
        Claim("the untrained state holds the answer to half of the questions and more, in every run",
              lambda r: all(m["fresh"] >= 0.5 for m in _of(r, *CAREFUL)), CAREFUL),
    ),
)  # fmt: skip
