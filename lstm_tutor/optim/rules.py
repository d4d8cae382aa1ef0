"""Gradient descent, with momentum or adaptive steps. Optimizers write into the parameters they are given."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from lstm_tutor.checks import check_number, real_array, refusing_unknown_options
from lstm_tutor.types import Array, Arrays

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "Rprop"]


class Optimizer:
    """What all optimizers share: a learning rate, and one memory array or more per parameter.

    Parameters
    ----------
    learning_rate : float > 0

    Attributes
    ----------
    learning_rate : float
        May be changed between steps, also to zero.
    steps : int
        Number of updates so far.
    memory : dict of memory name -> dict of parameter name -> array
    """

    update: Callable[..., None]  # of one parameter and its memory, in place: (parameter, gradient, *memory)
    memories: ClassVar[tuple[str, ...]] = ()
    squares: ClassVar[bool] = False  # whether the gradient is squared

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            cls.__init__ = refusing_unknown_options(cls.__init__)  # type: ignore[method-assign] # its signature stays

    def __init__(self, learning_rate: float) -> None:
        self._check_option("learning_rate", learning_rate, "> 0", lambda rate: rate > 0)
        self.learning_rate, self.steps = learning_rate, 0
        self.memory: dict[str, dict[str, Array]] = {name: {} for name in self.memories}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make memory that came read-only out of a pickle, as joblib's memory maps are, one to write into."""
        vars(self).update(state)
        for named in self.memory.values():
            named.update({name: np.array(array) for name, array in named.items() if not array.flags.writeable})

    def __repr__(self) -> str:
        values = {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}
        plain = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in plain.items())})"

    def _check_option(self, *option: Any) -> None:
        """Raise ValueError unless an option is what it has to be; arguments as of ``checks.check_number``."""
        check_number(type(self).__name__, *option)

    @np.errstate(under="ignore")
    def step(self, parameters: Arrays, gradients: Arrays) -> None:
        """Update every parameter in place.

        Parameters
        ----------
        parameters, gradients : dicts of name -> array
            Of equal names and shapes.

        Raises
        ------
        ValueError
            Names or shapes differ, also those of a state that was loaded, a parameter cannot be written into, or the
            learning rate is negative or NaN.
        FloatingPointError
            A gradient is NaN or infinite, or its square overflows where the optimizer needs it: all later steps would
            be zero or NaN. In either case nothing is updated.
        """
        what = type(self).__name__
        expected, given = ({name: np.shape(a) for name, a in arrays.items()} for arrays in (parameters, gradients))
        if expected != given:
            raise ValueError(f"{what}: expected gradients of shapes {expected}, got {given}")
        self._check_option("learning_rate", self.learning_rate, ">= 0", lambda rate: rate >= 0)
        checked = {
            name: self._check_gradient(name, parameter, gradients[name]) for name, parameter in parameters.items()
        }
        self._check_memory(expected)
        self.steps += 1
        for name, parameter in parameters.items():
            memory = [self.memory[kind].setdefault(name, np.zeros_like(parameter)) for kind in self.memories]
            self.update(parameter, checked[name], *memory)

    def _check_gradient(self, name: str, parameter: Array, gradient: Array) -> Array:
        """Return the gradient as floats, if it can be used, and the parameter can be updated."""
        what = type(self).__name__
        if not isinstance(parameter, np.ndarray) or parameter.dtype.kind != "f":
            got = getattr(parameter, "dtype", type(parameter).__name__)
            raise ValueError(f"{what}: expected {name} to be an array of floats, got {got}")
        if not parameter.flags.writeable:
            raise ValueError(f"{what}: expected {name} to be an array to write into, got a read-only one")
        gradient = real_array(what, f"the gradient of {name}", gradient)
        if gradient.dtype.kind != "f":
            gradient = gradient.astype(parameter.dtype)
        largest = max(float(gradient.max()), -float(gradient.min())) if gradient.size else 0.0
        if not largest < np.inf:
            raise FloatingPointError(f"{what}: expected finite gradients, got NaN or inf in {name}")
        dtype = min(parameter.dtype, gradient.dtype, key=lambda dtype: dtype.itemsize)
        if self.squares and largest > np.sqrt(np.finfo(dtype).max):
            raise FloatingPointError(
                f"{what}: expected gradients whose squares are below the largest {dtype}, got {largest:.3g} in {name}; "
                f"clip_by_global_norm makes them shorter"
            )
        return gradient

    def _check_memory(self, shapes: dict[str, tuple[int, ...]]) -> None:
        """Raise ValueError if the memory, which may have been loaded, is that of parameters of other shapes."""
        for kind, named in self.memory.items():
            for name, array in named.items():
                if array.shape != shapes.get(name, array.shape):
                    raise ValueError(f"{type(self).__name__}: expected {kind} of {name} of shape {shapes[name]}, got "
                                     f"{array.shape}")  # fmt: skip

    def state(self) -> dict[str, Array]:
        """Return a copy of everything the next step depends on."""
        arrays = {
            f"{kind}/{name}": array.copy() for kind, named in self.memory.items() for name, array in named.items()
        }
        return arrays | {"steps": np.array(self.steps), "learning_rate": np.array(self.learning_rate)}

    def load_state(self, state: Arrays) -> None:
        """Copy what :meth:`state` returned; ValueError, and nothing changed, if another optimizer wrote it."""
        if not {"steps", "learning_rate"} <= state.keys():
            raise ValueError(f"{type(self).__name__}: expected steps and learning_rate, got {sorted(state)}")
        memory: dict[str, dict[str, Array]] = {kind: {} for kind in self.memories}
        for key, array in state.items():
            kind, _, name = key.partition("/")
            if name:
                numbers = real_array(type(self).__name__, key, array)
                memory.setdefault(kind, {})[name] = numbers.astype(
                    numbers.dtype if numbers.dtype.kind == "f" else float
                )
        kinds = {kind for kind, named in memory.items() if named}
        if kinds and kinds != set(self.memories):
            raise ValueError(f"{type(self).__name__}: expected memories {list(self.memories)}, got {sorted(kinds)}")
        steps, learning_rate = int(state["steps"]), float(state["learning_rate"])
        self.memory, self.steps, self.learning_rate = memory, steps, learning_rate


