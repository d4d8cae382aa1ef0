"""The loops that one writes first, every product at every step: what the benchmark is to beat besides PyTorch."""

import numpy as np

__all__ = ["gru_loop", "lstm_loop", "rnn_loop"]


def rnn_loop(W, U, b, x, d_output):
    """An RNN, step by step: (dx, dW, dU, db) from dL/d(output)."""
    h = [np.zeros((x.shape[1], U.shape[1]), x.dtype)]
    for x_t in x:
        h.append(np.tanh(x_t @ W.T + h[-1] @ U.T + b))
    dx, dW, dU, db = (np.zeros_like(a) for a in (x, W, U, b))
    dh = 0
    for t in reversed(range(len(x))):
        dz = (dh + d_output[t]) * (1 - h[t + 1] ** 2)
        dW += dz.T @ x[t]
        dU += dz.T @ h[t]
        db += dz.sum(axis=0)
        dx[t] = dz @ W
        dh = dz @ U
    return dx, dW, dU, db


def lstm_loop(W, U, b, x, d_output):
    """An LSTM, step by step: (dx, dW, dU, db) from dL/d(output)."""
    h, c = ([np.zeros((x.shape[1], U.shape[1]), x.dtype)] for _ in range(2))
    gates = []
    for x_t in x:
        i, f, g, o = np.split(x_t @ W.T + h[-1] @ U.T + b, 4, axis=1)
        i, f, g, o = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f)), np.tanh(g), 1 / (1 + np.exp(-o))
        c.append(f * c[-1] + i * g)
        h.append(o * np.tanh(c[-1]))
        gates.append((i, f, g, o))
    dx, dW, dU, db = (np.zeros_like(a) for a in (x, W, U, b))
    dh = dc = 0
    for t in reversed(range(len(x))):
        i, f, g, o = gates[t]
        tanh_c = np.tanh(c[t + 1])
        dh = dh + d_output[t]
        dc = dc + dh * o * (1 - tanh_c**2)
        dz = np.hstack([
            dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g**2), dh * tanh_c * o * (1 - o),
        ])  # fmt: skip
        dW += dz.T @ x[t]
        dU += dz.T @ h[t]
        db += dz.sum(axis=0)
        dx[t] = dz @ W
        dh, dc = dz @ U, dc * f
    return dx, dW, dU, db


def gru_loop(W, U, b, b_n, x, d_output):
    """A GRU that resets after the product, step by step: (dx, dW, dU, db, db_n) from dL/d(output)."""
    H = U.shape[1]
    h, gates = [np.zeros((x.shape[1], H), x.dtype)], []
    for x_t in x:
        (a_r, a_z, a_n), (u_r, u_z, u_n) = (np.split(a, 3, axis=1) for a in (x_t @ W.T + b, h[-1] @ U.T))
        r, z, u_n = 1 / (1 + np.exp(-a_r - u_r)), 1 / (1 + np.exp(-a_z - u_z)), u_n + b_n
        n = np.tanh(a_n + r * u_n)
        h.append((1 - z) * n + z * h[-1])
        gates.append((r, z, n, u_n))
    dx, dW, dU, db, db_n = (np.zeros_like(a) for a in (x, W, U, b, b_n))
    dh = 0
    for t in reversed(range(len(x))):
        r, z, n, u_n = gates[t]
        dh = dh + d_output[t]
        da_n = dh * (1 - z) * (1 - n**2)
        da = np.hstack([da_n * u_n * r * (1 - r), dh * (h[t] - n) * z * (1 - z), da_n])
        du = np.hstack([da[:, : 2 * H], da_n * r])
        dW += da.T @ x[t]
        dU += du.T @ h[t]
        db += da.sum(axis=0)
        db_n += du[:, 2 * H :].sum(axis=0)
        dx[t] = da @ W
        dh = dh * z + du @ U
    return dx, dW, dU, db, db_n
