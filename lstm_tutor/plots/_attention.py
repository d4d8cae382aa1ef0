"""Attention as a picture: what was written against what was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor.plots._checks import characters, finite, position
from lstm_tutor.plots._heat import color_bar
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import MONO, color_map, dress, glyph, new_axes, time_axis
from lstm_tutor.types import Array, ArrayLike

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@with_shared_parameters
def attention_heatmap(
    weights: ArrayLike | Any,
    *,
    sequence: int = 0,
    read: Sequence[str] | None = None,
    written: Sequence[str] | None = None,
    colorbar: bool = True,
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """Draw attention weights, one row per step written, one column per step read, from 0 (paper) to 1 (ink).

    Parameters
    ----------
    weights : array (T_out, T_in), or trace of an attention or of a Seq2Seq
        The weights of one sequence, from 0 to 1, such as those of a hypothesis. Of a trace, keys past the sequence's
        length are not drawn.
    sequence : int
        Which of the N sequences of a trace.
    read, written : str, optional
        One character per step, written under its column and beside its row.
    %(colorbar)s
    %(ax)s
    %(image_settings)s

    Returns
    -------
    %(axes)s

    Raises
    ------
    ValueError
        If there is nothing to draw, a weight is not from 0 to 1, or a text does not have a character for each step.

    Examples
    --------
    >>> attention_heatmap([[0.2, 0.8], [1.0, 0.0]], read="ab").get_ylabel()
    'step written'
    """
    if hasattr(weights, "names"):
        weights = _of_trace(weights, sequence)
    weights = finite("attention_heatmap", "the weights", weights)
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"attention_heatmap: expected weights of shape (T_out, T_in), got {weights.shape}")
    if weights.min() < 0 or weights.max() > 1 + 1e-6:
        raise ValueError(f"attention_heatmap: expected weights from 0 to 1, got {weights.min():g} to {weights.max():g}")
    T_out, T_in = weights.shape
    columns, rows = (characters("attention_heatmap", text, T) for text, T in ((read, T_in), (written, T_out)))

    ax = new_axes(ax, height=0.9 + 0.2 * T_out)
    settings: dict[str, Any] = {
        "interpolation": "nearest",
        "aspect": "auto",
        "cmap": color_map("gate"),
        "label": "weights",
    }
    image = ax.imshow(weights, vmin=0.0, vmax=1.0, **(settings | kwargs))
    if rows is not None:
        ax.set_yticks(range(T_out), labels=[glyph(sign) for sign in rows], family=MONO, parse_math=False, usetex=False)
        ax.tick_params(axis="y", length=0)
    time_axis(ax, T_in, columns)
    dress(ax, x="step read" if columns is None else "read", y="step written" if rows is None else "written")
    if colorbar:
        color_bar(ax, image, "α, attention weight", [0.0, 0.5, 1.0])
    return ax


def _of_trace(trace: Any, sequence: int) -> Array:
    """Return the weights of one sequence of a trace, (T_out, T_in), up to its last key that counts."""
    if "weights" not in trace.names:
        raise ValueError(f"attention_heatmap: expected a trace with attention weights, got {trace!r}")
    weights = np.asarray(trace["weights"])
    sequence = position("attention_heatmap", "sequence", sequence, weights.shape[1])
    counts = np.isfinite(trace["scores"][:, sequence]).any(axis=0)  # a masked key has the score -inf
    return weights[:, sequence, : np.flatnonzero(counts)[-1] + 1]
