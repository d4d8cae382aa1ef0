"""Exact matches, chrF and the baselines of translation, against their definitions."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import experiments, metrics, tasks
from lstm_tutor.baselines import Dictionary, NearestPhrase

TEXTS = st.lists(st.tuples(st.text("abc", max_size=6), st.text("abc", min_size=1, max_size=6)), min_size=1, max_size=5)


def chrf_by_hand(said, due, order, beta):
    """Popović's formula, an n-gram at a time, each crossed off in what is due."""
    P, R = [], []
    for n in range(1, order + 1):
        right = all_said = all_due = 0
        for one, other in zip(said, due, strict=True):
            left = [other[k : k + n] for k in range(len(other) - n + 1)]
            all_due += len(left)
            for k in range(len(one) - n + 1):
                all_said += 1
                if one[k : k + n] in left:
                    left.remove(one[k : k + n])
                    right += 1
        if all_said + all_due:
            P.append(right / all_said if all_said else 0)
            R.append(right / all_due if all_due else 0)
    p, r = np.mean(P), np.mean(R)
    return 100 * (1 + beta**2) * p * r / (beta**2 * p + r) if p + r else 0


@given(texts=TEXTS, order=st.integers(1, 6), beta=st.sampled_from([0.5, 1.0, 2.0]))
def test_chrf_is_the_formula(texts, order, beta):
    said, due = zip(*texts, strict=True)
    assert metrics.chrf(said, due, order=order, beta=beta) == pytest.approx(chrf_by_hand(said, due, order, beta))


def test_chrf_counts_recall_more_and_does_not_reward_saying_all_twice():
    assert metrics.chrf(["abcd"], ["abcd"]) == 100
    assert metrics.chrf(["abcdxx"], ["abcd"]) > metrics.chrf(["ab"], ["abcd"])
    assert metrics.chrf(["abcdabcd"], ["abcd"]) < 90
    assert metrics.chrf([""], ["abc"]) == 0


def test_exact_matches_in_all_and_by_length():
    said, due, lengths = ["a", "bb", "cc", "ddd"], ["a", "bb", "cd", "ddx"], [1, 2, 2, 9]
    assert metrics.exact_match(said, due) == 0.5
    assert metrics.exact_match([["a"]], [("a",)]) == 1
    exact, counts = metrics.exact_by_length(said, due, lengths, [1, 2, 4, 6])
    np.testing.assert_array_equal(exact, [1, 0.5, np.nan])
    assert counts == [1, 2, 0]  # the last one is too long to be measured


PAIRS = [
    (("new", "file"), tuple("新文件")), (("new", "cell"), tuple("新单元")), (("close", "file"), tuple("关文件")),
    (("the", "cell"), tuple("单元")), (("close", "the", "tab"), tuple("关页")),
]  # fmt: skip


def test_the_nearest_phrase_shares_most_of_its_words():
    nearest = NearestPhrase(PAIRS)
    assert nearest.translate(("new", "file")) == tuple("新文件")
    assert nearest.translate(("close", "that", "tab")) == tuple("关页")
    assert nearest.translate(("unheard",)) == tuple("新文件")  # of equals the first
    two = NearestPhrase([(("file",), ("文",)), (("open", "file", "now"), ("开",))])
    assert two.translate(("open", "file", "or", "close")) == ("开",)  # 2 of 5 words are shared, and not 1 of 4


def test_where_no_word_is_known_the_answer_is_the_most_frequent_one_and_the_dictionarys_is_empty():
    pairs = [(("one",), ("一",)), (("delete",), ("删",)), (("remove",), ("删",))]
    assert NearestPhrase(pairs).translate(("unheard",)) == ("删",)
    assert Dictionary(pairs).translate(("unheard",)) == ()


def test_the_nearest_phrases_of_the_test_give_the_stored_result():
    task = tasks.interface_translation(rng=0)
    nearest = NearestPhrase(task.train)
    said, due = [nearest.translate(pair.source) for pair in task.test], [pair.target for pair in task.test]
    (record,) = experiments.results("translation").of("nearest")
    assert round(metrics.chrf(said, due), 2) == record["metrics"]["chrf"]
    assert (
        round(np.mean([len(one) for one in said]) / np.mean([len(one) for one in due]), 4)
        == record["metrics"]["length"]
    )


def test_the_dictionary_takes_the_piece_that_comes_most_reliably_with_a_word():
    dictionary = Dictionary(PAIRS)
    for word, piece in {"file": "文件", "cell": "单元", "new": "新", "close": "关"}.items():
        assert dictionary.pieces[word] == (tuple(piece), 1.0)
    assert dictionary.pieces["tab"][1] == pytest.approx(1.0)
    assert dictionary.pieces["the"][1] == pytest.approx(2 / 3)  # twice, of which once with 单元, which comes twice
    assert dictionary.translate(("close", "unheard", "cell")) == tuple("关单元")
    assert "the" not in Dictionary(PAIRS, least=0.7).pieces
    assert Dictionary(PAIRS, longest=1).pieces["file"][0] in (("文",), ("件",))


FAULTS = {
    "numbers": (lambda: metrics.chrf(["a"], []), "chrf: expected as many sequences said as due, and at least one"),
    "nothing": (lambda: metrics.exact_match([], []), "exact_match: expected as many sequences said as due"),
    "order": (lambda: metrics.chrf(["a"], ["a"], order=0), "chrf: expected order >= 1 and beta > 0, got 0 and 2.0"),
    "edges": (lambda: metrics.exact_by_length(["a"], ["a"], [1], [2, 1]), "expected 1 lengths, and edges that rise"),
    "no pairs": (
        lambda: NearestPhrase([]),
        "NearestPhrase: expected pairs of a source and a target that are not empty",
    ),
    "half a pair": (lambda: Dictionary([(("a",), ())]), "Dictionary: expected pairs of a source and a target"),
    "no words": (
        lambda: NearestPhrase(PAIRS).translate(()),
        "NearestPhrase: expected a source of at least one word, got ()",
    ),
    "nothing to look up": (
        lambda: Dictionary(PAIRS).translate([]),
        "Dictionary: expected a source of at least one word, got []",
    ),
    "longest": (lambda: Dictionary(PAIRS, longest=0), "Dictionary: expected longest >= 1 and least from 0 to below 1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_message_for_what_cannot_be(fault):
    call, message = FAULTS[fault]
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
