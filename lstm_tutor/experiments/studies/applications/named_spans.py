"""Named spans in generated sentences, and what holds between two of them: tables and an HMM beside LSTMs."""

from collections import Counter, defaultdict
from functools import partial
from typing import Any

import numpy as np

from lstm_tutor import SequenceModel, activations
from lstm_tutor.baselines import HMMTagger, MostFrequentTag, viterbi
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.taggers import NETWORK, blocks, said, train_tagger
from lstm_tutor.metrics import legal_steps, span_scores, spans_of
from lstm_tutor.tasks import Batch, fingerprint
from lstm_tutor.tasks.spans import (
    PAIR_WORDS,
    RELATIONS,
    SPAN_KINDS,
    SPAN_TAGS,
    SPAN_WORDS,
    NamedSentences,
    Sentence,
    encode_words,
    pair_batch,
    span_batch,
)
from lstm_tutor.types import Array

PASSES = 4  # differently masked copies of the training sentences, where names are masked at all


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train_model`."""
    return train_model(settings, seed)[1]


def train_model(settings: Settings, seed: int) -> tuple[SequenceModel | None, Metrics]:
    """Fit a tagger of spans, or a model of pairs, on generated sentences; then what it says of new ones.

    Metrics of a tagger, in `test` and, for the same sentences with names that training never had, in `strangers`: `f1`,
    by exact match, and `kinds`, the same by kind; `tokens`, the share of right tags; `legal`, the F1 of the best legal
    path; `illegal`, the share of sentences whose tags are illegal. Of a model of pairs: `relations`, the share of right
    answers; `held`, the share among the pairs between which something holds. Of networks `parameters`; `data`, the
    fingerprint of the test sentences.
    """
    data = NamedSentences(settings["sentences"], rng=[seed, 2])
    model, metrics = (_pairs if settings["asks"] == "relations" else _spans)(settings, seed, data)
    return model, metrics | {"parameters": 0 if model is None else model.size(),
                             "data": fingerprint("\n".join(map(str, data.test)))}  # fmt: skip


# -- spans -----------------------------------------------------------------------------------------------------------


def _spans(settings: Settings, seed: int, data: NamedSentences) -> tuple[SequenceModel | None, Metrics]:
    model, predict = (_network if settings["tagger"] == "lstm" else _counted)(settings, seed, data)
    return model, scores(data, predict)


def scores(data: NamedSentences, predict: Any) -> Metrics:
    """Score a function from sentences to scores of tags, on the test sentences and on those with strange names."""
    true, steps = [sentence.spans for sentence in data.test], legal_steps(SPAN_TAGS)
    metrics: Metrics = {}
    for name, sentences in (("test", data.test), ("strangers", data.strangers)):  # strangers stand where names stood
        found = predict(sentences)
        tags = [[SPAN_TAGS[k] for k in each.argmax(axis=1)] for each in found]
        paths = [[SPAN_TAGS[k] for k in viterbi(each, *steps)] for each in found]
        spans = list(map(spans_of, tags))
        metrics[name] = {
            "f1": round(span_scores(true, spans).f1, 4),
            "kinds": {kind: round(span_scores(true, spans, kind=kind).f1, 4) for kind in SPAN_KINDS},
            "tokens": round(_right(sentences, tags), 4),
            "legal": round(span_scores(true, list(map(spans_of, paths))).f1, 4),
            "illegal": round(float(np.mean([_illegal(each, *steps) for each in tags])), 4),
        }
    return metrics


def _right(sentences: list[Sentence], tags: list[list[str]]) -> float:
    return float(np.mean([a == b for sentence, its in zip(sentences, tags, strict=True)
                          for a, b in zip(sentence.tags, its, strict=True)]))  # fmt: skip


def _illegal(tags: list[str], transition: Array, start: Array) -> bool:
    """Whether an I continues nothing."""
    codes = [SPAN_TAGS.index(tag) for tag in tags]
    return bool(np.isinf(start[codes[0]]) or np.isinf(transition[codes[:-1], codes[1:]]).any())


def _counted(settings: Settings, seed: int, data: NamedSentences):
    tokens = [encode_words(sentence.words) for sentence in data.train]
    tags = [[SPAN_TAGS.index(tag) for tag in sentence.tags] for sentence in data.train]
    K = len(SPAN_TAGS)
    tagger: Any
    if settings["tagger"] == "table":
        tagger = MostFrequentTag(settings["neighbors"]).fit(tokens, tags)
    else:
        tagger = HMMTagger(K, len(SPAN_WORDS), smoothing=settings["smoothing"]).fit(tokens, tags)
    return None, lambda sentences: [
        np.eye(K)[path] for path in tagger.predict([encode_words(sentence.words) for sentence in sentences])
    ]


def _network(settings: Settings, seed: int, data: NamedSentences):
    masked = settings["unknown"]
    batches = []
    for copy in range(PASSES if masked else 1):
        batch = partial(span_batch, unknown=masked, rng=np.random.default_rng([seed, 5, copy]))
        batches += blocks(data.train, batch, settings["batch_size"], lambda sentence: len(sentence.words))
    model = train_tagger(settings, seed, batches, len(SPAN_WORDS), len(SPAN_TAGS))

    def predict(sentences: list[Sentence]):
        batch = span_batch(sentences)
        log_p = activations.log_softmax(said(model, batch, settings["reads"]))
        return [log_p[: len(sentence.words), n] for n, sentence in enumerate(sentences)]

    return model, predict


# -- pairs -----------------------------------------------------------------------------------------------------------


def _pairs(settings: Settings, seed: int, data: NamedSentences) -> tuple[SequenceModel | None, Metrics]:
    """Say what holds between two spans that are given: from their kinds alone, or by a network that reads the marks."""
    batch, model = pair_batch(data.test), None
    true = answers(batch, batch.targets)
    if settings["tagger"] == "table":
        counts: dict[Any, Counter[str]] = defaultdict(Counter)
        for sentence in data.train:
            for (a, b), relation in sentence.relations.items():
                counts[sentence.spans[a].kind, sentence.spans[b].kind][relation] += 1
        guessed = np.array([RELATIONS.index(counts[s.spans[a].kind, s.spans[b].kind].most_common(1)[0][0])
                            for s in data.test for a, b in s.relations])  # fmt: skip
    else:
        several = [sentence for sentence in data.train if sentence.relations]
        batches = blocks(several, pair_batch, settings["batch_size"] // 2, lambda sentence: len(sentence.words))
        model = train_tagger(settings, seed, batches, len(PAIR_WORDS), len(RELATIONS))
        guessed = answers(batch, said(model, batch, settings["reads"]).argmax(axis=2))
    right, held = true == guessed, true != RELATIONS.index("none")
    return model, {"relations": round(float(right.mean()), 4), "held": round(float(right[held].mean()), 4)}


def answers(batch: Batch, at_every_step: Array) -> Array:
    """What stands at the one step of each sequence that counts, (N,)."""
    mask = np.asarray(batch.mask)
    return at_every_step[mask.argmax(axis=0), np.arange(mask.shape[1])]


def _share(name, part=None):
    def pick(metrics):
        where = metrics if part is None else metrics.get(part, {})
        return 100 * where[name] if name in where else None

    return pick


SPANS = {"sentences": 1000, "asks": "spans"}
PAIRS = {"sentences": 1000, "asks": "relations"}
LSTM_ = NETWORK | {"tagger": "lstm", "hidden": 16, "updates": 400}
TAGGERS = ("table", "table-2", "hmm", "forward", "both", "both-unknown")

EXPERIMENT = Experiment(
    name="named_spans",
    title="Named spans, and what holds between two of them",
    question="Does a tagger find people, places and companies whose names are all alike, and names it never met?",
    run=run,
    variants={
        "table": SPANS | {"tagger": "table", "neighbors": 0},
        "table-2": SPANS | {"tagger": "table", "neighbors": 2},
        "hmm": SPANS | {"tagger": "hmm", "smoothing": 0.1},
        "forward": SPANS | LSTM_ | {"reads": "forward", "hidden": 26, "unknown": 0},
        "both": SPANS | LSTM_ | {"reads": "both", "unknown": 0},
        "both-unknown": SPANS | LSTM_ | {"reads": "both", "unknown": 0.2},
        "pairs-kinds": PAIRS | {"tagger": "table"},
        "pairs-both": PAIRS | LSTM_ | {"reads": "both"},
    },
    seeds=10,
    words={
        "table": "most frequent tag", "table-2": "table, 2 neighbors", "hmm": "hidden Markov model",
        "forward": "LSTM, forward", "both": "LSTM, both", "both-unknown": "LSTM, both, names masked",
        "pairs-kinds": "kinds of the two spans", "pairs-both": "LSTM, both, spans marked",
    },
    strips=(
        Strip(_share("f1", "test"), "F1 of spans, exact match, %", rows=TAGGERS, title="Names that training had"),
        Strip(_share("f1", "strangers"), "F1 of spans, exact match, %", rows=TAGGERS,
              title="Names that training never had"),
        Strip(_share("relations"), "pairs with the right relation, %", rows=("pairs-kinds", "pairs-both")),
    ),
    pages=("tagging",),
    paper="lample2016neural",
    criterion="none: F1 of exact matches and shares of right relations are compared",
    deviations="Generated sentences from seventeen templates, so that every pattern of the test was trained on with "
    "other names: the figures say what a tagger can do, not how well it would do on a newspaper. The networks share "
    "one recipe, taken over from the study of names in Python with smaller layers and tried with one seed. The forward "
    "reader has 26 units, so that it has about as many parameters as 16 in each direction. The relations are asked "
    "between true spans, not between those that a tagger found.",
    columns=(
        Column("F1", _share("f1", "test"), "{:.1f} %"),
        Column("tokens right", _share("tokens", "test"), "{:.1f} %"),
        Column("F1, strange names", _share("f1", "strangers"), "{:.1f} %"),
        Column("the same, legal paths", _share("legal", "strangers"), "{:.1f} %"),
        Column("relations right", _share("relations"), "{:.1f} %"),
        Column("parameters", lambda m: m["parameters"] or None, "{:,.0f}"),
    ),
    claims=(
        Claim("both directions find more than 99 in 100 spans exactly, with every seed",
              lambda r: r.values("both", "test.f1").min() > 0.99, ("both",)),
        Claim("no table, no hidden Markov model and no forward reader finds as many as both directions, with any seed",
              lambda r: all(r.values(v, "test.f1").max() < r.values("both", "test.f1").min()
                            for v in ("table", "table-2", "hmm", "forward")),
              ("table", "table-2", "hmm", "forward", "both")),
        Claim("on names that it never met, the same tagger loses a tenth of its F1 or more, with every seed",
              lambda r: (r.values("both", "strangers.f1") < 0.9 * r.values("both", "test.f1")).all(), ("both",)),
        Claim("a tagger that saw masked names in training finds more than 99 in 100 spans of strange names as well",
              lambda r: r.values("both-unknown", "strangers.f1").min() > 0.99, ("both-unknown",)),
        Claim("where a tagger is unsure, the best legal path has a higher F1 than the best tag for each token, in the "
              "median", lambda r: r.median("forward", "strangers.legal") > r.median("forward", "strangers.f1"),
              ("forward",)),
        Claim("with the two spans marked, the same network knows more relations than their kinds tell, with every seed",
              lambda r: (r.values("pairs-both", "relations") > r.values("pairs-kinds", "relations")).all(),
              ("pairs-both", "pairs-kinds")),
    ),
    train=train_model,
    kept=("both-unknown", "pairs-both"),
    noted=("data",),
)  # fmt: skip
