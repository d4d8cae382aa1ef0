"""A trace is a record: named, in the order of the input's time, read-only, and deaf to what happens later."""

import re

import numpy as np
import pytest
from cases import (
    FEW,
    LENGTHS,
    D,
    H,
    assert_untouched,
    by_id,
    copies,
    random_layer,
    random_problem,
    run,
)

import lstm_tutor as lt

T, N = 7, 5
TWO = {"num_layers": 2, "bidirectional": True}
NAMES = {"rnn": "h", "rnn-relu": "h", "lstm1997": "igoch", "lstm": "ifgoch"}


@pytest.fixture(params=FEW, ids=by_id)
def kind(request):
    return request.param


@pytest.fixture
def simple(kind, rng):
    """One layer, one direction: (layer, problem, trace, gradients)."""
    layer = random_layer(kind, rng)
    problem = random_problem(layer, T, N, rng)
    return layer, problem, *run(layer, problem)


@pytest.fixture
def deep(kind, rng):
    """Two layers, two directions, unequal lengths: (layer, problem, trace, gradients)."""
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, T, N, rng)
    return layer, problem, *run(layer, problem, LENGTHS)


def test_names_are_the_gates_and_states_in_the_order_of_the_equations(kind, simple):
    _, _, trace, _ = simple
    assert trace.names == trace.at().names == tuple(NAMES.get(kind.id, trace.names))


