"""Claims that are code: how a network is fed, and which of its outputs is read."""

import numpy as np

from lstm_tutor.claims import trials
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.layers import LSTM
from lstm_tutor.losses import ctc
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]

SEEDS = 5


def _dropout() -> Finding:
    """Which layers of a stack change from pass to pass in training."""
    from lstm_tutor.reference import surprises

    (alone,), stack = surprises.dropped(1), surprises.dropped(3)
    return Finding(
        "false" if alone == stack[0] == 0 < min(stack[1:]) else "true",
        f"Two passes of `nn.LSTM(dropout=0.5)` in training: with one layer they differ by {alone:g}. With three, the "
        f"first layer, with all its steps through time, differs by {stack[0]:g}, the others by up to "
        f"{max(stack):.2f}. What is dropped is what one layer hands to the next.",
    )


def _batch_first() -> Finding:
    """The shapes of output and states with `batch_first`."""
    from lstm_tutor.reference import surprises

    first, plain = surprises.state_shapes(True), surprises.state_shapes(False)
    return Finding(
        "false" if first["output"] != plain["output"] and first["h_n"] == plain["h_n"] else "true",
        f"With `batch_first=True` the output of 2 sequences of 7 steps has the shape {first['output']} in place of "
        f"{plain['output']}. The states have {first['h_n']} both times: layers first, always.",
    )


def _last_of_padded() -> Finding:
    """How many sentences are judged rightly by the state at their end, and by the last row of the batch."""
    right = trials.readings_of_padded()
    end, packed, ran_on = right.values()
    return Finding(
        "false" if end > max(packed, ran_on) else "true",
        f"A trained classifier judges {end:.0%} of 2,000 sentences of 4 to 12 words rightly, read at the end of each. "
        f"Read at `output[-1]`, packed, {packed:.0%}: a short sentence has zeros there. Read there without lengths, so "
        f"that the network goes on through the padding, {ran_on:.0%}.",
    )


def _last_of_both() -> Finding:
    """What the backward half of the last row knows of the sequence."""
    moved, gaps = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        layer, x = LSTM(3, 5, bidirectional=True, rng=seed), rng.standard_normal((20, 1, 3))
        trace = layer.forward(x)
        x[:-1] = rng.standard_normal((19, 1, 3))
        moved.append(np.abs(layer.forward(x).output[-1, :, 5:] - trace.output[-1, :, 5:]).max())
        gaps.append(np.abs(trace.output[0, :, 5:] - trace.final_state.h[1]).max())
    return Finding(
        "false" if max(moved) == 0 else "true",
        f"Give the network 19 new steps of 20, and the backward half of `output[-1]` changes by {max(moved):g} "
        f"({SEEDS} seeds): it has read one step. What the backward network knows of the whole is in `output[0]`, which "
        f"differs from its final state by {max(gaps):g}.",
    )


def _one_length() -> Finding:
    """Whether sequences of unequal lengths give the same alone and side by side."""
    layer, rng = LSTM(3, 5, rng=0), np.random.default_rng(0)
    lengths, gaps = (3, 17, 1000), []
    x = rng.standard_normal((max(lengths), len(lengths), 3))
    together = layer.forward(x, lengths=lengths).final_state.h[0]
    for n, length in enumerate(lengths):
        alone = layer.forward(x[:length, n : n + 1]).final_state.h[0, 0]
        gaps.append(np.abs(alone - together[n]).max())
    return Finding(
        "false" if max(gaps) < 1e-12 else "true",
        f"One layer reads sequences of {lengths[0]}, {lengths[1]} and {lengths[2]:,} steps, and ends in the same "
        f"states whether they come one by one or side by side with their lengths, to within {scientific(max(gaps), 1)}."
        " Only the array that holds a batch has one length.",
    )


def _lags(found: Results) -> Finding:
    """What reaches the recurrent weights if a window is given as the features of one step."""
    reach = []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        layer, x = LSTM(12, 16, rng=seed), rng.standard_normal((1, 32, 12))
        trace = layer.forward(x)
        grads = layer.backward(trace, rng.standard_normal(trace.output.shape)).parameters
        forget = layer.cells[0][0].rows("f")
        of_past = [grads["weight_hh_l0"], grads["weight_ih_l0"][forget], grads["bias_l0"][forget]]
        reach += [np.abs(gradient).max() for gradient in of_past]
    base, flat = (found.median(name, "error") for name in ("windows shuffled", "lags as features"))
    better = found.clearly_worse("error", "windows shuffled", "lags as features")
    idle = sum(gradient.size for gradient in of_past)
    return Finding(
        "true" if max(reach) > 0 else "partly" if better else "false",
        f"With one step there is no past: the gradient of all recurrent weights and of the forget gate is "
        f"{max(reach):g} ({SEEDS} seeds), so that {idle:,} of {layer.size():,} parameters are idle. On "
        f"sunspots the error is {flat:.2f} in place of {base:.2f} (medians of {len(found.of('lags as features'))} "
        "seeds): as a small network without memory it still works.",
    )


def _blank() -> Finding:
    """Whether the loss depends on which number the blank has."""
    gaps, wrong = [], []
    for seed in range(SEEDS):
        rng = np.random.default_rng(seed)
        z, targets = rng.standard_normal((12, 1, 5)), rng.integers(1, 5, (1, 4))  # blank 0
        first = ctc(z, targets, [12], [4], blank=0)[0]
        last = ctc(np.roll(z, -1, axis=2), targets - 1, [12], [4], blank=4)[0]
        gaps.append(abs(first - last))
        wrong.append(abs(ctc(z, targets - 1, [12], [4], blank=4)[0] - first))
    return Finding(
        "false" if max(gaps) < 1e-9 < min(wrong) else "true",
        f"Move the blank from the first class to the last, and all labels with it: the loss is the same to within "
        f"{scientific(max(gaps), 1)} ({SEEDS} seeds). Say last to a network whose blank is first, and it is off by "
        f"{min(wrong):.1f} or more. It is a convention, and libraries differ.",
    )


CARDS = [
    Card("dropout-through-time", "`nn.LSTM(dropout=0.5)` drops units from step to step.", "code", "deep", "code",
         _dropout, sources=("zaremba2014recurrent", "gal2016theoretically")),
    Card("batch-first", "With `batch_first=True` the batch comes first in the hidden state, too.", "code",
         "classification", "code", _batch_first, sources=("paszke2019pytorch",)),
    Card("last-of-padded", "`output[-1]` is the last state of each sequence of a padded batch.", "code",
         "classification", "code", _last_of_padded, sources=("paszke2019pytorch",)),
    Card("last-of-both", "`output[-1]` of a bidirectional LSTM holds what both directions know of the sequence.",
         "code", "bidirectional", "code", _last_of_both, sources=("schuster1997bidirectional",)),
    Card("one-length", "An LSTM needs sequences of one fixed length.", "code", "classification", "code", _one_length,
         sources=("hochreiter1997long",)),
    Card("lags-as-features", "To give an LSTM twelve past values, reshape them to `(samples, 1, 12)`.", "code",
         "forecasting", "runs", _lags, ("window_habits",), ("gers2001applying",)),
    Card("blank-last", "In CTC the blank has to be the last class.", "code", "handwriting", "code", _blank,
         sources=("graves2006connectionist",)),
]  # fmt: skip
