"""Windows hold what they say, scales know nothing of what they were not shown, and bad series get a clear word."""

import re

import numpy as np
import pytest

from lstm_tutor import tasks
from lstm_tutor.tasks.tables import elnino, sunspots


@pytest.mark.parametrize(("T", "steps", "ahead", "D"), [(10, 3, 1, None), (10, 3, 4, 2), (4, 3, 1, 1)])
def test_a_window_is_followed_by_what_follows_it_in_the_series(T, steps, ahead, D, rng):
    series = rng.standard_normal(T if D is None else (T, D))
    x, y = tasks.windows(series, steps, ahead)
    N = T - steps - ahead + 1
    assert x.shape == (steps, N, D or 1) and y.shape == (ahead, N, D or 1)
    for n in range(N):
        both = np.concatenate([x[:, n], y[:, n]])
        assert np.array_equal(both, series[n : n + steps + ahead].reshape(-1, D or 1))


def test_windows_do_not_share_memory_with_the_series(rng):
    series = rng.standard_normal(8)
    x, y = tasks.windows(series, 3)
    x[:], y[:] = 0, 0
    assert series.all()


GAP = [1.0, 2.0, np.nan, 4.0, np.inf, 6.0]
BAD = {
    "gap": (GAP, 2, 1, "expected a series without gaps, got 2 of them, the first at step 2; fill them or cut the "
                       "series there"),
    "short": ([1.0, 2.0, 3.0], 3, 1, "expected a series of at least 4 steps, got 3"),
    "three axes": (np.zeros((4, 2, 2)), 1, 1, "expected series of shape (T,) or (T, D), got (4, 2, 2)"),
    "no steps": ([1.0, 2.0], 0, 1, "expected steps to be a positive int, got 0"),
    "nothing ahead": ([1.0, 2.0], 1, 0, "expected ahead to be a positive int, got 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_message_for_a_series_that_cannot_be_cut(case):
    series, steps, ahead, message = BAD[case]
    with pytest.raises(ValueError, match=f"^windows: {re.escape(message)}$"):
        tasks.windows(series, steps, ahead)


@pytest.mark.parametrize("kind", ["standard", "range"])
def test_a_scale_knows_only_the_part_it_was_made_of_and_goes_back(kind, rng):
    train, later = rng.uniform(3, 9, (50, 2)), rng.uniform(0, 99, (7, 2))
    scale = tasks.Scale.of(train, kind)
    z = scale.scaled(train)
    if kind == "standard":
        np.testing.assert_allclose([z.mean(axis=0), z.std(axis=0)], [[0, 0], [1, 1]], atol=1e-12)
    else:
        np.testing.assert_array_equal([z.min(axis=0), z.max(axis=0)], [[0, 0], [1, 1]])
    np.testing.assert_allclose(scale.back(scale.scaled(later)), later, rtol=1e-12)


@pytest.mark.parametrize(
    ("train", "kind", "message"),
    [
        ([[1.0, 2.0], [1.0, 3.0]], "standard", "expected every column to change, got one that is constant"),
        ([1.0, 2.0], "max", 'expected kind "standard" or "range", got \'max\''),
        ([1.0], "range", "expected a series of at least 2 steps, got 1"),
    ],
)
def test_message_for_a_part_without_a_scale(train, kind, message):
    with pytest.raises(ValueError, match=f"^Scale.of: {re.escape(message)}$"):
        tasks.Scale.of(train, kind)


def test_seasonal_means_take_each_month_by_itself(rng):
    train = rng.standard_normal((30, 2))
    means = tasks.seasonal_means(train)
    for month in range(12):
        years = [row for t, row in enumerate(train) if t % 12 == month]
        np.testing.assert_allclose(means[month], np.mean(years, axis=0), rtol=1e-12)


def test_the_tables_of_the_book_can_be_cut():
    assert tasks.windows(sunspots(), 132, 36)[0].shape == (132, 3120 - 132 - 36 + 1, 1)
    assert tasks.windows(elnino(), 60, 6)[1].shape == (6, 732 - 60 - 6 + 1, 4)
