"""Code as it circulates, wrong in ways that raise no error or a late one; shown and measured in the claims lab.

Nothing else of the package uses it. What is right stands in :mod:`lstm_tutor.cells` and :mod:`lstm_tutor.layers`.

Notation: X (T, D) is one sequence, W the weights of the input, U those of the state, b a bias; H and C hold the states,
a row for each step.
"""

import numpy as np

from lstm_tutor.activations import sigmoid, softmax
from lstm_tutor.types import Array

__all__ = ["array_lstm", "feature_weights", "gru_without_reset", "one_loop", "rnn_without_recurrence"]


def rnn_without_recurrence(X: Array, W: Array, b: Array) -> Array:
    """The "RNN" in which no step sees another.

    Parameters
    ----------
    X : array (T, D)
    W : array (D, H)
    b : array (H,)

    Returns
    -------
    array (T, H)
    """
    Z = np.zeros((len(X), W.shape[1]))
    for t in range(len(X)):
        Z[t] = np.tanh(X[t] @ W + b)
    return Z


def array_lstm(X: Array, W: Array, U: Array, b: Array, rows: int | None = None) -> tuple[Array, Array]:
    """The "LSTM" whose gates and memory never reach its hidden state.

    Parameters
    ----------
    X : array (T, D)
    W : array (D, 4H)
        Columns of i, f, o, g.
    U : array (H, 4H)
    b : array (4H,)
    rows : int, optional
        How many rows the arrays of states have. By default T, as the code circulates, which is one too few.

    Returns
    -------
    H, C : arrays (rows, H)

    Raises
    ------
    IndexError
        At the last step, if there are only T rows.
    """
    T, n = len(X), len(U)
    H, C = np.zeros((rows or T, n)), np.zeros((rows or T, n))
    for t in range(T):
        a = X[t] @ W + H[t] @ U + b
        i, f, o = np.split(sigmoid(a[: 3 * n]), 3)
        g = np.tanh(a[3 * n :])
        C[t + 1] = i * g + f * C[t]
        H[t + 1] = np.tanh(g)
    return H, C


def one_loop(X: Array, W: Array, U: Array, V: Array, R: Array) -> tuple[Array, Array]:
    """The "bidirectional RNN" whose backward half reads a state that has not been computed yet.

    Parameters
    ----------
    X : array (T, D)
    W, V : arrays (D, H)
        Weights of the input, forward and backward.
    U, R : arrays (H, H)
        Weights of the state, forward and backward.

    Returns
    -------
    right, left : arrays (T, H)
        What goes to the right, and what ought to come from there.
    """
    T, n = len(X), len(U)
    right, left = np.zeros((T + 1, n)), np.zeros((T + 1, n))
    for t in range(T):
        right[t] = np.tanh(X[t] @ W + right[t - 1] @ U)
        left[t] = np.tanh(X[t] @ V + left[t + 1] @ R)
    return right[:T], left[:T]


def gru_without_reset(x: Array, h: Array, W: Array, U: Array, b: Array) -> Array:
    """One step of a "GRU" that has an update gate and no reset gate.

    Parameters
    ----------
    x : array (N, D)
    h : array (N, H)
    W : array (D, 2H)
        Columns of z, n.
    U : array (H, 2H)
    b : array (2H,)

    Returns
    -------
    array (N, H)
    """
    a_z, a_n = np.split(x @ W + h @ U + b, 2, axis=1)
    z, n = sigmoid(a_z), np.tanh(a_n)
    return (1 - z) * n + z * h


def feature_weights(H: Array, W: Array) -> Array:
    """The "attention weights" that weigh the features of each step against each other.

    Parameters
    ----------
    H : array (T, K)
        The states of an LSTM, a row for each step.
    W : array (K, K)

    Returns
    -------
    array (T, K)
    """
    return softmax(H @ W)
