"""A gate that is held keeps its value, and everything else is what the equations make of it."""

import re

import numpy as np
import pytest
from cases import CELLS, D, H, assert_same, assert_untouched, by_id, copies, random_layer, random_problem

import lstm_tutor as lt
from lstm_tutor.analysis import hold

torch = pytest.importorskip("torch")

LSTM = next(kind for kind in CELLS if kind.id == "lstm")
NOT_BY_A_BIAS = (lt.SLSTM, lt.MLSTM, lt.FastWeights, lt.LayerNormLSTM, lt.LRU, lt.MinGRU, lt.MinLSTM)
HOLDABLE = [kind for kind in CELLS if kind.layer not in NOT_BY_A_BIAS]


def values_for(kind, gate):
    if kind.id == "rnn-relu" or (kind.id, gate) == ("NIAF", "g"):  # no upper bound
        return (0.4, 3.0)
    return (-1.0, -0.4, 0.0, 0.7, 1.0) if gate in ("g", "n", "h") else (0.0, 0.2, 0.5, 1.0)


@pytest.mark.parametrize("kind", HOLDABLE, ids=by_id)
def test_a_held_gate_keeps_its_value_and_nothing_before_it_changes(kind, rng):
    layer = random_layer(kind, rng, num_layers=2, bidirectional=True)
    before, (x, state, *_) = copies(layer.parameters()), random_problem(layer, 5, 2, rng)
    free = layer.forward(x, state)
    for gate, count in zip(kind.blocks, kind.heights(H), strict=True):
        for value in values_for(kind, gate):
            trace = hold(layer, {gate: {count - 1: value}}, at=1, direction="reverse").forward(x, state)
            np.testing.assert_allclose(trace.at(1, "reverse")[gate][..., H - 1], value, rtol=0, atol=1e-14)
            assert (trace.at(1, "reverse")["h"] != free.at(1, "reverse")["h"]).any()
            for place in ((0, "forward"), (0, "reverse"), (1, "forward")):
                assert np.array_equal(trace.at(*place)["h"], free.at(*place)["h"])
    assert_untouched(layer.parameters(), before)


def lstm_step(a, h, c, held):
    i, f, g, o = a.chunk(4, dim=1)
    gates = {"i": torch.sigmoid(i), "f": torch.sigmoid(f), "g": torch.tanh(g), "o": torch.sigmoid(o)}
    for gate, values in held.items():
        for unit, value in values.items():
            gates[gate][:, unit] = value
    c = gates["f"] * c + gates["i"] * gates["g"]
    return gates["o"] * torch.tanh(c), c


@pytest.mark.parametrize(
    "held",
    [{"f": {1: 0.0}}, {"f": {0: 1.0, 2: 0.25}, "o": {3: 0.0}}, {"i": {2: 0.0}, "g": {2: -0.5}}],
    ids=str,
)
def test_pytorch_with_the_same_intervention_computes_the_same(held, rng):
    module = torch.nn.LSTM(D, H, dtype=torch.float64)
    x = torch.tensor(rng.standard_normal((7, 5, D)))
    h, c = (torch.tensor(rng.standard_normal((5, H))) for _ in range(2))
    layer = hold(lt.from_torch(module), held)
    trace = layer.forward(x.numpy(), (h.numpy()[None], c.numpy()[None]))
    with torch.no_grad():
        for t in range(len(x)):
            a = x[t] @ module.weight_ih_l0.T + h @ module.weight_hh_l0.T + module.bias_ih_l0 + module.bias_hh_l0
            h, c = lstm_step(a, h, c, held)
            assert_same(trace["h"][t], h, f"h at step {t}")
            assert_same(trace["c"][t], c, f"c at step {t}")


@pytest.mark.parametrize("kind", [kind for kind in HOLDABLE if kind.torch], ids=by_id)
def test_a_layer_with_held_gates_goes_to_pytorch_as_any_layer_does(kind, rng):
    layer = random_layer(kind, rng, num_layers=2)
    lt.reference.verify(hold(layer, {kind.blocks[0]: {1: 0.5}}, at=1)).raise_on_mismatch()


def test_a_silenced_unit_is_heard_by_nobody(rng):
    layer = random_layer(LSTM, rng)
    x = rng.standard_normal((6, 2, D))
    silent = hold(layer, {"o": {2: 0.0}})
    deaf = hold(layer, {"o": {2: 0.0}})
    deaf.parameters()["weight_hh_l0"][:, 2] = 0  # nobody listens to the unit
    others = [0, 1, 3]
    assert (silent.forward(x)["h"][..., 2] == 0).all()
    assert_same(silent.forward(x)["h"][..., others], deaf.forward(x)["h"][..., others])


def test_a_memory_whose_forget_gate_is_held_open_and_input_gate_shut_stays(rng):
    layer = random_layer(LSTM, rng)
    _, state, *_ = random_problem(layer, 6, 2, rng)
    trace = hold(layer, {"f": {1: 1.0}, "i": {1: 0.0}}).forward(rng.standard_normal((6, 2, D)), state)
    assert (trace["c"][..., 1] == state.c[0, :, 1]).all()


@pytest.mark.parametrize(
    "units, options, message",
    [
        ({"x": {0: 0.0}}, {}, "hold: expected a gate of ['i', 'f', 'g', 'o'], got 'x'"),
        ({"f": {4: 0.0}}, {}, "hold: expected a unit of 'f' from 0 to 3, got 4"),
        ({"f": {-1: 0.0}}, {}, "hold: expected a unit of 'f' from 0 to 3, got -1"),
        ({"f": {0: 1.5}}, {}, "hold: LSTM cannot hold 'f' of unit 0 at 1.5"),
        ({"f": {0: -0.1}}, {}, "hold: LSTM cannot hold 'f' of unit 0 at -0.1"),
        ({"g": {0: np.nan}}, {}, "hold: LSTM cannot hold 'g' of unit 0 at nan"),
        ({"f": {0: 1.0}}, {"at": 1}, "hold: expected at from 0 to 0, got 1"),
        ({"f": {0: 1.0}}, {"direction": "reverse"}, "hold: expected direction of ['forward'], got 'reverse'"),
    ],
    ids=str,
)
def test_what_cannot_be_held_is_said(units, options, message, rng):
    with pytest.raises(ValueError, match=re.escape(message)):
        hold(random_layer(LSTM, rng), units, **options)


def test_an_exponential_gate_cannot_be_held_by_a_bias(rng):
    with pytest.raises(ValueError, match=r"hold: SLSTM cannot hold 'i' of unit 0 at 0\.5"):
        hold(lt.SLSTM(D, H, rng=rng), {"i": {0: 0.5}})
