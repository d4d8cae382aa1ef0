"""Tasks hand out what they say, the same whenever they are asked; their answers can be worked out from the inputs."""

import itertools
import re

import numpy as np
import pytest
from cases import assert_untouched, copies
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import baselines, tasks
from lstm_tutor.tasks import reber

seeds = st.integers(0, 99)
BATCHES = {
    "temporal_xor": lambda rng, **options: tasks.temporal_xor(31, 4, rng=rng, **options),
    "recall": lambda rng, **options: tasks.recall(5, 4, rng=rng, **options),
}


@pytest.mark.parametrize("name", BATCHES)
def test_same_seed_same_batch_and_another_seed_another(name):
    make = BATCHES[name]
    one, two, three = make(3), make(np.random.default_rng(3)), make(4)
    assert_untouched(one[:4], copies(two[:4]))
    assert not np.array_equal(one.x, three.x)


@pytest.mark.parametrize("name", BATCHES)
def test_batch_has_the_dtype_asked_for(name):
    assert BATCHES[name](0).x.dtype == np.float64
    assert BATCHES[name](0, dtype=np.float32).x.dtype == np.float32


@given(indices=st.lists(st.integers(0, 4), min_size=1))
def test_one_hot_has_a_single_one_in_its_place(indices):
    rows = tasks.one_hot(indices, 5)
    assert rows.sum(axis=1).tolist() == [1] * len(indices)
    assert rows.argmax(axis=1).tolist() == indices


@pytest.mark.parametrize(
    ("indices", "got"),
    [([-1, 0], "int64 from -1 to 0"), ([3], "int64 from 3 to 3"), ([0.0], "float64 from 0.0 to 0.0")],
    ids=["negative", "too large", "floats"],
)
def test_message_for_indices_that_are_no_places(indices, got):
    with pytest.raises(ValueError, match=f"^one_hot: expected ints from 0 to 2, got {re.escape(got)}$"):
        tasks.one_hot(indices, 3)


TEXT = "the same text again and again, " * 8
LIVE = {  # a function from an update's number to a batch, made once, as a Trainer asks it
    "temporal_xor": lambda k: tasks.temporal_xor(9, 2, rng=k),
    "recall": lambda k: tasks.recall(2, 2, rng=k),
    "adding": lambda k: tasks.adding(22, 2, rng=k),
    "copy": lambda k: tasks.copy(3, 2, rng=k),
    "long_lag": lambda k: tasks.long_lag(4, 2, rng=k),
    "noisy_lag": lambda k: tasks.noisy_lag(4, 2, rng=k),
    "two_sequences": lambda k: tasks.two_sequences(2, lengths=(5, 6), rng=k),
    "two_sided_average": lambda k: tasks.two_sided_average(5, 2, rng=k),
    "temporal_order": lambda k: tasks.temporal_order(2, 2, rng=k),
    "brief_order": lambda k: tasks.brief_order(10, 2, rng=k),
    "parity": lambda k: tasks.parity(4, 2, rng=k),
    "counting": lambda k: tasks.counting([1, k + 1]),
    "spike_delays": lambda k: tasks.spike_delays(3),
    "CharStream": tasks.CharStream(TEXT, batch_size=2, steps=5),
    "ContinualReber": tasks.ContinualReber(updates=3, batch_size=2, steps=5, rng=0),
    "RecallStream": tasks.RecallStream(3, updates=3, batch_size=5, steps=8, period=5, rng=0),
    "Dates": tasks.Dates(batch_size=2, rng=0),
}


