"""A layer is its cells, unrolled; its gradients are slopes; batches, states, directions and lengths change nothing."""

import re

import numpy as np
import pytest
import torch
from cases import (
    CELLS,
    FEW,
    LENGTHS,
    LSTM,
    SHAPES,
    D,
    H,
    assert_derivative,
    assert_same,
    assert_untouched,
    by_id,
    copies,
    loss,
    random_layer,
    random_problem,
    run,
)
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.layers import steps_that_count

FORGETFUL = [kind for kind in CELLS if "f" in kind.blocks]
ONE, TWO = {"num_layers": 1}, {"num_layers": 2, "bidirectional": True}
shapes = {"T": st.integers(1, 6), "N": st.integers(1, 4), "sizes": st.tuples(st.integers(1, 4), st.integers(1, 5))}
depths = {"num_layers": st.integers(1, 3), "bidirectional": st.booleans()}
seeds = {"seed": st.integers(0, 99)}


@pytest.fixture(params=CELLS, ids=by_id)
def kind(request):
    return request.param


of_few = pytest.mark.parametrize("kind", FEW, ids=by_id)
each_kind = pytest.mark.parametrize("kind", CELLS, ids=by_id)


def of_rows(state, rows):
    """A layer's state, some rows of it only."""
    return state._make(value[rows] for value in state)


def of_sequences(state, which):
    """A layer's state, some sequences of it only."""
    return state._make(value[:, which] for value in state)


def along_rows(values, array):
    """Values (n,) in a shape that multiplies the rows of `array`, (n, ...)."""
    return values.reshape(-1, *[1] * (array.ndim - 1))


def assert_same_state(ours, theirs):
    for name in ours._fields:
        assert_same(getattr(ours, name), getattr(theirs, name), name)


# -- forward: the cells, one step after the other ----------------------------------------------------------------------


def by_hand(layer, x, state, lengths):
    """One sequence, one step, one cell at a time: (output, final state as list over fields, records)."""
    T, N, _ = x.shape
    final = copies(list(state))
    inputs, records = [x[: lengths[n], n] for n in range(N)], {}
    for k, cells in enumerate(layer.cells):
        joined = [[] for _ in inputs]
        for j, cell in enumerate(cells):
            row = k * len(cells) + j
            for n, steps in enumerate(inputs):
                past, hs = layer.State(*(value[row, n][None] for value in state)), [None] * len(steps)
                for t in range(len(steps)) if j == 0 else reversed(range(len(steps))):
                    record = cell.forward(steps[t][None], past)
                    past = layer.State(*(getattr(record, name) for name in layer.State._fields))
                    hs[t], records[k, j, t, n] = record.h[0], record
                joined[n].append(np.array(hs))
                for values, value in zip(final, past, strict=True):
                    values[row, n] = value[0]
        inputs = [np.concatenate(parts, axis=1) for parts in joined]
    output = np.zeros((T, N, inputs[0].shape[1]))
    for n, steps in enumerate(inputs):
        output[: lengths[n], n] = steps
    return output, final, records


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["equal lengths", "lengths"])
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two directions"])
@pytest.mark.parametrize("num_layers", [1, 2, 3])
def test_layer_is_its_cells_one_step_after_the_other(kind, num_layers, bidirectional, lengths, rng):
    layer = random_layer(kind, rng, num_layers=num_layers, bidirectional=bidirectional)
    x, state, _, _ = random_problem(layer, 7, 5, rng)
    trace = layer.forward(x, state, lengths)
    output, final, records = by_hand(layer, x, state, lengths or [7] * 5)
    assert_same(trace.output, output, "output")
    for name, value in zip(layer.State._fields, final, strict=True):
        assert_same(getattr(trace.final_state, name), value, f"final {name}")
    for (k, j, t, n), record in records.items():
        recorded = trace.at(k, ("forward", "reverse")[j])
        for name in trace.names:
            assert_same(recorded[name][t, n], getattr(record, name)[0], f"{name} of layer {k}, direction {j}, t={t}")


def test_output_of_one_layer_is_its_h_and_ends_in_the_final_state(kind, rng):
    layer = random_layer(kind, rng)
    trace = layer.forward(*random_problem(layer, 7, 5, rng)[:2])
    np.testing.assert_array_equal(trace.output, trace["h"])
    for name, value in trace.final_state._asdict().items():
        np.testing.assert_array_equal(value[0], trace[name][-1])


def test_final_state_of_the_reverse_direction_is_at_the_sequences_start(kind, rng):
    layer = random_layer(kind, rng, bidirectional=True)
    trace = layer.forward(*random_problem(layer, 7, 5, rng)[:2], LENGTHS)
    for name, value in trace.final_state._asdict().items():
        np.testing.assert_array_equal(value[1], trace.at(direction="reverse")[name][0])
        ends = trace.at(direction="forward")[name][np.array(LENGTHS) - 1, np.arange(5)]
        np.testing.assert_array_equal(value[0], ends)


def test_state_is_zero_if_none_is_given_but_for_n_and_m(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 3, 2, rng)
    zeros = layer.State(*(np.full_like(v, kind.start.get(name, 0.0)) for name, v in problem.state._asdict().items()))
    np.testing.assert_array_equal(layer.forward(problem.x).output, layer.forward(problem.x, zeros).output)


