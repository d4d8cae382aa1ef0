"""Input feeding, queries of h and c, embeddings: the papers' equations, forward, backward and in a search."""

import re

import numpy as np
import pytest
from cases import assert_derivative, assert_same, copies, shake
from seq2seq_cases import LENGTHS, T_IN, T_OUT, D, H, K, M, N, gradients_by_name, problem

import lstm_tutor as lt
from lstm_tutor.tasks import Batch

V = 2 * H
WIRINGS = {
    "fed": {"attend": "after", "input_feeding": True},
    "fed, h and c": {"attend": "after", "input_feeding": True, "query": "h and c"},
    "after, h and c": {"attend": "after", "query": "h and c"},
    "before, h and c": {"attend": "before", "query": "h and c"},
}
each_wiring = pytest.mark.parametrize("wiring", WIRINGS)


def make(wiring, rng, *, embedded=False, tall=2, dtype="float64"):
    options = WIRINGS[wiring]
    asks = 2 if "query" in options else 1
    extra = V if options["attend"] == "before" else H * options.get("input_feeding", False)
    embeddings = {
        "source_embedding": lt.Embedding(7, D, dtype=dtype),
        "target_embedding": lt.Embedding(6, M, dtype=dtype),
    }
    model = lt.Seq2Seq(
        lt.LSTM(D, H, bidirectional=True, dtype=dtype, rng=0),
        lt.LSTM(M + extra, H, num_layers=tall, dtype=dtype, rng=1), K,
        attention=lt.AdditiveAttention(asks * H, V, 3, dtype=dtype, rng=2), rng=3, **options,
        **(embeddings if embedded else {}),
    )  # fmt: skip
    shake(model.parameters(), rng)
    return model


