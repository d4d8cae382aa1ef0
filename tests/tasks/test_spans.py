"""Generated sentences with named spans: their labels, worked out a second time from the words alone."""

import re
from collections import defaultdict

import numpy as np
import pytest

from lstm_tutor import metrics, tasks
from lstm_tutor.tasks import spans

NAME = f"(?:{'|'.join(spans.NAMES)})"
P, L, C = f"{NAME}(?: {NAME})?", f"(?:New )?{NAME}", f"{NAME}(?: and {NAME})?"
KINDS = {"p": "person", "l": "place", "c": "company"}
# The grammar a second time: a group a span, its letter says of which kind.
FORMS = [
    f"(?P<p0>{P}) was born in (?P<l1>{L})", f"(?P<p0>{P}) and (?P<p1>{P}) were born in (?P<l2>{L})",
    f"(?P<p0>{P}) lives in (?P<l1>{L})", f"(?P<p0>{P}) was born in (?P<l1>{L}) but lives in (?P<l2>{L})",
    f"(?P<c0>{C}) was sold to (?P<c1>{C}) last year",
    f"(?P<c0>{NAME}) and (?P<c1>{NAME}) were sold to (?P<c2>{C}) last year",
    f"(?P<c0>{C}) and its bank were sold", f"they told (?P<p0>{NAME}) (?P<p1>{NAME}) had left",
    f"they told (?P<p0>{P}) the news", f"(?P<p0>{P}) works for (?P<c1>{C}) in (?P<l2>{L})",
    f"(?P<p0>{P}) works with (?P<p1>{P}) in (?P<l2>{L})", f"(?P<l0>{L}) lies near (?P<l1>{L})",
    f"(?P<p0>{P}) left (?P<l1>{L}) by train", f"(?P<p0>{P}) left (?P<c1>{C}) as its director",
    f"shares of (?P<c0>{C}) fell in (?P<l1>{L})", f"the mayor of (?P<l0>{L}) met (?P<p1>{P})",
    f"in (?P<l0>{L}) the director of (?P<c1>{C}) met (?P<p2>{P})",
]  # fmt: skip


def parsed(text):
    """All the ways to read a sentence by the grammar above, as spans in characters."""
    found = []
    for form in FORMS:
        match = re.fullmatch(form, text)
        if match:
            found.append(
                [(*match.span(group), KINDS[group[0]]) for group in sorted(match.groupdict(), key=lambda g: g[1])]
            )
    return found


def many(count=1500):
    return [tasks.named_sentence([3, seed]) for seed in range(count)]


def test_spans_are_those_of_the_grammar_and_only_one_form_fits():
    seen = set()
    for sentence in many():
        text = str(sentence)
        (reading,) = parsed(text)
        ends = np.cumsum([0] + [len(word) + 1 for word in sentence.words])
        assert [(ends[start], ends[end] - 1, kind) for start, end, kind in sentence.spans] == reading
        seen.add(next(k for k, form in enumerate(FORMS) if re.fullmatch(form, text)))
    assert len(seen) == len(FORMS)


def test_tags_are_the_spans_and_never_contradict_each_other():
    readings = defaultdict(set)
    for sentence in many():
        assert metrics.spans_of(sentence.tags) == sentence.spans
        readings[" ".join("N" if w in spans.NAMES else w for w in sentence.words)].add(tuple(sentence.tags))
    assert all(len(tags) == 1 for tags in readings.values())


def test_relations_hold_between_the_kinds_they_are_about():
    about = {
        "born in": ("person", "place"), "lives in": ("person", "place"), "works for": ("person", "company"),
        "sold to": ("company", "company"), "near": ("place", "place"), "colleague of": ("person", "person"),
    }  # fmt: skip
    seen = set()
    for sentence in many():
        pairs = {(a, b) for a in range(len(sentence.spans)) for b in range(len(sentence.spans)) if a != b}
        assert set(sentence.relations) == pairs
        for (a, b), relation in sentence.relations.items():
            if relation != "none":
                assert (sentence.spans[a].kind, sentence.spans[b].kind) == about[relation]
            seen.add(relation)
    assert seen == set(tasks.RELATIONS)


