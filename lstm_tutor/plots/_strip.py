"""The outcome of an experiment as a picture: a row for each variant, a dot for each seed."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor.palette import LABEL, MIDTONE, MODELS
from lstm_tutor.plots._checks import finite
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import FONT, SMALL, dress, new_axes
from lstm_tutor.types import Array
from lstm_tutor.typesetting import scientific

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, AROUND = 0.62, 0.95  # inches: the height of a row, and of what stands above and below the rows
COLUMN, COUNT = 1.07, 1.15  # where the failures and their count stand, in widths of the axes
LETTERS = 17  # of a variant's words in a line
DOT, CROSS = 6.5, 4.6  # points
UP, APART = 0.44, 0.13  # in rows: how high the words above a row stand, and the distance between dots of one figure
DIGITS = ((1,), (1, 3), (1, 2, 5), (2, 5), (1.5, 2, 3), (3,), (2,), (5,), (1.5,))  # of the ticks between powers of ten
NOTE: dict[str, Any] = {"size": SMALL, "color": LABEL, "clip_on": False}


@with_shared_parameters
def seed_strip(
    results: Any,
    metric: str | Callable[[Mapping[str, Any]], Any],
    variants: Mapping[str, str],
    *,
    paper: Mapping[str, float] | None = None,
    log: bool = False,
    floor: float | None = None,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw what came of an experiment: a row for each variant, a dot for each seed, a thick tick at the median.

    A run without a figure failed. It is a cross in a column at the right edge, and the median counts it as larger than
    every number: where half of the runs failed, the median stands in that column too. The paper's value is an open
    diamond.

    Parameters
    ----------
    results : Results
        The stored runs, of ``lt.experiments.results(name)``.
    metric : str or function
        The name of the figure in a run's metrics, or a function from a run's metrics to the figure; None or NaN is a
        failure.
    variants : dict of str -> str
        The rows from top to bottom: the name of the variant, and the words that are shown.
    paper : dict of str -> float, optional
        The paper's value for a variant, by its name or by its words.
    log : bool
        Whether the axis is logarithmic.
    floor : float, optional
        Where a logarithmic axis ends on the left, so that the figures that one compares are not squeezed by a few tiny
        ones: these are triangles at that edge, and so are medians.
    label : str, optional
        What the axis says; by default the metric's name.
    %(ax)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If a variant or a metric is not there, a run has more than one figure, a figure is not positive on a logarithmic
        axis, a floor is not positive or the axis not logarithmic, or the paper's value is of a variant that has no row.

    Examples
    --------
    >>> from lstm_tutor import experiments
    >>> rows = {"rnn": "RNN", "lstm1997": "LSTM of 1997", "lstm": "LSTM"}
    >>> ax = seed_strip(experiments.results("embedded_reber"), "sequences", rows, paper={"lstm1997": 8440}, log=True)
    >>> ax.get_xlabel()
    'sequences'
    """
    if not variants:
        raise ValueError("seed_strip: expected at least one variant, got none")
    rows = {words: _values(results, metric, variant) for variant, words in variants.items()}
    marks = _marks(paper or {}, variants)
    numbers = np.concatenate([*(values[np.isfinite(values)] for values in rows.values()), list(marks.values())])
    if floor is not None and not (log and floor > 0):
        raise ValueError(
            f"seed_strip: expected floor to be positive and the axis logarithmic, got {floor} and log={log}"
        )
    if log and (numbers <= 0).any():
        raise ValueError(f"seed_strip: expected positive figures on a logarithmic axis, got {numbers.min():g}")

    least = 0.0 if floor is None else floor
    failures = any(np.isnan(values).any() for values in rows.values())
    ax = new_axes(ax, height=AROUND + ROW * len(rows))
    names = [_wrapped(words) for words in rows]
    below = bool((numbers < least).any())
    _scale(ax, np.maximum(numbers, least) if below else numbers, log, _room(ax, names, failures), below)
    ax.set_ylim(len(rows) - 0.45, -0.6)
    ax.set_yticks(range(len(rows)), labels=names, parse_math=False)
    dress(ax, x=_label(metric) if label is None else label)
    ax.spines["left"].set_visible(False)
    ax.tick_params(axis="y", length=0, labelsize=FONT)
    medians = [_row(ax, y, words, values, least if below else None) for y, (words, values) in enumerate(rows.items())]
    if failures:
        for y, values in enumerate(rows.values()):
            count = f"{np.isnan(values).sum()} of {len(values)}" if len(values) else ""
            ax.text(COUNT, y, count, transform=ax.get_yaxis_transform(), va="center", **NOTE)
        ax.text(COUNT, -UP, "failed", transform=ax.get_yaxis_transform(), va="bottom", **NOTE)
    if np.isfinite(medians).any():
        y = int(np.argmax(np.isfinite(medians)))
        ax.text(medians[y], y - UP, "median", ha="center", va="bottom", **NOTE)
    for y, words in enumerate(rows):
        if words in marks:
            ax.plot([marks[words]], [y], "D", color=LABEL, markersize=10, markerfacecolor="none", markeredgewidth=1.8,
                    label=f"{words}, paper", zorder=5)  # fmt: skip
            ax.text(marks[words], y + 0.26, "paper", ha="center", va="top", **NOTE)
    return ax


