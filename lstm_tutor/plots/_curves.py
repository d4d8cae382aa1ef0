"""Curves over seeds: gradients against lag, training histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor.palette import LABEL, MIDTONE
from lstm_tutor.plots._checks import finite
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import SMALL, dress, end_labels, new_axes, pens
from lstm_tutor.types import Array, ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THIN: dict[str, Any] = {"linewidth": 0.7, "alpha": 0.5}  # a seed; the median of the seeds is thick


@with_shared_parameters
def gradient_flow(sizes: ArrayLike | Mapping[str, ArrayLike], *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """Draw the size of the gradient against the number of steps it has flown back, on a logarithmic axis.

    Parameters
    ----------
    sizes : array (lags,) or (seeds, lags), or mapping of label to such arrays
        Sizes at lag 0, 1, 2, ...; several seeds are drawn thin, their median thick. A size of exactly zero has no place
        on a logarithmic axis and leaves a gap; a masked one is a lag that a sequence does not have.
    %(ax)s
    %(line_settings)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If there is nothing to draw, or a size is negative or not finite.

    Examples
    --------
    >>> gradient_flow({"RNN": [1, 0.5, 0.25], "LSTM": [1, 0.9, 0.81]}).get_yscale()
    'log'
    """
    groups = dict(sizes) if isinstance(sizes, Mapping) else {"": sizes}
    if not groups:
        raise ValueError("gradient_flow: expected sizes of at least one label, got none")
    tables = {}
    for label, rows in groups.items():
        try:
            table: np.ma.MaskedArray = np.ma.atleast_2d(np.ma.asarray(rows, dtype=float))
        except (TypeError, ValueError):
            raise ValueError("gradient_flow: expected sizes of shape (lags,) or (seeds, lags), as sizes_by_lag "
                             f"returns them, got {type(rows).__name__}") from None  # fmt: skip
        known = finite("gradient_flow", f"sizes {label}".strip(), table.compressed())
        if table.ndim != 2 or known.size == 0:
            raise ValueError(f"gradient_flow: expected sizes of shape (lags,) or (seeds, lags), got {table.shape}")
        if (known < 0).any():
            raise ValueError(f"gradient_flow: expected sizes of at least 0, got {known.min():g}")
        tables[label] = table  # (seeds, lags)

    ax = new_axes(ax)
    ends = []
    for (label, table), (color, linestyle) in zip(tables.items(), pens(tables), strict=True):
        lags = np.arange(table.shape[1])
        if len(table) > 1:
            ax.plot(lags, _gaps(table.filled(0), table.filled(0) > 0).T, color=color, **THIN)
        median = np.ma.filled(np.ma.median(table, axis=0), 0)
        pen: dict[str, Any] = {"color": color, "linestyle": linestyle, "linewidth": 2.6}
        ax.plot(lags, _gaps(median, median > 0), label=label or None, **(pen | kwargs))
        if median.any() and label:
            ends.append((float(median[median > 0][-1]), label))
    ax.set_yscale("log")
    dress(ax, x="lag, steps back in time", y="size of the gradient")
    ax.set_xlim(0, max(max(table.shape[1] for table in tables.values()) - 1, 1))
    end_labels(ax, ends)
    return ax


def _gaps(values: Array, drawn: Array) -> Array:
    """Return `values`, not a number where they are not drawn: a line has a gap there."""
    return np.where(drawn, values, np.nan)


@with_shared_parameters
def history(
    runs: Any,
    *,
    metric: str = "loss",
    baselines: Mapping[str, float] | None = None,
    label: str | None = None,
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw training curves: every seed thin, their median thick, baselines as named horizontal lines.

    Where a value is infinite or not a number the run has failed: its curve has a gap, and a cross stands at the top. In
    the median a failure counts as larger than every number.

    Parameters
    ----------
    runs : History, sequence of History, or mapping of label to either
        Several runs under one label are seeds of one model.
    metric : str
        "loss", "gradient_norm", or a name in ``history.metrics``.
    baselines : mapping of str to float, optional
        Values to beat, such as ``{"trigram": 2.31}``.
    label : str, optional
        The label of the vertical axis; by default the metric's name.
    %(ax)s
    %(line_settings)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If there is nothing to draw, a run lacks the metric, or a baseline is not finite.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> run = SimpleNamespace(steps=[1, 2, 3], loss=[3.0, 2.5, 2.2], metrics={})
    >>> history({"LSTM": [run]}, baselines={"unigram": 3.1}).get_xlabel()
    'training step'
    """
    groups = dict(runs) if isinstance(runs, Mapping) else {"": runs}
    curves = {name: [_curve(run, metric) for run in _several(group)] for name, group in groups.items()}
    if not curves or not all(curves.values()):
        raise ValueError("history: expected at least one run under every label, got none")
    levels = {name: float(finite("history", f"baseline {name}", level)) for name, level in (baselines or {}).items()}

    ax = new_axes(ax)
    ends = []
    for (name, seeds), (color, linestyle) in zip(curves.items(), pens(curves), strict=True):
        if len(seeds) > 1:
            for steps, values in seeds:
                ax.plot(steps, _gaps(values, np.isfinite(values)), color=color, **THIN)
        common = seeds[0][0]
        for steps, _ in seeds[1:]:
            common = np.intersect1d(common, steps)
        if common.size:
            median = np.median([values[np.isin(steps, common)] for steps, values in seeds], axis=0)
            drawn = np.isfinite(median)
            pen: dict[str, Any] = {"color": color, "linestyle": linestyle, "linewidth": 2.6}
            ax.plot(common, _gaps(median, drawn), label=name or None, **(pen | kwargs))
            if name:
                ends.append((float(median[drawn][-1]) if drawn[-1] else np.inf, name))
        failures = np.unique(np.concatenate([steps[np.isinf(values)] for steps, values in seeds]))
        if failures.size:
            _crosses(ax, failures, color, f"{name}, not finite" if name else "not finite")
    for name, level in levels.items():
        ax.axhline(level, color=MIDTONE, linewidth=1.2, linestyle=(0, (4, 3)), label=name, zorder=1)
        ends.append((level, name))
    dress(ax, x="training step", y=metric if label is None else label)
    ax.margins(x=0)
    ax.set_xlim(left=min(steps[0] for seeds in curves.values() for steps, _ in seeds))
    end_labels(ax, ends)
    return ax


