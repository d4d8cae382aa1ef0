"""Layers from PyTorch's state dicts, which may hold a whole model; to read one of arrays takes no PyTorch.

PyTorch keeps two biases where one suffices: loading adds them.
"""

import importlib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor import layers
from lstm_tutor.checks import real_array
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import Array

__all__ = ["Shape", "arrays_of", "from_torch", "layer_of", "shape_of", "tensors_of"]

BLOCKS = {1: layers.RNN, 3: layers.GRU, 4: layers.LSTM}  # how many blocks of H rows PyTorch's weights have
DTYPES = ("float64", "float32")
NAME = re.compile(r"((?:weight|bias)_(?:ih|hh|hr))_l(\d+)(_reverse)?")  # weight_hr is a projection's
STEM = r"(?P<name>(?:weight|bias)_(?:ih|hh|hr)_l\d+(?:_reverse)?)"

# Where a library keeps the parts of a weight instead of the weight: the pattern of such a name, what does it, and the
# line that puts the weight itself into a state dict `d`; `p` stands before the names.
PARTS = (
    (
        re.compile(rf"{STEM}_raw"),
        "weight dropout keeps the whole weight there, and a dropped copy under the plain name",
        "d['{p}{name}'] = d.pop('{p}{name}_raw')",
    ),
    (
        re.compile(rf"{STEM}_[gv]"),
        "weight normalization keeps length and direction apart",
        "d['{p}{name}'] = (v := d.pop('{p}{name}_v')) * d.pop('{p}{name}_g') / v.norm(dim={axes}, keepdim=True)",
    ),
    (
        re.compile(rf"parametrizations\.{STEM}\.original[01]"),
        "weight normalization keeps length and direction apart",
        "d['{p}{name}'] = (v := d.pop('{p}parametrizations.{name}.original1')) * "
        "d.pop('{p}parametrizations.{name}.original0') / v.norm(dim={axes}, keepdim=True)",
    ),
    (
        re.compile(rf"{STEM}_(?:orig|mask)"),
        "pruning keeps the weight and a mask",
        "d['{p}{name}'] = d.pop('{p}{name}_orig') * d.pop('{p}{name}_mask')",
    ),
)
READERS = {
    ".npz": "lt.from_torch(numpy.load({path!r}))",
    ".safetensors": "lt.from_torch(safetensors.numpy.load_file({path!r}))",
}


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

    >>> import torch, lstm_tutor as lt
    >>> my_lstm, x = torch.nn.LSTM(3, 5, batch_first=True), torch.ones(2, 7, 3)  # yours
    >>> layer = lt.from_torch(my_lstm)
    >>> trace = layer.forward(x.swapaxes(0, 1).numpy())  # (T, N, D); only batch_first needs the swapaxes
    >>> axes = lt.plots.gate_heatmap(trace, "f")
    >>> trace["f"].shape  # the forget gate at each of 7 steps, of 2 sequences and 5 units
    (7, 2, 5)
    """
    if isinstance(source, Mapping | str | os.PathLike):
        return layer_of(tensors_of(source, prefix), nonlinearity=nonlinearity)
    if prefix is not None or nonlinearity is not None:
        raise ValueError("from_torch: expected prefix and nonlinearity only with a state dict, got them with a module")
    return importlib.import_module("lstm_tutor.reference.convert").from_module(source)  # it knows PyTorch, we do not


class Shape(NamedTuple):
    """What the names of a module's tensors say about it."""

    num_layers: int
    bidirectional: bool


def tensors_of(source: Any, prefix: str | None) -> dict[str, Any]:
    """Return the tensors of one recurrent module, by their names without the prefix.

    Every name under the prefix must be understood: a tensor that is overlooked would make another layer of it.

    Raises
    ------
    ValueError
        If there is no such module, more than one without a prefix, or a name that is not understood.
    """
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        line = READERS.get(os.path.splitext(path)[1], "lt.from_torch(torch.load({path!r}, weights_only=True))")
        raise ValueError(
            f"from_torch: expected a module or a state dict, got a path; {line.format(path=path)} loads it"
        )
    names = [str(key) for key in source]
    modules: dict[str, list[str]] = {}  # what stands before the names, with its dot -> the keys
    for name in names:
        before, dot, last = name.rpartition(".")
        if NAME.fullmatch(last):
            modules.setdefault(before + dot, []).append(name)
    _refuse_parts(source, names, modules, prefix)
    if not modules:
        _refuse_parametrizations(names)
        _refuse_without_names(source, names)
    by_prefix = {before.removesuffix("."): before for before in modules}
    if prefix is None and len(modules) == 1:
        (before,) = modules
    elif isinstance(prefix, str) and prefix.removesuffix(".") in by_prefix:
        before = by_prefix[prefix.removesuffix(".")]
    else:
        raise ValueError(f"from_torch: expected prefix to be one of {list(by_prefix)}, got {prefix!r}")
    by_name = {str(key): tensor for key, tensor in source.items()}
    _refuse_parametrizations(name for name in names if name.startswith(before))
    # At the top of a state dict, names with a dot are other modules'; below, they are parts of this one.
    own = [name for name in names if name.startswith(before) and (before or "." not in name)]
    strangers = [name for name in own if name not in modules[before] and _matters(name, by_name[name])]
    if strangers:
        raise ValueError(
            f"from_torch: expected the tensors of an RNN, an LSTM or a GRU, got {strangers} besides; if they belong to "
            "another module, leave them out"
        )
    return {name.removeprefix(before): by_name[name] for name in modules[before]}


