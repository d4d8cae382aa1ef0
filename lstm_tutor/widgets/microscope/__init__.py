"""The text microscope: a trained character model reads what the reader types, and every unit can be watched."""

from typing import Any

import numpy as np
import traitlets

from lstm_tutor import GRU, LSTM, LSTM1997, RNN, PeepholeLSTM, experiments, tasks
from lstm_tutor.activations import log_softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.palette import GATES, MEANINGS, number
from lstm_tutor.plots import colored_text
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as ArrayOfNumbers
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._holding import Gates, Held, operated, written
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._traits import Array, Flag, Integer, OneOf, Synced, Text
from lstm_tutor.widgets.microscope.measures import (
    MarkScores,
    gradient_sizes,
    mask_of,
    places,
    round_limit,
    score_mark,
    similarity_order,
)
from lstm_tutor.widgets.microscope.texts import SIGNS, known, samples

__all__ = ["TextMicroscope"]

LONGEST = 1000
KINDS = (RNN, LSTM1997, LSTM, PeepholeLSTM, GRU)
SIZE = len(tasks.ALPHABET)


class _Ranges(Synced):
    """Ranges [start, end) of characters, stored sorted and joined where they touch."""

    expected = f"a list of (start, end) with 0 <= start < end <= {LONGEST}"

    def make_dynamic_default(self) -> Any:
        return []

    def checked(self, obj: Any, value: Any) -> Any:
        try:
            pairs = sorted((int(start), int(end)) for start, end in value)
            whole = all(start == int(start) and end == int(end) for start, end in value)
        except (TypeError, ValueError):
            return None
        if not whole or not all(0 <= start < end <= LONGEST for start, end in pairs):
            return None
        joined: list[list[int]] = []
        for start, end in pairs:
            if joined and start <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        return joined


def _gates(scope: Any) -> Gates:
    described = scope._model
    names = [name for name in described["names"] if name in GATES]
    return Gates(names, described["hidden_size"], described["num_layers"])


