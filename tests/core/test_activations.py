"""Squashing functions: right, stable, and honest about their derivatives."""

import math

import numpy as np
import pytest
from cases import assert_same

from lstm_tutor import activations as act

FAR = np.array([-np.inf, -1e308, -800.0, -40.0, 40.0, 800.0, 1e308, np.inf])
VALUES = np.linspace(-6, 6, 49)
SQUASHES = {
    "sigmoid": (act.sigmoid, act.sigmoid_derivative, lambda a: 1 / (1 + math.exp(-a))),
    "tanh": (act.tanh, act.tanh_derivative, math.tanh),
    "relu": (act.relu, act.relu_derivative, lambda a: max(0.0, a)),
}


@pytest.fixture(params=SQUASHES)
def activation(request):
    return SQUASHES[request.param]


def test_activation_is_its_formula(activation):
    function, _, formula = activation
    assert_same(function(VALUES), [formula(a) for a in VALUES])


def test_derivative_is_the_derivative_written_in_the_activation(activation):
    function, derivative, formula = activation
    a, eps = VALUES + 0.01, 1e-6  # not at relu's kink
    numeric = [(formula(v + eps) - formula(v - eps)) / (2 * eps) for v in a]
    np.testing.assert_allclose(derivative(function(a)), numeric, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "function", [act.log_softmax, act.softmax, act.log_sigmoid, act.slog], ids=lambda f: f.__name__
)
@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int64, bool])
def test_integers_are_computed_as_floats(function, dtype):
    a = np.array([0, 1, 3, 100, 1]).astype(dtype)
    y = function(a)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, function(a.astype(np.float64)))


def test_activation_keeps_the_dtype(activation):
    function, derivative, _ = activation
    y = function(VALUES.astype(np.float32))
    assert y.dtype == derivative(y).dtype == np.float32


def test_activation_leaves_its_input_alone(activation):
    function, derivative, _ = activation
    a, y = VALUES.copy(), np.tanh(VALUES)
    function(a), derivative(y)
    np.testing.assert_array_equal(a, VALUES)
    np.testing.assert_array_equal(y, np.tanh(VALUES))


def test_activation_writes_into_out(activation):
    function, _, _ = activation
    a = VALUES.copy()
    expected = function(a)
    assert function(a, out=a) is a
    np.testing.assert_array_equal(a, expected)


def test_sigmoid_of_anything_lies_between_0_and_1_without_a_warning():
    assert act.sigmoid(FAR).tolist() == pytest.approx([0, 0, 0, 0, 1, 1, 1, 1], abs=1e-15)
    assert ((act.sigmoid(FAR) >= 0) & (act.sigmoid(FAR) <= 1)).all()


def test_sigmoid_is_odd_around_one_half():
    assert_same(act.sigmoid(-VALUES), 1 - act.sigmoid(VALUES))


def test_derivative_of_relu_at_its_kink_is_0_as_in_pytorch():
    assert act.relu_derivative(act.relu(np.array([0.0, -0.0]))).tolist() == [0, 0]


def test_steepest_derivatives_are_a_quarter_and_1():
    assert act.sigmoid_derivative(act.sigmoid(0.0)) == 0.25
    assert act.tanh_derivative(act.tanh(0.0)) == 1


def test_softmax_is_its_formula():
    a = np.array([[0.5, -1.0, 2.0], [0.0, 0.0, 0.0]])
    assert_same(act.softmax(a), [[math.exp(v) / sum(math.exp(u) for u in row) for v in row] for row in a])


def test_softmax_sums_to_1_over_the_last_axis_and_ignores_a_shift(rng):
    a = rng.standard_normal((4, 3, 5)) * 30
    assert_same(act.softmax(a).sum(axis=-1), np.ones((4, 3)))
    assert_same(act.softmax(a + 1e3), act.softmax(a))


def test_log_softmax_is_the_log_and_survives_what_softmax_rounds_to_0():
    a = np.array([0.0, 1.0, -1.0])
    assert_same(act.log_softmax(a), np.log(act.softmax(a)))
    assert act.log_softmax(np.array([1e4, 0.0])).tolist() == [0, -1e4]
    assert act.softmax(np.array([1e300, -1e300])).tolist() == [1, 0]


def test_softmax_leaves_its_input_alone(rng):
    a = rng.standard_normal((2, 3))
    before = a.copy()
    act.softmax(a)
    np.testing.assert_array_equal(a, before)


# -- logarithms --------------------------------------------------------------------------------------------------------


def test_log_sigmoid_is_the_logarithm_of_the_sigmoid():
    assert_same(act.log_sigmoid(VALUES), [math.log(1 / (1 + math.exp(-a))) for a in VALUES])


def test_log_sigmoid_is_finite_where_the_sigmoid_is_rounded_to_zero():
    a = np.array([-1e308, -5000.0, 5000.0, 1e308])
    assert act.log_sigmoid(a).tolist() == [-1e308, -5000.0, 0.0, 0.0]


def test_log_sigmoid_has_the_derivative_it_is_said_to_have():
    numeric = (act.log_sigmoid(VALUES + 1e-6) - act.log_sigmoid(VALUES - 1e-6)) / 2e-6
    np.testing.assert_allclose(act.sigmoid(-VALUES), numeric, rtol=0, atol=1e-9)


def test_slog_keeps_the_sign_of_the_logarithm_of_one_more_than_the_size():
    assert_same(act.slog(VALUES), [math.copysign(math.log(1 + abs(a)), a) for a in VALUES])
    np.testing.assert_array_equal(act.slog(-VALUES), -act.slog(VALUES))
    assert np.isfinite(act.slog(np.array([-1e308, 0.0, 1e308]))).all()


def test_derivative_of_slog_is_its_derivative_at_zero_too():
    numeric = (act.slog(VALUES + 1e-7) - act.slog(VALUES - 1e-7)) / 2e-7
    np.testing.assert_allclose(act.slog_derivative(act.slog(VALUES)), numeric, rtol=0, atol=1e-6)
    assert 0.0 in VALUES
    assert act.slog_derivative(act.slog(np.zeros(1))).item() == 1


@pytest.mark.parametrize("function", [act.log_sigmoid, act.slog, act.slog_derivative])
def test_logarithms_keep_the_dtype_and_leave_their_input_alone(function):
    a = VALUES.astype(np.float32)
    assert function(a).dtype == np.float32
    np.testing.assert_array_equal(a, VALUES.astype(np.float32))
