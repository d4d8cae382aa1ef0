"""One step of each cell: its equations a number at a time, its slopes by central differences, its manners."""

import re

import numpy as np
import pytest
from cases import (
    CELLS,
    D,
    H,
    Net,
    assert_derivative,
    assert_same,
    assert_untouched,
    by_id,
    copies,
    possible,
    random_cell,
    random_problem,
)
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt

FORGETFUL = [kind for kind in CELLS if "f" in kind.blocks]


@pytest.fixture(params=CELLS, ids=by_id)
def kind(request):
    return request.param


def random_step(kind, N, rng, dtype="float64"):
    """A cell, an input and a previous state."""
    cell = random_cell(kind, rng, dtype=dtype)
    state = cell.State(*(rng.standard_normal(shape).astype(dtype) for shape in cell.state_shapes(N).values()))
    return cell, rng.standard_normal((N, D)).astype(dtype), possible(cell, state)


# -- forward ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("N", [1, 5])
def test_step_is_the_equations_a_number_at_a_time(kind, N, dtype, rng):
    cell, x, state = random_step(kind, N, rng, dtype)
    step = cell.forward(x, state)
    for n in range(N):
        past = {name: value[n].tolist() for name, value in state._asdict().items()}
        by_hand = kind.equations(Net(kind.blocks, cell.parameters(), x[n].tolist(), past["h"]), past)
        assert step._fields == tuple(by_hand)
        for name, value in by_hand.items():
            assert_same(getattr(step, name)[n], value, name, dtype)


def test_state_is_zero_if_none_is_given_but_for_n_and_m(kind, rng):
    cell, x, state = random_step(kind, 2, rng)
    zeros = cell.State(*(np.full(value.shape, kind.start.get(name, 0.0)) for name, value in state._asdict().items()))
    assert_untouched(cell.forward(x), copies(cell.forward(x, zeros)))


def test_state_may_be_any_tuple_in_the_order_h_c(kind, rng):
    cell, x, state = random_step(kind, 2, rng)
    assert_untouched(cell.forward(x, tuple(state)), copies(cell.forward(x, state)))


def test_step_keeps_the_dtype(kind, rng):
    for dtype in ("float32", "float64"):
        cell, x, state = random_step(kind, 2, rng, dtype)
        assert {value.dtype for value in cell.forward(x, state)} == {np.dtype(dtype)}


def test_step_changes_neither_input_nor_state_nor_parameters(kind, rng):
    cell, x, state = random_step(kind, 2, rng)
    before = copies([x, state, cell.parameters()])
    first = copies(cell.forward(x, state))
    assert_untouched([x, state, cell.parameters()], before)
    assert_untouched(cell.forward(x, state), first)


@given(N=st.integers(1, 4), size=st.floats(0, 1e4), seed=st.integers(0, 99))
@pytest.mark.parametrize("kind", [kind for kind in CELLS if kind.gates], ids=by_id)
def test_gates_lie_between_0_and_1(kind, N, size, seed):
    cell, x, state = random_step(kind, N, np.random.default_rng(seed))
    step = cell.forward(x * size, state)
    for name in kind.gates:
        gate = getattr(step, name)
        assert (gate >= 0).all()
        assert (gate <= 1).all()


def test_recurrence_is_there(kind, rng):
    cell, x, state = random_step(kind, 1, rng)
    other = state._replace(**{kind.memory: getattr(state, kind.memory) + 1})
    assert not np.allclose(cell.forward(x, state).h, cell.forward(x, other).h)


# -- backward --------------------------------------------------------------------------------------------------------


def test_slopes_of_a_step_are_those_of_central_differences(rng, kind):
    N = 3
    cell, x, prev = random_step(kind, N, rng)
    d = cell.State(*(rng.standard_normal(value.shape) for value in prev))
    a, change = cell.from_input(x), np.zeros((N, len(cell.bias)))  # of what each row of the weights gives

    def after():
        changed = a.copy()
        changed[: len(kind.blocks)] += cell.by_block(change.T)
        step = cell.step(changed, prev, cell.recurrent_weights())
        return sum(np.vdot(value, slope) for value, slope in zip(step, d, strict=True))

    da = np.full(change.shape, np.nan)
    _, d_prev = cell.step_backward(cell.forward(x, prev), prev, d, da)
    assert_derivative(da, after, change, "da", eps=kind.eps)
    for name, slope in d_prev._asdict().items():
        assert_derivative(slope, after, getattr(prev, name), f"d {name} before", eps=kind.eps)


