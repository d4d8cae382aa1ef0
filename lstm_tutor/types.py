"""Names for the types that public functions share. It imports nothing of the package."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

__all__ = ["Array", "ArrayLike", "Arrays", "DTypeLike", "RNG", "Schedule"]

Array: TypeAlias = npt.NDArray[Any]
ArrayLike: TypeAlias = npt.ArrayLike
DTypeLike: TypeAlias = npt.DTypeLike
Arrays: TypeAlias = Mapping[str, Array]  # parameters or gradients, by name
RNG: TypeAlias = int | Sequence[int] | np.random.Generator | None  # a seed, or a generator that is drawn from
Schedule: TypeAlias = Callable[[int], float]  # from an update's number, 0, 1, ..., to its learning rate
