"""PyTorch as the reference: conversion both ways, the papers' equations, the verify report.

The only part of the package that imports torch.
"""

from lstm_tutor.extras import require

require("torch")  # before any part of this room imports it

from lstm_tutor.reference import surprises
from lstm_tutor.reference.attention import verify_attention
from lstm_tutor.reference.convert import to_torch
from lstm_tutor.reference.everything import verify_all
from lstm_tutor.reference.report import Report
from lstm_tutor.reference.seq2seq import verify_seq2seq
from lstm_tutor.reference.transformer import transformer_to_torch, verify_transformer
from lstm_tutor.reference.verify import verify
from lstm_tutor.state_dicts import from_torch

__all__ = [
    "from_torch", "surprises", "to_torch", "transformer_to_torch", "verify", "verify_attention", "verify_seq2seq",
    "verify_transformer", "verify_all", "Report",
]  # fmt: skip
