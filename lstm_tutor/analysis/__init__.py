"""What can be read off a network, and what becomes of it when one operates on it."""

from lstm_tutor.analysis.intervention import hold

__all__ = ["hold"]
