"""Activation functions, stable for every finite input, and their derivatives.

The derivatives take the *activation* y, not the pre-activation: a backward pass has y at hand, in the trace.
"""

from __future__ import annotations

import numpy as np

from lstm_tutor.types import Array, ArrayLike

__all__ = [
    "sigmoid", "sigmoid_derivative", "log_sigmoid", "tanh", "tanh_derivative", "relu", "relu_derivative", "slog",
    "slog_derivative", "softmax", "softmax_backward", "log_softmax", "gelu", "gelu_derivative",
]  # fmt: skip


tanh = np.tanh
GELU_SCALE = float(np.sqrt(2 / np.pi))


def _floats(a: ArrayLike) -> Array:
    """Return `a` as floats; integers would wrap around in a difference, or be computed in half precision."""
    array = np.asarray(a)
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def sigmoid(a: Array, out: Array | None = None) -> Array:
    """Logistic function of `a`, elementwise, without overflow; into the array `out` if given, as in NumPy's functions.

    Equations: ``sigmoid(a) = 1 / (1 + exp(-a)) = (1 + tanh(a / 2)) / 2``; the right-hand form never overflows.

    Examples
    --------
    >>> float(sigmoid(np.array(0.0)))
    0.5
    >>> sigmoid(np.array([-800.0, 800.0])).tolist()
    [0.0, 1.0]
    """
    y = tanh(np.multiply(a, 0.5, out=out), out=out)
    y *= 0.5
    y += 0.5
    return y


def sigmoid_derivative(y: Array) -> Array:
    """d sigmoid / d a where ``y = sigmoid(a)``: ``y (1 - y)``, at most 1/4."""
    return y * (1 - y)


@np.errstate(under="ignore")  # what is too small for a number is zero
def log_sigmoid(a: ArrayLike) -> Array:
    """``log sigmoid(a)``, elementwise: finite where sigmoid(a) itself is rounded to zero.

    Equation: ``log sigmoid(a) = -log(1 + exp(-a))``. Its derivative is ``sigmoid(-a)``.

    Examples
    --------
    >>> log_sigmoid(np.array([-800.0, 800.0])).tolist()
    [-800.0, -0.0]
    """
    return -np.logaddexp(0, -_floats(a))


def tanh_derivative(y: Array) -> Array:
    """d tanh / d a where ``y = tanh(a)``: ``1 - y^2``, at most 1."""
    return 1 - y * y


def relu(a: Array, out: Array | None = None) -> Array:
    """``max(0, a)``, elementwise; into `out` if given."""
    return np.maximum(a, 0, out=out)


def relu_derivative(y: Array) -> Array:
    """d relu / d a where ``y = relu(a)``: 1 where y > 0, else 0 (PyTorch's choice at the kink too)."""
    return (y > 0).astype(y.dtype)


def slog(a: ArrayLike) -> Array:
    """The signed logarithm of `a`, elementwise: a logarithm of the size that keeps the sign, and goes through zero.

    Equation: ``slog(a) = sign(a) log(1 + |a|)``.

    Examples
    --------
    >>> np.round(slog(np.array([-1.0, 0.0, 1.0])), 3).tolist()
    [-0.693, 0.0, 0.693]
    """
    a = _floats(a)
    return np.copysign(np.log1p(np.abs(a)), a)


def slog_derivative(y: Array) -> Array:
    """d slog / d a where ``y = slog(a)``: ``1 / (1 + |a|) = exp(-|y|)``, at most 1."""
    return np.exp(-np.abs(y))


@np.errstate(under="ignore")  # what is too small for a number is zero
def log_softmax(a: ArrayLike) -> Array:
    """``log softmax(a)`` over the last axis, by subtracting the largest entry first.

    Examples
    --------
    >>> np.round(np.exp(log_softmax(np.array([0.0, 0.0]))), 3).tolist()
    [0.5, 0.5]
    """
    a = _floats(a)
    a = a - a.max(axis=-1, keepdims=True)
    return a - np.log(np.exp(a).sum(axis=-1, keepdims=True))


@np.errstate(under="ignore")  # what is too small for a number is zero
def softmax(a: ArrayLike) -> Array:
    """Probabilities ``exp(a_k) / sum_j exp(a_j)`` over the last axis."""
    return np.exp(log_softmax(a))


def softmax_backward(y: Array, dy: Array) -> Array:
    """dL/da where ``y = softmax(a)`` over the last axis: ``da_k = y_k (dy_k - sum_j y_j dy_j)``."""
    return y * (dy - (y * dy).sum(axis=-1, keepdims=True))


def gelu(a: Array) -> Array:
    """The Gaussian error linear unit, with tanh: `a` times about the chance that a normal number is below it.

    Equation: ``a (1 + tanh(sqrt(2 / pi) (a + 0.044715 a^3))) / 2``; PyTorch's with ``approximate="tanh"``.

    References
    ----------
    Hendrycks & Gimpel (2016), section 2.
    """
    return 0.5 * a * (1 + tanh(GELU_SCALE * (a + 0.044715 * a**3)))


def gelu_derivative(a: Array) -> Array:
    """d gelu / d a, of `a` itself: gelu falls before it rises, so that its value does not tell where it is."""
    t = tanh(GELU_SCALE * (a + 0.044715 * a**3))
    return 0.5 * (1 + t) + 0.5 * a * tanh_derivative(t) * GELU_SCALE * (1 + 3 * 0.044715 * a * a)
