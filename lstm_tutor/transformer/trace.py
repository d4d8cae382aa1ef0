"""What a forward pass of a transformer remembers, and what its backward pass returns."""

from __future__ import annotations

from typing import Any, NamedTuple

from lstm_tutor.module import Identity
from lstm_tutor.trace import ByName
from lstm_tutor.types import Array

__all__ = ["HeadTrace", "NoState", "TransformerGradients", "TransformerTrace"]


class NoState(NamedTuple):
    """The state of what carries nothing from one window to the next."""


class HeadTrace(ByName):
    """What one head looked at: ``["weights"]``, alpha_ij, a read-only array (T, N, T), as of every attention."""

    what = "trace"

    def __init__(self, weights: Array) -> None:
        self._weights = weights.view()
        self._weights.flags.writeable = False

    @property
    def names(self) -> tuple[str, ...]:
        """The name of what was recorded, "weights"."""
        return ("weights",)

    def _values(self, name: str) -> Array:
        return self._weights

    def __repr__(self) -> str:
        T, N, _ = self._weights.shape
        return f"HeadTrace(T={T}, N={N}, names={list(self.names)})"


class TransformerTrace(ByName):
    """A forward pass of a transformer encoder: its output, and where every head of every layer looked.

    ``trace.at(layer=0, head=0)["weights"]`` is alpha_ij, (T, N, T): how much step i took from step j; rows past a
    sequence's length are zero. With one layer of one head it is ``trace["weights"]``.

    Attributes
    ----------
    x : array (T, N, D)
        The inputs, zero past a sequence's length.
    output : array (T, N, H)
        Zero past a sequence's length.
    final_state : NoState
        A transformer carries nothing from one window to the next.
    lengths : None or int array (N,)
    owner : Identity
        That of the encoder that made it, the only one that can go back through it.
    """

    what = "trace"

    def __init__(
        self, x: Array, output: Array, weights: list[Array], memory: Any, *, lengths: Array | None, owner: Identity
    ) -> None:
        for array in (x, output, *weights):
            array.flags.writeable = False
        self.x, self.output, self.lengths, self.owner = x, output, lengths, owner
        self.final_state, self.memory, self._weights = NoState(), memory, weights

    def at(self, layer: int = 0, head: int = 0) -> HeadTrace:
        """Return where one head of one layer looked."""
        choices = {"layer": (layer, len(self._weights)), "head": (head, self._weights[0].shape[1])}
        for name, (value, count) in choices.items():
            if not isinstance(value, int) or not 0 <= value < count:
                raise ValueError(f"trace.at: expected {name} from 0 to {count - 1}, got {value!r}")
        return HeadTrace(self._weights[layer][:, head].swapaxes(0, 1))

    @property
    def names(self) -> tuple[str, ...]:
        """The name of what was recorded, "weights"."""
        return ("weights",)

    def _values(self, name: str) -> Array:
        layers, heads = len(self._weights), self._weights[0].shape[1]
        if layers > 1 or heads > 1:
            raise ValueError(f"trace: expected one layer and one head to index directly, got {layers} layer(s) and "
                             f"{heads} head(s); use trace.at(layer=..., head=...)[name]")  # fmt: skip
        return self.at()[name]

    def __repr__(self) -> str:
        (T, N, D), H = self.x.shape, self.output.shape[2]
        layers, heads = len(self._weights), self._weights[0].shape[1]
        return f"TransformerTrace(T={T}, N={N}, D={D}, H={H}, layers={layers}, heads={heads}, names={list(self.names)})"


class TransformerGradients(NamedTuple):
    """What ``encoder.backward`` returns: dL/dx, (T, N, D), and dL/d(each parameter) by name."""

    x: Array
    parameters: dict[str, Array]
