"""What the text microscope measures: units that are alike, units that follow a mark, beside what chance would do, and
how far back a gradient reaches."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor import tasks
from lstm_tutor.activations import log_softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.types import Array

__all__ = [
    "MarkScores", "correlations", "gradient_sizes", "mask_of", "places", "round_limit", "score_mark",
    "similarity_order",
]  # fmt: skip

FLAT = 1e-12  # a standard deviation below this is that of a constant
FEWEST_SHIFTS = 20  # with fewer, one in twenty says nothing


def round_limit(values: Array) -> float:
    """The least of 0.1, 0.15, 0.2, 0.3, 0.5, ... that no value passes: where the color of a unit is full."""
    most = max(float(np.abs(values).max()), 0.1)
    power = 10.0 ** np.floor(np.log10(most))
    return float(next(k * power for k in (1, 1.5, 2, 3, 5, 7, 10) if k * power >= most - 1e-12))


def correlations(values: Array) -> Array:
    """Pearson's correlation between each two columns of values (T, H), (H, H); 0 where a column is constant."""
    centered = values - values.mean(axis=0)
    deviation = np.sqrt((centered**2).mean(axis=0))
    standardized = np.where(deviation > FLAT, centered / np.where(deviation > FLAT, deviation, 1), 0)
    return standardized.T @ standardized / len(values)


def similarity_order(values: Array) -> list[int]:
    """The units of values (T, H) in an order in which neighbors are alike, a list of H ints.

    Average linkage: every unit begins as a chain of its own; the two chains whose units are, on average, most
    correlated are joined, again and again. Chains are turned so that the two ends that meet are those most correlated.
    Of equals the first is taken, and at last the lower-numbered end is put first.
    """
    likeness = correlations(values)
    chains = [[unit] for unit in range(len(likeness))]
    between = likeness.copy()  # of chains: mean over pairs of their units
    while len(chains) > 1:
        pairs = np.where(np.tri(len(chains), dtype=bool), -np.inf, between)
        a, b = divmod(int(pairs.argmax()), len(chains))
        joined = _join(chains[a], chains[b], likeness)
        many, more = len(chains[a]), len(chains[b])
        between[a] = between[:, a] = (many * between[a] + more * between[b]) / (many + more)
        between = np.delete(np.delete(between, b, axis=0), b, axis=1)
        chains[a] = joined
        del chains[b]
    chain = chains[0]
    return chain if chain[0] <= chain[-1] else chain[::-1]


def _join(one: list[int], two: list[int], likeness: Array) -> list[int]:
    """Two chains end to end, each turned so that the likest ends meet."""
    turned = [(one, two), (one[::-1], two), (one, two[::-1]), (one[::-1], two[::-1])]
    first, second = max(turned, key=lambda ends: likeness[ends[0][-1], ends[1][0]])
    return first + second


def mask_of(marked: Iterable[Sequence[int]], length: int) -> Array:
    """1 where one of the ranges [start, end) covers a character of a text of that length, else 0: array (length,)."""
    mask = np.zeros(length)
    for start, end in marked:
        mask[start:end] = 1
    return mask


class MarkScores(NamedTuple):
    """How the units follow a mark, and how they follow the same mark elsewhere.

    Attributes
    ----------
    correlation : array (H,)
        Pearson's, between a unit's values and the mark (1 inside, 0 outside).
    shifts : int
        How many other places the mark was shifted to; 0 if there were too few.
    as_good : array (H,) of int
        At how many of them the same unit follows at least as closely, by size.
    best_as_good : int
        At how many of them any unit follows as closely as the best one does here.
    chance : float
        The size that the best of all units stays under at 95 % of them; nan without shifts.
    """

    correlation: np.ndarray
    shifts: int
    as_good: np.ndarray
    best_as_good: int
    chance: float


