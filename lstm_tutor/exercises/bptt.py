"""Exercises of the chapter on learning through time."""

import numpy as np

from lstm_tutor.cells import RNNCell, State
from lstm_tutor.exercises.marker import Exercise, with_parameters

__all__ = ["EXERCISES"]

N, T, D, H = 3, 7, 4, 5


def _step_arguments(rng):
    draw = rng.standard_normal
    return {"dh": draw((N, H)), "h": np.tanh(draw((N, H))), "W_h": draw((H, H))}


def _step_back(dh, h, W_h):
    cell, da = with_parameters(RNNCell(D, H, rng=0), weight_hh=W_h), np.empty_like(dh)
    _, before = cell.step_backward(cell.Step(h), None, State(dh), da)
    return da, before.h


BPTT_STEP = Exercise(
    arguments=_step_arguments,
    returns=("da", "dh_prev"),
    solution=_step_back,
    mistakes=(
        ("The derivative of tanh is missing: da is dh times 1 - h².", lambda dh, h, W_h: (dh, dh @ W_h)),
        (
            "da is right, but dh_prev starts from dh: on its way to h_prev the gradient passes through tanh, so "
            "multiply W_h by da.",
            lambda dh, h, W_h: (dh * (1 - h**2), dh @ W_h),
        ),
        (
            "W_h is used the wrong way round. Forward, rows of h_prev meet its transpose, h_prev @ W_h.T; backward, "
            "rows of da meet W_h itself: da @ W_h.",
            lambda dh, h, W_h: (dh * (1 - h**2), dh * (1 - h**2) @ W_h.T),
        ),
        (
            "h is the output of tanh. The derivative is 1 - h², not 1 - tanh(h)².",
            lambda dh, h, W_h: (dh * (1 - np.tanh(h) ** 2), dh * (1 - np.tanh(h) ** 2) @ W_h),
        ),
        (
            "h (1 - h) is the derivative of the logistic sigmoid; that of tanh is 1 - h².",
            lambda dh, h, W_h: (dh * h * (1 - h), dh * h * (1 - h) @ W_h),
        ),
        (
            "1 - h is not the derivative of tanh; square h: 1 - h².",
            lambda dh, h, W_h: (dh * (1 - h), dh * (1 - h) @ W_h),
        ),
    ),
    praise="One step back: the derivative of tanh, then W_h transposed.",
)


def _loop_arguments(rng):
    draw = rng.standard_normal
    h = np.tanh(draw((T, N, H)))
    return {"d_output": draw((T, N, H)), "h": h, "h0": draw((N, H)), "W_h": draw((H, H))}


def _gradient(d_output, h, h0, W_h, *, carry=True, loss=True, ends=(), before=True):
    """dL/dW_h of one sequence; `ends` are the steps behind which the gradient is cut."""
    h_prev = np.concatenate([h0[None], h[:-1]]) if before else h
    dW_h, d_next = np.zeros_like(W_h), np.zeros_like(h0)
    for t in range(len(h) - 1, -1, -1):
        arriving = (d_next if carry and t not in ends else 0) + (d_output[t] if loss or t == len(h) - 1 else 0)
        da, d_next = _step_back(arriving, h[t], W_h)
        dW_h += da.T @ h_prev[t]
    return dW_h


def _last_term(d_output, h, h0, W_h, *, at):
    """What one step alone adds to the sum."""
    h_prev = np.concatenate([h0[None], h[:-1]])
    d_next = np.zeros_like(h0)
    for t in range(len(h) - 1, -1, -1):
        da, d_next = _step_back(d_output[t] + d_next, h[t], W_h)
        if t == at:
            return da.T @ h_prev[t]
    raise ValueError(f"expected a step, got {at}")


BPTT_LOOP = Exercise(
    arguments=_loop_arguments,
    returns=("dW_h",),
    solution=_gradient,
    mistakes=(
        (
            "Every step is on its own: what comes back from step t + 1 is missing. Add dh_prev of step t + 1 to "
            "d_output[t] before you go through step t.",
            lambda **arguments: _gradient(**arguments, carry=False),
        ),
        (
            "Only the last step's loss counts: add d_output[t] at every step, to what comes back from step t + 1.",
            lambda **arguments: _gradient(**arguments, loss=False),
        ),
        (
            "You multiply da at step t by h[t]; in the forward pass W_h met h[t-1] there, and h0 at the first step.",
            lambda **arguments: _gradient(**arguments, before=False),
        ),
        (
            "The first step's share is missing: W_h met h0 there, and h0 is not zero.",
            lambda h0, **arguments: _gradient(h0=np.zeros_like(h0), **arguments),
        ),
        (
            "Only the first step's share is left: add up the steps' shares, dW_h += ..., instead of overwriting them.",
            lambda **arguments: _last_term(**arguments, at=0),
        ),
        (
            "Only the last step's share is there: W_h was used at every step, so sum over all of them.",
            lambda **arguments: _last_term(**arguments, at=T - 1),
        ),
        (
            "You average over the steps; the gradient of a weight that is used T times is the sum.",
            lambda **arguments: _gradient(**arguments) / T,
        ),
        (
            "You average over the sequences side by side; L here is their sum. (A loss that is a mean has its 1/N in "
            "d_output already.)",
            lambda **arguments: _gradient(**arguments) / N,
        ),
        ("dW_h is transposed: row j of W_h leads into unit j, so it is da.T @ h_prev.",
         lambda **arguments: _gradient(**arguments).T),
    ),
    praise="That is backpropagation through time.",
)  # fmt: skip


