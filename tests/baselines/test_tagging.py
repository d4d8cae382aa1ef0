"""Taggers without a network: against every path tried, and against counts made by hand."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import baselines

seeds = st.integers(0, 10_000)


@given(seed=seeds, T=st.integers(1, 5), K=st.integers(1, 3), start=st.booleans())
def test_viterbi_finds_the_best_of_all_paths(seed, T, K, start):
    rng = np.random.default_rng(seed)
    scores, transition = rng.standard_normal((T, K)), rng.standard_normal((K, K))
    first = rng.standard_normal(K) if start else None

    def total(path):
        steps = sum(transition[j, k] for j, k in itertools.pairwise(path))
        return sum(scores[t, k] for t, k in enumerate(path)) + steps + (0 if first is None else first[path[0]])

    best = max(itertools.product(range(K), repeat=T), key=total)
    assert tuple(baselines.viterbi(scores, transition, first)) == best


def test_viterbi_never_takes_a_forbidden_step():
    transition = np.array([[0, -np.inf], [0, 0]])
    assert baselines.viterbi(np.array([[5.0, 0], [0, 9]]), transition).tolist() == [1, 1]
    with pytest.raises(ValueError, match="at least one path that is not forbidden"):
        baselines.viterbi(np.zeros((2, 2)), np.full((2, 2), -np.inf))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.zeros((0, 2)), np.zeros((2, 2))), "T > 0"),
        ((np.zeros(3), np.zeros((2, 2))), r"shape \(T, K\)"),
        ((np.zeros((3, 2)), np.zeros((2, 3))), r"transition \(2, 2\)"),
        ((np.zeros((3, 2)), np.zeros((2, 2)), np.zeros(3)), r"start \(2,\)"),
        ((np.full((3, 2), np.nan), np.zeros((2, 2))), "got NaN"),
    ],
)
def test_viterbi_refuses_what_does_not_fit(arguments, words):
    with pytest.raises(ValueError, match=words):
        baselines.viterbi(*arguments)


def test_the_hidden_markov_model_has_the_relative_frequencies():
    tokens, tags = [[0, 1, 1], [1]], [[0, 1, 0], [1]]
    tagger = baselines.HMMTagger(2, 2, smoothing=0.5).fit(tokens, tags)
    np.testing.assert_allclose(np.exp(tagger.start), [1.5 / 3, 1.5 / 3])
    np.testing.assert_allclose(np.exp(tagger.transition), [[0.5 / 2, 1.5 / 2], [1.5 / 2, 0.5 / 2]])
    np.testing.assert_allclose(np.exp(tagger.emission), [[1.5 / 3, 1.5 / 3], [0.5 / 3, 2.5 / 3]])


def test_a_sequence_starts_with_its_first_tag():
    tagger = baselines.HMMTagger(2, 2, smoothing=0.5).fit([[0, 1, 1], [1, 0]], [[0, 0, 1], [0, 1]])
    np.testing.assert_allclose(np.exp(tagger.start), [2.5 / 3, 0.5 / 3])


@given(seed=seeds)
def test_the_hidden_markov_model_says_the_most_probable_tags(seed):
    rng = np.random.default_rng(seed)
    tokens = [rng.integers(0, 3, n).tolist() for n in (4, 1, 5)]
    tags = [rng.integers(0, 2, n).tolist() for n in (4, 1, 5)]
    tagger = baselines.HMMTagger(2, 3).fit(tokens, tags)

    def log_p(x, z):
        steps = sum(tagger.transition[j, k] for j, k in itertools.pairwise(z))
        return tagger.start[z[0]] + steps + sum(tagger.emission[k, token] for token, k in zip(x, z, strict=True))

    for x, z in zip(tokens, tagger.predict(tokens), strict=True):
        assert log_p(x, z) == pytest.approx(max(log_p(x, path) for path in itertools.product((0, 1), repeat=len(x))))
    assert tagger.predict([[]]) == [[]]


@given(seed=seeds, neighbors=st.integers(0, 2))
def test_the_table_has_the_most_frequent_tag_of_the_widest_window_that_was_seen(seed, neighbors):
    rng = np.random.default_rng(seed)
    tokens = [rng.integers(0, 3, 6).tolist() for _ in range(4)]
    tags = [rng.integers(-1, 2, 6).tolist() for _ in range(4)]
    new = rng.integers(0, 4, 6).tolist()
    if not any(tag >= 0 for each in tags for tag in each):
        return
    said = baselines.MostFrequentTag(neighbors).fit(tokens, tags).predict([new])[0]

    def window(x, t, k):
        return tuple(x[s] if 0 <= s < len(x) else None for s in range(t - k, t + k + 1))

    for t, tag in enumerate(said):
        for k in range(neighbors, -1, -1):
            seen = Counter(z[s] for x, z in zip(tokens, tags, strict=True) for s in range(6)
                           if z[s] >= 0 and window(x, s, k) == window(new, t, k))  # fmt: skip
            if seen:
                break
        else:
            seen = Counter(z[s] for z in tags for s in range(6) if z[s] >= 0)
        assert seen[tag] == max(seen.values())


def test_what_makes_no_sense_is_refused():
    for tagger in (baselines.MostFrequentTag(), baselines.HMMTagger(2, 3)):
        with pytest.raises(ValueError, match="a tag for each token"):
            tagger.fit([[0, 1]], [[0]])
        with pytest.raises(ValueError, match="at least one sequence"):
            tagger.fit([], [])
    with pytest.raises(ValueError, match="that was fitted"):
        baselines.MostFrequentTag().predict([[0]])
    with pytest.raises(ValueError, match="at least one tag"):
        baselines.MostFrequentTag().fit([[0]], [[-1]])
    with pytest.raises(ValueError, match="expected neighbors"):
        baselines.MostFrequentTag(-1)
    with pytest.raises(ValueError, match="smoothing > 0"):
        baselines.HMMTagger(2, 3, smoothing=0)
    with pytest.raises(ValueError, match="tokens to be ints from 0 to 2"):
        baselines.HMMTagger(2, 3).predict([[3]])
    with pytest.raises(ValueError, match="tags to be ints from 0 to 1"):
        baselines.HMMTagger(2, 3).fit([[0]], [[2]])