class SGD(Optimizer):
    """Gradient descent with momentum.

    Equations: ``v = momentum v + g``; ``w = w - learning_rate v`` (PyTorch's form).

    Parameters
    ----------
    learning_rate : float > 0
    momentum : float in [0, 1)

    Examples
    --------
    >>> SGD(0.1, momentum=0.9)
    SGD(learning_rate=0.1, momentum=0.9)
    """

    memories = ("v",)

    def __init__(self, learning_rate: float, *, momentum: float = 0.0) -> None:
        super().__init__(learning_rate)
        self._check_option("momentum", momentum, "in [0, 1)", lambda momentum: 0 <= momentum < 1)
        self.momentum = momentum

    def update(self, parameter: Array, gradient: Array, v: Array) -> None:
        v *= self.momentum
        v += gradient
        parameter -= self.learning_rate * v


class RMSProp(Optimizer):
    """Steps divided by the running size of the gradient, so that all parameters move about equally fast.

    Equations: ``v = decay v + (1 - decay) g^2``; ``u = momentum u + g / (sqrt(v) + eps)``;
    ``w = w - learning_rate u`` (PyTorch's form, whose `alpha` is our `decay`).

    Parameters
    ----------
    learning_rate : float > 0
    decay : float in [0, 1)
        The part of v that remains at each step.
    eps : float >= 0
        With 0, a gradient that has always been zero gives 0 / 0, which is NaN.
    momentum : float in [0, 1)

    References
    ----------
    Tieleman & Hinton (2012), Coursera lecture 6.5.
    """

    memories, squares = ("v", "u"), True

    def __init__(
        self, learning_rate: float = 1e-2, *, decay: float = 0.99, eps: float = 1e-8, momentum: float = 0.0
    ) -> None:
        super().__init__(learning_rate)
        self._check_option("decay", decay, "in [0, 1)", lambda decay: 0 <= decay < 1)
        self._check_option("momentum", momentum, "in [0, 1)", lambda momentum: 0 <= momentum < 1)
        self._check_option("eps", eps, ">= 0", lambda eps: eps >= 0)
        self.decay, self.eps, self.momentum = decay, eps, momentum

    def update(self, parameter: Array, gradient: Array, v: Array, u: Array) -> None:
        v *= self.decay
        v += (1 - self.decay) * gradient**2
        u *= self.momentum
        u += gradient / (np.sqrt(v) + self.eps)
        parameter -= self.learning_rate * u


