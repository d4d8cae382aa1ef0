"""Gradient descent, with momentum or adaptive steps. Optimizers write into the parameters they are given."""

import numpy as np

__all__ = ["SGD", "Adam", "AdamW", "Optimizer", "RMSProp", "Rprop"]


class Optimizer:
    """What all optimizers share: a learning rate, and one memory array or more per parameter.

    Attributes
    ----------
    learning_rate : float; may be changed between steps
    steps : int, number of updates so far
    memory : dict of memory name -> dict of parameter name -> array
    """

    memories: tuple[str, ...]

    def __init__(self, learning_rate):
        if not learning_rate > 0:
            raise ValueError(f"{type(self).__name__}: expected learning_rate > 0, got {learning_rate!r}")
        self.learning_rate, self.steps = learning_rate, 0
        self.memory = {name: {} for name in self.memories}

    def step(self, parameters, gradients):
        """Update every parameter in place.

        Parameters
        ----------
        parameters, gradients : dicts of name -> array, of equal names and shapes

        Raises
        ------
        ValueError : names or shapes differ; nothing is updated then
        """
        expected, given = ({name: a.shape for name, a in arrays.items()} for arrays in (parameters, gradients))
        if expected != given:
            raise ValueError(f"{type(self).__name__}: expected gradients of shapes {expected}, got {given}")
        self.steps += 1
        for name, parameter in parameters.items():
            memory = [self.memory[kind].setdefault(name, np.zeros_like(parameter)) for kind in self.memories]
            self.update(parameter, gradients[name], *memory)

    def update(self, parameter, gradient, *memory):
        """Update one parameter, and its memory, in place."""
        raise NotImplementedError

    def state(self):
        """Everything the next step depends on, as a dict of name -> array."""
        arrays = {f"{kind}/{name}": array for kind, named in self.memory.items() for name, array in named.items()}
        return arrays | {"steps": np.array(self.steps), "learning_rate": np.array(self.learning_rate)}

    def load_state(self, state):
        """Take over what :meth:`state` returned; ValueError, and nothing changed, if another optimizer wrote it."""
        if not {"steps", "learning_rate"} <= state.keys():
            raise ValueError(f"{type(self).__name__}: expected steps and learning_rate, got {sorted(state)}")
        memory = {kind: {} for kind in self.memories}
        for key, array in state.items():
            kind, _, name = key.partition("/")
            if name:
                memory.setdefault(kind, {})[name] = np.array(array)
        kinds = {kind for kind, named in memory.items() if named}
        if kinds and kinds != set(self.memories):
            raise ValueError(f"{type(self).__name__}: expected memories {list(self.memories)}, got {sorted(kinds)}")
        steps, learning_rate = int(state["steps"]), float(state["learning_rate"])
        self.memory, self.steps, self.learning_rate = memory, steps, learning_rate


