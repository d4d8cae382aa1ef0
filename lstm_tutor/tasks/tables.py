"""The real data that comes with the package, as arrays and lists; `data/README.md` says where each table is from."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from lstm_tutor.types import Array

__all__ = ["calls", "digits", "elnino", "phrases", "pronunciations", "sunspots", "vowels"]

REGIONS = ("Niño 1+2", "Niño 3", "Niño 4", "Niño 3.4")


def sunspots() -> Array:
    """Return the mean number of sunspots of each month from January 1749 to December 2008, (3120,).

    Examples
    --------
    >>> sunspots()[:3]
    array([58. , 62.6, 70. ])
    """
    return np.array([float(value) for _, value in _rows("sunspots.csv", ",")])


def elnino() -> Array:
    """Return the sea surface temperature of four regions of the Pacific from January 1950 on, (732, 4), in °C.

    The columns are :data:`REGIONS`.

    Examples
    --------
    >>> elnino()[0]
    array([23.11, 23.74, 27.03, 24.83])
    """
    return np.array([[float(value) for value in row[1:]] for row in _rows("elnino.csv", ",")])


def vowels(part: str = "train") -> tuple[list[Array], Array]:
    """Return recorded utterances of two vowels in a row, /ae/, by nine speakers.

    Parameters
    ----------
    part : "train" or "test"
        270 utterances, 30 of each speaker; or 370 others.

    Returns
    -------
    utterances : list of arrays (T, 12)
        Twelve cepstral coefficients at each of 7 to 29 steps.
    speakers : int array (270,) or (370,)
        Who spoke, 0 to 8.

    Examples
    --------
    >>> utterances, speakers = vowels()
    >>> len(utterances), utterances[0].shape, int(speakers[0])
    (270, (20, 12), 0)
    """
    if part not in ("train", "test"):
        raise ValueError(f'vowels: expected part to be "train" or "test", got {part!r}')
    table = _arrays("vowels.npz")
    ends = np.cumsum(table[f"{part}_lengths"].astype(int))
    frames = table[f"{part}_frames"] / 1e4
    return np.split(frames, ends[:-1]), table[f"{part}_speakers"].astype(int)


def digits() -> tuple[Array, Array]:
    """Return 5,000 handwritten digits, 500 of each, sorted by digit.

    Returns
    -------
    pictures : array (5000, 28, 28)
        Ink from 0, the paper, to 1, in 16 shades; the first axis of a picture is its rows from the top.
    labels : int array (5000,)

    Examples
    --------
    >>> pictures, labels = digits()
    >>> pictures.shape, float(pictures.max()), int(labels[-1])
    ((5000, 28, 28), 1.0, 9)
    """
    table = _arrays("digits.npz")
    shades = np.stack([table["pixels"] // 16, table["pixels"] % 16], axis=-1)
    return (shades / 15).reshape(-1, 28, 28), table["labels"].astype(int)


def phrases() -> list[tuple[str, str]]:
    """Return phrases of a user interface in English, at most twelve words, and in Chinese, sorted by the English.

    Examples
    --------
    >>> len(phrases())
    2510
    """
    return [(english, chinese) for english, chinese in _rows("phrases.tsv", "\t")]


def pronunciations() -> list[tuple[str, tuple[str, ...]]]:
    """Return English words with the sounds of their pronunciation in North America; a vowel ends with its stress.

    0 means no stress, 1 the main one, 2 a secondary one.

    Examples
    --------
    >>> dict(pronunciations())["acrobat"]
    ('AE1', 'K', 'R', 'AH0', 'B', 'AE2', 'T')
    """
    return [(word, tuple(sounds.split())) for word, sounds in _rows("pronunciations.tsv", "\t")]


def calls() -> list[tuple[str, tuple[str, ...]]]:
    """Return the functions that a function of Python's standard library calls, in order: module and names, (5823,).

    Of each function with two such calls or more the first 40, of the 300 names that are called most; a method counts by
    its own name.

    Examples
    --------
    >>> calls()[0]
    ('_aix_support.py', ('split', 'int', 'int', 'int'))
    """
    return [(module, tuple(names.split())) for module, names in _rows("calls.tsv", "\t")]


@cache
def _rows(name: str, separator: str) -> list[list[str]]:
    """Return the rows of a table below its header."""
    text = files("lstm_tutor.tasks").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split(separator) for line in text.splitlines()[1:]]


@cache
def _arrays(name: str) -> dict[str, Any]:
    with (
        files("lstm_tutor.tasks").joinpath("data", name).open("rb") as file,
        np.load(file, allow_pickle=False) as table,
    ):
        return dict(table)
