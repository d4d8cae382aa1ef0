"""The living cell of the first page: a trained LSTM reads a line, and the reader operates on it."""

from typing import Any

import numpy as np

from lstm_tutor import LSTM, diagrams, experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.palette import number, visible
from lstm_tutor.plots import colored_text
from lstm_tutor.trace import CellTrace, Trace
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._holding import Gates, Held, operated, written
from lstm_tutor.widgets._models import compact
from lstm_tutor.widgets._traits import Array, Integer, Text
from lstm_tutor.widgets.welcome._memory import Memory, last_unit

__all__ = ["Welcome"]

LONGEST = 120  # characters of a line
LINE = "total = sum(values"
UNIT = 16


class Welcome(Widget, bundle="welcome"):
    """Operate on a character model that reads a line, see what it expects next, and let it write on.

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
        Which character was read last, from 0; by default the last of the text.
    held : list of (gate, unit, value)
        Gates f, i and o that keep one value while the line is read: 0, shut, or 1, open. ("o", 3, 0) silences unit 3.
    c : list
        ``[unit, step, value]``: after that step the unit's cell state is `value`, from -10 to 10, and h follows; an
        empty list changes nothing.

    Raises
    ------
    ValueError
        If the model has another form, or a value is out of its range; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import Welcome
    >>> Welcome(text="import sys", unit=3).trace()["f"].shape
    (10, 1, 64)
    >>> free, operated = Welcome(text="total = sum(values"), Welcome(text="total = sum(values", c=[16, 17, -1.0])
    >>> bracket = free.alphabet.index(")")
    >>> print(f"{free.guesses()[-1, bracket]:.2f} {operated.guesses()[-1, bracket]:.2f}")
    0.49 0.01
    """

    FACTS = ("unit", "step", "text", "f", "i", "o", "c", "silent", "written")
    TASKS = (
        {
            "task": "Hold the forget gate f of cell 16 shut.",
            "when": {"unit": 16, "f": "shut"},
            "shows": "“)” falls from 49 % to 20 %: the cell no longer knows that a bracket is open.",
        },
        {
            "task": "Set f free, and drag the memory c to −1.",
            "when": {"unit": 16, "f": "free", "c": {"max": -0.9}},
            "shows": "“)” falls to 1 or 2 %: for the network, no bracket is open any more.",
        },
        {
            "task": "Press “Write on”.",
            "when": {"written": {"min": 12}},
            "shows": "It writes what would follow outside of brackets.",
        },
        {
            "task": "Reset, type “total = values”, which has no bracket, and drag c of cell 16 to +1.",
            "when": {"unit": 16, "text": "total = values", "c": {"min": 0.9}},
            "shows": "“)” rises from 1 % to more than 50 %: it wants to close a bracket that nobody has opened.",
        },
    )

    HEIGHTS = (649, 1321)

    text = Text(LINE, longest=LONGEST, shortest=1, alphabet=tasks.ALPHABET)
    unit = Integer(0, low=0, high=last_unit)
    step = Integer(0, low=0, high=LONGEST - 1)
    alphabet = Text(tasks.ALPHABET)
    drawing = Text()
    weight_ih = Array(ndim=2, dtype=None)
    weight_hh = Array(ndim=2, dtype=None)
    bias = Array(ndim=1, dtype=None)
    readout_weight = Array(ndim=2, dtype=None)
    readout_bias = Array(ndim=1, dtype=None)

    held = Held(lambda widget: Gates(("f", "i", "o"), len(widget.bias) // 4))
    c = Memory([])

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
        start: dict[str, Any] = {
            "unit": min(UNIT, model.layer.hidden_size - 1),
            "drawing": diagrams.diagram("lstm").svg,
        }
        text = traits.get("text", LINE)
        if isinstance(text, str):
            start["step"] = min(max(len(text), 1), LONGEST) - 1
        super().__init__(**arrays, **start | traits)

    def trace(self) -> Trace:
        """The Trace of the present text, with what is held and set, in float64."""
        return self._trace(self.text)

    def written(self, count: int = 12) -> str:
        """What the network writes on after `step`: `count` times the likeliest character, each read before the next."""
        trace = self._trace(self.text[: self.step + 1])
        return tasks.decode(written(self._model(), trace, count))

    def _trace(self, text: str) -> Trace:
        model, x = self._model(), tasks.one_hot(tasks.encode(text), len(tasks.ALPHABET))[:, None]
        if not self.c or self.c[1] >= len(x):
            return model.layer.forward(x)
        unit, step, value = self.c
        start = model.layer.forward(x[: step + 1])
        record = {name: start[name].copy() for name in start.names}
        record["c"][step, 0, unit] = value
        record["h"][step, 0, unit] = record["o"][step, 0, unit] * np.tanh(value)
        final = {name: record[name][-1] for name in start.final_state._fields}
        before = {name: start.at().before._asdict()[name] for name in final}
        if step + 1 < len(x):
            rest = model.layer.forward(x[step + 1 :], tuple(state[None] for state in final.values()))
            record = {name: np.concatenate([values, rest[name]]) for name, values in record.items()}
            before = {
                name: np.concatenate([values, getattr(rest.at().before, name)]) for name, values in before.items()
            }
            final = {name: getattr(rest.at().final, name) for name in final}
        State, Record = type(start.at().before), type(start.at().record)
        cell = CellTrace(x, Record(**record), State(**before), State(**final))
        return Trace(x, record["h"], State(**{name: state[None] for name, state in final.items()}), [[cell]])

    def guesses(self) -> NumPyArray:
        """Probabilities of the next character after each one read, (T, 96), in float64, from what `trace` holds."""
        return softmax(self.trace().output[:, 0] @ self.readout_weight.T.astype(float) + self.readout_bias)

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
        """The model with its held gates."""
        (width, height), size = self.weight_hh.shape[::-1], len(tasks.ALPHABET)
        model = SequenceModel(LSTM(size, width, rng=0), size, rng=0)
        assert height == 4 * width
        model.load_parameters(
            {f"layer.{name}_l0": getattr(self, name) for name in ("weight_ih", "weight_hh", "bias")}
            | {f"readout.{name}": getattr(self, f"readout_{name}") for name in ("weight", "bias")}
        )
        return operated(model, self.held)
