"""Handwritten digits as sequences: a picture read row by row, from the top."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks import tables
from lstm_tutor.tasks.batch import Batch
from lstm_tutor.types import Array, ArrayLike, DTypeLike

__all__ = ["DigitRows", "digit_batch"]

PARTS = {"train": (0, 320), "validation": (320, 400), "test": (400, 500)}  # of the 500 of each digit


class DigitRows:
    """5,000 handwritten digits: of each, 320 to learn from, 80 to choose settings by, and 100 to test on.

    Attributes
    ----------
    train, validation, test : tuples (pictures, labels)
        Ink from 0 to 1, (count, 28, 28), rows from the top; and ints from 0 to 9.

    Examples
    --------
    >>> pictures, labels = DigitRows().test
    >>> pictures.shape, labels[:3].tolist()
    ((1000, 28, 28), [0, 0, 0])
    """

    def __init__(self) -> None:
        pictures, labels = tables.digits()
        place = np.arange(len(labels)) % 500  # 500 of each digit, one digit after the other
        self.train, self.validation, self.test = (
            (pictures[(start <= place) & (place < stop)], labels[(start <= place) & (place < stop)])
            for start, stop in PARTS.values()
        )


def digit_batch(pictures: ArrayLike, labels: ArrayLike, *, dtype: DTypeLike = np.float32) -> Batch:
    """Return pictures (N, rows, columns) as a Batch that reads them row by row, with one label each.

    Returns
    -------
    Batch
        x (rows, N, columns): step t is row t of every picture. targets (N,).

    Examples
    --------
    >>> digit_batch(np.zeros((5, 28, 20)), np.zeros(5, np.int64))
    Batch(x=float32 (28, 5, 20), targets=int64 (5,))
    """
    rows: Array = np.asarray(pictures, dtype)
    if rows.ndim != 3:
        raise ValueError(f"digit_batch: expected pictures of shape (N, rows, columns), got {rows.shape}")
    return Batch(np.ascontiguousarray(rows.swapaxes(0, 1)), np.asarray(labels))
