"""The tensors of one recurrent module, from a state dict that may hold a whole model."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch

from lstm_tutor.checks import real_array
from lstm_tutor.types import Array

__all__ = ["Shape", "arrays_of", "shape_of", "tensors_of"]

DTYPES = (torch.float64, torch.float32)
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


def _from_numpy(name: str, value: Array) -> torch.Tensor:
    """Return a copy in PyTorch's own layout: `value` may be read-only, reversed, or of another byte order."""
    array = real_array("from_torch", name, value)
    return torch.from_numpy(np.array(array, array.dtype.newbyteorder("=")))


def arrays_of(tensors: Mapping[str, Any]) -> dict[str, Array]:
    """Return the tensors as arrays, once they are known to be numbers of one dtype that the package has."""
    arrays = {}
    for name, value in tensors.items():
        try:
            tensor = _from_numpy(name, value) if isinstance(value, np.ndarray) else torch.as_tensor(value)
        except (TypeError, RuntimeError):
            tensor = None
        if tensor is None or not hasattr(value, "shape"):
            raise ValueError(f"from_torch: expected {name} to be a tensor, got {type(value).__name__}")
        if tensor.dtype not in DTYPES:
            got = str(tensor.dtype).removeprefix("torch.")
            raise ValueError(
                f"from_torch: expected dtype float32 or float64, got {got} for {name}; .float() converts a module, "
                "{name: tensor.float() for name, tensor in d.items()} a state dict d"
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