def test_everything_has_its_shape(kind, deep):
    _, _problem, trace, grads = deep
    heads = kind.options.get("num_heads")  # a memory, a stabilizer and gates are of a head
    shapes = dict.fromkeys(("m", "i", "f", "a_f"), (heads,)) | {"C": (heads, H // heads, H // heads)} if heads else {}
    assert trace.x.shape == grads.x.shape == (T, N, D)
    assert trace.output.shape == (T, N, 2 * H)
    assert trace.lengths.tolist() == LENGTHS
    for k in range(2):
        for direction in ("forward", "reverse"):
            recorded, slopes = trace.at(layer=k, direction=direction), grads.at(layer=k, direction=direction)
            assert all(recorded[name].shape == (T, N, *shapes.get(name, (H,))) for name in trace.names)
            assert all(getattr(slopes, name).shape == (T, N, *shapes.get(name, (H,))) for name in kind.state)
    for state in (trace.final_state, grads.initial_state):
        assert type(state) is kind.layer(D, H, **kind.options).State
        assert all(value.shape == (4, N, *shapes.get(name, (H,))) for name, value in state._asdict().items())


def test_states_carry_their_fields_in_the_order_h_c():
    assert lt.State._fields == ("h",)
    assert lt.LSTMState._fields == ("h", "c")


def test_trace_of_one_layer_and_direction_is_indexed_directly(simple):
    _, _, trace, _ = simple
    for name in trace.names:
        np.testing.assert_array_equal(trace[name], trace.at(layer=0, direction="forward")[name])


def test_everything_past_a_length_is_zero(kind, deep):
    _, _, trace, grads = deep
    past = np.arange(T)[:, None] >= np.array(LENGTHS)
    arrays = [trace.output, grads.x]
    for k in range(2):
        for direction in ("forward", "reverse"):
            arrays += [trace.at(k, direction)[name] for name in trace.names]
            arrays += [getattr(grads.at(k, direction), name) for name in kind.state]
    for array in arrays:
        assert not array[past].any()
        assert array[~past].any()


def test_output_joins_the_directions_of_the_last_layer(deep):
    _, _, trace, _ = deep
    np.testing.assert_array_equal(trace.output[..., :H], trace.at(1, "forward")["h"])
    np.testing.assert_array_equal(trace.output[..., H:], trace.at(1, "reverse")["h"])


def test_final_state_has_a_row_for_each_layer_and_direction_in_pytorchs_order(deep):
    _, _, trace, _ = deep
    for k in range(2):
        ends = trace.at(k, "forward")["h"][np.array(LENGTHS) - 1, np.arange(N)]
        np.testing.assert_array_equal(trace.final_state.h[2 * k], ends)
        np.testing.assert_array_equal(trace.final_state.h[2 * k + 1], trace.at(k, "reverse")["h"][0])


def test_arrays_of_a_trace_are_read_only(kind, deep, simple):
    for _, _, trace, grads in (deep, simple):
        for array in (
            trace.x, trace.output, *(trace.at()[name] for name in trace.names),
            *(getattr(grads.at(), name) for name in kind.state),
        ):  # fmt: skip
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0


def test_trace_does_not_change_when_what_was_given_does(kind, rng):
    layer = random_layer(kind, rng, **TWO)
    problem = random_problem(layer, T, N, rng)
    lengths = np.array(LENGTHS)
    trace, grads = run(layer, problem, lengths)
    kept = copies([trace.x, trace.output, trace.at(1)["h"], trace.final_state, grads.x, grads.parameters])
    problem.x[...], lengths[...] = 0, 1
    for value in problem.state:
        value[...] = 0
    again = layer.backward(trace, problem.d_output, problem.d_final)
    assert_untouched([trace.x, trace.output, trace.at(1)["h"], trace.final_state, again.x, again.parameters], kept)


def test_final_state_is_free_to_be_changed(simple):
    _, _, trace, _ = simple
    last = trace["h"][-1].copy()
    trace.final_state.h[...] = 0
    np.testing.assert_array_equal(trace["h"][-1], last)


def test_gradients_name_the_parameters_in_the_layers_order(deep):
    layer, _, _, grads = deep
    assert list(grads.parameters) == list(layer.parameters())
    assert all(grads.parameters[name].shape == array.shape for name, array in layer.parameters().items())


def test_gradients_are_the_callers_own(deep):
    layer, problem, trace, grads = deep
    kept = copies([grads.parameters, grads.x])
    for array in grads.parameters.values():
        array *= 2
    again = layer.backward(trace, problem.d_output, problem.d_final)
    assert_untouched([again.parameters, again.x], kept)


def test_traces_and_gradients_say_what_they_are(kind, deep):
    _, _, trace, grads = deep
    names, states = list(trace.names), list(kind.state)
    assert repr(trace) == f"Trace(T=7, N=5, D=3, H=4, layers=2, directions=2, names={names})"
    assert repr(trace.at(1)) == f"CellTrace(T=7, N=5, D=8, H=4, forward, names={names})"
    assert repr(trace.at(0, "reverse")) == f"CellTrace(T=7, N=5, D=3, H=4, reverse, names={names})"
    assert repr(grads) == f"Gradients(T=7, N=5, D=3, H=4, layers=2, directions=2, names={states})"
    assert repr(grads.at(1, "reverse")) == f"CellGradients(T=7, N=5, H=4, names={states})"


def test_names_can_be_looked_for_and_listed(kind, deep):
    _, _, trace, grads = deep
    for record, names in (
        (trace, trace.names),
        (trace.at(1), trace.names),
        (grads, kind.state),
        (grads.at(), kind.state),
    ):
        assert list(record) == list(names)
        assert all(name in record for name in names)
        assert "nothing" not in record
        assert None not in record


def test_gradients_of_one_layer_and_direction_are_indexed_as_a_trace_is(kind, simple):
    _, _, _, grads = simple
    for name in kind.state:
        np.testing.assert_array_equal(grads[name], getattr(grads.at(), name))
        np.testing.assert_array_equal(grads.at()[name], getattr(grads.at(), name))
        with pytest.raises(ValueError, match="read-only"):
            grads[name][0] = 0


# -- what a user may get wrong -----------------------------------------------------------------------------------------


def test_message_for_an_unknown_name(kind, simple):
    _, _, trace, grads = simple
    for record in (grads, grads.at()):
        with pytest.raises(ValueError, match=re.escape(f"gradients: expected one of {list(kind.state)}, got 'u'")):
            record["u"]
    with pytest.raises(ValueError, match=re.escape(f"trace: expected one of {list(trace.names)}, got 'u'")):
        trace["u"]


@pytest.mark.parametrize(
    ("options", "counts"),
    [({"num_layers": 2}, "2 layer(s) and 1 direction(s)"), ({"bidirectional": True}, "1 layer(s) and 2 direction(s)")],
    ids=["two layers", "two directions"],
)
def test_message_for_indexing_directly_what_has_several(options, counts):
    layer = lt.LSTM(D, H, rng=0, **options)
    trace = layer.forward(np.zeros((T, N, D)))
    grads = layer.backward(trace, np.zeros(trace.output.shape))
    for what, record in (("trace", trace), ("grads", grads)):
        with pytest.raises(ValueError, match=re.escape(f"got {counts}; use {what}.at(layer=..., direction=...)[name]")):
            record["h"]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"layer": 2}, "{what}: expected layer from 0 to 1, got 2"),
        ({"layer": -1}, "{what}: expected layer from 0 to 1, got -1"),
        ({"layer": "forward"}, "{what}: expected layer from 0 to 1, got 'forward'"),
        ({"direction": "backward"}, "{what}: expected direction to be one of ['forward', 'reverse'], got 'backward'"),
    ],
    ids=str,
)
def test_message_for_a_place_that_is_not_there(deep, place, message):
    _, _, trace, grads = deep
    for what, at in (("trace.at", trace.at), ("gradients.at", grads.at)):
        with pytest.raises(ValueError, match=f"^{re.escape(message.format(what=what))}$"):
            at(**place)


def test_message_for_a_direction_that_a_layer_does_not_have(simple):
    _, _, trace, _ = simple
    with pytest.raises(ValueError, match=re.escape("expected direction to be one of ['forward'], got 'reverse'")):
        trace.at(direction="reverse")