class Adam(Optimizer):
    """Adaptive steps from running means of the gradient and of its square.

    Equations: ``m = b1 m + (1 - b1) g``; ``v = b2 v + (1 - b2) g^2``;
    ``w = w - learning_rate m^ / (sqrt(v^) + eps)`` with ``m^ = m / (1 - b1^t)``, ``v^ = v / (1 - b2^t)``.

    Parameters
    ----------
    learning_rate : float > 0
    betas : two floats in [0, 1)
        b1 and b2.
    eps : float >= 0
        With 0, a gradient that has always been zero gives 0 / 0, which is NaN.

    References
    ----------
    Kingma & Ba (2015), algorithm 1.

    Examples
    --------
    >>> Adam()
    Adam(learning_rate=0.001, betas=(0.9, 0.999), eps=1e-08)
    """

    memories, squares = ("m", "v"), True

    def __init__(
        self, learning_rate: float = 1e-3, *, betas: tuple[float, float] = (0.9, 0.999), eps: float = 1e-8
    ) -> None:
        super().__init__(learning_rate)
        if not _is_pair(betas) or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"{type(self).__name__}: expected two betas in [0, 1), got {betas!r}")
        self._check_option("eps", eps, ">= 0", lambda eps: eps >= 0)
        self.betas, self.eps = tuple(betas), eps

    def update(self, parameter: Array, gradient: Array, m: Array, v: Array) -> None:
        b1, b2 = self.betas
        m *= b1
        m += (1 - b1) * gradient
        v *= b2
        v += (1 - b2) * gradient**2
        m_hat = m / (1 - b1**self.steps)
        v_hat = v / (1 - b2**self.steps)
        parameter -= self.learning_rate * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    """Adam with decoupled weight decay: every step shrinks the weights, by as much for rare gradients as for frequent.

    Equations: ``w = w - learning_rate weight_decay w``, then the step of :class:`Adam`. Added to the gradient instead,
    the decay would be divided by ``sqrt(v^)``. What Adam remembers, AdamW can go on from, and the other way round.

    Parameters
    ----------
    learning_rate : float > 0
    betas, eps
        As Adam's.
    weight_decay : float >= 0

    References
    ----------
    Loshchilov & Hutter (2019), algorithm 2, with the schedule within the learning rate (PyTorch's form).
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(learning_rate, betas=betas, eps=eps)
        self._check_option("weight_decay", weight_decay, ">= 0", lambda decay: decay >= 0)
        self.weight_decay = weight_decay

    def update(self, parameter: Array, gradient: Array, m: Array, v: Array) -> None:
        parameter *= 1 - self.learning_rate * self.weight_decay
        super().update(parameter, gradient, m, v)


class Rprop(Optimizer):
    """Steps from the signs of the gradient alone: longer while a sign stays, shorter once it turns.

    Equations, for each weight by itself: ``delta = grow delta`` if g and ``g_prev`` have the same sign,
    ``delta = shrink delta`` if they have opposite ones, within `bounds`; ``w = w - sign(g) delta``, but after a turn of
    the sign g counts as 0, for this step and as the next one's ``g_prev`` (PyTorch's form, which takes no step back).

    It needs the gradient of all data: on small batches signs turn by chance.

    Parameters
    ----------
    learning_rate : float > 0
        The first delta of every weight; changed later, by a schedule too, it does nothing.
    factors : (shrink, grow)
        With 0 < shrink < 1 < grow.
    bounds : (smallest, largest)
        Of every delta, with 0 < smallest <= largest.

    References
    ----------
    Riedmiller & Braun (1993), as the iRprop- of Igel & Hüsken (2000).
    """

    memories = ("g_prev", "delta")

    def __init__(
        self,
        learning_rate: float = 1e-2,
        *,
        factors: tuple[float, float] = (0.5, 1.2),
        bounds: tuple[float, float] = (1e-6, 50.0),
    ) -> None:
        super().__init__(learning_rate)
        if not _is_pair(factors) or not 0 < factors[0] < 1 < factors[1] < np.inf:
            raise ValueError(f"Rprop: expected two factors, 0 < shrink < 1 < grow, got {factors!r}")
        if not _is_pair(bounds) or not 0 < bounds[0] <= bounds[1]:
            raise ValueError(f"Rprop: expected two bounds, 0 < smallest <= largest, got {bounds!r}")
        self.factors, self.bounds = tuple(factors), tuple(bounds)

    def update(self, parameter: Array, gradient: Array, g_prev: Array, delta: Array) -> None:
        shrink, grow = self.factors
        if not delta.any():  # this parameter's first step; no delta is ever 0 after it
            delta[...] = self.learning_rate
        same = np.sign(gradient) * np.sign(g_prev)  # the product of the two gradients could overflow or vanish
        delta *= np.where(same > 0, grow, np.where(same < 0, shrink, 1.0))
        np.clip(delta, *self.bounds, out=delta)
        g_prev[...] = np.where(same < 0, 0, gradient)
        parameter -= np.sign(g_prev) * delta


def _is_pair(values: Any) -> bool:
    """Whether `values` are two numbers."""
    return (
        isinstance(values, tuple | list)
        and len(values) == 2
        and all(isinstance(value, int | float | np.integer | np.floating) for value in values)
    )
