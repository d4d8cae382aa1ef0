"""The cell lab computes what the package computes, and its presets make the points that they say they make."""

from __future__ import annotations

import re

import numpy as np
import pytest

from lstm_tutor.diagrams import diagram
from lstm_tutor.widgets.celllab.presets import PRESETS
from lstm_tutor.widgets.celllab.weights import CELLS, NAMES, as_plain, layer_of, named, names_of, shape_of, weights_of

KINDS = [(cell, True) for cell in CELLS] + [("GRU", False)]
every_cell = pytest.mark.parametrize(
    ("cell", "reset_after"), KINDS, ids=[f"{c}-{'after' if r else 'before'}" for c, r in KINDS]
)
WITHIN = {"rtol": 0, "atol": 1e-9}

SHOW = """async (traits) => {
    const { stateOf, valuesAt } = await load("celllab/state.js");
    const { walk } = await load("celllab/operations.js");
    const { whyOf } = await load("celllab/guess.js");
    const { productOf, termsOf } = await load("celllab/terms.js");
    const { BLOCKS } = await load("celllab/state.js");
    const state = stateOf(traits);
    const products = {};
    for (const letter of Object.keys(BLOCKS[state.cell])) {
        products[letter] = termsOf(state, letter).slice(0, 2).map(({ id }) => productOf(state, letter, id));
    }
    return {
        record: state.record, values: valuesAt(state), products,
        walk: Object.fromEntries(walk(state).map(({ id, result }) => [id, result])),
        why: Object.fromEntries(
            Object.keys(BLOCKS[state.cell]).map((letter) => [letter, whyOf(state, { time: state.time, letter })]),
        ),
    };
}"""


def random_weights(D: int, H: int, seed: int = 5) -> dict:
    rng = np.random.default_rng(seed)
    return {name: as_plain(rng.normal(0, 0.8, shape_of(name, D, H))) for name in NAMES}


def traits_of(weights: dict, x: np.ndarray, H: int, **traits: object) -> dict:
    preset = {"name": "one", "title": "", "cell": "LSTM", "time": 0, "weights": weights, "x": x.tolist(), "torch": {}}
    return {
        "presets": [preset], "sizes": {"D": x.shape[1], "H": H}, "cells": list(CELLS), "preset": "one", "cell": "LSTM",
        "resetAfter": True, "nonlinearity": "tanh", "changes": {}, "inputs": [], "time": len(x) // 2, "unit": H - 1,
        "mode": "move", "operation": 0, "display": "lines", "said": {},
    } | traits  # fmt: skip


@every_cell
@pytest.mark.parametrize(("T", "D", "H"), [(20, 1, 1), (100, 3, 8)])
def test_gates_states_and_every_operation_are_the_packages(
    cell: str, reset_after: bool, T: int, D: int, H: int, engine
) -> None:
    weights, x = random_weights(D, H), np.random.default_rng(6).normal(0, 1, (T, D))
    traits = traits_of(weights, x, H, cell=cell, resetAfter=reset_after)
    shown = engine(SHOW, **traits)
    layer = layer_of(cell, weights, D, H, reset_after=reset_after)
    trace, t, unit = layer.forward(x[:, None, :]), T // 2, H - 1
    assert set(shown["record"]) == set(trace.names)
    for name in trace.names:
        np.testing.assert_allclose(np.reshape(shown["record"][name], (T, H)), trace[name][:, 0], err_msg=name, **WITHIN)
        assert shown["values"][name] == pytest.approx(trace[name][t, 0, unit], abs=1e-9)
        assert shown["walk"][name] == pytest.approx(trace[name][t, 0, unit], abs=1e-9)
    for name in trace.final_state._fields:
        assert shown["values"][f"{name}_prev"] == pytest.approx(trace[name][t - 1, 0, unit], abs=1e-9)
    cell_of = layer.cells[0][0]
    h_prev = trace["h"][t - 1, 0]
    for k, (letter, (of_x, of_h)) in enumerate(shown["products"].items()):
        row = k * H + unit
        seen = h_prev * trace["r"][t, 0] if letter == "n" and not reset_after else h_prev
        assert of_x == pytest.approx(cell_of.weight_ih[row] @ x[t], abs=1e-9), letter
        assert of_h == pytest.approx(cell_of.weight_hh[row] @ seen, abs=1e-9), letter
        squash = np.tanh if letter in "gnh" else lambda a: 1 / (1 + np.exp(-a))
        why = shown["why"][letter]
        assert squash(why["sum"]) == pytest.approx(trace[letter][t, 0, unit], abs=1e-9), letter
        assert sum(term["value"] for term in why["terms"]) == pytest.approx(why["sum"], abs=1e-9)
    if cell == "GRU":
        seen = h_prev if reset_after else h_prev * trace["r"][t, 0]
        inner = cell_of.weight_hh[2 * H + unit] @ seen + (cell_of.bias_hn[unit] if reset_after else 0)
        assert shown["values"]["past"] == pytest.approx(inner, abs=1e-9)


