"""Exercises that mark themselves, and say what is wrong.

An answer is tried on random input, and compared with the right answer and with the mistakes that people make. What a
mistake computes is written down here beside what to say about it, so that the hint is about *your* formula.
"""

import html
from dataclasses import dataclass

import numpy as np

from lstm_tutor.activations import sigmoid
from lstm_tutor.cells import LSTMCell, LSTMState, RNNCell, State

__all__ = ["EXERCISES", "Verdict", "check"]


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


def check(name, answer):
    """Mark an answer.

    Parameters
    ----------
    name : the exercise, a key of EXERCISES
    answer : the reader's function

    Returns
    -------
    Verdict

    Raises
    ------
    ValueError : there is no such exercise

    >>> check("rnn-step", lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + b))
    Not yet. h does not depend on h_prev: the recurrence W_h h_prev is missing, so this network has no memory.
    """
    if name not in EXERCISES:
        raise ValueError(f"check: expected one of {list(EXERCISES)}, got {name!r}")
    exercise = EXERCISES[name]
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
    expected = _as_tuple(exercise.solution(**arguments))
    names = exercise.returns
    if result is None:
        return Verdict(False, f"Your function returned nothing; it should return {', '.join(names)}.")
    parts = _as_tuple(result) if len(names) > 1 else (result,)
    if len(parts) != len(names):
        return Verdict(False, f"Expected {len(names)} arrays, {', '.join(names)}; got {len(parts)}.")
    try:
        parts = [np.asarray(part, float) for part in parts]
    except (TypeError, ValueError):
        return Verdict(False, f"Expected arrays of numbers for {', '.join(names)}; got something else.")
    for name, part, want in zip(names, parts, expected, strict=True):
        if part.shape != want.shape:
            return Verdict(False, f"Expected {name} of shape {want.shape}, got {part.shape}.")
    if not all(np.isfinite(part).all() for part in parts):
        return Verdict(False, f"There are NaN or infinite values in {', '.join(names)}.")
    agrees = [np.allclose(part, want, rtol=1e-9, atol=1e-12) for part, want in zip(parts, expected, strict=True)]
    if all(agrees):
        return Verdict(True, exercise.praise)
    for hint, mistake in exercise.mistakes:
        wrong = _as_tuple(mistake(**arguments))
        if all(np.allclose(part, other, rtol=1e-9, atol=1e-12) for part, other in zip(parts, wrong, strict=True)):
            return Verdict(False, hint)
    lines = [
        f"{name} is {'right' if ok else f'off by up to {np.abs(part - want).max():.2g}'}"
        for name, part, want, ok in zip(names, parts, expected, agrees, strict=True)
    ]
    return Verdict(False, "; ".join(lines) + ".")


def _as_tuple(value):
    return tuple(value) if isinstance(value, tuple | list) else (value,)


# -- the vanilla RNN ---------------------------------------------------------------------------------------------------

N, T, D, H = 3, 6, 4, 5


def _rnn_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "W_x": draw((H, D)), "W_h": draw((H, H)), "b": draw(H)}


def _rnn_step(x, h_prev, W_x, W_h, b):
    cell = RNNCell(D, H, rng=0)
    cell.weight_ih, cell.weight_hh, cell.bias = W_x, W_h, b
    return cell.forward(x, State(h_prev)).h


RNN_STEP = Exercise(
    arguments=_rnn_arguments,
    returns=("h",),
    solution=_rnn_step,
    mistakes=(
        (
            "h does not depend on h_prev: the recurrence W_h h_prev is missing, so this network has no memory.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + b),
        ),
        ("The bias b is missing.", lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + h_prev @ W_h.T)),
        (
            "The squashing is missing: h should be the tanh of the sum.",
            lambda x, h_prev, W_x, W_h, b: x @ W_x.T + h_prev @ W_h.T + b,
        ),
        (
            "The sum is right, but it is squashed by the logistic sigmoid; this cell uses tanh.",
            lambda x, h_prev, W_x, W_h, b: sigmoid(x @ W_x.T + h_prev @ W_h.T + b),
        ),
        (
            "W_h is used the wrong way round: row j of W_h holds the weights *into* unit j, so rows of h_prev are "
            "multiplied by its transpose, h_prev @ W_h.T.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + h_prev @ W_h + b),
        ),
        (
            "The bias is added after the squashing; it belongs inside, before tanh.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + h_prev @ W_h.T) + b,
        ),
        (
            "The past is added after the squashing; it belongs inside, before tanh.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + b) + h_prev @ W_h.T,
        ),
    ),
    praise="That is the vanilla cell, to rounding error.",
)


