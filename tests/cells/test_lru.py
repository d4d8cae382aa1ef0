"""The linear recurrent unit: a ring of eigenvalues, one recurrence in two forms, and no number that is complex."""

import itertools

import numpy as np
import pytest
from cases import CELLS, D, H, assert_same, random_layer, random_problem, run, shake
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.cells.lru import linear_scan

KIND = next(kind for kind in CELLS if kind.id == "lru-steps")
WITHIN = {"float64": {"rtol": 1e-11, "atol": 1e-12}, "float32": {"rtol": 1e-4, "atol": 2e-5}}


def both_forms(rng, **options):
    """A layer that goes step by step, and one with the same parameters that does not."""
    steps, scan = (lt.LRU(D, H, parallel=parallel, rng=rng, **options) for parallel in (False, True))
    for name, array in steps.parameters().items():  # the eigenvalues where they start: on long sequences they matter
        if name.startswith("bias"):
            array[...] = rng.uniform(-0.8, 0.8, array.shape)
    scan.load_parameters(steps.parameters())
    return steps, scan


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("T", [1, 2, 50, 500])
@pytest.mark.parametrize("options", [{}, {"num_layers": 2, "bidirectional": True, "nonlinearity": "tanh"}], ids=str)
def test_all_steps_at_once_are_the_same_as_one_after_the_other(options, T, dtype, rng):
    steps, scan = both_forms(rng, dtype=dtype, **options)
    problem = random_problem(steps, T, 3, rng)
    for lengths in (None, [max(1, T // 3), T, 1]):
        (one, one_grads), (other, other_grads) = run(steps, problem, lengths), run(scan, problem, lengths)
        pairs = [(one.output, other.output), *zip(one.final_state, other.final_state, strict=True)]
        for k, direction in itertools.product(range(steps.num_layers), ("forward", "reverse")[: steps.num_directions]):
            pairs += [(one.at(k, direction)[name], other.at(k, direction)[name]) for name in one.names]
        pairs += [(one_grads.x, other_grads.x), *zip(one_grads.initial_state, other_grads.initial_state, strict=True)]
        pairs += [(slope, other_grads.parameters[name]) for name, slope in one_grads.parameters.items()]
        for ours, theirs in pairs:
            size = max(1, np.abs(ours).max())  # sums over T steps, whose rounding errors add up
            np.testing.assert_allclose(theirs / size, ours / size, **WITHIN[dtype])


@given(T=st.integers(1, 70), size=st.floats(0, 1), complex_too=st.booleans(), seed=st.integers(0, 99))
def test_the_scan_is_the_recurrence_for_factors_of_any_sign_and_angle(T, size, complex_too, seed):
    rng = np.random.default_rng(seed)
    keep, write = size * rng.uniform(-1, 1, (T, 2, 3)), rng.standard_normal((T, 2, 3))
    if complex_too:
        keep, write = keep * np.exp(1j * rng.uniform(0, 7, keep.shape)), write + 1j * rng.standard_normal(write.shape)
    scanned, m = linear_scan(keep, write), 0
    for t in range(T):
        m = keep[t] * m + write[t]
        np.testing.assert_allclose(scanned[t], m, rtol=1e-12, atol=1e-12)


def test_the_scan_changes_neither_of_its_arrays_and_takes_the_place_of_the_loop(monkeypatch, rng):
    keep, write = rng.standard_normal((2, 5, 2, 3))
    before = keep.copy(), write.copy()
    linear_scan(keep, write)
    assert np.array_equal(keep, before[0]) and np.array_equal(write, before[1])
    steps, scan = both_forms(rng)

    def never(*_):
        raise AssertionError("not this way")

    monkeypatch.setattr(lt.LRUCell, "step", never)
    assert scan.forward(np.ones((3, 2, D))).output.shape == (3, 2, H)
    monkeypatch.undo()
    monkeypatch.setattr(lt.LRUCell, "scan", never)
    assert steps.forward(np.ones((3, 2, D))).output.shape == (3, 2, H)


def test_an_impulse_turns_and_shrinks_by_the_powers_of_lambda(rng):
    layer = random_layer(KIND, rng)
    cell = layer.cells[0][0]
    cell.bias[...] = 0
    x = np.zeros((30, 1, D))
    x[0] = rng.standard_normal(D)
    trace = layer.forward(x)
    eigenvalues = np.exp(-np.exp(cell.nu_log) + 1j * np.exp(cell.theta_log))
    first = trace["re"][0, 0] + 1j * trace["im"][0, 0]
    powers = eigenvalues ** np.arange(30)[:, None]
    assert_same(trace["re"][:, 0], (powers * first).real)
    assert_same(trace["im"][:, 0], (powers * first).imag)


@pytest.mark.parametrize(("r_min", "r_max", "max_phase"), [(0.0, 1.0, 2 * np.pi), (0.9, 0.999, np.pi / 10)])
def test_the_eigenvalues_start_evenly_over_the_area_of_the_ring(r_min, r_max, max_phase):
    cell = lt.LRUCell(1, 1000, r_min=r_min, r_max=r_max, max_phase=max_phase, rng=0)
    size = np.exp(-np.exp(cell.nu_log))
    share = (size**2 - r_min**2) / (r_max**2 - r_min**2)  # of the ring's area within each
    angle = np.exp(cell.theta_log) / max_phase
    for part in (share, angle):
        assert part.min() >= 0 and part.max() <= 1
        np.testing.assert_allclose(np.quantile(part, [0.25, 0.5, 0.75]), [0.25, 0.5, 0.75], atol=0.06)
    np.testing.assert_allclose(np.exp(cell.gamma_log) ** 2, 1 - size**2, rtol=1e-9)


def test_weights_start_as_large_as_the_paper_says():
    cell = lt.LRUCell(50, 400, rng=0)
    deviations = {"u_re": 0.1, "u_im": 0.1, "skip": 50**-0.5}
    for block, deviation in deviations.items():
        assert cell.weight_ih[cell.rows(block)].std() == pytest.approx(deviation, rel=0.02)
    assert cell.weight_out.std() == pytest.approx(0.05, rel=0.02)


def test_the_memory_of_noise_is_as_large_at_any_radius_because_gamma_makes_up_for_it(rng):
    x = rng.standard_normal((4000, 1, 1))
    for r_min in (0.1, 0.5, 0.95):
        layer = lt.LRU(1, 200, r_min=r_min, r_max=r_min + 0.01, rng=1)
        trace = layer.forward(x)
        size = (trace["re"][500:] ** 2 + trace["im"][500:] ** 2).mean()
        assert size == pytest.approx(1, rel=0.25)  # that of B x: B has the variance 1 / D in all, x has 1


def test_a_stack_is_linear_unless_the_output_goes_through_tanh(rng):
    x, y = rng.standard_normal((2, 6, 2, D))
    for nonlinearity, is_linear in (("linear", True), ("tanh", False)):
        layer = lt.LRU(D, H, num_layers=2, nonlinearity=nonlinearity, rng=0)
        outputs = [layer.forward(inputs).output for inputs in (x, y, x + y)]
        assert np.allclose(outputs[0] + outputs[1], outputs[2]) == is_linear


def test_no_gate_looks_back_and_lambda_never_reaches_one(rng):
    cell = lt.LRUCell(D, H, rng=0)
    assert "weight_hh" not in cell.parameters()
    cell.nu_log[:] = [-30.0, -3.0, 0.0, 3.0]
    assert (np.hypot(*cell.eigenvalues()) < 1).all()


def test_what_is_saved_is_real_and_says_how_it_was_made(tmp_path, rng):
    layer = lt.LRU(D, H, r_min=0.2, r_max=0.9, max_phase=1.0, nonlinearity="tanh", parallel=True, num_layers=2, rng=0)
    shake(layer.parameters(), rng)
    lt.save(layer, tmp_path / "layer.npz")
    loaded = lt.load(tmp_path / "layer.npz")
    assert loaded.config() == layer.config()
    assert all(array.dtype == np.float64 for array in loaded.parameters().values())
    assert_same(loaded.forward(np.ones((4, 2, D))).output, layer.forward(np.ones((4, 2, D))).output)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"r_max": 1.5}, "expected r_max from above 0 to 1, got 1.5"),
        ({"r_min": 0.9, "r_max": 0.5}, "expected r_min from 0 to below r_max, got 0.9"),
        ({"r_min": -0.1}, "expected r_min from 0 to below r_max, got -0.1"),
        ({"max_phase": 7}, "expected max_phase from above 0 to 2 pi, got 7"),
        ({"max_phase": "pi"}, "expected max_phase to be a finite number, got 'pi'"),
        ({"nonlinearity": "relu"}, "expected nonlinearity 'linear' or 'tanh', got 'relu'"),
    ],
)
def test_message_for_a_ring_that_cannot_be(options, message):
    for make in (lt.LRU, lt.LRUCell):
        with pytest.raises(ValueError, match=f"^{make.__name__}: {message}$"):
            make(D, H, **options)
