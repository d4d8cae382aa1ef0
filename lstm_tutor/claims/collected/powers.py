"""Claims about what a network can do, and what its weights explain."""

import numpy as np

from lstm_tutor.claims import trials
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.layers import SLSTM

__all__ = ["CARDS"]

SEEDS = 10


def _turing(found: Results) -> Finding:
    """How deep the stack of the proof is in real numbers of a machine, and how often parity is learned."""
    depths = {dtype: np.median([trials.stack_depth(dtype, seed) for seed in range(SEEDS)]) for dtype in ("f8", "f4")}
    met, runs = found.successes("rnn")
    return Finding(
        "partly" if max(depths.values()) < 53 and met < runs else "true",
        f"The proof keeps a stack in one number of unlimited digits. Of 200 bits pushed, {depths['f8']:.0f} come back "
        f"in float64 and {depths['f4']:.0f} in float32 (medians of {SEEDS} seeds). And what can be built need not be "
        f"learned: parity takes two states, and {met} of {runs} RNNs learned it.",
    )


def _explains() -> Finding:
    """How well the weights of attention agree with what happens when a word is left out."""
    found = trials.left_out()
    top = np.mean([each.weights.argmax() == each.changes.argmax() for each in found])
    flips = np.mean([each.flips[each.weights.argmax()] for each in found])
    chance = np.mean([each.flips.mean() for each in found])
    agreement = np.median([each.agreement for each in found])
    return Finding(
        "true" if agreement > 0.9 and top > 0.9 else "partly" if flips > 1.5 * chance else "false",
        f"Each word of {len(found)} sentences was left out in turn. The word with the largest weight is the one that "
        f"matters most in {top:.0%} of them, and the two orders agree with a rank correlation of {agreement:.2f} "
        f"(median). Without the word of the largest weight the verdict turns in {flips:.0%}, without a random word in "
        f"{chance:.0%}.",
    )


def _overflow() -> Finding:
    """How many outputs of the exponential gates are numbers, with and without the stabilizer."""
    good, ours = [], []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        layer = SLSTM(4, 16, rng=seed)
        layer.parameters()["bias_l0"][:16] = 800  # of the input gate
        trace = layer.forward(rng.standard_normal((50, 1, 4)))
        ours.append(np.isfinite(trace.output).mean())
        with np.errstate(all="ignore"):
            i = np.exp(trace["m"] + np.log(trace["i"]))  # what the gate would be without the stabilizer
            good.append(np.isfinite(i).mean())
    return Finding(
        "partly" if min(ours) == 1 and max(good) < 1 else "true" if min(ours) < 1 else "false",
        f"With a bias of 800 in the input gate, exp(800) is beyond float64, and {np.mean(good):.0%} of the gate's "
        f"values are finite. With the stabilizer, which divides memory and normalizer alike and so leaves h as it is, "
        f"{np.mean(ours):.0%} of the outputs are (5 seeds).",
    )


CARDS = [
    Card("turing-complete", "Recurrent networks are Turing complete, so they can learn any program.",
         "networks", "variants", "runs", _turing, ("parity",), ("siegelmann1995computational", "weiss2018practical")),
    Card("attention-explains", "Attention weights show why a network decided as it did.",
         "networks", "classification", "code", _explains, sources=("jain2019attention", "wiegreffe2019attention")),
    Card("exponential-gates", "The exponential gates of the xLSTM overflow.",
         "networks", "variants", "code", _overflow, sources=("beck2024xlstm",)),
]  # fmt: skip