@pytest.mark.parametrize("nonlinearity", ["tanh", "relu"])
def test_the_rnn_squashes_as_its_layer_does(nonlinearity: str, engine) -> None:
    weights, x = random_weights(1, 1), np.random.default_rng(1).normal(0, 1, (9, 1))
    shown = engine(SHOW, **traits_of(weights, x, 1, cell="RNN", nonlinearity=nonlinearity))
    trace = layer_of("RNN", weights, 1, 1, nonlinearity=nonlinearity).forward(x[:, None, :])
    np.testing.assert_allclose(shown["record"]["h"], trace["h"].ravel(), **WITHIN)


# -- the nodes of the drawing that are pressed -----------------------------------------------------------------------

NODES = """async (traits) => {
    const { drawingOf, stateOf } = await load("celllab/state.js");
    const { walk } = await load("celllab/operations.js");
    const { isDone, missingFor, nodesOf, written } = await load("celllab/nodes.js");
    const { Walk } = await load("celllab/progress.js");
    const state = stateOf(traits), steps = walk(state), nodes = nodesOf(steps), reader = new Walk(), presses = [];
    const progress = (shown) => reader.at(state.drawing, shown, steps);
    let shown = 0;
    for (let round = 0; progress(shown).done.size < steps.length; round++) {
        if (round === nodes.length) throw new Error("the nodes cannot all be computed");
        for (const node of [...nodes].reverse()) { // the last one first, which has to wait
            if (isDone(node, progress(shown).done)) continue;
            shown = reader.press(node, nodes, steps) ?? shown;
            const { done, missing } = progress(shown);
            presses.push({ id: node.id, made: isDone(node, done), waits: missing?.ids ?? [] });
        }
    }
    const back = progress(reader.back());
    return {
        drawing: drawingOf(state.cell, state.resetAfter), presses, left: steps.length - back.done.size,
        nodes: nodes.map((node) => ({
            ...node, needs: missingFor(node, nodes, steps, new Set()), ...written(node, steps) })),
    };
}"""
NEEDS = {  # what the equations of a node read of this step
    "RNN": {"h": ""},
    "LSTM1997": {"i": "", "g": "", "o": "", "c": "ig", "squashed": "c", "h": "o squashed"},
    "LSTM": {"i": "", "f": "", "g": "", "o": "", "c": "ifg", "squashed": "c", "h": "o squashed"},
    "PeepholeLSTM": {"i": "", "f": "", "g": "", "c": "ifg", "o": "c", "squashed": "c", "h": "o squashed"},
    "GRU": {"r": "", "z": "", "n": "r", "h": "zn"},
}


STEP_X = np.array([[0.5], [-1.0], [0.3]])


