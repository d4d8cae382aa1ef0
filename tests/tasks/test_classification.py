"""Utterances, digits and reviews: what is held apart, what is padded, and verdicts worked out a second time."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks
from lstm_tutor.tasks import reviews, tables

# -- voices ------------------------------------------------------------------------------------------------------------


def test_utterances_are_scaled_by_those_to_learn_from_and_held_apart():
    raw, _ = tables.vowels()
    for validation in (0, 10):
        data = tasks.SpokenVowels(validation=validation)
        frames = np.concatenate(data.train[0])
        np.testing.assert_allclose(frames.mean(axis=0), 0, atol=1e-12)
        np.testing.assert_allclose(frames.std(axis=0), 1, rtol=1e-12)
        assert np.bincount(data.train[1]).tolist() == [30 - validation] * 9
        assert len(data.validation[0]) == len(data.validation[1]) == 9 * validation
        assert len(data.test[0]) == len(data.test[1]) == 370
        np.testing.assert_allclose(data.train[0][0] * data.scale + data.mean, raw[0], rtol=1e-12)
    np.testing.assert_allclose(data.validation[0][0] * data.scale + data.mean, raw[20], rtol=1e-12)


def test_sequences_are_padded_with_zeros_at_their_ends():
    batch = tasks.sequence_batch([[[1.0], [2.0]], [[3.0]]], [4, 5], steps=4)
    assert batch.x[..., 0].T.tolist() == [[1, 2, 0, 0], [3, 0, 0, 0]]
    assert batch.lengths.tolist() == [2, 1] and batch.targets.tolist() == [4, 5]
    assert batch.x.dtype == np.float32
    assert tasks.sequence_batch([[3, 1], [2]], [0, 1]).x.tolist() == [[3, 2], [1, 0]]


@pytest.mark.parametrize("sequences", [[], [[1, 2], []], [[1, 2, 3]]])
def test_message_for_sequences_that_do_not_fit(sequences):
    with pytest.raises(ValueError, match="sequence_batch: expected sequences of 1 to 2 steps, got lengths"):
        tasks.sequence_batch(sequences, [0] * len(sequences), steps=2)


@pytest.mark.parametrize(
    ("sequences", "targets", "message"),
    [
        ([[[1.0]], [[np.nan]]], [0, 1], "sequence 1 to be finite numbers, got NaN or inf in 1 of 1"),
        ([[[1.0]], [[2.0]]], [0, np.nan], "targets to be finite numbers, got NaN or inf in 1 of 2"),
        ([[[1.0]], [[2.0]]], [0], "2 targets, got shape (1,)"),
        ([[[1.0]], [[2.0, 3.0]]], [0, 1], "sequences whose steps have one shape, got [(1,), (2,)]"),
        ([1, 2], [0, 1], "sequences whose steps have one shape, got ['a number']"),
        ([[0.5, 0.7]], [0], "tokens (T,) to be ints, or numbers (T, D), got float64 (T,)"),
    ],
)
def test_message_for_what_is_no_sequence(sequences, targets, message):
    with pytest.raises(ValueError, match=f"^sequence_batch: expected {re.escape(message)}$"):
        tasks.sequence_batch(sequences, targets)


# -- digits ------------------------------------------------------------------------------------------------------------


def test_digits_are_held_apart_and_fairly():
    data = tasks.DigitRows()
    for part, each in ((data.train, 320), (data.validation, 80), (data.test, 100)):
        assert np.bincount(part[1]).tolist() == [each] * 10 and len(part[0]) == 10 * each
    pictures, _ = tables.digits()
    np.testing.assert_array_equal(data.test[0][0], pictures[400])
    held = {picture.tobytes() for part in (data.train, data.validation, data.test) for picture in part[0]}
    assert len(held) == len(pictures), "none is in two parts"
    assert len({picture.tobytes() for picture in pictures}) == len(pictures)


def test_step_t_is_row_t_of_every_picture():
    pictures = np.arange(24.0).reshape(2, 3, 4)
    batch = tasks.digit_batch(pictures, [7, 8])
    np.testing.assert_array_equal(batch.x[2, 1], pictures[1, 2])
    with pytest.raises(ValueError, match=re.escape("expected pictures of shape (N, rows, columns), got (3, 4)")):
        tasks.digit_batch(pictures[0], [7])


# -- reviews -----------------------------------------------------------------------------------------------------------

GOOD = set(reviews.ADJECTIVES["good"])
ADJECTIVES = GOOD | set(reviews.ADJECTIVES["bad"])


def verdict_of(words):
    """The verdict, by rules on the text: the statement after "but" counts, or the one that has no "though"."""
    text = " ".join(words)
    if "though" in words and " was " in text.split("though")[1]:
        text = text.split(" was ")[1]
    else:
        text = re.split(" though | but ", text)[-1 if "but" in words else 0]
    (adjective, *_) = [word for word in text.split() if word in ADJECTIVES]
    before = text[: text.index(adjective)].split()[-2:]
    return int((adjective in GOOD) != bool({"not", "never"} & set(before)))


@given(seed=st.integers(0, 10_000))
def test_the_verdict_is_that_of_the_rule(seed):
    words, verdict, kind = tasks.review(seed)
    assert verdict == verdict_of(words)
    assert set(words) <= set(reviews.WORDS)
    assert (kind == "one") == (len(ADJECTIVES & set(words)) == 1)
    assert tasks.review(np.random.default_rng(seed)) == (words, verdict, kind)


def test_reviews_are_held_apart_and_rare_words_come_in_simple_sentences_alone():
    data = tasks.Reviews(800, rng=3)
    assert len(data.train) == len(data.test) == 800
    assert not {" ".join(words) for words, *_ in data.train} & {" ".join(words) for words, *_ in data.test}
    rare = set(reviews.RARE)
    assert {kind for words, _, kind in data.train if rare & set(words)} == {"one"}
    assert {kind for words, _, kind in data.test if rare & set(words)} == set(reviews.KINDS)
    assert np.mean([verdict for _, verdict, _ in data.train]) == pytest.approx(0.5, abs=0.06)


def test_bags_count_words_and_neighbors():
    words = tasks.review_words("The film was not bad, not dull!")
    counts = tasks.bag_of_words([words], pairs=True)[0]
    V, code = len(reviews.WORDS), reviews.CODES
    assert counts[code["not"]] == 2 and counts[:V].sum() == 7 and counts[V:].sum() == 6
    assert counts[V + V * code["not"] + code["dull"]] == 1 and not counts[V + V * code["dull"] + code["not"]]


@pytest.mark.parametrize(("text", "message"), [("the film was soso", "the words ['soso']"), (" ... ", "no word")])
def test_message_for_words_that_no_review_has(text, message):
    with pytest.raises(ValueError, match=re.escape(f"got {message}")):
        tasks.review_words(text)
