"""The widgets' engine computes what PyTorch computes: outputs, states, gates and every gradient."""

import numpy as np
import pytest
import torch
from cases import CELLS, LENGTHS, by_id, random_layer, random_problem
from hypothesis import given
from hypothesis import strategies as st
from javascript import JavaScriptError

from lstm_tutor.reference import equations

ENGINE_CELLS = {
    "rnn": "rnn_tanh", "rnn-relu": "rnn_relu", "lstm1997": "lstm1997", "lstm": "lstm", "peephole": "peephole",
    "gru-after": "gru_after", "gru-before": "gru_before",
}  # fmt: skip
KINDS = [kind for kind in CELLS if kind.id in ENGINE_CELLS]
every_cell = pytest.mark.parametrize("kind", KINDS, ids=by_id)
WITHIN = {"rtol": 1e-9, "atol": 1e-9}

RUN = """({ kind, config, parameters, x, N, state, lengths, dOutput, dFinal }) => {
    const layer = lt.makeLayer(kind, config, { parameters });
    const trace = lt.forward(layer, x, { N, state, lengths });
    const gradients = lt.backward(layer, trace, dOutput, dFinal);
    const places = trace.steps.flatMap((row, k) => row.map((_, j) => [k, lt.DIRECTIONS[j]]));
    return {
        names: trace.names,
        output: trace.output,
        final: trace.finalState,
        record: Object.fromEntries(places.map((place) => [place, trace.at(...place)])),
        before: Object.fromEntries(places.map((place) => [place, trace.before(...place)])),
        x: gradients.x,
        initial: gradients.initialState,
        parameters: gradients.parameters,
        through: Object.fromEntries(places.map((place) => [place, gradients.at(...place)])),
    };
}"""


def described(layer):
    """The kind and the options of a layer, as the engine takes them."""
    config = {name: value for name, value in layer.config().items() if name not in ("dropout", "dtype")}
    return {"kind": type(layer).__name__, "config": config, "parameters": layer.parameters()}


def run(engine, layer, problem, lengths=None):
    return engine(
        RUN, **described(layer), x=problem.x, N=problem.x.shape[1], state=problem.state._asdict(), lengths=lengths,
        dOutput=problem.d_output, dFinal=problem.d_final._asdict(),
    )  # fmt: skip


def assert_near(ours, theirs, what=""):
    theirs = np.asarray(theirs.detach() if isinstance(theirs, torch.Tensor) else theirs)
    ours = np.asarray(ours)
    assert ours.size == theirs.size, f"{what}: {ours.size} numbers, {theirs.shape} expected"
    np.testing.assert_allclose(ours.reshape(theirs.shape), theirs, err_msg=what, **WITHIN)


def assert_all_near(ours, theirs, what=""):
    assert list(ours) == list(theirs), f"{what}: {list(ours)}, {list(theirs)} expected"
    for name, value in theirs.items():
        assert_near(ours[name], value, f"{what} {name}")


def tensors(arrays):
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def total(output, final, problem):
    """The loss whose upstream gradients are the problem's."""
    value = (output * torch.tensor(problem.d_output)).sum()
    return value + sum((final[name] * torch.tensor(d)).sum() for name, d in problem.d_final._asdict().items())


def equations_say(kind, layer, problem, lengths=None):
    """What the papers' equations in PyTorch, and autograd, make of a problem: in the form that RUN returns."""
    T, N, _ = problem.x.shape
    x = torch.tensor(problem.x, requires_grad=True)
    state, parameters = tensors(problem.state._asdict()), tensors(layer.parameters())
    output, final, record = equations.run(
        ENGINE_CELLS[kind.id], parameters, x, state, lengths or [T] * N,
        num_layers=layer.num_layers, bidirectional=layer.bidirectional,
    )  # fmt: skip
    total(output, final, problem).backward()
    values, slopes = {}, {}
    for (k, direction, name), steps in record.items():
        place = f"{k},{direction}"
        values.setdefault(place, {})[name] = steps.values().numpy()
        if name in layer.State._fields:
            slopes.setdefault(place, {})[name] = steps.gradients().numpy()
    return {
        "output": output, "final": final, "record": values, "x": x.grad,
        "initial": {name: value.grad for name, value in state.items()},
        "parameters": {name: value.grad for name, value in parameters.items()},
        "through": {place: {name: named[name] for name in layer.State._fields} for place, named in slopes.items()},
    }  # fmt: skip


