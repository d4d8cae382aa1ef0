"""What attention remembers of its keys and of a forward pass, and what its backward pass returns."""

from typing import NamedTuple

import numpy as np

from lstm_tutor.module import Identity

__all__ = ["AttentionTrace", "AttentionGradients", "Keys"]


class Keys(NamedTuple):
    """What queries attend to, with all that depends on the keys alone: made by ``attention.prepare``, once."""

    keys: np.ndarray  # (T_in, N, K)
    values: np.ndarray | None  # (T_in, N, V); None where the keys are their own values
    mask: np.ndarray | None  # bool (T_in, N), true where a key counts; None where all do
    p: np.ndarray  # (N, T_in, P), the score function's share of each key
    owner: Identity  # of the attention that made it

    def at(self, rows):
        """The keys of the sequences `rows`, a list of ints; one that is named twice is there twice."""
        keys, values, mask = (None if array is None else array[:, rows] for array in self[:3])
        return Keys(keys, values, mask, self.p[rows], self.owner)


class AttentionTrace:
    """What one forward pass of attention did.

    Indexing by name returns a read-only array (T_out, N, T_in): ``trace["weights"]``, alpha_ij, zero at masked keys,
    summing to one over the keys; ``trace["scores"]``, e_ij, ``-inf`` at masked keys, so that the weights are always
    the softmax of the scores.

    Attributes
    ----------
    queries, keys : arrays (T_out, N, Q) and (T_in, N, K)
    values : array (T_in, N, V), or None where the keys are their own values
    output : array (T_out, N, V), the context of each output step
    mask : None or bool array (T_in, N), true where a key counts
    prepared : the Keys, of which `keys`, `values`, `mask` and `owner` are parts
    owner : the Identity of the attention that made it, the only one that can go back through it
    memory : what the score function keeps for its backward pass, a tuple of arrays
    """

    names = ("scores", "weights")

    def __init__(self, queries, prepared, scores, weights, output, memory):
        self.queries, self.prepared, self.memory = queries, prepared, memory
        self.keys, self.values, self.mask, p, self.owner = prepared
        self.output, self._record = output, {"scores": scores, "weights": weights}
        for array in (queries, self.keys, self.values, self.mask, p, scores, weights, output):
            if array is not None:
                array.flags.writeable = False

    def __getitem__(self, name):
        if name not in self.names:
            raise ValueError(f"trace: expected one of {list(self.names)}, got {name!r}")
        return self._record[name]

    def __repr__(self):
        T_out, N, T_in = self["weights"].shape
        return f"AttentionTrace(T_out={T_out}, N={N}, T_in={T_in}, V={self.output.shape[2]}, names={list(self.names)})"


class AttentionGradients(NamedTuple):
    """What ``attention.backward`` returns: the gradients of a loss L, shaped as what they are gradients of.

    ``values`` is None where the keys were their own values; ``keys`` is then the gradient along both ways.
    ``parameters`` is a dict of name -> array.
    """

    queries: np.ndarray
    keys: np.ndarray
    values: np.ndarray | None
    parameters: dict[str, np.ndarray]
