"""Jacobians are quotients of differences, and autograd's; sizes by lag start at the last step."""

import re

import numpy as np
import pytest
import torch
from cases import CELLS, H, assert_same, by_id, random_layer, random_problem, run
from torch.autograd.functional import jacobian

import lstm_tutor as lt
from lstm_tutor.analysis import gradient_sizes, sizes_by_lag

T, N = 6, 3
PEEPING = {"peephole", "NIG", "NFG", "NIAF", "NOAF", "CIFG", "FGR"}  # c moves h through the output gate as well
FIELDS = [
    (kind, of)
    for kind in CELLS
    for of in kind.state
    if of == "h" or (of == "c" and kind.id not in PEEPING and kind.dh_dc)
]
each_field = pytest.mark.parametrize(("kind", "of"), FIELDS, ids=lambda value: getattr(value, "id", value))


def one_sequence(kind, rng):
    layer = random_layer(kind, rng)
    problem = random_problem(layer, T, 1, rng)
    return layer, problem.x, problem.state


# -- Jacobians ---------------------------------------------------------------------------------------------------------


@each_field
def test_jacobians_are_the_quotients_of_differences(kind, of, rng):
    """Nudge a state, run on, and see how the last one moves; a nudged cell state moves the h of its own step too."""
    layer, x, state = one_sequence(kind, rng)
    J = lt.jacobians(layer, x, of, state=state)
    assert J.shape == (T, H, H)
    assert J.dtype == layer.dtype
    np.testing.assert_array_equal(J[-1], np.eye(H))
    trace, eps = layer.forward(x, state), 1e-6
    for s in range(T - 1):
        step = {name: trace[name][s, 0] for name in trace}
        for j in range(H):
            ends = []
            for nudge in (eps, -eps):
                values = {name: trace[name][s].copy() for name in layer.State._fields}
                values[of][0, j] += nudge
                if of == "c":
                    values["h"][0, j] += nudge * kind.dh_dc(step)[j]
                start = layer.State(**{name: value[None] for name, value in values.items()})
                ends.append(getattr(layer.forward(x[s + 1 :], start).final_state, of)[0, 0])
            np.testing.assert_allclose(J[s][:, j], (ends[0] - ends[1]) / (2 * eps), atol=1e-7)


@pytest.mark.parametrize("kind", [kind for kind in CELLS if kind.torch and kind.id != "gru-before"], ids=by_id)
def test_jacobians_of_h_are_autograds(kind, rng):
    layer, x, state = one_sequence(kind, rng)
    module, trace = lt.to_torch(layer), layer.forward(x, state)
    for s in range(T - 1):
        held = [torch.tensor(trace[name][s][None].copy()) for name in layer.State._fields[1:]]

        def last(h, s=s, held=held):
            _, final = module(torch.tensor(x[s + 1 :]), (h, *held) if held else h)
            return (final[0] if held else final)[0, 0]

        theirs = jacobian(last, torch.tensor(trace["h"][s][None].copy())).reshape(H, H)
        assert_same(lt.jacobians(layer, x, state=state)[s], theirs.numpy())


def test_jacobians_up_to_a_step_multiply_to_those_up_to_a_later_one(rng):
    """The chain rule of an RNN: dh_t/dh_s = dh_t/dh_u dh_u/dh_s."""
    kind = next(kind for kind in CELLS if kind.id == "rnn")
    layer, x, _ = one_sequence(kind, rng)
    to_the_end, to_the_middle = lt.jacobians(layer, x), lt.jacobians(layer, x[:4])
    for s in range(4):
        assert_same(to_the_end[s], to_the_end[3] @ to_the_middle[s])


def test_jacobians_start_from_the_layers_own_state_and_may_be_written_into(rng):
    layer = lt.SLSTM(3, H, rng=0)
    x = rng.standard_normal((T, 1, 3))
    own = layer.State(*(value[None] for value in layer.cells[0][0].initial_state(1)))
    J = lt.jacobians(layer, x, "c")
    np.testing.assert_array_equal(J, lt.jacobians(layer, x.tolist(), of="c", state=own))
    J += 1


