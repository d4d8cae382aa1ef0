"""Gradients scaled down when they grow too long."""

from __future__ import annotations

import math

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array, Arrays

__all__ = ["clip_by_global_norm"]


@np.errstate(under="ignore")  # what is too small for a number is zero
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
        Of the same dtype (integers as float64); if dtypes differ, of the widest. The very arrays of `gradients` if
        these are short enough.
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
    arrays = _check(gradients, threshold)
    scale = _power_of_two(arrays)  # division by it is exact, and no square overflows or vanishes
    scaled = {name: g / scale for name, g in arrays.items()}
    length = float(np.sqrt(sum(float(np.vdot(g, g)) for g in scaled.values())))
    norm = scale * length
    if norm <= threshold:
        return arrays, norm
    return {name: g * (threshold / length) for name, g in scaled.items()}, norm


def _check(gradients: Arrays, threshold: float) -> dict[str, Array]:
    """Return the gradients as arrays of one dtype, all of them finite."""
    what = "clip_by_global_norm"
    if not isinstance(threshold, int | float | np.integer | np.floating) or not threshold > 0:
        raise ValueError(f"{what}: expected threshold > 0, got {threshold!r}")
    arrays = {name: real_array(what, name, g) for name, g in gradients.items()}
    bad = [name for name, g in arrays.items() if not np.isfinite(g).all()]
    if bad:
        raise FloatingPointError(f"{what}: expected finite gradients, got NaN or inf in {bad}")
    dtype = np.result_type(np.float32, *(g.dtype if g.dtype.kind == "f" else np.float64 for g in arrays.values()))
    return {name: g.astype(dtype, copy=False) for name, g in arrays.items()}


def _power_of_two(arrays: Arrays) -> float:
    """Return the largest power of two that is no larger than the largest entry; 1 if all are zero."""
    largest = max((float(np.abs(g).max()) for g in arrays.values() if g.size), default=0.0)
    return 2.0 ** (math.frexp(largest)[1] - 1) if largest else 1.0
