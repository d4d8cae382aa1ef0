"""Spans as B-I-O, read back, and scored: against the definitions, written a second time, and on cases by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import metrics

KINDS = ("person", "place")
TAGS = ("O", *(f"{first}-{kind}" for kind in KINDS for first in "BI"))


@st.composite
def some_spans(draw):
    """Spans that do not overlap, in their order, and a length that holds them."""
    spans, t = [], 0
    for _ in range(draw(st.integers(0, 4))):
        start = t + draw(st.integers(0, 2))
        t = start + draw(st.integers(1, 3))
        spans.append((start, t, draw(st.sampled_from(KINDS))))
    return spans, t + draw(st.integers(0, 2))


@given(some_spans())
def test_what_is_written_is_read_back(case):
    spans, length = case
    tags = metrics.tags_of(spans, length)
    assert len(tags) == length
    assert [tuple(span) for span in metrics.spans_of(tags)] == spans
    assert sum(tag[0] == "B" for tag in tags) == len(spans)


@given(st.lists(st.sampled_from(TAGS), max_size=8))
def test_any_tags_are_read_and_an_i_that_continues_nothing_begins_a_span(tags):
    spans = metrics.spans_of(tags)
    covered = [t for start, end, _ in spans for t in range(start, end)]
    assert covered == [t for t, tag in enumerate(tags) if tag != "O"]
    starts = {start for start, _, _ in spans}
    for t, tag in enumerate(tags):
        if tag == "O":
            continue
        goes_on = tag[0] == "I" and t and tags[t - 1] != "O" and tags[t - 1][2:] == tag[2:]
        assert (t in starts) == (not goes_on)
    assert all({tag[2:] for tag in tags[start:end]} == {kind} for start, end, kind in spans)


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        (["B-person", "B-person"], [(0, 1, "person"), (1, 2, "person")]),
        (["B-person", "I-person"], [(0, 2, "person")]),
        (["B-person", "I-place"], [(0, 1, "person"), (1, 2, "place")]),
        (["I-person", "I-person", "O"], [(0, 2, "person")]),
        (["O", "O"], []),
        ([], []),
    ],
)
def test_spans_by_hand(tags, spans):
    assert [tuple(span) for span in metrics.spans_of(tags)] == spans


@pytest.mark.parametrize("tag", ["X-person", "B", "B-", "person", ""])
def test_a_tag_that_is_none_is_refused(tag):
    with pytest.raises(ValueError, match="spans_of: expected tags such as"):
        metrics.spans_of(["O", tag])


@pytest.mark.parametrize("spans", [[(0, 0, "a")], [(2, 5, "a")], [(-1, 2, "a")]])
def test_a_span_that_does_not_fit_is_refused(spans):
    with pytest.raises(ValueError, match="a span within 4 tokens"):
        metrics.tags_of(spans, 4)


def test_spans_that_overlap_are_refused():
    with pytest.raises(ValueError, match="do not overlap"):
        metrics.tags_of([(0, 2, "a"), (1, 3, "a")], 4)


@given(st.lists(st.tuples(some_spans(), some_spans()), max_size=4))
def test_scores_are_precision_recall_and_their_harmonic_mean(pairs):
    true, said = [a[0] for a, _ in pairs], [b[0] for _, b in pairs]
    scores = metrics.span_scores(true, said)
    right = sum(span in theirs for ours, theirs in zip(true, said, strict=True) for span in ours)
    assert scores.right == right
    assert scores.true == sum(map(len, true))
    assert scores.said == sum(map(len, said))
    assert scores.precision == (right / scores.said if scores.said else 0)
    assert scores.recall == (right / scores.true if scores.true else 0)
    if right:
        assert scores.f1 == pytest.approx(2 / (1 / scores.precision + 1 / scores.recall))
    else:
        assert scores.f1 == 0
    by_kind = [metrics.span_scores(true, said, kind=kind) for kind in KINDS]
    assert sum(s.right for s in by_kind) == right
    assert sum(s.said for s in by_kind) == scores.said


def test_a_span_of_a_wrong_kind_or_a_wrong_end_counts_for_nothing():
    true = [[(0, 2, "person")]]
    for wrong in ((0, 2, "place"), (0, 1, "person"), (1, 2, "person"), (0, 3, "person")):
        assert metrics.span_scores(true, [[wrong]]).f1 == 0
    assert metrics.span_scores(true, [[metrics.Span(0, 2, "person")]]).f1 == 1
    with pytest.raises(ValueError, match="as many sequences"):
        metrics.span_scores(true, [])


def test_legal_steps_are_those_that_a_writer_of_spans_makes():
    transition, start = metrics.legal_steps(TAGS)
    for j, k in itertools.product(range(len(TAGS)), repeat=2):
        inside = TAGS[k][0] == "I"
        legal = not inside or TAGS[j][2:] == TAGS[k][2:]
        assert transition[j, k] == (0 if legal else -np.inf)
    assert start.tolist() == [-np.inf if tag[0] == "I" else 0 for tag in TAGS]
    with pytest.raises(ValueError, match="spans_of: expected tags"):
        metrics.legal_steps(["O", "person"])
