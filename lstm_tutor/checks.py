"""Checks of what a user passes, shared by losses, optimizers and models."""

import numpy as np

from lstm_tutor.types import Array, ArrayLike

__all__ = ["real_array"]


def real_array(what: str, name: str, value: ArrayLike) -> Array:
    """Return `value` as an array of real numbers: bools, integers or floats.

    A masked array is refused, because NumPy would drop its mask without a word.

    Parameters
    ----------
    what : str
        The class or function the user called, for the error message.
    name : str
        The argument's name, for the error message.
    value : array-like

    Raises
    ------
    ValueError
        `value` is a masked array, or holds complex numbers, text or objects.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise ValueError(f"{what}: expected {name} to be a plain array, got a masked one, whose mask would be lost")
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{what}: expected {name} to be real numbers, got {array.dtype}")
    return array
