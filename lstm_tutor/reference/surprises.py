"""What PyTorch's own recurrent modules do where readers expect something else, measured."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import torch

from lstm_tutor.types import Array

__all__ = ["Biases", "Carried", "carried_states", "dropped", "moved_biases", "state_shapes"]


def state_shapes(batch_first: bool, *, steps: int = 7, batch_size: int = 2) -> dict[str, tuple[int, ...]]:
    """Return the shapes of what ``nn.LSTM(3, 5)`` takes and gives, by name: "x", "output", "h_n", "c_n"."""
    first = (batch_size, steps) if batch_first else (steps, batch_size)
    x = torch.zeros(*first, 3)
    output, (h_n, c_n) = torch.nn.LSTM(3, 5, batch_first=batch_first)(x)
    return {name: tuple(each.shape) for name, each in (("x", x), ("output", output), ("h_n", h_n), ("c_n", c_n))}


def dropped(num_layers: int, seed: int = 0, *, steps: int = 7) -> Array:
    """Return by how much two passes of ``nn.LSTM(dropout=0.5)`` in training differ, layer by layer.

    Parameters
    ----------
    num_layers : int
    seed : int
    steps : int

    Returns
    -------
    array (num_layers,)
        The largest difference of the last hidden states of each layer; 0 if nothing was dropped on the way to it.
    """
    torch.manual_seed(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of one layer PyTorch warns that the option does nothing
        layer = torch.nn.LSTM(3, 16, num_layers=num_layers, dropout=0.5).train()
    x = torch.randn(steps, 4, 3)
    with torch.no_grad():
        first, second = (layer(x)[1][0] for _ in range(2))
    return (first - second).abs().amax(dim=(1, 2)).numpy()


class Biases(NamedTuple):
    """What it does to an ``nn.LSTM`` to have one bias in place of two.

    Attributes
    ----------
    change : float
        The largest change of an output if ``bias_hh`` is added to ``bias_ih`` and set to zero.
    gap : float
        The largest difference of the gradients of the two.
    step : float
        How far one step of gradient descent moves the sum of the two, in steps of a single bias.
    """

    change: float
    gap: float
    step: float


def moved_biases(seed: int = 0) -> Biases:
    """Move one bias of ``nn.LSTM(3, 5)`` into the other, in float64, and compare."""
    torch.manual_seed(seed)
    layer, x = torch.nn.LSTM(3, 5).double(), torch.randn(20, 4, 3, dtype=torch.float64)
    b_ih, b_hh = (dict(layer.named_parameters())[name] for name in ("bias_ih_l0", "bias_hh_l0"))
    before = layer(x)[0]
    d_ih, d_hh = torch.autograd.grad(before.square().sum(), (b_ih, b_hh))
    gap, step = float((d_ih - d_hh).abs().max()), float((d_ih + d_hh).norm() / d_ih.norm())
    with torch.no_grad():
        b_ih.add_(b_hh)
        b_hh.zero_()
        return Biases(float((layer(x)[0] - before).abs().max()), gap, step)


class Carried(NamedTuple):
    """What becomes of the state between the pieces of a long sequence.

    Attributes
    ----------
    nodes : list of int
        The size of the graph that the state holds on to, after each piece.
    trains : bool
        Whether a second backward pass, a piece later, is possible.
    output : array (pieces,)
        The sum of what is written in each piece.
    """

    nodes: list[int]
    trains: bool
    output: Array


def carried_states(how: str, pieces: int = 6, seed: int = 0) -> Carried:
    """Let ``nn.LSTM(3, 5)`` read a sequence in pieces.

    Parameters
    ----------
    how : {"carried", "detached", "fresh"}
        The state goes on as it is; as numbers without their past; or every piece begins with zeros.
    pieces : int
    seed : int
    """
    if how not in ("carried", "detached", "fresh"):
        raise ValueError(f'carried_states: expected how to be "carried", "detached" or "fresh", got {how!r}')
    torch.manual_seed(seed)
    layer, x = torch.nn.LSTM(3, 5), torch.randn(pieces, 7, 1, 3)
    nodes, sums = [], []
    state = None
    for piece in x:
        output, (h, c) = layer(piece, state)
        nodes.append(_nodes(h))
        sums.append(output.sum())
        state = {"carried": (h, c), "detached": (h.detach(), c.detach()), "fresh": None}[how]
    trains = True
    try:
        for each in sums[:2]:
            each.backward()
    except RuntimeError:  # the first pass has freed what the second needs
        trains = False
    return Carried(nodes, trains, np.array([float(each.detach()) for each in sums]))


def _nodes(tensor: torch.Tensor) -> int:
    """The number of operations that a tensor remembers."""
    seen, rest = set(), [tensor.grad_fn]
    while rest:
        node = rest.pop()
        if node is not None and node not in seen:
            seen.add(node)
            rest += [parent for parent, _ in node.next_functions]
    return len(seen)
