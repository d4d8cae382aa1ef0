"""Where weights start: random matrices that keep lengths or sizes, written into a layer block by block."""

from __future__ import annotations

import numpy as np

from lstm_tutor.checks import finite_number
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.types import RNG, Array

__all__ = ["initialize", "orthogonal", "uniform_fan_in", "xavier_uniform"]


def orthogonal(shape: tuple[int, int], gain: float = 1.0, *, rng: RNG = None) -> Array:
    """Return a random matrix that keeps every length, times `gain`: all its singular values are `gain`.

    Equations: ``W^T W = gain^2 I`` if it is at least as high as wide, else ``W W^T = gain^2 I``. It is Q of the
    QR decomposition of a Gaussian matrix, with the signs that make the diagonal of R positive: only then are all
    directions equally likely. Without them a square Q leans to a negative diagonal, a memory that flips at every step.

    Parameters
    ----------
    shape : (rows, columns)
    gain : float > 0
    rng : int seed or numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape is not that of a matrix, or the gain is not positive.

    References
    ----------
    Saxe, McClelland & Ganguli (2014); the signs are those of Mezzadri (2007), section 5.

    Examples
    --------
    >>> W = orthogonal((3, 3), rng=0)
    >>> bool(np.allclose(W.T @ W, np.eye(3)))
    True
    """
    rows, columns = _check_matrix("orthogonal", shape, gain)
    a = np.random.default_rng(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q = gain * orthogonal_part(a)
    return q if rows >= columns else q.T


def orthogonal_part(gaussian: Array) -> Array:
    """Return Q of the QR decomposition of a matrix, with the signs that make the diagonal of R positive."""
    q, r = np.linalg.qr(gaussian)
    return q * np.where(np.diag(r) < 0, -1.0, 1.0)


def xavier_uniform(shape: tuple[int, int], gain: float = 1.0, *, rng: RNG = None) -> Array:
    """Return a matrix of U(-a, a) that keeps the size of what passes, on the mean of forward and backward.

    Equation: ``a = gain sqrt(6 / (columns + rows))``, so that the variance is ``2 gain^2 / (columns + rows)``.

    Parameters
    ----------
    shape : (rows, columns)
        Numbers of outputs and of inputs.
    gain : float > 0
    rng : int seed or numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape is not that of a matrix, or the gain is not positive.

    References
    ----------
    Glorot & Bengio (2010), equation 16.

    Examples
    --------
    >>> bool(np.abs(xavier_uniform((20, 4), rng=0)).max() <= 0.5)
    True
    """
    rows, columns = _check_matrix("xavier_uniform", shape, gain)
    bound = gain * np.sqrt(6 / (rows + columns))
    return np.random.default_rng(rng).uniform(-bound, bound, (rows, columns))


def uniform_fan_in(shape: tuple[int, int], gain: float = 1.0, *, rng: RNG = None) -> Array:
    """Return a matrix of U(-a, a), narrower the more inputs there are.

    Equation: ``a = gain / sqrt(columns)``. A fresh cell's recurrent weights are drawn so, and a fresh read-out's. A
    fresh cell's input weights are not: their bound is ``1 / sqrt(H)``, as PyTorch's, whatever the number of inputs.

    Parameters
    ----------
    shape : (rows, columns)
        Numbers of outputs and of inputs.
    gain : float > 0
    rng : int seed or numpy.random.Generator

    Returns
    -------
    array of that shape

    Raises
    ------
    ValueError
        If the shape is not that of a matrix, or the gain is not positive.

    Examples
    --------
    >>> bool(np.abs(uniform_fan_in((20, 4), rng=0)).max() <= 0.5)
    True
    """
    rows, columns = _check_matrix("uniform_fan_in", shape, gain)
    bound = gain / np.sqrt(columns)
    return np.random.default_rng(rng).uniform(-bound, bound, (rows, columns))


SCHEMES = {"orthogonal": orthogonal, "xavier_uniform": xavier_uniform, "uniform_fan_in": uniform_fan_in}


def initialize(
    layer: RecurrentLayer, *, recurrent: str | None = "orthogonal", input: str | None = "xavier_uniform",
    forget_bias: float | None = None, rng: RNG = None,
) -> None:  # fmt: skip
    """Draw a layer's weights anew, in every layer and direction, and set the bias of every forget gate.

    A weight holds the blocks of several gates one below the other. Each block is drawn by itself: each (H, H) block of
    ``weight_hh`` is orthogonal, which a (4H, H) matrix drawn as one is not; and the rows that `input`'s bound counts
    are a gate's H.

    Parameters
    ----------
    layer : RecurrentLayer
        Its arrays are written into.
    recurrent : {"orthogonal", "xavier_uniform", "uniform_fan_in"} or None
        How ``weight_hh`` is drawn; None leaves it as it is.
    input : {"orthogonal", "xavier_uniform", "uniform_fan_in"} or None
        How ``weight_ih`` is drawn.
    forget_bias : float, optional
        The bias of the forget gates; by default the biases stay as they are. The other biases always stay.
    rng : int seed or numpy.random.Generator

    Raises
    ------
    ValueError
        If there is no such scheme, no forget gate to set, or no recurrent layer; nothing is changed then.

    References
    ----------
    Le, Jaitly & Hinton (2015) and Arjovsky, Shah & Bengio (2016) on recurrent weights that keep lengths; Jozefowicz,
    Zaremba & Sutskever (2015) on the forget gate's bias.

    Examples
    --------
    >>> from lstm_tutor import LSTM
    >>> layer = LSTM(3, 2, num_layers=2, rng=0)
    >>> initialize(layer, forget_bias=2.0, rng=0)
    >>> layer.parameters()["bias_l1"].tolist()
    [0.0, 0.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0]
    """
    if not isinstance(layer, RecurrentLayer):
        raise ValueError(f"initialize: expected a recurrent layer, got {type(layer).__name__}")
    for what, scheme in (("recurrent", recurrent), ("input", input)):
        if scheme is not None and scheme not in SCHEMES:
            raise ValueError(f"initialize: expected {what} to be None or one of {list(SCHEMES)}, got {scheme!r}")
    cells = [cell for directions in layer.cells for cell in directions]
    if forget_bias is not None:
        if "f" not in cells[0].blocks:
            raise ValueError(f"initialize: expected a layer with a forget gate, got {type(layer).__name__}")
        forget_bias = finite_number("initialize", "forget_bias", forget_bias)
    rng = np.random.default_rng(rng)
    for cell in cells:
        for name, scheme in (("weight_hh", recurrent), ("weight_ih", input)):
            if scheme is not None and name in cell.shapes():
                weight = getattr(cell, name)
                for block in cell.blocks:
                    rows = weight[cell.rows(block)]  # a view
                    rows[:] = SCHEMES[scheme](rows.shape, rng=rng)
        if forget_bias is not None:
            cell.bias[cell.rows("f")] = forget_bias


def _check_matrix(what: str, shape: tuple[int, int], gain: float) -> tuple[int, int]:
    if len(shape) != 2 or not all(isinstance(n, int | np.integer) and n > 0 for n in shape):
        raise ValueError(f"{what}: expected shape to be (rows, columns), got {shape!r}")
    if not 0 < gain < np.inf:
        raise ValueError(f"{what}: expected gain > 0, got {gain!r}")
    return shape
