"""Exercises of the chapter on the vanilla RNN."""

import numpy as np

from lstm_tutor.activations import sigmoid
from lstm_tutor.cells import RNNCell, State
from lstm_tutor.exercises.marker import Exercise, with_parameters

__all__ = ["EXERCISES"]

N, T, D, H = 3, 6, 4, 5


def _rnn_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "W_x": draw((H, D)), "W_h": draw((H, H)), "b": draw(H)}


def _rnn_step(x, h_prev, W_x, W_h, b):
    cell = with_parameters(RNNCell(D, H, rng=0), weight_ih=W_x, weight_hh=W_h, bias=b)
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
            "The tanh is missing: h should be the tanh of the sum.",
            lambda x, h_prev, W_x, W_h, b: x @ W_x.T + h_prev @ W_h.T + b,
        ),
        (
            "The sum is right, but it goes through the logistic sigmoid; this cell uses tanh.",
            lambda x, h_prev, W_x, W_h, b: sigmoid(x @ W_x.T + h_prev @ W_h.T + b),
        ),
        (
            "W_h is used the wrong way round: row j of W_h holds the weights *into* unit j, so rows of h_prev are "
            "multiplied by its transpose, h_prev @ W_h.T.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + h_prev @ W_h + b),
        ),
        (
            "The bias is added after tanh; it belongs inside, before it.",
            lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + h_prev @ W_h.T) + b,
        ),
        (
            "The past is added after tanh; it belongs inside, before it.",
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

EXERCISES = {"rnn-step": RNN_STEP, "rnn-unroll": RNN_UNROLL}
