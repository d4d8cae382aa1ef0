"""Layers of cells whose memory is a matrix.

The options that all layers share are those of :class:`~lstm_tutor.layers.RecurrentLayer`.
"""

from __future__ import annotations

import numpy as np

from lstm_tutor.cells import FastWeightsCell, MLSTMCell
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["FastWeights", "MLSTM"]


class MLSTM(RecurrentLayer):
    """The mLSTM, whose memory is a matrix, over time: :class:`~lstm_tutor.cells.mlstm.MLSTMCell`.

    This is the recurrent form, whose trace has the memory of every step. The parallel form and the chunkwise form are
    :func:`~lstm_tutor.cells.chunkwise.chunkwise`.

    Parameters
    ----------
    num_heads : int
        Each of the heads has a memory of d x d numbers, d = H / num_heads.
    forget_bias : float
        The initial bias of the forget gates.

    Examples
    --------
    >>> trace = MLSTM(3, 6, num_heads=2, rng=0).forward(np.ones((7, 5, 3)))
    >>> trace.names
    ('q', 'k', 'v', 'i', 'f', 'o', 'a_f', 'C', 'n', 'm', 'h')
    >>> trace.output.shape, trace["f"].shape, trace["C"].shape
    ((7, 5, 6), (7, 5, 2), (7, 5, 2, 3, 3))
    """

    cell_type = MLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, num_heads: int = 1, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, num_heads=num_heads, forget_bias=forget_bias,
        )  # fmt: skip


class FastWeights(RecurrentLayer):
    """Fast weights and linear attention over time: :class:`~lstm_tutor.cells.fast_weights.FastWeightsCell`.

    Parameters
    ----------
    rule : {"sum", "decay", "delta", "gated delta"}
        How the memory is written; the cell says what each is.
    num_heads : int
        Each of the heads has a memory of d x d numbers, d = H / num_heads.
    input_limit : float in (0, 2]
        The largest value of the delta rules' input gate.
    forget_bias : float
        The initial bias of the forget gates where there are any.

    Examples
    --------
    >>> layer = FastWeights(3, 6, rule="gated delta", num_heads=2, rng=0)
    >>> trace = layer.forward(np.ones((7, 5, 3)))
    >>> trace.output.shape, trace["f"].shape, trace["C"].shape
    ((7, 5, 6), (7, 5, 2), (7, 5, 2, 3, 3))
    """

    cell_type = FastWeightsCell

    def __init__(
        self, input_size: int, hidden_size: int, *, rule: str = "sum", num_heads: int = 1, input_limit: float = 1.0,
        forget_bias: float = 1.0, num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0,
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, rule=rule, num_heads=num_heads, input_limit=input_limit, forget_bias=forget_bias,
        )  # fmt: skip
