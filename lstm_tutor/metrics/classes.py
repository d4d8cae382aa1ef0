"""How well classes are told apart: which is taken for which, and what that means for each class."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["ClassScores", "class_scores", "confusion_matrix"]


class ClassScores(NamedTuple):
    """What a confusion matrix says of each of K classes; NaN where there is nothing to divide by.

    Attributes
    ----------
    precision : array (K,)
        Of all that was called this class, the share that is.
    recall : array (K,)
        Of all that is this class, the share that was called it.
    f1 : array (K,)
        The harmonic mean of the two, ``2 p r / (p + r)``; zero for a class that comes, and of which none is right.
    support : int array (K,)
        How many there are of the class.
    accuracy : float
        The share of all that is right.
    """

    precision: Array
    recall: Array
    f1: Array
    support: Array
    accuracy: float


def confusion_matrix(targets: ArrayLike, predictions: ArrayLike, num_classes: int) -> Array:
    """Return how often each class is taken for each: row the true class, column what was said, ints (K, K).

    Parameters
    ----------
    targets, predictions : int arrays of one shape
        Classes from 0 to K - 1.
    num_classes : int
        K.

    Raises
    ------
    ValueError
        The shapes differ, or a number is no class.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 2], 3).tolist()
    [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    """
    K = positive_int("confusion_matrix", "num_classes", num_classes)
    true, said = (_classes(name, value, K) for name, value in (("targets", targets), ("predictions", predictions)))
    if true.shape != said.shape:
        raise ValueError(f"confusion_matrix: expected predictions of shape {true.shape}, got {said.shape}")
    matrix = np.zeros((K, K), np.int64)
    np.add.at(matrix, (true.ravel(), said.ravel()), 1)
    return matrix


def class_scores(confusion: ArrayLike) -> ClassScores:
    """Return precision, recall and F1 of each class, and the accuracy, from a confusion matrix.

    Parameters
    ----------
    confusion : int array (K, K)
        As :func:`confusion_matrix` returns it: rows are true classes, columns what was said.

    Raises
    ------
    ValueError
        It is no square matrix of counts, or nothing was counted.

    Examples
    --------
    >>> scores = class_scores([[8, 2], [1, 9]])
    >>> scores.recall.tolist(), scores.accuracy
    ([0.8, 0.9], 0.85)
    """
    counts = real_array("class_scores", "confusion", confusion)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ValueError(f"class_scores: expected a square matrix of counts, got {counts.dtype} {counts.shape}")
    if not counts.any():
        raise ValueError("class_scores: expected at least one prediction, got none")
    right, said, support = np.diagonal(counts), counts.sum(axis=0), counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        precision, recall, f1 = right / said, right / support, 2 * right / (said + support)
    return ClassScores(precision, recall, f1, support, float(right.sum() / counts.sum()))


def _classes(name: str, value: ArrayLike, K: int) -> Array:
    array = real_array("confusion_matrix", name, value)
    if array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() >= K)):
        got = f"{array.min()} to {array.max()}" if array.dtype.kind in "iu" else str(array.dtype)
        raise ValueError(f"confusion_matrix: expected {name} to be ints from 0 to {K - 1}, got {got}")
    return array
