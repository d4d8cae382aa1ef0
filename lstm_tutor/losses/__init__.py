"""Losses over sequences: the value to be minimized, and its gradient.

The losses of `STEP_LOSSES` take predictions for all steps, (T, N, K), and a mask (T, N) of the steps that count. Each
is the mean over those steps, so that it does not depend on how long a sequence is. What lies at a masked step is not
read, neither the prediction nor the target: padding may be NaN, -100 or anything else, and its gradient is zero.

:func:`ctc` needs no target per step: it takes a shorter sequence of labels, and sums over all ways to spread them over
the steps; padding past a sequence's length is not read.

Each loss returns the value and dL/d(predictions). Integer predictions are computed as float64; the gradient has the
dtype of the predictions.
"""

from lstm_tutor.losses.ctc import Lattice, ctc, ctc_greedy_decode, ctc_lattice
from lstm_tutor.losses.ctc_search import Reading, ctc_beam_decode
from lstm_tutor.losses.steps import STEP_LOSSES, binary_cross_entropy, mean_squared_error, softmax_cross_entropy

__all__ = [
    "STEP_LOSSES", "Lattice", "Reading", "binary_cross_entropy", "ctc", "ctc_beam_decode", "ctc_greedy_decode",
    "ctc_lattice", "mean_squared_error", "softmax_cross_entropy",
]  # fmt: skip
