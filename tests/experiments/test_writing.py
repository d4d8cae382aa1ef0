"""The studies of writing: where a writer starts, how its text is judged, and what it reads while it learns."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.experiments.studies.applications import exposure, generation


def test_a_writer_starts_after_the_first_line_of_a_function():
    starts, people = generation.prompts(200, 300)
    text = tasks.python_source("test")
    assert starts.shape[1] == people.shape[1] == 58
    for start, after in zip(starts.T, people.T, strict=True):
        assert tasks.decode(start).splitlines()[-1].lstrip().startswith("def ")
        assert tasks.decode(start) + tasks.decode(after) in text


def test_text_is_judged_by_its_finished_lines_alone():
    start = tasks.encode("x = 1\ndef f(x):\n")[:, None]
    figures = generation.judged(start, tasks.encode("    y = 2\n    y = = 2\n    return y")[:, None])
    assert figures["sound"] == pytest.approx(10 / 34, abs=1e-4) and figures["lines"] == 0.5
    assert figures["functions"] == 0 and figures["repetition"] == 0
    spaces = generation.judged(start, tasks.encode(" " * 34)[:, None])
    assert spaces["sound"] == 0 and spaces["lines"] is None and spaces["repetition"] > 0.9
    known = generation.judged(start, tasks.encode("    return self._name\n    return 0\n")[:, None])
    assert known["functions"] == 1


@pytest.mark.parametrize("variant", ["greedy", "people", "temperature 0.8"])
def test_a_stored_run_is_what_the_code_writes_now(variant):
    assert experiments.rerun("generation", variant) == experiments.results("generation").record(variant)["metrics"]


@pytest.fixture
def trainer():
    experiment = experiments.get("exposure")
    made = exposure.charlm.make_trainer(experiment.settings(exposure.FORCED) | {"batch_size": 200}, 0)
    for array in made.model.parameters().values():
        array *= 4  # sure of some letters, so that what is drawn can be told from chance
    return made


def test_without_its_own_letters_a_model_is_taught_the_text(trainer):
    true = trainer.batches(0)
    batch = exposure.own_letters(trainer, lambda update: 0.0, 0)(0)
    np.testing.assert_array_equal(batch.x, true.x)
    np.testing.assert_array_equal(batch.targets, true.targets)


def test_its_own_letters_come_as_often_as_it_expects_them_and_the_targets_stay_true(trainer):
    true = trainer.batches(0)
    batch = exposure.own_letters(trainer, lambda update: 1.0, 0)(0)
    np.testing.assert_array_equal(batch.targets, true.targets)
    np.testing.assert_array_equal(batch.x[0], true.x[0])  # nothing comes before it
    expected = softmax(trainer.model.forward(batch.x)[0][:-1].astype(float)).mean(axis=(0, 1))
    np.testing.assert_allclose(batch.x[1:].mean(axis=(0, 1)), expected, atol=0.01)
    half = exposure.own_letters(trainer, lambda update: 0.5, 0)(0)
    same = (half.x[1:] == true.x[1:]).all(axis=2).mean()
    assert 0.45 < same < 0.75, "about half of the letters are the text's, and some more by chance"
