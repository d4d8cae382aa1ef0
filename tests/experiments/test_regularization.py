"""The study of regularization: every kind is built as its name says, its noise is drawn, and its figures are apart."""

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import experiments
from lstm_tutor.experiments.studies.training import regularization as study

SHORT = {"text": {"characters": 1024, "updates": 4, "every": 2, "hidden": 6}, "recall": {"updates": 4, "every": 2}}


@pytest.mark.parametrize("variant", experiments.get("regularization").variants)
def test_a_short_run_has_its_figures_and_repeats(variant):
    settings = experiments.get("regularization").settings(variant)
    settings |= SHORT[settings["task"]]
    metrics = study.run(settings, 3)
    assert metrics == study.run(settings, 3)
    assert metrics != study.run(settings, 4)
    if settings["task"] == "text":
        assert metrics["bits"] == metrics["curve"]["bits"][-1] and metrics["stopped"] in metrics["curve"]["bits"]
    else:
        assert metrics["updates"] is None and 0 <= metrics["right"] < study.SOLVED


@pytest.mark.parametrize("kind", study.KINDS)
def test_noise_is_drawn_in_training_where_the_kind_has_some(kind):
    settings = experiments.get("regularization").settings(f"recall-{kind}")
    model = study.build(settings, 9, 4, 0)
    assert type(model.layer).__name__ == study.KINDS[kind][0] and model.layer.num_layers == 2
    batch = lt.tasks.recall(5, 8, rng=0, dtype="float32")
    quiet, *noisy = (model.loss_and_gradients(batch, rng=rng)[0] for rng in (None, 1, 2))
    assert (len({quiet, *noisy}) == 3) == (kind in study.NOISE)
    assert study.trainer(settings, model, lambda update: batch, 0).rng == [0, 3]


def test_kinds_of_one_task_differ_in_their_regularization_alone():
    found = experiments.get("regularization")
    for task in ("text", "recall"):
        rest = [
            {k: v for k, v in found.settings(f"{task}-{kind}").items() if k not in ("layer", "options")}
            for kind in study.KINDS
        ]
        assert rest.count(rest[0]) == len(rest)


def test_stopping_looks_at_other_text_than_what_is_measured(monkeypatch):
    """The weights are those where the validation text is cheapest, and the figure is that of the test text there."""
    costs = iter([3.0, 9.0, 2.0, 8.0, 4.0, 7.0])  # validation and test, after each two updates
    monkeypatch.setattr(study, "bits", lambda model, text, strands: next(costs))
    settings = experiments.get("regularization").settings("text-plain") | SHORT["text"] | {"updates": 6}
    metrics = study.run(settings, 0)
    assert (metrics["stopped"], metrics["bits"], metrics["curve"]["bits"]) == (8.0, 7.0, [9.0, 8.0, 7.0])


def test_the_stored_runs_are_five_of_each_kind():
    results = experiments.results("regularization")
    assert {len(results.of(variant)) for variant in results.experiment.variants} == {5}
    assert np.isfinite(results.values("text-plain", "bits")).all()
