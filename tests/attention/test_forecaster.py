"""The encoder-decoder for numbers is PyTorch's, forward and backward, and agrees with central differences."""

import re

import numpy as np
import pytest
from cases import shake

import lstm_tutor as lt
from lstm_tutor.tasks import Batch

T, N, D, H, A, K = 6, 3, 2, 4, 5, 2


def make(kind, rng, dtype="float64", **options):
    layers = [getattr(lt, kind)(size, H, dtype=dtype, rng=rng, **options) for size in (D, 1)]
    model = lt.Forecaster(*layers, ahead=A, output_size=K, rng=rng)
    shake(model.parameters(), rng)
    return model


def test_a_past_may_be_read_in_two_parts(rng):
    model, x = make("LSTM", rng), rng.standard_normal((T, N, D))
    half = model.forward(x[:2])[1].encoder.final_state
    np.testing.assert_allclose(model.forward(x[2:], half)[0], model.forward(x)[0], rtol=1e-10)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_forecasts_and_every_gradient_are_those_of_pytorch(kind, layers, rng):
    torch = pytest.importorskip("torch")
    model = make(kind, rng, num_layers=layers)
    x, targets = rng.standard_normal((T, N, D)), rng.standard_normal((A, N, K))
    loss, gradients, _ = model.loss_and_gradients(Batch(x, targets))
    encoder, decoder = model.encoder.to_torch(), model.decoder.to_torch()
    readout = torch.nn.Linear(H, K).double()
    with torch.no_grad():
        readout.weight[:], readout.bias[:] = (torch.from_numpy(a) for a in (model.readout.weight, model.readout.bias))
    clock = torch.arange(A, dtype=torch.float64)[:, None, None].repeat(1, N, 1) / A
    said = readout(decoder(clock, encoder(torch.from_numpy(x))[1])[0])
    theirs = torch.nn.functional.mse_loss(said, torch.from_numpy(targets))
    theirs.backward()
    np.testing.assert_allclose(model.forward(x)[0], said.detach(), rtol=1e-10)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for part, module in (("encoder", encoder), ("decoder", decoder), ("readout", readout)):
        for name, parameter in module.named_parameters():
            ours = f"{part}.{name.replace('bias_ih', 'bias')}"
            if ours in gradients:
                np.testing.assert_allclose(gradients[ours], parameter.grad, rtol=1e-10, atol=1e-12, err_msg=ours)


def test_gradients_agree_with_central_differences_also_with_a_mask(rng):
    model = make("PeepholeLSTM", rng)
    mask = rng.integers(0, 2, (A, N)) + np.eye(A, N)
    batch = Batch(rng.standard_normal((T, N, D)), rng.standard_normal((A, N, K)), mask)
    _, gradients, _ = model.loss_and_gradients(batch)
    assert gradients.keys() == model.parameters().keys()
    for name, array in model.parameters().items():
        place, eps = np.unravel_index(rng.integers(array.size), array.shape), 1e-5
        before, ends = array[place], []
        for step in (eps, -eps):
            array[place] = before + step
            ends.append(model.loss_and_gradients(batch)[0])
        array[place] = before
        assert gradients[name][place] == pytest.approx((ends[0] - ends[1]) / (2 * eps), abs=1e-7), name


def test_steps_that_the_mask_leaves_out_do_not_count(rng):
    model, mask = make("GRU", rng), np.ones((A, N))
    mask[2:, 1] = 0
    x, targets = rng.standard_normal((T, N, D)), rng.standard_normal((A, N, K))
    loss, gradients, _ = model.loss_and_gradients(Batch(x, targets, mask))
    targets[2:, 1] = 99
    again, same, _ = model.loss_and_gradients(Batch(x, targets, mask))
    assert again == loss and all(np.array_equal(same[name], d) for name, d in gradients.items())


def test_it_learns_to_go_on_with_a_wave():
    phases = np.random.default_rng(0).uniform(0, 6, 32)
    wave = np.sin(0.7 * np.arange(T + A)[:, None] + phases)[..., None]
    model = lt.Forecaster(lt.LSTM(1, 8, rng=1), lt.LSTM(1, 8, rng=2), ahead=A, rng=3)
    trainer = lt.Trainer(model, lambda update: Batch(wave[:T], wave[T:]), lt.Adam(0.02))
    history = trainer.run(150, progress=False)
    assert history.loss[-1] < 0.03 < 0.3 < history.loss[0]


def test_float32_stays_float32(rng):
    model = make("LSTM", rng, "float32")
    x = rng.standard_normal((T, N, D)).astype(np.float32)
    said, trace = model.forward(x)
    assert said.dtype == np.float32 and trace.final_state.h.dtype == np.float32


BAD = {
    "one layer twice": lambda lstm: (lstm, lstm),
    "two kinds": lambda lstm: (lstm, lt.GRU(1, H)),
    "two sizes": lambda lstm: (lstm, lt.LSTM(1, H + 1)),
    "two directions": lambda lstm: (lt.LSTM(1, H, bidirectional=True), lt.LSTM(1, H, bidirectional=True)),
    "no clock": lambda lstm: (lstm, lt.LSTM(2, H)),
}


@pytest.mark.parametrize("case", BAD)
def test_message_for_layers_that_do_not_fit_together(case):
    one, two = BAD[case](lt.LSTM(1, H))
    message = f"direction, the decoder with one input, got {one!r} and {two!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        lt.Forecaster(one, two, ahead=2)
