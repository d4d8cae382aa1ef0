"""A gate held in the page is the gate held in the package, and so in PyTorch."""

import numpy as np
import pytest
import torch
from cases import random_layer, random_problem
from javascript import JavaScriptError
from test_engine import KINDS, WITHIN, assert_all_near, assert_near, described

import lstm_tutor as lt

RUN = """({ kind, config, parameters, x, N, state, held, at, direction }) => {
    const layer = lt.makeLayer(kind, config, { parameters });
    const trace = lt.forward(lt.hold(layer, held, { at, direction }), x, { N, state });
    const { output, finalState: final } = trace;
    return { output, final, record: trace.at(at, direction), parameters: layer.parameters };
}"""

SET = """({ kind, config, parameters, x, step, unit, value, held }) => {
    const layer = lt.makeLayer(kind, config, { parameters });
    const size = layer.D * (step + 1);
    const start = lt.forward(layer, x.slice(0, size));
    const { h, c } = start.finalState;
    const state = { h, c: c.slice() };
    state.c[unit] = value;
    const trace = lt.forward(lt.hold(layer, held), x.slice(size), { state });
    return { c: trace.at().c, h: trace.at().h };
}"""


def values_of(kind, gate):
    if kind.id == "rnn-relu":
        return (0.0, 0.4, 3.0)
    return (-1.0, -0.4, 0.0, 0.7, 1.0) if gate in ("g", "n", "h") else (0.0, 0.2, 0.5, 1.0)


CASES = [(kind, gate) for kind in KINDS for gate in kind.blocks]


@pytest.mark.parametrize(("kind", "gate"), CASES, ids=[f"{kind.id}-{gate}" for kind, gate in CASES])
def test_the_page_holds_a_gate_as_the_package_does(kind, gate, engine, rng):
    layer = random_layer(kind, rng, num_layers=2, bidirectional=True)
    problem = random_problem(layer, 5, 2, rng)
    for at, direction in ((0, "forward"), (1, "reverse")):
        for value in values_of(kind, gate):
            units = {layer.hidden_size - 1: value, 0: values_of(kind, gate)[0]}
            ours = engine(
                RUN, **described(layer), x=problem.x, N=2, state=problem.state._asdict(),
                held={gate: {str(unit): held for unit, held in units.items()}}, at=at, direction=direction,
            )  # fmt: skip
            theirs = lt.analysis.hold(layer, {gate: units}, at=at, direction=direction).forward(
                problem.x, problem.state
            )
            assert_near(ours["output"], theirs.output, "output")
            assert_all_near(ours["final"], theirs.final_state._asdict(), "final")
            for name in theirs.names:
                assert_near(ours["record"][name], theirs.at(at, direction)[name], name)
            held = np.reshape(ours["record"][gate], (5, 2, -1))[..., -1]
            np.testing.assert_allclose(held, value, rtol=0, atol=1e-14)
            assert_all_near(ours["parameters"], layer.parameters(), "the layer itself")


def test_a_set_memory_and_held_gates_are_what_pytorch_makes_of_them(engine, rng):
    module = torch.nn.LSTM(3, 4, dtype=torch.float64)
    layer = lt.from_torch(module)
    x, step, unit, value, held = rng.standard_normal((9, 3)), 3, 2, -1.7, {"f": {"2": 1.0}, "o": {"0": 0.0}}
    ours = engine(SET, **described(layer), x=x, step=step, unit=unit, value=value, held=held)
    h, c = torch.zeros(4, dtype=torch.float64), torch.zeros(4, dtype=torch.float64)
    expected = {"c": [], "h": []}
    with torch.no_grad():
        for t, row in enumerate(torch.tensor(x)):
            a = module.weight_ih_l0 @ row + module.weight_hh_l0 @ h + module.bias_ih_l0 + module.bias_hh_l0
            i, f, g, o = a.chunk(4)
            i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
            if t > step:
                f[2], o[0] = 1.0, 0.0
            c = f * c + i * g
            h = o * torch.tanh(c)
            if t == step:
                c[unit] = value
            elif t > step:
                expected["c"].append(c.clone())
                expected["h"].append(h.clone())
    for name, rows in expected.items():
        np.testing.assert_allclose(np.reshape(ours[name], (5, 4)), torch.stack(rows).numpy(), **WITHIN)


REFUSED = {
    "gate": ("{ x: { 0: 0 } }", "hold: expected a gate of i, f, g, o, got x"),
    "inherited": ("{ constructor: { 0: 0 } }", "hold: expected a gate of i, f, g, o, got constructor"),
    "unit": ("{ f: { 3: 0 } }", "hold: expected a unit of f from 0 to 2, got 3"),
    "no number": ("{ f: { one: 0 } }", "hold: expected a unit of f from 0 to 2, got one"),
    "negative": ("{ f: { '-1': 0 } }", "hold: expected a unit of f from 0 to 2, got -1"),
    "above": ("{ f: { 0: 1.5 } }", "hold: LSTM cannot hold f of unit 0 at 1.5"),
    "below": ("{ g: { 0: -1.5 } }", "hold: LSTM cannot hold g of unit 0 at -1.5"),
    "no value": ("{ f: { 0: NaN } }", "hold: LSTM cannot hold f of unit 0 at NaN"),
    "at": ("{}, { at: 1 }", "hold: expected at from 0 to 0, got 1"),
    "direction": ("{}, { direction: 'reverse' }", "hold: expected direction of forward, got reverse"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_held_is_said(what, engine):
    arguments, message = REFUSED[what]
    made = "lt.makeLayer('LSTM', { input_size: 2, hidden_size: 3 }, { random: new lt.Random(1) })"
    with pytest.raises(JavaScriptError, match=message):
        engine(f"() => lt.hold({made}, {arguments})")
