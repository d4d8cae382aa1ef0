"""What a card of the claims lab is: a claim as it circulates, and the function that settles it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from lstm_tutor.experiments import EXPERIMENTS, Results, results
from lstm_tutor.experiments.reporting import PAGES
from lstm_tutor.experiments.store import Folder

__all__ = ["BASES", "THEMES", "VERDICTS", "Card", "Finding", "by_source"]

VERDICTS = ("true", "partly", "false", "not a thing")
THEMES = {"history": "History", "cell": "The cell", "gradients": "Gradients", "training": "Training",
          "networks": "Which network", "code": "Code that circulates"}  # fmt: skip
BASES = {"runs": "stored runs", "code": "code that runs", "source": "the primary source"}


class Finding(NamedTuple):
    """What became of a claim.

    Attributes
    ----------
    verdict : {"true", "partly", "false", "not a thing"}
    evidence : str
        A sentence or two with the size of the effect and the number of seeds.
    """

    verdict: str
    evidence: str


@dataclass(frozen=True)
class Card:
    """A claim as it circulates, in a paraphrase, and what settles it.

    Parameters
    ----------
    name : str
        A few words with hyphens: the card's place on the page of the claims is ``claims-`` and the name.
    saying : str
        The claim, as a reader may have met it; code in backticks.
    theme : str
        A key of THEMES: the section of the page.
    page : str
        The chapter that tells more, as "lstm".
    basis : {"runs", "code", "source"}
        What settles it: stored runs, code that runs on the spot, or the primary source alone.
    settle : function
        From the Results of each of `studies`, in that order, to a Finding.
    studies : tuple of str
        The experiments whose stored runs settle it.
    sources : tuple of str
        Keys of the book's bibliography: the primary source, and what else the card leans on.

    Raises
    ------
    ValueError
        If theme, page, basis or an experiment is unknown, or if stored runs are to settle it and no study is named.
    """

    name: str
    saying: str
    theme: str
    page: str
    basis: str
    settle: Callable[..., Finding]
    studies: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {"theme": THEMES, "page": PAGES, "basis": BASES}
        for what, names in known.items():
            if getattr(self, what) not in names:
                raise ValueError(
                    f"{self.name}: expected {what} to be one of {list(names)}, got {getattr(self, what)!r}"
                )
        unknown = [study for study in self.studies if study not in EXPERIMENTS]
        if unknown:
            raise ValueError(f"{self.name}: expected studies among {list(EXPERIMENTS)}, got {unknown}")
        if (self.basis == "runs") != bool(self.studies):
            raise ValueError(f"{self.name}: expected studies if stored runs settle it, and only then")

    @property
    def place(self) -> str:
        """The card's place on its page."""
        return f"claims-{self.name}"

    @property
    def finding(self) -> Finding:
        """The verdict and the evidence, of the stored runs as they are or of code that is run now, once."""
        return _finding(self)

    def judge(self, folder: Folder = None) -> Finding:
        """Settle the claim anew.

        Parameters
        ----------
        folder : path, optional
            Where the runs are stored; by default those that come with the package.

        Returns
        -------
        Finding

        Raises
        ------
        LookupError
            If no run of one of its studies is stored.
        ValueError
            If what settles it gives a verdict that is none of VERDICTS.
        """
        stored = [results(study, folder=folder) for study in self.studies]
        for study, found in zip(self.studies, stored, strict=True):
            if not len(found):
                raise LookupError(f"{self.name}: expected stored runs of {study!r}, found none")
        finding = self.settle(*stored)
        if finding.verdict not in VERDICTS:
            raise ValueError(f"{self.name}: expected a verdict of {list(VERDICTS)}, got {finding.verdict!r}")
        return finding


@cache
def _finding(card: Card) -> Finding:
    return card.judge()


def by_source(verdict: str, evidence: str) -> Callable[[], Finding]:
    """Return what settles a claim of history: the primary source, which no run can replace.

    Parameters
    ----------
    verdict : str
        One of VERDICTS.
    evidence : str
        What the source says.

    Returns
    -------
    function
        Without arguments, to a Finding.

    Examples
    --------
    >>> by_source("true", "The thesis is dated 1991.")()
    Finding(verdict='true', evidence='The thesis is dated 1991.')
    """
    return lambda: Finding(verdict, evidence)


def share(found: Results, variant: str) -> str:
    """Write how many of a variant's runs met the criterion, as "7 of 10"."""
    return "{} of {}".format(*found.successes(variant))
