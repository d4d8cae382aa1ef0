"""The LSTM of 1997 has the paper's numbers of weights; each ablation is a cell that the package has, where one is."""

import re

import numpy as np
import pytest
from cases import CELLS, LENGTHS, D, H, assert_same, random_layer, random_problem, run, shake

import lstm_tutor as lt
from lstm_tutor.cells import LSTM1997BlockCell
from lstm_tutor.cells.variants import VARIANTS

TWO = {"num_layers": 2, "bidirectional": True}


# -- the numbers of weights in Hochreiter & Schmidhuber (1997) --------------------------------------------------------


@pytest.mark.parametrize(
    ("inputs", "blocks", "cells_per_block", "outputs", "biased", "count"),
    [
        (7, 4, 1, 7, "gates", 264),
        (7, 3, 2, 7, "gates", 276),
        (54, 2, 1, 2, "", 364),
        (104, 2, 1, 2, "", 664),
        (1004, 2, 1, 2, "", 6064),
        (1, 3, 1, 1, "gates cells", 102),
        (2, 2, 2, 1, "gates cells output", 93),
        (8, 2, 2, 4, "gates cells output", 156),
        (8, 3, 2, 8, "gates cells output", 308),
    ],
    ids=[
        "1, 4 blocks of 1",
        "1, 3 blocks of 2",
        "2c, p = 50",
        "2c, p = 100",
        "2c, p = 1000",
        "3",
        "4 and 5",
        "6a",
        "6b",
    ],
)
def test_number_of_weights_is_the_papers(inputs, blocks, cells_per_block, outputs, biased, count):
    """All weights of the units and of a read-out of the cells, and the biases of those units that have one there."""
    size = blocks * cells_per_block
    layer = lt.LSTM1997(inputs, size, gate_recurrence=True, cells_per_block=cells_per_block, rng=0)
    parameters = lt.SequenceModel(layer, outputs, rng=0).parameters()
    weights = sum(array.size for name, array in parameters.items() if name.split(".")[-1].startswith("weight"))
    cell, bias = layer.cells[0][0], layer.parameters()["bias_l0"]
    biases = {
        "gates": len(bias[cell.rows("i")]) + len(bias[cell.rows("o")]),
        "cells": len(bias[cell.rows("g")]),
        "output": outputs,
    }
    assert weights + sum(biases.values()) == sum(array.size for array in parameters.values())
    assert weights + sum(biases[unit] for unit in biased.split()) == count


# -- the LSTM of 1997 and its options ----------------------------------------------------------------------------------


def assert_computes_the_same(ours, theirs, rng):
    """Outputs, h and c, and the gradients of input and initial state; the gradients, for what else can be compared."""
    problem = random_problem(ours, 7, 5, rng)
    fields = theirs.State._fields
    cut = problem._replace(
        state=theirs.State(*(getattr(problem.state, name) for name in fields)),
        d_final=theirs.State(*(getattr(problem.d_final, name) for name in fields)),
    )
    if len(ours.State._fields) > len(fields):  # the gates' own gradient has nowhere to go in theirs
        nothing = {name: np.zeros_like(problem.d_final.h) for name in ours.State._fields[2:]}
        problem = problem._replace(d_final=problem.d_final._replace(**nothing))
    (trace, grads), (their_trace, their_grads) = run(ours, problem, LENGTHS), run(theirs, cut, LENGTHS)
    assert_same(trace.output, their_trace.output, "output")
    assert_same(grads.x, their_grads.x, "d x")
    for name in fields:
        assert_same(getattr(trace.final_state, name), getattr(their_trace.final_state, name), f"final {name}")
        assert_same(getattr(grads.initial_state, name), getattr(their_grads.initial_state, name), f"d initial {name}")
    return grads, their_grads


def test_layer_without_options_has_plain_cells_and_one_with_options_blocks():
    for options in ({}, {"gate_recurrence": False}, {"cells_per_block": 1}, {"truncated": True}):
        layer = lt.LSTM1997(D, H, rng=0, **options)
        assert type(layer.cells[0][0]) is lt.LSTM1997Cell
        assert layer.State is lt.LSTMState
        assert list(layer.parameters()) == ["weight_ih_l0", "weight_hh_l0", "bias_l0"]
    for options in ({"gate_recurrence": True}, {"cells_per_block": 2}):
        assert type(lt.LSTM1997(D, H, rng=0, **options).cells[0][0]) is LSTM1997BlockCell


def test_blocks_of_one_cell_whose_gates_see_nothing_are_the_plain_cell(rng):
    plain = lt.LSTM1997(D, H, **TWO)
    gated = lt.LSTM1997(D, H, gate_recurrence=True, **TWO)
    shake(gated.parameters(), rng)
    for name, array in gated.parameters().items():
        if name.startswith("weight_gates"):
            array[...] = 0
    plain.load_parameters({name: gated.parameters()[name] for name in plain.parameters()})
    grads, theirs = assert_computes_the_same(gated, plain, rng)
    for name, slope in theirs.parameters.items():
        assert_same(grads.parameters[name], slope, f"d {name}")