def _truncated_arguments(rng):
    return _loop_arguments(rng) | {"k": int(rng.integers(2, 4))}  # neither divides T = 7


def _truncated(k, *, cut=lambda t, k: (t + 1) % k == 0, **arguments):
    return _gradient(**arguments, ends=[t for t in range(T) if cut(t, k)])


def _sliding(k, d_output, **arguments):
    """Each step's loss goes back through the k steps that end with it."""
    total = 0.0
    for s in range(T):
        alone = np.zeros_like(d_output)
        alone[s] = d_output[s]
        total = total + _gradient(d_output=alone, ends=[s - k], **arguments)
    return total


def _fresh(k, h, h0, **arguments):
    """Windows that start from h0, but with the states that were recorded."""
    return sum(_gradient(arguments["d_output"][s : s + k], h[s : s + k], h0, arguments["W_h"]) for s in range(0, T, k))


BPTT_TRUNCATED = Exercise(
    arguments=_truncated_arguments,
    returns=("dW_h",),
    solution=_truncated,
    mistakes=(
        (
            "This is the whole gradient: nothing is cut. Behind the last step of each window, start again with zeros.",
            lambda k, **arguments: _gradient(**arguments),
        ),
        (
            "You cut behind every step. Within a window the gradient flows.",
            lambda k, **arguments: _gradient(**arguments, carry=False),
        ),
        (
            "Your windows are counted from the end: the first one is the short one. Cut them from the beginning, as "
            "they are read.",
            lambda **arguments: _truncated(**arguments, cut=lambda t, k: (T - 1 - t) % k == 0),
        ),
        (
            "Your cuts are one step late: steps 0 to k - 1 are the first window, so nothing comes back from step k "
            "to step k - 1.",
            lambda **arguments: _truncated(**arguments, cut=lambda t, k: t > 0 and t % k == 0),
        ),
        (
            "You go k steps back from every loss. That is a finer scheme, and T / k times as much work; here each "
            "window is gone through once, back to its own beginning.",
            _sliding,
        ),
        (
            "At the first step of a window W_h met the last state of the window before, not h0: the state is carried "
            "over the cut, only the gradient is not.",
            _fresh,
        ),
    ),
    praise="The state crosses the cut, the gradient does not.",
)


def _forward_arguments(rng):
    return {"x": rng.standard_normal(T)} | {name: float(rng.standard_normal()) for name in ("w_x", "w_h", "b")}


def _forward(x, w_x, w_h, b, *, direct=True, past=True, through_tanh=True, old=True):
    h = p = 0.0
    for x_t in x:
        before, h = h, np.tanh(w_x * x_t + w_h * h + b)
        p = (direct * (before if old else h) + past * w_h * p) * (1 - h**2 if through_tanh else 1)
    return np.asarray(p)


BPTT_FORWARD = Exercise(
    arguments=_forward_arguments,
    returns=("dh_T / dw_h",),
    solution=_forward,
    mistakes=(
        (
            "h_{t-1} depends on w_h too: add w_h times the derivative you carried from the step before.",
            lambda **arguments: _forward(**arguments, past=False),
        ),
        (
            "The derivative of tanh, 1 - h², is missing.",
            lambda **arguments: _forward(**arguments, through_tanh=False),
        ),
        (
            "You use the new h where w_h met the old one: keep h_{t-1} before you overwrite it.",
            lambda **arguments: _forward(**arguments, old=False),
        ),
        (
            "This is zero: the step's own use of w_h, h_{t-1}, is missing from the sum.",
            lambda **arguments: _forward(**arguments, direct=False),
        ),
    ),
    praise="The same derivative, without ever going back: this is real-time recurrent learning, for one weight.",
)

EXERCISES = {
    "bptt-step": BPTT_STEP, "bptt-loop": BPTT_LOOP, "bptt-truncated": BPTT_TRUNCATED, "bptt-forward": BPTT_FORWARD,
}  # fmt: skip