def test_jacobians_of_the_truncated_rule_are_the_identity_at_every_step(rng):
    layer = lt.LSTM1997(3, H, truncated=True, rng=0)
    J = lt.jacobians(layer, rng.standard_normal((50, 1, 3)), "c")
    np.testing.assert_array_equal(J, np.broadcast_to(np.eye(H), J.shape))


@pytest.mark.parametrize(("call", "message"), [
    (lambda x: lt.jacobians(lt.RNN(3, 4, num_layers=2), x), "expected one recurrent layer of one direction, got RNN"),
    (lambda x: lt.jacobians(lt.RNN(3, 4, bidirectional=True), x), "expected one recurrent layer of one direction"),
    (lambda x: lt.jacobians(lt.LSTMCell(3, 4), x), "expected one recurrent layer of one direction, got LSTMCell(3, 4)"),
    (lambda x: lt.jacobians(lt.RNN(3, 4), x, "c"), "expected of to be one of ['h'], got 'c'"),
    (lambda x: lt.jacobians(lt.RNN(3, 4), np.repeat(x, 2, 1)),
     "expected one sequence, x of shape (T, 1, 3), got (6, 2, 3)"),
    (lambda x: lt.jacobians(lt.RNN(3, 4), x[:, 0]), "expected one sequence, x of shape (T, 1, 3), got (6, 3)"),
    (lambda x: lt.jacobians(lt.RNN(3, 4), 1j * x), "expected x to be real numbers, got complex128"),
])  # fmt: skip
def test_message_for_what_has_no_jacobians(call, message):
    with pytest.raises(ValueError, match="^jacobians: " + re.escape(message)):
        call(np.zeros((T, 1, 3)))


# -- sizes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", ["h", "c"])
@pytest.mark.parametrize(("layer", "direction"), [(0, "forward"), (1, "reverse")])
def test_sizes_by_lag_start_at_the_last_step_that_a_cell_takes(of, layer, direction, rng):
    net = lt.LSTM(3, H, num_layers=2, bidirectional=True, rng=0)
    grads = run(net, random_problem(net, T, N, rng))[1]
    sizes, states = sizes_by_lag(grads, of, layer=layer, direction=direction), grads.at(layer, direction)[of]
    assert sizes.shape == (N, T)
    for lag in range(T):
        t = T - 1 - lag if direction == "forward" else lag
        np.testing.assert_allclose(sizes[:, lag], np.sqrt((states[t] ** 2).sum(axis=-1)))


def test_gradient_sizes_are_those_of_a_gradient_at_the_last_step_alone(rng):
    layer, x = lt.LSTM(3, H, rng=0), rng.standard_normal((T, N, 3))
    d_output = np.zeros((T, N, H))
    d_output[-1] = np.random.default_rng(5).standard_normal((N, H))
    grads = layer.backward(layer.forward(x), d_output)
    for of in ("h", "c"):
        np.testing.assert_array_equal(gradient_sizes(layer, x, of, rng=5), sizes_by_lag(grads, of))
        lengths = np.linalg.norm(grads[of][::-1], axis=-1).T
        np.testing.assert_allclose(gradient_sizes(layer, x, of, rng=np.random.default_rng(5)), lengths)


@pytest.mark.parametrize(
    ("dtype", "size"), [("float64", 1e-200), ("float64", 1e200), ("float32", 1e-25), ("float32", 1e25)]
)
def test_sizes_of_gradients_whose_squares_are_no_floats(dtype, size, rng):
    """Such is what is left of a gradient that vanished."""
    layer = random_layer(CELLS[0], rng, dtype=dtype)
    trace = layer.forward(rng.standard_normal((5, 2, layer.input_size)))
    d_output = rng.standard_normal(trace.output.shape).astype(dtype)
    plain = sizes_by_lag(layer.backward(trace, d_output))
    scaled = sizes_by_lag(layer.backward(trace, d_output * np.dtype(dtype).type(size)))
    assert (plain > 0).all()
    np.testing.assert_allclose(scaled / size, plain, rtol=1e-12 if dtype == "float64" else 1e-5)


def test_message_for_sizes_of_what_is_no_state(rng):
    layer = lt.GRU(3, 4, rng=0)
    with pytest.raises(ValueError, match=r"^sizes_by_lag: expected of to be one of \['h'\], got 'c'$"):
        gradient_sizes(layer, np.zeros((T, N, 3)), "c")
