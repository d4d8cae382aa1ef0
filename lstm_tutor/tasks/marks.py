"""Marks in noise, in which order? A small task, some of whose labels are wrong, so that the best error is known."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG

__all__ = ["NOISE", "ordered_marks"]

NOISE = 4  # kinds of symbols that mean nothing


def ordered_marks(count: int, *, marks: int = 3, steps: int = 12, wrong: float = 0.15, rng: RNG = None) -> Batch:
    """Noise with some marks, each X or Y, at any steps: say at the end which came first, which second, and so on.

    Parameters
    ----------
    count : int
        N.
    marks : int >= 1
    steps : int >= marks
        T.
    wrong : float in [0, 1)
        The share of labels that are replaced by another class, drawn at random. Even who knows the rule errs as often.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch
        x (T, N, 6) one-hot: four kinds of noise, X, Y; targets (T, N), classes XXX, XXY, ..., YYY, 2 to the power of
        `marks`; only the last step counts.
    """
    if not 1 <= marks <= steps or not 0 <= wrong < 1:
        raise ValueError(f"ordered_marks: expected steps >= marks >= 1 and wrong from 0 to below 1, "
                         f"got {steps}, {marks} and {wrong}")  # fmt: skip
    generator, n = np.random.default_rng(rng), np.arange(count)
    codes = generator.integers(0, NOISE, (steps, count))
    places = np.sort(generator.permuted(np.tile(np.arange(steps), (count, 1)), axis=1)[:, :marks], axis=1)
    drawn = generator.integers(0, 2, (count, marks))
    codes[places.T, n] = NOISE + drawn.T
    labels = drawn @ 2 ** np.arange(marks)[::-1]
    replaced = generator.permutation(count) < round(wrong * count)
    labels = np.where(replaced, (labels + generator.integers(1, 2**marks, count)) % 2**marks, labels)
    mask = np.zeros(codes.shape, bool)
    mask[-1] = True
    return Batch(one_hot(codes, NOISE + 2), np.broadcast_to(labels, codes.shape).copy(), mask)
