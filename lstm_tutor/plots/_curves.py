"""Curves over seeds: gradients against lag, training histories."""

from collections.abc import Mapping

import numpy as np

from lstm_tutor.palette import MIDTONE
from lstm_tutor.plots._checks import finite
from lstm_tutor.plots._style import dress, end_labels, new_axes, pens


def sizes_by_lag(grads, name="h", *, layer=0, direction="forward"):
    """Return the sizes of dL/dh_t, (N, T), from the last step (lag 0) back to the first (lag T - 1).

    With a loss at the last step only, this is how much of its gradient is left after each step back in time.

    Parameters
    ----------
    grads : Gradients of a batch without padding
    name : {"h", "c"}
    layer, direction : int, {"forward", "reverse"}

    Returns
    -------
    array (N, T)

    Raises
    ------
    ValueError
        If the gradients have no such state.

    Examples
    --------
    >>> import lstm_tutor as lt, numpy as np
    >>> layer = lt.RNN(3, 4, rng=0)
    >>> trace = layer.forward(np.ones((5, 2, 3)))
    >>> d_output = np.zeros(trace.output.shape); d_output[-1] = 1
    >>> sizes_by_lag(layer.backward(trace, d_output)).shape
    (2, 5)
    """
    states = getattr(grads.at(layer=layer, direction=direction), name, None)
    if states is None:
        raise ValueError(f"sizes_by_lag: expected the name of a state with gradients, such as 'h', got {name!r}")
    sizes = np.linalg.norm(finite("sizes_by_lag", name, states), axis=-1)  # (T, N)
    return sizes[::-1].T if direction == "forward" else sizes.T


def gradient_flow(sizes, *, ax=None, **kwargs):
    """Draw the size of the gradient against the number of steps it has flown back, on a logarithmic axis.

    Parameters
    ----------
    sizes : array (lags,) or (seeds, lags), or mapping of label to such arrays
        Sizes at lag 0, 1, 2, ...; several seeds are drawn thin, their median thick. A size of exactly zero has no place
        on a logarithmic axis and leaves a gap.
    ax : matplotlib Axes, optional
    **kwargs
        For ``Axes.plot`` of the medians.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, or a size is negative or not finite.

    Examples
    --------
    >>> gradient_flow({"RNN": [1, 0.5, 0.25], "LSTM": [1, 0.9, 0.81]}).get_yscale()
    'log'
    """
    groups = {"": sizes} if not isinstance(sizes, Mapping) else dict(sizes)
    if not groups:
        raise ValueError("gradient_flow: expected sizes of at least one label, got none")
    tables = {}
    for label, table in groups.items():
        table = np.atleast_2d(finite("gradient_flow", f"sizes {label}".strip(), table))
        if table.ndim != 2 or table.size == 0:
            raise ValueError(f"gradient_flow: expected sizes of shape (lags,) or (seeds, lags), got {table.shape}")
        if (table < 0).any():
            raise ValueError(f"gradient_flow: expected sizes of at least 0, got {table.min():g}")
        tables[label] = np.where(table > 0, table, np.nan)  # (seeds, lags)

    ax = new_axes(ax)
    ends = []
    for (label, table), (color, linestyle) in zip(tables.items(), pens(tables), strict=True):
        lags = np.arange(table.shape[1])
        if len(table) > 1:
            ax.plot(lags, table.T, color=color, linewidth=0.7, alpha=0.5)
        median = _median(table)
        pen = {"color": color, "linestyle": linestyle, "linewidth": 2.6}
        ax.plot(lags, median, label=label or None, **(pen | kwargs))
        drawn = np.flatnonzero(np.isfinite(median))
        if drawn.size and label:
            ends.append((float(median[drawn[-1]]), label))
    ax.set_yscale("log")
    dress(ax, x="lag, steps back in time", y="size of the gradient")
    ax.set_xlim(0, max(max(table.shape[1] for table in tables.values()) - 1, 1))
    end_labels(ax, ends)
    return ax


def _median(table):
    """Return the median over the seeds, (lags,); not a number where no seed has a value."""
    some = np.isfinite(table).any(axis=0)
    median = np.full(table.shape[1], np.nan)
    # A seed whose gradient is exactly zero counts as the smallest.
    median[some] = np.median(np.where(np.isfinite(table[:, some]), table[:, some], 0), axis=0)
    return np.where(median > 0, median, np.nan)


def history(runs, *, metric="loss", baselines=None, label=None, ax=None, **kwargs):
    """Draw training curves: every seed thin, their median thick, baselines as named horizontal lines.

    Parameters
    ----------
    runs : History, sequence of History, or mapping of label to either
        Several runs under one label are seeds of one model.
    metric : str
        "loss", or a name in ``history.metrics``.
    baselines : mapping of str to float, optional
        Values to beat, such as ``{"trigram": 2.31}``.
    label : str, optional
        The axis' label; by default the metric's name.
    ax : matplotlib Axes, optional
    **kwargs
        For ``Axes.plot`` of the medians.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, a run lacks the metric, or a value is not finite.

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
                ax.plot(steps, values, color=color, linewidth=0.7, alpha=0.5)
        common = seeds[0][0]
        for steps, _ in seeds[1:]:
            common = np.intersect1d(common, steps)
        if not common.size:
            continue
        median = np.median([values[np.isin(steps, common)] for steps, values in seeds], axis=0)
        pen = {"color": color, "linestyle": linestyle, "linewidth": 2.6}
        ax.plot(common, median, label=name or None, **(pen | kwargs))
        if name:
            ends.append((float(median[-1]), name))
    for name, level in levels.items():
        ax.axhline(level, color=MIDTONE, linewidth=1.2, linestyle=(0, (4, 3)), label=name, zorder=1)
        ends.append((level, name))
    dress(ax, x="training step", y=metric if label is None else label)
    ax.margins(x=0)
    ax.set_xlim(left=min(steps[0] for seeds in curves.values() for steps, _ in seeds))
    end_labels(ax, ends)
    return ax


def _several(group):
    return list(group) if isinstance(group, list | tuple) else [group]


def _curve(run, metric):
    """Return the steps and values of one metric of one run."""
    if metric == "loss":
        steps, values = run.steps, run.loss
    elif metric in run.metrics:
        steps, values = run.metrics[metric]
    else:
        raise ValueError(f"history: expected metric to be one of {['loss', *run.metrics]}, got {metric!r}")
    steps, values = np.asarray(steps), finite("history", metric, values)
    if steps.shape != values.shape or steps.ndim != 1 or not steps.size:
        raise ValueError(f"history: expected one value per step, got {steps.shape} steps and {values.shape} values")
    return steps, values
