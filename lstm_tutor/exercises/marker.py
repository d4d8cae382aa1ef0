"""Tries an answer on random input, and compares it with the right answer and with the mistakes that people make."""

import html
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

__all__ = ["Answer", "Arguments", "Exercise", "Verdict", "as_tuple", "loops_over", "mark", "with_parameters"]

Answer: TypeAlias = Callable[..., Any]
Arguments: TypeAlias = dict[str, Any]  # name -> array or number, in the order of the answer's parameters

STRESSED = re.compile(r"(?<![\w*])\*(\w(?:[^*\n]*\w)?)\*(?![\w*])")  # a word between stars; no product has it

TOLERANCE = 1e-5  # a right answer's largest relative error: it may be in float32, or some of its arrays may


@dataclass(frozen=True)
class Verdict:
    """The result of :func:`check`; it shows itself as a line of text, in a notebook on demand if it is not yet right.

    Attributes
    ----------
    right : bool
        Whether the answer is right.
    message : str
        What the reader is told.
    """

    right: bool
    message: str

    def __str__(self) -> str:
        return f"{'Right.' if self.right else 'Not yet.'} {self.message}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        text = STRESSED.sub(r"<em>\1</em>", html.escape(str(self)))
        if self.right:
            return f'<p class="lt-verdict right">✓ {text}</p>'
        return (
            '<details class="lt-verdict-fold"><summary>What the marker says</summary>'
            f'<p class="lt-verdict wrong">✗ {text}</p></details>'
        )


@dataclass(frozen=True)
class Exercise:
    """One exercise: what the answer is called with, what is right, and what goes wrong.

    Attributes
    ----------
    arguments : function of a numpy Generator
        Returns the answer's arguments, name -> array or number, in order. They include what the exercise is about: the
        large score, the tiny gradient, the step of zeros.
    returns : tuple of str
        Names of what the answer returns, one or several arrays.
    solution : function of the arguments
        The right answer.
    mistakes : tuple of pairs
        What to say, and a function of the arguments that makes the mistake.
    praise : str
        What a right answer is told.
    other_sizes : function of a numpy Generator, optional
        Returns arguments of other sizes, where the usual ones are as equal as a mistake needs.
    method : function of an answer, optional
        Returns what to say if the answer's numbers are right and its method is not the one asked for, or None.
    """

    arguments: Callable[[np.random.Generator], Arguments]
    returns: tuple[str, ...]
    solution: Answer
    mistakes: tuple[tuple[str, Answer], ...]
    praise: str
    other_sizes: Callable[[np.random.Generator], Arguments] | None = None
    method: Callable[[Answer], str | None] | None = None


def mark(exercise: Exercise, answer: Any) -> Verdict:
    """Return the verdict on `answer`.

    It is called with copies of NumPy arrays in float64, by name if its parameters have the names of the arguments and
    in order otherwise. If PyTorch is loaded and the call fails, it is called with tensors. Every exercise is about
    something that is seen at the precision of float32, so that one tolerance serves both.

    Parameters
    ----------
    exercise : Exercise
    answer : function
        The reader's answer.

    Returns
    -------
    Verdict
    """
    if not callable(answer):
        return Verdict(
            False, f"Expected your function itself, got {_kind(answer)}: pass its name, without calling the function."
        )
    rng = np.random.default_rng(20)
    draws = [exercise.arguments] * 3  # by chance a mistake might agree once
    if exercise.other_sizes is not None:
        draws.append(exercise.other_sizes)
    with np.errstate(all="ignore"):  # an overflow shows in the result, and the verdict says so
        try:
            for draw in draws:
                arguments = _representable(draw(rng))
                _compare(exercise, arguments, _result(answer, arguments))
            if exercise.method is not None and (complaint := exercise.method(answer)) is not None:
                raise _NotYet(complaint)
        except _NotYet as complaint:
            return Verdict(False, str(complaint))
    return Verdict(True, exercise.praise)


def with_parameters(cell: Any, **parameters: Any) -> Any:
    """Return `cell` after it has been given these parameters, for a solution that is one of the package's cells."""
    for name, value in parameters.items():
        setattr(cell, name, value)
    return cell


# -- calling the answer ------------------------------------------------------------------------------------------------


class _NotYet(Exception):
    """The answer is not right; the text is what the reader is told."""


