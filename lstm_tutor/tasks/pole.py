r"""A pole on a cart, to be kept upright by pushing the cart: the standard problem of control, with the speeds hidden.

The state of N carts is an array (N, 4): the cart's place x in meters, its speed, the pole's angle θ in radians (0 is
upright), and its speed.

.. math::

    a &= (F + m l \dot\theta^2 \sin\theta) / M \\
    \ddot\theta &= \frac{g \sin\theta - a \cos\theta}{l (4/3 - m \cos^2\theta / M)} \\
    \ddot x &= a - m l \ddot\theta \cos\theta / M

with m = 0.1 kg, the pole's mass, M = 1.1 kg, that of both, l = 0.5 m, half of the pole's length, and g = 9.8 m/s². A
step is 0.02 s.

References
----------
Barto, Sutton & Anderson (1983), IEEE Transactions on Systems, Man, and Cybernetics 13: the equations, without friction.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from lstm_tutor.checks import real_array
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["LIMITS", "STRONGEST", "has_fallen", "linear_feedback", "linearized", "push", "start"]

GRAVITY, POLE, BOTH, HALF, STEP = 9.8, 0.1, 1.1, 0.5, 0.02
STRONGEST = 10.0  # newton
LIMITS = (2.4, np.deg2rad(12))  # a cart farther from the middle, or a pole farther from upright, has failed


def start(count: int, rng: RNG = None) -> Array:
    """Return the states (count, 4) of carts near the middle at rest, their poles within 3 degrees of upright."""
    generator = np.random.default_rng(rng)
    state = np.zeros((count, 4))
    state[:, 0] = generator.uniform(-0.5, 0.5, count)
    state[:, 2] = generator.uniform(-1, 1, count) * np.deg2rad(3)
    return state


def push(state: ArrayLike, force: ArrayLike) -> Array:
    """Return the states (N, 4) a fiftieth of a second later, while the forces (N,), in newton, push the carts.

    A force beyond :data:`STRONGEST` is cut to it.

    Examples
    --------
    >>> push(np.zeros((1, 4)), [1.0]).round(3).tolist()
    [[0.0, 0.02, 0.0, -0.029]]
    """
    state = _checked(state)
    force = np.clip(real_array("push", "force", force), -STRONGEST, STRONGEST)
    if force.shape != state.shape[:1]:
        raise ValueError(f"push: expected force of shape {state.shape[:1]}, got {force.shape}")
    _, speed, angle, turn = state.T
    sine, cosine = np.sin(angle), np.cos(angle)
    a = (force + POLE * HALF * turn**2 * sine) / BOTH
    turning = (GRAVITY * sine - a * cosine) / (HALF * (4 / 3 - POLE * cosine**2 / BOTH))
    change = np.stack([speed, a - POLE * HALF * turning * cosine / BOTH, turn, turning], axis=1)
    return state + STEP * change


def has_fallen(state: ArrayLike) -> Array:
    """Return for each of the states (N, 4) whether the cart or the pole is beyond its limit, bools (N,)."""
    state = _checked(state)
    return (np.abs(state[:, 0]) > LIMITS[0]) | (np.abs(state[:, 2]) > LIMITS[1])


def linearized() -> tuple[Array, Array]:
    """Return A (4, 4) and b (4,), so that the next state of a nearly upright pole is about ``A state + b force``."""
    b_turn = -1 / (BOTH * HALF * (4 / 3 - POLE / BOTH))
    a_turn = GRAVITY / (HALF * (4 / 3 - POLE / BOTH))
    share = POLE * HALF / BOTH
    rate = np.array([[0, 1, 0, 0], [0, 0, -share * a_turn, 0], [0, 0, 0, 1], [0, 0, a_turn, 0]])
    return np.eye(4) + STEP * rate, STEP * np.array([0, 1 / BOTH - share * b_turn, 0, b_turn])


def linear_feedback(state: ArrayLike, *, effort: float = 0.01) -> Array:
    """Return the forces (N,) of the best linear controller, which sees all of the states (N, 4).

    It minimizes the sum over all steps of ``x² + 10 θ² + effort F²`` for the pole near upright: the linear-quadratic
    regulator, whose gains come from iterating the Riccati equation.
    """
    return -_checked(state) @ _gains(effort)


@cache
def _gains(effort: float) -> Array:
    A, b = linearized()
    Q = np.diag([1.0, 0, 10, 0])
    P = Q
    for _ in range(2000):
        gains = (b @ P @ A) / (effort + b @ P @ b)
        P = Q + A.T @ P @ (A - np.outer(b, gains))
    return gains


def _checked(state: ArrayLike) -> Array:
    array = real_array("pole", "state", state)
    if array.ndim != 2 or array.shape[1] != 4:
        raise ValueError(f"pole: expected states of shape (N, 4), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("pole: expected states that are finite, got NaN or infinity")
    return array
