"""The vanilla recurrent cell."""

from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import relu, relu_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell, State

__all__ = ["RNNCell"]

ACTIVATIONS = {"tanh": (tanh, tanh_derivative), "relu": (relu, relu_derivative)}


class RNNCell(Cell):
    """The vanilla recurrent cell.

    Equations: ``h = tanh(W_x x + W_h h_prev + b)``, or relu in place of tanh.

    Source: Elman (1990), Cognitive Science 14, figure 2; the form with tanh is PyTorch's ``nn.RNNCell``.
    """

    blocks = ("h",)

    class Step(NamedTuple):
        h: Array

    def __init__(self, input_size, hidden_size, *, nonlinearity="tanh", dtype=np.float64, rng=None):
        if nonlinearity not in tuple(ACTIVATIONS):
            raise ValueError(f"RNNCell: expected nonlinearity 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.nonlinearity = nonlinearity
        self.activation, self.derivative = ACTIVATIONS[nonlinearity]

    def step(self, a, prev, W_h):
        a += prev.h @ W_h  # (1, N, H)
        return State(h=self.activation(a[0], out=a[0]))

    def step_backward(self, step, prev, d, da):
        da[:] = d.h * self.derivative(step.h)  # (N, H)
        return d, State(h=da @ self.weight_hh)
