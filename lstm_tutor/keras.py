"""Layers from the weights of Keras's LSTM, GRU and SimpleRNN. Keras itself is not needed.

Keras multiplies from the other side, ``x @ kernel``: its weights are this package's transposed. Its gates are in the
order i, f, c, o for the LSTM and z, r, h for the GRU; the GRU's z keeps the old state, as it does here.
"""

import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor import layers
from lstm_tutor.checks import check_archive, real_array
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import Array, ArrayLike

__all__ = ["from_keras"]

KINDS: dict[str, type[RecurrentLayer]] = {"LSTM": layers.LSTM, "GRU": layers.GRU, "SimpleRNN": layers.RNN}
BLOCKS = {4: "LSTM", 3: "GRU", 1: "SimpleRNN"}  # how many blocks of H columns Keras's weights have
NAMES = ("kernel", "recurrent_kernel", "bias")
NUMBERED = re.compile(r"(?:arr_)?(\d+)")  # as numpy.savez numbers what has no name
SAVE = "numpy.savez('lstm.npz', *keras_layer.get_weights())"


class _Weights(NamedTuple):
    """The arrays of one direction."""

    kernel: Array  # (D, G*H)
    recurrent_kernel: Array  # (H, G*H)
    bias: Array | None  # (G*H,), or (2, 3H) of a GRU with reset_after


def from_keras(
    weights: Sequence[ArrayLike] | Mapping[str, ArrayLike] | str | os.PathLike, *, kind: str | None = None,
    reset_after: bool | None = None, nonlinearity: str | None = None, bidirectional: bool | None = None,
) -> RecurrentLayer:  # fmt: skip
    """Return the layer that computes what one recurrent layer of Keras computes; the dtype is kept.

    The layer is time-major: turn Keras's inputs (N, T, D) with ``x.swapaxes(0, 1)``, and outputs back. It has a bias,
    of zero if the Keras layer has none. The gates' activation must be the sigmoid, and that of the LSTM and the GRU
    tanh, as they are by default: weights do not contain them.

    Parameters
    ----------
    weights : list of arrays, mapping of arrays, or path of an .npz
        What ``keras_layer.get_weights()`` returns: kernel (D, G*H), recurrent_kernel (H, G*H) and, unless
        ``use_bias=False``, bias (G*H,), which is (2, 3H) for a GRU with `reset_after`. A Bidirectional layer has these
        of the forward direction, then those of the backward one. The names of a mapping, or in a file, end in
        "kernel", "recurrent_kernel" and "bias", or they are numbers, as ``numpy.savez(path, *weights)`` gives.
    kind : {"LSTM", "GRU", "SimpleRNN"}, optional
        By default told from the shapes: G is 4, 3 or 1.
    reset_after : bool, optional
        That of a GRU. The shape of its bias tells; of a GRU without a bias it is True by default, as in Keras.
    nonlinearity : {"tanh", "relu"}, optional
        The activation of a SimpleRNN; tanh by default.
    bidirectional : bool, optional
        Whether the arrays are of two directions, whose outputs are joined (``merge_mode="concat"``). By default their
        number and shapes tell; it must be given if D = H, because two stacked layers look the same.

    Returns
    -------
    LSTM, GRU or RNN

    Raises
    ------
    ValueError
        If the number of arrays, their names or their shapes do not fit a layer or the options, or an array is neither
        float32 nor float64, or not finite.
    FileNotFoundError
        If there is no such file.

    References
    ----------
    Keras, ``keras/src/layers/rnn/lstm.py``, ``gru.py`` and ``simple_rnn.py``: ``LSTMCell.call`` and its siblings.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> weights = [rng.standard_normal(shape) for shape in ((3, 20), (5, 20), (20,))]  # keras_layer.get_weights()
    >>> from_keras(weights)
    LSTM(3, 5)
    >>> from_keras(weights).forward(np.ones((7, 2, 3)))["f"].shape
    (7, 2, 5)
    """
    arrays = _arrays(weights)
    directions = _directions(arrays, bidirectional)
    kernel, recurrent = directions[0][:2]
    D, H = len(kernel), len(recurrent)
    kind = _kind(kind, directions[0])
    _check_shapes(kind, directions)
    options: dict[str, Any] = {}
    if kind == "GRU":
        options["reset_after"] = _reset_after(directions[0].bias, reset_after)
    elif reset_after is not None:
        raise ValueError(f"from_keras: expected reset_after only for a GRU, got it for {kind}")
    if nonlinearity is not None:
        if kind != "SimpleRNN":
            raise ValueError(f"from_keras: expected nonlinearity only for a SimpleRNN, got it for {kind}")
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"from_keras: expected nonlinearity to be 'tanh' or 'relu', got {nonlinearity!r}")
        options["nonlinearity"] = nonlinearity
    layer = KINDS[kind](D, H, bidirectional=len(directions) == 2, dtype=kernel.dtype, rng=0, **options)
    parameters: dict[str, Array] = {}
    for (_, suffix), direction in zip(layer.named_cells(), directions, strict=True):
        parameters |= {name + suffix: array for name, array in _converted(kind, direction, options).items()}
    layer.load_parameters(parameters)
    return layer


