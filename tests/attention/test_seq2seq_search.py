"""What a search finds is what the model says: the same logits as in teacher forcing, the best of all that can be."""

import itertools
import re

import numpy as np
import pytest
from cases import assert_same
from hypothesis import given
from hypothesis import strategies as st
from seq2seq_cases import LENGTHS, D, H, K, M, N, each_wiring, make

import lstm_tutor as lt
from lstm_tutor.activations import log_softmax

START, STOP, LONGEST = 3, 1, 4  # the start is no symbol that is written
T_IN = max(LENGTHS)


@pytest.fixture
def x(rng):
    return rng.standard_normal((T_IN, N, D))


def sharp(kind, attend, rng, **options):
    """A model that is sure of what it says: small weights make all sequences nearly alike."""
    model = make(kind, attend, rng, **options)
    model.readout.weight *= 4
    model.readout.bias[STOP] -= 2
    return model


def recomputed(model, x, symbols, lengths=None):
    """The trace of teacher forcing with `symbols`, ints (L,), for each of the sequences."""
    y_in = np.repeat([START, *symbols[:-1]], x.shape[1]).reshape(-1, x.shape[1])
    return model.forward(x, y_in, lengths)


def log_probability(model, x, n, symbols, lengths=None):
    log_p = log_softmax(recomputed(model, x, symbols, lengths).output)[:, n]
    return log_p[np.arange(len(symbols)), symbols].sum()


def everything(longest):
    """All that can be written: up to a stop, or as long as it may be."""
    others = [k for k in range(K) if k != STOP]
    for length in range(1, longest + 1):
        for beginning in itertools.product(others, repeat=length - 1):
            yield [*beginning, STOP]
    yield from map(list, itertools.product(others, repeat=longest))


@pytest.mark.parametrize("parts", [{}, {"encoder": lt.LSTM, "decoder": lt.LSTM, "tall": 2}], ids=["GRU", "LSTM"])
@each_wiring
def test_reading_back_what_greedy_wrote_gives_the_same_logits(kind, attend, parts, x, rng):
    model = sharp(kind, attend, rng, **parts)
    for n, said in enumerate(model.greedy(x, START, STOP, 9, lengths=LENGTHS)):
        trace = recomputed(model, x, said.symbols, LENGTHS)
        np.testing.assert_array_equal(trace.output[:, n].argmax(axis=1), said.symbols)
        assert_same(said.log_probability, log_probability(model, x, n, said.symbols, LENGTHS), "log p")
        assert said.score == said.log_probability
        assert said.finished == (said.symbols[-1] == STOP)
        assert STOP not in said.symbols[:-1]
        assert said.finished or len(said.symbols) == 9
        if kind == "none":
            assert said.weights is None
        else:
            assert_same(said.weights, trace["weights"][:, n], "weights")
            assert not said.weights[:, LENGTHS[n] :].any()


@given(seed=st.integers(0, 500), longest=st.integers(1, 6))
def test_a_beam_of_one_is_greedy(seed, longest):
    rng = np.random.default_rng(seed)
    model, x = sharp("general", "after", rng), rng.standard_normal((T_IN, N, D))
    alone = model.beam(x, START, STOP, longest, width=1, lengths=LENGTHS)
    for said, (best,) in zip(model.greedy(x, START, STOP, longest, LENGTHS), alone, strict=True):
        np.testing.assert_array_equal(best.symbols, said.symbols)
        assert best.log_probability == said.log_probability


@pytest.mark.parametrize("penalty", [0.0, 0.6, 2.0])
@each_wiring
def test_a_beam_wide_enough_finds_everything_in_order(kind, attend, penalty, x, rng):
    model = sharp(kind, attend, rng)
    written = list(everything(LONGEST))
    found = model.beam(x, START, STOP, LONGEST, width=len(written), lengths=LENGTHS, length_penalty=penalty)
    assert len(found) == N
    for n, hypotheses in enumerate(found):
        log_p = np.array([log_probability(model, x, n, symbols, LENGTHS) for symbols in written])
        scores = log_p / (((5 + np.array([len(symbols) for symbols in written])) / 6) ** penalty)
        order = np.argsort(-scores)
        assert [each.symbols.tolist() for each in hypotheses] == [written[k] for k in order]
        assert_same([each.score for each in hypotheses], scores[order], "scores")
        assert_same([each.log_probability for each in hypotheses], log_p[order], "log p")
        assert np.exp([each.log_probability for each in hypotheses]).sum() == pytest.approx(1, abs=1e-12)


