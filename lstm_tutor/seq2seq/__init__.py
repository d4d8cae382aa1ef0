"""Sequence to sequence: an encoder reads, a decoder writes, and attention, if there is any, looks back.

`model` is the network and its gradients, `forecaster` its sibling for numbers, `search` finds what it wants to say,
`record` is what a pass leaves behind.
"""

from lstm_tutor.seq2seq.forecaster import Forecaster, ForecasterTrace
from lstm_tutor.seq2seq.model import Seq2Seq
from lstm_tutor.seq2seq.record import Seq2SeqGradients, Seq2SeqTrace
from lstm_tutor.seq2seq.search import Decoding, Hypothesis

__all__ = [
    "Decoding",
    "Forecaster",
    "ForecasterTrace",
    "Hypothesis",
    "Seq2Seq",
    "Seq2SeqGradients",
    "Seq2SeqTrace",
]
