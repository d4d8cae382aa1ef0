"""What reads a sequence and says something at every step, whatever is inside: its manners."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor.checks import numbers
from lstm_tutor.layers.lengths import check_lengths, steps_that_count
from lstm_tutor.module import Module
from lstm_tutor.types import Array, ArrayLike

__all__ = ["SequenceLayer"]


class SequenceLayer(Module):
    """What a model may read a sequence with: recurrent layers, and a transformer in the place of one.

    ``forward(x, state=None, lengths=None, rng=None)`` takes x (T, N, D) and returns a trace with ``output``, (T, N, H *
    directions), ``final_state``, ``x`` and ``lengths``. ``backward(trace, d_output)`` returns gradients, among them
    ``x`` and ``parameters``.

    Attributes
    ----------
    input_size, hidden_size : int
        D and H.
    num_directions : int
    bidirectional : bool
    dtype : numpy dtype
    State : type
        The named tuple that is carried from window to window.
    """

    input_size: int
    hidden_size: int
    num_directions: int = 1
    bidirectional: bool = False
    dtype: np.dtype
    State: type[Any]

    @property
    def _name(self) -> str:
        return type(self).__name__

    def forward(self, x: ArrayLike, state: Any = None, lengths: ArrayLike | None = None, *, rng: Any = None) -> Any:
        """Return the trace of a batch of sequences x (T, N, D)."""
        raise NotImplementedError

    def backward(self, trace: Any, d_output: ArrayLike) -> Any:
        """Return the gradients of a loss, from those of the trace's output."""
        raise NotImplementedError

    def _check_x(self, x: ArrayLike, lengths: ArrayLike | None) -> tuple[Array, Array | None]:
        """Return x (T, N, D) as a new array, zero past the lengths, and the lengths."""
        x = numbers(self._name, "x", x, self.dtype)  # a copy: the trace must not change when the caller's array does
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"{self._name}: expected x of shape (T, N, {self.input_size}), got {x.shape}")
        if 0 in x.shape:
            raise ValueError(f"{self._name}: expected at least one step and one sequence, got x of shape {x.shape}")
        checked = check_lengths(self._name, lengths, *x.shape[:2])
        self._check_steps("x", x, checked)
        return x, checked

    def _check_d_output(self, trace: Any, d_output: ArrayLike) -> Array:
        """Return dL/d(output) of a trace of this layer as a new array, zero past the lengths."""
        if not self.made(trace):
            raise ValueError(f"{self._name}: expected a trace of this layer, got another's or none: {trace!r:.80}")
        d = numbers(self._name, "d_output", d_output, self.dtype)
        if d.shape != trace.output.shape:
            raise ValueError(f"{self._name}: expected d_output of shape {trace.output.shape}, got {d.shape}")
        self._check_steps("d_output", d, trace.lengths)
        return d

    def _check_steps(self, what: str, array: Array, lengths: Array | None) -> None:
        """Put zeros in place of `array` (T, N, ...) past the lengths, so that it is not read; refuse NaN before."""
        if lengths is not None:
            array[~steps_that_count(lengths, len(array))] = 0
        bad = array.size - np.count_nonzero(np.isfinite(array))
        if bad:
            hint = "; if they are padding, pass lengths" if what == "x" and lengths is None else ""
            raise ValueError(f"{self._name}: expected {what} to be finite, got {bad} NaN or inf{hint}")
