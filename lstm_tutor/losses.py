"""Losses over sequences: the value to be made small, and its gradient.

Those of `STEP_LOSSES` take predictions for all steps, (T, N, K), and a mask (T, N) of the steps that count; the loss
is the mean over those steps, so that it does not depend on how long a sequence is. :func:`ctc` needs no target per
step: it takes a shorter sequence of labels, and sums over all ways to spread it over the steps. Each returns the value
and dL/d(predictions).
"""

import numpy as np

from lstm_tutor.activations import log_softmax, sigmoid

__all__ = ["binary_cross_entropy", "ctc", "ctc_greedy_decode", "mean_squared_error", "softmax_cross_entropy"]

STEP_LOSSES = ("binary_cross_entropy", "mean_squared_error", "softmax_cross_entropy")  # a target for each step


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


def _weights_by_label(what, weights, targets, label_weights, K):
    """`weights` (T, N, 1) times the weight of each step's label, made to sum to 1 again."""
    label_weights = np.asarray(label_weights, weights.dtype)
    if label_weights.shape != (K,):
        raise ValueError(f"{what}: expected label_weights of shape {(K,)}, got {label_weights.shape}")
    if not np.isfinite(label_weights).all() or label_weights.min() < 0:
        raise ValueError(f"{what}: expected finite label_weights, none negative, got {label_weights.tolist()}")
    weights = weights * label_weights[targets][..., None]
    if not weights.any():
        raise ValueError(f"{what}: expected label_weights that count at least one step, got none")
    return weights / weights.sum()


