"""Attention as a picture: what was written against what was read."""

from lstm_tutor.plots._checks import characters, finite
from lstm_tutor.plots._heat import _bar
from lstm_tutor.plots._style import MONO, color_map, dress, glyph, new_axes, time_axis


def attention_heatmap(weights, *, read=None, written=None, colorbar=True, ax=None, **kwargs):
    """Draw attention weights, one row per step written, one column per step read, from 0 (paper) to 1 (ink).

    Parameters
    ----------
    weights : array (T_out, T_in), from 0 to 1
        Those of one sequence, such as ``trace["weights"][:, n]`` or ``hypothesis.weights``.
    read, written : str, optional
        One character per step, written under its column and beside its row.
    colorbar : bool
    ax : matplotlib Axes, optional
    **kwargs
        For ``Axes.imshow``.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        If there is nothing to draw, a weight is not from 0 to 1, or a text does not have a character for each step.

    Examples
    --------
    >>> attention_heatmap([[0.2, 0.8], [1.0, 0.0]], read="ab").get_ylabel()
    'step written'
    """
    weights = finite("attention_heatmap", "the weights", weights)
    if weights.ndim != 2 or weights.size == 0:
        raise ValueError(f"attention_heatmap: expected weights of shape (T_out, T_in), got {weights.shape}")
    if weights.min() < 0 or weights.max() > 1 + 1e-6:
        raise ValueError(f"attention_heatmap: expected weights from 0 to 1, got {weights.min():g} to {weights.max():g}")
    T_out, T_in = weights.shape
    columns, rows = (characters("attention_heatmap", text, T) for text, T in ((read, T_in), (written, T_out)))

    ax = new_axes(ax, height=0.9 + 0.2 * T_out)
    settings = {"interpolation": "nearest", "aspect": "auto", "cmap": color_map("gate")}
    image = ax.imshow(weights, vmin=0.0, vmax=1.0, **(settings | kwargs))
    dress(ax, x="step read" if columns is None else "read", y="step written" if rows is None else "written")
    if rows is not None:
        ax.set_yticks(range(T_out), labels=[glyph(sign) for sign in rows], family=MONO, parse_math=False, usetex=False)
        ax.tick_params(axis="y", length=0)
    time_axis(ax, T_in, columns, label=False)
    if columns is None:
        ax.set_xlabel("step read")
    if colorbar:
        _bar(ax, image, "α, attention weight", [0.0, 0.5, 1.0])
    return ax