def _representable(arguments):
    """Return `arguments` with numbers that float32 holds as they are, so that an answer in float32 reads the same."""

    def rounded(value):
        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = array.astype(np.float32).astype(array.dtype)
        return array.item() if array.ndim == 0 else array

    return {name: rounded(value) for name, value in arguments.items()}


def _result(answer, arguments):
    """Return what `answer` returns for copies of `arguments`, and complain if it stops or changes them."""
    call = _binding(answer, arguments)
    first = None
    for hand_over in _ways_to_hand_over():
        copies = {name: hand_over(value) for name, value in arguments.items()}
        try:
            result = call(copies)
        except (Exception, SystemExit) as error:  # the reader's code may raise anything
            first = error if first is None or _wants_tensors(first, error) else first
            continue
        for name, value in arguments.items():
            if not np.array_equal(_plain(copies[name]), value):
                raise _NotYet(f"Your function changed its argument {name}; compute a new array instead.")
        return result
    words = f"{type(first).__name__}: {first}" if str(first) else type(first).__name__
    raise _NotYet(f"Your function stopped with {words.rstrip('.')}. It is called with {_described(arguments)}.")


def _binding(answer, arguments):
    """Return a function that calls `answer` with arguments by name if it has all the names, and in order otherwise."""

    def by_name(values):
        return answer(**values)

    def in_order(values):
        return answer(*values.values())

    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some functions written in C do not tell
        return in_order
    if all(parameter.kind != parameter.VAR_POSITIONAL for parameter in signature.parameters.values()):
        try:
            signature.bind(**arguments)
        except TypeError:
            pass
        else:
            return by_name
    try:
        signature.bind(*arguments.values())
    except TypeError:
        raise _NotYet(
            f"Your function has the parameters {signature}. It is called with {len(arguments)} arguments: "
            f"{_described(arguments)}."
        ) from None
    return in_order


def _ways_to_hand_over() -> Iterator[Callable]:
    """Yield ways to copy an argument: to an array and, if PyTorch is loaded, to a tensor of either precision."""
    yield lambda value: value.copy() if isinstance(value, np.ndarray) else value
    torch = sys.modules.get("torch")  # never imported here: an answer in PyTorch has imported it
    if torch is None:
        return

    def as_tensor(dtype):
        def convert(value):
            if not isinstance(value, np.ndarray):
                return value
            return torch.tensor(value, dtype=dtype if value.dtype.kind == "f" else None)

        return convert

    yield as_tensor(torch.get_default_dtype())
    yield as_tensor(torch.float64)


def _wants_tensors(first, second):
    """Whether `first` was raised by an array in the place of a tensor, so that `second`, with a tensor, says more."""
    if isinstance(first, AttributeError):
        return getattr(first, "name", None) != getattr(second, "name", None)
    return any(word in str(first) for word in ("Tensor", "'dim'", "dtype"))


def _described(arguments):
    arrays = [f"{name} {value.shape}" for name, value in arguments.items() if isinstance(value, np.ndarray)]
    numbers = [f"{name} = {value:.4g}" for name, value in arguments.items() if not isinstance(value, np.ndarray)]
    return " and ".join(
        f"{kind} named {', '.join(names)}" for kind, names in (("arrays", arrays), ("numbers", numbers)) if names
    )


def _kind(value):
    """Return in words what `value` is."""
    if value is None:
        return "None"
    if hasattr(value, "shape"):
        return f"an array of shape {tuple(value.shape)}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


# -- reading the result ------------------------------------------------------------------------------------------------


