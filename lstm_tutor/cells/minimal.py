"""Recurrent cells whose gates do not look back: a step is linear in the past, so that all steps can be done at once."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid, sigmoid_derivative
from lstm_tutor.cells.base import Array, Cell, State
from lstm_tutor.checks import finite_number
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["MinGRUCell", "MinLSTMCell"]


def positive(a: Array) -> Array:
    """The candidate's activation, above zero everywhere: ``a + 1/2`` where a >= 0, else ``sigmoid(a)``."""
    return np.where(a >= 0, a + 0.5, sigmoid(a))


def positive_derivative(y: Array) -> Array:
    """d positive / d a where ``y = positive(a)``: 1 where a >= 0, else ``y (1 - y)``."""
    return np.where(y >= 0.5, 1, y * (1 - y))


def log_positive(a: Array) -> Array:
    """``log positive(a)``, finite for every finite a."""
    return np.where(a >= 0, np.log(np.maximum(a, 0) + 0.5), log_sigmoid(a))


def log_space_scan(log_keep: Array, log_write: Array, h: Array, valid: Array | None) -> Array:
    """``h_t = keep_t h_(t-1) + write_t`` for all t, from logarithms and without a loop over steps.

    Equations: ``A_t = sum_(s <= t) log keep_s`` and ``h_t = exp(A_t) h_0 + exp(A_t + log sum_(s <= t) exp(log write_s -
    A_s))``. The past h_0 stands apart from the sum, so that it may have any sign. What is kept and written may not:
    for numbers below zero or complex ones an LRU has ``linear_scan``.

    Parameters
    ----------
    log_keep, log_write : arrays (T, N, H)
    h : array (N, H)
        The state before the first step.
    valid : None or bool array (T, N, 1)
        Where False all is kept and nothing written.

    Returns
    -------
    array (T, N, H)
        In float64, since A_t grows with t, and its rounding error with it.

    References
    ----------
    Heinsen (2023), arXiv 2311.06281, as Feng et al. (2024) use it.
    """
    log_keep, log_write = log_keep.astype(np.float64), log_write.astype(np.float64)
    if valid is not None:
        log_keep, log_write = np.where(valid, log_keep, 0), np.where(valid, log_write, -np.inf)
    A = np.cumsum(log_keep, axis=0)
    return np.exp(A) * h + np.exp(A + np.logaddexp.accumulate(log_write - A, axis=0))


class MinimalCell(Cell):
    """What the minimal cells share: gates from the input alone, so no ``weight_hh``.

    Parameters
    ----------
    parallel : bool
        Whether a layer does all steps at once by the scan in log space, or one after the other; the trace is the same,
        and so is the way back. What the scan shows is that it can be done. In NumPy, on one core, it is faster than the
        loop only where a step is small: it takes logarithms of everything, the loop of nothing.
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, parallel: bool = False, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, dtype=dtype, rng=rng)
        self.parallel = bool(parallel)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: shape for name, shape in super().shapes().items() if name != "weight_hh"}

    def recurrent_weights(self) -> None:
        """None: the gates do not look back."""
        return None

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        return self.input_gradients(trace, da)


class MinGRUCell(MinimalCell):
    """The minGRU: a GRU whose update gate and candidate see the input alone.

    Equations: ``z = sigmoid(W_x x + b)``, ``n = g(W_x x + b)``, ``h = (1 - z) h_prev + z n``, with ``g(a) = a + 1/2``
    where a >= 0 and else ``sigmoid(a)``. Here z opens for the new; the z of the :class:`GRUCell` keeps the old. The
    paper calls the candidate n h with a tilde.

    References
    ----------
    Feng et al. (2024), arXiv 2410.01201, section 3, minGRU; g is that of the paper's log-space form.
    """

    blocks = ("z", "n")

    class Step(NamedTuple):
        z: Array
        n: Array
        h: Array

    def step(self, a: Array, prev: State, W_h: Array) -> State:
        z, n = a
        z, n[:] = sigmoid(z, out=z), positive(n)
        return State(h=(1 - z) * prev.h + z * n)

    def scan(self, a: Array, state: State, valid: Array | None) -> State:
        z, n = a  # each (T, N, H)
        h = log_space_scan(log_sigmoid(-z), log_sigmoid(z) + log_positive(n), state.h, valid)
        z, n[:] = sigmoid(z, out=z), positive(n)
        return State(h)

    def step_backward(self, step: Any, prev: State, d: State, da: Array) -> tuple[State, State]:
        z, n, _ = step
        dz = d.h * (n - prev.h)
        dn = d.h * z
        np.concatenate([dz * sigmoid_derivative(z), dn * positive_derivative(n)], axis=1, out=da)  # (N, 2H)
        return d, State(h=d.h * (1 - z))


class MinLSTMCell(MinimalCell):
    """The minLSTM: an LSTM whose gates and candidate see the input alone, and whose hidden state is its memory.

    Equations: ``i, f = sigmoid(W_x x + b)``, ``g = positive(W_x x + b)``, the share that is kept ``k = f / (f + i)``,
    and ``h = k h_prev + (1 - k) g``, where ``positive(a) = a + 1/2`` where a >= 0 and else ``sigmoid(a)``. The paper
    calls k f', 1 - k i', and the candidate h with a tilde. The share is computed as ``sigmoid(log f - log i)``, which
    holds where both gates are rounded to zero.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    References
    ----------
    Feng et al. (2024), arXiv 2410.01201, section 3, minLSTM; g is that of the paper's log-space form.
    """

    blocks = ("i", "f", "g")
    extras = ("k",)

    class Step(NamedTuple):
        i: Array
        f: Array
        g: Array
        k: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0, parallel: bool = False,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, parallel=parallel, dtype=dtype, rng=rng)
        self.forget_bias = finite_number(type(self).__name__, "forget_bias", forget_bias)
        self.bias[self.rows("f")] = self.forget_bias

    def gates(self, a: Array) -> Array:
        """Overwrite the pre-activations in `a` by i, f, g and k; returned is the logit of k."""
        i, f, g, k = a
        logit = log_sigmoid(f) - log_sigmoid(i)
        sigmoid(i, out=i)
        sigmoid(f, out=f)
        sigmoid(logit, out=k)
        g[:] = positive(g)
        return logit

    def step(self, a: Array, prev: State, W_h: Array) -> State:
        self.gates(a)
        _, _, g, k = a
        return State(h=k * prev.h + (1 - k) * g)

    def scan(self, a: Array, state: State, valid: Array | None) -> State:
        log_g = log_positive(a[2])
        logit = self.gates(a)
        return State(log_space_scan(log_sigmoid(logit), log_sigmoid(-logit) + log_g, state.h, valid))

    def step_backward(self, step: Any, prev: State, d: State, da: Array) -> tuple[State, State]:
        i, f, g, k, _ = step
        dg = d.h * (1 - k)
        dk = d.h * (prev.h - g)
        d_logit = dk * sigmoid_derivative(k)
        np.concatenate([-d_logit * (1 - i), d_logit * (1 - f), dg * positive_derivative(g)], axis=1, out=da)  # (N, 3H)
        return d, State(h=d.h * k)
