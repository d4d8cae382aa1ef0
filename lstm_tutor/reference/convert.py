"""Layers to and from PyTorch's modules. PyTorch keeps two biases where one suffices: loading adds them."""

import numpy as np
import torch
from torch import nn

from lstm_tutor import layers

__all__ = ["from_torch", "to_torch"]


def _options(module):
    return {"nonlinearity": module.nonlinearity} if isinstance(module, nn.RNN) else {}


def from_torch(module):
    """The layer that computes what a PyTorch module computes; the dtype is kept.

    Parameters
    ----------
    module : torch.nn.RNN or torch.nn.LSTM, any number of layers and directions, with biases or without. `batch_first`
        concerns only how PyTorch's input is laid out; the layer is time-major, as always.

    Returns
    -------
    lstm_tutor.RNN or lstm_tutor.LSTM

    Raises
    ------
    ValueError : the module is of another type, or projects its hidden state (`proj_size`)
    """
    kinds = {nn.RNN: layers.RNN, nn.LSTM: layers.LSTM}
    layer_type = kinds.get(type(module))
    if layer_type is None:
        expected = " or ".join(f"torch.nn.{kind.__name__}" for kind in kinds)
        raise ValueError(f"from_torch: expected {expected}, got {type(module).__module__}.{type(module).__qualname__}")
    if module.proj_size:
        raise ValueError(f"from_torch: expected no projection, got proj_size={module.proj_size}")
    source = {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}
    layer = layer_type(
        module.input_size, module.hidden_size, num_layers=module.num_layers, bidirectional=module.bidirectional,
        dropout=module.dropout, dtype=source["weight_ih_l0"].dtype, rng=0, **_options(module),
    )  # fmt: skip
    parameters = {}
    for name, array in layer.parameters().items():
        if name.startswith("bias"):
            suffix = name.removeprefix("bias")
            zero = np.zeros_like(array)
            parameters[name] = source.get("bias_ih" + suffix, zero) + source.get("bias_hh" + suffix, zero)
        else:
            parameters[name] = source[name]
    layer.load_parameters(parameters)
    return layer


def to_torch(layer):
    """The PyTorch module that computes what `layer` computes: ``bias_ih = b, bias_hh = 0``; the dtype is kept.

    Raises
    ------
    ValueError : PyTorch has no such cell
    """
    kinds = {layers.RNN: nn.RNN, layers.LSTM: nn.LSTM}
    module_type = kinds.get(type(layer))
    if module_type is None:
        raise ValueError(f"to_torch: PyTorch has no counterpart of {type(layer).__name__}")
    options = {"nonlinearity": layer.cells[0][0].nonlinearity} if module_type is nn.RNN else {}
    module = module_type(
        layer.input_size, layer.hidden_size, num_layers=layer.num_layers, bidirectional=layer.bidirectional,
        dropout=layer.dropout, dtype=getattr(torch, layer.dtype.name), **options,
    )  # fmt: skip
    with torch.no_grad():
        for name, array in layer.parameters().items():
            if name.startswith("bias"):
                suffix = name.removeprefix("bias")
                getattr(module, "bias_ih" + suffix).copy_(torch.from_numpy(array))
                getattr(module, "bias_hh" + suffix).zero_()
            else:
                getattr(module, name).copy_(torch.from_numpy(array))
    return module
