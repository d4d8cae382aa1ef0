"""Gradients scaled down when they grow too long."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, Arrays

__all__ = ["clip_by_global_norm"]


def clip_by_global_norm(gradients: Arrays, threshold: float) -> tuple[dict[str, Array], float]:
    """Scale all gradients together so that their joint length is at most `threshold`.

    Equation: if ``||g|| > theta`` then ``g <- theta g / ||g||``, where ``||g||`` runs over every entry of every array.
    Gradients of any finite size are clipped, also those whose squares overflow or vanish.

    Parameters
    ----------
    gradients : dict of name -> array
        Unchanged.
    threshold : float > 0
        Theta; infinity clips nothing.

    Returns
    -------
    clipped : dict of name -> array
        Of the same dtypes (float64 for integers); the very arrays of `gradients` if these are short enough.
    norm : float
        ``||g||`` before clipping.

    Raises
    ------
    ValueError
        The threshold is not positive, or a gradient does not hold real numbers.
    FloatingPointError
        A gradient is NaN or infinite; clipping would spread it over all of them.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), algorithm 1.

    Examples
    --------
    >>> clipped, norm = clip_by_global_norm({"w": np.array([3.0]), "b": np.array([4.0])}, 1.0)
    >>> norm, round(float(clipped["w"][0]), 3), round(float(clipped["b"][0]), 3)
    (5.0, 0.6, 0.8)
    """
    what = "clip_by_global_norm"
    if not isinstance(threshold, int | float | np.integer | np.floating) or not threshold > 0:
        raise ValueError(f"{what}: expected threshold > 0, got {threshold!r}")
    arrays = {name: real_array(what, name, g) for name, g in gradients.items()}
    arrays = {name: g if g.dtype.kind == "f" else g.astype(np.float64) for name, g in arrays.items()}
    scale, length = _scaled_length([g for g in arrays.values() if g.size])
    norm = scale * length
    if not np.isfinite(norm):
        bad = [name for name, g in arrays.items() if not np.isfinite(g).all()]
        if bad:
            raise FloatingPointError(f"{what}: expected finite gradients, got NaN or inf in {bad}")
    if norm <= threshold:
        return arrays, norm
    if scale == 1:
        return {name: g * (threshold / norm) for name, g in arrays.items()}, norm
    return {
        name: (g.astype(np.float64) / scale * (threshold / length)).astype(g.dtype) for name, g in arrays.items()
    }, norm


def _scaled_length(arrays: list[Array]) -> tuple[float, float]:
    """Return (scale, length), whose product is the joint length of `arrays`.

    The scale is 1 if the squares of the entries can be summed as they are, and else the largest entry, by which the
    entries are divided before they are squared.
    """
    if not arrays:
        return 1.0, 0.0
    with np.errstate(over="ignore", under="ignore"):
        total = sum(float(np.vdot(g, g)) for g in arrays)
    smallest = max(float(np.finfo(g.dtype).tiny / np.finfo(g.dtype).eps) for g in arrays)  # exact to rounding above it
    if smallest <= total < np.inf:
        return 1.0, float(np.sqrt(total))
    largest = float(np.max([np.abs(g).max() for g in arrays]))
    if not 0 < largest < np.inf:
        return 1.0, largest
    return largest, float(np.sqrt(sum(np.square(g.astype(np.float64) / largest).sum() for g in arrays)))
