"""Ranks count who scores at least as high; a tie is no success."""

import re

import numpy as np
import pytest

from lstm_tutor.metrics import hit_rate, mean_reciprocal_rank, ranks


@pytest.mark.parametrize("seed", range(3))
def test_a_rank_is_the_place_in_the_sorted_list(seed):
    rng = np.random.default_rng(seed)
    scores, targets = rng.standard_normal((4, 3, 9)), rng.integers(0, 9, (4, 3))
    order = np.argsort(-scores, axis=-1)
    expected = [[list(order[t, n]).index(targets[t, n]) + 1 for n in range(3)] for t in range(4)]
    np.testing.assert_array_equal(ranks(scores, targets), expected)


def test_scores_that_are_all_equal_earn_nothing():
    assert ranks(np.zeros((2, 7)), np.array([0, 6])).tolist() == [7, 7]


def test_hits_and_reciprocals_of_places():
    places = np.array([1, 2, 5, 6])
    assert hit_rate(places, 5) == 0.75 and hit_rate(places, 1) == 0.25
    assert mean_reciprocal_rank(places) == pytest.approx((1 + 1 / 2 + 1 / 5 + 1 / 6) / 4)


@pytest.mark.parametrize(
    ("targets", "message"),
    [([0], r"shape \(2,\), got int64 \(1,\)"), ([0.0, 1.0], "float64"), ([0, 4], "from 0 to 3, got 0 to 4")],
)
def test_bad_targets_are_named(targets, message):
    with pytest.raises(ValueError, match=message):
        ranks(np.zeros((2, 4)), np.array(targets))


def test_items_that_are_not_to_be_recommended_come_last():
    assert ranks([[-np.inf, 0.0, -np.inf], [np.inf, 0.0, 1.0]], [1, 1]).tolist() == [1, 3]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ranks(np.full((3, 400), np.nan), [1, 2, 3]),
         "ranks: expected scores that can be ordered, got NaN in 1200 of 1200"),
        (lambda: ranks([[0.0, np.nan], [0.0, 1.0]], [0, 1]),
         "ranks: expected scores that can be ordered, got NaN in 1 of 4"),
        (lambda: hit_rate(np.zeros(0, int), 5), "hit_rate: expected places to be ints from 1, at least one, got none"),
        (lambda: hit_rate([1.0, np.nan], 5),
         "hit_rate: expected places to be ints from 1, at least one, got float64 from nan"),
        (lambda: mean_reciprocal_rank([2, 0]),
         "mean_reciprocal_rank: expected places to be ints from 1, at least one, got int64 from 0"),
    ],
)  # fmt: skip
def test_what_has_diverged_is_not_perfect(call, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
