"""The encoder-decoder for numbers: one layer reads the past, another starts from its state and writes the future."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor import losses
from lstm_tutor.checks import positive_int, real_array
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.models import Linear
from lstm_tutor.module import Module
from lstm_tutor.tasks import Batch
from lstm_tutor.trace import Trace
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["Forecaster", "ForecasterTrace"]


class ForecasterTrace(NamedTuple):
    """The records of the two layers."""

    encoder: Trace
    decoder: Trace

    @property
    def final_state(self) -> Any:
        """The decoder's, at the end of the horizon."""
        return self.decoder.final_state


class Forecaster(Module):
    """An encoder reads T steps of numbers; a decoder goes on from its final state and writes `ahead` more.

    The decoder reads a clock, the share of the horizon that has passed: ``k / ahead`` at step k = 0, 1, ... Its own
    answers it does not read, so that no error is read back, and training and use do not differ.

    Equations: ``state = encoder(x)``, ``s_k = decoder(k / ahead, s_{k-1})`` from that state on, ``y_k = W s_k + b``.

    Parameters
    ----------
    encoder : RecurrentLayer
        Of one direction.
    decoder : RecurrentLayer
        Another one of the same kind, size and number of layers, with one input.
    ahead : int
        A, the number of steps to foretell.
    output_size : int
        K, the number of values at each of them.
    rng : int seed or numpy.random.Generator
        For the read-out's weights.

    Raises
    ------
    ValueError
        The two layers do not fit together.

    Examples
    --------
    >>> from lstm_tutor import LSTM
    >>> model = Forecaster(LSTM(2, 5, rng=0), LSTM(1, 5, rng=1), ahead=3, output_size=2, rng=2)
    >>> model.forward(np.ones((7, 4, 2)))[0].shape
    (3, 4, 2)
    """

    def __init__(
        self, encoder: RecurrentLayer, decoder: RecurrentLayer, ahead: int, output_size: int = 1, *, rng: RNG = None
    ) -> None:
        super().__init__()
        one, two = encoder, decoder
        fit = (
            isinstance(one, RecurrentLayer) and type(one) is type(two) and one is not two
            and not one.bidirectional and not two.bidirectional and two.input_size == 1
            and (one.num_layers, one.hidden_size, one.dtype) == (two.num_layers, two.hidden_size, two.dtype)
        )  # fmt: skip
        if not fit:
            raise ValueError(f"Forecaster: expected two layers of one kind, size, depth and direction, the decoder "
                             f"with one input, got {one!r} and {two!r}")  # fmt: skip
        self.encoder, self.decoder = encoder, decoder
        self.ahead = positive_int("Forecaster", "ahead", ahead)
        self.output_size = positive_int("Forecaster", "output_size", output_size)
        self.readout = Linear(decoder.hidden_size, self.output_size, dtype=decoder.dtype, rng=rng)

    @property
    def State(self) -> Any:
        """The type of the layers' state."""
        return self.encoder.State

    def parts(self) -> dict[str, Module]:
        return {"encoder": self.encoder, "decoder": self.decoder, "readout": self.readout}

    def forward(self, x: ArrayLike, state: Any = None, *, rng: RNG = None) -> tuple[Array, ForecasterTrace]:
        """Return the forecasts (A, N, K) of what follows x (T, N, D), and the records of both layers."""
        encoder = self.encoder.forward(x, state, rng=rng)
        clock = np.arange(self.ahead, dtype=self.decoder.dtype) / self.ahead
        N = encoder.output.shape[1]
        decoder = self.decoder.forward(np.repeat(clock[:, None, None], N, axis=1), encoder.final_state, rng=rng)
        return self.readout.forward(decoder.output), ForecasterTrace(encoder, decoder)

    @np.errstate(under="ignore")
    def loss_and_gradients(
        self, batch: Batch, state: Any = None, *, rng: RNG = None
    ) -> tuple[float, dict[str, Array], ForecasterTrace]:
        """Return the mean squared error on a Batch with targets (A, N, K), its gradients by name, and the records."""
        targets = real_array("Forecaster", "targets", batch.targets)
        predictions, trace = self.forward(batch.x, state, rng=rng)
        loss, d_predictions = losses.mean_squared_error(predictions, targets, batch.mask)
        d_output, d_readout = self.readout.backward(trace.decoder.output, d_predictions)
        d_decoder = self.decoder.backward(trace.decoder, d_output)
        d_encoder = self.encoder.backward(trace.encoder, np.zeros_like(trace.encoder.output), d_decoder.initial_state)
        gradients = {f"encoder.{name}": d for name, d in d_encoder.parameters.items()}
        gradients |= {f"decoder.{name}": d for name, d in d_decoder.parameters.items()}
        return loss, gradients | {f"readout.{name}": d for name, d in d_readout.items()}, trace
