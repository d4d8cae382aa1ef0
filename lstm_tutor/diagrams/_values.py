"""What a caller gives: names and numbers, checked; what follows from them; the sketch that stands in for the rest."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite
from typing import Any, TypeVar

from lstm_tutor.diagrams._cells import FREE, Cell
from lstm_tutor.palette import GATES

_GATES = (*GATES, "k")  # k is the share that a minLSTM keeps; the key k of other cells is free
SKETCH = dict.fromkeys("ifogrzn", 0.6) | {"c_prev": 0.6, "h_prev": 0.45, "past": 0.45, "n_prev": 0.7}


Choice = TypeVar("Choice")


def choose(function: str, what: str, name: Any, choices: Mapping[str, Choice]) -> Choice:
    """Return what `name` chooses."""
    if not isinstance(name, str) or name not in choices:
        raise ValueError(f"{function}: expected {what} to be one of {list(choices)}, got {name!r}")
    return choices[name]


def number_within(function: str, name: str, value: Any, low: float = -inf, high: float = inf) -> float:
    """Return `value` as a finite float from `low` to `high`; `name` is what the error calls it."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{function}: expected {name} to be one number, got {value!r}") from None
    if not isfinite(number):
        raise ValueError(f"{function}: expected {name} to be finite, got {number}")
    if not low <= number <= high:
        raise ValueError(f"{function}: expected {name} from {low} to {high}, got {number:g}")
    return number


def checked(
    function: str, letters: Iterable[str], values: Any, extra: str = "", free: Sequence[str] = FREE
) -> dict[str, float]:
    """Return `values` as finite floats in the range of their letters; `h_l0` has the range of `h`, `free` has none."""
    numbers = {}
    for name, value in mapping(function, letters, values).items():
        letter = name.partition("_l")[0]
        bounds = (-inf, inf) if letter in free else (0, 1) if letter in _GATES else (-1, 1)
        numbers[name] = number_within(function, name + extra, value, *bounds)
    return numbers


def mapping(function: str, letters: Iterable[str], values: Any) -> dict[str, Any]:
    """Return `values`, a mapping of known letters or None, as a dict."""
    if values is not None and not isinstance(values, Mapping):
        raise ValueError(f"{function}: expected values to be a mapping of letters to numbers, got {values!r}")
    for name in values or {}:
        choose(function, "a name in values", name, dict.fromkeys(letters))
    return dict(values or {})


def each_step(function: str, letters: Iterable[str], values: Any, length: int) -> list[dict[str, float]]:
    """Return one mapping of checked numbers per step."""
    series = mapping(function, letters, values)
    for name, numbers in series.items():
        size = len(numbers) if hasattr(numbers, "__len__") else 1
        if size != length:
            raise ValueError(f"{function}: expected {length} numbers for {name}, one per character, got {size}")
    return [
        checked(function, letters, {name: numbers[step] for name, numbers in series.items()}, f" at step {step + 1}")
        for step in range(length)
    ]


def complete(drawn: Cell, values: Mapping[str, float]) -> dict[str, float]:
    """Return `values` and every quantity that they determine."""
    known = dict(values)
    for name, formula in drawn.quantities.items():
        if name not in known:
            try:
                known[name] = formula(known)
            except KeyError:
                continue
    return known


def limit(steps: Iterable[Mapping[str, float]], free: Sequence[str] = FREE) -> float:
    """Return the size that fills the memory rail: 1, or the largest of what can pass 1."""
    sizes = [abs(v) for known in steps for name, v in known.items() if name.partition("_l")[0] in free]
    return max([1.0, *sizes])
