"""Attention: each query looks at all keys at once, and takes from their values in proportion to how well they fit.

A kind of attention is its score function, :meth:`Attention.score` and :meth:`Attention.score_backward`; the mask, the
softmax and the weighted sum are the same for all.

Notation: s_i is the query of output step i (a decoder's state), h_j the key of input step j (an encoder's state),
e_ij their score, alpha_ij the weight, r_j the value (mostly h_j itself). The papers call the result, the context, c_i;
in this book c is the state of an LSTM, so the context is ``trace.output``.

Shapes: what comes in and what goes out is time-major, (T, N, ...), as everywhere. The score functions see one sequence
after the other, (N, T, ...), so that all scores of a sequence are one product of matrices.
"""

import math
from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import softmax, tanh, tanh_slope
from lstm_tutor.layers import load_parameters

__all__ = [
    "AttentionTrace", "AttentionGradients", "Attention", "AdditiveAttention", "DotAttention", "GeneralAttention",
]  # fmt: skip


class AttentionTrace:
    """What one forward pass of attention did.

    Indexing by name returns a read-only array (T_out, N, T_in): ``trace["weights"]``, alpha_ij, zero at masked keys,
    summing to one over the keys; ``trace["scores"]``, e_ij, ``-inf`` at masked keys, so that the weights are always
    the softmax of the scores.

    Attributes
    ----------
    queries, keys : arrays (T_out, N, Q) and (T_in, N, K)
    values : array (T_in, N, V), or None where the keys are their own values
    output : array (T_out, N, V), the context of each output step
    mask : None or bool array (T_in, N), true where a key counts
    memory : what the score function keeps for its backward pass, a tuple of arrays
    """

    names = ("scores", "weights")

    def __init__(self, queries, keys, values, mask, scores, weights, output, memory):
        self.queries, self.keys, self.values, self.mask, self.memory = queries, keys, values, mask, memory
        self.output, self._record = output, {"scores": scores, "weights": weights}
        for array in (queries, keys, values, mask, scores, weights, output):
            if array is not None:
                array.flags.writeable = False

    def __getitem__(self, name):
        if name not in self.names:
            raise ValueError(f"trace: expected one of {list(self.names)}, got {name!r}")
        return self._record[name]

    def __repr__(self):
        T_out, N, T_in = self["weights"].shape
        return f"AttentionTrace(T_out={T_out}, N={N}, T_in={T_in}, V={self.output.shape[2]}, names={list(self.names)})"


class AttentionGradients(NamedTuple):
    """What ``attention.backward`` returns: the gradients of a loss L, shaped as what they are gradients of.

    ``values`` is None where the keys were their own values; ``keys`` is then the gradient along both ways.
    ``parameters`` is a dict of name -> array.
    """

    queries: np.ndarray
    keys: np.ndarray
    values: np.ndarray | None
    parameters: dict[str, np.ndarray]