def by_hand(model, x, n, width):
    """A beam, a beginning at a time, each recomputed from the start by teacher forcing."""
    live, done = [[]], []
    for _ in range(LONGEST):
        longer = [[*symbols, k] for symbols in live for k in range(K)]
        longer.sort(key=lambda symbols: -log_probability(model, x, n, symbols, LENGTHS))
        longer = longer[: width - len(done)]
        done += [symbols for symbols in longer if symbols[-1] == STOP]
        live = [symbols for symbols in longer if symbols[-1] != STOP]
    done += live
    return sorted(done, key=lambda symbols: -log_probability(model, x, n, symbols, LENGTHS))


@given(seed=st.integers(0, 500), width=st.integers(2, 5), attend=st.sampled_from(["before", "after"]))
def test_a_narrow_beam_keeps_the_likeliest_beginnings(seed, width, attend):
    rng = np.random.default_rng(seed)
    model, x = sharp("additive", attend, rng), rng.standard_normal((T_IN, N, D))
    for n, found in enumerate(model.beam(x, START, STOP, LONGEST, width=width, lengths=LENGTHS)):
        assert len(found) == width
        assert [each.symbols.tolist() for each in found] == by_hand(model, x, n, width)
        for each in found:
            assert_same(each.weights, recomputed(model, x, each.symbols, LENGTHS)["weights"][:, n], "weights")


@each_wiring
def test_sequences_are_searched_apart(kind, attend, x, rng):
    model = sharp(kind, attend, rng)
    together = model.beam(x, START, STOP, LONGEST, width=3, lengths=LENGTHS)
    for n, length in enumerate(LENGTHS):
        (alone,) = model.beam(x[:length, [n]], START, STOP, LONGEST, width=3)
        assert [each.symbols.tolist() for each in together[n]] == [each.symbols.tolist() for each in alone]
        assert_same([each.score for each in together[n]], [each.score for each in alone])


FAULTS = {
    "start": ({"start": M}, "expected start to be an int from 0 to 4, got 5"),
    "stop": ({"stop": K}, "expected stop to be an int from 0 to 2, got 3"),
    "no length": ({"max_length": 0}, "expected max_length to be an int of at least 1, got 0"),
    "half a symbol": ({"max_length": 1.5}, "expected max_length to be an int of at least 1, got 1.5"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_message_for_a_search_that_cannot_be(fault, x, rng):
    model, (wrong, message) = make("general", "after", rng), FAULTS[fault]
    for name in ("greedy", "beam"):
        with pytest.raises(ValueError, match=f"^{name}: {re.escape(message)}$"):
            getattr(model, name)(x, **{"start": START, "stop": STOP, "max_length": 3} | wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"width": 0}, "expected width to be an int of at least 1, got 0"),
     ({"length_penalty": -1.0}, "expected length_penalty to be finite and not negative, got -1.0"),
     ({"length_penalty": float("nan")}, "expected length_penalty to be finite and not negative, got nan")],
    ids=str,
)  # fmt: skip
def test_message_for_a_beam_that_cannot_be(wrong, message, x, rng):
    with pytest.raises(ValueError, match=f"^beam: {re.escape(message)}$"):
        make("general", "after", rng).beam(x, START, STOP, 3, **wrong)


def test_message_for_a_decoder_that_cannot_read_what_it_writes(x):
    model = lt.Seq2Seq(lt.GRU(D, H, rng=0), lt.GRU(2, H, rng=1), 3, rng=2)
    with pytest.raises(
        ValueError, match=r"^greedy: expected a decoder that can read all 3 symbols it writes, it reads 2$"
    ):
        model.greedy(x, 0, 1, 3)
