"""The LSTM whose memory is a matrix: exponential input gate, keys and values, and a stabilizer."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid, sigmoid_derivative
from lstm_tutor.cells.base import Array
from lstm_tutor.cells.matrix import MatrixCell, dot, outer, product, product_from_left
from lstm_tutor.checks import finite_number
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["MLSTMCell", "MLSTMState"]


class MLSTMState(NamedTuple):
    """What an mLSTM carries from step to step: ``h``, ``C``, ``n``, ``m``; in that order.

    The hidden state (N, H), which no later step reads; the matrix memory (N, num_heads, d, d); the normalizer (N, H);
    the stabilizer (N, num_heads). The paper's C and n without a stabilizer are ``C exp(m)`` and ``n exp(m)``.
    """

    h: Array
    C: Array
    n: Array
    m: Array


class MLSTMCell(MatrixCell):
    """The mLSTM: a matrix that stores values under keys, with the gates of an LSTM around it.

    Equations, for each head of d units: with ``q, a_k, v, a_i, a_f, a_o`` each ``W_x x + b``,

    - ``k = a_k / sqrt(d)``, ``o = sigmoid(a_o)``;
    - ``m = max(a_i, m_prev + log sigmoid(a_f))``, the stabilizer;
    - ``i = exp(a_i - m)``, ``f = exp(m_prev + log sigmoid(a_f) - m)``;
    - ``C = f C_prev + i v k^T``, ``n = f n_prev + i k``;
    - ``h = o C q / max(|n^T q|, exp(-m))``.

    Without m the gates are ``exp(a_i)`` and ``sigmoid(a_f)``, and the denominator is the paper's ``max(|n^T q|, 1)``. C
    and n then overflow where a_i is large. With m both are multiplied by ``exp(-m)``, and so must be the 1, or h is not
    the same. The maximum is there because ``n^T q``, unlike the n of an sLSTM, may have any sign and be zero.

    Two choices. The paper allows ``sigmoid`` or ``exp`` for the forget gate; here it is the sigmoid, as in the
    :class:`~lstm_tutor.cells.slstm.SLSTMCell`. And the bias of k is divided by ``sqrt(d)`` along with the product; the
    paper adds it after that.

    The first step is that of an empty memory, ``m = a_i``: the initial state has ``h = C = n = 0`` and for m the lowest
    finite number, so that f = 0. The trace holds ``a_f`` too, what goes into the forget gate, which cannot be told from
    f once m is taken off.

    Parameters
    ----------
    num_heads : int
        H must be a multiple of it.
    forget_bias : float
        The initial bias of the forget gates.

    Attributes
    ----------
    weight_ih : array (4 H + 2 num_heads, D)
        Its rows are q, k, v, the heads' i, the heads' f, and o.
    bias : array (4 H + 2 num_heads,)

    References
    ----------
    Beck et al. (2024), xLSTM, arXiv 2405.04517, section 2.3; exp(-m) in the denominator: equation 77 of appendix A.3.
    """

    blocks = ("q", "k", "v", "i", "f", "o")
    head_gates = ("i", "f")
    extras = ("a_f",)
    State = MLSTMState

    class Step(NamedTuple):
        q: Array
        k: Array
        v: Array
        i: Array
        f: Array
        o: Array
        a_f: Array
        C: Array
        n: Array
        m: Array
        h: Array

    def __init__(
        self, input_size: int, hidden_size: int, *, num_heads: int = 1, forget_bias: float = 1.0,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(input_size, hidden_size, num_heads=num_heads, dtype=dtype, rng=rng)
        self.forget_bias = finite_number(type(self).__name__, "forget_bias", forget_bias)
        self.bias[self.rows("f")] = self.forget_bias

    def state_shapes(self, batch_size: int) -> dict[str, tuple[int, ...]]:
        N, heads, d = batch_size, self.num_heads, self.head_size
        return {"h": (N, heads * d), "C": (N, heads, d, d), "n": (N, heads * d), "m": (N, heads)}

    def initial_state(self, batch_size: int) -> Any:
        zeros = super().initial_state(batch_size)
        return zeros._replace(m=np.full_like(zeros.m, np.finfo(self.dtype).min))

    def step(self, a: Array, prev: Any, W_h: Array) -> Any:
        q, k, v, i, f, o, a_f = self.split(a)
        k /= np.sqrt(self.head_size)
        carry = prev.m + log_sigmoid(a_f)
        m = np.maximum(i, carry)
        i, f, o = np.exp(i - m, out=i), np.exp(carry - m, out=f), sigmoid(o, out=o)
        q, k, v = self.by_head(q), self.by_head(k), self.by_head(v)
        C = f[..., None, None] * prev.C + outer(i[..., None] * v, k)
        n = f[..., None] * self.by_head(prev.n) + i[..., None] * k
        h = o * self.read(C, n, m, q)[0].reshape(o.shape)
        return MLSTMState(h, C, n.reshape(o.shape), m)

    def read(self, C: Array, n: Array, m: Array, q: Array) -> tuple[Array, Array, Array, Array]:
        """``C q / max(|n^T q|, exp(-m))``, and what its derivative needs: n^T q, exp(-m), and the larger of the two."""
        along = dot(n, q)
        with np.errstate(over="ignore"):  # of an m far below zero the floor is infinite, and what is read is zero
            floor = np.exp(-m)
        largest = np.maximum(np.abs(along), floor)
        return product(C, q) / largest[..., None], along, floor, largest

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        i, f, o, C, m = step.i, step.f, step.o, step.C, step.m
        q, k, v, n, n_prev, dn = (self.by_head(u) for u in (step.q, step.k, step.v, step.n, prev.n, d.n))
        y, along, floor, largest = self.read(C, n, m, q)
        do = d.h * y.reshape(o.shape)
        dy = self.by_head(d.h * o)
        d_product = dy / largest[..., None]  # dL/d(C q)
        d_largest = -dot(d_product, y)
        above = np.abs(along) >= floor
        d_along = np.where(above, np.sign(along) * d_largest, 0)
        dC = d.C + outer(d_product, q)
        dn = dn + d_along[..., None] * q
        dq = product_from_left(d_product, C) + d_along[..., None] * n
        to_v, to_k = product(dC, k), product_from_left(v, dC) + dn  # dL/dv and dL/dk, but for i
        di = dot(v, to_v) + dot(dn, k)
        df = np.einsum("nhvk,nhvk->nh", dC, prev.C) + dot(dn, n_prev)
        dm = d.m - di * i - df * f + np.where(above, 0, dot(dy, y))
        new = i == 1  # m = a_i where the maximum took the new; else m = m_prev + log sigmoid(a_f)
        da_i = di * i + np.where(new, dm, 0)
        d_carry = df * f + np.where(new, 0, dm)
        dk = i[..., None] * to_k / np.sqrt(self.head_size)
        blocks = (dq, dk, i[..., None] * to_v, da_i, d_carry * sigmoid(-step.a_f), do * sigmoid_derivative(o))
        np.concatenate([block.reshape(len(da), -1) for block in blocks], axis=1, out=da)  # (N, 4 H + 2 num_heads)
        dn_prev = (f[..., None] * dn).reshape(o.shape)
        before = MLSTMState(np.zeros_like(d.h), f[..., None, None] * dC, dn_prev, d_carry)
        return MLSTMState(d.h, dC, dn.reshape(o.shape), dm), before
