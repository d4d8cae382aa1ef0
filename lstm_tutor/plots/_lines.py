"""Lines over time: the gates of one unit, a state of several units."""

import numpy as np

from lstm_tutor.palette import COLORS, GATES, LINESTYLES, MEANINGS, MIDTONE, NEGATIVE, POSITIVE, number
from lstm_tutor.plots._checks import characters, finite, one_sequence, position, some_units, symmetric_limit
from lstm_tutor.plots._style import dress, end_labels, named, new_axes, time_axis


def gate_lines(
    trace,
    unit,
    *,
    names=None,
    sequence=0,
    text=None,
    reference=None,
    layer=0,
    direction="forward",
    ax=None,
    **kwargs,
):
    """Draw the gates of one unit over time, each with its color, its line style and its name at the end.

    Parameters
    ----------
    trace : Trace
    unit : int
    names : sequence of str, optional
        What to draw; by default every gate of the trace.
    sequence : int
        Which of the N sequences.
    text : str, optional
        One character per step, written under it.
    reference : Trace or mapping of str to array (T, N, H) or (T,), optional
        The same quantities from another implementation, drawn as open circles over the lines.
    layer, direction : int, {"forward", "reverse"}
    ax : matplotlib Axes, optional
    **kwargs
        For ``Axes.plot``.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If a name, unit or sequence is not in the trace, the text does not have T characters, a value is not finite, or
        the reference has another shape.

    Examples
    --------
    >>> import lstm_tutor as lt, numpy as np
    >>> trace = lt.LSTM(3, 4, rng=0).forward(np.ones((5, 1, 3)))
    >>> [line.get_label() for line in gate_lines(trace, 2, text="for i").lines]
    ['i', 'f', 'o']
    """
    where = {"sequence": sequence, "layer": layer, "direction": direction}
    recorded = trace.at(layer=layer, direction=direction).names if hasattr(trace, "at") else trace.names
    names = [name for name in recorded if name in GATES] if names is None else list(names)
    if not names:
        raise ValueError(f"gate_lines: expected names among {list(recorded)}, got none; this trace has no gates")
    series = {name: one_sequence("gate_lines", trace, name, **where) for name in names}
    steps, size = series[names[0]].shape
    unit = position("gate_lines", "unit", unit, size)
    signs = characters("gate_lines", text, steps)
    series = {name: values[:, unit] for name, values in series.items()}
    circles = {name: _reference(reference, name, steps, unit, where) for name in names if reference is not None}

    ax = new_axes(ax)
    time = np.arange(steps)
    for name, values in series.items():
        pen = {"color": COLORS.get(name, MIDTONE), "linestyle": LINESTYLES.get(name, "-"), "linewidth": 2.0}
        ax.plot(time, values, label=name, **(pen | kwargs))
    for name, values in circles.items():
        style = {"marker": "o", "markersize": 6.5, "markerfacecolor": "none", "linestyle": "none", "zorder": 3}
        ax.plot(time, values, color=MIDTONE, label=f"{name}, reference", **style)
    only_gates = all(name in GATES for name in names)
    dress(ax, y=f"gates of unit {unit}" if only_gates else f"values of unit {unit}")
    if only_gates:
        ax.set_ylim(-0.04, 1.04)
        ax.set_yticks([0, 0.5, 1], labels=["0", "0.5", "1"])
    else:
        ax.axhline(0, color=MIDTONE, linewidth=0.8, zorder=0)
    time_axis(ax, steps, signs)
    short = {name: f"{name} {MEANINGS[name].removesuffix(' gate')}" for name in names if name in MEANINGS}
    end_labels(ax, [(float(series[name][-1]), short.get(name, name)) for name in names])
    return ax


def _reference(reference, name, steps, unit, where):
    """Return the reference values of `name`, (T,)."""
    if hasattr(reference, "at"):
        return one_sequence("gate_lines", reference, name, **where)[:steps, unit]
    if name not in reference:
        raise ValueError(f"gate_lines: expected reference to have {name!r}, it has {list(reference)}")
    values = np.asarray(reference[name])
    values = values[:steps, where["sequence"], unit] if values.ndim == 3 else values
    if values.shape != (steps,):
        raise ValueError(f"gate_lines: expected reference[{name!r}] to have shape ({steps},), got {values.shape}")
    return finite("gate_lines", f"reference[{name!r}]", values)


def state_lines(
    trace, units, *, name="h", sequence=0, text=None, layer=0, direction="forward", limit=None, ax=None, **kwargs
):
    """Draw a state of several units over time, one row per unit on one common, printed scale.

    Parameters
    ----------
    trace : Trace
    units : int or sequence of int
        Which units, from top to bottom.
    name : str
        One of ``trace.names``.
    sequence : int
        Which of the N sequences.
    text : str, optional
        One character per step, written under it.
    layer, direction : int, {"forward", "reverse"}
    limit : float, optional
        Half of a row's height, in units of the state; by default the largest size among the values drawn.
    ax : matplotlib Axes, optional
    **kwargs
        For ``Axes.plot``.

    Returns
    -------
    matplotlib Axes
        Row k has its zero at ``-2.2 * limit * k``.

    Raises
    ------
    ValueError
        If a name, unit or sequence is not in the trace, the text does not have T characters, or a value is not finite.

    Examples
    --------
    >>> import lstm_tutor as lt, numpy as np
    >>> trace = lt.LSTM(3, 4, rng=0).forward(np.ones((5, 1, 3)))
    >>> len(state_lines(trace, [0, 3], name="c", text="for i").lines)
    2
    """
    values = one_sequence("state_lines", trace, name, sequence=sequence, layer=layer, direction=direction)
    units = some_units("state_lines", units, values.shape[1])
    signs = characters("state_lines", text, len(values))
    values = values[:, units]  # (T, units)
    limit = symmetric_limit("state_lines", values, limit)

    ax = new_axes(ax, height=min(6.0, 1.0 + 0.62 * len(units)))
    time, zeros = np.arange(len(values)), [-2.2 * limit * row for row in range(len(units))]
    pen = {"color": COLORS.get(name, MIDTONE), "linewidth": 2.0}
    for unit, zero, row in zip(units, zeros, values.T, strict=True):
        for side, tint in ((row >= 0, POSITIVE), (row <= 0, NEGATIVE)):
            ground = {"color": tint, "alpha": 0.35, "linewidth": 0, "zorder": 1}
            ax.fill_between(time, zero, zero + row, where=side, interpolate=True, **ground)
        ax.plot(time, zero + row, label=f"unit {unit}", **(pen | kwargs))
        ax.hlines(zero, -0.5, len(values) - 0.5, color=MIDTONE, linewidth=0.8, zorder=0)
    dress(ax, y=f"{named(name)}\n(rows ±{number(limit)})")
    ax.set_ylim(zeros[-1] - 1.1 * limit, 1.1 * limit)
    ax.set_yticks(zeros, labels=[f"unit {unit}" for unit in units])
    ax.tick_params(axis="y", length=0)
    time_axis(ax, len(values), signs)
    return ax
