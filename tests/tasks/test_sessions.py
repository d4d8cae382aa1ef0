"""Sessions come from the standard library's calls, and their parts from different modules."""

import collections

import numpy as np
import pytest

from lstm_tutor import tasks
from lstm_tutor.tasks import sessions


def test_every_session_belongs_to_one_part():
    counts = {part: len(tasks.call_sessions(part)) for part in sessions.PARTS}
    assert sum(counts.values()) == len(tasks.tables.calls())
    assert counts["train"] > counts["test"] > 1000 and counts["validation"] > 1000


def test_all_sessions_of_a_module_are_in_one_part():
    names = tasks.called_names()
    left = {part: [tuple(names[k] for k in session) for session in tasks.call_sessions(part)]
            for part in sessions.PARTS}  # fmt: skip
    own = collections.defaultdict(list)
    for module, called in tasks.tables.calls():
        own[module].append(called)
    for called in own.values():  # in the order of the table, so that each part begins with the next module
        part = next(part for part in left if left[part][: len(called)] == called)
        left[part] = left[part][len(called) :]
    assert not any(left.values())


def test_items_are_the_names_in_the_order_of_the_source():
    names = tasks.called_names()
    session = tasks.call_sessions("test")[0]
    assert [names[k] for k in session] == ["split", "int", "int", "int"]


def test_names_are_sorted_by_how_often_they_are_called():
    every = [name for _, names in tasks.tables.calls() for name in names]
    counts = [every.count(name) for name in tasks.called_names()[:20]]
    assert counts == sorted(counts, reverse=True) and len(tasks.called_names()) == len(set(every))


def test_a_batch_asks_for_the_next_item():
    batch = tasks.session_batch([np.array([4, 7, 9]), np.array([1, 2])])
    assert batch.x.tolist() == [[4, 1], [7, 0]] and batch.targets.tolist() == [[7, 2], [9, 0]]
    assert batch.steps_that_count().tolist() == [[True, True], [True, False]]
    assert tasks.session_batch([[0, 999]], items=1000).targets.tolist() == [[999]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tasks.call_sessions("valid"), "'valid'"),
        (lambda: tasks.session_batch([]), "at least one session"),
        (lambda: tasks.session_batch([np.array([3])]), "two items"),
        (lambda: tasks.session_batch([[1, 99999]]), "items to be ints from 0 to 299, got int64 from 1 to 99999"),
        (lambda: tasks.session_batch([[1, 2], [-1, 0]]), "items to be ints from 0 to 299, got int64 from -1 to 2"),
        (lambda: tasks.session_batch([[1, 0.5]]), "items to be ints from 0 to 299, got float64"),
        (lambda: tasks.session_batch([[1, 3]], items=3), "items to be ints from 0 to 2, got int64 from 1 to 3"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
