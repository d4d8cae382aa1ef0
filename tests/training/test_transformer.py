"""The transformer encoder: PyTorch says the same, nobody looks ahead or at padding, and it takes an LSTM's place."""

import numpy as np
import pytest
from cases import assert_derivative, assert_same, assert_untouched, copies, shake
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.normalization import normalize, normalize_backward
from lstm_tutor.transformer import LayerNorm, MultiHeadAttention, NoState, sinusoidal_positions

D, H, LENGTHS = 3, 4, [5, 7, 1, 3, 7]
X, Encoder = np.ones((4, 2, D)), lt.TransformerEncoder


def encoder(rng, **options):
    made = Encoder(D, H, **{"num_heads": 2, "num_layers": 2, "feedforward_size": 5, "rng": 0} | options)
    shake(made.parameters(), rng)
    return made


@pytest.mark.parametrize("nonlinearity", ["relu", "gelu"])
@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_pytorch_says_the_same(nonlinearity, causal, lengths, rng):
    from lstm_tutor.reference import verify_transformer

    model = encoder(rng, nonlinearity=nonlinearity, causal=causal)
    report = verify_transformer(model, lengths=lengths, rng=rng).raise_on_mismatch()
    compared = {row.quantity for row in report.rows}
    assert {f"d {name}" for name in model.parameters()} < compared
    assert {"output", "d x", "weights[layer 1, head 1]"} < compared


def test_every_transformer_is_verified():
    from lstm_tutor.reference.transformer import verify_transformers

    report = verify_transformers().raise_on_mismatch()
    cases = {(row.case, row.dtype) for row in report.rows}
    assert len(cases) == 8 and report.ok


@pytest.mark.parametrize("options", [{}, {"causal": False, "nonlinearity": "gelu", "positions": None}], ids=str)
def test_every_gradient_is_that_of_central_differences(options, rng):
    model, lengths = encoder(rng, **options), [4, 1, 3]
    x, d = rng.standard_normal((4, 3, D)), rng.standard_normal((4, 3, H))
    grads = model.backward(model.forward(x, lengths=lengths), d)

    def total():
        return np.vdot(model.forward(x, lengths=lengths).output, d)

    assert_derivative(grads.x, total, x, "d x", eps=1e-6)
    assert list(grads.parameters) == list(model.parameters())
    for name, array in model.parameters().items():
        assert_derivative(grads.parameters[name], total, array, f"d {name}", eps=1e-6)


@given(seed=st.integers(0, 99), t=st.integers(0, 5))
def test_a_causal_encoder_does_not_see_what_comes_later_and_another_does(seed, t):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((7, 2, D))
    other = x.copy()
    other[t + 1 :] = rng.standard_normal((6 - t, 2, D))
    for causal in (True, False):
        model = encoder(rng, causal=causal)
        one, two = model.forward(x), model.forward(other)
        assert np.allclose(one.output[: t + 1], two.output[: t + 1], rtol=1e-12, atol=1e-12) == causal
        ahead = np.triu(np.ones((7, 7), bool), 1)
        assert (one.at(0, 1)["weights"][:, 0][ahead] == 0).all() == causal


def test_padding_is_neither_read_nor_answered_whatever_is_in_it(rng):
    x = rng.standard_normal((7, 5, D))
    for n, length in enumerate(LENGTHS):
        x[length:, n] = np.nan
    for causal in (True, False):
        model = encoder(rng, causal=causal)
        trace = model.forward(x, lengths=LENGTHS)
        grads = model.backward(trace, np.ones((7, 5, H)))
        for n, length in enumerate(LENGTHS):
            alone = model.forward(x[:length, n : n + 1])
            assert_same(trace.output[:length, n], alone.output[:, 0])
            assert_same(trace.at(1, 0)["weights"][:length, n, :length], alone.at(1, 0)["weights"][:, 0])
            assert_same(grads.x[:length, n], model.backward(alone, np.ones((length, 1, H))).x[:, 0])
            for rest in (trace.output[length:, n], grads.x[length:, n], trace.at(1, 0)["weights"][length:, n],
                         trace.at(1, 0)["weights"][:, n, length:]):  # fmt: skip
                assert (rest == 0).all()


