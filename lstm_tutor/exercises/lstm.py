"""Exercises of the chapter on the LSTM."""

import numpy as np

from lstm_tutor.activations import sigmoid
from lstm_tutor.cells import LSTMCell, LSTMState
from lstm_tutor.exercises.marker import Exercise, with_parameters

__all__ = ["EXERCISES"]

N, T, D, H = 3, 6, 4, 5


def _lstm_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "c_prev": draw((N, H)),
            "W_x": draw((4 * H, D)), "W_h": draw((4 * H, H)), "b": draw(4 * H)}  # fmt: skip


def _lstm_step(x, h_prev, c_prev, W_x, W_h, b):
    cell = with_parameters(LSTMCell(D, H, rng=0), weight_ih=W_x, weight_hh=W_h, bias=b)
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
            "c_prev goes through tanh on the rail: none belongs there, c = f * c_prev + i * g.",
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
            "h is made from the old cell state; it should be made from the new one: h = o * tanh(c).",
            _mistake(lambda i, f, g, c_prev, **_: f * c_prev + i * g, lambda o, c_prev, **_: o * np.tanh(c_prev)),
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
            "The candidate g lacks its tanh: g = tanh(...).",
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

EXERCISES = {"lstm-step": LSTM_STEP, "lstm-rail": LSTM_RAIL}
