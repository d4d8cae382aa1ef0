"""The rule of 1997 beside the full gradient: one difference, and the stored runs are what the code does."""

import numpy as np
import pytest

from lstm_tutor import experiments
from lstm_tutor.experiments.studies.gradients import truncated_rule

RESULTS = experiments.results("truncated_rule")
each_task = pytest.mark.parametrize("task", truncated_rule.TASKS)


@each_task
def test_the_two_rules_differ_in_nothing_else(task):
    full, truncated = (RESULTS.experiment.settings(f"{task}, {rule}") for rule in truncated_rule.RULES)
    assert full.pop("options") == {"truncated": False} and truncated.pop("options") == {"truncated": True}
    assert full == truncated


def test_the_full_gradient_is_the_task_s_own_study():
    metrics = experiments.rerun("embedded_reber", "lstm1997")
    again = experiments.rerun("truncated_rule", "reber, full")
    assert again == {name: metrics[name] for name in again}


def test_a_run_made_now_is_the_stored_one():
    stored = RESULTS.record("reber, truncated")["metrics"]
    again = experiments.rerun("truncated_rule", "reber, truncated")
    assert again["solved"] and again["parameters"] == stored["parameters"]
    assert again["sequences"] == pytest.approx(
        stored["sequences"], rel=0.25
    )  # the machine's products round differently


@each_task
def test_the_ratio_is_that_of_the_median_runs(task):
    ratio = truncated_rule.ratio(RESULTS, task)
    runs = [RESULTS.values(f"{task}, {rule}", "sequences") for rule in truncated_rule.RULES]
    full, truncated = (sorted(np.nan_to_num(values, nan=np.inf)) for values in runs)
    assert ratio == pytest.approx((truncated[4] + truncated[5]) / (full[4] + full[5]))
