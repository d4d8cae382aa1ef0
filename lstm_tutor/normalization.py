"""Layer normalization: each vector is shifted and scaled to mean 0 and variance 1 over its own units."""

from __future__ import annotations

import numpy as np

from lstm_tutor.types import Array

__all__ = ["EPSILON", "normalize", "normalize_backward"]

EPSILON = 1e-5  # added to the variance, as PyTorch does


def normalize(a: Array) -> tuple[Array, Array]:
    """Return ``n = (a - mean) / s``, over the last axis, and s, (..., 1).

    Equations: ``mean = sum_j a_j / H``, ``s = sqrt(sum_j (a_j - mean)^2 / H + 1e-5)``.

    Parameters
    ----------
    a : array (..., H)

    Returns
    -------
    n : array (..., H)
    s : array (..., 1)

    References
    ----------
    Ba, Kiros & Hinton (2016), equation 3.

    Examples
    --------
    >>> n, s = normalize(np.array([1.0, 3.0]))
    >>> np.round(n, 4).tolist(), np.round(s, 4).tolist()
    ([-1.0, 1.0], [1.0])
    """
    centered = a - a.mean(axis=-1, keepdims=True)
    s = np.sqrt((centered * centered).mean(axis=-1, keepdims=True) + EPSILON)
    return centered / s, s


def normalize_backward(n: Array, s: Array, dn: Array) -> Array:
    """Return dL/da from dL/dn; n and s are what :func:`normalize` returned.

    Equation: ``da = (dn - mean(dn) - n mean(n dn)) / s``: a change of a that only shifts or scales it reaches nothing.
    """
    return (dn - dn.mean(axis=-1, keepdims=True) - n * (n * dn).mean(axis=-1, keepdims=True)) / s
