"""Layers to and from PyTorch's modules. PyTorch keeps two biases where one suffices: loading adds them."""

import re
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from lstm_tutor import layers

__all__ = ["from_torch", "to_torch"]


MODULES = {layers.RNN: nn.RNN, layers.LSTM: nn.LSTM, layers.GRU: nn.GRU}
BLOCKS = {1: layers.RNN, 3: layers.GRU, 4: layers.LSTM}  # how many blocks of H rows PyTorch's weights have
DTYPES = (torch.float64, torch.float32)
NAME = re.compile(r"((?:weight|bias)_(?:ih|hh|hr))_l(\d+)(_reverse)?")  # weight_hr is a projection's


def counterpart(layer):
    """PyTorch's type of module for `layer`, or None if PyTorch has no such cell."""
    if isinstance(layer, layers.GRU) and not layer.cells[0][0].reset_after:
        return None
    return MODULES.get(type(layer))


# -- from PyTorch ------------------------------------------------------------------------------------------------------


def from_torch(source, *, prefix=None, nonlinearity=None):
    """The layer that computes what a PyTorch module computes; the dtype is kept.

    What a trained `nn.LSTM` does with a sequence is seen like this:

    >>> import lstm_tutor as lt
    >>> my_lstm, x = torch.nn.LSTM(3, 5, batch_first=True), torch.ones(2, 7, 3)  # yours
    >>> layer = lt.from_torch(my_lstm)
    >>> trace = layer.forward(x.swapaxes(0, 1).numpy())  # (T, N, D); only batch_first needs the swapaxes
    >>> axes = lt.plots.gate_heatmap(trace, "f")
    >>> trace["f"].shape  # the forget gate at each of 7 steps, of 2 sequences and 5 units
    (7, 2, 5)

    The layer is time-major whatever the module's `batch_first` is: turn inputs (N, T, D) with ``x.swapaxes(0, 1)``, and
    outputs back. It has biases, of zero if the module has none. A state dict does not tell the dropout; it is 0 then.

    Parameters
    ----------
    source : torch.nn.RNN, torch.nn.LSTM or torch.nn.GRU, any number of layers and directions, with biases or without,
        on any device; or the names and tensors of one, as its ``state_dict()`` and ``torch.load`` return them. What the
        module is follows from the names and shapes then: 4 blocks of rows are an LSTM, 3 a GRU, 1 an RNN. Other
        modules' tensors may be among them.
    prefix : None, or str, what stands before the names in a state dict, such as "encoder.lstm"; may be left out if all
        recurrent weights have the same
    nonlinearity : None, "tanh" or "relu", that of an RNN in a state dict, which does not tell; tanh if None

    Returns
    -------
    lstm_tutor.RNN, lstm_tutor.LSTM or lstm_tutor.GRU

    Raises
    ------
    ValueError : the module is of another type; no tensors, or those of several modules, have that prefix; tensors are
        missing or do not fit together, are neither float32 nor float64 (what half precision rounds, this package would
        not), or are on the meta device, which holds no numbers; the hidden state is projected (`proj_size`)
    """
    if isinstance(source, Mapping):
        return _from_tensors(_named(source, prefix), nonlinearity=nonlinearity)
    if prefix is not None or nonlinearity is not None:
        raise ValueError("from_torch: expected prefix and nonlinearity only with a state dict, got them with a module")
    if type(source) not in MODULES.values():
        raise ValueError(f"from_torch: expected {_expected()}, got {_described(source)}")
    options = {"nonlinearity": source.nonlinearity} if type(source) is nn.RNN else {}
    return _from_tensors(_named(source.state_dict(), ""), dropout=source.dropout, **options)


def _expected():
    return " or ".join(f"torch.nn.{module_type.__name__}" for module_type in MODULES.values())


def _described(source):
    """The type of what is no recurrent module, and which of its parts are."""
    kind = f"{type(source).__module__}.{type(source).__qualname__}"
    parts = source.named_modules() if isinstance(source, nn.Module) else ()
    inside = [f"module.{name}" for name, part in parts if type(part) in MODULES.values()]
    return kind + (f"; give one of its parts: {', '.join(inside)}" if inside else "")


def _named(source, prefix):
    """The tensors of one module, by their names without the prefix."""
    found = {}
    for key, tensor in source.items():
        before, dot, name = str(key).rpartition(".")
        if NAME.fullmatch(name):
            found.setdefault(before + dot, {})[name] = tensor
    if not found:
        keys = [str(key) for key in source]
        raise ValueError(
            f"from_torch: expected names such as 'weight_ih_l0' in the state dict, got {keys[:8]}"
            + (f" and {len(keys) - 8} more" if len(keys) > 8 else "")
        )
    if prefix is None and len(found) == 1:
        return next(iter(found.values()))
    by_prefix = {before.removesuffix("."): tensors for before, tensors in found.items()}
    if not isinstance(prefix, str) or prefix.removesuffix(".") not in by_prefix:
        raise ValueError(f"from_torch: expected prefix to be one of {list(by_prefix)}, got {prefix!r}")
    return by_prefix[prefix.removesuffix(".")]