def as_tuple(value: Any) -> tuple:
    """Return what a function returned as a tuple of its parts."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _parts(names, result):
    """Return the arrays that the answer returned, one for each of `names`."""
    expected = f"Expected {len(names)} arrays, {', '.join(names)}" if len(names) > 1 else f"Expected {names[0]}"
    if result is None:
        raise _NotYet(f"Your function returned nothing; it should return {', '.join(names)}.")
    if len(names) == 1:
        alone = isinstance(result, tuple) and len(result) == 1  # (h,) or State(h)
        parts: tuple = (result[0] if alone else result,)
    elif getattr(result, "shape", ())[:1] == (len(names),):  # np.stack([h, c])
        parts = tuple(result)
    else:
        parts = as_tuple(result)
    if len(parts) != len(names):
        got = len(parts) if isinstance(result, tuple | list) else _kind(result)
        raise _NotYet(f"{expected}; got {got}.")
    return [_numbers(name, part) for name, part in zip(names, parts, strict=True)]


def _plain(value):
    """Return `value` without PyTorch, as arrays, whatever it is nested in."""
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if hasattr(value, "detach"):  # a tensor, on whatever device, with or without a gradient
        value = value.detach().cpu()
        if "float16" in str(value.dtype):  # bfloat16 does not exist in NumPy
            return np.asarray(value.float().numpy(), np.float16)
        return value.numpy()
    return value


def _numbers(name, part):
    """Return one returned array in float64."""
    if isinstance(part, np.ma.MaskedArray):
        raise _NotYet(f"Expected {name} as a plain array, got a masked one: fill it with the numbers you mean.")
    try:
        array = np.asarray(_plain(part))
    except (TypeError, ValueError, RuntimeError):  # rows of different lengths, for example
        raise _NotYet(f"Expected an array of numbers for {name}; got {_kind(part)} that does not make one.") from None
    if array.dtype.kind == "O":
        try:
            array = array.astype(float)
        except (TypeError, ValueError):
            raise _NotYet(f"Expected arrays of numbers for {name}; got {_kind(part)}.") from None
    if array.dtype.kind not in "fiub":
        raise _NotYet(f"Expected arrays of numbers for {name}; got {array.dtype} values.")
    if array.dtype == np.float16:
        raise _NotYet(f"{name} has only three digits, as numbers of 16 bits have: compute in float32 or float64.")
    return array.astype(float)


# -- comparing ---------------------------------------------------------------------------------------------------------


def _compare(exercise, arguments, result):
    """Complain if `result` is not the solution's, with the hint that fits if it is a known mistake's."""
    names = exercise.returns
    parts = _parts(names, result)
    expected = [np.asarray(part, float) for part in as_tuple(exercise.solution(**arguments))]
    for name, part, want in zip(names, parts, expected, strict=True):
        if part.shape != want.shape:
            raise _NotYet(f"Expected {name} of shape {want.shape}, got {part.shape}.")
    right = _agree(parts, expected)
    if all(right):
        return
    for hint, mistake in exercise.mistakes:  # one may be that something overflows: then both have NaN there
        try:
            wrong = as_tuple(mistake(**arguments))
        except ValueError:  # it cannot be made at other sizes
            continue
        if all(_agree(parts, wrong)):
            raise _NotYet(hint)
    strange = [name for name, part in zip(names, parts, strict=True) if not np.isfinite(part).all()]
    if strange:
        raise _NotYet(f"There are NaN or infinite values in {', '.join(strange)}.")
    lines = [
        f"{name} is {'right' if ok else f'off by up to {np.abs(part - want).max():.2g}'}"
        for name, part, want, ok in zip(names, parts, expected, right, strict=True)
    ]
    raise _NotYet("; ".join(lines) + ".")


def _agree(parts, expected):
    """For each of `parts`, whether it is what is expected to within the tolerance; NaN agrees with NaN."""
    return [_agrees(part, np.asarray(want, float)) for part, want in zip(parts, expected, strict=True)]


def _agrees(part, want):
    scale = np.abs(want[np.isfinite(want)]).max(initial=0.0)
    return part.shape == want.shape and np.allclose(
        part, want, rtol=TOLERANCE, atol=0.1 * TOLERANCE * scale, equal_nan=True
    )


# -- looking at the method ---------------------------------------------------------------------------------------------


def loops_over(answer: Answer, short: Arguments, long: Arguments, steps: int) -> bool:
    """Return whether `answer` runs at least one more line for each of the `steps` by which `long` is longer.

    Parameters
    ----------
    answer : function
    short, long : dict of str to array
        Two sets of arguments.
    steps : int
        By how many steps they differ.

    Returns
    -------
    bool
    """

    def lines(arguments):
        count = 0

        def trace(frame, event, _):
            nonlocal count
            count += event in ("call", "line")
            return trace

        arguments = _representable(arguments)
        _result(answer, arguments)  # what is done once for a size, such as to compile, is done now
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            _result(answer, arguments)
        finally:
            sys.settrace(before)
        return count

    return lines(long) - lines(short) >= steps
