"""A cell, unrolled over time; then stacked, run in both directions, on sequences of unequal length.

Each of these is one mechanism that serves every cell: :func:`unroll` is the loop over time,
:func:`unroll_backward` is backpropagation through time, and :class:`RecurrentLayer` arranges them.
"""

from lstm_tutor.layers.kinds import GRU, LSTM, LSTM1997, RNN, PeepholeLSTM
from lstm_tutor.layers.parameters import load_parameters
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.layers.unrolling import unroll, unroll_backward

__all__ = [
    "RecurrentLayer", "RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "GRU", "load_parameters", "unroll", "unroll_backward",
]  # fmt: skip
