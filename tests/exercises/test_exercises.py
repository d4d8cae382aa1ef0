"""The exercises mark themselves rightly: solutions pass, each known mistake gets its own hint, nothing crashes."""

import numpy as np
import pytest

from lstm_tutor import exercises
from lstm_tutor.exercises.marker import as_tuple

CASES = [(name, k) for name, exercise in exercises.EXERCISES.items() for k in range(len(exercise.mistakes))]


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_the_solution_is_right(name):
    verdict = exercises.check(name, exercises.EXERCISES[name].solution)
    assert verdict.right
    assert str(verdict).startswith("Right.")


@pytest.mark.parametrize(("name", "k"), CASES)
def test_each_mistake_gets_its_own_hint(name, k):
    hint, mistake = exercises.EXERCISES[name].mistakes[k]
    verdict = exercises.check(name, mistake)
    assert not verdict.right
    assert verdict.message == hint


def test_no_two_chapters_have_an_exercise_of_one_name():
    assert sum(len(chapter.EXERCISES) for chapter in exercises.CHAPTERS) == len(exercises.EXERCISES)


@pytest.mark.parametrize("name", exercises.EXERCISES)
def test_no_two_mistakes_compute_the_same(name):
    exercise = exercises.EXERCISES[name]
    arguments = exercise.arguments(np.random.default_rng(1))
    results = [exercise.solution(**arguments)] + [mistake(**arguments) for _, mistake in exercise.mistakes]
    flat = [np.concatenate([np.ravel(part) for part in as_tuple(result)]) for result in results]
    for a in range(len(flat)):
        for b in range(a):
            assert not np.allclose(flat[a], flat[b]), (a, b)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda **_: None, "returned nothing"),
        (lambda **_: (1, 2, 3), "Expected 2 arrays, h, c; got 3"),
        (lambda **_: (np.zeros(3), np.zeros(3)), r"Expected h of shape (3, 5), got (3,)"),
        (lambda **_: (np.zeros((3, 5)), np.zeros((3, 5))), "h is off by up to"),
        (lambda **_: (np.full((3, 5), np.nan),) * 2, "NaN or infinite"),
        (lambda **_: ("a", "b"), "Expected arrays of numbers"),
        (lambda **_: 1 / 0, "ZeroDivisionError"),
        (lambda x: x, "arrays named x (3, 4), h_prev (3, 5)"),
    ],
)
def test_other_answers_are_told_what_is_wrong(answer, says):
    with np.errstate(invalid="ignore"):
        verdict = exercises.check("lstm-step", answer)
    assert not verdict.right
    assert says in verdict.message


def test_an_answer_must_not_change_its_arguments():
    def answer(x, h_prev, W_x, W_h, b):
        h_prev[:] = np.tanh(x @ W_x.T + h_prev @ W_h.T + b)
        return h_prev

    assert "changed its argument h_prev" in exercises.check("rnn-step", answer).message


def test_unknown_exercises_are_named():
    with pytest.raises(ValueError, match=r"expected one of .*rnn-step.*, got 'rnn-stop'"):
        exercises.check("rnn-stop", None)


def test_what_the_reader_wrote_is_shown_as_text():
    def answer(**_):
        raise ValueError("<script>alert(1)</script>")

    shown = exercises.check("rnn-step", answer)._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
