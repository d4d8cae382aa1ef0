"""The encoder-decoder is what its papers' equations say, forward and backward, with each attention and both wirings."""

import re

import numpy as np
import pytest
from cases import CELLS, assert_derivative, assert_same, assert_untouched, by_id, copies, shake
from seq2seq_cases import (
    ATTENTIONS,
    LENGTHS,
    NAN,
    T_IN,
    T_OUT,
    D,
    H,
    K,
    M,
    N,
    each_wiring,
    gradients_by_name,
    make,
    problem,
)  # fmt: skip

import lstm_tutor as lt
from lstm_tutor.seq2seq import Seq2SeqTrace
from lstm_tutor.tasks import Batch

# -- PyTorch says the same ---------------------------------------------------------------------------------------------


PARTS = {
    "GRU": {},
    "one direction, handed over": {"both": False},
    "LSTM, handed over": {"encoder": lt.LSTM, "decoder": lt.LSTM, "both": False, "deep": 2, "tall": 2},
    "LSTM, bridge": {"encoder": lt.LSTM, "decoder": lt.LSTM, "deep": 2, "tall": 2},
    "more layers that write": {"encoder": lt.RNN, "decoder": lt.LSTM, "both": False, "tall": 3},
    "more layers that read": {"encoder": lt.PeepholeLSTM, "decoder": lt.GRU, "deep": 3, "reset_after": False},
    "relu, 1997": {"encoder": lt.LSTM1997, "decoder": lt.RNN, "both": False, "nonlinearity": "relu"},
}


@pytest.mark.parametrize("parts", PARTS)
@each_wiring
def test_logits_attention_gates_and_every_gradient_are_those_of_the_papers(kind, attend, parts, rng):
    reference = pytest.importorskip("lstm_tutor.reference.seq2seq")
    model = make(kind, attend, rng, **PARTS[parts])
    x, y_in, *_ = problem(model, rng)
    report = reference.verify_seq2seq(model, x, y_in, lengths=LENGTHS, rng=rng).raise_on_mismatch()
    compared = {row.quantity for row in report.rows}
    assert {"output", "d x", "d y_in", *(f"d {name}" for name in model.parameters())} <= compared
    assert ({"weights", "scores"} <= compared) == (kind != "none")


@pytest.mark.parametrize(("T", "steps", "batch"), [(1, 1, 1), (1, 3, 2), (5, 1, 2), (4, 6, 1)])
@each_wiring
def test_papers_equations_for_the_smallest_sizes_and_in_float32(kind, attend, T, steps, batch, rng):
    reference = pytest.importorskip("lstm_tutor.reference.seq2seq")
    for dtype in ("float64", "float32"):
        model = make(kind, attend, rng, dtype=dtype)
        report = reference.verify_seq2seq(model, *problem(model, rng, T, steps, batch)[:2], rng=rng)
        assert {row.dtype for row in report.raise_on_mismatch().rows} == {dtype}


@pytest.mark.parametrize("both", [False, True], ids=["handed over", "bridge"])
@each_wiring
def test_every_gradient_is_that_of_central_differences(kind, attend, both, rng):
    model = make(kind, attend, rng, lt.LSTM if both else lt.GRU, both=both)
    x, y_in, state, d_output = problem(model, rng, 3, 2, 2)
    slopes = gradients_by_name(model.backward(model.forward(x, y_in, [2, 3], state), d_output))

    def total():
        return np.vdot(model.forward(x, y_in, [2, 3], state).output, d_output)

    arrays = {"x": x, "y_in": y_in} | {f"state.{name}": value for name, value in state._asdict().items()}
    arrays |= model.parameters()
    assert list(slopes) == list(arrays)
    for name, slope in slopes.items():
        assert_derivative(slope, total, arrays[name], f"d {name}")


@pytest.mark.parametrize("attend", ["before", "after"])
@pytest.mark.parametrize("cell", CELLS, ids=by_id)
def test_every_cell_reads_and_writes(cell, attend, rng):
    model = make("additive", attend, rng, cell.layer, cell.layer, both=False, deep=2, tall=2, reads=cell.options,
                 **cell.options)  # fmt: skip
    assert model.bridge is None
    x, y_in, _, d_output = problem(model, rng)
    gradients = model.backward(model.forward(x, y_in, LENGTHS), d_output)

    def total():
        return np.vdot(model.forward(x, y_in, LENGTHS).output, d_output)

    assert_derivative(gradients.x, total, x, "d x", eps=cell.eps)
    assert_derivative(gradients.y_in, total, y_in, "d y_in", eps=cell.eps)


