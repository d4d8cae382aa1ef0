"""Edit distances, held to a search over all edits."""

import itertools

import pytest

from lstm_tutor import metrics


def edits(text):
    """Everything that is one edit away."""
    for k in range(len(text) + 1):
        yield from (text[:k] + letter + text[k:] for letter in "ab")
        if k < len(text):
            yield text[:k] + text[k + 1 :]
            yield from (text[:k] + letter + text[k + 1 :] for letter in "ab")


def test_edit_distance_is_the_number_of_edits_that_are_needed():
    words = ["".join(word) for n in range(4) for word in itertools.product("ab", repeat=n)]
    for start in words:
        reached, distance = {start}, {start: 0}
        for step in (1, 2, 3):
            reached = {word for text in reached for word in edits(text) if len(word) <= 6}
            for word in reached:
                distance.setdefault(word, step)
        for word in words:
            assert metrics.edit_distance(start, word) == distance[word]


def test_edit_distance_takes_any_symbols():
    assert metrics.edit_distance([1, 12, 3], (1, 3)) == 1
    assert metrics.edit_distance("", "abc") == metrics.edit_distance("abc", "") == 3


def test_error_rate_is_of_all_texts_together():
    assert metrics.character_error_rate(["12", "3"], ["1234", "3"]) == 2 / 5
    assert metrics.character_error_rate(["1111"], ["2"]) == 4


@pytest.mark.parametrize(("read", "written"), [(["1"], ["1", "2"]), ("12", "12"), ([""], [""])])
def test_message_for_texts_without_a_rate(read, written):
    with pytest.raises(ValueError, match=r"^character_error_rate: expected"):
        metrics.character_error_rate(read, written)
