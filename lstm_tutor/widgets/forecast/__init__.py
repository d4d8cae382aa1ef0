"""The forecast: a cut that the reader drags between past and future, a small network, and three baselines."""

import html
from typing import Any

import numpy as np
import traitlets

from lstm_tutor import LSTM, baselines, experiments, tasks
from lstm_tutor.experiments.sun import CYCLE, TRAIN, VALIDATION, actual_after
from lstm_tutor.metrics import rmse
from lstm_tutor.models import SequenceModel
from lstm_tutor.tasks.tables import sunspots
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._traits import Array, Integer

__all__ = ["FARTHEST", "FIRST", "LONGEST", "METHODS", "Forecast", "month_of"]

FIRST, FARTHEST, LONGEST = 240, 72, 240  # the first cut, and the longest horizon and window, in months
START, YEAR, SEASON = 1749, 12, 3
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
METHODS = {"lstm": "LSTM", "linear": "linear", "cycle": "a cycle ago", "persistence": "as last month"}


class Forecast(Widget, bundle="forecast"):
    """Drag the cut between past and future, and see what a network and three baselines foretell from there.

    The series is the monthly number of sunspots, 1749 to 2008. The network reads the last `window` months before the
    cut, from a state of zero, and goes on from its own answers. The linear autoregression reads 132 months.

    Parameters
    ----------
    model : SequenceModel, optional
        A one-layer LSTM of one input and one output, on the series scaled to mean 0 and standard deviation 1 over the
        training part. By default the kept model "horizon-recursive".
    cut : int
        The first month that is not known, from 240 to 3120, counted from January 1749.
    horizon : int
        How many months are foretold, 1 to 72.
    window : int
        How many months the network reads, 1 to 240.

    Raises
    ------
    ValueError
        If the model has another form, or a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import Forecast
    >>> widget = Forecast(horizon=12)
    >>> widget.forecasts()["persistence"].shape
    (12,)
    """

    HEIGHTS = (690, 1170)
    FACTS = ("cut", "horizon", "window")
    TASKS = (
        {"task": "Drag the cut to the end of 1987, where a cycle begins to rise.",
         "when": {"cut": {"min": 2858, "max": 2872}},
         "shows": "The network foretells the rise. “As last month” stays at the bottom, far from all that comes."},
        {"task": "Let the network read 3 months only.", "when": {"window": {"max": 3}},
         "shows": "It no longer knows whether the sun is on its way up or down, and over all cuts it is about as "
         "bad as persistence. Its memory was worth the difference."},
        {"task": "Foretell one month only.", "when": {"horizon": 1},
         "shows": "One month ahead, last month is hard to beat: the lines below begin close to each other."},
    )  # fmt: skip

    cut = Integer(2976, low=FIRST, high=lambda widget: widget._length)
    horizon = Integer(36, low=1, high=FARTHEST)
    window = Integer(CYCLE, low=1, high=LONGEST)
    _length = traitlets.Int(3120).tag(sync=True)
    _parts = traitlets.List([TRAIN, VALIDATION]).tag(sync=True)
    _size = traitlets.Int().tag(sync=True)
    _scale: traitlets.List = traitlets.List().tag(sync=True)
    _series = Array(ndim=1, dtype=None)
    _model = Array(ndim=1, dtype=None)  # parameters, one behind the other
    _linear = Array(ndim=1, dtype="f8")  # weights, the newest month's first, and the constant

    def __init__(self, model: SequenceModel | None = None, **traits: Any) -> None:
        model = experiments.model("horizon-recursive") if model is None else model
        fits = isinstance(model, SequenceModel) and type(model.layer) is LSTM and (
            (model.layer.input_size, model.output_size, model.layer.num_layers, model.layer.num_directions) == (1,) * 4
        )  # fmt: skip
        if not fits:
            raise ValueError(f"Forecast: expected a SequenceModel of a one-layer LSTM in one direction, with one input "
                             f"and one output, got {model!r}")  # fmt: skip
        self._size = model.layer.hidden_size
        super().__init__(**traits)
        series = sunspots()
        scale = tasks.Scale.of(series[:TRAIN])
        self._series, self._model = series.astype("f4"), flat(model.parameters())
        self._scale = [float(scale.center), float(scale.spread)]
        linear = baselines.LinearAutoregression.fit(series[:TRAIN], CYCLE)
        self._linear = linear.weights[0, :, 0]

    def model(self) -> SequenceModel:
        """The network, in float64, of its own: changing it changes nothing here."""
        model = SequenceModel(LSTM(1, self._size, rng=0), 1, loss="mean_squared_error", rng=0)
        model.load_parameters(parts(self._model, shapes(model.parameters())))
        return model

    def series(self) -> NumPyArray:
        """The series (3120,) as the page has it: tenths of a sunspot."""
        return np.round(self._series.astype("f8"), 1)

    def forecasts(self) -> dict[str, NumPyArray]:
        """Dict of method -> array (horizon,), what is foretold from the cut."""
        return {name: said[:, 0] for name, said in self._forecasts(np.array([self.cut]), self.horizon).items()}

    def errors(self) -> dict[str, float]:
        """Dict of method -> the root mean squared error from this cut; NaN where nothing of the future is known."""
        came = self.series()[self.cut : self.cut + self.horizon]
        return {name: float(rmse(said[: len(came)], came)) if len(came) else float("nan")
                for name, said in self.forecasts().items()}  # fmt: skip

    def mean_errors(self) -> dict[str, NumPyArray]:
        """Dict of method -> array (72,), errors by month ahead, over cuts in the test part, one every 3 months."""
        origins = np.arange(VALIDATION, self._length - FARTHEST + 1, SEASON)
        came = actual_after(self.series(), origins, FARTHEST)
        return {name: rmse(said, came, axis=1) for name, said in self._forecasts(origins, FARTHEST).items()}

    def figure(self) -> Still:
        """The errors from this cut, and over all cuts, as a table."""
        here, mean, H = self.errors(), self.mean_errors(), self.horizon
        rows = "".join(
            f'<tr><th scope="row">{html.escape(words)}</th><td>{here[name]:.1f}</td>'
            f"<td>{np.sqrt((mean[name][:H] ** 2).mean()):.1f}</td></tr>"
            for name, words in METHODS.items()
        )
        head = '<th scope="col">forecast</th><th scope="col">from this cut</th><th scope="col">from all cuts</th>'
        told = ", ".join(f"{words} {here[name]:.1f}" for name, words in METHODS.items())
        alt = f"Forecasts of {H} months from {month_of(self.cut)}. Errors in sunspots: {told}."
        return Still(f'<table class="lt-report"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>', alt, alt)

    def _forecasts(self, origins: NumPyArray, ahead: int) -> dict[str, NumPyArray]:
        series, (center, spread) = self.series(), self._scale
        linear = baselines.LinearAutoregression(self._linear[None, :, None], CYCLE)
        return {
            "lstm": recursive(self.model(), (series - center) / spread, origins, self.window, ahead) * spread + center,
            "linear": linear.recursive(series, origins, ahead),
            "cycle": baselines.last_cycle(series, origins, ahead, period=CYCLE),
            "persistence": baselines.persistence(series, origins, ahead),
        }


def recursive(model: SequenceModel, z: NumPyArray, origins: NumPyArray, window: int, ahead: int) -> NumPyArray:
    """What a network says (ahead, N) after the last `window` values before each origin, going on from its answers."""
    said, trace = model.forward(z[np.arange(-window, 0)[:, None] + origins][..., None])
    y, steps = said[-1:], []
    for _ in range(ahead):
        steps.append(y[0, :, 0])
        y, trace = model.forward(y, trace.final_state)
    return np.stack(steps)


def month_of(index: int) -> str:
    """Return a month in words: "January 1984" of 2820."""
    return f"{MONTHS[index % YEAR]} {START + index // YEAR}"
