"""Connectionist temporal classification: a loss for labels whose places in time are not known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import log_softmax
from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["Lattice", "ctc", "ctc_greedy_decode", "ctc_lattice"]


class Lattice(NamedTuple):
    """All paths that read as the targets, summed up by where they are at each step.

    Attributes
    ----------
    states : int array (N, L)
        l', the targets with a blank before, between and behind them, L = 2 S + 1; blanks past a sequence's own.
    log_y : array (T, N, K)
        The logarithm of the softmax of the logits.
    log_alpha : array (T, N, L)
        The paths up to step t that are at state s then, with that step's probability.
    log_beta : array (T, N, L)
        The ways on from state s, behind step t.
    log_p : array (N,)
        The log-probability of all paths together.
    posterior : array (T, N, L)
        ``alpha beta / p``: how probable it is to be at state s at step t. Zero past a sequence's length.
    """

    states: Array
    log_y: Array
    log_alpha: Array
    log_beta: Array
    log_p: Array
    posterior: Array


@np.errstate(under="ignore")
def ctc(
    logits: ArrayLike, targets: ArrayLike, input_lengths: ArrayLike, target_lengths: ArrayLike, *, blank: int = 0
) -> tuple[float, Array]:
    r"""Connectionist temporal classification: the labels are known, but not when each of them comes.

    At every step the network chooses one of K classes; one of them, the `blank`, means nothing. A path, a class per
    step, reads as its labels once repetitions are merged and blanks are taken out: ``a a - a b b`` reads ``a a b``.
    The loss is minus the log-probability of all paths that read as the target. With the target's labels between blanks,
    ``l' = (-, l_1, -, l_2, ..., -)``, the paths that are at ``l'_s`` at step t are summed from the front and from the
    back,

    .. math::
        \alpha_t(s) &= y_t(l'_s) \, [\alpha_{t-1}(s) + \alpha_{t-1}(s-1) + \alpha_{t-1}(s-2)] \\
        \beta_t(s) &= \beta_{t+1}(s)\, y_{t+1}(l'_s) + \beta_{t+1}(s+1)\, y_{t+1}(l'_{s+1})
                      + \beta_{t+1}(s+2)\, y_{t+1}(l'_{s+2})

    where the last term, which skips a blank, applies only between two different labels; y is the softmax of the
    logits a. Then, at any t, ``p = sum_s alpha_t(s) beta_t(s)``, and

    .. math::
        -\partial \log p / \partial a_{tk} = y_{tk} - \frac{1}{p} \sum_{s : l'_s = k} \alpha_t(s)\, \beta_t(s)

    All sums are of logarithms. The mean is that of ``torch.nn.CTCLoss(reduction="mean")``: each sequence's loss is
    divided by its number of labels (by 1 if it has none), then the mean is taken over the sequences.

    Parameters
    ----------
    logits : array (T, N, K)
        Finite up to each sequence's length; what lies past it is not read.
    targets : int array (N, S)
        Classes from 0 to K - 1 without the blank; what lies past `target_lengths` is not read.
    input_lengths : N ints from 1 to T
        The steps of each sequence.
    target_lengths : N ints from 0 to S
        The labels of each sequence.
    blank : int
        The class that means nothing.

    Returns
    -------
    loss : float
        Nats per label.
    d_logits : array (T, N, K)
        Zero past a sequence's length.

    Raises
    ------
    ValueError
        A shape does not fit, a target is no class or the blank, or a sequence has too few steps for its labels: it
        needs one per label, and one more between two that are equal (PyTorch's loss is infinite then).

    References
    ----------
    Graves, Fernández, Gomez & Schmidhuber (2006), equations 5 to 16; our beta leaves out the label at t.

    Examples
    --------
    >>> loss, _ = ctc(np.zeros((2, 1, 2)), np.array([[1]]), [2], [1])  # 1-, -1 and 11 of four paths
    >>> round(float(np.exp(-loss)), 3)
    0.75
    """
    logits, labels, steps, counts = _check_ctc(logits, targets, input_lengths, target_lengths, blank)
    lattice = _lattice(logits, labels, steps, counts, blank)
    (T, N, K), spaced = logits.shape, lattice.states
    valid = (np.arange(T)[:, None] < steps)[..., None]  # (T, N, 1)
    by_class = lattice.posterior.swapaxes(0, 1) @ np.eye(K)[spaced]  # (N, T, K)
    weights = 1 / (N * np.maximum(counts, 1))
    slope = np.exp(lattice.log_y) - by_class.swapaxes(0, 1)  # (T, N, K)
    d_logits = np.where(valid, slope * weights[:, None], 0)
    return float(-(weights * lattice.log_p).sum()), d_logits.astype(logits.dtype)


@np.errstate(under="ignore")
def ctc_lattice(
    logits: ArrayLike, targets: ArrayLike, input_lengths: ArrayLike, target_lengths: ArrayLike, *, blank: int = 0
) -> Lattice:
    """What :func:`ctc` computes on its way: alpha, beta and their product, by state and step.

    Parameters and errors are those of :func:`ctc`.

    Returns
    -------
    Lattice

    Examples
    --------
    >>> lattice = ctc_lattice(np.zeros((2, 1, 2)), np.array([[1]]), [2], [1])
    >>> lattice.states.tolist(), np.exp(lattice.log_alpha[:, 0]).round(2).tolist()
    ([[0, 1, 0]], [[0.5, 0.5, 0.0], [0.25, 0.5, 0.25]])
    """
    return _lattice(*_check_ctc(logits, targets, input_lengths, target_lengths, blank), blank)


def _lattice(logits: Array, labels: Array, steps: Array, counts: Array, blank: int) -> Lattice:
    """Return the lattice of what :func:`_check_ctc` returns."""
    T = len(logits)
    spaced = np.full((len(labels), 2 * labels.shape[1] + 1), blank)  # l', (N, L)
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
    return Lattice(spaced, log_y, log_alpha, log_beta, log_p, posterior)


def _sum_of_ways(log_a: Array, skips: Array) -> Array:
    """Return ``log(a(s) + a(s-1) + a(s-2))``, the last only where `skips` is true; all arrays are (N, L)."""
    stay = np.pad(log_a, ((0, 0), (2, 0)), constant_values=-np.inf)
    return np.logaddexp(np.logaddexp(stay[:, 2:], stay[:, 1:-1]), np.where(skips, stay[:, :-2], -np.inf))


def ctc_greedy_decode(logits: ArrayLike, input_lengths: ArrayLike, blank: int = 0) -> list[Array]:
    """Labels of the likeliest path: the likeliest class of each step, repetitions merged, blanks taken out.

    The likeliest path need not read as the likeliest labels, whose probability is a sum over many paths.

    Parameters
    ----------
    logits : array (T, N, K)
        Finite up to each sequence's length; what lies past it is not read.
    input_lengths : N ints from 1 to T
    blank : int

    Returns
    -------
    list of N int arrays
        The labels of each sequence.

    References
    ----------
    Graves, Fernández, Gomez & Schmidhuber (2006), section 3.2, "best path decoding".

    Examples
    --------
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


def _check_ctc_steps(what: str, logits: ArrayLike, input_lengths: ArrayLike, blank: int) -> tuple[Array, Array]:
    """Return the logits as floats, zero past each sequence's length, and the lengths (N,)."""
    array = real_array(what, "logits", logits)
    if array.ndim != 3 or 0 in array.shape:
        raise ValueError(f"{what}: expected logits of shape (T, N, K), none of them 0, got {array.shape}")
    if array.dtype.kind != "f":
        array = array.astype(np.float64)
    T, N, K = array.shape
    if not isinstance(blank, int | np.integer) or not 0 <= blank < K:
        raise ValueError(f"{what}: expected blank to be an int from 0 to {K - 1}, got {blank!r}")
    steps = _check_lengths(what, "input_lengths", input_lengths, N, 1, T)
    array = np.where((np.arange(T)[:, None] < steps)[..., None], array, 0)
    if not np.isfinite(array).all():
        raise ValueError(f"{what}: expected logits to be finite up to each sequence's length, got NaN or inf")
    return array, steps


def _check_lengths(what: str, name: str, lengths: ArrayLike, N: int, least: int, most: int) -> Array:
    array = real_array(what, name, lengths)
    if array.shape != (N,) or array.dtype.kind not in "iu" or array.min() < least or array.max() > most:
        raise ValueError(f"{what}: expected {name} to be {N} ints from {least} to {most}, got {lengths!r}")
    return array.astype(np.int64)


def _check_ctc(
    logits: ArrayLike, targets: ArrayLike, input_lengths: ArrayLike, target_lengths: ArrayLike, blank: int
) -> tuple[Array, Array, Array, Array]:
    """Return what :func:`ctc` takes, as arrays; the targets (N, S) with the blank past their lengths."""
    logits, steps = _check_ctc_steps("ctc", logits, input_lengths, blank)
    (_, N, K), labels = logits.shape, real_array("ctc", "targets", targets)
    if labels.ndim != 2 or len(labels) != N or labels.dtype.kind not in "iu":
        raise ValueError(f"ctc: expected targets to be ints of shape ({N}, S), got {labels.dtype} {labels.shape}")
    counts = _check_lengths("ctc", "target_lengths", target_lengths, N, 0, labels.shape[1])
    for n, count in enumerate(counts):
        read = labels[n, :count]
        if ((read < 0) | (read >= K) | (read == blank)).any():
            raise ValueError(f"ctc: expected targets from 0 to {K - 1} other than the blank {blank}, got "
                             f"{read.tolist()} for sequence {n}")  # fmt: skip
        needed = count + (read[1:] == read[:-1]).sum()
        if steps[n] < needed:
            raise ValueError(f"ctc: expected at least {needed} steps for the labels {read.tolist()} of sequence {n}, "
                             f"got {steps[n]}")  # fmt: skip
    inside = np.arange(labels.shape[1]) < counts[:, None]
    return logits, np.where(inside, labels, blank).astype(np.int64), steps, counts