def score_mark(values: Array, mask: Array) -> MarkScores:
    """Hold each unit against a mark, and against the same mark shifted around the text.

    A slow unit lines up with any slow mark by luck, and the best of many units is always good. Shifting the mark around
    the text, end joined to beginning, keeps how long and how often it marks and breaks its tie to what was read. All
    shifts are taken by which no marked run covers a part of itself.

    Parameters
    ----------
    values : array (T, H)
    mask : array (T,)
        1 inside, 0 outside.

    Returns
    -------
    MarkScores
    """
    T, H = values.shape
    if mask.sum() in (0, T):
        return MarkScores(np.zeros(H), 0, np.zeros(H, int), 0, np.nan)
    correlation = _follow(values, mask)
    longest = _runs(mask)[0][1] if mask.any() else 0
    shifts = range(longest, T - longest + 1)
    if len(shifts) < FEWEST_SHIFTS:
        return MarkScores(correlation, 0, np.zeros(H, int), 0, np.nan)
    elsewhere = np.abs([_follow(values, np.roll(mask, shift)) for shift in shifts])  # (shifts, H)
    size = np.abs(correlation) - 1e-9
    best = elsewhere.max(axis=1)
    return MarkScores(
        correlation, len(shifts), (elsewhere >= size).sum(axis=0), int((best >= size.max()).sum()),
        float(np.quantile(best, 0.95, method="inverted_cdf")),
    )  # fmt: skip


def _follow(values: Array, mask: Array) -> Array:
    """Pearson's correlation of each column with the mask, (H,); 0 for constants."""
    deviation, spread = values.std(axis=0), mask.std()
    covariance = (values * mask[:, None]).mean(axis=0) - values.mean(axis=0) * mask.mean()
    return np.where(deviation > FLAT, covariance / np.where(deviation > FLAT, deviation * spread, 1), 0)


def places(series: Array, mask: Array) -> list[tuple[int, int]]:
    """Where else one unit is as much on as it is inside the mark; off, if it is lower inside than outside.

    Parameters
    ----------
    series : array (T,)
        The unit's values.
    mask : array (T,)

    Returns
    -------
    list of (start, length), the longest first: runs of unmarked characters whose value reaches the mean inside the mark
    """
    inside = mask > 0
    if inside.all() or not inside.any():
        return []
    level = series[inside].mean()
    reached = series >= level if level >= series[~inside].mean() else series <= level
    return _runs(reached & ~inside)


def gradient_sizes(
    model: SequenceModel, codes: Array, caret: int, of: str = "prediction", layer: int = 0, unit: int = 0
) -> Array:
    """Length of the gradient with respect to each of the first `caret` characters' inputs, (caret,).

    Parameters
    ----------
    model : SequenceModel over the characters of ``lstm_tutor.tasks.ALPHABET``
    codes : int array (T,)
        The text.
    caret : int from 1 to T
        How many characters have been read.
    of : str
        "prediction", the log-probability of the character after the caret (of the likeliest, where the text ends), or
        the name of a state, such as "c": that of a unit of a layer.
    """
    x = tasks.one_hot(codes[:caret, None], model.layer.input_size, model.layer.dtype)
    predictions, trace = model.forward(x)
    d_output, d_final = np.zeros(trace.output.shape), None
    if of == "prediction":
        log_p = log_softmax(predictions[-1, 0])
        d_scores = -np.exp(log_p)
        d_scores[codes[caret] if caret < len(codes) else log_p.argmax()] += 1
        d_output[-1, 0] = d_scores @ model.readout.weight
    else:
        d_final = model.layer.State(*(np.zeros(state.shape) for state in trace.final_state))
        getattr(d_final, of)[layer, 0, unit] = 1
    return np.linalg.norm(model.layer.backward(trace, d_output, d_final).x[:, 0], axis=1)


def _runs(flags: Array) -> list[tuple[int, int]]:
    """(start, length) of each run of what is true, the longest first, of equals the first."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(flags) > 0, [0]]).astype(int)))
    found = [(int(start), int(end - start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return sorted(found, key=lambda run: (-run[1], run[0]))
