"""Layers to and from PyTorch's modules. PyTorch keeps two biases where one suffices: loading adds them."""

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from lstm_tutor import layers
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.reference.state_dicts import arrays_of, shape_of, tensors_of

__all__ = ["counterpart", "from_torch", "to_torch"]

MODULES: dict[type[RecurrentLayer], Callable[..., nn.RNNBase]] = {
    layers.RNN: nn.RNN, layers.LSTM: nn.LSTM, layers.GRU: nn.GRU,
}  # fmt: skip
BLOCKS = {1: layers.RNN, 3: layers.GRU, 4: layers.LSTM}  # how many blocks of H rows PyTorch's weights have


def counterpart(layer: RecurrentLayer) -> Callable[..., nn.RNNBase] | None:
    """Return PyTorch's type of module for `layer`, or None if PyTorch has no such cell."""
    if isinstance(layer, layers.GRU) and not layer.config()["reset_after"]:
        return None
    return MODULES.get(type(layer))


# -- from PyTorch ------------------------------------------------------------------------------------------------------


def from_torch(source: Any, *, prefix: str | None = None, nonlinearity: str | None = None) -> RecurrentLayer:
    """Return the layer that computes what a PyTorch module computes; the dtype is kept.

    The layer is time-major whatever the module's `batch_first` is: turn inputs (N, T, D) with ``x.swapaxes(0, 1)``, and
    outputs back. It has biases, of zero if the module has none. A state dict does not contain the dropout, which is 0
    then.

    Parameters
    ----------
    source : torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU, or a state dict
        A module with any number of layers and directions, with biases or without, on any device; or the names and
        tensors of one, as its ``state_dict()``, ``torch.load`` or ``numpy.load`` return them. Names and shapes say
        what the module is: 4 blocks of rows are an LSTM, 3 a GRU, 1 an RNN. Other modules' tensors may be among them.
    prefix : str, optional
        What stands before the names in a state dict, such as "encoder.lstm". It may be left out if all recurrent
        weights have the same.
    nonlinearity : {"tanh", "relu"}, optional
        That of an RNN in a state dict, which does not contain it; tanh by default.

    Returns
    -------
    RNN, LSTM or GRU

    Raises
    ------
    ValueError
        If the module is of another type; if no tensors, or those of several modules, have that prefix; if a name under
        the prefix is not understood, or only parts of a weight are there (the error says the line that joins them);
        if tensors are missing or do not fit together, are neither float32 nor float64 (what half precision rounds,
        this package would not), or are on the meta device, which holds no numbers; if the hidden state is projected.

    Examples
    --------
    What a trained `nn.LSTM` does with a sequence is seen like this:

    >>> import lstm_tutor as lt
    >>> my_lstm, x = torch.nn.LSTM(3, 5, batch_first=True), torch.ones(2, 7, 3)  # yours
    >>> layer = lt.from_torch(my_lstm)
    >>> trace = layer.forward(x.swapaxes(0, 1).numpy())  # (T, N, D); only batch_first needs the swapaxes
    >>> axes = lt.plots.gate_heatmap(trace, "f")
    >>> trace["f"].shape  # the forget gate at each of 7 steps, of 2 sequences and 5 units
    (7, 2, 5)
    """
    if isinstance(source, Mapping | str | os.PathLike):
        return _from_tensors(tensors_of(source, prefix), nonlinearity=nonlinearity)
    if prefix is not None or nonlinearity is not None:
        raise ValueError("from_torch: expected prefix and nonlinearity only with a state dict, got them with a module")
    if type(source) not in MODULES.values():
        raise ValueError(f"from_torch: expected {_expected()}, got {_described(source)}")
    options = {"nonlinearity": source.nonlinearity} if type(source) is nn.RNN else {}
    return _from_tensors(tensors_of(source.state_dict(), ""), dropout=source.dropout, **options)


def _expected() -> str:
    return " or ".join(f"torch.nn.{module_type.__name__}" for module_type in MODULES.values())


def _described(source: Any) -> str:
    """Name the type of what is no recurrent module, and which of its parts are."""
    kind = f"{type(source).__module__}.{type(source).__qualname__}"
    if isinstance(source, nn.RNNBase) and nn.utils.parametrize.is_parametrized(source):
        names = ", ".join(repr(name) for name, _ in source.named_parameters() if name.startswith("parametrizations."))
        line = "torch.nn.utils.parametrize.remove_parametrizations(module, name)"
        return f"{kind} with parametrized weights; {line} makes a plain weight of each again: {names}"
    parts = source.named_modules() if isinstance(source, nn.Module) else ()
    inside = [f"module.{name}" for name, part in parts if type(part) in MODULES.values()]
    return kind + (f"; give one of its parts: {', '.join(inside)}" if inside else "")