# -- what was given ----------------------------------------------------------------------------------------------------


def _arrays(weights: Any) -> list[Array]:
    """Return the arrays in Keras's order, as finite numbers of one dtype."""
    if isinstance(weights, str | os.PathLike):
        weights = _read(os.fspath(weights))
    if isinstance(weights, Mapping):
        weights = _in_order(weights)
    if hasattr(weights, "get_weights"):
        raise ValueError("from_keras: expected arrays, got a Keras layer or model; give get_weights() of the layer")
    if not isinstance(weights, list | tuple):
        kind = type(weights).__name__
        raise ValueError(f"from_keras: expected a list of arrays, as layer.get_weights() returns, got {kind}")
    arrays = [real_array("from_keras", f"array {k}", array) for k, array in enumerate(weights)]
    arrays = [array.astype(array.dtype.newbyteorder("=")) for array in arrays]  # a file may be from another machine
    shapes = [array.shape for array in arrays]
    if len(arrays) not in (2, 3, 4, 6):
        raise ValueError(f"from_keras: expected the arrays of one layer: kernel, recurrent_kernel and bias, or those "
                         f"of two directions, got {len(arrays)} arrays of shapes {shapes}")  # fmt: skip
    for k, array in enumerate(arrays):
        if array.dtype not in (np.float32, np.float64) or array.dtype != arrays[0].dtype:
            dtypes = [each.dtype.name for each in arrays]
            raise ValueError(f"from_keras: expected all arrays in float32 or all in float64, got {dtypes}")
        if not np.isfinite(array).all():
            raise ValueError(f"from_keras: expected array {k}, of shape {array.shape}, to be finite, got NaN or inf")
    return arrays


def _read(path: str) -> dict[str, Array]:
    if not path.endswith(".npz"):
        raise ValueError(f"from_keras: expected the path of an .npz, got {path!r}; with Keras, {SAVE} writes one")
    try:
        with open(path, "rb") as file:
            check_archive(file)
            with np.load(file, allow_pickle=False) as entries:
                return {name: entries[name] for name in entries.files}
    except FileNotFoundError:
        raise
    except (ValueError, OSError, EOFError, AttributeError, TypeError, zipfile.BadZipFile) as error:
        raise ValueError(f"from_keras: expected an .npz of arrays, got {path}: {error}") from error


def _in_order(weights: Mapping[str, Any]) -> list[Any]:
    """Return the arrays of a mapping in Keras's order, forward before backward."""
    names = [str(name) for name in weights]
    by_name = {str(name): array for name, array in weights.items()}
    numbers = [NUMBERED.fullmatch(name) for name in names]
    if all(numbers):
        return [by_name[name] for name in sorted(names, key=lambda name: int(name.removeprefix("arr_")))]
    groups: dict[str, dict[str, Any]] = {}  # what stands before the names -> arrays by name
    for name in names:
        before, _, last = name.split(":")[0].rpartition("/")
        if last not in NAMES:
            raise ValueError(f"from_keras: expected names that end in {list(NAMES)}, or numbers, got {name!r}")
        groups.setdefault(before, {})[last] = by_name[name]
    ways = sorted(groups, key=lambda before: "backward" in before)
    directed = ["forward" in ways[0], "backward" in ways[-1]] if len(ways) == 2 else [len(ways) == 1]
    if not all(directed):
        raise ValueError(f"from_keras: expected the weights of one layer, got those of {list(groups)}")
    for before in ways:
        missing = {"kernel", "recurrent_kernel"} - groups[before].keys()
        if missing or groups[before].keys() != groups[ways[0]].keys():
            raise ValueError(f"from_keras: expected kernel, recurrent_kernel and maybe bias, got {names}")
    return [groups[before][name] for before in ways for name in NAMES if name in groups[before]]


