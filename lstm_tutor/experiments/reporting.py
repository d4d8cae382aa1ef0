"""The table of paper, our runs, seeds and verdict, made of stored runs and of nothing else."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from lstm_tutor.experiments.experiment import CERTAINTY, NOT_MEASURED, Column
from lstm_tutor.experiments.outcomes import NOT_RUN, Outcome
from lstm_tutor.experiments.store import Record, Results
from lstm_tutor.typesetting import as_html, scientific

__all__ = ["PAGES", "Fold", "Report", "aligned", "duration", "listed", "spread"]

WIDE = 5  # columns: a table with more is wider than the text where there is room
PAGES = {  # the pages that tell of experiments, as a link to them is called
    "rnn": "the vanilla RNN", "bptt": "learning through time", "gradients": "vanishing gradients", "lstm": "the LSTM",
    "peephole": "peepholes", "gru": "the GRU", "variants": "which gate matters", "deep": "deep networks",
    "bidirectional": "two directions", "attention": "attention", "training": "training recipes",
    "forecasting": "forecasting", "classification": "classification",
    "generation": "generation", "tagging": "tagging", "translation": "translation",
    "map": "the map of tasks",
    "handwriting": "handwriting", "today": "from the LSTM to today",
    "claims": "the claims lab",
    "labs/connectivity": "the connectivity lab", "labs/ablation-switchboard": "the ablation switchboard",
    "labs/two-directions": "the lab of two directions", "labs/forecast": "the forecast",
}  # fmt: skip


class Fold:
    """A part of a report, as text and as HTML."""

    def __init__(self, text: str, html: str) -> None:
        self.text, self.html = text, html

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html


class Report:
    """One experiment's outcome; prints as text. In a notebook it is one line, and the rest unfolds.

    Parameters
    ----------
    results : Results

    Attributes
    ----------
    outcome : Outcome
        The line.
    """

    def __init__(self, results: Results) -> None:
        self.results, self.outcome = results, Outcome(results, page=None)

    def rows(self) -> list[list[str]]:
        """Return the table of our runs, rows of text with the head first; a figure is "median (least to greatest)"."""
        experiment = self.results.experiment
        head = ["variant", "runs", *(["met criterion"] if experiment.success else [])]
        rows = [[*head, *(column.title for column in experiment.columns)]]
        for variant in experiment.variants:
            records = self.results.of(variant)
            words = experiment.called(variant)
            if not records:
                rows.append([words, NOT_RUN, *[""] * (len(rows[0]) - 2)])
                continue
            row = [words, str(len(records))]
            if experiment.success:
                judged = any(experiment.success(record["metrics"]) is not None for record in records)
                row.append("{} of {}".format(*self.results.successes(variant)) if judged else NOT_MEASURED)
            rows.append([*row, *(spread(records, column) for column in experiment.columns)])
        return rows

    def paper_rows(self) -> list[list[str]]:
        """Return what the paper says, rows of text with the head first; empty if nothing is compared."""
        rows = self.results.experiment.paper_rows
        if not rows:
            return []
        titles = list(dict.fromkeys(title for row in rows for title in row.figures))
        return [
            ["in the paper", *titles, "certainty"],
            *([row.method, *(row.figures.get(t, "–") for t in titles), CERTAINTY[row.certainty]] for row in rows),
        ]

    def time(self) -> str:
        """Say how many runs there are, and how long they took; nothing if there is none."""
        records = self.results.records
        if not records:
            return ""
        seconds = duration(sum(record["cpu_seconds"] for record in records))
        return f"{len(records)} run{'s' * (len(records) != 1)}, {seconds} of CPU time in all"

    def _texts(self) -> list[tuple[str, str]]:
        experiment = self.results.experiment
        texts = [("Criterion", experiment.criterion), ("Deviations", experiment.deviations), ("Time", self.time())]
        return [(name, text) for name, text in texts if text]

    def __str__(self) -> str:
        experiment = self.results.experiment
        lines = [f"{experiment.name}: {experiment.title}" + (f" [{experiment.paper}]" if experiment.paper else "")]
        lines += [f"  {name}: {text}" for name, text in (("Question", experiment.question), *self._texts())]
        for table in (self.rows(), self.paper_rows()):
            lines += ["", *aligned(table)] if table else []
        claims = [f"  {finding.capitalize()}: {text}" for text, finding in self.outcome.claims]
        return "\n".join([*lines, "", f"  {self.outcome}", *claims])

    __repr__ = __str__

    @property
    def head(self) -> Fold:
        """Question and outcome, without the details."""
        question = self.results.experiment.question
        return Fold(f"{question}\n{self.outcome}",
                    f'<p class="lt-question">{as_html(question)}</p>{self.outcome._repr_html_()}')  # fmt: skip

    @property
    def pages(self) -> Fold:
        """Which pages of the book tell of it, with links from a page beside the chapters."""
        pages = self.results.experiment.pages
        if not pages:
            return Fold("", "")
        links = [f'<a href="{escape(page)}.html">{escape(PAGES.get(page, page))}</a>' for page in pages]
        return Fold(f"Discussed in {listed([PAGES.get(page, page) for page in pages])}.",
                    f'<p class="lt-pages">Discussed in {listed(links)}.</p>')  # fmt: skip

    @property
    def details(self) -> Fold:
        """Claims, tables, criterion and deviations, folded."""
        claims = "".join(
            f"<li><strong>{escape(finding.capitalize())}:</strong> {as_html(text)}</li>"
            for text, finding in self.outcome.claims
        )
        tables = "\n".join(
            f'<div class="lt-scroll{" full-width" if len(table[0]) > WIDE else ""}">{_table(table)}</div>'
            for table in (self.rows(), self.paper_rows())
            if table
        )
        texts = "".join(f"<p><strong>{name}.</strong> {as_html(text)}</p>" for name, text in self._texts())
        summary = "All figures, the claims, the criterion, and what was done differently here"
        return Fold(
            str(self),
            f'<details class="lt-study-fold"><summary>{summary}</summary>\n<ul class="lt-claims">{claims}</ul>\n'
            f"{tables}\n{texts}</details>",
        )

    def _repr_html_(self) -> str:
        return self.head.html + self.details.html


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Write rows of text as a table, the first as its head; a column of numbers is to the right."""
    head, *body = rows
    numbers = [all(re.match(r"[\d.−–-]|not run|all failed|failed|$", row[k]) for row in body) for k in range(len(head))]
    kinds = [' class="number"' if number and k else "" for k, number in enumerate(numbers)]
    columns = "".join(f'<th scope="col"{kind}>{as_html(cell)}</th>' for kind, cell in zip(kinds, head, strict=True))
    lines = "\n".join(
        f'<tr><th scope="row">{as_html(first)}</th>'
        + "".join(f"<td{kind}>{as_html(cell)}</td>" for kind, cell in zip(kinds[1:], rest, strict=True))
        + "</tr>"
        for first, *rest in body
    )
    return f'<table class="lt-report"><thead><tr>{columns}</tr></thead>\n<tbody>{lines}</tbody></table>'


