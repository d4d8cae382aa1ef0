"""Fast weights: a matrix that one network writes at every step and reads at every step, by one of four rules."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative
from lstm_tutor.cells.base import Array
from lstm_tutor.cells.matrix import MatrixCell, dot, outer, product, product_from_left
from lstm_tutor.checks import finite_number
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["RULES", "FastWeightsCell", "FastWeightsState", "NormalizedState", "linear_attention"]

RULES = {
    "sum": "C = C_prev + v k^T, read as C q / n^T q: linear attention",
    "decay": "C = f C_prev + v k^T: what is old fades",
    "delta": "C = C_prev + i (v - C_prev k) k^T: a value takes the place of the old one under its key",
    "gated delta": "C = f C_prev + i (v - f C_prev k) k^T: both",
}
EPSILON = 1e-6  # under the root of a length, so that a key of zeros has one


class FastWeightsState(NamedTuple):
    """What fast weights carry from step to step: ``h`` (N, H), which no later step reads, and ``C``, the memory."""

    h: Array
    C: Array


class NormalizedState(NamedTuple):
    """What linear attention carries from step to step: ``h``, ``C``, and ``n`` (N, H), the normalizer."""

    h: Array
    C: Array
    n: Array


class Record(NamedTuple):
    """What a step leaves behind."""

    q: Array
    k: Array
    v: Array
    i: Array
    f: Array
    a_q: Array
    a_k: Array
    C: Array
    h: Array


class NormalizedRecord(NamedTuple):
    """What a step leaves behind where there is a normalizer."""

    q: Array
    k: Array
    v: Array
    i: Array
    f: Array
    a_q: Array
    a_k: Array
    C: Array
    n: Array
    h: Array


def feature(a: Array) -> Array:
    """``elu(a) + 1``, above zero everywhere: ``a + 1`` where a > 0, else ``exp(a)``, and of a below -40 that of -40."""
    return np.where(a > 0, a + 1, np.exp(np.clip(a, -40, 0)))  # n^T q is a sum of products of two, and divides


def feature_derivative(y: Array) -> Array:
    """d feature / d a where ``y = feature(a)``: 1 where a > 0, else y."""
    return np.minimum(y, 1)


def length(a: Array) -> Array:
    """The length of each head's vector, (..., d) to (..., 1)."""
    return np.sqrt(dot(a, a) + EPSILON)[..., None]


