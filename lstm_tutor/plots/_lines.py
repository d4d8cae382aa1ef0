"""Lines over time: the gates of one unit, a state of several units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor.palette import COLORS, GATES, LINESTYLES, MEANINGS, MIDTONE, NEGATIVE, POSITIVE, number
from lstm_tutor.plots._checks import (
    cell_of,
    characters,
    finite,
    one_sequence,
    position,
    some_units,
    symmetric_limit,
)
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import dress, end_labels, named, new_axes, time_axis
from lstm_tutor.types import Array, ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@with_shared_parameters
def gate_lines(
    trace: Any,
    unit: int,
    *,
    names: Sequence[str] | None = None,
    sequence: int = 0,
    text: Sequence[str] | None = None,
    reference: Any | Mapping[str, ArrayLike] = None,
    layer: int = 0,
    direction: str = "forward",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw the gates of one unit over time, each with its color, its line style and its name at the end.

    Parameters
    ----------
    %(trace)s
    unit : int
        Which of the H units.
    names : sequence of str, optional
        What to draw; by default every gate of the trace.
    %(sequence)s
    %(text)s
    reference : Trace, CellTrace or mapping of str to array (T, N, H) or (T,), optional
        The same quantities from another implementation, drawn as open circles over the lines.
    %(place)s
    %(ax)s
    %(line_settings)s

    Returns
    -------
    %(axes)s

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
    where: dict[str, Any] = {"sequence": sequence, "layer": layer, "direction": direction}
    recorded = cell_of("gate_lines", trace, layer, direction).names
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
        pen: dict[str, Any] = {
            "color": COLORS.get(name, MIDTONE),
            "linestyle": LINESTYLES.get(name, "-"),
            "linewidth": 2.0,
        }
        ax.plot(time, values, label=name, **(pen | kwargs))
    for name, values in circles.items():
        style: dict[str, Any] = {
            "marker": "o",
            "markersize": 6.5,
            "markerfacecolor": "none",
            "linestyle": "none",
            "zorder": 3,
        }
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


def _reference(reference: Any, name: str, steps: int, unit: int, where: dict[str, Any]) -> Array:
    """Return the reference values of `name`, (T,), as far as the sequence goes."""
    if hasattr(reference, "names"):
        values = one_sequence("gate_lines", reference, name, **where)[:, unit]
    elif name not in reference:
        raise ValueError(f"gate_lines: expected reference to have {name!r}, it has {list(reference)}")
    else:
        values = np.asarray(reference[name])
        values = (values[:, where["sequence"], unit] if values.ndim == 3 else values)[:steps]
    if values.shape != (steps,):
        raise ValueError(f"gate_lines: expected reference[{name!r}] to have shape ({steps},), got {values.shape}")
    return finite("gate_lines", f"reference[{name!r}]", values)


@with_shared_parameters
def state_lines(
    trace: Any,
    units: int | Sequence[int],
    *,
    name: str = "h",
    sequence: int = 0,
    text: Sequence[str] | None = None,
    layer: int = 0,
    direction: str = "forward",
    limit: float | None = None,
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw a state of several units over time, one row per unit on one common, printed scale.

    Parameters
    ----------
    %(trace)s
    units : int or sequence of int
        Which units, from top to bottom.
    name : str
        One of ``trace.names``.
    %(sequence)s
    %(text)s
    %(place)s
    limit : float, optional
        Half of a row's height, in units of the state; by default the largest size among the values drawn.
    %(ax)s
    %(line_settings)s

    Returns
    -------
    %(axes)s
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
    rows = some_units("state_lines", units, values.shape[1])
    signs = characters("state_lines", text, len(values))
    values = values[:, rows]  # (T, units)
    limit = symmetric_limit("state_lines", values, limit)

    ax = new_axes(ax, height=min(6.0, 1.0 + 0.62 * len(rows)))
    time, zeros = np.arange(len(values)), [-2.2 * limit * k for k in range(len(rows))]
    pen: dict[str, Any] = {"color": COLORS.get(name, MIDTONE), "linewidth": 2.0}
    for unit, zero, curve in zip(rows, zeros, values.T, strict=True):
        for side, tint in ((curve >= 0, POSITIVE), (curve <= 0, NEGATIVE)):
            ground: dict[str, Any] = {"color": tint, "alpha": 0.35, "linewidth": 0, "zorder": 1}
            ax.fill_between(time, zero, zero + curve, where=side, interpolate=True, **ground)
        ax.plot(time, zero + curve, label=f"unit {unit}", **(pen | kwargs))
        ax.hlines(zero, -0.5, len(values) - 0.5, color=MIDTONE, linewidth=0.8, zorder=0)
    dress(ax, y=f"{named(name)}\n(rows ±{number(limit)})")
    ax.set_ylim(zeros[-1] - 1.1 * limit, 1.1 * limit)
    ax.set_yticks(zeros, labels=[f"unit {unit}" for unit in rows])
    ax.tick_params(axis="y", length=0)
    time_axis(ax, len(values), signs)
    return ax
