"""Strings of Reber's grammar, and of the embedded one, in which the second symbol comes back at the very end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot, padded
from lstm_tutor.types import RNG, Array, DTypeLike

SYMBOLS = "BTPSXVE"

# Node -> {symbol: next node}. Each choice is a fair coin. Source: Reber (1967), as drawn by Hochreiter & Schmidhuber
# (1997), figure 3.
GRAMMAR = {
    0: {"T": 1, "P": 2},
    1: {"S": 1, "X": 3},
    2: {"T": 2, "V": 4},
    3: {"X": 2, "S": 5},
    4: {"P": 3, "V": 5},
}


def reber_string(rng: RNG) -> tuple[str, list[str]]:
    """Return a string of the inner grammar, from B to E, and for each of its symbols what may come next."""
    generator = np.random.default_rng(rng)
    node, text = 0, "B"
    legal: list[str] = []
    while node != 5:
        legal.append("".join(GRAMMAR[node]))
        symbol = "".join(GRAMMAR[node])[generator.integers(2)]
        text, node = text + symbol, GRAMMAR[node][symbol]
    return text + "E", [*legal, "E"]


def embedded_reber_string(rng: RNG) -> tuple[str, list[str]]:
    """Return B, T or P, a Reber string, *the same* T or P, E; and what may follow each symbol but the last.

    Examples
    --------
    >>> text, legal = embedded_reber_string(0)
    >>> text[1] == text[-2], len(legal) == len(text) - 1, legal[-2] == text[-2]
    (True, True, True)
    """
    generator = np.random.default_rng(rng)
    letter = "TP"[generator.integers(2)]
    inner, legal = reber_string(generator)
    return "B" + letter + inner + letter + "E", ["TP", "B", *legal, letter, "E"]


class EmbeddedReber:
    """Two disjoint sets of embedded Reber strings, to train on and to test on.

    Parameters
    ----------
    size : int
        The number of strings in each set.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    train, test : lists of (string, legal continuations)
    """

    def __init__(self, size: int = 256, *, rng: RNG = None) -> None:
        generator = np.random.default_rng(rng)
        legal_by_text: dict[str, list[str]] = {}
        while len(legal_by_text) < 2 * size:
            text, legal = embedded_reber_string(generator)
            legal_by_text.setdefault(text, legal)
        strings = list(legal_by_text.items())
        self.train, self.test = strings[:size], strings[size:]


def embedded_reber_batch(
    strings: Sequence[tuple[str, Sequence[str]]], dtype: DTypeLike = np.float64
) -> tuple[Batch, Array]:
    """Return strings with their continuations as a Batch: predict each next symbol.

    Returns
    -------
    batch : Batch
        x (T, N, 7) one-hot, targets (T, N), mask and lengths for the strings' unequal lengths.
    legal : bool array (T, N, 7)
        Which symbols may come next.
    """
    numbers = [[SYMBOLS.index(symbol) for symbol in text] for text, _ in strings]
    codes, lengths = padded([symbols[:-1] for symbols in numbers])
    targets, _ = padded([symbols[1:] for symbols in numbers])
    T, N = codes.shape
    allowed = np.zeros((T, N, len(SYMBOLS)), bool)
    for n, (_, legal) in enumerate(strings):
        for t, choices in enumerate(legal):
            allowed[t, n, [SYMBOLS.index(symbol) for symbol in choices]] = True
    mask = np.arange(T)[:, None] < lengths
    return Batch(one_hot(codes, len(SYMBOLS), dtype) * mask[..., None], targets, mask, lengths), allowed
