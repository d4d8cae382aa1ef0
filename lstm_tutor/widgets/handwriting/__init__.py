"""Handwriting: write a number, and a bidirectional LSTM with CTC reads along, column by column."""

from numbers import Integral
from typing import Any

import numpy as np
import traitlets

from lstm_tutor import LSTM, Transcriber, experiments, losses
from lstm_tutor.activations import softmax
from lstm_tutor.losses import Reading
from lstm_tutor.tasks.handwriting import BLANK, ROWS, WIDE, picture_columns, picture_of_strokes
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._traits import Array, Integer, Synced
from lstm_tutor.widgets.handwriting.examples import Strokes, examples, number

__all__ = ["Handwriting"]

RIGHT, BOTTOM = 1200, 600  # the largest coordinates
MOST_STROKES, MOST_POINTS = 60, 1500
LEAST = 80  # units of height; flatter writing is not blown up
SPECK = 40  # units; what is smaller both ways is not read
PICTURE_ROWS, THICKNESS, WIDTH = 32, 0.11, 8


class _Strokes(Synced):
    """Lines of a pen, each a list of ints x, y, x, y, ..."""

    default_value = ()
    expected = (
        f"a list of at most {MOST_STROKES} strokes, each a list of ints x, y, x, y, ..., x from 0 to {RIGHT}, "
        f"y from 0 to {BOTTOM}, with at most {MOST_POINTS} points in all"
    )

    def checked(self, obj: Any, value: Any) -> Any:
        if not isinstance(value, list | tuple) or len(value) > MOST_STROKES:
            return None
        if not all(isinstance(stroke, list | tuple) and stroke and len(stroke) % 2 == 0 for stroke in value):
            return None
        fits = sum(map(len, value)) <= 2 * MOST_POINTS and all(
            isinstance(number, Integral) and not isinstance(number, bool) and 0 <= int(number) <= limit
            for stroke in value
            for part, limit in ((stroke[::2], RIGHT), (stroke[1::2], BOTTOM))
            for number in part
        )
        return [[int(number) for number in stroke] for stroke in value] if fits else None


