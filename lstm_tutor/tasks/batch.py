"""What a task hands to a model."""

from typing import NamedTuple

import numpy as np


class Batch(NamedTuple):
    """Inputs and targets of N sequences side by side."""

    x: np.ndarray  # (T, N, D)
    targets: np.ndarray  # (T, N) ints for classes, (T, N, K) for numbers
    mask: np.ndarray | None = None  # (T, N), true where a step counts in the loss
    lengths: np.ndarray | None = None  # (N,) ints
    start: bool = True  # False if these sequences continue those of the batch before
    y_in: np.ndarray | None = None  # (T_out, N, M), what a decoder reads: the targets, one step late


def one_hot(indices, size, dtype=np.float64):
    """Indices (...,) as rows of zeros with a single one, (..., size).

    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    return np.eye(size, dtype=dtype)[np.asarray(indices)]
