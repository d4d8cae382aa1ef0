"""One time step of each cell, forward and backward: the equations, and nothing else.

Every cell splits its step in two. What depends on the input alone, ``a = W_x x_t + b``, a layer computes for all steps
in one product. What depends on the past is the cell's :meth:`step`, which reads like the equations in the book, and
:meth:`step_backward`, in which a line ``df = dc * prev.c`` is the derivative of the line that used ``f``.

Shapes: N sequences side by side, D inputs, H hidden units, G blocks of weights (four in an LSTM). Weights are stored
with their blocks one below the other, (G*H, D) and (G*H, H); what is computed from them has its blocks apart,
(G, N, H), so that ``i, f, g, o = a`` names the gates. A state's fields are (N, H) too, but where a cell's
:meth:`Cell.state_shapes` say other; the first axis is always that of the sequences.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.checks import float_dtype, numbers, positive_int
from lstm_tutor.module import Module
from lstm_tutor.trace import CellTrace
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["Array", "Cell", "State"]


class State(NamedTuple):
    """What an RNN carries from step to step: ``h``, the hidden state."""

    h: Array


class Cell(Module):
    """What all cells share: named parameters, the input's share of a step, and the gradients of the weights.

    A cell adds ``blocks`` (names of the row blocks of its weights, in order), ``State`` (what it carries from step to
    step), ``Step`` (what a step records: its gates and its state), :meth:`step` and :meth:`step_backward`. A few add
    ``extras`` (names of what :meth:`step` records besides), ``noise`` (those of the extras that are drawn in training),
    ``positive`` (fields of the state that must be above zero),
    or ``parallel`` and :meth:`scan`, all steps at once.

    Parameters
    ----------
    input_size : int
        D, the number of inputs.
    hidden_size : int
        H, the number of hidden units.
    dtype : {float64, float32}
    rng : int seed or numpy.random.Generator
        For the initial weights.

    Attributes
    ----------
    weight_ih : array (G*H, D)
        Weights of the input, drawn from U(-1/sqrt(H), 1/sqrt(H)).
    weight_hh : array (G*H, H)
        Weights of the previous hidden state, drawn likewise.
    bias : array (G*H,)
        Zeros.
    """

    blocks: tuple[str, ...]
    extras: tuple[str, ...] = ()
    noise: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    parallel: bool = False
    State: type[Any] = State
    Step: type[Any]
    weight_ih: Array
    weight_hh: Array
    bias: Array

    def __init__(self, input_size: int, hidden_size: int, *, dtype: DTypeLike = np.float64, rng: RNG = None) -> None:
        super().__init__()
        what = type(self).__name__
        self.input_size = positive_int(what, "input_size", input_size)
        self.hidden_size = positive_int(what, "hidden_size", hidden_size)
        self.dtype = float_dtype(what, dtype)
        rng = np.random.default_rng(rng)
        for name, shape in self.shapes().items():
            bound = 1 / np.sqrt(self.hidden_size) if name.startswith("weight") else 0.0
            setattr(self, name, rng.uniform(-bound, bound, shape).astype(self.dtype))

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each parameter, by name."""
        rows = len(self.blocks) * self.hidden_size
        return {"weight_ih": (rows, self.input_size), "weight_hh": (rows, self.hidden_size), "bias": (rows,)}

    def rows(self, block: str) -> slice:
        """The rows of the weights and the bias that belong to `block`, as a slice."""
        k = self.blocks.index(block)
        return slice(k * self.hidden_size, (k + 1) * self.hidden_size)

    def record(self, gates: Array, state: Any) -> Any:
        """What a step leaves behind, by name: its gates, the G blocks and the extras in `gates`, and its state."""
        return self.Step(**(dict(zip(self.blocks + self.extras, gates, strict=True)) | state._asdict()))

    def state_shapes(self, batch_size: int) -> dict[str, tuple[int, ...]]:
        """Shape of each field of the state of N sequences, by name: (N, H), but where a cell has more in its state."""
        return dict.fromkeys(self.State._fields, (batch_size, self.hidden_size))

    def initial_state(self, batch_size: int) -> Any:
        """The state before the first step if none is given: zeros, but where a cell says other."""
        return self.State(*(np.zeros(shape, self.dtype) for shape in self.state_shapes(batch_size).values()))

    def by_block(self, weight: Array) -> Array:
        """A weight (G*H, K) as G matrices that rows of K values are multiplied by: (G, K, H), a copy.

        A copy and not a view, because BLAS is up to twice as fast at a matrix as at the transpose of one.
        """
        return np.ascontiguousarray(weight.reshape(len(self.blocks), self.hidden_size, -1).swapaxes(1, 2))

    def from_input(self, x: Array, rng: RNG = None) -> Array:
        """The input's share of every step, ``W_x x + b``: (..., D) to (G, ..., H), all steps in one product.

        Room for the cell's extras, if it has any, follows the G blocks; what is in it means nothing yet, but for noise,
        which is drawn here if `rng` is given.
        """
        G, rows = len(self.blocks), x.reshape(-1, self.input_size)
        room = np.empty((G + len(self.extras), len(rows), self.hidden_size), self.dtype)
        a = np.matmul(rows, self.by_block(self.weight_ih), out=room[:G])
        a += self.by_block(self.bias[:, None])  # (G, 1, H)
        return room.reshape(-1, *x.shape[:-1], self.hidden_size)

    def recurrent_weights(self) -> Any:
        """The weights of the past :meth:`by_block`, (G, H, H), as :meth:`step` takes them."""
        return self.by_block(self.weight_hh)

    def step(self, a: Array, prev: Any, W_h: Array) -> Any:
        """The cell's equations, one step forward.

        Parameters
        ----------
        a : array (G, N, H)
            It comes in as the input's share ``W_x x + b`` and is *overwritten* by the gates, block by block, so that
            the trace needs no memory of its own for them; the extras, if any, follow the blocks.
        prev : the cell's State
            The state before this step, fields (N, H).
        W_h : array (G, H, H)
            The :meth:`recurrent_weights`, the same at every step.

        Returns
        -------
        The cell's State
            The state after this step, fields (N, H).
        """
        raise NotImplementedError

    def scan(self, a: Array, state: Any, valid: Array | None) -> Any:
        """All steps at once, for a cell that is ``parallel``: the same record and states as :meth:`step` in a loop.

        Parameters
        ----------
        a : array (G, T, N, H)
            Overwritten as in :meth:`step`.
        state : the cell's State
            The state before the first step, fields (N, H).
        valid : None or bool array (T, N, 1)
            Where False the state is carried along unchanged.

        Returns
        -------
        The cell's State
            The state after every step, fields (T, N, H).
        """
        raise NotImplementedError

    def step_backward(self, step: Any, prev: Any, d: Any, da: Array) -> tuple[Any, Any]:
        """The cell's equations, one step backward.

        Parameters
        ----------
        step : the cell's Step
            This step's record, fields (N, H).
        prev : the cell's State
            The state before this step, fields (N, H).
        d : the cell's State
            The gradients dL/d(state after this step), as far as the loss and the next step pass it on.
        da : array (N, G*H)
            It is *overwritten* by dL/da, blocks side by side.

        Returns
        -------
        d_state : the cell's State
            All of dL/d(state after this step).
        d_prev : the cell's State
            What this step adds to dL/d(state before this step).
        """
        raise NotImplementedError

    def parameter_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        """dL/d(each parameter) from dL/da of all steps, (T, N, G*H): one product per weight."""
        h_prev = trace.before.h.reshape(-1, self.hidden_size)
        return self.input_gradients(trace, da) | {"weight_hh": (h_prev.T @ da.reshape(-1, da.shape[-1])).T}

    def output_gradients(self, trace: CellTrace, d: Any) -> dict[str, Array]:
        """dL/d(parameters between memory and output), from dL/d(state) at all steps; most cells have none."""
        return {}

    def input_slopes(self, trace: CellTrace, da: Array) -> Array:
        """dL/d(W_x x), (T, N, G*H), from dL/da: the same, but where a cell does more to the product than add b."""
        return da

    def input_gradients(self, trace: CellTrace, da: Array) -> dict[str, Array]:
        """What of :meth:`parameter_gradients` needs no past: dL/d(weight_ih) and dL/d(bias)."""
        da = da.reshape(-1, da.shape[-1])
        x = trace.x.reshape(-1, self.input_size)
        return {"weight_ih": (x.T @ da).T, "bias": da.sum(axis=0)}  # (x^T da)^T is da^T x; BLAS is faster at the first

    @np.errstate(under="ignore")  # what is too small for a number is zero
    def forward(self, x: ArrayLike, state: Any = None) -> Any:
        """One step from the input itself: x (N, D) and a state (the initial one if None) to the step's record.

        Examples
        --------
        >>> from lstm_tutor.cells import LSTMCell
        >>> step = LSTMCell(3, 2, rng=0).forward(np.ones((1, 3)))
        >>> step._fields, step.c.shape
        (('i', 'f', 'g', 'o', 'c', 'h'), (1, 2))
        """
        what = type(self).__name__
        x = numbers(what, "x", x, self.dtype)
        if x.ndim != 2 or x.shape[1] != self.input_size:
            raise ValueError(f"{what}: expected x of shape (N, {self.input_size}), got {x.shape}")
        if len(x) == 0:
            raise ValueError(f"{what}: expected at least one sequence, got x of shape {x.shape}")
        state = self.initial_state(len(x)) if state is None else state
        fields, shapes = self.State._fields, self.state_shapes(len(x))
        if not isinstance(state, tuple | list) or len(state) != len(fields):
            raise ValueError(f"{what}: expected state to be a tuple ({', '.join(fields)})")
        state = self.State(*(numbers(what, *named, self.dtype) for named in zip(fields, state, strict=True)))
        for name, value in state._asdict().items():
            if value.shape != shapes[name]:
                raise ValueError(f"{what}: expected {name} of shape {shapes[name]}, got {value.shape}")
            if name in self.positive and not (value > 0).all():
                raise ValueError(f"{what}: expected {name} to be above zero, got {value.min()}")
        gates = self.from_input(x)
        state = self.step(gates, state, self.recurrent_weights())
        return self.record(gates, state)
