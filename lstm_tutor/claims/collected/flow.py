"""Claims about what flows back through time."""

import numpy as np

from lstm_tutor.activations import sigmoid, sigmoid_derivative, tanh, tanh_derivative
from lstm_tutor.claims import trials
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.experiments.studies.gradients import gradient_lag
from lstm_tutor.layers import RNN
from lstm_tutor.optim import clip_by_global_norm
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]

SEEDS = 5


def _exploding() -> Finding:
    """How the gradient of a new LSTM grows over 100 steps, by the size of its recurrent weights."""
    grown = {scale: np.array([trials.growth(scale, seed)[-1] for seed in range(2 * SEEDS)]) for scale in (1.0, 8.0)}
    explodes = bool((grown[8.0] > 10).all())
    return Finding(
        "false" if explodes else "true",
        f"In a new LSTM whose candidate and output gate have recurrent weights of about the usual size, the gradient "
        f"of h over 100 steps shrinks to {scientific(np.median(grown[1.0]), 1)}; with weights eight "
        f"times as large it grows by a factor between {scientific(grown[8.0].min(), 1)} and "
        f"{scientific(grown[8.0].max(), 1)} ({2 * SEEDS} seeds).",
    )


def _clipping(found: Results) -> Finding:
    """How many runs clipping saves, and what it does to the share that early steps have in a gradient."""
    met, without = found.successes("T=20, threshold 1"), found.successes("T=20, no clipping")
    moved, left = [], []
    for seed in range(SEEDS):
        early, late, clipped_early, clipped_late = _shares(seed)
        left.append(early / late)
        moved.append(abs(clipped_early / clipped_late / (early / late) - 1))
    explodes, vanishes = met[0] > without[0], max(moved) < 1e-9
    return Finding(
        "partly" if explodes and vanishes else "true" if explodes else "false",
        f"Against exploding: over 20 steps {met[0]} of {met[1]} runs learn with clipping, {without[0]} of {without[1]} "
        f"without. Against vanishing: it divides the whole gradient by one number. The gradient at step 1 "
        f"of 50 is {scientific(float(np.median(left)), 1)} of that at step 50, before clipping and after, to within "
        f"{scientific(max(moved), 1)} ({SEEDS} seeds).",
    )


def _shares(seed: int) -> tuple[float, float, float, float]:
    """The gradient of x at the first and the last of 50 steps, before clipping to a thousandth and after."""
    rng = np.random.default_rng(seed)
    layer = RNN(4, 32, rng=rng)
    trace = layer.forward(rng.standard_normal((50, 1, 4)))
    d_output = np.zeros(trace.output.shape)
    d_output[-1] = 1
    dx = layer.backward(trace, d_output).x
    clipped = clip_by_global_norm({"x": dx}, 1e-3)[0]["x"]
    sizes = [float(np.linalg.norm(each[t])) for each in (dx, clipped) for t in (0, -1)]
    return sizes[0], sizes[1], sizes[2], sizes[3]


def _orthogonal(found: Results) -> Finding:
    """What is left after 100 steps of a chain of orthogonal matrices, with and without a tanh between them."""
    linear = np.array([trials.orthogonal_chain(False, seed)[-1] for seed in range(SEEDS)])
    last, usual = gradient_lag.left(found, "rnn, orthogonal", lag=100), gradient_lag.left(found, "rnn", lag=20)
    exact = bool(np.abs(linear - 1).max() < 1e-9)
    return Finding(
        "partly" if exact and last < 0.01 else "true" if exact else "false",
        f"Without a tanh, all of the gradient is left after 100 steps, to within "
        f"{scientific(np.abs(linear - 1).max(), 1)} ({SEEDS} seeds). With the tanh of an RNN it is "
        f"{scientific(last, 1)} (median of {len(found.of('rnn, orthogonal'))} seeds), and "
        f"with PyTorch's own start {scientific(usual, 1)} after 20: each step multiplies by a slope that is below 1 "
        "wherever a unit is not at 0.",
    )


def _second_derivative() -> Finding:
    """Where the second derivatives end, and what the tanhs and the forget gate do to the memory's gradient."""
    a = np.linspace(0, 10, 10_001)
    s, t = sigmoid(a), tanh(a)
    curves = {"sigmoid": sigmoid_derivative(s) * (1 - 2 * s), "tanh": -2 * t * tanh_derivative(t)}
    ends = {name: a[np.abs(curve) > 0.01].max() for name, curve in curves.items()}
    kept = {
        (variant, bias): float(np.median([trials.kept_by_tanh(variant, bias, seed) for seed in range(SEEDS)]))
        for variant in ("NP", "NIAF", "NOAF")
        for bias in (0.0, 5.0)
    }
    by_gate = kept["NP", 5.0] / kept["NP", 0.0]
    by_tanh = max(max(kept[v, b] / kept["NP", b], kept["NP", b] / kept[v, b]) for v in ("NIAF", "NOAF") for b in (0, 5))
    return Finding(
        "false" if ends["tanh"] < ends["sigmoid"] and by_gate > 1000 * by_tanh else "true",
        f"The second derivative of tanh falls below 0.01 at {ends['tanh']:.1f}, that of the sigmoid only at "
        f"{ends['sigmoid']:.1f}; and no gradient has it as a factor. With either tanh of the LSTM taken out, what is "
        f"left of the memory's gradient after 50 steps changes by at most a factor of {by_tanh:.1f}; with a forget "
        f"bias of 5 in place of 0, by a factor of {scientific(by_gate, 1)} (medians of {SEEDS} seeds).",
    )


def _detached() -> Finding:
    """What holds on to the past: a state that is carried, one that is detached, and none."""
    from lstm_tutor.reference import surprises

    carried, detached, fresh = (surprises.carried_states(how) for how in ("carried", "detached", "fresh"))
    leak = not carried.trains and carried.nodes[-1] > 2 * carried.nodes[0]
    same = np.array_equal(carried.output, detached.output)
    needless = fresh.trains and fresh.nodes[-1] == fresh.nodes[0]
    return Finding(
        "partly" if leak and same and needless else "true" if leak else "false",
        f"A state that is carried on without `detach()` holds {carried.nodes[0]}, {carried.nodes[1]}, … "
        f"{carried.nodes[-1]} operations after 1, 2, … {len(carried.nodes)} pieces, and the second backward pass stops "
        f"with an error. With it there are always {detached.nodes[-1]}, and the outputs are the same. If every batch "
        "begins with zeros, as `nn.LSTM` does by itself, there is nothing to detach or to reset.",
    )


CARDS = [
    Card("exploding-too", "LSTMs solve the vanishing and the exploding gradient.", "gradients", "gradients", "code",
         _exploding, sources=("pascanu2013difficulty",)),
    Card("clipping-vanished", "Clipping the gradient helps against vanishing as well as exploding.",
         "gradients", "gradients", "runs", _clipping, ("clipping",), ("pascanu2013difficulty",)),
    Card("orthogonal-start", "With orthogonal recurrent weights the gradient cannot vanish.",
         "gradients", "gradients", "runs", _orthogonal, ("gradient_lag",), ("saxe2014exact", "le2015simple")),
    Card("second-derivative", "An LSTM uses tanh because its second derivative lasts long before it goes to zero, and "
         "that keeps gradients from vanishing.", "gradients", "lstm", "code", _second_derivative,
         sources=("hochreiter1997long",)),
    Card("detach-and-reset", "Before each batch the hidden state has to be detached and set to zero, or memory leaks.",
         "gradients", "bptt", "code", _detached, sources=("williams1990efficient",)),
]  # fmt: skip