# -- what follows from the equations -----------------------------------------------------------------------------------


@each_wiring
def test_batch_equals_each_sequence_alone_and_nothing_past_its_end_matters(kind, attend, rng):
    model = make(kind, attend, rng)
    x, y_in, state, d_output = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS, state)
    gradients = model.backward(trace, d_output)
    summed = {}
    for n, length in enumerate(LENGTHS):
        own_state = state._make(value[:, [n]] for value in state)
        own = model.forward(x[:length, [n]], y_in[:, [n]], None, own_state)
        own_gradients = model.backward(own, d_output[:, [n]])
        assert_same(own.output[:, 0], trace.output[:, n], "output")
        assert_same(own_gradients.x[:, 0], gradients.x[:length, n], "d x")
        assert not gradients.x[length:, n].any()
        if kind != "none":
            assert_same(own["weights"][:, 0], trace["weights"][:, n, :length], "weights")
            assert not trace["weights"][:, n, length:].any()
        for name, slope in own_gradients.parameters.items():
            summed[name] = summed.get(name, 0) + slope
    for name, slope in gradients.parameters.items():
        assert_same(slope, summed[name], f"d {name}")


@pytest.mark.parametrize("garbage", [NAN, float("inf"), 1e300, -100], ids=str)
@each_wiring
def test_what_lies_past_a_length_is_not_read_forward_or_backward(kind, attend, garbage, rng):
    model = make(kind, attend, rng)
    x, y_in, state, d_output = problem(model, rng)
    symbols, past = rng.integers(0, D, (T_IN, N)), np.arange(T_IN)[:, None] >= LENGTHS
    pairs = [(x, np.where(past[..., None], garbage, x))]
    if garbage == -100:
        pairs.append((symbols, np.where(past, garbage, symbols)))
    for clean, spoiled in pairs:
        trace, other = (model.forward(each, y_in, LENGTHS, state) for each in (clean, spoiled))
        np.testing.assert_array_equal(other.output, trace.output)
        expected = gradients_by_name(model.backward(trace, d_output))
        assert_untouched(gradients_by_name(model.backward(other, d_output)), copies(expected))


@each_wiring
def test_a_step_knows_nothing_of_later_symbols(kind, attend, rng):
    model = make(kind, attend, rng)
    x, y_in, *_ = problem(model, rng)
    before = model.forward(x, y_in).output
    y_in[2:] += 1
    after = model.forward(x, y_in).output
    np.testing.assert_array_equal(after[:2], before[:2])
    assert not np.isclose(after[2:], before[2:]).any()


@each_wiring
def test_writing_on_from_where_a_pass_stopped_is_the_whole_pass(kind, attend, rng):
    model = make(kind, attend, rng, lt.LSTM, lt.LSTM, tall=2)
    x, y_in, *_ = problem(model, rng)
    whole, source = model.forward(x, y_in, LENGTHS), model.read(x, LENGTHS)
    for t in range(T_OUT):
        step = model.write(y_in[t : t + 1], source)
        assert_same(step.output[0], whole.output[t], "output")
        assert_same(step.decoder.at(1)["c"][0], whole.decoder.at(1)["c"][t], "c")
        if kind != "none":
            assert_same(step["weights"][0], whole["weights"][t], "weights")
        source = source._replace(start=step.decoder.final_state)


@pytest.mark.parametrize("kind", list(ATTENTIONS)[1:])
def test_who_asks_is_the_state_before_or_after_the_step(kind, rng):
    for attend in ("before", "after"):
        model = make(kind, attend, rng, tall=2)
        x, y_in, *_ = problem(model, rng)
        trace = model.forward(x, y_in, LENGTHS)
        s = trace.decoder.at(1)
        asks = s.before.h if attend == "before" else s["h"]
        own = model.attention.forward(asks, trace.encoder.output, lengths=LENGTHS)
        assert_same(trace["weights"], own["weights"], "weights")
        assert_same(trace["scores"], own["scores"], "scores")
        assert_same(trace.context, own.output, "context")
        assert_same(trace["weights"].sum(axis=2), np.ones((T_OUT, N)), "sum over T_in")


