"""What a model writes is what its probabilities say: each rule against its definition, PyTorch, and all that can be."""

import itertools
import re

import numpy as np
import pytest
import torch

import lstm_tutor as lt
from lstm_tutor import sampling
from lstm_tutor.activations import log_softmax, softmax

K = 5
RULES = [{}, {"temperature": 0.3}, {"temperature": 4.0}, {"top_k": 2}, {"top_p": 0.7},
         {"temperature": 0.7, "top_k": 4, "top_p": 0.6}]  # fmt: skip


@pytest.fixture
def scores(rng):
    return 2 * rng.standard_normal((40, 9))


@pytest.fixture(params=["one-hot", "embedded"])
def model(request, rng):
    """A model that is sure of what it says, in two layers."""
    embedding = lt.Embedding(K, 3, rng=1) if request.param == "embedded" else None
    layer = lt.LSTM(3 if embedding else K, 4, num_layers=2, rng=2)
    for array in layer.parameters().values():
        array *= 3
    made = lt.SequenceModel(layer, K, embedding=embedding, rng=3)
    made.readout.weight *= 8
    return made


def recomputed(model, codes):
    """The scores of what comes next after each symbol of codes, ints (T, N), read in one pass."""
    x = codes if model.embedding else lt.tasks.one_hot(codes, K)
    return model.forward(x)[0]


def by_hand(scores, temperature=1.0, top_k=None, top_p=None):
    """The probabilities of a rule for one row of scores, straight from the definitions, with PyTorch's softmax."""
    p = torch.softmax(torch.tensor(scores) / temperature, dim=-1).numpy()
    ranked = sorted(range(len(p)), key=lambda k: -p[k])
    members = ranked[:top_k]
    if top_p is not None:
        share = {k: p[k] / p[members].sum() for k in members}
        members = next(members[:n] for n in range(1, len(members) + 1) if n == len(members)
                       or sum(share[k] for k in members[:n]) >= top_p)  # fmt: skip
    kept = np.where(np.isin(range(len(p)), members), p, 0)
    return kept / kept.sum()


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_probabilities_are_those_of_the_definitions(rule, scores):
    expected = [by_hand(row, **rule) for row in scores]
    np.testing.assert_allclose(sampling.probabilities(scores, **rule), expected, rtol=1e-10, atol=1e-12)


def test_a_temperature_of_one_leaves_the_model_as_it_is_and_zero_takes_the_likeliest(scores):
    np.testing.assert_allclose(sampling.probabilities(scores), softmax(scores), rtol=1e-12)
    np.testing.assert_array_equal(sampling.probabilities(scores, temperature=0), np.eye(9)[scores.argmax(axis=1)])


@pytest.mark.parametrize("temperature", [1e-300, 1e-3, 1e6])
def test_no_temperature_overflows(temperature, scores):
    p = sampling.probabilities(1e3 * scores, temperature=temperature)
    np.testing.assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)


def test_of_equal_scores_the_first_are_kept():
    assert sampling.probabilities(np.zeros(4), top_k=2).tolist() == [0.5, 0.5, 0, 0]


def test_the_nucleus_ends_with_the_symbol_that_reaches_the_share():
    scores = np.log([0.5, 0.25, 0.125, 0.125])
    assert (sampling.probabilities(scores, top_p=0.5) > 0).sum() == 1
    assert (sampling.probabilities(scores, top_p=0.6) > 0).sum() == 2
    assert (sampling.probabilities(scores, top_p=1.0) > 0).sum() == 4


def test_draws_come_as_often_as_the_probabilities_say():
    p = np.array([0.5, 0.0, 0.3, 0.2])
    drawn = sampling.choice(np.tile(p, (10_000, 1)), (np.arange(10_000) + 0.5) / 10_000)
    np.testing.assert_array_equal(np.bincount(drawn, minlength=4) / 10_000, p)


def test_what_has_no_probability_is_never_drawn():
    assert sampling.choice([0.0, 1.0, 0.0], 0.0) == 1
    assert sampling.choice([0.7, 0.1, 0.2 - 1e-9, 0.0], 1 - 1e-16) == 2


@pytest.mark.parametrize("write", [sampling.greedy, lambda *a, **o: sampling.sample(*a, rng=4, **o)])
def test_reading_back_what_was_written_gives_the_same_scores(model, write):
    start = np.array([[1, 2, 0], [3, 3, 0], [4, 0, 1]])
    writing = write(model, start, 6)
    again = recomputed(model, np.concatenate([start, writing.symbols]))
    np.testing.assert_allclose(writing.scores, again[2:-1], rtol=1e-10, atol=1e-12)
    one = write(model, start[:, 1], 6)
    assert one.symbols.shape == (6,) and one.scores.shape == (6, K)


def test_greedy_writes_the_likeliest_and_is_the_limit_of_sampling(model):
    writing = sampling.greedy(model, [1, 3], 7)
    np.testing.assert_array_equal(writing.symbols, writing.scores.argmax(axis=-1))
    for rule in ({"temperature": 0}, {"top_k": 1}, {"top_p": 1e-9}):
        np.testing.assert_array_equal(sampling.sample(model, [1, 3], 7, rng=0, **rule).symbols, writing.symbols)


def test_texts_of_unequal_length_are_written_as_each_alone(model):
    starts = [[1, 2, 3], [4], [0, 2]]
    padded = np.array([[*codes, 0, 0][:3] for codes in starts]).T
    together = sampling.greedy(model, padded, 5, lengths=[3, 1, 2])
    for n, codes in enumerate(starts):
        np.testing.assert_array_equal(together.symbols[:, n], sampling.greedy(model, codes, 5).symbols)