def test_blocks_are_plain_cells_whose_gates_have_the_same_weights(rng):
    """And a shared weight's gradient is the sum of its copies'."""
    shared, plain = lt.LSTM1997(D, 6, cells_per_block=3), lt.LSTM1997(D, 6)
    shake(shared.parameters(), rng)
    copies = [0, 0, 0, 1, 1, 1, *range(2, 8), 8, 8, 8, 9, 9, 9]  # the shared row that each plain row is a copy of
    plain.load_parameters({name: array[copies] for name, array in shared.parameters().items()})
    grads, theirs = assert_computes_the_same(shared, plain, rng)
    for name, slope in grads.parameters.items():
        summed = np.zeros_like(slope)
        np.add.at(summed, copies, theirs.parameters[name])
        assert_same(slope, summed, f"d {name}")


def test_copies_of_a_shared_gate_are_the_same_number(rng):
    kind = next(kind for kind in CELLS if kind.id == "lstm1997-gates-blocks")
    layer = random_layer(kind, rng)
    trace = layer.forward(*random_problem(layer, 7, 5, rng)[:2])
    for gate in "io":
        np.testing.assert_array_equal(trace[gate][..., 0::2], trace[gate][..., 1::2])
        assert not np.allclose(trace[gate][..., 0], trace[gate][..., 2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cells_per_block": 3}, "expected hidden_size to be a multiple of cells_per_block, 3, got 4"),
        ({"cells_per_block": 0}, "expected cells_per_block to be a positive int, got 0"),
        ({"cells_per_block": 2.0}, "expected cells_per_block to be a positive int, got 2.0"),
        ({"cells_per_block": "2"}, "expected cells_per_block to be a positive int, got '2'"),
    ],
    ids=str,
)
def test_message_for_blocks_that_cannot_be(options, message):
    for make in (LSTM1997BlockCell, lt.LSTM1997):
        with pytest.raises(ValueError, match=f"^{make.__name__}: {re.escape(message)}$"):
            make(D, H, rng=0, **options)


# -- the ablations -----------------------------------------------------------------------------------------------------


def ablated(variant, rng):
    layer = lt.LSTMVariant(D, H, variant=variant, **TWO)
    shake(layer.parameters(), rng)
    return layer


def without_peepholes(layer):
    for name, array in layer.parameters().items():
        if name.startswith("weight_peephole"):
            array[...] = 0
    return layer


def shared_with(layer, other):
    return {name: layer.parameters()[name] for name in other.parameters()}


def test_np_is_the_lstm(rng):
    ours, theirs = ablated("NP", rng), lt.LSTM(D, H, **TWO)
    theirs.load_parameters(ours.parameters())
    grads, their_grads = assert_computes_the_same(ours, theirs, rng)
    for name, slope in their_grads.parameters.items():
        assert_same(grads.parameters[name], slope, f"d {name}")


def test_nfg_without_peepholes_is_the_lstm_of_1997(rng):
    ours, theirs = without_peepholes(ablated("NFG", rng)), lt.LSTM1997(D, H, **TWO)
    theirs.load_parameters(shared_with(ours, theirs))
    grads, their_grads = assert_computes_the_same(ours, theirs, rng)
    for name, slope in their_grads.parameters.items():
        assert_same(grads.parameters[name], slope, f"d {name}")


def test_fgr_whose_gates_see_nothing_is_the_lstm_with_peepholes(rng):
    ours, theirs = ablated("FGR", rng), lt.PeepholeLSTM(D, H, **TWO)
    for name, array in ours.parameters().items():
        if name.startswith("weight_gates"):
            array[...] = 0
    theirs.load_parameters(shared_with(ours, theirs))
    grads, their_grads = assert_computes_the_same(ours, theirs, rng)
    for name, slope in their_grads.parameters.items():
        assert_same(grads.parameters[name], slope, f"d {name}")


@pytest.mark.parametrize(("variant", "gate"), [("NIG", "i"), ("NFG", "f"), ("NOG", "o")])
def test_gate_that_is_not_there_is_one_that_is_wide_open(variant, gate, rng):
    """The LSTM with peepholes whose gate has no weights but a large bias: sigmoid(40) is 1, to rounding."""
    ours, theirs = ablated(variant, rng), lt.PeepholeLSTM(D, H, **TWO)
    target, present = theirs.parameters(), [name for name in "ifgo" if name != gate]
    for name, array in ours.parameters().items():
        blocks = [block for block in present if block != "g"] if "peephole" in name else present
        order = "ifo" if "peephole" in name else "ifgo"
        parts = dict(zip(blocks, np.split(array, len(blocks)), strict=True))
        missing = np.full_like(parts["o" if gate != "o" else "i"], 40.0 if name.startswith("bias") else 0.0)
        target[name][...] = np.concatenate([parts.get(block, missing) for block in order])
    grads, their_grads = assert_computes_the_same(ours, theirs, rng)
    for suffix in ("l0", "l0_reverse", "l1", "l1_reverse"):
        their_rows = np.split(their_grads.parameters[f"weight_hh_{suffix}"], 4)
        kept = [rows for block, rows in zip("ifgo", their_rows, strict=True) if block != gate]
        assert_same(grads.parameters[f"weight_hh_{suffix}"], np.concatenate(kept), f"d weight_hh_{suffix}")


