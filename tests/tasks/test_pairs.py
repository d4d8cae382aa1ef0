"""Pairs are split without leaks, cut into batches that hold each once, and read and written as defined."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks
from lstm_tutor.tasks.pairs import START, STOP, UNKNOWN, Pair, Pairs, split_pairs

FEW = [
    Pair(tuple(s.split()), tuple(t)) for s, t in (("new file", "新文件"), ("file", "文件"), ("close file", "关文件"))
]


def task(**options):
    return Pairs(FEW, FEW[:1], FEW[1:2], **({"batch_size": 2, "rng": 0} | options))


@given(
    letters=st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("stuvwxyz")), min_size=1, max_size=40),
    seed=st.integers(0, 99),
)
def test_no_source_and_no_target_is_in_two_parts_and_no_pair_is_lost(letters, seed):
    pairs = [Pair((s,), (t,)) for s, t in letters]
    parts = split_pairs(pairs, (0.2, 0.3), rng=seed)
    assert sorted(pair for part in parts for pair in part) == sorted(pairs)
    for side in (0, 1):
        held = [{pair[side] for pair in part} for part in parts]
        assert not (held[0] & held[1] or held[0] & held[2] or held[1] & held[2])
    assert len(parts[1]) <= 0.2 * len(pairs) and len(parts[2]) <= 0.3 * len(pairs)


def test_tokens_stand_for_symbols_and_what_training_does_not_have_is_unknown():
    few = task(least=2)
    assert few.read == (UNKNOWN, "file")
    assert few.written == (*sorted("新文件关"), STOP, START)
    x, lengths = few.encode([("file", "new"), ("file",)])
    assert (x.tolist(), lengths.tolist()) == ([[1, 1], [0, 0]], [2, 1])
    assert few.decode([*(few.written.index(sign) for sign in "文件"), few.stop, 0]) == ("文", "件")


def test_words_that_training_lacks_or_has_too_seldom_are_unknown():
    rows = Pairs(FEW[:1], FEW[1:2], FEW[2:])
    assert rows.read == (UNKNOWN, "file", "new") and "关" not in rows.written
    assert task(least=3).read == (UNKNOWN, "file") and task(least=4).read == (UNKNOWN,)


def test_a_batch_asks_for_the_targets_and_a_stop_and_reads_them_one_step_late():
    few = task()
    batch = few.batch(FEW[:2])
    assert batch.lengths.tolist() == [2, 1]
    assert few.decode(batch.targets[:, 0]) == ("新", "文", "件")
    assert batch.targets[3, 0] == batch.targets[2, 1] == few.stop
    assert batch.mask.tolist() == [[True, True]] * 3 + [[True, False]]
    assert (batch.y_in[0] == few.start).all()
    np.testing.assert_array_equal(batch.y_in[1:], batch.targets[:-1])


def test_an_epoch_holds_every_pair_at_most_once_and_batches_come_again():
    words = tasks.word_sounds(batch_size=64, rng=3)
    epoch = len(words.train) // 64
    seen = [tuple(words.decode(batch.targets[:, n])) for batch in map(words, range(epoch)) for n in range(64)]
    due = [pair.target for pair in words.train]
    assert len(seen) == epoch * 64 > len(due) - 64
    assert not set(seen) - set(due)
    np.testing.assert_array_equal(words(7).x, words(7).x)
    assert not np.array_equal(words(7).targets[:1], words(7 + epoch).targets[:1])


@pytest.mark.parametrize("units", ["words", "characters"])
def test_phrases_of_the_interface_are_split_once_for_all_and_share_nothing(units):
    one, other = (tasks.interface_translation(units=units, rng=seed) for seed in (0, 1))
    assert one.test == other.test
    sizes = [len(part) for part in (one.train, one.validation, one.test)]
    assert sizes == [1920, 240, 240]
    for side in (0, 1):
        assert not {pair[side] for pair in one.train} & {pair[side] for pair in one.test + one.validation}
        assert not {pair[side] for pair in one.validation} & {pair[side] for pair in one.test}
    assert max(len(pair.target) for pair in one.train) <= 24
    assert all(re.fullmatch(r"[一-鿿]|[A-Za-z0-9.'’-]+", sign) for pair in one.train for sign in pair.target)


def test_phrases_lose_capitals_and_punctuation_and_keep_latin_words_whole():
    assert tasks.english_words("Don't show: Auto-save…") == ("don't", "show", "auto-save")
    assert tasks.chinese_symbols("打开 CSV 文件（v1.2）。") == ("打", "开", "CSV", "文", "件", "v1.2")


def test_of_several_translations_the_first_counts_and_long_ones_are_left_out():
    task = tasks.interface_translation(rng=0)
    parts = task.train + task.validation + task.test
    first = {}
    for english, chinese in tasks.tables.phrases():
        words, symbols = tasks.english_words(english), tasks.chinese_symbols(chinese)
        if words and 1 <= len(symbols) <= 24 and words not in first:
            first[words] = symbols
    assert dict(parts) == first and len(parts) == len(first)
    assert first[("file", "browser")] == tuple("文件管理器")  # and not 文件浏览器, by which "file browser" comes again
    assert max(map(len, first.values())) == 24


def test_words_that_come_once_to_learn_from_are_unknown_to_the_reader():
    task = tasks.interface_translation(rng=0)
    counts = Counter(word for pair in task.train for word in pair.source)
    assert set(task.read[1:]) == {word for word, count in counts.items() if count >= 2}


def test_phrases_to_choose_by_and_to_test_on_are_not_exchanged():
    task = tasks.interface_translation(rng=0)
    assert task.test[0] == Pair(("insertions",), ("新", "增")) and task.test[0] not in task.validation


def test_words_of_both_units_are_the_same_phrases():
    words, letters = (tasks.interface_translation(units=units) for units in ("words", "characters"))
    assert [" ".join(pair.source) for pair in words.test] == ["".join(pair.source) for pair in letters.test]
    assert [pair.target for pair in words.test] == [pair.target for pair in letters.test]


def test_sounds_have_no_stress_and_letters_are_letters():
    words = tasks.word_sounds(rng=0)
    assert len(words.written) == 39 + 2
    assert set("".join(words.read[1:])) == set("abcdefghijklmnopqrstuvwxyz")
    lengths = [len(pair.source) for pair in words.train]
    assert (min(lengths), max(lengths), words.batch_size) == (3, 10, 32)
    assert Pair(tuple("acrobat"), ("AE", "K", "R", "AH", "B", "AE", "T")) in words.train + words.validation + words.test


def test_words_are_split_once_for_all_and_most_are_to_learn_from():
    one, other = (tasks.word_sounds(rng=seed) for seed in (0, 1))
    assert one.test == other.test and one.train == other.train
    total = len(one.train) + len(one.validation) + len(one.test)
    assert len(one.validation) == len(one.test) == total // 20


FAULTS = {
    "nothing": (lambda: Pairs([], [], []), "Pairs: expected pairs to train on, got none"),
    "empty side": (lambda: Pairs([Pair((), ("a",))], [], []), "Pairs: expected sources and targets that are not empty"),
    "batch size": (lambda: task(batch_size=0), "Pairs: expected batch_size to be a positive int, got 0"),
    "nothing to read": (lambda: task().encode([]), "Pairs: expected sources that are not empty, got []"),
    "an empty text": (lambda: task().encode([()]), "Pairs: expected sources that are not empty, got [()]"),
    "cannot be written": (lambda: task().batch([Pair(("file",), ("猫",))]), "of the training pairs, got '猫'"),
    "shares": (lambda: split_pairs(FEW, (0.5, 0.5)), "expected shares that leave some to train on, got (0.5, 0.5)"),
    "units": (lambda: tasks.interface_translation(units="bytes"), 'to be "words" or "characters", got \'bytes\''),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_message_for_what_cannot_be(fault):
    build, message = FAULTS[fault]
    with pytest.raises(ValueError, match=re.escape(message)):
        build()