def assert_agrees(ours, theirs):
    for what in ("output", "x"):
        assert_near(ours[what], theirs[what], what)
    for what in ("final", "initial", "parameters"):
        assert_all_near(ours[what], theirs[what], what)
    for what in ("record", "through"):
        assert list(ours[what]) == list(theirs[what])
        for place, named in theirs[what].items():
            assert_all_near(ours[what][place], named, f"{what} {place}")


# -- every cell, stacked, in one direction and two -----------------------------------------------------------------


@pytest.mark.parametrize(("num_layers", "bidirectional"), [(k, two) for k in (1, 2, 3) for two in (False, True)])
@every_cell
def test_engine_computes_what_the_equations_in_pytorch_say(kind, num_layers, bidirectional, engine, rng):
    layer = random_layer(kind, rng, num_layers=num_layers, bidirectional=bidirectional)
    problem = random_problem(layer, 7, 5, rng)
    ours = run(engine, layer, problem)
    assert ours["names"] == list(layer.forward(problem.x).names)
    assert_agrees(ours, equations_say(kind, layer, problem))


def test_chromium_computes_the_same_bits_as_node(engine, engine_in_page, rng):
    for kind in KINDS:
        layer = random_layer(kind, rng, num_layers=2, bidirectional=True)
        problem = random_problem(layer, 7, 5, rng)
        assert run(engine_in_page, layer, problem, LENGTHS) == run(engine, layer, problem, LENGTHS), kind.id


@pytest.mark.parametrize("bidirectional", [False, True])
@every_cell
def test_sequences_of_unequal_length(kind, bidirectional, engine, rng):
    layer = random_layer(kind, rng, num_layers=2, bidirectional=bidirectional)
    problem = random_problem(layer, 7, 5, rng)
    assert_agrees(run(engine, layer, problem, LENGTHS), equations_say(kind, layer, problem, LENGTHS))


@given(
    st.sampled_from(KINDS), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(1, 5),
    st.booleans(), st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_any_shape(engine, kind, T, N, D, H, bidirectional, seed):
    rng = np.random.default_rng(seed)
    layer = random_layer(kind, rng, sizes=(D, H), bidirectional=bidirectional)
    problem = random_problem(layer, T, N, rng)
    assert_agrees(run(engine, layer, problem), equations_say(kind, layer, problem))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.torch], ids=by_id)
def test_engine_computes_what_pytorchs_own_module_says(kind, engine, rng):
    layer = random_layer(kind, rng, num_layers=2, bidirectional=True)
    problem = random_problem(layer, 7, 5, rng)
    ours = run(engine, layer, problem)
    module = layer.to_torch()
    x, state = torch.tensor(problem.x, requires_grad=True), tensors(problem.state._asdict())
    output, final = module(x, tuple(state.values()) if len(state) > 1 else state["h"])
    final = dict(zip(state, final, strict=True)) if len(state) > 1 else {"h": final}
    total(output, final, problem).backward()
    assert_near(ours["output"], output, "output")
    assert_all_near(ours["final"], final, "final")
    assert_near(ours["x"], x.grad, "x")
    assert_all_near(ours["initial"], {name: value.grad for name, value in state.items()}, "initial")
    for name, parameter in module.named_parameters():
        if name.startswith("bias_hh"):
            if kind.id == "gru-after":
                assert_near(ours["parameters"][name.replace("hh", "hn")], parameter.grad[-layer.hidden_size :], name)
        else:
            assert_near(ours["parameters"][name.replace("bias_ih", "bias")], parameter.grad, name)


# -- time ----------------------------------------------------------------------------------------------------------

STEP_BY_STEP = """({ kind, config, parameters, x, N, T, state }) => {
    const layer = lt.makeLayer(kind, config, { parameters });
    const size = x.length / T;
    const outputs = [];
    for (let t = 0; t < T; t++) {
        const trace = lt.forward(layer, x.slice(t * size, (t + 1) * size), { N, state });
        outputs.push(...trace.output);
        state = trace.finalState;
    }
    return { outputs, state };
}"""


