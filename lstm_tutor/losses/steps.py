"""Losses with a target for each step: the mean over the steps that count."""

from __future__ import annotations

import numpy as np

from lstm_tutor.activations import log_softmax, sigmoid
from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["STEP_LOSSES", "binary_cross_entropy", "mean_squared_error", "softmax_cross_entropy"]

STEP_LOSSES = ("binary_cross_entropy", "mean_squared_error", "softmax_cross_entropy")


@np.errstate(under="ignore")
def softmax_cross_entropy(
    logits: ArrayLike, targets: ArrayLike, mask: ArrayLike | None = None, *, class_weights: ArrayLike | None = None
) -> tuple[float, Array]:
    """Mean of ``-log softmax(logits)[target]``, in nats: which of K classes comes.

    With `class_weights` w, a step with target y counts ``w[y]`` times, and the mean is the weighted one, over
    ``sum w[y]`` and not over the number of steps, as that of ``torch.nn.CrossEntropyLoss(weight=w)``.

    Parameters
    ----------
    logits : array (T, N, K)
    targets : int array (T, N)
        Classes from 0 to K - 1; anything at a masked step.
    mask : array (T, N) or None
        Nonzero where a step counts; a number is the step's weight. None counts every step.
    class_weights : array (K,) or None
        How much each class counts, none negative. The logits of a step whose class counts for nothing are not read.

    Returns
    -------
    loss : float
        Nats per counted step; divide by log 2 for bits.
    d_logits : array (T, N, K)
        Zero at a masked step.

    Raises
    ------
    ValueError
        A shape does not fit, a target that counts is no class, or no step counts.

    Examples
    --------
    >>> loss, _ = softmax_cross_entropy(np.zeros((1, 1, 2)), np.array([[1]]))
    >>> round(loss / float(np.log(2)), 3)
    1.0
    """
    what = "softmax_cross_entropy"
    logits, targets, counts = _prepare(what, logits, targets, mask)
    K, read = logits.shape[2], targets[counts > 0]
    if targets.dtype.kind not in "iu" or read.min() < 0 or read.max() >= K:
        raise ValueError(f"{what}: expected targets to be ints from 0 to {K - 1}, got {targets.dtype} "
                         f"from {read.min()} to {read.max()}")  # fmt: skip
    if class_weights is not None:
        counts = counts * _check_class_weights(what, class_weights, K)[targets]
        if not counts.any():
            raise ValueError(f"{what}: expected class_weights that count at least one step, got none")
        logits = np.where(counts[..., None] > 0, logits, 0)
    weights = _shares(counts).astype(logits.dtype)
    log_p = log_softmax(logits)
    picked = targets[..., None]
    loss = -(weights * np.take_along_axis(log_p, picked, axis=2)).sum()
    d_logits = np.exp(log_p)
    np.put_along_axis(d_logits, picked, np.take_along_axis(d_logits, picked, axis=2) - 1, axis=2)
    return float(loss), d_logits * weights


@np.errstate(under="ignore")
def binary_cross_entropy(logits: ArrayLike, targets: ArrayLike, mask: ArrayLike | None = None) -> tuple[float, Array]:
    """Mean, from logits and not from probabilities, of ``-y log p - (1 - y) log(1 - p)`` with ``p = sigmoid(logits)``.

    It answers K questions of yes or no at each step, in nats. PyTorch calls it ``binary_cross_entropy_with_logits``.

    Parameters
    ----------
    logits : array (T, N, K)
    targets : array (T, N, K)
        Numbers from 0 to 1; anything at a masked step.
    mask : array (T, N) or None
        Nonzero where a step counts; a number is the step's weight. None counts every step.

    Returns
    -------
    loss : float
        Nats per counted step, summed over the K questions.
    d_logits : array (T, N, K)
        Zero at a masked step.

    Raises
    ------
    ValueError
        A shape does not fit, a target that counts is not from 0 to 1, or no step counts.
    """
    what = "binary_cross_entropy"
    a, y, counts = _prepare(what, logits, targets, mask, one_per_value=True)
    if not (y >= 0).all() or not (y <= 1).all():
        read = y[counts > 0]
        raise ValueError(f"{what}: expected targets from 0 to 1, got {read.min()} to {read.max()}")
    weights, dtype = _shares(counts), a.dtype
    a = a.astype(np.float64)
    loss = np.maximum(a, 0) - a * y + np.log1p(np.exp(-np.abs(a)))
    return float((weights * loss).sum()), ((sigmoid(a) - y) * weights).astype(dtype)


