"""How one state answers another through time: Jacobians, and the sizes of what flows back."""

from __future__ import annotations

from typing import Any

import numpy as np

from lstm_tutor.checks import numbers
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.trace import Gradients
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["gradient_sizes", "jacobians", "sizes_by_lag"]


def jacobians(layer: RecurrentLayer, x: ArrayLike, of: str = "h", *, state: Any = None) -> Array:
    """Return how the last state answers each earlier one: ``dh_t / dh_s``, exactly, for the last step t and all s <= t.

    H copies of the sequence run side by side, and row n of the answer comes from going back through time from the n-th
    unit's last value. Of ``"h"``, a Jacobian says how h_t moves when h_s is nudged and the rest of the state at step s,
    such as c_s, is not. Of ``"c"``, it says how c_t moves when c_s is nudged and h_s with it, by ``h = o tanh(c)``.

    For a t before the last, give the steps up to it: ``jacobians(layer, x[: t + 1])``.

    Parameters
    ----------
    layer : RecurrentLayer
        A layer of one direction, not stacked.
    x : array (T, 1, D)
        One sequence.
    of : str
        A field of the layer's state that is H numbers: "h", and "c" for LSTMs.
    state : tuple of arrays (1, 1, H), optional
        The state before the first step, by default the layer's own.

    Returns
    -------
    array (T, H, H)
        Entry ``[s, i, j]`` is the derivative of unit i at the last step with respect to unit j at step s; the last of
        the T matrices is the identity. By the rule of ``LSTM1997(truncated=True)`` it is what that rule takes for it.

    Raises
    ------
    ValueError
        If the layer has several layers or directions, the state has no such field, or x is not one sequence.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), equations 4 and 5.

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> layer = lt.RNN(3, 4, rng=0)
    >>> J = lt.jacobians(layer, np.ones((10, 1, 3)))
    >>> J.shape, bool((J[-1] == np.eye(4)).all())
    ((10, 4, 4), True)
    """
    if not isinstance(layer, RecurrentLayer) or layer.num_layers > 1 or layer.bidirectional:
        raise ValueError(f"jacobians: expected one recurrent layer of one direction, got {layer!r}")
    H = layer.hidden_size
    shapes = layer.state_shapes(H)
    vectors = [name for name, shape in shapes.items() if shape == (1, H, H)]
    if of not in vectors:
        raise ValueError(f"jacobians: expected of to be one of {vectors}, got {of!r}")
    x = numbers("jacobians", "x", x, layer.dtype)
    if x.ndim != 3 or x.shape[1] != 1:
        raise ValueError(f"jacobians: expected one sequence, x of shape (T, 1, {layer.input_size}), got {x.shape}")
    if state is not None:
        state = layer.State(*(np.repeat(np.asarray(value), H, axis=1) for value in state))
    trace = layer.forward(np.repeat(x, H, axis=1), state)
    last = {name: np.eye(H)[None] if name == of else np.zeros(shape) for name, shape in shapes.items()}
    d_final = layer.State(**last)  # row n: dL/dh_t = e_n
    return layer.backward(trace, np.zeros(trace.output.shape), d_final)[of].copy()


def sizes_by_lag(
    grads: Gradients, of: str = "h", *, lengths: ArrayLike | None = None, layer: int = 0, direction: str = "forward"
) -> Array:
    """Return the sizes of dL/dh_t, (N, T), from the last step (lag 0) back to the first (lag T - 1).

    With a loss at the last step only, this is how much of its gradient is left after each step back in time. The last
    step of the reverse direction is step 0.

    Parameters
    ----------
    grads : Gradients
        What a layer's backward pass returned.
    of : str
        A field of the state: "h", and "c" for LSTMs; "C", a matrix memory, counts as one long vector.
    lengths : N ints, optional
        Of a padded batch. Lag 0 is then the last step of each sequence, and what is past its first one is masked.
    layer : int
        Which layer of a stack, counted from 0.
    direction : {"forward", "reverse"}
        Which direction.

    Returns
    -------
    array (N, T)
        The sizes; a masked array if there are lengths.

    Raises
    ------
    ValueError
        If the gradients have no such place or state, or are not finite, or if there are not N lengths from 1 to T.

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> layer = lt.RNN(3, 4, rng=0)
    >>> trace = layer.forward(np.ones((5, 2, 3)))
    >>> d_output = np.zeros(trace.output.shape); d_output[-1] = 1
    >>> sizes_by_lag(layer.backward(trace, d_output)).shape
    (2, 5)
    """
    states = grads.at(layer=layer, direction=direction)
    if of not in states:
        raise ValueError(f"sizes_by_lag: expected of to be one of {list(states)}, got {of!r}")
    if not np.isfinite(states[of]).all():
        raise ValueError(f"sizes_by_lag: expected finite gradients of {of}, got NaN or inf")
    vectors = states[of].reshape(*states[of].shape[:2], -1)  # (T, N, H); of a matrix all its entries
    sizes = _lengths(vectors)  # (T, N)
    T, N = sizes.shape
    ends = np.full(N, T) if lengths is None else np.asarray(lengths)
    if ends.shape != (N,) or ends.dtype.kind not in "iu" or ends.min() < 1 or ends.max() > T:
        raise ValueError(f"sizes_by_lag: expected {N} lengths from 1 to {T}, got {lengths!r}")
    lags = np.zeros((N, T))
    for n, end in enumerate(ends):
        lags[n, :end] = sizes[:end, n][::-1] if direction == "forward" else sizes[:end, n]
    return lags if lengths is None else np.ma.masked_array(lags, np.arange(T) >= ends[:, None])


def _lengths(vectors: Array) -> Array:
    """Return the Euclidean length of vectors (..., H), also where its square would overflow or vanish."""
    _, exponents = np.frexp(np.abs(vectors).max(axis=-1, keepdims=True))
    scale = np.ldexp(vectors.dtype.type(1), exponents - 1)  # powers of two, by which division is exact
    return scale[..., 0] * np.linalg.norm(vectors / scale, axis=-1)


def gradient_sizes(layer: RecurrentLayer, x: ArrayLike, of: str = "h", *, rng: RNG = None) -> Array:
    """Return how much of a gradient that arrives at the last step is left at each step before: :func:`sizes_by_lag`.

    Parameters
    ----------
    layer : RecurrentLayer
        A layer of one direction; of a stack, the sizes are those in its first layer.
    x : array (T, N, D)
    of : str
        A field of the state: "h", and "c" for LSTMs.
    rng : int seed or numpy.random.Generator
        For the gradient at the last output, drawn from a standard normal distribution.

    Returns
    -------
    array (N, T)

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> gradient_sizes(lt.RNN(3, 4, rng=0), np.ones((5, 2, 3)), rng=0).shape
    (2, 5)
    """
    trace = layer.forward(x)
    d_output = np.zeros(trace.output.shape)
    d_output[-1] = np.random.default_rng(rng).standard_normal(d_output[-1].shape)
    return sizes_by_lag(layer.backward(trace, d_output), of)
