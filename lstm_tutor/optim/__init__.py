"""Gradient descent, with momentum or adaptive steps; clipping; and schedules of the learning rate.

Optimizers write into the parameters they are given. A schedule is a function from an update's number (0, 1, ...) to its
learning rate; it takes a rate, a number or another schedule, and multiplies it: ``cosine(warmup(0.01, 100), 4000)``.
"""

from lstm_tutor.optim.clipping import clip_by_global_norm
from lstm_tutor.optim.rules import SGD, Adam, AdamW, Optimizer, RMSProp, Rprop
from lstm_tutor.optim.schedules import cosine, linear_decay, step_decay, warmup

__all__ = [
    "SGD", "RMSProp", "Adam", "AdamW", "Rprop", "Optimizer", "clip_by_global_norm",
    "cosine", "linear_decay", "step_decay", "warmup",
]  # fmt: skip