def test_cifg_without_peepholes_is_the_lstm_whose_forget_gate_mirrors_its_input_gate(rng):
    """1 - sigmoid(a) is sigmoid(-a); what both learn is learned by the one."""
    ours, theirs = without_peepholes(ablated("CIFG", rng)), lt.LSTM(D, H, **TWO)
    for name, array in theirs.parameters().items():
        i, g, o = np.split(ours.parameters()[name], 3)
        array[...] = np.concatenate([i, -i, g, o])
    grads, their_grads = assert_computes_the_same(ours, theirs, rng)
    for name, slope in their_grads.parameters.items():
        i, f, g, o = np.split(slope, 4)
        assert_same(grads.parameters[name], np.concatenate([i - f, g, o]), f"d {name}")


@pytest.mark.parametrize("variant", ["NIAF", "NOAF"])
def test_linear_activations_are_the_lstm_with_peepholes_for_numbers_too_small_for_tanh(variant, rng):
    ours, theirs, x = lt.LSTMVariant(D, H, variant=variant), lt.PeepholeLSTM(D, H), rng.standard_normal((7, 5, D))
    shake(ours.parameters(), rng)
    cell = ours.cells[0][0]
    for scale in (1, 1e-6):
        for array in (cell.weight_ih, cell.weight_hh, cell.bias):
            array[cell.rows("g")] *= scale
        theirs.load_parameters(ours.parameters())
        same = np.allclose(ours.forward(x).output, theirs.forward(x).output, rtol=1e-9, atol=0)
        assert same == (scale < 1)


WEIGHTS = {  # the blocks of rows and the peepholes that are left
    "NIG": ("fgo", "fo"), "NFG": ("igo", "io"), "NOG": ("ifg", "if"), "NIAF": ("ifgo", "ifo"), "NOAF": ("ifgo", "ifo"),
    "CIFG": ("igo", "io"), "NP": ("ifgo", ""), "FGR": ("ifgo", "ifo"),
}  # fmt: skip


@pytest.mark.parametrize("variant", WEIGHTS)
def test_what_is_not_there_has_no_weights(variant):
    blocks, peepholes = WEIGHTS[variant]
    rows = len(blocks) * H
    expected = {"weight_ih_l0": (rows, D), "weight_hh_l0": (rows, H), "bias_l0": (rows,)}
    if peepholes:
        expected["weight_peephole_l0"] = (len(peepholes), H)
    if variant == "FGR":
        expected["weight_gates_l0"] = (3 * H, 3 * H)  # nine matrices
    layer = lt.LSTMVariant(D, H, variant=variant, rng=0)
    assert {name: array.shape for name, array in layer.parameters().items()} == expected
    assert layer.cells[0][0].blocks == tuple(blocks)


@pytest.mark.parametrize("variant", WEIGHTS)
def test_every_variant_records_every_gate(variant, rng):
    layer = lt.LSTMVariant(D, H, variant=variant, dtype="float32")
    shake(layer.parameters(), rng)
    trace = layer.forward(rng.standard_normal((7, 5, D)), lengths=LENGTHS)
    assert trace.names == ("i", "f", "g", "o", "c", "h")
    valid = np.arange(7)[:, None] < LENGTHS
    for gate in "ifo":
        assert trace[gate].dtype == np.float32
        if gate not in WEIGHTS[variant][0] and (variant, gate) != ("CIFG", "f"):
            np.testing.assert_array_equal(trace[gate], np.broadcast_to(valid[..., None], (7, 5, H)))
        else:
            assert np.ptp(trace[gate][valid]) > 0.01
    if variant == "CIFG":
        np.testing.assert_array_equal(trace["f"][valid], 1 - trace["i"][valid])


def test_there_are_eight_variants_and_none_without_its_name():
    assert list(VARIANTS) == list(WEIGHTS)
    for variant in ("GRU", "nig", None, ["NP"]):
        message = f"LSTMVariant: expected variant to be one of {list(WEIGHTS)}, got {variant!r}"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            lt.LSTMVariant(D, H, variant=variant)
    with pytest.raises(TypeError, match="variant"):
        lt.LSTMVariant(D, H)


# -- PyTorch's autograd says the same ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cells_per_block", [1, 2, 3])
@pytest.mark.parametrize("gate_recurrence", [False, True])
def test_verify_takes_any_number_of_cells_to_a_block(gate_recurrence, cells_per_block, rng):
    pytest.importorskip("torch")
    layer = lt.LSTM1997(D, 6, gate_recurrence=gate_recurrence, cells_per_block=cells_per_block, **TWO)
    shake(layer.parameters(), rng)
    report = lt.reference.verify(layer, lengths=LENGTHS)
    assert report.ok
    names = [["", "(shared gates)"], ["(gate recurrence)", "(both)"]]
    name = names[gate_recurrence][cells_per_block > 1]
    assert {row.case.split(",")[0] for row in report.rows} == {f"LSTM1997{name}"}
