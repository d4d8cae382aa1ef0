"""The mLSTM: three forms of one memory, a stabilizer that changes nothing that is read, and a maximum."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from cases import CELLS, H, assert_same, random_layer, random_problem, run
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.cells.chunkwise import Memory, Projections, chunkwise, chunkwise_backward, empty_memory, project

MLSTM = next(kind for kind in CELLS if kind.id == "mlstm-2")


def drawn(T, N, heads, d, seed, spread=1.0):
    """Projections, a memory before them, and upstream gradients."""
    rng = np.random.default_rng(seed)
    vectors, numbers = (T, N, heads, d), (T, N, heads)
    p = Projections(
        *(rng.standard_normal(vectors) for _ in "qkv"), *(spread * rng.standard_normal(numbers) for _ in "if")
    )
    memories = [
        Memory(*(rng.standard_normal(shape) for shape in ((N, heads, d, d), vectors[1:], numbers[1:]))) for _ in "ab"
    ]
    return p, memories[0], rng.standard_normal(vectors), memories[1]


def unstabilized(p, number=float):
    """The paper's equations without m, in numbers of any kind, for one sequence and one head: y of every step."""
    q, k, v = ([[number(u) for u in row] for row in array[:, 0, 0].tolist()] for array in p[:3])
    a_i, a_f = ([number(u) for u in array[:, 0, 0].tolist()] for array in p[3:])
    exp = Decimal.exp if number is Decimal else np.exp
    d, one = len(q[0]), number(1)
    C, n, ys = [[number(0)] * d for _ in range(d)], [number(0)] * d, []
    for t in range(len(q)):
        i, f = exp(a_i[t]), one / (one + exp(-a_f[t]))
        C = [[f * C[r][c] + i * v[t][r] * k[t][c] for c in range(d)] for r in range(d)]
        n = [f * n[c] + i * k[t][c] for c in range(d)]
        along = abs(sum(u * w for u, w in zip(n, q[t], strict=True)))
        ys.append([sum(u * w for u, w in zip(row, q[t], strict=True)) / max(along, one) for row in C])
    return np.array(ys, float)


# -- three forms -------------------------------------------------------------------------------------------------------

sizes = {"T": st.integers(1, 9), "N": st.integers(1, 3), "heads": st.integers(1, 3), "d": st.integers(1, 4)}


@given(**sizes, chunk_size=st.integers(1, 10), seed=st.integers(0, 99))
def test_every_chunk_size_gives_the_same_reads_memory_and_gradients(T, N, heads, d, chunk_size, seed):
    p, memory, d_y, d_memory = drawn(T, N, heads, d, seed)
    (y, after), (step_y, step_after) = chunkwise(p, memory, chunk_size), chunkwise(p, memory, 1)
    np.testing.assert_allclose(y, step_y, rtol=1e-9, atol=1e-10)
    for name in Memory._fields:
        np.testing.assert_allclose(getattr(after, name), getattr(step_after, name), rtol=1e-9, atol=1e-11, err_msg=name)
    ours, theirs = (chunkwise_backward(p, memory, size, d_y, d_memory) for size in (chunk_size, 1))
    for slopes, others in zip(ours, theirs, strict=True):
        for name in slopes._fields:
            size = max(1, np.abs(getattr(others, name)).max())
            np.testing.assert_allclose(getattr(slopes, name) / size, getattr(others, name) / size, rtol=0, atol=1e-9)


@pytest.mark.parametrize("chunk_size", [1, 3, 7, 20])
def test_every_form_is_the_layer_in_outputs_states_and_gradients(chunk_size, rng):
    layer = random_layer(MLSTM, rng)
    problem = random_problem(layer, 7, 5, rng)
    silent = problem._replace(d_final=problem.d_final._replace(h=0 * problem.d_final.h))
    trace, grads = run(layer, silent)
    cell = layer.cells[0][0]
    by_head = cell.by_head
    p, o = project(cell, problem.x)
    start, d_end = (Memory(s.C[0], by_head(s.n[0]), s.m[0]) for s in (problem.state, problem.d_final))
    y, end = chunkwise(p, start, chunk_size)
    assert_same((o * y).reshape(7, 5, H), trace.output, "output")
    assert_same(end.C, trace.final_state.C[0], "C")
    assert_same(end.n.reshape(5, H), trace.final_state.n[0], "n")
    assert_same(end.m, trace.final_state.m[0], "m")
    d_o = by_head(problem.d_output)
    d_p, d_start = chunkwise_backward(p, start, chunk_size, o * d_o, d_end)
    assert_same(d_start.C, grads.initial_state.C[0], "d C")
    assert_same(d_start.n.reshape(5, H), grads.initial_state.n[0], "d n")
    assert_same(d_start.m, grads.initial_state.m[0], "d m")
    da = np.concatenate(
        [array.reshape(7, 5, -1) for array in
         (d_p.q, d_p.k / np.sqrt(cell.head_size), d_p.v, d_p.a_i, d_p.a_f, d_o * y * o * (1 - o))], axis=-1,
    )  # fmt: skip
    assert_same(da @ cell.weight_ih, grads.x, "d x")
    assert_same(da.sum(axis=(0, 1)), grads.parameters["bias_l0"], "d bias")