class Attention:
    r"""What all kinds of attention share: named parameters, the mask, the softmax and the weighted sum.

    A kind adds :meth:`shapes`, :meth:`score` and :meth:`score_backward`.

    .. math:: \alpha_{ij} = \frac{\exp e_{ij}}{\sum_k \exp e_{ik}}, \qquad \mathrm{output}_i = \sum_j \alpha_{ij} r_j

    Source: Bahdanau, Cho & Bengio (2015), section 3.1, equations 5 and 6.
    """

    query_size: int | None = None  # None: as the keys
    key_size: int | None = None  # None: any

    def __init__(self, *, dtype=np.float64, rng=None):
        self.dtype = np.dtype(dtype)
        if self.dtype not in (np.float32, np.float64):
            raise ValueError(f"{self._name}: expected dtype float32 or float64, got {self.dtype}")
        rng = np.random.default_rng(rng)
        for name, shape in self.shapes().items():
            bound = 1 / math.sqrt(shape[-1])
            setattr(self, name, rng.uniform(-bound, bound, shape).astype(self.dtype))

    @property
    def _name(self):
        return type(self).__name__

    def _sizes(self, **sizes):
        for name, size in sizes.items():
            if not isinstance(size, int | np.integer) or size < 1:
                raise ValueError(f"{self._name}: expected {name} to be a positive int, got {size!r}")
            setattr(self, name, int(size))

    def config(self):
        """The keyword arguments that make attention of the same shape."""
        return {"dtype": self.dtype.name}

    def __repr__(self):
        return f"{self._name}({', '.join(f'{name}={value!r}' for name, value in self.config().items())})"

    # -- parameters ----------------------------------------------------------------------------------------------

    def shapes(self):
        """Shape of each parameter, by name."""
        return {}

    def parameters(self):
        """Dict of name -> array, live: writing into an array changes the attention."""
        return {name: getattr(self, name) for name in self.shapes()}

    def load_parameters(self, parameters):
        """Copy `parameters`, a dict of name -> array, into the attention.

        Raises
        ------
        ValueError : a name is unknown or missing, a shape differs, a value is not finite; nothing is then changed
        """
        load_parameters(self._name, self.parameters(), parameters)

    # -- the score function --------------------------------------------------------------------------------------

    def score(self, s, h):
        """Score every key for every query.

        Parameters
        ----------
        s : array (N, T_out, Q), the queries
        h : array (N, T_in, K), the keys

        Returns
        -------
        e : array (N, T_out, T_in), the scores
        memory : tuple of arrays that :meth:`score_backward` needs besides s and h
        """
        raise NotImplementedError

    def score_backward(self, s, h, memory, de):
        """The way back through :meth:`score`: from de, (N, T_out, T_in), to ds, dh and a dict of d_parameters."""
        raise NotImplementedError

    # -- checks of what comes in ---------------------------------------------------------------------------------

    def _check(self, given, shape, what):
        """`given` as a new array; `shape` has a name where any size will do, as long as there is something."""
        array = np.asarray(given)
        if array.ndim != len(shape) or any(
            size != want and not isinstance(want, str) for size, want in zip(array.shape, shape, strict=True)
        ):
            wanted = ", ".join(map(str, shape))
            raise ValueError(f"{self._name}: expected {what} of shape ({wanted}), got {array.shape}")
        if array.size == 0:
            raise ValueError(f"{self._name}: expected {what} to hold something, got shape {array.shape}")
        if array.dtype.kind not in "fiu":
            raise ValueError(f"{self._name}: expected {what} to be finite numbers, got {array.dtype}")
        with np.errstate(over="ignore"):  # too large a number becomes inf, and is refused
            array = array.astype(self.dtype)  # a copy: the trace must not change when the caller's array does
        if not np.isfinite(array).all():
            bad = int((~np.isfinite(array)).sum())
            raise ValueError(f"{self._name}: expected {what} to be finite, got {bad} NaN or inf")
        return array

    def _check_mask(self, mask, lengths, T_in, N):
        """The mask (T_in, N) that `mask` or `lengths` stands for, or None."""
        if mask is not None and lengths is not None:
            raise ValueError(f"{self._name}: expected mask or lengths, got both")
        if lengths is not None:
            array = np.asarray(lengths)
            if array.shape != (N,) or array.dtype.kind not in "iu":
                raise ValueError(f"{self._name}: expected lengths to be {N} ints, got {lengths!r}")
            if array.min() < 1 or array.max() > T_in:
                raise ValueError(f"{self._name}: expected lengths from 1 to T_in = {T_in}, got {lengths!r}")
            return np.arange(T_in)[:, None] < array  # (T_in, N)
        if mask is None:
            return None
        mask = np.asarray(mask)
        if mask.shape != (T_in, N):
            raise ValueError(f"{self._name}: expected mask of shape {(T_in, N)}, got {mask.shape}")
        if mask.dtype.kind not in "biuf" or not ((mask == 0) | (mask == 1)).all():
            raise ValueError(f"{self._name}: expected mask of true and false, true where a key counts")
        mask = mask.astype(bool)
        if not mask.any(axis=0).all():
            empty = np.flatnonzero(~mask.any(axis=0)).tolist()
            raise ValueError(f"{self._name}: expected a key that counts in each sequence, got none in {empty}")
        return mask

    # -- forward and backward ------------------------------------------------------------------------------------

    def forward(self, queries, keys, values=None, mask=None, lengths=None):
        """Let every query attend to the keys of its sequence.

        Parameters
        ----------
        queries : array (T_out, N, Q), finite
        keys : array (T_in, N, K), finite
        values : array (T_in, N, V), finite; the keys themselves if None
        mask : array (T_in, N), true where a key counts (PyTorch's ``key_padding_mask`` is true where it does not)
        lengths : N ints from 1 to T_in, in place of a mask: the keys past a sequence's length do not count

        Returns
        -------
        AttentionTrace

        Raises
        ------
        ValueError : an input has the wrong shape or is not finite, a sequence has no key that counts, or a score is
            too large for the dtype
        """
        keys = self._check(keys, ("T_in", "N", self.key_size or "K"), "keys")
        T_in, N, K = keys.shape
        queries = self._check(queries, ("T_out", N, self.query_size or K), "queries")
        values = None if values is None else self._check(values, (T_in, N, "V"), "values")
        mask = self._check_mask(mask, lengths, T_in, N)

        s, h = queries.swapaxes(0, 1), keys.swapaxes(0, 1)
        r = h if values is None else values.swapaxes(0, 1)
        with np.errstate(over="ignore", invalid="ignore"):
            e, memory = self.score(s, h)  # (N, T_out, T_in)
        if not np.isfinite(e).all():
            raise ValueError(f"{self._name}: expected finite scores, got NaN or inf as {self.dtype}")
        if mask is not None:
            e = np.where(mask.T[:, None], e, -np.inf)
        alpha = softmax(e)
        output = alpha @ r  # (N, T_out, V)
        scores, weights, output = (array.swapaxes(0, 1) for array in (e, alpha, output))
        return AttentionTrace(queries, keys, values, mask, scores, weights, output, memory)

    def backward(self, trace, d_output, d_weights=None):
        r"""From the gradients of a loss L with respect to what `forward` returned to those of what it was given.

        .. math:: \frac{dL}{de_{ij}} = \alpha_{ij} \left(\frac{dL}{d\alpha_{ij}}
            - \sum_k \alpha_{ik} \frac{dL}{d\alpha_{ik}}\right)

        Parameters
        ----------
        trace : what `forward` returned; the parameters must not have changed since
        d_output : array (T_out, N, V), dL/d(output)
        d_weights : array (T_out, N, T_in), dL/d(weights), for losses on the weights themselves; zeros if None

        Returns
        -------
        AttentionGradients

        Raises
        ------
        ValueError : a gradient has the wrong shape, or is not finite
        """
        d_output = self._check(d_output, trace.output.shape, "d_output").swapaxes(0, 1)
        s, h, alpha = (array.swapaxes(0, 1) for array in (trace.queries, trace.keys, trace["weights"]))
        r = h if trace.values is None else trace.values.swapaxes(0, 1)

        d_alpha = d_output @ r.swapaxes(1, 2)  # (N, T_out, T_in)
        if d_weights is not None:
            d_alpha += self._check(d_weights, trace["weights"].shape, "d_weights").swapaxes(0, 1)
        dr = alpha.swapaxes(1, 2) @ d_output  # (N, T_in, V)
        de = alpha * (d_alpha - (alpha * d_alpha).sum(axis=2, keepdims=True))
        ds, dh, d_parameters = self.score_backward(s, h, trace.memory, de)
        if trace.values is None:
            dh, dr = dh + dr, None
        return AttentionGradients(
            ds.swapaxes(0, 1), dh.swapaxes(0, 1), None if dr is None else dr.swapaxes(0, 1), d_parameters
        )


