"""What can be read off a network, and what becomes of it when one operates on it."""

from lstm_tutor.analysis.gradients import gradient_sizes, jacobians, sizes_by_lag
from lstm_tutor.analysis.intervention import hold

__all__ = ["gradient_sizes", "hold", "jacobians", "sizes_by_lag"]
