"""Spans in a sequence: written as one tag a token (B-I-O), read back, and scored by exact match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.types import Array

__all__ = ["Scores", "Span", "legal_steps", "span_scores", "spans_of", "tags_of"]


class Span(NamedTuple):
    """Tokens `start` to ``end - 1`` of a sequence, and what they name.

    Attributes
    ----------
    start, end : int
    kind : str
    """

    start: int
    end: int
    kind: str


class Scores(NamedTuple):
    """How well spans were found; all of it 0 where there is nothing to divide by.

    Attributes
    ----------
    precision : float
        The share of the spans that were said that are true.
    recall : float
        The share of the true spans that were said.
    f1 : float
        ``2 precision recall / (precision + recall)``.
    true, said, right : int
        The counts behind them.
    """

    precision: float
    recall: float
    f1: float
    true: int
    said: int
    right: int


def tags_of(spans: Iterable[tuple[int, int, str]], length: int) -> list[str]:
    """Write spans as B-I-O: ``B-kind`` where one begins, ``I-kind`` inside it, ``O`` outside all.

    Parameters
    ----------
    spans : (start, end, kind) of each
        They may not overlap.
    length : int
        The number of tokens.

    Examples
    --------
    >>> tags_of([(0, 2, "person"), (4, 5, "place")], 5)
    ['B-person', 'I-person', 'O', 'O', 'B-place']
    """
    tags = ["O"] * length
    for start, end, kind in spans:
        if not 0 <= start < end <= length:
            raise ValueError(f"tags_of: expected a span within {length} tokens, got {start} to {end}")
        if any(tag != "O" for tag in tags[start:end]):
            raise ValueError(f"tags_of: expected spans that do not overlap, got another at {start} to {end}")
        tags[start:end] = [f"B-{kind}"] + [f"I-{kind}"] * (end - start - 1)
    return tags


def spans_of(tags: Sequence[str]) -> list[Span]:
    """Read spans from B-I-O tags, also from illegal ones.

    An ``I`` that continues nothing, because ``O`` or another kind comes before it, begins a span, as in the scorer of
    the CoNLL tasks.

    Parameters
    ----------
    tags : list of str
        Each ``O``, ``B-kind`` or ``I-kind``.

    Returns
    -------
    list of Span

    Raises
    ------
    ValueError
        A tag is none of these.

    References
    ----------
    Ramshaw & Marcus (1995), Third Workshop on Very Large Corpora.

    Examples
    --------
    >>> [tuple(span) for span in spans_of(["B-person", "I-person", "O", "I-place", "B-place"])]
    [(0, 2, 'person'), (3, 4, 'place'), (4, 5, 'place')]
    """
    spans: list[Span] = []
    for t, tag in enumerate(tags):
        first, _, kind = tag.partition("-")
        if tag != "O" and (first not in ("B", "I") or not kind):
            raise ValueError(f"spans_of: expected tags such as O, B-person or I-person, got {tag!r}")
        goes_on = first == "I" and bool(spans) and spans[-1].end == t and spans[-1].kind == kind
        if goes_on:
            spans[-1] = spans[-1]._replace(end=t + 1)
        elif tag != "O":
            spans.append(Span(t, t + 1, kind))
    return spans


def span_scores(
    true: Sequence[Iterable[tuple[int, int, str]]],
    said: Sequence[Iterable[tuple[int, int, str]]],
    *,
    kind: str | None = None,
) -> Scores:
    """Score spans by exact match: one counts only if start, end and kind are all right.

    Parameters
    ----------
    true, said : lists of lists of (start, end, kind)
        The spans of each sequence.
    kind : str or None
        Score only the spans of this kind.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        There are not equally many sequences.

    Examples
    --------
    >>> scores = span_scores([[(0, 2, "person"), (4, 5, "place")]], [[(0, 1, "person"), (4, 5, "place")]])
    >>> scores.precision, scores.recall, scores.f1
    (0.5, 0.5, 0.5)
    """
    if len(true) != len(said):
        raise ValueError(f"span_scores: expected as many sequences said as true, {len(true)}, got {len(said)}")
    counts = np.zeros(3, np.int64)  # true, said, right
    for its_true, its_said in zip(true, said, strict=True):
        first, second = ({tuple(span) for span in spans if kind in (None, span[2])} for spans in (its_true, its_said))
        counts += len(first), len(second), len(first & second)
    total, named, right = (int(count) for count in counts)
    precision, recall = right / named if named else 0.0, right / total if total else 0.0
    f1 = 2 * right / (total + named) if right else 0.0  # the same as 2 p r / (p + r)
    return Scores(precision, recall, f1, total, named, right)


def legal_steps(tags: Sequence[str]) -> tuple[Array, Array]:
    """Return which steps B-I-O allows, for :func:`lstm_tutor.baselines.viterbi`: ``I`` only goes on with its kind.

    Parameters
    ----------
    tags : list of str
        All the tags, in the order of a model's outputs.

    Returns
    -------
    transition : array (K, K)
        0 where tag k may come after tag j, ``-inf`` where not.
    start : array (K,)
        The same for the first token.

    Examples
    --------
    >>> transition, start = legal_steps(["O", "B-person", "I-person"])
    >>> transition.tolist(), start.tolist()
    ([[0.0, 0.0, -inf], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]], [0.0, 0.0, -inf])
    """
    begins = [spans_of([tag]) for tag in tags]  # also says so if a tag is none
    inside = np.array([tag.startswith("I-") for tag in tags])
    kinds = [spans[0].kind if spans else None for spans in begins]
    same = np.array([[j == k for k in kinds] for j in kinds])
    return np.where(inside & ~same, -np.inf, 0.0), np.where(inside, -np.inf, 0.0)
