"""Gradient descent, with momentum or adaptive steps, and clipping. All write into the parameters they are given."""

import numpy as np

__all__ = ["SGD", "Adam", "clip_by_global_norm"]


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
    """What SGD and Adam share: a learning rate, and one memory array or more per parameter.

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
        self.memory = memory
        self.steps, self.learning_rate = int(state["steps"]), float(state["learning_rate"])


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
            raise ValueError(f"Adam: expected two betas in [0, 1), got {betas!r}")
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
