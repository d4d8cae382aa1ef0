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


def test_message_for_a_readout_of_vectors_of_another_size(rng):
    with pytest.raises(ValueError, match=re.escape("Linear: expected h of shape (..., 4), got (2, 3)")):
        lt.Linear(H, K, rng=0).forward(np.zeros((2, 3)))


@pytest.mark.parametrize("h", [np.ma.masked_array(np.ones(H), np.arange(H) == 0), np.ones(H) * 1j, ["a"] * H])
def test_message_for_a_readout_of_what_are_no_real_numbers(h):
    with pytest.raises(ValueError, match="Linear: expected h to be "):
        lt.Linear(H, K, rng=0).forward(h)


# -- the embedding -----------------------------------------------------------------------------------------------------

TOKENS = np.array([[4, 0, 4], [4, 2, 1], [0, 4, 4], [5, 1, 0]])  # 4 comes five times, 3 never
V = 6


def random_embedding(rng, **options):
    embedding = lt.Embedding(V, D, **options)
    shake(embedding.parameters(), rng)
    return embedding


@pytest.mark.parametrize("padding", [None, 0, 4, -2])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_embedding_and_its_gradient_are_pytorchs(padding, dtype, rng):
    torch = pytest.importorskip("torch")
    embedding = random_embedding(rng, padding_idx=padding, dtype=dtype)
    theirs = torch.nn.Embedding(V, D, padding_idx=padding, dtype=getattr(torch, dtype))
    with torch.no_grad():
        theirs.weight.copy_(torch.from_numpy(embedding.weight))
    dy = rng.standard_normal((T, N, D)).astype(dtype)
    output = theirs(torch.from_numpy(TOKENS))
    output.backward(torch.from_numpy(dy))
    y, gradients = embedding.forward(TOKENS), embedding.backward(TOKENS, dy)
    assert y.dtype == gradients["weight"].dtype == dtype
    np.testing.assert_array_equal(y, output.detach().numpy())
    assert_same(gradients["weight"], theirs.weight.grad.numpy(), dtype=dtype)
    assert embedding.padding_idx == theirs.padding_idx


def test_gradient_of_the_embedding_is_that_of_central_differences(rng):
    embedding, dy = random_embedding(rng), rng.standard_normal((T, N, D))
    slope = embedding.backward(TOKENS, dy)["weight"]
    assert_derivative(slope, lambda: np.vdot(embedding.forward(TOKENS), dy), embedding.weight)
    assert not slope[3].any()


def test_embedding_starts_as_pytorchs_with_padding_at_zero():
    embedding = lt.Embedding(1000, 20, padding_idx=-1, dtype="float32", rng=0)
    assert not embedding.weight[-1].any()
    assert abs(embedding.weight[:-1].mean()) < 0.03
    assert abs(embedding.weight[:-1].std() - 1) < 0.03
    assert embedding.weight.dtype == np.float32
    assert repr(embedding) == "Embedding(1000, 20, padding_idx=999, dtype='float32')"


def test_weight_of_the_embedding_is_live_and_its_output_is_not(rng):
    embedding = random_embedding(rng)
    y, before = embedding.forward(TOKENS), embedding.weight.copy()
    y[...] = 7
    np.testing.assert_array_equal(embedding.weight, before)
    embedding.parameters()["weight"][...] = 7
    assert (embedding.forward(TOKENS) == 7).all()


def model_with_embedding(rng, **options):
    layer = lt.LSTM(D, H, bidirectional=True, rng=0)
    model = lt.SequenceModel(layer, K, embedding=random_embedding(rng, **options), rng=0)
    shake(model.parameters(), rng)
    return model


def test_every_gradient_of_a_model_with_an_embedding_is_that_of_central_differences(rng):
    model, batch = model_with_embedding(rng), random_batch(rng)._replace(x=TOKENS)
    _, gradients, _ = model.loss_and_gradients(batch)
    assert list(gradients) == list(model.parameters())
    assert next(iter(gradients)) == "embedding.weight"
    for name in ("embedding.weight", "layer.weight_ih_l0", "readout.bias"):
        assert_derivative(
            gradients[name], lambda: model.loss_and_gradients(batch)[0], model.parameters()[name], f"d {name}"
        )


def test_tokens_past_a_sequences_length_are_not_read(rng):
    model, batch = model_with_embedding(rng), random_batch(rng)._replace(x=TOKENS)
    loss, gradients, _ = model.loss_and_gradients(batch)
    for padding in (-100, V, 3):
        padded = batch._replace(x=np.where(MASK, TOKENS, padding))
        other_loss, other_gradients, _ = model.loss_and_gradients(padded)
        assert other_loss == loss
        assert_untouched(other_gradients, copies(gradients))


def test_model_with_an_embedding_is_the_model_of_its_vectors(rng, tmp_path):
    model = model_with_embedding(rng, padding_idx=0)
    plain = lt.SequenceModel(model.layer, K, rng=0)
    plain.load_parameters({name: a for name, a in model.parameters().items() if not name.startswith("embedding")})
    np.testing.assert_array_equal(model.forward(TOKENS)[0], plain.forward(model.embedding.forward(TOKENS))[0])
    lt.save(model, tmp_path / "model.npz")
    loaded = lt.load(tmp_path / "model.npz")
    assert repr(loaded) == repr(model)
    np.testing.assert_array_equal(loaded.forward(TOKENS)[0], model.forward(TOKENS)[0])


