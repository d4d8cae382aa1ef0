"""One layer per cell: a name for "this cell, over time".

The options that all layers share are those of :class:`~lstm_tutor.layers.RecurrentLayer`.
"""

from __future__ import annotations

import numpy as np

from lstm_tutor.cells import (
    GRUCell,
    LogLSTMCell,
    LSTM1997BlockCell,
    LSTM1997Cell,
    LSTMCell,
    LSTMVariantCell,
    MinGRUCell,
    MinLSTMCell,
    PeepholeLSTMCell,
    RNNCell,
    SLSTMCell,
)
from lstm_tutor.checks import positive_int
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "LSTMVariant", "SLSTM", "LogLSTM", "GRU", "MinGRU", "MinLSTM"]


class RNN(RecurrentLayer):
    """The vanilla recurrent network over time: :class:`~lstm_tutor.cells.rnn.RNNCell`.

    Parameters
    ----------
    nonlinearity : {"tanh", "relu"}

    Examples
    --------
    >>> trace = RNN(3, 5, rng=0).forward(np.zeros((7, 2, 3)))
    >>> trace.output.shape, trace.final_state.h.shape
    ((7, 2, 5), (1, 2, 5))
    """

    cell_type = RNNCell

    def __init__(
        self, input_size: int, hidden_size: int, *, nonlinearity: str = "tanh",
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, nonlinearity=nonlinearity,
        )  # fmt: skip


