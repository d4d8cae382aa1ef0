"""GRU, LSTM and RNN over longer and longer lags: which remembers farthest, and what does a step of each cost?"""

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model
from lstm_tutor.experiments.store import Results
from lstm_tutor.experiments.studies.memory.recall import SYMBOLS, accuracy_at

LAGS = (5, 10, 20, 40)
RIGHT = 0.99


def run(settings: Settings, seed: int) -> Metrics:
    """For each lag a new model, trained until 99 of 100 unseen sequences are right; the first lag missed ends the run.

    Metrics: `lags`, and by lag `updates`, how many it took, and `accuracy` on 1000 more sequences (both None for a lag
    that was not tried, and `updates` for the one that was missed); `reach`, the longest lag learned, 0 if none;
    `steps`, how many were read in training, over all lags and updates, each sequence of a batch counted once;
    `parameters`.
    """
    lags, updates, accuracy, reach, steps = settings["lags"], [], [], 0, 0
    for lag in lags:
        model = build_model(settings, 2 * SYMBOLS + 1, SYMBOLS, seed)
        trainer, solved = train_until_right(settings, model, lag, seed)
        updates.append(trainer.step if solved else None)
        accuracy.append(round(accuracy_at(model, lag, rng=[seed, lag, 4]), 4))
        steps += trainer.step * (lag + 2)
        if not solved:
            break
        reach = lag
    untried = [None] * (len(lags) - len(updates))
    return {
        "lags": list(lags), "updates": updates + untried, "accuracy": accuracy + untried, "reach": reach,
        "steps": steps, "parameters": model.size(),
    }  # fmt: skip


def train_until_right(settings: Settings, model: SequenceModel, lag: int, seed: int) -> tuple[Trainer, bool]:
    """Train a model at one lag, and return its Trainer and whether it was right; tested every `check_every` updates."""

    def batches(update):
        return tasks.recall(lag, settings["batch_size"], symbols=SYMBOLS, rng=[seed, lag, 2, update])

    def right(trainer):
        return trainer.step % settings["check_every"] == 0 and accuracy_at(model, lag, rng=[seed, lag, 3]) >= RIGHT

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0)
    trainer.run(settings["updates"], until=right, **UNATTENDED)
    return trainer, right(trainer)


def median_reach(results: Results, variant: str) -> float:
    """Return the longest lag learned, in the median of the runs of a variant."""
    return float(np.median(results.values(variant, "reach")))


def updates_column(k: int, lag: int) -> Column:
    """Return the column with the updates that a lag took."""
    return Column(f"updates, lag {lag}", lambda metrics: metrics["updates"][k], "{:.0f}", fails=True)


def microseconds(results: Results, variant: str) -> float:
    """Return the median CPU time of one step of a batch in training, in microseconds, tests included."""
    records = results.of(variant)
    return float(np.median([1e6 * record["cpu_seconds"] / record["metrics"]["steps"] for record in records]))


def _parameters(results, variant):
    return results.record(variant)["metrics"]["parameters"]


def _farther(better, worse):
    """The claim's test: is the median reach of `better` longer?"""
    return lambda results: median_reach(results, better) > median_reach(results, worse)


RECIPE = {"hidden": 16, "lags": LAGS, "batch_size": 32, "updates": 200, "learning_rate": 0.01, "check_every": 25}
GRU, LSTM = RECIPE | {"cell": "GRU"}, RECIPE | {"cell": "LSTM"}
LSTM_1, LSTM_3 = "lstm, forget bias 1", "lstm, forget bias 3"

EXPERIMENT = Experiment(
    name="lag_sweep",
    title="GRU and LSTM over longer and longer lags",
    question="Who learns to remember a symbol over more steps of noise: the GRU, the LSTM, or the vanilla RNN?",
    run=run,
    variants={
        "rnn": RECIPE | {"cell": "RNN"},
        "gru": GRU,
        "gru, reset before": GRU | {"options": {"reset_after": False}},
        "gru, update bias 3": GRU | {"bias": {"z": 3.0}},
        "gru, 19 units": GRU | {"hidden": 19},
        LSTM_1: LSTM | {"options": {"forget_bias": 1.0}},
        LSTM_3: LSTM | {"options": {"forget_bias": 3.0}},
    },
    seeds=10,
    paper="chung2014empirical",
    strips=(Strip("reach", "longest lag learned, steps"),),
    pages=("gru", "claims"),
    paper_rows=(
        PaperRow("Nottingham", {"tanh": "3.13", "GRU": "3.23", "LSTM": "3.20"}, "S"),
        PaperRow("JSB Chorales", {"tanh": "9.10", "GRU": "8.54", "LSTM": "8.67"}, "S"),
        PaperRow("MuseData", {"tanh": "6.23", "GRU": "5.99", "LSTM": "6.23"}, "S"),
        PaperRow("Piano-midi", {"tanh": "9.03", "GRU": "8.82", "LSTM": "9.03"}, "S"),
        PaperRow("Ubisoft A, speech", {"tanh": "6.44", "GRU": "3.59", "LSTM": "2.70"}, "S"),
    ),
    criterion="99 % of 1,000 unseen sequences right, at lags 5, 10, 20 and 40",
    deviations="Not the paper's task: it modeled music and speech, and its rows are negative log-likelihoods on test "
    "data; on music 100 tanh, 46 GRU or 36 LSTM units. Here one of four symbols is to be kept. A new model for every "
    "lag, up to 200 updates; the first lag that is missed ends a run. One learning rate for all cells, tuned for "
    "none. 16 units each, but for the GRU with 19, which has about as many parameters as the LSTM with 16.",
    success=lambda metrics: metrics["reach"] >= 40,
    columns=(
        Column("longest lag", lambda m: m["reach"], "{:.0f}"),
        *(updates_column(k, lag) for k, lag in enumerate(LAGS)),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("a GRU has fewer parameters than an LSTM of as many units",
              lambda r: _parameters(r, "gru") < _parameters(r, LSTM_1), ("gru", LSTM_1), "saying"),
        Claim("a step of the GRU takes less time than one of the LSTM",
              lambda r: microseconds(r, "gru") < microseconds(r, LSTM_1), ("gru", LSTM_1), "saying"),
        Claim("the LSTM learns longer lags than the GRU, both as they usually start (forget bias 1, no update bias)",
              _farther(LSTM_1, "gru"), (LSTM_1, "gru"), "saying"),
        Claim("the LSTM learns longer lags than the GRU when both start with a bias of 3 to keep",
              _farther(LSTM_3, "gru, update bias 3"), (LSTM_3, "gru, update bias 3"), "saying"),
        Claim("the bias matters more than the cell: with 3, either learns longer lags than the other without",
              lambda r: _farther(LSTM_3, "gru")(r) and _farther("gru, update bias 3", LSTM_1)(r),
              (LSTM_1, LSTM_3, "gru", "gru, update bias 3")),
        Claim("where the reset gate stands makes no difference to the longest lag",
              lambda r: median_reach(r, "gru") == median_reach(r, "gru, reset before"), ("gru", "gru, reset before")),
        Claim("with as many parameters as the LSTM the GRU learns longer lags than with as many units",
              _farther("gru, 19 units", "gru"), ("gru, 19 units", "gru")),
    ),
)  # fmt: skip
