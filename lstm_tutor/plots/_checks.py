"""What the plots ask of their data, with errors that say what was expected and what came."""

from operator import index

import numpy as np


def one_sequence(function, trace, name, *, sequence=0, layer=0, direction="forward"):
    """Return what was recorded as `name` of one sequence, (T, H), without the steps past its length."""
    cell = trace.at(layer=layer, direction=direction) if hasattr(trace, "at") else trace
    if name not in cell.names:
        raise ValueError(f"{function}: expected a name among {list(cell.names)}, got {name!r}")
    values = np.asarray(cell[name])  # (T, N, H)
    sequence = position(function, "sequence", sequence, values.shape[1])
    lengths = getattr(trace, "lengths", None)
    length = values.shape[0] if lengths is None else int(lengths[sequence])
    return finite(function, name, values[:length, sequence])  # (T, H)


def position(function, what, value, size):
    """Return `value` as an index from 0 to size - 1."""
    try:
        value = index(value)
    except TypeError:
        raise ValueError(f"{function}: expected {what} to be a whole number, got {value!r}") from None
    if not 0 <= value < size:
        raise ValueError(f"{function}: expected {what} from 0 to {size - 1}, got {value}")
    return value


def some_units(function, units, size):
    """Return `units` (None, one number or several) as a list of indices into `size` units."""
    if units is None:
        return list(range(size))
    units = [units] if np.ndim(units) == 0 else list(units)
    if not units:
        raise ValueError(f"{function}: expected at least one unit, got none")
    return [position(function, "every unit", unit, size) for unit in units]


def characters(function, text, steps):
    """Return `text` as a list of one character per step, or None."""
    if text is None:
        return None
    if len(text) != steps:
        raise ValueError(f"{function}: text has {len(text)} characters, but the trace has T = {steps} steps")
    return [str(character) for character in text]


def finite(function, name, values):
    """Return `values` if every one is a finite number."""
    values = np.asarray(values, dtype=float)
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise ValueError(f"{function}: expected finite numbers, but {bad} of {values.size} values of {name} are not")
    return values


def symmetric_limit(function, values, limit):
    """Return `limit`, or the largest size among `values` (1 if all are zero)."""
    if limit is None:
        return float(np.abs(values).max(initial=0.0)) or 1.0
    limit = float(limit)
    if not (np.isfinite(limit) and limit > 0):
        raise ValueError(f"{function}: expected limit to be a positive number, got {limit}")
    return limit
