"""Gradients kept from growing too long."""

import numpy as np

__all__ = ["clip_by_global_norm"]


def clip_by_global_norm(gradients, threshold):
    """Scale all gradients together so that their joint length is at most `threshold`.

    Equation: if ``||g|| > theta`` then ``g <- theta g / ||g||``, where ``||g||`` runs over every entry of every array.

    Parameters
    ----------
    gradients : dict of name -> array; unchanged
    threshold : float > 0, theta

    Returns
    -------
    clipped : dict of name -> array
    norm : float, ||g|| before clipping

    Raises
    ------
    ValueError : the threshold is not positive
    FloatingPointError : a gradient is NaN or infinite; clipping would spread it over all of them

    Source: Pascanu, Mikolov & Bengio (2013), algorithm 1.
    """
    if not threshold > 0:
        raise ValueError(f"clip_by_global_norm: expected threshold > 0, got {threshold!r}")
    norm = float(np.sqrt(sum(float(np.vdot(g, g)) for g in gradients.values())))
    if not np.isfinite(norm):
        bad = [name for name, g in gradients.items() if not np.isfinite(g).all()]
        raise FloatingPointError(
            f"clip_by_global_norm: expected finite gradients, got NaN or inf in {bad or 'the norm'}"
        )
    if norm <= threshold:
        return dict(gradients), norm
    return {name: g * (threshold / norm) for name, g in gradients.items()}, norm