def test_slope_of_the_cell_state_includes_the_way_through_h(rng):
    """dL/dc_t is what arrives at c, and what arrives at h through the output gate."""
    for kind in [kind for kind in CELLS if "c" in kind.state and kind.dh_dc is not None]:
        cell, x, prev = random_step(kind, 2, rng)
        step = cell.forward(x, prev)
        d = cell.State(*(rng.standard_normal(value.shape) for value in prev))
        d_state, _ = cell.step_backward(step, prev, d, np.empty((2, len(cell.bias))))
        assert_same(d_state.h, d.h)
        through_h = d.h * kind.dh_dc(step._asdict())
        if "weight_peephole" in cell.parameters():  # and through the output gate, which looks at c
            do = d.h * step.h / step.o + getattr(d, "o", 0.0)
            through_h += do * step.o * (1 - step.o) * cell.weight_peephole[-1]
        assert_same(d_state.c, d.c + through_h, kind.id)


def test_step_backward_changes_only_what_it_is_told_to(kind, rng):
    cell, x, prev = random_step(kind, 2, rng)
    step, d = cell.forward(x, prev), cell.State(*(rng.standard_normal(value.shape) for value in prev))
    before, da = copies([step, prev, d, cell.parameters()]), np.empty((2, len(cell.bias)))
    first = copies([*cell.step_backward(step, prev, d, da), da])
    assert_untouched([step, prev, d, cell.parameters()], before)
    assert_untouched([*cell.step_backward(step, prev, d, da), da], first)


# -- parameters ------------------------------------------------------------------------------------------------------


def test_parameters_have_their_blocks_in_order(kind):
    cell = kind.cell(D, H, rng=0, **kind.options)
    assert cell.blocks == kind.blocks
    shapes = {name: array.shape for name, array in cell.parameters().items()}
    rows = sum(kind.heights(H))
    expected = {"weight_ih": (rows, D), "weight_hh": (rows, H), "bias": (rows,)}
    if kind.cell in (
        lt.MinGRUCell,
        lt.MinLSTMCell,
        lt.LRUCell,
        lt.MLSTMCell,
        lt.FastWeightsCell,
    ):  # whose gates do not look back
        del expected["weight_hh"]
    assert {name: shapes[name] for name in shapes if name in ("weight_ih", "weight_hh", "bias")} == expected
    places = [np.arange(rows)[cell.rows(block)] for block in kind.blocks]
    assert [len(place) for place in places] == kind.heights(H)
    assert np.concatenate(places).tolist() == list(range(rows))


def test_weights_start_within_one_over_root_h_and_biases_at_zero(kind):
    cell = kind.cell(20, 100, rng=0, **kind.options)
    for name, array in cell.parameters().items():
        if name.startswith("weight") and kind.cell is not lt.LRUCell:  # which starts as its paper says
            assert 0.09 < np.abs(array).max() <= 0.1
            assert abs(array.mean()) < 0.01
    expected = {block: (1.0 if block == "f" else 0.0) for block in kind.blocks}
    assert {block: set(cell.bias[cell.rows(block)].tolist()) for block in kind.blocks} == {
        block: {value} for block, value in expected.items()
    }


@pytest.mark.parametrize("kind", FORGETFUL, ids=by_id)
def test_forget_bias_goes_to_the_forget_gate_and_nowhere_else(kind):
    cell = kind.cell(D, H, forget_bias=-2.5, rng=0, **kind.options)
    gates = kind.heights(H)[kind.blocks.index("f")]
    assert cell.bias[cell.rows("f")].tolist() == [-2.5] * gates
    assert np.count_nonzero(cell.bias) == gates


def test_parameters_are_live(kind, rng):
    cell, x, state = random_step(kind, 1, rng)
    before = cell.forward(x, state).h
    for array in cell.parameters().values():
        array.reshape(-1)[...] *= 2
    assert not np.allclose(cell.forward(x, state).h, before)


def test_same_seed_same_weights_and_a_generator_moves_on(kind):
    one, two = (kind.cell(D, H, rng=3, **kind.options) for _ in range(2))
    assert_untouched(one.parameters(), copies(two.parameters()))
    generator = np.random.default_rng(3)
    three, four = (kind.cell(D, H, rng=generator, **kind.options) for _ in range(2))
    assert_untouched(one.parameters(), copies(three.parameters()))
    assert not np.array_equal(three.weight_ih, four.weight_ih)


def test_cells_hold_no_history(kind, rng):
    cell, x, state = random_step(kind, 1, rng)
    before = set(vars(cell))
    cell.forward(x, state)
    assert set(vars(cell)) == before


# -- what a user may get wrong ---------------------------------------------------------------------------------------


