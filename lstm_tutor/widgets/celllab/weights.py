"""The weights of the cell lab: one set by name, which all cells share, and the layer that a cell makes of it."""

from typing import Any, TypeAlias

import numpy as np

from lstm_tutor import layers
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import ArrayLike

__all__ = ["CELLS", "NAMES", "layer_of", "merged", "names_of", "named", "weights_of"]

Weights: TypeAlias = dict[str, Any]  # by shared name: a number, or nested lists

# Each cell's blocks, in the order of the package's rows: the block whose weights it takes, and their sign. The vanilla
# RNN is the candidate alone. The GRU's n is the candidate; its r takes the forget gate's weights, since both shut off
# the past; its z takes the input gate's with the opposite sign, so that z = 1 - i keeps what i would overwrite.
CELLS = {
    "RNN": {"h": ("g", 1)},
    "LSTM1997": {"i": ("i", 1), "g": ("g", 1), "o": ("o", 1)},
    "LSTM": {"i": ("i", 1), "f": ("f", 1), "g": ("g", 1), "o": ("o", 1)},
    "PeepholeLSTM": {"i": ("i", 1), "f": ("f", 1), "g": ("g", 1), "o": ("o", 1)},
    "GRU": {"r": ("f", 1), "z": ("i", -1), "n": ("g", 1)},
}
BLOCKS, PEEPING = "ifgo", "ifo"
NAMES = [f"{kind}{block}" for block in BLOCKS for kind in ("W_x", "W_h", "b_")] + ["p_i", "p_f", "p_o", "b_hn"]


def _aliases() -> dict[str, tuple[str, int]]:
    """The names that a cell's own letters give to shared weights: name -> (shared name, sign)."""
    known = {name: (name, 1) for name in NAMES}
    for letter, (block, sign) in CELLS["GRU"].items():
        known |= {f"{kind}{letter}": (f"{kind}{block}", sign) for kind in ("W_x", "W_h", "b_")}
    return known | {"W_x": ("W_xg", 1), "W_h": ("W_hg", 1), "b": ("b_g", 1)}


ALIASES = _aliases()


def names_of(cell: str, reset_after: bool = True) -> list[str]:
    """The shared names of all weights that a cell uses."""
    names = [f"{kind}{block}" for block, _ in CELLS[cell].values() for kind in ("W_x", "W_h", "b_")]
    if cell == "PeepholeLSTM":
        names += [f"p_{gate}" for gate in PEEPING]
    return [*names, "b_hn"] if cell == "GRU" and reset_after else names


def shape_of(name: str, D: int, H: int) -> tuple[int, ...]:
    """Shape of a weight: W_x (H, D), W_h (H, H), all others (H,)."""
    return {"W_x": (H, D), "W_h": (H, H)}.get(name[:3], (H,))


def named(given: object, D: int, H: int, who: str) -> Weights:
    """`given` under the shared names, checked, as the page takes them; a ValueError says what is wrong.

    Names may be a cell's own: ``W_xz`` of the GRU is minus ``W_xi``, ``W_h`` of the RNN is ``W_hg``.
    """
    if not isinstance(given, dict):
        raise ValueError(f"{who}: expected weights to be a dict of name -> number or array, got {given!r}")
    plain = {}
    for name, value in given.items():
        if name not in ALIASES:
            raise ValueError(f"{who}: expected weights named as one of {sorted(ALIASES)}, got {name!r}")
        shared, sign = ALIASES[name]
        shape = shape_of(shared, D, H)
        try:
            array = sign * np.asarray(value, dtype="f8")
        except (TypeError, ValueError):
            raise ValueError(f"{who}: expected {name} to be numbers of shape {shape}, got {value!r}") from None
        if (array.shape != shape and not (array.ndim == 0 and H == D == 1)) or not np.isfinite(array).all():
            raise ValueError(f"{who}: expected {name} to be finite, of shape {shape}, got {value!r}")
        if shared in plain:
            raise ValueError(f"{who}: {name} and another name both set {shared}")
        plain[shared] = as_plain(array)
    return plain


def as_plain(array: ArrayLike) -> Any:
    """A number of a cell of one unit and one input, else nested lists; never a negative zero."""
    array = np.asarray(array) + 0.0
    return float(array.reshape(())) if array.size == 1 else array.tolist()


def merged(weights: Weights, changes: Weights) -> Weights:
    """All weights, those of `changes` in place of those of `weights`."""
    return {**weights, **changes}


def layer_of(
    cell: str, weights: Weights, D: int, H: int, *, reset_after: bool = True, nonlinearity: str = "tanh"
) -> RecurrentLayer:
    """The layer that `cell` makes of the shared weights."""
    rows = [
        [
            sign * np.reshape(weights[f"{kind}{block}"], shape_of(f"{kind}{block}", D, H))
            for kind in ("W_x", "W_h", "b_")
        ]
        for block, sign in CELLS[cell].values()
    ]
    parameters = {
        name: np.concatenate(parts)
        for name, parts in zip(("weight_ih_l0", "weight_hh_l0", "bias_l0"), zip(*rows, strict=True), strict=True)
    }
    choices: dict[str, dict[str, Any]] = {"RNN": {"nonlinearity": nonlinearity}, "GRU": {"reset_after": reset_after}}
    options = choices.get(cell, {})
    if cell == "PeepholeLSTM":
        parameters["weight_peephole_l0"] = np.stack([np.reshape(weights[f"p_{gate}"], (H,)) for gate in PEEPING])
    if options.get("reset_after"):
        parameters["bias_hn_l0"] = np.reshape(weights["b_hn"], (H,))
    layer = getattr(layers, cell)(D, H, rng=0, **options)
    layer.load_parameters(parameters)
    return layer


def weights_of(layer: RecurrentLayer) -> Weights:
    """The shared weights in a layer's parameters, as the page takes them: what :func:`layer_of` undoes."""
    parameters = layer.parameters()
    letters = CELLS[type(layer).__name__]
    weights = {}
    for kind, name in zip(("W_x", "W_h", "b_"), ("weight_ih_l0", "weight_hh_l0", "bias_l0"), strict=True):
        parts = np.split(parameters[name].astype("f8"), len(letters))
        for part, (block, sign) in zip(parts, letters.values(), strict=True):
            weights[f"{kind}{block}"] = as_plain(sign * part)
    for gate, row in zip(PEEPING, parameters.get("weight_peephole_l0", ()), strict=False):
        weights[f"p_{gate}"] = as_plain(row)
    if "bias_hn_l0" in parameters:
        weights["b_hn"] = as_plain(parameters["bias_hn_l0"])
    return weights
