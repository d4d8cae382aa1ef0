"""A model with CTC, and the classifier of windows beside it: slopes, lengths, files."""

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import losses, tasks
from lstm_tutor.baselines import WindowClassifier, window_targets


@pytest.fixture(scope="module")
def strings():
    return tasks.digit_strings(3, digits=(1, 3), rng=1)


def transcriber():
    return lt.Transcriber(lt.LSTM(40, 4, bidirectional=True, rng=1), 11, rng=2)


MODELS = {"transcriber": transcriber, "window": lambda: WindowClassifier(40, 5, 11, width=5, rng=1)}


@pytest.mark.parametrize("kind", MODELS)
def test_gradients_are_those_of_central_differences(kind, strings, rng):
    model = MODELS[kind]()
    _, gradients, _ = model.loss_and_gradients(strings)
    assert set(gradients) == set(model.parameters())
    for name, array in model.parameters().items():
        place = tuple(rng.integers(size) for size in array.shape)
        value, around = array[place], []
        for step in (1e-5, -1e-5):
            array[place] = value + step
            around.append(model.loss_and_gradients(strings)[0])
        array[place] = value
        np.testing.assert_allclose(gradients[name][place], (around[0] - around[1]) / 2e-5, atol=1e-7)


@pytest.mark.parametrize("kind", MODELS)
def test_padding_is_not_read(kind, strings):
    model = MODELS[kind]()
    spoiled = strings.x.copy()
    for n, length in enumerate(strings.lengths):
        spoiled[length:, n] = 9
    loss, other = (model.loss_and_gradients(strings._replace(x=x))[0] for x in (strings.x, spoiled))
    np.testing.assert_allclose(loss, other, rtol=1e-12)


@pytest.mark.parametrize("kind", MODELS)
def test_a_file_brings_the_model_back(kind, strings, tmp_path):
    model = MODELS[kind]()
    lt.save(model, tmp_path / "model.npz")
    again = lt.load(tmp_path / "model.npz")
    assert repr(again) == repr(model)
    np.testing.assert_array_equal(again.forward(strings.x)[0], model.forward(strings.x)[0])


def test_gradients_of_a_transcriber_are_pytorchs(strings):
    torch = pytest.importorskip("torch")
    model = transcriber()
    layer, readout = lt.to_torch(model.layer), torch.nn.Linear(8, 11, dtype=torch.float64)
    with torch.no_grad():
        readout.weight[:], readout.bias[:] = torch.tensor(model.readout.weight), torch.tensor(model.readout.bias)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        torch.tensor(strings.x), torch.tensor(strings.lengths), enforce_sorted=False
    )
    output, _ = torch.nn.utils.rnn.pad_packed_sequence(layer(packed)[0])
    theirs = torch.nn.functional.ctc_loss(
        readout(output).log_softmax(2), torch.tensor(strings.labels), torch.tensor(strings.lengths),
        torch.tensor(strings.label_lengths), blank=10,
    )  # fmt: skip
    theirs.backward()
    loss, gradients, _ = model.loss_and_gradients(strings)
    np.testing.assert_allclose(loss, theirs.item(), rtol=1e-10)
    np.testing.assert_allclose(gradients["readout.weight"], readout.weight.grad.numpy(), rtol=1e-10, atol=1e-12)
    for name in ("weight_ih_l0", "weight_hh_l0_reverse"):
        np.testing.assert_allclose(
            gradients[f"layer.{name}"], getattr(layer, name).grad.numpy(), rtol=1e-10, atol=1e-12
        )


def test_a_transcriber_reads_greedily_or_with_a_beam(strings):
    model = transcriber()
    logits, _ = model.forward(strings.x, lengths=strings.lengths)
    greedy = losses.ctc_greedy_decode(logits, strings.lengths, 10)
    assert model.read(strings.x, strings.lengths) == [labels.tolist() for labels in greedy]
    beams = losses.ctc_beam_decode(logits, strings.lengths, 10, width=4)
    assert model.read(strings.x, strings.lengths, width=4) == [list(readings[0].labels) for readings in beams]


def test_windows_learn_each_digit_in_the_middle_of_its_span(strings):
    targets = window_targets(strings, 10)
    for n, count in enumerate(strings.label_lengths):
        read = losses.ctc_greedy_decode(np.eye(11)[targets[: strings.lengths[n], n]][:, None], [strings.lengths[n]], 10)
        assert read[0].tolist() == strings.labels[n, :count].tolist()
        for label, (begin, end) in zip(strings.labels[n, :count], strings.spans[n], strict=False):
            assert targets[int((begin + end) / 2), n] == label
    assert (targets[:2] == 10).all()


def test_a_window_learns_a_digit_where_half_of_its_span_is_nearest(strings):
    """A step counts if its middle, half a step behind its place, lies within the middle half of the digit."""
    spans = np.array([[[2.0, 10.0], [12.0, 13.0]]])
    two = strings.take([0])._replace(labels=np.array([[3, 7]]), label_lengths=np.array([2]), spans=spans,
                                     x=np.zeros((16, 1, 40)), lengths=np.array([16]))  # fmt: skip
    assert window_targets(two, 10)[:, 0].tolist() == [10] * 4 + [3] * 4 + [10] * 4 + [7] + [10] * 3


def test_a_window_sees_nothing_beyond_its_width(rng):
    model, x = MODELS["window"](), rng.random((12, 1, 40))
    before = model.forward(x)[0]
    x[9] += 1
    changed = np.abs(model.forward(x)[0] - before).max(axis=(1, 2)) > 0
    assert np.flatnonzero(changed).tolist() == [7, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: WindowClassifier(4, 3, 2, width=4), "^WindowClassifier: expected width to be odd, got 4$"),
        (lambda: WindowClassifier(4, 3, 2).forward(np.zeros((5, 4))), r"^WindowClassifier: expected x of shape \(T, N"),
        (lambda: lt.Transcriber(lt.LSTM(4, 3), 5, blank=5), "^Transcriber: expected blank from 0 to 4 or None, got 5$"),
    ],
)
def test_message_for_a_model_that_cannot_be(make, message):
    with pytest.raises(ValueError, match=message):
        make()
