"""Short English sentences with words that only what stands before them, after them, or both can tag.

Six words are spelled alike as noun, as past and as present. What "split" is in these, its sentence decides::

    they split the bread last night     past      "the" says that it is a verb, "last" that it is past
    they split the bread every night    present   the same, decided by the last word but one
    we cut the split every night        noun      "the" before it decides
    they split every night              present   "they" before it and "every" after it decide together
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot, padded
from lstm_tutor.types import RNG, DTypeLike

# A sentence is: pronoun, ambiguous verb, perhaps an object, perhaps a preposition and its object, a time.
# An object is: determiner, perhaps an adjective, noun (one sort or the other). Every choice is fair.
GROUPS = {
    "pronoun": ("i", "you", "we", "they"),
    "ambiguous": ("bet", "cast", "cut", "set", "split", "spread"),
    "determiner": ("the", "a", "my", "your"),
    "adjective": ("old", "new", "small", "big"),
    "noun": ("bread", "table", "garden", "letter", "house", "street"),
    "preposition": ("in", "near", "under", "with"),
    "time": ("last", "every", "yesterday", "nowadays", "night", "week", "year"),
}
TIMES = {"past": ("last", "yesterday"), "present": ("every", "nowadays")}  # "last" and "every" take a unit of time
UNITS = ("night", "week", "year")

WORDS = tuple(word for group in GROUPS.values() for word in group)
TAGS = ("pronoun", "past", "present", "determiner", "adjective", "noun", "preposition", "time")
KINDS = ("before", "after", "both")


def tagged_sentence(rng: RNG) -> tuple[list[str], list[str]]:
    """Return a sentence and its tags, two lists of equally many words.

    Examples
    --------
    >>> print(*map("/".join, zip(*tagged_sentence(7), strict=True)))
    we/pronoun split/past the/determiner big/adjective cast/noun yesterday/time
    """
    generator = np.random.default_rng(rng)

    def coin():
        return generator.integers(2) == 1

    def pick(group):
        return str(generator.choice(GROUPS[group])), group

    def an_object():
        adjective = [pick("adjective")] if coin() else []
        noun, _ = pick("ambiguous" if coin() else "noun")
        return [pick("determiner"), *adjective, (noun, "noun")]

    tense = "past" if coin() else "present"
    pairs = [pick("pronoun"), (pick("ambiguous")[0], tense)]
    pairs += an_object() if coin() else []
    pairs += [pick("preposition"), *an_object()] if coin() else []
    with_unit, alone = TIMES[tense]
    pairs += [(with_unit, "time"), (str(generator.choice(UNITS)), "time")] if coin() else [(alone, "time")]
    words, tags = zip(*pairs, strict=True)
    return list(words), list(tags)


def what_decides(words: Sequence[str]) -> list[str | None]:
    """Return for each word of a sentence None, or for an ambiguous one of KINDS: which side of it decides on its tag.

    A noun is known by the determiner or adjective before it; a verb with an object by what comes after; a verb without
    one only by both, as from behind it could be a noun.

    Examples
    --------
    >>> what_decides("they split every night".split()), what_decides("we cut the split every night".split())
    ([None, 'both', None, None], [None, 'after', None, 'before', None, None])
    """
    kinds: list[str | None] = []
    for k, word in enumerate(words):
        if word not in GROUPS["ambiguous"]:
            kinds.append(None)
        elif words[k - 1] not in GROUPS["pronoun"]:
            kinds.append("before")
        else:
            kinds.append("after" if words[k + 1] in GROUPS["determiner"] else "both")
    return kinds


class TaggedSentences:
    """Two disjoint sets of tagged sentences, to train on and to test on.

    Parameters
    ----------
    size : int
        The number of sentences in each set.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    train, test : lists of (words, tags)
    """

    def __init__(self, size: int = 1000, *, rng: RNG = None) -> None:
        generator = np.random.default_rng(rng)
        by_text: dict[str, tuple[list[str], list[str]]] = {}
        while len(by_text) < 2 * size:
            words, tags = tagged_sentence(generator)
            by_text[" ".join(words)] = words, tags
        sentences = list(by_text.values())
        self.train, self.test = sentences[:size], sentences[size:]


def tagging_batch(sentences: Sequence[tuple[Sequence[str], Sequence[str]]], dtype: DTypeLike = np.float64) -> Batch:
    """Return sentences with their tags as a Batch: say each word's tag.

    Returns
    -------
    Batch
        x (T, N, 35) one-hot, by WORDS, zero past a sentence's end; targets (T, N), by TAGS; mask and lengths.
    """
    codes, lengths = padded([[WORDS.index(word) for word in words] for words, _ in sentences])
    targets, _ = padded([[TAGS.index(tag) for tag in tags] for _, tags in sentences])
    mask = np.arange(len(codes))[:, None] < lengths
    return Batch(one_hot(codes, len(WORDS), dtype) * mask[..., None], targets, mask, lengths)
