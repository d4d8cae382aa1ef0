"""Claims about what a cell holds, and what its gates say."""

import numpy as np

from lstm_tutor import experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.claims import trials
from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.layers import LSTM
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]

OPEN, SHUT = 0.9, 0.1  # a gate that is more, or less, is called open, or shut


def _units() -> Finding:
    """How many parameters a layer has, and what it returns, by the number of steps it reads."""
    layer, lengths = LSTM(2, 5, rng=0), (1, 7, 1000)
    sizes, shapes = [], []
    for T in lengths:
        shapes.append(layer.forward(np.zeros((T, 1, 2))).output.shape)
        sizes.append(layer.size())
    same = len(set(sizes)) == 1 and shapes == [(T, 1, 5) for T in lengths]
    return Finding(
        "false" if same else "true",
        f"An `LSTM(2, 5)` has {sizes[0]} parameters, and one and the same layer reads {lengths[0]}, {lengths[1]} or "
        f"{lengths[2]:,} steps. The 5 is the number of values that h and c have at every step.",
    )


def _gate_at_one() -> Finding:
    """What is left of a memory with the forget gate open for 50 steps, and with the gate shut for one."""
    layer, left = LSTM(1, 1, rng=0), {}
    for gate, bias, steps in (("open", 40.0, 50), ("shut", -40.0, 1)):
        weights = {"weight_ih_l0": np.zeros((4, 1)), "weight_hh_l0": np.zeros((4, 1))}
        layer.load_parameters(weights | {"bias_l0": np.array([-40.0, bias, 0.0, 0.0])})
        start = layer.State(np.zeros((1, 1, 1)), np.ones((1, 1, 1)))
        left[gate] = layer.forward(np.zeros((steps, 1, 1)), start)["c"][-1, 0, 0]
    return Finding(
        "false" if left["open"] > 0.99 > 0.01 > left["shut"] else "true",
        f"After 50 steps at f = 1 a memory of 1 is {left['open']:.2f}; after one step at f = 0 it is gone. The gate "
        "says how much is kept.",
    )


def _bounded() -> Finding:
    """How large c gets with open gates, and in a trained network."""
    held, seen = trials.open_gates(100)[-1], np.abs(trials.units_at_work()["c"])
    shown = np.abs(trials.units_at_work()["h"]).max()
    return Finding(
        "false" if max(held, seen.max()) > 1 else "true",
        f"With open gates and a candidate of 1, c is {held:.0f} after 100 steps. In the stored character model it "
        f"reaches {seen.max():.0f} and {(seen > 1).mean():.0%} of its values are beyond 1. What stays between −1 "
        f"and 1 is h, here up to {np.floor(1e5 * shown) / 1e5:.5f}.",
    )


def _switches() -> Finding:
    """How often the gates of a trained network are open, shut, or in between."""
    found = {name: trials.units_at_work()[name] for name in "ifo"}
    between = {name: ((gate >= SHUT) & (gate <= OPEN)).mean() for name, gate in found.items()}
    least, most = min(between.values()), max(between.values())
    return Finding(
        "true" if most < 0.05 else "partly" if most < 0.5 else "false",
        f"In the stored character model, with 96 units and on 16,000 letters, between {least:.0%} and {most:.0%} of "
        f"the values of a gate are neither shut (below {SHUT}) nor open (above {OPEN}): "
        f"f {between['f']:.0%}, i {between['i']:.0%}, o {between['o']:.0%}.",
    )


def _biases() -> Finding:
    """What changes if one of the two biases is moved into the other."""
    from lstm_tutor.reference import surprises

    found = [surprises.moved_biases(seed) for seed in range(5)]
    change, step = scientific(max(each.change for each in found), 1), max(each.step for each in found)
    faster = "twice" if round(step, 6) == 2 else f"{step:.1f} times"
    return Finding(
        "false" if max(each.change for each in found) < 1e-12 else "true",
        f"With one bias moved into the other no output of `nn.LSTM` moves by more than {change} (5 seeds): both "
        f"are added at the same place, at every step. One difference remains: together they move {faster} as "
        "far in a step of gradient descent.",
    )


def _range() -> Finding:
    """How sure a model is whose h is bounded."""
    model = experiments.model("charlm-lstm")
    codes = tasks.encode(tasks.python_source("test")[:4000])
    predictions, trace = model.forward(tasks.one_hot(codes, 96, np.float32)[:, None])
    sure, alone = softmax(predictions).max(), np.e / (np.e + 95 / np.e)
    bounded = bool(np.abs(trace["h"]).max() <= 1)
    return Finding(
        "partly" if bounded and sure > alone else "true" if bounded else "false",
        f"Every h is between −1 and 1, and a softmax over 96 such values alone could not be surer than {alone:.0%}. "
        f"The read-out behind it multiplies: the logits of the stored character model reach "
        f"{np.abs(predictions).max():.0f}, and its surest guess has a probability of {sure:.4f}.",
    )


CARDS = [
    Card("units-and-steps", "The `units` of an LSTM, its `hidden_size`, are its time steps: the number of cells in "
         "the chain.", "cell", "lstm", "code", _units, sources=("hochreiter1997long",)),
    Card("gate-at-one", "A forget gate at 1 forgets, and at 0 it keeps.", "cell", "lstm", "code", _gate_at_one,
         sources=("gers2000learning",)),
    Card("memory-bounded", "The cell state lies between −1 and 1, because all that enters it went through a tanh.",
         "cell", "lstm", "code", _bounded, sources=("gers2000learning",)),
    Card("gates-as-switches", "A gate is a switch: its value is 0 or 1.", "cell", "lstm", "code", _switches,
         sources=("karpathy2015visualizing",)),
    Card("two-biases", "An LSTM needs two biases: one is added to the input once, the other builds up over time.",
         "cell", "gru", "code", _biases, sources=("gers2000learning",)),
    Card("output-bounded", "An LSTM cannot say a number beyond −1 and 1, nor be sure of a class, because it ends in a "
         "tanh.", "cell", "lstm", "code", _range, sources=("graves2013generating",)),
]  # fmt: skip
