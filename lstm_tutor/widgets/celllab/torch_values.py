"""PyTorch's values of the cell lab's presets, stored so that a page can show them without PyTorch.

``python -m lstm_tutor.widgets._stored celllab`` computes them anew; a test sees it if they are not current.
"""

from typing import Any

import numpy as np

from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import ArrayLike
from lstm_tutor.widgets import _stored
from lstm_tutor.widgets.celllab.presets import PRESETS
from lstm_tutor.widgets.celllab.weights import layer_of

__all__ = ["computed", "record", "said", "stored"]

SHOWN = {"RNN": ("RNN", True), "LSTM1997": ("LSTM1997", True), "LSTM": ("LSTM", True),
         "PeepholeLSTM": ("PeepholeLSTM", True), "GRU": ("GRU", True), "GRU before": ("GRU", False)}  # fmt: skip


def said(layer: RecurrentLayer, x: ArrayLike) -> dict[str, list[float]]:
    """PyTorch's values of a layer's gates and states for the inputs `x`, (T, D): name -> (T * H) numbers, flat."""
    from lstm_tutor.reference.gates import gates  # imports torch

    x = np.asarray(x, dtype=layer.dtype)[:, None, :]  # (T, 1, D)
    return {name: values.astype("f8").ravel().tolist() for name, values in gates(layer, x).items()}


def computed() -> dict[str, Any]:
    """PyTorch's values for every preset and cell: preset -> cell -> name -> numbers."""
    return {
        preset["name"]: {
            key: said(layer_of(cell, preset["weights"], 1, 1, reset_after=reset_after), preset["x"])
            for key, (cell, reset_after) in SHOWN.items()
        }
        for preset in PRESETS
    }


def stored() -> dict[str, Any]:
    """The stored values, as :func:`computed` made them."""
    return _stored.read("celllab")


def record() -> None:
    """Compute the values and store them."""
    _stored.write("celllab", computed())