def softmax_cross_entropy(logits, targets, mask=None, *, label_weights=None):
    """Mean of ``-log softmax(logits)[target]``, in nats: which of K classes comes.

    With `label_weights` w, a step with target y counts ``w[y]`` times, and the mean is the weighted one, over
    ``sum w[y]`` and not over the number of steps, as that of ``torch.nn.CrossEntropyLoss(weight=w)``.

    Parameters
    ----------
    logits : array (T, N, K)
    targets : int array (T, N), classes from 0 to K - 1
    mask : None or array (T, N), true where a step counts
    label_weights : None or array (K,), how much each class counts, none negative

    Returns
    -------
    loss : float, nats per counted step; divide by log 2 for bits
    d_logits : array (T, N, K)

    Raises
    ------
    ValueError : a shape does not fit, a target is no class, or the label weights leave nothing to count

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
    if label_weights is not None:
        weights = _weights_by_label(what, weights, targets, label_weights, logits.shape[2])
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


# -- connectionist temporal classification -----------------------------------------------------------------------------


def ctc(logits, targets, input_lengths, target_lengths, *, blank=0):
    r"""Connectionist temporal classification: the labels are known, but not when each of them comes.

    At every step the network says one of K classes, or the `blank`, which stands for nothing. A path, a class per
    step, reads as its labels once repetitions are merged and blanks are taken out: ``a a - a b b`` reads ``a a b``.
    The loss is minus the log-probability of all paths that read as the target. With the target's labels between blanks,
    ``l' = (-, l_1, -, l_2, ..., -)``, the paths that stand at ``l'_s`` at step t are summed from the front and from
    the back,

    .. math::
        \alpha_t(s) &= y_t(l'_s) \, [\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + \alpha_{t-1}(s-2)] \\
        \beta_t(s) &= \beta_{t+1}(s)\, y_{t+1}(l'_s) + \beta_{t+1}(s+1)\, y_{t+1}(l'_{s+1})
                      + \beta_{t+1}(s+2)\, y_{t+1}(l'_{s+2})

    where the last term, which skips a blank, is there only between two different labels; y is the softmax of the
    logits a. Then, at any t, ``p = sum_s alpha_t(s) beta_t(s)``, and

    .. math::
        -\partial \log p / \partial a_{tk} = y_{tk} - \frac{1}{p} \sum_{s : l'_s = k} \alpha_t(s)\, \beta_t(s)

    All sums are of logarithms. The mean is that of ``torch.nn.CTCLoss(reduction="mean")``: each sequence's loss is
    divided by its number of labels (by 1 if it has none), then the mean is taken over the sequences.

    Parameters
    ----------
    logits : array (T, N, K), finite
    targets : int array (N, S), classes from 0 to K - 1 without the blank; what lies past `target_lengths` is not read
    input_lengths : N ints from 1 to T, the steps of each sequence
    target_lengths : N ints from 0 to S, the labels of each sequence
    blank : int, the class that stands for nothing

    Returns
    -------
    loss : float, nats per label
    d_logits : array (T, N, K), zero past a sequence's length

    Raises
    ------
    ValueError : a shape does not fit, a target is no class or the blank, or a sequence has too few steps for its
        labels: it needs one per label, and one more between two that are equal (PyTorch's loss is infinite then)

    Source: Graves, Fernández, Gomez & Schmidhuber (2006), equations 5 to 16; our beta leaves out the label at t.

    >>> loss, _ = ctc(np.zeros((2, 1, 2)), np.array([[1]]), [2], [1])  # 1-, -1 and 11 of four paths
    >>> round(float(np.exp(-loss)), 3)
    0.75
    """
    logits, labels, steps, counts = _check_ctc(logits, targets, input_lengths, target_lengths, blank)
    T, N, K = logits.shape
    spaced = np.full((N, 2 * labels.shape[1] + 1), blank)  # l', (N, L)
    spaced[:, 1::2] = labels
    skips = np.zeros(spaced.shape, bool)  # may s be reached from s - 2?
    skips[:, 3::2] = labels[:, 1:] != labels[:, :-1]
    log_y = log_softmax(logits.astype(np.float64))  # (T, N, K)
    log_y_spaced = np.take_along_axis(log_y, np.broadcast_to(spaced, (T, *spaced.shape)), axis=2)  # (T, N, L)

    place = np.arange(spaced.shape[1])
    log_alpha = np.where(place < 2, log_y_spaced, -np.inf)  # a path starts at the first blank or the first label
    for t in range(1, T):
        log_alpha[t] = log_y_spaced[t] + _sum_of_ways(log_alpha[t - 1], skips)
    ends = 2 * counts[:, None]  # and ends at the last label or the blank behind it
    end = np.where((place == ends) | (place == ends - 1), 0.0, -np.inf)
    log_beta = np.broadcast_to(end, log_y_spaced.shape).copy()
    skips_back = np.roll(skips, -2, axis=1)[:, ::-1]  # the same sum, seen from the end
    for t in reversed(range(T - 1)):
        ways = _sum_of_ways((log_beta[t + 1] + log_y_spaced[t + 1])[:, ::-1], skips_back)[:, ::-1]
        log_beta[t] = np.where((t < steps - 1)[:, None], ways, end)
    log_p = np.logaddexp.reduce(log_alpha[0] + log_beta[0], axis=1)  # (N,)

    valid = (np.arange(T)[:, None] < steps)[..., None]  # (T, N, 1)
    posterior = np.exp(np.where(valid, log_alpha + log_beta - log_p[:, None], -np.inf))  # (T, N, L): at s, at t
    by_class = posterior.swapaxes(0, 1) @ np.eye(K)[spaced]  # (N, T, K)
    weights = 1 / (N * np.maximum(counts, 1))
    d_logits = np.where(valid, (np.exp(log_y) - by_class.swapaxes(0, 1)) * weights[:, None], 0)
    return float(-(weights * log_p).sum()), d_logits.astype(logits.dtype)


def _sum_of_ways(log_a, skips):
    """``log(a(s) + a(s-1) + a(s-2))``, the last only where `skips` is true; all arrays (N, L)."""
    stay = np.pad(log_a, ((0, 0), (2, 0)), constant_values=-np.inf)
    return np.logaddexp(np.logaddexp(stay[:, 2:], stay[:, 1:-1]), np.where(skips, stay[:, :-2], -np.inf))


def ctc_greedy_decode(logits, input_lengths, blank=0):
    """Labels of the likeliest path: the likeliest class of each step, repetitions merged, blanks taken out.

    The likeliest path need not read as the likeliest labels, whose probability is a sum over many paths.

    Parameters
    ----------
    logits : array (T, N, K)
    input_lengths : N ints from 1 to T
    blank : int

    Returns
    -------
    list of N int arrays, the labels of each sequence

    Source: Graves, Fernández, Gomez & Schmidhuber (2006), section 3.2, "best path decoding".

    >>> path = np.array([1, 1, 0, 1, 2, 2])
    >>> ctc_greedy_decode(np.eye(3)[path][:, None], [6])[0].tolist()
    [1, 1, 2]
    """
    logits, steps = _check_ctc_steps("ctc_greedy_decode", logits, input_lengths, blank)
    paths = logits.argmax(axis=2)  # (T, N)
    new = np.ones(paths.shape, bool)
    new[1:] = paths[1:] != paths[:-1]
    kept = new & (paths != blank) & (np.arange(len(paths))[:, None] < steps)
    return [paths[kept[:, n], n] for n in range(paths.shape[1])]


def _check_ctc_steps(what, logits, input_lengths, blank):
    logits = np.asarray(logits)
    if logits.ndim != 3 or 0 in logits.shape:
        raise ValueError(f"{what}: expected logits of shape (T, N, K), none of them 0, got {logits.shape}")
    if logits.dtype.kind != "f" or not np.isfinite(logits).all():
        got = "NaN or inf" if logits.dtype.kind == "f" else logits.dtype
        raise ValueError(f"{what}: expected logits to be finite floats, got {got}")
    T, N, K = logits.shape
    if not isinstance(blank, int | np.integer) or not 0 <= blank < K:
        raise ValueError(f"{what}: expected blank to be an int from 0 to {K - 1}, got {blank!r}")
    return logits, _check_lengths(what, "input_lengths", input_lengths, N, 1, T)


def _check_lengths(what, name, lengths, N, least, most):
    given, lengths = lengths, np.asarray(lengths)
    if lengths.shape != (N,) or lengths.dtype.kind not in "iu" or lengths.min() < least or lengths.max() > most:
        raise ValueError(f"{what}: expected {name} to be {N} ints from {least} to {most}, got {given!r}")
    return lengths


def _check_ctc(logits, targets, input_lengths, target_lengths, blank):
    """What :func:`ctc` is given, as arrays; the targets (N, S) with the blank past their lengths."""
    logits, steps = _check_ctc_steps("ctc", logits, input_lengths, blank)
    (_, N, K), targets = logits.shape, np.asarray(targets)
    if targets.ndim != 2 or len(targets) != N or targets.dtype.kind not in "iu":
        raise ValueError(f"ctc: expected targets to be ints of shape ({N}, S), got {targets.dtype} {targets.shape}")
    counts = _check_lengths("ctc", "target_lengths", target_lengths, N, 0, targets.shape[1])
    for n, count in enumerate(counts):
        labels = targets[n, :count]
        if ((labels < 0) | (labels >= K) | (labels == blank)).any():
            raise ValueError(f"ctc: expected targets from 0 to {K - 1} other than the blank {blank}, got "
                             f"{labels.tolist()} for sequence {n}")  # fmt: skip
        needed = count + (labels[1:] == labels[:-1]).sum()
        if steps[n] < needed:
            raise ValueError(f"ctc: expected at least {needed} steps for the labels {labels.tolist()} of sequence {n}, "
                             f"got {steps[n]}")  # fmt: skip
    return logits, np.where(np.arange(targets.shape[1]) < counts[:, None], targets, blank), steps, counts
