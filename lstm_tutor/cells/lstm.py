"""The long short-term memory with its forget gate, and with peepholes; as first published it is in `lstm1997`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell
from lstm_tutor.checks import finite_number
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LSTMState", "LSTMCell", "PeepholeLSTMCell"]


class LSTMState(NamedTuple):
    """What an LSTM carries from step to step: ``h``, the hidden state, and ``c``, the cell state; in that order."""

    h: Array
    c: Array


class LSTMCell(Cell):
    """The LSTM of today: three gates and a candidate around a cell state.

    Equations: ``i, f, o = sigmoid(...)``, ``g = tanh(...)``, each of ``W_x x + W_h h_prev + b``;
    ``c = f c_prev + i g``; ``h = o tanh(c)``.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate; 1 lets a fresh cell keep its memory.

    References
    ----------
    Gers, Schmidhuber & Cummins (2000), Neural Computation 12, section 3.1 (the forget gate is theirs).
    """

    blocks = ("i", "f", "g", "o")
    State: type[Any] = LSTMState

    class Step(NamedTuple):
        i: Array
        f: Array
        g: Array
        o: Array
        c: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.forget_bias = finite_number(type(self).__name__, "forget_bias", forget_bias)
        self.bias[self.rows("f")] = self.forget_bias

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        a += prev.h @ W_h  # (4, N, H)
        i, f, g, o = a
        i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)
        c = f * prev.c + i * g
        h = o * tanh(c)
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, f, g, o, c, _ = step
        tanh_c = tanh(c)
        do = d.h * tanh_c
        dc = d.c + d.h * o * tanh_derivative(tanh_c)
        di = dc * g
        df = dc * prev.c
        dg = dc * i
        da_i, da_f = di * sigmoid_derivative(i), df * sigmoid_derivative(f)
        da_g, da_o = dg * tanh_derivative(g), do * sigmoid_derivative(o)
        np.concatenate([da_i, da_f, da_g, da_o], axis=1, out=da)  # (N, 4H)
        return LSTMState(d.h, dc), LSTMState(h=da @ self.weight_hh, c=dc * f)


class PeepholeLSTMCell(LSTMCell):
    """The LSTM whose gates can see the memory they guard.

    Equations: as :class:`LSTMCell`, with ``p_i c_prev`` added to the input gate's sum, ``p_f c_prev`` to the forget
    gate's, and ``p_o c`` to the output gate's, which looks at the *new* cell state. One weight per unit and gate.

    Attributes
    ----------
    weight_peephole : array (3, H)
        Its rows are p_i, p_f, p_o.

    References
    ----------
    Gers & Schmidhuber (2000), IJCNN; Gers, Schraudolph & Schmidhuber (2002), JMLR 3, section 3. The gradient through
    the peepholes and the tanh of c at the output: Graves & Schmidhuber (2005).
    """

    weight_peephole: Array

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return super().shapes() | {"weight_peephole": (3, self.hidden_size)}

    def step(self, a: Array, prev: LSTMState, W_h: Array) -> LSTMState:
        a += prev.h @ W_h  # (4, N, H)
        i, f, g, o = a
        p_i, p_f, p_o = self.weight_peephole  # each (H,)
        i += p_i * prev.c
        f += p_f * prev.c
        i, f, g = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g)
        c = f * prev.c + i * g
        o += p_o * c
        o = sigmoid(o, out=o)
        h = o * tanh(c)
        return LSTMState(h, c)

    def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:
        i, f, g, o, c, _ = step
        p_i, p_f, p_o = self.weight_peephole
        tanh_c = tanh(c)
        da_o = d.h * tanh_c * sigmoid_derivative(o)
        dc = d.c + d.h * o * tanh_derivative(tanh_c) + da_o * p_o
        da_i = dc * g * sigmoid_derivative(i)
        da_f = dc * prev.c * sigmoid_derivative(f)
        da_g = dc * i * tanh_derivative(g)
        np.concatenate([da_i, da_f, da_g, da_o], axis=1, out=da)  # (N, 4H)
        return LSTMState(d.h, dc), LSTMState(h=da @ self.weight_hh, c=dc * f + da_i * p_i + da_f * p_f)

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        # what each gate peeps at, (T, N, H)
        cell_state = {"i": trace.before.c, "f": trace.before.c, "o": trace.record.c}
        peepholes = [(da[..., self.rows(gate)] * c).sum(axis=(0, 1)) for gate, c in cell_state.items()]
        return super().parameter_gradients(trace, da) | {"weight_peephole": np.stack(peepholes)}
