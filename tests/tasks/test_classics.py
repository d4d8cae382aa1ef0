"""The tasks of Hochreiter & Schmidhuber (1997) against their definitions, written out again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks

seeds = st.integers(0, 999)


def read(batch, n, symbols):
    """Sequence n of one-hot inputs as text; nothing may stand past its length."""
    steps = len(batch.x) if batch.lengths is None else batch.lengths[n]
    assert (batch.x[:steps, n].sum(axis=1) == 1).all() and set(batch.x[:, n].ravel()) <= {0, 1}
    assert not batch.x[steps:, n].any()
    return [symbols[k] for k in batch.x[:steps, n].argmax(axis=1)]


def assert_only_the_end_counts(batch):
    assert batch.lengths.max() == len(batch.x)
    for n, steps in enumerate(batch.lengths):
        assert np.flatnonzero(batch.mask[:, n]).tolist() == [steps - 1]


# -- long lags ---------------------------------------------------------------------------------------------------------


@given(p=st.integers(2, 30), N=st.integers(1, 6), seed=seeds)
def test_the_two_sequences_of_the_long_lag_are_the_published_ones(p, N, seed):
    batch = tasks.long_lag(p, N, rng=seed)
    symbols = [f"a{k}" for k in range(1, p)] + ["x", "y"]
    assert batch.x.shape == (p, N, p + 1) and batch.lengths is batch.mask is None
    for n in range(N):
        text = [*read(batch, n, symbols), symbols[batch.targets[-1, n]]]
        assert text in ([end, *symbols[: p - 1], end] for end in "xy")
        assert [symbols[k] for k in batch.targets[:, n]] == text[1:]


@given(p=st.integers(1, 9), lag=st.integers(1, 9), N=st.integers(1, 6), seed=seeds)
def test_the_noisy_lag_asks_at_its_end_sign_for_what_followed_its_start_sign(p, lag, N, seed):
    batch = tasks.noisy_lag(p, N, lag=lag, rng=seed)
    noise = [f"a{k}" for k in range(1, p + 1)]
    assert batch.x.shape[1:] == (N, p + 4)
    assert_only_the_end_counts(batch)
    for n in range(N):
        begin, letter, *middle, end = read(batch, n, [*noise, "e", "b", "x", "y"])
        assert (begin, end) == ("b", "e")
        assert len(middle) >= lag and set(middle) <= set(noise)
        assert "xy"[batch.targets[len(middle) + 2, n]] == letter


def test_the_noise_of_the_noisy_lag_goes_on_with_chance_nine_tenths():
    batch = tasks.noisy_lag(5, 8000, lag=7, rng=0)
    more = batch.lengths - 7 - 3  # b, x or y, and e
    assert more.min() == 0
    for k in range(4):
        assert (more[more >= k] > k).mean() == pytest.approx(0.9, abs=0.012)
    # The mean length of a sequence, its last symbol included, is q + 14.
    assert (batch.lengths + 1).mean() == pytest.approx(7 + 4 + 9, abs=0.4)
    assert batch.targets[0].mean() == pytest.approx(0.5, abs=0.02)
    np.testing.assert_allclose(batch.x[2:9, :, :5].mean(axis=(0, 1)), 0.2, atol=0.01)
    assert tasks.noisy_lag(50, 500, rng=0).lengths.min() == 53  # with no lag given, it is p


def test_lags_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"^long_lag: expected p >= 2, got 1$"):
        tasks.long_lag(1, 3)
    with pytest.raises(ValueError, match=r"^noisy_lag: expected p >= 1 and lag >= 1, got p=0, lag=0$"):
        tasks.noisy_lag(0, 3)
    with pytest.raises(ValueError, match=r"^noisy_lag: .* got p=4, lag=0$"):
        tasks.noisy_lag(4, 3, lag=0)


# -- multiplication ----------------------------------------------------------------------------------------------------


@given(length=st.integers(22, 60), N=st.integers(1, 4), seed=seeds)
def test_multiplication_asks_at_the_end_for_the_product_of_the_marked_numbers(length, N, seed):
    batch = tasks.multiplication(length, N, rng=seed)
    assert_only_the_end_counts(batch)
    for n, steps in enumerate(batch.lengths):
        assert length <= steps <= 1.1 * length
        numbers, markers = batch.x[:steps, n].T
        assert numbers.min() >= 0 and numbers.max() <= 1
        assert markers[0] == markers[-1] == -1
        marked = [k for k in range(1, steps - 1) if markers[k] == 1]
        assert len(marked) in (1, 2)  # one only where the other mark fell on the first step
        expected = numbers[marked[0]] * (numbers[marked[1]] if len(marked) == 2 else 1)
        assert batch.targets[steps - 1, n, 0] == pytest.approx(expected)
        assert not batch.x[steps:, n].any()


def test_multiplication_differs_from_adding_in_its_numbers_and_in_what_is_asked_for():
    product, total = tasks.multiplication(50, 500, rng=3), tasks.adding(50, 500, rng=3)
    np.testing.assert_array_equal(product.x[..., 1], total.x[..., 1])
    inside = np.arange(len(total.x))[:, None] < total.lengths
    np.testing.assert_allclose(product.x[..., 0][inside], (total.x[..., 0][inside] + 1) / 2)
    with pytest.raises(ValueError, match=r"^multiplication: expected length >= 22, .* got 21$"):
        tasks.multiplication(21, 3)


# -- temporal order ----------------------------------------------------------------------------------------------------

CLASSES = {2: ["XX", "XY", "YX", "YY"], 3: ["XXX", "XXY", "XYX", "XYY", "YXX", "YXY", "YYX", "YYY"]}
BETWEEN = {2: [(10, 20), (50, 60)], 3: [(10, 20), (33, 43), (66, 76)]}


@pytest.mark.parametrize("relevant", [2, 3])
def test_the_class_is_the_order_of_the_relevant_symbols(relevant):
    batch = tasks.temporal_order(relevant, 2000, rng=0)
    assert_only_the_end_counts(batch)
    assert set(batch.lengths) == set(range(100, 111))
    places, noise = [], ""
    for n in range(2000):
        text = "".join(read(batch, n, "abcdXYEB"))
        assert text[0] + text[-1] == "EB" and not set(text[1:-1]) & set("EB")
        stand = [k for k, symbol in enumerate(text) if symbol in "XY"]
        assert CLASSES[relevant][batch.targets[-1, n]] == "".join(text[k] for k in stand)
        places.append(stand)
        noise += "".join(symbol for symbol in text if symbol in "abcd")
    for stand, (first, last) in zip(np.transpose(places), BETWEEN[relevant], strict=True):
        count = np.bincount(stand, minlength=111)
        np.testing.assert_allclose(count[first : last + 1] / 2000, 1 / 11, atol=0.025)
        assert count.sum() == count[first : last + 1].sum()
    np.testing.assert_allclose(np.bincount(batch.targets[-1]) / 2000, 1 / 2**relevant, atol=0.03)
    for symbol in "abcd":
        assert noise.count(symbol) / len(noise) == pytest.approx(1 / 4, abs=0.006)


def test_an_order_of_four_symbols_is_refused():
    with pytest.raises(ValueError, match=r"^temporal_order: expected relevant to be one of \[2, 3\], got 4$"):
        tasks.temporal_order(4, 10)


@pytest.mark.parametrize("make", [tasks.long_lag, tasks.noisy_lag, tasks.multiplication, tasks.temporal_order])
def test_same_seed_same_batch_another_seed_another_and_the_dtype_asked_for(make):
    size = 2 if make is tasks.temporal_order else 30
    one, two, three = make(size, 9, rng=3), make(size, 9, rng=np.random.default_rng(3)), make(size, 9, rng=5)
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.targets, two.targets)
    assert one.x.shape != three.x.shape or not np.array_equal(one.x, three.x)
    assert one.x.dtype == np.float64
    assert make(size, 9, rng=0, dtype=np.float32).x.dtype == np.float32
