"""Many to one: what is pooled is that of each sequence's own steps, and its gradients are PyTorch's."""

import re

import numpy as np
import pytest
from cases import LENGTHS, H, assert_derivative, assert_same, assert_untouched, copies, shake

import lstm_tutor as lt
from lstm_tutor.tasks import Batch

T, N, D, K, A = 7, 5, 3, 2, 6
INSIDE = np.arange(T)[:, None] < np.array(LENGTHS)
KINDS = {
    "last": lambda: lt.LastPooling(),
    "last of both": lambda: lt.LastPooling(bidirectional=True),
    "mean": lambda: lt.MeanPooling(),
    "attention": lambda: lt.AttentionPooling(H, A, rng=0),
}


def pooling_and_problem(kind, rng, lengths):
    pooling = KINDS[kind]()
    shake(pooling.parameters(), rng)
    return pooling, rng.standard_normal((T, N, H)), rng.standard_normal((N, H)), LENGTHS if lengths else None


def by_pytorch(torch, pooling, h, lengths):
    """The same in operations of PyTorch, one sequence after the other."""
    said = []
    for n, length in enumerate(lengths or [T] * N):
        steps = h[:length, n]
        if isinstance(pooling, lt.MeanPooling):
            said.append(steps.mean(0))
        elif isinstance(pooling, lt.LastPooling):
            half = H // 2 if pooling.bidirectional else H
            said.append(torch.cat([steps[-1, :half], steps[0, half:]]))
        else:
            W, b, v = (pooling.torch[name] for name in ("weight_key", "bias", "weight_score"))
            alpha = torch.softmax(torch.tanh(torch.nn.functional.linear(steps, W, b)) @ v, dim=0)
            said.append(alpha @ steps)
    return torch.stack(said)


