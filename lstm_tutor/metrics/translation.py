"""How good a translation is: exact matches, chrF, and both by length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

__all__ = ["chrf", "exact_by_length", "exact_match"]

Symbols = Sequence[str]


def _check(what: str, said: Sequence[Symbols], due: Sequence[Symbols]) -> None:
    if len(said) != len(due) or not len(due):
        raise ValueError(f"{what}: expected as many sequences said as due, and at least one, "
                         f"got {len(said)} and {len(due)}")  # fmt: skip


def exact_match(said: Sequence[Symbols], due: Sequence[Symbols]) -> float:
    """Return the share of sequences that are right from the first symbol to the last.

    Examples
    --------
    >>> exact_match(["文件", "新文"], ["文件", "新文件"])
    0.5
    """
    _check("exact_match", said, due)
    return float(np.mean([tuple(one) == tuple(other) for one, other in zip(said, due, strict=True)]))


def chrf(said: Sequence[Symbols], due: Sequence[Symbols], *, order: int = 6, beta: float = 2.0) -> float:
    r"""Return the character n-gram F-score of a whole set of translations, from 0 to 100.

    For each n up to `order`, all n-grams of the set are counted; an n-gram of a translation is right as often as it is
    in the text that is due. Precision P_n is the share of n-grams said that are right, recall R_n of those due.

    .. math:: \mathrm{chrF} = 100 (1 + \beta^2) \frac{P R}{\beta^2 P + R}

    where P and R are the means over n; those n count for which there is an n-gram to say or due.

    Parameters
    ----------
    said, due : sequences of sequences of symbols
        Strings, or tuples of characters.
    order : int
        6, as usual; Chinese words are short, so that the longest n-grams are rarely right.
    beta : float
        How many times as much recall counts as precision; 2 as usual.

    References
    ----------
    Popović (2015), chrF: character n-gram F-score for automatic MT evaluation, section 2.

    Examples
    --------
    >>> chrf(["新文件"], ["新文件"]), chrf(["新"], ["文件"])
    (100.0, 0.0)
    >>> round(chrf(["ab"], ["abc"], order=2), 2)
    63.64
    """
    _check("chrf", said, due)
    if order < 1 or beta <= 0:
        raise ValueError(f"chrf: expected order >= 1 and beta > 0, got {order} and {beta}")
    precision, recall = [], []
    for n in range(1, order + 1):
        right = of_said = of_due = 0
        for one, other in zip(said, due, strict=True):
            ours, theirs = _grams(one, n), _grams(other, n)
            right += (ours & theirs).total()
            of_said += ours.total()
            of_due += theirs.total()
        if of_said or of_due:
            precision.append(right / of_said if of_said else 0.0)
            recall.append(right / of_due if of_due else 0.0)
    if not precision:
        return 0.0
    P, R = np.mean(precision), np.mean(recall)
    return float(100 * (1 + beta**2) * P * R / (beta**2 * P + R)) if P + R else 0.0


def _grams(symbols: Symbols, n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(symbols[k : k + n]) for k in range(len(symbols) - n + 1))


def exact_by_length(
    said: Sequence[Symbols], due: Sequence[Symbols], lengths: Sequence[int], edges: Sequence[int]
) -> tuple[list[float], list[int]]:
    """Return the share of exact matches from each edge up to below the next, and how many sequences there are.

    Parameters
    ----------
    said, due : sequences of sequences of symbols
    lengths : sequence of int
        What is long of each: of the source, or of what is due.
    edges : sequence of int
        In order; the last one is beyond what is measured.

    Returns
    -------
    exact : list of float
        NaN where there is no sequence.
    counts : list of int

    Examples
    --------
    >>> exact_by_length(["a", "bb", "cc"], ["a", "bb", "cd"], [1, 2, 2], [1, 2, 3])
    ([1.0, 0.5], [1, 2])
    """
    _check("exact_by_length", said, due)
    if len(lengths) != len(due) or len(edges) < 2 or np.any(np.diff(edges) <= 0):
        raise ValueError(f"exact_by_length: expected {len(due)} lengths, and edges that rise, "
                         f"got {len(lengths)} and {list(edges)}")  # fmt: skip
    right = np.array([tuple(one) == tuple(other) for one, other in zip(said, due, strict=True)])
    place = np.searchsorted(edges, np.asarray(lengths), side="right") - 1
    inside = [place == k for k in range(len(edges) - 1)]
    return [float(right[own].mean()) if own.any() else float("nan") for own in inside], [
        int(own.sum()) for own in inside
    ]
