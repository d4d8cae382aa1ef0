"""Losses over sequences: the value to be made small, and its gradient.

Each takes predictions for all steps, (T, N, K), and a mask (T, N) of the steps that count; the loss is the mean over
those steps, so that it does not depend on how long a sequence is. Each returns the value and dL/d(predictions).
"""

import numpy as np

from lstm_tutor.activations import log_softmax, sigmoid

__all__ = ["binary_cross_entropy", "mean_squared_error", "softmax_cross_entropy"]


def _weights(what, predictions, mask):
    """The weight of each step, (T, N, 1): 1 / (number of steps that count), or 0."""
    if predictions.ndim != 3:
        raise ValueError(f"{what}: expected predictions of shape (T, N, K), got {predictions.shape}")
    if mask is None:
        mask = np.ones(predictions.shape[:2], predictions.dtype)
    mask = np.asarray(mask)
    if mask.shape != predictions.shape[:2]:
        raise ValueError(f"{what}: expected mask of shape {predictions.shape[:2]}, got {mask.shape}")
    if not mask.any():
        raise ValueError(f"{what}: expected a mask that counts at least one step, got none")
    return (mask / mask.sum()).astype(predictions.dtype)[..., None]


def _check_targets(what, targets, shape):
    if targets.shape != shape:
        raise ValueError(f"{what}: expected targets of shape {shape}, got {targets.shape}")


def softmax_cross_entropy(logits, targets, mask=None):
    """Mean of ``-log softmax(logits)[target]``, in nats: which of K classes comes.

    Parameters
    ----------
    logits : array (T, N, K)
    targets : int array (T, N), classes from 0 to K - 1
    mask : None or array (T, N), true where a step counts

    Returns
    -------
    loss : float, nats per counted step; divide by log 2 for bits
    d_logits : array (T, N, K)

    Raises
    ------
    ValueError : a shape does not fit, or a target is no class

    >>> loss, _ = softmax_cross_entropy(np.zeros((1, 1, 2)), np.array([[1]]))
    >>> round(loss / float(np.log(2)), 3)
    1.0
    """
    what = "softmax_cross_entropy"
    weights, targets = _weights(what, logits, mask), np.asarray(targets)
    _check_targets(what, targets, logits.shape[:2])
    if targets.dtype.kind not in "iu" or targets.min() < 0 or targets.max() >= logits.shape[2]:
        raise ValueError(f"{what}: expected targets to be ints from 0 to {logits.shape[2] - 1}, got {targets.dtype} "
                         f"from {targets.min()} to {targets.max()}")  # fmt: skip
    log_p = log_softmax(logits)
    picked = targets[..., None]
    loss = -(weights * np.take_along_axis(log_p, picked, axis=2)).sum()
    d_logits = np.exp(log_p)
    np.put_along_axis(d_logits, picked, np.take_along_axis(d_logits, picked, axis=2) - 1, axis=2)
    return float(loss), d_logits * weights


def binary_cross_entropy(logits, targets, mask=None):
    """Mean of ``-y log p - (1 - y) log(1 - p)`` with ``p = sigmoid(logits)``, in nats: K questions of yes or no.

    Parameters
    ----------
    logits : array (T, N, K)
    targets : array (T, N, K) of numbers from 0 to 1
    mask : None or array (T, N), true where a step counts

    Returns
    -------
    loss : float, nats per counted step, summed over the K questions
    d_logits : array (T, N, K)
    """
    weights, targets = _weights("binary_cross_entropy", logits, mask), np.asarray(targets, logits.dtype)
    _check_targets("binary_cross_entropy", targets, logits.shape)
    if not (targets >= 0).all() or not (targets <= 1).all():
        raise ValueError(f"binary_cross_entropy: expected targets from 0 to 1, got {targets.min()} to {targets.max()}")
    loss = np.maximum(logits, 0) - logits * targets + np.log1p(np.exp(-np.abs(logits)))
    return float((weights * loss).sum()), (sigmoid(logits) - targets) * weights


def mean_squared_error(predictions, targets, mask=None):
    """Mean over the steps, and over the K values of each, of ``(prediction - target)^2``.

    Parameters
    ----------
    predictions, targets : arrays (T, N, K)
    mask : None or array (T, N), true where a step counts

    Returns
    -------
    loss : float
    d_predictions : array (T, N, K)
    """
    weights, targets = _weights("mean_squared_error", predictions, mask), np.asarray(targets, predictions.dtype)
    _check_targets("mean_squared_error", targets, predictions.shape)
    error = predictions - targets
    weights = weights / predictions.shape[2]
    return float((weights * error**2).sum()), 2 * weights * error
