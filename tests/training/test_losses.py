"""Losses: their formulas, their slopes, what a mask leaves out; CTC against all paths and against PyTorch."""

import itertools
import math
import re
from typing import NamedTuple

import numpy as np
import pytest
from cases import assert_derivative, assert_same, assert_untouched, copies

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


@pytest.fixture(params=losses.STEP_LOSSES)
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
    assert_derivative(slope, lambda: function(a, targets, mask)[0], a, name)


PADDING = {"NaN": np.nan, "inf": np.inf, "-inf": -np.inf, "-100": -100, "a large number": 1e300}


@pytest.mark.parametrize("padding", PADDING.values(), ids=PADDING)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_the_mask_leaves_out_is_not_read(name, dtype, padding, rng):
    a, targets = rng.standard_normal((T, N, K)).astype(dtype), targets_for(name, rng)
    function = getattr(losses, name)
    value, gradient = function(a, targets, MASK)
    with np.errstate(over="ignore"):
        padded = np.where(MASK[..., None], a, np.asarray(padding, dtype))
    if targets.dtype.kind == "i":
        fillers = [-100, -1, K, np.iinfo(np.int64).max, np.iinfo(np.int64).min]
        padded_targets = np.where(MASK, targets, rng.choice(fillers, (T, N)))
    else:
        padded_targets = np.where(MASK[..., None], targets, padding)
    for arrays in ((padded, targets), (a, padded_targets), (padded, padded_targets)):
        other_value, other_gradient = function(*arrays, MASK)
        assert other_value == value
        np.testing.assert_array_equal(other_gradient, gradient)
    assert not gradient[~MASK].any()


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


def test_integer_predictions_are_computed_as_floats(name, mask, rng):
    """A baseline that says "tomorrow as today" predicts integers."""
    targets = targets_for(name, rng)
    for dtype in (np.int64, np.uint8, bool):
        a = rng.integers(0, 2, (T, N, K)).astype(dtype)
        value, gradient = getattr(losses, name)(a, targets, mask)
        their_value, their_gradient = getattr(losses, name)(a.astype(np.float64), targets, mask)
        assert (value, gradient.dtype) == (their_value, np.float64)
        np.testing.assert_array_equal(gradient, their_gradient)


def test_error_of_an_integer_prediction():
    value, gradient = losses.mean_squared_error(np.full((2, 1, 1), 3), np.zeros((2, 1, 1)))
    assert value == 9
    assert gradient.tolist() == [[[3.0]], [[3.0]]]


def test_targets_keep_values_that_the_predictions_dtype_cannot_hold():
    """2^24 + 1 is no float32; nor is a probability of 1 - 1e-9."""
    value, gradient = losses.mean_squared_error(np.full((1, 1, 1), 2**24, np.float32), np.full((1, 1, 1), 2**24 + 1))
    assert (value, gradient.item(), gradient.dtype) == (1, -2, np.float32)
    value, _ = losses.mean_squared_error(np.full((1, 1, 1), 3), np.full((1, 1, 1), 2.5))
    assert value == 0.25
    value, _ = losses.mean_squared_error(np.full((1, 1, 1), 3e20, np.float32), np.zeros((1, 1, 1)))
    assert value == pytest.approx(9e40)
    value, _ = losses.binary_cross_entropy(np.full((1, 1, 1), 1e9, np.float32), np.full((1, 1, 1), 1 - 1e-9))
    assert value == pytest.approx(1)
    value, _ = losses.binary_cross_entropy(np.full((1, 1, 1), 1), np.full((1, 1, 1), 0.5))
    assert value == pytest.approx(math.log(1 + math.e) - 0.5)


def test_class_weights_keep_values_that_the_logits_dtype_cannot_hold():
    logits, targets = np.zeros((2, 1, 2), np.float32), np.array([[0], [1]])
    logits[1] = [3, 0]
    for weights in ([1e300, 1e300], [1, 1], [7, 7], [1e-310, 1e-310]):
        value, _ = losses.softmax_cross_entropy(logits, targets, class_weights=weights)
        assert value == pytest.approx((math.log(2) + math.log(1 + math.exp(3))) / 2)


