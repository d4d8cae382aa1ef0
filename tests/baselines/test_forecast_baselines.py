"""The baselines foretell what they say and read nothing from their origin on."""

import re

import numpy as np
import pytest

from lstm_tutor.baselines import LinearAutoregression, last_cycle, persistence

ORIGINS = np.array([12, 20, 25])
FORECASTS = {
    "persistence": lambda series, origins: persistence(series, origins, 4),
    "last cycle": lambda series, origins: last_cycle(series, origins, 4, period=3),
    "direct": lambda series, origins: LinearAutoregression.fit(series[:12], 2, 4).direct(series, origins),
    "recursive": lambda series, origins: LinearAutoregression.fit(series[:12], 2).recursive(series, origins, 4),
}


@pytest.mark.parametrize("D", [None, 2])
@pytest.mark.parametrize("kind", FORECASTS)
def test_a_forecast_does_not_change_with_what_comes_after_its_origin(kind, D, rng):
    series = rng.standard_normal(25 if D is None else (25, D))
    said = FORECASTS[kind](series, ORIGINS)
    assert said.shape == (4, 3) if D is None else (4, 3, D)
    for n, origin in enumerate(ORIGINS):
        changed = series.copy()
        changed[origin:] += 9
        assert np.array_equal(FORECASTS[kind](changed, ORIGINS)[:, n], said[:, n])


def test_persistence_repeats_the_last_known_step(rng):
    series = rng.standard_normal(25)
    assert np.array_equal(persistence(series, ORIGINS, 3), np.tile(series[ORIGINS - 1], (3, 1)))


def test_the_last_cycle_is_read_again_when_the_horizon_is_longer_than_it(rng):
    series = rng.standard_normal(25)
    assert np.array_equal(last_cycle(series, [25], 7, period=3)[:, 0], np.tile(series[22:], 3)[:7])


@pytest.mark.parametrize("D", [1, 3])
def test_a_linear_autoregression_finds_the_weights_that_made_the_series(D, rng):
    A, B, c = 0.3 * rng.standard_normal((D, D)), 0.2 * rng.standard_normal((D, D)), rng.standard_normal(D)
    series = [*rng.standard_normal((2, D))]
    for _ in range(40):
        series.append(A @ series[-1] + B @ series[-2] + c)
    series = np.array(series)[:30] + 0
    linear = LinearAutoregression.fit(series[:20], 2, ahead=3)
    np.testing.assert_allclose(linear.recursive(series, [20], 3)[:, 0], series[20:23], rtol=1e-6)
    np.testing.assert_allclose(linear.direct(series, [20])[:, 0], series[20:23], rtol=1e-6)


def test_the_weights_are_those_of_least_squares_for_each_step_ahead(rng):
    series = rng.standard_normal(40)
    linear = LinearAutoregression.fit(series, 3, ahead=2)
    for k in range(2):
        rows = np.array([[*series[o - 3 : o][::-1], 1] for o in range(3, 40 - k)])
        expected = np.linalg.solve(rows.T @ rows, rows.T @ series[3 + k :])
        np.testing.assert_allclose(linear.weights[k, :, 0], expected, rtol=1e-8)


def test_one_step_ahead_direct_and_recursive_are_the_same(rng):
    series = rng.standard_normal((40, 2))
    linear = LinearAutoregression.fit(series, 3)
    np.testing.assert_array_equal(linear.direct(series, [20, 40]), linear.recursive(series, [20, 40], 1))


BAD = {
    "first": (lambda: persistence([1.0, 2.0], [0]), "persistence: expected origins from 1 to 2, got 0 to 0"),
    "last": (lambda: persistence([1.0, 2.0], [3]), "persistence: expected origins from 1 to 2, got 3 to 3"),
    "cycle": (lambda: last_cycle([1.0, 2.0], [1], period=2), "last_cycle: expected origins from 2 to 2, got 1 to 1"),
    "float": (lambda: persistence([1.0, 2.0], [1.5]),
              "persistence: expected origins to be ints of shape (N,), got float64 (1,)"),
    "gap": (lambda: persistence([1.0, np.nan], [1]),
            "persistence: expected a series without gaps, got one with NaN or inf"),
    "short": (lambda: LinearAutoregression.fit([1.0, 2.0, 3.0], 2),
              "LinearAutoregression.fit: expected at least 5 steps for 2 lags, got 3"),
    "columns": (lambda: LinearAutoregression.fit(np.arange(9.0), 2).direct(np.zeros((9, 2)), [9]),
                "LinearAutoregression: expected 1 series, got 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_message_for_what_cannot_be_foretold(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
