"""Operate on a network: hold a gate of some units at a value, and see what the rest makes of it.

An intervention needs no second forward pass. A gate whose weights are zero is its bias alone, so a held gate is the
same layer with a few other numbers in it: it runs, it goes back through time, and it goes to PyTorch as any layer does.
"""

import copy
from collections.abc import Mapping

import numpy as np

from lstm_tutor.cells.base import Cell
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.trace import DIRECTIONS

__all__ = ["hold"]

Units = Mapping[str, Mapping[int, float]]  # name of a gate -> unit -> the value at which it is held

PEEPERS = ("i", "f", "o")  # the gates that can see the memory, in the order of their peepholes
FAR = 1000.0  # at this pre-activation a sigmoid is 1 exactly, and so is a tanh; at -FAR they are 0 and -1
INVERSES = (  # the pre-activations at which the activation functions take a value: sigmoid, tanh, none or relu
    lambda y: np.clip(np.log(y) - np.log1p(-y), -FAR, FAR),
    lambda y: np.clip(np.arctanh(y), -FAR, FAR),
    lambda y: y,
)


def hold(layer: RecurrentLayer, units: Units, *, at: int = 0, direction: str = "forward") -> RecurrentLayer:
    """Return a copy of a layer in which gates or candidates of some units keep one value, whatever comes in.

    Silence a unit by holding its output gate at 0; make it remember for ever by holding its forget gate at 1.

    Parameters
    ----------
    layer : RecurrentLayer
        It is not changed.
    units : dict of str to dict of int to float
        ``{"f": {16: 0.0, 17: 1.0}, "o": {3: 0.0}}`` holds the forget gate of unit 16 at 0 and of unit 17 at 1, and the
        output gate of unit 3 at 0. Gates lie in [0, 1], candidates in [-1, 1].
    at : int
        Which layer of a stack, counted from 0.
    direction : {"forward", "reverse"}

    Returns
    -------
    RecurrentLayer
        A layer of the same kind, with parameters of its own.

    Raises
    ------
    ValueError
        If the layer has no such place, gate or unit, if a value is out of range, or if the gate is not a sigmoid or a
        tanh of its pre-activation alone, so that no bias can hold it (the exponential gates of the sLSTM).

    Examples
    --------
    >>> from lstm_tutor.layers import LSTM
    >>> held = hold(LSTM(3, 5, rng=0), {"f": {2: 0.25}})
    >>> trace = held.forward(np.random.default_rng(1).standard_normal((7, 2, 3)))
    >>> bool((abs(trace["f"][:, :, 2] - 0.25) < 1e-15).all())
    True
    """
    if not 0 <= at < layer.num_layers:
        raise ValueError(f"hold: expected at from 0 to {layer.num_layers - 1}, got {at!r}")
    if direction not in DIRECTIONS[: layer.num_directions]:
        raise ValueError(f"hold: expected direction of {list(DIRECTIONS[: layer.num_directions])}, got {direction!r}")
    held = copy.deepcopy(layer)
    cell = held.cells[at][DIRECTIONS.index(direction)]
    for gate, values in units.items():
        if gate not in cell.blocks:
            raise ValueError(f"hold: expected a gate of {list(cell.blocks)}, got {gate!r}")
        biases = cell.parameters()["bias"][cell.rows(gate)]  # a view: writing into it changes the cell
        count = len(biases)
        for unit, value in values.items():
            if not (isinstance(unit, int | np.integer) and 0 <= unit < count):
                raise ValueError(f"hold: expected a unit of {gate!r} from 0 to {count - 1}, got {unit!r}")
            _silence(cell, gate, unit)
            for inverse in INVERSES:
                with np.errstate(all="ignore"):
                    biases[unit] = inverse(float(value))
                if _is_held(held, at, direction, gate, unit * cell.hidden_size // count, value):
                    break
            else:
                raise ValueError(f"hold: {type(layer).__name__} cannot hold {gate!r} of unit {unit} at {value!r}")
    return held


def _silence(cell: Cell, gate: str, unit: int) -> None:
    """Take from one row of a gate's sum everything but the bias."""
    parameters = cell.parameters()
    rows = len(parameters["bias"])
    row = range(rows)[cell.rows(gate)][unit]
    for name in ("weight_ih", "weight_hh", "weight_gates"):
        if name in parameters and len(parameters[name]) == rows:
            parameters[name][row] = 0
    if gate in PEEPERS and "weight_peephole" in parameters:
        peepers = [name for name in PEEPERS if name in cell.blocks]
        parameters["weight_peephole"][peepers.index(gate), unit] = 0
    if gate in PEEPERS and "weight_gates" in parameters and len(parameters["weight_gates"]) != rows:
        parameters["weight_gates"][PEEPERS.index(gate) * cell.hidden_size + unit] = 0  # full gate recurrence
    if gate == "n" and "bias_hn" in parameters:
        parameters["bias_hn"][unit] = 0


def _is_held(layer: RecurrentLayer, at: int, direction: str, gate: str, unit: int, value: float) -> bool:
    """Say whether a gate has its value at each step of some random sequence, from a random state."""
    rng = np.random.default_rng(0)
    state = layer.State(*(abs(rng.standard_normal(shape)) for shape in layer.state_shapes(1).values()))
    with np.errstate(all="ignore"):
        trace = layer.forward(rng.standard_normal((3, 1, layer.input_size)), state)
    return bool(
        np.allclose(trace.at(at, direction)[gate][..., unit], value, rtol=0, atol=8 * np.finfo(layer.dtype).eps)
    )
