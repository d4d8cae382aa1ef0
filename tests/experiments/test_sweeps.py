"""The sweeps of hidden size and learning rate: their data and what they measure, worked out in another way."""

from types import SimpleNamespace

import numpy as np
import pytest

from lstm_tutor import experiments
from lstm_tutor.experiments import fitting
from lstm_tutor.experiments.studies.training import hidden_size, learning_rate
from lstm_tutor.tasks.marks import ordered_marks


def made_again(name, variant):
    """The stored metrics of a variant's first run, and those of the run made now."""
    return experiments.results(name).record(variant)["metrics"], experiments.rerun(name, variant)


# -- marks in noise ----------------------------------------------------------------------------------------------------


def test_the_class_is_the_order_of_the_marks_but_for_the_labels_that_are_wrong():
    batch = ordered_marks(400, marks=3, steps=12, wrong=0.15, rng=0)
    codes = batch.x.argmax(axis=2)
    assert batch.x.shape == (12, 400, 6) and (batch.x.sum(axis=2) == 1).all()
    assert batch.mask[-1].all() and not batch.mask[:-1].any()
    marks = [[code - 4 for code in column if code >= 4] for column in codes.T]
    assert all(len(each) == 3 for each in marks)
    due = np.array([4 * a + 2 * b + c for a, b, c in marks])
    assert (due != batch.targets[-1]).sum() == 60  # 15 % of them, to the last one
    assert set(batch.targets[-1]) == set(range(8))
    clean = ordered_marks(400, marks=3, steps=12, wrong=0, rng=1)
    counts = np.bincount(clean.targets[-1], minlength=8)
    assert counts.min() > 25
    places = np.bincount(np.nonzero(clean.x.argmax(axis=2) >= 4)[0], minlength=12)
    assert places.min() > 60 and places.sum() == 1200
    with pytest.raises(ValueError, match="expected steps >= marks >= 1"):
        ordered_marks(5, marks=3, steps=2)


def test_the_error_counts_the_last_step_alone():
    batch = ordered_marks(40, wrong=0, rng=0)
    said = np.zeros((12, 40, 8))
    said[-1, np.arange(40), batch.targets[-1]] = 1
    said[-1, :10] *= -1
    assert fitting.error(SimpleNamespace(forward=lambda x: (said, None)), batch) == 0.25


def test_a_sweep_changes_one_thing():
    for module, name in ((hidden_size, "hidden"), (learning_rate, "learning_rate")):
        settings = [module.EXPERIMENT.settings(variant) for variant in module.VARIANTS]
        assert len({json_[name] for json_ in settings}) == len(settings)
        for other in settings:
            assert {k: v for k, v in other.items() if k != name} == {k: v for k, v in settings[0].items() if k != name}


@pytest.mark.parametrize("name", ["hidden_size", "learning_rate"])
def test_a_record_of_a_sweep_is_consistent(name):
    for record in experiments.results(name).records:
        metrics = record["metrics"]
        curve = metrics["curve"]
        assert len(curve["updates"]) == len(curve["train"]) == len(curve["test"])
        assert curve["updates"][-1] == record["settings"]["updates"]
        assert (metrics["train"], metrics["test"]) == (curve["train"][-1], curve["test"][-1])
        assert metrics["gap"] == pytest.approx(metrics["test"] - metrics["train"], abs=1e-4)
        assert metrics["stopped"] in curve["test"]


def test_a_network_of_one_unit_made_again_equals_its_record():
    stored, again = made_again("hidden_size", "1 unit")
    assert again["parameters"] == stored["parameters"]
    np.testing.assert_allclose(again["curve"]["train"], stored["curve"]["train"], atol=0.02)
    np.testing.assert_allclose(again["curve"]["test"], stored["curve"]["test"], atol=0.02)


def test_a_run_at_the_smallest_rate_made_again_equals_its_record():
    stored, again = made_again("learning_rate", learning_rate.SMALLEST)
    np.testing.assert_allclose(again["curve"]["test"], stored["curve"]["test"], atol=0.02)
    assert again["bounce"] == pytest.approx(stored["bounce"], abs=0.01)
