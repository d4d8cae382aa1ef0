"""Exercises of the chapter on peepholes."""

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh_derivative
from lstm_tutor.cells import LSTMState, PeepholeLSTMCell
from lstm_tutor.exercises.marker import Exercise, with_parameters

__all__ = ["EXERCISES"]

N, D, H = 3, 4, 5


def _step_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "c_prev": draw((N, H)),
            "W_x": draw((4 * H, D)), "W_h": draw((4 * H, H)), "b": draw(4 * H), "p": draw((3, H))}  # fmt: skip


def _peephole_step(x, h_prev, c_prev, W_x, W_h, b, p):
    cell = with_parameters(PeepholeLSTMCell(D, H, rng=0), weight_ih=W_x, weight_hh=W_h, bias=b, weight_peephole=p)
    step = cell.forward(x, LSTMState(h_prev, c_prev))
    return step.h, step.c


def _c_prev(c_prev, **_):
    return c_prev


def _c(c, **_):
    return c


def _h_prev(h_prev, **_):
    return h_prev


def _no_peep(c_prev, **_):
    return np.zeros_like(c_prev)


def _tap(p, memory):
    """What a tap adds: one weight for each unit."""
    return p * memory


def _summed(p, memory):
    """What a tap adds if the memories are summed over the units: the mistake of a product of matrices."""
    return (p * memory).sum(axis=-1, keepdims=True)


def _peeping_at(i=_c_prev, f=_c_prev, o=_c, g=None, tap=_tap, rows=(0, 1, 2)):
    """A step in which the gates peep at what these functions return: a way to write mistakes down in one line.

    `g` is the row of the tap that the candidate peeps through, if it does; `rows` says whose taps i, f and o take.
    """

    def step(x, h_prev, c_prev, W_x, W_h, b, p):
        a_i, a_f, a_g, a_o = np.split(x @ W_x.T + h_prev @ W_h.T + b, 4, axis=1)
        p_i, p_f, p_o = p[list(rows)]
        known = {"c_prev": c_prev, "h_prev": h_prev}
        proposed = np.tanh(a_g if g is None else a_g + tap(p[g], c_prev))
        new_i = sigmoid(a_i + tap(p_i, i(**known)))
        known["c"] = sigmoid(a_f) * c_prev + new_i * proposed  # for a forget gate that waits for the new memory
        new_f = sigmoid(a_f + tap(p_f, f(**known)))
        known["c"] = new_f * c_prev + new_i * proposed
        new_o = sigmoid(a_o + tap(p_o, o(**known)))
        return new_o * np.tanh(known["c"]), known["c"]

    return step


PEEPHOLE_STEP = Exercise(
    arguments=_step_arguments,
    returns=("h", "c"),
    solution=_peephole_step,
    mistakes=(
        (
            "c is right, but your output gate peeps at the old memory: o is computed last, and sees the new c.",
            _peeping_at(o=_c_prev),
        ),
        (
            "Nobody peeps: this is the LSTM without peepholes. Add p_i * c_prev, p_f * c_prev and p_o * c.",
            _peeping_at(i=_no_peep, f=_no_peep, o=_no_peep),
        ),
        ("c is right, but your output gate does not peep: add p_o * c to its sum.", _peeping_at(o=_no_peep)),
        ("Your input gate does not peep: add p_i * c_prev to its sum.", _peeping_at(i=_no_peep)),
        ("Your forget gate does not peep: add p_f * c_prev to its sum.", _peeping_at(f=_no_peep)),
        (
            "Your taps mix the units: each gate sees only its own unit's memory, p * c number by number, not the sum "
            "over all units (p @ c).",
            _peeping_at(tap=_summed),
        ),
        (
            "Your taps look at h_prev. That is what the gates see anyway; a peephole looks past the output gate, at c.",
            _peeping_at(i=_h_prev, f=_h_prev, o=_h_prev),
        ),
        (
            "Your taps look at tanh(c), which is flat where the memory is large; they should see c itself.",
            _peeping_at(tap=lambda p, memory: p * np.tanh(memory)),
        ),
        (
            "Your candidate g peeps too, with p_i: it should not. Only the gates i, f and o have taps.",
            _peeping_at(g=0),
        ),
        (
            "Your candidate g peeps, with p_o: it should not. Only the gates i, f and o have taps.",
            _peeping_at(g=2),
        ),
        (
            "Your third tap sits on the candidate, and the output gate has none: rows of p are i, f, o, not i, f, g.",
            _peeping_at(g=2, o=_no_peep),
        ),
        (
            "Your forget gate peeps at a new memory that it has not yet made: i and f see c_prev, only o sees c.",
            _peeping_at(f=_c),
        ),
        (
            "Your taps are swapped: rows of p are i, f, o; you gave the input gate f's and the forget gate i's.",
            _peeping_at(rows=(1, 0, 2)),
        ),
        ("Your taps are in another order: rows of p are i, f, o; you took i, o, f.", _peeping_at(rows=(0, 2, 1))),
        (
            "You return (c, h); this book, as PyTorch, has h first: (h, c).",
            lambda **arguments: _peephole_step(**arguments)[::-1],
        ),
    ),
    praise="That is the LSTM with peepholes, to rounding error.",
)


