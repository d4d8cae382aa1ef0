"""What a model has to beat: predictors without a network."""

import collections

import numpy as np

__all__ = ["ngram_bits"]


def ngram_bits(train, test, order, alphabet_size):
    """Bits per symbol of an n-gram model on a held-out sequence.

    The model counts what followed each context of ``order - 1`` symbols, and mixes longer contexts with shorter ones
    by how varied their continuations were (Witten-Bell); the shortest is mixed with the uniform distribution, so that
    nothing is impossible.

    Equation: ``p_k(s | context) = (count(context, s) + d p_{k-1}(s)) / (count(context) + d)``, where d is the number
    of different symbols that followed the context, and ``p_0 = 1 / alphabet_size``.

    Parameters
    ----------
    train, test : int arrays, of symbols from 0 to alphabet_size - 1
    order : int >= 1; 1 is the unigram, 3 the trigram
    alphabet_size : int

    Returns
    -------
    float, mean of -log2 p over the test sequence

    Source: Witten & Bell (1991), IEEE Transactions on Information Theory 37, method C.

    >>> round(ngram_bits([0, 1] * 50, [0, 1] * 50, 2, 2), 1) < ngram_bits([0, 1] * 50, [0, 1] * 50, 1, 2)
    True
    """
    if order < 1:
        raise ValueError(f"ngram_bits: expected order >= 1, got {order}")
    train, test = [int(s) for s in train], [int(s) for s in test]
    counts = [collections.defaultdict(collections.Counter) for _ in range(order)]
    for t, symbol in enumerate(train):
        for k in range(min(order, t + 1)):
            counts[k][tuple(train[t - k : t])][symbol] += 1
    total = 0.0
    for t, symbol in enumerate(test):
        p = 1 / alphabet_size
        for k in range(min(order, t + 1)):
            followed = counts[k].get(tuple(test[t - k : t]))
            if followed is None:
                break
            p = (followed[symbol] + len(followed) * p) / (followed.total() + len(followed))
        total -= np.log2(p)
    return float(total / len(test))
