"""A model is a layer with a linear read-out; its loss has the slopes it says."""

import re

import numpy as np
import pytest
from cases import CELLS, LSTM, D, H, assert_derivative, assert_same, assert_untouched, by_id, copies, shake

import lstm_tutor as lt
from lstm_tutor.tasks import Batch

T, N, K = 4, 3, 2
LENGTHS = [4, 2, 3]
MASK = np.arange(T)[:, None] < np.array(LENGTHS)


def targets_for(loss, rng):
    return rng.integers(0, K, (T, N)) if loss == "softmax_cross_entropy" else rng.uniform(0, 1, (T, N, K))


def random_model(kind, rng, loss="softmax_cross_entropy", **options):
    model = lt.SequenceModel(kind.layer(D, H, **kind.options, **options), K, loss=loss)
    shake(model.parameters(), rng)
    return model


def random_batch(rng, loss="softmax_cross_entropy"):
    return Batch(rng.standard_normal((T, N, D)), targets_for(loss, rng), MASK, np.array(LENGTHS))


# -- the read-out ------------------------------------------------------------------------------------------------------


def test_linear_is_its_formula(rng):
    linear = lt.Linear(H, K, rng=0)
    shake(linear.parameters(), rng)
    h = rng.standard_normal((T, N, H))
    y = linear.forward(h)
    assert y.shape == (T, N, K)
    assert_same(y[1, 2, 0], sum(w * v for w, v in zip(linear.weight[0], h[1, 2], strict=True)) + linear.bias[0])


def test_gradients_of_linear_are_those_of_central_differences(rng):
    linear, h, dy = lt.Linear(H, K, rng=0), rng.standard_normal((T, N, H)), rng.standard_normal((T, N, K))
    shake(linear.parameters(), rng)
    dh, slopes = linear.backward(h, dy)

    def total():
        return np.vdot(linear.forward(h), dy)

    assert_derivative(dh, total, h, "dh")
    for name, slope in slopes.items():
        assert_derivative(slope, total, linear.parameters()[name], f"d {name}")


def test_linear_starts_small_and_without_a_bias():
    linear = lt.Linear(100, 20, dtype="float32", rng=0)
    assert 0.09 < np.abs(linear.weight).max() <= 0.1
    assert not linear.bias.any()
    assert linear.weight.dtype == linear.bias.dtype == np.float32


# -- the model ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", lt.losses.STEP_LOSSES)
@pytest.mark.parametrize("kind", CELLS, ids=by_id)
def test_every_gradient_is_that_of_central_differences(kind, loss, rng):
    model = random_model(kind, rng, loss, num_layers=2, bidirectional=True)
    batch = random_batch(rng, loss)
    value, gradients, _ = model.loss_and_gradients(batch)
    assert list(gradients) == list(model.parameters())

    def total():
        return model.loss_and_gradients(batch)[0]

    assert value == total()
    some = {"readout.weight", "readout.bias", "layer.bias_l0", "layer.weight_ih_l1_reverse", "layer.weight_hh_l0"}
    for name in some & gradients.keys():  # the gates of some cells do not look back
        assert_derivative(gradients[name], total, model.parameters()[name], f"d {name}")


@pytest.mark.parametrize("kind", CELLS, ids=by_id)
def test_predictions_are_the_readout_of_the_layers_output(kind, rng):
    model, batch = random_model(kind, rng, bidirectional=True), random_batch(rng)
    predictions, trace = model.forward(batch.x, None, batch.lengths)
    assert_same(predictions, model.readout.forward(model.layer.forward(batch.x, lengths=LENGTHS).output))
    np.testing.assert_array_equal(trace.lengths, LENGTHS)


def test_state_is_carried_into_the_loss(rng):
    model, batch = random_model(LSTM, rng), random_batch(rng)
    state = model.layer.State(*(rng.standard_normal((1, N, H)) for _ in model.layer.State._fields))
    assert model.loss_and_gradients(batch, state)[0] != model.loss_and_gradients(batch)[0]


def test_dropout_is_in_the_loss_only_when_a_seed_is_given(rng):
    model, batch = random_model(LSTM, rng, num_layers=2, dropout=0.5), random_batch(rng)
    plain, dropped = model.loss_and_gradients(batch)[0], model.loss_and_gradients(batch, rng=1)[0]
    assert plain != dropped
    assert dropped == model.loss_and_gradients(batch, rng=1)[0]


def test_nothing_is_changed_by_asking_for_gradients(rng):
    model, batch = random_model(LSTM, rng), random_batch(rng)
    before = copies([model.parameters(), batch[:4]])
    model.loss_and_gradients(batch)
    assert_untouched([model.parameters(), batch[:4]], before)


def test_parameters_are_live_and_counted(rng):
    model = lt.SequenceModel(lt.LSTM(3, 4, rng=0), 2, rng=0)
    assert model.size() == 4 * (4 * 3 + 4 * 4 + 4) + 2 * 4 + 2
    model.parameters()["readout.bias"][...] = 7
    assert model.readout.bias.tolist() == [7, 7]
    model.parameters()["layer.weight_hh_l0"][...] = 7
    assert set(model.layer.cells[0][0].weight_hh.ravel()) == {7}


def test_readout_has_the_layers_dtype(rng):
    model = random_model(LSTM, rng, dtype="float32")
    predictions, _ = model.forward(rng.standard_normal((T, N, D)))
    assert predictions.dtype == np.float32
    _, gradients, _ = model.loss_and_gradients(random_batch(rng))
    assert {gradient.dtype for gradient in gradients.values()} == {np.dtype("float32")}


def test_model_says_what_it_is():
    model = lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, loss="mean_squared_error", rng=0)
    assert repr(model) == "SequenceModel(RNN(3, 4), 2, loss='mean_squared_error')"


# -- what a user may get wrong -----------------------------------------------------------------------------------------


def test_message_for_an_unknown_loss():
    message = f"SequenceModel: expected loss to be one of {lt.losses.STEP_LOSSES}, got 'hinge'"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, loss="hinge")


def test_message_for_parameters_that_do_not_fit_and_nothing_is_changed(rng):
    model = random_model(CELLS[0], rng)
    before = copies(model.parameters())
    given = {name: array + 1 for name, array in model.parameters().items()}
    for name, value, message in (
        ("readout.bias", np.zeros(K + 1), "expected readout.bias of shape (2,), got (3,)"),
        ("readout.bias", np.full(K, np.nan), "expected readout.bias to be finite numbers"),
        ("readout.scale", np.zeros(K), "got unknown ['readout.scale'] and missing []"),
    ):
        with pytest.raises(ValueError, match=f"^SequenceModel: .*{re.escape(message)}"):
            model.load_parameters(given | {name: value})
        assert_untouched(model.parameters(), before)
