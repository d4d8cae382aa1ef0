"""The measures of forecasts are what their definitions say, on cases that can be done by hand and on random ones."""

import re

import numpy as np
import pytest

from lstm_tutor.metrics import coverage, lag_correlations, margins, rmse, skill


def test_rmse_is_the_root_of_the_mean_square_along_the_axis_asked_for(rng):
    forecast, actual = rng.standard_normal((2, 3, 5))
    by_row = [np.sqrt(sum((a - b) ** 2 for a, b in zip(*rows, strict=True)) / 5)
              for rows in zip(forecast, actual, strict=True)]  # fmt: skip
    np.testing.assert_allclose(rmse(forecast, actual, axis=1), by_row, rtol=1e-12)
    np.testing.assert_allclose(rmse(forecast, actual) ** 2, np.mean(np.square(by_row)), rtol=1e-12)


def test_skill_is_1_for_the_truth_0_for_the_baseline_and_negative_for_worse(rng):
    actual, baseline = rng.standard_normal((2, 20))
    assert skill(actual, actual, baseline) == 1
    assert skill(baseline, actual, baseline) == 0
    assert skill(2 * baseline - actual, actual, baseline) == pytest.approx(-3)  # twice the error, four times its square


def test_a_copy_of_the_step_before_correlates_perfectly_at_lag_1_alone(rng):
    series = rng.standard_normal(200).cumsum()
    correlations = lag_correlations(series[:-1], series[1:], range(-3, 4))
    assert np.argmax(correlations) == 4 and correlations[4] == pytest.approx(1, abs=1e-12)
    assert (correlations[[0, 1, 2, 3, 5, 6]] < 0.9999).all()


@pytest.mark.parametrize("lag", [-2, -1, 0, 1, 3])
def test_lag_correlations_are_those_of_the_pairs(lag, rng):
    forecast, actual = rng.standard_normal((2, 30))
    pairs = np.array([(forecast[t], actual[t - lag]) for t in range(30) if 0 <= t - lag < 30]).T
    np.testing.assert_allclose(lag_correlations(forecast, actual, [lag]), np.corrcoef(pairs)[0, 1], rtol=1e-12)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.9])
def test_a_margin_is_the_smallest_that_holds_the_share_of_one_more_error_than_there_are(share, rng):
    errors = rng.standard_normal((4, 57))
    for row, margin in zip(errors, margins(errors, share), strict=True):
        assert (np.abs(row) <= margin).sum() >= share * 58 > (np.abs(row) < margin).sum()
        assert margin in np.abs(row)


def test_margins_hold_new_errors_of_the_same_kind_as_often_as_they_say(rng):
    held = np.mean([np.abs(rng.standard_cauchy(200)) <= margins(rng.standard_cauchy(99), 0.9) for _ in range(400)])
    assert held == pytest.approx(0.9, abs=0.01)


def test_coverage_counts_both_ends():
    low, high = np.zeros((2, 3)), np.ones((2, 3))
    actual = np.array([[0.0, 1.0, 0.5], [-0.1, 1.1, 0.5]])
    assert coverage(actual, low, high) == 4 / 6
    assert coverage(actual, low, high, axis=1).tolist() == [1, 1 / 3]


BAD = {
    "shapes": (lambda: rmse([1.0], [1.0, 2.0]), "rmse: expected forecast and actual of one shape, got (1,) and (2,)"),
    "gap": (lambda: rmse([np.nan], [1.0]), "rmse: expected forecast and actual without gaps, got NaN"),
    "perfect": (lambda: skill([1.0], [1.0], [1.0]),
                "skill: expected a baseline with an error, got one that is perfect"),
    "few": (lambda: margins([1.0, 2.0], 0.9), "margins: expected more than 2 errors for a share of 0.9"),
    "share": (lambda: margins([1.0, 2.0], 1.5), "margins: expected share > 0 and < 1, got 1.5"),
    "lags": (lambda: lag_correlations([1.0, 2.0], [1.0, 2.0], [1]),
             "lag_correlations: expected series (T,) with T at least 2 more than any lag, got (2,) and lags [1]"),
    "the same for every input": (lambda: lag_correlations([3.2] * 9, np.arange(9.0), [0]),
                                 "lag_correlations: expected forecast to vary, since a constant has no correlation, "
                                 "got 3.2 at all 9 steps that are compared at lag 0"),
    "a still series": (lambda: lag_correlations([5, 1, 1, 3, 7], [0.1, 0.1, 0.1, 0.1, 2], [0, 1]),
                       "lag_correlations: expected actual to vary, since a constant has no correlation, "
                       "got 0.1 at all 4 steps that are compared at lag 1"),
    "inf": (lambda: lag_correlations([1.0, 2.0, np.inf], [1.0, 2.0, 3.0], [0]),
            "lag_correlations: expected forecast to be finite numbers, got inf"),
    "errors with gaps": (lambda: margins([[np.nan] + [1.0] * 18, [1.0] * 19]),
                         "margins: expected errors without gaps, got NaN in 1 of 38"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_message_for_what_cannot_be_measured(case):
    call, message = BAD[case]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