@pytest.mark.parametrize("name", LIVE)
def test_what_is_written_into_a_batch_changes_neither_the_task_nor_the_rest_of_the_batch(name):
    task = LIVE[name]
    batch, before = task(1), copies([part for part in task(1) if isinstance(part, np.ndarray)])
    arrays = [part for part in batch if isinstance(part, np.ndarray)]
    for one, two in itertools.combinations(arrays, 2):
        assert not np.shares_memory(one, two)
    for array in arrays:
        array[...] = 1 - array if array.dtype != bool else ~array
    assert_untouched([part for part in task(1) if isinstance(part, np.ndarray)], before)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tasks.adding(22, 2, dtype=int),
        lambda: tasks.multiplication(22, 2, dtype=int),
        lambda: tasks.two_sided_average(5, 2, dtype=int),
        lambda: tasks.two_sequences(2, dtype=int),
    ],
    ids=["adding", "multiplication", "two_sided_average", "two_sequences"],
)
def test_message_for_a_dtype_that_would_truncate_the_numbers(make):
    with pytest.raises(ValueError, match=r"expected dtype float32 or float64, got int64$"):
        make()


# -- memory ------------------------------------------------------------------------------------------------------------


@given(steps=st.integers(1, 20), N=st.integers(1, 3), seed=seeds)
def test_every_third_bit_of_temporal_xor_is_that_of_the_two_before(steps, N, seed):
    batch = tasks.temporal_xor(steps, N, rng=seed)
    assert batch.x.shape == batch.targets.shape == (steps, N, 1)
    stream = np.concatenate([batch.x[:1], batch.targets])[..., 0].astype(int)
    np.testing.assert_array_equal(batch.x[1:], batch.targets[:-1])
    for t in range(2, steps + 1, 3):
        np.testing.assert_array_equal(stream[t], stream[t - 1] ^ stream[t - 2])


def test_bits_of_temporal_xor_are_fair():
    assert tasks.temporal_xor(999, 20, rng=0).x.mean() == pytest.approx(0.5, abs=0.02)


@given(lag=st.integers(0, 6), symbols=st.integers(2, 4), seed=seeds)
def test_recall_asks_at_the_end_for_the_symbol_of_the_start(lag, symbols, seed):
    batch = tasks.recall(lag, 3, symbols=symbols, rng=seed)
    assert batch.x.shape == (lag + 2, 3, 2 * symbols + 1)
    codes = batch.x.argmax(axis=2)
    assert (batch.x.sum(axis=2) == 1).all()
    assert (codes[0] < symbols).all()
    assert ((codes[1:-1] >= symbols) & (codes[1:-1] < 2 * symbols)).all()
    assert (codes[-1] == 2 * symbols).all()
    np.testing.assert_array_equal(batch.targets[-1], codes[0])
    assert batch.mask[-1].all()
    assert not batch.mask[:-1].any()


@pytest.mark.parametrize("wrong", [{"lag": -1}, {"symbols": 1}], ids=str)
def test_message_for_a_recall_that_cannot_be(wrong):
    with pytest.raises(ValueError, match=r"^recall: expected lag >= 0 and symbols >= 2, got lag="):
        tasks.recall(**{"lag": 1, "batch_size": 1} | wrong)


# -- Reber's grammar ---------------------------------------------------------------------------------------------------


def follows_the_grammar(text):
    """Whether a string between B and E is Reber's, worked out by a walk over the drawing."""
    walk = {
        ("start", "T"): "up", ("start", "P"): "down", ("up", "S"): "up", ("up", "X"): "up right",
        ("down", "T"): "down", ("down", "V"): "down right", ("up right", "X"): "down", ("up right", "S"): "end",
        ("down right", "P"): "up right", ("down right", "V"): "end",
    }  # fmt: skip
    place = "start"
    for symbol in text:
        place = walk.get((place, symbol))
    return place == "end"


@given(seed=st.integers(0, 10_000))
def test_reber_strings_follow_the_grammar(seed):
    text, legal = reber.reber_string(seed)
    assert text[0] == "B"
    assert text[-1] == "E"
    assert follows_the_grammar(text[1:-1])
    assert len(legal) == len(text) - 1
    assert all(text[t + 1] in choices for t, choices in enumerate(legal))


@given(seed=st.integers(0, 10_000))
def test_embedded_reber_strings_end_with_the_letter_they_began_with(seed):
    text, legal = reber.embedded_reber_string(seed)
    assert re.fullmatch("B([TP])B[TPSXV]+E([TP])E", text)
    assert text[1] == text[-2]
    assert follows_the_grammar(text[3:-3])
    assert legal[0] == "TP"
    assert legal[-2] == text[1]
    assert all(text[t + 1] in choices for t, choices in enumerate(legal))