def test_gradient_of_the_final_state_is_zero_if_none_is_given(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 3, 2, rng)
    trace = layer.forward(problem.x, problem.state)
    zeros = layer.State(*(np.zeros_like(value) for value in problem.d_final))
    without, given_zeros = layer.backward(trace, problem.d_output), layer.backward(trace, problem.d_output, zeros)
    np.testing.assert_array_equal(without.x, given_zeros.x)


# -- backward: slopes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("T", "N", "lengths", "options"),
    [(*shape, None, ONE) for shape in SHAPES]
    + [(4, 3, [3, 4, 1], TWO), (1, 1, None, TWO), (3, 1, None, {"num_layers": 3})],
    ids=str,
)  # fmt: skip
def test_every_gradient_is_that_of_central_differences(kind, T, N, lengths, options, rng):
    layer = random_layer(kind, rng, **options)
    problem = random_problem(layer, T, N, rng)
    _, grads = run(layer, problem, lengths)

    def total():
        return loss(layer, problem, lengths)

    assert_derivative(grads.x, total, problem.x, "d x", eps=kind.eps)
    for name, slope in grads.initial_state._asdict().items():
        assert_derivative(slope, total, getattr(problem.state, name), f"d initial {name}", eps=kind.eps)
    parameters = layer.parameters()
    assert list(grads.parameters) == list(parameters)
    for name, slope in grads.parameters.items():
        assert_derivative(slope, total, parameters[name], f"d {name}", eps=kind.eps)


def test_gradient_of_each_state_is_what_arrives_there(kind, rng):
    """dL/dh_t: from its own output, and from the rest of the sequence, run on its own; dL/dc_t besides through h_t."""
    layer = random_layer(kind, rng)
    problem = random_problem(layer, 5, 2, rng)
    trace, grads = run(layer, problem)
    for t in range(4):
        state = layer.State(*(trace[name][t][None] for name in layer.State._fields))
        rest = problem._replace(x=problem.x[t + 1 :], state=state, d_output=problem.d_output[t + 1 :])
        _, of_the_rest = run(layer, rest)
        dh = problem.d_output[t] + of_the_rest.initial_state.h[0]
        assert_same(grads.at().h[t], dh, f"dL/dh at {t}")
        if "c" in layer.State._fields and kind.dh_dc is not None:
            o = trace["o"][t]
            through_h = dh * kind.dh_dc({name: trace[name][t] for name in trace.names})
            if "weight_peephole_l0" in layer.parameters():  # the output gate looks at the new cell state
                do = dh * trace["h"][t] / o + (of_the_rest.initial_state.o[0] if "o" in layer.State._fields else 0)
                through_h = through_h + do * o * (1 - o) * layer.parameters()["weight_peephole_l0"][-1]
            assert_same(grads.at().c[t], of_the_rest.initial_state.c[0] + through_h, f"dL/dc at {t}")


def test_gradients_are_linear_in_what_arrives_from_the_loss(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 4, 3, rng)
    trace, grads = run(layer, problem)
    doubled = layer.backward(trace, 2 * problem.d_output, [2 * d for d in problem.d_final])
    assert_same(doubled.x, 2 * grads.x)
    for name, slope in grads.parameters.items():
        assert_same(doubled.parameters[name], 2 * slope, name)


def test_nothing_arrives_from_outputs_past_a_length(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 7, 5, rng)
    _, grads = run(layer, problem, LENGTHS)
    noise = problem.d_output + 100.0 * (np.arange(7)[:, None] >= np.array(LENGTHS))[..., None]
    _, with_noise = run(layer, problem._replace(d_output=noise), LENGTHS)
    np.testing.assert_array_equal(with_noise.x, grads.x)
    assert_untouched(with_noise.parameters, copies(grads.parameters))
    past = np.arange(7)[:, None] >= np.array(LENGTHS)
    assert not grads.x[past].any()


def test_padding_does_not_matter(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 7, 5, rng)
    x = problem.x + 9.0 * (np.arange(7)[:, None] >= np.array(LENGTHS))[..., None]
    (trace, grads), (other, other_grads) = run(layer, problem, LENGTHS), run(layer, problem._replace(x=x), LENGTHS)
    np.testing.assert_array_equal(other.output, trace.output)
    np.testing.assert_array_equal(other_grads.x, grads.x)
    assert_untouched(other_grads.parameters, copies(grads.parameters))


# -- properties over shapes --------------------------------------------------------------------------------------------


def drawn(kind, T, N, sizes, seed, **options):
    rng = np.random.default_rng(seed)
    sizes = (sizes[0], sizes[1] * kind.multiple)
    layer = random_layer(kind, rng, sizes=sizes, **options)
    return layer, random_problem(layer, T, N, rng), rng


@each_kind
@given(**shapes, num_layers=st.integers(1, 3), **seeds)
def test_one_step_at_a_time_with_the_state_carried_equals_the_whole_sequence(kind, T, N, sizes, num_layers, seed):
    layer, (x, state, *_), _ = drawn(kind, T, N, sizes, seed, num_layers=num_layers)
    whole = layer.forward(x, state)
    for t in range(T):
        trace = layer.forward(x[t : t + 1], state)
        state = trace.final_state
        assert_same(trace.output[0], whole.output[t], f"output at {t}")
    assert_same_state(state, whole.final_state)


