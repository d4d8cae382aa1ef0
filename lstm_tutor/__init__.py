"""Recurrent networks in NumPy, every formula proved against PyTorch.

A cell is its equations; a layer is the loop over time; one Trace records a forward pass, and everything reads the
Trace.

>>> import numpy as np
>>> import lstm_tutor as lt
>>> layer = lt.LSTM(3, 5, rng=0)
>>> trace = layer.forward(np.ones((7, 2, 3)))
>>> trace["f"].shape
(7, 2, 5)
"""

import importlib

from lstm_tutor import activations, baselines, losses, tasks
from lstm_tutor.cells import LSTM1997Cell, LSTMCell, LSTMState, RNNCell, State
from lstm_tutor.layers import LSTM, LSTM1997, RNN
from lstm_tutor.models import Linear, SequenceModel
from lstm_tutor.optim import SGD, Adam, clip_by_global_norm
from lstm_tutor.storage import load, save
from lstm_tutor.trace import Gradients, Trace
from lstm_tutor.training import History, Trainer

__version__ = "0.1.0"

__all__ = [
    "LSTM",
    "LSTM1997",
    "LSTM1997Cell",
    "LSTMCell",
    "LSTMState",
    "RNN",
    "RNNCell",
    "SGD",
    "Adam",
    "Gradients",
    "History",
    "Linear",
    "SequenceModel",
    "State",
    "Trace",
    "Trainer",
    "activations",
    "baselines",
    "clip_by_global_norm",
    "diagrams",
    "exercises",
    "experiments",
    "from_torch",
    "load",
    "losses",
    "plots",
    "reference",
    "save",
    "tasks",
]

# What needs PyTorch or matplotlib is imported when it is first asked for: `import lstm_tutor` stays light.
_LAZY_MODULES = {"diagrams", "exercises", "experiments", "plots", "reference"}


def __getattr__(name):
    if name in _LAZY_MODULES:
        return importlib.import_module(f"lstm_tutor.{name}")
    if name == "from_torch":
        return importlib.import_module("lstm_tutor.reference").from_torch
    raise AttributeError(f"module 'lstm_tutor' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