class AdditiveAttention(Attention):
    r"""Attention whose score is a small network with one hidden layer.

    .. math:: e_{ij} = v \cdot \tanh(W s_i + U h_j)

    Parameters
    ----------
    query_size : int, Q
    key_size : int, K
    attention_size : int, A, the number of hidden units
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator for the initial weights

    Attributes
    ----------
    weight_query : array (A, Q), W, drawn from U(-1/sqrt(Q), 1/sqrt(Q))
    weight_key : array (A, K), U, drawn from U(-1/sqrt(K), 1/sqrt(K))
    weight_score : array (A,), v, drawn from U(-1/sqrt(A), 1/sqrt(A))

    Source: Bahdanau, Cho & Bengio (2015), appendix A.1.2, where s_i is the decoder's state *before* its step. There
    are no biases, as in the paper. The memory of a trace grows with T_out times T_in times A.

    >>> attention = AdditiveAttention(3, 4, 5, rng=0)
    >>> trace = attention.forward(np.ones((2, 1, 3)), np.ones((6, 1, 4)), lengths=[4])
    >>> trace.output.shape, trace["weights"].shape
    ((2, 1, 4), (2, 1, 6))
    >>> np.round(trace["weights"][0, 0], 3).tolist()
    [0.25, 0.25, 0.25, 0.25, 0.0, 0.0]
    """

    weight_query: np.ndarray
    weight_key: np.ndarray
    weight_score: np.ndarray

    def __init__(self, query_size, key_size, attention_size, *, dtype=np.float64, rng=None):
        self._sizes(query_size=query_size, key_size=key_size, attention_size=attention_size)
        super().__init__(dtype=dtype, rng=rng)

    def config(self):
        sizes = {"query_size": self.query_size, "key_size": self.key_size, "attention_size": self.attention_size}
        return sizes | super().config()

    def shapes(self):
        A = self.attention_size
        return {"weight_query": (A, self.query_size), "weight_key": (A, self.key_size), "weight_score": (A,)}

    def score(self, s, h):
        W_s, U_h = s @ self.weight_query.T, h @ self.weight_key.T  # (N, T_out, A), (N, T_in, A)
        m = W_s[:, :, None] + U_h[:, None]  # (N, T_out, T_in, A)
        m = tanh(m, out=m)
        return m @ self.weight_score, (m,)

    def score_backward(self, s, h, memory, de):
        (m,) = memory
        dv = de.reshape(-1) @ m.reshape(-1, m.shape[-1])  # (A,)
        da = tanh_slope(m)  # (N, T_out, T_in, A)
        da *= de[..., None] * self.weight_score
        dW_s, dU_h = da.sum(axis=2), da.sum(axis=1)  # (N, T_out, A), (N, T_in, A)
        dW, dU = _sum_of_outer(dW_s, s), _sum_of_outer(dU_h, h)
        d_parameters = {"weight_query": dW, "weight_key": dU, "weight_score": dv}
        return dW_s @ self.weight_query, dU_h @ self.weight_key, d_parameters