@each_kind
@given(**shapes, **depths, **seeds)
def test_batch_equals_each_sequence_alone(kind, T, N, sizes, num_layers, bidirectional, seed):
    layer, problem, _ = drawn(kind, T, N, sizes, seed, num_layers=num_layers, bidirectional=bidirectional)
    trace, grads = run(layer, problem)
    total = dict.fromkeys(grads.parameters, 0)
    for n in range(N):
        one = [n]
        alone = problem._replace(
            x=problem.x[:, one], state=of_sequences(problem.state, one),
            d_output=problem.d_output[:, one], d_final=of_sequences(problem.d_final, one),
        )  # fmt: skip
        own_trace, own_grads = run(layer, alone)
        assert_same(own_trace.output, trace.output[:, one], "output")
        assert_same_state(own_trace.final_state, of_sequences(trace.final_state, one))
        assert_same(own_grads.x, grads.x[:, one], "d x")
        assert_same_state(own_grads.initial_state, of_sequences(grads.initial_state, one))
        total = {name: total[name] + slope for name, slope in own_grads.parameters.items()}
    for name, slope in grads.parameters.items():
        assert_same(slope, total[name], f"d {name} is the sum over the sequences")


@each_kind
@given(**shapes, **depths, **seeds)
def test_permuting_the_batch_permutes_the_outputs(kind, T, N, sizes, num_layers, bidirectional, seed):
    layer, problem, rng = drawn(kind, T, N, sizes, seed, num_layers=num_layers, bidirectional=bidirectional)
    order, lengths = rng.permutation(N), rng.integers(1, T + 1, N)
    shuffled = problem._replace(
        x=problem.x[:, order], state=of_sequences(problem.state, order),
        d_output=problem.d_output[:, order], d_final=of_sequences(problem.d_final, order),
    )  # fmt: skip
    (trace, grads), (other, other_grads) = run(layer, problem, lengths), run(layer, shuffled, lengths[order])
    assert_same(other.output, trace.output[:, order], "output")
    assert_same(other_grads.x, grads.x[:, order], "d x")
    for name, slope in grads.parameters.items():
        assert_same(other_grads.parameters[name], slope, f"d {name} does not depend on the order")


@each_kind
@given(**shapes, **seeds)
def test_reverse_direction_equals_a_forward_run_over_the_reversed_sequence(kind, T, N, sizes, seed):
    both, problem, _ = drawn(kind, T, N, sizes, seed, bidirectional=True)
    size = both.hidden_size
    forward = kind.layer(both.input_size, size, rng=0, **kind.options)
    for half, direction in enumerate(("forward", "reverse")):
        suffix, turn = ("_reverse", slice(None, None, -1)) if half else ("", slice(None))
        forward.load_parameters({name: both.parameters()[name + suffix] for name in forward.parameters()})
        columns = slice(half * size, (half + 1) * size)
        silent = np.zeros_like(problem.d_output)
        silent[..., columns] = problem.d_output[..., columns]
        silent_final = problem.d_final._make(d * along_rows(np.arange(2) == half, d) for d in problem.d_final)
        trace, grads = run(both, problem._replace(d_output=silent, d_final=silent_final))
        own, own_grads = run(forward, type(problem)(
            problem.x[turn], of_rows(problem.state, [half]),
            problem.d_output[turn, :, columns], of_rows(problem.d_final, [half]),
        ))  # fmt: skip
        assert_same(trace.output[..., columns], own.output[turn], "output")
        assert_same_state(of_rows(trace.final_state, [half]), own.final_state)
        for name in trace.names:
            assert_same(trace.at(direction=direction)[name], own[name][turn], name)
        assert_same(grads.x, own_grads.x[turn], "d x")
        assert_same(grads.at(direction=direction).h, own_grads.at().h[turn], "dL/dh_t")
        for name, slope in own_grads.parameters.items():
            assert_same(grads.parameters[name + suffix], slope, f"d {name}")


@each_kind
@given(**shapes, **depths, **seeds)
def test_lengths_equal_each_sequence_cut(kind, T, N, sizes, num_layers, bidirectional, seed):
    layer, problem, rng = drawn(kind, T, N, sizes, seed, num_layers=num_layers, bidirectional=bidirectional)
    lengths = rng.integers(1, T + 1, N)
    trace, grads = run(layer, problem, lengths)
    total = dict.fromkeys(grads.parameters, 0)
    for n, end in enumerate(lengths):
        one = [n]
        cut, cut_grads = run(layer, problem._replace(
            x=problem.x[:end, one], state=of_sequences(problem.state, one),
            d_output=problem.d_output[:end, one], d_final=of_sequences(problem.d_final, one),
        ))  # fmt: skip
        assert_same(trace.output[:end, one], cut.output, "output")
        assert not trace.output[end:, n].any()
        assert_same_state(of_sequences(trace.final_state, one), cut.final_state)
        assert_same(grads.x[:end, one], cut_grads.x, "d x")
        assert not grads.x[end:, n].any()
        assert_same_state(of_sequences(grads.initial_state, one), cut_grads.initial_state)
        for k in range(num_layers):
            for direction in ("forward", "reverse")[: 1 + bidirectional]:
                ours, theirs = trace.at(k, direction), cut.at(k, direction)
                for name in trace.names:
                    assert_same(ours[name][:end, one], theirs[name], name)
                    assert not ours[name][end:, n].any()
                slopes, cut_slopes = grads.at(k, direction), cut_grads.at(k, direction)
                for name in layer.State._fields:
                    assert_same(getattr(slopes, name)[:end, one], getattr(cut_slopes, name), f"dL/d{name}_t")
                    assert not getattr(slopes, name)[end:, n].any()
        total = {name: total[name] + slope for name, slope in cut_grads.parameters.items()}
    for name, slope in grads.parameters.items():
        assert_same(slope, total[name], f"d {name} is the sum over the sequences")


