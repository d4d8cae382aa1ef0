"""Traits that both sides of a widget share: each says what it expects, as a ValueError, and changes nothing then."""

from numbers import Integral, Real

import numpy as np
from traitlets import TraitType, Undefined

__all__ = ["Array", "Flag", "Integer", "Number", "OneOf", "Synced", "Text"]


class Synced(TraitType):
    """A trait that is sent to the page and back; `expected` says in words what it takes."""

    expected = "another value"

    def __init__(self, default_value=Undefined, **kwargs):
        super().__init__(default_value, **kwargs)
        self.tag(sync=True)

    def validate(self, obj, value):
        checked = self.checked(obj, value)
        if checked is None:
            raise ValueError(f"{type(obj).__name__}: expected {self.name} to be {self.expected}, got {value!r}")
        return checked

    def checked(self, obj, value):
        """Return the value as it is stored, or None if it is not what is expected."""
        raise NotImplementedError


class Integer(Synced):
    """An int from `low` to `high`; each may be a number or a function of the widget."""

    default_value = 0

    def __init__(self, default_value=0, *, low=None, high=None, **kwargs):
        super().__init__(default_value, **kwargs)
        self.low, self.high = low, high

    def checked(self, obj, value):
        low, high = (bound(obj) if callable(bound) else bound for bound in (self.low, self.high))
        self.expected = "an int" + _between(low, high)
        fits = isinstance(value, Integral) and not isinstance(value, bool) and _within(value, low, high)
        return int(value) if fits else None


class Number(Synced):
    """A finite float from `low` to `high`."""

    default_value = 0.0

    def __init__(self, default_value=0.0, *, low=None, high=None, **kwargs):
        super().__init__(default_value, **kwargs)
        self.low, self.high = low, high
        self.expected = "a finite number" + _between(low, high)

    def checked(self, obj, value):
        fits = isinstance(value, Real) and not isinstance(value, bool) and np.isfinite(value)
        return float(value) if fits and _within(value, self.low, self.high) else None


class Flag(Synced):
    """True or False."""

    default_value = False
    expected = "True or False"

    def checked(self, obj, value):
        return bool(value) if isinstance(value, bool | np.bool_) else None


class Text(Synced):
    """A str of at most `longest` characters; with `alphabet`, of its characters only."""

    default_value = ""

    def __init__(self, default_value="", *, longest=None, shortest=0, alphabet=None, **kwargs):
        super().__init__(default_value, **kwargs)
        self.longest, self.shortest, self.alphabet = longest, shortest, alphabet

    def checked(self, obj, value):
        self.expected = "a str" + (f" of {self.shortest} to {self.longest} characters" if self.longest else "")
        if not isinstance(value, str) or (self.longest and not self.shortest <= len(value) <= self.longest):
            return None
        if self.alphabet and not set(value) <= set(self.alphabet):
            self.expected = "a str of known characters; unknown: " + repr(sorted(set(value) - set(self.alphabet)))
            return None
        return value


class OneOf(Synced):
    """One of `choices`, strs; or of those that a function of the widget returns, which needs a default value."""

    def __init__(self, choices, default_value=None, **kwargs):
        self.choices = choices if callable(choices) else tuple(choices)
        super().__init__(self.choices[0] if default_value is None else default_value, **kwargs)

    def checked(self, obj, value):
        choices = list(self.choices(obj) if callable(self.choices) else self.choices)
        self.expected = f"one of {choices}"
        return value if isinstance(value, str) and value in choices else None


class Array(Synced):
    """A finite array of `ndim` dimensions, sent as bytes: {dtype, shape, data}.

    Parameters
    ----------
    ndim : int, or None for any
    dtype : "f8", "f4", "f2", "i4" or "u1": what is given is converted; None keeps a floating type
    """

    def __init__(self, *, ndim=None, dtype="f8", **kwargs):
        super().__init__(**kwargs)
        self.ndim, self.dtype = ndim, None if dtype is None else np.dtype(dtype).newbyteorder("<")
        self.expected = f"a finite array{'' if ndim is None else f' of {ndim} dimensions'}"
        self.tag(to_json=array_to_json, from_json=array_from_json)

    def make_dynamic_default(self):
        return np.zeros((0,) * (1 if self.ndim is None else self.ndim), self.dtype)

    def checked(self, obj, value):
        try:
            array = np.array(value, dtype=self.dtype, order="C")
        except (TypeError, ValueError):
            return None
        if self.ndim is not None and array.ndim != self.ndim:
            self.expected = f"an array of {self.ndim} dimensions, not of shape {array.shape}"
            return None
        known = array.dtype.kind == "f" and array.dtype.itemsize <= 8 if self.dtype is None else True
        return array if known and np.isfinite(array).all() else None


def array_to_json(array, widget=None):
    """An array as the page gets it."""
    array = np.ascontiguousarray(array)
    return {"dtype": array.dtype.str, "shape": list(array.shape), "data": memoryview(array.tobytes())}


def array_from_json(packed, widget=None):
    """The array that the page sends."""
    return np.frombuffer(bytes(packed["data"]), dtype=packed["dtype"]).reshape(packed["shape"]).copy()


def _within(value, low, high):
    return (low is None or value >= low) and (high is None or value <= high)


def _between(low, high):
    if low is None and high is None:
        return ""
    if None not in (low, high):
        return f" from {low} to {high}"
    return f" of at most {high}" if low is None else f" of at least {low}"