def _values(results: Any, metric: str | Callable[[Mapping[str, Any]], Any], variant: str) -> Array:
    """One figure of each seed of a variant; NaN is a failure."""
    if callable(metric):
        found = [metric(record["metrics"]) for record in results.of(variant)]
        values = np.array([np.nan if value is None else value for value in found], dtype=float)
    else:
        values = results.values(variant, metric)
    if values.ndim != 1:
        raise ValueError(f"seed_strip: expected one figure for each run of {variant!r}, got shape {values.shape}")
    return np.where(np.isfinite(values), values, np.nan)


def _marks(paper: Mapping[str, float], variants: Mapping[str, str]) -> dict[str, float]:
    """The paper's values by the words of their rows."""
    marks = {}
    for name, value in paper.items():
        words = variants.get(name, name)
        if words not in variants.values():
            raise ValueError(f"seed_strip: expected the paper's values of {list(variants)}, got one of {name!r}")
        marks[words] = float(finite("seed_strip", f"paper {name}", value))
    return marks


def _label(metric: str | Callable) -> str:
    return metric.split(".")[-1].replace("_", " ") if isinstance(metric, str) else ""


def _wrapped(words: str) -> str:
    """The words in as few lines as they need, and these of about the same length."""
    lines = textwrap.wrap(words, LETTERS, break_long_words=False)
    narrower = (textwrap.wrap(words, width, break_long_words=False) for width in range(4, LETTERS))
    return "\n".join(next((each for each in narrower if len(each) == len(lines)), lines))


def _room(ax: Axes, names: list[str], failures: bool) -> float:
    """About how wide the axis will be, in points, when the words of the rows and the failures have their places."""
    place = ax.get_subplotspec()
    width = 72 * ax.figure.bbox.width / ax.figure.dpi / (place.get_gridspec().ncols if place else 1)
    left = width - 0.6 * FONT * max(len(line) for name in names for line in name.splitlines() or [""]) - 12
    return max((left - 5 * SMALL) / COUNT if failures else left, 60.0)


def _number(value: float) -> str:
    if value and not 1e-4 < abs(value) < 1e7:
        return scientific(value, 1)
    return f"{value:,.6g}".replace("-", "−")


def _scale(ax: Axes, numbers: Array, log: bool, room: float, below: bool = False) -> None:
    """Set the limits of the axis, and as many ticks as have room: `room` points, about the width of the axis.

    The first tick says so if figures below it are drawn at it.
    """
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

    if not numbers.size:
        ax.set_xticks([])
        return
    low, high = float(numbers.min()), float(numbers.max())
    if log:
        ax.set_xscale("log")
        margin = max((high / low) ** 0.07, 1.12)
        ax.set_xlim(low / margin, high * margin)
        ticks = _log_ticks(low / margin, high * margin, room)
        if below:
            spare = (high / low) ** (0.62 * SMALL * len(_number(low) + "< ") / room)  # beside the tick at the edge
            ticks = [low, *(tick for tick in ticks if tick > low * spare)]
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_minor_locator(NullLocator())
    else:
        margin = 0.07 * (high - low) or 0.07 * abs(high) or 1.0
        ax.set_xlim(low - margin, high + margin)
        letters = max(len(_number(float(f"{value:.3g}"))) for value in (low, high))
        bins = max(2, min(4, int(room / (0.62 * SMALL * letters + 12))))
        ax.xaxis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 2.5, 5, 10]))
    edge = low if below else None
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: ("< " if value == edge else "") + _number(value)))


