"""Windows of a long sequence, the state carried from one to the next; and only a layer's own trace goes back."""

import numpy as np
import pytest
from cases import CELLS, TORCH_CELLS, assert_same, by_id, random_layer, random_problem, run

T, N = 12, 3
WINDOWS = [1, 5, 12]  # steps of a window; 5 does not divide 12, and 12 is the whole sequence
each_cell = pytest.mark.parametrize("kind", CELLS, ids=by_id)
each_window = pytest.mark.parametrize("window", WINDOWS)


def windows(layer, problem, window):
    """The traces of all windows, each from the final state of the one before, and where each begins."""
    traces, state = [], problem.state
    for start in range(0, T, window):
        traces.append((start, layer.forward(problem.x[start : start + window], state)))
        state = traces[-1][1].final_state
    return traces


def truncated(layer, problem, window):
    """(parameters' gradients summed over the windows, dL/dx), where no gradient crosses from window to window."""
    totals, dx = {name: np.zeros_like(array) for name, array in layer.parameters().items()}, []
    for start, trace in windows(layer, problem, window):
        grads = layer.backward(trace, problem.d_output[start : start + window])
        dx.append(grads.x)
        for name, gradient in grads.parameters.items():
            totals[name] += gradient
    return totals, np.concatenate(dx)


@each_window
@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("kind", TORCH_CELLS, ids=by_id)
def test_truncated_gradient_is_pytorchs_with_the_state_detached(kind, num_layers, window, rng):
    torch = pytest.importorskip("torch")
    layer = random_layer(kind, rng, num_layers=num_layers)
    problem = random_problem(layer, T, N, rng)
    module, x = layer.to_torch(), torch.tensor(problem.x, requires_grad=True)
    state, loss = tuple(map(torch.tensor, problem.state)), 0
    for start in range(0, T, window):
        output, state = module(x[start : start + window], state if len(state) > 1 else state[0])
        state = tuple(s.detach() for s in (state if isinstance(state, tuple) else (state,)))
        loss = loss + (output * torch.tensor(problem.d_output[start : start + window])).sum()
    loss.backward()
    gradients, dx = truncated(layer, problem, window)
    assert_same(dx, x.grad.numpy(), "d x")
    for name, gradient in gradients.items():
        theirs = module.get_parameter(name.replace("bias_hn", "bias_hh").replace("bias_l", "bias_ih_l")).grad.numpy()
        assert_same(gradient, theirs[-layer.hidden_size :] if "bias_hn" in name else theirs, f"d {name}")


@each_cell
def test_truncated_gradient_is_the_whole_one_only_if_the_window_is_the_sequence(kind, rng):
    layer = random_layer(kind, rng)
    problem = random_problem(layer, T, N, rng)
    problem = problem._replace(d_final=[0 * d for d in problem.d_final])
    _, whole = run(layer, problem)
    for window in WINDOWS:
        gradients, dx = truncated(layer, problem, window)
        gap = max(np.abs(gradients[name] - gradient).max() for name, gradient in whole.parameters.items())
        if window == T:
            assert gap == 0
            np.testing.assert_array_equal(dx, whole.x)
        else:
            assert gap > 1e-3


@each_window
@each_cell
def test_gradients_handed_from_window_to_window_are_those_of_the_whole_sequence(kind, window, rng):
    layer = random_layer(kind, rng, num_layers=2)
    problem = random_problem(layer, T, N, rng)
    trace, whole = run(layer, problem)
    traces = windows(layer, problem, window)
    assert_same(np.concatenate([part.output for _, part in traces]), trace.output, "output")
    totals, dx, d = dict.fromkeys(layer.parameters(), 0.0), [], problem.d_final
    for start, part in reversed(traces):
        grads = layer.backward(part, problem.d_output[start : start + window], d)
        d, dx = grads.initial_state, [grads.x, *dx]
        totals = {name: total + grads.parameters[name] for name, total in totals.items()}
    assert_same(np.concatenate(dx), whole.x, "d x")
    for name, value in whole.initial_state._asdict().items():
        assert_same(getattr(d, name), value, f"d initial {name}")
    for name, gradient in whole.parameters.items():
        assert_same(totals[name], gradient, f"d {name}")