def _backward_arguments(rng):
    draw = rng.standard_normal
    gates = {gate: rng.uniform(0.1, 0.9, (N, H)) for gate in ("i", "f", "o")}
    return {"dh": draw((N, H)), "dc_next": draw((N, H)), **gates, "g": np.tanh(draw((N, H))),
            "c_prev": draw((N, H)), "c": draw((N, H)), "p": draw((3, H))}  # fmt: skip


def _backward(
    dh, dc_next, i, f, o, g, c_prev, c, p, *, to_c="aop", to_prev=("rail", "i", "f"), to_sums=True, first=True
):
    """dc and dc_prev. The keywords make mistakes.

    `to_c`: what the output gate's tap brings to dc, the letters of da_o ("a") or do ("d") times p_o, or nothing;
    `to_prev`: the ways back to c_prev; `to_sums`: whether di and df are taken to the gates' sums; `first`: whether the
    tap of o is in dc before di and df are made from it.
    """
    p_i, p_f, p_o = p
    do = dh * np.tanh(c)
    tap = {"aop": do * sigmoid_derivative(o) * p_o, "dop": do * p_o, "": 0.0}[to_c]
    plain = dc_next + dh * o * tanh_derivative(np.tanh(c))
    dc = plain + tap
    used = dc if first else plain
    da_i, da_f = used * g, used * c_prev
    if to_sums:
        da_i, da_f = da_i * sigmoid_derivative(i), da_f * sigmoid_derivative(f)
    ways = {"rail": used * f, "i": da_i * p_i, "f": da_f * p_f, "o": do * sigmoid_derivative(o) * p_o}
    return dc, sum(ways[name] for name in to_prev)


def _slip(**how):
    return lambda **arguments: _backward(**arguments, **how)


PEEPHOLE_BACKWARD = Exercise(
    arguments=_backward_arguments,
    returns=("dc", "dc_prev"),
    solution=_backward,
    mistakes=(
        (
            "These are the gradients of an LSTM without peepholes: the taps bring more to both. The output gate's goes "
            "into dc, those of i and f into dc_prev.",
            _slip(to_c="", to_prev=("rail",)),
        ),
        (
            "dc misses the output gate's tap: o saw the new c, so da_o * p_o is part of dc.",
            _slip(to_c=""),
        ),
        (
            "dc is right; dc_prev misses both taps: i and f saw c_prev, so add da_i * p_i and da_f * p_f.",
            _slip(to_prev=("rail",)),
        ),
        ("dc is right; dc_prev misses the input gate's tap, da_i * p_i.", _slip(to_prev=("rail", "f"))),
        ("dc is right; dc_prev misses the forget gate's tap, da_f * p_f.", _slip(to_prev=("rail", "i"))),
        ("dc is right; dc_prev misses the rail, dc * f.", _slip(to_prev=("i", "f"))),
        (
            "Your output gate sends its share to c_prev. It saw the new c: da_o * p_o belongs in dc.",
            _slip(to_c="", to_prev=("rail", "i", "f", "o")),
        ),
        (
            "The output gate's share goes into dc, as it should, and a second time into dc_prev, where it should not.",
            _slip(to_prev=("rail", "i", "f", "o")),
        ),
        (
            "A tap ends at the gate's sum, before the sigmoid: take do * o * (1 - o) through p_o, not do itself.",
            _slip(to_c="dop"),
        ),
        (
            "dc is right. For dc_prev, take di and df through the sigmoid first: di * i * (1 - i), times p_i.",
            _slip(to_sums=False),
        ),
        (
            "dc is right, but di, df and the rail were made from it too early: first add the output gate's share.",
            _slip(first=False),
        ),
    ),
    praise="Every tap carries a gradient back to the memory that it saw.",
)

EXERCISES = {"peephole-step": PEEPHOLE_STEP, "peephole-backward": PEEPHOLE_BACKWARD}