def nodes_of(cell: str, reset_after: bool, engine) -> tuple[dict, dict[str, set[str]]]:
    """What the page makes of a step of one unit, and what each node needs by the equations."""
    traits = traits_of(random_weights(1, 1), STEP_X, 1, cell=cell, resetAfter=reset_after)
    needs = {node: set(reads.split()) if " " in reads else set(reads) for node, reads in NEEDS[cell].items()}
    return engine(NODES, **traits), needs


@every_cell
def test_a_node_waits_for_what_its_equation_reads_and_is_a_part_of_the_drawing(
    cell: str, reset_after: bool, engine
) -> None:
    page, needs = nodes_of(cell, reset_after, engine)
    assert {node["id"]: set(node["needs"]) for node in page["nodes"]} == needs
    parts = re.findall(r'data-part="([^"]+)"', diagram(page["drawing"]).svg)
    assert [node["part"] for node in page["nodes"] if node["part"] not in parts] == []
    operations = [k for node in page["nodes"] for k in node["operations"]]
    assert operations == list(range(len(operations))), "each operation is of one node"


@every_cell
def test_nodes_pressed_in_any_order_are_computed_in_an_order_of_the_equations(
    cell: str, reset_after: bool, engine
) -> None:
    page, needs = nodes_of(cell, reset_after, engine)
    made: list[str] = []
    for press in page["presses"]:
        missing = needs[press["id"]] - set(made)
        assert press["made"] == (not missing) and set(press["waits"]) == missing, press
        made += [press["id"]] if press["made"] else []
    assert set(made) == set(needs)
    assert page["left"] == 1, "Back takes the last operation back"


@every_cell
def test_the_formula_of_a_node_gives_the_packages_value_and_so_do_its_numbers(
    cell: str, reset_after: bool, engine
) -> None:
    page, _ = nodes_of(cell, reset_after, engine)
    weights = random_weights(1, 1)
    trace = layer_of(cell, weights, 1, 1, reset_after=reset_after).forward(STEP_X[:, None])
    known = {name: trace[name][1, 0, 0] for name in trace.names}
    known |= {f"{name}_prev": trace[name][0, 0, 0] for name in trace.final_state._fields}
    known |= {"x": STEP_X[1, 0], "tanh": np.tanh, "sigmoid": lambda a: 1 / (1 + np.exp(-a))} | weights
    for letter, (block, sign) in CELLS[cell].items():
        for kind in ("W_x", "W_h", "b_"):
            own = {"W_x": "W_x", "W_h": "W_h", "b_": "b"}[kind] if cell == "RNN" else kind + letter
            known[own] = sign * weights[kind + block]
    for node in page["nodes"]:
        value = known.get(node["id"], np.tanh(known.get("c", 0.0)))
        assert node["result"] == pytest.approx(value, abs=1e-9), node["id"]
        signs = str.maketrans({"⊙": "*", "·": "*", "−": "-", "σ": "sigmoid"})
        formula = node["formula"].split(" = ")[-1].translate(signs)
        formula = re.sub(r"(W_\w+) (?=[\w(])", r"\1 * ", formula)
        assert eval(formula, {}, known) == pytest.approx(value, abs=1e-9), node["formula"]
        rounded = eval(node["numbers"].translate(signs), {}, known)
        assert rounded == pytest.approx(value, abs=0.03), node["numbers"]


# -- shared weights ---------------------------------------------------------------------------------------------------


@every_cell
@pytest.mark.parametrize(("D", "H"), [(1, 1), (2, 3)])
def test_a_layers_weights_come_back(cell: str, reset_after: bool, D: int, H: int) -> None:
    weights = random_weights(D, H)
    back = weights_of(layer_of(cell, weights, D, H, reset_after=reset_after))
    assert set(back) == set(names_of(cell, reset_after))
    assert all(back[name] == weights[name] for name in back)


