"""What a task hands to a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import finite_array
from lstm_tutor.types import Array, ArrayLike, DTypeLike


class Batch(NamedTuple):
    """Inputs and targets of N sequences side by side.

    Attributes
    ----------
    x : array (T, N, D), or ints (T, N) for a model with an embedding
    targets : ints (T, N) for classes, or array (T, N, K) for numbers
        For a model with pooling one for each sequence: ints (N,), or array (N, K).
    mask : array (T, N) or None
        True where a step counts in the loss. None counts every step within the lengths. With pooling (N,), true where
        a sequence counts.
    lengths : ints (N,) or None
        The number of steps of each sequence; what lies past it is padding, which is not read.
    start : bool
        False if these sequences continue those of the batch before.
    y_in : array (T_out, N, M) or None
        What a decoder reads: the targets, one step late.

    Examples
    --------
    >>> Batch(np.zeros((7, 2, 3)), np.zeros((7, 2), np.int64), lengths=np.array([7, 4]))
    Batch(x=float64 (7, 2, 3), targets=int64 (7, 2), lengths=[7, 4])
    """

    x: Array
    targets: Array
    mask: Array | None = None
    lengths: Array | None = None
    start: bool = True
    y_in: Array | None = None

    def __repr__(self) -> str:
        shown = [f"{name}={_shape(value)}" for name, value in self._asdict().items()
                 if isinstance(value, np.ndarray) and name != "lengths"]  # fmt: skip
        shown += [] if self.lengths is None else [f"lengths={np.asarray(self.lengths).tolist()}"]
        shown += [] if self.start else ["start=False"]
        return f"Batch({', '.join(shown)})"

    def steps_that_count(self) -> Array | None:
        """Return the mask without what lies past the lengths; None if every step counts.

        It is for models that write one prediction a step of `x`; the lengths of a Seq2Seq's batch are those of what it
        reads.
        """
        if self.lengths is None:
            return self.mask
        inside = np.arange(len(self.x))[:, None] < np.asarray(self.lengths)
        if self.mask is None:
            return inside
        return self.mask * inside if np.shape(self.mask) == inside.shape else self.mask  # the loss names a wrong shape


def _shape(array: Array) -> str:
    return f"{array.dtype} {array.shape}"


def padded(
    sequences: Sequence[ArrayLike], dtype: DTypeLike = np.int64, *, fill: int = 0, steps: int | None = None
) -> tuple[Array, Array]:
    """Return sequences side by side, (T, N, ...), with `fill` past each end, and their lengths (N,).

    Parameters
    ----------
    sequences : N arrays or lists, at least one
        Of their own lengths; what a step holds has the same shape in all of them.
    dtype : dtype
    fill : int
    steps : int or None
        T; None: as many as the longest sequence has.

    Examples
    --------
    >>> x, lengths = padded([[4, 7, 9], [1, 2]])
    >>> x.T.tolist(), lengths.tolist()
    ([[4, 7, 9], [1, 2, 0]], [3, 2])
    """
    arrays = [np.asarray(sequence) for sequence in sequences]
    lengths = np.array([len(array) for array in arrays])
    x = np.full((lengths.max() if steps is None else steps, len(arrays), *arrays[0].shape[1:]), fill, dtype)
    for n, array in enumerate(arrays):
        x[: len(array), n] = array
    return x, lengths


def sequence_batch(
    sequences: Sequence[ArrayLike], targets: ArrayLike, *, steps: int | None = None, dtype: DTypeLike = np.float32
) -> Batch:
    """Return sequences of unequal lengths, padded with zeros, as a Batch with one target for each.

    Parameters
    ----------
    sequences : N arrays (T, D) of their own T each, or N lists of tokens, ints
    targets : ints (N,)
    steps : int or None
        How many steps the batch has; None: as many as its longest sequence.

    Raises
    ------
    ValueError
        There is no sequence, one is empty, longer than `steps`, or not as above; a number is NaN or infinite; or there
        are not N targets.

    Examples
    --------
    >>> sequence_batch([np.ones((5, 2)), np.ones((3, 2))], [0, 1])
    Batch(x=float32 (5, 2, 2), targets=int64 (2,), lengths=[5, 3])
    """
    arrays = [finite_array("sequence_batch", f"sequence {n}", sequence) for n, sequence in enumerate(sequences)]
    kinds = list(dict.fromkeys(array.shape[1:] if array.ndim else "a number" for array in arrays))
    if len(kinds) > 1 or "a number" in kinds:
        raise ValueError(f"sequence_batch: expected sequences whose steps have one shape, got {kinds}")
    sizes = [len(array) for array in arrays]
    if not sizes or min(sizes) < 1 or (steps is not None and max(sizes) > steps):
        limit = " or more" if steps is None else f" to {steps}"
        raise ValueError(f"sequence_batch: expected sequences of 1{limit} steps, got lengths {sizes}")
    tokens = arrays[0].ndim == 1
    other = next((array.dtype for array in arrays if tokens and array.dtype.kind not in "iu"), None)
    if other is not None:
        raise ValueError(f"sequence_batch: expected tokens (T,) to be ints, or numbers (T, D), got {other} (T,)")
    due = finite_array("sequence_batch", "targets", targets)
    if due.shape[:1] != (len(arrays),):
        raise ValueError(f"sequence_batch: expected {len(arrays)} targets, got shape {due.shape}")
    x, lengths = padded(arrays, np.int64 if tokens else dtype, steps=steps)
    return Batch(x, due, lengths=lengths)


def one_hot(indices: ArrayLike, size: int, dtype: DTypeLike = np.float64) -> Array:
    """Return indices (...,) as rows of zeros with a single one, (..., size).

    Raises
    ------
    ValueError
        An index is no int from 0 to ``size - 1``.

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    array = np.asarray(indices)
    if array.size and (array.dtype.kind not in "iu" or array.min() < 0 or array.max() >= size):
        got = f"{array.min()} to {array.max()}" if array.dtype.kind in "iuf" else str(array.dtype)
        raise ValueError(f"one_hot: expected ints from 0 to {size - 1}, got {array.dtype} from {got}")
    return np.eye(size, dtype=dtype)[array.astype(np.intp)]
