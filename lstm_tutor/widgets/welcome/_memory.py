"""The trait of a memory that the reader sets."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

from lstm_tutor.widgets._traits import Synced

__all__ = ["Memory", "last_unit"]

LONGEST = 120  # characters of a line
FURTHEST = 10.0  # what a reader may put into a cell


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


def _is_whole(value: Any, last: int | None) -> bool:
    """Say whether this is an int from 0 to `last`."""
    return (
        isinstance(value, Integral)
        and not isinstance(value, bool)
        and 0 <= int(value) <= (int(value) if last is None else last)
    )
