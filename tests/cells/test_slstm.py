"""The sLSTM: its stabilizer changes nothing that is said, and prevents numbers that no float can hold."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from cases import CELLS, D, H, assert_derivative, assert_same, random_layer, random_problem, run
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt

SLSTM = next(kind for kind in CELLS if kind.id == "slstm")


def plain(layer, x, number=float, exp=math.exp):
    """The equations without a stabilizer, a number at a time: h of every step, and c and n of the last one."""

    def numbers(array):
        return [numbers(row) for row in array] if isinstance(array, list) else number(array)

    def sums(W, b, v):
        return [bias + sum(u * w for u, w in zip(row, v, strict=True)) for row, bias in zip(W, b, strict=True)]

    def logistic(a):
        return [1 / (1 + exp(-v)) for v in a]

    size = layer.hidden_size
    W_x, W_h, b = (numbers(layer.parameters()[name].tolist()) for name in ("weight_ih_l0", "weight_hh_l0", "bias_l0"))
    h = c = n = [number(0)] * size
    output = []
    for x_t in numbers(x[:, 0].tolist()):
        a = sums(W_h, sums(W_x, b, x_t), h)
        i, f, g, o = (a[k * size : (k + 1) * size] for k in range(4))
        i, f, o = [exp(v) for v in i], logistic(f), logistic(o)
        g = [2 * v - 1 for v in logistic([2 * v for v in g])]
        c = [u * v + w * y for u, v, w, y in zip(f, c, i, g, strict=True)]
        n = [u * v + w for u, v, w in zip(f, n, i, strict=True)]
        h = [u * v / w for u, v, w in zip(o, c, n, strict=True)]
        output.append(h)
    return np.array(output, float), np.array(c, float), np.array(n, float)


def far_layer(rng, size, dtype="float64"):
    """A layer whose pre-activations lie between -`size` and `size`, about."""
    layer = random_layer(SLSTM, rng, dtype=dtype)
    layer.parameters()["bias_l0"][...] = rng.uniform(-size, size, 4 * H)
    layer.parameters()["weight_ih_l0"][...] *= size / 4
    return layer


def test_outputs_are_those_of_the_equations_without_a_stabilizer(rng):
    layer, x = random_layer(SLSTM, rng), rng.standard_normal((40, 1, D))
    trace = layer.forward(x)
    h, c, n = plain(layer, x)
    assert_same(trace.output[:, 0], h, "h")
    true = np.exp(trace["m"][-1, 0])
    assert_same(trace["c"][-1, 0] * true, c, "c exp(m)")
    assert_same(trace["n"][-1, 0] * true, n, "n exp(m)")


@pytest.mark.parametrize("size", [50, 500])
def test_pre_activations_of_any_size_give_what_exact_numbers_give(size, rng):
    layer, x = far_layer(rng, size), rng.standard_normal((6, 1, D))
    with localcontext() as context:
        context.prec = 60  # and exponents without end
        h, _, _ = plain(layer, x, Decimal, Decimal.exp)
    np.testing.assert_allclose(layer.forward(x).output[:, 0], h, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("dtype", "size"), [("float64", 500), ("float64", 5000), ("float32", 90), ("float32", 500)])
def test_nothing_overflows(dtype, size, rng):
    layer = far_layer(rng, size, dtype)
    problem = random_problem(layer, 7, 5, rng)
    trace, grads = run(layer, problem)
    arrays = [trace.output, *trace.final_state, grads.x, *grads.initial_state, *grads.parameters.values()]
    assert all(np.isfinite(array).all() for array in arrays)
    assert (np.abs(layer.forward(problem.x).output) <= 1).all()


@pytest.mark.parametrize(
    ("dtype", "size", "h_too"), [("float64", 500, False), ("float64", 800, True), ("float32", 500, True)]
)
def test_without_the_stabilizer_it_would(dtype, size, h_too):
    """The same pre-activations: exp(a_i) is infinite or zero, and so h = o c / n no number; or, sooner, its slope."""
    a_i = np.array([size, -size, size, -size], dtype)
    layer = lt.SLSTM(1, H, dtype=dtype, rng=0)
    layer.load_parameters({name: np.zeros_like(array) for name, array in layer.parameters().items()})
    layer.parameters()["bias_l0"][:H] = a_i
    layer.parameters()["bias_l0"][2 * H : 3 * H] = 1.0
    trace = layer.forward(np.zeros((3, 1, 1)))
    assert_same(trace.output, np.full((3, 1, H), 0.5 * np.tanh(1.0)), dtype=dtype)  # o g: the past says the same
    grads = layer.backward(trace, np.ones((3, 1, H)))
    assert all(np.isfinite(slope).all() for slope in grads.parameters.values())
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        n, g = np.exp(a_i), np.tanh(np.ones(H, dtype))
        c = n * g
        h, slope = 0.5 * c / n, 0.5 * c / n**2
    assert np.isnan(h).all() == h_too
    assert not np.isfinite(slope).all()


@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "reverse"])
def test_the_first_step_is_the_papers(reverse, rng):
    """m = a_i exactly, whatever the input; so i = 1, f = 0, c = g, n = 1 and h = o g."""
    layer = far_layer(rng, 300)
    both = lt.SLSTM(D, H, bidirectional=True, rng=rng)
    suffix = "_reverse" if reverse else ""
    both.load_parameters(both.parameters() | {name + suffix: value for name, value in layer.parameters().items()})
    x = rng.standard_normal((4, 3, D))
    lengths = [4, 2, 3]
    trace = both.forward(x, lengths=lengths).at(direction="reverse" if reverse else "forward")
    for n, length in enumerate(lengths):
        t = length - 1 if reverse else 0
        a_i = x[t, n] @ layer.parameters()["weight_ih_l0"][:H].T + layer.parameters()["bias_l0"][:H]
        first = {name: trace[name][t, n] for name in trace.names}
        assert_same(first["m"], a_i, "m")
        np.testing.assert_array_equal(first["i"], 1)
        np.testing.assert_array_equal(first["f"], 0)
        np.testing.assert_array_equal(first["c"], first["g"])
        np.testing.assert_array_equal(first["n"], 1)
        np.testing.assert_array_equal(first["h"], first["o"] * first["g"])


def test_the_initial_state_is_finite_and_may_be_given_as_any_other(rng):
    layer, x = random_layer(SLSTM, rng, num_layers=2), rng.standard_normal((5, 3, D))
    for dtype in ("float64", "float32"):
        assert all(np.isfinite(value).all() for value in lt.SLSTMCell(D, H, dtype=dtype).initial_state(3))
    cells = [cell for (cell,) in layer.cells]
    given_state = layer.State(*(np.stack(values) for values in zip(*(c.initial_state(3) for c in cells), strict=True)))
    np.testing.assert_array_equal(layer.forward(x, given_state).output, layer.forward(x).output)
    half = layer.forward(x[:2])
    assert_same(layer.forward(x[2:], half.final_state).output, layer.forward(x).output[2:])


def test_gradients_from_the_initial_state_are_those_of_central_differences_where_padding_comes_first(rng):
    """In the reverse direction a short sequence carries its initial state along before its first step."""
    layer, x = random_layer(SLSTM, rng, bidirectional=True), rng.standard_normal((4, 3, D))
    d_output = rng.standard_normal((4, 3, 2 * H))
    grads = layer.backward(layer.forward(x, lengths=[1, 4, 2]), d_output)

    def total():
        return np.vdot(layer.forward(x, lengths=[1, 4, 2]).output, d_output)

    assert_derivative(grads.x, total, x, "d x")
    for name, slope in grads.parameters.items():
        assert_derivative(slope, total, layer.parameters()[name], f"d {name}")


@given(shift=st.floats(-300, 300), seed=st.integers(0, 99))
def test_shifting_the_stabilizer_and_scaling_what_it_stabilizes_changes_no_output(shift, seed):
    rng = np.random.default_rng(seed)
    layer = random_layer(SLSTM, rng)
    x, state, *_ = random_problem(layer, 6, 2, rng)
    shifted = state._replace(c=state.c * np.exp(-shift), n=state.n * np.exp(-shift), m=state.m + shift)
    one, other = layer.forward(x, state), layer.forward(x, shifted)
    np.testing.assert_allclose(other.output, one.output, rtol=1e-9, atol=1e-11)


@given(seed=st.integers(0, 99))
def test_the_stabilizer_has_no_slope_of_its_own(seed):
    """The derivative of the shift above: dL/dm = c dL/dc + n dL/dn at the start, if the loss asks for h alone."""
    rng = np.random.default_rng(seed)
    layer = random_layer(SLSTM, rng)
    problem = random_problem(layer, 6, 2, rng)
    silent = problem.d_final._make(value * (name == "h") for name, value in problem.d_final._asdict().items())
    _, grads = run(layer, problem._replace(d_final=silent))
    start, slope = problem.state, grads.initial_state
    assert np.abs(slope.c).max() > 1e-3
    np.testing.assert_allclose(slope.m, start.c * slope.c + start.n * slope.n, rtol=1e-9, atol=1e-11)


@given(seed=st.integers(0, 99), size=st.floats(0, 500))
def test_one_of_the_two_gates_is_wholly_open_and_the_normalizer_never_below_1(seed, size):
    rng = np.random.default_rng(seed)
    trace = far_layer(rng, size).forward(rng.standard_normal((9, 3, D)))
    np.testing.assert_array_equal(np.maximum(trace["i"], trace["f"]), 1)
    assert (trace["n"] >= 1).all()
    assert (np.abs(trace["c"]) <= trace["n"]).all()


def test_both_sides_of_the_maximum_are_taken_in_random_problems(rng):
    """Else the slopes that all cells are tested for would see one side only."""
    layer = random_layer(SLSTM, rng)
    i = layer.forward(*random_problem(layer, 7, 5, rng)[:2])["i"]
    assert 0.2 < (i == 1).mean() < 0.8


@pytest.mark.parametrize("worst", [-0.25, 0.0])
def test_message_for_a_normalizer_that_is_not_above_zero(worst, rng):
    layer = random_layer(SLSTM, rng)
    x, state, d_output, d_final = random_problem(layer, 2, 1, rng)
    state.n[0, 0, 1] = worst
    with pytest.raises(ValueError, match=f"^SLSTM: expected state\\.n to be above zero, got {worst}$"):
        layer.forward(x, state)
    cell = layer.cells[0][0]
    with pytest.raises(ValueError, match=f"^SLSTMCell: expected n to be above zero, got {worst}$"):
        cell.forward(x[0], [value[0] for value in state])
    grads = layer.backward(
        layer.forward(x), d_output, d_final._replace(n=-np.abs(d_final.n))
    )  # a slope may be negative
    assert np.isfinite(grads.x).all()