def test_legal_continuations_are_all_there_are():
    """What is said to be legal after a prefix is what some string of the grammar does there."""
    seen = {}
    for seed in range(3000):
        text, legal = reber.reber_string(seed)
        for t, choices in enumerate(legal):
            seen.setdefault((text[: t + 1], "".join(sorted(choices))), set()).add(text[t + 1])
    for (prefix, choices), followed in seen.items():
        if len(prefix) <= 3:  # long enough to pass every node, short enough to have been seen often
            assert followed == set(choices), prefix


def test_strings_to_train_on_and_to_test_on_are_disjoint():
    strings = tasks.EmbeddedReber(64, rng=0)
    train, test = ({text for text, _ in part} for part in (strings.train, strings.test))
    assert len(train) == len(test) == 64
    assert not train & test
    assert train == {text for text, _ in tasks.EmbeddedReber(64, rng=0).train}


def test_batch_of_strings_predicts_each_next_symbol():
    strings = tasks.EmbeddedReber(16, rng=1).train
    batch, legal = tasks.embedded_reber_batch(strings)
    for n, (text, choices) in enumerate(strings):
        length = batch.lengths[n]
        assert length == len(text) - 1
        read = "".join(reber.SYMBOLS[k] for k in batch.x[:length, n].argmax(axis=1))
        said = "".join(reber.SYMBOLS[k] for k in batch.targets[:length, n])
        assert read + said[-1] == text == read[0] + said
        for t in range(length):
            assert {reber.SYMBOLS[k] for k in np.flatnonzero(legal[t, n])} == set(choices[t])
        assert not batch.x[length:, n].any()
        assert batch.mask[:, n].tolist() == [True] * length + [False] * (len(batch.x) - length)


# -- text --------------------------------------------------------------------------------------------------------------


def test_python_source_is_text_of_the_alphabet_and_the_parts_differ():
    train, test = tasks.python_source("train"), tasks.python_source("test")
    assert set(train) | set(test) <= set(tasks.ALPHABET)
    assert len(set(tasks.ALPHABET)) == len(tasks.ALPHABET)
    assert len(train) > 4 * len(test) > 40_000
    assert not set(tasks.TRAIN_MODULES) & set(tasks.TEST_MODULES)
    assert "def " in train
    assert "def " in test


def test_fingerprint_is_equal_exactly_if_the_text_is():
    assert tasks.fingerprint("abc") == tasks.fingerprint("abc") != tasks.fingerprint("abd")
    assert re.fullmatch("[0-9a-f]{16}", tasks.fingerprint(""))


@given(text=st.text(alphabet=tasks.ALPHABET))
def test_decoding_what_was_encoded_is_the_text(text):
    assert tasks.decode(tasks.encode(text)) == text


def test_message_for_characters_outside_the_alphabet():
    message = "encode: expected characters of lstm_tutor.tasks.ALPHABET, got ['\\t', 'é']"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tasks.encode("é\tabc")


def test_message_for_an_unknown_part():
    with pytest.raises(ValueError, match=r"^python_source: expected part to be one of \['train', 'test'\], got 'dev'$"):
        tasks.python_source("dev")


TEXT = "the quick brown fox jumps over the lazy dog; " * 4


def test_character_stream_reads_its_strands_on_from_update_to_update():
    stream = tasks.CharStream(TEXT, batch_size=3, steps=7)
    read = [stream(update) for update in range(stream.per_pass)]
    assert [batch.start for batch in read] == [True] + [False] * (stream.per_pass - 1)
    length = stream.per_pass * 7
    for n in range(3):
        strand = tasks.decode(np.concatenate([batch.x[:, n].argmax(axis=1) for batch in read]))
        targets = tasks.decode(np.concatenate([batch.targets[:, n] for batch in read]))
        assert strand == TEXT[n * length : (n + 1) * length]
        assert targets == TEXT[n * length + 1 : (n + 1) * length + 1]


