"""The LSTM with exponential gates, and the stabilizer that keeps their exponentials within what a number can hold."""

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array
from lstm_tutor.cells.lstm import LSTMCell

__all__ = ["SLSTMCell", "SLSTMState"]


class SLSTMState(NamedTuple):
    """What an sLSTM carries from step to step: ``h``, ``c``, ``n``, ``m``; in that order.

    The hidden state, the cell state, the normalizer and the stabilizer. The paper's c and n without a stabilizer are
    ``c exp(m)`` and ``n exp(m)``; their quotient is all that the output needs.
    """

    h: Array
    c: Array
    n: Array
    m: Array


class SLSTMCell(LSTMCell):
    """The sLSTM: an input gate that may be as large as it likes, and a normalizer that makes up for it.

    Equations: with ``a_i, a_f, a_g, a_o`` each ``W_x x + W_h h_prev + b``,

    - ``m = max(a_i, m_prev + log sigmoid(a_f))``, the stabilizer;
    - ``i = exp(a_i - m)``, ``f = exp(m_prev + log sigmoid(a_f) - m)``, ``g = tanh(a_g)``, ``o = sigmoid(a_o)``;
    - ``c = f c_prev + i g``, ``n = f n_prev + i``, ``h = o c / n``.

    Without m the gates are ``exp(a_i)`` and ``sigmoid(a_f)``, and c and n overflow. With m both c and n are multiplied
    by ``exp(-m)``, so that h is the same; and of i and f one is 1, the other at most 1.

    The first step is that of the authors' code, ``m = a_i``, whatever the input: the initial state has ``h = c = 0``,
    ``n = 1`` and for m the lowest finite number, so that f = 0 forgets all of it. A state of one's own needs n > 0.
    From the initial state on n is at least 1.

    Letters: the candidate is g, as in every LSTM here; the paper calls it z, which is the update gate of the
    :class:`GRUCell`. The normalizer is n, as in the paper; the GRU's n is its candidate. The trace holds ``a_f`` too,
    what goes into the forget gate, which cannot be told from f once m is taken off.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    References
    ----------
    Beck et al. (2024), xLSTM, arXiv 2405.04517, section 2.2, with the sigmoid for its forget gate.
    """

    extras = ("a_f",)
    positive = ("n",)
    State = SLSTMState

    class Step(NamedTuple):
        i: Array
        f: Array
        g: Array
        o: Array
        a_f: Array
        c: Array
        n: Array
        m: Array
        h: Array

    def initial_state(self, batch_size: int) -> Any:
        zeros = super().initial_state(batch_size)
        return zeros._replace(n=np.ones_like(zeros.n), m=np.full_like(zeros.m, np.finfo(self.dtype).min))

    def step(self, a: Array, prev: Any, W_h: Array) -> Any:
        i, f, g, o, a_f = a
        a[:4] += prev.h @ W_h  # (4, N, H)
        a_f[:] = f
        carry = prev.m + log_sigmoid(a_f)
        m = np.maximum(i, carry)
        i, f, g, o = np.exp(i - m, out=i), np.exp(carry - m, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        n = f * prev.n + i
        h = o * c / n
        return SLSTMState(h, c, n, m)

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        i, f, g, o, a_f, c, n, _, h = step
        do = d.h * c / n
        dc = d.c + d.h * o / n
        dn = d.n - d.h * h / n
        di = dc * g + dn
        df = dc * prev.c + dn * prev.n
        dg = dc * i
        dm = d.m - di * i - df * f
        new = i == 1  # m = a_i where the maximum took the new; else m = m_prev + log sigmoid(a_f)
        da_i = di * i + np.where(new, dm, 0)
        d_carry = df * f + np.where(new, 0, dm)
        da_f = d_carry * sigmoid(-a_f)
        np.concatenate([da_i, da_f, dg * tanh_derivative(g), do * sigmoid_derivative(o)], axis=1, out=da)  # (N, 4H)
        return SLSTMState(d.h, dc, dn, dm), SLSTMState(h=da @ self.weight_hh, c=dc * f, n=dn * f, m=d_carry)
