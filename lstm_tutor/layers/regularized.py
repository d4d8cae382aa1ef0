"""LSTMs with regularization inside the recurrence, over time."""

from __future__ import annotations

import numpy as np

from lstm_tutor.cells.regularized import LayerNormLSTMCell, NoisyLSTMCell
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LayerNormLSTM", "NoisyLSTM"]


class LayerNormLSTM(RecurrentLayer):
    """The LSTM with layer normalization over time: :class:`~lstm_tutor.cells.regularized.LayerNormLSTMCell`.

    Parameters
    ----------
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> layer = LayerNormLSTM(3, 5, rng=0)
    >>> x = np.random.default_rng(0).standard_normal((7, 2, 3))
    >>> bool(np.allclose(layer.forward(x).output, layer.forward(100 * x).output, atol=1e-3))  # no size comes through
    True
    """

    cell_type = LayerNormLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, forget_bias=forget_bias,
        )  # fmt: skip


class NoisyLSTM(RecurrentLayer):
    """The LSTM with recurrent dropout or zoneout over time: :class:`~lstm_tutor.cells.regularized.NoisyLSTMCell`.

    Noise is drawn if ``forward`` is given `rng`, as that of `dropout` between layers is; without it nothing is random.

    Parameters
    ----------
    dropout_h : float in [0, 1)
        The chance that a unit of the past is hidden from all gates, for a whole sequence (Gal & Ghahramani 2016).
    dropout_g : float in [0, 1)
        The chance that a unit's candidate is dropped at a step (Semeniuta, Severyn & Barth 2016).
    zoneout_c, zoneout_h : float in [0, 1)
        The chance that a unit of c, or of h, stays what it was a step ago (Krueger et al. 2017).
    forget_bias : float
        The initial bias of the forget gate.

    Examples
    --------
    >>> layer = NoisyLSTM(3, 5, zoneout_c=0.5, rng=0)
    >>> x = np.ones((100, 2, 3))
    >>> set(layer.forward(x)["keep_c"].ravel().tolist())  # nothing is drawn: the chance itself
    {0.5}
    >>> sorted(set(layer.forward(x, rng=0)["keep_c"].ravel().tolist()))  # training
    [0.0, 1.0]
    """

    cell_type = NoisyLSTMCell

    def __init__(
        self, input_size: int, hidden_size: int, *, dropout_h: float = 0.0, dropout_g: float = 0.0,
        zoneout_c: float = 0.0, zoneout_h: float = 0.0, forget_bias: float = 1.0,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, dropout_h=dropout_h, dropout_g=dropout_g, zoneout_c=zoneout_c, zoneout_h=zoneout_h,
            forget_bias=forget_bias,
        )  # fmt: skip
