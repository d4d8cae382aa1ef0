"""A character model as a writer of Python: the rules by which it can choose, and what comes of each."""

import functools
import re
from collections.abc import Sequence

import numpy as np

from lstm_tutor import SequenceModel, sampling, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.baselines import NGrams
from lstm_tutor.experiments import store
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.metrics import compile_rate, distinct, entropy, first_block, line_compiles, repetition
from lstm_tutor.storage import load_with_notes
from lstm_tutor.types import Array

SIZE = len(tasks.ALPHABET)
PIECE = 16  # characters, of which repetition is measured
LONG = 12  # characters from which a line counts as copied


def run(settings: Settings, seed: int) -> Metrics:
    """Let a writer go on from the first line of each function of the held-out text, and judge what it wrote.

    Metrics: `sound`, the share of what was written that stands in lines that compile; `lines`, the share of finished
    lines that compile (None if no line was finished); `functions`, the share of functions that compile as far as they
    were written; `repetition`, the share of pieces of 16 characters that the same text had before, and `distinct`, that
    of different ones among all pieces of all texts; `copied`, the share of longer lines that stand in the training
    text; `entropy`, bits, of the writer's own probabilities, before the rule, at each place (None where there are
    none); `bits`, what it found a written character to cost.
    """
    starts, continuations = prompts(settings["read"], settings["count"])
    symbols, p = _written(settings, seed, starts, continuations)
    cost = None if p is None else -np.log2(np.take_along_axis(p, symbols[..., None], axis=-1)).mean()
    return {
        **judged(starts, symbols),
        "entropy": None if p is None else round(float(entropy(p).mean()), 4),
        "bits": None if cost is None else round(float(cost), 4),
    }


def judged(starts: Array, symbols: Array) -> Metrics:
    """Return the figures of texts (L, N) that need no writer, as :func:`run` names them."""
    texts = [tasks.decode(codes) for codes in symbols.T]
    lines = written_lines(texts)
    heads = [tasks.decode(codes).splitlines()[-1] + "\n" for codes in starts.T]
    functions = [first_block(head + text) for head, text in zip(heads, texts, strict=True)]
    known = _known_lines()
    long = [line.strip() in known for line in lines if len(line.strip()) >= LONG]
    rate = compile_rate(lines, line_compiles)
    return {
        "sound": round(sum(len(line) + 1 for line in lines if line.strip() and line_compiles(line)) / symbols.size, 4),
        "lines": None if np.isnan(rate) else round(rate, 4),
        "functions": round(compile_rate(functions), 4),
        "repetition": round(float(np.mean([repetition(text, PIECE) for text in texts])), 4),
        "distinct": round(distinct(texts, PIECE), 4),
        "copied": round(float(np.mean(long)), 4) if long else None,
    }


def prompts(read: int, count: int) -> tuple[Array, Array]:
    """Return where a writer starts, and how the text really goes on: codes (read, N) and (count, N).

    Each start ends with the line that opens a function of the held-out text.
    """
    text = tasks.python_source("test")
    heads = [m.end() for m in re.finditer(r"^ *def .+:\n", text, re.M) if read <= m.end() <= len(text) - count]
    codes = tasks.encode(text)
    before, after = (np.stack([codes[k + a : k + b] for k in heads], axis=1) for a, b in ((-read, 0), (0, count)))
    return before, after


def written_lines(texts: Sequence[str]) -> list[str]:
    """Return the lines of texts that were written to their end."""
    return [line for text in texts for line in text.split("\n")[:-1]]


def _written(settings: Settings, seed: int, starts: Array, continuations: Array) -> tuple[Array, Array | None]:
    """Return what was written, codes (L, N), and the writer's probabilities (L, N, K), if it has any."""
    count, rule = settings["count"], settings.get("rule", {})
    if settings["writer"] == "people":
        return continuations, None
    if settings["writer"] == "n-grams":
        return _count_on(starts, count, rule, np.random.default_rng(seed), _ngrams(settings["order"]))
    model = load_with_notes(store.MODELS / f"{settings['writer']}.npz")[0]
    if "width" in settings:
        found = [sampling.beam(model, start, count, width=settings["width"])[0].symbols for start in starts.T]
        symbols = np.stack(found, axis=1)
        return symbols, softmax(scores_of(model, starts, symbols))
    writing = sampling.sample(model, starts, count, rng=seed, **rule)
    return writing.symbols, softmax(writing.scores.astype(np.float64))


def scores_of(model: SequenceModel, starts: Array, symbols: Array) -> Array:
    """Return a model's scores (L, N, K) before each character of texts (L, N), whoever wrote them."""
    codes = np.concatenate([starts, symbols])[:-1]
    return model.forward(tasks.one_hot(codes, SIZE, model.layer.dtype))[0][len(starts) - 1 :].astype(np.float64)


def _count_on(starts, count, rule, rng, ngrams) -> tuple[Array, Array]:
    symbols, p = np.empty((count, starts.shape[1]), np.int64), np.empty((count, starts.shape[1], SIZE))
    codes = starts
    for k in range(count):
        p[k] = [ngrams.probabilities(context) for context in codes[1 - ngrams.order :].T]
        symbols[k] = sampling.choice(sampling.probabilities(np.log(p[k]), **rule), rng.random(len(p[k])))
        codes = np.concatenate([codes, symbols[k : k + 1]])
    return symbols, p


