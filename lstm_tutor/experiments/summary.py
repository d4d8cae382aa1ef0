"""All experiments in one table: the source, the outcome, the number of runs, their time, and the verdict."""

import re
from collections.abc import Iterable
from html import escape

from lstm_tutor.experiments.experiment import Experiment
from lstm_tutor.experiments.reporting import NOT_RUN, aligned, spread, verdict
from lstm_tutor.experiments.store import Results

__all__ = ["Overview", "duration"]

SHORT = 6  # the number of columns that hold words and numbers; the others hold sentences
MOST = 6  # up to this many variants are listed one by one; of more, the first and the last figure


def duration(seconds: float) -> str:
    """Write seconds as a reader counts them.

    >>> duration(42.3), duration(600)
    ('42 s', '10.0 min')
    """
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.1f} min"


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
        counts = [len(results.of(variant)) for variant in results.variants
                  if not experiment.variants[variant].get("deterministic")] or [1]  # fmt: skip
        seeds = f"{min(counts)}" if min(counts) == max(counts) else f"{min(counts)} to {max(counts)}"
        held = sum(outcome == "holds" for _, outcome in claims)
        time = duration(sum(record["cpu_seconds"] for record in results.records))
        return [*first, f"{held} of {len(claims)}", seeds, time, _ours(results), _theirs(experiment)]

    def total(self) -> str:
        """Say in a sentence how many runs there are, and how long they took."""
        if not self.runs:
            return NOT_RUN
        return f"{self.runs} runs of {len(self.results)} experiments, {duration(self.cpu_seconds)} of CPU time in all"

    def __str__(self) -> str:
        head, *body = self.rows()
        short = [row[:SHORT] for row in (head, *body)]  # the figures are in the reports; here they would be too long
        return "\n".join([*aligned(short), "", f"  {self.total()}"])

    def _repr_html_(self) -> str:
        columns = "".join(f'<th scope="col">{cell}</th>' for cell in ("experiment", "verdict", "ours", "in the paper"))
        rows = "\n".join(_html_row(*(escape(cell) for cell in row)) for row in self.rows()[1:])
        table = f'<table class="lt-report lt-overview"><thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table>'
        return f"{table}\n<p>{escape(self.total())}.</p>"


def _html_row(name: str, paper: str, word: str, held: str, seeds: str, time: str, ours: str, theirs: str) -> str:
    """Write one row of four cells, which fits into a page."""
    first = f"{name}<br><small>{paper}</small>"
    runs = f"<br><small>{held} claims<br>{seeds} seeds, {time}</small>" if seeds else ""
    cells = "".join(f"<td>{cell}</td>" for cell in (f"{word}{runs}", ours, theirs))
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


def _theirs(experiment: Experiment) -> str:
    """Write the paper's first figure for each of its methods, under one title if they share it."""
    shown = [(row.method, *next(iter(row.figures.items()))) for row in experiment.paper_rows if row.figures]
    if not shown:
        return "nothing compared"
    titles = {title for _, title, _ in shown}
    one = [f"{method}: {figure}" for method, _, figure in shown]
    text = "; ".join(one if len(one) <= MOST else [*one[:MOST], "..."])
    return f"{titles.pop()}: {text}" if len(titles) == 1 else text


def _ours(results: Results) -> str:
    """Write for each variant how often the criterion was met, or else the first figure of its report."""
    experiment = results.experiment
    if experiment.success:
        counts = [(variant, *results.successes(variant)) for variant in results.variants]
        texts = [f"{variant}: {met} of {count}" for variant, met, count in counts]
        if len(texts) > MOST:
            every, none = (sum(met == share * count for _, met, count in counts) for share in (1, 0))
            texts = [f"always: {every} of {len(counts)} variants", f"never: {none} of {len(counts)}"]
        return "met criterion: " + "; ".join(texts)
    column = experiment.columns[0]
    figures = [
        f"{variant} {spread([column.pick(record['metrics']) for record in results.of(variant)], column.format)}"
        for variant in results.variants
    ]
    return f"{column.title}: " + "; ".join(figures if len(figures) <= MOST else [figures[0], figures[-1]])
