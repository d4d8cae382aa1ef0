"""Losses: their formulas, their slopes, what a mask leaves out."""

import math
import re

import numpy as np
import pytest
from cases import assert_same, assert_slope, assert_untouched, copies

from lstm_tutor import losses

T, N, K = 4, 3, 5
MASK = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0]], bool)


def targets_for(name, rng):
    if name == "softmax_cross_entropy":
        return rng.integers(0, K, (T, N))
    return rng.uniform(0, 1, (T, N, K)) if name == "binary_cross_entropy" else rng.standard_normal((T, N, K))


def of_one_step(name, a, target):
    """The loss of one step, a number at a time."""
    if name == "softmax_cross_entropy":
        return math.log(sum(math.exp(v) for v in a)) - a[target]
    if name == "binary_cross_entropy":
        p = [1 / (1 + math.exp(-v)) for v in a]
        return -sum(y * math.log(q) + (1 - y) * math.log(1 - q) for y, q in zip(target, p, strict=True))
    return sum((v - y) ** 2 for v, y in zip(a, target, strict=True)) / len(a)


@pytest.fixture(params=losses.__all__)
def name(request):
    return request.param


@pytest.fixture(params=[None, MASK, MASK * 1.0], ids=["no mask", "mask", "mask of floats"])
def mask(request):
    return request.param


def test_loss_is_the_mean_of_its_formula_over_the_steps_that_count(name, mask, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for(name, rng)
    counted = np.argwhere(np.ones((T, N)) if mask is None else mask)
    expected = [of_one_step(name, a[t, n].tolist(), targets[t, n].tolist()) for t, n in counted]
    value, _ = getattr(losses, name)(a, targets, mask)
    assert type(value) is float
    assert_same(value, sum(expected) / len(expected))


def test_gradient_is_that_of_central_differences(name, mask, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for(name, rng)
    function = getattr(losses, name)
    _, slope = function(a, targets, mask)
    assert_slope(slope, lambda: function(a, targets, mask)[0], a, name)


def test_what_the_mask_leaves_out_does_not_matter(name, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for(name, rng)
    other = np.where(MASK[..., None], a, 50.0)
    function = getattr(losses, name)
    value, slope = function(a, targets, MASK)
    other_value, other_slope = function(other, targets, MASK)
    assert_same(value, other_value)
    assert not slope[~MASK].any()
    assert not other_slope[~MASK].any()


def test_loss_does_not_depend_on_how_often_the_same_is_said(name, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for(name, rng)
    function = getattr(losses, name)
    twice = function(np.concatenate([a, a]), np.concatenate([targets, targets]))
    assert_same(twice[0], function(a, targets)[0])


def test_nothing_given_is_changed_and_the_dtype_is_kept(name, rng):
    a, targets = rng.standard_normal((T, N, K)).astype(np.float32), targets_for(name, rng)
    before = copies([a, targets, MASK])
    _, slope = getattr(losses, name)(a, targets, MASK)
    assert slope.dtype == np.float32
    assert_untouched([a, targets, MASK], before)


def test_huge_logits_overflow_nothing():
    logits = np.array([[[1e4, -1e4]]])
    assert losses.softmax_cross_entropy(logits, np.array([[0]]))[0] == 0
    assert losses.softmax_cross_entropy(logits, np.array([[1]]))[0] == 2e4
    assert losses.binary_cross_entropy(logits, np.array([[[1.0, 0.0]]]))[0] == 0
    assert losses.binary_cross_entropy(logits, np.array([[[0.0, 1.0]]]))[0] == 2e4


def test_guessing_among_k_costs_log_k_nats():
    assert losses.softmax_cross_entropy(np.zeros((2, 2, 8)), np.zeros((2, 2), int))[0] == pytest.approx(math.log(8))
    assert losses.binary_cross_entropy(np.zeros((2, 2, 8)), np.zeros((2, 2, 8)))[0] == pytest.approx(8 * math.log(2))


def test_slopes_of_softmax_cross_entropy_sum_to_zero_over_the_classes(rng):
    a = rng.standard_normal((T, N, K))
    _, slope = losses.softmax_cross_entropy(a, rng.integers(0, K, (T, N)))
    assert_same(slope.sum(axis=2), np.zeros((T, N)))


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "mask", "message"),
    [
        ((T, K), None, "expected predictions of shape (T, N, K), got (4, 5)"),
        ((T, N, K), np.ones(T), "expected mask of shape (4, 3), got (4,)"),
        ((T, N, K), np.zeros((T, N)), "expected a mask that counts at least one step, got none"),
    ],
    ids=["2-D", "mask of another shape", "empty mask"],
)
def test_message_for_predictions_and_masks_that_do_not_fit(name, shape, mask, message, rng):
    with pytest.raises(ValueError, match=f"^{name}: {re.escape(message)}$"):
        getattr(losses, name)(np.zeros(shape), targets_for(name, rng), mask)


def test_message_for_targets_of_another_shape(name, rng):
    targets = targets_for(name, rng)[1:]
    with pytest.raises(ValueError, match=f"^{name}: expected targets of shape"):
        getattr(losses, name)(np.zeros((T, N, K)), targets)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (np.full((T, N), K), "expected targets to be ints from 0 to 4, got int64 from 5 to 5"),
        (np.full((T, N), -1), "expected targets to be ints from 0 to 4, got int64 from -1 to -1"),
        (np.zeros((T, N)), "expected targets to be ints from 0 to 4, got float64 from 0.0 to 0.0"),
    ],
    ids=["too large", "negative", "floats"],
)
def test_message_for_targets_that_are_no_classes(targets, message):
    with pytest.raises(ValueError, match=f"^softmax_cross_entropy: {re.escape(message)}$"):
        losses.softmax_cross_entropy(np.zeros((T, N, K)), targets)


@pytest.mark.parametrize(("value", "got"), [(1.5, "1.5 to 1.5"), (-0.5, "-0.5 to -0.5"), (math.nan, "nan to nan")])
def test_message_for_targets_that_are_no_probabilities(value, got):
    with pytest.raises(ValueError, match=f"^binary_cross_entropy: expected targets from 0 to 1, got {re.escape(got)}$"):
        losses.binary_cross_entropy(np.zeros((T, N, K)), np.full((T, N, K), value))