def test_what_the_docstring_says_of_one_company_and_of_two():
    by_text = {str(s): s for s in many(4000)}
    one = next(s for text, s in by_text.items() if re.match(f"{NAME} and {NAME} was sold", text))
    two = next(s for text, s in by_text.items() if re.match(f"{NAME} and {NAME} were sold", text))
    assert one.spans[0] == (0, 3, "company")
    assert [tuple(span) for span in two.spans][:2] == [(0, 1, "company"), (2, 3, "company")]


def test_sets_are_disjoint_and_strangers_stand_where_the_names_stood():
    data = tasks.NamedSentences(200, rng=1)
    texts = [set(map(str, part)) for part in (data.train, data.test)]
    assert [len(part) for part in texts] == [200, 200]
    assert not texts[0] & texts[1]
    for known, strange in zip(data.test, data.strangers, strict=True):
        assert (known.spans, known.relations) == (strange.spans, strange.relations)
        for a, b in zip(known.words, strange.words, strict=True):
            assert (a in spans.NAMES) == (b in spans.STRANGERS)
            assert a == b or a in spans.NAMES
    assert not set(spans.NAMES) & set(spans.STRANGERS)
    for size in (0, 10_000, 2.5):
        with pytest.raises(ValueError, match="NamedSentences: expected size"):
            tasks.NamedSentences(size)


def test_a_batch_of_spans_says_what_its_sentences_say():
    data = tasks.NamedSentences(20, rng=1)
    batch = tasks.span_batch(data.test)
    for n, sentence in enumerate(data.test):
        length = batch.lengths[n]
        assert [tasks.SPAN_WORDS[k] for k in batch.x[:length, n]] == sentence.words
        assert [tasks.SPAN_TAGS[k] for k in batch.targets[:length, n]] == sentence.tags
    unknown = tasks.SPAN_WORDS.index(spans.UNKNOWN)
    strange = tasks.span_batch(data.strangers)
    np.testing.assert_array_equal(
        strange.x == unknown, batch.x < len(spans.NAMES) * (np.arange(len(batch.x))[:, None] < batch.lengths)
    )
    with pytest.raises(ValueError, match="at least one sentence"):
        tasks.span_batch([])
    with pytest.raises(ValueError, match="a share from 0 to 1"):
        tasks.span_batch(data.test, unknown=2)


def test_masking_hides_names_alone_and_about_as_many_as_asked_for():
    data = tasks.NamedSentences(300, rng=2)
    plain, masked = tasks.span_batch(data.train), tasks.span_batch(data.train, unknown=0.3, rng=0)
    inside = np.arange(len(plain.x))[:, None] < plain.lengths
    names = (plain.x < len(spans.NAMES)) & inside
    changed = (plain.x != masked.x) & inside
    assert not (changed & ~names).any()
    assert changed.sum() / names.sum() == pytest.approx(0.3, abs=0.04)
    assert set(masked.x[changed]) == {tasks.SPAN_WORDS.index(spans.UNKNOWN)}


def test_pairs_are_marked_and_asked_for_once():
    sentence = next(s for s in many() if str(s).count(" was sold to ") and len(s.words) > 7)
    batch = tasks.pair_batch([sentence])
    assert batch.x.shape[1] == 2
    for n, (first, second) in enumerate([(0, 1), (1, 0)]):
        words = [spans.PAIR_WORDS[k] for k in batch.x[: batch.lengths[n], n]]
        assert [word for word in words if word[0] not in "[12"] == sentence.words
        for mark, k in (("1", first), ("2", second)):
            inside = words[words.index(f"[{mark}") + 1 : words.index(f"{mark}]")]
            start, end, _ = sentence.spans[k]
            assert inside == sentence.words[start:end]
        (due,) = np.flatnonzero(batch.mask[:, n])
        assert words[due] == "2]"
        assert tasks.RELATIONS[batch.targets[due, n]] == ("sold to" if first == 0 else "none")
    alone = next(s for s in many() if len(s.spans) == 1)
    with pytest.raises(ValueError, match="at least two spans"):
        tasks.pair_batch([alone])