@functools.cache
def _ngrams(order: int) -> NGrams:
    return NGrams(tasks.encode(tasks.python_source()), order, SIZE)


@functools.cache
def _known_lines() -> frozenset[str]:
    return frozenset(line.strip() for line in tasks.python_source().split("\n"))


SHARED = {"writer": "charlm-lstm", "read": 200, "count": 300}
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5)
TOP_K = (3, 10, 40)
TOP_P = (0.5, 0.8, 0.9, 0.95)


def _more(text, metric, variant, than):
    """Claim that a figure is larger, by the book's rule."""
    return Claim(text, lambda results: results.clearly_worse(metric, variant, than), (variant, than))


def _falls(metric, variants):
    """Whether the medians over the seeds fall from one variant to the next."""
    return lambda results: bool((np.diff([results.median(variant, metric) for variant in variants]) < 0).all())


_BY_TEMPERATURE = tuple(f"temperature {t:g}" for t in TEMPERATURES)

EXPERIMENT = Experiment(
    name="generation",
    title="Writing Python, a character at a time",
    question="By which rule should a character model choose what it writes: repetition, and how much of it compiles?",
    run=run,
    variants={
        "greedy": SHARED | {"rule": {"temperature": 0}, "deterministic": True},
        "beam 5": SHARED | {"width": 5, "deterministic": True},
        **{f"temperature {t:g}": SHARED | {"rule": {"temperature": t}} for t in TEMPERATURES},
        **{f"top-k {k}": SHARED | {"rule": {"top_k": k}} for k in TOP_K},
        **{f"top-p {p:g}": SHARED | {"rule": {"top_p": p}} for p in TOP_P},
        "rnn, temperature 0.8": SHARED | {"writer": "charlm-rnn", "rule": {"temperature": 0.8}},
        "n-grams, temperature 0.8": SHARED | {"writer": "n-grams", "order": 6, "rule": {"temperature": 0.8}},
        "n-grams, temperature 1": SHARED | {"writer": "n-grams", "order": 6},
        "people": SHARED | {"writer": "people", "deterministic": True},
    },
    seeds=10,
    paper="holtzman2020curious",
    kind="saying",
    words={"people": "what people wrote", "beam 5": "beam of 5", "n-grams, temperature 1": "6-grams, temperature 1",
           "n-grams, temperature 0.8": "6-grams, temperature 0.8"},
    strips=(
        Strip("repetition", "share of a text that it had before", title="repetition"),
        Strip("sound", "share of a text in lines that compile", title="what compiles"),
    ),
    pages=("generation",),
    deviations="The paper's writers are large Transformers with words, and its readers are people; no figure of its is "
    "compared. One trained network writes for all rules, charlm-lstm of 96 units, so that the seeds are those of the "
    "drawing alone. It goes on for 300 characters from each function's first line in the held-out modules, and has "
    "read the 200 characters up to there. Temperatures, k and p were fixed after one trial with longer texts and other "
    "draws, which showed how greedy writing ends; the claims were written then. A line compiles if it could stand in "
    "some code, with a body or a head where it needs one; a function is cut where it is left, or at its last whole "
    "line. People's lines do not all compile, because some are parts of a longer statement or of a docstring.",
    columns=(
        Column("in lines that compile", lambda m: m["sound"], "{:.3f}"),
        Column("lines that compile", lambda m: m["lines"], "{:.3f}", fails=True),
        Column("functions that compile", lambda m: m["functions"], "{:.3f}"),
        Column("repetition", lambda m: m["repetition"], "{:.3f}"),
        Column("distinct", lambda m: m["distinct"], "{:.3f}"),
        Column("lines copied", lambda m: m["copied"], "{:.3f}"),
        Column("entropy, bits", lambda m: m["entropy"], "{:.2f}"),
    ),
    claims=(
        Claim("of what greedy writing and a beam write, the same text had more than nine tenths before",
              lambda r: min(r.median(v, "repetition") for v in ("greedy", "beam 5")) > 0.9, ("greedy", "beam 5")),
        Claim("the warmer, the less a text repeats itself", _falls("repetition", _BY_TEMPERATURE), _BY_TEMPERATURE),
        Claim("the cooler, the more of the finished lines compile, from 1.5 down to 0.4",
              _falls("lines", _BY_TEMPERATURE[1:]), _BY_TEMPERATURE[1:]),
        _more("a temperature of 0.8 leaves more text that compiles than 1 does", "sound", "temperature 0.8",
              "temperature 1"),
        _more("top-k of 10 leaves more text that compiles than plain sampling does", "sound", "top-k 10",
              "temperature 1"),
        _more("a nucleus of 0.9 leaves more text that compiles than plain sampling does", "sound", "top-p 0.9",
              "temperature 1"),
        _more("the LSTM's text compiles more often than that of 6-grams at the same temperature", "sound",
              "temperature 0.8", "n-grams, temperature 0.8"),
        _more("the LSTM's text compiles more often than the RNN's at the same temperature", "sound",
              "temperature 0.8", "rnn, temperature 0.8"),
    ),
)  # fmt: skip