@each_kind
@given(**shapes, **seeds, num_layers=st.integers(1, 3))
def test_one_direction_does_not_look_ahead(kind, T, N, sizes, num_layers, seed):
    layer, problem, rng = drawn(kind, T, N, sizes, seed, num_layers=num_layers)
    t = int(rng.integers(0, T))
    x = problem.x.copy()
    x[t] += 1
    before, after = (layer.forward(inputs, problem.state).output for inputs in (problem.x, x))
    np.testing.assert_array_equal(after[:t], before[:t])


@each_kind
@given(**shapes, **depths, **seeds)
def test_gates_lie_between_0_and_1(kind, T, N, sizes, num_layers, bidirectional, seed):
    layer, problem, _ = drawn(kind, T, N, sizes, seed, num_layers=num_layers, bidirectional=bidirectional)
    trace = layer.forward(problem.x * 1e3, problem.state)
    for k in range(num_layers):
        for direction in ("forward", "reverse")[: 1 + bidirectional]:
            for name in kind.gates:
                gate = trace.at(k, direction)[name]
                assert 0 <= gate.min() <= gate.max() <= 1


@each_kind
@given(**shapes, **depths, **seeds)
def test_forward_and_backward_change_nothing_and_do_the_same_twice(kind, T, N, sizes, num_layers, bidirectional, seed):
    layer, problem, rng = drawn(kind, T, N, sizes, seed, num_layers=num_layers, bidirectional=bidirectional)
    lengths = rng.integers(1, T + 1, N)
    given_arrays = [*problem, lengths, layer.parameters()]
    before = copies(given_arrays)
    trace, grads = run(layer, problem, lengths)
    kept = copies([trace.output, trace.final_state, trace.x])
    first = copies([grads.x, grads.initial_state, grads.parameters, grads.at().h])
    again = layer.backward(trace, problem.d_output, problem.d_final)
    assert_untouched([again.x, again.initial_state, again.parameters, again.at().h], first)
    assert_untouched([trace.output, trace.final_state, trace.x], kept)
    assert_untouched([layer.forward(problem.x, problem.state, lengths).output], [kept[0]])
    assert_untouched(given_arrays, before)


# -- how a layer is made -----------------------------------------------------------------------------------------------


def test_parameters_are_named_and_shaped_as_promised(kind):
    for options in (ONE, TWO, {"num_layers": 3}):
        layer, rows = kind.layer(D, H, rng=0, **kind.options, **options), sum(kind.heights(H))
        directions = 1 + options.get("bidirectional", False)
        expected = {}
        for k in range(options["num_layers"]):
            for suffix in ("", "_reverse")[:directions]:
                expected[f"weight_ih_l{k}{suffix}"] = (rows, D if k == 0 else H * directions)
                if "weight_hh_l0" in layer.parameters():  # the gates of the minimal cells do not look back
                    expected[f"weight_hh_l{k}{suffix}"] = (rows, H)
                expected[f"bias_l{k}{suffix}"] = (rows,)
        assert {name: array.shape for name, array in layer.parameters().items() if name in expected} == expected


@pytest.mark.parametrize("kind", FORGETFUL, ids=by_id)
@pytest.mark.parametrize(("given_bias", "expected"), [({}, 1.0), ({"forget_bias": -2.5}, -2.5)], ids=str)
def test_forget_bias_is_that_of_every_layer_and_direction(kind, given_bias, expected):
    layer = kind.layer(D, H, num_layers=3, bidirectional=True, rng=0, **given_bias, **kind.options)
    biases = {name: array for name, array in layer.parameters().items() if name.startswith("bias")}
    assert len(biases) == 6
    rows = [
        expected if block == "f" else 0.0
        for block, height in zip(kind.blocks, kind.heights(H), strict=True) for _ in range(height)
    ]  # fmt: skip
    for name, bias in biases.items():
        assert bias.tolist() == rows, name


@of_few
def test_no_two_cells_start_with_the_same_weights(kind):
    layer = kind.layer(H, H, num_layers=3, bidirectional=True, rng=0, **kind.options)
    weights = [array for name, array in layer.parameters().items() if name.startswith("weight")]
    assert len({array[0, :H].tobytes() for array in weights}) == len(weights) >= 6