class DotAttention(Attention):
    r"""Attention whose score is the product of query and key, which must be of one size; nothing is learned.

    .. math:: e_{ij} = s_i \cdot h_j \qquad\text{or, scaled,}\qquad e_{ij} = \frac{s_i \cdot h_j}{\sqrt{K}}

    Parameters
    ----------
    scaled : bool; divide by the square root of the size K of a key, so that the scores of random vectors do not grow
        with it
    dtype : float64 or float32

    Source: Luong, Pham & Manning (2015), section 3.1, "dot"; scaled: Vaswani et al. (2017), equation 1.

    >>> near_the_second = DotAttention().forward(np.array([[[0.0, 9.0]]]), np.array([[[1.0, 0.0]], [[0.0, 1.0]]]))
    >>> np.round(near_the_second["weights"], 3).tolist(), near_the_second["scores"].tolist()
    ([[[0.0, 1.0]]], [[[0.0, 9.0]]])
    """

    def __init__(self, *, scaled=False, dtype=np.float64):
        self.scaled = bool(scaled)
        super().__init__(dtype=dtype)

    def config(self):
        return {"scaled": self.scaled} | super().config()

    def _scale(self, h):
        return 1 / math.sqrt(h.shape[2]) if self.scaled else 1.0

    def score(self, s, h):
        return s @ h.swapaxes(1, 2) * self._scale(h), ()

    def score_backward(self, s, h, memory, de):
        de = de * self._scale(h)
        return de @ h, de.swapaxes(1, 2) @ s, {}


class GeneralAttention(Attention):
    r"""Attention whose score is a learned product of query and key, which may differ in size.

    .. math:: e_{ij} = s_i \cdot W h_j

    Parameters
    ----------
    query_size : int, Q
    key_size : int, K
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator for the initial weights

    Attributes
    ----------
    weight : array (Q, K), W, drawn from U(-1/sqrt(K), 1/sqrt(K))

    Source: Luong, Pham & Manning (2015), section 3.1, "general", where s_i is the decoder's state *after* its step.

    >>> attention = GeneralAttention(3, 4, rng=0)
    >>> trace = attention.forward(np.ones((2, 1, 3)), np.ones((5, 1, 4)), values=np.ones((5, 1, 7)))
    >>> trace
    AttentionTrace(T_out=2, N=1, T_in=5, V=7, names=['scores', 'weights'])
    >>> attention.backward(trace, np.ones((2, 1, 7))).parameters["weight"].shape
    (3, 4)
    """

    weight: np.ndarray

    def __init__(self, query_size, key_size, *, dtype=np.float64, rng=None):
        self._sizes(query_size=query_size, key_size=key_size)
        super().__init__(dtype=dtype, rng=rng)

    def config(self):
        return {"query_size": self.query_size, "key_size": self.key_size} | super().config()

    def shapes(self):
        return {"weight": (self.query_size, self.key_size)}

    def score(self, s, h):
        W_h = h @ self.weight.T  # (N, T_in, Q)
        return s @ W_h.swapaxes(1, 2), (W_h,)

    def score_backward(self, s, h, memory, de):
        (W_h,) = memory
        dW_h = de.swapaxes(1, 2) @ s  # (N, T_in, Q)
        return de @ W_h, dW_h @ self.weight, {"weight": _sum_of_outer(dW_h, h)}


def _sum_of_outer(d, x):
    """The gradient of a weight from those of its products: the sum of d x^T over all rows, (A, K)."""
    return d.reshape(-1, d.shape[-1]).T @ x.reshape(-1, x.shape[-1])
