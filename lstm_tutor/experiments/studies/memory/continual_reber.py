"""The experiment of the forget gate: embedded Reber strings without an end, and a state that nobody resets."""

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model, learning_rate
from lstm_tutor.tasks.continual import ContinualReber
from lstm_tutor.types import RNG, Array

STREAMS, CHUNK, WARM_UP = 10, 1000, 100


def run(settings: Settings, seed: int) -> Metrics:
    """Train on endless streams, the state carried along; then test on ten new ones, the weights frozen.

    Nets here have seen the beginning of a stream but once, so their first WARM_UP predictions in a test do not count.

    Metrics: `error_free`, symbols until the first wrong prediction, by test stream; `right`, the share of symbols
    predicted; `closing`, the share of closing letters predicted; `c` with `steps`, and the mean and the largest |c|
    over units and streams just then, `mean` and `max`; `outcome`; `parameters`.
    """
    size, N, T = len(tasks.reber.SYMBOLS), settings["batch_size"], settings["steps"]
    model = build_model(settings, size, size, seed)
    stream = ContinualReber(updates=settings["updates"], batch_size=N, steps=T, rng=[seed, 2])
    trainer = Trainer(model, stream, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings))
    trainer.run(settings["updates"], **UNATTENDED)
    metrics = test(model, settings["test_symbols"], rng=[seed, 3])
    return metrics | {"outcome": outcome(metrics), "parameters": model.size()}


def test(model: SequenceModel, symbols: int, *, rng: RNG = None) -> Metrics:
    """Return the metrics of a trained model, except its number of parameters."""
    stream = ContinualReber(updates=-(-(WARM_UP + symbols) // CHUNK), batch_size=STREAMS, steps=CHUNK, rng=rng)
    state, by_chunk = None, []
    marks = {10**k - 1 for k in range(9) if 10**k <= symbols}
    size: dict[str, list[float]] = {"steps": [], "mean": [], "max": []}
    for update in range(stream.updates):
        outputs, trace = model.forward(stream(update).x, state)
        state, legal = trace.final_state, stream.legal(update)
        by_chunk.append((most_active_are_legal(outputs, legal), stream.closing(update)))
        for t in sorted(mark - update * CHUNK for mark in marks if 0 <= mark - update * CHUNK < CHUNK):
            c = np.abs(trace["c"][t])
            size["steps"].append(update * CHUNK + t + 1)
            size["mean"].append(round(float(c.mean()), 3))
            size["max"].append(round(float(c.max()), 3))
    counted = slice(WARM_UP, WARM_UP + symbols)
    correct, closing = (np.concatenate(chunks)[counted] for chunks in zip(*by_chunk, strict=True))  # (symbols, STREAMS)
    first = np.where(correct.all(axis=0), symbols, correct.argmin(axis=0))
    return {
        "error_free": first.tolist(), "right": round(float(correct.mean()), 6),
        "closing": round(float(correct[closing].mean()), 6), "c": size,
    }  # fmt: skip


def most_active_are_legal(outputs: Array, legal: Array) -> Array:
    """Say at each step whether every legal next symbol is more active than every other: (..., 7) to (...)."""
    return np.where(legal, outputs, np.inf).min(axis=-1) > np.where(legal, -np.inf, outputs).max(axis=-1)


def outcome(metrics: Metrics) -> str:
    """Return the paper's class: "perfect", "good" (mean error-free length over 1000) or "bad"."""
    lengths = metrics["error_free"]
    if metrics["right"] == 1:
        return "perfect"
    return "good" if np.mean(lengths) > 1000 else "bad"


def _mean_length(metrics):
    return float(np.mean(metrics["error_free"]))


def _median(results, variant, pick):
    return np.median([pick(record["metrics"]) for record in results.of(variant)])


RECIPE = {
    "hidden": 8, "batch_size": 32, "steps": 40, "updates": 3000, "learning_rate": 0.01, "test_symbols": 100_000,
}  # fmt: skip
BOTH = ("lstm", "lstm1997")

EXPERIMENT = Experiment(
    name="continual_reber",
    title="Learning to forget: the continual embedded Reber grammar",
    question="What becomes of a memory that nobody resets, with and without a forget gate?",
    run=run,
    variants={
        "lstm1997": RECIPE | {"cell": "LSTM1997"},
        "lstm": RECIPE | {"cell": "LSTM", "options": {"forget_bias": 1.0}},
    },
    seeds=10,
    paper="gers2000learning",
    kind="paper",
    words={"lstm": "LSTM, forget gate"},
    strips=(Strip(_mean_length, "symbols without an error, mean", log=True),),
    pages=("lstm", "claims"),
    paper_rows=tuple(
        PaperRow(method, {"perfect": perfect, "good (mean error-free length)": good, "bad": bad}, "P")
        for method, perfect, good, bad in (
            ("standard LSTM, state reset from outside", "74 %", "0 %", "26 %"),
            ("standard LSTM", "0 %", "1 % (1,166)", "99 % (37)"),
            ("state decay .9", "0 %", "0 %", "100 % (56)"),
            ("forget gates", "18 %", "29 % (39,171)", "53 % (145)"),
            ("forget gates, decaying learning rate", "62 %", "6 % (68,464)", "32 % (30)"),
        )
    ),
    criterion="perfect or good. Perfect: ten streams of 100,000 symbols without a mistake; good: mean error-free "
    "length over 1000",
    deviations="8 cells without blocks, Adam on 32 streams side by side through 40 steps with the state carried on, "
    "softmax outputs, learning rate falling to zero; the first 100 symbols of a test stream do not count; a "
    "prediction is right when the legal symbols are the most active outputs; the paper trained 100 nets. "
    "The learning rate was chosen between two values on the LSTM with forget gate, seeds 0 and 1.",
    success=lambda metrics: metrics["outcome"] in ("perfect", "good"),
    columns=(
        Column("mean error-free length", _mean_length, "{:,.0f}"),
        Column("perfect", lambda m: m["outcome"] == "perfect"),
        Column("closing letters right", lambda m: 100 * m["closing"], "{:.2f} %"),
        Column("mean |c| at the end", lambda m: m["c"]["mean"][-1], "{:,.1f}"),
        Column("largest |c| at the end", lambda m: m["c"]["max"][-1], "{:,.1f}"),
    ),
    claims=(
        Claim("with forget gates more nets are good or perfect",
              lambda r: r.successes("lstm")[0] > r.successes("lstm1997")[0], BOTH),
        Claim("with forget gates the error-free length is longer (median)",
              lambda r: _median(r, "lstm", _mean_length) > _median(r, "lstm1997", _mean_length), BOTH),
        Claim("from the 1,000th symbol to the last |c| grows tenfold and more, but not with a forget gate",
              lambda r: _median(r, "lstm1997", _growth) > 10 > _median(r, "lstm", _growth), BOTH),
        Claim("no standard LSTM is perfect",
              lambda r: all(record["metrics"]["outcome"] != "perfect" for record in r.of("lstm1997")), ("lstm1997",)),
    ),
)  # fmt: skip


def _growth(metrics):
    """How many times larger the mean |c| is at the last symbol than at the 1,000th."""
    c = metrics["c"]
    return c["mean"][-1] / c["mean"][c["steps"].index(1000)]
