"""What an experiment is: a question, its runs as pure functions of (settings, seed), and what a paper reported."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Claim", "Column", "Experiment", "PaperRow"]

CERTAINTY = {
    "P": "read in the paper",
    "S": "from a secondary source",
    "M": "from memory, not verified",
}


@dataclass(frozen=True)
class PaperRow:
    """One row of a paper's result: which method, its figures as the paper prints them, and how sure we are of them.

    Parameters
    ----------
    method : str
    figures : dict of what was measured -> text
    certainty : "P", "S" or "M", see CERTAINTY
    """

    method: str
    figures: Mapping[str, str]
    certainty: str

    def __post_init__(self):
        if self.certainty not in CERTAINTY:
            raise ValueError(f"PaperRow: expected certainty to be one of {list(CERTAINTY)}, got {self.certainty!r}")


@dataclass(frozen=True)
class Column:
    """One figure of the report.

    Parameters
    ----------
    title : str
    pick : function from a run's metrics to the figure; None if the run has none; or to bool: the runs are then counted
    format : str
    """

    title: str
    pick: Callable[[dict], Any]
    format: str = "{:.3g}"


@dataclass(frozen=True)
class Claim:
    """A sentence about an experiment's outcome, and the function that reads in the stored runs whether it holds.

    The sentence itself holds no figure that was measured here; `variants` names the runs without which it is open.
    """

    text: str
    holds: Callable[[Any], bool]
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Experiment:
    """A published experiment, or one of the book's own, that anyone can run again.

    Parameters
    ----------
    name : str, also the name of its file of results
    title, question : str
    run : function (settings, seed) -> dict that JSON can hold; nothing else may influence what it returns
    variants : dict of name -> settings, dicts that JSON can hold
    seeds : int, how many seeds are run unless asked otherwise: 0, 1, ...
    paper : None, or a key of the book's bibliography
    paper_rows : what the paper says
    criterion : str, when a run counts as a success, as the paper states it
    deviations : str, what was done otherwise here
    success : function from a run's metrics to bool, or None where there is no such thing
    columns : the figures that a report shows
    claims : what is expected of the outcome; the report's verdict
    train : function (settings, seed) -> (model, metrics of the run), where models are kept
    kept : the variants whose first seed's model comes with the package
    noted : names of the metrics that a kept model's notes tell
    revision : int; raise it when `run` changes, so that older runs no longer count
    """

    name: str
    title: str
    question: str
    run: Callable[[dict, int], dict]
    variants: Mapping[str, dict]
    seeds: int = 5
    paper: str | None = None
    paper_rows: tuple[PaperRow, ...] = ()
    criterion: str = ""
    deviations: str = ""
    success: Callable[[dict], bool] | None = None
    columns: tuple[Column, ...] = ()
    claims: tuple[Claim, ...] = ()
    train: Callable[[dict, int], tuple[Any, dict]] | None = None
    kept: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    revision: int = 1

    def settings(self, variant):
        """The settings of a variant, as JSON would give them back."""
        if variant not in self.variants:
            raise ValueError(f"{self.name}: expected a variant of {list(self.variants)}, got {variant!r}")
        return json.loads(json.dumps(self.variants[variant], allow_nan=False))

    def fingerprint(self, variant):
        """16 hex digits that change with the settings of a variant, and with the revision."""
        content = json.dumps([self.name, self.revision, self.settings(variant)], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]
