"""Many to one: from the states of all steps to one vector for the whole sequence."""

from __future__ import annotations

import math

import numpy as np

from lstm_tutor.activations import softmax, tanh, tanh_derivative
from lstm_tutor.checks import float_dtype, positive_int, real_array
from lstm_tutor.layers import check_lengths, steps_that_count
from lstm_tutor.module import Module
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["AttentionPooling", "LastPooling", "MeanPooling", "Pooling"]


class Pooling(Module):
    """What all kinds of pooling share: outputs (T, N, C) and lengths come in, one vector a sequence goes out.

    Padding, what lies past a sequence's length, is neither read nor given a gradient.
    """

    def forward(self, h: ArrayLike, lengths: ArrayLike | None = None) -> Array:
        """Return one vector for each sequence, (N, C), from a layer's output h (T, N, C).

        Parameters
        ----------
        h : array (T, N, C)
        lengths : ints (N,) or None
            The number of steps of each sequence; None: all have T.

        Raises
        ------
        ValueError
            `h` or `lengths` does not fit.
        """
        raise NotImplementedError

    def backward(self, h: ArrayLike, dy: Array, lengths: ArrayLike | None = None) -> tuple[Array, dict[str, Array]]:
        """Return dL/dh (T, N, C), and dL/d(each parameter), from dL/dy (N, C); h and lengths are those of `forward`."""
        raise NotImplementedError

    def _check(self, h: ArrayLike, lengths: ArrayLike | None, size: int | None = None) -> tuple[Array, Array]:
        """Return h, zero at padding, and the lengths (N,)."""
        what, h = type(self).__name__, real_array(type(self).__name__, "h", h)
        if h.ndim != 3 or 0 in h.shape or (size is not None and h.shape[2] != size):
            raise ValueError(f"{what}: expected h of shape (T, N, {'C' if size is None else size}), got {h.shape}")
        T, N, _ = h.shape
        lengths = check_lengths(what, lengths, T, N)
        if lengths is None:
            return h, np.full(N, T)
        return np.where(steps_that_count(lengths, T)[..., None], h, 0), lengths


class LastPooling(Pooling):
    r"""The output at each sequence's own last step, where the reader has read everything.

    .. math:: y = h_L

    where L is the sequence's length. A backward reader has read everything at the *first* step. Of a layer with two
    directions the second half is therefore taken there, so that y is h of the layer's final state.

    Parameters
    ----------
    bidirectional : bool
        Whether the second half of the C values is a backward reader's.

    Examples
    --------
    >>> h = np.array([[[1.0]], [[2.0]], [[3.0]]])  # one sequence of three steps
    >>> LastPooling().forward(h).item(), LastPooling().forward(h, lengths=[2]).item()
    (3.0, 2.0)
    """

    def __init__(self, *, bidirectional: bool = False) -> None:
        super().__init__()
        self.bidirectional = bool(bidirectional)

    def forward(self, h: ArrayLike, lengths: ArrayLike | None = None) -> Array:
        h, lengths = self._check(h, lengths)
        y = h[lengths - 1, np.arange(h.shape[1])]  # (N, C)
        if self.bidirectional:
            half = h.shape[2] // 2
            y[:, half:] = h[0, :, half:]
        return y

    def backward(self, h: ArrayLike, dy: Array, lengths: ArrayLike | None = None) -> tuple[Array, dict[str, Array]]:
        h, lengths = self._check(h, lengths)
        dh = np.zeros_like(h, dtype=dy.dtype)
        half = h.shape[2] // 2 if self.bidirectional else h.shape[2]
        dh[lengths - 1, np.arange(h.shape[1]), :half] = dy[:, :half]
        dh[0, :, half:] = dy[:, half:]
        return dh, {}


class MeanPooling(Pooling):
    r"""The mean of the outputs over the steps of each sequence.

    .. math:: y = \frac{1}{L} \sum_{t=1}^{L} h_t

    Examples
    --------
    >>> h = np.array([[[1.0]], [[2.0]], [[6.0]]])
    >>> MeanPooling().forward(h).item(), MeanPooling().forward(h, lengths=[2]).item()
    (3.0, 1.5)
    """

    def forward(self, h: ArrayLike, lengths: ArrayLike | None = None) -> Array:
        h, lengths = self._check(h, lengths)
        return (h.sum(axis=0) / lengths[:, None]).astype(h.dtype)

    def backward(self, h: ArrayLike, dy: Array, lengths: ArrayLike | None = None) -> tuple[Array, dict[str, Array]]:
        h, lengths = self._check(h, lengths)
        shares = steps_that_count(lengths, len(h)) / lengths  # (T, N)
        return (shares[..., None] * dy).astype(dy.dtype), {}


