"""The mLSTM without a loop over single steps: all pairs of steps at once, or chunks of steps with the memory between.

A chunk of one step is the recurrent form, a chunk as long as the sequence the parallel form, and what lies between is
the chunkwise form. All give the same numbers to rounding. What differs is the cost: for T steps and chunks of L, each
head computes T L scores and keeps T / L memories of d x d numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import log_sigmoid, sigmoid
from lstm_tutor.cells.mlstm import MLSTMCell
from lstm_tutor.types import Array

__all__ = ["Memory", "Projections", "chunkwise", "chunkwise_backward", "empty_memory", "project"]


class Projections(NamedTuple):
    """What an mLSTM makes of its input at each step: q, k, v (T, N, heads, d), and a_i, a_f (T, N, heads).

    k is divided by sqrt(d) already; a_i and a_f are what goes into the input gate and the forget gate.
    """

    q: Array
    k: Array
    v: Array
    a_i: Array
    a_f: Array


class Memory(NamedTuple):
    """What is carried from chunk to chunk: C (N, heads, d, d), n (N, heads, d), m (N, heads)."""

    C: Array
    n: Array
    m: Array


class Weights(NamedTuple):
    """How much each step's read takes from each step of the chunk, and from the memory before the chunk.

    D (N, heads, L, L): row t, column s, ``f_(s+1) ... f_t exp(a_i(s) - m_t)``, zero where s > t; g (N, heads, L):
    ``f_1 ... f_t exp(m_0 - m_t)``; m (N, heads, L).
    """

    D: Array
    g: Array
    m: Array


def project(cell: MLSTMCell, x: Array) -> tuple[Projections, Array]:
    """What a cell makes of x (T, N, D): the projections, and the output gate (T, N, heads, d).

    Examples
    --------
    >>> from lstm_tutor.layers import MLSTM
    >>> layer, x = MLSTM(3, 6, num_heads=2, rng=0), np.random.default_rng(0).standard_normal((20, 5, 3))
    >>> p, o = project(layer.cells[0][0], x)
    >>> y, memory = chunkwise(p, empty_memory(p.a_i, 3), chunk_size=8)
    >>> bool(np.allclose((o * y).reshape(20, 5, 6), layer.forward(x).output, rtol=1e-12, atol=1e-12))
    True
    """
    q, k, v, a_i, a_f, a_o, _ = cell.split(cell.from_input(x))
    q, k, v, o = (cell.by_head(vectors) for vectors in (q, k, v, sigmoid(a_o)))
    return Projections(q, k / np.sqrt(cell.head_size), v, a_i, a_f), o


def empty_memory(a_i: Array, d: int) -> Memory:
    """The memory before the first step, for a_i (T, N, heads): C = n = 0 and the lowest finite m."""
    _, N, heads = a_i.shape
    zeros = np.zeros((N, heads, d, d), a_i.dtype)
    return Memory(zeros, zeros[..., 0].copy(), np.full((N, heads), np.finfo(a_i.dtype).min, a_i.dtype))


def weights(a_i: Array, a_f: Array, m: Array) -> Weights:
    """The decay matrix of a chunk, from a_i and a_f (N, heads, L) and the stabilizer before it (N, heads).

    Equations: ``F_t = sum_(s <= t) log sigmoid(a_f(s))``, ``m_t = max(m_0 + F_t, max_(s <= t) (F_t - F_s + a_i(s)))``.
    """
    F = np.cumsum(log_sigmoid(a_f), axis=-1)
    L = F.shape[-1]
    log_D = np.where(np.tri(L, dtype=bool), F[..., :, None] - F[..., None, :] + a_i[..., None, :], -np.inf)
    log_g = m[..., None] + F
    m = np.maximum(log_g, log_D.max(axis=-1))
    return Weights(np.exp(log_D - m[..., None]), np.exp(log_g - m), m)


def read(q: Array, k: Array, v: Array, w: Weights, memory: Memory) -> tuple[Array, Array, Array, Array, Array]:
    """``y_t = C_t q_t / max(|n_t^T q_t|, exp(-m_t))`` for all steps of a chunk; q, k, v (N, heads, L, d).

    Returns y (N, heads, L, d), and what its derivative needs: the scores ``q_t^T k_s``, with their weights;
    ``n_t^T q_t``; and the denominator.
    """
    products = q @ k.swapaxes(-1, -2)  # (N, heads, L, L)
    scores = w.D * products
    along = scores.sum(axis=-1) + w.g * (q @ memory.n[..., None])[..., 0]
    with np.errstate(over="ignore"):
        largest = np.maximum(np.abs(along), np.exp(-w.m))
    y = (scores @ v + w.g[..., None] * (q @ memory.C.swapaxes(-1, -2))) / largest[..., None]
    return y, products, scores, along, largest


def carry(k: Array, v: Array, w: Weights, memory: Memory) -> Memory:
    """The memory after a chunk."""
    last, g = w.D[..., -1, :, None], w.g[..., -1]
    C = g[..., None, None] * memory.C + (last * v).swapaxes(-1, -2) @ k
    return Memory(C, g[..., None] * memory.n + (last * k).sum(axis=-2), w.m[..., -1])


def chunks(T: int, chunk_size: int) -> list[slice]:
    """The slices that cut T steps into chunks; the last may be shorter."""
    return [slice(start, min(start + chunk_size, T)) for start in range(0, T, chunk_size)]


def steps_last(array: Array) -> Array:
    """(L, N, heads, ...) to (N, heads, L, ...)."""
    return np.moveaxis(array, 0, 2)


@np.errstate(under="ignore")
def chunkwise(p: Projections, memory: Memory, chunk_size: int) -> tuple[Array, Memory]:
    """Read and write a matrix memory, chunk by chunk.

    Parameters
    ----------
    p : Projections
    memory : Memory
        That before the first step.
    chunk_size : int
        L, the number of steps to a chunk: 1 is the recurrent form, T or more the parallel one.

    Returns
    -------
    y : array (T, N, heads, d)
        What is read at each step; the mLSTM's h is ``o y``.
    memory : Memory
        That after the last step.

    References
    ----------
    Parallel: Beck et al. (2024), xLSTM, arXiv 2405.04517, appendix A.3; chunkwise: Yang et al. (2024), "Gated linear
    attention", arXiv 2312.06635, whose chunks are of a memory without exponential gates.
    """
    y = np.empty_like(p.v)
    for chunk in chunks(len(y), chunk_size):
        q, k, v, a_i, a_f = (steps_last(array[chunk]) for array in p)
        w = weights(a_i, a_f, memory.m)
        y[chunk] = np.moveaxis(read(q, k, v, w, memory)[0], 2, 0)
        memory = carry(k, v, w, memory)
    return y, memory


@np.errstate(under="ignore")
def chunkwise_backward(
    p: Projections, memory: Memory, chunk_size: int, d_y: Array, d_memory: Memory
) -> tuple[Projections, Memory]:
    """The gradients of :func:`chunkwise`, chunk by chunk from the last.

    Only the memories between the chunks are kept; what lies within a chunk is computed once more.

    Parameters
    ----------
    p, memory, chunk_size : as of `chunkwise`
    d_y : array (T, N, heads, d)
        dL/dy.
    d_memory : Memory
        dL/d(the memory after the last step).

    Returns
    -------
    d_p : Projections
        dL/d(what went in).
    d_memory : Memory
        dL/d(the memory before the first step).
    """
    parts, before = chunks(len(d_y), chunk_size), [memory]
    for chunk in parts[:-1]:
        _, k, v, a_i, a_f = (steps_last(array[chunk]) for array in p)
        before.append(carry(k, v, weights(a_i, a_f, before[-1].m), before[-1]))
    d_p = Projections(*(np.empty_like(array) for array in p))
    for chunk, at in zip(reversed(parts), reversed(before), strict=True):
        inputs = Projections(*(steps_last(array[chunk]) for array in p))
        slopes, d_memory = _chunk_backward(inputs, at, steps_last(d_y[chunk]), d_memory)
        for array, slope in zip(d_p, slopes, strict=True):
            array[chunk] = np.moveaxis(slope, 2, 0)
    return d_p, d_memory


def _chunk_backward(p: Projections, memory: Memory, dy: Array, d_after: Memory) -> tuple[Projections, Memory]:
    """The gradients of one chunk's inputs and of the memory before it.

    What is read does not depend on the stabilizer, which cancels: it counts as a constant in all steps of the chunk,
    and in the memory after it only the last m has a gradient of its own.
    """
    q, k, v, a_i, a_f = p
    w = weights(a_i, a_f, memory.m)
    y, products, scores, along, largest = read(q, k, v, w, memory)
    after = carry(k, v, w, memory)
    # -- what is read
    d_sum = dy / largest[..., None]  # dL/d(C q)
    with np.errstate(over="ignore"):
        above = np.abs(along) >= np.exp(-w.m)
    d_along = np.where(above, -np.sign(along) * (d_sum * y).sum(axis=-1), 0)
    d_scores = d_sum @ v.swapaxes(-1, -2) + d_along[..., None]
    dD, d_products = d_scores * products, d_scores * w.D
    d_read = d_sum @ memory.C + d_along[..., None] * memory.n[..., None, :]  # dL/d(g q)
    dq = d_products @ k + w.g[..., None] * d_read
    dk, dv = d_products.swapaxes(-1, -2) @ q, scores.swapaxes(-1, -2) @ d_sum
    dg = (d_read * q).sum(axis=-1)
    g_sum, g_along = w.g[..., None] * d_sum, (w.g * d_along)[..., None, :]
    dC, dn = g_sum.swapaxes(-1, -2) @ q, (g_along @ q)[..., 0, :]
    # -- what is carried on
    last, g = w.D[..., -1, :, None], w.g[..., -1]
    to_v, to_k = k @ d_after.C.swapaxes(-1, -2), v @ d_after.C + d_after.n[..., None, :]
    dk, dv = dk + last * to_k, dv + last * to_v
    dD[..., -1, :] += (to_k * k).sum(axis=-1)
    kept = np.einsum("nhvk,nhvk->nh", d_after.C, memory.C) + np.einsum("nhk,nhk->nh", d_after.n, memory.n)
    dg[..., -1] += kept
    dC, dn = dC + g[..., None, None] * d_after.C, dn + g[..., None] * d_after.n
    # -- through the logarithms of the weights, and for the last m to the largest of them
    d_log_D, d_log_g = dD * w.D, dg * w.g
    d_m = d_after.m - (d_after.C * after.C).sum(axis=(-1, -2)) - (d_after.n * after.n).sum(axis=-1)
    of_past = w.g[..., -1] == 1
    d_log_g[..., -1] += np.where(of_past, d_m, 0)
    d_log_D[..., -1, :] += (~of_past * d_m)[..., None] * (w.D[..., -1, :] == 1)
    da_i = d_log_D.sum(axis=-2)
    dF = d_log_D.sum(axis=-1) - da_i + d_log_g
    da_f = np.cumsum(dF[..., ::-1], axis=-1)[..., ::-1] * sigmoid(-a_f)
    return Projections(dq, dk, dv, da_i, da_f), Memory(dC, dn, d_log_g.sum(axis=-1))
