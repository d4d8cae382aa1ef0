"""The study of sessions: what is known when an item is asked for, and when training stops."""

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.applications import sessions as study
from lstm_tutor.metrics import ranks


@pytest.mark.parametrize("variant", ["popularity", "last item"])
def test_a_simple_list_made_again_is_as_good_as_the_stored_one(variant):
    assert experiments.rerun("sessions", variant) == experiments.results("sessions").record(variant)["metrics"]


@pytest.fixture
def few(monkeypatch):
    """The first sessions of each part."""
    parts = {part: tasks.call_sessions(part)[:40] for part in ("train", "validation", "test")}
    monkeypatch.setattr(study.tasks, "call_sessions", parts.__getitem__)
    return parts


def small(updates):
    settings = experiments.get("sessions").settings("LSTM")
    return settings | {"embedding": 5, "hidden": 6, "batch_size": 20, "updates": updates, "every": 10}


def test_a_network_is_asked_at_each_place_of_each_session_and_nowhere_else(few):
    metrics = study.run(small(20), 0)
    model, updates = study.train_model(small(20), 0, few["train"], few["validation"])
    places = [ranks(model.forward(session[:-1, None])[0][:, 0], session[1:]) for session in few["test"]]
    places = np.concatenate(places)
    assert metrics["updates"] == updates
    assert metrics["hit_5"] == pytest.approx(100 * (places <= 5).mean(), abs=0.01)
    assert metrics["hit_1"] == pytest.approx(100 * (places == 1).mean(), abs=0.01)
    assert metrics["mrr"] == pytest.approx((1 / places).mean(), abs=1e-4)


def test_a_network_learns_and_is_chosen_without_a_session_of_the_test_part(few, monkeypatch):
    given, train_model = [], study.train_model

    def noted(settings, seed, *parts):
        given.extend(parts)
        return train_model(settings, seed, *parts)

    monkeypatch.setattr(study, "train_model", noted)
    study.run(small(10), 0)
    assert given[0] is few["train"] and given[1] is few["validation"] and len(given) == 2


def test_the_weights_are_those_with_which_the_validation_sessions_are_cheapest(few):
    """It soon knows 40 sessions by heart; what it says of others is best long before."""
    settings = small(300) | {"learning_rate": 0.03}
    model, at = study.train_model(settings, 0, few["train"], few["validation"])
    held = tasks.session_batch(few["validation"])

    def cost(model):
        said, _ = model.forward(held.x, lengths=held.lengths)
        return lt.losses.softmax_cross_entropy(said, held.targets, held.steps_that_count())[0]

    ends = [study.train_model(settings | {"updates": updates, "every": updates}, 0, few["train"], few["validation"])[0]
            for updates in (at - 10, at, at + 10, 300)]  # fmt: skip
    assert 10 < at < 300
    assert cost(model) == pytest.approx(cost(ends[1])) == min(map(cost, ends))
