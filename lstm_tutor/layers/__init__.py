"""A cell, unrolled over time; then stacked, run in both directions, on sequences of unequal length.

Each of these is one mechanism that serves every cell: :func:`unroll` is the loop over time,
:func:`unroll_backward` is backpropagation through time, and :class:`RecurrentLayer` arranges them.
"""

from lstm_tutor.layers.base import SequenceLayer
from lstm_tutor.layers.kinds import (
    GRU,
    LSTM,
    LSTM1997,
    RNN,
    SLSTM,
    LogLSTM,
    LSTMVariant,
    MinGRU,
    MinLSTM,
    PeepholeLSTM,
)
from lstm_tutor.layers.lengths import check_lengths, steps_that_count
from lstm_tutor.layers.matrix import MLSTM, FastWeights
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.layers.regularized import LayerNormLSTM, NoisyLSTM
from lstm_tutor.layers.state_space import LRU
from lstm_tutor.layers.unrolling import unroll, unroll_backward

__all__ = [
    "SequenceLayer", "RecurrentLayer", "RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "LSTMVariant", "SLSTM", "LogLSTM",
    "LayerNormLSTM", "NoisyLSTM", "GRU", "LRU", "MinGRU", "MinLSTM", "MLSTM", "FastWeights", "check_lengths",
    "steps_that_count", "unroll", "unroll_backward",
]  # fmt: skip