@given(st.sampled_from(KINDS), st.integers(1, 8), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2**32 - 1))
def test_one_step_at_a_time_is_the_whole_sequence(engine, kind, T, N, num_layers, seed):
    rng = np.random.default_rng(seed)
    layer = random_layer(kind, rng, num_layers=num_layers)
    problem = random_problem(layer, T, N, rng)
    steps = engine(STEP_BY_STEP, **described(layer), x=problem.x, N=N, T=T, state=problem.state._asdict())
    whole = run(engine, layer, problem)
    assert steps["outputs"] == whole["output"]
    assert steps["state"] == whole["final"]


@every_cell
def test_before_is_the_state_that_a_step_started_from(kind, engine, rng):
    layer = random_layer(kind, rng, bidirectional=True)
    problem = random_problem(layer, 7, 5, rng)
    ours = run(engine, layer, problem)
    for row, (direction, first, before, after) in enumerate(
        (("forward", 0, slice(1, None), slice(None, -1)), ("reverse", -1, slice(None, -1), slice(1, None)))
    ):
        for name, state in problem.state._asdict().items():
            started = np.reshape(ours["before"][f"0,{direction}"][name], (7, 5, -1))
            ended = np.reshape(ours["record"][f"0,{direction}"][name], (7, 5, -1))
            np.testing.assert_array_equal(started[first], state[row])
            np.testing.assert_array_equal(started[before], ended[after])


# -- what is refused -----------------------------------------------------------------------------------------------

REFUSED = {
    "no such cell": ("() => lt.makeLayer('LSTN', {}, {})", "expected a layer of RNN, .*, got LSTN"),
    "no inputs": ("(a) => lt.makeLayer('LSTM', { input_size: 0, hidden_size: 2 }, a)", "expected input_size .* got 0"),
    "x": ("({ layer }) => lt.forward(layer, new Float64Array(5))", r"expected x of T \* 1 \* 2 numbers, got 5"),
    "no x": ("({ layer }) => lt.forward(layer, new Float64Array(0))", "numbers, got 0"),
    "NaN": ("({ layer }) => lt.forward(layer, new Float64Array([1, NaN]))", "expected x to be finite, got NaN"),
    "state": (
        "({ layer }) => lt.forward(layer, new Float64Array(2), { state: { h: new Float64Array(3) } })",
        "expected state with h, c",
    ),
    "state's size": (
        "({ layer }) => lt.forward(layer, new Float64Array(2), { state: { h: [1], c: [1] } })",
        "expected 3 numbers of state.h, got 1",
    ),
    "lengths": (
        "({ layer }) => lt.forward(layer, new Float64Array(2), { lengths: [2] })",
        "1 lengths from 1 to 1, got 2",
    ),
    "parameters": ("({ layer }) => lt.loadParameters(layer, { bias_l0: [1] })", "missing .weight_ih_l0, weight_hh_l0"),
    "more parameters": (
        "({ layer }) => lt.loadParameters(layer, { ...layer.parameters, b: [] })",
        "unknown parameters .b., missing ..",
    ),
    "parameters' sizes": (
        "({ layer }) => lt.loadParameters(layer, { ...layer.parameters, bias_l0: [1] })",
        "expected 12 numbers of bias_l0, got 1",
    ),
    "nonlinearity": (
        "({ random }) => lt.makeLayer('RNN', { input_size: 1, hidden_size: 1, nonlinearity: 'sine' }, { random })",
        'expected nonlinearity "tanh" or "relu", got "sine"',
    ),
    "layer": ("({ layer }) => lt.forward(layer, new Float64Array(2)).at(1)", "expected layer from 0 to 0, got 1"),
    "direction": (
        "({ layer }) => lt.forward(layer, new Float64Array(2)).at(0, 'reverse')",
        "expected direction forward, got reverse",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_refused_in_words(what, engine):
    function, message = REFUSED[what]
    made = "lt.makeLayer('LSTM', { input_size: 2, hidden_size: 3 }, { random })"
    with pytest.raises(JavaScriptError, match=message):
        engine(
            f"() => {{ const random = new lt.Random(1), layer = {made}; return ({function})({{ layer, random }}); }}"
        )
