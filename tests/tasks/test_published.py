"""The tasks of the published experiments, against their definitions written out again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks

seeds = st.integers(0, 999)

# -- an average over both sides ----------------------------------------------------------------------------------------


def average(x, t):
    """y(t): a tenth of the sum over the ten points before, and a twentieth of that over this one and 19 more."""
    before = sum(x[t - d] * (10 - d) / 10 for d in range(1, 11)) / 10
    after = sum(x[t + d] * (20 - d) / 20 for d in range(20)) / 20
    return before + after


@given(steps=st.integers(40, 60), pieces=st.integers(1, 3), shift=st.integers(-12, 12), seed=seeds)
def test_the_average_is_over_ten_points_before_and_twenty_from_now_on(steps, pieces, shift, seed):
    batch = tasks.two_sided_average(steps, pieces, shift=shift, rng=seed)
    assert batch.x.shape == batch.targets.shape == (steps, pieces, 1)
    series, answers = (a[..., 0].T.ravel() for a in (batch.x, batch.targets))  # the pieces put together again
    assert series.min() >= 0 and series.max() <= 1
    inside = [t for t in range(len(series)) if 10 <= t - shift < len(series) - 19]
    for t in inside:
        assert answers[t] == pytest.approx(average(series, t - shift))


def test_the_average_is_as_large_and_varies_as_much_as_the_weights_say():
    batch = tasks.two_sided_average(5000, 20, rng=0)
    weights = [(10 - d) / 100 for d in range(1, 11)] + [(20 - d) / 400 for d in range(20)]
    assert batch.targets.mean() == pytest.approx(sum(weights) / 2, abs=1e-3)
    assert batch.targets.var() == pytest.approx(sum(w**2 for w in weights) / 12, rel=0.02)


# -- two sequences -----------------------------------------------------------------------------------------------------


@given(half=st.integers(1, 5), informative=st.integers(1, 4), seed=seeds)
def test_the_first_elements_tell_the_class(half, informative, seed):
    batch = tasks.two_sequences(2 * half, informative=informative, lengths=(6, 9), rng=seed)
    assert batch.x.shape == (max(batch.lengths), 2 * half, 1)
    assert set(batch.lengths) <= {6, 7, 8, 9}
    assert batch.targets.tolist() == [1] * half + [0] * half
    for x, target, length in zip(batch.x[..., 0].T, batch.targets, batch.lengths, strict=True):
        assert x[:informative].tolist() == [1 if target else -1] * informative
        assert len(np.unique(x[informative:length])) == length - informative  # noise: no two alike
        assert not x[length:].any()


def test_the_noise_of_two_sequences_has_the_published_variance_and_lengths():
    batch = tasks.two_sequences(1000, rng=0)
    assert batch.lengths.min() == 500 and batch.lengths.max() == 600
    noise = batch.x[1:500]
    assert noise.mean() == pytest.approx(0, abs=0.01)
    assert noise.var() == pytest.approx(0.2, rel=0.01)
    assert tasks.two_sequences(200, variance=0.04, rng=0).x[1:500].var() == pytest.approx(0.04, rel=0.02)


def test_two_sequences_of_an_odd_count_or_of_nothing_but_noise_are_refused():
    with pytest.raises(ValueError, match="expected an even count of at least 2, got 3"):
        tasks.two_sequences(3)
    with pytest.raises(ValueError, match="expected 1 <= informative"):
        tasks.two_sequences(4, informative=0)


# -- counting ----------------------------------------------------------------------------------------------------------


def strings_of(n, letters):
    """All prefixes of the language that begin as a string with this n does: what may follow what has been read."""
    word = "".join(letter * n for letter in letters) + "."
    return [
        (word[:t], {other[t] for other in _language(letters, n + 1) if other[:t] == word[:t]}) for t in range(len(word))
    ]


def _language(letters, most):
    return ["".join(letter * n for letter in letters) + "." + " " * 9 for n in range(1, most + 1)]


@pytest.mark.parametrize("letters", ["ab", "abc", "abcd"])
def test_what_may_follow_is_what_the_language_allows(letters):
    counts = [3, 1, 4]
    batch = tasks.counting(counts, letters=len(letters))
    assert batch.x.shape == batch.targets.shape == (4 * len(letters) + 1, 3, len(letters) + 1)
    for k, n in enumerate(counts):
        prefixes = strings_of(n, letters)
        assert batch.lengths[k] == batch.mask[:, k].sum() == len(prefixes)
        for t, (read, may_follow) in enumerate(prefixes):
            assert batch.mask[t, k]
            seen = (letters + "^")[batch.x[t, k].argmax()]
            assert batch.x[t, k].sum() == 1 and seen == (read[-1] if read else "^")
            assert {(letters + ".")[j] for j in np.flatnonzero(batch.targets[t, k])} == may_follow
        assert not batch.x[len(prefixes) :, k].any() and not batch.targets[len(prefixes) :, k].any()
    assert set(np.unique(batch.targets)) == {0, 1}


def test_counting_to_zero_or_with_one_letter_is_refused():
    for counts, letters in (([0, 2], 2), ([2], 1), ([], 2)):
        with pytest.raises(ValueError, match="counting: expected counts >= 1 and letters >= 2"):
            tasks.counting(counts, letters=letters)
