"""Layers to and from PyTorch's modules."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from lstm_tutor import layers
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.state_dicts import layer_of, tensors_of

__all__ = ["counterpart", "from_module", "to_torch"]

MODULES: dict[type[RecurrentLayer], Callable[..., nn.RNNBase]] = {
    layers.RNN: nn.RNN, layers.LSTM: nn.LSTM, layers.GRU: nn.GRU,
}  # fmt: skip


def counterpart(layer: RecurrentLayer) -> Callable[..., nn.RNNBase] | None:
    """Return PyTorch's type of module for `layer`, or None if PyTorch has no such cell."""
    if isinstance(layer, layers.GRU) and not layer.config()["reset_after"]:
        return None
    return MODULES.get(type(layer))


# -- from PyTorch ------------------------------------------------------------------------------------------------------


def from_module(module: Any) -> RecurrentLayer:
    """Return the layer that computes what a PyTorch module computes; :func:`lstm_tutor.from_torch` calls it."""
    if type(module) not in MODULES.values():
        raise ValueError(f"from_torch: expected {_expected()}, got {_described(module)}")
    options = {"nonlinearity": module.nonlinearity} if type(module) is nn.RNN else {}
    return layer_of(tensors_of(module.state_dict(), ""), dropout=module.dropout, **options)


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
