"""Checks of what a user passes: sizes, options, arrays. Errors name the caller, what was expected, and what came."""

import difflib
import functools
import inspect
import zipfile
from collections.abc import Callable, Iterable
from typing import Any, BinaryIO, TypeVar

import numpy as np

from lstm_tutor.types import Array, ArrayLike, DTypeLike

__all__ = [
    "check_archive", "check_number", "finite_array", "finite_number", "float_dtype", "nearest", "numbers",
    "positive_int", "real_array", "refusing_unknown_options",
]  # fmt: skip

# Options of other libraries, and what to do here instead.
ELSEWHERE = {
    "batch_first": "sequences are time-major here, (T, N, D); np.swapaxes(x, 0, 1) turns x and the output round",
    "bias": "every unit has a bias here, which is zero at first",
    "device": "arrays are NumPy's, in the memory of the CPU",
    "proj_size": "there is no projection of h here",
    "seed": "the seed is rng",
    "random_state": "the seed is rng",
    "lr": "it is called learning_rate here",
    "alpha": "it is called decay here",
    "etas": "they are called factors here",
    "step_sizes": "they are called bounds here",
    "weight_decay": "AdamW has it",
}

Init = TypeVar("Init", bound=Callable[..., None])


def positive_int(what: str, name: str, value: Any) -> int:
    """`value` as an int; ValueError unless it is a whole number above zero."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{what}: expected {name} to be a positive int, got {value!r}")
    return int(value)


def finite_number(what: str, name: str, value: Any) -> float:
    """`value` as a float; ValueError unless it is a finite number."""
    if not isinstance(value, int | float | np.integer | np.floating) or not np.isfinite(value):
        raise ValueError(f"{what}: expected {name} to be a finite number, got {value!r}")
    return float(value)


def float_dtype(what: str, dtype: DTypeLike) -> np.dtype:
    """`dtype` as a NumPy dtype; ValueError unless it is float32 or float64."""
    try:
        result = np.dtype(dtype)
    except TypeError:
        raise ValueError(f"{what}: expected dtype float32 or float64, got {dtype!r}") from None
    if dtype is None or result not in (np.float32, np.float64):
        raise ValueError(f"{what}: expected dtype float32 or float64, got {'None' if dtype is None else result}")
    return result


def real_array(what: str, name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of real numbers: bools, integers or floats.

    A masked array is refused, because NumPy would drop its mask without a word.

    Parameters
    ----------
    what : str
        The class or function the user called, for the error message.
    name : str
        The argument's name, for the error message.
    value : array-like

    Raises
    ------
    ValueError
        `value` is a masked array, or holds complex numbers, text or objects.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{what}: expected {name} to be a plain array, got a masked one, whose mask would be lost")
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # lists of unequal length, a tensor that requires grad
        raise ValueError(f"{what}: expected {name} to be an array of numbers, got {_kind(value)}: {error}") from error
    if array.dtype.kind not in "biuf":
        came = array.dtype if array is value else f"{_kind(value)} of dtype {array.dtype}"
        raise ValueError(f"{what}: expected {name} to be real numbers, got {came}")
    return array


def finite_array(what: str, name: str, value: ArrayLike) -> Array:
    """`value` as an array of real numbers; ValueError also if one of them is NaN or infinite."""
    array = real_array(what, name, value)
    bad = array.size - np.count_nonzero(np.isfinite(array))
    if bad:
        raise ValueError(f"{what}: expected {name} to be finite numbers, got NaN or inf in {bad} of {array.size}")
    return array


def _kind(value: Any) -> str:
    return "None" if value is None else type(value).__name__


def numbers(what: str, name: str, value: ArrayLike, dtype: DTypeLike) -> Array:
    """`value` as a new array of real numbers; a number too large for the dtype becomes inf.

    Parameters
    ----------
    what : str
        Who was called, for the error.
    name : str
        What the array is called, for the error.
    value : array-like
        Floats, integers or booleans.
    dtype : numpy dtype
        Float32 or float64.

    Raises
    ------
    ValueError
        If `value` is no array of real numbers, or is a masked array.

    Examples
    --------
    >>> numbers("LSTM", "x", [[True, 3]], np.float64)
    array([[1., 3.]])
    """
    with np.errstate(over="ignore"):
        return real_array(what, name, value).astype(dtype)


def check_number(what: str, name: str, value: Any, words: str, holds: Callable[[Any], Any]) -> None:
    """Raise ValueError unless `value` is a finite number for which `holds` is true; `words` say what it has to be."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating) or np.isinf(value):
        raise ValueError(f"{what}: expected {name} to be a finite number, got {value!r}")
    if not holds(value):
        raise ValueError(f"{what}: expected {name} {words}, got {value!r}")


def nearest(name: Any, names: Iterable[str]) -> str:
    """Return "; did you mean this?" with the one of `names` that is nearest to `name`, in capitals or not; else "".

    Examples
    --------
    >>> nearest("lstm", ["GRU", "LSTM"])
    '; did you mean LSTM?'
    >>> nearest("perceptron", ["GRU", "LSTM"])
    ''
    """
    small = {each.lower(): each for each in names}
    near = difflib.get_close_matches(str(name).lower(), small, n=1)
    return f"; did you mean {small[near[0]]}?" if near else ""


def check_archive(file: BinaryIO) -> None:
    """Raise ValueError unless `file` is a zip archive, as every .npz is; NumPy takes anything else for a pickle."""
    if not zipfile.is_zipfile(file):
        raise ValueError("it is no .npz, or not a whole one")
    file.seek(0)


def refusing_unknown_options(init: Init) -> Init:
    """Return `init` with an error for an unknown option that names the class and the option that was meant."""
    known = {name: option for name, option in inspect.signature(init).parameters.items() if name != "self"}
    by_position = [name for name, option in known.items() if option.kind is option.POSITIONAL_OR_KEYWORD]
    takes_all = any(option.kind is option.VAR_KEYWORD for option in known.values())

    @functools.wraps(init)
    def checked(self, *values, **options):
        what, names = type(self).__name__, list(known)
        if len(values) > len(by_position):
            raise TypeError(
                f"{what}: expected at most {len(by_position)} positional arguments, {by_position}, and the rest of "
                f"{names} by name, got {len(values)}"
            )
        unknown = [name for name in options if name not in known]
        if unknown and not takes_all:
            elsewhere = ELSEWHERE.get(unknown[0])
            hint = f"; {elsewhere}" if elsewhere else nearest(unknown[0], names)
            raise TypeError(f"{what}: expected options among {names}, got {unknown[0]}={options[unknown[0]]!r}{hint}")
        init(self, *values, **options)

    return checked  # type: ignore[return-value] # its signature is that of `init`