@pytest.mark.parametrize("embedded", [False, True], ids=["vectors", "embedded"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each_wiring
def test_papers_equations_and_every_gradient(wiring, dtype, embedded, rng):
    reference = pytest.importorskip("lstm_tutor.reference.seq2seq")
    model = make(wiring, rng, embedded=embedded, dtype=dtype)
    report = reference.verify_seq2seq(model, lengths=LENGTHS, rng=rng).raise_on_mismatch()
    assert {f"d {name}" for name in model.parameters()} <= {row.quantity for row in report.rows}


@each_wiring
def test_every_gradient_is_that_of_central_differences(wiring, rng):
    model = make(wiring, rng)
    x, y_in, state, d_output = problem(model, rng, 3, 3, 2)
    slopes = gradients_by_name(model.backward(model.forward(x, y_in, [2, 3], state), d_output))

    def total():
        return np.vdot(model.forward(x, y_in, [2, 3], state).output, d_output)

    arrays = {"x": x, "y_in": y_in} | {f"state.{name}": value for name, value in state._asdict().items()}
    arrays |= model.parameters()
    assert list(slopes) == list(arrays)
    for name, slope in slopes.items():
        assert_derivative(slope, total, arrays[name], f"d {name}")


@each_wiring
def test_embeddings_are_tables_whose_rows_take_the_place_of_vectors(wiring, rng):
    model = make(wiring, rng, embedded=True)
    x, y_in = rng.integers(0, 7, (T_IN, N)), rng.integers(0, 6, (T_OUT, N))
    trace = model.forward(x, y_in, LENGTHS)
    vectors = model.source_embedding.weight[x], model.target_embedding.weight[y_in]
    np.testing.assert_array_equal(model.forward(*vectors, LENGTHS).output, trace.output)
    d_output = rng.standard_normal(trace.output.shape)
    slopes = model.backward(trace, d_output).parameters
    for name in ("source_embedding.weight", "target_embedding.weight"):
        assert_derivative(slopes[name], lambda: np.vdot(model.forward(x, y_in, LENGTHS).output, d_output),
                          model.parameters()[name], f"d {name}")  # fmt: skip
    unused = model.backward(model.forward(*vectors, LENGTHS), d_output).parameters
    assert not unused["source_embedding.weight"].any()
    past = np.arange(T_IN)[:, None] >= LENGTHS
    np.testing.assert_array_equal(model.forward(np.where(past, -100, x), y_in, LENGTHS).output, trace.output)


def test_the_cell_reads_the_last_attentional_state_and_zeros_at_first(rng):
    model = make("fed", rng)
    x, y_in, *_ = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS)
    assert trace.features.shape == (T_OUT, N, H)
    np.testing.assert_array_equal(trace.decoder.x[1:, :, M:], trace.features[:-1])
    assert not trace.decoder.x[0, :, M:].any()


@each_wiring
def test_who_asks_is_h_or_h_and_c_of_the_last_layer(wiring, rng):
    model = make(wiring, rng)
    x, y_in, *_ = problem(model, rng)
    trace = model.forward(x, y_in, LENGTHS)
    s = trace.decoder.at(1)
    h, c = (s.before.h, s.before.c) if model.before else (s["h"], s["c"])
    asks = h if model.query == "h" else np.concatenate([h, c], axis=2)
    assert_same(trace["weights"], model.attention.forward(asks, trace.encoder.output, lengths=LENGTHS)["weights"])


@each_wiring
def test_writing_on_from_where_a_pass_stopped_is_the_whole_pass(wiring, rng):
    model = make(wiring, rng)
    x, y_in, *_ = problem(model, rng)
    whole, source = model.forward(x, y_in, LENGTHS), model.read(x, LENGTHS)
    for t in range(T_OUT):
        step = model.write(y_in[t : t + 1], source)
        assert_same(step.output[0], whole.output[t], "output")
        fed = step.features if model.input_feeding else None
        source = source._replace(start=step.decoder.final_state, fed=fed)


@pytest.mark.parametrize("embedded", [False, True], ids=["vectors", "embedded"])
@each_wiring
def test_what_a_search_wrote_has_the_probability_that_teacher_forcing_gives_it(wiring, embedded, rng):
    model = make(wiring, rng, embedded=embedded)
    model.readout.weight *= 4
    x = rng.integers(0, D, (T_IN, N))
    start, stop = 4, 1
    for n, found in enumerate(model.beam(x, start, stop, 5, width=4, lengths=LENGTHS)):
        for said in found:
            y_in = np.repeat([start, *said.symbols[:-1]], N).reshape(-1, N)
            trace = model.forward(x, y_in, LENGTHS)
            log_p = lt.activations.log_softmax(trace.output)[:, n]
            assert_same(said.log_probability, log_p[np.arange(len(said.symbols)), said.symbols].sum(), "log p")
            assert_same(said.weights, trace["weights"][:, n], "weights")


@each_wiring
def test_loss_gradients_and_files(wiring, tmp_path, rng):
    model = make(wiring, rng, embedded=True)
    lt.save(model, tmp_path / "model.npz")
    loaded = lt.load(tmp_path / "model.npz")
    assert repr(loaded) == repr(model)
    mask = np.arange(T_OUT)[:, None] < [1, T_OUT, 2]
    y_in = np.where(mask, rng.integers(0, 6, (T_OUT, N)), -100)
    batch = Batch(rng.integers(0, 7, (T_IN, N)), rng.integers(0, K, (T_OUT, N)), mask, np.array(LENGTHS), y_in=y_in)
    loss, gradients, _ = model.loss_and_gradients(batch)
    assert loaded.loss_and_gradients(batch)[0] == loss
    assert list(gradients) == list(model.parameters())
    before = copies(model.parameters())
    for name in ("source_embedding.weight", "target_embedding.weight", "combine.bias", "attention.weight_query"):
        if name in before:
            assert_derivative(
                gradients[name], lambda: model.loss_and_gradients(batch)[0], model.parameters()[name], name
            )


def lstm(inputs, **options):
    return lt.LSTM(inputs, H, rng=0, **options)


def build(**options):
    """Encoder of 3 inputs and one direction, decoder of 4 more than its units."""
    given = {"attention": lt.GeneralAttention(H, H, rng=0), **options}
    return lt.Seq2Seq(lstm(3), given.pop("decoder", lstm(4 + H)), 2, **given)


FAULTS = {
    "fed without attention": ({"attention": None, "input_feeding": True},
                              "attention after the step where its result is fed to the next, got no attention"),
    "fed before": ({"attend": "before", "input_feeding": True}, "is fed to the next, got attention before the step"),
    "no bool": ({"input_feeding": 1}, "expected input_feeding to be True or False, got 1"),
    "no room": ({"decoder": lstm(H), "input_feeding": True}, f"input_size is more than the attentional state's {H}"),
    "query": ({"query": "c"}, "expected query to be one of ('h', 'h and c'), got 'c'"),
    "a query half as long": ({"query": "h and c"}, f"expected attention with query_size {2 * H}"),
    "a state without c": ({"decoder": lt.GRU(4, H, rng=0), "query": "h and c"},
                          "expected a decoder with a state of h and c where both ask, got GRU(4, 4)"),
    "no embedding": ({"source_embedding": lstm(3)}, "expected source_embedding to be an Embedding or None, got LSTM"),
    "embedding of another size": ({"source_embedding": lt.Embedding(9, 4)}, "input_size 3, got Embedding(9, 4)"),
    "embedding of another dtype": ({"target_embedding": lt.Embedding(9, 4, dtype="float32")},
                                   "expected target_embedding of the encoder's dtype float64, got float32"),
    "target of another size": ({"input_feeding": True, "target_embedding": lt.Embedding(9, 5)},
                               "expected target_embedding with vectors of the decoder's symbol size 4"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_message_for_options_that_do_not_fit(fault):
    options, message = FAULTS[fault]
    with pytest.raises(ValueError, match=f"^Seq2Seq: .*{re.escape(message)}"):
        build(**options)


def test_message_for_one_embedding_twice_and_tokens_it_does_not_have(rng):
    table = lt.Embedding(9, 3)
    with pytest.raises(ValueError, match=r"^Seq2Seq: expected two embeddings, got the same one twice$"):
        lt.Seq2Seq(lstm(3), lstm(3), 2, source_embedding=table, target_embedding=table)
    model = make("fed", rng, embedded=True)
    with pytest.raises(ValueError, match=r"^Seq2Seq: expected symbols of x from 0 to 6, got 7 to 7$"):
        model.forward(np.full((2, 1), 7), np.zeros((2, 1), int))
    with pytest.raises(ValueError, match=r"^greedy: expected start to be an int from 0 to 5, got 6$"):
        model.greedy(np.zeros((2, 1), int), 6, 1, 3)
