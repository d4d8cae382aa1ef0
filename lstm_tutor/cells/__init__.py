"""One time step of each cell, forward and backward: the equations, and nothing else."""

from lstm_tutor.cells.base import Cell, State
from lstm_tutor.cells.gru import GRUCell
from lstm_tutor.cells.lstm import LSTM1997Cell, LSTMCell, LSTMState, PeepholeLSTMCell
from lstm_tutor.cells.rnn import RNNCell

__all__ = ["Cell", "GRUCell", "LSTM1997Cell", "LSTMCell", "LSTMState", "PeepholeLSTMCell", "RNNCell", "State"]
