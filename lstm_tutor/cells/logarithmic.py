"""The "logarithmic LSTM": as its formula circulates, and as the nearest cell that can be computed."""

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_slope, slog, slog_slope, tanh, tanh_slope
from lstm_tutor.cells.lstm import LSTMCell, LSTMState

__all__ = ["LogLSTMCell"]


class LogLSTMCell(LSTMCell):
    """The "logarithmic LSTM" of widely copied tutorials, which attribute it to Graves 2005.

    No publication of such a cell is known. What Graves & Schmidhuber published in 2005 (Neural Networks 18) is the
    LSTM's gradient by full backpropagation through time, and the bidirectional LSTM. So neither form here has a source:

    - ``form="circulating"``: ``h = log(tanh(g))``, the formula as it is copied. It is undefined wherever g <= 0: then
      NumPy warns (RuntimeWarning), the trace holds NaN or ``-inf``, and the next step spreads NaN to every unit.
      Nothing hides that. The cell state and the output gate do not reach h at all.
    - ``form="signed"``: ``h = o slog(c)`` with ``slog(c) = sign(c) log(1 + |c|)``, the nearest form that is defined
      everywhere: a logarithm, which keeps the sign, in place of the output's tanh. Unlike tanh it does not saturate.

    The rest is the LSTM's: ``i, f, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h h_prev + b``;
    ``c = f c_prev + i g``.

    Parameters
    ----------
    form : "signed" or "circulating"
    forget_bias : float, the initial bias of the forget gate
    """

    def __init__(self, input_size, hidden_size, *, form="signed", forget_bias=1.0, dtype=np.float64, rng=None):
        if form not in ("signed", "circulating"):
            raise ValueError(f"LogLSTMCell: expected form 'signed' or 'circulating', got {form!r}")
        super().__init__(input_size, hidden_size, forget_bias=forget_bias, dtype=dtype, rng=rng)
        self.form = form

    def step(self, a, prev, W_h):
        a += prev.h @ W_h  # (4, N, H)
        i, f, g, o = a
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        h = o * slog(c) if self.form == "signed" else np.log(tanh(g))
        return LSTMState(h, c)

    def step_backward(self, step, prev, d, da):
        i, f, g, o, c, _ = step
        if self.form == "signed":
            slog_c = slog(c)
            do = d.h * slog_c
            dc = d.c + d.h * o * slog_slope(slog_c)
            dg = dc * i
        else:
            tanh_g = tanh(g)
            do = np.zeros_like(o)
            dc = d.c
            dg = dc * i + d.h * tanh_slope(tanh_g) / tanh_g
        di = dc * g
        df = dc * prev.c
        blocks = di * sigmoid_slope(i), df * sigmoid_slope(f), dg * tanh_slope(g), do * sigmoid_slope(o)
        np.concatenate(blocks, axis=1, out=da)  # (N, 4H)
        return LSTMState(d.h, dc), LSTMState(h=da @ self.weight_hh, c=dc * f)
