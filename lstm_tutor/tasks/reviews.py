"""Short sentences with a verdict, generated from templates, in which the order of the words decides.

A sentence has one statement, or two that a word joins. "not" turns a statement around, and of two statements that
disagree the one after "but" counts, or the one that "though" does not belong to::

    the film was dull                         bad
    the film was not dull                     good
    the film was not bad but dull             bad     the words of the next sentence in another order
    the film was dull but not bad             good
    though not bad the film was dull          bad
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks.batch import Batch, sequence_batch
from lstm_tutor.types import RNG, Array

__all__ = ["VERDICTS", "Reviews", "bag_of_words", "review", "review_batch", "review_words"]

VERDICTS = ("bad", "good")
ADJECTIVES = {
    "bad": ("bad", "dull", "slow", "cold", "weak", "stale", "bland", "clumsy"),
    "good": ("good", "great", "bright", "warm", "clever", "fresh", "witty", "lovely"),
}
RARE = ("bland", "clumsy", "witty", "lovely")  # in training these come in sentences of one statement alone
THINGS = ("film", "book", "play", "song", "meal", "room", "game", "speech")
OPENINGS = ((), ("i", "think"), ("we", "felt"), ("honestly",), ("in", "short"))
DEGREES = ("very", "really", "so")
KINDS = ("one", "and", "but", "though", "first")  # "first": though ... comes first

WORDS = (
    "the", "was", "not", "never", "and", "but", "though",
    *ADJECTIVES["bad"], *ADJECTIVES["good"], *THINGS, *DEGREES, *(word for words in OPENINGS for word in words),
)  # fmt: skip
CODES = {word: k for k, word in enumerate(WORDS)}


def review(rng: RNG, kind: str | None = None) -> tuple[list[str], int, str]:
    """Return a sentence, its verdict (0 bad, 1 good), and what kind of sentence it is, of KINDS.

    Examples
    --------
    >>> words, verdict, kind = review(4)
    >>> print(*words, "|", VERDICTS[verdict], "|", kind)
    the speech was really warm though never fresh | good | though
    """
    generator = np.random.default_rng(rng)

    def pick(choices):
        return choices[generator.integers(len(choices))]

    def statement(verdict, used=""):  # an adjective of this verdict, or "not" and one of the other
        turned = generator.random() < 0.5
        words = [pick(("not", "never"))] if turned else []
        words += [pick(DEGREES)] if generator.random() < 0.3 else []
        return [*words, pick([word for word in ADJECTIVES[VERDICTS[verdict ^ turned]] if word != used])]

    kind = pick(KINDS) if kind is None else kind
    verdict = int(generator.integers(2))
    subject, says = ["the", pick(THINGS), "was"], statement(verdict)
    other = [] if kind == "one" else statement(verdict if kind == "and" else 1 - verdict, says[-1])
    sentence = {
        "one": [*subject, *says],
        "and": [*subject, *other, "and", *says],
        "but": [*subject, *other, "but", *says],
        "though": [*subject, *says, "though", *other],
        "first": ["though", *other, *subject, *says],
    }[kind]
    return [*pick(OPENINGS), *sentence], verdict, kind


class Reviews:
    """Two disjoint sets of generated sentences; four adjectives come in training in sentences of one statement alone.

    Parameters
    ----------
    size : int
        The number of sentences in each set.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    train, test : lists of (words, verdict, kind)
        As of :func:`review`.

    Examples
    --------
    >>> data = Reviews(100, rng=0)
    >>> any("witty" in words for words, _, kind in data.train if kind == "but")
    False
    """

    def __init__(self, size: int = 1000, *, rng: RNG = None) -> None:
        generator = np.random.default_rng(rng)
        parts: tuple[dict, dict] = ({}, {})
        for part, seen in zip(parts, ({}, parts[0]), strict=True):
            while len(part) < size:
                words, verdict, kind = review(generator)
                rare = part is parts[0] and kind != "one" and any(word in RARE for word in words)
                if not rare and " ".join(words) not in seen:
                    part[" ".join(words)] = words, verdict, kind
        self.train, self.test = (list(part.values()) for part in parts)


def review_words(sentence: str) -> list[str]:
    """Return the words of a sentence that someone typed; ValueError names the one that no review has.

    Examples
    --------
    >>> review_words("The film was not bad, but dull.")
    ['the', 'film', 'was', 'not', 'bad', 'but', 'dull']
    """
    words = "".join(letter if letter.isalpha() else " " for letter in sentence.lower()).split()
    unknown = [word for word in words if word not in CODES]
    if unknown or not words:
        what = f"the words {unknown}" if words else "no word"
        raise ValueError(f"review_words: expected words of reviews, such as 'the film was not bad', got {what}")
    return words


def review_batch(sentences: Sequence[Sequence[str]], verdicts: Sequence[int] | Array | None = None) -> Batch:
    """Return sentences, lists of words, as a Batch of tokens (T, N), by WORDS, with one verdict each.

    Examples
    --------
    >>> review_batch([["the", "film", "was", "bad"], ["the", "song", "was", "not", "dull"]], [0, 1])
    Batch(x=int64 (5, 2), targets=int64 (2,), lengths=[4, 5])
    """
    targets = np.zeros(len(sentences), np.int64) if verdicts is None else verdicts
    return sequence_batch([[CODES[word] for word in words] for words in sentences], targets)


def bag_of_words(sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> Array:
    """Return how often each word comes in each sentence, (N, V), without its place; with `pairs` also V * V neighbors.

    Examples
    --------
    >>> first, second = "the film was not bad but dull", "the film was dull but not bad"
    >>> counts = bag_of_words([review_words(first), review_words(second)])
    >>> bool((counts[0] == counts[1]).all())
    True
    """
    V = len(WORDS)
    counts = np.zeros((len(sentences), V + V * V * pairs))
    for n, words in enumerate(sentences):
        codes = [CODES[word] for word in words]
        np.add.at(counts[n], codes, 1)
        if pairs:
            np.add.at(counts[n], [V + V * a + b for a, b in itertools.pairwise(codes)], 1)
    return counts
