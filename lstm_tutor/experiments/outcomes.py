"""What the stored runs show, in one line: whose claims they are, how many hold, and so what is true of them."""

from html import escape
from typing import NamedTuple

from lstm_tutor.experiments.experiment import KINDS
from lstm_tutor.experiments.store import Results

__all__ = ["NOT_RUN", "Outcome", "Part", "anchor", "verdict"]

NOT_RUN = "not run"
NAMES = {"paper": "Paper's result", "saying": "Common saying", "own": "Our own question"}
WORDS = {  # all of its claims hold, some do, none does
    "paper": ("reproduced", "partly reproduced", "not reproduced"),
    "saying": ("true", "partly true", "false"),
    "own": ("yes", "partly", "no"),
}


class Part(NamedTuple):
    """The claims of one kind, and what became of them."""

    kind: str  # one of KINDS
    word: str  # "reproduced", "partly true", "no", ..., or "not run"
    held: int
    claims: int

    @property
    def tally(self) -> str:
        """How many of the claims hold, in words."""
        if self.claims == 1:
            return "its claim holds" if self.held else "its claim does not hold"
        if self.held in (0, self.claims):
            many = f"both of its {self.claims}" if self.claims == 2 else f"all {self.claims}"
            return f"{many if self.held else f'none of its {self.claims}'} claims {'hold' if self.held else 'holds'}"
        return f"{self.held} of {self.claims} claims {'holds' if self.held == 1 else 'hold'}"


def verdict(results: Results) -> tuple[str, list[tuple[str, str]]]:
    """Say what the stored runs show about each claim of their experiment, and about the experiment as a whole.

    Returns
    -------
    word : str
        Of a paper's result "reproduced", "partly reproduced" or "not reproduced"; of a common saying "true", "partly
        true" or "false"; of the book's own question "yes", "partly" or "no"; "not run" if a run is missing. An
        experiment that judges several kinds has several words, with semicolons between them.
    claims : list of (str, str)
        The text of each claim, and "holds", "does not hold" or "not run".
    """
    outcome = Outcome(results)
    return "; ".join(dict.fromkeys(part.word for part in outcome.parts)) or NOT_RUN, outcome.claims


def anchor(name: str) -> str:
    """Return where an experiment's section begins on the page of the experiments.

    >>> anchor("temporal_xor")
    'temporal-xor'
    """
    return name.replace("_", "-")


class Outcome:
    """One line on an experiment: whose result or question it is, and what came of it, with a link to its section.

    Parameters
    ----------
    results : Results
    page : str or None
        Where the link leads, from the page that shows the line; None for no link.

    Attributes
    ----------
    parts : list of Part
        One of each kind of claim that the experiment judges.
    claims : list of (str, str)
        The text of each claim, and "holds", "does not hold" or "not run".
    """

    def __init__(self, results: Results, page: str | None = "experiments.html") -> None:
        self.results, self.page = results, page
        experiment = results.experiment
        self.claims, kinds = [], []
        for claim in experiment.claims:
            run = all(results.of(variant) for variant in claim.variants)
            finding = ("holds" if claim.holds(results) else "does not hold") if run else NOT_RUN
            self.claims.append((claim.text, finding))
            kinds.append(claim.kind or experiment.kind)
        self.parts = [self._part(kind, [t for (_, t), k in zip(self.claims, kinds, strict=True) if k == kind])
                      for kind in KINDS if kind in kinds]  # fmt: skip

    @staticmethod
    def _part(kind: str, findings: list[str]) -> Part:
        held = findings.count("holds")
        every, some, none = WORDS[kind]
        word = NOT_RUN if NOT_RUN in findings else every if held == len(findings) else some if held else none
        return Part(kind, word, held, len(findings))

    @property
    def seeds(self) -> str:
        """How many seeds each variant was run with, in words; empty if none was."""
        experiment = self.results.experiment
        counts = [len(self.results.of(variant)) for variant in self.results.variants
                  if not experiment.is_single(variant)]  # fmt: skip
        if not counts:
            return ""
        least, most = min(counts), max(counts)
        return f"{least} seed{'s' * (least != 1)} each" if least == most else f"{least} to {most} seeds each"

    def _words(self) -> list[tuple[str, str, str]]:
        """Triples of whose claims, the word, and the counts in brackets."""
        lines = []
        for k, part in enumerate(self.parts):
            counts = [] if part.word == NOT_RUN else [part.tally]
            counts += [self.seeds] if counts and k == len(self.parts) - 1 else []
            lines.append((NAMES[part.kind], part.word, f" ({', '.join(counts)})" if counts else ""))
        return lines

    def __str__(self) -> str:
        parts = "; ".join(f"{name}: {word}{counts}" for name, word, counts in self._words())
        return f"{parts} [{self.results.experiment.name}]"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = "; ".join(
            f"<strong>{escape(name)}:</strong> {escape(word)}{escape(counts)}" for name, word, counts in self._words()
        )
        if self.page is not None:
            target = f"{escape(self.page)}#{anchor(self.results.experiment.name)}"
            parts += f'. <a href="{target}">All figures</a>'
        return f'<p class="lt-outcome">{parts}.</p>'
