"""Exercises of the chapter on the LSTM's variants."""

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid
from lstm_tutor.exercises.marker import Exercise, loops_over

__all__ = ["EXERCISES"]

N, T, D, H = 3, 6, 4, 5


def _coupled_arguments(rng):
    draw = rng.standard_normal
    return {"x": draw((N, D)), "h_prev": draw((N, H)), "c_prev": draw((N, H)),
            "W_x": draw((3 * H, D)), "W_h": draw((3 * H, H)), "b": draw(3 * H)}  # fmt: skip


def _coupled(memory=lambda i, g, c_prev: (1 - i) * c_prev + i * g, output=lambda o, c: o * np.tanh(c)):
    """A step of the coupled LSTM, or of what is taken for it."""

    def step(x, h_prev, c_prev, W_x, W_h, b):
        i, g, o = np.split(x @ W_x.T + h_prev @ W_h.T + b, 3, axis=1)
        i, g, o = sigmoid(i), np.tanh(g), sigmoid(o)
        c = memory(i, g, c_prev)
        return output(o, c), c

    return step


VARIANTS_COUPLED = Exercise(
    arguments=_coupled_arguments,
    returns=("h", "c"),
    solution=_coupled(),
    mistakes=(
        (
            "Your coupling is turned round: i writes, so what is kept is 1 - i.",
            _coupled(lambda i, g, c_prev: i * c_prev + (1 - i) * g),
        ),
        (
            "You use i for both gates: with f = i a cell either keeps and writes, or does neither. f is 1 - i.",
            _coupled(lambda i, g, c_prev: i * c_prev + i * g),
        ),
        (
            "Nothing is ever forgotten: c_prev should be multiplied by 1 - i.",
            _coupled(lambda i, g, c_prev: c_prev + i * g),
        ),
        (
            "The candidate is written whole: it should be multiplied by i.",
            _coupled(lambda i, g, c_prev: (1 - i) * c_prev + g),
        ),
        ("The output gate is missing: h = o * tanh(c).", _coupled(output=lambda o, c: np.tanh(c))),
        ("The memory is shown without its tanh: h = o * tanh(c).", _coupled(output=lambda o, c: o * c)),
    ),
    praise="One gate does the work of two, and a quarter of the weights is gone.",
)  # fmt: skip


def _scan_arguments(rng, steps=T):
    draw = rng.standard_normal
    return {"keep": rng.uniform(0.2, 1.0, (steps, H)), "write": draw((steps, H)), "h0": draw(H)}


def _scan_method(answer):
    """What to say to a right answer that goes through the steps one by one."""
    rng, more = np.random.default_rng(21), 40
    if loops_over(answer, _scan_arguments(rng), _scan_arguments(rng, T + more), more):
        return "The numbers are right, but your function goes through the steps one by one: do all of them at once."
    return None


def _scan(step=lambda keep, write, h: keep * h + write, start=lambda h0: h0):
    """All states of a linear recurrence, or of what is taken for it."""

    def states(keep, write, h0):
        h, all_h = start(h0), []
        for t in range(len(keep)):
            h = step(keep[t], write[t], h)
            all_h.append(h)
        return np.array(all_h)

    return states


def _all_at_once(keep, write, h0):
    product = np.cumprod(keep, axis=0)
    return product * (h0 + np.cumsum(write / product, axis=0))


VARIANTS_SCAN = Exercise(
    arguments=_scan_arguments,
    returns=("h",),
    solution=_all_at_once,
    mistakes=(
        ("The state before the first step is lost: h0 counts too, times the product of all keeps.",
         _scan(start=np.zeros_like)),
        ("You added the writes up without letting them fade: write[s] is multiplied by keep[s+1] ... keep[t].",
         lambda keep, write, h0: np.cumprod(keep, axis=0) * h0 + np.cumsum(write, axis=0)),
        ("Each write fades one step too early: write[s] is not multiplied by keep[s] itself.",
         _scan(lambda keep, write, h: keep * (h + write))),
        ("You mix as a GRU does; the recurrence asked for is h = keep * h_prev + write, with nothing else.",
         _scan(lambda keep, write, h: keep * h + (1 - keep) * write)),
    ),
    praise="No loop over time is needed where the state enters linearly.",
    method=_scan_method,
)  # fmt: skip


# Sums and scales that exp cannot take: a row each, in place of the first sequence's first numbers. In each of them one
# of a_i and m_prev + log sigmoid(a_f) is far above the other.
_FAR = {
    "a_i": (800.0, -900.0, 0.0, 0.0, -1200.0),
    "a_f": (0.5, -800.0, 0.5, -800.0, 0.5),
    "m_prev": (0.5, 0.5, 800.0, 1000.0, -1000.0),
}


