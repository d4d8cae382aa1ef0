"""The table of paper, our runs, seeds and verdict, made of stored runs and of nothing else."""

import statistics
from collections.abc import Sequence
from html import escape
from typing import Any

from lstm_tutor.experiments.experiment import CERTAINTY, Experiment
from lstm_tutor.experiments.store import Folder, Results

__all__ = ["Report", "report", "verdict"]

NOT_RUN = "not run"


def verdict(results: Results) -> tuple[str, list[tuple[str, str]]]:
    """Say what the stored runs show about each claim of their experiment, and about the experiment as a whole.

    Returns
    -------
    word : str
        "reproduced" (every claim holds), "partly", "not reproduced", or "not run" (a run is missing).
    claims : list of (str, str)
        The text of each claim, and "holds", "does not hold" or "not run".
    """
    claims = []
    for claim in results.experiment.claims:
        if all(results.of(variant) for variant in claim.variants):
            claims.append((claim.text, "holds" if claim.holds(results) else "does not hold"))
        else:
            claims.append((claim.text, NOT_RUN))
    outcomes = [outcome for _, outcome in claims]
    if not outcomes or NOT_RUN in outcomes:
        return NOT_RUN, claims
    if "does not hold" not in outcomes:
        return "reproduced", claims
    return ("partly" if "holds" in outcomes else "not reproduced"), claims


class Report:
    """One experiment's outcome; prints as text, shows as tables in a notebook.

    Parameters
    ----------
    results : Results
    """

    def __init__(self, results: Results) -> None:
        self.results = results

    def rows(self) -> list[list[str]]:
        """Return the table of our runs, rows of text with the head first; a figure is "median (least to largest)"."""
        experiment = self.results.experiment
        head = ["variant", "runs", *(["met criterion"] if experiment.success else [])]
        rows = [[*head, *(column.title for column in experiment.columns), "CPU seconds"]]
        for variant in experiment.variants:
            records = self.results.of(variant)
            if not records:
                rows.append([variant, NOT_RUN, *[""] * (len(rows[0]) - 2)])
                continue
            row = [variant, str(len(records))]
            if experiment.success:
                row.append("{} of {}".format(*self.results.successes(variant)))
            for column in experiment.columns:
                row.append(spread([column.pick(record["metrics"]) for record in records], column.format))
            rows.append([*row, spread([record["cpu_seconds"] for record in records], "{:.1f}")])
        return rows

    def paper_rows(self) -> list[list[str]]:
        """Return what the paper says, rows of text with the head first; empty if nothing is compared."""
        rows = self.results.experiment.paper_rows
        if not rows:
            return []
        titles = list(dict.fromkeys(title for row in rows for title in row.figures))
        return [
            ["in the paper", *titles, "certainty"],
            *([row.method, *(row.figures.get(t, "") for t in titles), CERTAINTY[row.certainty]] for row in rows),
        ]

    def _texts(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        experiment = self.results.experiment
        word, claims = verdict(self.results)
        before = [("Question", experiment.question), ("Criterion", experiment.criterion),
                  ("Deviations", experiment.deviations)]  # fmt: skip
        after = [("Verdict", word), *((outcome.capitalize(), text) for text, outcome in claims)]
        return [(k, v) for k, v in before if v], after

    def __str__(self) -> str:
        experiment = self.results.experiment
        before, after = self._texts()
        lines = [f"{experiment.name}: {experiment.title}" + (f" [{experiment.paper}]" if experiment.paper else "")]
        lines += [f"  {name}: {text}" for name, text in before]
        for table in (self.rows(), self.paper_rows()):
            lines += ["", *aligned(table)] if table else []
        return "\n".join([*lines, "", *(f"  {name}: {text}" for name, text in after)])

    def _repr_html_(self) -> str:
        before, after = self._texts()
        lines = [f"<p><strong>{escape(name)}.</strong> {escape(text)}</p>" for name, text in before]
        for table in (self.rows(), self.paper_rows()):
            if table:
                head, *body = ([escape(cell) for cell in row] for row in table)
                columns = "".join(f'<th scope="col">{cell}</th>' for cell in head)
                rows = "\n".join(
                    f'<tr><th scope="row">{first}</th>' + "".join(f"<td>{cell}</td>" for cell in rest) + "</tr>"
                    for first, *rest in body
                )
                lines.append(
                    f'<table class="lt-report"><thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table>'
                )
        claims = "".join(f"<li>{escape(name)}: {escape(text)}</li>" for name, text in after)
        return "\n".join([*lines, f"<ul>{claims}</ul>"])


def report(experiment: Experiment, folder: Folder = None) -> Report:
    """Return the Report of one experiment."""
    return Report(Results(experiment, folder))


def spread(values: Sequence[Any], form: str) -> str:
    """Write values as "median (least to largest)", with their number where some are None; of bools, the count."""
    if all(isinstance(value, bool) for value in values):
        return f"{sum(values)} of {len(values)}"
    known = [value for value in values if value is not None]
    if not known:
        return "none"
    middle, low, high = (form.format(v) for v in (statistics.median(known), min(known), max(known)))
    text = middle if low == high else f"{middle} ({low} to {high})"
    return text if len(known) == len(values) else f"{text}, {len(known)} runs"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Turn rows of text into lines, each column as wide as its widest cell, with a rule below the head."""
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "  " + "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return [lines[0], "  " + "-" * (len(lines[0]) - 2), *lines[1:]]
