"""What a transformer's block is made of: layer normalization, and attention of several heads.

Both work on rows: the T N vectors of all steps of all sequences, one below the other.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import softmax, softmax_backward
from lstm_tutor.checks import float_dtype, positive_int
from lstm_tutor.models import Linear
from lstm_tutor.module import Module
from lstm_tutor.normalization import normalize, normalize_backward
from lstm_tutor.types import RNG, Array, DTypeLike

__all__ = ["Attended", "LayerNorm", "MultiHeadAttention", "Normalized"]


class Normalized(NamedTuple):
    """What :meth:`LayerNorm.forward` returns: y, and what its backward pass needs, n and s."""

    y: Array
    n: Array
    s: Array


class LayerNorm(Module):
    """Layer normalization with a gain and a shift of its own for each unit.

    Equation: ``y = weight (a - mean) / s + bias``, mean and deviation of the vector's own H units.

    Parameters
    ----------
    hidden_size : int
        H.
    dtype : float64 or float32

    Attributes
    ----------
    weight, bias : arrays (H,)
        Ones and zeros at first.

    References
    ----------
    Ba, Kiros & Hinton (2016), equation 4.
    """

    def __init__(self, hidden_size: int, *, dtype: DTypeLike = np.float64) -> None:
        super().__init__()
        self.hidden_size = H = positive_int("LayerNorm", "hidden_size", hidden_size)
        self.dtype = float_dtype("LayerNorm", dtype)
        self.weight, self.bias = np.ones(H, self.dtype), np.zeros(H, self.dtype)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.hidden_size,), "bias": (self.hidden_size,)}

    def forward(self, a: Array) -> Normalized:
        """Return y (rows, H) of a (rows, H), with what the way back needs."""
        n, s = normalize(a)
        return Normalized(self.weight * n + self.bias, n, s)

    def backward(self, forward: Normalized, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return dL/da, and dL/d(each parameter), from dL/dy."""
        gradients = {"weight": (dy * forward.n).sum(axis=0), "bias": dy.sum(axis=0)}
        return normalize_backward(forward.n, forward.s, dy * self.weight), gradients


class Attended(NamedTuple):
    """What :meth:`MultiHeadAttention.forward` returns: y (rows, H), the weights, and what the way back needs."""

    y: Array
    weights: Array  # (N, A, T, T): sequence, head, who looks, at whom
    x: Array  # (rows, H)
    q: Array  # (N, A, T, H / A), as k and v
    k: Array
    v: Array
    z: Array  # (rows, H): what the heads read, side by side


class MultiHeadAttention(Module):
    r"""Attention of a sequence to itself by A heads, each of which looks with H / A units of its own.

    .. math:: q, k, v = W x + b, \qquad \alpha_{ij} = \mathrm{softmax}_j \frac{q_i \cdot k_j}{\sqrt{H / A}}, \qquad
        z_i = \sum_j \alpha_{ij} v_j, \qquad y = W_o z + b_o

    The scores of a head are those of :class:`~lstm_tutor.attention.kinds.DotAttention` with ``scaled=True``; here a
    mask may differ from query to query, as a causal one does.

    Parameters
    ----------
    hidden_size : int
        H.
    num_heads : int
        A, which divides H.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    References
    ----------
    Vaswani et al. (2017), sections 3.2.1 and 3.2.2; the biases are PyTorch's.
    """

    def __init__(self, hidden_size: int, *, num_heads: int = 1, dtype: DTypeLike = np.float64, rng: RNG = None) -> None:
        super().__init__()
        what = type(self).__name__
        self.hidden_size = H = positive_int(what, "hidden_size", hidden_size)
        self.num_heads = positive_int(what, "num_heads", num_heads)
        if H % self.num_heads:
            raise ValueError(f"{what}: expected hidden_size to be a multiple of num_heads, {self.num_heads}, got {H}")
        rng = np.random.default_rng(rng)
        self.in_proj = Linear(H, 3 * H, dtype=dtype, rng=rng)
        self.out_proj = Linear(H, H, dtype=dtype, rng=rng)
        self.dtype, self.scale = self.in_proj.dtype, 1 / math.sqrt(H // self.num_heads)

    def parts(self) -> dict[str, Module]:
        return {"in_proj": self.in_proj, "out_proj": self.out_proj}

    def forward(self, x: Array, allowed: Array) -> Attended:
        """Let every step look at the steps that it may.

        Parameters
        ----------
        x : array (T N, H)
        allowed : bool array (N or 1, T, T)
            True where step i may look at step j; every step at one at least.
        """
        T = allowed.shape[-1]
        rows = self.in_proj.forward(x)  # (T N, 3H)
        q, k, v = rows.reshape(T, -1, 3, self.num_heads, self.hidden_size // self.num_heads).transpose(2, 1, 3, 0, 4)
        e = self.scale * (q @ k.swapaxes(2, 3))  # (N, A, T, T)
        alpha = softmax(np.where(allowed[:, None], e, -np.inf))
        z = self._rows(alpha @ v)
        return Attended(self.out_proj.forward(z), alpha, x, q, k, v, z)

    def backward(self, forward: Attended, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return dL/dx, and dL/d(each parameter), from dL/dy."""
        _, alpha, x, q, k, v, z = forward
        d_rows, d_out = self.out_proj.backward(z, dy)
        N, A, T, size = v.shape
        dz = d_rows.reshape(T, N, A, size).transpose(1, 2, 0, 3)
        dv = alpha.swapaxes(2, 3) @ dz
        de = self.scale * softmax_backward(alpha, dz @ v.swapaxes(2, 3))
        dq, dk = de @ k, de.swapaxes(2, 3) @ q
        dx, d_in = self.in_proj.backward(x, np.concatenate([self._rows(d) for d in (dq, dk, dv)], axis=1))
        named = (("in_proj", d_in), ("out_proj", d_out))
        return dx, {f"{part}.{name}": value for part, gradients in named for name, value in gradients.items()}

    def _rows(self, heads: Array) -> Array:
        """Return (T N, H) of the heads' (N, A, T, H / A)."""
        return heads.transpose(2, 0, 1, 3).reshape(-1, self.hidden_size)
