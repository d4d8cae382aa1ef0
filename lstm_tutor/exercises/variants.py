"""Exercises of the chapter on the LSTM's variants."""

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid
from lstm_tutor.exercises.marker import Exercise

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


def _scan_arguments(rng):
    return {"keep": rng.uniform(0.2, 1.0, (T, H)), "write": rng.standard_normal((T, H)), "h0": rng.standard_normal(H)}


def _scan(step=lambda keep, write, h: keep * h + write, start=lambda h0: h0):
    """All states of a linear recurrence, or of what is taken for it."""

    def states(keep, write, h0):
        h, all_h = start(h0), []
        for t in range(T):
            h = step(keep[t], write[t], h)
            all_h.append(h)
        return np.array(all_h)

    return states


VARIANTS_SCAN = Exercise(
    arguments=_scan_arguments,
    returns=("h",),
    solution=_scan(),
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
)  # fmt: skip


def _slstm_arguments(rng):
    draw = rng.standard_normal
    return {"a_i": 3 * draw((N, H)), "a_f": 3 * draw((N, H)), "g": np.tanh(draw((N, H))), "o": sigmoid(draw((N, H))),
            "c_prev": draw((N, H)), "n_prev": rng.uniform(1, 3, (N, H)), "m_prev": draw((N, H))}  # fmt: skip


def _slstm(
    m=lambda a_i, a_f, m_prev: np.maximum(a_i, m_prev + log_sigmoid(a_f)),
    i=lambda a_i, m: np.exp(a_i - m),
    f=lambda a_f, m_prev, m: np.exp(m_prev + log_sigmoid(a_f) - m),
    h=lambda o, c, n: o * c / n,
):
    """A step of the stabilized sLSTM, or of what is taken for it."""

    def step(a_i, a_f, g, o, c_prev, n_prev, m_prev):
        new = m(a_i, a_f, m_prev)
        write, keep = i(a_i, new), f(a_f, m_prev, new)
        c, n = keep * c_prev + write * g, keep * n_prev + write
        return h(o, c, n), new

    return step


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
        ("The normalizer is missing: h = o * c / n.", _slstm(h=lambda o, c, n: o * c)),
        ("The memory is squashed by tanh here; the sLSTM divides it by n instead.",
         _slstm(h=lambda o, c, n: o * np.tanh(c / n))),
        ("The stabilizer takes the smaller of the two; with the larger one no exponential passes 1.",
         _slstm(m=lambda a_i, a_f, m_prev: np.minimum(a_i, m_prev + log_sigmoid(a_f)))),
    ),
    praise="Exponential gates, and no number ever leaves what a float can hold.",
)  # fmt: skip

EXERCISES = {
    "variants-coupled": VARIANTS_COUPLED, "variants-scan": VARIANTS_SCAN, "variants-slstm": VARIANTS_SLSTM,
}  # fmt: skip
