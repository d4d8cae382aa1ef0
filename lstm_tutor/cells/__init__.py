"""One time step of each cell, forward and backward: the equations, and nothing else."""

from lstm_tutor.cells.base import Cell, State
from lstm_tutor.cells.fast_weights import FastWeightsCell, FastWeightsState
from lstm_tutor.cells.gru import GRUCell
from lstm_tutor.cells.logarithmic import LogLSTMCell
from lstm_tutor.cells.lru import LRUCell, LRUState
from lstm_tutor.cells.lstm import LSTMCell, LSTMState, PeepholeLSTMCell
from lstm_tutor.cells.lstm1997 import LSTM1997BlockCell, LSTM1997Cell
from lstm_tutor.cells.minimal import MinGRUCell, MinLSTMCell
from lstm_tutor.cells.mlstm import MLSTMCell, MLSTMState
from lstm_tutor.cells.regularized import LayerNormLSTMCell, NoisyLSTMCell
from lstm_tutor.cells.rnn import RNNCell
from lstm_tutor.cells.slstm import SLSTMCell, SLSTMState
from lstm_tutor.cells.variants import LSTMVariantCell

__all__ = [
    "Cell",
    "FastWeightsCell",
    "FastWeightsState",
    "GRUCell",
    "LRUCell",
    "LRUState",
    "LSTM1997BlockCell",
    "LSTM1997Cell",
    "LSTMCell",
    "LSTMState",
    "LSTMVariantCell",
    "LayerNormLSTMCell",
    "LogLSTMCell",
    "MLSTMCell",
    "MLSTMState",
    "MinGRUCell",
    "MinLSTMCell",
    "NoisyLSTMCell",
    "PeepholeLSTMCell",
    "RNNCell",
    "SLSTMCell",
    "SLSTMState",
    "State",
]
