"""Words as letters, and how they are said: a translation that keeps the order, so that attention should be diagonal."""

import numpy as np

from lstm_tutor import AdamW, Seq2Seq, Trainer, metrics, tasks
from lstm_tutor.baselines import Dictionary
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, learning_rate, round_parameters
from lstm_tutor.experiments.studies.applications.translation import build_embedded_translator

EDGES = (3, 5, 7, 9, 11)  # letters of a word that are measured together: from one of these up to below the next
LONGEST = 14  # sounds and the stop


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`, or of the dictionary, which says each letter always the same way."""
    if "baseline" in settings:
        task = tasks.word_sounds(rng=0)
        dictionary = Dictionary(task.train, longest=2, least=0.0)
        return measured(task, [dictionary.translate(pair.source) for pair in task.test])
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[Seq2Seq, Metrics]:
    """Train a model; then let it say the words of the test, greedily.

    Metrics: `exact`, the share of words without a wrong sound; `by_length`, with `from`, `exact` and `words`, the same
    by the number of letters; `onward`, the share of steps whose most attended letter is the last one or comes after it
    (None without attention); `parameters`.
    """
    task = tasks.word_sounds(batch_size=settings["batch_size"], rng=[seed, 7])
    model = build_embedded_translator(settings, task, seed)
    rate = AdamW(settings["learning_rate"], weight_decay=settings["weight_decay"])
    Trainer(model, task, rate, clip=1.0, schedule=learning_rate(settings)).run(settings["updates"], **UNATTENDED)
    round_parameters(model, settings["significant_bits"])
    x, lengths = task.encode([pair.source for pair in task.test])
    written = model.greedy(x, task.start, task.stop, LONGEST, lengths)
    onward = [np.diff(each.weights.argmax(axis=1)) >= 0 for each in written if each.weights is not None]
    return model, measured(task, [task.decode(each.symbols) for each in written]) | {
        "onward": round(float(np.concatenate(onward).mean()), 4) if onward else None, "parameters": model.size(),
    }  # fmt: skip


def measured(task: tasks.Pairs, said: list[tuple[str, ...]]) -> Metrics:
    """`exact` and `by_length`, as :func:`train_model` describes them."""
    due = [pair.target for pair in task.test]
    exact, words = metrics.exact_by_length(said, due, [len(pair.source) for pair in task.test], EDGES)
    by_length = {"from": list(EDGES[:-1]), "exact": [round(share, 4) for share in exact], "words": words}
    return {"exact": round(metrics.exact_match(said, due), 4), "by_length": by_length}


def _every(better, worse):
    """The claim's test: is every run of one variant better than every run of the other?"""
    return lambda r: r.values(better, "exact").min() > r.values(worse, "exact").max()


RECIPE = {"embedding": 16, "hidden": 32, "batch_size": 64, "updates": 500, "learning_rate": 0.015, "warmup": 50,
          "weight_decay": 0.01, "significant_bits": 8}  # fmt: skip

EXPERIMENT = Experiment(
    name="phonemes",
    title="Words and their sounds",
    question="Where letters and sounds keep their order, does attention run along the diagonal, and is it needed?",
    run=run,
    variants={
        "dictionary": {"baseline": "dictionary", "deterministic": True},
        "none": RECIPE | {"attention": "none"},
        "additive": RECIPE | {"attention": "additive"},
        "general": RECIPE | {"attention": "general"},
    },
    seeds=10,
    paper="luong2015effective",
    words={"dictionary": "letter by letter", "none": "no attention"},
    strips=(Strip(lambda m: 100 * m["exact"], "words right, %"),),
    pages=("translation",),
    criterion="a third of the words without a wrong sound",
    deviations="The book's own question; no figure of a paper is compared. One word in five of the CMU Pronouncing "
    "Dictionary, of 3 to 10 letters; stress is left out, and only the first pronunciation counts. The words are read "
    "about twice, far less often than a system for use would read them. The recipe was chosen with one seed, mostly "
    "for time, on words set aside for it.",
    success=lambda m: m["exact"] >= 1 / 3 if "parameters" in m else None,
    columns=(
        Column("words right", lambda m: 100 * m["exact"], "{:.1f} %"),
        Column("3 and 4 letters", lambda m: 100 * m["by_length"]["exact"][0], "{:.1f} %"),
        Column("9 and 10 letters", lambda m: 100 * m["by_length"]["exact"][-1], "{:.1f} %"),
        Column("steps on which attention does not go back",
               lambda m: None if m.get("onward") is None else 100 * m["onward"], "{:.1f} %"),
        Column("parameters", lambda m: m.get("parameters"), "{:,.0f}"),
    ),
    claims=(
        Claim("every run with additive attention has more words right than every run without",
              _every("additive", "none"), ("additive", "none")),
        Claim("every run with general attention has more words right than every run without",
              _every("general", "none"), ("general", "none")),
        Claim("every network has more words right than a dictionary of letters",
              lambda r: min(r.values(v, "exact").min() for v in ("none", "additive", "general"))
              > r.values("dictionary", "exact").max(), ("dictionary", "none", "additive", "general")),
        Claim("with either attention the most attended letter goes back in fewer than one step of twenty",
              lambda r: min(r.values(v, "onward").min() for v in ("additive", "general")) >= 0.95,
              ("additive", "general")),
    ),
    train=train_model,
    kept=("additive",),
    noted=("exact", "onward"),
)  # fmt: skip
