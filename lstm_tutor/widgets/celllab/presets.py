"""The cell lab's presets: weights and inputs that make a point, and the point in words for each cell."""

from math import log
from typing import Any

from lstm_tutor.widgets.celllab.weights import NAMES

__all__ = ["PRESETS"]

OPEN, SHUT = 6.0, -6.0  # a gate's bias: it opens to 0.9975, or to 0.0025


def pulses(steps: int, **at: float) -> list[list[float]]:
    """`steps` zeros, but for the values at some of them: ``pulses(20, t2=1)``."""
    return [[float(at.get(f"t{step}", 0))] for step in range(steps)]


def weights(**given: float) -> dict[str, float]:
    """All weights, zero if not given."""
    return {name: float(given.get(name, 0)) for name in NAMES}


PRESETS: list[dict[str, Any]] = [
    {
        "name": "latch",
        "title": "latch",
        "cell": "LSTM",
        "time": 1,
        "weights": weights(W_xi=12, b_i=SHUT, W_xf=12, b_f=OPEN, W_xg=3, b_o=OPEN, p_i=-12),
        "x": pulses(20, t1=1, t5=1, t10=-1, t15=1),
        "point": "It holds one bit. An input of 1 opens i and writes; an input of −1 shuts f and clears.",
        "seen": {
            "RNN": "Nothing is held: h is the present input, squashed.",
            "LSTM1997": "It can be set and never be cleared: no gate stands on the rail. Follow c past step 11.",
            "LSTM": "Follow c: it is set at step 2, set again at step 6 and then near 2, cleared at step 11.",
            "PeepholeLSTM": "The tap p_i shuts i while something is stored: set twice, it is set once. See step 6.",
            "GRU": "z = 1 − i keeps all that is not overwritten; −1 writes nothing, and so clears nothing.",
            "GRU before": "As with the reset after the product: the candidate here does not look at the past.",
        },
    },
    {
        "name": "counter",
        "title": "counter",
        "cell": "LSTM",
        "time": 4,
        "weights": weights(b_i=8, b_f=8, W_xg=3, b_o=8),
        "x": [[float(step)] for step in (1, 1, 1, -1, 1, 1, -1, -1, 0, 0, 1, -1, -1, -1, 0, 0)],
        "point": "It counts brackets: 1 opens one, −1 shuts one. All gates stay open, and c is the depth.",
        "seen": {
            "RNN": "It sees the present bracket and not the depth.",
            "LSTM1997": "It counts too, and without the small leak of f: its rail loses nothing.",
            "LSTM": "Follow c up to 4 and back to 0. h hardly tells 3 from 4: tanh is flat there.",
            "PeepholeLSTM": "The same: its taps are at 0. Make p_i negative, and the counter stops early.",
            "GRU": "z = 1 − i is near 0: each bracket overwrites the last. With h within ±1, no count can grow.",
            "GRU before": "As with the reset after the product: each bracket overwrites the last.",
        },
    },
    {
        "name": "leak",
        "title": "leak",
        "cell": "LSTM",
        "time": 2,
        "weights": weights(W_xi=12, b_i=SHUT, b_f=log(9), W_xg=3, b_o=OPEN),
        "x": pulses(24, t2=1),
        "point": "The forget gate stays at 0.9: a tenth of the memory leaves at every step, half of it within 7.",
        "seen": {
            "RNN": "Gone after one step: W_h is 0 here, and nothing else carries the past.",
            "LSTM1997": "No forget gate, no leak: c stays where it is.",
            "LSTM": "Follow c from step 3 to step 10, then drag b_f.",
            "PeepholeLSTM": "The same: its taps are at 0. With p_f above 0, a full memory leaks less.",
            "GRU": "What leaks is 1 − z = i, which is shut: 0.9975 stays at every step.",
            "GRU before": "As with the reset after the product: 0.9975 stays at every step.",
        },
    },
    {
        "name": "frozen",
        "title": "saturated gate",
        "cell": "LSTM",
        "time": 4,
        "weights": weights(b_i=OPEN, W_hi=-24, b_f=8, W_xg=3, b_o=OPEN),
        "x": pulses(20, t1=0.6, t4=-1, t7=1, t10=-0.5, t13=1, t16=-1),
        "point": "The first input shuts the door behind it: once h is high, i is shut to inputs and to gradients.",
        "seen": {
            "RNN": "No gate, nothing frozen: it follows every input and keeps none.",
            "LSTM1997": "Frozen as well, and for good.",
            "LSTM": "Compare x and c after step 2. A gradient at i is multiplied by its derivative, i (1 − i): near 0.",
            "PeepholeLSTM": "The same: its taps are at 0.",
            "GRU": "i shut means z at 1: h is frozen in the same way.",
            "GRU before": "As with the reset after the product: h is frozen.",
        },
    },
    {
        "name": "tie",
        "title": "tie",
        "cell": "RNN",
        "time": 2,
        "weights": weights(W_xi=12, b_i=SHUT, b_f=log(9), W_xg=0.3, W_hg=0.9, b_o=OPEN),
        "x": pulses(24, t2=1),
        "point": "W_h = 0.9 forgets as f = 0.9 does: the RNN and the LSTM lose about a tenth at every step.",
        "alone": {  # where the reader knows no other cell yet
            "title": "fading",
            "point": "An input of 1 at step 3, and W_h = 0.9: about a tenth of what is held is lost at every step.",
            "seen": {"RNN": "Follow h from step 3 on, then drag W_h."},
        },
        "seen": {
            "RNN": "Follow h, then switch to the LSTM and follow c. W_h cannot change with the input; f can.",
            "LSTM1997": "No tie: without a forget gate nothing leaves.",
            "LSTM": "c falls as the RNN's h did. Now drag b_f to 6: the RNN has nothing like it.",
            "PeepholeLSTM": "The same: its taps are at 0.",
            "GRU": "No tie: z = 1 − i keeps 0.9975 of h at every step.",
            "GRU before": "No tie: z = 1 − i keeps 0.9975 of h at every step.",
        },
    },
]
