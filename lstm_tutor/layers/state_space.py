"""State-space layers: a memory that is multiplied by the same numbers at every step, whatever comes in."""

from __future__ import annotations

import numpy as np

from lstm_tutor.cells.lru import LRUCell
from lstm_tutor.layers.recurrent import RecurrentLayer
from lstm_tutor.types import RNG, DTypeLike

__all__ = ["LRU"]


class LRU(RecurrentLayer):
    """The linear recurrent unit over time, a diagonal state-space layer: :class:`~lstm_tutor.cells.lru.LRUCell`.

    Parameters
    ----------
    r_min, r_max : float
        The radii between which the eigenvalues start, from 0 to 1.
    max_phase : float
        They start at an angle from 0 to this, at most 2 pi.
    nonlinearity : {"linear", "tanh"}
        Of the output. Without one a stack of such layers is linear.
    parallel : bool
        Whether all steps are done at once, by a scan, or one after the other; the result is the same.

    Examples
    --------
    >>> one, other = (LRU(3, 5, parallel=parallel, rng=0) for parallel in (False, True))
    >>> x = np.random.default_rng(0).standard_normal((200, 2, 3))
    >>> trace = one.forward(x)
    >>> trace.names, trace.final_state._fields
    (('u_re', 'u_im', 'skip', 're', 'im', 'h'), ('h', 're', 'im'))
    >>> bool(np.allclose(trace.output, other.forward(x).output, rtol=1e-12, atol=1e-12))
    True
    """

    cell_type = LRUCell

    def __init__(
        self, input_size: int, hidden_size: int, *, r_min: float = 0.0, r_max: float = 1.0,
        max_phase: float = 2 * np.pi, nonlinearity: str = "linear", parallel: bool = False,
        num_layers: int = 1, bidirectional: bool = False, dropout: float = 0.0, dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__(
            input_size, hidden_size, num_layers=num_layers, bidirectional=bidirectional, dropout=dropout, dtype=dtype,
            rng=rng, r_min=r_min, r_max=r_max, max_phase=max_phase, nonlinearity=nonlinearity, parallel=parallel,
        )  # fmt: skip
