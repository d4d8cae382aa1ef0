"""The record of a forward pass, and of the gradients that flow back through it.

One record serves three readers. The backward pass needs every gate and state of every step; so do the plots and the
widgets; so does the comparison with PyTorch. There is no second bookkeeping.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lstm_tutor.types import Array

__all__ = ["ByName", "CellGradients", "CellTrace", "Gradients", "Trace"]

DIRECTIONS = ("forward", "reverse")


def _read_only(array: Array) -> Array:
    view = array.view()
    view.flags.writeable = False
    return view


def where_valid(valid: Array, new: Array, old: Array | float) -> Array:
    """`new` where a step is valid, else `old`.

    Parameters
    ----------
    valid : bool array (..., N, 1)
    new, old : arrays (..., N, H), or with more axes in place of H
    """
    return np.where(valid.reshape(valid.shape + (1,) * (new.ndim - valid.ndim)), new, old)


def _pick(grid: Sequence[Sequence[Any]], layer: int, direction: str, what: str) -> Any:
    """`grid[layer][direction]`, with errors that name the choices."""
    if not isinstance(layer, int | np.integer) or not 0 <= layer < len(grid):
        raise ValueError(f"{what}: expected layer from 0 to {len(grid) - 1}, got {layer!r}")
    names = DIRECTIONS[: len(grid[layer])]
    if direction not in names:
        raise ValueError(f"{what}: expected direction to be one of {list(names)}, got {direction!r}")
    return grid[layer][names.index(direction)]


class ByName:
    """Arrays that are indexed by name: what is there can be asked with ``in``, and listed by a loop."""

    what: str  # for errors

    @property
    def names(self) -> tuple[str, ...]:
        """Names by which arrays are there."""
        raise NotImplementedError

    def _values(self, name: str) -> Array:
        raise NotImplementedError

    def __getitem__(self, name: str) -> Array:
        if name not in self.names:
            raise ValueError(f"{self.what}: expected one of {list(self.names)}, got {name!r}")
        return self._values(name)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)


class _ByPlace(ByName):
    """The same for layers and directions: if there is but one of each, it is indexed directly."""

    cells: list[list[Any]]
    x: Array

    @cached_property
    def _only(self) -> ByName:
        layers, directions = len(self.cells), len(self.cells[0])
        if layers > 1 or directions > 1:
            at = "trace.at" if self.what == "trace" else "grads.at"
            raise ValueError(
                f"{self.what}: expected one layer and one direction to index directly, got {layers} layer(s) and "
                f"{directions} direction(s); use {at}(layer=..., direction=...)[name]"
            )
        return self.cells[0][0]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what is there of each step."""
        return self.cells[0][0].names

    def __getitem__(self, name: str) -> Array:
        return self._only[name]

    def __repr__(self) -> str:
        T, N, D = self.x.shape
        return (
            f"{type(self).__name__}(T={T}, N={N}, D={D}, H={self.cells[0][0].hidden_size}, layers={len(self.cells)}, "
            f"directions={len(self.cells[0])}, names={list(self.names)})"
        )


class CellTrace(ByName):
    """What one cell did at each step of a sequence: one layer, one direction.

    Indexing by name returns an array ``(T, N, H)`` in the order of the *input's* time, whichever way the cell ran,
    zero past a sequence's length and read-only. A cell whose state holds a matrix has further axes.

    Attributes
    ----------
    x : array (T, N, D)
        The inputs in the order in which the cell read them.
    record : named tuple of arrays (T, N, H)
        The cell's gates and its state *after* each step, in the cell's order.
    before : the cell's state type, arrays (T, N, H)
        Its state *before* each step, in the cell's order.
    final : the cell's state type, arrays (N, H)
        Its state after the last step.
    valid : None or bool array (T, N, 1)
        False past a sequence's length, in the cell's order.
    reverse : bool
        Whether the cell read the sequence from its end.
    """

    what = "trace"

    def __init__(
        self, x: Array, record: Any, before: Any, final: Any, *, valid: Array | None = None, reverse: bool = False
    ) -> None:
        self.x, self.record, self.before, self.final = x, record, before, final
        self.valid, self.reverse = valid, reverse

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what was recorded, such as ``("i", "f", "g", "o", "c", "h")``."""
        return self.record._fields

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.record.h.shape[-1]

    def _values(self, name: str) -> Array:
        values = getattr(self.record, name)
        if self.valid is not None:
            values = where_valid(self.valid, values, 0)
        return _read_only(values[::-1] if self.reverse else values)

    def __repr__(self) -> str:
        (T, N, D), direction = self.x.shape, DIRECTIONS[self.reverse]
        return f"CellTrace(T={T}, N={N}, D={D}, H={self.hidden_size}, {direction}, names={list(self.names)})"

    def steps_from_the_last(self) -> Iterator[tuple[int, Any, Any]]:
        """Each step of the cell's own order, last to first: its number t, its record, and the state before it."""
        numbers = range(len(self.x) - 1, -1, -1)
        steps = map(self.record._make, zip(*(a[::-1] for a in self.record), strict=True))
        states_before = map(self.before._make, zip(*(a[::-1] for a in self.before), strict=True))
        return zip(numbers, steps, states_before, strict=True)


