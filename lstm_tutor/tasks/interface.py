"""Phrases of a user interface in English, and what people made of them in Chinese: a small real translation.

Both sides lose their punctuation, English its capitals. What is read are words, or characters; what is written are
Chinese characters, and whole words where Chinese keeps them in Latin letters ("CSV").
"""

from __future__ import annotations

import re

from lstm_tutor.tasks.pairs import Pair, Pairs, split_pairs
from lstm_tutor.tasks.tables import phrases
from lstm_tutor.types import RNG

__all__ = ["chinese_symbols", "english_words", "interface_translation"]

LONGEST = 24  # symbols of a Chinese phrase: the few that are longer would make the batches slow
KNOWN = 2  # how often a word must come in the phrases to learn from
SPLIT = 0  # the seed that decides who is in which part: always the same
_LATIN = r"[a-z0-9]+(?:['’.-][a-z0-9]+)*"
_WORD = re.compile(_LATIN)
_SYMBOL = re.compile(_LATIN + "|[\u4e00-\u9fff]", re.IGNORECASE)


def english_words(text: str) -> tuple[str, ...]:
    """Return the words of an English phrase, in lower case, without punctuation.

    Examples
    --------
    >>> english_words("Don't show the Auto-save message again…")
    ("don't", 'show', 'the', 'auto-save', 'message', 'again')
    """
    return tuple(_WORD.findall(text.lower()))


def chinese_symbols(text: str) -> tuple[str, ...]:
    """Return the symbols of a Chinese phrase, without punctuation: characters, and words in Latin letters.

    Examples
    --------
    >>> chinese_symbols("打开 CSV 文件。")
    ('打', '开', 'CSV', '文', '件')
    """
    return tuple(_SYMBOL.findall(text))


def interface_translation(*, units: str = "words", batch_size: int = 32, rng: RNG = None) -> Pairs:
    """Return the phrases as a task, about 80, 10 and 10 % to train, to choose and to test; always the same split.

    No English phrase and no Chinese one is in two parts, whatever its punctuation or capitals. Words that come only
    once in the training part are unknown to the reader.

    Parameters
    ----------
    units : "words" or "characters"
        What is read.
    batch_size : int
    rng : int seed or numpy.random.Generator
        It decides on the order of training.

    Examples
    --------
    >>> task = interface_translation(rng=0)
    >>> task.test[0]
    Pair(source=('insertions',), target=('新', '增'))
    """
    if units not in ("words", "characters"):
        raise ValueError(f'interface_translation: expected units to be "words" or "characters", got {units!r}')
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for english, chinese in phrases():
        words, symbols = english_words(english), chinese_symbols(chinese)
        if words and symbols and len(symbols) <= LONGEST:
            found.setdefault(words, symbols)  # the first of several that differ in capitals or punctuation
    parts = split_pairs([Pair(words, symbols) for words, symbols in found.items()], rng=SPLIT)
    train, validation, test = (
        part if units == "words" else [Pair(tuple(" ".join(words)), symbols) for words, symbols in part]
        for part in parts
    )
    return Pairs(train, validation, test, batch_size=batch_size, least=KNOWN, rng=rng)
