"""The GRU without its reset gate has none, and what counts as worse is counted in pairs."""

from types import SimpleNamespace

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.recipes import build_model
from lstm_tutor.experiments.studies.gates import reset_gate

EXPERIMENT = reset_gate.EXPERIMENT


def model_of(variant):
    return build_model(EXPERIMENT.settings(variant), 7, 7, seed=3)


@pytest.mark.parametrize("task", reset_gate.RECIPES)
def test_without_a_reset_gate_the_gate_is_one_and_nothing_in_it_learns(task):
    model = model_of(f"{task}-GRU-no-reset")
    batch, _ = tasks.embedded_reber_batch([tasks.reber.embedded_reber_string(np.random.default_rng(1))])
    _, trace = model.forward(batch.x, lengths=batch.lengths)
    rows = model.layer.cells[0][0].rows("r")
    assert (trace["r"] == 1).all()
    gradients = model.layer.backward(trace, np.ones_like(trace.output)).parameters
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_l0"):
        assert not gradients[name][rows].any()
        assert gradients[name].any()


@pytest.mark.parametrize("task", reset_gate.RECIPES)
def test_the_cells_of_a_task_differ_in_nothing_but_the_cell(task):
    for cell in reset_gate.CELLS:
        settings = EXPERIMENT.settings(f"{task}-{cell}")
        assert all(settings[key] == value for key, value in reset_gate.RECIPES[task].items() if key != "cell")
        layer = model_of(f"{task}-{cell}").layer
        own = layer.cells[0][0]
        assert (own.bias[own.rows("f" if cell == "LSTM" else "z")] == reset_gate.KEEP[task]).all()
        if cell != "LSTM":
            assert own.reset_after == (cell != "GRU-before")


def test_each_task_is_judged_by_its_own_figure():
    for claim in reset_gate.EXPERIMENT.claims:
        asked = []
        runs = SimpleNamespace(clearly_worse=lambda *question: asked.append(question) or True)  # noqa: B023
        claim.holds(runs)
        ((metric, one, other),) = asked
        assert (one, other) == claim.variants
        assert metric == reset_gate.MEASURED[one.split("-")[0]]


def test_the_record_of_every_run_has_its_task_s_figure():
    for record in experiments.results("reset_gate").records:
        task, metrics = record["settings"]["task"], record["metrics"]
        assert list(metrics) == ["solved", reset_gate.MEASURED[task], "parameters"]
        if task in ("adding", "reber"):
            assert metrics["solved"] == (metrics["sequences"] is not None)
        assert (metrics["solved"] is None) == (task == "text")


def test_a_run_made_again_equals_its_record():
    solved = [record for record in experiments.results("reset_gate").records if record["variant"].startswith("reber")]
    stored = min(solved, key=lambda record: record["cpu_seconds"])
    assert experiments.rerun("reset_gate", stored["variant"], stored["seed"]) == stored["metrics"]
