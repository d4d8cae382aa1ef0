"""The attention lab: two trained translators of dates, and where each of them looks while it writes."""

from functools import lru_cache
from typing import Any

import numpy as np
import traitlets

from lstm_tutor import experiments, plots, tasks
from lstm_tutor.palette import number, visible
from lstm_tutor.seq2seq import Hypothesis, Seq2Seq
from lstm_tutor.tasks.dates import CASES, CHARACTERS, FORMS, MONTHS, START, STOP, SYMBOLS, WEEKDAYS
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Array, Flag, Integer, OneOf, Text
from lstm_tutor.widgets.attentionlab.reading import LONGEST, STAND_INS, in_float64, packed, readable

__all__ = ["AttentionLab"]

KEPT = {"additive": "dates-additive", "dot": "dates-general"}
SAID = {"additive": "additive", "dot": "general"}
TYPED = 120  # characters that may be typed; of these, LONGEST are read
WRITTEN = len("YYYY-MM-DD") + 1  # symbols that are written at most, the stop among them
YEARS = (1900, 2099)
# Texts that are not as in the training, to see what happens then.
OUTSIDE = ("2011-03-03", "Mar the 3rd, 2011", "Monday, 3rd of March 2011", "3 januari 2011", "31 February 2011",
           "3 May 1492", "3 March 11", "hello")  # fmt: skip
DATE = "Thursday, 3rd of March 2011"
PHASES = 6  # of one step, as the page walks through it: query, scores, shares, context, state, symbol


class AttentionLab(Widget, bundle="attentionlab"):
    """Type a date in any form, and see a trained network write it as YYYY-MM-DD, and where it looks meanwhile.

    Two encoder-decoders of GRUs read the same characters. They differ in the score that attention is made of:
    **additive**, v · tanh(W s + U h), asked *before* the decoder's step with the state that it has (Bahdanau, Cho &
    Bengio, 2015), and **general**, s · W h, asked *after* the step with the new state (Luong, Pham & Manning, 2015).
    The bare product s · h will not do, since the encoder's states, of two directions, are longer than the decoder's.

    Parameters
    ----------
    text : str
        What is read: at most 120 characters, of which the first 40 that are known are read. Characters that no date of
        the training had are replaced or left out: e for é, a hyphen for a dash.
    scores : {"dot", "additive"}
        Which translator is shown; "dot" is the one with general scores.
    compare : bool
        Show the other one below it, in place of the parts of a step.
    view : {"arcs", "heat map"}
    step, place : int
        Which symbol written and which character read is pointed at, from 0; -1 for none. At first the digit of the
        month, which is read off a word.
    phase : int
        Which part of the step is shown, 0 to 5; the last is the symbol that it writes.
    models : dict of str -> Seq2Seq, optional
        Other translators in place of "additive" or "dot": with attention, reading ``encode_dates`` and writing
        ``SYMBOLS`` of ``lstm_tutor.tasks.dates``.

    Attributes
    ----------
    translation : str
        What the chosen translator writes, up to the stop; "" if there is nothing to read.
    weights : array (T_out, T_in)
        Its attention at each symbol written, the stop among them.

    Raises
    ------
    ValueError
        If a value is out of its range, or a model does not read and write dates; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import AttentionLab
    >>> lab = AttentionLab(text="Thursday, 3rd of March 2011", scores="dot")
    >>> lab.translation, lab.weights.shape
    ('2011-03-03', (11, 27))
    >>> lab.text = "3 März 2011"
    >>> lab.read, lab.translation
    ('3 Mar 2011', '2011-03-03')
    """

    HEIGHTS = (696, 1310)
    FACTS = ("step", "place", "text", "scores", "compare")
    TASKS = (
        {"task": "Point at a digit of the year 2011 in the upper row. Where did the network look?",
         "when": {"text": DATE, "scores": "dot", "step": {"min": 0, "max": 3}},
         "shows": "Each digit of the year looks at its own copy, with a weight of 1.00. It copies."},
        {"task": "To write the month's 3, it looked at the r of March. Press that r, then “Erase this character”.",
         "when": {"text": "Thursday, 3rd of Mach 2011", "scores": "dot"},
         "shows": "Without the r it writes January, 2011-01-03. Here the weight was a reason."},
        {"task": "Press Reset, choose additive scores, and erase the M, at which these look most for the month.",
         "when": {"text": "Thursday, 3rd of arch 2011", "scores": "additive"},
         "shows": "It still writes March, 2011-03-03. The largest weight need not be a reason."},
        {"task": "Type 3/12/2011, then 3.12.2011. Which one is in December?",
         "when": {"text": "3.12.2011"},
         "shows": "With dots the day comes first, 2011-12-03. With slashes it was the month, 2011-03-12."},
    )  # fmt: skip

    text = Text(DATE, longest=TYPED)
    scores = OneOf(("dot", "additive"))
    compare = Flag()
    view = OneOf(("arcs", "heat map"))
    step = Integer(6, low=-1, high=WRITTEN - 1)
    place = Integer(-1, low=-1, high=LONGEST - 1)
    phase = Integer(PHASES - 1, low=0, high=PHASES - 1)
    translation = Text(longest=WRITTEN)
    weights = Array(ndim=2)
    additive = Array(ndim=1, dtype=None)
    dot = Array(ndim=1, dtype=None)
    about = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(self, models: dict[str, Seq2Seq] | None = None, **traits: Any) -> None:
        self._models = {name: _kept(kept) for name, kept in KEPT.items()} | _checked(models or {})
        made_of, numbers = {}, {}
        for name, model in self._models.items():
            made_of[name], numbers[name] = packed(model)
        super().__init__(**numbers, **traits)
        self.set_trait("about", _facts() | {"models": made_of})
        self._translate()

    @property
    def read(self) -> str:
        """What is read of the text."""
        return readable(self.text)

    def hypothesis(self, scores: str | None = None) -> Hypothesis | None:
        """What a translator makes of the text: a :class:`lstm_tutor.Hypothesis`; None if there is nothing to read."""
        if not self.read:
            return None
        x, _ = tasks.encode_dates([self.read])
        model = self._models[self.scores if scores is None else scores]
        return model.greedy(x, SYMBOLS.index(START), SYMBOLS.index(STOP), WRITTEN)[0]

    @traitlets.observe("text", "scores")
    def _translate(self, change: object = None) -> None:
        if not self.about:  # not made yet
            return
        found = self.hypothesis()
        with self.hold_sync():
            self.translation = tasks.decode_date(found.symbols) if found else ""
            self.weights = found.weights if found else np.zeros((0, 0))

    def figure(self) -> Still:
        """The attention as a heat map: a row per symbol written, a column per character read."""
        from matplotlib.figure import Figure

        hypothesis = self.hypothesis()
        if hypothesis is None:
            return Still("<p>There is nothing to read.</p>", "No text: nothing is read, and nothing written.")
        signs = [visible(SYMBOLS[k]) if SYMBOLS[k] != STOP else "■" for k in hypothesis.symbols]
        looks = [
            f"{sign} looks most at {visible(self.read[j])} ({number(row[j])})"
            for sign, row, j in zip(signs, self.weights, self.weights.argmax(axis=1), strict=True)
        ]
        told = f"{self.read!r} is read and {self.translation} written, with {SAID[self.scores]} scores"
        alt = f"A heat map of attention: {told}. {'; '.join(looks)}."
        ax = plots.attention_heatmap(self.weights, read=self.read, written=signs, colorbar=False)
        figure = ax.get_figure()
        assert isinstance(figure, Figure)  # its axes are new
        return Still.of_figure(figure, alt, f"{told[0].upper()}{told[1:]}.")