class TextMicroscope(Widget, bundle="microscope"):
    """Type a text and watch a character model read it, unit by unit: gates, states, guesses, surprise, gradients.

    Parameters
    ----------
    model : SequenceModel, optional
        An RNN, LSTM1997, LSTM, PeepholeLSTM or GRU of one direction that reads one-hot characters of
        ``lstm_tutor.tasks.ALPHABET`` and guesses the next; by default the kept model "charlm-lstm-small".
    **traits
        The attributes below.

    Attributes
    ----------
    text : str of at most 1000 characters
        What the alphabet lacks is read as what :meth:`reads` says.
    quantity : str
        What is shown of a unit: a name of the trace, such as "c" or "f".
    unit : int from 0
    layer : int from 0
    color : {"unit", "surprise", "gradient"}
        What the text is colored by.
    gradient_of : {"prediction", "c", "h"}
        What the gradient is of, at the caret: the log-probability of the character that comes, or the unit's state.
    log : bool
        Whether sizes of gradients are shown on a logarithmic scale.
    order : {"similarity", "number", "mark"}
        Of the units in the atlas.
    caret : int from 0
        How many characters have been read at the caret.
    marked : list of (start, end)
        The marked characters, end excluded.
    held : list of (gate, unit, value) or (gate, unit, value, layer)
        Gates that keep one value while the text is read: 0, shut, or 1, open. ("o", 3, 0) silences unit 3.
        What is read, guessed and measured is then that of the held network, see :func:`lstm_tutor.analysis.hold`.
    found : list of [unit, correlation]
        The units that follow the mark most closely; set by the page.

    Raises
    ------
    ValueError
        If the model has another form, or a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> scope = TextMicroscope(text="x = [1, 2]", marked=[(4, 10)])
    >>> scope.values("f").shape
    (10, 64)
    >>> scope.reads()
    'x = [1, 2]'
    """

    HEIGHTS = (674, 1426)
    FACTS = ("unit", "quantity", "color", "caret", "held", "read", "marked")
    TASKS = (
        {
            "task": "The network has read up to the frame. Press its first guess, “)”, to write it.",
            "when": {"read": ")"},
            "shows": "The bracket is closed, and unit 16 falls: it is paler. Reset takes the extra bracket away.",
        },
        {
            "task": "Press Reset, then Hold gates: open f of unit 16. Is “)” still expected?",
            "when": {"held": "f16-open", "caret": 71},
            "shows": "No: its first guess is a line break now. The outlines show what it expected before.",
        },
        {
            "task": "Let all go, select the comment in line 2, press the first unit listed.",
            "when": {"unit": 46, "marked": {"min": 20}, "held": ""},
            "shows": "Unit 46 goes up in the two other comments, too, which you did not mark.",
        },
    )

    text = Text(longest=LONGEST)
    quantity = OneOf(lambda scope: scope._model["names"], "h")
    unit = Integer(0, low=0, high=lambda scope: scope._model["hidden_size"] - 1)
    layer = Integer(0, low=0, high=lambda scope: scope._model["num_layers"] - 1)
    color = OneOf(("unit", "surprise", "gradient"))
    gradient_of = OneOf(lambda scope: ["prediction", *scope._model["states"]], "prediction")
    log = Flag(True)
    order = OneOf(("similarity", "number", "mark"))
    caret = Integer(0, low=0, high=LONGEST)
    marked = _Ranges()
    held = Held(_gates)
    found: traitlets.List = traitlets.List().tag(sync=True)
    _model = traitlets.Dict().tag(sync=True)
    _weights = Array(ndim=1, dtype=None)
    _alphabet = Text(tasks.ALPHABET)
    _signs = traitlets.Dict(SIGNS).tag(sync=True)
    _samples = traitlets.Dict().tag(sync=True)

    def __init__(self, model: SequenceModel | None = None, **traits: Any) -> None:
        own = model is not None
        model = _checked(model) if own else experiments.model("charlm-lstm-small")
        layer = model.layer
        names = layer.forward(np.zeros((1, 1, SIZE), layer.dtype)).names
        config = {name: value for name, value in layer.config().items() if name not in ("dropout", "dtype")}
        self._kind = type(layer)
        self._model = {
            "kind": type(layer).__name__, "config": config, "names": list(names), "states": list(layer.State._fields),
            "hidden_size": layer.hidden_size, "num_layers": layer.num_layers, "title": "your model" if own else "",
            "shapes": shapes(model.parameters()),
        }  # fmt: skip
        self._weights = flat(model.parameters())
        self._samples = samples()
        start: dict[str, Any] = {"quantity": "c" if "c" in names else "h", "text": self._samples["comments"]}
        if own:
            start["tasks"] = []
        else:
            start["unit"] = UNIT
        super().__init__(**start | traits)
        if "caret" not in traits:
            ours = not own and "text" not in traits
            self.caret = self.text.index(READ) + len(READ) if ours else len(self.text)

    def model(self, *, untouched: bool = False) -> SequenceModel:
        """The model with what is held, in float64, of its own: changing it changes nothing here.

        With `untouched`, the model in which nothing is held.
        """
        layer = self._kind(**self._model["config"], rng=0)
        model = SequenceModel(layer, SIZE, rng=0)
        model.load_parameters(parts(self._weights, self._model["shapes"]))
        return model if untouched else operated(model, self.held)

    def reads(self) -> str:
        """The text as the model reads it: as long, with the alphabet's characters in place of all others."""
        return known(self.text)

    def trace(self) -> Trace:
        """The :class:`~lstm_tutor.trace.Trace` of the text, from a state of zeros; ValueError without a text."""
        return self._forward()[1]

    def values(self, quantity: str | None = None) -> ArrayOfNumbers:
        """What all units of the chosen layer do, (T, H): of `quantity`, by default the one that is shown."""
        return self.trace().at(layer=self.layer)[self.quantity if quantity is None else quantity][:, 0]

    def log_probabilities(self) -> ArrayOfNumbers:
        """Of each of the alphabet's characters to come next, after each one that was read: (T, 96), in nats."""
        return log_softmax(self._forward()[0][:, 0])

    def written(self, count: int = 12) -> str:
        """What the network writes at the caret: `count` times the likeliest character, which it reads before the next.

        ValueError where nothing has been read.
        """
        caret = min(self.caret, len(self.text))
        if not caret:
            raise ValueError("written: expected a caret behind at least one character, got 0")
        model = self.model()
        trace = model.layer.forward(tasks.one_hot(tasks.encode(self.reads())[:caret, None], SIZE))
        return tasks.decode(written(model, trace, count))

    def surprise(self) -> ArrayOfNumbers:
        """What each character cost, in bits, (T,); nan for the first, before which nothing was read."""
        costs = np.full(len(self.text), np.nan)
        codes = tasks.encode(self.reads())
        costs[1:] = -self.log_probabilities()[np.arange(len(codes) - 1), codes[1:]] / np.log(2)
        return costs

    def gradient_sizes(self, caret: int | None = None, of: str | None = None) -> ArrayOfNumbers:
        """Length of the gradient with respect to each character read before the caret, (caret,).

        Parameters
        ----------
        caret : int from 1
            By default the widget's own.
        of : {"prediction", "c", "h"}
            The log-probability of the character after the caret, or of the likeliest where the text ends; or the
            unit's state. By default what `gradient_of` says.
        """
        caret = min(self.caret, len(self.text)) if caret is None else caret
        of = self.gradient_of if of is None else of
        if of != "prediction" and of not in self._model["states"]:
            raise ValueError(f"gradient_sizes: expected of from {['prediction', *self._model['states']]}, got {of!r}")
        if not 1 <= caret <= len(self.text):
            raise ValueError(f"gradient_sizes: expected caret from 1 to {len(self.text)}, got {caret}")
        return gradient_sizes(self.model(), tasks.encode(self.reads()), caret, of, self.layer, self.unit)

    def similarity_order(self) -> list[int]:
        """The units in an order in which neighbors do alike on this text, a list."""
        return similarity_order(self.values())

    def scores(self) -> MarkScores:
        """How closely each unit follows the mark, and what chance would do: a :class:`MarkScores`."""
        return score_mark(self.values(), self._mask())

    def places(self) -> list[tuple[int, int]]:
        """Where else the chosen unit is as much on as in the mark: a list of (start, length), the longest first."""
        return places(self.values()[:, self.unit], self._mask())

    def figure(self) -> Still:
        """The text, colored by the chosen unit."""
        if not self.text:
            return Still("<p>No text yet.</p>", "An empty text.")
        letter = self.quantity
        series = self.values()[:, self.unit]
        colored = colored_text(
            self.trace(), letter, self.unit, self.text, layer=self.layer,
            limit=None if letter in GATES else self._limit(series),
        )  # fmt: skip
        told = f"Unit {self.unit}, {letter}, {MEANINGS.get(letter, letter)}, over a text of {len(self.text)} characters"
        alt = f"{told}: from {number(series.min())} to {number(series.max())}, mean {number(series.mean())}."
        if self.held:
            alt += f" {len(self.held)} gates are held."
        return Still(colored.html, alt)

    def _forward(self) -> tuple[ArrayOfNumbers, Trace]:
        if not self.text:
            raise ValueError("TextMicroscope: expected a text of at least one character, got none")
        return self.model().forward(tasks.one_hot(tasks.encode(self.reads())[:, None], SIZE))

    def _limit(self, series: ArrayOfNumbers) -> float:
        bounded = self.quantity != "c" and self._model["config"].get("nonlinearity") != "relu"
        return 1 if bounded else round_limit(series)

    def _mask(self) -> ArrayOfNumbers:
        return mask_of(self.marked, len(self.text))


UNIT = 16  # the unit that the default model shows first: it follows brackets

READ = "return sum(values"  # the default text is read so far at first: a bracket is open


def _checked(model: object) -> SequenceModel:
    if not (
        isinstance(model, SequenceModel)
        and type(model.layer) in KINDS
        and (model.layer.input_size, model.output_size, model.layer.num_directions) == (SIZE, SIZE, 1)
        and model.loss_name == "softmax_cross_entropy"
        and all(getattr(model.layer, name, value) == value for name, value in OPTIONS.items())
    ):
        raise ValueError(
            f"TextMicroscope: expected a SequenceModel of one of {[kind.__name__ for kind in KINDS]}, one direction, "
            f"with {SIZE} inputs and outputs and softmax_cross_entropy, got {model!r}"
        )
    return model


OPTIONS = {"gate_recurrence": False, "cells_per_block": 1, "truncated": False}  # the page's engine has no others
