"""What the plots require of their data, with errors that say what was expected and what came."""

from collections.abc import Sequence
from operator import index
from typing import Any, SupportsIndex

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["cell_of", "characters", "finite", "one_sequence", "position", "some_units", "symmetric_limit"]


def cell_of(function: str, trace: Any, layer: int, direction: str) -> Any:
    """Return the record of one layer and direction: `trace` itself if it is one."""
    cell = trace.at(layer=layer, direction=direction) if hasattr(trace, "at") else trace
    if not hasattr(cell, "names"):
        raise ValueError(f"{function}: expected a trace, as layer.forward returns it, got {type(trace).__name__}")
    return cell


def one_sequence(
    function: str, trace: Any, name: str, *, sequence: int = 0, layer: int = 0, direction: str = "forward"
) -> Array:
    """Return what was recorded as `name` of one sequence, (T, H), without the steps past its length.

    The entries of a matrix memory stand side by side.
    """
    cell = cell_of(function, trace, layer, direction)
    if name not in cell.names:
        raise ValueError(f"{function}: expected a name among {list(cell.names)}, got {name!r}")
    values = np.asarray(cell[name])  # (T, N, H), in the input's order: padding comes last in either direction
    sequence = position(function, "sequence", sequence, values.shape[1])
    valid = getattr(cell, "valid", None)
    length = len(values) if valid is None else int(np.count_nonzero(valid[:, sequence]))
    return finite(function, name, values[:length, sequence]).reshape(length, -1)  # (T, H)


def position(function: str, what: str, value: SupportsIndex, size: int) -> int:
    """Return `value` as an index from 0 to size - 1."""
    try:
        number = index(value)
    except TypeError:
        raise ValueError(f"{function}: expected {what} to be a whole number, got {value!r}") from None
    if not 0 <= number < size:
        raise ValueError(f"{function}: expected {what} from 0 to {size - 1}, got {number}")
    return number


def some_units(function: str, units: Any, size: int) -> list[int]:
    """Return `units` (None, one number or several) as a list of indices into `size` units."""
    if units is None:
        return list(range(size))
    units = [units] if np.ndim(units) == 0 else list(units)
    if not units:
        raise ValueError(f"{function}: expected at least one unit, got none")
    return [position(function, "every unit", unit, size) for unit in units]


def characters(function: str, text: Sequence[str] | None, steps: int) -> list[str] | None:
    """Return `text` as a list of one character per step, or None."""
    if text is None:
        return None
    if len(text) != steps:
        raise ValueError(f"{function}: text has {len(text)} characters, but the sequence has T = {steps} steps")
    return [str(character) for character in text]


def finite(function: str, name: str, values: ArrayLike) -> Array:
    """Return `values` if every one is a finite number."""
    values = real_array(function, name, values).astype(float)
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise ValueError(f"{function}: expected finite numbers, but {bad} of {values.size} values of {name} are not")
    return values


def symmetric_limit(function: str, values: Array, limit: float | None) -> float:
    """Return `limit`, or the largest size among `values` (1 if all are zero)."""
    if limit is None:
        return float(np.abs(values).max(initial=0.0)) or 1.0
    limit = float(limit)
    if not (np.isfinite(limit) and limit > 0):
        raise ValueError(f"{function}: expected limit to be a positive number, got {limit}")
    return limit
