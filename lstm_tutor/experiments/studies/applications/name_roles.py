"""The roles of names in Python source: what lookup tables, a hidden Markov model and LSTMs make of the same lines."""

from functools import cache
from typing import Any

import numpy as np

from lstm_tutor import SequenceModel
from lstm_tutor.baselines import HMMTagger, MostFrequentTag
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.taggers import NETWORK, blocks, said, train_tagger
from lstm_tutor.metrics import class_scores, confusion_matrix
from lstm_tutor.tasks import fingerprint
from lstm_tutor.tasks.roles import ROLES, CodeLine, NameRoles
from lstm_tutor.types import Array

_data = cache(NameRoles)
K = len(ROLES)


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`."""
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[SequenceModel | None, Metrics]:
    """Fit a tagger on the training lines; then what it says of the names of the test modules.

    Metrics: `accuracy`, the share of names with the right role; `f1`, a dict by role; `macro`, the mean of these;
    `lines`, the share of lines without a wrong role; `validation`, the accuracy on the modules to choose by;
    `confusion`, counts, a row for each true role; `parameters`, of a network; `data`, the fingerprint of the test.
    """
    data = _data(known_names=settings.get("known_names", 0))
    model, predict = (
        _network(settings, seed, data) if settings["tagger"] == "lstm" else (None, _counted(settings, data))
    )
    found, chosen = predict(data.test), predict(data.validation)
    pairs = [np.array([(ROLES.index(role), tag) for role, tag in zip(line.roles, tags, strict=True) if role])
             for line, tags in zip(data.test, found, strict=True)]  # fmt: skip
    true, guessed = np.concatenate(pairs).T
    confusion = confusion_matrix(true, guessed, K)
    f1 = class_scores(confusion).f1
    return model, {
        "accuracy": round(float((true == guessed).mean()), 4),
        "f1": {role: round(float(value), 4) for role, value in zip(ROLES, f1, strict=True)},
        "macro": round(float(f1.mean()), 4),
        "lines": round(float(np.mean([(pair[:, 0] == pair[:, 1]).all() for pair in pairs])), 4),
        "validation": round(accuracy(data.validation, chosen), 4),
        "confusion": confusion.tolist(),
        "parameters": 0 if model is None else model.size(),
        "data": fingerprint("\n".join(map(str, data.test))),
    }


def accuracy(lines: list[CodeLine], found: list[Any]) -> float:
    """Return the share of names whose role is right; what is said of other tokens does not count."""
    right = [ROLES[tag] == role for line, tags in zip(lines, found, strict=True)
             for role, tag in zip(line.roles, tags, strict=True) if role]  # fmt: skip
    return float(np.mean(right))


# -- the taggers: from settings to a function from lines to places in ROLES, one for each token ----------------------


def _counted(settings: Settings, data: NameRoles):
    read = data.encode if settings["reads"] == "masked" else _Spelling().encode
    tokens = [read(line) for line in data.train]
    if settings["tagger"] == "table":
        tags = [[-1 if role is None else ROLES.index(role) for role in line.roles] for line in data.train]
        table = MostFrequentTag(settings["neighbors"]).fit(tokens, tags)
        return lambda lines: table.predict([read(line) for line in lines])
    V = len(data.vocabulary)  # what is no name has a state of its own, so that the state remembers it
    states = [[K + token if role is None else ROLES.index(role) for token, role in zip(x, line.roles, strict=True)]
              for x, line in zip(tokens, data.train, strict=True)]  # fmt: skip
    tagger = HMMTagger(K + V, V, smoothing=settings["smoothing"]).fit(tokens, states)
    return lambda lines: [[min(tag, K - 1) for tag in tags] for tags in tagger.predict([read(line) for line in lines])]


class _Spelling:
    """Numbers for tokens as they are spelled, in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def encode(self, line: CodeLine) -> list[int]:
        return [self.numbers.setdefault(token, len(self.numbers)) for token in line.tokens]


def _network(settings: Settings, seed: int, data: NameRoles):
    batches = blocks(data.train, data.batch, settings["batch_size"], lambda line: len(line.tokens))
    model = train_tagger(settings, seed, batches, len(data.vocabulary), K)

    def predict(lines: list[CodeLine]) -> list[Array]:
        batch = data.batch(lines)
        tags = said(model, batch, settings["reads"]).argmax(axis=2)
        return [tags[: len(line.tokens), n] for n, line in enumerate(lines)]

    return model, predict


def _share(name):
    return lambda metrics: 100 * metrics[name]


def _role(role):
    return lambda metrics: 100 * metrics["f1"][role]


def _better(better, *worse):
    """The claim's test: is every run of one variant better than every run of the others?"""
    return lambda r: all(r.values(better, "accuracy").min() > r.values(v, "accuracy").max() for v in worse)


LSTM_ = NETWORK | {"tagger": "lstm"}

EXPERIMENT = Experiment(
    name="name_roles",
    title="The roles of names in Python source",
    question="What does a tagger gain from reading the line in both directions, and does it need a network for it?",
    run=run,
    variants={
        "spelling": {"tagger": "table", "reads": "spelled", "neighbors": 0},
        "neighbors-1": {"tagger": "table", "reads": "masked", "neighbors": 1},
        "neighbors-4": {"tagger": "table", "reads": "masked", "neighbors": 4},
        "hmm": {"tagger": "hmm", "reads": "masked", "smoothing": 0.1},
        "forward": LSTM_ | {"reads": "forward", "hidden": 40},
        "backward": LSTM_ | {"reads": "backward", "hidden": 40},
        "both": LSTM_ | {"reads": "both"},
        "both-names": LSTM_ | {"reads": "both", "known_names": 200},
    },
    seeds=10,
    words={
        "spelling": "table of spellings", "neighbors-1": "table, 1 neighbor", "neighbors-4": "table, 4 neighbors",
        "hmm": "hidden Markov model", "forward": "LSTM, forward", "backward": "LSTM, backward",
        "both": "LSTM, both", "both-names": "LSTM, both, names read",
    },
    strips=(
        Strip(_share("accuracy"), "names with the right role, %"),
        Strip(_share("macro"), "mean F1 of the nine roles, %", title="Every role counts the same"),
    ),
    pages=("tagging",),
    paper="huang2015bidirectional",
    criterion="none: shares of right roles are compared",
    deviations="The book's own task. Everybody trains on the same 4,766 lines; all but the table of spellings and the "
    "last network read every name as the same token. The networks share one recipe; units, updates and learning rate "
    "were chosen on the validation modules, with the network of both directions and one seed, from six settings. The "
    "readers in one direction have 40 units, so that they have more parameters than 24 in each direction. The hidden "
    "Markov model's counts are smoothed by 0.1, which was not tuned. Tables and hidden Markov model have no chance in "
    "them, so that their ten runs are alike.",
    columns=(
        Column("right roles", _share("accuracy"), "{:.1f} %"),
        Column("mean F1", _share("macro"), "{:.1f} %"),
        *(Column(f"F1 of {role}", _role(role), "{:.1f} %") for role in ("argument", "keyword", "called", "assigned")),
        Column("lines all right", _share("lines"), "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"] or None, "{:,.0f}"),
    ),
    claims=(
        Claim("both directions together are better than one, with every seed", _better("both", "forward", "backward"),
              ("both", "forward", "backward")),
        Claim("both directions together are better than every table and the hidden Markov model, with every seed",
              _better("both", "spelling", "neighbors-1", "neighbors-4", "hmm"),
              ("both", "spelling", "neighbors-1", "neighbors-4", "hmm")),
        Claim("a forward reader is better than the hidden Markov model, with every seed", _better("forward", "hmm"),
              ("forward", "hmm")),
        Claim("a forward reader is better than a table that sees one neighbor on each side, with every seed",
              _better("forward", "neighbors-1"), ("forward", "neighbors-1")),
        Claim("a forward reader finds fewer than one keyword in ten, as what makes a keyword comes after it",
              lambda r: r.values("forward", "f1.keyword").max() < 0.1, ("forward",)),
        Claim("who reads the spelling of frequent names as well is better than who does not, in the median",
              lambda r: r.median("both-names", "accuracy") > r.median("both", "accuracy"), ("both-names", "both")),
    ),
    train=train_model,
    kept=("forward", "both"),
    noted=("accuracy", "macro", "data"),
)  # fmt: skip
