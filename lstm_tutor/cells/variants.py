"""Eight ablations of the LSTM with peepholes: what happens to it if a part is missing, or one is added."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.cells.base import Array, Cell
from lstm_tutor.cells.lstm import LSTMCell, LSTMState
from lstm_tutor.checks import finite_number
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["VARIANTS", "LSTMVariantCell"]

VARIANTS = {
    "NIG": "no input gate: i = 1",
    "NFG": "no forget gate: f = 1",
    "NOG": "no output gate: o = 1",
    "NIAF": "no input activation function: g is its sum itself, not the tanh of it",
    "NOAF": "no output activation function: h = o c",
    "CIFG": "coupled input and forget gate: f = 1 - i",
    "NP": "no peepholes",
    "FGR": "full gate recurrence: all gates see all gates of the previous step",
}
MISSING = {"NIG": "i", "NFG": "f", "NOG": "o", "CIFG": "f"}  # the gate whose weights a variant has not


class FullState(NamedTuple):
    """What travels from step to step with full gate recurrence: ``h``, ``c``, and the gates ``i``, ``f``, ``o``."""

    h: Array
    c: Array
    i: Array
    f: Array
    o: Array


def linear(a: Array, out: Array | None = None) -> Array:
    """`a` itself, where nothing is squashed."""
    return a


def linear_derivative(y: Array) -> float:
    """The derivative of `linear`."""
    return 1.0


def gate(a: Array | None, peephole: Any) -> Any:
    """``sigmoid(a + peephole)``, into `a`; of a gate that is not there (None) 1: always open."""
    if a is None:
        return 1.0
    a += peephole
    return sigmoid(a, out=a)


class LSTMVariantCell(Cell):
    """The LSTM with peepholes, but for one change.

    Equations: as :class:`~lstm_tutor.cells.lstm.PeepholeLSTMCell`, ``i, f, o = sigmoid(...)``, ``g = tanh(...)``,
    ``c = f c_prev + i g``, ``h = o tanh(c)``, with the change that `variant` names:

    - "NIG": ``i = 1``; "NFG": ``f = 1``; "NOG": ``o = 1``; "CIFG": ``f = 1 - i``
    - "NIAF": ``g = W_x x + W_h h_prev + b``; "NOAF": ``h = o c``
    - "NP": no peepholes
    - "FGR": ``W_g (i_prev, f_prev, o_prev)`` added to the sums of i, f and o; the gates are part of the state

    What is not there has no weights; a step's record has i, f, g, o, c, h all the same.

    Parameters
    ----------
    variant : str
        One of the eight.
    forget_bias : float
        The initial bias of the forget gate where there is one.

    Attributes
    ----------
    blocks : tuple of str
        The blocks of weights that are there, in the order i, f, g, o.
    gates : tuple of str
        The gates that are there, in the order i, f, o.
    weight_peephole : array (number of gates, H)
        A row for each of `gates`; not with "NP".
    weight_gates : array (3H, 3H)
        Its rows are the gates that see, its columns those that are seen, both i, f, o; only with "FGR".

    Raises
    ------
    ValueError
        If there is no such variant.

    References
    ----------
    Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber (2017), IEEE Transactions on Neural Networks and Learning
    Systems 28, the section on variants; arXiv 1503.04069.
    """

    Step = LSTMCell.Step
    weight_peephole: Array
    weight_gates: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, variant: str, forget_bias: float = 1.0,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        if variant not in tuple(VARIANTS):
            raise ValueError(f"LSTMVariantCell: expected variant to be one of {[*VARIANTS]}, got {variant!r}")
        self.variant = variant
        self.forget_bias = finite_number("LSTMVariantCell", "forget_bias", forget_bias)
        self.State = FullState if variant == "FGR" else LSTMState
        self.blocks, self.gates = (
            tuple(block for block in order if block != MISSING.get(variant)) for order in ("ifgo", "ifo")
        )
        identity: Any = (linear, linear_derivative)
        squashed: Any = (tanh, tanh_derivative)
        self.activation_g, self.derivative_g = identity if variant == "NIAF" else squashed
        self.activation_c, self.derivative_c = identity if variant == "NOAF" else squashed
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        if "f" in self.blocks:
            self.bias[self.rows("f")] = self.forget_bias

    def shapes(self) -> dict[str, tuple[int, ...]]:
        H, n = self.hidden_size, len(self.gates)
        peepholes = {} if self.variant == "NP" else {"weight_peephole": (n, H)}
        return super().shapes() | peepholes | ({"weight_gates": (n * H, n * H)} if self.variant == "FGR" else {})

    def peepholes(self) -> Iterator[Any]:
        """p_i, p_f, p_o, each (H,), or 0 for a peephole that is not there."""
        rows = {} if self.variant == "NP" else dict(zip(self.gates, self.weight_peephole, strict=True))
        return (rows.get(name, 0.0) for name in "ifo")

    def record(self, gates: Array, state: Any) -> Any:
        present = dict(zip(self.blocks, gates, strict=True))
        for name in set("ifo") - set(self.blocks):  # an open gate, in the memory of one number
            present[name] = np.broadcast_to(np.ones((), self.dtype), state.h.shape)
        if self.variant == "CIFG":
            present["f"] = 1 - present["i"]
        return self.Step(**(present | state._asdict()))

    def step(self, a: Any, prev: Any, W_h: Array) -> Any:
        a += prev.h @ W_h  # (G, N, H)
        a = dict(zip(self.blocks, a, strict=True))  # each (N, H)
        if self.variant == "FGR":
            past = np.concatenate(prev[2:], axis=1) @ self.weight_gates.T  # (N, 3H)
            for name, from_gates in zip(self.gates, np.split(past, 3, axis=1), strict=True):
                a[name] += from_gates
        p_i, p_f, p_o = self.peepholes()
        i = gate(a.get("i"), p_i * prev.c)
        f = 1 - i if self.variant == "CIFG" else gate(a.get("f"), p_f * prev.c)
        g = self.activation_g(a["g"], out=a["g"])
        c = f * prev.c + i * g
        o = gate(a.get("o"), p_o * c)
        h = o * self.activation_c(c)
        return FullState(h, c, i, f, o) if self.variant == "FGR" else LSTMState(h, c)

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        i, f, g, o, c, _ = step
        p_i, p_f, p_o = self.peepholes()
        d_i, d_f, d_o = d[2:] or (0.0, 0.0, 0.0)  # with FGR, what arrives from the next step's gates
        y = self.activation_c(c)
        do = d.h * y + d_o
        da_o = do * sigmoid_derivative(o)
        dc = d.c + d.h * o * self.derivative_c(y) + da_o * p_o
        df = dc * prev.c + d_f
        di = dc * g + d_i - (df if self.variant == "CIFG" else 0.0)
        da_i = di * sigmoid_derivative(i)
        da_f = df * sigmoid_derivative(f)
        da_g = dc * i * self.derivative_g(g)
        all_blocks = {"i": da_i, "f": da_f, "g": da_g, "o": da_o}
        np.concatenate([all_blocks[name] for name in self.blocks], axis=1, out=da)  # (N, G*H)
        d_prev = LSTMState(h=da @ self.weight_hh, c=dc * f + da_i * p_i + da_f * p_f)
        if self.variant != "FGR":
            return LSTMState(d.h, dc), d_prev
        past = np.concatenate([da_i, da_f, da_o], axis=1) @ self.weight_gates  # (N, 3H)
        return FullState(d.h, dc, di, df, do), FullState(*d_prev, *np.split(past, 3, axis=1))

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        gradients, H = super().parameter_gradients(trace, da), self.hidden_size
        da_gates = [da[..., self.rows(name)] for name in self.gates]  # each (T, N, H)
        if self.variant != "NP":
            cell_state = {"i": trace.before.c, "f": trace.before.c, "o": trace.record.c}  # what each gate peeped at
            peepholes = [(d * cell_state[name]).sum(axis=(0, 1)) for name, d in zip(self.gates, da_gates, strict=True)]
            gradients["weight_peephole"] = np.stack(peepholes)
        if self.variant == "FGR":
            to, past = (np.concatenate(parts, axis=2).reshape(-1, 3 * H) for parts in (da_gates, trace.before[2:]))
            gradients["weight_gates"] = to.T @ past
        return gradients
