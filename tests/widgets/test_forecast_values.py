"""The forecast: the page computes what the package computes, from every cut, window and horizon, and any weights."""

from __future__ import annotations

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.widgets import Forecast
from lstm_tutor.widgets.forecast import FARTHEST, FIRST, LONGEST, METHODS, month_of

FORETELL = """async ({ series, linear, weights, H, scale, parts, asked, windows }) => {
    const { countsOf, errorsOf, forecastsFrom, meanErrors, modelOf, monthOf } = await load("forecast/forecasts.js");
    const sun = { series: countsOf(series), linear, scale, parts, model: modelOf(weights, H) };
    return {
        from: asked.map(([cut, window, horizon]) => {
            const said = forecastsFrom(sun, [cut], window, horizon)[0];
            return { said, errors: cut < series.length ? errorsOf(sun, cut, said) : null, month: monthOf(cut) };
        }),
        means: windows.map((window) => meanErrors(sun, window)),
    };
}"""
ASKED = [
    (2976, 132, 36),
    (FIRST, LONGEST, FARTHEST),
    (FIRST, 1, 1),
    (3000, 3, 72),
    (3100, 132, 72),
    (3120, 60, 12),
    (2868, 2, 5),
]
WINDOWS = (1, 24, LONGEST)


def random_model() -> lt.SequenceModel:
    rng = np.random.default_rng(3)
    model = lt.SequenceModel(lt.LSTM(1, 5, rng=rng), 1, loss="mean_squared_error", rng=rng)
    model.load_parameters({name: rng.normal(0, 0.5, a.shape) for name, a in model.parameters().items()})
    return model


@pytest.mark.parametrize("model", [None, random_model()], ids=["kept", "random"])
def test_forecasts_and_errors_are_the_packages(model: lt.SequenceModel | None, engine) -> None:
    widget = Forecast(model)
    given = {"series": widget._series.astype("f8"), "linear": widget._linear, "weights": widget._model.astype("f8")}
    page = engine(FORETELL, **given, H=widget._size, scale=widget._scale, parts=widget._parts, asked=ASKED,
                  windows=WINDOWS)  # fmt: skip
    for (cut, window, horizon), found in zip(ASKED, page["from"], strict=True):
        widget.cut, widget.window, widget.horizon = cut, window, horizon
        assert found["month"] == month_of(cut)
        for method, said in widget.forecasts().items():
            np.testing.assert_allclose(found["said"][method], said, rtol=0, atol=1e-9, err_msg=method)
        if found["errors"] is None:
            assert np.isnan(list(widget.errors().values())).all()
        else:
            assert found["errors"] == pytest.approx(widget.errors(), abs=1e-9)
    for window, means in zip(WINDOWS, page["means"], strict=True):
        widget.window = window
        assert means.keys() == METHODS.keys()
        for method, errors in widget.mean_errors().items():
            np.testing.assert_allclose(means[method], errors, rtol=0, atol=1e-9, err_msg=method)


def test_what_comes_after_the_cut_changes_no_forecast() -> None:
    widget = Forecast(cut=2900)
    before = widget.forecasts()
    series = widget._series.copy()
    series[2900:] = 0
    widget._series = series
    for method, said in widget.forecasts().items():
        assert np.array_equal(said, before[method])


def test_the_series_is_the_one_of_the_package() -> None:
    assert np.array_equal(Forecast().series(), lt.tasks.tables.sunspots())


def test_the_tasks_show_what_they_say() -> None:
    for cut in (2858, 2865, 2872):
        errors = Forecast(cut=cut).errors()
        assert errors["lstm"] < 0.6 * errors["persistence"]
    means = {window: Forecast(window=window).mean_errors() for window in (3, 132)}
    overall = {window: np.sqrt((found["lstm"][:36] ** 2).mean()) for window, found in means.items()}
    persistence = np.sqrt((means[3]["persistence"][:36] ** 2).mean())
    assert overall[132] < 0.65 * overall[3] and overall[3] == pytest.approx(persistence, rel=0.2)
    first = [means[132][method][0] for method in ("lstm", "linear", "persistence")]
    assert max(first) - min(first) < 4


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Forecast(cut=239), "expected cut to be an int from 240 to 3120, got 239"),
        (lambda: Forecast(horizon=0), "expected horizon to be an int from 1 to 72, got 0"),
        (lambda: Forecast(lt.SequenceModel(lt.LSTM(2, 3), 1)), "expected a SequenceModel of a one-layer LSTM"),
        (lambda: Forecast(lt.LSTM(1, 3)), "expected a SequenceModel of a one-layer LSTM"),
    ],
)
def test_message_for_what_the_widget_cannot_take(make, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()
