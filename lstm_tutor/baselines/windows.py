"""A classifier that slides along a sequence and sees nothing outside its window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lstm_tutor import losses
from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.models import Linear
from lstm_tutor.module import Module
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from lstm_tutor.tasks.handwriting import Strings

__all__ = ["WindowClassifier", "window_targets"]


class WindowRecord(NamedTuple):
    """What the way back needs: the windows (T, N, W D), and the hidden units (T, N, H)."""

    windows: Array
    hidden: Array
    final_state: None = None


class WindowClassifier(Module):
    """Two layers that classify the window around each step: ``logits = W2 tanh(W1 window + b1) + b2``.

    It learns from a class for every step, so it has to be told where each symbol is.

    Parameters
    ----------
    input_size : int
        D.
    hidden_size, output_size : int
        H and K.
    width : odd int
        How many steps a window has; half of them are before the step, half behind it. Outside of the sequence are
        zeros.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    Examples
    --------
    >>> WindowClassifier(40, 64, 11, width=9, rng=0).forward(np.zeros((30, 2, 40)))[0].shape
    (30, 2, 11)
    """

    def __init__(
        self, input_size: int, hidden_size: int, output_size: int, *, width: int = 9, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self.width = positive_int("WindowClassifier", "width", width)
        if width % 2 == 0:
            raise ValueError(f"WindowClassifier: expected width to be odd, got {width}")
        self.input_size, self.hidden_size, self.output_size = input_size, hidden_size, output_size
        generator = np.random.default_rng(rng)
        self.first = Linear(width * input_size, hidden_size, dtype=dtype, rng=generator)
        self.second = Linear(hidden_size, output_size, dtype=dtype, rng=generator)
        self.dtype = self.first.dtype

    def parts(self) -> dict[str, Module]:
        return {"first": self.first, "second": self.second}

    def forward(self, x: ArrayLike, lengths: ArrayLike | None = None) -> tuple[Array, WindowRecord]:
        """Return the logits (T, N, K) of x (T, N, D), and the record of the pass.

        What lies past a sequence's length is padding, zeros, as in the paper behind the ink.
        """
        x = real_array("WindowClassifier", "x", x)
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"WindowClassifier: expected x of shape (T, N, {self.input_size}), got {x.shape}")
        if lengths is not None:
            x = np.where((np.arange(len(x))[:, None] < np.asarray(lengths))[..., None], x, 0)
        half = self.width // 2
        padded = np.pad(x, ((half, half), (0, 0), (0, 0)))
        windows = np.concatenate([padded[k : k + len(x)] for k in range(self.width)], axis=2)  # (T, N, W D)
        hidden = np.tanh(self.first.forward(windows))
        return self.second.forward(hidden), WindowRecord(windows, hidden)

    def loss_and_gradients(
        self, batch: Strings, state: Any = None, *, rng: RNG = None
    ) -> tuple[float, dict[str, Array], WindowRecord]:
        """Return the mean cross-entropy over the steps of a batch of strings, its gradients by name, and the record."""
        logits, record = self.forward(batch.x, batch.lengths)
        inside = np.arange(len(logits))[:, None] < batch.lengths
        loss, d_logits = losses.softmax_cross_entropy(logits, window_targets(batch, self.output_size - 1), inside)
        d_hidden, second = self.second.backward(record.hidden, d_logits)
        _, first = self.first.backward(record.windows, d_hidden * (1 - record.hidden**2))
        parts = {"first": first, "second": second}
        return loss, {f"{p}.{name}": d for p, each in parts.items() for name, d in each.items()}, record


def window_targets(batch: Strings, blank: int) -> Array:
    """Return the class of each step (T, N): a symbol in the middle half of its span, and the blank elsewhere."""
    steps = np.arange(len(batch.x)) + 0.5
    targets = np.full(batch.x.shape[:2], blank)
    for n, count in enumerate(batch.label_lengths):
        for label, (begin, end) in zip(batch.labels[n, :count], batch.spans[n], strict=False):
            middle, reach = (begin + end) / 2, max((end - begin) / 4, 0.5)
            targets[np.abs(steps - middle) <= reach, n] = label
    return targets