@pytest.mark.parametrize("size", [1e-310, 1e-30, 1, 1e200, 1e308])
def test_weights_of_a_mask_may_have_any_size(name, size, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for(name, rng)
    shares = rng.integers(0, 4, (T, N))
    value, gradient = getattr(losses, name)(a, targets, shares)
    other_value, other_gradient = getattr(losses, name)(a, targets, shares / 4 * size)
    assert_same(other_value, value)
    assert_same(other_gradient, gradient)


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


# -- weights of the classes --------------------------------------------------------------------------------------------

CLASS_WEIGHTS = np.array([0.5, 2.0, 0.0, 1.0, 3.0])


def test_class_weights_are_pytorchs_and_divide_by_the_weights_that_count(mask, rng):
    torch = pytest.importorskip("torch")
    a, targets = rng.standard_normal((T, N, K)), targets_for("softmax_cross_entropy", rng)
    value, slope = losses.softmax_cross_entropy(a, targets, mask, class_weights=CLASS_WEIGHTS)
    counted = np.ones((T, N), bool) if mask is None else mask.astype(bool)
    logits = torch.tensor(a, requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(
        logits[torch.tensor(counted)], torch.tensor(targets[counted]), weight=torch.tensor(CLASS_WEIGHTS)
    )
    theirs.backward()
    assert_same(value, theirs.item())
    assert_same(slope, logits.grad.numpy())


def test_gradient_with_class_weights_is_that_of_central_differences(mask, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for("softmax_cross_entropy", rng)

    def function():
        return losses.softmax_cross_entropy(a, targets, mask, class_weights=CLASS_WEIGHTS)

    assert_derivative(function()[1], lambda: function()[0], a)


def test_equal_class_weights_of_any_size_change_nothing(mask, rng):
    a, targets = rng.standard_normal((T, N, K)), targets_for("softmax_cross_entropy", rng)
    weighted = losses.softmax_cross_entropy(a, targets, mask, class_weights=np.full(K, 7.0))
    plain = losses.softmax_cross_entropy(a, targets, mask)
    assert_same(weighted[0], plain[0])
    assert_same(weighted[1], plain[1])


def test_a_step_whose_class_counts_for_nothing_is_not_read():
    logits, targets = np.array([[[0.0, 1.0]], [[0.0, -np.inf]]]), np.array([[0], [1]])
    value, gradient = losses.softmax_cross_entropy(logits, targets, class_weights=[1.0, 0.0])
    assert_same(value, np.log(1 + np.e))
    assert not gradient[1].any()


def test_class_weights_keep_the_dtype(rng):
    a, targets = rng.standard_normal((T, N, K)).astype(np.float32), targets_for("softmax_cross_entropy", rng)
    assert losses.softmax_cross_entropy(a, targets, class_weights=CLASS_WEIGHTS)[1].dtype == np.float32


# -- CTC ---------------------------------------------------------------------------------------------------------------


def collapse(path, blank):
    """What a path reads as: repetitions merged, then blanks out."""
    return [k for k, _ in itertools.groupby(path) if k != blank]


class Case(NamedTuple):
    """A problem for CTC: steps, classes and blank; and per sequence its labels and its steps."""

    T: int
    K: int
    blank: int
    labels: tuple
    steps: tuple

    def arrays(self, rng, dtype=np.float64):
        """What `ctc` takes; past the targets' ends stands what is no class at all."""
        logits = (2 * rng.standard_normal((self.T, len(self.labels), self.K))).astype(dtype)
        counts = [len(labels) for labels in self.labels]
        targets = np.full((len(counts), max(counts)), -9)
        for n, labels in enumerate(self.labels):
            targets[n, : len(labels)] = labels
        return logits, targets, np.array(self.steps), np.array(counts)


CTC_CASES = {
    "one label": Case(4, 3, 0, ((1,),), (4,)),
    "repeated labels": Case(6, 3, 0, ((1, 1, 2), (2, 2, 2), (1, 2, 1)), (6, 6, 6)),
    "just enough steps": Case(6, 4, 0, ((1, 2, 3, 1, 2), (1, 1, 2, 2), (3, 3, 3)), (5, 6, 5)),
    "unequal lengths": Case(7, 3, 0, ((1, 2), (2, 2, 1), (1,), (2,)), (7, 5, 3, 1)),
    "blank in the middle": Case(6, 4, 1, ((0, 2, 3), (3, 3), (0,)), (6, 4, 2)),
    "blank last": Case(6, 4, 3, ((0, 2, 0), (1, 1), (2,)), (6, 4, 2)),
    "an empty target": Case(5, 3, 0, ((), (1, 2), (2,)), (5, 4, 5)),
    "empty targets only": Case(3, 3, 2, ((), ()), (3, 2)),
    "one step": Case(1, 3, 0, ((1,), ()), (1, 1)),
}


@pytest.fixture(params=CTC_CASES)
def case(request):
    return CTC_CASES[request.param]


def test_ctc_is_the_sum_over_all_paths_that_read_as_the_target(case, rng):
    logits, targets, steps, counts = case.arrays(rng)
    y = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    expected = []
    for n, labels in enumerate(case.labels):
        p = sum(
            math.prod(y[t, n, k] for t, k in enumerate(path))
            for path in itertools.product(range(case.K), repeat=case.steps[n])
            if collapse(path, case.blank) == list(labels)
        )
        expected.append(-math.log(p) / max(len(labels), 1))
    value, _ = losses.ctc(logits, targets, steps, counts, blank=case.blank)
    assert type(value) is float
    assert_same(value, sum(expected) / len(expected))


def ctc_of_torch(torch, logits, targets, steps, counts, blank):
    logits = torch.tensor(logits, requires_grad=True)
    value = torch.nn.functional.ctc_loss(
        logits.log_softmax(2), torch.tensor(targets), torch.tensor(steps), torch.tensor(counts), blank=blank
    )
    value.backward()
    return value.item(), logits.grad.numpy()


def test_ctc_is_pytorchs_with_its_gradient(case, rng):
    torch = pytest.importorskip("torch")
    arrays = case.arrays(rng)
    value, slope = losses.ctc(*arrays, blank=case.blank)
    their_value, their_slope = ctc_of_torch(torch, *arrays, case.blank)
    assert_same(value, their_value)
    assert_same(slope, their_slope)


def test_long_ctc_is_pytorchs_and_does_not_underflow(rng):
    torch = pytest.importorskip("torch")
    steps, counts = np.array([300, 120, 299]), np.array([40, 1, 0])
    arrays = 5 * rng.standard_normal((300, 3, 6)), rng.integers(1, 6, (3, 40)), steps, counts
    value, slope = losses.ctc(*arrays)
    their_value, their_slope = ctc_of_torch(torch, *arrays, 0)
    assert value > 1
    np.testing.assert_allclose(value, their_value, rtol=1e-10)
    np.testing.assert_allclose(slope, their_slope, rtol=0, atol=1e-10)


def test_gradient_of_ctc_is_that_of_central_differences(case, rng):
    logits, *rest = case.arrays(rng)
    _, slope = losses.ctc(logits, *rest, blank=case.blank)
    assert_derivative(slope, lambda: losses.ctc(logits, *rest, blank=case.blank)[0], logits)


def test_slopes_of_ctc_sum_to_zero_over_the_classes_and_are_zero_past_the_end(case, rng):
    logits, targets, steps, counts = case.arrays(rng)
    _, slope = losses.ctc(logits, targets, steps, counts, blank=case.blank)
    np.testing.assert_allclose(slope.sum(axis=2), 0, atol=1e-12)
    past = np.arange(case.T)[:, None] >= steps
    assert not slope[past].any()
    assert slope[~past].any(axis=-1).all()


def test_ctc_does_not_read_past_the_ends(rng):
    logits, targets, steps, counts = CTC_CASES["unequal lengths"].arrays(rng)
    value, slope = losses.ctc(logits, targets, steps, counts)
    for padding in (50.0, np.nan, np.inf, -np.inf):
        logits[np.arange(len(logits))[:, None] >= steps] = padding
        other_value, other_slope = losses.ctc(logits, np.where(targets < 0, 1, targets), steps, counts)
        assert other_value == value
        np.testing.assert_array_equal(other_slope, slope)
        decoded = losses.ctc_greedy_decode(logits, steps)
        assert [labels.tolist() for labels in decoded] == [
            collapse(logits[: steps[n], n].argmax(axis=1), 0) for n in range(len(steps))
        ]


def test_ctc_of_integers_is_that_of_floats(case, rng):
    logits, targets, steps, counts = case.arrays(rng)
    rounded = np.round(logits).astype(np.int16)
    value, gradient = losses.ctc(rounded, targets, steps, counts, blank=case.blank)
    their_value, their_gradient = losses.ctc(rounded.astype(np.float64), targets, steps, counts, blank=case.blank)
    assert (value, gradient.dtype) == (their_value, np.float64)
    np.testing.assert_array_equal(gradient, their_gradient)


def test_padding_that_says_the_target_all_too_late_overflows_nothing():
    logits = np.full((3, 1, 2), -1e3)
    logits[[0, 1, 2], 0, [0, 1, 1]] = 1e3
    value, slope = losses.ctc(logits, np.array([[1]]), [1], [1])
    assert value == 2e3
    np.testing.assert_array_equal(slope[:, 0], [[1, -1], [0, 0], [0, 0]])


def test_ctc_changes_nothing_and_keeps_the_dtype(case, rng):
    arrays = case.arrays(rng, np.float32)
    before = copies(arrays)
    value, slope = losses.ctc(*arrays, blank=case.blank)
    assert type(value) is float
    assert slope.dtype == np.float32
    assert_untouched(arrays, before)


def test_huge_logits_overflow_nothing_in_ctc():
    sure = np.full((3, 1, 2), -1e4)
    sure[[0, 1, 2], 0, [1, 0, 1]] = 1e4
    value, slope = losses.ctc(sure, np.array([[1, 1]]), [3], [2])
    assert value == 0
    assert not slope.any()
    value, slope = losses.ctc(-sure, np.array([[1, 1]]), [3], [2])
    assert value == 3e4
    assert np.isfinite(slope).all()


@pytest.mark.parametrize("blank", [0, 1, 3])
def test_greedy_decoding_merges_repetitions_and_takes_out_blanks(blank, rng):
    logits, steps = rng.standard_normal((9, 5, 4)), np.array([9, 1, 4, 7, 9])
    decoded = losses.ctc_greedy_decode(logits, steps, blank=blank)
    for n, labels in enumerate(decoded):
        assert labels.tolist() == collapse(logits[: steps[n], n].argmax(axis=1), blank)


def test_greedy_decoding_keeps_equal_labels_on_both_sides_of_a_blank():
    assert losses.ctc_greedy_decode(np.eye(3)[[1, 0, 1, 2, 2]][:, None], [5])[0].tolist() == [1, 1, 2]
    assert losses.ctc_greedy_decode(np.eye(3)[[0, 0]][:, None], [2])[0].tolist() == []


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "mask", "message"),
    [
        ((T, K), None, "expected predictions of shape (T, N, K), got (4, 5)"),
        ((T, N, K), np.ones(T), "expected mask of shape (4, 3), got (4,)"),
        ((T, N, K), np.zeros((T, N)), "expected a mask that counts at least one step, got none"),
        ((T, N, K), np.full((T, N), np.nan), "expected a mask of finite numbers, none negative, got nan to nan"),
        ((T, N, K), np.full((T, N), -1), "expected a mask of finite numbers, none negative, got -1.0 to -1.0"),
        ((T, N, K), np.full((T, N), "yes"), "expected mask to be real numbers, got <U3"),
    ],
    ids=["2-D", "mask of another shape", "empty mask", "NaN in the mask", "negative mask", "mask of text"],
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


@pytest.mark.parametrize("argument", ["predictions", "targets", "mask"])
@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (np.ma.asarray, "to be a plain array, got a masked one, whose mask would be lost"),
        (lambda array: array + 0j, "to be real numbers, got complex128"),
        (lambda array: array.astype(object), "to be real numbers, got object"),
    ],
    ids=["masked", "complex", "objects"],
)
def test_message_for_arrays_that_would_lose_a_part(name, argument, spoil, message, rng):
    given = {"predictions": np.zeros((T, N, K)), "targets": targets_for(name, rng), "mask": np.ones((T, N))}
    given[argument] = spoil(given[argument])
    with pytest.raises(ValueError, match=f"^{name}: expected {argument} {re.escape(message)}$"):
        getattr(losses, name)(*given.values())


