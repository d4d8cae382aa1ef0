"""The living cell of the first page: one unit of a trained LSTM, reading a line that the reader may change."""

from typing import Any

from lstm_tutor import LSTM, diagrams, experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.palette import number, visible
from lstm_tutor.plots import colored_text
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import compact
from lstm_tutor.widgets._traits import Array, Integer, Text

__all__ = ["Welcome"]

LONGEST = 120
LINE = "def mean(values):  # the sum, divided"
UNIT = 16


class Welcome(Widget, bundle="welcome"):
    """Watch one unit of a character model read a line, and see what the model expects next.

    Parameters
    ----------
    model : SequenceModel, optional
        A one-layer LSTM that reads one-hot characters of ``lstm_tutor.tasks.ALPHABET`` and guesses the next; by default
        the kept model "charlm-lstm-small".
    text : str
        What it reads: 1 to 120 characters of the alphabet.
    unit : int
        Which unit is shown, from 0 to H - 1.
    step : int
        Which character was read last, from 0.

    Raises
    ------
    ValueError
        If the model has another form, or a value is out of its range; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import Welcome
    >>> Welcome(text="import sys", unit=3).trace()["f"].shape
    (10, 1, 64)
    """

    FACTS = ("unit", "step", "text")

    text = Text(LINE, longest=LONGEST, shortest=1, alphabet=tasks.ALPHABET)
    unit = Integer(0, low=0, high=lambda widget: len(widget.bias) // 4 - 1 if len(widget.bias) else None)
    step = Integer(0, low=0, high=LONGEST - 1)
    alphabet = Text(tasks.ALPHABET)
    drawing = Text()
    weight_ih = Array(ndim=2, dtype=None)
    weight_hh = Array(ndim=2, dtype=None)
    bias = Array(ndim=1, dtype=None)
    readout_weight = Array(ndim=2, dtype=None)
    readout_bias = Array(ndim=1, dtype=None)

    def __init__(self, model: SequenceModel | None = None, **traits: Any) -> None:
        model = experiments.model("charlm-lstm-small") if model is None else model
        size = len(tasks.ALPHABET)
        if not (
            isinstance(model, SequenceModel)
            and type(model.layer) is LSTM
            and (model.layer.input_size, model.output_size) == (size, size)
            and (model.layer.num_layers, model.layer.num_directions) == (1, 1)
        ):
            raise ValueError(f"Welcome: expected a SequenceModel of a one-layer LSTM, {size} inputs and outputs, "
                             f"got {model!r}")  # fmt: skip
        arrays = {
            name.removeprefix("layer.").removesuffix("_l0").replace(".", "_"): compact(array)
            for name, array in model.parameters().items()
        }
        start = {"unit": min(UNIT, model.layer.hidden_size - 1), "drawing": diagrams.diagram("lstm").svg}
        super().__init__(**arrays, **start | traits)

    def trace(self) -> Trace:
        """The Trace of the present text, in float64."""
        return self._model().forward(self._x())[1]

    def guesses(self) -> NumPyArray:
        """Probabilities of the next character after each one read, (T, 96), in float64."""
        scores = self._model().forward(self._x())[0][:, 0]
        return softmax(scores)

    def figure(self) -> Still:
        """The unit's cell after the last character, and the line, tinted by what the unit holds."""
        trace, last = self.trace(), len(self.text) - 1
        values = {name: float(trace[name][last, 0, self.unit]) for name in trace.names}
        for name in ("c", "h"):
            values[f"{name}_prev"] = float(trace[name][last - 1, 0, self.unit]) if last else 0.0
        cell = diagrams.diagram("lstm", values=values, labels={"x": visible(self.text[last])})
        line = colored_text(trace, "c", self.unit, self.text)
        told = f"Unit {self.unit} of a trained LSTM after reading {self.text!r}"
        alt = f"{told}: cell state {number(values['c'])}, forget gate {number(values['f'])}."
        content = f'<div style="max-width:560px;margin:0 auto">{cell.svg}</div>{line.html}'
        return Still(content, alt, f"{told}.")

    def _model(self) -> SequenceModel:
        (width, height), size = self.weight_hh.shape[::-1], len(tasks.ALPHABET)
        model = SequenceModel(LSTM(size, width, rng=0), size, rng=0)
        assert height == 4 * width
        model.load_parameters(
            {f"layer.{name}_l0": getattr(self, name) for name in ("weight_ih", "weight_hh", "bias")}
            | {f"readout.{name}": getattr(self, f"readout_{name}") for name in ("weight", "bias")}
        )
        return model

    def _x(self) -> NumPyArray:
        return tasks.one_hot(tasks.encode(self.text), len(tasks.ALPHABET))[:, None]