def _unroll_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((T, N, D)), "h0": draw((N, H)), "W_x": draw((H, D)), "W_h": draw((H, H)), "b": draw(H)}


def _unrolled(x, h0, W_x, W_h, b, *, order=None, carry=True, before=False):
    hs, h = np.zeros((T, N, H)), h0
    for t in range(T) if order is None else order:
        if before:
            hs[t] = h
        h = _rnn_step(x[t], h if carry else h0, W_x, W_h, b)
        if not before:
            hs[t] = h
    return hs


RNN_UNROLL = Exercise(
    arguments=_unroll_arguments,
    returns=("h",),
    solution=_unrolled,
    mistakes=(
        (
            "Every step starts from h0: hand the new h on to the next step.",
            lambda **arguments: _unrolled(**arguments, carry=False),
        ),
        (
            "Your states are one step late: entry t should hold the state *after* reading x[t].",
            lambda **arguments: _unrolled(**arguments, before=True),
        ),
        (
            "You read the sequence from its end.",
            lambda **arguments: _unrolled(**arguments, order=range(T - 1, -1, -1)),
        ),
        (
            "The first state is zero, but h0 was given: start from it.",
            lambda h0, **arguments: _unrolled(h0=np.zeros_like(h0), **arguments),
        ),
    ),
    praise="The same cell at every step, each handing its state to the next: that is all unrolling is.",
)

# -- the LSTM ----------------------------------------------------------------------------------------------------------


def _lstm_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "c_prev": draw((N, H)),
            "W_x": draw((4 * H, D)), "W_h": draw((4 * H, H)), "b": draw(4 * H)}  # fmt: skip


def _lstm_step(x, h_prev, c_prev, W_x, W_h, b):
    cell = LSTMCell(D, H, rng=0)
    cell.weight_ih, cell.weight_hh, cell.bias = W_x, W_h, b
    step = cell.forward(x, LSTMState(h_prev, c_prev))
    return step.h, step.c


def _lstm_with(equations, order="ifgo"):
    """An LSTM step that ends in `equations` instead of the right ones: a way to write mistakes down in one line."""

    def step(x, h_prev, c_prev, W_x, W_h, b):
        a = dict(zip(order, np.split(x @ W_x.T + h_prev @ W_h.T + b, 4, axis=1), strict=True))
        gates = {"i": sigmoid(a["i"]), "f": sigmoid(a["f"]), "g": np.tanh(a["g"]), "o": sigmoid(a["o"])}
        return equations(**gates, c_prev=c_prev, h_prev=h_prev, a=a)

    return step


def _right_equations(i, f, g, o, c_prev, **_):
    c = f * c_prev + i * g
    return o * np.tanh(c), c


def _mistake(c, h=lambda o, c, **_: o * np.tanh(c)):
    """Equations with another cell state, or another output, from functions of the gates."""

    def equations(**values):
        new = c(**values)
        return h(**values, c=new), new

    return _lstm_with(equations)


