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