@pytest.mark.parametrize(("value", "got"), [(1.5, "1.5 to 1.5"), (-0.5, "-0.5 to -0.5"), (math.nan, "nan to nan")])
def test_message_for_targets_that_are_no_probabilities(value, got):
    with pytest.raises(ValueError, match=f"^binary_cross_entropy: expected targets from 0 to 1, got {re.escape(got)}$"):
        losses.binary_cross_entropy(np.zeros((T, N, K)), np.full((T, N, K), value))


@pytest.mark.parametrize(
    ("class_weights", "message"),
    [
        (np.ones(K - 1), "expected class_weights of shape (5,), got (4,)"),
        ([1, 1, -1, 1, 1], "expected finite class_weights, none negative, got [1.0, 1.0, -1.0, 1.0, 1.0]"),
        ([1, 1, np.nan, 1, 1], "expected finite class_weights, none negative, got [1.0, 1.0, nan, 1.0, 1.0]"),
        ([0, 1, 1, 1, 1], "expected class_weights that count at least one step, got none"),
    ],
    ids=["of another shape", "negative", "nan", "none counts"],
)
def test_message_for_class_weights_that_make_no_sense(class_weights, message):
    with pytest.raises(ValueError, match=f"^softmax_cross_entropy: {re.escape(message)}$"):
        losses.softmax_cross_entropy(np.zeros((T, N, K)), np.zeros((T, N), int), class_weights=class_weights)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"logits": np.zeros((4, 3))}, "expected logits of shape (T, N, K), none of them 0, got (4, 3)"),
        ({"logits": np.full((4, 2, 3), np.nan)},
         "expected logits to be finite up to each sequence's length, got NaN or inf"),
        ({"logits": np.zeros((4, 2, 3), complex)}, "expected logits to be real numbers, got complex128"),
        ({"logits": np.ma.zeros((4, 2, 3))},
         "expected logits to be a plain array, got a masked one, whose mask would be lost"),
        ({"targets": np.ones((2, 2))}, "expected targets to be ints of shape (2, S), got float64 (2, 2)"),
        ({"targets": np.ones((3, 2), int)}, "expected targets to be ints of shape (2, S), got int64 (3, 2)"),
        ({"targets": np.array([[1, 2], [3, 9]])},
         "expected targets from 0 to 2 other than the blank 0, got [3] for sequence 1"),
        ({"targets": np.array([[1, -1], [1, 9]])},
         "expected targets from 0 to 2 other than the blank 0, got [1, -1] for sequence 0"),
        ({"blank": 2}, "expected targets from 0 to 2 other than the blank 2, got [1, 2] for sequence 0"),
        ({"blank": 3}, "expected blank to be an int from 0 to 2, got 3"),
        ({"input_lengths": [4, 5]}, "expected input_lengths to be 2 ints from 1 to 4, got [4, 5]"),
        ({"input_lengths": [4, 0]}, "expected input_lengths to be 2 ints from 1 to 4, got [4, 0]"),
        ({"input_lengths": [4]}, "expected input_lengths to be 2 ints from 1 to 4, got [4]"),
        ({"target_lengths": [2, 3]}, "expected target_lengths to be 2 ints from 0 to 2, got [2, 3]"),
        ({"target_lengths": [2, 1.0]}, "expected target_lengths to be 2 ints from 0 to 2, got [2, 1.0]"),
        ({"input_lengths": [1, 4]}, "expected at least 2 steps for the labels [1, 2] of sequence 0, got 1"),
        ({"input_lengths": [4, 2], "targets": np.ones((2, 2), int), "target_lengths": [2, 2]},
         "expected at least 3 steps for the labels [1, 1] of sequence 1, got 2"),
    ],
)  # fmt: skip
def test_message_for_what_ctc_cannot_align_and_nothing_is_changed(changes, message):
    given = {"logits": np.zeros((4, 2, 3)), "targets": np.array([[1, 2], [1, 9]])}
    given |= {"input_lengths": [4, 4], "target_lengths": [2, 1]} | changes
    before = copies(given)
    with pytest.raises(ValueError, match=f"^ctc: {re.escape(message)}$"):
        losses.ctc(**given)
    assert_untouched(given, before)


def test_message_for_what_cannot_be_decoded():
    with pytest.raises(
        ValueError, match=r"^ctc_greedy_decode: expected input_lengths to be 2 ints from 1 to 4, got \["
    ):
        losses.ctc_greedy_decode(np.zeros((4, 2, 3)), [4, 9])