class AttentionPooling(Pooling):
    r"""A weighted mean of the outputs, with weights that are learned: the steps that matter count more.

    .. math::

        e_t &= v \cdot \tanh(W h_t + b) \\
        \alpha_t &= \frac{\exp e_t}{\sum_{k=1}^{L} \exp e_k} \\
        y &= \sum_{t=1}^{L} \alpha_t h_t

    It is additive attention with a question that is always the same, and so needs no query.

    Parameters
    ----------
    input_size : int
        C, the size of what is pooled.
    attention_size : int or None
        A, the number of hidden units of the score; None: as many as C.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    weight_key : array (A, C)
        W, drawn from U(-1/sqrt(C), 1/sqrt(C)).
    bias : array (A,)
        b, zeros.
    weight_score : array (A,)
        v, drawn from U(-1/sqrt(A), 1/sqrt(A)).

    References
    ----------
    Yang, Yang, Dyer, He, Smola & Hovy (2016), equations 5 to 7, where v is called the context vector.

    Examples
    --------
    >>> pooling = AttentionPooling(4, rng=0)
    >>> h = np.ones((3, 1, 4))
    >>> pooling.forward(h).shape, np.round(pooling.weights(h, lengths=[2]), 3).ravel().tolist()
    ((1, 4), [0.5, 0.5, 0.0])
    """

    weight_key: Array
    bias: Array
    weight_score: Array

    def __init__(
        self, input_size: int, attention_size: int | None = None, *, dtype: DTypeLike = np.float64, rng: RNG = None
    ) -> None:
        super().__init__()
        self.input_size = C = positive_int("AttentionPooling", "input_size", input_size)
        A = C if attention_size is None else attention_size
        self.attention_size = A = positive_int("AttentionPooling", "attention_size", A)
        self.dtype, rng = float_dtype("AttentionPooling", dtype), np.random.default_rng(rng)
        self.weight_key = rng.uniform(-1 / math.sqrt(C), 1 / math.sqrt(C), (A, C)).astype(self.dtype)
        self.bias = np.zeros(A, self.dtype)
        self.weight_score = rng.uniform(-1 / math.sqrt(A), 1 / math.sqrt(A), A).astype(self.dtype)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        A = self.attention_size
        return {"weight_key": (A, self.input_size), "bias": (A,), "weight_score": (A,)}

    def weights(self, h: ArrayLike, lengths: ArrayLike | None = None) -> Array:
        """Return alpha (T, N), how much each step counts: the sum over a sequence is 1, and padding has 0."""
        h, lengths = self._check(h, lengths, self.input_size)
        return self._weights(h, lengths)[1]

    def forward(self, h: ArrayLike, lengths: ArrayLike | None = None) -> Array:
        h, lengths = self._check(h, lengths, self.input_size)
        _, alpha = self._weights(h, lengths)
        return (alpha[..., None] * h).sum(axis=0)

    @np.errstate(under="ignore")
    def backward(self, h: ArrayLike, dy: Array, lengths: ArrayLike | None = None) -> tuple[Array, dict[str, Array]]:
        h, lengths = self._check(h, lengths, self.input_size)
        m, alpha = self._weights(h, lengths)
        d_alpha = (h * dy).sum(axis=2)  # (T, N)
        de = alpha * (d_alpha - (alpha * d_alpha).sum(axis=0))
        da = de[..., None] * self.weight_score * tanh_derivative(m)  # (T, N, A)
        rows = da.reshape(-1, da.shape[2])
        d_parameters = {
            "weight_key": rows.T @ h.reshape(-1, h.shape[2]),
            "bias": rows.sum(axis=0),
            "weight_score": de.reshape(-1) @ m.reshape(-1, m.shape[2]),
        }
        return alpha[..., None] * dy + da @ self.weight_key, d_parameters

    def _weights(self, h: Array, lengths: Array) -> tuple[Array, Array]:
        """Return tanh(W h + b) (T, N, A) and alpha (T, N)."""
        m = tanh(h @ self.weight_key.T + self.bias)
        e = np.where(steps_that_count(lengths, len(h)), m @ self.weight_score, -np.inf)
        return m, softmax(e.T).T