class Trace(_ByPlace):
    """A forward pass of a layer: its output, its final state, and every gate and state on the way.

    A trace of one layer and one direction is indexed directly, ``trace["f"]``; ``"f" in trace`` and
    ``for name in trace`` are about its names.

    Attributes
    ----------
    x : array (T, N, D)
        The inputs, zero past a sequence's length.
    output : array (T, N, H * directions)
        Zero past a sequence's length.
    final_state : the layer's state type
        Each field (num_layers * directions, N, H).
    lengths : None or int array (N,)
    cells : list over layers of lists over directions of :class:`CellTrace`
    masks : sequence
        Dropout masks between layers, one per layer but the last; None where nothing was dropped.
    owner : Identity
        That of the layer that made it, the only one that can go back through it.

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> trace = lt.LSTM(3, 5, rng=0).forward(np.ones((7, 2, 3)))
    >>> trace
    Trace(T=7, N=2, D=3, H=5, layers=1, directions=1, names=['i', 'f', 'g', 'o', 'c', 'h'])
    >>> "f" in trace, list(trace)
    (True, ['i', 'f', 'g', 'o', 'c', 'h'])
    """

    what = "trace"

    def __init__(
        self, x: Array, output: Array, final_state: Any, cells: list[list[CellTrace]], *,
        lengths: Array | None = None, masks: Sequence[Array | None] = (), owner: Any = None,
    ) -> None:  # fmt: skip
        self.x, self.output = _read_only(x), _read_only(output)
        self.final_state, self.cells = final_state, cells
        self.lengths, self.masks, self.owner = lengths, masks, owner

    def at(self, layer: int = 0, direction: str = "forward") -> CellTrace:
        """The :class:`CellTrace` of one layer and direction (``"forward"`` or ``"reverse"``)."""
        return _pick(self.cells, layer, direction, "trace.at")


class CellGradients(ByName):
    """Gradients of the loss with respect to the state after each step: one layer, one direction.

    They are indexed by the names of the state's fields, and are attributes of the same names (``.h``, and ``.c`` for
    LSTMs): read-only arrays (T, N, H) in the input's time order, dL/dh_t and dL/dc_t with everything that reaches that
    state, from its own step and from later ones.
    """

    what = "gradients"
    h: Array
    c: Array  # of LSTMs

    def __init__(self, through_time: Any, *, valid: Array | None = None, reverse: bool = False) -> None:
        self.valid = valid  # as of the CellTrace
        self._names: tuple[str, ...] = through_time._fields
        for name, values in through_time._asdict().items():
            setattr(self, name, _read_only(values[::-1] if reverse else values))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the state's fields."""
        return self._names

    @property
    def hidden_size(self) -> int:
        """H."""
        return self.h.shape[-1]

    def _values(self, name: str) -> Array:
        return getattr(self, name)

    def __repr__(self) -> str:
        T, N, H = self.h.shape
        return f"CellGradients(T={T}, N={N}, H={H}, names={list(self.names)})"


class Gradients(_ByPlace):
    """What ``layer.backward`` returns: the gradients of a loss L.

    Those of one layer and one direction are indexed as a trace is: ``grads["c"]`` is dL/dc_t, an array (T, N, H).

    Attributes
    ----------
    x : array (T, N, D)
        dL/dx.
    initial_state : the layer's state type
        Shaped as the initial state.
    parameters : dict of name -> array
        Named and shaped as ``layer.parameters()``.
    cells : list over layers of lists over directions of :class:`CellGradients`

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> layer = lt.LSTM(3, 5, rng=0)
    >>> grads = layer.backward(layer.forward(np.ones((7, 2, 3))), np.ones((7, 2, 5)))
    >>> grads
    Gradients(T=7, N=2, D=3, H=5, layers=1, directions=1, names=['h', 'c'])
    >>> grads["c"].shape, "f" in grads
    ((7, 2, 5), False)
    """

    what = "gradients"

    def __init__(
        self, x: Array, initial_state: Any, parameters: dict[str, Array], cells: list[list[CellGradients]]
    ) -> None:
        self.x, self.initial_state, self.parameters, self.cells = x, initial_state, parameters, cells

    def at(self, layer: int = 0, direction: str = "forward") -> CellGradients:
        """The :class:`CellGradients` of one layer and direction."""
        return _pick(self.cells, layer, direction, "gradients.at")
