"""Sentences to tag: their grammar and their tags, worked out a second time from the words alone."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks
from lstm_tutor.tasks import tagging

seeds = st.integers(0, 10_000)

# The grammar as a regular expression, and with it what a noun phrase and a time are.
BOTH = "(?:bet|cast|cut|set|split|spread)"
PHRASE = f"(?:the|a|my|your)(?: (?:old|new|small|big))? (?:bread|table|garden|letter|house|street|{BOTH})"
TIME = "(?:yesterday|nowadays|(?:last|every) (?:night|week|year))"
SENTENCE = re.compile(
    f"(?:i|you|we|they) {BOTH}(?P<object> {PHRASE})?(?P<place> (?:in|near|under|with) {PHRASE})? (?P<time>{TIME})"
)


def rule(words):
    """The tags, by rules that look at the whole sentence."""
    past = bool({"last", "yesterday"} & set(words))
    fixed = {
        "i you we they": "pronoun", "the a my your": "determiner", "old new small big": "adjective",
        "bread table garden letter house street": "noun", "in near under with": "preposition",
        "last every yesterday nowadays night week year": "time",
    }  # fmt: skip
    known = {word: tag for group, tag in fixed.items() for word in group.split()}
    tags = [known.get(word, "noun") for word in words]
    tags[1] = "past" if past else "present"
    return tags


def many(count=600):
    return [tasks.tagged_sentence([5, seed]) for seed in range(count)]


@given(seed=seeds)
def test_sentences_follow_the_grammar_and_have_the_tags_of_the_rule(seed):
    words, tags = tasks.tagged_sentence(seed)
    assert SENTENCE.fullmatch(" ".join(words))
    assert tags == rule(words)
    assert set(words) <= set(tagging.WORDS)
    assert set(tags) <= set(tagging.TAGS)


@given(seed=seeds)
def test_the_same_seed_gives_the_same_sentence(seed):
    assert tasks.tagged_sentence(seed) == tasks.tagged_sentence(np.random.default_rng(seed))


def test_every_choice_is_fair_and_every_word_occurs():
    matches = [SENTENCE.fullmatch(" ".join(words)) for words, _ in many(2000)]
    for part in ("object", "place"):
        assert np.mean([match[part] is not None for match in matches]) == pytest.approx(0.5, abs=0.04)
    for words in ("last|yesterday", "last|every"):
        assert np.mean([re.search(words, match["time"]) is not None for match in matches]) == pytest.approx(
            0.5, abs=0.04
        )
    phrases = [phrase for match in matches for phrase in (match["object"], match["place"]) if phrase]
    assert np.mean([bool(re.search(f"{BOTH}$", phrase)) for phrase in phrases]) == pytest.approx(0.5, abs=0.04)
    assert np.mean([bool(re.search("old|new|small|big", p)) for p in phrases]) == pytest.approx(0.5, abs=0.04)
    assert len(set(tagging.WORDS)) == len(tagging.WORDS)
    assert {word for match in matches for word in match[0].split()} == set(tagging.WORDS)


def test_no_word_before_a_verb_tells_its_tense():
    """Of sentences that begin alike, up to the time, half are past."""
    tenses = {}
    for words, tags in many(3000):
        beginning = tuple(tags[2 : -1 if words[-1] in ("yesterday", "nowadays") else -2])
        tenses.setdefault(beginning, []).append(tags[1] == "past")
    shares = [np.mean(past) for past in tenses.values() if len(past) > 150]
    assert len(shares) >= 4
    np.testing.assert_allclose(shares, 0.5, atol=0.12)


def test_what_decides_is_what_it_takes_to_know_the_tag():
    """By counting: the tags that an ambiguous word has, given all that stands before it, or all that comes after."""
    before, after = {}, {}
    sentences = many(20_000)
    places = [
        (words, tags, k, kind)
        for words, tags in sentences
        for k, kind in enumerate(tagging.what_decides(words))
        if kind
    ]
    for words, tags, k, _ in places:
        # Which word stands where does not matter, only its group, and for the time its tense.
        left, right = (shape(part) for part in (words[:k], words[k + 1 :]))
        before.setdefault(left, set()).add(tags[k])
        after.setdefault(right, set()).add(tags[k])
    seen = Counter()
    for words, _, k, kind in places:
        left, right = (shape(part) for part in (words[:k], words[k + 1 :]))
        knows = {"before": len(before[left]) == 1, "after": len(after[right]) == 1}
        assert knows == {"before": kind == "before", "after": kind == "after"}, (words, k)
        assert len(before[left] & after[right]) == 1, (words, k)
        seen[kind] += 1
    assert set(seen) == set(tagging.KINDS)
    assert min(seen.values()) > 0.2 * seen.total()


def shape(words):
    group = {word: name for name, words in tagging.GROUPS.items() for word in words}
    tense = {word: name for name, words in tagging.TIMES.items() for word in words}
    return tuple(tense.get(word, group[word]) for word in words)


def test_words_that_are_not_ambiguous_have_nothing_to_be_decided():
    for words, tags in many(200):
        for word, tag, kind in zip(words, tags, tagging.what_decides(words), strict=True):
            assert (kind is not None) == bool(re.fullmatch(BOTH, word))
            if kind:
                assert (kind == "before") == (tag == "noun")


def test_sentences_to_train_on_and_to_test_on_are_disjoint():
    data = tasks.TaggedSentences(100, rng=3)
    train, test = ({" ".join(words) for words, _ in part} for part in (data.train, data.test))
    assert len(train) == len(test) == 100
    assert not train & test
    assert data.train == tasks.TaggedSentences(100, rng=3).train != tasks.TaggedSentences(100, rng=4).train
    assert all(rule(words) == tags for words, tags in data.train + data.test)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_batch_of_sentences_can_be_read_back(dtype):
    sentences = tasks.TaggedSentences(16, rng=1).test
    batch = tasks.tagging_batch(sentences, dtype)
    assert batch.x.dtype == dtype
    assert batch.x.shape == (max(len(words) for words, _ in sentences), 16, len(tagging.WORDS))
    for n, (words, tags) in enumerate(sentences):
        length = batch.lengths[n]
        assert [tagging.WORDS[k] for k in batch.x[:length, n].argmax(axis=1)] == words
        assert [tagging.TAGS[k] for k in batch.targets[:length, n]] == tags
        assert (batch.x[:length, n].sum(axis=1) == 1).all()
        assert not batch.x[length:, n].any()
        assert batch.mask[:, n].tolist() == [True] * length + [False] * (len(batch.x) - length)
