"""Whose voice is it? Recorded utterances of nine speakers, of unequal lengths, with one answer each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks import tables
from lstm_tutor.tasks.batch import Batch
from lstm_tutor.types import Array, ArrayLike, DTypeLike

__all__ = ["SpokenVowels", "sequence_batch"]


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


def sequence_batch(
    sequences: Sequence[ArrayLike], targets: ArrayLike, *, steps: int | None = None, dtype: DTypeLike = np.float32
) -> Batch:
    """Return sequences of unequal lengths, padded with zeros, as a Batch with one target for each.

    Parameters
    ----------
    sequences : N arrays (T, D) of their own T each, or N lists of tokens
    targets : ints (N,)
    steps : int or None
        How many steps the batch has; None: as many as its longest sequence.

    Raises
    ------
    ValueError
        There is no sequence, one is empty, or longer than `steps`.

    Examples
    --------
    >>> sequence_batch([np.ones((5, 2)), np.ones((3, 2))], [0, 1])
    Batch(x=float32 (5, 2, 2), targets=int64 (2,), lengths=[5, 3])
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    lengths = np.array([len(array) for array in arrays])
    if not len(arrays) or lengths.min() < 1 or (steps is not None and lengths.max() > steps):
        limit = " or more" if steps is None else f" to {steps}"
        raise ValueError(f"sequence_batch: expected sequences of 1{limit} steps, got lengths {lengths.tolist()}")
    tokens = arrays[0].ndim == 1
    x = np.zeros((steps or lengths.max(), len(arrays), *arrays[0].shape[1:]), np.int64 if tokens else dtype)
    for n, array in enumerate(arrays):
        x[: len(array), n] = array
    return Batch(x, np.asarray(targets), lengths=lengths)
