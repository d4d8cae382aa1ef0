"""Traits that both sides of a widget share: each says what it expects, as a ValueError, and changes nothing then."""

from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, TypeAlias

import numpy as np
from traitlets import TraitType, Undefined

from lstm_tutor.types import Array as NumPyArray

__all__ = ["Array", "Flag", "Integer", "Number", "OneOf", "Synced", "Tasks", "Text"]


Bound: TypeAlias = float | Callable[[Any], float | None] | None  # a number, or a function of the widget


class Synced(TraitType):
    """A trait that is sent to the page and back; `expected` says in words what it takes."""

    expected = "another value"

    def __init__(self, default_value: Any = Undefined, **kwargs: Any) -> None:
        super().__init__(default_value, **kwargs)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        checked = self.checked(obj, value)
        if checked is None:
            raise ValueError(
                f"{type(obj).__name__}: expected {str(self.name).lstrip('_')} to be {self.expected}, got {value!r}"
            )
        return checked

    def checked(self, obj: Any, value: Any) -> Any:
        """Return the value as it is stored, or None if it is not what is expected."""
        raise NotImplementedError


class Integer(Synced):
    """An int from `low` to `high`; each may be a number or a function of the widget."""

    default_value = 0

    def __init__(self, default_value: int = 0, *, low: Bound = None, high: Bound = None, **kwargs: Any) -> None:
        super().__init__(default_value, **kwargs)
        self.low, self.high = low, high

    def checked(self, obj: Any, value: Any) -> Any:
        low, high = (bound(obj) if callable(bound) else bound for bound in (self.low, self.high))
        self.expected = "an int" + _between(low, high)
        fits = isinstance(value, Integral) and not isinstance(value, bool) and _within(value, low, high)
        return int(value) if fits else None


