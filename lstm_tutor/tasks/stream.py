"""Recall without an end: symbols to remember and questions about them, in streams that never start afresh."""

from __future__ import annotations

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, DTypeLike


class RecallStream:
    """N endless streams of symbols, noise and questions, T steps an update: at a question, say the last symbol.

    Every `period` steps a stream shows one of `symbols` symbols; `lag` steps later it shows a question mark, whose
    answer is that symbol; all other steps show distractors, drawn from `symbols` others. Stream n is n steps ahead of
    stream 0, so that with a multiple of `period` streams equally many are asked at every step. Calling it with an
    update's number returns that update's Batch; only the first one starts afresh.

    Parameters
    ----------
    lag : int from 1 to period - 1
        The steps from a symbol to the question.
    updates : int
        The number of batches.
    batch_size : int
        N, a multiple of `period`.
    steps : int
        T, of one batch.
    period : int
        The steps from one symbol to the next.
    symbols : int
        The number of symbols to tell apart; guessing is right once in that many.
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    codes : int array (updates T, N)
        What the streams show: symbols, distractors, the question mark.

    Examples
    --------
    >>> stream = RecallStream(3, updates=1, batch_size=5, steps=8, period=5, symbols=2, rng=0)
    >>> stream.codes[:, 0].tolist()  # 0 and 1 are symbols, 2 and 3 distractors, 4 asks
    [0, 2, 2, 4, 2, 1, 3, 3]
    """

    def __init__(
        self, lag: int, *, updates: int, batch_size: int, steps: int, period: int, symbols: int = 4, rng: RNG = None
    ) -> None:
        if not 1 <= lag < period:
            raise ValueError(f"RecallStream: expected lag from 1 to period - 1, got lag={lag}, period={period}")
        if min(updates, steps) < 1 or symbols < 2:
            raise ValueError(
                f"RecallStream: expected updates and steps >= 1 and symbols >= 2, got updates={updates}, "
                f"steps={steps}, symbols={symbols}"
            )
        if batch_size < 1 or batch_size % period:
            raise ValueError(f"RecallStream: expected batch_size to be a multiple of {period}, got {batch_size}")
        self.lag, self.updates, self.steps, self.symbols = lag, updates, steps, symbols
        generator, shape = np.random.default_rng(rng), (updates * steps, batch_size)
        at = np.arange(shape[0])[:, None] + np.arange(batch_size)  # where each stream is, at each step
        answers = generator.integers(0, symbols, (at.max() // period + 1, batch_size), dtype=np.int8)
        self._answers = np.take_along_axis(answers, at // period, axis=0)  # the last symbol, also from before the start
        self._asked = at % period == lag
        self.codes = generator.integers(symbols, 2 * symbols, shape, dtype=np.int8)
        self.codes = np.where(at % period == 0, self._answers, self.codes)
        self.codes[self._asked] = 2 * symbols

    def __call__(self, update: int, dtype: DTypeLike = np.float64) -> Batch:
        """Return the batch of one update."""
        if not 0 <= update < self.updates:
            raise ValueError(f"RecallStream: expected an update from 0 to {self.updates - 1}, got {update}")
        part = slice(update * self.steps, (update + 1) * self.steps)
        x = one_hot(self.codes[part], 2 * self.symbols + 1, dtype)
        return Batch(x, self._answers[part].astype(np.int64), self._asked[part].copy(), start=update == 0)