class LSTM1997(RecurrentLayer):
    """The LSTM of 1997, without a forget gate, over time: :class:`~lstm_tutor.cells.lstm1997.LSTM1997Cell`.

    The original network had gates that see gates, several cells to a block, and learned by the truncated rule. In a
    stack of layers that rule hands errors to the layer below at their own step, by dL/dx.

    Parameters
    ----------
    truncated : bool
        Whether errors go back in time through the cell state alone, as in 1997, or through h too, as the gradient does.
    gate_recurrence : bool
        Whether every unit also receives the gates' activations of the previous step; the state then holds them too.
    cells_per_block : int
        So many cells share an input gate and an output gate.

    Examples
    --------
    >>> layer = LSTM1997(3, 6, gate_recurrence=True, cells_per_block=2, rng=0)
    >>> layer.forward(np.zeros((7, 2, 3))).final_state._fields
    ('h', 'c', 'i', 'o')
    >>> layer.parameters()["weight_gates_l0"].shape  # 3 input gates, 6 cell inputs and 3 output gates see the 6 gates
    (12, 6)
    >>> layer = LSTM1997(3, 6, truncated=True, rng=0)
    >>> trace = layer.forward(np.ones((100, 2, 3)))
    >>> end = trace.final_state
    >>> grads = layer.backward(trace, np.zeros((100, 2, 6)), type(end)(h=0 * end.h, c=np.ones_like(end.c)))
    >>> bool((grads.at().c == 1).all())  # the error is the same at all hundred steps
    True
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, truncated: bool = False, gate_recurrence: bool = False,
        cells_per_block: int = 1, num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        self.gate_recurrence = bool(gate_recurrence)
        self.cells_per_block = positive_int("LSTM1997", "cells_per_block", cells_per_block)
        in_full = self.gate_recurrence or self.cells_per_block > 1
        self.cell_type = LSTM1997BlockCell if in_full else LSTM1997Cell
        blocks = {"gate_recurrence": self.gate_recurrence, "cells_per_block": self.cells_per_block} if in_full else {}
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, truncated=truncated, **blocks,
        )  # fmt: skip


class LSTM(RecurrentLayer):
    """The LSTM over time: :class:`~lstm_tutor.cells.lstm.LSTMCell`.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> layer = LSTM(3, 5, num_layers=2, bidirectional=True, rng=0)
    >>> trace = layer.forward(np.zeros((7, 2, 3)), lengths=[7, 4])
    >>> trace.output.shape, trace.final_state.c.shape
    ((7, 2, 10), (4, 2, 5))
    >>> trace.at(layer=1, direction="reverse")["f"].shape
    (7, 2, 5)
    """

    cell_type = LSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, forget_bias=forget_bias,
        )  # fmt: skip


class PeepholeLSTM(RecurrentLayer):
    """The LSTM whose gates see the cell state, over time: :class:`~lstm_tutor.cells.lstm.PeepholeLSTMCell`.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> PeepholeLSTM(3, 5, rng=0).parameters()["weight_peephole_l0"].shape
    (3, 5)
    """

    cell_type = PeepholeLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, forget_bias=forget_bias,
        )  # fmt: skip


class LSTMVariant(RecurrentLayer):
    """The LSTM with peepholes but for one change, over time: :class:`~lstm_tutor.cells.variants.LSTMVariantCell`.

    Parameters
    ----------
    variant : {"NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP", "FGR"}
        The change; the cell says what each is.
    forget_bias : float
        The initial bias of the forget gate where there is one.

    Examples
    --------
    >>> layer = LSTMVariant(3, 5, variant="CIFG", rng=0)
    >>> layer.parameters()["weight_hh_l0"].shape  # no forget gate of its own
    (15, 5)
    >>> trace = layer.forward(np.zeros((7, 2, 3)))
    >>> bool((trace["f"] == 1 - trace["i"]).all())
    True
    """

    cell_type = LSTMVariantCell

    def __init__(
        self, input_size: int, hidden_size: int, *, variant: str, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, variant=variant, forget_bias=forget_bias,
        )  # fmt: skip


class GRU(RecurrentLayer):
    """The GRU over time: :class:`~lstm_tutor.cells.gru.GRUCell`.

    Parameters
    ----------
    reset_after : bool
        Whether the reset gate multiplies the past after its product with W_h, as PyTorch does, or before.

    Examples
    --------
    >>> trace = GRU(3, 5, rng=0).forward(np.zeros((7, 2, 3)))
    >>> trace.names, trace.final_state.h.shape
    (('r', 'z', 'n', 'h'), (1, 2, 5))
    """

    cell_type = GRUCell

    def __init__(
        self, input_size: int, hidden_size: int, *, reset_after: bool = True,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, reset_after=reset_after,
        )  # fmt: skip


class SLSTM(RecurrentLayer):
    """The sLSTM, with exponential input gates, over time: :class:`~lstm_tutor.cells.slstm.SLSTMCell`.

    A state that is given needs n > 0, else it is a ValueError.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> trace = SLSTM(3, 5, rng=0).forward(np.ones((7, 2, 3)))
    >>> trace.names
    ('i', 'f', 'g', 'o', 'a_f', 'c', 'n', 'm', 'h')
    >>> bool((np.maximum(trace["i"], trace["f"]) == 1).all())  # one of the two is always wholly open
    True
    """

    cell_type = SLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, forget_bias=forget_bias,
        )  # fmt: skip


class LogLSTM(RecurrentLayer):
    """The "logarithmic LSTM" over time, of which no publication is known: `LogLSTMCell` says more.

    Parameters
    ----------
    form : {"signed", "circulating"}
        The signed form is defined everywhere; the circulating one, the formula as it is copied, is not.
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> layer = LogLSTM(3, 5, form="circulating", rng=0)
    >>> with np.errstate(all="ignore"):  # NumPy warns of each logarithm of a negative number
    ...     trace = layer.forward(np.ones((7, 2, 3)))
    >>> [int(np.isnan(h).sum()) for h in trace["h"]]  # of ten numbers a step, how many are none
    [6, 10, 10, 10, 10, 10, 10]
    """

    cell_type = LogLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, form: str = "signed", forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, form=form, forget_bias=forget_bias,
        )  # fmt: skip


class MinGRU(RecurrentLayer):
    """The minGRU over time: :class:`~lstm_tutor.cells.minimal.MinGRUCell`.

    Parameters
    ----------
    parallel : bool
        Whether all steps are done at once, by a scan, or one after the other; the result is the same.

    Examples
    --------
    >>> one, other = (MinGRU(3, 5, parallel=parallel, rng=0) for parallel in (False, True))
    >>> x = np.random.default_rng(0).standard_normal((200, 2, 3))
    >>> bool(np.allclose(one.forward(x).output, other.forward(x).output, rtol=1e-12, atol=1e-12))
    True
    """

    cell_type = MinGRUCell

    def __init__(
        self, input_size: int, hidden_size: int, *, parallel: bool = False,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, parallel=parallel,
        )  # fmt: skip


class MinLSTM(RecurrentLayer):
    """The minLSTM over time: :class:`~lstm_tutor.cells.minimal.MinLSTMCell`.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.
    parallel : bool
        Whether all steps are done at once, by a scan, or one after the other; the result is the same.

    Examples
    --------
    >>> trace = MinLSTM(3, 5, rng=0).forward(np.zeros((7, 2, 3)))
    >>> trace.names, trace.final_state._fields
    (('i', 'f', 'g', 'k', 'h'), ('h',))
    """

    cell_type = MinLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0, parallel: bool = False,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, forget_bias=forget_bias, parallel=parallel,
        )  # fmt: skip
