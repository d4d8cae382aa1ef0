"""What an experiment is: a question, runs that are pure functions of (settings, seed), and what a paper reported."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from lstm_tutor.experiments.store import Results

__all__ = ["KINDS", "NOT_MEASURED", "Claim", "Column", "Experiment", "Metrics", "PaperRow", "Settings", "Strip"]

Settings: TypeAlias = dict[str, Any]  # what JSON can hold
Metrics: TypeAlias = dict[str, Any]  # what JSON can hold

CERTAINTY = {
    "P": "read in the paper",
    "S": "from a secondary source",
    "M": "from memory, not verified",
}


KINDS = ("paper", "saying", "own")  # a paper's result, a common saying, the book's own question
NOT_MEASURED = "–"  # what a column picks from the runs of a variant of which it says nothing
SPOKEN = {"rnn": "RNN", "lstm1997": "LSTM of 1997", "lstm": "LSTM", "gru": "GRU", "mingru": "minGRU",
          "minlstm": "minLSTM"}  # fmt: skip


@dataclass(frozen=True)
class PaperRow:
    """One row of a paper's result: which method, its figures as the paper prints them, and how sure we are of them.

    Parameters
    ----------
    method : str
    figures : dict of str -> str
        What was measured, and the figure as printed.
    certainty : {"P", "S", "M"}
        Read in the paper, from a secondary source, or from memory.
    """

    method: str
    figures: Mapping[str, str]
    certainty: str

    def __post_init__(self) -> None:
        if self.certainty not in CERTAINTY:
            raise ValueError(f"PaperRow: expected certainty to be one of {list(CERTAINTY)}, got {self.certainty!r}")


@dataclass(frozen=True)
class Column:
    """One figure of the report.

    Parameters
    ----------
    title : str
    pick : function
        From a run's metrics to the figure, or to None if the run has none. Where it returns a bool, the report counts
        the runs.
    format : str
        How the figure is written.
    fails : bool
        Whether a run without the figure failed, and counts as longer than every other in the median.
    """

    title: str
    pick: Callable[[Metrics], Any]
    format: str = "{:.3g}"
    fails: bool = False


@dataclass(frozen=True)
class Strip:
    """One picture of the outcome, a row for each variant and a dot for each seed: see ``lt.plots.seed_strip``.

    Parameters
    ----------
    metric : str or function
        The name of a figure in a run's metrics, or a function from the metrics to it.
    label : str
        What the axis says.
    rows : dict of str -> str, or sequence of str, optional
        The variants that are shown, with other words than the experiment's or without; all by default.
    log : bool
        Whether the axis is logarithmic.
    floor : float, optional
        Where a logarithmic axis ends on the left; smaller figures are drawn there.
    paper : dict of str -> float
        The paper's figure for a variant.
    title : str
        What stands above the picture, where an experiment has several.
    """

    metric: str | Callable[[Metrics], Any]
    label: str
    rows: Mapping[str, str] | Sequence[str] | None = None
    log: bool = False
    floor: float | None = None
    paper: Mapping[str, float] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class Claim:
    """A sentence about an experiment's outcome, and the function that reads in the stored runs whether it holds.

    Parameters
    ----------
    text : str
        The sentence; it contains no figure that was measured here.
    holds : function
        From the Results to bool.
    variants : tuple of str
        The claim stays open until runs of all these variants are stored.
    kind : {"paper", "saying", "own"}, optional
        Whose claim it is, if not that of the whole experiment.
    """

    text: str
    holds: Callable[["Results"], bool | np.bool_]
    variants: tuple[str, ...]
    kind: str | None = None

    def __post_init__(self) -> None:
        if self.kind is not None:
            _check_kind("Claim", self.kind)


@dataclass(frozen=True)
class Experiment:
    """A published experiment, or one of the book's own, that anyone can run again.

    Parameters
    ----------
    name : str
        Also the name of its file of results.
    title, question : str
    run : function
        From (settings, seed) to metrics, a dict that JSON can hold. Nothing else may influence what it returns.
    variants : dict of str -> dict
        The settings of each variant, which JSON can hold.
    seeds : int
        How many seeds are run by default: 0, 1, ...
    single : tuple of str
        The variants that are run with seed 0 alone, besides those whose settings say ``deterministic``: a model that a
        page shows, whose claims need no spread.
    kind : {"paper", "saying", "own"}
        What its claims judge: a paper's result, a common saying, or the book's own question.
    words : dict of str -> str
        How a variant is called on a page, where its name does not say it well.
    strips : tuple of Strip
        How the outcome is drawn.
    pages : tuple of str
        The pages of the book that speak of it, as "lstm".
    paper : str or None
        A key of the book's bibliography.
    paper_rows : tuple of PaperRow
        What the paper says.
    criterion : str
        When a run counts as a success, as the paper states it.
    deviations : str
        What was done differently here.
    success : function or None
        From a run's metrics to bool, or to None where the criterion says nothing of it; None if no run can fail.
    columns : tuple of Column
        The figures that a report shows.
    claims : tuple of Claim
        What is expected of the outcome; the report's verdict is made of them.
    train : function or None
        From (settings, seed) to (model, metrics), for experiments whose models are stored.
    kept : tuple of str
        The variants whose models come with the package.
    kept_seeds : int
        How many seeds of each of them: 0, 1, ...
    noted : tuple of str
        The names of the metrics that a stored model's notes contain.
    revision : int
        Raise it when `run` changes, so that older runs no longer count.
    """

    name: str
    title: str
    question: str
    run: Callable[[Settings, int], Metrics]
    variants: Mapping[str, Settings]
    seeds: int = 5
    single: tuple[str, ...] = ()
    kind: str = "own"
    words: Mapping[str, str] = field(default_factory=dict)
    strips: tuple[Strip, ...] = ()
    pages: tuple[str, ...] = ()
    paper: str | None = None
    paper_rows: tuple[PaperRow, ...] = ()
    criterion: str = ""
    deviations: str = ""
    success: Callable[[Metrics], bool | None] | None = None
    columns: tuple[Column, ...] = ()
    claims: tuple[Claim, ...] = ()
    train: Callable[[Settings, int], tuple[Any, Metrics]] | None = None
    kept: tuple[str, ...] = ()
    kept_seeds: int = 1
    noted: tuple[str, ...] = ()
    revision: int = 1

    def __post_init__(self) -> None:
        _check_kind("Experiment", self.kind)
        unknown = [variant for variant in self.words if variant not in self.variants]
        if unknown:
            raise ValueError(f"{self.name}: expected words for variants of {list(self.variants)}, got {unknown}")

    def is_single(self, variant: str) -> bool:
        """Return whether a variant is run with one seed only."""
        return variant in self.single or bool(self.variants[variant].get("deterministic"))

    def called(self, variant: str) -> str:
        """Return how a variant is called on a page.

        Examples
        --------
        >>> from lstm_tutor import experiments
        >>> experiments.get("lag_sweep").called("lstm, forget bias 1")
        'LSTM, forget bias 1'
        """
        self.settings(variant)
        return self.words.get(variant) or re.sub(r"\w+", lambda word: SPOKEN.get(word[0], word[0]), variant)

    def settings(self, variant: str) -> Settings:
        """Return the settings of a variant, as JSON would give them back."""
        if variant not in self.variants:
            raise ValueError(f"{self.name}: expected a variant of {list(self.variants)}, got {variant!r}")
        return json.loads(json.dumps(self.variants[variant], allow_nan=False))

    def fingerprint(self, variant: str) -> str:
        """Return 16 hex digits that change with the settings of a variant, and with the revision."""
        content = json.dumps([self.name, self.revision, self.settings(variant)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def _check_kind(what: str, kind: str) -> None:
    if kind not in KINDS:
        raise ValueError(f"{what}: expected kind to be one of {list(KINDS)}, got {kind!r}")