def _crosses(ax: Axes, steps: Array, color: str, label: str) -> None:
    """Mark failures at the top of `ax`, and say once what the crosses mean."""
    if not ax.texts:
        ax.text(1, 1.04, "× not finite", transform=ax.transAxes, ha="right", va="bottom", color=LABEL, size=SMALL)
    top = np.ones(len(steps))
    crosses: dict[str, Any] = {"marker": "x", "markersize": 6, "linestyle": "none", "clip_on": False, "label": label}
    ax.plot(steps, top, color=color, transform=ax.get_xaxis_transform(), **crosses)


def _several(group: Any) -> list:
    return list(group) if isinstance(group, Sequence) else [group]


def _curve(run: Any, metric: str) -> tuple[Array, Array]:
    """Return the steps and values of one metric of one run; whatever is not a number is infinite."""
    if metric == "loss":
        steps, values = run.steps, run.loss
    elif metric == "gradient_norm" and hasattr(run, metric):
        steps, values = run.steps, run.gradient_norm
    elif metric in run.metrics:
        steps, values = run.metrics[metric]
    else:
        raise ValueError(f"history: expected metric to be one of {['loss', *run.metrics]}, got {metric!r}")
    steps, values = np.asarray(steps), np.asarray(values, dtype=float)
    if steps.shape != values.shape or steps.ndim != 1 or not steps.size:
        raise ValueError(f"history: expected one value per step, got {steps.shape} steps and {values.shape} values")
    return steps, np.where(np.isfinite(values), values, np.inf)
