"""Small tasks that ask for exactly one thing: to remember."""

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot


def temporal_xor(steps, batch_size, *, rng=None, dtype=np.float64):
    """A stream of bits in which every third is the exclusive or of the two before: predict the next bit.

    Parameters
    ----------
    steps, batch_size : int, T and N
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch, x (T, N, 1) of zeros and ones, targets (T, N, 1) the bits that follow

    Source: Elman (1990), section "Exclusive-OR".
    """
    triples = np.random.default_rng(rng).integers(0, 2, (steps // 3 + 1, 3, batch_size))
    triples[:, 2] = triples[:, 0] ^ triples[:, 1]
    bits = triples.reshape(-1, batch_size, 1).astype(dtype)
    return Batch(bits[:steps], bits[1 : steps + 1])


def recall(lag, batch_size, *, symbols=4, rng=None, dtype=np.float64):
    """Remember the first symbol across `lag` steps of noise, then say it.

    The first symbol is one of `symbols`; then come `lag` distractors, drawn from `symbols` others; the last input is a
    question mark, and the answer is the first symbol.

    Parameters
    ----------
    lag : int >= 0, number of distractors; sequences have T = lag + 2 steps
    batch_size : int, N
    symbols : int, number of symbols to tell apart; guessing is right once in that many
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Batch, x (T, N, 2 symbols + 1) one-hot, targets (T, N); only the last step counts
    """
    if lag < 0 or symbols < 2:
        raise ValueError(f"recall: expected lag >= 0 and symbols >= 2, got lag={lag}, symbols={symbols}")
    rng = np.random.default_rng(rng)
    codes = rng.integers(symbols, 2 * symbols, (lag + 2, batch_size))
    codes[0] = rng.integers(0, symbols, batch_size)
    codes[-1] = 2 * symbols
    mask = np.zeros(codes.shape, bool)
    mask[-1] = True
    targets = np.broadcast_to(codes[0], codes.shape).copy()
    return Batch(one_hot(codes, 2 * symbols + 1, dtype), targets, mask)
