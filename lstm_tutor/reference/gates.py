"""What PyTorch says of every gate and state of a layer, step by step."""

from typing import Any

import numpy as np
import torch

from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.reference.convert import counterpart, to_torch
from lstm_tutor.reference.equations import run
from lstm_tutor.reference.verify import kind_of, leaves
from lstm_tutor.types import Array, ArrayLike

__all__ = ["gates"]


def gates(layer: RecurrentLayer, x: ArrayLike) -> dict[str, Array]:
    """Return PyTorch's values of what a one-layer, one-direction layer records, from its initial state.

    The gates and states come from the papers' equations in elementary PyTorch operations; where PyTorch has the cell,
    h is what its own module returns. Of noise nothing is drawn.

    Parameters
    ----------
    layer : RecurrentLayer
        Of one layer and one direction.
    x : array (T, N, D)

    Returns
    -------
    dict of name -> array (T, N, ...)
        As ``layer.forward(x)[name]``.

    Raises
    ------
    ValueError
        If the layer has several layers or directions, or x does not fit it.
    """
    if layer.num_layers != 1 or layer.bidirectional:
        raise ValueError(f"gates: expected a layer of one layer and one direction, got {layer!r}")
    trace = layer.forward(x)
    T, N, _ = trace.x.shape
    (cell,), start = layer.cells[0], trace.at().before
    tensor = torch.from_numpy(np.array(trace.x))
    parameters = leaves(layer.parameters())
    state = {name: torch.tensor(value[:1]) for name, value in start._asdict().items()}
    noise = {(0, "forward"): {name: torch.tensor(trace[name].copy()) for name in cell.noise}}
    _, _, record = run(
        kind_of(layer).equations, parameters, tensor, state, [T] * N, num_layers=1, bidirectional=False, noise=noise
    )
    values: dict[str, Any] = {name: record[0, "forward", name].values().numpy() for name in trace.names}
    if counterpart(layer) is not None:
        with torch.no_grad():
            values["h"] = to_torch(layer)(tensor)[0].numpy()
    return values
