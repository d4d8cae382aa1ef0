"""A model that reads a long sequence into a short one without being told what is where: a SequenceModel with CTC."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor import losses
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.models import SequenceModel
from lstm_tutor.trace import Trace
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["Transcriber"]


class Transcriber(SequenceModel):
    """A recurrent layer, a linear read-out at every step, and the CTC loss.

    Parameters
    ----------
    layer : recurrent layer
    output_size : int
        K, the labels and the blank.
    blank : int or None
        The class that means nothing; None is the last one.
    rng : int seed or numpy.random.Generator
        For the read-out's weights.

    Examples
    --------
    >>> from lstm_tutor import LSTM, tasks
    >>> model = Transcriber(LSTM(40, 5, bidirectional=True, rng=0), 11, rng=0)
    >>> strings = tasks.digit_strings(2, rng=0)
    >>> loss, gradients, trace = model.loss_and_gradients(strings)
    >>> round(loss, 1), len(model.read(strings.x, strings.lengths))
    (16.7, 2)
    """

    def __init__(self, layer: RecurrentLayer, output_size: int, *, blank: int | None = None, rng: RNG = None) -> None:
        super().__init__(layer, output_size, rng=rng)
        if blank is not None and (not isinstance(blank, int | np.integer) or not 0 <= blank < output_size):
            raise ValueError(f"Transcriber: expected blank from 0 to {output_size - 1} or None, got {blank!r}")
        self.blank = self.output_size - 1 if blank is None else int(blank)

    def config(self) -> dict[str, Any]:
        return {"layer": self.layer, "output_size": self.output_size, "blank": self.blank}

    @np.errstate(under="ignore")
    def loss_and_gradients(
        self, batch: Any, state: Any = None, *, rng: RNG = None
    ) -> tuple[float, dict[str, Array], Trace]:
        """Return the CTC loss on a :class:`lstm_tutor.tasks.Strings`, its gradients by name, and the trace."""
        logits, trace = self.forward(batch.x, state, batch.lengths, rng=rng)
        loss, d_logits = losses.ctc(logits, batch.labels, batch.lengths, batch.label_lengths, blank=self.blank)
        d_output, d_readout = self.readout.backward(trace.output, d_logits)
        d_layer = self.layer.backward(trace, d_output)
        gradients = {f"layer.{name}": d for name, d in d_layer.parameters.items()}
        return loss, gradients | {f"readout.{name}": d for name, d in d_readout.items()}, trace

    def read(self, x: ArrayLike, lengths: ArrayLike | None = None, *, width: int | None = None) -> list[list[int]]:
        """Return the labels of each sequence: of its likeliest path, or with `width` those a beam search finds.

        Parameters
        ----------
        x : array (T, N, D)
        lengths : N ints or None
        width : int or None
            As of :func:`~lstm_tutor.losses.ctc_beam_decode`.
        """
        logits, _ = self.forward(x, lengths=lengths)
        steps = [len(logits)] * logits.shape[1] if lengths is None else lengths
        if width is None:
            return [labels.tolist() for labels in losses.ctc_greedy_decode(logits, steps, self.blank)]
        beams = losses.ctc_beam_decode(logits, steps, self.blank, width=width)
        return [list(readings[0].labels) for readings in beams]
