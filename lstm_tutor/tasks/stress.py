"""Which syllables of an English word are stressed: the sounds of the word, with a tag for each of its vowels.

The sounds are those of the CMU Pronouncing Dictionary, which writes the stress behind each vowel. Here the two are
taken apart: ``AE1 K R AH0 B AE2 T`` (acrobat) becomes the sounds ``AE K R AH B AE T`` and the tags 1, 0 and 2 at AE, AH
and AE. A word has its main stress once, and endings such as -ation decide where: from behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import positive_int
from lstm_tutor.tasks.batch import Batch, padded
from lstm_tutor.tasks.tables import pronunciations
from lstm_tutor.types import RNG

__all__ = ["SOUNDS", "STRESSES", "StressedWord", "StressedWords", "stress_batch", "stressed_word"]

STRESSES = ("none", "main", "second")  # as the dictionary numbers them: 0, 1, 2
SOUNDS = (
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
)  # fmt: skip


class StressedWord(NamedTuple):
    """A word, its sounds, and the stress of each.

    Attributes
    ----------
    word : str
    sounds : list of str
        Of SOUNDS.
    stresses : list of int or None
        A place in STRESSES for each vowel, None for a consonant.
    """

    word: str
    sounds: list[str]
    stresses: list[int | None]


def stressed_word(word: str, pronunciation: Sequence[str]) -> StressedWord:
    """Take the sounds of a pronunciation and the stresses of its vowels apart.

    Examples
    --------
    >>> stressed_word("acrobat", ["AE1", "K", "R", "AH0", "B", "AE2", "T"]).stresses
    [1, None, None, 0, None, 2, None]
    """
    sounds = [sound.rstrip("012") for sound in pronunciation]
    unknown = sorted(set(sounds) - set(SOUNDS))
    if unknown or not sounds:
        raise ValueError(f"stressed_word: expected sounds of lstm_tutor.tasks.SOUNDS, got {unknown or 'none'}")
    return StressedWord(word, sounds, [int(s[-1]) if s[-1] in "012" else None for s in pronunciation])


class StressedWords:
    """English words of several syllables: to train on, to choose by, and others to test on.

    Parameters
    ----------
    size : int
        The number of words for training; there are a quarter as many to choose by and a quarter as many to test on.
    rng : int seed or numpy.random.Generator
        Draws them.

    Attributes
    ----------
    train, validation, test : lists of StressedWord
        No two have the same sounds.
    """

    def __init__(self, size: int = 8000, *, rng: RNG = 0) -> None:
        quarter = positive_int("StressedWords", "size", size) // 4
        by_sounds: dict[str, StressedWord] = {}
        for word, pronunciation in pronunciations():
            stressed = stressed_word(word, pronunciation)
            if len(stressed.stresses) - stressed.stresses.count(None) > 1:
                by_sounds.setdefault(" ".join(stressed.sounds), stressed)
        words = list(by_sounds.values())
        if size + 2 * quarter > len(words):
            raise ValueError(f"StressedWords: expected size to be at most {len(words) * 2 // 3}, got {size}")
        order = np.random.default_rng(rng).permutation(len(words))
        chosen = [words[k] for k in order]
        self.train, rest = chosen[:size], chosen[size:]
        self.validation, self.test = rest[:quarter], rest[quarter : 2 * quarter]


def stress_batch(words: Sequence[StressedWord]) -> Batch:
    """Return words side by side: say the stress of each vowel.

    Returns
    -------
    Batch
        x ints (T, N), places in SOUNDS; targets ints (T, N), places in STRESSES; mask true at vowels; lengths.
    """
    if not words:
        raise ValueError("stress_batch: expected at least one word, got none")
    x, lengths = padded([[SOUNDS.index(sound) for sound in word.sounds] for word in words])
    targets, _ = padded([[stress or 0 for stress in word.stresses] for word in words])
    mask, _ = padded([[stress is not None for stress in word.stresses] for word in words], bool)
    return Batch(x, targets, mask, lengths)