def test_every_kind_of_cell_is_named_in_the_errors_of_all_that_it_takes(kind):
    cell = kind.cell(D, H, rng=0, **kind.options)
    shapes = list(cell.state_shapes(2).values())
    state = [np.ones(shape) for shape in shapes]
    wrong = {
        "input_size": lambda: kind.cell(0, H, **kind.options),
        "hidden_size": lambda: kind.cell(D, -1, **kind.options),
        "dtype": lambda: kind.cell(D, H, dtype="int64", **kind.options),
        "x": lambda: cell.forward(np.zeros((2, D + 1))),
        "state": lambda: cell.forward(np.zeros((2, D)), state[1:]),
        kind.state[-1]: lambda: cell.forward(np.zeros((2, D)), [*state[:-1], np.ones((2, shapes[-1][1] + 1))]),
    }
    for what, call in wrong.items():
        with pytest.raises(ValueError, match=f"^{kind.cell.__name__}: expected {what} "):
            call()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"input_size": 0}, "expected input_size to be a positive int, got 0"),
        ({"hidden_size": -1}, "expected hidden_size to be a positive int, got -1"),
        ({"hidden_size": 2.0}, "expected hidden_size to be a positive int, got 2.0"),
        ({"hidden_size": True}, "expected hidden_size to be a positive int, got True"),
        ({"dtype": "int64"}, "expected dtype float32 or float64, got int64"),
        ({"dtype": "float16"}, "expected dtype float32 or float64, got float16"),
        ({"dtype": None}, "expected dtype float32 or float64, got None"),
        ({"forget_bias": float("nan")}, "expected forget_bias to be a finite number, got nan"),
    ],
)
def test_message_for_a_cell_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=f"^LSTMCell: {re.escape(message)}$"):
        lt.LSTMCell(**{"input_size": D, "hidden_size": H} | arguments)


@pytest.mark.parametrize("make", [lt.LSTMCell, lt.PeepholeLSTMCell, lt.LogLSTMCell, lt.SLSTMCell, lt.MinLSTMCell,
                                  lambda *a, **k: lt.LSTMVariantCell(*a, variant="NP", **k)])  # fmt: skip
@pytest.mark.parametrize("forget_bias", [float("nan"), float("inf"), None, "1"])
def test_message_for_a_forget_bias_that_is_no_number(make, forget_bias):
    with pytest.raises(ValueError, match=r"^\w+Cell: expected forget_bias to be a finite number, got"):
        make(D, H, forget_bias=forget_bias)


def test_message_for_an_unknown_nonlinearity():
    with pytest.raises(ValueError, match=r"^RNNCell: expected nonlinearity 'tanh' or 'relu', got 'sin'$"):
        lt.RNNCell(D, H, nonlinearity="sin")


@pytest.mark.parametrize(
    ("x", "state", "message"),
    [
        (np.zeros(D), None, "expected x of shape (N, 3), got (3,)"),
        (np.zeros((1, D + 1)), None, "expected x of shape (N, 3), got (1, 4)"),
        (np.zeros((1, 1, D)), None, "expected x of shape (N, 3), got (1, 1, 3)"),
        (np.zeros((0, D)), None, "expected at least one sequence, got x of shape (0, 3)"),
        (np.zeros((1, D)) * 1j, None, "expected x to be real numbers, got complex128"),
        (np.ma.masked_array(np.zeros((1, D))), None, "expected x to be a plain array, got a masked one"),
        (np.zeros((2, D)), (np.ones((2, H)), np.ones((2, H + 1))), "expected c of shape (2, 4), got (2, 5)"),
        (np.zeros((2, D)), (np.ones((2, H)), 1j * np.ones((2, H))), "expected c to be real numbers, got complex128"),
        (np.zeros((2, D)), np.ones((2, H)), "expected state to be a tuple (h, c)"),
    ],
)
def test_message_for_a_bad_input(x, state, message):
    with pytest.raises(ValueError, match=f"^LSTMCell: {re.escape(message)}"):
        lt.LSTMCell(D, H, rng=0).forward(x, state)


def test_random_problems_hold_no_zero(rng):
    """The tests' own promise: a bias, a state or an upstream gradient of zero would hide an error."""
    for kind in CELLS:
        layer = kind.layer(D, H, rng=rng, **kind.options)
        problem = random_problem(layer, 2, 2, rng)
        arrays = [problem.x, *problem.state, problem.d_output, *problem.d_final]
        assert all(np.all(array != 0) for array in [*arrays, *random_cell(kind, rng).parameters().values()])


@pytest.mark.parametrize("entry", [0, 17, 39])
def test_central_differences_notice_one_wrong_entry_of_a_large_gradient(entry, rng):
    a = rng.standard_normal((8, 5))
    slope = np.cos(a)
    assert_derivative(slope, lambda: np.sin(a).sum(), a)
    slope.flat[entry] += 3e-7
    with pytest.raises(AssertionError, match="against central differences"):
        assert_derivative(slope, lambda: np.sin(a).sum(), a)
