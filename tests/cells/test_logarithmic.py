"""The "logarithmic LSTM": as it circulates it fails where anyone can see it; the signed form never does."""

import re
import warnings

import numpy as np
import pytest
from cases import D, H, assert_derivative, assert_same, loss, random_problem, run

import lstm_tutor as lt


def layers(form, rng, **options):
    layer = lt.LogLSTM(D, H, form=form, rng=0, **options)
    for array in layer.parameters().values():
        array[...] = rng.uniform(-0.8, 0.8, array.shape)
    return layer


def circulating(layer, x):
    """Its trace, and what NumPy warned of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trace = layer.forward(x)
    return trace, {f"{warning.category.__name__}: {warning.message}" for warning in caught}


def test_the_formula_as_it_circulates_is_no_number_wherever_g_is_below_zero(rng):
    trace, warned = circulating(layers("circulating", rng), rng.standard_normal((6, 50, D)))
    assert warned == {"RuntimeWarning: invalid value encountered in log"}
    first = np.isnan(trace["h"][0])
    np.testing.assert_array_equal(first, trace["g"][0] < 0)
    assert 0.3 < first.mean() < 0.7  # about half of a fresh network's numbers
    fine = ~first.any(axis=1)  # sequences that lose no unit at the first step
    assert fine.sum() < 50
    assert np.isnan(trace["h"][1][~fine]).all()  # one NaN, and the next step has nothing else
    assert np.isnan(trace.output[-1]).mean() > 0.99
    assert np.isnan(trace.final_state.h).mean() > 0.99


def test_the_formula_as_it_circulates_is_minus_infinity_where_g_is_zero():
    layer = lt.LogLSTM(D, H, form="circulating", rng=0)
    trace, warned = circulating(layer, np.zeros((1, 2, D)))  # fresh biases are zero, so g = 0
    assert warned == {"RuntimeWarning: divide by zero encountered in log"}
    np.testing.assert_array_equal(trace.output, -np.inf)


def test_warnings_of_the_formula_are_not_silenced(rng):
    layer = layers("circulating", rng)
    with pytest.warns(RuntimeWarning, match="invalid value encountered in log"):
        layer.forward(rng.standard_normal((1, 50, D)))


def positive_problem(rng):
    """A layer and inputs for which g > 0 throughout: nothing is handed on, everything else is above zero."""
    layer = layers("circulating", rng)
    for name, array in layer.parameters().items():
        array[...] = 0 if name.startswith("weight_hh") else np.abs(array)
    problem = random_problem(layer, 4, 2, rng)
    return layer, problem._replace(x=np.abs(problem.x) + 0.1)


def test_where_it_is_defined_it_is_the_formula_and_its_slopes_are_exact(rng):
    layer, problem = positive_problem(rng)
    trace, grads = run(layer, problem)
    assert_same(trace.output, np.log(np.tanh(trace["g"])))
    assert_derivative(grads.x, lambda: loss(layer, problem), problem.x, "d x")
    for name, slope in grads.parameters.items():
        if not name.startswith("weight_hh"):
            assert_derivative(slope, lambda: loss(layer, problem), layer.parameters()[name], f"d {name}")
    assert_derivative(grads.initial_state.c, lambda: loss(layer, problem), problem.state.c, "d c")


def test_in_the_circulating_form_neither_memory_nor_output_gate_reaches_h(rng):
    layer, problem = positive_problem(rng)
    one, other = (layer.forward(problem.x, problem.state._replace(c=c)) for c in (problem.state.c, 9 - problem.state.c))
    np.testing.assert_array_equal(one.output, other.output)
    silent = problem.d_final._replace(c=0 * problem.d_final.c)
    _, grads = run(layer, problem._replace(d_final=silent))
    assert not grads.initial_state.c.any()
    assert not grads.parameters["bias_l0"][3 * H :].any()  # the output gate's


def test_the_signed_form_keeps_the_sign_and_does_not_saturate(rng):
    layer = lt.LogLSTM(D, H, rng=0)
    assert layer.cells[0][0].form == "signed"
    layer.load_parameters({name: np.zeros_like(array) for name, array in layer.parameters().items()})
    layer.parameters()["bias_l0"][H : 2 * H] = 50.0  # remember all
    c = np.array([-1e6, -1.0, 0.0, 1e6]).reshape(1, 1, H)
    trace = layer.forward(np.ones((1, 1, D)), (np.zeros((1, 1, H)), c))
    expected = 0.5 * np.array([-np.log(1 + 1e6), -np.log(2), 0.0, np.log(1 + 1e6)])
    assert_same(trace.output[0, 0], expected)
    grads = layer.backward(trace, np.ones((1, 1, H)))
    assert_same(grads.initial_state.c[0, 0], 0.5 / (1 + np.abs(c[0, 0])))


def test_message_for_an_unknown_form():
    message = re.escape("LogLSTM: expected form 'signed' or 'circulating', got 'natural'")
    with pytest.raises(ValueError, match=f"^{message}$"):
        lt.LogLSTM(D, H, form="natural")


def test_the_form_is_saved(tmp_path):
    lt.save(lt.LogLSTM(D, H, form="circulating", rng=0), tmp_path / "layer.npz")
    assert lt.load(tmp_path / "layer.npz").cells[0][0].form == "circulating"


def test_the_report_says_that_the_circulating_form_is_no_number_and_agrees_where_it_is_one(rng):
    pytest.importorskip("torch")
    layer, problem = positive_problem(rng)
    assert lt.reference.verify(layer, problem.x).raise_on_mismatch().max_error < 1e-12
    with pytest.warns(RuntimeWarning):
        report = lt.reference.verify(layers("circulating", rng))
    assert not report.ok
    assert np.isnan(report.max_error)
    assert "DIFFERS" in str(report)