def _log_ticks(low: float, high: float, room: float) -> list[float]:
    """As many round numbers between the limits as have room beside each other."""
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    best: list[float] = []
    steps = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20)  # powers of ten from one tick to the next
    for every, digits in itertools.product(steps, DIGITS):
        ticks = [digit * 10.0**power for power in powers[::every] for digit in digits]
        ticks = [tick for tick in ticks if low <= tick <= high]
        spots = room * np.log(ticks) / np.log(high / low)
        widths = [0.62 * SMALL * len(_number(tick)) for tick in ticks]
        gaps = np.diff(spots) - np.convolve(widths, [0.5, 0.5], "valid") if len(ticks) > 1 else np.array([np.inf])
        if len(ticks) > len(best) and (gaps > 8).all():
            best = ticks
    return best


def _row(ax: Axes, y: int, words: str, values: Array, floor: float | None = None) -> float:
    """Draw the seeds of one variant and their median, and return where it stands: infinite if half of them failed."""
    color, in_column = _color(words), ax.get_yaxis_transform()
    known, failed = values[np.isfinite(values)], int(np.isnan(values).sum())
    ax.axhline(y, color=MIDTONE, linewidth=0.6, alpha=0.5, zorder=0)
    dots: dict[str, Any] = {"markersize": DOT, "markeredgecolor": "none", "alpha": 0.75, "linestyle": "none"}
    shown = known if floor is None else np.maximum(known, floor)
    up = y + _apart(ax, shown)
    small = shown > known
    ax.plot(shown[~small], up[~small], "o", color=color, label=words, **dots)
    if small.any():
        ax.plot(shown[small], up[small], "<", color=color, label=f"{words}, smaller", **dots)
    if failed:
        columns, rows = np.divmod(np.arange(failed), 5)  # five crosses one above the other
        x, above = COLUMN - 0.028 * columns, (rows - (min(failed, 5) - 1) / 2) * APART
        crosses: dict[str, Any] = {"markersize": CROSS, "markeredgewidth": 1.5, "linestyle": "none", "clip_on": False}
        ax.plot(x, y + above, "x", color=color, transform=in_column, label=f"{words}, failed", **crosses)
    if not values.size:
        ax.text(0.5, y, "not run", transform=in_column, ha="center", va="bottom", **NOTE)
        return np.nan
    median = float(np.median(np.where(np.isnan(values), np.inf, values)))
    median = median if floor is None else max(median, floor)
    tick: dict[str, Any] = {"color": LABEL, "linewidth": 3.0, "solid_capstyle": "butt", "clip_on": False, "zorder": 4}
    place = (median, ax.transData) if np.isfinite(median) else (COLUMN + 0.035, in_column)
    ax.plot([place[0]] * 2, [y - 0.3, y + 0.3], transform=place[1], label=f"{words}, median", **tick)
    return median


def _apart(ax: Axes, values: Array) -> Array:
    """How far from the row's line each dot stands, so that no dot hides another."""
    width = 72 * ax.get_window_extent().width / ax.figure.dpi
    spots = (
        width * ax.transAxes.inverted().transform(ax.transData.transform([(v, 0) for v in values] or [(1, 0)]))[:, 0]
    )
    offsets = np.zeros(len(values))
    placed: list[int] = []
    for k in np.argsort(values, kind="stable"):
        near = [offsets[j] for j in placed if abs(spots[j] - spots[k]) < 0.9 * DOT]
        levels = sorted((APART * step for step in range(-3, 4)), key=abs)
        levels += sorted((APART * (step + 0.5) for step in range(-4, 4)), key=abs)  # more than seven overlap in part
        free = [level for level in levels if all(abs(level - other) > APART / 4 for other in near)]
        offsets[k] = free[0] if free else 0.0
        placed.append(int(k))
    return offsets


def _color(words: str) -> str:
    """The color of the model that the words begin with; of others, a middle gray."""
    first = "".join(filter(str.isalnum, words.split()[0])).lower() if words.split() else ""
    return MODELS[first][0] if first in MODELS else MIDTONE