@np.errstate(under="ignore")
def mean_squared_error(
    predictions: ArrayLike, targets: ArrayLike, mask: ArrayLike | None = None
) -> tuple[float, Array]:
    """Mean over the steps, and over the K values of each, of ``(prediction - target)^2``.

    Parameters
    ----------
    predictions, targets : arrays (T, N, K)
        Anything at a masked step.
    mask : array (T, N) or None
        Nonzero where a step counts; a number is the step's weight. None counts every step.

    Returns
    -------
    loss : float
    d_predictions : array (T, N, K)
        Zero at a masked step.

    Raises
    ------
    ValueError
        A shape does not fit, or no step counts.
    """
    p, y, counts = _prepare("mean_squared_error", predictions, targets, mask, one_per_value=True)
    error = np.subtract(p, y, dtype=np.float64)
    weights = _shares(counts) / p.shape[2]
    return float((weights * error**2).sum()), (2 * weights * error).astype(p.dtype)


def _prepare(
    what: str, predictions: ArrayLike, targets: ArrayLike, mask: ArrayLike | None, *, one_per_value: bool = False
) -> tuple[Array, Array, Array]:
    """Return predictions and targets, zero at masked steps, and how much each step counts, (T, N), as float64."""
    p, y = real_array(what, "predictions", predictions), real_array(what, "targets", targets)
    if p.ndim != 3 or 0 in p.shape:
        raise ValueError(f"{what}: expected predictions of shape (T, N, K), got {p.shape}")
    if p.dtype.kind != "f":
        p = p.astype(np.float64)
    expected = p.shape if one_per_value else p.shape[:2]
    if y.shape != expected:
        raise ValueError(f"{what}: expected targets of shape {expected}, got {y.shape}")
    if mask is None:
        return p, y, np.ones(p.shape[:2])
    counts = real_array(what, "mask", mask).astype(np.float64)
    if counts.shape != p.shape[:2]:
        raise ValueError(f"{what}: expected mask of shape {p.shape[:2]}, got {counts.shape}")
    if not np.isfinite(counts).all() or counts.min() < 0:
        raise ValueError(f"{what}: expected a mask of finite numbers, none negative, got {counts.min()} to "
                         f"{counts.max()}")  # fmt: skip
    if not counts.any():
        raise ValueError(f"{what}: expected a mask that counts at least one step, got none")
    read = counts > 0
    return np.where(read[..., None], p, 0), np.where(read[..., None] if one_per_value else read, y, 0), counts


def _shares(counts: Array) -> Array:
    """Return the weight of each step, (T, N, 1): its part of the sum of all `counts`."""
    counts = counts / counts.max()  # the sum cannot overflow
    return (counts / counts.sum())[..., None]


def _check_class_weights(what: str, class_weights: ArrayLike, K: int) -> Array:
    """Return the weight of each class, (K,), the largest of them 1."""
    weights = real_array(what, "class_weights", class_weights).astype(np.float64)
    if weights.shape != (K,):
        raise ValueError(f"{what}: expected class_weights of shape {(K,)}, got {weights.shape}")
    if not np.isfinite(weights).all() or weights.min() < 0:
        raise ValueError(f"{what}: expected finite class_weights, none negative, got {weights.tolist()}")
    return weights / (weights.max() or 1)
