"""Layer normalization, recurrent dropout and zoneout: where exactly each acts, and that the way back knows."""

import numpy as np
import pytest
from cases import NOISE, D, H, assert_derivative, assert_same, loss, random_problem, run, shake
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt

LENGTHS = [5, 7, 1, 3, 7]
TWO = {"num_layers": 2, "bidirectional": True}


def noisy(rng, **options):
    layer = lt.NoisyLSTM(D, H, rng=0, **options)
    shake(layer.parameters(), rng)
    return layer


def layer_norm(rng, **options):
    layer = lt.LayerNormLSTM(D, H, rng=0, **options)
    shake(layer.parameters(), rng)
    return layer


# -- noise -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NOISE)
def test_in_training_every_gradient_is_that_of_central_differences(name, rng):
    layer = noisy(rng, **{name: NOISE[name]}, **TWO)
    problem = random_problem(layer, 4, 3, rng)
    trace, grads = run(layer, problem, [3, 4, 1], rng=5)
    drawn = {"dropout_h": "mask_h", "dropout_g": "mask_g", "zoneout_c": "keep_c", "zoneout_h": "keep_h"}[name]
    assert len({*trace.at(0)[drawn][0].ravel().tolist()} | {*trace.at(1)[drawn][0].ravel().tolist()}) > 1

    def total():
        return loss(layer, problem, [3, 4, 1], rng=5)

    assert_derivative(grads.x, total, problem.x, "d x")
    for field, slope in grads.initial_state._asdict().items():
        assert_derivative(slope, total, getattr(problem.state, field), f"d initial {field}")
    for parameter, slope in grads.parameters.items():
        assert_derivative(slope, total, layer.parameters()[parameter], f"d {parameter}")


@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_pytorch_replays_what_was_drawn(lengths, rng):
    pytest.importorskip("torch")
    report = lt.reference.verify(noisy(rng, **NOISE, **TWO), lengths=lengths, rng=3).raise_on_mismatch()
    assert {"mask_h[layer 1, reverse]", "keep_c[layer 0, forward]", "d weight_hh_l1_reverse"} < {
        row.quantity for row in report.rows
    }


def test_without_a_source_of_randomness_masks_are_one_and_zoneout_is_its_expectation(rng):
    trace = noisy(rng, **NOISE).forward(np.ones((3, 2, D)))
    for name, value in {"mask_h": 1, "mask_g": 1, "keep_c": NOISE["zoneout_c"], "keep_h": NOISE["zoneout_h"]}.items():
        assert (trace[name] == value).all()


def test_without_any_chance_it_is_the_lstm_in_training_too(rng):
    layer, plain = noisy(rng, **TWO), lt.LSTM(D, H, **TWO, rng=0)
    plain.load_parameters(layer.parameters())
    problem = random_problem(layer, 5, 2, rng)
    (one, one_grads), (two, two_grads) = run(layer, problem, rng=1), run(plain, problem)
    assert_same(one.output, two.output)
    for name, slope in two_grads.parameters.items():
        assert_same(one_grads.parameters[name], slope, name)


def test_masks_are_as_frequent_as_their_chances_and_make_up_for_what_they_drop(rng):
    layer = lt.NoisyLSTM(D, 50, **NOISE, rng=0)
    trace = layer.forward(np.ones((40, 100, D)), rng=1)
    for name, chance in (("mask_h", NOISE["dropout_h"]), ("mask_g", NOISE["dropout_g"])):
        assert {*np.round(trace[name], 9).ravel().tolist()} == {0.0, round(1 / (1 - chance), 9)}
        assert (trace[name] == 0).mean() == pytest.approx(chance, abs=0.03)
        assert trace[name].mean() == pytest.approx(1, abs=0.05)
    for name, chance in (("keep_c", NOISE["zoneout_c"]), ("keep_h", NOISE["zoneout_h"])):
        assert {*trace[name].ravel().tolist()} == {0.0, 1.0}
        assert trace[name].mean() == pytest.approx(chance, abs=0.01)


def test_the_mask_of_the_past_is_one_for_the_whole_sequence_and_differs_between_sequences_and_draws():
    layer = lt.NoisyLSTM(D, 50, **NOISE, rng=0)
    trace, other = (layer.forward(np.ones((6, 3, D)), rng=seed) for seed in (1, 2))
    assert (trace["mask_h"] == trace["mask_h"][0]).all()
    assert (trace["mask_h"][0, 0] != trace["mask_h"][0, 1]).any()
    for name in ("mask_h", "mask_g", "keep_c", "keep_h"):
        assert (trace[name] != other[name]).any()
        if name != "mask_h":
            assert (trace[name][0] != trace[name][1]).any()
    assert (trace["keep_c"] != trace["keep_h"]).any()


def test_a_unit_that_zones_out_keeps_its_state_exactly_and_another_is_updated(rng):
    layer = noisy(rng, zoneout_c=0.5, zoneout_h=0.5)
    trace = layer.forward(rng.standard_normal((50, 4, D)), rng=1)
    before, c_new = trace.at().before, trace["f"] * trace.at().before.c + trace["i"] * trace["g"]
    for field, new in (("c", c_new), ("h", trace["o"] * np.tanh(c_new))):
        stays = trace[f"keep_{field}"] == 1
        assert (trace[field][stays] == getattr(before, field)[stays]).all()
        assert_same(trace[field][~stays], new[~stays])


