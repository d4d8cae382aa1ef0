"""The report of a comparison with PyTorch: what was compared, how far apart, and whether that is rounding."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import Any

import numpy as np

from lstm_tutor.typesetting import as_html, scientific

__all__ = ["TOLERANCES", "Report", "Row", "Table", "compare"]

AGREES = "agrees"
INPUTS = ("x", "y_in", "queries", "keys", "values", "logits", "predictions")
TOLERANCES = {"float64": (1e-10, 1e-12), "float32": (1e-5, 1e-5)}  # dtype -> (rtol, atol)


@dataclass(frozen=True)
class Row:
    """One comparison: what was compared, its largest absolute error, and whether all of it is within tolerance."""

    case: str  # what was asked, in words
    size: str  # on how much: "T=7 N=5, lengths"
    dtype: str  # "float64" or "float32"
    against: str  # what it was compared with
    quantity: str  # "output", "final_state.h", "d weight_hh_l0", ...
    shape: tuple[int, ...]
    error: float  # largest |ours - theirs|; NaN where either is not a number
    ok: bool  # |ours - theirs| <= atol + rtol |theirs| everywhere


class Report:
    """The rows of a verification. Prints as a table; in a notebook it is one line, and the table unfolds below it.

    Attributes
    ----------
    rows : list of Row
    """

    GROUPS = ("values", "d input", "d parameters", "d state, each step")

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = list(rows)

    @property
    def max_error(self) -> float:
        """The largest absolute error of all rows; NaN if any is."""
        return float(np.max([row.error for row in self.rows]))

    @property
    def ok(self) -> bool:
        """True if every row is within its tolerance."""
        return all(row.ok for row in self.rows)

    def raise_on_mismatch(self) -> "Report":
        """Raise AssertionError with the rows that are out of tolerance, if any; else return the report."""
        bad = [row for row in self.rows if not row.ok]
        if bad:
            lines = [f"{row.case}, {row.size}, {row.dtype}: {row.quantity} {row.shape} against {row.against}: "
                     f"{row.error:.2e}" for row in bad]  # fmt: skip
            raise AssertionError(f"{len(bad)} of {len(self.rows)} comparisons differ:\n" + "\n".join(lines))
        return self

    @staticmethod
    def _group(quantity):
        if not quantity.startswith("d "):
            return "values"
        if quantity.removeprefix("d ") in INPUTS or quantity.startswith("d initial_state."):
            return "d input"
        return "d state, each step" if "[" in quantity else "d parameters"

    def summary(self) -> list[tuple[str, int, dict[str, float | None], bool]]:
        """A line per case, dtype and reference: (in words, rows, {group: largest error or None}, all in tolerance)."""
        table: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.rows:
            table.setdefault((row.case, row.dtype, row.against), []).append(row)
        lines = []
        for (case, dtype, against), rows in table.items():
            sizes = {row.size for row in rows}
            size = next(iter(sizes)) if len(sizes) == 1 else f"{len(sizes)} sizes"
            worst = dict.fromkeys(self.GROUPS)
            for row in rows:
                group = self._group(row.quantity)
                worst[group] = float(np.max([row.error, worst[group] or 0.0]))
            lines.append((f"{case}, {size}, {dtype} · {against}", len(rows), worst, all(row.ok for row in rows)))
        return lines

    def _cells(self):
        yield ("case", "compared", *self.GROUPS, "verdict")
        for case, count, worst, ok in self.summary():
            errors = ("–" if error is None else f"{error:.1e}" for error in worst.values())
            yield (case, str(count), *errors, AGREES if ok else "DIFFERS")

    def _worst(self, write):
        """The largest error of each dtype, written by `write`."""
        dtypes = dict.fromkeys(row.dtype for row in self.rows)
        worst = {dtype: float(np.max([row.error for row in self.rows if row.dtype == dtype])) for dtype in dtypes}
        return {dtype: write(error) for dtype, error in worst.items()}

    def _headline(self):
        verdict = "all within tolerance" if self.ok else f"{sum(not row.ok for row in self.rows)} out of tolerance"
        worst = ", ".join(f"{error} in {dtype}" for dtype, error in self._worst("{:.1e}".format).items())
        return f"{len(self.rows)} comparisons with PyTorch, largest error {worst}: {verdict}"

    @property
    def verdict(self) -> str:
        """One line: whether PyTorch agrees, in how many comparisons, and how nearly."""
        witness = "PyTorch"
        if all(row.against == "equations" for row in self.rows):
            witness = "PyTorch, from the paper's equations,"
        count = f"{len(self.rows):,} comparison" + "s" * (len(self.rows) != 1)
        if not self.ok:
            return f"✗ {witness} differs in {sum(not row.ok for row in self.rows):,} of {count}"
        worst = self._worst(scientific)
        errors = [f"{error} in {dtype}" for dtype, error in worst.items()] if len(worst) > 1 else worst.values()
        return f"✓ {witness} agrees: {count}, largest difference {', '.join(errors)}"

    @property
    def table(self) -> "Table":
        """The report as a table that stays open, in a notebook too."""
        return Table(self)

    def __str__(self) -> str:
        table = list(self._cells())
        widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in table]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], self._headline()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        """The verdict in one line that unfolds the table; open from the start if anything differs."""
        return (
            f'<details class="lt-report-fold"{"" if self.ok else " open"}>'
            f'<summary class="{"ok" if self.ok else "bad"}">{as_html(self.verdict)}</summary>\n'
            f'<div class="lt-scroll">{Table(self, caption=False)._repr_html_()}</div></details>'
        )

    def to_json(self) -> str:
        """The rows and the verdict as JSON text."""
        rows = [asdict(row) | {"shape": list(row.shape), "error": _or_null(row.error)} for row in self.rows]
        return json.dumps({"ok": self.ok, "max_error": _or_null(self.max_error), "rows": rows}, indent=1)


class Table:
    """The table of a report, which does not fold."""

    def __init__(self, report: Report, *, caption: bool = True) -> None:
        self.report, self.caption = report, caption

    def __repr__(self) -> str:
        return str(self.report)

    def _repr_html_(self) -> str:
        head, *body = self.report._cells()
        rows = "\n".join(
            f'<tr><th scope="row">{escape(case)}</th>'
            + "".join(f'<td class="number">{_typeset(number)}</td>' for number in numbers)
            + f'<td class="{"ok" if verdict == AGREES else "bad"}">{verdict}</td></tr>'
            for case, *numbers, verdict in body
        )
        kinds = ["", *[' class="number"'] * (len(head) - 2), ""]
        columns = "".join(f'<th scope="col"{kind}>{escape(cell)}</th>' for kind, cell in zip(kinds, head, strict=True))
        caption = f"<caption>{as_html(self.report.verdict)}</caption>" if self.caption else ""
        return (
            f'<table class="lt-report lt-witness">{caption}\n'
            f"<thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table>"
        )


def _typeset(cell):
    """A count as it is, an error as a power of ten."""
    return as_html(scientific(float(cell)) if "e" in cell or cell == "nan" else cell)


def _or_null(error):
    """The error, or None if it is not a number, which JSON does not have."""
    return error if np.isfinite(error) else None


def compare(
    case: str, size: str, dtype: str, against: str, pairs: Iterable[tuple[str, Any, Any]], *, steep: bool = False
) -> Iterator[Row]:
    """Rows from triples of a quantity's name, our array and PyTorch's tensor.

    Where slopes are `steep`, errors of float32 are compared with the array's largest number, and may be ten times it.
    """
    rtol, atol = TOLERANCES[dtype]
    for quantity, ours, theirs in pairs:
        ours, theirs = np.asarray(ours), theirs.detach().numpy()
        if ours.shape != theirs.shape:
            raise AssertionError(f"{case}: {quantity} has shape {ours.shape}, PyTorch's has {theirs.shape}")
        with np.errstate(invalid="ignore"):  # inf - inf is NaN, and no agreement
            error = np.abs(ours.astype(np.float64) - theirs)
        error = np.where(np.isfinite(ours) & np.isfinite(theirs), error, np.nan)
        size_of_each = np.abs(theirs)
        if steep and dtype == "float32":
            size_of_each = 10 * np.maximum(size_of_each.max(), 1)
        ok = bool((error <= atol + rtol * size_of_each).all())  # False for NaN
        yield Row(case, size, dtype, against, quantity, ours.shape, float(error.max()), ok)
