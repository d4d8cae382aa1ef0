"""How far back each cell can be taught to remember: one symbol, a lag of noise, a question."""

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model
from lstm_tutor.types import RNG

LAGS = (2, 5, 10, 20, 40, 80)
SYMBOLS = 4


def run(settings: Settings, seed: int) -> Metrics:
    """For each lag a new model; then its accuracy on 1000 new sequences.

    Training stops early once `patience` updates' batches in a row were answered without a mistake.

    Metrics: `lags`, and by lag `accuracy` and `updates`; `parameters`; `chance`.
    """
    accuracy, updates = [], []
    for lag in settings["lags"]:
        model = build_model(settings, 2 * SYMBOLS + 1, SYMBOLS, seed)
        trainer = train_at(settings, model, lag, seed)
        accuracy.append(round(accuracy_at(model, lag, rng=[seed, lag, 3]), 4))
        updates.append(trainer.step)
    return {
        "lags": list(settings["lags"]), "accuracy": accuracy, "updates": updates, "parameters": model.size(),
        "chance": 1 / SYMBOLS,
    }  # fmt: skip


def train_at(settings: Settings, model: SequenceModel, lag: int, seed: int) -> Trainer:
    """Train `model` at one lag, on fresh sequences, and return its Trainer."""

    def batches(update):
        return tasks.recall(lag, settings["batch_size"], symbols=SYMBOLS, rng=[seed, lag, 2, update])

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0)
    patience = settings["patience"]

    def sure(trainer):  # a loss of .02 nats leaves no room for a mistake in a batch of 32
        return trainer.step >= patience and max(trainer.history.loss[-patience:]) < 0.02

    trainer.run(settings["updates"], until=sure, **UNATTENDED)
    return trainer


def accuracy_at(model: SequenceModel, lag: int, *, rng: RNG = None) -> float:
    """Return the share of 1000 new sequences whose first symbol the model names at the end."""
    batch = tasks.recall(lag, 1000, symbols=SYMBOLS, rng=rng)
    predictions, _ = model.forward(batch.x)
    return float((predictions[-1].argmax(axis=1) == batch.targets[-1]).mean())


def reach(metrics: Metrics) -> int:
    """Return the longest lag up to which every lag was answered right in 99 of 100 cases; 0 if none."""
    longest = 0
    for lag, accuracy in zip(metrics["lags"], metrics["accuracy"], strict=True):
        if accuracy < 0.99:
            break
        longest = lag
    return longest


def _beats(better, worse):
    """The claim's test: is the median reach of `better` longer?"""

    def holds(results):
        reaches = [np.median([reach(r["metrics"]) for r in results.of(v)]) for v in (better, worse)]
        return reaches[0] > reaches[1]

    return holds


def _accuracy(k):
    return lambda metrics: 100 * metrics["accuracy"][k]


RECIPE = {"hidden": 16, "lags": LAGS, "batch_size": 32, "updates": 2000, "learning_rate": 0.01, "patience": 50}

EXPERIMENT = Experiment(
    name="recall",
    title="Remembering one symbol",
    question="Over how many steps of noise can each cell learn to keep one of four symbols?",
    run=run,
    variants={
        "rnn": RECIPE | {"cell": "RNN"},
        "rnn-equal-parameters": RECIPE | {"cell": "RNN", "hidden": 36},
        "lstm1997": RECIPE | {"cell": "LSTM1997"},
        "lstm": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 1.0}},
        "lstm-forget-bias-0": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 0.0}},
        "lstm-forget-bias-3": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 3.0}},
    },
    seeds=10,
    paper="bengio1994learning",
    kind="saying",
    words={
        "rnn-equal-parameters": "RNN, as many parameters", "lstm": "LSTM, forget bias 1",
        "lstm-forget-bias-0": "LSTM, forget bias 0", "lstm-forget-bias-3": "LSTM, forget bias 3",
    },
    strips=(Strip(reach, "longest lag learned, steps",
                  ("rnn", "rnn-equal-parameters", "lstm1997", "lstm-forget-bias-0", "lstm", "lstm-forget-bias-3")),),
    pages=("rnn", "lstm"),
    criterion="99 % of new sequences answered right, at every lag up to 40",
    deviations="The book's own task, after the latching problem of Bengio, Simard & Frasconi (1994); no figure of "
    "theirs is compared. A new model for every lag; up to 2,000 updates for every cell, fewer once it is sure. One "
    "learning rate for all cells, not tuned for any.",
    success=lambda metrics: reach(metrics) >= 40,
    columns=(
        Column("longest lag", reach, "{:.0f}"),
        *(Column(f"lag {lag}", _accuracy(k), "{:.0f} %") for k, lag in enumerate(LAGS)),
    ),
    claims=(
        Claim("the LSTM of 1997 remembers longer than the RNN", _beats("lstm1997", "rnn"), ("lstm1997", "rnn")),
        Claim("the LSTM with a forget bias of 1 remembers longer than the RNN", _beats("lstm", "rnn"), ("lstm", "rnn")),
        Claim("a forget bias of 1 remembers longer than 0", _beats("lstm", "lstm-forget-bias-0"),
              ("lstm", "lstm-forget-bias-0")),
        Claim("a forget bias of 3 remembers longer than 1", _beats("lstm-forget-bias-3", "lstm"),
              ("lstm-forget-bias-3", "lstm")),
    ),
)  # fmt: skip