LSTM_STEP = Exercise(
    arguments=_lstm_arguments,
    returns=("h", "c"),
    solution=_lstm_step,
    mistakes=(
        ("Your forget gate multiplies g, not c_prev.", _mistake(lambda f, g, c_prev, **_: c_prev + f * g)),
        (
            "Your gates are crossed: the forget gate f belongs on c_prev, the input gate i on g. (Rows of the weights "
            "are in the order i, f, g, o.)",
            _mistake(lambda i, f, g, c_prev, **_: i * c_prev + f * g),
        ),
        (
            "Nothing is ever forgotten: c_prev should be multiplied by f. (This is the cell of 1997.)",
            _mistake(lambda i, g, c_prev, **_: c_prev + i * g),
        ),
        ("The old cell state is lost: c should be f * c_prev + i * g.", _mistake(lambda i, g, **_: i * g)),
        (
            "Your forget gate is the wrong way round: f keeps, 1 - f forgets; c_prev should be multiplied by f.",
            _mistake(lambda i, f, g, c_prev, **_: (1 - f) * c_prev + i * g),
        ),
        (
            "c_prev is squashed on the rail: no tanh belongs there, c = f * c_prev + i * g.",
            _mistake(lambda i, f, g, c_prev, **_: f * np.tanh(c_prev) + i * g),
        ),
        ("The input gate is missing: g should be multiplied by i.", _mistake(lambda f, g, c_prev, **_: f * c_prev + g)),
        (
            "c is right, but h lacks the tanh: h = o * tanh(c).",
            _mistake(lambda i, f, g, c_prev, **_: f * c_prev + i * g, lambda o, c, **_: o * c),
        ),
        (
            "c is right, but the output gate is missing: h = o * tanh(c).",
            _mistake(lambda i, f, g, c_prev, **_: f * c_prev + i * g, lambda c, **_: np.tanh(c)),
        ),
        (
            "h is made from the candidate g; it should be made from the cell state: h = o * tanh(c).",
            _mistake(lambda i, f, g, c_prev, **_: f * c_prev + i * g, lambda o, g, **_: o * g),
        ),
        (
            "h is tanh(g): neither the cell state nor the output gate reaches it. It should be o * tanh(c).",
            _mistake(lambda i, f, g, c_prev, **_: f * c_prev + i * g, lambda g, **_: np.tanh(g)),
        ),
        (
            "The candidate g goes through the sigmoid; it needs tanh, so that it can be negative.",
            _mistake(lambda i, f, a, c_prev, **_: f * c_prev + i * sigmoid(a["g"])),
        ),
        (
            "The candidate g is not squashed: g = tanh(...).",
            _mistake(lambda i, f, a, c_prev, **_: f * c_prev + i * a["g"]),
        ),
        (
            "You return (c, h); this book, as PyTorch, has h first: (h, c).",
            lambda **arguments: _lstm_step(**arguments)[::-1],
        ),
        (
            "The blocks are in another order: rows of the weights are i, f, g, o; you took i, g, f, o.",
            _lstm_with(_right_equations, order="igfo"),
        ),
        (
            "The blocks are in another order: rows of the weights are i, f, g, o; you took i, f, o, g.",
            _lstm_with(_right_equations, order="ifog"),
        ),
        (
            "The recurrence is missing: every gate looks at h_prev too.",
            lambda h_prev, **arguments: _lstm_step(h_prev=np.zeros_like(h_prev), **arguments),
        ),
        ("The bias b is missing.", lambda b, **arguments: _lstm_step(b=np.zeros_like(b), **arguments)),
    ),
    praise="That is the LSTM, to rounding error.",
)


def _rail_arguments(rng):
    return {"f": rng.uniform(0.1, 1.0, (T, H))}


def _rail(f, *, own=False):
    gradient = np.ones((T, H))
    for t in range(T):
        for k in range(t + 1, T):
            gradient[t] *= f[k]
        if own:
            gradient[t] *= f[t]
    return gradient


LSTM_RAIL = Exercise(
    arguments=_rail_arguments,
    returns=("gradient",),
    solution=_rail,
    mistakes=(
        (
            "Your product starts one gate too early: f[t] acts on c[t-1], so c[t] meets f[t+1] first.",
            lambda f: _rail(f, own=True),
        ),
        (
            "You multiplied the gates *before* step t. The gradient of c[T-1] meets those after it: f[t+1] ... f[T-1].",
            lambda f: np.cumprod(f, axis=0),
        ),
        (
            "Your products run over the right gates, but in the reversed order of time: turn them round again.",
            lambda f: np.concatenate([np.ones((1, H)), np.cumprod(f[:0:-1], axis=0)]),
        ),
        ("The gates multiply; you added them.", lambda f: np.cumsum(f[::-1], axis=0)[::-1] - f),
    ),
    praise="Along the rail a gradient is multiplied by the forget gates it passes, and by nothing else.",
)

EXERCISES = {
    "rnn-step": RNN_STEP,
    "rnn-unroll": RNN_UNROLL,
    "lstm-step": LSTM_STEP,
    "lstm-rail": LSTM_RAIL,
}
