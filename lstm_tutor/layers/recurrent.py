"""Unrolled cells, stacked, run in both directions, on sequences of unequal length: whatever the cell."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lstm_tutor.cells import Cell
from lstm_tutor.checks import numbers, positive_int
from lstm_tutor.layers.base import SequenceLayer
from lstm_tutor.layers.lengths import steps_that_count
from lstm_tutor.layers.unrolling import unroll, unroll_backward
from lstm_tutor.trace import DIRECTIONS, CellGradients, CellTrace, Gradients, Trace
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["RecurrentLayer"]


class RecurrentLayer(SequenceLayer):
    """Cells over time: `num_layers` of them stacked, each in one direction or two.

    Inputs and outputs are time-major, as PyTorch's default: x is (T, N, D).

    Parameters
    ----------
    input_size : int
        D, the number of inputs at each step.
    hidden_size : int
        H, the number of hidden units of each cell.
    num_layers : int
        Layer k + 1 reads the output of layer k.
    bidirectional : bool
        A second cell per layer reads the sequence from its end, the outputs are joined.
    dropout : float in [0, 1)
        The chance that an output between two layers is dropped in training.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator for the initial weights
    **cell_options
        What the cell takes besides, such as `forget_bias`.
    """

    cell_type: type[Cell]
    to_torch: Callable[..., Any]  # bound in lstm_tutor/__init__.py, which knows the room of PyTorch

    def __init__(
        self, input_size: int, hidden_size: int, *, num_layers: int = 1, bidirectional: bool = False,
        dropout: float = 0.0, dtype: DTypeLike = np.float64, rng: RNG = None, **cell_options: Any,
    ) -> None:  # fmt: skip
        super().__init__()
        self.num_layers, self.bidirectional = positive_int(self._name, "num_layers", num_layers), bool(bidirectional)
        if not isinstance(dropout, int | float | np.integer | np.floating) or not 0 <= dropout < 1:
            raise ValueError(f"{self._name}: expected dropout in [0, 1), got {dropout!r}")
        self.dropout = float(dropout)
        if self.dropout and self.num_layers == 1:
            warnings.warn(
                f"{self._name}: dropout acts between layers; with num_layers=1 the dropout of {dropout} has no effect",
                UserWarning, stacklevel=5,
            )  # fmt: skip
        rng = np.random.default_rng(rng)
        self.cells: list[list[Cell]] = []
        for k in range(self.num_layers):
            size = input_size if k == 0 else hidden_size * self.num_directions
            self.cells.append(
                [self._cell(size, hidden_size, dtype=dtype, rng=rng, **cell_options) for _ in self.directions],
            )
        first = self.cells[0][0]
        self.input_size, self.hidden_size, self.dtype, self.State = (
            first.input_size, first.hidden_size, first.dtype, first.State,
        )  # fmt: skip
        self.cell_options = {name: getattr(first, name) for name in cell_options}
        vars(self).update(self.cell_options)

    def _cell(self, *sizes: int, **options: Any) -> Cell:
        try:
            return self.cell_type(*sizes, **options)
        except ValueError as error:  # of which the user knows no cell, but this layer
            raise ValueError(f"{self._name}{str(error).removeprefix(self.cell_type.__name__)}") from None

    @property
    def num_directions(self) -> int:  # type: ignore[override] # of some layers a constant
        """1, or 2 if bidirectional."""
        return 1 + self.bidirectional

    @property
    def directions(self) -> tuple[str, ...]:
        """The names of the directions."""
        return DIRECTIONS[: self.num_directions]

    def config(self) -> dict[str, Any]:
        return super().config() | self.cell_options

    # -- parameters ----------------------------------------------------------------------------------------------

    def named_cells(self) -> Iterator[tuple[Cell, str]]:
        """Pairs of a cell and the suffix of its parameters' names, in PyTorch's order."""
        for k, directions in enumerate(self.cells):
            for cell, suffix in zip(directions, ("", "_reverse"), strict=False):
                yield cell, f"_l{k}{suffix}"

    def parameters(self) -> dict[str, Array]:
        """Dict of name -> array, live: writing into an array changes the layer."""
        return {
            name + suffix: array for cell, suffix in self.named_cells() for name, array in cell.parameters().items()
        }

    def state_shapes(self, batch_size: int) -> dict[str, tuple[int, ...]]:
        """Shape of each field of the state of N sequences, by name: (num_layers * directions, N, H) for most cells."""
        rows = self.num_layers * self.num_directions
        return {name: (rows, *shape) for name, shape in self.cells[0][0].state_shapes(batch_size).items()}

    # -- checks of what comes in ---------------------------------------------------------------------------------

    def _check_state(self, state: Any, N: int, what: str) -> Any:
        """`state` as this layer's state type; an array for an RNN's only field."""
        fields, shapes = self.State._fields, self.state_shapes(N)
        if len(fields) == 1 and isinstance(state, np.ndarray):
            state = (state,)
        if not isinstance(state, tuple | list) or len(state) != len(fields):
            raise ValueError(f"{self._name}: expected {what} to be a tuple ({', '.join(fields)}), got {_kind(state)}")
        named = zip(fields, state, strict=True)
        state = self.State(*(numbers(self._name, f"{what}.{name}", value, self.dtype) for name, value in named))
        for name, value in state._asdict().items():
            if value.shape != shapes[name]:
                raise ValueError(f"{self._name}: expected {what}.{name} of shape {shapes[name]}, got {value.shape}")
            if not np.isfinite(value).all():
                raise ValueError(f"{self._name}: expected {what}.{name} to be finite, got NaN or inf")
            if what == "state" and name in self.cells[0][0].positive and value.min() <= 0:
                raise ValueError(f"{self._name}: expected {what}.{name} to be above zero, got {value.min()}")
        return state

    def _initial_state(self, N: int) -> Any:
        """The state before the first step if none is given: what the cells say."""
        states = [cell.initial_state(N) for cell, _ in self.named_cells()]
        return self.State(*(np.stack(values) for values in zip(*states, strict=True)))

    # -- forward and backward ------------------------------------------------------------------------------------

    @np.errstate(under="ignore")  # what is too small for a number is zero
    def forward(self, x: ArrayLike, state: Any = None, lengths: ArrayLike | None = None, *, rng: RNG = None) -> Trace:
        """Run the layer over a batch of sequences.

        Parameters
        ----------
        x : array (T, N, D)
            Finite numbers; what lies past a sequence's length is not read, and may be anything.
        state : the layer's State, optional
            The state before the first step, each field (num_layers * directions, N, H), or of its own shape where
            `state_shapes` says so. By default it is the cells' initial state: zeros, but for normalizers and
            stabilizers.
        lengths : N ints from 1 to T, optional
            Past its length a sequence's output is zero, its final state is that of its last valid step, and the reverse
            direction starts there (as PyTorch's packed sequences).
        rng : int seed or numpy.random.Generator
            If given, outputs between layers are dropped with chance `dropout`, and cells with noise draw it (training);
            else nothing is random.

        Returns
        -------
        Trace

        Raises
        ------
        ValueError
            If an input has the wrong shape, or is not finite.
        """
        x, lengths = self._check_x(x, lengths)
        T, N, _ = x.shape
        state = self._initial_state(N) if state is None else self._check_state(state, N, "state")
        valid = None if lengths is None else steps_that_count(lengths, T)[..., None]  # (T, N, 1)
        rng = None if rng is None else np.random.default_rng(rng)

        traces: list[list[CellTrace]] = []
        masks: list[Array | None] = []
        inputs, final, row = x, [], 0
        for k, cells in enumerate(self.cells):
            if k:
                mask = None
                if rng is not None and self.dropout:
                    mask = (rng.random(inputs.shape) >= self.dropout).astype(self.dtype) / (1 - self.dropout)
                    inputs = inputs * mask
                masks.append(mask)
            traces.append([])
            for cell, reverse in zip(cells, (False, True), strict=False):
                initial = self.State(*(value[row] for value in state))
                trace = unroll(cell, inputs, initial, valid=valid, reverse=reverse, rng=rng)
                traces[-1].append(trace)
                final.append(trace.final)
                row += 1
            hs = [trace["h"] for trace in traces[-1]]
            inputs = hs[0] if len(hs) == 1 else np.concatenate(hs, axis=2)  # (T, N, H * directions)
        final_state = self.State(*(np.stack([getattr(step, name) for step in final]) for name in self.State._fields))
        return Trace(x, inputs, final_state, traces, lengths=lengths, masks=masks, owner=self.identity)

    @np.errstate(under="ignore")
    def backward(self, trace: Trace, d_output: ArrayLike, d_final_state: Any = None) -> Gradients:
        """Backpropagate through time, from the gradients of a loss L with respect to what `forward` returned.

        Truncated backpropagation through time cuts a long sequence into windows: each is run from the final state of
        the one before, ``forward(window, trace.final_state)``, and gone back through by itself, so that no gradient
        crosses a cut. With ``grads.initial_state`` of a window as `d_final_state` of the one before it, last window
        first, the gradient crosses: the windows' gradients sum to that of the whole sequence.

        Parameters
        ----------
        trace : Trace
            What this layer's `forward` returned; the parameters must not have changed since.
        d_output : array (T, N, H * directions)
            dL/d(output); not read past a sequence's length, where the output is 0.
        d_final_state : the layer's State, optional
            The gradients dL/d(final_state), shaped as it; zeros by default.

        Returns
        -------
        Gradients

        Raises
        ------
        ValueError
            If the trace is another layer's, or a gradient has the wrong shape or is not finite.

        References
        ----------
        Werbos (1990), Proceedings of the IEEE 78; truncated: Williams & Peng (1990), Neural Computation 2.
        """
        d = self._check_d_output(trace, d_output)
        if d_final_state is None:
            d_final_state = [np.zeros_like(value) for value in trace.final_state]
        d_final = self._check_state(d_final_state, d.shape[1], "d_final_state")

        H, parameters, rows = self.hidden_size, {}, {}
        cell_gradients: list[list[CellGradients]] = [[] for _ in self.cells]
        for k in reversed(range(self.num_layers)):
            dx: Any = None
            for j, cell in enumerate(self.cells[k]):
                row = k * self.num_directions + j
                dx_j, rows[row], d_parameters, d_states = unroll_backward(
                    cell, trace.at(k, DIRECTIONS[j]), d[..., j * H : (j + 1) * H],
                    self.State(*(value[row] for value in d_final)),
                )  # fmt: skip
                cell_gradients[k].append(d_states)
                dx = dx_j if dx is None else dx + dx_j
                suffix = f"_l{k}" + ("_reverse" if j else "")
                parameters.update({name + suffix: gradient for name, gradient in d_parameters.items()})
            d = dx
            if k and trace.masks[k - 1] is not None:
                d = dx * trace.masks[k - 1]
        d_initial = self.State(*(np.stack(values) for values in zip(*(rows[r] for r in sorted(rows)), strict=True)))
        return Gradients(d, d_initial, {name: parameters[name] for name in self.parameters()}, cell_gradients)


def _kind(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"{len(value)} values"
    return type(value).__name__