def _matters(name: str, value: Any) -> bool:
    """Say whether a module with this entry may compute something else: a counter of steps, say, does not."""
    last = name.rpartition(".")[2]
    dtype = str(getattr(value, "dtype", ""))
    return last.startswith(("weight", "bias")) or getattr(value, "ndim", 0) > 0 or "float" in dtype


def _refuse_parts(source: Mapping, names: Iterable[str], modules: Iterable[str], prefix: str | None) -> None:
    """Refuse a state dict that holds parts of the module's weights, and say the line that joins them."""
    for name in names:
        for pattern, reason, line in PARTS:
            match = re.fullmatch(rf"(?P<p>(?:.*\.)?){pattern.pattern}", name)
            if match is None:
                continue
            before = match["p"]
            asked = [prefix.removesuffix(".") + "." if prefix else ""] if prefix is not None else [*modules, before]
            # Weight dropout wraps the module: its raw weights stand one level above the plain ones.
            if any(each == before or each.startswith(before) for each in asked):
                lengths = source.get(f"{before}{match['name']}_g", source.get(re.sub("original1$", "original0", name)))
                shape = getattr(lengths, "shape", (0, 1))  # one length a row, unless weight_norm had another dim
                axes = [axis for axis in range(2) if len(shape) != 2 or shape[axis] == 1]  # what each is a norm over
                plain = next((each for each in modules if each.startswith(before)), before)
                raise ValueError(
                    f"from_torch: expected whole weights, got {name!r}; {reason}. With the state dict d, this line "
                    f"makes it one that can be loaded: {line.format(p=before, name=match['name'], axes=axes)}"
                    + (f"; then {before!r} becomes {plain!r} in the new name" if plain != before else "")
                )


def _refuse_parametrizations(names: Iterable[str]) -> None:
    """Refuse a state dict whose weights are computed from others in a way that it does not say."""
    hidden = [name for name in names if re.fullmatch(rf"(?:.*\.)?parametrizations\.{STEM}\..*", name)]
    if hidden:
        raise ValueError(
            f"from_torch: expected whole weights, got {hidden}; a parametrization computes the weight from these. "
            "torch.nn.utils.parametrize.remove_parametrizations(module, name) makes a plain weight of each again"
        )


def _refuse_without_names(source: Mapping, names: list[str]) -> None:
    """Refuse a mapping that is no state dict, and say where one is inside it."""
    for key, value in source.items():
        if isinstance(value, Mapping) and any(NAME.fullmatch(str(name).rpartition(".")[2]) for name in value):
            raise ValueError(
                f"from_torch: expected a state dict, got a checkpoint that holds one; "
                f"lt.from_torch(checkpoint[{key!r}]) loads it"
            )
    raise ValueError(
        f"from_torch: expected names such as 'weight_ih_l0' in the state dict, got {names[:8]}"
        + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    )


def shape_of(tensors: Mapping[str, Any]) -> Shape:
    """Return how many layers and directions the names say there are; ValueError if a whole module has more names."""
    parts = [match.groups() for name in tensors if (match := NAME.fullmatch(name))]
    num_layers, both = 1 + max(int(k) for _, k, _ in parts), any(reverse for *_, reverse in parts)
    kinds = ["weight_ih", "weight_hh"] + ["bias_ih", "bias_hh"] * any(kind.startswith("bias") for kind, *_ in parts)
    whole = [f"{kind}_l{k}{reverse}" for k in range(num_layers) for reverse in ("", "_reverse")[: 1 + both]
             for kind in kinds]  # fmt: skip
    missing = [name for name in whole if name not in tensors]
    if missing:
        raise ValueError(f"from_torch: expected the tensors {whole}, got all but {missing}")
    return Shape(num_layers, both)


def _array_of(name: str, value: Any) -> tuple[Array | None, str]:
    """Return an array or tensor as an array in memory order, and its dtype; None if its numbers cannot be had."""
    if isinstance(value, np.ndarray):  # it may be read-only, reversed, or of another byte order
        array = real_array("from_torch", name, value)
        return np.array(array, array.dtype.newbyteorder("=")), array.dtype.name
    if not all(hasattr(value, part) for part in ("shape", "ndim", "dtype")):
        raise ValueError(f"from_torch: expected {name} to be a tensor, got {type(value).__name__}")
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype not in DTYPES or getattr(value, "is_meta", False):
        return None, dtype
    return (value.detach().cpu().numpy() if hasattr(value, "detach") else np.asarray(value)), dtype


def arrays_of(tensors: Mapping[str, Any]) -> dict[str, Array]:
    """Return the tensors as arrays, once they are known to be numbers of one dtype that the package has."""
    arrays = {}
    for name, value in tensors.items():
        array, dtype = _array_of(name, value)
        if dtype not in DTYPES:
            raise ValueError(
                f"from_torch: expected dtype float32 or float64, got {dtype} for {name}; .float() converts a module, "
                "{name: tensor.float() for name, tensor in d.items()} a state dict d"
            )
        if value.ndim != (2 if name.startswith("weight") else 1) or 0 in value.shape:
            raise ValueError(f"from_torch: expected {name} to be a matrix or a bias, got shape {tuple(value.shape)}")
        if array is None:
            raise ValueError(f"from_torch: expected numbers, got {name} on the meta device, which holds none")
        arrays[name] = array
    dtypes = {name: array.dtype.name for name, array in arrays.items()}
    if len(set(dtypes.values())) > 1:
        raise ValueError(f"from_torch: expected tensors of one dtype, got {dtypes}")
    return arrays


def layer_of(tensors: Mapping[str, Any], *, dropout: float = 0.0, nonlinearity: str | None = None) -> RecurrentLayer:
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