def test_the_memory_before_the_first_step_is_that_of_the_layer(rng):
    layer = random_layer(MLSTM, rng)
    p, _ = project(layer.cells[0][0], random_problem(layer, 7, 5, rng).x)
    start, empty = empty_memory(p.a_i, p.q.shape[-1]), layer.cells[0][0].initial_state(5)
    assert start.C.shape == empty.C.shape and not start.C.any()
    assert start.n.shape == p.q.shape[1:] and not start.n.any()
    assert np.array_equal(start.m, empty.m)


def test_pytorch_finds_the_same_reads_memory_and_gradients_in_every_form():
    verify_chunks = pytest.importorskip("lstm_tutor.reference.chunks").verify_chunks
    report = verify_chunks().raise_on_mismatch()
    assert {"MLSTM by chunkwise, recurrent", "MLSTM by chunkwise, parallel"} < {row.case for row in report.rows}
    assert {row.quantity for row in report.rows} > {
        "output",
        "d q",
        "d k",
        "d v",
        "d a_i",
        "d a_f",
        "d initial_state.m",
    }


def test_the_parallel_form_is_attention_with_a_decay_in_the_place_of_a_softmax(rng):
    """From an empty memory y is a weighted sum over the steps so far of (q k) v, over the sum of the weights."""
    p, _, _, _ = drawn(6, 1, 1, 3, 0)
    y, _ = chunkwise(p, empty_memory(p.a_i, 3), 6)
    q, k, v, a_i, a_f = (array[:, 0, 0] for array in p)
    f = 1 / (1 + np.exp(-a_f))
    for t in range(6):
        scores = np.array([np.exp(a_i[s]) * np.prod(f[s + 1 : t + 1]) * (q[t] @ k[s]) for s in range(t + 1)])
        assert_same(y[t, 0, 0], scores @ v[: t + 1] / max(abs(scores.sum()), 1), f"at {t}")


def test_heads_do_not_see_each_other(rng):
    p, memory, _, _ = drawn(5, 2, 3, 2, 1)
    y, _ = chunkwise(p, memory, 3)
    alone, _ = chunkwise(Projections(*(a[:, :, 1:2] for a in p)), Memory(*(a[:, 1:2] for a in memory)), 3)
    assert_same(y[:, :, 1:2], alone)


# -- the stabilizer and the maximum ------------------------------------------------------------------------------------


