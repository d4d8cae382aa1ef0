"""Embedded Reber strings one after the other, in a stream that never ends and never says where a string begins."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.tasks.reber import GRAMMAR, SYMBOLS
from lstm_tutor.types import RNG, Array, DTypeLike

_State = tuple[str, int | str]  # the string's letter, and a node of the inner grammar or the name of a place


def _automaton() -> dict[_State, dict[str, _State]]:
    """Return the grammar of the whole stream as one automaton: state -> {symbol: next state}."""
    moves: dict[_State, dict[str, _State]] = {
        ("", "between"): {"B": ("", "begun")},
        ("", "last"): {"E": ("", "between")},
    }
    moves["", "begun"] = {letter: (letter, "open") for letter in "TP"}
    for letter in "TP":
        moves[letter, "open"] = {"B": (letter, 0)}
        moves[letter, 5] = {"E": (letter, "close")}
        moves[letter, "close"] = {letter: ("", "last")}
        for node, choices in GRAMMAR.items():
            moves[letter, node] = {symbol: (letter, after) for symbol, after in choices.items()}
    return moves


_MOVES = _automaton()
_STATES = list(_MOVES)
_LEGAL = np.array([[symbol in _MOVES[state] for symbol in SYMBOLS] for state in _STATES])  # (states, 7)
_CLOSE = np.array([place == "close" for _, place in _STATES])
# What a coin (0 or 1) makes of each state: the symbol, and the state after it; (states, 2).
_COINS = [[list(_MOVES[state].items())[coin % len(_MOVES[state])] for coin in (0, 1)] for state in _STATES]
_SYMBOL = np.array([[SYMBOLS.index(symbol) for symbol, _ in pair] for pair in _COINS])
_AFTER = np.array([[_STATES.index(after) for _, after in pair] for pair in _COINS])


class ContinualReber:
    """N endless streams of embedded Reber strings, T symbols an update: predict each next symbol.

    Calling it with an update's number returns that update's Batch; only the first one starts afresh.

    Parameters
    ----------
    updates : int
        The number of batches.
    batch_size, steps : int
        N and T.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    codes : int array (updates T + 1, N)
        The streams, as places in SYMBOLS.

    References
    ----------
    Gers, Schmidhuber & Cummins (2000), section 4.1.
    """

    def __init__(self, *, updates: int, batch_size: int, steps: int, rng: RNG = None) -> None:
        if min(updates, batch_size, steps) < 1:
            raise ValueError(
                f"ContinualReber: expected positive updates, batch_size and steps, got {updates}, {batch_size}, {steps}"
            )
        self.updates, self.steps = updates, steps
        coins = np.random.default_rng(rng).integers(0, 2, (updates * steps + 1, batch_size), dtype=np.int8)
        self.codes = np.empty(coins.shape, np.int8)
        self._states = np.empty(coins.shape, np.int8)  # after each symbol
        state = np.zeros(batch_size, int)
        for t, coin in enumerate(coins):
            self.codes[t], state = _SYMBOL[state, coin], _AFTER[state, coin]
            self._states[t] = state

    def _part(self, update: int) -> slice:
        if not 0 <= update < self.updates:
            raise ValueError(f"ContinualReber: expected an update from 0 to {self.updates - 1}, got {update}")
        return slice(update * self.steps, (update + 1) * self.steps)

    def __call__(self, update: int, dtype: DTypeLike = np.float64) -> Batch:
        """Return the batch of one update."""
        part = self._part(update)
        targets = self.codes[part.start + 1 : part.stop + 1].astype(np.int64)
        return Batch(one_hot(self.codes[part], len(SYMBOLS), dtype), targets, start=update == 0)

    def legal(self, update: int) -> Array:
        """Return which symbols may come next, bool array (T, N, 7)."""
        return _LEGAL[self._states[self._part(update)]]

    def closing(self, update: int) -> Array:
        """Return where the next symbol has to be the letter that opened the string, bool array (T, N)."""
        return _CLOSE[self._states[self._part(update)]]