def _from_tensors(tensors: Mapping, *, dropout: float = 0.0, nonlinearity: str | None = None) -> RecurrentLayer:
    """Return the layer with these weights; `tensors` are named as PyTorch names those of one module."""
    projected = next((tensor for name, tensor in tensors.items() if name.startswith("weight_hr")), None)
    if projected is not None:
        raise ValueError(f"from_torch: expected no projection, got proj_size={projected.shape[0]}")
    num_layers, bidirectional = shape_of(tensors)
    arrays = arrays_of(tensors)
    rows, H = arrays["weight_hh_l0"].shape
    layer_type = BLOCKS.get(rows / H)
    if layer_type is None:
        got = (rows, H)
        raise ValueError(f"from_torch: expected weight_hh_l0 of shape (H, H), (3 H, H) or (4 H, H), got {got}")
    options: dict[str, Any] = {} if nonlinearity is None else {"nonlinearity": nonlinearity}
    if options and layer_type is not layers.RNN:
        raise ValueError(f"from_torch: expected nonlinearity only for an RNN, got it for the {layer_type.__name__}")
    layer = layer_type(
        arrays["weight_ih_l0"].shape[1], H, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout,
        dtype=arrays["weight_hh_l0"].dtype, rng=0, **options,
    )  # fmt: skip
    for cell, suffix in layer.named_cells():
        bias_ih, bias_hh = (arrays.pop(name + suffix, np.zeros_like(cell.bias)) for name in ("bias_ih", "bias_hh"))
        if not bias_ih.shape == bias_hh.shape == cell.bias.shape:
            shapes = f"{bias_ih.shape} and {bias_hh.shape}"
            raise ValueError(f"from_torch: expected both biases{suffix} of shape {cell.bias.shape}, got {shapes}")
        if isinstance(layer, layers.GRU):  # the reset gate multiplies the candidate's second bias: it stays apart
            arrays["bias_hn" + suffix] = bias_hh[cell.rows("n")]
            bias_hh = np.where(np.arange(cell.bias.size) < cell.rows("n").start, bias_hh, 0)
        arrays["bias" + suffix] = bias_ih + bias_hh
    layer.load_parameters(arrays)
    return layer


# -- to PyTorch --------------------------------------------------------------------------------------------------------


def to_torch(layer: RecurrentLayer) -> nn.RNNBase:
    """Return the PyTorch module that computes what `layer` computes; the dtype is kept, and the module is time-major.

    ``bias_ih`` is the layer's bias and ``bias_hh`` zero, except for the GRU's ``b_hn``, the last part of ``bias_hh``.

    Parameters
    ----------
    layer : RNN, LSTM or GRU
        Of any number of layers and directions; a GRU with `reset_after`.

    Raises
    ------
    ValueError
        If it is no recurrent layer, or PyTorch has no such cell.
    """
    if not isinstance(layer, RecurrentLayer):
        raise ValueError(f"to_torch: expected a recurrent layer, got {type(layer).__name__}")
    module_type = counterpart(layer)
    if module_type is None:
        options = ", ".join(f"{name}={value!r}" for name, value in layer.cell_options.items())
        raise ValueError(f"to_torch: PyTorch has no counterpart of {type(layer).__name__}({options})")
    own = {"nonlinearity": layer.config()["nonlinearity"]} if module_type is nn.RNN else {}
    module = module_type(
        layer.input_size, layer.hidden_size, num_layers=layer.num_layers, bidirectional=layer.bidirectional,
        dropout=layer.dropout, dtype=getattr(torch, layer.dtype.name), **own,
    )  # fmt: skip
    with torch.no_grad():
        for cell, suffix in layer.named_cells():
            getattr(module, "weight_ih" + suffix).copy_(torch.from_numpy(cell.weight_ih))
            getattr(module, "weight_hh" + suffix).copy_(torch.from_numpy(cell.weight_hh))
            getattr(module, "bias_ih" + suffix).copy_(torch.from_numpy(cell.bias))
            bias_hh = getattr(module, "bias_hh" + suffix).zero_()
            if isinstance(layer, layers.GRU):
                bias_hh[cell.rows("n")] = torch.from_numpy(cell.parameters()["bias_hn"])
    return module
