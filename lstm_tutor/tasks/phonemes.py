"""English words as letters, and how they are said: a translation in which the order stays the same."""

from __future__ import annotations

from lstm_tutor.tasks.pairs import Pair, Pairs, split_pairs
from lstm_tutor.tasks.tables import pronunciations
from lstm_tutor.types import RNG

__all__ = ["word_sounds"]

LETTERS = (3, 10)  # of a word: fewest and most
SPLIT = 0


def word_sounds(*, batch_size: int = 32, rng: RNG = None) -> Pairs:
    """Return words of 3 to 10 letters with their sounds as a task: letters are read, sounds without stress are written.

    The sounds are the 39 of the CMU Pronouncing Dictionary, such as ``CH`` and ``IY``. About 90, 5 and 5 % are to
    train, to choose and to test; no word and no pronunciation is in two parts.

    Parameters
    ----------
    batch_size : int
    rng : int seed or numpy.random.Generator
        It decides on the order of training.

    Examples
    --------
    >>> task = word_sounds(rng=0)
    >>> "".join(task.test[0].source), task.test[0].target
    ('abbate', ('AA', 'B', 'EY', 'T'))
    """
    pairs = [Pair(tuple(word), tuple(sound.rstrip("012") for sound in sounds)) for word, sounds in pronunciations()
             if LETTERS[0] <= len(word) <= LETTERS[1]]  # fmt: skip
    return Pairs(*split_pairs(pairs, (0.05, 0.05), rng=SPLIT), batch_size=batch_size, rng=rng)