def _slstm_arguments(rng):
    draw = rng.standard_normal
    arguments = {
        "a_i": 3 * draw((N, H)), "a_f": 3 * draw((N, H)), "g": np.tanh(draw((N, H))), "o": sigmoid(draw((N, H))),
        "c_prev": draw((N, H)), "n_prev": rng.uniform(1, 3, (N, H)), "m_prev": draw((N, H)),
    }  # fmt: skip
    for name, far in _FAR.items():
        arguments[name][0] = far + 0.1 * rng.uniform(size=H)
    arguments["a_i"][1], arguments["a_f"][1] = draw(H) - 4, draw(H) + 4  # almost all is kept,
    arguments["n_prev"][1] = rng.uniform(0.2, 0.8, H)  # so that n stays below 1
    return arguments


def _stabilizer(a_i, a_f, m_prev):
    return np.maximum(a_i, m_prev + log_sigmoid(a_f))


def _slstm(
    m=_stabilizer,
    i=lambda a_i, m: np.exp(a_i - m),
    f=lambda a_f, m_prev, m: np.exp(m_prev + log_sigmoid(a_f) - m),
    h=lambda o, c, n: o * c / n,
    returned=None,
):
    """A step of the stabilized sLSTM, or of what is taken for it."""

    def step(a_i, a_f, g, o, c_prev, n_prev, m_prev):
        new = m(a_i, a_f, m_prev)
        write, keep = i(a_i, new), f(a_f, m_prev, new)
        c, n = keep * c_prev + write * g, keep * n_prev + write
        return h(o, c, n), new if returned is None else returned(a_i, a_f, m_prev)

    return step


def _plain_log(a_f):
    return np.log(sigmoid(a_f))


_NOT_STABLE = (
    "exp(800) is inf, exp(-800) is 0, and inf / inf and 0 / 0 are NaN. m is right, but h does not use it: take m off "
    "the exponents *before* exp, i = exp(a_i - m) and f = exp(m_prev + log sigmoid(a_f) - m)."
)
_HALF_STABLE = (
    "Your forget gate takes sigmoid(a_f) times exp(m_prev - m), and where the first is almost 0 the second can be inf: "
    "add the logarithms first, f = exp(m_prev + log sigmoid(a_f) - m)."
)

VARIANTS_SLSTM = Exercise(
    arguments=_slstm_arguments,
    returns=("h", "m"),
    solution=_slstm(),
    mistakes=(
        ("Your forget gate does not know the old scale: f = exp(m_prev + log sigmoid(a_f) - m).",
         _slstm(f=lambda a_f, m_prev, m: np.exp(log_sigmoid(a_f) - m))),
        ("Your forget gate is exp, not the logistic function: put log sigmoid(a_f) where a_f stands.",
         _slstm(m=lambda a_i, a_f, m_prev: np.maximum(a_i, m_prev + a_f),
                f=lambda a_f, m_prev, m: np.exp(m_prev + a_f - m))),
        ("Your input gate is not scaled down: i = exp(a_i - m).", _slstm(i=lambda a_i, m: np.exp(a_i))),
        (_NOT_STABLE, _slstm(m=lambda a_i, a_f, m_prev: 0.0, returned=_stabilizer)),
        (_NOT_STABLE, _slstm(i=lambda a_i, m: np.exp(a_i) / np.exp(m),
                             f=lambda a_f, m_prev, m: sigmoid(a_f) * np.exp(m_prev) / np.exp(m))),
        (_HALF_STABLE, _slstm(f=lambda a_f, m_prev, m: sigmoid(a_f) * np.exp(m_prev - m))),
        ("log(sigmoid(a_f)) is -inf where sigmoid is rounded to 0; log_sigmoid(a_f) is not.",
         _slstm(m=lambda a_i, a_f, m_prev: np.maximum(a_i, m_prev + _plain_log(a_f)),
                f=lambda a_f, m_prev, m: np.exp(m_prev + _plain_log(a_f) - m))),
        ("The normalizer is missing: h = o * c / n.", _slstm(h=lambda o, c, n: o * c)),
        ("Your normalizer is never below 1. That is the mLSTM's; here it is n, whatever its size: h = o * c / n.",
         _slstm(h=lambda o, c, n: o * c / np.maximum(n, 1))),
        ("The memory goes through tanh here; the sLSTM divides it by n instead.",
         _slstm(h=lambda o, c, n: o * np.tanh(c / n))),
        ("The stabilizer takes the smaller of the two; with the larger one no exponential passes 1.",
         _slstm(m=lambda a_i, a_f, m_prev: np.minimum(a_i, m_prev + log_sigmoid(a_f)))),
    ),
    praise="Exponential gates, and no number ever leaves what a float can hold.",
)  # fmt: skip

EXERCISES = {
    "variants-coupled": VARIANTS_COUPLED, "variants-scan": VARIANTS_SCAN, "variants-slstm": VARIANTS_SLSTM,
}  # fmt: skip
