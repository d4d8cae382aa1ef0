"""What a reader in one direction cannot know: words whose tag is decided before them, after them, or on both sides."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lstm_tutor import LSTM, Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, learning_rate, round_parameters
from lstm_tutor.tasks.tagging import KINDS, TAGS, WORDS, what_decides


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`."""
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[SequenceModel, Metrics]:
    """Train a tagger; then its accuracy on unseen sentences. A backward reader gets its sentences turned round.

    Metrics: `accuracy` of the ambiguous words, a dict by what decides about them; `words`, the accuracy of all words;
    `curve`, with `updates` and by kind the accuracy; `parameters`; `data`, the fingerprint of the test sentences.
    """
    data = tasks.TaggedSentences(settings["sentences"], rng=[seed, 2])
    model = SequenceModel(
        LSTM(len(WORDS), settings["hidden"], bidirectional=settings["reads"] == "both", dtype="float32", rng=[seed, 1]),
        len(TAGS), rng=[seed, 4],
    )  # fmt: skip
    N, backward = settings["batch_size"], settings["reads"] == "backward"

    def batches(update):
        chosen = np.random.default_rng([seed, 3, update]).integers(0, len(data.train), (N,))
        return _batch([data.train[k] for k in chosen], backward)

    def measured(kind):
        return lambda model: accuracy(model, data.test, backward=backward)[kind]

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings),
                      metrics={kind: measured(kind) for kind in KINDS}, every=settings["updates"] // 20)  # fmt: skip
    trainer.run(settings["updates"], **UNATTENDED)
    round_parameters(model, settings["significant_bits"])
    right = accuracy(model, data.test, backward=backward)
    curves = trainer.history.metrics
    return model, {
        "accuracy": {kind: round(right[kind], 4) for kind in KINDS},
        "words": round(right["words"], 4),
        "curve": {"updates": curves["both"][0]} | {kind: np.round(curves[kind][1], 3).tolist() for kind in KINDS},
        "parameters": model.size(),
        "data": tasks.fingerprint("\n".join(" ".join(words) for words, _ in data.test)),
    }


def accuracy(model: SequenceModel, sentences: Sequence[Any], *, backward: bool = False) -> dict[str, float]:
    """Return the share of words whose tag is right: of all "words", and of the ambiguous ones by KINDS."""
    batch = _batch(sentences, backward)
    right = model.forward(batch.x, lengths=batch.lengths)[0].argmax(axis=2) == batch.targets
    decides = np.full(right.shape, "", dtype="<U6")
    for n, (words, _) in enumerate(sentences):
        kinds = [kind or "" for kind in what_decides(words)]
        decides[: len(words), n] = kinds[::-1] if backward else kinds
    return {"words": float(right[batch.mask].mean())} | {kind: float(right[decides == kind].mean()) for kind in KINDS}


def _batch(sentences, backward):
    turned = [(words[::-1], tags[::-1]) for words, tags in sentences] if backward else sentences
    return tasks.tagging_batch(turned, np.float32)


def least(metrics: Metrics) -> float:
    """Return the least of the accuracies."""
    return min(metrics["accuracy"].values())


def _accuracy(kind):
    return lambda metrics: 100 * metrics["accuracy"][kind]


def _coin(variant, *kinds):
    """The claim's test: does no run do noticeably better than a coin where `kinds` decide?"""
    return lambda results: all(results.values(variant, f"accuracy.{kind}").max() < 0.56 for kind in kinds)


RECIPE = {
    "hidden": 8,
    "sentences": 2000,
    "batch_size": 32,
    "updates": 1000,
    "learning_rate": 0.05,
    "significant_bits": 8,
}

EXPERIMENT = Experiment(
    name="tagging",
    title="Words that only the rest of the sentence can tag",
    question="Do two directions together know what a reader in one direction cannot know?",
    run=run,
    variants={
        "forward": RECIPE | {"reads": "forward"},
        "forward-14": RECIPE | {"reads": "forward", "hidden": 14},
        "backward": RECIPE | {"reads": "backward"},
        "both": RECIPE | {"reads": "both"},
    },
    seeds=10,
    paper="schuster1997bidirectional",
    words={"forward-14": "forward, 14 units", "both": "both directions"},
    strips=(Strip(lambda m: 100 * m["accuracy"]["both"], "tags decided on both sides, right, %"),),
    pages=("bidirectional", "labs/two-directions"),
    criterion="99 of 100 ambiguous words of unseen sentences right, whatever decides about them",
    deviations="The book's own task, and LSTMs where Schuster & Paliwal (1997) had plain recurrent networks; no figure "
    "of theirs is compared. One recipe for all readers, its rate chosen in trials with the backward one, which at "
    "lower rates did not always learn; the forward reader of 14 units has about as many parameters as both directions "
    "of 8 together.",
    success=lambda metrics: least(metrics) >= 0.99,
    columns=(
        *(Column(f"decided {place}", _accuracy(kind), "{:.1f} %")
          for kind, place in zip(KINDS, ("before", "after", "on both sides"), strict=True)),
        Column("all words", lambda m: 100 * m["words"], "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("both directions together meet the criterion with every seed",
              lambda r: r.successes("both")[0] == r.successes("both")[1], ("both",)),
        Claim("a forward reader knows every word that is decided before it",
              lambda r: r.values("forward", "accuracy.before").min() >= 0.99, ("forward",)),
        Claim("a forward reader does no better than a coin where something is decided later",
              _coin("forward", "after", "both"), ("forward",)),
        Claim("nor does one with as many parameters as both directions together", _coin("forward-14", "after", "both"),
              ("forward-14",)),
        Claim("a backward reader knows every word that is decided after it",
              lambda r: r.values("backward", "accuracy.after").min() >= 0.99, ("backward",)),
        Claim("a backward reader is wrong about many words that are decided before them",
              lambda r: r.values("backward", "accuracy.before").max() < 0.9, ("backward",)),
    ),
    train=train_model,
    kept=("forward", "backward", "both"),
    noted=("data", "accuracy", "words"),
)  # fmt: skip