def test_first_state_is_handed_over_or_made_by_the_bridge(rng):
    model = make("none", "after", rng, lt.LSTM, lt.LSTM, both=False)
    x, y_in, state, _ = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS, state)
    for name, value in trace.encoder.final_state._asdict().items():
        np.testing.assert_array_equal(getattr(trace.decoder.at().before, name)[0], value[0])
    model = make("none", "after", rng, lt.LSTM, lt.LSTM, deep=2, tall=2)
    x, y_in, state, _ = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS, state)
    joined = np.concatenate(list(trace.encoder.final_state.h[2:]), axis=1)  # of the second layer
    made = np.tanh(joined @ model.bridge.weight.T + model.bridge.bias)  # (N, h_0 h_1 c_0 c_1)
    for k, (name, layer) in enumerate([("h", 0), ("h", 1), ("c", 0), ("c", 1)]):
        width = model.decoder.hidden_size
        first = getattr(trace.decoder.at(layer).before, name)[0]
        assert_same(first, made[:, k * width : (k + 1) * width], f"{name} of layer {layer}")


@pytest.mark.parametrize(
    ("encoder", "decoder", "bridged"),
    [
        (lt.LSTM(D, H, rng=0), lt.LSTM(M, H, rng=0), False),
        (lt.LSTM(D, H, num_layers=2, rng=0), lt.LSTM(M, H, num_layers=2, rng=0), False),
        (lt.LSTM(D, H, rng=0), lt.PeepholeLSTM(M, H, rng=0), True),
        (lt.LSTM(D, H, rng=0), lt.LSTM(M, H + 1, rng=0), True),
        (lt.LSTM(D, H, rng=0), lt.LSTM(M, H, num_layers=2, rng=0), True),
        (lt.LSTM(D, H, bidirectional=True, rng=0), lt.LSTM(M, H, rng=0), True),
    ],
    ids=["same", "same, two layers", "another cell", "another size", "more layers", "two directions"],
)
def test_there_is_a_bridge_exactly_if_the_state_does_not_fit(encoder, decoder, bridged):
    model = lt.Seq2Seq(encoder, decoder, K, rng=0)
    assert ("bridge.weight" in model.parameters()) == bridged


@each_wiring
def test_ints_stand_for_one_hot_vectors(kind, attend, rng):
    model = make(kind, attend, rng)
    x, y_in = rng.integers(0, D, (T_IN, N)), rng.integers(0, M, (T_OUT, N))
    vectors = model.forward(lt.tasks.one_hot(x, D), lt.tasks.one_hot(y_in, M), LENGTHS)
    np.testing.assert_array_equal(model.forward(x, y_in, LENGTHS).output, vectors.output)


# -- the record --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attend", ["before", "after"])
def test_trace_and_gradients_show_every_gate_of_both_layers(attend, rng):
    model = make("general", attend, rng, lt.LSTM, lt.LSTM, deep=2, tall=2)
    x, y_in, _, d_output = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS)
    gradients = model.backward(trace, d_output)
    width = model.decoder.hidden_size
    for k in (0, 1):
        assert trace.encoder.at(k, "reverse")["f"].shape == gradients.encoder.at(k, "reverse").c.shape == (T_IN, N, H)
        assert trace.decoder.at(k)["f"].shape == gradients.decoder.at(k).c.shape == (T_OUT, N, width)
    np.testing.assert_array_equal(trace.decoder.output, trace.decoder.at(1)["h"])
    np.testing.assert_array_equal(trace.decoder.final_state.c[1], trace.decoder.at(1)["c"][-1])
    assert trace.decoder.x.shape == gradients.decoder.x.shape == (T_OUT, N, model.decoder.input_size)
    np.testing.assert_array_equal(trace.decoder.x[..., :M], y_in)
    np.testing.assert_array_equal(gradients.decoder.x[..., :M], gradients.y_in)
    for name, slope in gradients.decoder.parameters.items():
        np.testing.assert_array_equal(gradients.parameters[f"decoder.{name}"], slope)
    assert list(gradients.parameters) == list(model.parameters())
    assert isinstance(trace, Seq2SeqTrace)
    assert repr(trace) == "Seq2SeqTrace(T_in=6, T_out=4, N=3, K=3, names=['scores', 'weights'])"
    assert ("weights" in trace, "alpha" in trace, list(trace)) == (True, False, ["scores", "weights"])
    assert repr(gradients).startswith(
        "Seq2SeqGradients(T_in=6, T_out=4, N=3, D=3, M=5, parameters=['encoder.weight_ih_l0'"
    )
    assert repr(trace.source) == (
        "Source(encoder=Trace(T=6, N=3, D=3, H=4, layers=2, directions=2, names=['i', 'f', 'g', 'o', 'c', 'h']), "
        "start=LSTMState, keys=Keys(T_in=6, N=3, K=8, mask))"
    )
    for array in (trace.output, trace.context, trace["weights"], trace["scores"]):
        assert not array.flags.writeable
    with pytest.raises(ValueError, match=re.escape("trace: expected one of ['scores', 'weights'], got 'alpha'")):
        trace["alpha"]


