"""Lengths of sequences side by side, padded to one number of steps: the check, and what they stand for."""

from typing import overload

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["check_lengths", "steps_that_count"]


def check_lengths(what: str, lengths: ArrayLike | None, T: int, N: int, *, limit: str = "T") -> Array | None:
    """`lengths` as a new int array (N,), or None for None.

    Parameters
    ----------
    what : str
        Whose lengths they are, for the error.
    lengths : None or N ints from 1 to T
    T, N : int
        The number of steps and of sequences.
    limit : str
        What T is called.

    Raises
    ------
    ValueError
        If they are not N ints, or not all from 1 to T.
    """
    if lengths is None:
        return None
    original, lengths = lengths, real_array(what, "lengths", lengths).copy()  # the caller's array may change
    if lengths.shape != (N,) or lengths.dtype.kind not in "iu":
        raise ValueError(f"{what}: expected lengths to be {N} ints, got {original!r}")
    if lengths.min() < 1 or lengths.max() > T:
        raise ValueError(f"{what}: expected lengths from 1 to {limit} = {T}, got {original!r}")
    return lengths


@overload
def steps_that_count(lengths: None, T: int) -> None: ...
@overload
def steps_that_count(lengths: Array, T: int) -> Array: ...
def steps_that_count(lengths: Array | None, T: int) -> Array | None:
    """Bool array (T, N), true at each sequence's first ``lengths[n]`` steps; None for None.

    Examples
    --------
    >>> steps_that_count(np.array([1, 3]), 3).tolist()
    [[True, True], [False, True], [False, True]]
    """
    return None if lengths is None else np.arange(T)[:, None] < lengths
