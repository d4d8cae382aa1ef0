"""Taggers without a network: a table of the most frequent tags, and a hidden Markov model fitted by counting."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.types import Array, ArrayLike

__all__ = ["HMMTagger", "MostFrequentTag", "viterbi"]

Codes = Sequence[int]


class MostFrequentTag:
    """For each token the tag that it had most often; with neighbors, the one it had most often between them.

    A token that was never seen between these neighbors is looked up with one neighbor less on each side, and at last by
    itself; one that was never seen at all gets the most frequent tag. Among equally frequent tags, the first that was
    met counts.

    Parameters
    ----------
    neighbors : int
        How many tokens on each side are part of what is looked up; 0 is the usual table.

    Examples
    --------
    >>> table = MostFrequentTag().fit([[5, 7, 5]], [[1, 0, 1]])
    >>> table.predict([[7, 5, 9]])
    [[0, 1, 1]]
    """

    def __init__(self, neighbors: int = 0) -> None:
        if not isinstance(neighbors, int | np.integer) or neighbors < 0:
            raise ValueError(f"MostFrequentTag: expected neighbors to be an int of at least 0, got {neighbors!r}")
        self.neighbors = int(neighbors)
        self.tables: list[dict[tuple[int, ...], int]] = []

    def fit(self, tokens: Sequence[Codes], tags: Sequence[Codes]) -> MostFrequentTag:
        """Count; a tag below 0 is not counted. Returns the table itself."""
        _check_pairs("MostFrequentTag.fit", tokens, tags)
        counts: list[dict[tuple[int, ...], Counter[int]]]
        counts = [defaultdict(Counter) for _ in range(self.neighbors + 2)]
        for sequence, its_tags in zip(tokens, tags, strict=True):
            for t, tag in enumerate(its_tags):
                if tag >= 0:
                    for width, key in enumerate(self._keys(sequence, t)):
                        counts[width][key][int(tag)] += 1
        if not counts[0]:
            raise ValueError("MostFrequentTag.fit: expected at least one tag, got none")
        self.tables = [{key: seen.most_common(1)[0][0] for key, seen in table.items()} for table in counts]
        return self

    def predict(self, tokens: Sequence[Codes]) -> list[list[int]]:
        """Return a tag for each token of each sequence."""
        if not self.tables:
            raise ValueError("MostFrequentTag.predict: expected a table that was fitted, got one that was not")
        return [[self._look_up(sequence, t) for t in range(len(sequence))] for sequence in tokens]

    def _look_up(self, sequence: Codes, t: int) -> int:
        keys = list(self._keys(sequence, t))
        return next(table[key] for table, key in zip(self.tables[::-1], keys[::-1], strict=True) if key in table)

    def _keys(self, sequence: Codes, t: int) -> list[tuple[int, ...]]:
        """What is looked up, from nothing to all the neighbors; -1 stands for what is not there."""
        padded = [-1] * self.neighbors + [int(token) for token in sequence] + [-1] * self.neighbors
        middle = t + self.neighbors
        return [(), *(tuple(padded[middle - k : middle + k + 1]) for k in range(self.neighbors + 1))]


class HMMTagger:
    r"""A hidden Markov model whose states are the tags, fitted by counting in tagged sequences.

    Equations: with the tags z and the tokens x of a sequence,

    .. math::

        p(x, z) = {}& p(z_1) \prod_{t=2}^T p(z_t \mid z_{t-1}) \\
        & \cdot \prod_{t=1}^T p(x_t \mid z_t)

    Each factor is a relative frequency, with `smoothing` added to every count. :meth:`predict` returns the most
    probable z, found by :func:`viterbi`.

    Parameters
    ----------
    num_tags, num_tokens : int
    smoothing : float > 0

    Attributes
    ----------
    start : array (num_tags,)
        ``log p(z_1)``.
    transition : array (num_tags, num_tags)
        ``log p(z_t | z_{t-1})``, a row for each tag before.
    emission : array (num_tags, num_tokens)
        ``log p(x_t | z_t)``.

    References
    ----------
    Rabiner (1989), Proceedings of the IEEE 77, equations 15 to 35.

    Examples
    --------
    >>> tagger = HMMTagger(2, 3, smoothing=0.01).fit([[0, 1, 2]] * 5, [[0, 1, 0]] * 5)
    >>> tagger.predict([[0, 1, 0, 1]])
    [[0, 1, 0, 1]]
    """

    def __init__(self, num_tags: int, num_tokens: int, *, smoothing: float = 0.1) -> None:
        self.num_tags = positive_int("HMMTagger", "num_tags", num_tags)
        self.num_tokens = positive_int("HMMTagger", "num_tokens", num_tokens)
        if not smoothing > 0:
            raise ValueError(f"HMMTagger: expected smoothing > 0, so that nothing is impossible, got {smoothing!r}")
        self.smoothing = float(smoothing)
        self.start = np.full(self.num_tags, -np.log(self.num_tags))
        self.transition = np.full((self.num_tags, self.num_tags), -np.log(self.num_tags))
        self.emission = np.full((self.num_tags, self.num_tokens), -np.log(self.num_tokens))

    def fit(self, tokens: Sequence[Codes], tags: Sequence[Codes]) -> HMMTagger:
        """Count in tagged sequences. Returns the tagger itself."""
        _check_pairs("HMMTagger.fit", tokens, tags)
        start = np.full_like(self.start, self.smoothing)
        transition, emission = (np.full_like(a, self.smoothing) for a in (self.transition, self.emission))
        for sequence, its_tags in zip(tokens, tags, strict=True):
            x = _codes("HMMTagger.fit", "tokens", sequence, self.num_tokens)
            z = _codes("HMMTagger.fit", "tags", its_tags, self.num_tags)
            if len(z):
                start[z[0]] += 1
                np.add.at(transition, (z[:-1], z[1:]), 1)
                np.add.at(emission, (z, x), 1)
        self.start, self.transition, self.emission = (
            np.log(counts / counts.sum(axis=-1, keepdims=True)) for counts in (start, transition, emission)
        )
        return self

    def predict(self, tokens: Sequence[Codes]) -> list[list[int]]:
        """Return for each sequence its most probable tags."""
        found = []
        for sequence in tokens:
            x = _codes("HMMTagger.predict", "tokens", sequence, self.num_tokens)
            found.append(viterbi(self.emission[:, x].T, self.transition, self.start).tolist() if len(x) else [])
        return found


def viterbi(scores: ArrayLike, transition: ArrayLike, start: ArrayLike | None = None) -> Array:
    r"""Return the path of tags with the highest sum of scores, by dynamic programming.

    Equations: with the scores :math:`s_t(k)` of tag k at step t and :math:`a(j, k)` of the step from tag j to tag k,

    .. math::

        v_1(k) &= \text{start}(k) + s_1(k) \\
        v_t(k) &= s_t(k) + \max_j \, [v_{t-1}(j) + a(j, k)]

    and the best path is read backward along the j that were best.

    Parameters
    ----------
    scores : array (T, K)
        Such as ``log p(x_t | tag)`` of a hidden Markov model, or the log-softmax of a network.
    transition : array (K, K)
        A row for each tag before; ``-inf`` forbids a step.
    start : array (K,) or None
        For the first tag; None is zeros.

    Returns
    -------
    int array (T,)

    Raises
    ------
    ValueError
        A shape does not fit, something is NaN, or every path is forbidden.

    References
    ----------
    Viterbi (1967), IEEE Transactions on Information Theory 13.

    Examples
    --------
    >>> scores = np.log([[0.9, 0.1], [0.6, 0.4]])
    >>> viterbi(scores, np.zeros((2, 2))).tolist()
    [0, 0]
    >>> viterbi(scores, [[-np.inf, 0], [0, 0]]).tolist()
    [0, 1]
    """
    scores, transition = real_array("viterbi", "scores", scores), real_array("viterbi", "transition", transition)
    if scores.ndim != 2 or not len(scores):
        raise ValueError(f"viterbi: expected scores of shape (T, K) with T > 0, got {scores.shape}")
    T, K = scores.shape
    start = np.zeros(K) if start is None else real_array("viterbi", "start", start)
    if transition.shape != (K, K) or start.shape != (K,):
        raise ValueError(f"viterbi: expected transition ({K}, {K}) and start ({K},), got {transition.shape} and "
                         f"{start.shape}")  # fmt: skip
    if np.isnan(scores).any() or np.isnan(transition).any() or np.isnan(start).any():
        raise ValueError("viterbi: expected numbers or -inf, got NaN")
    best, before = start + scores[0], np.zeros((T, K), np.int64)
    for t in range(1, T):
        through = best[:, None] + transition  # (tag before, tag)
        before[t] = through.argmax(axis=0)
        best = through.max(axis=0) + scores[t]
    if best.max() == -np.inf:
        raise ValueError("viterbi: expected at least one path that is not forbidden, got none")
    path = [int(best.argmax())]
    for t in range(T - 1, 0, -1):
        path.append(int(before[t, path[-1]]))
    return np.array(path[::-1])


def _check_pairs(what: str, tokens: Sequence[Codes], tags: Sequence[Codes]) -> None:
    if len(tokens) != len(tags) or any(len(x) != len(z) for x, z in zip(tokens, tags, strict=True)):
        raise ValueError(f"{what}: expected a tag for each token, got sequences of other lengths")
    if not len(tokens):
        raise ValueError(f"{what}: expected at least one sequence, got none")


def _codes(what: str, name: str, sequence: Codes, size: int) -> Array:
    codes = np.asarray(sequence)
    if not codes.size:
        return np.zeros(0, np.int64)
    if codes.ndim != 1 or codes.dtype.kind not in "iu" or codes.min() < 0 or codes.max() >= size:
        raise ValueError(f"{what}: expected {name} to be ints from 0 to {size - 1}, got {sequence!r}")
    return codes
