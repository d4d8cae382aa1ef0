"""Recurrent networks in NumPy, every formula proved against PyTorch.

A cell is its equations; a layer is the loop over time; one Trace records a forward pass, and everything reads the
Trace.

>>> import numpy as np
>>> import lstm_tutor as lt
>>> layer = lt.LSTM(3, 5, rng=0)
>>> trace = layer.forward(np.ones((7, 2, 3)))
>>> trace["f"].shape
(7, 2, 5)

``layer.backward`` computes the gradients, ``lt.plots`` draws a trace, and ``lt.reference.verify`` compares a layer with
PyTorch. A ``lt.Trainer`` fits a ``lt.SequenceModel`` to the data of ``lt.tasks``, or to yours. ``lt.from_torch`` and
``lt.from_keras`` take over a network that you have; ``lt.save`` and ``lt.load`` store one. Each has a ``help`` of its
own, such as ``help(lt.LSTM)``, and ``dir(lt)`` lists all names.
"""

import importlib
from typing import Any

from lstm_tutor import (
    activations,
    analysis,
    baselines,
    initialization,
    losses,
    metrics,
    optim,
    pooling,
    sampling,
    tasks,
)
from lstm_tutor.analysis import jacobians
from lstm_tutor.attention import AdditiveAttention, DotAttention, GeneralAttention
from lstm_tutor.cells import (
    FastWeightsCell,
    FastWeightsState,
    GRUCell,
    LayerNormLSTMCell,
    LogLSTMCell,
    LRUCell,
    LRUState,
    LSTM1997Cell,
    LSTMCell,
    LSTMState,
    LSTMVariantCell,
    MinGRUCell,
    MinLSTMCell,
    MLSTMCell,
    MLSTMState,
    NoisyLSTMCell,
    PeepholeLSTMCell,
    RNNCell,
    SLSTMCell,
    SLSTMState,
    State,
)
from lstm_tutor.checks import nearest as _nearest
from lstm_tutor.initialization import initialize
from lstm_tutor.keras import from_keras
from lstm_tutor.layers import (
    GRU,
    LRU,
    LSTM,
    LSTM1997,
    MLSTM,
    RNN,
    SLSTM,
    FastWeights,
    LayerNormLSTM,
    LogLSTM,
    LSTMVariant,
    MinGRU,
    MinLSTM,
    NoisyLSTM,
    PeepholeLSTM,
    RecurrentLayer,
)
from lstm_tutor.listing import show_source
from lstm_tutor.models import Embedding, Linear, SequenceModel
from lstm_tutor.optim import SGD, Adam, AdamW, RMSProp, Rprop, clip_by_global_norm
from lstm_tutor.pooling import AttentionPooling, LastPooling, MeanPooling
from lstm_tutor.seq2seq import Forecaster, Hypothesis, Seq2Seq
from lstm_tutor.state_dicts import from_torch
from lstm_tutor.storage import load, save
from lstm_tutor.trace import Gradients, Trace
from lstm_tutor.training import History, Trainer
from lstm_tutor.transcription import Transcriber
from lstm_tutor.transformer import TransformerEncoder

__version__ = "0.1.0"

__all__ = [
    "Adam",
    "AdamW",
    "AdditiveAttention",
    "AttentionPooling",
    "DotAttention",
    "Embedding",
    "FastWeights",
    "FastWeightsCell",
    "FastWeightsState",
    "Forecaster",
    "GeneralAttention",
    "Gradients",
    "GRU",
    "GRUCell",
    "History",
    "Hypothesis",
    "LastPooling",
    "LayerNormLSTM",
    "LayerNormLSTMCell",
    "Linear",
    "LRU",
    "LRUCell",
    "LRUState",
    "LSTM",
    "LSTM1997",
    "LSTM1997Cell",
    "LSTMCell",
    "LSTMState",
    "LSTMVariant",
    "LSTMVariantCell",
    "LogLSTM",
    "LogLSTMCell",
    "MeanPooling",
    "MLSTM",
    "MLSTMCell",
    "MLSTMState",
    "MinGRU",
    "MinGRUCell",
    "MinLSTM",
    "MinLSTMCell",
    "NoisyLSTM",
    "NoisyLSTMCell",
    "PeepholeLSTM",
    "PeepholeLSTMCell",
    "RMSProp",
    "RNN",
    "RNNCell",
    "Rprop",
    "SLSTM",
    "SLSTMCell",
    "SLSTMState",
    "Seq2Seq",
    "SequenceModel",
    "SGD",
    "State",
    "Trace",
    "Trainer",
    "Transcriber",
    "TransformerEncoder",
    "activations",
    "analysis",
    "baselines",
    "claims",
    "clip_by_global_norm",
    "diagrams",
    "exercises",
    "experiments",
    "from_keras",
    "from_torch",
    "initialization",
    "initialize",
    "jacobians",
    "load",
    "losses",
    "metrics",
    "optim",
    "plots",
    "pooling",
    "reference",
    "sampling",
    "save",
    "show_source",
    "tasks",
    "to_torch",
    "widgets",
]

# What needs PyTorch or matplotlib is imported when it is first asked for: `import lstm_tutor` stays light.
_LAZY_MODULES = {"claims", "diagrams", "exercises", "experiments", "plots", "reference", "widgets"}
_LAZY_FUNCTIONS = {"to_torch": "reference"}


def __getattr__(name: str) -> Any:
    if name in _LAZY_MODULES:
        return importlib.import_module(f"lstm_tutor.{name}")
    if name in _LAZY_FUNCTIONS:
        return getattr(importlib.import_module(f"lstm_tutor.{_LAZY_FUNCTIONS[name]}"), name)
    raise AttributeError(f"module 'lstm_tutor' has no attribute {name!r}{_nearest(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)


def _layer_to_torch(layer: RecurrentLayer) -> Any:
    """Return the PyTorch module that computes what this layer computes; see :func:`lstm_tutor.reference.to_torch`."""
    return importlib.import_module("lstm_tutor.reference").to_torch(layer)


# The layers know nothing of PyTorch; this file knows both.
RecurrentLayer.to_torch = _layer_to_torch