@lru_cache
def _kept(name: str) -> Seq2Seq:
    return in_float64(experiments.model(name))


def _checked(models: dict[str, Seq2Seq]) -> dict[str, Seq2Seq]:
    """Other translators, in float64; a ValueError if one of them is none."""
    unknown = sorted(models.keys() - KEPT.keys())
    if unknown:
        raise ValueError(f"AttentionLab: expected models named {list(KEPT)}, got {unknown}")
    for name, model in models.items():
        fits = isinstance(model, Seq2Seq) and model.attention is not None and (
            (model.encoder.input_size, model.symbol_size) == (len(CHARACTERS), len(SYMBOLS))
            and model.output_size == len(SYMBOLS) - 1 and type(model.decoder).__name__ == "GRU"
            and model.decoder.num_layers == 1 and not model.input_feeding
            and model.source_embedding is None and model.target_embedding is None
        )  # fmt: skip
        if not fits:
            raise ValueError(f"AttentionLab: expected a Seq2Seq with attention and a decoder that is a GRU of one "
                             f"layer, which reads {len(CHARACTERS)} characters and writes {len(SYMBOLS) - 1} symbols, "
                             f"as {name!r}, got {model!r}")  # fmt: skip
    return {name: in_float64(model) for name, model in models.items()}


@lru_cache
def _facts() -> dict[str, Any]:
    """What the page has to know of the task; `days` are some of those that no kept translator was trained on."""
    seeds = {experiments.model_with_notes(kept)[1]["seed"] for kept in KEPT.values()}
    unseen = [set(tasks.Dates(rng=[seed, 5]).test) for seed in seeds]
    days = [day for day in tasks.Dates(rng=[min(seeds), 5]).test if all(day in each for each in unseen)]
    return {
        "characters": CHARACTERS, "symbols": SYMBOLS, "start": SYMBOLS.index(START), "stop": SYMBOLS.index(STOP),
        "most": WRITTEN, "longest": LONGEST, "typed": TYPED, "stand_ins": STAND_INS, "years": YEARS,
        "forms": FORMS, "cases": list(CASES), "months": MONTHS, "weekdays": WEEKDAYS,
        "days": [day.isoformat() for day in days[:120]], "outside": OUTSIDE,
    }  # fmt: skip
