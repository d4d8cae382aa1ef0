"""Beam search over CTC's readings is held to a sum over every path; the lattice to sums over states."""

import itertools
import math
import re

import numpy as np
import pytest

from lstm_tutor import losses

CASES = {"blank first": (3, 6, 0), "blank last": (3, 6, 2), "blank in the middle": (4, 5, 1), "one label": (2, 8, 0)}


def readings(y, blank):
    """The probability of everything that can be read, by brute force: a sum over all paths."""
    T, K = y.shape
    total = {}
    for path in itertools.product(range(K), repeat=T):
        read = tuple(k for k, _ in itertools.groupby(path) if k != blank)
        total[read] = total.get(read, 0) + math.prod(y[t, k] for t, k in enumerate(path))
    return total


def softmax(a):
    return np.exp(a) / np.exp(a).sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("case", CASES)
def test_a_beam_that_drops_nothing_finds_the_sum_over_all_paths_for_everything(case, rng):
    K, T, blank = CASES[case]
    logits = 2 * rng.standard_normal((T, 1, K))
    expected = readings(softmax(logits[:, 0]), blank)
    (found,) = losses.ctc_beam_decode(logits, [T], blank, width=10**6)
    assert {reading.labels for reading in found} == set(expected)
    for reading in found:
        np.testing.assert_allclose(math.exp(reading.log_p), expected[reading.labels], rtol=1e-10)
    assert found == sorted(found, key=lambda reading: -reading.log_p)


@pytest.mark.parametrize("case", CASES)
def test_a_narrow_beam_never_counts_a_path_that_is_not_there(case, rng):
    K, T, blank = CASES[case]
    for _ in range(5):
        logits = 2 * rng.standard_normal((T, 1, K))
        expected = readings(softmax(logits[:, 0]), blank)
        (found,) = losses.ctc_beam_decode(logits, [T], blank, width=3)
        assert len(found) == 3
        for reading in found:
            assert math.exp(reading.log_p) <= expected[reading.labels] * (1 + 1e-10)


def test_a_beam_finds_labels_that_greedy_decoding_misses():
    y = np.array([[0.6, 0.4], [0.6, 0.4]])
    (found,) = losses.ctc_beam_decode(np.log(y)[:, None], [2])
    assert losses.ctc_greedy_decode(np.log(y)[:, None], [2])[0].tolist() == []
    assert found[0].labels == (1,)
    np.testing.assert_allclose(math.exp(found[0].log_p), 0.64)


def test_equal_labels_need_a_blank_between_them():
    y = np.array([[0.01, 0.99], [0.01, 0.99], [0.01, 0.99]])
    (found,) = losses.ctc_beam_decode(np.log(y)[:, None], [3], width=4)
    assert found[0].labels == (1,)
    np.testing.assert_allclose(math.exp({r.labels: r.log_p for r in found}[1, 1]), 0.99 * 0.01 * 0.99)


def test_a_beam_does_not_read_past_the_ends(rng):
    logits, steps = rng.standard_normal((7, 3, 4)), [7, 3, 1]
    spoiled = logits.copy()
    spoiled[3:, 1] = np.nan
    spoiled[1:, 2] = np.inf
    found = losses.ctc_beam_decode(spoiled, steps)
    assert found == losses.ctc_beam_decode(logits, steps)
    for n, count in enumerate(steps):
        assert losses.ctc_beam_decode(logits[:count, [n]], [count]) == [found[n]]


def test_long_sequences_do_not_underflow(rng):
    (found,) = losses.ctc_beam_decode(3 * rng.standard_normal((600, 1, 8)), [600], width=4)
    assert all(math.isfinite(reading.log_p) and reading.log_p < -50 for reading in found)


def test_probabilities_of_a_beam_are_those_of_the_loss(rng):
    logits = 2 * rng.standard_normal((6, 1, 3))
    for labels, log_p in losses.ctc_beam_decode(logits, [6], width=10**4)[0]:
        loss, _ = losses.ctc(logits, np.array([labels], int).reshape(1, -1), [6], [len(labels)])
        np.testing.assert_allclose(-loss * max(len(labels), 1), log_p, rtol=1e-10)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": 0}, "ctc_beam_decode: expected width to be a positive int, got 0"),
        ({"blank": 3}, "ctc_beam_decode: expected blank to be an int from 0 to 2, got 3"),
        ({"input_lengths": [9]}, "ctc_beam_decode: expected input_lengths to be 1 ints from 1 to 4, got [9]"),
    ],
)
def test_message_for_what_a_beam_cannot_search(changes, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        losses.ctc_beam_decode(**{"logits": np.zeros((4, 1, 3)), "input_lengths": [4]} | changes)


# -- the lattice -------------------------------------------------------------------------------------------------------


def test_alpha_and_beta_are_sums_over_the_paths_before_and_behind(rng):
    T, labels = 5, (1, 1, 2)
    logits = rng.standard_normal((T, 1, 3))
    lattice = losses.ctc_lattice(logits, [labels], [T], [3])
    states, y = (0, 1, 0, 1, 0, 2, 0), softmax(logits[:, 0])
    assert tuple(lattice.states[0]) == states

    def ways(first, last):  # rows of states that a path may take, which move by 0, 1, or 2 past a blank between labels
        for row in itertools.product(range(7), repeat=last - first):
            if all(b - a in (0, 1) or (b - a == 2 and states[b] != 0 and states[b] != states[a])
                   for a, b in itertools.pairwise(row)):  # fmt: skip
                yield row

    for t, s in itertools.product(range(T), range(7)):
        alpha = sum(math.prod(y[k, states[r]] for k, r in enumerate(row))
                    for row in ways(0, t + 1) if row[0] < 2 and row[-1] == s)  # fmt: skip
        beta = sum(math.prod(y[t + 1 + k, states[r]] for k, r in enumerate(row[1:]))
                   for row in ways(t, T) if row[0] == s and row[-1] > 4)  # fmt: skip
        np.testing.assert_allclose(np.exp(lattice.log_alpha[t, 0, s]), alpha, atol=1e-14)
        np.testing.assert_allclose(np.exp(lattice.log_beta[t, 0, s]), beta, atol=1e-14)
    np.testing.assert_allclose(lattice.posterior.sum(axis=2), 1)


def test_at_every_step_the_posterior_is_whole_and_past_the_end_it_is_nothing(rng):
    lattice = losses.ctc_lattice(rng.standard_normal((6, 2, 4)), [[1, 2], [3, 0]], [6, 3], [2, 1])
    np.testing.assert_allclose(lattice.posterior[:, 0].sum(axis=1), 1)
    np.testing.assert_allclose(lattice.posterior[:3, 1].sum(axis=1), 1)
    assert not lattice.posterior[3:, 1].any()
