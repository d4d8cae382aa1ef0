"""The vanilla recurrent cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import relu, relu_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell, State
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["RNNCell"]

ACTIVATIONS: dict[str, tuple[Callable[..., Array], Callable[[Array], Array]]] = {  # and their derivatives
    "tanh": (tanh, tanh_derivative),
    "relu": (relu, relu_derivative),
}


class RNNCell(Cell):
    """The vanilla recurrent cell.

    Equations: ``h = tanh(W_x x + W_h h_prev + b)``, or relu in place of tanh.

    Parameters
    ----------
    nonlinearity : {"tanh", "relu"}

    References
    ----------
    Elman (1990), Cognitive Science 14, figure 2; the form with tanh is PyTorch's ``nn.RNNCell``.
    """

    blocks = ("h",)

    class Step(NamedTuple):
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, nonlinearity: str = "tanh", dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        if nonlinearity not in tuple(ACTIVATIONS):
            raise ValueError(f"RNNCell: expected nonlinearity 'tanh' or 'relu', got {nonlinearity!r}")
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.nonlinearity = nonlinearity
        self.activation, self.derivative = ACTIVATIONS[nonlinearity]

    def step(self, a: Array, prev: State, W_h: Array) -> State:
        a += prev.h @ W_h  # (1, N, H)
        return State(h=self.activation(a[0], out=a[0]))

    def step_backward(self, step: Any, prev: State, d: State, da: Array) -> tuple[State, State]:
        da[:] = d.h * self.derivative(step.h)  # (N, H)
        return d, State(h=da @ self.weight_hh)
