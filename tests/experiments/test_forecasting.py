"""The studies of forecasts: stored runs made again, kept models that foretell what their runs say, and no peeking."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments import sun
from lstm_tutor.experiments.studies.applications import elnino, horizon
from lstm_tutor.tasks.tables import sunspots


def stored_and_again(name, variant):
    return experiments.results(name).record(variant)["metrics"], experiments.rerun(name, variant)


BASELINES = [(name, variant) for name in ("forecasting", "horizon", "elnino")
             for variant, settings in experiments.get(name).variants.items() if "baseline" in settings]  # fmt: skip


@pytest.mark.parametrize(("name", "variant"), BASELINES)
def test_a_baseline_computed_again_is_the_stored_one(name, variant):
    stored, again = stored_and_again(name, variant)
    assert again.keys() == stored.keys()
    figure = "error" if name == "forecasting" else "mean"
    assert again[figure] == pytest.approx(stored[figure], abs=2e-3)


def test_the_smallest_network_trained_again_is_as_good():
    stored, again = stored_and_again("elnino", "together")
    assert again["mean"] == pytest.approx(stored["mean"], abs=0.02)


@pytest.mark.parametrize("variant", ["recursive", "direct"])
def test_a_kept_model_foretells_as_its_run_says(variant):
    stored = experiments.results("horizon").record(variant)
    model = experiments.model(f"horizon-{variant}")
    series = sunspots()
    scale = tasks.Scale.of(series[: sun.TRAIN])
    z = scale.scaled(series).astype(np.float32)[:, None]
    origins = np.arange(sun.VALIDATION, len(series) - horizon.AHEAD + 1)
    said = scale.back(horizon.forecast(model, stored["settings"], z, origins))
    np.testing.assert_allclose(sun.errors(said, series, origins), stored["metrics"]["error"], rtol=1e-3)


@pytest.mark.parametrize("variant", ["recursive", "direct"])
def test_a_forecast_of_a_network_reads_nothing_from_its_origin_on(variant):
    model, settings = experiments.model(f"horizon-{variant}"), experiments.get("horizon").settings(variant)
    z = np.sin(np.arange(300, dtype=np.float32))[:, None]
    said = horizon.forecast(model, settings, z, np.array([200, 250]))
    z[200:] = 7
    again = horizon.forecast(model, settings, z, np.array([200, 250]))
    assert np.array_equal(again[:, 0], said[:, 0]) and not np.array_equal(again[:, 1], said[:, 1])


def test_the_forecast_that_the_chapter_draws_is_that_of_the_stored_run():
    metrics = experiments.results("forecasting").record("levels")["metrics"]
    series = sunspots()
    wrong = np.array(metrics["forecast"]) - series[sun.VALIDATION :]
    assert np.sqrt((wrong**2).mean()) == pytest.approx(metrics["error"], abs=1e-2)


def test_the_recipe_learns_from_the_training_part_alone(monkeypatch):
    settings = experiments.get("forecasting").settings("levels")
    batch = sun.recipe(settings, 0)[0].batches(0)
    longer = sunspots().copy()
    longer[sun.TRAIN :] = 999
    monkeypatch.setattr(sun, "sunspots", lambda: longer)
    changed = sun.recipe(settings, 0)[0].batches(0)
    assert np.array_equal(changed.x, batch.x) and np.array_equal(changed.targets, batch.targets)
    assert batch.targets[-1].any() and not batch.mask[:-1].any()


def test_the_seasons_are_those_of_the_training_part():
    series = elnino.departures()
    np.testing.assert_allclose(tasks.seasonal_means(series[: elnino.TRAIN]), 0, atol=1e-10)
    assert np.abs(tasks.seasonal_means(series[elnino.TRAIN :])).max() > 0.1
