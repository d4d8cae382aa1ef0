"""The record of a forward pass, and of the gradients that flow back through it.

One record serves three readers. The backward pass needs every gate and state of every step; so do the plots and the
widgets; so does the comparison with PyTorch. There is no second bookkeeping.
"""

from functools import cached_property

import numpy as np

__all__ = ["Trace", "CellTrace", "Gradients", "CellGradients"]

DIRECTIONS = ("forward", "reverse")


def _read_only(array):
    view = array.view()
    view.flags.writeable = False
    return view


def _pick(grid, layer, direction, what):
    """`grid[layer][direction]`, with errors that name the choices."""
    if not 0 <= layer < len(grid):
        raise ValueError(f"{what}: expected layer from 0 to {len(grid) - 1}, got {layer!r}")
    names = DIRECTIONS[: len(grid[layer])]
    if direction not in names:
        raise ValueError(f"{what}: expected direction to be one of {list(names)}, got {direction!r}")
    return grid[layer][names.index(direction)]


class CellTrace:
    """What one cell did at each step of a sequence: one layer, one direction.

    Indexing by name returns an array ``(T, N, H)`` in the order of the *input's* time, whichever way the cell ran,
    zero past a sequence's length and read-only.

    Attributes
    ----------
    x : array (T, N, D), the inputs in the order in which the cell read them
    record : named tuple of arrays (T, N, H) in the cell's order: its gates and its state *after* each step
    before : the cell's state type, arrays (T, N, H) in the cell's order: its state *before* each step
    final : the cell's state type, arrays (N, H): its state after the last step
    valid : None, or bool array (T, N, 1) in the cell's order: False past a sequence's length
    reverse : True if the cell read the sequence from its end
    """

    def __init__(self, x, record, before, final, *, valid=None, reverse=False):
        self.x, self.record, self.before, self.final = x, record, before, final
        self.valid, self.reverse = valid, reverse

    @property
    def names(self):
        """Names of what was recorded, such as ``("i", "f", "g", "o", "c", "h")``."""
        return self.record._fields

    def __getitem__(self, name):
        if name not in self.names:
            raise ValueError(f"trace: expected one of {list(self.names)}, got {name!r}")
        values = getattr(self.record, name)
        if self.valid is not None:
            values = np.where(self.valid, values, 0)
        return _read_only(values[::-1] if self.reverse else values)

    def steps_from_the_last(self):
        """Each step of the cell's own order, last to first: its number t, its record, and the state before it."""
        numbers = range(len(self.x) - 1, -1, -1)
        steps = map(self.record._make, zip(*(a[::-1] for a in self.record), strict=True))
        states_before = map(self.before._make, zip(*(a[::-1] for a in self.before), strict=True))
        return zip(numbers, steps, states_before, strict=True)


class Trace:
    """A forward pass of a layer: its output, its final state, and every gate and state on the way.

    Attributes
    ----------
    x : array (T, N, D)
    output : array (T, N, H * directions); zero past a sequence's length
    final_state : the layer's state type; each field (num_layers * directions, N, H)
    lengths : None or int array (N,)
    cells : list over layers of lists over directions of :class:`CellTrace`
    masks : dropout masks between layers, one per layer but the last; None where nothing was dropped
    owner : the Identity of the layer that made it, the only one that can go back through it
    """

    def __init__(self, x, output, final_state, cells, *, lengths=None, masks=(), owner=None):
        self.x, self.output = _read_only(x), _read_only(output)
        self.final_state, self.cells = final_state, cells
        self.lengths, self.masks, self.owner = lengths, masks, owner

    def at(self, layer=0, direction="forward"):
        """The :class:`CellTrace` of one layer and direction (``"forward"`` or ``"reverse"``)."""
        return _pick(self.cells, layer, direction, "trace.at")

    @cached_property
    def _only(self):
        if len(self.cells) > 1 or len(self.cells[0]) > 1:
            raise ValueError(
                f"trace: expected one layer and one direction to index directly, got {len(self.cells)} layer(s) and "
                f"{len(self.cells[0])} direction(s); use trace.at(layer=..., direction=...)[name]"
            )
        return self.cells[0][0]

    @property
    def names(self):
        """Names of what was recorded at each step."""
        return self.cells[0][0].names

    def __getitem__(self, name):
        return self._only[name]

    def __repr__(self):
        T, N, D = self.x.shape
        return (
            f"Trace(T={T}, N={N}, D={D}, H={self.cells[0][0].record.h.shape[-1]}, layers={len(self.cells)}, "
            f"directions={len(self.cells[0])}, names={list(self.names)})"
        )


class CellGradients:
    """Gradients of the loss with respect to the state after each step: one layer, one direction.

    Attributes are named as the state's fields (``.h``, and ``.c`` for LSTMs): arrays (T, N, H) in the input's time
    order, dL/dh_t and dL/dc_t with everything that reaches that state, from its own step and from later ones.
    """

    def __init__(self, through_time, *, reverse=False):
        for name, values in through_time._asdict().items():
            setattr(self, name, _read_only(values[::-1] if reverse else values))


class Gradients:
    """What ``layer.backward`` returns: the gradients of a loss L.

    Attributes
    ----------
    x : array (T, N, D), dL/dx
    initial_state : the layer's state type, shaped as the initial state
    parameters : dict name -> array, named and shaped as ``layer.parameters()``
    """

    def __init__(self, x, initial_state, parameters, cells):
        self.x, self.initial_state, self.parameters, self.cells = x, initial_state, parameters, cells

    def at(self, layer=0, direction="forward"):
        """The :class:`CellGradients` of one layer and direction."""
        return _pick(self.cells, layer, direction, "gradients.at")
