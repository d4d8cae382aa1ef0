"""What a reader of the cell lab can try with each preset, ticked when it is done."""

from collections.abc import Sequence
from typing import Any

from lstm_tutor.widgets.celllab.weights import NAMES

__all__ = ["FACTS", "tasks_of"]

# Steps are counted from 1; presses are of nodes in the drawing; c_last and h_last are the values after the last step.
FACTS = ("preset", "cell", "mode", "step", "presses", "c", "h", "c_last", "h_last", *NAMES)

PRESS = {
    "task": "Choose Step by step, and press a framed part of the drawing.",
    "when": {"mode": "steps", "presses": {"min": 1}},
    "shows": "That is all a cell does: products, a sum, a squashing. Press the next one.",
}

# By preset, and by the cell that is shown first.
TASKS: dict[str, dict[str, list[dict[str, Any]]]] = {
    "latch": {
        "LSTM": [
            {"task": "Press play and watch c: an input of 1 writes, an input of −1 clears.",
             "when": {"cell": "LSTM", "step": {"min": 12}},
             "shows": "c rose to 0.99 at step 2 and to 1.98 at step 6, and step 11 cleared it."},
            PRESS,
            {"task": "Choose the cell of 1997, which has no gate f, and go to step 11: is c cleared?",
             "when": {"cell": "LSTM1997", "step": 11},
             "shows": "No, c stays at 1.99. Without f, what is on the rail cannot leave."},
            {"task": "Choose peephole and go to step 6: is the second 1 added as well?",
             "when": {"cell": "PeepholeLSTM", "step": 6},
             "shows": "No, c stays at 0.99: the tap p shuts i as long as something is stored."},
        ],
        "PeepholeLSTM": [
            {"task": "Go to step 6, where a second 1 comes: is it added to c?",
             "when": {"cell": "PeepholeLSTM", "step": 6},
             "shows": "No, c stays at 0.99: the tap p shuts i as long as something is stored."},
            {"task": "Drag p of i to 0 and look at step 6 again.",
             "when": {"cell": "PeepholeLSTM", "p_i": {"min": -0.5, "max": 0.5}, "step": 6},
             "shows": "Now i opens, and c is near 2."},
            PRESS,
        ],
        "GRU": [
            {"task": "Go to step 6, where a second 1 comes: is it added to h?", "when": {"cell": "GRU", "step": 6},
             "shows": "No: z shuts, and the new 1 takes the place of the old one."},
            {"task": "Go to step 11: does the input of −1 clear h?", "when": {"cell": "GRU", "step": 11},
             "shows": "No, h is still 0.99: z stays open, and so nothing is forgotten."},
            PRESS,
        ],
    },
    "counter": {
        "LSTM": [
            {"task": "Go to step 6: how many brackets are open?", "when": {"cell": "LSTM", "step": 6},
             "shows": "Four: c is 3.98. At 3 and at 4, h is 0.99 and 1.00: the count is in c."},
            {"task": "Drag an input so that a bracket is still open at the end: c above 0.5 there.",
             "when": {"cell": "LSTM", "c_last": {"min": 0.5}},
             "shows": "c says how many are left."},
            {"task": "Choose the GRU and go to step 6: can it count?", "when": {"cell": "GRU", "step": 6},
             "shows": "No, h is 1.00 there: each bracket takes the place of the last."},
        ],
    },
    "leak": {
        "LSTM": [
            {"task": "Go from step 3 to step 10: how much of c is left?", "when": {"cell": "LSTM", "step": 10},
             "shows": "0.47 of 0.99: a tenth leaves at every step."},
            {"task": "Drag b of f until half of c is left at the last step, 0.5.",
             "when": {"cell": "LSTM", "c_last": {"min": 0.45, "max": 0.55}},
             "shows": "b is near 3.4 then, and f near 0.97."},
            {"task": "Choose the cell of 1997: does it leak?", "when": {"cell": "LSTM1997"},
             "shows": "No. It has no f, and c stays where it is."},
        ],
    },
    "frozen": {
        "LSTM": [
            {"task": "Go to step 17: does any input after the first get into c?", "when": {"cell": "LSTM", "step": 17},
             "shows": "No, c is still 0.94: h is high, and W_h of i, at −24, keeps i shut."},
            {"task": "Drag W_h of i to −8 or above, and go to step 5.",
             "when": {"cell": "LSTM", "step": 5, "W_hi": {"min": -8}},
             "shows": "i opens, and c falls: the second input gets in."},
        ],
    },
    "tie": {
        "RNN": [
            {"task": "Go from step 3 to step 10: how much of h is left?", "when": {"cell": "RNN", "step": 10},
             "shows": "0.13 of 0.29: W_h takes a tenth at every step, and tanh a little more."},
            {"task": "Drag W_h to 1.5 or above.", "when": {"cell": "RNN", "W_hg": {"min": 1.5}},
             "shows": "h does not fade any more: it climbs to a height and stays there."},
            {"task": "Choose the LSTM and go to step 10: what fades there?", "when": {"cell": "LSTM", "step": 10},
             "shows": "c, since f is 0.9. But an input can move f, and no input can move W_h."},
        ],
    },
}  # fmt: skip


def tasks_of(preset: dict[str, Any], cell: str, cells: Sequence[str]) -> list[dict[str, Any]]:
    """The tasks of a preset whose first cell is `cell`, where the reader can choose `cells`."""
    known = TASKS.get(preset["name"], {})
    tasks = known.get(cell, known.get(preset["cell"], []))
    return [task for task in tasks if task["when"].get("cell", cell) in cells]
