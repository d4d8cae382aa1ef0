"""Small tasks that ask for exactly one thing: to remember."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import float_dtype
from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, Array, DTypeLike


def temporal_xor(steps: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """A stream of bits in which every third is the exclusive or of the two before: predict the next bit.

    Parameters
    ----------
    steps, batch_size : int
        T and N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 1) of zeros and ones, targets (T, N, 1), the bits that follow.

    References
    ----------
    Elman (1990), section "Exclusive-OR".
    """
    triples = np.random.default_rng(rng).integers(0, 2, (steps // 3 + 1, 3, batch_size))
    triples[:, 2] = triples[:, 0] ^ triples[:, 1]
    bits = triples.reshape(-1, batch_size, 1).astype(dtype)
    return Batch(bits[:steps], bits[1 : steps + 1].copy())  # no memory shared with x


def recall(lag: int, batch_size: int, *, symbols: int = 4, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Remember the first symbol across `lag` steps of noise, then say it.

    The first symbol is one of `symbols`; then come `lag` distractors, drawn from `symbols` others; the last input is a
    question mark, and the answer is the first symbol.

    Parameters
    ----------
    lag : int >= 0
        The number of distractors; sequences have T = lag + 2 steps.
    batch_size : int
        N.
    symbols : int >= 2
        The number of symbols to tell apart; guessing is right once in that many.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 2 symbols + 1) one-hot, targets (T, N); only the last step counts.
    """
    if lag < 0 or symbols < 2:
        raise ValueError(f"recall: expected lag >= 0 and symbols >= 2, got lag={lag}, symbols={symbols}")
    generator = np.random.default_rng(rng)
    codes = generator.integers(symbols, 2 * symbols, (lag + 2, batch_size))
    codes[0] = generator.integers(0, symbols, batch_size)
    codes[-1] = 2 * symbols
    mask = np.zeros(codes.shape, bool)
    mask[-1] = True
    targets = np.broadcast_to(codes[0], codes.shape).copy()
    return Batch(one_hot(codes, 2 * symbols + 1, dtype), targets, mask)


def adding(length: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Remember two marked numbers among noise, then say their sum, scaled into [0, 1].

    Each step shows a number X, drawn from U(-1, 1), and a marker: 1 at one of the first ten steps and at another one of
    the first ``length // 2 - 1``, -1 at the two ends, 0 elsewhere. The target is 0.5 + (X1 + X2) / 4. A mark that falls
    on the first step gives way to the -1 there, and its number counts as zero.

    Parameters
    ----------
    length : int >= 22
        Each sequence has `length` to ``length + length // 10`` steps.
    batch_size : int
        N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, 2), zero past a sequence's length, targets (T, N, 1); only each sequence's last step counts.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.4.
    """
    numbers, markers, lengths = _marked("adding", length, batch_size, -1, rng)
    total = np.where(markers == 1, numbers, 0).sum(axis=0)
    return _due_at_the_end(numbers, markers, lengths, 0.5 + total / 4, dtype)


def multiplication(length: int, batch_size: int, *, rng: RNG = None, dtype: DTypeLike = np.float64) -> Batch:
    """Remember two marked numbers among noise, then say their product.

    The task is that of :func:`adding` but for two things. Numbers are drawn from U(0, 1), and the target is X1 X2. A
    mark that falls on the first step gives way to the -1 there, and its number counts as one.

    Parameters
    ----------
    length : int >= 22
        Each sequence has `length` to ``length + length // 10`` steps.
    batch_size : int
        N.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        As that of :func:`adding`.

    References
    ----------
    Hochreiter & Schmidhuber (1997), section 5.5.
    """
    numbers, markers, lengths = _marked("multiplication", length, batch_size, 0, rng)
    product = np.where(markers == 1, numbers, 1).prod(axis=0)
    return _due_at_the_end(numbers, markers, lengths, product, dtype)


def _marked(what: str, length: int, batch_size: int, low: float, rng: RNG) -> tuple[Array, Array, Array]:
    """Return numbers of U(low, 1) and their markers, (T, N) each, and the lengths (N,)."""
    if length < 22:
        raise ValueError(f"{what}: expected length >= 22, so that ten steps can hold the first mark, got {length}")
    generator = np.random.default_rng(rng)
    lengths = generator.integers(length, length + length // 10 + 1, batch_size)
    first = generator.integers(0, 10, batch_size)
    second = generator.integers(0, length // 2 - 2, batch_size)
    second += second >= first  # over the one already marked
    steps = np.arange(lengths.max())[:, None]
    numbers = generator.uniform(low, 1, (len(steps), batch_size))
    marked = (steps == first) | (steps == second)
    return numbers, np.where((steps == 0) | (steps == lengths - 1), -1, marked), lengths


def _due_at_the_end(numbers: Array, markers: Array, lengths: Array, answers: Array, dtype: DTypeLike) -> Batch:
    """Return the Batch of numbers and markers whose answers (N,) are due at each sequence's last step."""
    inside, mask = np.arange(len(numbers))[:, None] < lengths, np.zeros(numbers.shape, bool)
    mask[lengths - 1, np.arange(len(lengths))] = True
    x = np.stack([numbers, markers], axis=2) * inside[..., None]
    targets = np.broadcast_to(answers, numbers.shape)[..., None]
    dtype = float_dtype("adding, multiplication", dtype)
    return Batch(x.astype(dtype), targets.astype(dtype), mask, lengths)


def copy(
    lag: int,
    batch_size: int,
    *,
    length: int = 10,
    symbols: int = 8,
    rng: RNG = None,
    dtype: DTypeLike = np.float64,
) -> Batch:
    """Remember a whole row of symbols across `lag` steps, then say it.

    The input is `length` symbols, then ``lag - 1`` blanks, a sign to begin, and `length` more blanks. The target is a
    blank at every step but the last `length`, which say the row.

    Parameters
    ----------
    lag : int >= 1
        Sequences have T = lag + 2 length steps.
    batch_size : int
        N.
    length : int >= 1
        The number of symbols to remember.
    symbols : int >= 2
        The number of symbols to tell apart.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Batch
        x (T, N, symbols + 2) one-hot: symbols, blank, sign; targets (T, N) of symbols and blank; every step counts.

    References
    ----------
    Hochreiter & Schmidhuber (1997) for the idea; Arjovsky, Shah & Bengio (2016) for this form.
    """
    if min(lag, length) < 1 or symbols < 2:
        raise ValueError(
            f"copy: expected lag >= 1, length >= 1 and symbols >= 2, got lag={lag}, length={length}, symbols={symbols}"
        )
    row = np.random.default_rng(rng).integers(0, symbols, (length, batch_size))
    codes = np.full((lag + 2 * length, batch_size), symbols)
    targets = codes.copy()
    codes[:length], targets[-length:] = row, row
    codes[-length - 1] = symbols + 1
    return Batch(one_hot(codes, symbols + 2, dtype), targets)


def copy_baseline(lag: int, *, length: int = 10, symbols: int = 8) -> float:
    """The loss, nats a step, of who knows when to speak and guesses what: ``length ln(symbols) / (lag + 2 length)``."""
    return float(length * np.log(symbols) / (lag + 2 * length))
