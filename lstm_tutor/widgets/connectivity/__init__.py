"""Connectivity: which earlier letters the guess of an RNN, an LSTM and a GRU answers to, on the reader's own text."""

from typing import Any

import numpy as np
import traitlets

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.analysis.connectivity import forget_product, letter_gradients
from lstm_tutor.models import SequenceModel
from lstm_tutor.palette import visible
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._traits import Array, Integer, OneOf, Text

__all__ = ["Connectivity"]

KINDS = ("RNN", "LSTM", "GRU")
SEEDS = ("0", "1", "2")
UNITS = 32
LONGEST = 300
LINE = '"""Return the mean of the values, or none."""'
PLACE = 31  # behind "values": what follows depends on the quotation marks that opened the line
SIZE = len(tasks.ALPHABET)


class Connectivity(Widget, bundle="connectivity"):
    """Point at a letter, and see how much the guess after it answers to each letter before.

    Nine small character models read the text: an RNN, an LSTM and a GRU of 32 units, each trained from three seeds
    (the experiment ``connectivity``).

    Attributes
    ----------
    text : str of 2 to 300 characters of ``lstm_tutor.tasks.ALPHABET``
    place : int from 0
        The letter pointed at, after which the models guess the next; past the text's end, its last letter.
    seed : {"median", "0", "1", "2"}
        Whose gradients the rows show.
    gate : {"mean", "0", ..., "31"}
        Whose forget gates are multiplied: one unit's, or the mean of all units' products.

    Raises
    ------
    ValueError
        If a value is out of its range; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import Connectivity
    >>> lab = Connectivity(text="import sys", place=6)
    >>> lab.sizes("LSTM").shape, lab.sizes("LSTM", seed="1").shape
    ((7,), (7,))
    """

    FACTS = ("text", "place", "seed", "gate")
    TASKS = (
        {"task": "Point at the comma under the rows.", "when": {"place": 32},
         "shows": "The space after a comma is nearly certain, and every row is fainter. How far back a guess reaches "
                  "depends on the guess."},
        {"task": "Choose seed 1 instead of the median.", "when": {"seed": "1"},
         "shows": "Rows and thick lines are now one network of each kind. The thin lines are the other seeds."},
        {"task": "Multiply the forget gates of one unit instead of the mean.", "when": {"gate": {"not": "mean"}},
         "shows": "The row under the LSTM is one unit’s product. Some units forget at once, others keep nearly all."},
    )  # fmt: skip
    HEIGHTS = (690, 1113)

    text = Text(LINE, longest=LONGEST, shortest=2, alphabet=tasks.ALPHABET)
    place = Integer(0, low=0, high=LONGEST - 1)
    seed = OneOf(("median", *SEEDS))
    gate = OneOf(("mean", *map(str, range(UNITS))))
    _alphabet = Text(tasks.ALPHABET)
    _networks: traitlets.List = traitlets.List().tag(sync=True)
    _weights = Array(ndim=1, dtype=None)

    def __init__(self, **traits: Any) -> None:
        self._models = {kind: [_loaded(kind, seed) for seed in SEEDS] for kind in KINDS}
        every = [model for models in self._models.values() for model in models]
        self._networks = [
            {"kind": type(model.layer).__name__, "config": _config(model), "shapes": shapes(model.parameters())}
            for model in every
        ]
        self._weights = np.concatenate([flat(model.parameters()) for model in every])
        super().__init__(**{"place": len(traits["text"]) - 1 if "text" in traits else PLACE} | traits)

    def curves(self, kind: str) -> NumPyArray:
        """The size of the gradient with respect to each letter up to the place, (seeds, place + 1)."""
        codes = self._codes()
        return np.array([letter_gradients(model, codes, [self._guessed(model)])[:, 0] for model in self._of(kind)])

    def sizes(self, kind: str, seed: str | None = None) -> NumPyArray:
        """A row as it is shown, (place + 1,): of one seed, or the median of the seeds.

        Parameters
        ----------
        kind : {"RNN", "LSTM", "GRU"}
        seed : {"median", "0", "1", "2"}
            By default what the widget shows.
        """
        return self._shown(self.curves(kind), seed)

    def products(self, seed: str | None = None) -> NumPyArray:
        """The product of the LSTM's forget gates from behind each letter up to the place, (place + 1,)."""
        x = tasks.one_hot(self._codes(), SIZE)
        unit = None if self.gate == "mean" else int(self.gate)
        return self._shown(
            np.array([forget_product(model.forward(x)[1], unit)[:, 0] for model in self._of("LSTM")]), seed
        )

    def guesses(self, kind: str) -> list[tuple[str, float]]:
        """What each seed's guess is about: the next letter, or at the end the likeliest, with its probability."""
        found = []
        for model in self._of(kind):
            code = self._guessed(model)
            found.append((tasks.ALPHABET[code], float(self._probabilities(model)[code])))
        return found

    def figure(self) -> Still:
        """The sizes of gradients against distance: thin lines for the seeds, thick ones for their medians."""
        import matplotlib.pyplot as plt

        from lstm_tutor import plots

        curves = {kind: self.curves(kind) for kind in KINDS}
        with plots.style():
            figure, ax = plt.subplots()
            plots.gradient_flow(curves, ax=ax)
        place = self._place()
        told = ", ".join(f"{kind} {np.median(table[:, max(place - 20, 0)]):.1e}" for kind, table in curves.items())
        alt = (
            f"Size of the gradient of the guess after {visible(self.text[place])!r}, letter {place + 1} of "
            f"{self.text!r}, against the distance of a letter, on a logarithmic axis. "
            f"Medians {min(place, 20)} letters back: {told}."
        )
        return Still.of_figure(figure, alt)

    def _place(self) -> int:
        return min(self.place, len(self.text) - 1)

    def _codes(self) -> NumPyArray:
        return tasks.encode(self.text[: self._place() + 1])[:, None]

    def _of(self, kind: str) -> list[SequenceModel]:
        if kind not in KINDS:
            raise ValueError(f"Connectivity: expected kind to be one of {list(KINDS)}, got {kind!r}")
        return self._models[kind]

    def _shown(self, rows: NumPyArray, seed: str | None) -> NumPyArray:
        seed = self.seed if seed is None else seed
        if seed not in ("median", *SEEDS):
            raise ValueError(f"Connectivity: expected seed to be one of {['median', *SEEDS]}, got {seed!r}")
        return np.median(rows, axis=0) if seed == "median" else rows[int(seed)]

    def _probabilities(self, model: SequenceModel) -> NumPyArray:
        return softmax(model.forward(tasks.one_hot(self._codes(), SIZE))[0][-1, 0])

    def _guessed(self, model: SequenceModel) -> int:
        after = self.text[self._place() + 1 : self._place() + 2]
        return int(tasks.encode(after)[0]) if after else int(self._probabilities(model).argmax())


def _config(model: SequenceModel) -> dict[str, Any]:
    return {name: value for name, value in model.layer.config().items() if name not in ("dropout", "dtype")}


def _loaded(kind: str, seed: str) -> SequenceModel:
    """A stored model, in float64."""
    stored = experiments.model(f"connectivity-{kind.lower()}-{seed}")
    model = SequenceModel(getattr(lt, kind)(**_config(stored), rng=0), SIZE, rng=0)
    model.load_parameters(parts(flat(stored.parameters()), shapes(stored.parameters())))
    return model
