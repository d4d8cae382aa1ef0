"""What everything that has parameters shares: arrays by name, the options that rebuild it, and whose trace is whose."""

import inspect
import os
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from lstm_tutor.checks import numbers, refusing_unknown_options
from lstm_tutor.types import Array, ArrayLike

__all__ = ["Identity", "Module"]


class Identity:
    """By what a trace knows the module that made it.

    A trace that is copied or pickled keeps it. A module that is copied or pickled gets a new one, and so does a trace
    that is copied along with it, since the two share one identity.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Become another identity."""
        self.number = os.urandom(16)  # no counter: numbers of different processes must differ


class Module:
    """Something that has parameters: a cell, a layer, attention, a model.

    A subclass keeps each option of its ``__init__`` as an attribute of the same name. It says what arrays it has by
    :meth:`shapes`, and what modules it is made of by :meth:`parts`.
    """

    kinds: ClassVar[dict[str, type["Module"]]] = {}  # every class by its name, for files

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Module.kinds.setdefault(cls.__name__, cls)
        if "__init__" in vars(cls):
            cls.__init__ = refusing_unknown_options(cls.__init__)  # type: ignore[method-assign] # its signature stays

    def __init__(self) -> None:
        self.identity = Identity()

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make a copy, or what comes out of a pickle, a module of its own, whose arrays can be written into."""
        for name, value in state.items():
            read_only = isinstance(value, np.ndarray) and not value.flags.writeable  # as joblib's memory maps are
            setattr(self, name, np.array(value) if read_only else value)
        self.identity.renew()

    def made(self, trace: Any) -> bool:
        """Whether `trace` is a record of this very module."""
        owner = getattr(trace, "owner", None)
        return isinstance(owner, Identity) and owner.number == self.identity.number

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each array of the module's own, by name."""
        return {}

    def parts(self) -> dict[str, "Module"]:
        """The modules that this one is made of, by the name that comes before the names of their parameters."""
        return {}

    def parameters(self) -> dict[str, Array]:
        """Dict of name -> array, live: writing into an array changes the module."""
        arrays = {name: getattr(self, name) for name in self.shapes()}
        for part, module in self.parts().items():
            arrays |= {f"{part}.{name}": array for name, array in module.parameters().items()}
        return arrays

    def size(self) -> int:
        """Number of parameters."""
        return sum(array.size for array in self.parameters().values())

    def load_parameters(self, parameters: Mapping[str, ArrayLike]) -> None:
        """Copy `parameters`, arrays by name, into the module: all of them or none.

        Raises
        ------
        ValueError
            If a name is unknown or missing, a shape differs, or a value is not finite; nothing is changed then.
        """
        what, current = type(self).__name__, self.parameters()
        unknown, missing = sorted(parameters.keys() - current.keys()), sorted(current.keys() - parameters.keys())
        if unknown or missing:
            raise ValueError(
                f"{what}: expected the parameters {list(current)}, got unknown {unknown} and missing {missing}"
            )
        arrays = {}
        for name, array in current.items():
            arrays[name] = numbers(what, name, parameters[name], array.dtype)  # a copy: it may be an array of `current`
            if arrays[name].shape != array.shape:
                raise ValueError(f"{what}: expected {name} of shape {array.shape}, got {arrays[name].shape}")
            if not np.isfinite(arrays[name]).all():
                raise ValueError(f"{what}: expected {name} to be finite numbers, got NaN or inf as {array.dtype}")
        for name, array in current.items():
            array[...] = arrays[name]

    def config(self) -> dict[str, Any]:
        """The keyword arguments that make a module of the same kind and shape."""
        return {name: _plain(name, getattr(self, name)) for name in _options(type(self))}

    def __repr__(self) -> str:
        shown, config = [], self.config()
        for name, option in _options(type(self)).items():
            if option.default is option.empty and option.kind is not option.KEYWORD_ONLY:
                shown.append(repr(config[name]))
            elif config[name] != _plain(name, option.default):
                shown.append(f"{name}={config[name]!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


def _options(kind: type) -> dict[str, inspect.Parameter]:
    """The options that make a module of this kind, but for the source of randomness."""
    options = inspect.signature(kind).parameters.items()
    return {name: option for name, option in options if name != "rng" and option.kind is not option.VAR_KEYWORD}


def _plain(name: str, value: Any) -> Any:
    return np.dtype(value).name if name == "dtype" and value is not inspect.Parameter.empty else value
