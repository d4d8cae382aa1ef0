"""The family tree: each cell in the page is the package's, in its outputs, its memory and its answer to a nudge."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch

from lstm_tutor.widgets import FamilyTree
from lstm_tutor.widgets.family import KINDS, STEPS
from lstm_tutor.widgets.family.layers import LETTERS, RULES, H, bare_layer

WITHIN = {"rtol": 1e-9, "atol": 1e-9}
RUN = """async ({ kind, keep, x, ...pool }) => {
    const { run, weightsOf } = await load("family/cells.js");
    return run(kind, weightsOf(pool, keep), x);
}"""
LAYERS = [kind for kind in KINDS if kind != "Attention"]


def a_widget(seed: int, keep: float = 1.3) -> FamilyTree:
    return FamilyTree(rng=seed, keep=keep, x=np.random.default_rng(seed).uniform(-1, 1, STEPS))


def run(engine, widget: FamilyTree, kind: str) -> dict:
    given = widget.pool._asdict() | {"keep": widget.keep, "x": np.array(widget.x)}
    return engine(RUN, kind=kind, H=H, letters=list(LETTERS), **given)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_outputs_and_their_answers_to_a_nudge_are_the_packages(kind: str, seed: int, engine) -> None:
    widget = a_widget(seed, keep=[1.3, -2.0, 6.0][seed])
    found = run(engine, widget, kind)
    np.testing.assert_allclose(found["output"], widget.outputs(kind), **WITHIN)
    np.testing.assert_allclose(found["read"], widget.retained(kind), **WITHIN)


def memory_of(widget: FamilyTree, kind: str, nudge: float = 0.0) -> np.ndarray:
    """What the package's layer remembers at each step, (32, numbers)."""
    x = np.array(widget.x)[:, None, None]
    x[0] += nudge
    trace = widget.layer(kind).forward(x)
    if kind in ("SLSTM", "MLSTM"):  # the paper's, which the package holds without their common scale
        scale = np.exp(trace["m"]).reshape(STEPS, -1)
        parts = [trace[name].reshape(STEPS, -1) * scale for name in ("c" if kind == "SLSTM" else "C", "n")]
    else:
        names = {"LRU": ("re", "im"), "LinearAttention": ("C", "n"), "DeltaRule": ("C",), "GatedDeltaRule": ("C",)}
        names |= dict.fromkeys(("LSTM1997", "LSTM", "PeepholeLSTM"), ("c",))
        parts = [trace[name].reshape(STEPS, -1) for name in names.get(kind, ("h",))]
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("kind", LAYERS)
def test_what_is_remembered_and_how_it_answers_are_the_packages(kind: str, engine) -> None:
    widget = a_widget(3)
    found = run(engine, widget, kind)
    many = len(found["rows"])  # without the normalizer, which comes last
    np.testing.assert_allclose(np.transpose(found["rows"]), memory_of(widget, kind)[:, :many], **WITHIN)
    assert many == {"LRU": 2 * H}.get(kind, H * H if kind in ("MLSTM", *RULES) else H)
    e = 1e-5
    slopes = (memory_of(widget, kind, e) - memory_of(widget, kind, -e)) / (2 * e)
    sizes = np.linalg.norm(slopes, axis=1)
    np.testing.assert_allclose(found["memory"], sizes / sizes[0], rtol=1e-6, atol=1e-8)


def test_attention_is_pytorchs(engine) -> None:
    widget = a_widget(5)
    found = run(engine, widget, "Attention")
    x = torch.tensor(widget.x, dtype=torch.float64, requires_grad=True)
    W, b = torch.tensor(widget._W), torch.tensor(widget._b)
    q, k, v = (x[:, None] * W[LETTERS.index(letter)] + b[LETTERS.index(letter)] for letter in "qkv")
    h = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    np.testing.assert_allclose(found["output"], h.detach(), **WITHIN)
    slopes = [[torch.autograd.grad(one, x, retain_graph=True)[0][0].item() for one in row] for row in h]
    sizes = np.linalg.norm(slopes, axis=1)
    np.testing.assert_allclose(found["read"], sizes / sizes[0], **WITHIN)
    weights = torch.softmax((q @ k.T / H**0.5).masked_fill(torch.ones(STEPS, STEPS).triu(1) > 0, -torch.inf), -1)
    np.testing.assert_allclose(np.transpose(found["rows"]), weights.detach(), **WITHIN)
    np.testing.assert_allclose(found["memory"], 1, **WITHIN)


def test_a_nudge_of_what_only_adds_stays_as_it_is(engine) -> None:
    found = run(engine, a_widget(0), "LinearAttention")
    np.testing.assert_allclose(found["memory"], 1, **WITHIN)


def test_two_cells_share_the_weights_of_a_letter() -> None:
    widget = FamilyTree(keep=2.5)
    old, new = (widget.layer(kind).parameters() for kind in ("LSTM1997", "LSTM"))
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_l0"):
        assert np.array_equal(np.delete(new[name].reshape(4, H, -1), 1, axis=0), old[name].reshape(3, H, -1))
    assert (new["bias_l0"][H : 2 * H] == 2.5).all()


def test_both_sides_know_the_same_members(engine) -> None:
    members, costs, cells = engine("""async () => [
        (await load("family/members.js")).MEMBERS, (await load("family/costs.js")).COSTS,
        Object.keys((await load("family/cells.js")).CELLS)]""")
    assert {kind: member["name"] for kind, member in members.items()} == KINDS
    assert list(members) == list(KINDS) and costs.keys() == KINDS.keys() == set(cells)
    assert len({tuple(member["place"]) for member in members.values()}) == len(KINDS)
    for member in members.values():
        assert len(member["equations"]) == 4
        assert {parent["from"] for parent in member["parents"]} <= KINDS.keys()