def test_character_stream_starts_again_and_says_the_same_whenever_asked():
    stream = tasks.CharStream(TEXT, batch_size=3, steps=7, dtype=np.float32)
    first, again = stream(0), stream(stream.per_pass)
    assert again.start
    assert first.x.dtype == np.float32
    assert_untouched(again[:2], copies(first[:2]))
    stream(5)
    assert_untouched(stream(0)[:2], copies(first[:2]))


def test_message_for_a_text_too_short():
    message = "CharStream: expected at least batch_size * steps + 1 = 21 characters, got 20"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        tasks.CharStream("a" * 20, batch_size=2, steps=10)
    assert tasks.CharStream("a" * 21, batch_size=2, steps=10).per_pass == 1


# -- what a model has to beat ------------------------------------------------------------------------------------------


@given(
    train=st.lists(st.integers(0, 2), min_size=1, max_size=30),
    context=st.lists(st.integers(0, 2), max_size=4),
    order=st.integers(1, 4),
)
def test_probabilities_of_an_ngram_sum_to_1(train, context, order):
    """2 to the minus bits of a sequence is its probability; those of all continuations sum to that of the context."""

    def probability(sequence):
        return 2.0 ** -(baselines.ngram_bits(train, sequence, order, 3) * len(sequence)) if sequence else 1.0

    assert sum(probability([*context, s]) for s in range(3)) == pytest.approx(probability(context))


def test_unigram_by_hand():
    """Witten-Bell: (count + kinds / alphabet) / (total + kinds)."""
    bits = baselines.ngram_bits([0, 0, 0, 1], [0, 1, 2], 1, 4)
    probabilities = [(3 + 2 / 4) / 6, (1 + 2 / 4) / 6, (0 + 2 / 4) / 6]
    assert bits == pytest.approx(-sum(np.log2(p) for p in probabilities) / 3)


def test_longer_contexts_help_where_there_is_something_to_remember():
    sequence = list(itertools.islice(itertools.cycle([0, 0, 1, 1]), 400))
    one, two, three = (baselines.ngram_bits(sequence, sequence, order, 2) for order in (1, 2, 3))
    assert one == pytest.approx(1, abs=0.01)
    assert two == pytest.approx(1, abs=0.02)
    assert three < 0.1


def test_an_n_gram_models_probabilities_cost_what_its_bits_say(rng):
    train, test = rng.integers(0, 4, 200), rng.integers(0, 5, 60)
    for order in (1, 2, 4):
        model = baselines.NGrams(train, order, 5)
        p = np.array([model.probabilities(test[:t]) for t in range(len(test))])
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
        bits = -np.log2(p[np.arange(len(test)), test]).mean()
        np.testing.assert_allclose(bits, model.bits(test), rtol=1e-12)


@pytest.mark.parametrize(
    ("train", "test", "order", "message"),
    [
        ([0], [0], 0, "expected order >= 1, got 0"),
        ([0], [0], 1.5, "expected order >= 1, got 1.5"),
        ([0], [], 1, "expected at least one symbol to test on, got none"),
        ([], [0], 1, "expected at least one symbol to learn from, got none"),
        ([0], [0.7], 1, "expected test to be symbols from 0 to 1, got float64 (1,) from 0.0 to 0.7"),
        ([0, 2], [0], 1, "expected train to be symbols from 0 to 1, got int64 (2,) from 0 to 2"),
        ([0], [-1], 1, "expected test to be symbols from 0 to 1, got int64 (1,) from -1 to 0"),
        ([[0]], [0], 1, "expected train to be symbols from 0 to 1, got int64 (1, 1) from 0 to 0"),
    ],
)
def test_message_for_an_ngram_of_what_is_no_symbol(train, test, order, message):
    with pytest.raises(ValueError, match=f"^NGrams: {re.escape(message)}$"):
        baselines.ngram_bits(train, test, order, 2)
