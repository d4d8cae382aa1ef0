"""Layers to and from PyTorch's modules. PyTorch keeps two biases where one suffices: loading adds them."""

import numpy as np
import torch
from torch import nn

from lstm_tutor import layers

__all__ = ["from_torch", "to_torch"]


MODULES = {layers.RNN: nn.RNN, layers.LSTM: nn.LSTM, layers.GRU: nn.GRU}


def counterpart(layer):
    """PyTorch's type of module for `layer`, or None if PyTorch has no such cell."""
    if isinstance(layer, layers.GRU) and not layer.cells[0][0].reset_after:
        return None
    return MODULES.get(type(layer))


def from_torch(module):
    """The layer that computes what a PyTorch module computes; the dtype is kept.

    Parameters
    ----------
    module : torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU, any number of layers and directions, with biases or without.
        `batch_first` concerns only how PyTorch's input is laid out; the layer is time-major, as always.

    Returns
    -------
    lstm_tutor.RNN, lstm_tutor.LSTM or lstm_tutor.GRU

    Raises
    ------
    ValueError : the module is of another type, or projects its hidden state (`proj_size`)
    """
    layer_type = {module_type: kind for kind, module_type in MODULES.items()}.get(type(module))
    if layer_type is None:
        expected = " or ".join(f"torch.nn.{module_type.__name__}" for module_type in MODULES.values())
        raise ValueError(f"from_torch: expected {expected}, got {type(module).__module__}.{type(module).__qualname__}")
    if module.proj_size:
        raise ValueError(f"from_torch: expected no projection, got proj_size={module.proj_size}")
    source = {name: tensor.detach().cpu().numpy() for name, tensor in module.state_dict().items()}
    layer = layer_type(
        module.input_size, module.hidden_size, num_layers=module.num_layers, bidirectional=module.bidirectional,
        dropout=module.dropout, dtype=source["weight_ih_l0"].dtype, rng=0,
        **({"nonlinearity": module.nonlinearity} if isinstance(module, nn.RNN) else {}),
    )  # fmt: skip
    for cell, suffix in layer.named_cells():
        size = cell.bias.size
        bias_ih, bias_hh = (source.get(name + suffix, np.zeros(size, cell.dtype)) for name in ("bias_ih", "bias_hh"))
        if isinstance(layer, layers.GRU):  # the reset gate multiplies the candidate's second bias: it stays apart
            source["bias_hn" + suffix] = bias_hh[cell.rows("n")]
            bias_hh = np.where(np.arange(size) < cell.rows("n").start, bias_hh, 0)
        source["bias" + suffix] = bias_ih + bias_hh
    parameters = {name: source[name] for name in layer.parameters()}
    layer.load_parameters(parameters)
    return layer


def to_torch(layer):
    """The PyTorch module that computes what `layer` computes: ``bias_ih = b, bias_hh = 0``, but for the
    GRU's ``b_hn``, which is the last part of ``bias_hh``. The dtype is kept.

    Raises
    ------
    ValueError : PyTorch has no such cell
    """
    module_type = counterpart(layer)
    if module_type is None:
        options = ", ".join(f"{name}={value!r}" for name, value in layer.cell_options.items())
        raise ValueError(f"to_torch: PyTorch has no counterpart of {type(layer).__name__}({options})")
    options = {"nonlinearity": layer.cells[0][0].nonlinearity} if module_type is nn.RNN else {}
    module = module_type(
        layer.input_size, layer.hidden_size, num_layers=layer.num_layers, bidirectional=layer.bidirectional,
        dropout=layer.dropout, dtype=getattr(torch, layer.dtype.name), **options,
    )  # fmt: skip
    with torch.no_grad():
        for cell, suffix in layer.named_cells():
            getattr(module, "weight_ih" + suffix).copy_(torch.from_numpy(cell.weight_ih))
            getattr(module, "weight_hh" + suffix).copy_(torch.from_numpy(cell.weight_hh))
            getattr(module, "bias_ih" + suffix).copy_(torch.from_numpy(cell.bias))
            bias_hh = getattr(module, "bias_hh" + suffix).zero_()
            if isinstance(layer, layers.GRU):
                bias_hh[cell.rows("n")] = torch.from_numpy(cell.bias_hn)
    return module