COUNT = """async ({ kind, d, lengths }) => {
    const { kept, work } = await load("family/costs.js");
    return { work: lengths.map((T) => work(kind, T, d)), kept: lengths.map((T) => kept(kind, T, d)) };
}"""
#: Products of one step besides those with weights: of gates and states, (d^2, d).
BESIDES = {
    "RNN": (0, 0), "LSTM1997": (0, 2), "LSTM": (0, 3), "PeepholeLSTM": (0, 3), "GRU": (0, 3), "MinGRU": (0, 2),
    "MinLSTM": (0, 3), "SLSTM": (0, 5), "MLSTM": (3, 6), "LinearAttention": (2, 2), "DeltaRule": (3, 5),
    "GatedDeltaRule": (4, 5), "LRU": (0, 6),
}  # fmt: skip


@pytest.mark.parametrize("kind", LAYERS)
def test_costs_are_those_of_the_packages_layers(kind: str, engine) -> None:
    for d in (8, 12):
        layer = bare_layer(kind, d, d)
        counted = engine(COUNT, kind=kind, d=d, lengths=[1, 7])
        weights = sum(a.size for name, a in layer.parameters().items() if name.startswith("weight"))
        square, linear = BESIDES[kind]
        assert counted["work"] == [T * (weights + square * d * d + linear * d) for T in (1, 7)]
        state = layer.forward(np.zeros((1, 1, d))).final_state._asdict()
        if kind in ("MLSTM", "LRU", "LinearAttention", "DeltaRule", "GatedDeltaRule"):
            del state["h"]  # which no later step reads
        assert counted["kept"] == [sum(field.size for field in state.values())] * 2


def test_attention_costs_more_the_longer_it_reads(engine) -> None:
    d = 8
    counted = engine(COUNT, kind="Attention", d=d, lengths=[1, 5])
    each = lambda t: 3 * d * d + d + 2 * d * t  # noqa: E731  q, k, v; the scale; t scores and t shares of d numbers
    assert counted == {"work": [each(1), sum(map(each, range(1, 6)))], "kept": [2 * d, 10 * d]}


def test_the_crossing_is_the_first_length_that_costs_more(engine) -> None:
    found = engine("""async ({ pairs, d }) => {
        const { crossing, kept, work } = await load("family/costs.js");
        return pairs.map(([one, other]) => [work, kept].map((cost) => {
            const cross = crossing(cost, one, other, d, 2000);
            const dearer = Array.from({ length: 2000 }, (_, k) => cost(one, k + 1, d) - cost(other, k + 1, d));
            const brute = dearer.findIndex((gap) => Math.sign(gap) === Math.sign(dearer[1999]));
            return { cross, brute: brute + 1, end: dearer[1999] };
        }));
    }""", pairs=[(a, b) for a in KINDS for b in KINDS], d=16)  # fmt: skip
    crossings = [one for pair in found for one in pair]
    for one in crossings:
        expected = None if one["end"] == 0 or one["brute"] == 1 else one["brute"]
        assert (one["cross"] and one["cross"]["T"]) == expected
    assert sum(one["cross"] is not None for one in crossings) > 20


COMPARED = """async ({ left, right }) => {
    const { compared } = await load("family/differences.js");
    return compared(left, right).map(({ sides }) =>
        sides.map((lines) => lines.map((words) => words.filter(({ lit }) => lit).map(({ word }) => word).join(" "))));
}"""


def test_what_differs_is_lit(engine) -> None:
    lit = engine(COMPARED, left="LSTM1997", right="LSTM")
    assert lit == [[[""], ["f_t ⊙"]], [["nothing"], ["f_t = σ( x_t h_{t−1} )"]], [["", ""]] * 2, [["", ""]] * 2]
    assert engine(COMPARED, left="LSTM", right="PeepholeLSTM")[1] == [[""], ["c_{t−1}"]]
    for kind in KINDS:
        assert re.fullmatch(r"[\[\]', ]*", str(engine(COMPARED, left=kind, right=kind)))


def test_the_tasks_show_what_they_say(engine) -> None:
    widget = FamilyTree()
    new = {
        kind: run(engine, widget, kind)["memory"][-1] for kind in ("LinearAttention", "DeltaRule", "LSTM1997", "LSTM")
    }
    assert new["LinearAttention"] == pytest.approx(1) and new["DeltaRule"] < 0.5
    assert new["LSTM"] < new["LSTM1997"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FamilyTree(left="Mamba"), "expected left to be one of "),
        (lambda: FamilyTree(x=[0.0] * 33), "expected x to be 1 to 32 numbers from -1 to 1"),
        (lambda: FamilyTree(x=[1.5]), "expected x to be 1 to 32 numbers from -1 to 1"),
        (lambda: FamilyTree(x=[float("nan")]), "expected x to be 1 to 32 numbers from -1 to 1"),
        (lambda: FamilyTree(keep=7), "expected keep to be a finite number from -2.0 to 6.0, got 7"),
        (lambda: FamilyTree(width=8), "expected width to be an int from 16 to 4096, got 8"),
        (lambda: FamilyTree().layer("Attention"), "expected a kind of "),
    ],
)
def test_message_for_what_the_widget_cannot_take(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_short_sequence_ends_in_zeros() -> None:
    assert FamilyTree(x=[0.5, -1]).x == [0.5, -1, *[0.0] * 30]