def test_what_every_head_takes_sums_to_one(rng):
    trace = encoder(rng).forward(rng.standard_normal((6, 2, D)))
    for layer in range(2):
        for head in range(2):
            assert_same(trace.at(layer, head)["weights"].sum(axis=2), np.ones((6, 2)))


def test_without_positions_and_mask_the_order_of_the_steps_is_invisible(rng):
    x, order = rng.standard_normal((6, 2, D)), rng.permutation(6)
    for positions in (None, "sinusoidal"):
        model = encoder(rng, causal=False, positions=positions)
        assert np.allclose(model.forward(x).output[order], model.forward(x[order]).output) == (positions is None)


@pytest.mark.parametrize("size", [1, 4, 5])
def test_positions_are_the_waves_of_the_paper(size):
    waves = sinusoidal_positions(9, size)
    for t, k in np.ndindex(9, size):
        angle = t / 10000 ** ((k - k % 2) / size)
        assert waves[t, k] == pytest.approx(np.cos(angle) if k % 2 else np.sin(angle), abs=1e-12)


def test_layer_norm_takes_away_size_and_shift_and_its_gradient_knows(rng):
    a, dn = rng.standard_normal((2, 3, 6))
    n, s = normalize(a)
    assert_same(n, normalize(a + 7)[0])
    np.testing.assert_allclose(normalize(1000 * a)[0], n, rtol=1e-4)
    np.testing.assert_allclose(n.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(n.var(axis=1), 1, rtol=1e-4)
    assert_derivative(normalize_backward(n, s, dn), lambda: np.vdot(normalize(a)[0], dn), a, eps=1e-6)
    norm = LayerNorm(6)
    shake(norm.parameters(), rng)
    _, gradients = norm.backward(norm.forward(a), dn)
    for name, array in norm.parameters().items():
        assert_derivative(gradients[name], lambda: np.vdot(norm.forward(a).y, dn), array, name)


def test_one_head_is_scaled_dot_attention(rng):
    part = MultiHeadAttention(H, rng=0)
    shake(part.parameters(), rng)
    x = rng.standard_normal((6, H))
    attended = part.forward(x, np.ones((1, 6, 6), bool))
    q, k, v = np.split(part.in_proj.forward(x)[:, None], 3, axis=2)  # (T, 1, H) each
    trace = lt.DotAttention(scaled=True).forward(q, k, v)
    assert_same(attended.weights[0, 0], trace["weights"][:, 0])
    assert_same(attended.z, trace.output[:, 0])


def test_it_learns_in_the_place_of_a_recurrent_layer():
    """To say at each step what came first: a recurrent layer would have to remember, the encoder looks."""
    rng = np.random.default_rng(0)
    symbols = rng.integers(0, 3, (8, 64))
    targets = np.broadcast_to(symbols[0], symbols.shape).copy()
    batch = lt.tasks.Batch(x=np.eye(3)[symbols], targets=targets)
    model = lt.SequenceModel(lt.TransformerEncoder(3, 8, num_heads=2, rng=0), 3, rng=1)
    optimizer = lt.Adam(learning_rate=0.01)
    first, *_ = model.loss_and_gradients(batch)
    for _ in range(150):
        loss, gradients, trace = model.loss_and_gradients(batch)
        optimizer.step(model.parameters(), gradients)
    assert first > 0.9 and loss < 0.2
    assert trace.final_state == NoState()
    assert trace.at(0, 0)["weights"].shape == (8, 64, 8)


def test_a_trainer_takes_it_and_goes_on_from_a_file(tmp_path):
    def windows(update):
        return lt.tasks.recall(2, 4, symbols=2, rng=update)

    model = lt.SequenceModel(Encoder(windows(0).x.shape[2], H, rng=0), 2, rng=1)
    trainer = lt.Trainer(model, windows, lt.SGD(0.1))
    trainer.run(3, progress=False)
    trainer.save(tmp_path / "state.npz")
    before = copies(model.parameters())
    trainer.run(2, progress=False)
    trainer.load(tmp_path / "state.npz")
    assert_untouched(model.parameters(), before)


def test_what_is_saved_comes_back(tmp_path, rng):
    layer = encoder(rng, causal=False, positions=None, nonlinearity="gelu", dtype="float32")
    for module in (layer, lt.SequenceModel(layer, 2, rng=0)):
        lt.save(module, tmp_path / "module.npz")
        loaded = lt.load(tmp_path / "module.npz")
        assert loaded.config() == module.config() or module is not layer
        assert_untouched(loaded.parameters(), copies(module.parameters()))
    x = rng.standard_normal((4, 2, D))
    assert_same(loaded.layer.forward(x).output, layer.forward(x).output, dtype="float32")
    assert layer.forward(x).output.dtype == np.float32


def test_a_forward_pass_changes_nothing_and_its_trace_is_read_only(rng):
    model, x = encoder(rng), rng.standard_normal((4, 2, D))
    before = copies([x, model.parameters()])
    trace = model.forward(x)
    model.backward(trace, np.ones((4, 2, H)))
    assert_untouched([x, model.parameters()], before)
    for array in (trace.output, trace.x, trace.at(1, 1)["weights"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert repr(trace) == "TransformerTrace(T=4, N=2, D=3, H=4, layers=2, heads=2, names=['weights'])"
    assert repr(trace.at()) == "HeadTrace(T=4, N=2, names=['weights'])"


def test_one_layer_of_one_head_is_indexed_directly(rng):
    trace = encoder(rng, num_heads=1, num_layers=1).forward(np.ones((4, 2, D)))
    assert_same(trace["weights"], trace.at()["weights"])
    with pytest.raises(ValueError, match=r"^trace: expected one layer and one head to index directly, got 2 layer"):
        encoder(rng).forward(np.ones((4, 2, D)))["weights"]
    with pytest.raises(ValueError, match=r"^trace.at: expected head from 0 to 0, got 1$"):
        trace.at(head=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: Encoder(D, 5, num_heads=2), "expected hidden_size to be a multiple of num_heads, 2"),
        (lambda m: Encoder(D, 0), "expected hidden_size to be a positive int, got 0"),
        (lambda m: Encoder(0, H), "expected input_size to be a positive int, got 0"),
        (lambda m: Encoder(D, H, num_layers=0), "expected num_layers to be a positive int, got 0"),
        (lambda m: Encoder(D, H, feedforward_size=0), "expected feedforward_size to be a positive int"),
        (lambda m: Encoder(D, H, nonlinearity="tanh"), "expected nonlinearity 'relu' or 'gelu', got 'tanh'"),
        (lambda m: Encoder(D, H, positions="learned"), "expected positions to be 'sinusoidal' or None"),
        (lambda m: Encoder(D, H, dtype="int8"), "expected dtype float32 or float64, got int8"),
        (lambda m: m.forward(np.ones((4, 2, D + 1))), r"expected x of shape \(T, N, 3\), got \(4, 2, 4\)"),
        (lambda m: m.forward(X * np.nan), "expected x to be finite, got 24 NaN or inf"),
        (lambda m: m.forward(X, (np.ones(2),)), "expected no state, since there is none to carry"),
        (lambda m: m.forward(X, lengths=[5, 1]), r"expected lengths from 1 to T = 4, got \[5, 1\]"),
        (lambda m: m.backward(m.forward(X), X), r"expected d_output of shape \(4, 2, 4\)"),
        (lambda m: m.backward(lt.RNN(D, H).forward(X), X), "expected a trace of this layer"),
    ],
)  # fmt: skip
def test_message_for_what_cannot_be(call, message, rng):
    with pytest.raises(ValueError, match=f"^TransformerEncoder: {message}"):
        call(encoder(rng))
