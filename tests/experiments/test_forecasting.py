"""The studies of forecasts: stored runs made again, kept models that foretell what their runs say, and no peeking."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments import sun
from lstm_tutor.experiments.studies.applications import elnino, forecasting, horizon, same_output
from lstm_tutor.tasks.tables import elnino as elnino_table
from lstm_tutor.tasks.tables import sunspots


def stored_and_again(name, variant):
    return experiments.results(name).record(variant)["metrics"], experiments.rerun(name, variant)


BASELINES = [(name, variant) for name in ("forecasting", "horizon", "elnino")
             for variant, settings in experiments.get(name).variants.items() if "baseline" in settings]  # fmt: skip


@pytest.mark.parametrize(("name", "variant"), BASELINES)
def test_a_baseline_computed_again_is_the_stored_one(name, variant):
    stored, again = stored_and_again(name, variant)
    assert_alike(again, stored)


def assert_alike(again, stored):
    """The same figures, in whatever dicts and lists."""
    if isinstance(again, dict):
        assert again.keys() == stored.keys()
        for name in again:
            assert_alike(again[name], stored[name])
    else:
        np.testing.assert_allclose(again, stored, rtol=0, atol=2e-3)


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


# -- nothing of the test part, and the right months ----------------------------------------------------------------


@pytest.mark.parametrize("variant", ["levels", "differences"])
def test_a_forecast_of_next_month_reads_the_months_before_it_alone(variant, monkeypatch):
    settings = experiments.get("forecasting").settings(variant)
    origins = np.array([2700, 2800])
    said = sun.recipe(settings, 0)[1](origins)
    changed = sunspots().copy()
    changed[2800:] = 7
    monkeypatch.setattr(sun, "sunspots", lambda: changed)
    np.testing.assert_array_equal(sun.recipe(settings, 0)[1](origins), said)
    changed[2799] += 50
    assert sun.recipe(settings, 0)[1](origins)[1] != said[1]


def test_a_network_of_differences_that_foretells_no_change_is_persistence():
    trainer, forecast, _ = sun.recipe(experiments.get("forecasting").settings("differences"), 0)
    for array in trainer.model.readout.parameters().values():
        array[:] = 0
    origins = np.array([300, 2700, 3119])
    np.testing.assert_allclose(forecast(origins), sunspots()[origins - 1], atol=1e-4)


def test_shuffled_targets_are_the_same_in_another_order_and_each_epoch_has_an_order_of_its_own():
    settings = experiments.get("same_output").settings("scaled") | {"batch_size": 5000}  # all of them at once
    plain, shuffled = (sun.recipe(settings | {"shuffle_y": way}, 0)[0].batches for way in (False, True))
    true, other = plain(0).targets[-1, :, 0], shuffled(0).targets[-1, :, 0]
    np.testing.assert_array_equal(np.sort(other), np.sort(true))
    assert (other != true).mean() > 0.9
    assert not np.array_equal(plain(1).targets, plain(0).targets)


def spoiled(series, first):
    changed = series.copy()
    changed[first:] = series[first:][::-1] * 3 + 20
    return changed


@pytest.mark.parametrize("way", ["apart", "shared"])
def test_what_is_learned_and_chosen_of_the_pacific_knows_nothing_of_the_test_part(way, monkeypatch):
    settings = experiments.get("elnino").settings("together") | {"way": way, "updates": 6, "every": 1, "hidden": 3}
    found = elnino.run(settings, 0)
    monkeypatch.setattr(elnino, "elnino", lambda: spoiled(elnino_table(), elnino.VALIDATION))
    again = elnino.run(settings, 0)
    assert (again["validation"], again["stopped"]) == (found["validation"], found["stopped"])
    assert again["mean"] != found["mean"]


@pytest.mark.parametrize("way", ["recursive", "direct", "encoder-decoder"])
def test_what_is_learned_and_chosen_of_the_sun_knows_nothing_of_the_test_part(way, monkeypatch):
    settings = experiments.get("horizon").settings(way) | {"updates": 4, "every": 1, "hidden": 3, "steps": 36}
    model, found = horizon.train(settings, 0)
    monkeypatch.setattr(horizon, "sunspots", lambda: spoiled(sunspots(), sun.VALIDATION))
    changed, again = horizon.train(settings, 0)
    assert (again["validation"], again["stopped"]) == (found["validation"], found["stopped"])
    for name, array in model.parameters().items():
        np.testing.assert_array_equal(changed.parameters()[name], array, err_msg=name)
    assert again["mean"] != found["mean"]


def test_the_update_is_chosen_by_the_error_on_the_validation_part(monkeypatch):
    chosen, train_to_best = [], horizon.train_to_best

    def noted(*given):
        chosen.append(train_to_best(*given))
        return chosen[0]

    monkeypatch.setattr(horizon, "train_to_best", noted)
    few = {"updates": 4, "every": 1, "hidden": 3, "significant_bits": None}
    _, found = horizon.train(experiments.get("horizon").settings("direct") | few, 0)
    assert (found["validation"], found["stopped"]) == (round(chosen[0][0], 3), chosen[0][1])


@pytest.mark.parametrize("way", ["recursive", "direct", "encoder-decoder"])
def test_a_network_is_asked_for_the_months_that_follow(way):
    settings = experiments.get("horizon").settings(way)
    z = np.arange(3120, dtype=np.float32)[:, None]
    batch = horizon._trainer(settings, z, 0).batches(0)
    ahead = np.arange(1, 2 if way == "recursive" else horizon.AHEAD + 1)
    expected = batch.x[-1] + ahead[:, None, None] if way == "encoder-decoder" else batch.x + ahead
    np.testing.assert_array_equal(batch.targets, expected)
    assert batch.targets.max() < sun.TRAIN


def scripted(monkeypatch, study, error):
    """Put a recipe in the study's place whose forecast of an epoch and a part is wrong by `error(epoch, part)`."""
    series, epochs = sunspots(), []

    class Idle:
        model = experiments.model("horizon-recursive")

        def run(self, updates, **options):
            epochs.append(updates)

    def forecast(origins):
        part = "test" if origins[0] >= sun.VALIDATION else "validation" if origins[0] >= sun.TRAIN else "train"
        return series[origins] + error(epochs[-1], part, series[origins])

    monkeypatch.setattr(study.sun, "recipe", lambda settings, seed: (Idle(), forecast, 1))


def test_training_stops_where_the_validation_part_is_best(monkeypatch):
    wrong = {"train": [5, 4, 3], "validation": [8, 6, 7], "test": [9, 30, 5]}
    scripted(monkeypatch, forecasting, lambda epoch, part, actual: wrong[part][epoch - 1])
    settings = experiments.get("forecasting").settings("levels") | {"measured": [1, 2, 3]}
    metrics = forecasting.run(settings, 1)
    assert metrics["stopped"] == 30
    assert {name: metrics["curve"][name] for name in wrong} == wrong


def test_the_spread_is_the_share_of_what_came(monkeypatch):
    scripted(monkeypatch, same_output, lambda epoch, part, actual: 0.25 * (actual.mean() - actual))
    assert same_output.run({"measured": [1]}, 0)["spread"] == pytest.approx(0.75)
