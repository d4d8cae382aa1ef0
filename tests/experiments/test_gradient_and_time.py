"""Delays, clipping, and memory over lags: the tasks against their definitions, and what is measured of the runs."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.gates import forget_bias, lag_sweep
from lstm_tutor.experiments.studies.gradients import clipping
from lstm_tutor.experiments.studies.memory import timing

# -- delays ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("interval", [1, 2, 10, 50])
def test_the_two_spikes_come_on_time_and_one_step_late(interval):
    batch = tasks.spike_delays(interval)
    assert batch.x.shape == batch.targets.shape == (interval + 1, 2, 1)
    for n, late in enumerate([0, 1]):
        shown = [0] * (interval + late - 1) + [1]  # silence, then the spike, with which the sequence ends
        assert batch.lengths[n] == len(shown)
        assert batch.x[: len(shown), n, 0].tolist() == shown and not batch.x[len(shown) :, n].any()
        assert np.flatnonzero(batch.mask[:, n]).tolist() == [len(shown) - 1]
        assert batch.targets[batch.mask[:, n], n, 0].tolist() == [late]


def test_an_interval_of_nothing_is_refused():
    with pytest.raises(ValueError, match="spike_delays: expected interval >= 1, got 0"):
        tasks.spike_delays(0)


@pytest.mark.parametrize(
    "first, second, right", [(-0.1, 0.1, True), (-0.03, 0.1, False), (-0.1, 0.03, False), (0.1, -0.1, False)]
)
def test_a_spike_is_told_if_the_answer_is_less_than_49_hundredths_off(first, second, right):
    """1 / (1 + exp(.0400)) is .4900; the steps before the spike say the opposite and do not count."""
    batch = tasks.spike_delays(3)
    logits = np.full(batch.targets.shape, 9.0)
    logits[:, 1] = -9.0
    logits[2, 0], logits[3, 1] = first, second
    assert timing.told_apart(SimpleNamespace(forward=lambda x, lengths: (logits, None)), batch) is right


class Stored(experiments.Results):
    """Results that hold these updates: dict of variant -> list, with None for runs that never met the criterion."""

    def __init__(self, values):
        self.updates = values

    def values(self, variant, metric):
        return np.array(self.updates[variant], dtype=float)


@pytest.mark.parametrize(
    "peepholes, without, share",
    [([5], [10], 1), ([10], [5], 0), ([None], [None], 0.5), ([5, None], [None, 10], (1 + 1 + 0.5 + 0) / 4)],
)
def test_the_share_of_pairs_counts_a_run_that_never_ends_as_the_longest(peepholes, without, share):
    assert timing.sooner(Stored({"50, peepholes": peepholes, "50": without}), 50) == share


def test_the_cell_has_the_seventeen_published_weights():
    assert {r["metrics"]["parameters"] for r in experiments.results("timing").of("50, peepholes")} == {17}
    assert {r["metrics"]["parameters"] for r in experiments.results("timing").of("50")} == {17 - 3}


# -- clipping ----------------------------------------------------------------------------------------------------------

ORDERS = ["XX", "XY", "YX", "YY"]


@given(length=st.integers(10, 60), count=st.integers(1, 8), seed=st.integers(0, 999))
def test_the_order_is_that_of_the_two_symbols_in_their_places(length, count, seed):
    batch = tasks.brief_order(length, count, rng=seed)
    assert batch.x.shape == (length, count, 8)
    assert (batch.x.sum(axis=2) == 1).all()
    for n in range(count):
        text = "".join("abcdXYEB"[k] for k in batch.x[:, n].argmax(axis=1))
        assert text[0] + text[-1] == "EB" and not {"E", "B"} & set(text[1:-1])
        at = [t for t, letter in enumerate(text) if letter in "XY"]
        assert len(at) == 2
        assert int(0.1 * length) <= at[0] <= int(0.2 * length) and length // 2 <= at[1] <= int(0.6 * length + 1e-9)
        assert ORDERS[batch.targets[-1, n]] == text[at[0]] + text[at[1]]
        assert np.flatnonzero(batch.mask[:, n]).tolist() == [length - 1]


def test_every_place_and_every_order_occurs():
    batch = tasks.brief_order(100, 3000, rng=0)
    letters = batch.x.argmax(axis=2)
    relevant = (letters == 4) | (letters == 5)
    assert np.flatnonzero(relevant.any(axis=1)).tolist() == [*range(10, 21), *range(50, 61)]
    assert np.bincount(batch.targets[-1]) / 3000 == pytest.approx([0.25] * 4, abs=0.04)
    assert np.bincount(letters[30]) / 3000 == pytest.approx([0.25] * 4, abs=0.04)


def test_an_order_in_too_few_steps_is_refused():
    with pytest.raises(ValueError, match="brief_order: expected length >= 10, got 9"):
        tasks.brief_order(9, 1)


def test_the_accuracy_is_that_of_the_last_step():
    batch = tasks.brief_order(10, 400, rng=1)
    said = np.zeros((10, 400, 4))
    said[:-1, :, 3] = 1
    said[-1, :, 2] = 1
    assert clipping.accuracy(SimpleNamespace(forward=lambda x: (said, None)), batch) == np.mean(batch.targets[-1] == 2)


def test_the_start_has_the_radius_asked_for_and_norms_are_those_before_clipping():
    settings = clipping.EXPERIMENT.settings("T=10, threshold 1") | {"updates": 100, "learning_rate": 1e-9, "hidden": 6}
    metrics = clipping.run(settings, 3)
    assert metrics["radius"] == 1.5 and metrics["updates"] is None
    other = clipping.run(settings | {"clip": 0.01}, 3)
    assert other["largest"] == metrics["largest"] == max(metrics["curve"]["norm"]) > 0.01
    assert len(metrics["curve"]["loss"]) == 2 and metrics["loss"] == metrics["curve"]["loss"][-1]


def test_a_radius_is_that_of_the_eigenvalues():
    assert clipping.radius(np.array([[0.0, -2.0], [2.0, 0.0]])) == pytest.approx(2)  # eigenvalues 2i and -2i
    assert clipping.radius(np.array([[0.5, 9.0], [0.0, -0.7]])) == pytest.approx(0.7)  # the largest singular value: 9


def test_worse_than_guessing_is_a_loss_above_that_of_four_equal_chances():
    assert clipping.diverged({"loss": 1.4}) and not clipping.diverged({"loss": 1.38})


# -- lags --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "learned, reach, tried", [([], 0, 1), ([5], 5, 2), ([5, 10, 40], 10, 3), ([5, 10, 20, 40], 40, 4)]
)
def test_the_first_lag_that_is_missed_ends_a_sweep(monkeypatch, learned, reach, tried):
    lags = [5, 10, 20, 40]
    monkeypatch.setattr(
        lag_sweep,
        "train_until_right",
        lambda settings, model, lag, seed: (SimpleNamespace(step=100 + lag), lag in learned),
    )
    monkeypatch.setattr(lag_sweep, "accuracy_at", lambda model, lag, rng: lag / 100)
    metrics = lag_sweep.run(lag_sweep.EXPERIMENT.settings("rnn"), 0)
    assert metrics["reach"] == reach and metrics["lags"] == lags
    assert metrics["updates"] == [100 + lag if lag <= reach else None for lag in lags]
    assert metrics["accuracy"] == [lag / 100 for lag in lags[:tried]] + [None] * (4 - tried)
    assert metrics["steps"] == sum((100 + lag) * (1 + lag + 1) for lag in lags[:tried])


def test_training_at_a_lag_ends_at_the_first_check_that_is_passed(monkeypatch):
    said = {50: 0.98, 75: 0.99}
    settings = lag_sweep.EXPERIMENT.settings("rnn") | {"hidden": 2, "batch_size": 1, "updates": 100}
    model = lag_sweep.build_model(settings, 9, 4, 0)
    asked = []

    def accuracy_at(model, lag, rng):
        asked.append(rng)
        return said.get(25 * len(asked), 0.3)

    monkeypatch.setattr(lag_sweep, "accuracy_at", accuracy_at)
    trainer, _ = lag_sweep.train_until_right(settings, model, 5, 7)
    assert trainer.step == 75 and {tuple(rng) for rng in asked} == {(7, 5, 3)}
    said.clear()
    trainer, solved = lag_sweep.train_until_right(settings, model, 5, 7)
    assert trainer.step == 100 and not solved


@pytest.mark.parametrize("experiment", [lag_sweep.EXPERIMENT, forget_bias.EXPERIMENT])
def test_variants_of_a_sweep_differ_in_what_their_names_say(experiment):
    for variant in experiment.variants:
        settings = experiment.settings(variant)
        cell, _, number = (variant.split(",")[0], *variant.rpartition(" ")[1:])
        assert settings["cell"] == {"rnn": "RNN", "gru": "GRU"}.get(cell, "LSTM")
        assert ("options" in settings) == (
            "forget" in variant or "before" in variant or experiment.name == "forget_bias"
        )
        if "forget" in variant or experiment.name == "forget_bias":
            assert settings["options"] == {"forget_bias": float(number)}
        if "update" in variant:
            assert settings["bias"] == {"z": float(number)}
        assert settings["hidden"] == (19 if "19" in variant else 16)


def test_the_gru_with_more_units_has_as_many_parameters_as_the_lstm():
    sizes = {
        variant: lag_sweep.build_model(lag_sweep.EXPERIMENT.settings(variant), 9, 4, 0).size()
        for variant in ("gru", "gru, 19 units", lag_sweep.LSTM_1)
    }
    assert sizes["gru, 19 units"] == pytest.approx(sizes[lag_sweep.LSTM_1], rel=0.02)
    assert sizes["gru"] == pytest.approx(0.75 * sizes[lag_sweep.LSTM_1], rel=0.05)


def test_microseconds_are_cpu_time_over_steps_in_the_median():
    records = [
        {"cpu_seconds": seconds, "metrics": {"steps": steps}} for seconds, steps in [(3, 1000), (1, 1000), (4, 2000)]
    ]
    assert lag_sweep.microseconds(SimpleNamespace(of=lambda variant: records), "gru") == pytest.approx(2000)


# -- stored runs, made again -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, variant",
    [("timing", "10, peepholes"), ("timing", "10"), ("clipping", "T=10, threshold 1"), ("forget_bias", "bias 0")],
)
def test_a_quick_run_made_again_equals_its_record(name, variant):
    record = min(experiments.results(name).of(variant), key=lambda record: record["cpu_seconds"])
    again = experiments.rerun(name, variant, record["seed"])
    assert again.keys() == record["metrics"].keys()
    for metric, value in record["metrics"].items():
        for key in value if isinstance(value, dict) else [None]:
            one, other = (v if key is None else v[key] for v in (again[metric], value))
            one, other = (np.array(v, dtype=float) for v in (one, other))  # None becomes NaN, which equals NaN
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5, err_msg=metric)
