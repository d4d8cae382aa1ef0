"""Deeper at equal parameters: the sizes are as equal as is said, and the kept model reads as its notes say."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.applications import charlm
from lstm_tutor.experiments.studies.architectures import depth
from lstm_tutor.layers import LSTM

VARIANTS = tuple(experiments.get("depth").variants)


@pytest.mark.parametrize("task", ["text", "adding"])
def test_networks_of_one_task_have_about_equally_many_parameters(task):
    results = experiments.results("depth")
    sizes = [results.record(variant)["metrics"]["parameters"] for variant in VARIANTS if variant.startswith(task)]
    assert len(sizes) == 3
    assert max(sizes) <= 1.06 * min(sizes)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_number_of_layers_is_what_the_name_says(variant):
    settings = experiments.get("depth").settings(variant)
    layers = int(variant.rpartition("-")[2])
    assert settings["options"]["num_layers"] == layers
    own = {name: value for name, value in settings["options"].items() if name != "num_layers"}
    reference = experiments.get("depth").settings(f"{settings['task']}-1")
    assert own == {name: value for name, value in reference["options"].items() if name != "num_layers"}
    assert settings["learning_rate"] == reference["learning_rate"]


def test_the_kept_model_has_two_layers_and_reads_as_its_notes_say():
    model, notes = experiments.model_with_notes("depth-text-2")
    assert isinstance(model.layer, LSTM)
    assert model.layer.num_layers == 2
    test = tasks.python_source("test")
    assert charlm.data_fingerprints() == notes["data"]
    assert charlm.bits(model, test, strands=32) == pytest.approx(notes["bits"], abs=0.1)  # strands start anew


@pytest.mark.parametrize(
    ("deep", "holds"), [([2.0, np.nan, 1.0], True), ([np.nan, np.nan, 1.0], False), ([5.0] * 3, False)]
)
def test_a_run_that_never_succeeds_counts_as_the_longest(deep, holds):
    class Runs(experiments.Results):
        def __init__(self):
            pass

        def values(self, variant, metric):
            assert metric == "sequences"
            return np.array(deep if variant == "deep" else [3.0, 4.0, np.nan])

    assert depth._better("sequences", "deep", "flat")(Runs()) == holds
