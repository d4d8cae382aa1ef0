"""What attention remembers of its keys and of a forward pass, and what its backward pass returns."""

from collections.abc import Sequence
from typing import NamedTuple

from lstm_tutor.module import Identity
from lstm_tutor.trace import ByName
from lstm_tutor.types import Array

__all__ = ["AttentionTrace", "AttentionGradients", "Keys"]


class Keys(NamedTuple):
    """What queries attend to, with all that depends on the keys alone: made by ``attention.prepare``, once."""

    keys: Array  # (T_in, N, K), zero where a key does not count
    values: Array | None  # (T_in, N, V), zero there too; None where the keys are their own values
    mask: Array | None  # bool (T_in, N), true where a key counts; None where all do
    p: Array  # (N, T_in, P), the score function's part of each key
    owner: Identity  # of the attention that made it

    def at(self, rows: Sequence[int]) -> "Keys":
        """Return the keys of the sequences `rows`; one that is named twice is there twice."""
        values, mask = (None if array is None else array[:, rows] for array in (self.values, self.mask))
        return Keys(self.keys[:, rows], values, mask, self.p[rows], self.owner)

    def __repr__(self) -> str:
        T_in, N, K = self.keys.shape
        V = "" if self.values is None else f", V={self.values.shape[2]}"
        return f"Keys(T_in={T_in}, N={N}, K={K}{V}{'' if self.mask is None else ', mask'})"


class AttentionTrace(ByName):
    """What one forward pass of attention did.

    Indexing by name returns a read-only array (T_out, N, T_in): ``trace["weights"]``, alpha_ij, zero at masked keys,
    summing to one over the keys; ``trace["scores"]``, e_ij, ``-inf`` at masked keys, so that the weights are always
    the softmax of the scores. ``"weights" in trace`` and ``for name in trace`` are about these names.

    Attributes
    ----------
    queries, keys : arrays (T_out, N, Q) and (T_in, N, K)
        The keys are zero where they do not count.
    values : array (T_in, N, V), or None where the keys are their own values
    output : array (T_out, N, V)
        The context of each output step.
    mask : None or bool array (T_in, N)
        True where a key counts.
    prepared : Keys
        Its parts are `keys`, `values`, `mask` and `owner`.
    owner : Identity
        That of the attention that made it, the only one that can go back through it.
    memory : tuple of arrays
        What the score function keeps for its backward pass.
    """

    what = "trace"

    def __init__(
        self, queries: Array, prepared: Keys, scores: Array, weights: Array, output: Array, memory: tuple[Array, ...]
    ) -> None:
        self.queries, self.prepared, self.memory = queries, prepared, memory
        self.keys, self.values, self.mask, p, self.owner = prepared
        self.output, self._record = output, {"scores": scores, "weights": weights}
        for array in (queries, self.keys, self.values, self.mask, p, scores, weights, output):
            if array is not None:
                array.flags.writeable = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was recorded, "scores" and "weights"."""
        return tuple(self._record)

    def _values(self, name: str) -> Array:
        return self._record[name]

    def __repr__(self) -> str:
        T_out, N, T_in = self["weights"].shape
        return f"AttentionTrace(T_out={T_out}, N={N}, T_in={T_in}, V={self.output.shape[2]}, names={list(self.names)})"


class AttentionGradients(NamedTuple):
    """What ``attention.backward`` returns: the gradients of a loss L, shaped as what they are gradients of.

    ``values`` is None where the keys were their own values; ``keys`` is then the gradient along both ways.
    ``parameters`` is a dict of name -> array.
    """

    queries: Array
    keys: Array
    values: Array | None
    parameters: dict[str, Array]

    def __repr__(self) -> str:
        (T_out, N, Q), (T_in, _, K) = self.queries.shape, self.keys.shape
        V = "" if self.values is None else f", V={self.values.shape[2]}"
        names = list(self.parameters)
        return f"AttentionGradients(T_out={T_out}, N={N}, T_in={T_in}, Q={Q}, K={K}{V}, parameters={names})"
