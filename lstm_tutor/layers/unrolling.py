"""The loop over time, forward and backward: one mechanism that serves every cell."""

from typing import Any

import numpy as np

from lstm_tutor.cells import Cell
from lstm_tutor.trace import CellGradients, CellTrace, where_valid
from lstm_tutor.types import RNG, Array

__all__ = ["unroll", "unroll_backward"]


def unroll(
    cell: Cell, x: Array, state: Any, *, valid: Array | None = None, reverse: bool = False, rng: RNG = None
) -> CellTrace:
    """Run `cell` over a sequence and record every step.

    Parameters
    ----------
    x : array (T, N, D)
        In the input's time order.
    state : the cell's State
        The state before its first step, fields (N, H) or as the cell's `state_shapes` say.
    valid : None or bool array (T, N, 1)
        Where False the state is carried along unchanged.
    reverse : read the sequence from its end
    rng : the source of the noise of a cell that has some, in training

    Returns
    -------
    CellTrace
    """
    if reverse:
        x = x[::-1]
        valid = None if valid is None else valid[::-1]
    T = len(x)
    a = cell.from_input(x, rng)  # (G, T, N, H): the input's share of all steps; the steps turn it into the gates
    states = cell.State(*(np.empty((T + 1, *value.shape), cell.dtype) for value in state))
    for values, value in zip(states, state, strict=True):
        values[0] = value
    if cell.parallel:
        for values, value in zip(states, cell.scan(a, state, valid), strict=True):
            values[1:] = value
    else:
        ragged = _ragged(valid)
        W_h = cell.recurrent_weights()
        for t in range(T):
            prev, state = state, cell.step(a[:, t], state, W_h)
            if valid is not None and ragged[t]:
                state = cell.State(*(where_valid(valid[t], new, old) for new, old in zip(state, prev, strict=True)))
            for values, value in zip(states, state, strict=True):
                values[t + 1] = value
    before, after, final = (cell.State(*(v[k] for v in states)) for k in (slice(0, T), slice(1, None), T))
    return CellTrace(x, cell.record(a, after), before, final, valid=valid, reverse=reverse)


def _ragged(valid: Array | None) -> list[bool]:
    """Whether some sequence does not take part in each step: only then something has to be held back."""
    return [] if valid is None else [not step.all() for step in valid]


def unroll_backward(
    cell: Cell, trace: CellTrace, d_output: Array, d_final: Any
) -> tuple[Array, Any, dict[str, Array], CellGradients]:
    """Backpropagation through time of one unrolled cell.

    Parameters
    ----------
    trace : the CellTrace of the forward pass
    d_output : array (T, N, H)
        dL/d(output) in the input's time order.
    d_final : the cell's State
        The gradients dL/d(state after the last step), shaped as the state.

    Returns
    -------
    dx : array (T, N, D) in the input's time order
    d_initial : state of gradients, shaped as the state
    d_parameters : dict name -> array
    cell_gradients : CellGradients
        dL/d(state) at every step.

    References
    ----------
    Werbos (1990), Proceedings of the IEEE 78.
    """
    if trace.reverse:
        d_output = d_output[::-1]
    valid, ragged = trace.valid, _ragged(trace.valid)
    da = np.empty((*trace.x.shape[:2], cell.weight_ih.shape[0]), cell.dtype)  # (T, N, G*H)
    through_time = cell.State(*(np.empty((len(d_output), *value.shape), cell.dtype) for value in d_final))
    d = d_final
    for t, step, prev in trace.steps_from_the_last():
        arriving = cell.State(d.h + d_output[t], *d[1:])
        d_state, d_prev = cell.step_backward(step, prev, arriving, da[t])
        if valid is not None and ragged[t]:  # past an end d passes by, and neither output nor weights take part
            np.copyto(da[t], 0, where=~valid[t])
            d_state = d._make(where_valid(valid[t], new, 0) for new in d_state)
            d_prev = d._make(where_valid(valid[t], new, old) for new, old in zip(d_prev, d, strict=True))
        for values, value in zip(through_time, d_state, strict=True):
            values[t] = value
        d = d_prev
    dx = (cell.input_slopes(trace, da).reshape(-1, da.shape[-1]) @ cell.weight_ih).reshape(trace.x.shape)
    d_parameters = cell.parameter_gradients(trace, da) | cell.output_gradients(trace, through_time)
    gradients = CellGradients(through_time, valid=valid, reverse=trace.reverse)
    return dx[::-1] if trace.reverse else dx, d, d_parameters, gradients