class FastWeightsCell(MatrixCell):
    """Fast weights: a memory of values under keys without an LSTM around it, and the rule by which it is written.

    Equations, for each head of d units: with ``a_q, a_k, v, a_i, a_f`` each ``W_x x + b``,

    - "sum": ``q, k = elu(a) + 1``; ``C = C_prev + v k^T``, ``n = n_prev + k``; ``h = C q / n^T q``
    - "decay": ``C = f C_prev + v k^T``; ``h = C q``
    - "delta": ``C = C_prev + i (v - C_prev k) k^T``; ``h = C q``
    - "gated delta": ``C = f C_prev + i (v - f C_prev k) k^T``; ``h = C q``

    where ``f = sigmoid(a_f)``, ``i = input_limit sigmoid(a_i)``, and in all rules but the first ``q, k = a / |a|``. A
    gate that a rule has not has no weights, and is 1 in the trace.

    "sum" is linear attention in its recurrent form, and without its feature map and normalizer the fast weights of
    Schmidhuber. The delta rule first reads what is under the key, ``C_prev k``, and writes the difference: with i = 1
    and a key of length 1 the new value takes the old one's place, where "sum" adds the two.

    What is left out: "decay" has no normalizer, the delta rules none either and no feature map (the later papers have a
    SiLU before q and k are divided), and none of the four has the short convolution, the output gate and the norm of
    the blocks in which they are used. The f of the gated delta rule is a sigmoid here; the paper's has the form of a
    state-space layer's. The length of a is ``sqrt(a^T a + 1e-6)``, so that a key of zeros can be divided by it. The
    papers' letters are S for C, z for n, beta for i and alpha for f.

    Parameters
    ----------
    rule : {"sum", "decay", "delta", "gated delta"}
    num_heads : int
        H must be a multiple of it.
    input_limit : float in (0, 2]
        The largest i of the delta rules. ``I - i k k^T`` has the eigenvalue 1 - i, which is below zero where i > 1.
    forget_bias : float
        The initial bias of the forget gates where there are any.

    Raises
    ------
    ValueError
        If there is no such rule, or the limit is not in (0, 2] or not 1 in a rule without an input gate.

    References
    ----------
    Schmidhuber (1992), Neural Computation 4; sum: Katharopoulos et al. (2020), section 3.4; delta: Schlag, Irie &
    Schmidhuber (2021), section 4.2, with keys of length 1 as in Yang et al. (2024); decay and gated delta: Yang, Kautz
    & Hatamizadeh (2025), sections 2.1, where it is Mamba2's, and 3.1; the limit of 2: Grazzi et al. (2025).
    """

    extras = ("a_q", "a_k")

    Step: type[Any] = Record

    def __init__(
        self, input_size: int, hidden_size: int, *, rule: str = "sum", num_heads: int = 1, input_limit: float = 1.0,
        forget_bias: float = 1.0, dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        what = type(self).__name__
        if rule not in tuple(RULES):
            raise ValueError(f"{what}: expected rule to be one of {[*RULES]}, got {rule!r}")
        self.rule = rule
        self.normalizes, self.corrects, self.forgets = rule == "sum", "delta" in rule, rule in ("decay", "gated delta")
        self.input_limit = finite_number(what, "input_limit", input_limit)
        if not 0 < self.input_limit <= 2 or (self.input_limit != 1 and not self.corrects):
            raise ValueError(f"{what}: expected input_limit in (0, 2], and 1 in a rule without an input gate, "
                             f"got {input_limit!r} with rule {rule!r}")  # fmt: skip
        self.forget_bias = finite_number(what, "forget_bias", forget_bias)
        self.head_gates = ("i",) * self.corrects + ("f",) * self.forgets
        self.blocks = ("q", "k", "v", *self.head_gates)
        if self.normalizes:
            self.State, self.Step, self.positive = NormalizedState, NormalizedRecord, ("n",)
        else:
            self.State = FastWeightsState
        super().__init__(input_size, hidden_size, num_heads=num_heads, dtype=dtype, rng=rng)
        if self.forgets:
            self.bias[self.rows("f")] = self.forget_bias

    def state_shapes(self, batch_size: int) -> dict[str, tuple[int, ...]]:
        heads, d = self.num_heads, self.head_size
        return super().state_shapes(batch_size) | {"C": (batch_size, heads, d, d)}

    def initial_state(self, batch_size: int) -> Any:
        """Zeros; the normalizer the smallest number above zero, since it is a sum of numbers above zero."""
        zeros = super().initial_state(batch_size)
        if not self.normalizes:
            return zeros
        return zeros._replace(n=np.full_like(zeros.n, np.finfo(self.dtype).tiny))

    def record(self, gates: Array, state: Any) -> Any:
        present = dict(zip(self.blocks + self.extras, self.split(gates), strict=True))
        for name in {"i", "f"} - set(self.head_gates):  # an open gate, in the memory of one number
            shape = (*present["q"].shape[:-1], self.num_heads)
            present[name] = np.broadcast_to(np.ones((), self.dtype), shape)
        return self.Step(**(present | state._asdict()))

    def step(self, a: Array, prev: Any, W_h: Array) -> Any:
        blocks = dict(zip(self.blocks + self.extras, self.split(a), strict=True))
        q, k, v = (self.by_head(blocks[name]) for name in "qkv")
        for vectors in (q, k):
            vectors[:] = feature(vectors) if self.normalizes else vectors / length(vectors)
        kept, written = prev.C, v
        if self.forgets:
            f = sigmoid(blocks["f"], out=blocks["f"])
            kept = f[..., None, None] * kept
        if self.corrects:
            i = sigmoid(blocks["i"], out=blocks["i"])
            i *= self.input_limit
            written = i[..., None] * (v - product(kept, k))
        C = kept + outer(written, k)
        y = product(C, q)
        if not self.normalizes:
            return FastWeightsState(y.reshape(prev.h.shape), C)
        n = self.by_head(prev.n) + k
        y /= dot(n, q)[..., None]
        return NormalizedState(y.reshape(prev.h.shape), C, n.reshape(prev.n.shape))

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        shape, i, f = d.h.shape, step.i, step.f
        q, k, v, a_q, a_k, dy = (self.by_head(u) for u in (step.q, step.k, step.v, step.a_q, step.a_k, d.h))
        dn = d_along = np.zeros(())
        if self.normalizes:
            n, y = self.by_head(step.n), self.by_head(step.h)
            along = dot(n, q)[..., None]
            dy = dy / along  # dL/d(C q)
            d_along = -dot(dy, y)[..., None]  # dL/d(n^T q)
            dn = self.by_head(d.n) + d_along * q
        dC = d.C + outer(dy, q)
        dq = product_from_left(dy, step.C)
        dv = product(dC, k)  # dL/d(what is written)
        kept = f[..., None, None] * prev.C if self.forgets else prev.C
        d_kept, d_gates = dC, []
        if self.corrects:
            error = v - product(kept, k)
            d_gates.append(dot(dv, error) * i * (1 - i / self.input_limit))
            dk = product_from_left(i[..., None] * error, dC)
            dv = i[..., None] * dv
            d_kept = dC - outer(dv, k)
            dk -= product_from_left(dv, kept)
        else:
            dk = product_from_left(v, dC)
        if self.forgets:
            d_gates.append(np.einsum("nhvk,nhvk->nh", d_kept, prev.C) * sigmoid_derivative(f))
            d_kept = f[..., None, None] * d_kept
        if self.normalizes:
            dq, dk = (dq + d_along * n) * feature_derivative(q), (dk + dn) * feature_derivative(k)
        else:
            dq = (dq - dot(dq, q)[..., None] * q) / length(a_q)
            dk = (dk - dot(dk, k)[..., None] * k) / length(a_k)
        np.concatenate([*(u.reshape(shape) for u in (dq, dk, dv)), *d_gates], axis=1, out=da)
        before = self.State(np.zeros_like(d.h), d_kept, *([dn.reshape(shape)] if self.normalizes else []))
        return self.State(d.h, dC, *before[2:]), before


def linear_attention(q: Array, k: Array, v: Array) -> Array:
    """The "sum" rule for all pairs of steps at once: causal attention without a softmax.

    Equation: ``y_t = sum_(s <= t) (q_t^T k_s) v_s / sum_(s <= t) q_t^T k_s``, from an empty memory.

    Parameters
    ----------
    q, k, v : arrays (T, ..., d)
        Queries and keys above zero, as the trace of the rule has them, and values.

    Returns
    -------
    array (T, ..., d)

    References
    ----------
    Katharopoulos et al. (2020), equations 8 and 9.

    Examples
    --------
    >>> from lstm_tutor.layers import FastWeights
    >>> trace = FastWeights(3, 4, rng=0).forward(np.random.default_rng(0).standard_normal((20, 5, 3)))
    >>> y = linear_attention(trace["q"], trace["k"], trace["v"])
    >>> bool(np.allclose(y, trace.output, rtol=1e-12, atol=1e-12))
    True
    """
    q, k, v = (np.moveaxis(vectors, 0, -2) for vectors in (q, k, v))  # (..., T, d)
    scores = np.tril(q @ k.swapaxes(-1, -2))
    return np.moveaxis(scores @ v / scores.sum(axis=-1, keepdims=True), -2, 0)
