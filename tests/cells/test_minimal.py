"""minGRU and minLSTM: all steps at once are the same as one after the other; gates do not look back."""

import itertools
import math

import numpy as np
import pytest
from cases import CELLS, LENGTHS, D, H, assert_same, random_layer, random_problem, run
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.cells.minimal import log_positive, log_space_scan, positive

LAYERS = [lt.MinGRU, lt.MinLSTM]
each_layer = pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
WITHIN = {"float64": {"rtol": 1e-12, "atol": 1e-12}, "float32": {"rtol": 1e-5, "atol": 1e-5}}


def both_ways(kind, rng, **options):
    """A layer that goes step by step, and one with the same parameters that does not."""
    layers = [kind(D, H, parallel=parallel, rng=0, **options) for parallel in (False, True)]
    for array in layers[0].parameters().values():
        array[...] = rng.uniform(-0.8, 0.8, array.shape)
    layers[1].load_parameters(layers[0].parameters())
    return layers


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("T", [1, 2, 50, 500])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True}], ids=["one cell", "four cells"])
@each_layer
def test_all_steps_at_once_are_the_same_as_one_after_the_other(kind, options, T, dtype, rng):
    steps, scan = both_ways(kind, rng, dtype=dtype, **options)
    problem = random_problem(steps, T, 3, rng)
    for lengths in (None, [max(1, T // 3), T, 1]):
        (one, one_grads), (other, other_grads) = run(steps, problem, lengths), run(scan, problem, lengths)
        pairs = [(one.output, other.output), (one.final_state.h, other.final_state.h)]
        for k, direction in itertools.product(range(steps.num_layers), ("forward", "reverse")[: steps.num_directions]):
            pairs += [(one.at(k, direction)[name], other.at(k, direction)[name]) for name in one.names]
            pairs += [(one_grads.at(k, direction).h, other_grads.at(k, direction).h)]
        pairs += [(one_grads.x, other_grads.x), (one_grads.initial_state.h, other_grads.initial_state.h)]
        for ours, theirs in pairs:
            np.testing.assert_allclose(theirs, ours, **WITHIN[dtype])
        for name, slope in one_grads.parameters.items():  # sums over T N steps, whose rounding errors add up
            size = np.abs(slope).max()
            np.testing.assert_allclose(other_grads.parameters[name] / size, slope / size, **WITHIN[dtype])


@given(T=st.integers(1, 60), closed=st.floats(0, 60), seed=st.integers(0, 99), padded=st.booleans())
def test_the_scan_is_the_recurrence_however_tight_the_gates_shut(T, closed, seed, padded):
    """Even where the product of what is kept is far below the smallest float."""
    rng = np.random.default_rng(seed)
    log_keep, log_write = -rng.exponential(1 + closed, (T, 2, 3)), rng.normal(0, 1 + closed, (T, 2, 3))
    h = rng.standard_normal((2, 3))
    valid = rng.random((T, 2, 1)) < 0.7 if padded else None
    scanned = log_space_scan(log_keep, log_write, h, valid)
    for t in range(T):
        new = np.exp(log_keep[t]) * h + np.exp(log_write[t])
        h = new if valid is None else np.where(valid[t], new, h)
        np.testing.assert_allclose(scanned[t], h, rtol=1e-10, atol=1e-14)


def test_without_logarithms_all_steps_at_once_would_divide_by_zero(rng):
    """The same sum with products for sums of logarithms: h = P (h_0 + sum write / P), P = product of keep."""
    log_keep, log_write = np.full((500, 1, 1), -2.0), np.full((500, 1, 1), -1.0)
    P = np.cumprod(np.exp(log_keep), axis=0)
    with np.errstate(all="ignore"):
        naive = P * np.cumsum(np.exp(log_write) / P, axis=0)
    assert np.isnan(naive[-1]).all()
    limit = math.exp(-1) / (1 - math.exp(-2))
    assert log_space_scan(log_keep, log_write, np.zeros((1, 1)), None)[-1, 0, 0] == pytest.approx(limit, rel=1e-12)


def test_the_scan_takes_the_place_of_the_loop(monkeypatch, rng):
    steps, scan = both_ways(lt.MinGRU, rng)
    x = rng.standard_normal((3, 2, D))

    def never(*_):
        raise AssertionError("not this way")

    monkeypatch.setattr(lt.MinGRUCell, "step", never)
    assert scan.forward(x).output.shape == (3, 2, H)
    monkeypatch.undo()
    monkeypatch.setattr(lt.MinGRUCell, "scan", never)
    assert steps.forward(x).output.shape == (3, 2, H)


@pytest.mark.parametrize("parallel", [False, True])
@each_layer
def test_gates_and_candidates_see_the_input_alone(kind, parallel, rng):
    layer = both_ways(kind, rng)[parallel]
    x = rng.standard_normal((5, 2, D))
    one, other = (layer.forward(x, rng.standard_normal((1, 2, H))) for _ in range(2))
    for name in set(one.names) - {"h"}:
        np.testing.assert_array_equal(one[name], other[name])
    assert (one["h"] != other["h"]).all()


@pytest.mark.parametrize(("kind", "blocks"), [(lt.MinGRU, 2), (lt.MinLSTM, 3)])
def test_there_are_no_weights_of_the_past(kind, blocks):
    parameters = kind(D, H, rng=0).parameters()
    assert {name: array.shape for name, array in parameters.items()} == {
        "weight_ih_l0": (blocks * H, D), "bias_l0": (blocks * H,),
    }  # fmt: skip


@pytest.mark.parametrize("parallel", [False, True])
@each_layer
@given(size=st.floats(0, 1e3), seed=st.integers(0, 99))
def test_h_lies_between_what_was_and_what_is_new(kind, parallel, size, seed):
    rng = np.random.default_rng(seed)
    layer = both_ways(kind, rng)[parallel]
    trace = layer.forward(rng.standard_normal((6, 2, D)) * size, rng.standard_normal((1, 2, H)))
    new = trace["n" if kind is lt.MinGRU else "g"]
    assert (new >= 0).all() and ((new > 0).all() or size > 5)  # a candidate far below zero is rounded to it
    before = trace.at().before.h
    slack = 1e-9 * (1 + np.abs(new))
    assert (np.minimum(before, new) - slack <= trace["h"]).all()
    assert (trace["h"] <= np.maximum(before, new) + slack).all()


@pytest.mark.parametrize("parallel", [False, True])
@pytest.mark.parametrize(("a_i", "a_f"), [(-800, -801), (-801, -800), (-5000, -5000), (900, 900), (-900, 900)])
def test_the_minlstm_shares_even_where_both_gates_are_rounded_to_zero(parallel, a_i, a_f):
    """f / (f + i) would be 0 / 0; in the limit it is sigmoid(a_f - a_i)."""
    layer = lt.MinLSTM(1, 1, parallel=parallel, rng=0)
    layer.load_parameters({"weight_ih_l0": np.zeros((3, 1)), "bias_l0": [a_i, a_f, 1.0]})
    trace = layer.forward(np.ones((1, 1, 1)), np.full((1, 1, 1), 3.0))
    k = 1 / (1 + math.exp(min(a_i, 0) - min(a_f, 0)))
    assert trace["k"].item() == pytest.approx(k, abs=1e-12)
    assert trace.output.item() == pytest.approx(k * 3.0 + (1 - k) * 1.5, abs=1e-12)
    grads = layer.backward(trace, np.ones((1, 1, 1)))
    assert all(np.isfinite(slope).all() for slope in grads.parameters.values())


def test_the_candidate_is_above_zero_and_its_logarithm_finite():
    a = np.array([-5000.0, -40.0, -1.0, -1e-12, 0.0, 1.0, 1e6])
    np.testing.assert_allclose(positive(a), np.exp(log_positive(a)), rtol=1e-9, atol=1e-17)
    assert positive(np.array([-1.0, 0.0, 1.0])).tolist() == pytest.approx([1 / (1 + math.e), 0.5, 1.5])
    assert np.isfinite(log_positive(a)).all()
    assert (np.diff(log_positive(a)) > 0).all()


def test_z_opens_for_the_new_where_that_of_the_gru_keeps_the_old():
    mine, gru = lt.MinGRU(1, 1, rng=0), lt.GRU(1, 1, rng=0)
    for layer, block in ((mine, "z"), (gru, "z")):
        cell = layer.cells[0][0]
        for array in cell.parameters().values():
            array[...] = 0
        cell.bias[cell.rows(block)] = 50.0
    x, h = np.ones((1, 1, 1)), np.full((1, 1, 1), -3.0)
    assert mine.forward(x, h).output.item() == pytest.approx(0.5)  # the candidate
    assert gru.forward(x, h).output.item() == pytest.approx(-3.0)  # the past


def test_what_is_saved_says_which_way_it_goes(tmp_path, rng):
    for layer in both_ways(lt.MinLSTM, rng):
        lt.save(layer, tmp_path / "layer.npz")
        loaded = lt.load(tmp_path / "layer.npz")
        assert loaded.config()["parallel"] is layer.cells[0][0].parallel is loaded.cells[0][0].parallel
        assert_same(loaded.forward(np.ones((4, 5, D)), lengths=[4, 1, 2, 3, 4]).output,
                    layer.forward(np.ones((4, 5, D)), lengths=[4, 1, 2, 3, 4]).output)  # fmt: skip


def test_every_form_stands_in_the_table_of_cells():
    assert {kind.id for kind in CELLS if kind.layer in LAYERS} == {
        f"min-{name}-{way}" for name in ("gru", "lstm") for way in ("steps", "scan")
    }
    assert max(LENGTHS) == 7
    assert random_layer(CELLS[0], np.random.default_rng(0)).cells[0][0].parallel is False
