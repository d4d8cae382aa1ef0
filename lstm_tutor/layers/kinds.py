"""One layer per cell: a name for "this cell, over time"."""

from lstm_tutor.cells import GRUCell, LSTM1997Cell, LSTMCell, PeepholeLSTMCell, RNNCell
from lstm_tutor.layers.recurrent import RecurrentLayer

__all__ = ["RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "GRU"]


class RNN(RecurrentLayer):
    """The vanilla recurrent network over time; `nonlinearity` is "tanh" or "relu". The rest: :class:`RecurrentLayer`.

    >>> trace = RNN(3, 5, rng=0).forward(np.zeros((7, 2, 3)))
    >>> trace.output.shape, trace.final_state.h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    cell_type = RNNCell


class LSTM1997(RecurrentLayer):
    """The LSTM as published in 1997, without a forget gate, over time. The rest: :class:`RecurrentLayer`."""

    cell_type = LSTM1997Cell


class LSTM(RecurrentLayer):
    """The LSTM over time; `forget_bias` is the initial bias of the forget gate. The rest: :class:`RecurrentLayer`.

    >>> layer = LSTM(3, 5, num_layers=2, bidirectional=True, rng=0)
    >>> trace = layer.forward(np.zeros((7, 2, 3)), lengths=[7, 4])
    >>> trace.output.shape, trace.final_state.c.shape
    ((7, 2, 10), (4, 2, 5))
    >>> trace.at(layer=1, direction="reverse")["f"].shape
    (7, 2, 5)
    """

    cell_type = LSTMCell


class PeepholeLSTM(RecurrentLayer):
    """The LSTM whose gates see the cell state, over time; options as the LSTM's."""

    cell_type = PeepholeLSTMCell


class GRU(RecurrentLayer):
    """The GRU over time; `reset_after` says where the reset gate stands. The rest: :class:`RecurrentLayer`.

    >>> trace = GRU(3, 5, rng=0).forward(np.zeros((7, 2, 3)))
    >>> trace.names, trace.final_state.h.shape
    (('r', 'z', 'n', 'h'), (1, 2, 5))
    """

    cell_type = GRUCell