def _directions(arrays: list[Array], bidirectional: bool | None) -> list[_Weights]:
    """Return the arrays by direction, of which there are one or two."""
    several = len(arrays) > 3
    shapes = [array.shape for array in arrays]
    if bidirectional is not None and bool(bidirectional) != several:
        wanted = "4 or 6 arrays with bidirectional=True" if bidirectional else "2 or 3 arrays with bidirectional=False"
        raise ValueError(f"from_keras: expected {wanted}, got {len(arrays)} of shapes {shapes}")
    if not several:
        return [_Weights(*arrays, *[None] * (3 - len(arrays)))]
    half = len(arrays) // 2
    if shapes[:half] != shapes[half:]:
        raise ValueError(f"from_keras: expected both directions to have arrays of the same shapes, got {shapes}; "
                         f"stacked layers are read one by one")  # fmt: skip
    if bidirectional is None and shapes[0] == shapes[1]:
        raise ValueError(f"from_keras: expected bidirectional=True for a Bidirectional layer with as many inputs as "
                         f"units, because two stacked layers look the same, got shapes {shapes}")  # fmt: skip
    return [_Weights(*each, *[None] * (3 - half)) for each in (arrays[:half], arrays[half:])]


def _kind(kind: str | None, weights: _Weights) -> str:
    """Return which of Keras's layers has these weights."""
    if kind is not None and kind not in KINDS:
        raise ValueError(f"from_keras: expected kind to be one of {list(KINDS)}, got {kind!r}")
    shape = weights.recurrent_kernel.shape
    blocks = BLOCKS.get(shape[1] / shape[0]) if len(shape) == 2 and shape[0] else None
    if blocks is None:
        raise ValueError(f"from_keras: expected recurrent_kernel of shape (H, 4 H), (H, 3 H) or (H, H), got {shape}")
    if kind not in (None, blocks):
        raise ValueError(f"from_keras: expected the weights of {kind}, got recurrent_kernel of shape {shape}, which is "
                         f"that of {blocks}")  # fmt: skip
    return blocks


def _check_shapes(kind: str, directions: list[_Weights]) -> None:
    """Raise ValueError unless all arrays fit the recurrent kernel of the first direction."""
    columns = directions[0].recurrent_kernel.shape[1]
    biases: tuple[tuple[int, ...], ...] = ((columns,), (2, columns)) if kind == "GRU" else ((columns,),)
    for kernel, _, bias in directions:
        if kernel.ndim != 2 or kernel.shape[1] != columns or not len(kernel):
            raise ValueError(f"from_keras: expected kernel of shape (D, {columns}), got {kernel.shape}")
        if bias is not None and bias.shape not in biases:
            wanted = " or ".join(map(str, biases))
            raise ValueError(f"from_keras: expected bias of shape {wanted}, got {bias.shape}")


def _reset_after(bias: Array | None, reset_after: bool | None) -> bool:
    """Return whether the GRU's reset gate comes after the product, which its bias tells."""
    if bias is None:
        return True if reset_after is None else bool(reset_after)
    if reset_after is not None and bool(reset_after) != (bias.ndim == 2):
        wanted = "(2, 3 H) with reset_after=True" if reset_after else "(3 H,) with reset_after=False"
        raise ValueError(f"from_keras: expected bias of shape {wanted}, got {bias.shape}")
    return bias.ndim == 2


# -- from Keras's weights to this package's ----------------------------------------------------------------------------


def _converted(kind: str, weights: _Weights, options: Mapping[str, Any]) -> dict[str, Array]:
    """Return the parameters of one cell, by their names without a suffix."""
    kernel, recurrent, bias = weights
    if bias is None:
        bias = np.zeros(kernel.shape[1], kernel.dtype)
    if kind != "GRU":
        return {"weight_ih": kernel.T, "weight_hh": recurrent.T, "bias": bias}
    parameters = {"weight_ih": _gru_rows(kernel.T), "weight_hh": _gru_rows(recurrent.T)}
    if not options["reset_after"]:
        return parameters | {"bias": _gru_rows(bias)}
    H = len(recurrent)
    bias_input, bias_recurrent = bias if bias.ndim == 2 else (bias, np.zeros_like(bias))
    bias_h = bias_recurrent[2 * H :]  # the reset gate multiplies it: it stays apart
    bias = bias_input + np.concatenate([bias_recurrent[: 2 * H], np.zeros_like(bias_h)])
    return parameters | {"bias": _gru_rows(bias), "bias_hn": bias_h}


def _gru_rows(array: Array) -> Array:
    """Return blocks of rows z, r, h in the order r, z, n."""
    z, r, n = np.split(array, 3)
    return np.concatenate([r, z, n])
