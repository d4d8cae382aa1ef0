"""Adding and copying: their answers worked out from the inputs, and their draws against the definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks

seeds = st.integers(0, 999)


@given(length=st.integers(22, 60), N=st.integers(1, 4), seed=seeds)
def test_adding_asks_at_the_end_for_the_sum_of_the_marked_numbers(length, N, seed):
    batch = tasks.adding(length, N, rng=seed)
    T = len(batch.x)
    assert batch.x.shape == (T, N, 2)
    assert batch.targets.shape == (T, N, 1)
    assert max(batch.lengths) == T
    for n, steps in enumerate(batch.lengths):
        assert length <= steps <= 1.1 * length
        numbers, markers = batch.x[:steps, n].T
        assert (np.abs(numbers) <= 1).all()
        assert markers[0] == markers[-1] == -1
        assert set(markers[1:-1]) <= {0, 1}
        marked = np.flatnonzero(markers == 1)
        assert 1 <= len(marked) <= 2  # one only where the other mark fell on the first step
        assert marked[-1] < length // 2 - 1
        assert marked[0] < 10 or len(marked) == 1
        assert batch.targets[steps - 1, n, 0] == pytest.approx(0.5 + numbers[marked].sum() / 4)
        assert not batch.x[steps:, n].any()
        assert np.flatnonzero(batch.mask[:, n]).tolist() == [steps - 1]


def test_marks_of_adding_fall_where_the_definition_says():
    batch = tasks.adding(50, 20_000, rng=0)
    marked = batch.x[..., 1] == 1
    both = marked.sum(axis=0) == 2
    # A mark is lost with chance 1/10 for the first one, and 9/10 * 1/23 for the second.
    assert 1 - both.mean() == pytest.approx(0.1 + 0.9 / 23, abs=0.01)
    count = marked.sum(axis=1) / 20_000
    # Step k < 10 is first with chance 1/10, or second: one of the 23 left of the first 24.
    np.testing.assert_allclose(count[1:10], 0.1 + 0.9 / 23, atol=0.012)
    np.testing.assert_allclose(count[10:24], 1 / 23, atol=0.008)
    assert not count[24:].any()
    assert set(batch.lengths) == set(range(50, 56))
    assert batch.x[:50, :, 0].var() == pytest.approx(1 / 3, abs=0.01)


@given(lag=st.integers(1, 9), length=st.integers(1, 4), symbols=st.integers(2, 5), seed=seeds)
def test_copy_asks_for_the_row_once_the_sign_has_come(lag, length, symbols, seed):
    batch = tasks.copy(lag, 3, length=length, symbols=symbols, rng=seed)
    blank, sign = symbols, symbols + 1
    assert batch.x.shape == (lag + 2 * length, 3, symbols + 2)
    assert (batch.x.sum(axis=2) == 1).all()
    codes = batch.x.argmax(axis=2)
    for n in range(3):
        row = codes[:length, n].tolist()
        assert max(row) < symbols
        assert codes[length:, n].tolist() == [blank] * (lag - 1) + [sign] + [blank] * length
        assert batch.targets[:, n].tolist() == [blank] * (lag + length) + row


def test_copy_has_the_published_sizes_and_every_symbol():
    batch = tasks.copy(100, 200, rng=0)
    assert batch.x.shape == (120, 200, 10)
    counts = np.bincount(batch.targets[-10:].ravel())
    np.testing.assert_allclose(counts / 2000, 1 / 8, atol=0.025)


def test_baseline_of_copy_is_the_loss_of_who_guesses_the_row():
    batch = tasks.copy(30, 50, length=4, symbols=5, rng=1)
    probability = np.where(np.arange(len(batch.x)) < len(batch.x) - 4, 1.0, 1 / 5)
    assert tasks.copy_baseline(30, length=4, symbols=5) == pytest.approx(-np.log(probability).mean())
    assert tasks.copy_baseline(100) == pytest.approx(10 * np.log(8) / 120)


@pytest.mark.parametrize("make", [tasks.adding, tasks.copy])
def test_same_seed_same_batch_another_seed_another_and_the_dtype_asked_for(make):
    one, two, three = make(30, 4, rng=3), make(30, 4, rng=np.random.default_rng(3)), make(30, 4, rng=4)
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.targets, two.targets)
    assert one.x.shape != three.x.shape or not np.array_equal(one.x, three.x)
    assert make(30, 4, rng=0).x.dtype == np.float64
    assert make(30, 4, rng=0, dtype=np.float32).x.dtype == np.float32


def test_message_for_an_adding_task_too_short():
    with pytest.raises(ValueError, match=r"^adding: expected length >= 22, so .* first mark, got 21$"):
        tasks.adding(21, 3)


@pytest.mark.parametrize("wrong", [{"lag": 0}, {"length": 0}, {"symbols": 1}], ids=str)
def test_message_for_a_copy_task_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"^copy: expected lag >= 1, length >= 1 and symbols >= 2, got lag="):
        tasks.copy(**{"lag": 1, "batch_size": 1} | wrong)