def test_what_the_gru_keeps_is_what_the_input_gate_leaves() -> None:
    rng = np.random.default_rng(2)
    weights = random_weights(1, 1) | {"W_hi": 0.0, "W_hf": 0.0}  # so that both see the same
    x = rng.normal(0, 1, (30, 1, 1))
    lstm, gru = (layer_of(cell, weights, 1, 1).forward(x) for cell in ("LSTM", "GRU"))
    np.testing.assert_allclose(gru["z"], 1 - lstm["i"], **WITHIN)
    np.testing.assert_allclose(gru["r"], lstm["f"], **WITHIN)


def test_a_cells_own_names_set_the_shared_weights() -> None:
    assert named({"W_xz": 2.0, "b_r": 1.0, "W_hn": 3.0, "p_o": 4.0}, 1, 1, "lab") == {
        "W_xi": -2.0,
        "b_f": 1.0,
        "W_hg": 3.0,
        "p_o": 4.0,
    }
    assert named({"W_x": 1, "W_h": 2, "b": 3}, 1, 1, "lab") == {"W_xg": 1.0, "W_hg": 2.0, "b_g": 3.0}
    with pytest.raises(ValueError, match="lab: W_x and another name both set W_xg"):
        named({"W_xg": 1, "W_x": 2}, 1, 1, "lab")


# -- the presets' points ----------------------------------------------------------------------------------------------


def run(name: str, cell: str, **changes: float):
    """The trace of a preset in a cell, its inputs, and its memory (h, where there is no c), one number per step."""
    (preset,) = (p for p in PRESETS if p["name"] == name)
    x = np.array(preset["x"])
    trace = layer_of(cell, preset["weights"] | changes, 1, 1).forward(x[:, None, :])
    return trace, x.ravel(), trace["c" if "c" in trace.names else "h"].ravel()


def test_the_latch_holds_a_bit_until_it_is_cleared() -> None:
    _, x, c = run("latch", "LSTM")
    assert list(np.flatnonzero(x)) == [1, 5, 10, 15] and x[10] == -1
    held = [False] + [True] * 9 + [False] * 5 + [True] * 5
    np.testing.assert_array_equal(c > 0.5, held)
    assert c[5:10].min() > 1.9, "set twice: it adds"
    assert (run("latch", "PeepholeLSTM")[2][5:10] < 1).all(), "with peepholes it does not"
    assert run("latch", "LSTM1997")[2][10:15].min() > 1.9, "without a forget gate it cannot be cleared"
    assert run("latch", "GRU")[2][10:15].min() > 0.9, "nor can the GRU with these weights"
    assert abs(run("latch", "RNN")[2][x == 0]).max() == 0


@pytest.mark.parametrize("cell", ["LSTM", "LSTM1997", "PeepholeLSTM"])
def test_the_counter_counts_brackets(cell: str) -> None:
    trace, x, c = run("counter", cell)
    depth = np.cumsum(x)
    assert depth.max() == 4 and depth[-1] == 0
    np.testing.assert_allclose(c, depth, atol=0.03)
    h = trace["h"].ravel()
    assert h[depth == 4].max() - h[depth == 3].min() < 0.01, "h hardly tells 3 from 4"


@pytest.mark.parametrize("cell", ["RNN", "GRU"])
def test_what_has_no_memory_of_its_own_cannot_count(cell: str) -> None:
    _, x, h = run("counter", cell)
    np.testing.assert_allclose(h, np.tanh(3 * x), atol=0.01)


def test_without_a_leak_the_count_is_exact_but_for_the_gates() -> None:
    end = {cell: abs(run("counter", cell)[2][-1]) for cell in ("LSTM1997", "LSTM")}
    assert end["LSTM1997"] < 1e-9 < 1e-3 < end["LSTM"]


def test_the_leak_loses_a_tenth_a_step_and_half_after_seven() -> None:
    trace, _, c = run("leak", "LSTM")
    np.testing.assert_allclose(trace["f"], 0.9, atol=1e-12)
    np.testing.assert_allclose(c[3:] / c[2:-1], 0.9, atol=1e-12)
    assert c[2 + 6] > c[2] / 2 > c[2 + 7]
    c1997 = run("leak", "LSTM1997")[2]
    assert c1997[2] == c1997[-1]
    h = run("leak", "GRU")[2]
    np.testing.assert_allclose(h[3:] / h[2:-1], 0.9975, atol=1e-4)
    assert abs(run("leak", "RNN")[2][3:]).max() == 0