@given(T=st.integers(1, 12), seed=st.integers(0, 99), chunk_size=st.integers(1, 12))
def test_what_is_read_is_that_of_the_equations_without_a_stabilizer(T, seed, chunk_size):
    p, *_ = drawn(T, 1, 1, 3, seed)
    y, _ = chunkwise(p, empty_memory(p.a_i, 3), chunk_size)
    np.testing.assert_allclose(y[:, 0, 0], unstabilized(p), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("chunk_size", [1, 3, 8])
@pytest.mark.parametrize("spread", [50, 400])
def test_gates_of_any_size_give_what_exact_numbers_give(spread, chunk_size):
    p, *_ = drawn(8, 1, 1, 3, 5, spread)
    with localcontext() as context:
        context.prec = 60  # and exponents without end
        exact = unstabilized(p, Decimal)
    y, _ = chunkwise(p, empty_memory(p.a_i, 3), chunk_size)
    np.testing.assert_allclose(y[:, 0, 0], exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("dtype", "a_i"), [("float64", 800.0), ("float32", 100.0)])
def test_without_the_stabilizer_a_large_input_gate_gives_no_number(dtype, a_i):
    with np.errstate(over="ignore", invalid="ignore"):
        i = np.exp(np.array(a_i, dtype))
        assert np.isinf(i)
        assert np.isnan(i * 0.5 / max(i * 0.5, 1))  # C q / n q
    layer = lt.MLSTM(1, 2, dtype=dtype, rng=0)
    cell = layer.cells[0][0]
    cell.bias[:] = 0.5
    cell.bias[cell.rows("i")] = a_i
    trace = layer.forward(np.ones((20, 3, 1)))
    grads = layer.backward(trace, np.ones((20, 3, 2)))
    assert np.isfinite(trace.output).all()
    assert all(np.isfinite(slope).all() for slope in grads.parameters.values())
    v, o = trace["v"], trace["o"]
    np.testing.assert_allclose(
        trace.output, o * v * np.sign((trace["n"] * trace["q"]).sum(-1, keepdims=True)), rtol=1e-4
    )


@pytest.mark.parametrize(("dtype", "a_i"), [("float64", -800.0), ("float32", -100.0)])
def test_an_input_gate_that_is_shut_writes_nothing_and_is_no_error(dtype, a_i):
    """There exp(-m) is infinite: what is read is zero, as from the paper's ``C q / max(|n q|, 1)`` with C = n = 0."""
    layer = lt.MLSTM(1, 2, dtype=dtype, rng=0)
    cell = layer.cells[0][0]
    cell.bias[cell.rows("i")] = a_i
    with np.errstate(all="raise", under="ignore"):
        trace = layer.forward(np.ones((5, 3, 1)))
        grads = layer.backward(trace, np.ones((5, 3, 2)))
    np.testing.assert_allclose(trace.output, 0, atol=1e-30)
    assert np.isfinite(grads.x).all()


def test_the_maximum_bounds_what_is_read_where_a_query_is_at_right_angles_to_all_keys():
    """Without it n q = 0 divides: the value of the sLSTM's normalizer is above zero, that of n q need not be."""
    k, q = np.array([1.0, 0.0]), np.array([1e-9, 1.0])
    p = Projections(
        *(u.reshape(1, 1, 1, 2) for u in (q, k, np.array([3.0, 4.0]))), np.zeros((1, 1, 1)), np.zeros((1, 1, 1))
    )
    y, memory = chunkwise(p, empty_memory(p.a_i, 2), 1)
    np.testing.assert_allclose(y.ravel(), [3e-9, 4e-9])  # a weak match reads little
    without = memory.C[0, 0] @ q / abs(memory.n[0, 0] @ q)
    np.testing.assert_allclose(without, [3.0, 4.0])  # and would read the whole value, however weak the match


@given(shift=st.floats(-200, 200), seed=st.integers(0, 99))
def test_shifting_the_stabilizer_and_scaling_what_it_stabilizes_changes_no_output(shift, seed):
    rng = np.random.default_rng(seed)
    layer = random_layer(MLSTM, rng)
    x, state, *_ = random_problem(layer, 6, 2, rng)
    shifted = state._replace(C=state.C * np.exp(-shift), n=state.n * np.exp(-shift), m=state.m + shift)
    one, other = layer.forward(x, state), layer.forward(x, shifted)
    np.testing.assert_allclose(other.output, one.output, rtol=1e-8, atol=1e-10)


def test_both_sides_of_both_maxima_are_taken_in_random_problems(rng):
    """Else the slopes that all cells are tested for would see one side only."""
    layer = random_layer(MLSTM, rng)
    trace = layer.forward(*random_problem(layer, 7, 5, rng)[:2])
    by_head = layer.cells[0][0].by_head
    along = np.abs((by_head(trace["n"]) * by_head(trace["q"])).sum(-1))
    assert 0.1 < (trace["i"] == 1).mean() < 0.9
    assert 0.1 < (along > np.exp(-trace["m"])).mean() < 0.9


def test_message_for_heads_that_do_not_divide_the_units():
    with pytest.raises(ValueError, match=r"^MLSTM: expected hidden_size to be a multiple of num_heads, 3, got 4$"):
        lt.MLSTM(3, 4, num_heads=3)
    with pytest.raises(ValueError, match=r"^FastWeights: expected num_heads to be a positive int, got 0$"):
        lt.FastWeights(3, 4, num_heads=0)


def test_a_matrix_memory_can_be_drawn_and_its_gradient_measured(rng):
    layer = lt.MLSTM(3, 4, num_heads=2, rng=0)
    x = rng.standard_normal((5, 2, 3))
    axes = lt.plots.gate_heatmap(layer.forward(x), "C")
    assert axes.images[0].get_array().shape == (8, 5)  # 2 heads of 2 x 2 numbers, 5 steps
    trace = layer.forward(x)
    grads = layer.backward(trace, rng.standard_normal((5, 2, 4)))
    expected = np.sqrt((grads["C"] ** 2).sum(axis=(2, 3, 4)))[::-1].T
    assert_same(lt.analysis.sizes_by_lag(grads, "C"), expected)