@pytest.mark.parametrize("lengths", [True, False], ids=["lengths", "whole"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_pooled_and_every_gradient_are_pytorchs(kind, lengths, rng):
    torch = pytest.importorskip("torch")
    pooling, h, dy, lengths = pooling_and_problem(kind, rng, lengths)
    pooling.torch = {name: torch.tensor(array, requires_grad=True) for name, array in pooling.parameters().items()}
    theirs = torch.tensor(h, requires_grad=True)
    y = by_pytorch(torch, pooling, theirs, lengths)
    y.backward(torch.tensor(dy))
    assert_same(pooling.forward(h, lengths), y.detach().numpy())
    dh, d_parameters = pooling.backward(h, dy, lengths)
    assert_same(dh, theirs.grad.numpy())
    assert list(d_parameters) == list(pooling.parameters())
    for name, d in d_parameters.items():
        assert_same(d, pooling.torch[name].grad.numpy())


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_of_pooling_are_those_of_central_differences(kind, rng):
    pooling, h, dy, lengths = pooling_and_problem(kind, rng, True)
    dh, d_parameters = pooling.backward(h, dy, lengths)

    def total():
        return np.vdot(pooling.forward(h, lengths), dy)

    assert_derivative(dh, total, h, "dh")
    for name, d in d_parameters.items():
        assert_derivative(d, total, pooling.parameters()[name], f"d {name}")


@pytest.mark.parametrize("padding", [1e6, np.nan])
@pytest.mark.parametrize("kind", KINDS)
def test_padding_is_neither_read_nor_given_a_gradient(kind, padding, rng):
    pooling, h, dy, lengths = pooling_and_problem(kind, rng, True)
    padded = np.where(INSIDE[..., None], h, padding)
    np.testing.assert_array_equal(pooling.forward(padded, lengths), pooling.forward(h, lengths))
    dh, d_parameters = pooling.backward(padded, dy, lengths)
    assert not dh[~INSIDE].any()
    assert_untouched(d_parameters, pooling.backward(h, dy, lengths)[1])


def test_weights_of_attention_pooling_are_shares_of_each_sequences_steps(rng):
    pooling, h, _, lengths = pooling_and_problem("attention", rng, True)
    weights = pooling.weights(h, lengths)
    assert weights.shape == (T, N)
    assert_same(weights.sum(axis=0), np.ones(N))
    assert not weights[~INSIDE].any() and (weights[INSIDE] > 0).all()
    assert_same(pooling.forward(h, lengths), np.einsum("tn,tnc->nc", weights, h))


def test_last_pooling_of_a_layer_is_its_final_state(rng):
    for directions in (False, True):
        layer = lt.GRU(D, H, num_layers=2, bidirectional=directions, rng=0)
        trace = layer.forward(rng.standard_normal((T, N, D)), lengths=LENGTHS)
        final = np.concatenate(list(trace.final_state.h[-layer.num_directions :]), axis=1)
        np.testing.assert_array_equal(lt.LastPooling(bidirectional=directions).forward(trace.output, LENGTHS), final)


def test_pooling_changes_nothing_that_comes_in(rng):
    for kind in KINDS:
        pooling, h, dy, lengths = pooling_and_problem(kind, rng, True)
        before = copies([h, dy, pooling.parameters()])
        pooling.forward(h, lengths)[...] = 7
        pooling.backward(h, dy, lengths)[0][...] = 7
        assert_untouched([h, dy, pooling.parameters()], before)


# -- in a model --------------------------------------------------------------------------------------------------------


def model_and_batch(pooling, rng, *, loss="softmax_cross_entropy", bidirectional=True, **options):
    layer = lt.LSTM(D, H, bidirectional=bidirectional, **options, rng=0)
    model = lt.SequenceModel(layer, K, loss=loss, pooling=pooling, rng=0)
    shake(model.parameters(), rng)
    targets = rng.integers(0, K, N) if loss == "softmax_cross_entropy" else rng.uniform(0, 1, (N, K))
    return model, Batch(rng.standard_normal((T, N, D)), targets, lengths=np.array(LENGTHS))


@pytest.mark.parametrize("loss", lt.losses.STEP_LOSSES)
@pytest.mark.parametrize("pooling", ["last", "mean", "attention"])
def test_every_gradient_of_a_model_that_pools_is_that_of_central_differences(pooling, loss, rng):
    model, batch = model_and_batch(pooling, rng, loss=loss)
    value, gradients, _ = model.loss_and_gradients(batch)
    assert list(gradients) == list(model.parameters())
    predictions, _ = model.forward(batch.x, lengths=batch.lengths)
    assert predictions.shape == (N, K)
    assert value == getattr(lt.losses, loss)(predictions[None], batch.targets[None])[0]
    some = {
        "layer.weight_ih_l0",
        "layer.bias_l0_reverse",
        "readout.weight",
        "pooling.weight_key",
        "pooling.weight_score",
    }
    for name in some & gradients.keys():
        assert_derivative(
            gradients[name], lambda: model.loss_and_gradients(batch)[0], model.parameters()[name], f"d {name}"
        )


@pytest.mark.parametrize("pooling", ["last", "mean", "attention"])
def test_a_model_that_pools_comes_back_from_its_file_and_reads_no_padding(pooling, rng, tmp_path):
    model, batch = model_and_batch(pooling, rng, dtype="float32")
    said, _ = model.forward(batch.x, lengths=batch.lengths)
    assert said.dtype == np.float32
    assert {gradient.dtype for gradient in model.loss_and_gradients(batch)[1].values()} == {np.dtype("float32")}
    padded, _ = model.forward(np.where(INSIDE[..., None], batch.x, 9), lengths=batch.lengths)
    np.testing.assert_array_equal(padded, said)
    lt.save(model, tmp_path / "model.npz")
    loaded = lt.load(tmp_path / "model.npz")
    assert repr(loaded) == repr(model)
    np.testing.assert_array_equal(loaded.forward(batch.x, lengths=batch.lengths)[0], said)


def test_a_mask_says_which_sequences_count(rng):
    model, batch = model_and_batch("mean", rng)
    mask = np.array([1, 0, 1, 1, 0], bool)
    chosen = Batch(batch.x[:, mask], batch.targets[mask], lengths=batch.lengths[mask])
    assert_same(model.loss_and_gradients(batch._replace(mask=mask))[0], model.loss_and_gradients(chosen)[0])


def test_pooling_does_not_change_how_a_model_starts():
    plain, pooled = (lt.SequenceModel(lt.RNN(D, H, rng=0), K, pooling=kind, rng=3) for kind in (None, "attention"))
    np.testing.assert_array_equal(plain.readout.weight, pooled.readout.weight)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.MeanPooling().forward(np.ones((3, 2))), "MeanPooling: expected h of shape (T, N, C), got (3, 2)"),
        (lambda: lt.AttentionPooling(4, rng=0).forward(np.ones((3, 2, 5))),
         "AttentionPooling: expected h of shape (T, N, 4), got (3, 2, 5)"),
        (lambda: lt.LastPooling().forward(np.ones((3, 2, 4)), lengths=[3, 0]),
         "LastPooling: expected lengths from 1 to T = 3, got [3, 0]"),
        (lambda: lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, pooling="max"),
         "SequenceModel: expected pooling to be None, a Pooling or one of ('last', 'mean', 'attention'), got 'max'"),
        (lambda: lt.SequenceModel(lt.RNN(3, 4, rng=0), 2, pooling=lt.AttentionPooling(5, rng=0)),
         "SequenceModel: expected a pooling of the layer's output size 4, got AttentionPooling(5, attention_size=5)"),
        (lambda: model_and_batch("mean", np.random.default_rng(0))[0].loss_and_gradients(
            Batch(np.ones((T, N, D)), np.ones((T, N), int))),
         "SequenceModel: with pooling, expected a target for each of 5 sequences, got shape (7, 5)"),
        (lambda: model_and_batch("mean", np.random.default_rng(0))[0].loss_and_gradients(
            Batch(np.ones((T, N, D)), np.ones(N, int), np.ones((T, N)))),
         "SequenceModel: with pooling, expected a mask of shape (5,), of sequences, got (7, 5); lengths say "
         "which steps are read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_message_for_what_cannot_be_pooled(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()
