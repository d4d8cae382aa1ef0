"""The gated recurrent unit, with its reset gate before or after the product with the past."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell, State
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["GRUCell"]


class GRUCell(Cell):
    """The GRU: two gates, and no memory apart from the hidden state.

    Equations: ``r, z = sigmoid(W_x x + W_h h_prev + b)``, then either

    - ``reset_after=True``: ``n = tanh(W_x x + b + r (W_h h_prev + b_hn))``, as PyTorch, cuDNN and Keras compute it, or
    - ``reset_after=False``: ``n = tanh(W_x x + b + W_h (r h_prev))``, as published;

    and ``h = (1 - z) n + z h_prev``.

    Parameters
    ----------
    reset_after : bool
        Whether the reset gate multiplies the past after its product with W_h, or before.

    Attributes
    ----------
    bias_hn : array (H,)
        The bias b_hn within the reset gate's reach; only with ``reset_after``.

    References
    ----------
    Cho et al. (2014), arXiv 1406.1078, section 2.3, whose z is this one; Chung et al. (2014) have 1 - z for z.
    """

    blocks = ("r", "z", "n")
    bias_hn: Array

    class Step(NamedTuple):
        r: Array
        z: Array
        n: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, reset_after: bool = True, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        self.reset_after = bool(reset_after)
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | ({"bias_hn": (self.hidden_size,)} if self.reset_after else {})

    def step(self, a: Array, prev: State, W_h: Array) -> State:
        r, z, n = a
        if self.reset_after:
            past = prev.h @ W_h  # (3, N, H)
            a[:2] += past[:2]
            r, z = sigmoid(r, out=r), sigmoid(z, out=z)
            n += r * (past[2] + self.bias_hn)
        else:
            a[:2] += prev.h @ W_h[:2]
            r, z = sigmoid(r, out=r), sigmoid(z, out=z)
            n += (r * prev.h) @ W_h[2]
        n = tanh(n, out=n)
        return State(h=(1 - z) * n + z * prev.h)

    def step_backward(self, step: Any, prev: State, d: State, da: Array) -> tuple[State, State]:
        r, z, n, _ = step
        dn = d.h * (1 - z)
        dz = d.h * (prev.h - n)
        W_n = self.weight_hh[self.rows("n")]  # (H, H)
        da_n = dn * tanh_derivative(n)
        da_z = dz * sigmoid_derivative(z)
        if self.reset_after:
            dr = da_n * (prev.h @ W_n.T + self.bias_hn)
            np.concatenate([dr * sigmoid_derivative(r), da_z, da_n], axis=1, out=da)  # (N, 3H)
            return d, State(h=d.h * z + self.to_past(da, r) @ self.weight_hh)
        d_reset = da_n @ W_n  # dL/d(r h_prev)
        dr = d_reset * prev.h
        np.concatenate([dr * sigmoid_derivative(r), da_z, da_n], axis=1, out=da)  # (N, 3H)
        gates = slice(0, 2 * self.hidden_size)
        return d, State(h=d.h * z + d_reset * r + da[:, gates] @ self.weight_hh[gates])

    def to_past(self, da: Array, r: Array) -> Array:
        """dL/d(W_h h_prev) from dL/da, (..., 3H): the same, but for the candidate, which passes the reset gate."""
        da = da.copy()
        da[..., self.rows("n")] *= r
        return da

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        gradients = super().parameter_gradients(trace, da)
        rows, r, h = self.rows("n"), trace.record.r, trace.before.h  # each of the arrays (T, N, H)
        if self.reset_after:
            da_n = (da[..., rows] * r).reshape(-1, self.hidden_size)  # what reaches W_h h_prev + b_hn
            gradients["bias_hn"] = da_n.sum(axis=0)
        else:
            da_n, h = da[..., rows].reshape(-1, self.hidden_size), r * h
        weight_hh = np.ascontiguousarray(gradients["weight_hh"])
        weight_hh[rows] = da_n.T @ h.reshape(-1, self.hidden_size)
        return gradients | {"weight_hh": weight_hh}