def test_message_for_attention_where_there_is_none(rng):
    model = make("none", "after", rng)
    trace = model.forward(*problem(model, rng)[:2])
    assert trace.context is None
    with pytest.raises(ValueError, match=re.escape("trace: expected one of [], got 'weights'")):
        trace["weights"]


@each_wiring
def test_forward_and_backward_change_nothing_and_the_trace_is_a_record_of_its_own(kind, attend, rng):
    model = make(kind, attend, rng)
    x, y_in, state, d_output = given = problem(model, rng)
    before = copies([*given, *model.parameters().values()])
    trace = model.forward(x, y_in, LENGTHS, state)
    first = copies(gradients_by_name(model.backward(trace, d_output)))
    assert_untouched([*given, *model.parameters().values()], before)
    x[...] = 0
    y_in[...] = 0
    assert_untouched(gradients_by_name(model.backward(trace, d_output)), first)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_wiring
def test_everything_has_the_dtype_of_the_parts(kind, attend, dtype, rng):
    model = make(kind, attend, rng, dtype=dtype)
    x, y_in, _, d_output = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS)
    arrays = [trace.output, *model.parameters().values()]
    arrays += gradients_by_name(model.backward(trace, d_output)).values()
    arrays += [trace[name] for name in trace.names]
    assert {array.dtype.name for array in arrays} == {dtype}


@pytest.mark.parametrize("attend", ["before", "after"])
def test_dropout_of_both_layers_in_training_and_its_gradients(attend, rng):
    V = 2 * H
    model = lt.Seq2Seq(lt.GRU(D, H, num_layers=2, bidirectional=True, dropout=0.4, rng=0),
                       lt.GRU(M + V * (attend == "before"), H, num_layers=2, dropout=0.4, rng=1), K,
                       attention=lt.AdditiveAttention(H, V, 2, rng=2), attend=attend, rng=3)  # fmt: skip
    shake(model.parameters(), rng)
    x, y_in, _, d_output = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS, rng=5)
    np.testing.assert_array_equal(trace.output, model.forward(x, y_in, LENGTHS, rng=5).output)
    assert not np.isclose(trace.output, model.forward(x, y_in, LENGTHS, rng=6).output).all()
    assert not np.isclose(trace.output, model.forward(x, y_in, LENGTHS).output).all()
    dropped = trace.decoder.masks[0] == 0
    assert dropped.shape == (T_OUT, N, H)
    assert 0.2 < dropped.mean() < 0.6
    assert len({mask.tobytes() for mask in dropped}) == T_OUT  # each step its own
    gradients = model.backward(trace, d_output)

    def total():
        return np.vdot(model.forward(x, y_in, LENGTHS, rng=5).output, d_output)

    for name in ("encoder.weight_ih_l0", "decoder.weight_hh_l1", "attention.weight_key"):
        assert_derivative(gradients.parameters[name], total, model.parameters()[name], f"d {name}")


# -- parameters, loss, storage -----------------------------------------------------------------------------------------