def test_h_shows_the_new_memory_even_where_c_zones_out(rng):
    """Krueger et al. (2017), section 3: h looks at what c would have become."""
    trace = noisy(rng, zoneout_c=0.5).forward(rng.standard_normal((50, 4, D)), rng=1)
    stays = trace["keep_c"] == 1
    assert (np.abs(trace["h"] - trace["o"] * np.tanh(trace["c"]))[stays] > 1e-6).all()


def test_a_dropped_candidate_writes_nothing_and_forgets_as_ever(rng):
    trace = noisy(rng, dropout_g=0.5).forward(rng.standard_normal((50, 4, D)), rng=1)
    dropped = trace["mask_g"] == 0
    assert_same(trace["c"][dropped], (trace["f"] * trace.at().before.c)[dropped])
    assert_same(trace["c"][~dropped], (trace["f"] * trace.at().before.c + 2 * trace["i"] * trace["g"])[~dropped])


def test_hidden_units_of_the_past_reach_no_gate_but_c_is_untouched(rng):
    layer = noisy(rng, dropout_h=0.5)
    x, state = rng.standard_normal((1, 4, D)), lt.LSTMState(*rng.standard_normal((2, 1, 4, H)))
    trace = layer.forward(x, state, rng=1)
    hidden = trace["mask_h"][0] == 0
    other = lt.LSTMState(state.h + 5 * hidden, state.c)  # a change of what is hidden
    for name in ("i", "f", "g", "o", "c", "h"):
        assert_same(layer.forward(x, other, rng=1)[name], trace[name])
    assert_same(trace["c"], trace["f"] * state.c + trace["i"] * trace["g"])


def test_noise_comes_from_the_source_that_forward_is_given_and_the_model_hands_it_on(rng):
    model = lt.SequenceModel(noisy(rng, **NOISE), 2, rng=0)
    batch = lt.tasks.Batch(x=np.ones((3, 2, D)), targets=np.zeros((3, 2), int))
    losses = [model.loss_and_gradients(batch, rng=seed)[0] for seed in (1, 1, 2, None, None)]
    assert losses[0] == losses[1] != losses[2] and losses[3] == losses[4] != losses[0]


@pytest.mark.parametrize("name", NOISE)
@pytest.mark.parametrize("chance", [-0.1, 1.0, "a", np.nan])
def test_message_for_a_chance_that_is_none(name, chance):
    for make in (lt.NoisyLSTM, lt.NoisyLSTMCell):
        with pytest.raises(ValueError, match=f"^{make.__name__}: expected {name} "):
            make(D, H, **{name: chance})


# -- layer normalization ---------------------------------------------------------------------------------------------


@given(size=st.floats(1, 1000), seed=st.integers(0, 99))
def test_no_size_of_the_input_or_of_the_weights_comes_through(size, seed):
    rng = np.random.default_rng(seed)
    layer = lt.LayerNormLSTM(D, 8, rng=rng)
    x = rng.standard_normal((5, 2, D))
    before = layer.forward(x).output
    np.testing.assert_allclose(layer.forward(size * x).output, before, atol=1e-2)
    for name in ("weight_ih_l0", "weight_hh_l0"):
        layer.parameters()[name][...] *= size
    np.testing.assert_allclose(layer.forward(x).output, before, atol=5e-2)


def test_the_sums_of_all_gates_are_normalized_together(rng):
    """Not each gate by itself, as some libraries do: then a gate's mean over its units would be its bias."""
    layer = layer_norm(rng)
    cell = layer.cells[0][0]
    cell.gain_ih[:], cell.gain_hh[:], cell.bias[:] = 1, 0, 0
    a = cell.from_input(rng.standard_normal((6, 2, D)))  # (4, T, N, H)
    np.testing.assert_allclose(a.mean(axis=(0, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(a.var(axis=(0, 3)), 1, atol=1e-3)
    assert (np.abs(a.mean(axis=3)) > 0.01).any()


def test_the_memory_itself_is_not_normalized_but_what_h_shows_of_it_is(rng):
    layer = layer_norm(rng)
    trace = layer.forward(rng.standard_normal((6, 2, D)))
    assert_same(trace["c"], trace["f"] * trace.at().before.c + trace["i"] * trace["g"])
    cell = layer.cells[0][0]
    cell.gain_c[:], cell.shift_c[:] = 0, 0.3
    trace = layer.forward(rng.standard_normal((6, 2, D)))
    assert_same(trace["h"], trace["o"] * np.tanh(0.3))


def test_gains_start_at_one_and_shifts_at_zero():
    parameters = lt.LayerNormLSTM(D, H, rng=0).parameters()
    for name in ("gain_ih_l0", "gain_hh_l0", "gain_c_l0"):
        assert (parameters[name] == 1).all()
    assert (parameters["shift_c_l0"] == 0).all()


def test_what_is_saved_says_how_it_was_made(tmp_path, rng):
    for layer in (noisy(rng, **NOISE), layer_norm(rng, num_layers=2)):
        lt.save(layer, tmp_path / "layer.npz")
        loaded = lt.load(tmp_path / "layer.npz")
        assert loaded.config() == layer.config()
        x = rng.standard_normal((4, 2, D))
        assert_same(loaded.forward(x, rng=1).output, layer.forward(x, rng=1).output)
