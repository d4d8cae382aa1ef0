"""All experiments in one table: the question, the verdict, and where the book tells of it."""

import re
from collections.abc import Iterable
from html import escape

from lstm_tutor.experiments.experiment import Experiment
from lstm_tutor.experiments.outcomes import NAMES, NOT_RUN, Outcome, anchor, verdict
from lstm_tutor.experiments.reporting import PAGES, aligned, duration, spread
from lstm_tutor.experiments.store import Results
from lstm_tutor.typesetting import as_html

__all__ = ["Overview"]

SHORT = 6  # the number of columns that hold words and numbers; the others hold sentences
MOST = 6  # up to this many variants are listed one by one; of more, the first and the last figure


def source(key: str) -> str:
    """Write author and year, from a key of the bibliography.

    >>> source("hochreiter1997long")
    'Hochreiter 1997'
    """
    match = re.match(r"(\D+)(\d{4})", key)
    if match is None:
        raise ValueError(f"experiments: expected a key such as hochreiter1997long, got {key!r}")
    name, year = match.groups()
    return f"{name.capitalize()} {year}"


class Overview:
    """One row for each experiment, made of stored runs; prints as text, shows as a table in a notebook.

    Parameters
    ----------
    results : list of Results

    Attributes
    ----------
    runs : int
        The number of stored runs in all.
    cpu_seconds : float
        Their CPU time in all.
    """

    def __init__(self, results: Iterable[Results]) -> None:
        self.results = list(results)
        self.runs = sum(len(each) for each in self.results)
        self.cpu_seconds = sum(record["cpu_seconds"] for each in self.results for record in each.records)

    def rows(self) -> list[list[str]]:
        """Return the table, rows of text with the head first."""
        head = ["experiment", "paper", "verdict", "claims that hold", "seeds", "CPU time", "ours", "in the paper"]
        return [head, *(self._row(each) for each in self.results)]

    def _row(self, results: Results) -> list[str]:
        experiment = results.experiment
        word, claims = verdict(results)
        first = [experiment.name, source(experiment.paper) if experiment.paper else "", word]
        if not len(results):
            return [*first, *[""] * 4, _theirs(experiment)]
        seeds = re.sub(" seeds? each", "", Outcome(results).seeds) or "1"
        held = sum(outcome == "holds" for _, outcome in claims)
        time = duration(sum(record["cpu_seconds"] for record in results.records))
        return [*first, f"{held} of {len(claims)}", seeds, time, _ours(results), _theirs(experiment)]

    def total(self) -> str:
        """Say in a sentence how many runs there are, and how long they took."""
        if not self.runs:
            return NOT_RUN
        runs, experiments = (
            f"{count} {word}{'s' * (count != 1)}"
            for count, word in ((self.runs, "run"), (len(self.results), "experiment"))
        )
        return f"{runs} of {experiments}, {duration(self.cpu_seconds)} of CPU time in all"

    def __str__(self) -> str:
        head, *body = self.rows()
        short = [row[:SHORT] for row in (head, *body)]  # the figures are in the reports; here they would be too long
        return "\n".join([*aligned(short), "", f"  {self.total()}"])

    def _repr_html_(self) -> str:
        """The map of the experiments, in the order of the chapters: question, verdict, chapters."""
        columns = "".join(f'<th scope="col">{cell}</th>' for cell in ("experiment", "verdict", "discussed in"))
        rows = "\n".join(map(_html_row, sorted(self.results, key=_place)))
        table = f'<table class="lt-map"><thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table>'
        return f"{table}\n<p>{escape(self.total())}.</p>"


def _place(results: Results) -> int:
    """Where the book tells of it first; what it does not tell of comes last."""
    pages = results.experiment.pages
    return list(PAGES).index(pages[0]) if pages else len(PAGES)


def _html_row(results: Results) -> str:
    experiment = results.experiment
    first = (
        f'<a href="#{anchor(experiment.name)}">{as_html(experiment.title)}</a>'
        f"<span>{as_html(experiment.question)}</span>"
    )
    parts = "<br>".join(f"<span>{escape(NAMES[part.kind])}</span> {part.word}" for part in Outcome(results).parts)
    links = "<br>".join(
        f'<a href="{escape(page)}.html">{escape(PAGES.get(page, page))}</a>' for page in experiment.pages
    )
    return f'<tr><th scope="row">{first}</th><td>{parts}</td><td>{links}</td></tr>'


def _theirs(experiment: Experiment) -> str:
    """Write the paper's first figure for each of its methods, under one title if they share it."""
    shown = [(row.method, *next(iter(row.figures.items()))) for row in experiment.paper_rows if row.figures]
    if not shown:
        return "nothing compared"
    titles = {title for _, title, _ in shown}
    one = [f"{method}: {figure}" for method, _, figure in shown]
    text = "; ".join(one if len(one) <= MOST else [*one[:MOST], "…"])
    return f"{titles.pop()}: {text}" if len(titles) == 1 else text


def _ours(results: Results) -> str:
    """Write for each variant how often the criterion was met, or else the first figure of its report."""
    experiment = results.experiment
    if experiment.success:
        counts = [(experiment.called(variant), *results.successes(variant)) for variant in results.variants]
        texts = [f"{variant}: {met} of {count}" for variant, met, count in counts]
        if len(texts) > MOST:
            every, none = (sum(met == share * count for _, met, count in counts) for share in (1, 0))
            texts = [f"always: {every} of {len(counts)} variants", f"never: {none} of {len(counts)}"]
        return "met criterion: " + "; ".join(texts)
    column = experiment.columns[0]
    figures = [f"{experiment.called(variant)} {spread(results.of(variant), column)}" for variant in results.variants]
    return f"{column.title}: " + "; ".join(figures if len(figures) <= MOST else [figures[0], figures[-1]])