def test_parameters_are_named_live_and_loaded_as_copies(rng):
    model, other = make("general", "after", rng), make("general", "after", rng)
    names = ["encoder.weight_ih_l0", "decoder.bias_l0", "attention.weight", "bridge.weight", "combine.bias"]
    assert {*names, "readout.weight"} <= set(model.parameters())
    assert model.size() == sum(array.size for array in model.parameters().values())
    x, y_in, *_ = problem(model, rng)
    for name in names:
        before = model.forward(x, y_in).output
        model.parameters()[name].reshape(-1)[0] += 0.5
        assert not np.array_equal(model.forward(x, y_in).output, before), name
    other.load_parameters(model.parameters())
    np.testing.assert_array_equal(other.forward(x, y_in).output, model.forward(x, y_in).output)
    before = copies(model.parameters())
    with pytest.raises(ValueError, match=r"^Seq2Seq: expected combine.bias of shape \(6,\), got \(1,\)$"):
        model.load_parameters({name: array + 1 for name, array in before.items()} | {"combine.bias": [0.0]})
    assert_untouched(model.parameters(), before)


def a_batch(rng, steps=T_OUT):
    lengths = rng.integers(1, steps + 1, N)
    targets = rng.integers(0, K, (steps, N))
    mask = np.arange(steps)[:, None] < lengths
    return Batch(rng.integers(0, D, (T_IN, N)), targets, mask, np.array(LENGTHS), y_in=rng.integers(0, M, (steps, N)))


@each_wiring
def test_loss_is_the_cross_entropy_of_what_counts_and_its_gradients_are_its_slopes(kind, attend, rng):
    model, batch = make(kind, attend, rng), a_batch(rng)
    loss, gradients, trace = model.loss_and_gradients(batch)
    log_p = lt.activations.log_softmax(trace.output)
    picked = [-log_p[t, n, batch.targets[t, n]] for t in range(T_OUT) for n in range(N) if batch.mask[t, n]]
    assert loss == pytest.approx(np.mean(picked), rel=1e-12)
    for name in ("encoder.bias_l0", "decoder.bias_l0", "readout.bias"):
        assert_derivative(gradients[name], lambda: model.loss_and_gradients(batch)[0], model.parameters()[name], name)
    vectors = np.where(batch.mask[..., None], np.eye(M)[batch.y_in], np.nan)
    for y_in in (np.where(batch.mask, batch.y_in, 0), np.where(batch.mask, batch.y_in, -100), vectors):
        spoiled = batch._replace(targets=np.where(batch.mask, batch.targets, -100), y_in=y_in)
        padded, same, _ = model.loss_and_gradients(spoiled)
        assert padded == pytest.approx(loss, rel=1e-12)
        for name, slope in same.items():
            assert_same(slope, gradients[name], f"d {name}")


def test_what_the_decoder_reads_before_a_step_that_counts_is_read_though_it_does_not_count_itself(rng):
    model, batch = make("additive", "before", rng), a_batch(rng)
    mask = np.zeros((T_OUT, N), bool)
    mask[-1] = True
    loss = model.loss_and_gradients(batch._replace(mask=mask))[0]
    other = batch.y_in.copy()
    other[0] = (other[0] + 1) % M
    assert model.loss_and_gradients(batch._replace(mask=mask, y_in=other))[0] != loss
    other[0] = -100
    with pytest.raises(ValueError, match=f"expected symbols of y_in from 0 to {M - 1}, got -100"):
        model.loss_and_gradients(batch._replace(mask=mask, y_in=other))


@each_wiring
def test_loading_what_was_saved_is_identity(kind, attend, tmp_path, rng):
    model = make(kind, attend, rng, lt.LSTM, lt.GRU, deep=2, dtype="float32", reset_after=False)
    lt.save(model, tmp_path / "model.npz", notes={"seed": 7})
    loaded = lt.load(tmp_path / "model.npz")
    assert repr(loaded) == repr(model)
    assert_untouched(loaded.parameters(), copies(model.parameters()))
    x, y_in, *_ = problem(model, rng)
    np.testing.assert_array_equal(loaded.forward(x, y_in).output, model.forward(x, y_in).output)
    if model.attention is not None:
        lt.save(model.attention, tmp_path / "attention.npz")
        alone = lt.load(tmp_path / "attention.npz")
        assert repr(alone) == repr(model.attention)
        assert_untouched(alone.parameters(), copies(model.attention.parameters()))


def test_layers_of_a_model_can_be_drawn_anew(rng):
    model = make("general", "before", rng, lt.LSTM, lt.LSTM)
    for layer in (model.encoder, model.decoder):
        lt.initialize(layer, forget_bias=1.5, rng=0)
    block = model.parameters()["decoder.weight_hh_l0"][: model.decoder.hidden_size]
    assert_same(block @ block.T, np.eye(len(block)))
    assert (model.parameters()["encoder.bias_l0_reverse"][H : 2 * H] == 1.5).all()


