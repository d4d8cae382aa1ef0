"""The made-up language, the hidden Markov model and the row that comes again, against their definitions."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor.tasks import hidden
from lstm_tutor.tasks.translation import (
    HEADS,
    MODIFIERS,
    READ,
    START,
    STOP,
    WRITTEN,
    phrases,
    sentence,
    translate_words,
    translation_batch,
)

FIRST = dict(zip(MODIFIERS, ("vecho", "rosso", "grano", "nuvo", "molo", "seco"), strict=True))
SECOND = dict(zip(MODIFIERS, ("vecha", "rossa", "grana", "nuva", "mola", "seca"), strict=True))
NAMES = dict(zip(HEADS, ("sol", "tas", "sap", "can", "mara", "vota", "apa", "lula"), strict=True))


def by_hand(words):
    """The translation, word by word from the end of each phrase."""
    said, waiting = [], []
    for word in words:
        if word in MODIFIERS:
            waiting.insert(0, word)
            continue
        forms = FIRST if word in ("sun", "cup", "hat", "dog") else SECOND
        said += [NAMES[word], *(forms[modifier] for modifier in waiting)]
        waiting = []
    return said


@given(length=st.integers(1, 40), seed=st.integers(0, 99))
def test_a_sentence_has_its_length_and_phrases_of_one_head_and_up_to_two_modifiers(length, seed):
    words = sentence(length, seed)
    assert len(words) == length and words[-1] in HEADS
    assert [word for phrase in phrases(words) for word in phrase] == words
    for phrase in phrases(words):
        assert len(phrase) <= 3 and phrase[-1] in HEADS and all(word in MODIFIERS for word in phrase[:-1])
    assert translate_words(words) == by_hand(words)


def test_phrases_of_every_length_occur_equally_often_and_so_does_every_word():
    words = sentence(30_000, 0)
    sizes = np.bincount([len(phrase) for phrase in phrases(words)])[1:] / len(phrases(words))
    np.testing.assert_allclose(sizes, 1 / 3, atol=0.02)
    for group in (MODIFIERS, HEADS):
        counts = np.array([words.count(word) for word in group])
        np.testing.assert_allclose(counts / counts.sum(), 1 / len(group), atol=0.02)


def test_words_are_told_apart_and_a_sentence_that_ends_in_a_modifier_has_no_translation():
    assert len(set(WRITTEN)) == len(WRITTEN) == 22 and len(set(READ)) == 14
    with pytest.raises(ValueError, match="expected a sentence that ends in a head"):
        translate_words(["sun", "red"])
    with pytest.raises(ValueError, match="expected length >= 1"):
        sentence(0)


def test_a_batch_reads_the_sentence_and_writes_its_translation_up_to_the_stop():
    sentences = [sentence(length, length) for length in (3, 1, 6)]
    batch = translation_batch(sentences, np.float32)
    assert batch.x.shape == (6, 3, 14) and batch.targets.shape == (7, 3) and batch.y_in.shape == (7, 3, 22)
    assert batch.x.dtype == batch.y_in.dtype == np.float32
    for n, words in enumerate(sentences):
        length, said = len(words), [*by_hand(words), STOP]
        assert [READ[k] for k in batch.x[:length, n].argmax(axis=1)] == words
        assert batch.x[:, n].sum(axis=1).tolist() == [1] * length + [0] * (6 - length)
        assert [WRITTEN[k] for k in batch.targets[: length + 1, n]] == said
        assert batch.mask[:, n].tolist() == [True] * (length + 1) + [False] * (6 - length)
        assert [WRITTEN[k] for k in batch.y_in[: length + 1, n].argmax(axis=1)] == [START, *said[:-1]]
        assert batch.lengths[n] == length


# -- probabilities that are known --------------------------------------------------------------------------------------

START_P = np.array([0.6, 0.4])
TRANSITION = np.array([[0.9, 0.1], [0.3, 0.7]])
EMISSION = np.array([[0.5, 0.4, 0.1], [0.1, 0.2, 0.7]])


def test_a_hidden_markov_model_writes_states_and_symbols_as_often_as_its_tables_say():
    codes = hidden.hmm_sample(START_P, TRANSITION, EMISSION, 2, 40_000, rng=0)
    pairs = np.zeros((3, 3))
    np.add.at(pairs, tuple(codes), 1 / codes.shape[1])
    expected = np.zeros((3, 3))
    for r, s in itertools.product(range(2), repeat=2):
        expected += START_P[r] * TRANSITION[r, s] * np.outer(EMISSION[r], EMISSION[s])
    np.testing.assert_allclose(pairs, expected, atol=0.01)


def test_bits_are_those_of_the_sum_over_all_paths():
    codes = np.array([[0, 2], [1, 2], [2, 0], [0, 1]])
    total = 0.0
    for n in range(2):
        p = 0.0
        for path in itertools.product(range(2), repeat=4):
            one = START_P[path[0]]
            for t, state in enumerate(path):
                one *= EMISSION[state, codes[t, n]] * (TRANSITION[path[t - 1], state] if t else 1)
            p += one
        total -= np.log2(p)
    assert hidden.hmm_bits(START_P, TRANSITION, EMISSION, codes) == pytest.approx(total / 8, rel=1e-12)


def test_a_row_comes_again_after_noise_of_another_kind():
    codes = hidden.row_again(300, row=3, symbols=4, lag=8, noise=2, rng=0)
    assert codes.shape == (15, 300)
    np.testing.assert_array_equal(codes[:3], codes[-3:])
    assert set(codes[:3].ravel()) == set(range(4)) and set(codes[3:11].ravel()) == {4, 5} and set(codes[11]) == {6}
    assert hidden.row_again_bits(row=3, symbols=4, lag=8, noise=2) == pytest.approx((3 * 2 + 8) / 15)
    with pytest.raises(ValueError, match="expected count, row, lag >= 1"):
        hidden.row_again(5, lag=0)
