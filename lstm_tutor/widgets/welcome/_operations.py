"""Traits that say how the reader operates on the network."""

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

from lstm_tutor.widgets._traits import Synced

__all__ = ["GATES", "Held", "Memory", "Units", "last_unit"]

LONGEST = 120  # characters of a line
GATES = ("f", "i", "o")
FURTHEST = 10.0  # what a reader may put into a cell


class Held(Synced):
    """Gates held shut or open: ``{"f": {16: 0}}``; the page sends units as strs."""

    def checked(self, obj: Any, value: Any) -> Any:
        last = last_unit(obj)
        self.expected = f"a dict of gates of {list(GATES)} to dicts of units from 0 to {last} to 0 or 1"
        if not isinstance(value, Mapping) or not value.keys() <= set(GATES):
            return None
        held: dict[str, dict[int, int]] = {}
        for gate in GATES:
            units = value.get(gate, {})
            if not isinstance(units, Mapping) or not all(_is_unit(unit, last) for unit in units):
                return None
            if not all(isinstance(v, Real) and not isinstance(v, bool) and v in (0, 1) for v in units.values()):
                return None
            if units:
                held[gate] = {int(unit): int(v) for unit, v in units.items()}
        return held


class Units(Synced):
    """A list of different units, in order."""

    def checked(self, obj: Any, value: Any) -> Any:
        last = last_unit(obj)
        self.expected = f"a list of different units from 0 to {last}"
        if isinstance(value, str) or not isinstance(value, Sequence):
            return None
        if not all(_is_whole(unit, last) for unit in value):
            return None
        return sorted(map(int, value)) if len(set(value)) == len(value) else None


class Memory(Synced):
    """``[unit, step, value]``, or nothing."""

    def checked(self, obj: Any, value: Any) -> Any:
        last = last_unit(obj)
        self.expected = (
            f"[] or [unit, step, value], a unit from 0 to {last}, a step from 0 to {LONGEST - 1} and a value from "
            f"{-FURTHEST} to {FURTHEST}"
        )
        if isinstance(value, str) or not isinstance(value, Sequence) or len(value) not in (0, 3):
            return None
        if not value:
            return []
        unit, step, c = value
        fits = (
            _is_whole(unit, last)
            and _is_whole(step, LONGEST - 1)
            and isinstance(c, Real)
            and not isinstance(c, bool)
            and abs(float(c)) <= FURTHEST
        )
        return [int(unit), int(step), float(c)] if fits else None


def last_unit(widget: Any) -> int | None:
    """The last unit of the model, or None as long as there is none."""
    return len(widget.bias) // 4 - 1 if len(widget.bias) else None


def _is_unit(unit: Any, last: int | None) -> bool:
    """Say whether this is a unit; the page sends a dict's keys as strs."""
    if isinstance(unit, str):
        return unit.isascii() and unit.isdigit() and (last is None or int(unit) <= last)
    return _is_whole(unit, last)


def _is_whole(value: Any, last: int | None) -> bool:
    """Say whether this is an int from 0 to `last`."""
    return (
        isinstance(value, Integral)
        and not isinstance(value, bool)
        and 0 <= int(value) <= (int(value) if last is None else last)
    )