@of_few
def test_same_seed_same_layer(kind):
    one, two, three = (kind.layer(D, H, rng=seed, **TWO, **kind.options) for seed in (5, np.random.default_rng(5), 6))
    assert_untouched(one.parameters(), copies(two.parameters()))
    assert not np.array_equal(one.parameters()["weight_ih_l1"], three.parameters()["weight_ih_l1"])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dtype_is_kept_whatever_comes_in(kind, dtype, rng):
    layer = random_layer(kind, rng, dtype=dtype, dropout=0.5, **TWO)
    problem = random_problem(layer, 7, 5, rng)
    for came_in in (np.float32, np.float64):
        cast = type(problem)(*(
            [a.astype(came_in) for a in part] if isinstance(part, tuple) else part.astype(came_in) for part in problem
        ))  # fmt: skip
        trace, grads = run(layer, cast, LENGTHS, rng=0)
        arrays = [trace.x, trace.output, *trace.final_state, *(trace.at(1, "reverse")[name] for name in trace.names)]
        arrays += [grads.x, *grads.initial_state, *grads.parameters.values(), grads.at(1, "reverse").h]
        assert {array.dtype for array in arrays} == {np.dtype(dtype)}


def test_float32_is_float64_rounded(kind, rng):
    layer = random_layer(kind, rng, dtype="float32", **TWO)
    problem = random_problem(layer, 7, 5, rng)
    double = kind.layer(D, H, **TWO, **kind.options)
    double.load_parameters(layer.parameters())
    (trace, grads), (exact, exact_grads) = run(layer, problem, LENGTHS), run(double, problem, LENGTHS)
    assert_same(trace.output, exact.output, "output", "float32")
    assert_same(grads.x, exact_grads.x, "d x", "float32")


@of_few
def test_parameters_are_live(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    x = rng.standard_normal((3, 2, D))
    for name in layer.parameters():
        before = layer.forward(x).output
        layer.parameters()[name].reshape(-1)[...] += 0.5
        assert not np.array_equal(layer.forward(x).output, before), name


def test_config_makes_a_layer_of_the_same_kind(kind):
    layer = kind.layer(D, H, dropout=0.25, dtype="float32", rng=0, **TWO, **kind.options)
    twin = kind.layer(**layer.config(), rng=0)
    assert twin.config() == layer.config()
    assert_untouched(twin.parameters(), copies(layer.parameters()))
    assert repr(layer) == repr(twin)
    assert repr(layer).startswith(f"{kind.layer.__name__}(3, 4, ")
    assert eval(repr(layer), vars(lt)).config() == layer.config()


# -- dropout -----------------------------------------------------------------------------------------------------------


@of_few
def test_dropout_happens_only_in_training(kind, rng):
    layer, plain = (kind.layer(D, H, num_layers=2, dropout=p, rng=1, **kind.options) for p in (0.5, 0.0))
    x = rng.standard_normal((5, 3, D))
    np.testing.assert_array_equal(layer.forward(x).output, plain.forward(x).output)
    assert not np.array_equal(layer.forward(x, rng=0).output, plain.forward(x).output)


@of_few
def test_dropout_touches_what_goes_between_layers_and_nothing_else(kind, rng):
    layer = random_layer(kind, rng, num_layers=2, dropout=0.5)
    x = rng.standard_normal((6, 8, D))
    trace, plain = layer.forward(x, rng=0), layer.forward(x)
    np.testing.assert_array_equal(trace.at(0)["h"], plain.at(0)["h"])
    np.testing.assert_array_equal(trace.output, trace.at(1)["h"])
    (mask,) = trace.masks
    assert set(np.unique(mask)) == {0.0, 2.0}  # dropped, or made up for the dropped
    second = kind.layer(H, H, **kind.options)
    second.load_parameters({name: layer.parameters()[name.replace("l0", "l1")] for name in second.parameters()})
    assert_same(trace.output, second.forward(plain.at(0)["h"] * mask).output)


@pytest.mark.parametrize("p", [0.2, 0.75])
def test_dropout_keeps_the_mean(p):
    layer = lt.RNN(1, 50, num_layers=2, dropout=p, rng=0)
    (mask,) = layer.forward(np.zeros((50, 40, 1)), rng=0).masks
    assert mask.mean() == pytest.approx(1, abs=0.02)
    assert (mask == 0).mean() == pytest.approx(p, abs=0.01)


@of_few
def test_dropout_is_repeated_by_its_seed_and_differs_by_step_and_layer(kind, rng):
    layer = random_layer(kind, rng, num_layers=3, dropout=0.5)
    x = rng.standard_normal((5, 3, D))
    np.testing.assert_array_equal(layer.forward(x, rng=4).output, layer.forward(x, rng=4).output)
    first, second = layer.forward(x, rng=4).masks
    assert not np.array_equal(first, second)
    assert not np.array_equal(first[0], first[1])
    assert not np.array_equal(first, layer.forward(x, rng=5).masks[0])


@of_few
def test_gradients_with_dropout_are_those_of_central_differences(kind, rng):
    layer = random_layer(kind, rng, dropout=0.4, **TWO)
    problem = random_problem(layer, 3, 2, rng)
    _, grads = run(layer, problem, [3, 2], rng=8)

    def total():
        return loss(layer, problem, [3, 2], rng=8)

    assert_derivative(grads.x, total, problem.x, "d x", eps=kind.eps)
    for name in ("weight_ih_l0", "weight_ih_l1", "bias_l0_reverse"):
        assert_derivative(grads.parameters[name], total, layer.parameters()[name], f"d {name}", eps=kind.eps)


# -- what a user may get wrong -----------------------------------------------------------------------------------------

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"num_layers": 0}, "expected num_layers to be a positive int, got 0"),
        ({"num_layers": 1.5}, "expected num_layers to be a positive int, got 1.5"),
        ({"dropout": 1.0}, "expected dropout in [0, 1), got 1.0"),
        ({"dropout": -0.1}, "expected dropout in [0, 1), got -0.1"),
        ({"dropout": NAN}, "expected dropout in [0, 1), got nan"),
        ({"hidden_size": 0}, "expected hidden_size to be a positive int, got 0"),
        ({"dropout": "half"}, "expected dropout in [0, 1), got 'half'"),
        ({"dtype": "int32"}, "expected dtype float32 or float64, got int32"),
        ({"dtype": "floaty"}, "expected dtype float32 or float64, got 'floaty'"),
        ({"forget_bias": NAN}, "expected forget_bias to be a finite number, got nan"),
        ({"forget_bias": "1"}, "expected forget_bias to be a finite number, got '1'"),
    ],
    ids=str,
)
def test_message_for_a_layer_that_cannot_be(arguments, message):
    with pytest.raises(ValueError, match=f"^LSTM: {re.escape(message)}$"):
        lt.LSTM(**{"input_size": D, "hidden_size": H} | arguments)


