"""Gradient descent, with momentum or adaptive steps; clipping; and schedules of the learning rate.

Optimizers write into the parameters they are given.
"""

import numpy as np

__all__ = [
    "SGD", "RMSProp", "Adam", "AdamW", "Rprop", "clip_by_global_norm", "cosine", "linear_decay", "step_decay", "warmup",
]  # fmt: skip


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


# -- schedules: functions from an update's number (0, 1, ...) to its learning rate, as Trainer's `schedule` ------------
#
# Each takes a rate, a number or another schedule, and multiplies it: cosine(warmup(0.01, 100), 4000).


def _times(what, rate, factor, **counts):
    """The schedule `rate` times `factor`, a function of the update's number."""
    for name, count in counts.items():
        if not count > 0:
            raise ValueError(f"{what}: expected {name} > 0, got {count!r}")
    if callable(rate):
        return lambda k: float(rate(k) * factor(k))
    if not rate > 0:
        raise ValueError(f"{what}: expected a rate > 0, got {rate!r}")
    return lambda k: float(rate * factor(k))


def _check_floor(what, floor):
    if not 0 <= floor <= 1:
        raise ValueError(f"{what}: expected floor in [0, 1], got {floor!r}")


def warmup(rate, updates):
    """A rate that rises in equal steps over the first updates, and stays.

    Equation: ``rate_k = rate min(1, (k + 1) / updates)``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [warmup(0.8, 4)(k) for k in range(6)]
    [0.2, 0.4, 0.6000000000000001, 0.8, 0.8, 0.8]
    """
    return _times("warmup", rate, lambda k: min(1, (k + 1) / updates), updates=updates)


def linear_decay(rate, updates, *, floor=0.0):
    """A rate that falls along a straight line to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (1 - (1 - floor) k / updates)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0
    floor : float in [0, 1], the part of the rate that is left

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [linear_decay(1.0, 4)(k) for k in range(6)]
    [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    """
    _check_floor("linear_decay", floor)
    return _times("linear_decay", rate, lambda k: 1 - (1 - floor) * min(k / updates, 1), updates=updates)


def cosine(rate, updates, *, floor=0.0):
    """A rate that falls along half a cosine to `floor` times itself, and stays there.

    Equation: ``rate_k = rate (floor + (1 - floor) (1 + cos(pi k / updates)) / 2)`` while ``k < updates``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    updates : number > 0
    floor : float in [0, 1], the part of the rate that is left

    Returns
    -------
    function from an update's number k, from 0, to a float

    Source: Loshchilov & Hutter (2017), equation 5, without restarts.

    >>> [round(cosine(1.0, 4)(k), 3) for k in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    _check_floor("cosine", floor)

    def factor(k):
        return floor + (1 - floor) * ((1 + np.cos(np.pi * min(k, updates) / updates)) / 2)

    return _times("cosine", rate, factor, updates=updates)


def step_decay(rate, every, *, factor=0.1):
    """A rate that is multiplied by `factor` after every `every` updates.

    Equation: ``rate_k = rate factor^floor(k / every)``.

    Parameters
    ----------
    rate : float > 0, or a schedule, which is multiplied
    every : number > 0
    factor : float in (0, 1]

    Returns
    -------
    function from an update's number k, from 0, to a float

    >>> [step_decay(1.0, 2, factor=0.5)(k) for k in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    if not 0 < factor <= 1:
        raise ValueError(f"step_decay: expected factor in (0, 1], got {factor!r}")
    return _times("step_decay", rate, lambda k: factor ** (k // every), every=every)
