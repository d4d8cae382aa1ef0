"""Tries an answer on random input, and compares it with the right answer and with the mistakes that people make."""

import html
from dataclasses import dataclass

import numpy as np

__all__ = ["Exercise", "Verdict", "as_tuple", "mark"]


@dataclass(frozen=True)
class Verdict:
    """What :func:`check` found; shows itself as a line of text."""

    right: bool
    message: str

    def __str__(self):
        return f"{'Right.' if self.right else 'Not yet.'} {self.message}"

    __repr__ = __str__

    def _repr_html_(self):
        mark, kind = ("✓", "right") if self.right else ("✗", "wrong")
        return f'<p class="lt-verdict {kind}">{mark} {html.escape(str(self))}</p>'


@dataclass(frozen=True)
class Exercise:
    """One exercise: what the answer is called with, what is right, and what goes wrong.

    Attributes
    ----------
    arguments : function from a numpy Generator to a dict of arrays, the answer's keyword arguments in order
    returns : names of what the answer returns, one or several arrays
    solution : function of the arguments
    mistakes : pairs of what to say and a function of the arguments that makes the mistake
    praise : what a right answer is told
    """

    arguments: object
    returns: tuple[str, ...]
    solution: object
    mistakes: tuple
    praise: str


def mark(exercise, answer):
    """The :class:`Verdict` on `answer`, the reader's function."""
    rng = np.random.default_rng(20)
    for _ in range(3):  # by chance a mistake might agree once
        arguments = exercise.arguments(rng)
        given = {key: value.copy() for key, value in arguments.items()}
        try:
            result = answer(**given)
        except Exception as error:  # the reader's code may raise anything
            return Verdict(
                False,
                f"Your function stopped with {type(error).__name__}: {error}. It is called with arrays named "
                f"{', '.join(f'{key} {value.shape}' for key, value in arguments.items())}.",
            )
        for key, value in arguments.items():
            if not np.array_equal(given[key], value):
                return Verdict(False, f"Your function changed its argument {key}; compute a new array instead.")
        verdict = _compare(exercise, arguments, result)
        if not verdict.right:
            return verdict
    return Verdict(True, exercise.praise)


def _compare(exercise, arguments, result):
    expected = as_tuple(exercise.solution(**arguments))
    names = exercise.returns
    if result is None:
        return Verdict(False, f"Your function returned nothing; it should return {', '.join(names)}.")
    parts = as_tuple(result) if len(names) > 1 else (result,)
    if len(parts) != len(names):
        return Verdict(False, f"Expected {len(names)} arrays, {', '.join(names)}; got {len(parts)}.")
    try:
        parts = [np.asarray(part, float) for part in parts]
    except (TypeError, ValueError):
        return Verdict(False, f"Expected arrays of numbers for {', '.join(names)}; got something else.")
    for name, part, want in zip(names, parts, expected, strict=True):
        if part.shape != want.shape:
            return Verdict(False, f"Expected {name} of shape {want.shape}, got {part.shape}.")
    agrees = [np.allclose(part, want, rtol=1e-9, atol=1e-12) for part, want in zip(parts, expected, strict=True)]
    if all(agrees):
        return Verdict(True, exercise.praise)
    for hint, mistake in exercise.mistakes:  # one may be that something overflows: then both have NaN there
        wrong = as_tuple(mistake(**arguments))
        if all(
            np.allclose(part, other, rtol=1e-9, atol=1e-12, equal_nan=True)
            for part, other in zip(parts, wrong, strict=True)
        ):
            return Verdict(False, hint)
    if not all(np.isfinite(part).all() for part in parts):
        return Verdict(False, f"There are NaN or infinite values in {', '.join(names)}.")
    lines = [
        f"{name} is {'right' if ok else f'off by up to {np.abs(part - want).max():.2g}'}"
        for name, part, want, ok in zip(names, parts, expected, agrees, strict=True)
    ]
    return Verdict(False, "; ".join(lines) + ".")


def as_tuple(value):
    """What a function returned, as a tuple of its parts."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)