def test_warning_for_dropout_that_has_no_effect():
    with pytest.warns(
        UserWarning, match=r"^LSTM: dropout acts between layers; .* dropout of 0.3 has no effect$"
    ) as said:
        lt.LSTM(D, H, dropout=0.3, rng=0)
    assert [warning.filename for warning in said] == [__file__], "it points at the line that made the layer"


def test_every_kind_of_layer_is_named_in_the_errors_of_all_that_it_takes(kind, rng):
    layer = random_layer(kind, rng)
    x, state, d_output, d_final = random_problem(layer, 7, 5, rng)
    trace, nan = layer.forward(x), float("nan")
    wrong = {
        "input_size": lambda: kind.layer(0, H, **kind.options),
        "hidden_size": lambda: kind.layer(D, -1, **kind.options),
        "dtype": lambda: kind.layer(D, H, dtype="int32", **kind.options),
        "num_layers": lambda: kind.layer(D, H, num_layers=0, **kind.options),
        "x": lambda: layer.forward(nan * x),
        "state.": lambda: layer.forward(x, [*state[:-1], nan * state[-1]]),
        "lengths": lambda: layer.forward(x, lengths=[8] * 5),
        "a trace": lambda: layer.backward(None, d_output),
        "d_output": lambda: layer.backward(trace, nan * d_output),
        "d_final_state.": lambda: layer.backward(trace, d_output, [*d_final[:-1], nan * d_final[-1]]),
        "the parameters": lambda: layer.load_parameters({}),
    }
    for what, call in wrong.items():
        with pytest.raises(ValueError, match=f"^{kind.layer.__name__}: expected {what}"):
            call()


def test_everything_but_the_sizes_is_named():
    message = (
        "LSTM: expected at most 2 positional arguments, ['input_size', 'hidden_size'], and the rest of ['input_size', "
    )
    with pytest.raises(TypeError, match="^" + re.escape(message) + ".* by name, got 3$"):
        lt.LSTM(3, 4, 2)


def bad(value, shape=(7, 5, D)):
    array = np.zeros(shape)
    array[(-1,) * array.ndim] = value
    return array


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((7, D)), "expected x of shape (T, N, 3), got (7, 3)"),
        (np.zeros((7, 5, 4)), "expected x of shape (T, N, 3), got (7, 5, 4)"),
        (np.zeros((7, 5, 3, 1)), "expected x of shape (T, N, 3), got (7, 5, 3, 1)"),
        (np.zeros((0, 5, 3)), "expected at least one step and one sequence, got x of shape (0, 5, 3)"),
        (np.zeros((7, 0, 3)), "expected at least one step and one sequence, got x of shape (7, 0, 3)"),
        (bad(NAN), "expected x to be finite, got 1 NaN or inf; if they are padding, pass lengths"),
        (bad(-INF), "expected x to be finite, got 1 NaN or inf; if they are padding, pass lengths"),
        (np.zeros((7, 5, 3)) * 1j, "expected x to be real numbers, got complex128"),
        (
            np.ma.masked_array(np.zeros((7, 5, 3))),
            "expected x to be a plain array, got a masked one, whose mask would be lost",
        ),
        (np.full((7, 5, 3), "1"), "expected x to be real numbers, got <U1"),
        (np.full((7, 5, 3), None), "expected x to be real numbers, got object"),
        (None, "expected x to be real numbers, got None of dtype object"),
        ("x", "expected x to be real numbers, got str of dtype <U1"),
    ],
    ids=[
        "2-D",
        "wrong D",
        "4-D",
        "no step",
        "no sequence",
        "NaN",
        "inf",
        "complex",
        "masked",
        "text",
        "objects",
        "nothing",
        "a word",
    ],
)
def test_message_for_a_bad_input(x, message):
    with pytest.raises(ValueError, match=f"^LSTM: {re.escape(message)}$"):
        lt.LSTM(D, H, rng=0).forward(x)