def test_a_text_goes_on_from_where_it_stopped(model):
    whole = sampling.greedy(model, [1, 2], 8)
    first = sampling.greedy(model, [1, 2], 3)
    rest = sampling.greedy(model, first.symbols[-1:], 5, state=first.state)
    np.testing.assert_array_equal(np.concatenate([first.symbols, rest.symbols]), whole.symbols)


def test_texts_side_by_side_are_drawn_each_by_numbers_of_its_own():
    written = sampling.sample(WRITER, np.ones((1, 8), int), 12, temperature=3.0, rng=0).symbols
    assert len({tuple(text) for text in written.T.tolist()}) == 8


def test_the_same_seed_draws_the_same_text_and_another_seed_another(model):
    texts = [sampling.sample(model, [1], 20, temperature=3.0, rng=seed).symbols.tolist() for seed in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]


def log_probability(model, start, symbols):
    codes = np.array([*start, *symbols])[:, None]
    log_p = log_softmax(recomputed(model, codes))[:, 0]
    return log_p[np.arange(len(start) - 1, len(codes) - 1), symbols].sum()


@pytest.mark.parametrize("start", [[2], [1, 4, 0]])
def test_a_beam_that_holds_everything_finds_the_likeliest_text(model, start):
    everything = {symbols: log_probability(model, start, symbols) for symbols in itertools.product(range(K), repeat=3)}
    found = sampling.beam(model, start, 3, width=K**3)
    assert len(found) == K**3
    assert tuple(found[0].symbols) == max(everything, key=everything.get)
    for each in found:
        np.testing.assert_allclose(each.log_probability, everything[tuple(each.symbols)], rtol=1e-10)


def test_a_beam_of_one_is_greedy_and_a_stop_ends_a_text(model):
    greedy = sampling.greedy(model, [1, 4], 6).symbols
    (alone,) = sampling.beam(model, [1, 4], 6, width=1)
    np.testing.assert_array_equal(alone.symbols, greedy)
    (stopped,) = sampling.beam(model, [1, 4], 6, width=1, stop=int(greedy[2]))
    assert stopped.finished and stopped.symbols.tolist() == greedy[: greedy.tolist().index(greedy[2]) + 1].tolist()


WRITER = lt.SequenceModel(lt.LSTM(K, 4, rng=0), K, rng=0)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: sampling.probabilities([1.0, np.nan]), "expected finite scores of shape (..., K), got float64 (2,)"),
    (lambda: sampling.probabilities(1.0), "expected finite scores of shape (..., K), got float64 ()"),
    (lambda: sampling.probabilities([1.0], temperature=-1), "expected temperature not negative, got -1"),
    (lambda: sampling.probabilities([1.0], temperature="hot"), "expected temperature to be a finite number, got 'hot'"),
    (lambda: sampling.probabilities([1.0], top_k=0), "expected top_k to be a positive int, got 0"),
    (lambda: sampling.probabilities([1.0], top_p=0.0), "expected top_p above 0 and at most 1, got 0.0"),
    (lambda: sampling.choice([[0.5, 0.5], [0, 0]], [0.5, 0.5]), "with a sum above 0, got a row without any above 0"),
    (lambda: sampling.choice([2, -1], 0.5),
     "choice: expected probabilities p (..., K), not negative, with a sum above 0, got a neg"),
    (lambda: sampling.choice(1.0, 0.5),
     "choice: expected probabilities p (..., K), not negative, with a sum above 0, got shape ()"),
    (lambda: sampling.choice([np.nan, 1], 0.5), "choice: expected p to be finite numbers, got NaN or inf in 1 of 2"),
    (lambda: sampling.choice([0.5, 0.5], 1.0), "choice: expected u from 0 to below 1, got 1.0 to 1.0"),
    (lambda: sampling.choice([0.5, 0.5], np.nan), "choice: expected u from 0 to below 1, got nan to nan"),
    (lambda: sampling.sample(WRITER, [], 3), "expected start to have at least one symbol, ints (T,) or (T, N), got"),
    (lambda: sampling.sample(WRITER, [K], 3), f"expected start to be ints from 0 to {K - 1}, got 5 to 5"),
    (lambda: sampling.sample(WRITER, [0.5], 3), f"expected start to be ints from 0 to {K - 1}, got float64"),
    (lambda: sampling.sample(WRITER, [1], 0), "expected count to be a positive int, got 0"),
    (lambda: sampling.sample(WRITER, [[1, 2]], 3, lengths=[1, 2]), "expected lengths from 1 to T = 1, got [1, 2]"),
    (lambda: sampling.greedy(WRITER.layer, [1], 3), "softmax_cross_entropy and without pooling, got LSTM"),
    (lambda: sampling.greedy(lt.SequenceModel(lt.LSTM(K, 4), K, pooling="mean"), [1], 3), "without pooling, got"),
    (lambda: sampling.greedy(lt.SequenceModel(lt.LSTM(K, 4, bidirectional=True), K), [1], 3),
     "expected a layer of one direction, since the other reads what is not written yet"),
    (lambda: sampling.greedy(lt.SequenceModel(lt.LSTM(2, 4), K), [1], 3),
     "expected a model that can read all 5 symbols it writes, it reads 2"),
    (lambda: sampling.beam(WRITER, [[1, 2]], 3), "beam: expected start to be ints (T,), got (1, 2)"),
    (lambda: sampling.beam(WRITER, [1], 3, width=0), "beam: expected width to be an int of at least 1, got 0"),
    (lambda: sampling.beam(WRITER, [1], 3, stop=9), "beam: expected stop to be an int from 0 to 4, got 9"),
])  # fmt: skip
def test_what_cannot_be_done_is_named(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
