"""Whose voice is it? Recorded utterances of nine speakers, of unequal lengths, with one answer each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks import tables
from lstm_tutor.types import Array

__all__ = ["SpokenVowels"]


class SpokenVowels:
    """270 utterances of /ae/ to learn from and 370 to test on, scaled by what the ones to learn from are like.

    Parameters
    ----------
    validation : int
        How many of the 30 utterances of each speaker are held out of `train`, to choose settings by; the last ones.

    Attributes
    ----------
    train, validation, test : tuples (utterances, speakers)
        A list of arrays (T, 12), cepstral coefficients of mean 0 and standard deviation 1 over the steps of `train`;
        and who spoke, ints from 0 to 8.

    References
    ----------
    Kudo, Toyama & Shimbo (1999), Pattern Recognition Letters 20.

    Examples
    --------
    >>> data = SpokenVowels(validation=10)
    >>> [len(speakers) for _, speakers in (data.train, data.validation, data.test)]
    [180, 90, 370]
    """

    SPEAKERS = 9

    def __init__(self, validation: int = 0) -> None:
        utterances, speakers = tables.vowels("train")
        held = np.arange(len(speakers)) % 30 >= 30 - validation  # 30 of each speaker, one speaker after the other
        frames = np.concatenate([utterances[k] for k in np.flatnonzero(~held)])
        self.mean, self.scale = frames.mean(axis=0), frames.std(axis=0)
        self.train, self.validation = (self._part(utterances, speakers, chosen) for chosen in (~held, held))
        self.test = self._part(*tables.vowels("test"))

    def _part(
        self, utterances: Sequence[Array], speakers: Array, chosen: Array | None = None
    ) -> tuple[list[Array], Array]:
        indices = (np.arange(len(speakers)) if chosen is None else np.flatnonzero(chosen)).tolist()
        return [(utterances[k] - self.mean) / self.scale for k in indices], speakers[indices]
