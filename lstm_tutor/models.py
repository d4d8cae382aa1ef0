"""A recurrent layer with a linear read-out: the model of every experiment that predicts something at each step."""

import numpy as np

from lstm_tutor import losses
from lstm_tutor.checks import float_dtype, positive_int
from lstm_tutor.module import Module

__all__ = ["Linear", "SequenceModel"]


class Linear(Module):
    """``y = W h + b`` at every step.

    Parameters
    ----------
    input_size, output_size : int
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    weight : array (output_size, input_size), drawn from U(-1/sqrt(input_size), 1/sqrt(input_size))
    bias : array (output_size,), zeros
    """

    def __init__(self, input_size, output_size, *, dtype=np.float64, rng=None):
        super().__init__()
        self.input_size = positive_int("Linear", "input_size", input_size)
        self.output_size = positive_int("Linear", "output_size", output_size)
        self.dtype = float_dtype("Linear", dtype)
        bound = 1 / np.sqrt(self.input_size)
        self.weight = np.random.default_rng(rng).uniform(-bound, bound, self.shapes()["weight"]).astype(self.dtype)
        self.bias = np.zeros(self.shapes()["bias"], self.dtype)

    def shapes(self):
        return {"weight": (self.output_size, self.input_size), "bias": (self.output_size,)}

    def forward(self, h):
        """h (..., input_size) to y (..., output_size)."""
        return h @ self.weight.T + self.bias

    def backward(self, h, dy):
        """dL/dh, and dL/d(each parameter), from dL/dy."""
        rows = dy.reshape(-1, dy.shape[-1])
        return dy @ self.weight, {"weight": rows.T @ h.reshape(-1, h.shape[-1]), "bias": rows.sum(axis=0)}


class SequenceModel(Module):
    """A recurrent layer, a linear read-out at every step, and the loss that fits what is predicted.

    Parameters
    ----------
    layer : a recurrent layer
    output_size : int, K, the number of values read out at each step
    loss : "softmax_cross_entropy", "binary_cross_entropy" or "mean_squared_error"
    rng : int seed or numpy.random.Generator for the read-out's weights
    """

    def __init__(self, layer, output_size, *, loss="softmax_cross_entropy", rng=None):
        if loss not in losses.STEP_LOSSES:
            raise ValueError(f"SequenceModel: expected loss to be one of {losses.STEP_LOSSES}, got {loss!r}")
        super().__init__()
        self.layer, self.loss_name = layer, loss
        self.output_size = positive_int("SequenceModel", "output_size", output_size)
        self.readout = Linear(layer.hidden_size * layer.num_directions, self.output_size, dtype=layer.dtype, rng=rng)
        self.loss = getattr(losses, loss)

    @property
    def State(self):
        """The type of the state that is carried from batch to batch: the layer's."""
        return self.layer.State

    def parts(self):
        return {"layer": self.layer, "readout": self.readout}

    def config(self):
        return super().config() | {"loss": self.loss_name}

    def forward(self, x, state=None, lengths=None, *, rng=None):
        """Predictions (T, N, K) and the layer's Trace; arguments as the layer's ``forward``."""
        trace = self.layer.forward(x, state, lengths, rng=rng)
        return self.readout.forward(trace.output), trace

    def loss_and_gradients(self, batch, state=None, *, rng=None):
        """The loss on a :class:`lstm_tutor.tasks.Batch`, and its gradients.

        Returns
        -------
        loss : float
        gradients : dict of name -> array, named as the parameters
        trace : Trace
        """
        predictions, trace = self.forward(batch.x, state, batch.lengths, rng=rng)
        loss, d_predictions = self.loss(predictions, batch.targets, batch.mask)
        d_output, d_readout = self.readout.backward(trace.output, d_predictions)
        d_layer = self.layer.backward(trace, d_output).parameters
        gradients = {f"layer.{name}": d for name, d in d_layer.items()}
        gradients |= {f"readout.{name}": d for name, d in d_readout.items()}
        return loss, gradients, trace
