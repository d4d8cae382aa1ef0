"""Models as the page takes them: their parameters, one behind the other, in the smallest type that loses nothing."""

from collections.abc import Mapping
from itertools import accumulate

import numpy as np

from lstm_tutor.types import Array, Arrays

__all__ = ["Shapes", "compact", "flat", "parts", "shapes"]

Shapes = list[tuple[str, list[int]]]  # a list, since a notebook that is stored sorts the names of a dict


def compact(array: Array) -> Array:
    """Return the array in the smallest of half, single and double precision that loses nothing."""
    with np.errstate(over="ignore"):
        return next(small for small in (array.astype(kind) for kind in ("f2", "f4", "f8")) if (small == array).all())


def flat(parameters: Mapping[str, Array]) -> Array:
    """Return all parameters in a row, as :func:`compact` makes it."""
    return compact(np.concatenate([array.ravel() for array in parameters.values()]))


def shapes(parameters: Mapping[str, Array]) -> Shapes:
    """Return the names and shapes of parameters, in their order."""
    return [(name, list(array.shape)) for name, array in parameters.items()]


def parts(row: Array, shapes: Shapes) -> Arrays:
    """Return the parameters in a row, by name, in float64: what :func:`flat` undoes.

    >>> parts(flat({"a": np.ones(2), "b": np.zeros((1, 2))}), [("a", [2]), ("b", [1, 2])])["b"]
    array([[0., 0.]])
    """
    ends = list(accumulate(int(np.prod(shape)) for _, shape in shapes))
    pieces = np.split(row.astype("f8"), ends[:-1])
    return {name: piece.reshape(shape) for (name, shape), piece in zip(shapes, pieces, strict=True)}
