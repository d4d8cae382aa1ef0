"""Formal languages that grade what a cell can compute: regular ones at every step, brackets by what may come next.

With :func:`~lstm_tutor.tasks.parity` and :func:`~lstm_tutor.tasks.counting` they are learned on short strings and asked
for on long ones. Every step has a target of its own, so that each prefix is a string of the language's own length.
"""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, Array

__all__ = ["cycle_navigation", "dyck", "even_pairs", "modular_arithmetic"]


def even_pairs(steps: int, batch_size: int, *, rng: RNG = None) -> Batch:
    """Fair random bits; the target at each step is 1 if the bits so far changed an even number of times, else 0.

    An even number of changes, ``01`` or ``10``, brings a string back to the bit that it began with: it is enough to
    remember the first.

    Parameters
    ----------
    steps, batch_size : int >= 1
        T and N.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, 2), one-hot bits; targets (T, N) ints, 0 or 1.

    Raises
    ------
    ValueError
        `steps` or `batch_size` is below 1.

    References
    ----------
    Delétang et al. (2023), arXiv 2207.02098, even pairs, with a target at every step.

    Examples
    --------
    >>> batch = even_pairs(6, 1, rng=3)
    >>> batch.x[:, 0, 1].astype(int).tolist(), batch.targets[:, 0].tolist()
    ([1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1])
    """
    bits = random_signs("even_pairs", 2, steps, batch_size, rng)
    return Batch(one_hot(bits, 2), (bits == bits[0]).astype(np.int64))


def cycle_navigation(steps: int, batch_size: int, *, places: int = 5, rng: RNG = None) -> Batch:
    """Random moves on a ring: stay, go on, go back; the target at each step is the place that one has come to.

    Parameters
    ----------
    steps, batch_size : int >= 1
        T and N.
    places : int >= 2
        How many places the ring has; the walk begins at place 0.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, 3), one-hot moves 0, 1, -1 in this order; targets (T, N) ints, 0 to ``places - 1``.

    Raises
    ------
    ValueError
        `steps` or `batch_size` is below 1, or `places` below 2.

    References
    ----------
    Delétang et al. (2023), arXiv 2207.02098, cycle navigation, with a target at every step.

    Examples
    --------
    >>> batch = cycle_navigation(6, 1, rng=3)
    >>> batch.x[:, 0].argmax(axis=1).tolist(), batch.targets[:, 0].tolist()
    ([2, 0, 0, 0, 0, 2], [4, 4, 4, 4, 4, 3])
    """
    if places < 2:
        raise ValueError(f"cycle_navigation: expected at least 2 places, got {places}")
    moves = random_signs("cycle_navigation", 3, steps, batch_size, rng)
    walked = np.array([0, 1, -1])[moves].cumsum(axis=0)
    return Batch(one_hot(moves, 3), walked % places)


def modular_arithmetic(steps: int, batch_size: int, *, modulus: int = 5, rng: RNG = None) -> Batch:
    """Sums, differences and products without brackets, as ``2 + 4 * 3 - 1``; say what they are, modulo `modulus`.

    A product comes before a sum. After each number the target is the value of all that was read; steps with an operator
    do not count.

    Parameters
    ----------
    steps, batch_size : int >= 1
        T and N.
    modulus : int >= 2
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, modulus + 3), one-hot: the numbers, then plus, minus, times; targets (T, N) ints, 0 to ``modulus - 1``;
        mask (T, N), true at the numbers.

    Raises
    ------
    ValueError
        `steps` or `batch_size` is below 1, or `modulus` below 2.

    References
    ----------
    Delétang et al. (2023), arXiv 2207.02098, modular arithmetic (simple), with a target after every number.

    Examples
    --------
    >>> batch = modular_arithmetic(7, 1, rng=1)
    >>> " ".join("01234+-*"[k] for k in batch.x[:, 0].argmax(axis=1))
    '2 + 3 * 0 + 4'
    >>> batch.targets[::2, 0].tolist()
    [2, 0, 2, 1]
    """
    if modulus < 2:
        raise ValueError(f"modular_arithmetic: expected a modulus of at least 2, got {modulus}")
    generator = np.random.default_rng(rng)
    numbers = random_signs("modular_arithmetic", modulus, steps, batch_size, generator)
    operators = generator.integers(0, 3, numbers.shape)
    before, term = np.zeros(batch_size, np.int64), numbers[0]  # the sum of the terms before, and the last term
    targets = np.zeros_like(numbers)
    targets[0] = term
    for t in range(2, steps, 2):
        minus, times = operators[t - 1] == 1, operators[t - 1] == 2
        before = np.where(times, before, before + term) % modulus
        term = np.where(times, term * numbers[t], np.where(minus, -numbers[t], numbers[t])) % modulus
        targets[t] = (before + term) % modulus
    at_number = np.arange(steps)[:, None] % 2 == 0
    signs = np.where(at_number, numbers, modulus + operators)
    return Batch(one_hot(signs, modulus + 3), targets, np.broadcast_to(at_number, signs.shape).copy())