class Handwriting(Widget, bundle="handwriting"):
    """Write a number with finger, mouse or pen, and see a bidirectional LSTM with CTC read along, column by column.

    Parameters
    ----------
    model : Transcriber, optional
        A one-layer LSTM in two directions from 40 inputs to the ten digits and the blank. By default the one that the
        experiment ``handwriting`` keeps.
    strokes : list of strokes, each a list of ints x, y, x, y, ...
        What is written. The field is 300 units high; x may go to 1200 and y to 600.
    unit : int from 0
        The unit whose gates and states are shown, in both directions.
    column : int from 0
        The column looked at; past the end, the last one.

    Raises
    ------
    ValueError
        If the model has another form, or a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import Handwriting
    >>> pen = Handwriting(strokes=Handwriting.number("1"))
    >>> pen.columns().shape, pen.shares().shape
    ((6, 1, 40), (6, 11))
    >>> Handwriting(strokes=[]).read()
    ''
    """

    HEIGHTS = (630, 1101)
    FACTS = ("read", "revised", "unit", "column")
    TASKS = (
        {"task": "Press “Clear” and write a 7.", "when": {"read": "7"},
         "shows": "In a few columns the 7 is likeliest, in the others the blank. What comes again and again is one 7."},
        {"task": "Write 44, side by side.", "when": {"read": "44"},
         "shows": "Between the two 4s stands a blank. Without it the row of 4s would merge into one."},
        {"task": "Play the writing from its start, and watch the columns behind the pen.",
         "when": {"revised": {"min": 1}},
         "shows": "Marked columns say something else than when the pen had passed: the backward LSTM reads them again "
         "each time, from what has been written since."},
    )  # fmt: skip

    strokes = _Strokes()
    unit = Integer(0, low=0, high=lambda widget: widget._size - 1 if widget._size else None)
    column = Integer(6, low=0, high=399)
    _size = traitlets.Int(0).tag(sync=True)  # hidden units in a direction
    _examples = traitlets.Dict(examples()).tag(sync=True)
    _model = Array(ndim=1, dtype=None)  # the parameters, one behind the other

    def __init__(self, model: Transcriber | None = None, **traits: Any) -> None:
        if model is None:
            kept = experiments.get("handwriting").kept
            model = experiments.model(f"handwriting-{kept[0]}")
        _check(model)
        self._size = model.layer.hidden_size
        super().__init__(**({"strokes": number("325")} | traits))
        self._model = flat(model.parameters())

    @staticmethod
    def number(text: str) -> Strokes:
        """The strokes of a number of up to five digits, as the widget writes it on request."""
        if not isinstance(text, str) or not 1 <= len(text) <= 5 or not set(text) <= set("0123456789"):
            raise ValueError(f"Handwriting.number: expected a str of 1 to 5 digits, got {text!r}")
        return number(text)

    def model(self) -> Transcriber:
        """The model, in float64, of its own: changing it changes nothing here."""
        layer = LSTM(ROWS * WIDE, self._size, bidirectional=True, rng=0)
        model = Transcriber(layer, BLANK + 1, rng=0)
        model.load_parameters(parts(self._model, shapes(model.parameters())))
        return model

    def columns(self) -> NumPyArray | None:
        """What the network reads, array (T, 1, 40), a strip of two columns a step; None if too little is written."""
        lines = [np.reshape(stroke, (-1, 2)) for stroke in self.strokes]
        if not lines or max(np.ptp(np.concatenate(lines), axis=0)) < SPECK:
            return None
        picture = picture_of_strokes(lines, rows=PICTURE_ROWS, thickness=THICKNESS, least_height=LEAST)
        return picture_columns(picture, least_rows=PICTURE_ROWS)

    def trace(self) -> Trace | None:
        """The Trace of the reading, or None if too little is written."""
        x = self.columns()
        return None if x is None else self.model().forward(x)[1]

    def logits(self) -> NumPyArray:
        """What the network says of each column, (T, 11): the ten digits, then the blank; T is 0 for too little."""
        x = self.columns()
        return np.zeros((0, BLANK + 1)) if x is None else self.model().forward(x)[0][:, 0]

    def shares(self) -> NumPyArray:
        """The probabilities of the ten digits and the blank in each column, (T, 11)."""
        logits = self.logits()
        return softmax(logits) if len(logits) else logits

    def read(self) -> str:
        """The number that the likeliest path reads as."""
        logits = self.logits()
        if not len(logits):
            return ""
        return "".join(map(str, losses.ctc_greedy_decode(logits[:, None], [len(logits)], BLANK)[0]))

    def beam(self, width: int = WIDTH) -> list[Reading]:
        """The likeliest readings, each summed over its paths, that a beam search of that width finds."""
        logits = self.logits()
        return losses.ctc_beam_decode(logits[:, None], [len(logits)], BLANK, width=width)[0] if len(logits) else []

    def figure(self) -> Still:
        """What is written, as a drawing, and what it is read as."""
        lines = "".join(
            f'<polyline points="{" ".join(f"{x},{y}" for x, y in np.reshape(stroke, (-1, 2)))}"/>'
            for stroke in self.strokes
        )
        right = max([600, *(max(stroke[::2]) + 40 for stroke in self.strokes)])
        read = self.read()
        told = f"read as {read}" if read else "too little to read"
        svg = (
            f'<svg viewBox="0 0 {right} 300" style="max-width:100%;max-height:220px" fill="none" stroke="currentColor" '
            f'stroke-width="14" stroke-linecap="round" stroke-linejoin="round">{lines}</svg>'
        )
        return Still(svg, f"A number written by hand, {told}.", f"Written by hand, {told}.")


def _check(model: object) -> None:
    fits = False
    if isinstance(model, Transcriber) and type(model.layer) is LSTM and model.blank == BLANK:
        layer = model.layer
        sizes = (layer.input_size, model.output_size, layer.num_layers, layer.num_directions)
        fits = sizes == (ROWS * WIDE, BLANK + 1, 1, 2)
    if not fits:
        raise ValueError("Handwriting: expected the model to be a Transcriber of a one-layer LSTM in two directions, "
                         f"{ROWS * WIDE} inputs, {BLANK + 1} outputs, the last of them the blank, got "
                         f"{model!r}")  # fmt: skip
