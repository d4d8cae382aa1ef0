"""Stress of syllables: sounds and stresses taken apart, and put together again."""

import pytest

from lstm_tutor import tasks
from lstm_tutor.tasks.tables import pronunciations

VOWELS = set("AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW".split())  # noqa: SIM905


@pytest.fixture(scope="module")
def data():
    return tasks.StressedWords(800)


def test_a_pronunciation_is_put_together_again():
    for word, sounds in pronunciations()[::50]:
        stressed = tasks.stressed_word(word, sounds)
        assert (
            tuple(s + ("" if t is None else str(t)) for s, t in zip(stressed.sounds, stressed.stresses, strict=True))
            == sounds
        )
        assert all((t is not None) == (s in VOWELS) for s, t in zip(stressed.sounds, stressed.stresses, strict=True))
    assert len(tasks.STRESSES) == 3
    assert set(tasks.SOUNDS) >= VOWELS


def test_sounds_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"expected sounds of lstm_tutor.tasks.SOUNDS, got \['X'\]"):
        tasks.stressed_word("x", ["X"])
    with pytest.raises(ValueError, match="got none"):
        tasks.stressed_word("", [])


def test_parts_share_no_sounds_and_every_word_has_two_vowels(data):
    parts = [{" ".join(word.sounds) for word in part} for part in (data.train, data.validation, data.test)]
    assert [len(part) for part in parts] == [800, 200, 200]
    assert len(parts[0] | parts[1] | parts[2]) == 1200
    assert all(len(w.stresses) - w.stresses.count(None) >= 2 for w in data.train)
    assert tasks.StressedWords(800).test == data.test
    assert tasks.StressedWords(800, rng=1).test != data.test
    with pytest.raises(ValueError, match="at most"):
        tasks.StressedWords(50_000)


def test_a_batch_says_what_its_words_say(data):
    words = data.test[:9]
    batch = tasks.stress_batch(words)
    for n, word in enumerate(words):
        length = batch.lengths[n]
        assert [tasks.SOUNDS[k] for k in batch.x[:length, n]] == word.sounds
        assert [
            int(t) if m else None for t, m in zip(batch.targets[:length, n], batch.mask[:length, n], strict=True)
        ] == word.stresses
        assert not batch.mask[length:, n].any()
    with pytest.raises(ValueError, match="at least one word"):
        tasks.stress_batch([])