def test_model_with_an_embedding_learns(rng):
    layer, embedding = lt.LSTM(4, 12, rng=1), lt.Embedding(5, 4, rng=2)
    model = lt.SequenceModel(layer, 2, embedding=embedding, rng=3)

    def recall(update):
        batch = lt.tasks.recall(2, 16, symbols=2, rng=update)
        return batch._replace(x=batch.x.argmax(axis=2))

    trainer = lt.Trainer(model, recall, lt.Adam(0.02), clip=1.0)
    assert np.mean(trainer.run(200, progress=False).loss[-10:]) < 0.1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.Embedding(0, 3), "Embedding: expected num_embeddings to be a positive int, got 0"),
        (lambda: lt.Embedding(3, 2.5), "Embedding: expected embedding_dim to be a positive int, got 2.5"),
        (lambda: lt.Embedding(3, 2, padding_idx=3), "Embedding: expected padding_idx from -3 to 2 or None, got 3"),
        (lambda: lt.Embedding(3, 2, rng=0).forward([[0, 3]]),
         "Embedding: expected tokens to be ints from 0 to 2, got 0 to 3"),
        (lambda: lt.Embedding(3, 2, rng=0).forward([[-1, 0]]),
         "Embedding: expected tokens to be ints from 0 to 2, got -1 to 0"),
        (lambda: lt.Embedding(3, 2, rng=0).forward([[1.0]]),
         "Embedding: expected tokens to be ints from 0 to 2, got float64"),
        (lambda: lt.Embedding(3, 2, rng=0).backward([[1]], np.zeros((1, 2))),
         "Embedding: expected dy of shape (1, 1, 2), got (1, 2)"),
        (lambda: lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, embedding=lt.Embedding(5, 2, rng=0)),
         "SequenceModel: expected an embedding of the layer's input_size 3, got Embedding(5, 2)"),
        (lambda: lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, embedding=5),
         "SequenceModel: expected embedding to be an Embedding or None, got 5"),
        (lambda: lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, embedding=lt.Embedding(5, 3, rng=0)).forward([[[1]]]),
         "SequenceModel: expected x to be tokens of shape (T, N), got (1, 1, 1)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_message_for_embeddings_and_tokens_that_do_not_fit(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()


# -- the model ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "loss"),
    [(kind, "softmax_cross_entropy") for kind in CELLS] + [(LSTM, loss) for loss in lt.losses.STEP_LOSSES[:2]],
    ids=lambda value: value if isinstance(value, str) else value.id,
)
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


@pytest.mark.parametrize("loss", lt.losses.STEP_LOSSES)
@pytest.mark.parametrize("padding", [np.nan, -100])
def test_padding_never_counts_in_the_loss(loss, padding, rng):
    """Neither without a mask, nor with a mask that forgets the lengths; whatever the padding's targets are."""
    model, batch = random_model(LSTM, rng, loss, bidirectional=True), random_batch(rng, loss)
    value, gradients, _ = model.loss_and_gradients(batch)
    targets = batch.targets.copy()
    targets[~MASK] = padding if targets.dtype.kind == "f" else -100
    for mask in (None, np.ones(MASK.shape, bool), np.ones(MASK.shape)):
        for padded in (batch.targets, targets):
            other_value, other, _ = model.loss_and_gradients(batch._replace(mask=mask, targets=padded))
            assert other_value == value
            assert_untouched(other, copies(gradients))


def test_a_mask_within_the_lengths_stays_as_it_is(rng):
    model, batch = random_model(LSTM, rng), random_batch(rng)
    mask = MASK & (np.arange(T) == 1)[:, None]
    predictions, _ = model.forward(batch.x, lengths=batch.lengths)
    expected = lt.losses.softmax_cross_entropy(predictions, batch.targets, mask)[0]
    assert model.loss_and_gradients(batch._replace(mask=mask))[0] == expected


def test_message_for_a_mask_of_another_shape_than_the_lengths_imply(rng):
    model, batch = random_model(LSTM, rng), random_batch(rng)
    with pytest.raises(ValueError, match=re.escape("expected mask of shape (4, 3), got (3,)")):
        model.loss_and_gradients(batch._replace(mask=np.ones(N, bool)))


def test_batch_says_what_it_holds(rng):
    batch = random_batch(rng)._replace(start=False)
    assert repr(batch) == (
        "Batch(x=float64 (4, 3, 3), targets=int64 (4, 3), mask=bool (4, 3), lengths=[4, 2, 3], start=False)"
    )


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


@pytest.mark.parametrize("layer", [None, lt.LSTMCell(3, 4, rng=0)], ids=["None", "cell"])
def test_message_for_a_model_of_no_layer(layer):
    message = f"SequenceModel: expected a recurrent layer, such as lt.LSTM(3, 5), got {layer!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        lt.SequenceModel(layer, 2)


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
