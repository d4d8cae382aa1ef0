"""Prefix beam search: likely labels of CTC, as sums over paths, where greedy decoding takes one path alone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lstm_tutor.activations import log_softmax
from lstm_tutor.checks import positive_int
from lstm_tutor.losses.ctc import _check_ctc_steps
from lstm_tutor.types import Array, ArrayLike

__all__ = ["Reading", "ctc_beam_decode"]


class Reading(NamedTuple):
    """One way to read a sequence.

    Attributes
    ----------
    labels : tuple of ints
    log_p : float
        The log-probability of the paths that were summed: all that read as these labels, if the beam dropped none.
    """

    labels: tuple[int, ...]
    log_p: float


@np.errstate(under="ignore")
def ctc_beam_decode(
    logits: ArrayLike, input_lengths: ArrayLike, blank: int = 0, *, width: int = 8
) -> list[list[Reading]]:
    r"""Search for the labels whose paths are likeliest together.

    The search goes through the steps once and keeps the `width` likeliest prefixes. Of each it knows two sums of paths,
    those that end with a blank, :math:`p_b`, and those that end with the last label e, :math:`p_n`. At a step with
    probabilities y

    .. math::
        p_b'(l) &= y_{blank} \, [p_b(l) + p_n(l)] \\
        p_n'(l) &= y_e \, p_n(l) + y_e \, [p_b(l^-) + p_n(l^-)]

    where :math:`l^-` is l without e. If e also ends :math:`l^-`, only :math:`p_b(l^-)` counts in the last term: without
    a blank between them the two would merge.

    Parameters
    ----------
    logits : array (T, N, K)
        Finite up to each sequence's length; what lies past it is not read.
    input_lengths : N ints from 1 to T
    blank : int
    width : int >= 1
        How many prefixes are kept. With 1 it need not agree with :func:`ctc_greedy_decode`.

    Returns
    -------
    list of N lists of Reading
        For each sequence up to `width` of them, the likeliest first.

    References
    ----------
    Hannun, Maas, Jurafsky & Ng (2014), algorithm 1, without a language model; the sums are Graves (2012), section 7.5.

    Examples
    --------
    >>> y = np.array([[0.6, 0.4], [0.6, 0.4]])  # blank, label 1
    >>> (best, second), = ctc_beam_decode(np.log(y)[:, None], [2])
    >>> best.labels, round(float(np.exp(best.log_p)), 2), second.labels, round(float(np.exp(second.log_p)), 2)
    ((1,), 0.64, (), 0.36)
    """
    logits, steps = _check_ctc_steps("ctc_beam_decode", logits, input_lengths, blank)
    width = positive_int("ctc_beam_decode", "width", width)
    log_y = log_softmax(logits.astype(np.float64))
    return [_search(log_y[: steps[n], n], blank, width) for n in range(len(steps))]


def _search(log_y: Array, blank: int, width: int) -> list[Reading]:
    """Return the readings of one sequence, log_y (T, K)."""
    K, nothing = log_y.shape[1], -np.inf
    prefixes: list[tuple[int, ...]] = [()]
    log_b, log_n = np.zeros(1), np.full(1, nothing)  # paths that end with a blank, and with the last label
    for log_step in log_y:
        log_all = np.logaddexp(log_b, log_n)
        last = np.array([prefix[-1] if prefix else blank for prefix in prefixes])
        longer = log_all[:, None] + log_step  # (prefixes, K): with one label more
        longer[np.arange(len(last)), last] = log_b + log_step[last]  # the same again, behind a blank
        longer[:, blank] = nothing
        stay_n = np.where(last == blank, nothing, log_n + log_step[last])  # the same label goes on
        where = {prefix: k for k, prefix in enumerate(prefixes)}
        for k, prefix in enumerate(prefixes):  # a prefix may also be another one with its last label
            shorter = where.get(prefix[:-1]) if prefix else None
            if shorter is not None:
                stay_n[k] = np.logaddexp(stay_n[k], longer[shorter, prefix[-1]])
                longer[shorter, prefix[-1]] = nothing
        stay_b = log_all + log_step[blank]
        scores = np.concatenate([np.logaddexp(stay_b, stay_n), longer.ravel()])
        kept = np.argsort(-scores, kind="stable")[:width]
        kept = kept[scores[kept] > nothing]
        stays = kept < len(prefixes)
        grown = [divmod(int(k) - len(prefixes), K) for k in kept[~stays]]
        log_b = np.concatenate([stay_b[kept[stays]], np.full(len(grown), nothing)])
        log_n = np.concatenate([stay_n[kept[stays]], scores[kept[~stays]]])
        prefixes = [prefixes[k] for k in kept[stays]] + [(*prefixes[k], label) for k, label in grown]
    log_p = np.logaddexp(log_b, log_n)
    return [Reading(tuple(map(int, prefixes[k])), float(log_p[k])) for k in np.argsort(-log_p, kind="stable")]