def test_message_for_what_is_no_array():
    with pytest.raises(ValueError, match=r"^LSTM: expected x to be an array of numbers, got list: setting an array"):
        lt.LSTM(D, H, rng=0).forward([[1.0, 2.0], [3.0]])
    with pytest.raises(ValueError, match=r"^LSTM: expected x to be an array of numbers, got Tensor: .*detach\(\)"):
        lt.LSTM(D, H, rng=0).forward(torch.ones(7, 5, D, requires_grad=True))


@pytest.mark.parametrize("dtype", [np.int64, np.uint8, bool, np.float16, object])
def test_whole_numbers_and_booleans_are_computed_as_floats(dtype, rng):
    layer = random_layer(LSTM, rng)
    x, state, d_output, d_final = (np.rint(values) != 0 for values in random_problem(layer, 3, 2, rng))
    arguments = [x, tuple(state), d_output, tuple(d_final)]
    exact, (other_x, other_state, other_d, other_final) = (
        [np.asarray(values, as_type) for values in arguments] for as_type in (float, dtype)
    )
    if dtype is object:
        other_x, other_state, other_d, other_final = (values.tolist() for values in exact)
    trace, expected = layer.forward(other_x, tuple(other_state)), layer.forward(exact[0], tuple(exact[1]))
    np.testing.assert_array_equal(trace.output, expected.output)
    grads = layer.backward(trace, other_d, tuple(other_final))
    np.testing.assert_array_equal(grads.x, layer.backward(expected, exact[2], tuple(exact[3])).x)


def test_what_lies_past_the_lengths_is_read_neither_forward_nor_backward(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 7, 5, rng)
    past = ~steps_that_count(np.array(LENGTHS), 7)
    expected, their_grads = run(layer, problem, LENGTHS)
    for padding in (NAN, INF, 1e300, -100):
        x, d_output = (np.where(past[..., None], padding, values) for values in (problem.x, problem.d_output))
        before = copies([x, d_output])
        trace, grads = run(layer, problem._replace(x=x, d_output=d_output), LENGTHS)
        assert_untouched([x, d_output], before)
        np.testing.assert_array_equal(trace.output, expected.output)
        np.testing.assert_array_equal(grads.x, their_grads.x)
        assert_untouched(list(trace.final_state), list(expected.final_state))
        assert_untouched(list(grads.initial_state), list(their_grads.initial_state))
        assert_untouched(grads.parameters, their_grads.parameters)
        assert not grads.x[past].any()


def test_nothing_is_raised_where_all_floating_point_errors_are(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, 7, 5, rng)
    with np.errstate(all="raise"):
        for size in (1e-160, 1, 1e3):
            scaled = problem._replace(x=size * problem.x, d_output=size * problem.d_output)
            for lengths in (None, LENGTHS):
                _, grads = run(layer, scaled, lengths)
                assert np.isfinite(grads.x).all()
            kind.cell(D, H, rng=0, **kind.options).forward(scaled.x[0])


STATE_FAULTS = {
    "too few rows": (lambda good: [value[:1] for value in good], "{what}.h of shape (4, 5, 4), got (1, 5, 4)"),
    "another batch": (lambda good: [value[:, :1] for value in good], "{what}.h of shape (4, 5, 4), got (4, 1, 4)"),
    "NaN": (lambda good: [*good[:-1], bad(NAN, (4, 5, H))], "{what}.{last} to be finite, got NaN or inf"),
    "too many": (lambda good: [*good, good[0]], "{what} to be a tuple ({fields}), got {more} values"),
    "a number": (lambda good: 3.0, "{what} to be a tuple ({fields}), got float"),
    "complex": (lambda good: [1j * value for value in good], "{what}.h to be real numbers, got complex128"),
    "masked": (
        lambda good: [np.ma.asarray(value) for value in good],
        "{what}.h to be a plain array, got a masked one, whose mask would be lost",
    ),
}


@pytest.mark.parametrize("fault", STATE_FAULTS)
@pytest.mark.parametrize("what", ["state", "d_final_state"])
def test_message_for_a_bad_state(what, fault, rng):
    layer = random_layer(LSTM, rng, **TWO)
    x, state, d_output, _ = random_problem(layer, 7, 5, rng)
    spoil, message = STATE_FAULTS[fault]
    message = message.format(what=what, last=state._fields[-1], fields=", ".join(state._fields), more=len(state) + 1)
    with pytest.raises(ValueError, match=f"^LSTM: expected {re.escape(message)}$"):
        if what == "state":
            layer.forward(x, spoil(list(state)))
        else:
            layer.backward(layer.forward(x), d_output, spoil(list(state)))


def test_state_of_an_rnn_may_be_its_only_array_and_that_of_an_lstm_may_not(rng):
    x, h = rng.standard_normal((2, 5, D)), rng.standard_normal((1, 5, H))
    np.testing.assert_array_equal(lt.RNN(D, H, rng=0).forward(x, h).output, lt.RNN(D, H, rng=0).forward(x, (h,)).output)
    message = "LSTM: expected state to be a tuple (h, c), got an array of shape (1, 5, 4)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lt.LSTM(D, H, rng=0).forward(x, h)


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([7, 7], "expected lengths to be 5 ints, got [7, 7]"),
        (7, "expected lengths to be 5 ints, got 7"),
        ([7.0] * 5, "expected lengths to be 5 ints, got [7.0, 7.0, 7.0, 7.0, 7.0]"),
        ([7, 7, 7, 7, 0], "expected lengths from 1 to T = 7, got [7, 7, 7, 7, 0]"),
        ([7, 7, 7, 7, 8], "expected lengths from 1 to T = 7, got [7, 7, 7, 7, 8]"),
        ([True] * 5, "expected lengths to be 5 ints, got [True, True, True, True, True]"),
    ],
    ids=["too few", "a number", "floats", "a length of 0", "longer than T", "bools"],
)
def test_message_for_bad_lengths(lengths, message):
    with pytest.raises(ValueError, match=f"^LSTM: {re.escape(message)}$"):
        lt.LSTM(D, H, rng=0).forward(np.zeros((7, 5, D)), lengths=lengths)


