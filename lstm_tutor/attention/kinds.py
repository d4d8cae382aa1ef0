"""The score functions: additive (Bahdanau), dot and general (Luong)."""

import math

import numpy as np

from lstm_tutor.activations import tanh, tanh_derivative
from lstm_tutor.attention.base import Attention
from lstm_tutor.types import RNG, Array, DTypeLike

__all__ = ["AdditiveAttention", "DotAttention", "GeneralAttention"]


class AdditiveAttention(Attention):
    r"""Attention whose score is a small network with one hidden layer.

    .. math:: e_{ij} = v \cdot \tanh(W s_i + U h_j)

    Parameters
    ----------
    query_size, key_size : int
        Q and K.
    attention_size : int
        A, the number of hidden units.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator
        The source of the initial weights.

    Attributes
    ----------
    weight_query : array (A, Q)
        W, drawn from U(-1/sqrt(Q), 1/sqrt(Q)).
    weight_key : array (A, K)
        U, drawn from U(-1/sqrt(K), 1/sqrt(K)).
    weight_score : array (A,)
        v, drawn from U(-1/sqrt(A), 1/sqrt(A)).

    References
    ----------
    Bahdanau, Cho & Bengio (2015), appendix A.1.2, where s_i is the decoder's state *before* its step. There are no
    biases, as in the paper. The memory of a trace grows with T_out times T_in times A.

    Examples
    --------
    >>> attention = AdditiveAttention(3, 4, 5, rng=0)
    >>> trace = attention.forward(np.ones((2, 1, 3)), np.ones((6, 1, 4)), lengths=[4])
    >>> trace.output.shape, trace["weights"].shape
    ((2, 1, 4), (2, 1, 6))
    >>> np.round(trace["weights"][0, 0], 3).tolist()
    [0.25, 0.25, 0.25, 0.25, 0.0, 0.0]
    """

    query_size: int
    key_size: int
    attention_size: int
    weight_query: Array
    weight_key: Array
    weight_score: Array

    def __init__(
        self, query_size: int, key_size: int, attention_size: int, *, dtype: DTypeLike = np.float64, rng: RNG = None
    ) -> None:
        self._sizes(query_size=query_size, key_size=key_size, attention_size=attention_size)
        super().__init__(dtype=dtype, rng=rng)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        A = self.attention_size
        return {"weight_query": (A, self.query_size), "weight_key": (A, self.key_size), "weight_score": (A,)}

    def project(self, h: Array) -> Array:
        return h @ self.weight_key.T  # U h, (N, T_in, A)

    def project_backward(self, h: Array, dp: Array) -> tuple[Array, dict[str, Array]]:
        return dp @ self.weight_key, {"weight_key": _sum_of_outer(dp, h)}

    def score(self, s: Array, p: Array) -> tuple[Array, tuple[Array, ...]]:
        W_s = s @ self.weight_query.T  # (N, T_out, A)
        m = W_s[:, :, None] + p[:, None]  # (N, T_out, T_in, A)
        m = tanh(m, out=m)
        return m @ self.weight_score, (m,)

    def score_backward(
        self, s: Array, p: Array, memory: tuple[Array, ...], de: Array
    ) -> tuple[Array, Array, dict[str, Array]]:
        (m,) = memory
        dv = de.reshape(-1) @ m.reshape(-1, m.shape[-1])  # (A,)
        da = tanh_derivative(m)  # (N, T_out, T_in, A)
        da *= de[..., None] * self.weight_score
        dW_s, dp = da.sum(axis=2), da.sum(axis=1)  # (N, T_out, A), (N, T_in, A)
        d_parameters = {"weight_query": _sum_of_outer(dW_s, s), "weight_score": dv}
        return dW_s @ self.weight_query, dp, d_parameters


class _ProductAttention(Attention):
    """Attention whose score is the product of the query and what is made of the key beforehand."""

    def score(self, s: Array, p: Array) -> tuple[Array, tuple[Array, ...]]:
        return s @ p.swapaxes(1, 2), ()

    def score_backward(
        self, s: Array, p: Array, memory: tuple[Array, ...], de: Array
    ) -> tuple[Array, Array, dict[str, Array]]:
        return de @ p, de.swapaxes(1, 2) @ s, {}


class DotAttention(_ProductAttention):
    r"""Attention whose score is the product of query and key, which must be of one size; nothing is learned.

    .. math:: e_{ij} = s_i \cdot h_j \qquad\text{or, scaled,}\qquad e_{ij} = \frac{s_i \cdot h_j}{\sqrt{K}}

    Parameters
    ----------
    scaled : bool
        Divide by the square root of the size K of a key, so that the scores of random vectors do not grow with it.
    dtype : float64 or float32

    References
    ----------
    Luong, Pham & Manning (2015), section 3.1, "dot"; scaled: Vaswani et al. (2017), equation 1.

    Examples
    --------
    >>> near_the_second = DotAttention().forward(np.array([[[0.0, 9.0]]]), np.array([[[1.0, 0.0]], [[0.0, 1.0]]]))
    >>> np.round(near_the_second["weights"], 3).tolist(), near_the_second["scores"].tolist()
    ([[[0.0, 1.0]]], [[[0.0, 9.0]]])
    """

    def __init__(self, *, scaled: bool = False, dtype: DTypeLike = np.float64) -> None:
        self.scaled = bool(scaled)
        super().__init__(dtype=dtype)

    def _scale(self, h: Array) -> float:
        return 1 / math.sqrt(h.shape[2]) if self.scaled else 1.0

    def project(self, h: Array) -> Array:
        return h * self._scale(h)

    def project_backward(self, h: Array, dp: Array) -> tuple[Array, dict[str, Array]]:
        return dp * self._scale(h), {}


class GeneralAttention(_ProductAttention):
    r"""Attention whose score is a learned product of query and key, which may differ in size.

    .. math:: e_{ij} = s_i \cdot W h_j

    Parameters
    ----------
    query_size, key_size : int
        Q and K.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator
        The source of the initial weights.

    Attributes
    ----------
    weight : array (Q, K)
        W, drawn from U(-1/sqrt(K), 1/sqrt(K)).

    References
    ----------
    Luong, Pham & Manning (2015), section 3.1, "general", where s_i is the decoder's state *after* its step.

    Examples
    --------
    >>> attention = GeneralAttention(3, 4, rng=0)
    >>> trace = attention.forward(np.ones((2, 1, 3)), np.ones((5, 1, 4)), values=np.ones((5, 1, 7)))
    >>> trace
    AttentionTrace(T_out=2, N=1, T_in=5, V=7, names=['scores', 'weights'])
    >>> attention.backward(trace, np.ones((2, 1, 7))).parameters["weight"].shape
    (3, 4)
    """

    query_size: int
    key_size: int
    weight: Array

    def __init__(self, query_size: int, key_size: int, *, dtype: DTypeLike = np.float64, rng: RNG = None) -> None:
        self._sizes(query_size=query_size, key_size=key_size)
        super().__init__(dtype=dtype, rng=rng)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.query_size, self.key_size)}

    def project(self, h: Array) -> Array:
        return h @ self.weight.T  # W h, (N, T_in, Q)

    def project_backward(self, h: Array, dp: Array) -> tuple[Array, dict[str, Array]]:
        return dp @ self.weight, {"weight": _sum_of_outer(dp, h)}


def _sum_of_outer(d: Array, x: Array) -> Array:
    """Return the gradient of a weight from those of its products: the sum of d x^T over all rows, (A, K)."""
    return d.reshape(-1, d.shape[-1]).T @ x.reshape(-1, x.shape[-1])
