"""Sentences with named people, places and companies, written by templates: generated data, labeled as it is made.

Every name is a person's, a place's and a company's, so that only the sentence can tell which it is, and where it ends::

    Austin was sold to Houston            company, company     "sold" says so, after the name
    Austin was born in Houston            person, place
    Austin and Houston was sold           one company          "was", after both names
    Austin and Houston were sold          two companies
    they told Austin Houston the news     one person           of two names
    they told Austin Houston had left     two persons, side by side: without B they would be one

What holds between two spans, the template says as well: the relations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.metrics.spans import Span, tags_of
from lstm_tutor.tasks.batch import Batch, padded
from lstm_tutor.types import RNG

__all__ = [
    "NAMES",
    "PAIR_WORDS",
    "RELATIONS",
    "SPAN_KINDS",
    "SPAN_TAGS",
    "SPAN_WORDS",
    "STRANGERS",
    "UNKNOWN",
    "NamedSentences",
    "Sentence",
    "encode_words",
    "named_sentence",
    "pair_batch",
    "span_batch",
]

NAMES = (
    "Austin", "Charlotte", "Chelsea", "Dallas", "Diego", "Florence", "Georgia", "Houston", "Jackson", "Jordan",
    "Kingston", "Lincoln", "Lorraine", "Madison", "Orlando", "Paris", "Preston", "Sydney", "Victoria", "Washington",
)  # fmt: skip
STRANGERS = ("Alma", "Brandon", "Clinton", "Delia", "Elmira", "Flint", "Logan", "Marion", "Salem", "Troy")
"""Names that no sentence to train on has."""
SPAN_KINDS = ("person", "place", "company")
SPAN_TAGS = ("O", *(f"{first}-{kind}" for kind in SPAN_KINDS for first in "BI"))
RELATIONS = ("none", "born in", "lives in", "works for", "sold to", "near", "colleague of")

# A slot is P, L or C, perhaps with a number; 1 asks for a single name. A relation is (first slot, second slot, which).
_TEMPLATES: tuple[tuple[str, tuple[tuple[int, int, str], ...]], ...] = (
    ("P was born in L", ((0, 1, "born in"),)),
    ("P and P were born in L", ((0, 2, "born in"), (1, 2, "born in"))),
    ("P lives in L", ((0, 1, "lives in"),)),
    ("P was born in L but lives in L", ((0, 1, "born in"), (0, 2, "lives in"))),
    ("C was sold to C last year", ((0, 1, "sold to"),)),
    ("C1 and C1 were sold to C last year", ((0, 2, "sold to"), (1, 2, "sold to"))),
    ("C and its bank were sold", ()),
    ("they told P1 P1 had left", ()),
    ("they told P the news", ()),
    ("P works for C in L", ((0, 1, "works for"),)),
    ("P works with P in L", ((0, 1, "colleague of"),)),
    ("L lies near L", ((0, 1, "near"),)),
    ("P left L by train", ()),
    ("P left C as its director", ((0, 1, "works for"),)),
    ("shares of C fell in L", ()),
    ("the mayor of L met P", ()),
    ("in L the director of C met P", ((2, 1, "works for"),)),
)


class Sentence(NamedTuple):
    """A sentence, its spans, and what holds between them.

    Attributes
    ----------
    words : list of str
    spans : list of Span
        In their order; all that is named.
    relations : dict of (int, int) -> str
        For each ordered pair of spans one of RELATIONS.
    """

    words: list[str]
    spans: list[Span]
    relations: dict[tuple[int, int], str]

    @property
    def tags(self) -> list[str]:
        """The spans as B-I-O."""
        return tags_of(self.spans, len(self.words))

    def __str__(self) -> str:
        return " ".join(self.words)


def named_sentence(rng: RNG) -> Sentence:
    """Return a sentence with its spans and relations.

    Examples
    --------
    >>> sentence = named_sentence(1)
    >>> print(sentence)
    they told Jordan Paris the news
    >>> sentence.spans
    [Span(start=2, end=4, kind='person')]
    """
    generator = np.random.default_rng(rng)
    template, holds = _TEMPLATES[generator.integers(len(_TEMPLATES))]
    words: list[str] = []
    spans: list[Span] = []
    for word in template.split():
        if word[0] not in "PLC":
            words.append(word)
            continue
        kind = {"P": "person", "L": "place", "C": "company"}[word[0]]
        name = _name(kind, generator, single=word.endswith("1"))
        spans.append(Span(len(words), len(words) + len(name), kind))
        words += name
    relations = {(a, b): "none" for a in range(len(spans)) for b in range(len(spans)) if a != b}
    return Sentence(words, spans, relations | {(a, b): relation for a, b, relation in holds})


def _name(kind: str, rng: np.random.Generator, *, single: bool) -> list[str]:
    """One name or, every other time, two: "Austin Houston", "New Austin", "Austin and Houston"."""
    first, second = rng.choice(NAMES, 2, replace=False).tolist()
    if single or rng.integers(2):
        return [first]
    return {"person": [first, second], "place": ["New", first], "company": [first, "and", second]}[kind]


_OTHER = sorted({word for template, _ in _TEMPLATES for word in template.split() if word[0] not in "PLC"} | {"New"})
UNKNOWN = "?"
SPAN_WORDS = (*NAMES, *_OTHER, UNKNOWN)
"""What is read: names, the other words of the templates, and one token for every word that is none of these."""
PAIR_WORDS = (*SPAN_WORDS, "[1", "1]", "[2", "2]")
_PLACES = {word: k for k, word in enumerate(PAIR_WORDS)}


class NamedSentences:
    """Two disjoint sets of sentences with named spans, to train on and to test on.

    Parameters
    ----------
    size : int
        The number of sentences in each set.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    train, test : lists of Sentence
    strangers : list of Sentence
        The test sentences with other names: STRANGERS, which training never has.
    """

    def __init__(self, size: int = 1000, *, rng: RNG = None) -> None:
        if not isinstance(size, int | np.integer) or not 1 <= size <= 5000:
            raise ValueError(f"NamedSentences: expected size to be an int from 1 to 5000, got {size!r}")
        generator = np.random.default_rng(rng)
        by_text: dict[str, Sentence] = {}
        while len(by_text) < 2 * size:
            sentence = named_sentence(generator)
            by_text.setdefault(str(sentence), sentence)
        sentences = list(by_text.values())
        self.train, self.test = sentences[:size], sentences[size:]
        renamed = dict(zip(NAMES, STRANGERS * 2, strict=True))
        self.strangers = [
            sentence._replace(words=[renamed.get(word, word) for word in sentence.words]) for sentence in self.test
        ]


def span_batch(sentences: Sequence[Sentence], *, unknown: float = 0.0, rng: RNG = None) -> Batch:
    """Return sentences side by side: say each word's tag.

    Parameters
    ----------
    sentences : list of Sentence
    unknown : float from 0 to 1
        This share of the names, drawn by `rng`, is read as UNKNOWN, so that a network learns what to make of names that
        it does not know.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x ints (T, N), places in SPAN_WORDS; targets ints (T, N), places in SPAN_TAGS; lengths.
    """
    if not sentences:
        raise ValueError("span_batch: expected at least one sentence, got none")
    if not 0 <= unknown <= 1:
        raise ValueError(f"span_batch: expected unknown to be a share from 0 to 1, got {unknown!r}")
    x, lengths = padded([encode_words(sentence.words) for sentence in sentences])
    targets, _ = padded([[SPAN_TAGS.index(tag) for tag in sentence.tags] for sentence in sentences])
    if unknown:
        hidden = (np.random.default_rng(rng).random(x.shape) < unknown) & (x < len(NAMES))
        x = np.where(hidden, SPAN_WORDS.index(UNKNOWN), x)
    return Batch(x, targets, None, lengths)


def encode_words(words: Sequence[str]) -> list[int]:
    """Return words as places in SPAN_WORDS; a word that is not among them is read as UNKNOWN.

    Examples
    --------
    >>> SPAN_WORDS[encode_words(["Ada"])[0]]
    '?'
    """
    return [_PLACES.get(word, _PLACES[UNKNOWN]) for word in words]


def pair_batch(sentences: Sequence[Sentence]) -> Batch:
    """Return every ordered pair of spans as a sequence of its own: say what holds between the two.

    The sentence is read with four marks, ``[1 Austin 1] was sold to [2 Houston 2]``, and the answer is due at ``2]``.

    Returns
    -------
    Batch
        x ints (T, N), places in PAIR_WORDS; targets ints (T, N), places in RELATIONS; mask, true at one step of each
        sequence; lengths.
    """
    rows = [(sentence, pair) for sentence in sentences for pair in sentence.relations]
    if not rows:
        raise ValueError("pair_batch: expected a sentence with at least two spans, got none")
    marked = [_with_marks(sentence, *pair) for sentence, pair in rows]
    x, lengths = padded([encode_words(words) for words in marked])
    due, n = [words.index("2]") for words in marked], np.arange(len(rows))
    targets, mask = np.zeros_like(x), np.zeros(x.shape, bool)
    targets[due, n], mask[due, n] = [RELATIONS.index(sentence.relations[pair]) for sentence, pair in rows], True
    return Batch(x, targets, mask, lengths)


def _with_marks(sentence: Sentence, first: int, second: int) -> list[str]:
    words: list[str] = []
    opens = {sentence.spans[k].start: f"[{which}" for which, k in (("1", first), ("2", second))}
    closes = {sentence.spans[k].end - 1: f"{which}]" for which, k in (("1", first), ("2", second))}
    for t, word in enumerate(sentence.words):
        words += [opens[t]] if t in opens else []
        words.append(word)
        words += [closes[t]] if t in closes else []
    return words
