"""Data: the classic synthetic tasks, and small real ones from what every machine has.

A task is a function from an update's number (and a seed) to a :class:`Batch`, the same Batch whenever it is asked.
"""

from lstm_tutor.tasks.batch import Batch
from lstm_tutor.tasks.continual import ContinualReber
from lstm_tutor.tasks.memory import recall, temporal_xor
from lstm_tutor.tasks.reber import EmbeddedReber, embedded_reber_batch
from lstm_tutor.tasks.text import (
    ALPHABET,
    TEST_MODULES,
    TRAIN_MODULES,
    CharStream,
    decode,
    encode,
    fingerprint,
    one_hot,
    python_source,
)

__all__ = [
    "ALPHABET",
    "TEST_MODULES",
    "TRAIN_MODULES",
    "Batch",
    "CharStream",
    "ContinualReber",
    "EmbeddedReber",
    "decode",
    "embedded_reber_batch",
    "encode",
    "fingerprint",
    "one_hot",
    "python_source",
    "recall",
    "temporal_xor",
]
