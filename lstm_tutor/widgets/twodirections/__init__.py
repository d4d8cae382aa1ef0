"""Two directions: a sentence that the reader edits, and three taggers: forward, backward, and both ways."""

import html
from functools import lru_cache
from typing import Any

import numpy as np
import traitlets

from lstm_tutor import LSTM, experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.palette import number
from lstm_tutor.tasks.tagging import GROUPS, KINDS, TAGS, WORDS, what_decides
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._models import flat, parts, shapes
from lstm_tutor.widgets._traits import Array, Integer, OneOf, Text

__all__ = ["READERS", "TwoDirections"]

READERS = ("forward", "backward", "both")
LONGEST = 14  # words
PRESETS = (
    ("they split the bread last night", 1, "The word “last” stands three words after “split” and makes it past. "
     "The forward reader has not seen it yet when it has to answer."),
    ("they split the bread every night", 1, "One word is another: “every” for “last”. What the forward reader knows at "
     "“split” is the same as before, number for number."),
    ("we cut the split every night", 3, "The same word, another meaning: behind “the”, “split” is a noun. Here the "
     "forward reader knows at once."),
    ("they split every night", 1, "Without an object, neither side is enough. From behind it could be a noun; from the "
     "front it could be past or present. Both sides together decide."),
    ("i set my old bread near the small table last year", 1, "The deciding word, “last”, comes "
     "eight words later. The state of the backward reader carries it all the way."),
    ("i set my old bread near the small table", 1, "The sentence stops just before the word that decides. Nobody can "
     "know now. Look at how sure the readers are all the same."),
)  # fmt: skip
QUESTIONS = 24


class _Sentence(Text):
    """Words that the models know, with single spaces."""

    def checked(self, obj: Any, value: Any) -> Any:
        if not isinstance(value, str):
            self.expected = "a str"
            return None
        words = value.split()
        unknown = sorted(set(words) - set(WORDS))
        if unknown:
            self.expected = f"words of tasks.tagging.WORDS; unknown: {unknown}"
            return None
        self.expected = f"1 to {LONGEST} words"
        return " ".join(words) if 1 <= len(words) <= LONGEST else None


