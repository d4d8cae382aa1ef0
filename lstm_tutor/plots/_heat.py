"""Pictures of many numbers at once: gates and states over time, predicted against true characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.palette import GATES, LABEL, MIDTONE, number
from lstm_tutor.plots._checks import characters, one_sequence, some_units, symmetric_limit
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import MONO, SMALL, color_map, dress, glyph, named, new_axes, time_axis
from lstm_tutor.types import Array, ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.image import AxesImage


@with_shared_parameters
def gate_heatmap(
    trace: Any,
    name: str,
    *,
    sequence: int = 0,
    units: int | Sequence[int] | None = None,
    text: Sequence[str] | None = None,
    layer: int = 0,
    direction: str = "forward",
    limit: float | None = None,
    colorbar: bool = True,
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw one gate or state of many units over time, one row per unit, one column per step.

    Gates are drawn from 0 (paper) to 1 (ink); states and candidates around 0 (violet below, moss above) with symmetric,
    printed limits.

    Parameters
    ----------
    %(trace)s
    name : str
        One of ``trace.names``, such as "f" or "c".
    %(sequence)s
    units : int or sequence of int, optional
        Which units, from top to bottom; by default all.
    %(text)s
    %(place)s
    limit : float, optional
        Largest size on the map of a state; by default the largest among the values drawn.
    %(colorbar)s
    %(ax)s
    %(image_settings)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If a name, unit or sequence is not in the trace, the text does not have T characters, or a value is not finite.

    Examples
    --------
    >>> import lstm_tutor as lt, numpy as np
    >>> trace = lt.LSTM(3, 4, rng=0).forward(np.ones((5, 1, 3)))
    >>> gate_heatmap(trace, "f", text="for i").images[0].get_clim()
    (0.0, 1.0)
    """
    values = one_sequence("gate_heatmap", trace, name, sequence=sequence, layer=layer, direction=direction)
    units = some_units("gate_heatmap", units, values.shape[1])
    signs = characters("gate_heatmap", text, len(values))
    values = values[:, units].T  # (units, T)
    is_gate = name in GATES
    top = 1.0 if is_gate else symmetric_limit("gate_heatmap", values, limit)

    ax = new_axes(ax, height=min(5.0, 1.1 + 0.14 * max(len(units), 6)))
    settings: dict[str, Any] = {"interpolation": "nearest", "aspect": "auto", "label": name}
    settings["cmap"] = color_map("gate" if is_gate else "signed")
    image = ax.imshow(values, vmin=0.0 if is_gate else -top, vmax=top, **(settings | kwargs))
    dress(ax, y="unit")
    _unit_axis(ax, units)
    time_axis(ax, values.shape[1], signs)
    if colorbar:
        color_bar(ax, image, named(name), [0.0, 0.5, 1.0] if is_gate else [-top, 0.0, top])
    return ax


def _unit_axis(ax: Axes, units: Sequence[int]) -> None:
    every = max(1, -(-len(units) // 12))
    rows = range(0, len(units), every)
    ax.set_yticks(rows, labels=[str(units[row]) for row in rows])


def color_bar(ax: Axes, image: AxesImage, words: str, ticks: Sequence[float]) -> None:
    """Explain the colors of `image` beside `ax`."""
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.02, aspect=14)
    bar.set_ticks(ticks, labels=[number(tick, 2 if tick % 0.5 else 1) if tick else "0" for tick in ticks])
    bar.ax.tick_params(color=MIDTONE, labelcolor=LABEL, labelsize=SMALL, length=2)
    bar.set_label(words, color=LABEL, size=SMALL, parse_math=False)
    bar.outline.set_edgecolor(MIDTONE)


@with_shared_parameters
def confusion(
    predicted: ArrayLike,
    true: ArrayLike,
    labels: Sequence[str],
    *,
    top: int = 20,
    normalize: bool = True,
    colorbar: bool = True,
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw which characters a model predicts where which characters are true.

    Rows are the true, columns the predicted characters, both from the most frequent true one on; what is rarer is
    gathered in a last row and column, marked with an ellipsis.

    Parameters
    ----------
    predicted, true : int arrays of one shape
        Positions in `labels`.
    labels : str or sequence of str
        The vocabulary, one character per position.
    top : int
        How many characters have a row of their own.
    normalize : bool
        Show the share of each row's cases (0 to 1) instead of counts.
    %(colorbar)s
    %(ax)s
    %(image_settings)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If the shapes differ, there is nothing to count, or a number is not a position in `labels`.

    Examples
    --------
    >>> confusion([0, 0, 1], [0, 1, 1], "ab").images[0].get_array().tolist()
    [[0.5, 0.5], [0.0, 1.0]]
    """
    predicted, true = (
        _positions(what, array, len(labels)) for what, array in (("predicted", predicted), ("true", true))
    )
    if predicted.shape != true.shape:
        raise ValueError(f"confusion: expected arrays of one shape, got {predicted.shape} and {true.shape}")
    if top < 1:
        raise ValueError(f"confusion: expected top to be at least 1, got {top}")
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, (true.ravel(), predicted.ravel()), 1)
    present = np.flatnonzero(counts.sum(0) + counts.sum(1))
    order = present[np.argsort(-counts.sum(1)[present], kind="stable")]
    frequent, rest = order[:top], order[top:]
    signs = [glyph(str(labels[k])) for k in frequent]
    table = counts[np.ix_(frequent, frequent)]
    if rest.size:
        table = np.block(
            [
                [table, counts[np.ix_(frequent, rest)].sum(1, keepdims=True)],
                [counts[np.ix_(rest, frequent)].sum(0, keepdims=True), counts[np.ix_(rest, rest)].sum(keepdims=True)],
            ]
        )
        signs.append("…")
    if normalize:
        table = table / np.maximum(table.sum(1, keepdims=True), 1)

    ax = new_axes(ax, height=4.6)
    settings: dict[str, Any] = {"interpolation": "nearest", "cmap": color_map("gate"), "label": "confusion"}
    image = ax.imshow(table, vmin=0.0, vmax=1.0 if normalize else table.max(), **(settings | kwargs))
    dress(ax, x="predicted character", y="true character")
    size = min(SMALL, 260 / len(signs))
    for set_ticks in (ax.set_xticks, ax.set_yticks):
        set_ticks(range(len(signs)), labels=signs, family=MONO, size=size, parse_math=False, usetex=False)
    ax.tick_params(length=0)
    if colorbar:
        most = float(image.get_clim()[1])
        color_bar(ax, image, "share of the row" if normalize else "cases", [0.0, most / 2, most])
    return ax


def _positions(what: str, array: ArrayLike, size: int) -> Array:
    array = real_array("confusion", what, array)
    if array.size == 0 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"confusion: expected {what} to hold whole numbers, got {array.dtype} of shape {array.shape}")
    if array.min() < 0 or array.max() >= size:
        came = f"{array.min()} to {array.max()}"
        raise ValueError(f"confusion: expected {what} to be positions in labels, 0 to {size - 1}, got {came}")
    return array
