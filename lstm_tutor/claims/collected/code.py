"""Claims that are code: what it does when it is run."""

import numpy as np

from lstm_tutor.attention import DotAttention
from lstm_tutor.claims import circulating
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.experiments.studies.gates.reset_gate import MEASURED
from lstm_tutor.layers import GRU, LSTM, RNN
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]

SEEDS, T, D, H = 10, 12, 3, 8


def _draw(seed: int, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [0.5 * rng.standard_normal(shape) for shape in shapes]


def _permuted() -> Finding:
    """How much more than a shuffle of the outputs a shuffle of the inputs makes."""
    wrong, right = [], []
    for seed in range(SEEDS):
        X, W, b = _draw(seed, (T, D), (D, H), (H,))
        order = np.random.default_rng(seed).permutation(T)
        Z = circulating.rnn_without_recurrence(X, W, b)
        wrong.append(np.abs(circulating.rnn_without_recurrence(X[order], W, b) - Z[order]).max())
        layer = RNN(D, H, rng=seed)
        shuffled, plain = (layer.forward(x[:, None]).output[:, 0] for x in (X[order], X))
        right.append(np.abs(shuffled - plain[order]).max())
    return Finding(
        "false" if max(wrong) < 1e-12 < min(right) else "true",
        f"Shuffle the inputs, and its outputs are only shuffled likewise: no step sees another (they differ by "
        f"{max(wrong):g}). In an RNN their values change, too, by at least {min(right):.2f} ({SEEDS} seeds).",
    )


def _gates_without_effect() -> Finding:
    """What the gates do for the hidden state, how far back it reaches if they are open, and where the index ends."""
    moved, ends, reach = [], 0, []
    for seed in range(SEEDS):
        X, W, U, b = _draw(seed, (T, D), (D, 4 * H), (H, 4 * H), (4 * H,))
        states = circulating.array_lstm(X, W, U, b, rows=T + 1)[0]
        W[:, : 3 * H], U[:, : 3 * H], b[: 3 * H] = _draw(seed + 99, (D, 3 * H), (H, 3 * H), (3 * H,))
        moved.append(np.abs(circulating.array_lstm(X, W, U, b, rows=T + 1)[0] - states).max())
        reach.append(_reach(seed))
        try:
            circulating.array_lstm(X, W, U, b)
        except IndexError:
            ends += 1
    wrong, right = np.median(reach, axis=0)
    return Finding(
        "false" if max(moved) == 0 and wrong < 1e-6 < right else "true",
        f"It stops with an IndexError at the last step ({ends} of {SEEDS} runs). With one more row, new weights for "
        f"all three gates change its hidden states by {max(moved):g}. With open forget gates a change of the first of "
        f"60 inputs still moves the last hidden state of an LSTM by {right:.2f}, and here by {scientific(wrong, 1)} "
        f"(medians of {SEEDS} seeds).",
    )


def _reach(seed: int, steps: int = 60) -> tuple[float, float]:
    """How much the first input moves the last hidden state, in the circulating code and in an LSTM of like weights."""
    X, W, U, b = _draw(seed, (steps, D), (D, 4 * H), (H, 4 * H), (4 * H,))
    U *= 0.2
    b[H : 2 * H] += 6  # f: open
    changed = X.copy()
    changed[0] += 1
    wrong = circulating.array_lstm(changed, W, U, b, steps + 1)[0] - circulating.array_lstm(X, W, U, b, steps + 1)[0]
    layer, order = LSTM(D, H), [0, 1, 3, 2]  # columns i, f, o, g; the layer's rows are i, f, g, o
    by_row = (weights.reshape(-1, 4, H)[:, order].reshape(-1, 4 * H).T for weights in (W, U, b[None]))
    weight_ih, weight_hh, bias = by_row
    layer.load_parameters({"weight_ih_l0": weight_ih, "weight_hh_l0": weight_hh, "bias_l0": bias[:, 0]})
    right = layer.forward(changed[:, None]).output - layer.forward(X[:, None]).output
    return float(np.abs(wrong[-1]).max()), float(np.abs(right[-1]).max())


def _shape() -> Finding:
    """The shape of the weights, and what its rows sum to."""
    queries, keys = _draw(0, (5, 1, H), (T, 1, H))
    weights = DotAttention().forward(queries, keys)["weights"][:, 0]
    off = np.abs(weights.sum(axis=1) - 1).max()
    return Finding(
        "false" if weights.shape == (5, T) and off < 1e-12 else "true",
        f"For 5 steps that look at {T} steps of {H} features the weights have the shape {weights.shape}, a row for "
        "each step that looks; each row adds up to 1 to rounding. Weights of the shape (T, features) compare the "
        "features of one step, and no step with another.",
    )


def _without_reset(found: Results) -> Finding:
    """How far it is from a GRU with the same weights, and whether it learns clearly worse."""
    far = []
    for seed in range(SEEDS):
        layer = GRU(D, H, rng=seed)
        p = layer.parameters()
        x, h = _draw(seed, (1, 20, D), (20, H))
        W, U, b = p["weight_ih_l0"][H:].T, p["weight_hh_l0"][H:].T, p["bias_l0"][H:]
        ours = circulating.gru_without_reset(x[0], h, W, U, b)
        far.append(np.abs(ours - layer.forward(x, h[None]).output[0]).max())
    worse = sum(found.clearly_worse(m, f"{task}-GRU-no-reset", f"{task}-GRU") for task, m in MEASURED.items())
    return Finding(
        "true" if max(far) < 1e-12 else "partly" if worse == 0 else "false",
        f"With the weights of a GRU it is off by up to {np.median(far):.2f} in a single step (median of {SEEDS} "
        f"seeds), so it is another cell. Trained as itself it is clearly worse on {worse} of {len(MEASURED)} tasks "
        f"({len(found.of('text-GRU'))} seeds each).",
    )


def _zeros() -> Finding:
    """How much of the right-hand side reaches the backward half of the one loop."""
    one, two = [], []
    for seed in range(SEEDS):
        X, W, U, V, R = _draw(seed, (T, D), (D, H), (H, H), (D, H), (H, H))
        changed = X.copy()
        changed[-1] += 1
        one.append(
            np.abs(circulating.one_loop(changed, W, U, V, R)[1] - circulating.one_loop(X, W, U, V, R)[1])[0].max()
        )
        layer = RNN(D, H, bidirectional=True, rng=seed)
        two.append(np.abs(layer.forward(changed[:, None]).output - layer.forward(X[:, None]).output)[0, 0, H:].max())
    return Finding(
        "false" if max(one) == 0 < min(two) else "true",
        f"Change the last input: its backward half at the first step changes by {max(one):g}, because the state that "
        f"it reads is still zero. In a true backward pass it changes with each of {SEEDS} seeds.",
    )


CARDS = [
    Card("rnn-code", "This is the code of an RNN: `Z[t] = tanh(X[t] @ W + b)`.", "code", "rnn", "code", _permuted,
         sources=("elman1990finding",)),
    Card("lstm-code", "This is the code of an LSTM: `C[t+1] = i*g + f*C[t]`, `H[t+1] = tanh(g)`, in arrays of T rows.",
         "code", "lstm", "code", _gates_without_effect, sources=("gers2000learning",)),
    Card("attention-shape", "The attention weights of an LSTM have the shape (T, features).",
         "code", "attention", "code", _shape, sources=("bahdanau2015neural",)),
    Card("gru-code", "This is the code of a GRU: an update gate `z`, a candidate, `h = (1 - z)*n + z*h`.",
         "code", "gru", "runs", _without_reset, ("reset_gate",), ("cho2014learning",)),
    Card("one-loop", "One loop over time can compute both directions of a bidirectional network at the same step `t`.",
         "code", "bidirectional", "code", _zeros, sources=("schuster1997bidirectional",)),
]  # fmt: skip