class TwoDirections(Widget, bundle="twodirections"):
    """Edit a sentence and see what a forward reader, a backward reader and a reader of both directions make of it.

    Parameters
    ----------
    models : dict of "forward", "backward" and "both" to SequenceModel, optional
        One-layer LSTMs from the 35 words of ``lstm_tutor.tasks.tagging.WORDS`` to its 8 TAGS; "both" runs in two
        directions, and the backward reader gets its sentences turned round. By default the kept models
        "tagging-forward", "tagging-backward" and "tagging-both".
    text : str
        1 to 14 of the words.
    token : int from 0
        The word that is looked at.
    reader : {"both", "forward", "backward"}
        Whose answer is taken apart.
    mode : {"edit", "predict"}
        "predict" hides a part of a sentence, and the reader guesses a tag.
    show : {"picture", "states", "probabilities", "changes"}
        What stands under the tags: the two chains of cells, their hidden states, the probabilities of all tags of the
        word, or the words that would change its tag.

    Raises
    ------
    ValueError
        If a model has another form, or a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import TwoDirections
    >>> widget = TwoDirections(text="they split every night", token=1)
    >>> {reader: shares.shape for reader, shares in widget.shares().items()}
    {'forward': (4, 8), 'backward': (4, 8), 'both': (4, 8)}
    >>> widget.tags()["both"]
    ['pronoun', 'present', 'time', 'time']
    """

    HEIGHTS = (612, 1230)
    FACTS = ("text", "token", "reader", "mode", "show")
    TASKS = (
        {"task": "Read from the left only. What is “split” then?",
         "when": {"text": PRESETS[0][0], "token": 1, "reader": "forward"},
         "shows": "Past 0.51, present 0.49: a toss of a coin. The word that decides, “last”, comes later."},
        {"task": "Read from the right only.", "when": {"text": PRESETS[0][0], "token": 1, "reader": "backward"},
         "shows": "Past, 1.00: on its way from the end it has read “last” already."},
        {"task": "Choose the example with “every night” in place of “last night”.",
         "when": {"text": PRESETS[1][0], "token": 1},
         "shows": "“split” has become present, three words before the word that changed."},
        {"task": "Choose “they split every night”, and compare the three rows at “split”.",
         "when": {"text": PRESETS[3][0], "token": 1},
         "shows": "From the left past 0.51, from the right noun 0.73. Only both together know: present, 1.00."},
    )  # fmt: skip

    text = _Sentence(PRESETS[0][0])
    token = Integer(1, low=0, high=LONGEST - 1)
    reader = OneOf(("both", "forward", "backward"))
    mode = OneOf(("edit", "predict"))
    show = OneOf(("picture", "states", "probabilities", "changes"))
    _words = traitlets.List(list(WORDS)).tag(sync=True)
    _tags = traitlets.List(list(TAGS)).tag(sync=True)
    _groups = traitlets.Dict({group: list(words) for group, words in GROUPS.items()}).tag(sync=True)
    _presets = traitlets.List([{"text": t, "token": k, "point": p} for t, k, p in PRESETS]).tag(sync=True)
    _questions: traitlets.List = traitlets.List().tag(sync=True)
    _sizes = traitlets.Dict().tag(sync=True)
    _forward = Array(ndim=1, dtype=None)  # a model's parameters, one behind the other
    _backward = Array(ndim=1, dtype=None)
    _both = Array(ndim=1, dtype=None)

    def __init__(self, models: dict[str, SequenceModel] | None = None, **traits: Any) -> None:
        models = {reader: experiments.model(f"tagging-{reader}") for reader in READERS} if models is None else models
        if not (isinstance(models, dict) and sorted(models) == sorted(READERS)):
            raise ValueError(f"TwoDirections: expected models to be a dict of {list(READERS)}, got {models!r}")
        for reader in READERS:
            _check(reader, models[reader])
        rows = {f"_{reader}": flat(models[reader].parameters()) for reader in READERS}
        self._sizes = {reader: models[reader].layer.hidden_size for reader in READERS}
        self._questions = questions()
        super().__init__(**traits)
        for name, array in rows.items():
            setattr(self, name, array)

    def model(self, reader: str) -> SequenceModel:
        """A reader's model, in float64, of its own: changing it changes nothing here."""
        if reader not in READERS:
            raise ValueError(f"TwoDirections.model: expected one of {list(READERS)}, got {reader!r}")
        layer = LSTM(len(WORDS), self._sizes[reader], bidirectional=reader == "both", rng=0)
        model = SequenceModel(layer, len(TAGS), rng=0)
        model.load_parameters(parts(getattr(self, f"_{reader}"), shapes(model.parameters())))
        return model

    def trace(self, reader: str = "both") -> Trace:
        """The Trace of a reader that reads the text; the backward reader's runs from the last word to the first."""
        return self._read(reader, [self.text.split()])[1]

    def shares(self) -> dict[str, NumPyArray]:
        """Dict of reader -> array (T, 8), the probabilities of TAGS for each word."""
        return {reader: self._shares(reader, [self.text.split()])[:, 0] for reader in READERS}

    def tags(self) -> dict[str, list[str]]:
        """Dict of reader -> the likeliest tag of each word."""
        return {reader: [TAGS[k] for k in shares.argmax(axis=1)] for reader, shares in self.shares().items()}

    def influence(self, reader: str = "both") -> NumPyArray:
        """How much each word matters for each tag, by putting all other words of the vocabulary in its place.

        Returns
        -------
        array (T, T) : [t, s] is how far the probability of word t's tag falls, on average, if word s is another
        """
        words, T = self.text.split(), len(self.text.split())
        shares = self._shares(reader, [words])[:, 0]
        chosen = shares.argmax(axis=1)
        own = shares[np.arange(T), chosen]
        falls = np.zeros((T, T))
        for s in range(T):
            swapped = [[*words[:s], word, *words[s + 1 :]] for word in WORDS if word != words[s]]
            then = self._shares(reader, swapped)[np.arange(T), :, chosen]  # (T, 34)
            falls[:, s] = own - then.mean(axis=1)
        return falls

    def figure(self) -> Still:
        """The sentence with each reader's tags, as a table."""
        words, shares, tags = self.text.split(), self.shares(), self.tags()
        k = min(self.token, len(words) - 1)
        head = "".join(f'<th scope="col">{html.escape(word)}</th>' for word in words)
        rows = "".join(
            f'<tr><th scope="row">{reader}</th>'
            + "".join(f"<td>{tag} {number(p.max())}</td>" for tag, p in zip(tags[reader], shares[reader], strict=True))
            + "</tr>"
            for reader in READERS
        )
        told = "; ".join(f"{reader}: {tags[reader][k]}, {number(shares[reader][k].max())}" for reader in READERS)
        alt = f"Tags of “{self.text}” by three readers. The word “{words[k]}”: {told}."
        table = (
            f'<div style="overflow-x:auto"><table class="lt-report"><thead><tr><th scope="col">reader</th>{head}</tr>'
            f"</thead><tbody>{rows}</tbody></table></div>"
        )
        return Still(table, alt, alt)

    def _read(self, reader: str, sentences: list[list[str]]) -> tuple[NumPyArray, Trace]:
        codes = np.array([[WORDS.index(word) for word in words] for words in sentences]).T  # (T, N)
        codes = codes[::-1] if reader == "backward" else codes
        return self.model(reader).forward(tasks.one_hot(codes, len(WORDS)))

    def _shares(self, reader: str, sentences: list[list[str]]) -> NumPyArray:
        shares = softmax(self._read(reader, sentences)[0])  # (T, N, 8)
        return shares[::-1] if reader == "backward" else shares


@lru_cache(maxsize=1)
def questions() -> list[dict[str, Any]]:
    """Sentences that the kept models never saw: dicts of text, token, tag and what decides, by turns of KINDS."""
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}
    for words, tags in tasks.TaggedSentences(2000, rng=[0, 2]).test:
        kinds = what_decides(words)
        scarce = min(KINDS, key=lambda kind: len(found[kind]))
        if len(words) <= 10 and scarce in kinds:
            k = kinds.index(scarce)
            found[scarce].append({"text": " ".join(words), "token": k, "tag": tags[k], "decides": scarce})
        if all(len(asked) == QUESTIONS // len(KINDS) for asked in found.values()):
            break
    return [question for turn in zip(*found.values(), strict=True) for question in turn]


def _check(reader: str, model: object) -> None:
    directions = 2 if reader == "both" else 1
    fits = False
    if isinstance(model, SequenceModel) and type(model.layer) is LSTM:
        layer = model.layer
        sizes = (layer.input_size, model.output_size, layer.num_layers, layer.num_directions)
        fits = sizes == (len(WORDS), len(TAGS), 1, directions)
    if not fits:
        ways = "two directions" if directions == 2 else "one direction"
        raise ValueError(f"TwoDirections: expected the {reader} reader to be a SequenceModel of a one-layer LSTM in "
                         f"{ways}, {len(WORDS)} inputs and {len(TAGS)} outputs, got {model!r}")  # fmt: skip
