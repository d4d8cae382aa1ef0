"""The learning rule of 1997: errors go back in time through the cell state alone, and there they stay what they are.

The rule is no gradient of the loss. It is one of a loss in which what the units sent back a step ago is a constant: of
that, central differences are taken here, and autograd's word in `lstm_tutor.reference`.
"""

import re

import numpy as np
import pytest
from cases import (
    LENGTHS,
    D,
    H,
    Net,
    assert_derivative,
    assert_same,
    lstm1997,
    lstm1997_blocks,
    random_problem,
    run,
    shake,
)

import lstm_tutor as lt

KINDS = {
    "plain": {},
    "blocks": {"cells_per_block": 2},
    "gates": {"gate_recurrence": True},
    "gates and blocks": {"gate_recurrence": True, "cells_per_block": 2},
}
T, N = 7, 5


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def options(request):
    return request.param


def truncated_layer(options, rng, **more):
    layer = lt.LSTM1997(D, H, truncated=True, rng=rng, **options, **more)
    shake(layer.parameters(), rng)
    return layer


def test_truncation_changes_nothing_forward_and_every_gradient_that_goes_through_time(options, rng):
    layer = truncated_layer(options, rng)
    whole = lt.LSTM1997(D, H, **options)
    whole.load_parameters(layer.parameters())
    problem = random_problem(layer, T, N, rng)
    (trace, grads), (same, theirs) = run(layer, problem), run(whole, problem)
    np.testing.assert_array_equal(trace.output, same.output)
    for name, gradient in theirs.parameters.items():
        assert np.abs(grads.parameters[name] - gradient).max() > 1e-2, name
    for name, value in grads.initial_state._asdict().items():
        assert value.any() == (name == "c"), f"no error leaves the first step through {name}"


def test_truncated_and_whole_gradient_of_a_single_step_agree_on_the_parameters(options, rng):
    layer = truncated_layer(options, rng)
    whole = lt.LSTM1997(D, H, **options)
    whole.load_parameters(layer.parameters())
    problem = random_problem(layer, 1, N, rng)
    (_, grads), (_, theirs) = run(layer, problem), run(whole, problem)
    for name, gradient in theirs.parameters.items():
        assert_same(grads.parameters[name], gradient, name)
    assert_same(grads.x, theirs.x)


def test_truncated_rule_is_the_gradient_where_what_came_back_is_a_constant(options, rng):
    """Against central differences of the equations, in which h and the gates of the step before do not change."""
    layer = truncated_layer(options, rng)
    problem = random_problem(layer, 4, 1, rng)
    trace, grads = run(layer, problem)
    equations = lstm1997_blocks if "gate_recurrence" in options or "cells_per_block" in options else lstm1997
    before = trace.at().before
    back = [{name: getattr(before, name)[t, 0].tolist() for name in before._fields} for t in range(4)]
    parameters = {name.removesuffix("_l0"): array for name, array in layer.parameters().items()}
    c_start = problem.state.c[0, 0].copy()

    def loss():
        c, total = c_start.tolist(), 0.0
        for t in range(4):
            net = Net(("i", "g", "o"), parameters, problem.x[t, 0].tolist(), back[t]["h"])
            step = equations(net, back[t] | {"c": c})
            c = step["c"]
            total += np.dot(step["h"], problem.d_output[t, 0])
        return total + sum(np.dot(step[name], d[0, 0]) for name, d in problem.d_final._asdict().items())

    for name, array in parameters.items():
        assert_derivative(grads.parameters[name + "_l0"], loss, array, name)
    assert_derivative(grads.x[:, 0], loss, problem.x[:, 0], "x")
    assert_derivative(grads.initial_state.c[0, 0], loss, c_start, "c before the first step")


@pytest.mark.parametrize(("layers", "both"), [(1, False), (1, True), (3, False), (2, True)])
@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["full", "lengths"])
def test_autograd_agrees_for_stacks_directions_and_lengths(options, layers, both, lengths, rng):
    layer = truncated_layer(options, rng, num_layers=layers, bidirectional=both)
    x = rng.standard_normal((T, N, D))
    report = lt.reference.verify(layer, x, lengths=lengths, rng=rng)
    assert re.search("LSTM1997.*truncated", str(report))
    report.raise_on_mismatch()


def test_error_on_the_rail_is_the_same_at_every_step_to_the_last_bit(options, rng):
    """dL/dc_t = dL/dc_s for all t and s: where the output's error arrives only at the end, the factor is 1 exactly."""
    layer = truncated_layer(options, rng)
    problem = random_problem(layer, 100, N, rng)
    trace = layer.forward(problem.x, problem.state)
    d_output = np.zeros_like(problem.d_output)
    d_output[-1] = problem.d_output[-1]
    dc = layer.backward(trace, d_output, problem.d_final).at().c
    assert np.abs(dc[-1]).min() > 0
    np.testing.assert_array_equal(dc, np.broadcast_to(dc[-1], dc.shape))


def test_layer_below_hears_of_an_error_at_its_own_step_and_through_its_own_rail(rng):
    layer = truncated_layer({}, rng, num_layers=2)
    problem = random_problem(layer, T, N, rng)
    trace = layer.forward(problem.x, problem.state)
    below, above = (lt.LSTM1997(size, H, truncated=True) for size in (D, H))
    for k, one in enumerate((below, above)):
        one.load_parameters({name: layer.parameters()[name.replace("l0", f"l{k}")] for name in one.parameters()})
    states = [type(problem.state)(*(value[k : k + 1] for value in problem.state)) for k in range(2)]
    first = below.forward(problem.x, states[0])
    d = above.backward(above.forward(first.output, states[1]), problem.d_output)
    assert_same(layer.backward(trace, problem.d_output).x, below.backward(first, d.x).x)
