"""What the playground's tasks ask, and the settings that one begins with."""

from typing import Any

TASKS: dict[str, dict[str, Any]] = {
    "adding": {
        "text": "Adding", "label": "length", "least": 22, "most": 60,
        "asks": "Two of many numbers are marked (●). At the end: what is their sum, scaled into 0 to 1?",
        "usual": {"length": 25, "hidden_size": 12, "learning_rate": 0.02, "forget_bias": 1.0, "until": 1500},
    },
    "copying": {
        "text": "Copying", "label": "lag", "least": 1, "most": 60,
        "asks": "A row of three letters, then blanks (·), then a sign (?). After it: say the row again.",
        "usual": {"length": 12, "hidden_size": 16, "learning_rate": 0.02, "forget_bias": 2.0, "until": 1500},
    },
    "reber": {
        "text": "Embedded Reber", "label": "inner strings", "least": 1, "most": 4,
        "asks": "T or P, strings of Reber’s grammar, the same letter again. Predict each next symbol.",
        "usual": {"length": 2, "hidden_size": 12, "learning_rate": 0.02, "forget_bias": 4.0, "until": 2000},
    },
}  # fmt: skip
CELLS = ("RNN", "LSTM", "GRU")
COMMON: dict[str, Any] = {"cells": list(CELLS), "equal": "units", "batch_size": 16, "clip": 1.0, "seed": 0}

# What a teacher can hide: controls, and pictures.
CONTROLS = (
    "task", "cells", "equal", "length", "hidden_size", "learning_rate", "batch_size", "clip", "forget_bias", "seed",
    "until", "speed", "step", "restart", "link", "loss", "right", "reach", "sequence",
)  # fmt: skip

# What the reader is asked to do in the widget as it comes. The fact "first" is the cell that first had three of four
# answers right.
GUIDE: tuple[dict[str, Any], ...] = (
    {
        "task": "Press Train. Which cell is the first to leave the dashed line of a guess without memory?",
        "when": {"task": "adding", "first": {"not": ""}},
        "shows": "It left suddenly, after a while on the line. That is one run with one seed.",
    },
    {
        "task": "Open Settings, choose another seed and train again. Is the same cell first?",
        "when": {"task": "adding", "seed": {"not": 0}, "first": {"not": ""}},
        "shows": "Two runs are still few. In six stored ones, the LSTM and the GRU learn this with every seed, "
        "the RNN with none.",
    },
    {
        "task": "Set the bias of f, z to 0 and train 600 updates: the cells begin by keeping only a half.",
        "when": {"task": "adding", "forget_bias": 0, "step": {"min": 600}},
        "shows": "Look at “How far back”. Of six stored runs, the GRU learned in two, the LSTM in none.",
    },
    {
        "task": "Set the bias back to 1 and the length to 40, and train 600 updates.",
        "when": {"task": "adding", "forget_bias": 1, "length": {"min": 40}, "step": {"min": 600}},
        "shows": "The answer has farther to reach, and one update takes longer. How far it reaches says who may still "
        "learn.",
    },
)
