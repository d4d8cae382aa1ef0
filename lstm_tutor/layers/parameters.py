"""Arrays into a model's parameters, by name: all of them or none."""

import numpy as np

__all__ = ["load_parameters"]


def load_parameters(what, current, given):
    """Copy arrays of `given` into those of `current`, dicts by name, once every one of them has been checked."""
    unknown, missing = sorted(given.keys() - current.keys()), sorted(current.keys() - given.keys())
    if unknown or missing:
        raise ValueError(
            f"{what}: expected the parameters {list(current)}, got unknown {unknown} and missing {missing}"
        )
    arrays = {}
    for name, array in current.items():
        value = np.asarray(given[name])
        if value.shape != array.shape:
            raise ValueError(f"{what}: expected {name} of shape {array.shape}, got {value.shape}")
        if value.dtype.kind not in "fiu":
            raise ValueError(f"{what}: expected {name} to be finite numbers, got {value.dtype}")
        with np.errstate(over="ignore"):  # too large a number becomes inf, and is refused
            arrays[name] = value.astype(array.dtype)  # a copy: `given` may hold the very arrays of `current`
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{what}: expected {name} to be finite numbers, got NaN or inf as {array.dtype}")
    for name, array in current.items():
        array[...] = arrays[name]
