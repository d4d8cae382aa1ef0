"""A language made up to be translated: modifiers before their head become modifiers after it, and agree with it.

A phrase is one head and up to two modifiers before it. In the other language the head comes first, and its modifiers
follow in the opposite order, as in "European Economic Area" and "zone économique européenne". Each word has a word of
the other language; a modifier has two, and the gender of its head says which.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot, padded
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["HEADS", "MODIFIERS", "READ", "START", "STOP", "WRITTEN", "phrases", "sentence", "translate_words",
           "translation_batch"]  # fmt: skip

MODIFIERS = ("old", "red", "big", "new", "wet", "dry")
HEADS = ("sun", "cup", "hat", "dog", "sea", "car", "bee", "owl")  # the first four of one gender, the rest of the other
READ = MODIFIERS + HEADS
_FORMS = ("vecho", "rosso", "grano", "nuvo", "molo", "seco")  # of the first gender; the other's end in a
_NAMES = ("sol", "tas", "sap", "can", "mara", "vota", "apa", "lula")
STOP, START = "$", "^"
# What is written: modifiers of both genders, heads, the stop, and last the start, which is only read.
WRITTEN = (*_FORMS, *(form[:-1] + "a" for form in _FORMS), *_NAMES, STOP, START)


def sentence(length: int, rng: RNG = None) -> list[str]:
    """Return a sentence of `length` words: each phrase has 0, 1 or 2 modifiers, equally likely, if there is room.

    Examples
    --------
    >>> len(sentence(7, 0))
    7
    """
    if length < 1:
        raise ValueError(f"sentence: expected length >= 1, got {length}")
    generator, words = np.random.default_rng(rng), list[str]()
    while len(words) < length:
        count = min(int(generator.integers(3)), length - len(words) - 1)
        words += [MODIFIERS[k] for k in generator.integers(0, len(MODIFIERS), count)]
        words.append(HEADS[generator.integers(len(HEADS))])
    return words


def phrases(words: Sequence[str]) -> list[list[str]]:
    """Return the words of a sentence, cut after each head.

    Examples
    --------
    >>> phrases(["big", "red", "sun", "owl"])
    [['big', 'red', 'sun'], ['owl']]
    """
    cut: list[list[str]] = [[]]
    for word in words:
        cut[-1].append(word)
        if word in HEADS:
            cut.append([])
    if cut.pop():
        raise ValueError(f"phrases: expected a sentence that ends in a head, got {words}")
    return cut


def translate_words(words: Sequence[str]) -> list[str]:
    """Return a sentence in the other language.

    Examples
    --------
    >>> translate_words(["big", "red", "sun", "red", "owl"])
    ['sol', 'rosso', 'grano', 'lula', 'rossa']
    """
    translation = []
    for phrase in phrases(words):
        *modifiers, head = phrase
        place = HEADS.index(head)
        translation.append(_NAMES[place])
        second = place >= len(HEADS) // 2
        translation += [WRITTEN[MODIFIERS.index(word) + len(MODIFIERS) * second] for word in reversed(modifiers)]
    return translation


def translation_batch(sentences: Sequence[Sequence[str]], dtype: DTypeLike = np.float64) -> Batch:
    """Return sentences, and what they are in the other language, as a Batch.

    Returns
    -------
    Batch
        x (T, N, 14) one-hot by READ, and lengths (N,); targets (T + 1, N) by WRITTEN, the stop after the last word and
        past it, and a mask that counts up to the first stop; y_in (T + 1, N, 22), the targets one step late, after the
        start.
    """
    read, lengths = padded([[READ.index(word) for word in words] for words in sentences])
    T, N = read.shape
    translations = [[WRITTEN.index(word) for word in translate_words(words)] for words in sentences]
    written, _ = padded(translations, fill=WRITTEN.index(STOP), steps=T + 1)
    before = np.concatenate([np.full((1, N), WRITTEN.index(START)), written[:-1]])
    x = one_hot(read, len(READ), dtype) * (np.arange(T)[:, None] < lengths)[..., None].astype(dtype)
    return Batch(x, written, np.arange(T + 1)[:, None] <= lengths, lengths, y_in=one_hot(before, len(WRITTEN), dtype))
