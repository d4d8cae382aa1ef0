"""PyTorch as the reference: conversion both ways, the papers' equations, the verify report.

The only part of the package that imports torch.
"""

from lstm_tutor.reference.convert import from_torch, to_torch
from lstm_tutor.reference.verify import Report, verify, verify_all

__all__ = ["from_torch", "to_torch", "verify", "verify_all", "Report"]