@pytest.mark.parametrize(
    ("d_output", "message"),
    [
        (np.zeros((7, 5, H)), "expected d_output of shape (7, 5, 8), got (7, 5, 4)"),
        (np.zeros((6, 5, 2 * H)), "expected d_output of shape (7, 5, 8), got (6, 5, 8)"),
        (1.0, "expected d_output of shape (7, 5, 8), got ()"),
        (bad(INF, (7, 5, 2 * H)), "expected d_output to be finite, got 1 NaN or inf"),
        (np.zeros((7, 5, 2 * H)) * 1j, "expected d_output to be real numbers, got complex128"),
    ],
    ids=["one direction's", "one step less", "a number", "inf", "complex"],
)
def test_message_for_a_bad_gradient(d_output, message, rng):
    layer = random_layer(LSTM, rng, **TWO)
    trace = layer.forward(np.zeros((7, 5, D)))
    with pytest.raises(ValueError, match=f"^LSTM: {re.escape(message)}$"):
        layer.backward(trace, d_output)


# -- load_parameters ---------------------------------------------------------------------------------------------------


@of_few
def test_loaded_parameters_are_copies_of_what_was_given(kind, rng):
    one, two = (random_layer(kind, rng, **TWO) for _ in range(2))
    two.load_parameters(one.parameters())
    assert_untouched(two.parameters(), copies(one.parameters()))
    one.parameters()["weight_ih_l1"][...] = 0
    assert two.parameters()["weight_ih_l1"].all()


@of_few
def test_loaded_parameters_may_be_lists_and_come_in_any_order(kind, rng):
    one, two = (random_layer(kind, rng, **TWO) for _ in range(2))
    two.load_parameters({name: array.tolist() for name, array in reversed(one.parameters().items())})
    assert_untouched(two.parameters(), copies(one.parameters()))


@of_few
def test_directions_may_be_swapped_by_loading_a_layers_own_arrays(kind, rng):
    layer = random_layer(kind, rng, bidirectional=True)
    p, before = layer.parameters(), copies(layer.parameters())
    other = {name: name.removesuffix("_reverse") if name.endswith("_reverse") else name + "_reverse" for name in p}
    layer.load_parameters({name: p[other[name]] for name in p})
    assert_untouched({name: p[other[name]] for name in p}, before)


PARAMETER_FAULTS = {
    "unknown name": (lambda p: p | {"weight_xy_l0": p["bias_l0"]}, "got unknown ['weight_xy_l0'] and missing []"),
    "missing name": (lambda p: {k: p[k] for k in p if k != "bias_l1"}, "got unknown [] and missing ['bias_l1']"),
    "nothing": (lambda p: {}, "missing ['bias_"),
    "transposed": (lambda p: p | {"weight_ih_l0": p["weight_ih_l0"].T}, "expected weight_ih_l0 of shape"),
    "a row short": (lambda p: p | {"bias_l1_reverse": p["bias_l1_reverse"][1:]}, "expected bias_l1_reverse of shape"),
    "one number": (lambda p: p | {"bias_l1_reverse": 0.0}, "expected bias_l1_reverse of shape"),
    "NaN": (lambda p: p | {"bias_l1": p["bias_l1"] * NAN}, "expected bias_l1 to be finite numbers"),
    "inf": (lambda p: p | {"bias_l1": p["bias_l1"] * INF}, "expected bias_l1 to be finite numbers"),
    "text": (lambda p: p | {"bias_l1": p["bias_l1"].astype(str)}, "expected bias_l1 to be real numbers"),
    "complex": (lambda p: p | {"bias_l1": p["bias_l1"] * 1j}, "expected bias_l1 to be real numbers"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PARAMETER_FAULTS)
def test_message_for_parameters_that_do_not_fit_and_nothing_is_changed(fault, rng):
    layer = random_layer(LSTM, rng, **TWO)
    before = copies(layer.parameters())
    spoil, message = PARAMETER_FAULTS[fault]
    given_parameters = spoil({name: array + 1 for name, array in layer.parameters().items()})
    with pytest.raises(ValueError, match=f"^LSTM: .*{re.escape(message)}"):
        layer.load_parameters(given_parameters)
    assert_untouched(layer.parameters(), before)


def test_message_for_parameters_too_large_for_the_dtype(rng):
    layer = lt.RNN(D, H, dtype="float32", rng=0)
    before = copies(layer.parameters())
    with pytest.raises(ValueError, match=r"^RNN: expected bias_l0 to be finite numbers"):
        layer.load_parameters(layer.parameters() | {"bias_l0": np.full(H, 1e300)})
    assert_untouched(layer.parameters(), before)