@pytest.mark.parametrize("cell", ["LSTM", "LSTM1997", "PeepholeLSTM", "GRU"])
def test_the_saturated_gate_lets_neither_inputs_nor_gradients_pass(cell: str) -> None:
    trace, x, memory = run("frozen", cell)
    assert np.count_nonzero(x[2:]) == 5
    np.testing.assert_allclose(memory[2:], memory[1], atol=0.01)
    (preset,) = (p for p in PRESETS if p["name"] == "frozen")
    layer = layer_of(cell, preset["weights"], 1, 1)
    trace = layer.forward(x[:, None, None])
    d_output = np.zeros_like(trace.output)
    d_output[-1] = 1
    d_x = abs(layer.backward(trace, d_output).x.ravel())
    assert d_x[1] > 0.01 and d_x[2:-1].max() < 1e-4 * d_x[1]
    if cell != "GRU":
        i = trace["i"].ravel()
        assert (i * (1 - i))[2:].max() < 1e-4


def test_the_tie_forgets_alike_and_only_the_gate_can_be_told_to_keep() -> None:
    h, c = run("tie", "RNN")[2], run("tie", "LSTM")[2]
    assert h[2] == pytest.approx(c[2], abs=0.001)
    np.testing.assert_allclose(h[2:], c[2:], atol=0.015)
    ratio = h[3:] / h[2:-1]
    assert (ratio < 0.9).all() and ratio.min() > 0.87
    np.testing.assert_allclose(c[3:] / c[2:-1], 0.9, atol=0.005)
    assert run("tie", "LSTM", b_f=6)[2][-1] > 0.9 * c[2], "b_f at 6 keeps it"
    assert run("tie", "RNN", W_hg=1.0)[2][-1] < 0.7 * h[2], "W_h at 1 does not"


def test_the_numbers_of_the_lab_page() -> None:
    assert run("latch", "LSTM")[2][5] == pytest.approx(1.98, abs=0.005)
    assert run("latch", "LSTM1997")[2][10] == pytest.approx(1.99, abs=0.005)
    peeping, _, c = run("latch", "PeepholeLSTM")
    assert peeping["i"][5, 0, 0] < 0.005 and c[5] == pytest.approx(0.99, abs=0.005)
    assert run("latch", "GRU")[2][10] == pytest.approx(0.99, abs=0.005)
    left = run("leak", "LSTM")[2]
    assert len(left) - 1 - 2 == 21 and left[-1] / left[2] == pytest.approx(0.11, abs=0.005)
    half = {b: run("leak", "LSTM", b_f=b)[2] for b in (3.3, 3.4, 3.5)}
    near = {b: abs(c[-1] / c[2] - 0.5) for b, c in half.items()}
    assert min(near, key=lambda b: near[b]) == 3.4 and near[3.4] < 0.005
    per_step, lasts = 0.5 ** (1 / 21), np.log(0.5) / np.log(1 / (1 + np.exp(-6)))
    assert per_step == pytest.approx(0.968, abs=5e-4) and lasts == pytest.approx(280, abs=0.5)
    counting, _, c = run("counter", "LSTM")
    assert c[5] == pytest.approx(3.98, abs=0.005) and counting["h"][5, 0, 0] == pytest.approx(1, abs=0.005)
    frozen, _, c = run("frozen", "LSTM")
    assert frozen["i"][2:, 0, 0].max() == pytest.approx(1e-5, abs=0.5e-5)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset["name"])
def test_every_preset_says_what_is_seen_in_every_cell(preset: dict) -> None:
    assert set(preset["seen"]) == {*CELLS, "GRU before"}
    assert set(preset["weights"]) == set(NAMES)
    assert 0 <= preset["time"] < len(preset["x"])