def dyck(steps: int, batch_size: int, *, kinds: int = 1, depth: int | None = None, rng: RNG = None) -> Batch:
    """Brackets of several kinds that open and close in order; say at each step which signs may come next.

    An opening bracket may come unless `depth` brackets are open; a closing one if it closes the bracket that was opened
    last; the end if none is open. Where both may come, a fair coin says whether one opens or closes. A string is cut
    after `steps` signs.

    Parameters
    ----------
    steps, batch_size : int >= 1
        T and N.
    kinds : int >= 1
    depth : int >= 1 or None
        How many brackets may be open at once; None sets no limit.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, 2 kinds), one-hot: opening brackets of all kinds, then closing ones; targets (T, N, 2 kinds + 1), one
        for what is legal and else zero: the same signs, then the end.

    Raises
    ------
    ValueError
        `steps`, `batch_size`, `kinds` or `depth` is below 1.

    References
    ----------
    Suzgun et al. (2019), arXiv 1906.03648, predict the legal signs; with a limit Hewitt et al. (2020), arXiv
    2010.07515.

    Examples
    --------
    >>> batch = dyck(8, 1, kinds=2, depth=3, rng=3)
    >>> "".join("([)]"[k] for k in batch.x[:, 0].argmax(axis=1))
    '[(())[[]'
    """
    if kinds < 1 or (depth is not None and depth < 1):
        raise ValueError(f"dyck: expected kinds and depth of at least 1, got {kinds} and {depth}")
    generator = np.random.default_rng(rng)
    opened = random_signs("dyck", kinds, steps, batch_size, generator)  # the kind of the bracket, should one open
    coin = generator.random(opened.shape) < 0.5
    limit = steps + 1 if depth is None else depth
    stack = np.zeros((batch_size, steps + 1), np.int64)  # the kinds of the open brackets, by depth
    height, rows = np.zeros(batch_size, np.int64), np.arange(batch_size)
    signs = np.zeros_like(opened)
    legal = np.zeros((steps, batch_size, 2 * kinds + 1))
    for t in range(steps):
        opens = (height == 0) | (coin[t] & (height < limit))
        stack[rows, height] = np.where(opens, opened[t], stack[rows, height])
        signs[t] = np.where(opens, opened[t], kinds + stack[rows, height - 1])
        height = height + np.where(opens, 1, -1)
        legal[t, :, :kinds] = (height < limit)[:, None]
        legal[t, rows, kinds + stack[rows, height - 1]] = height > 0
        legal[t, :, -1] = height == 0
    return Batch(one_hot(signs, 2 * kinds), legal)


def random_signs(task: str, kinds: int, steps: int, batch_size: int, rng: RNG) -> Array:
    """Return ints (T, N) from 0 to ``kinds - 1``, all as likely."""
    if steps < 1 or batch_size < 1:
        raise ValueError(f"{task}: expected steps and batch_size of at least 1, got {steps} and {batch_size}")
    return np.random.default_rng(rng).integers(0, kinds, (steps, batch_size))
