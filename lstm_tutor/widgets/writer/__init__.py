"""The writer: a character model goes on from what the reader types, letter by letter, while its gates move."""

from typing import Any

import numpy as np
import traitlets

from lstm_tutor import LSTM, experiments, sampling, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.plots import colored_text
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as ArrayOfNumbers
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._page_random import PageRandom
from lstm_tutor.widgets._traits import Array, Integer, Number, OneOf, Text
from lstm_tutor.widgets.microscope.texts import SIGNS, known

__all__ = ["Writer"]

START = "class Reader:\n    def read(self, name):\n        return self."
FIRST = 60  # letters that are written when it comes
LONGEST_START, LONGEST = 200, 300
UNIT = 16  # of the default model: it follows brackets
SIZE = len(tasks.ALPHABET)
RULES = ("all", "top-k", "top-p")


class Writer(Widget, bundle="writer"):
    """Let a character model write on from a text, by a rule that the reader sets, and choose some letters oneself.

    Parameters
    ----------
    model : SequenceModel, optional
        A one-layer LSTM of one direction that reads one-hot characters of ``lstm_tutor.tasks.ALPHABET`` and guesses the
        next; by default the kept model "charlm-lstm-small".
    **traits
        The attributes below.

    Attributes
    ----------
    start : str of at most 200 characters
        What is read first. What the alphabet lacks is read as what :meth:`reads` says.
    written : str of at most 300 characters of the alphabet
        What has been written after it; by default 60 letters that the model has drawn by the rule.
    place : int from -1
        After how many written letters the reader looks; -1 is the end.
    temperature : float from 0 to 2
    rule : {"all", "top-k", "top-p"}
        Whether all letters are drawn from, the `k` likeliest, or the nucleus of `p`.
    k : int from 1
    p : float from 0.05 to 1
    seed : int from 0 to 9999
        Of the dice: letter number n after the start is drawn with the n-th number.
    unit : int from 0
        Whose gates are shown.

    Raises
    ------
    ValueError
        If the model has another form, or a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> writer = Writer(start="import re\\nimport sy", written="", temperature=0.5)
    >>> [letter for letter, *_ in writer.candidates()[:1]], writer.writes(2)
    (['s'], 's.')
    """

    HEIGHTS = (692, 1355)
    FACTS = ("temperature", "rule", "fresh", "chosen")
    TASKS = (
        {
            "task": "Set T to 0, press Start over, then play.",
            "when": {"temperature": 0, "fresh": {"min": 70}},
            "shows": "The likeliest letter each time: one line of code, and after it nothing but spaces.",
        },
        {
            "task": "Set T to 1.5 or more, press Start over, then play.",
            "when": {"temperature": {"min": 1.45}, "fresh": {"min": 40}},
            "shows": "Now letters come that it thinks unlikely. The stronger the tint, the greater the surprise.",
        },
        {
            "task": "Press a letter that was written, then choose another from the list.",
            "when": {"chosen": True},
            "shows": "All that had followed is gone, since it was written after another letter. Play to go on.",
        },
    )

    start = Text(START, longest=LONGEST_START)
    written = Text(longest=LONGEST, alphabet=tasks.ALPHABET)
    place = Integer(-1, low=-1, high=LONGEST)
    temperature = Number(0.8, low=0.0, high=2.0)
    rule = OneOf(RULES)
    k = Integer(10, low=1, high=SIZE)
    p = Number(0.9, low=0.05, high=1.0)
    seed = Integer(1, low=0, high=9999)
    unit = Integer(0, low=0, high=lambda writer: writer._model["hidden_size"] - 1)
    _model = traitlets.Dict().tag(sync=True)
    _weights = Array(ndim=1, dtype=None)
    _alphabet = Text(tasks.ALPHABET)
    _signs = traitlets.Dict(SIGNS).tag(sync=True)

    def __init__(self, model: SequenceModel | None = None, **traits: Any) -> None:
        model = _checked(experiments.model("charlm-lstm-small") if model is None else model)
        parameters = model.parameters()
        config = {name: value for name, value in model.layer.config().items() if name not in ("dropout", "dtype")}
        H = model.layer.hidden_size
        self._model = {"kind": "LSTM", "config": config, "shapes": shapes(parameters), "hidden_size": H}
        self._weights = flat(parameters)
        super().__init__(**{"unit": min(UNIT, H - 1)} | traits)
        if "written" not in traits and self.start:
            self.written = self.writes(FIRST)

    def model(self) -> SequenceModel:
        """The model in float64, of its own: changing it changes nothing here."""
        model = SequenceModel(LSTM(**self._model["config"], rng=0), SIZE, rng=0)
        model.load_parameters(parts(self._weights, self._model["shapes"]))
        return model

    def reads(self) -> str:
        """The start as the model reads it: as long, with the alphabet's characters in place of all others."""
        return known(self.start)

    def text(self) -> str:
        """What has been read where the reader looks: the start, and what is written up to the place."""
        return self.reads() + (self.written if self.place < 0 else self.written[: self.place])

    def trace(self) -> Trace:
        """The :class:`~lstm_tutor.trace.Trace` of :meth:`text`; ValueError without any."""
        return self._forward()[1]

    def candidates(self) -> list[tuple[str, float, float]]:
        """The letters that may come next where the reader looks, the likeliest first.

        Returns
        -------
        list of (letter, share, drawn)
            `share` is what the model says, `drawn` the probability with which the rule draws it.
        """
        scores = self._forward()[0][-1, 0]
        shares, drawn = softmax(scores), self._drawn(scores)
        return [(tasks.ALPHABET[k], float(shares[k]), float(drawn[k])) for k in np.argsort(-scores, kind="stable")]

    def writes(self, count: int) -> str:
        """What the page would write next where the reader looks: `count` letters, by the rule and the dice."""
        text, at = self.text(), len(self.text()) - len(self.start)
        dice = PageRandom(self.seed).uniform(0.0, 1.0, (at + count,))
        model, state, letters = self.model(), None, ""
        while len(letters) < count:
            codes = tasks.encode((text if state is None else "") + letters[-1:])
            scores, trace = model.forward(tasks.one_hot(codes[:, None], SIZE), state)
            state = trace.final_state
            letters += tasks.ALPHABET[int(sampling.choice(self._drawn(scores[-1, 0]), dice[at + len(letters)]))]
        return letters

    def figure(self) -> Still:
        """The text, colored by the unit's memory."""
        if not self.text():
            return Still("<p>No text yet.</p>", "An empty text.")
        colored = colored_text(self.trace(), "c", self.unit, self.text())
        written = "".join(" " if letter == "\n" else letter for letter in self.written)
        alt = f"A network has read {self.reads()!r} and written: {written!r}."
        return Still(colored.html, alt)

    def _drawn(self, scores: ArrayOfNumbers) -> ArrayOfNumbers:
        return sampling.probabilities(
            scores, temperature=self.temperature, top_k=self.k if self.rule == "top-k" else None,
            top_p=self.p if self.rule == "top-p" else None,
        )  # fmt: skip

    def _forward(self) -> tuple[ArrayOfNumbers, Trace]:
        if not self.text():
            raise ValueError("Writer: expected a start of at least one character, got none")
        return self.model().forward(tasks.one_hot(tasks.encode(self.text())[:, None], SIZE))


def _checked(model: object) -> SequenceModel:
    if not (
        isinstance(model, SequenceModel)
        and type(model.layer) is LSTM
        and (model.layer.input_size, model.output_size) == (SIZE, SIZE)
        and (model.layer.num_layers, model.layer.num_directions) == (1, 1)
        and (model.loss_name, model.embedding, model.pooling) == ("softmax_cross_entropy", None, None)
    ):
        raise ValueError(f"Writer: expected a SequenceModel of a one-layer LSTM with {SIZE} inputs and outputs and "
                         f"softmax_cross_entropy, got {model!r}")  # fmt: skip
    return model