class Number(Synced):
    """A finite float from `low` to `high`."""

    default_value = 0.0

    def __init__(
        self, default_value: float = 0.0, *, low: float | None = None, high: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(default_value, **kwargs)
        self.low, self.high = low, high
        self.expected = "a finite number" + _between(low, high)

    def checked(self, obj: Any, value: Any) -> Any:
        fits = isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(float(value))
        return float(value) if fits and _within(value, self.low, self.high) else None


class Flag(Synced):
    """True or False."""

    default_value = False
    expected = "True or False"

    def checked(self, obj: Any, value: Any) -> Any:
        return bool(value) if isinstance(value, bool | np.bool_) else None


class Text(Synced):
    """A str of at most `longest` characters; with `alphabet`, of its characters only."""

    default_value = ""

    def __init__(
        self,
        default_value: str = "",
        *,
        longest: int | None = None,
        shortest: int = 0,
        alphabet: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(default_value, **kwargs)
        self.longest, self.shortest, self.alphabet = longest, shortest, alphabet

    def checked(self, obj: Any, value: Any) -> Any:
        self.expected = "a str" + (f" of {self.shortest} to {self.longest} characters" if self.longest else "")
        if not isinstance(value, str) or (self.longest and not self.shortest <= len(value) <= self.longest):
            return None
        if self.alphabet and not set(value) <= set(self.alphabet):
            self.expected = "a str of known characters; unknown: " + repr(sorted(set(value) - set(self.alphabet)))
            return None
        return value


class OneOf(Synced):
    """One of `choices`, strs; or of those that a function of the widget returns, which needs a default value."""

    def __init__(
        self, choices: Iterable[str] | Callable[[Any], Iterable[str]], default_value: str | None = None, **kwargs: Any
    ) -> None:
        self.choices = choices if callable(choices) else tuple(choices)
        first = None if callable(self.choices) else self.choices[0]
        super().__init__(first if default_value is None else default_value, **kwargs)

    def checked(self, obj: Any, value: Any) -> Any:
        choices = list(self.choices(obj) if callable(self.choices) else self.choices)
        self.expected = f"one of {choices}"
        return value if isinstance(value, str) and value in choices else None


class Array(Synced):
    """A finite array of `ndim` dimensions, sent as bytes: {dtype, shape, data}.

    Parameters
    ----------
    ndim : int, or None for any
    dtype : "f8", "f4", "f2", "i4" or "u1", or None
        What is given is converted; None keeps a floating type.
    """

    def __init__(self, *, ndim: int | None = None, dtype: str | None = "f8", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ndim, self.dtype = ndim, None if dtype is None else np.dtype(dtype).newbyteorder("<")
        self.expected = f"a finite array{'' if ndim is None else f' of {ndim} dimensions'}"
        self.tag(to_json=array_to_json, from_json=array_from_json)

    def make_dynamic_default(self) -> Any:
        return np.zeros((0,) * (1 if self.ndim is None else self.ndim), self.dtype)

    def checked(self, obj: Any, value: Any) -> Any:
        try:
            array = np.array(value, dtype=self.dtype, order="C")
        except (TypeError, ValueError):
            return None
        if self.ndim is not None and array.ndim != self.ndim:
            self.expected = f"an array of {self.ndim} dimensions, not of shape {array.shape}"
            return None
        known = array.dtype.kind == "f" and array.dtype.itemsize <= 8 if self.dtype is None else True
        return array if known and np.isfinite(array).all() else None


class Tasks(Synced):
    """Tasks for the reader, which the page ticks when they are done: a list of dicts.

    ``{"task": "Shut the forget gate of unit 16.", "when": {"unit": 16, "f": {"max": 0.05}}, "shows": "It is empty."}``:
    `task` says what to do; `when` names facts of the widget (its class's ``FACTS``) and what each has to be, a value,
    or a dict with "min" and "max", or with "not"; `shows`, which may be left out, says what the reader has seen then.
    """

    default_value = ()
    longest = 240  # characters of a sentence

    def __init__(self, **kwargs: Any) -> None:
        super().__init__([], **kwargs)

    def checked(self, obj: Any, value: Any) -> Any:
        self.expected = (
            f"a list of dicts with 'task', 'when' and perhaps 'shows', with facts of {sorted(obj.FACTS)} and sentences "
            f"of at most {self.longest} characters"
        )
        if not isinstance(value, list | tuple) or not all(self._fits(task, obj.FACTS) for task in value):
            return None
        return [dict(task) for task in value]

    def _fits(self, task: Any, facts: Iterable[str]) -> bool:
        if not isinstance(task, Mapping) or not {"task", "when"} <= task.keys() <= {"task", "when", "shows"}:
            return False
        sentences = [text for name, text in task.items() if name != "when"]
        if not all(isinstance(text, str) and 0 < len(text) <= self.longest for text in sentences):
            return False
        when = task["when"]
        return (
            isinstance(when, Mapping)
            and bool(when)
            and when.keys() <= set(facts)
            and all(map(_is_condition, when.values()))
        )


def _is_condition(condition: Any) -> bool:
    """Say whether this is a condition on a fact."""
    if isinstance(condition, Mapping):
        bounds = {name: bound for name, bound in condition.items() if name != "not"}
        numbers = all(isinstance(bound, Real) and np.isfinite(float(bound)) for bound in bounds.values())
        return bool(condition) and condition.keys() <= {"min", "max", "not"} and numbers
    return condition is None or isinstance(condition, str | bool | Real)


def array_to_json(array: NumPyArray, widget: object = None) -> dict[str, Any]:
    """An array as the page gets it."""
    array = np.ascontiguousarray(array)
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": memoryview(array.tobytes())}


def array_from_json(packed: Mapping[str, Any], widget: object = None) -> NumPyArray:
    """The array that the page sends."""
    return np.frombuffer(bytes(packed["data"]), dtype=packed["dtype"]).reshape(packed["shape"]).copy()


def _within(value: Any, low: float | None, high: float | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _between(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    if None not in (low, high):
        return f" from {low} to {high}"
    return f" of at most {high}" if low is None else f" of at least {low}"