class SGD(Optimizer):
    """Gradient descent with momentum.

    Equations: ``v = momentum v + g``; ``w = w - learning_rate v`` (PyTorch's form).
    """

    memories = ("v",)

    def __init__(self, learning_rate, *, momentum=0.0):
        super().__init__(learning_rate)
        if not 0 <= momentum < 1:
            raise ValueError(f"SGD: expected momentum in [0, 1), got {momentum!r}")
        self.momentum = momentum

    def update(self, parameter, gradient, v):
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
    decay : float in [0, 1), how much of v stays at each step
    eps : float >= 0
    momentum : float in [0, 1)

    Source: Tieleman & Hinton (2012), Coursera lecture 6.5.
    """

    memories = ("v", "u")

    def __init__(self, learning_rate=1e-2, *, decay=0.99, eps=1e-8, momentum=0.0):
        super().__init__(learning_rate)
        for name, value in (("decay", decay), ("momentum", momentum)):
            if not 0 <= value < 1:
                raise ValueError(f"RMSProp: expected {name} in [0, 1), got {value!r}")
        if not eps >= 0:
            raise ValueError(f"RMSProp: expected eps >= 0, got {eps!r}")
        self.decay, self.eps, self.momentum = decay, eps, momentum

    def update(self, parameter, gradient, v, u):
        v *= self.decay
        v += (1 - self.decay) * gradient**2
        u *= self.momentum
        u += gradient / (np.sqrt(v) + self.eps)
        parameter -= self.learning_rate * u


class Adam(Optimizer):
    """Adaptive steps from running means of the gradient and of its square.

    Equations: ``m = b1 m + (1 - b1) g``; ``v = b2 v + (1 - b2) g^2``;
    ``w = w - learning_rate m^ / (sqrt(v^) + eps)`` with ``m^ = m / (1 - b1^t)``, ``v^ = v / (1 - b2^t)``.

    Source: Kingma & Ba (2015), algorithm 1.
    """

    memories = ("m", "v")

    def __init__(self, learning_rate=1e-3, *, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(learning_rate)
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"{type(self).__name__}: expected two betas in [0, 1), got {betas!r}")
        self.betas, self.eps = tuple(betas), eps

    def update(self, parameter, gradient, m, v):
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
    betas, eps : as Adam's
    weight_decay : float >= 0

    Source: Loshchilov & Hutter (2019), algorithm 2, with the schedule within the learning rate (PyTorch's form).
    """

    def __init__(self, learning_rate=1e-3, *, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(learning_rate, betas=betas, eps=eps)
        if not weight_decay >= 0:
            raise ValueError(f"AdamW: expected weight_decay >= 0, got {weight_decay!r}")
        self.weight_decay = weight_decay

    def update(self, parameter, gradient, m, v):
        parameter *= 1 - self.learning_rate * self.weight_decay
        super().update(parameter, gradient, m, v)


class Rprop(Optimizer):
    """Steps from the signs of the gradient alone: longer while a sign stays, shorter once it turns.

    Equations, for each weight by itself: ``delta = grow delta`` if ``g g_prev > 0``, ``delta = shrink delta`` if
    ``g g_prev < 0``, kept within `bounds`; ``w = w - sign(g) delta``, but after a turn of the sign g counts as 0, for
    this step and as the next one's ``g_prev`` (PyTorch's form, which takes no step back).

    It needs the gradient of all data: on small batches signs turn by chance.

    Parameters
    ----------
    learning_rate : float > 0, the first delta of every weight; changed later, by a schedule too, it does nothing
    factors : (shrink, grow), with 0 < shrink < 1 < grow
    bounds : (smallest, largest) delta, with 0 < smallest <= largest

    Source: Riedmiller & Braun (1993), as the iRprop- of Igel & Hüsken (2000).
    """

    memories = ("g_prev", "delta")

    def __init__(self, learning_rate=1e-2, *, factors=(0.5, 1.2), bounds=(1e-6, 50.0)):
        super().__init__(learning_rate)
        if len(factors) != 2 or not 0 < factors[0] < 1 < factors[1]:
            raise ValueError(f"Rprop: expected two factors, 0 < shrink < 1 < grow, got {factors!r}")
        if len(bounds) != 2 or not 0 < bounds[0] <= bounds[1]:
            raise ValueError(f"Rprop: expected two bounds, 0 < smallest <= largest, got {bounds!r}")
        self.factors, self.bounds = tuple(factors), tuple(bounds)

    def update(self, parameter, gradient, g_prev, delta):
        shrink, grow = self.factors
        if not delta.any():  # this parameter's first step; no delta is ever 0 after it
            delta[...] = self.learning_rate
        same = gradient * g_prev
        delta *= np.where(same > 0, grow, np.where(same < 0, shrink, 1.0))
        np.clip(delta, *self.bounds, out=delta)
        g_prev[...] = np.where(same < 0, 0, gradient)
        parameter -= np.sign(g_prev) * delta
