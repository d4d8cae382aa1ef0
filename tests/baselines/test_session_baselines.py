"""Recommending without a network: counted by hand on three small sessions."""

import numpy as np
import pytest

from lstm_tutor.baselines import neighbor_scores, popularity, transitions

SESSIONS = [np.array([0, 1, 2]), np.array([0, 1]), np.array([3, 0])]


def test_popularity_counts_items():
    np.testing.assert_allclose(popularity(SESSIONS, 5), np.array([3, 2, 1, 1, 0]) / 7)


def test_transitions_count_what_followed():
    table, shares = transitions(SESSIONS, 5), popularity(SESSIONS, 5)
    np.testing.assert_allclose(table[0], (np.array([0, 2, 0, 0, 0]) + shares) / 3)
    np.testing.assert_allclose(table[3], (np.array([1, 0, 0, 0, 0]) + shares) / 2)
    np.testing.assert_allclose(table[4], shares)


@pytest.mark.parametrize("seed", range(3))
def test_rows_of_transitions_are_distributions(seed):
    rng = np.random.default_rng(seed)
    table = transitions([rng.integers(0, 9, length) for length in rng.integers(1, 8, 20)], 9)
    np.testing.assert_allclose(table.sum(axis=1), 1)
    assert table.min() >= 0


def test_neighbors_score_by_the_cosine_of_sets():
    scores = neighbor_scores(SESSIONS, np.array([1, 2, 1]), 5, neighbors=2)
    like = [2 / np.sqrt(2 * 3), 1 / np.sqrt(2 * 2)]
    np.testing.assert_allclose(scores, [like[0] + like[1], like[0] + like[1], like[0], 0, 0])


def test_neighbors_do_not_depend_on_the_order_of_items():
    rng = np.random.default_rng(0)
    sessions = [rng.permutation(12)[:5] for _ in range(30)]
    one, other = (neighbor_scores(sessions, prefix, 12) for prefix in (np.array([3, 8]), np.array([8, 3])))
    np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("function", [popularity, transitions])
@pytest.mark.parametrize(
    ("sessions", "message"),
    [([], "at least one session"), ([np.array([7])], "from 0 to 4"), ([np.array([0.5])], "ints")],
)
def test_bad_input_is_named(function, sessions, message):
    with pytest.raises(ValueError, match=message):
        function(sessions, 5)
