"""Pairs of sequences, one to be read and one to be written: split without leaks, and cut into batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import positive_int
from lstm_tutor.tasks.batch import Batch, padded
from lstm_tutor.types import RNG, Array

__all__ = ["START", "STOP", "UNKNOWN", "Pair", "Pairs", "split_pairs"]

UNKNOWN, STOP, START = "�", "$", "^"


class Pair(NamedTuple):
    """What is read, and what is due; each a tuple of symbols, such as words or characters."""

    source: tuple[str, ...]
    target: tuple[str, ...]


class Pairs:
    """Pairs to learn from, to choose by and to test on: calling it with an update's number gives its Batch.

    A model reads tokens, ints by `read`, and writes tokens by `written`. Symbols that the training pairs do not have
    (or have fewer than `least` times) are read as one and the same unknown symbol, and cannot be written.

    Parameters
    ----------
    train, validation, test : sequences of Pair
    batch_size : int
        N.
    least : int
        How often a source symbol must come in the training pairs in order to be known.
    rng : int seed or numpy.random.Generator
        It decides on the order of the training pairs.

    Attributes
    ----------
    read : tuple of str
        The source symbols by token; the first is the unknown one.
    written : tuple of str
        The target symbols by token; the last but one is the stop, the last the start, which is only read.
    start, stop : int
        The tokens of those two.

    Examples
    --------
    >>> pairs = [Pair(("new", "file"), tuple("新文件")), Pair(("file",), tuple("文件"))]
    >>> task = Pairs(pairs, pairs, pairs, batch_size=2, rng=0)
    >>> task.read, len(task.written)
    (('�', 'file', 'new'), 5)
    >>> task(0)
    Batch(x=int64 (2, 2), targets=int64 (4, 2), mask=bool (4, 2), y_in=int64 (4, 2), lengths=[1, 2])
    """

    def __init__(
        self,
        train: Sequence[Pair],
        validation: Sequence[Pair],
        test: Sequence[Pair],
        *,
        batch_size: int = 32,
        least: int = 1,
        rng: RNG = None,
    ) -> None:
        self.batch_size = positive_int("Pairs", "batch_size", batch_size)
        self.train, self.validation, self.test = list(train), list(validation), list(test)
        if not self.train:
            raise ValueError("Pairs: expected pairs to train on, got none")
        if not all(pair.source and pair.target for pair in self.train + self.validation + self.test):
            raise ValueError("Pairs: expected sources and targets that are not empty")
        read = Counter(symbol for pair in self.train for symbol in pair.source)
        self.read = (UNKNOWN, *sorted(symbol for symbol, count in read.items() if count >= least))
        self.written = (*sorted({symbol for pair in self.train for symbol in pair.target}), STOP, START)
        self._read = {symbol: k for k, symbol in enumerate(self.read)}
        self._written = {symbol: k for k, symbol in enumerate(self.written)}
        self.stop, self.start = self._written[STOP], self._written[START]
        self._sizes = np.array([len(pair.target) for pair in self.train])
        self._seed = int(np.random.default_rng(rng).integers(2**32))

    def __call__(self, update: int) -> Batch:
        """Return the batch of one update: pairs of about the same length, all of them once before any comes again."""
        N = min(self.batch_size, len(self.train))
        per_epoch = len(self.train) // N
        epoch, place = divmod(int(update), per_epoch)
        order = np.random.default_rng([self._seed, epoch])
        chosen = order.permutation(len(self.train))[: per_epoch * N]
        batches = chosen[np.argsort(self._sizes[chosen], kind="stable")].reshape(per_epoch, N)
        return self.batch([self.train[k] for k in batches[order.permutation(per_epoch)[place]]])

    def encode(self, sources: Sequence[Sequence[str]]) -> tuple[Array, Array]:
        """Return what is read as tokens (T, N), zero past each end, and the lengths (N,).

        Raises
        ------
        ValueError
            There is nothing to read.
        """
        if not len(sources) or not all(len(source) for source in sources):
            raise ValueError(f"Pairs: expected sources that are not empty, got {list(sources)}")
        return padded([[self._read.get(symbol, 0) for symbol in source] for source in sources])

    def batch(self, pairs: Sequence[Pair]) -> Batch:
        """Return pairs as a Batch: x (T, N) and lengths, targets and y_in (T_out, N), a mask up to each first stop."""
        x, lengths = self.encode([pair.source for pair in pairs])
        written = [[*map(self._token, pair.target), self.stop] for pair in pairs]
        targets, sizes = padded(written, fill=self.stop)
        y_in = np.concatenate([np.full((1, len(pairs)), self.start), targets[:-1]])
        return Batch(x, targets, np.arange(len(targets))[:, None] < sizes, lengths, y_in=y_in)

    def _token(self, symbol: str) -> int:
        if symbol not in self._written:
            raise ValueError(f"Pairs: expected target symbols of the training pairs, got {symbol!r}")
        return self._written[symbol]

    def decode(self, tokens: Iterable[int]) -> tuple[str, ...]:
        """Return what a decoder wrote, as symbols, up to the first stop."""
        symbols: list[str] = []
        for token in tokens:
            if token == self.stop:
                break
            symbols.append(self.written[token])
        return tuple(symbols)

    def __repr__(self) -> str:
        return (
            f"Pairs(train={len(self.train)}, validation={len(self.validation)}, test={len(self.test)}, "
            f"read={len(self.read)}, written={len(self.written)})"
        )


def split_pairs(
    pairs: Sequence[Pair], shares: tuple[float, float] = (0.1, 0.1), *, rng: RNG = 0
) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Split pairs for training, validation and test, so that no source and no target is in two parts.

    Pairs with the same source or the same target stay together, and so do those that are linked by others.

    Parameters
    ----------
    pairs : sequence of Pair
    shares : (validation, test)
        Of all pairs; about, since groups are not cut.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    train, validation, test : lists of Pair

    Examples
    --------
    >>> pairs = [Pair((s,), (t,)) for s, t in ("ax", "bx", "by", "cz")]
    >>> [len(part) for part in split_pairs(pairs, (0.25, 0.25), rng=2)]
    [3, 1, 0]
    """
    if not (min(shares) >= 0 and sum(shares) < 1):
        raise ValueError(f"split_pairs: expected shares that leave some to train on, got {shares}")
    parent = list(range(len(pairs)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    first: dict[tuple[str, tuple[str, ...]], int] = {}
    for k, pair in enumerate(pairs):
        for side, symbols in (("source", pair.source), ("target", pair.target)):
            parent[root(k)] = root(first.setdefault((side, symbols), k))
    groups: dict[int, list[int]] = {}
    for k in range(len(pairs)):
        groups.setdefault(root(k), []).append(k)
    parts: tuple[list[int], list[int], list[int]] = ([], [], [])
    wanted = [share * len(pairs) for share in shares]
    members = list(groups.values())
    for g in np.random.default_rng(rng).permutation(len(members)):
        place = next((k + 1 for k in (0, 1) if len(parts[k + 1]) + len(members[g]) <= wanted[k]), 0)
        parts[place].extend(members[g])
    train, validation, test = ([pairs[k] for k in sorted(part)] for part in parts)
    return train, validation, test
