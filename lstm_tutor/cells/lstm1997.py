"""The long short-term memory as first published, and its memory blocks with gates that see gates."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell
from lstm_tutor.cells.lstm import LSTMState
from lstm_tutor.checks import positive_int
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LSTM1997BlockCell", "LSTM1997Cell"]


class LSTM1997Cell(Cell):
    """The long short-term memory as first published: a cell that can be written and read, and never forgets.

    Equations: ``i, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h h_prev + b``;
    ``c = c_prev + i g``; ``h = o tanh(c)``.

    The learning rule of 1997 is not the gradient, but a part of it. With ``truncated``, an error that arrives at the
    sums of i, g and o changes their weights and reaches x at its own step, and goes no further back in time: in
    ``W_h h_prev``, h_prev counts as a constant. So only c carries errors from step to step, as ``dL/dc_prev = dL/dc``,
    by the factor 1 exactly.

    Parameters
    ----------
    truncated : bool
        Whether errors go back in time through c alone, as in 1997, or through h too, as the gradient does.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Neural Computation 9, section 4 and appendix A.1, with tanh for the paper's scaled
    logistic squashings; the truncated rule: section 4, "learning", and appendix A.1.
    """

    blocks = ("i", "g", "o")
    State: type[Any] = LSTMState

    class Step(NamedTuple):
        i: Array
        g: Array
        o: Array
        c: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, truncated: bool = False, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.truncated = bool(truncated)

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        a += prev.h @ W_h  # (3, N, H)
        i, g, o = a
        i, g, o = sigmoid(i, out=i), tanh(g, out=g), sigmoid(o, out=o)
        c = prev.c + i * g
        h = o * tanh(c)
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, g, o, c, _ = step
        tanh_c = tanh(c)
        do = d.h * tanh_c
        dc = d.c + d.h * o * tanh_derivative(tanh_c)
        di = dc * g
        dg = dc * i
        da_i, da_g, da_o = di * sigmoid_derivative(i), dg * tanh_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([da_i, da_g, da_o], axis=1, out=da)  # (N, 3H)
        dh_prev = np.zeros_like(d.h) if self.truncated else da @ self.weight_hh
        return LSTMState(d.h, dc), LSTMState(h=dh_prev, c=dc)


class GatedState(NamedTuple):
    """What travels from step to step where gates see gates: ``h``, ``c``, and the gates ``i`` and ``o``."""

    h: Array
    c: Array
    i: Array
    o: Array


class LSTM1997BlockCell(LSTM1997Cell):
    """The LSTM of 1997 in full: memory blocks whose cells share their gates, and gates that see gates.

    Equations: those of :class:`LSTM1997Cell` with ``W_g (i_prev, o_prev)`` added to every unit's sum if
    ``gate_recurrence``; and ``i`` and ``o`` are one number for the S = `cells_per_block` cells of a block. There are
    H / S blocks, 2 H / S gates, and U = H + 2 H / S units.

    The trace and the state hold the gates H wide, S copies side by side. Where the copies in a state that is given
    differ, a gate's activation is their mean. With ``truncated``, see :class:`LSTM1997Cell`, ``i_prev`` and ``o_prev``
    count as constants too.

    Parameters
    ----------
    gate_recurrence : bool
        Whether every unit also receives the gates' activations of the previous step.
    cells_per_block : int
        So many cells side by side share an input gate and an output gate.

    Attributes
    ----------
    weight_ih : array (U, D)
        Its rows are the blocks' input gates, the H cell inputs, the blocks' output gates.
    weight_hh : array (U, H)
        Its rows are likewise.
    bias : array (U,)
    weight_gates : array (U, 2 H / S)
        W_g, whose columns are the input gates and the output gates; only with ``gate_recurrence``.

    References
    ----------
    Hochreiter & Schmidhuber (1997), Neural Computation 9, section 4 (memory cell blocks) and appendix A.1, where sums
    run over all units, gates too.
    """

    weight_gates: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, gate_recurrence: bool = False, cells_per_block: int = 1,
        truncated: bool = False, dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        self.gate_recurrence = bool(gate_recurrence)
        self.cells_per_block = positive_int(type(self).__name__, "cells_per_block", cells_per_block)
        super().__init__(input_size, hidden_size, truncated=truncated, dtype=dtype, rng=rng)
        self.State = GatedState if self.gate_recurrence else LSTMState

    def shapes(self) -> dict[str, tuple[int, ...]]:
        D, H, S = self.input_size, self.hidden_size, self.cells_per_block
        if H % S:
            raise ValueError(
                f"{type(self).__name__}: expected hidden_size to be a multiple of cells_per_block, {S}, got {H}"
            )
        units, gates = H + 2 * H // S, 2 * H // S
        shapes = {"weight_ih": (units, D), "weight_hh": (units, H), "bias": (units,)}
        return shapes | ({"weight_gates": (units, gates)} if self.gate_recurrence else {})

    def rows(self, block: str) -> slice:
        cells, gates = self.hidden_size, self.hidden_size // self.cells_per_block
        return {"i": slice(gates), "g": slice(gates, gates + cells), "o": slice(gates + cells, None)}[block]

    def by_block(self, weight: Array) -> Array:
        copies = {"i": self.cells_per_block, "g": 1, "o": self.cells_per_block}
        weight = np.concatenate([np.repeat(weight[self.rows(block)], copies[block], axis=0) for block in self.blocks])
        return super().by_block(weight)  # a shared gate's row once for each cell

    def gates(self, state: Any) -> Array:
        """The activation of every gate, (..., 2 H / S), from the state's copies."""
        copies = np.concatenate([state.i, state.o], axis=-1)  # (..., 2H)
        return copies.reshape(*copies.shape[:-1], -1, self.cells_per_block).mean(axis=-1)

    def shared(self, da: Array) -> Array:
        """dL/d(pre-activation of a shared gate), (N, H / S): the sum over its cells, (N, H)."""
        return da.reshape(len(da), -1, self.cells_per_block).sum(axis=-1)

    def step(self, a: Array, prev: Any, W_h: Array) -> Any:
        if self.gate_recurrence:
            a += self.by_block(self.weight_gates @ self.gates(prev).T)  # (3, N, H)
        h, c = super().step(a, prev, W_h)
        i, _, o = a  # gates by now
        return GatedState(h, c, i, o) if self.gate_recurrence else LSTMState(h, c)

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        i, g, o, c, _ = step
        tanh_c = tanh(c)
        d_i, d_o = (d.i, d.o) if self.gate_recurrence else (0, 0)  # what arrives from the next step's units
        do = d.h * tanh_c + d_o
        dc = d.c + d.h * o * tanh_derivative(tanh_c)
        di = dc * g + d_i
        dg = dc * i
        da_i, da_g, da_o = di * sigmoid_derivative(i), dg * tanh_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([self.shared(da_i), da_g, self.shared(da_o)], axis=1, out=da)  # (N, U)
        to_past = np.zeros_like(da) if self.truncated else da
        h, c = to_past @ self.weight_hh, dc
        if not self.gate_recurrence:
            return LSTMState(d.h, dc), LSTMState(h, c)
        copies = np.repeat(to_past @ self.weight_gates, self.cells_per_block, axis=1) / self.cells_per_block  # (N, 2H)
        return GatedState(d.h, dc, di, do), GatedState(h, c, *np.split(copies, 2, axis=1))

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        gradients = super().parameter_gradients(trace, da)
        if self.gate_recurrence:
            gates = self.gates(trace.before)  # (T, N, 2 H / S)
            gradients["weight_gates"] = da.reshape(-1, da.shape[-1]).T @ gates.reshape(-1, gates.shape[-1])
        return gradients
