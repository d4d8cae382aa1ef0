"""Sequences of symbols whose probability is known: from a hidden Markov model, and a row that comes again."""

from __future__ import annotations

import numpy as np

from lstm_tutor.types import RNG, Array

__all__ = ["hmm_bits", "hmm_sample", "row_again", "row_again_bits"]


def hmm_sample(start: Array, transition: Array, emission: Array, steps: int, count: int, *, rng: RNG = None) -> Array:
    """Return sequences that a hidden Markov model generates.

    Parameters
    ----------
    start : array (S,)
        The probabilities of the first state.
    transition : array (S, S)
        Row by row those of the next state.
    emission : array (S, K)
        Row by row those of the symbol that a state emits.
    steps, count : int
        T and N.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    ints (T, N)
        The symbols.
    """
    generator = np.random.default_rng(rng)

    def draw(p):  # an index from each row of (N, K)
        return (p.cumsum(axis=1) < generator.random((len(p), 1))).sum(axis=1).clip(max=p.shape[1] - 1)

    state, symbols = draw(np.broadcast_to(start, (count, len(start)))), []
    for _ in range(steps):
        symbols.append(draw(emission[state]))
        state = draw(transition[state])
    return np.array(symbols)


def hmm_bits(start: Array, transition: Array, emission: Array, codes: Array) -> float:
    r"""Bits per symbol that sequences (T, N) cost the hidden Markov model that is given; no model of them costs less.

    .. math:: p(x_1 \ldots x_T) = \sum_s \alpha_T(s), \qquad
        \alpha_t(s) = b_s(x_t) \sum_r \alpha_{t-1}(r) a_{rs}, \quad \alpha_1(s) = \pi_s b_s(x_1)

    No less on average, that is, if the same model generated them. Parameters as of :func:`hmm_sample`.

    References
    ----------
    Rabiner (1989), equations 19 to 21.
    """
    belief, total = np.broadcast_to(start, (codes.shape[1], len(start))), 0.0
    for x in codes:
        joint = belief * emission[:, x].T
        p = joint.sum(axis=1)
        total -= np.log2(p).sum()
        belief = (joint / p[:, None]) @ transition
    return float(total / codes.size)


def row_again(count: int, *, row: int = 3, symbols: int = 4, lag: int = 8, noise: int = 2, rng: RNG = None) -> Array:
    """Return a row of symbols, `lag` symbols of noise of another kind, a sign, and the same row again.

    Returns
    -------
    ints (T, N)
        T = 2 row + lag + 1: symbols from 0, then those of the noise, last the sign.
    """
    if min(count, row, lag) < 1 or min(symbols, noise) < 2:
        raise ValueError(f"row_again: expected count, row, lag >= 1 and symbols, noise >= 2, got {count}, {row}, {lag} "
                         f"and {symbols}, {noise}")  # fmt: skip
    generator = np.random.default_rng(rng)
    first = generator.integers(0, symbols, (row, count))
    between = generator.integers(symbols, symbols + noise, (lag, count))
    return np.concatenate([first, between, np.full((1, count), symbols + noise), first])


def row_again_bits(*, row: int = 3, symbols: int = 4, lag: int = 8, noise: int = 2) -> float:
    """Bits per symbol that :func:`row_again` costs who knows its rule: the row once, and the noise.

    Examples
    --------
    >>> row_again_bits(row=1, symbols=4, lag=1, noise=2)  # two bits and one, over four symbols
    0.75
    """
    return float((row * np.log2(symbols) + lag * np.log2(noise)) / (2 * row + lag + 1))