# -- it learns ---------------------------------------------------------------------------------------------------------


SYMBOLS, STOP, START = 6, 6, 7


def reversal(seed, batch_size=32, longest=6):
    """Symbols, to be written in the reverse order, and a stop."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2, longest + 1, batch_size)
    x, y = np.zeros((longest, batch_size), int), np.full((longest + 1, batch_size), STOP)
    for n, length in enumerate(lengths):
        x[:length, n] = rng.integers(0, SYMBOLS, length)
        y[:length, n] = x[:length, n][::-1]
    mask = np.arange(longest + 1)[:, None] <= lengths
    return Batch(x, y, mask, lengths, y_in=np.concatenate([np.full((1, batch_size), START), y[:-1]]))


@pytest.mark.parametrize(("kind", "attend"), [("additive", "before"), ("general", "after")])
def test_reversal_is_learned_and_the_alignment_runs_backward(kind, attend, tmp_path):
    V, units = 32, 16
    model = lt.Seq2Seq(
        lt.GRU(SYMBOLS, units, bidirectional=True, rng=0),
        lt.GRU(SYMBOLS + 2 + V * (attend == "before"), V, rng=1), SYMBOLS + 1,
        attention=lt.GeneralAttention(V, V, rng=2) if kind == "general" else lt.AdditiveAttention(V, V, 16, rng=2),
        attend=attend, rng=3,
    )  # fmt: skip
    trainer = lt.Trainer(model, reversal, lt.Adam(), clip=1.0, schedule=lt.optim.linear_decay(0.01, 300, floor=0.1))
    trainer.run(300, progress=False, checkpoint=tmp_path / "reversal")
    assert np.mean(trainer.history.loss[:5]) > 1.5
    assert np.mean(trainer.history.loss[-20:]) < 0.05

    batch = reversal(10**6, 100)
    written = model.greedy(batch.x, START, STOP, 10, lengths=batch.lengths)
    right = [said.symbols.tolist() == batch.targets[: length + 1, n].tolist()
             for n, (said, length) in enumerate(zip(written, batch.lengths, strict=True))]  # fmt: skip
    assert np.mean(right) > 0.95
    looks, places = [], []
    for said, length in zip(written, batch.lengths, strict=True):
        looks += said.weights[:length].argmax(axis=1).tolist()
        places += range(length - 1, -1, -1)
    assert np.mean(np.abs(np.subtract(looks, places[: len(looks)])) <= 1) > 0.9  # the last symbol first

    again = lt.Trainer(model, reversal, lt.Adam(0.01), clip=1.0)
    again.load(tmp_path / "reversal")
    assert again.step == 300


# -- what a user may get wrong -----------------------------------------------------------------------------------------


def gru(inputs, units, **options):
    return lt.GRU(inputs, units, rng=0, **options)


def one_layer_twice():
    layer = gru(3, 4)
    return lt.Seq2Seq(layer, layer, 2)


PART_FAULTS = {
    "the same layer": (one_layer_twice, "expected two layers, got the same GRU as encoder and decoder; copy"),
    "true": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4), True), "expected output_size to be a positive int, got True"),
    "no layer": (lambda: lt.Seq2Seq(lt.GRUCell(3, 4), gru(3, 4), 2), "encoder to be a recurrent layer, got GRUCell"),
    "cell": (lambda: lt.Seq2Seq(gru(3, 4), lt.GRUCell(3, 4), 2), "decoder to be a recurrent layer, got GRUCell"),
    "no attention": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4), 2, attention=gru(3, 4)),
                     "expected attention to be None or an attention, got GRU"),
    "both ways": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4, bidirectional=True), 2),
                  "expected a decoder of one direction, got a bidirectional GRU"),
    "dtype": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4, dtype="float32"), 2), "decoder of the encoder's dtype float64"),
    "dtype of attention": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4), 2, attention=lt.DotAttention(dtype="float32")),
                           "expected attention of the encoder's dtype float64, got float32"),
    "keys": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 5), 2, attention=lt.GeneralAttention(5, 3, rng=0)),
             "expected attention with key_size 4, the encoder's output, got 3"),
    "queries": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 5), 2, attention=lt.GeneralAttention(3, 4, rng=0)),
                "expected attention with query_size 5, the decoder's state, got 3"),
    "dot of unequals": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 5), 2, attention=lt.DotAttention()),
                        "expected attention with query_size 5, the decoder's state, got 4"),
    "attend": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4), 2, attend="during"), "attend to be one of ('before', 'after')"),
    "output size": (lambda: lt.Seq2Seq(gru(3, 4), gru(3, 4), 0), "expected output_size to be a positive int, got 0"),
    "no room": (lambda: lt.Seq2Seq(gru(3, 4), gru(4, 4), 2, attention=lt.DotAttention(), attend="before"),
                "expected a decoder whose input_size is more than the context's 4, got 4"),
    "no bridge": (lambda: lt.Seq2Seq(gru(3, 4), lt.SLSTM(3, 4, rng=0), 2),
                  "expected an encoder of one direction, and of the decoder's kind and sizes, as no bridge makes"),
}  # fmt: skip


@pytest.mark.parametrize("fault", PART_FAULTS)
def test_message_for_parts_that_do_not_fit(fault):
    build, message = PART_FAULTS[fault]
    with pytest.raises(ValueError, match=f"^Seq2Seq: .*{re.escape(message)}"):
        build()


def zeros(*shape):
    return np.zeros(shape)


INPUT_FAULTS = {
    "x too wide": ({"x": zeros(6, 3, 4)}, "Seq2Seq: expected x of shape (T, N, 3) or ints (T, N), got (6, 3, 4)"),
    "x of floats": ({"x": zeros(6, 3)}, "Seq2Seq: expected x of shape (T, N, 3) or ints (T, N), got (6, 3)"),
    "no such symbol": ({"y_in": np.full((4, 3), 5)}, "Seq2Seq: expected symbols of y_in from 0 to 4, got 5 to 5"),
    "negative": ({"x": np.full((6, 3), -1)}, "Seq2Seq: expected symbols of x from 0 to 2, got -1 to -1"),
    "y_in of another batch": ({"y_in": zeros(4, 2, 5)}, "y_in of at least one step and 3 sequences, got (4, 2, 5)"),
    "no step": ({"y_in": zeros(0, 3, 5)}, "Seq2Seq: expected y_in of at least one step and 3 sequences, got (0, 3, 5)"),
    "NaN": ({"y_in": zeros(4, 3, 5) + NAN}, "Seq2Seq: expected y_in to be finite, got 60 NaN or inf"),
    "a masked array": (
        {"y_in": np.ma.zeros((4, 3, 5))},
        "Seq2Seq: expected y_in to be a plain array, got a masked one",
    ),
    "complex": ({"x": zeros(6, 3, 3) * 1j}, "Seq2Seq: expected x to be real numbers, got complex128"),
    "too long": ({"lengths": [7, 1, 1]}, "Seq2Seq: expected lengths from 1 to T_in = 6, got [7, 1, 1]"),
    "state": ({"state": zeros(1, 3, 4)}, "GRU: expected state.h of shape (2, 3, 4), got (1, 3, 4)"),
}


@pytest.mark.parametrize("attend", ["before", "after"])
@pytest.mark.parametrize("fault", INPUT_FAULTS)
def test_message_for_a_bad_input(fault, attend, rng):
    model = make("general", attend, rng)
    given, message = INPUT_FAULTS[fault]
    with pytest.raises(ValueError, match=re.escape(message)):
        model.forward(**{"x": zeros(6, 3, 3), "y_in": zeros(4, 3, 5)} | given)


def test_message_for_a_bad_gradient_and_a_batch_without_what_the_decoder_reads(rng):
    model = make("general", "before", rng)
    trace = model.forward(zeros(6, 3, 3), zeros(4, 3, 5))
    with pytest.raises(ValueError, match=re.escape("Seq2Seq: expected d_output of shape (4, 3, 3), got (3, 3, 4)")):
        model.backward(trace, zeros(3, 3, 4))
    with pytest.raises(ValueError, match=r"^Seq2Seq: expected d_output to be finite, got NaN or inf$"):
        model.backward(trace, zeros(4, 3, 3) + NAN)
    with pytest.raises(ValueError, match=r"^Seq2Seq: expected a batch with y_in, what the decoder reads, got None$"):
        model.loss_and_gradients(a_batch(rng)._replace(y_in=None))