def _from_tensors(tensors, *, dropout=0.0, nonlinearity=None):
    """The layer with these weights; `tensors` are named as PyTorch names those of one module."""
    projected = next((tensor for name, tensor in tensors.items() if name.startswith("weight_hr")), None)
    if projected is not None:
        raise ValueError(f"from_torch: expected no projection, got proj_size={projected.shape[0]}")
    num_layers, bidirectional = _check_names(tensors)
    arrays = _arrays(tensors)
    rows, H = arrays["weight_hh_l0"].shape
    layer_type = BLOCKS.get(rows / H)
    if layer_type is None:
        got = (rows, H)
        raise ValueError(f"from_torch: expected weight_hh_l0 of shape (H, H), (3 H, H) or (4 H, H), got {got}")
    options = {} if nonlinearity is None else {"nonlinearity": nonlinearity}
    if options and layer_type is not layers.RNN:
        raise ValueError(f"from_torch: expected nonlinearity only for an RNN, got it for the {layer_type.__name__}")
    layer = layer_type(
        arrays["weight_ih_l0"].shape[1], H, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout,
        dtype=arrays["weight_hh_l0"].dtype, rng=0, **options,
    )  # fmt: skip
    for cell, suffix in layer.named_cells():
        bias_ih, bias_hh = (arrays.pop(name + suffix, np.zeros_like(cell.bias)) for name in ("bias_ih", "bias_hh"))
        if not bias_ih.shape == bias_hh.shape == cell.bias.shape:
            got = f"{bias_ih.shape} and {bias_hh.shape}"
            raise ValueError(f"from_torch: expected both biases{suffix} of shape {cell.bias.shape}, got {got}")
        if isinstance(layer, layers.GRU):  # the reset gate multiplies the candidate's second bias: it stays apart
            arrays["bias_hn" + suffix] = bias_hh[cell.rows("n")]
            bias_hh = np.where(np.arange(cell.bias.size) < cell.rows("n").start, bias_hh, 0)
        arrays["bias" + suffix] = bias_ih + bias_hh
    layer.load_parameters(arrays)
    return layer


def _check_names(tensors):
    """(number of layers, whether there are two directions); ValueError unless the names are those of a whole module."""
    parts = [NAME.fullmatch(name).groups() for name in tensors]
    num_layers, both = 1 + max(int(k) for _, k, _ in parts), any(reverse for *_, reverse in parts)
    kinds = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * any(kind.startswith("bias") for kind, *_ in parts)
    whole = [f"{kind}_l{k}{reverse}" for k in range(num_layers) for reverse in ("", "_reverse")[: 1 + both]
             for kind in kinds]  # fmt: skip
    missing = [name for name in whole if name not in tensors]
    if missing:
        raise ValueError(f"from_torch: expected the tensors {whole}, got all but {missing}")
    return num_layers, both


def _arrays(tensors):
    """The tensors as arrays, once they are known to be numbers of one dtype that the package has."""
    arrays = {}
    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor):
            raise ValueError(f"from_torch: expected {name} to be a tensor, got {type(tensor).__name__}")
        if tensor.dtype not in DTYPES:
            got = str(tensor.dtype).removeprefix("torch.")
            raise ValueError(
                f"from_torch: expected dtype float32 or float64, got {got} for {name}; .float() converts it"
            )
        if tensor.ndim != (2 if name.startswith("weight") else 1) or 0 in tensor.shape:
            raise ValueError(f"from_torch: expected {name} to be a matrix or a bias, got shape {tuple(tensor.shape)}")
        if tensor.is_meta:
            raise ValueError(f"from_torch: expected numbers, got {name} on the meta device, which holds none")
        arrays[name] = tensor.detach().cpu().numpy()
    dtypes = {name: array.dtype.name for name, array in arrays.items()}
    if len(set(dtypes.values())) > 1:
        raise ValueError(f"from_torch: expected tensors of one dtype, got {dtypes}")
    return arrays


# -- to PyTorch --------------------------------------------------------------------------------------------------------


def to_torch(layer):
    """The PyTorch module that computes what `layer` computes: ``bias_ih = b, bias_hh = 0``, but for the
    GRU's ``b_hn``, which is the last part of ``bias_hh``. The dtype is kept; the module is time-major, as the layer.

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
