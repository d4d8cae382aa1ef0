"""The "logarithmic LSTM": as its formula circulates, and as the nearest cell that can be computed."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor.activations import sigmoid_derivative, slog, slog_derivative, tanh, tanh_derivative
from lstm_tutor.cells.lstm import LSTMCell, LSTMState
from lstm_tutor.types import RNG, Array, DTypeLike

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
    form : {"signed", "circulating"}
    forget_bias : float
        The initial bias of the forget gate.
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, form: str = "signed", forget_bias: float = 1.0,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        if form not in ("signed", "circulating"):
            raise ValueError(f"LogLSTMCell: expected form 'signed' or 'circulating', got {form!r}")
        super().__init__(input_size, hidden_size, forget_bias=forget_bias, dtype=dtype, rng=rng)
        self.form = form

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        _, c = super().step(a, prev, W_h)
        _, _, g, o = a  # gates by now
        h = o * slog(c) if self.form == "signed" else np.log(tanh(g))
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        _, _, g, o, c, _ = step
        if self.form == "signed":
            slog_c = slog(c)
            dc = d.c + d.h * o * slog_derivative(slog_c)
            block, da_h = "o", d.h * slog_c * sigmoid_derivative(o)  # what reaches h without c on its way
        else:
            tanh_g = tanh(g)
            dc = d.c
            block, da_h = "g", d.h * tanh_derivative(tanh_g) / tanh_g * tanh_derivative(g)
        _, d_prev = super().step_backward(step, prev, LSTMState(np.zeros_like(d.h), dc), da)  # the LSTM's, through c
        rows = self.rows(block)
        da[:, rows] += da_h
        return LSTMState(d.h, dc), LSTMState(h=d_prev.h + da_h @ self.weight_hh[rows], c=d_prev.c)