def listed(names: Sequence[str]) -> str:
    """Write names one after the other.

    >>> listed(["the LSTM", "the GRU", "attention"])
    'the LSTM, the GRU and attention'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def duration(seconds: float) -> str:
    """Write seconds as a reader counts them.

    >>> duration(42.3), duration(150), duration(600), duration(9000)
    ('42 s', '2.5 min', '10 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 7200:
        return f"{seconds / 60:.{int(seconds < 600)}f} min"
    return f"{seconds / 3600:.1f} h"


def spread(records: Sequence[Record], column: Column) -> str:
    """Write a figure of several runs as "median (least to greatest)", with the number of those that failed.

    A run that failed counts as longer than every other in the median. Of bools, the count. Where nothing was measured
    there is a dash.
    """
    values = [column.pick(record["metrics"]) for record in records]
    measured = [value for value in values if value != NOT_MEASURED and (column.fails or value is not None)]
    if not measured:
        return NOT_MEASURED
    if all(isinstance(value, bool) for value in measured):
        return f"{sum(measured)} of {len(measured)}"
    known = [value for value in measured if value is not None]
    failed = len(measured) - len(known)
    if not known:
        return "all failed"
    middle = float(np.median(known + [np.inf] * failed))
    bare = column.format.removesuffix(" %") if np.isfinite(middle) else column.format  # one sign for all three
    low, high = (_written(value, bare) for value in (min(known), max(known)))
    text = _written(middle, column.format) if np.isfinite(middle) else "failed"
    text = text if low == high == text.removesuffix(" %") else f"{text} ({low if low == high else f'{low} to {high}'})"
    if failed:
        return f"{text}, {failed} failed"
    return text if len(known) == len(values) else f"{text}, {len(known)} runs"


def _written(value: Any, form: str) -> str:
    """Write one figure: its powers of ten raised, small ones as they are spoken."""
    text = form.format(value)
    match = re.fullmatch(r"(-?[\d.]+)e([+-]\d+)(.*)", text)
    if match is None:
        return text.replace("-", "−")
    if abs(int(match[2])) <= 2:
        return f"{float(match[1]) * 10.0 ** int(match[2]):.6g}{match[3]}".replace("-", "−")
    digits = len(match[1].lstrip("-").replace(".", ""))
    return scientific(float(text[: match.end(2)]), digits) + match[3]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Turn rows of text into lines, each column as wide as its widest cell, with a rule below the head."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return [lines[0], "  " + "-" * (len(lines[0]) - 2), *lines[1:]]
