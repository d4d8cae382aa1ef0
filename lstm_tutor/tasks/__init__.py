"""Data: the classic synthetic tasks, and small real ones from what every machine has.

A task is a function from an update's number (and a seed) to a :class:`Batch`, the same Batch whenever it is asked.
"""

from lstm_tutor.tasks import tables
from lstm_tutor.tasks.averages import two_sided_average
from lstm_tutor.tasks.batch import Batch, sequence_batch
from lstm_tutor.tasks.brief_order import brief_order
from lstm_tutor.tasks.continual import ContinualReber
from lstm_tutor.tasks.counting import counting
from lstm_tutor.tasks.dates import Dates, date_batch, date_text, decode_date, encode_dates
from lstm_tutor.tasks.digits import DigitRows, digit_batch
from lstm_tutor.tasks.handwriting import Strings, digit_strings, picture_columns, picture_of_strokes
from lstm_tutor.tasks.interface import chinese_symbols, english_words, interface_translation
from lstm_tutor.tasks.lags import long_lag, noisy_lag
from lstm_tutor.tasks.languages import cycle_navigation, dyck, even_pairs, modular_arithmetic
from lstm_tutor.tasks.latch import two_sequences
from lstm_tutor.tasks.memory import adding, copy, copy_baseline, multiplication, recall, temporal_xor
from lstm_tutor.tasks.order import temporal_order
from lstm_tutor.tasks.pairs import Pair, Pairs, split_pairs
from lstm_tutor.tasks.parity import parity
from lstm_tutor.tasks.phonemes import word_sounds
from lstm_tutor.tasks.reber import EmbeddedReber, embedded_reber_batch
from lstm_tutor.tasks.reviews import Reviews, bag_of_words, review, review_batch, review_words
from lstm_tutor.tasks.roles import ROLES, CodeLine, NameRoles, name_roles
from lstm_tutor.tasks.series import Scale, seasonal_means, windows
from lstm_tutor.tasks.sessions import call_sessions, called_names, session_batch
from lstm_tutor.tasks.spans import (
    RELATIONS,
    SPAN_KINDS,
    SPAN_TAGS,
    SPAN_WORDS,
    NamedSentences,
    Sentence,
    named_sentence,
    pair_batch,
    span_batch,
)
from lstm_tutor.tasks.stream import RecallStream
from lstm_tutor.tasks.stress import SOUNDS, STRESSES, StressedWord, StressedWords, stress_batch, stressed_word
from lstm_tutor.tasks.tagging import TaggedSentences, tagged_sentence, tagging_batch
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
from lstm_tutor.tasks.timing import spike_delays
from lstm_tutor.tasks.vowels import SpokenVowels

__all__ = [
    "ALPHABET",
    "Batch",
    "CharStream",
    "CodeLine",
    "ContinualReber",
    "Dates",
    "DigitRows",
    "EmbeddedReber",
    "NameRoles",
    "NamedSentences",
    "Pair",
    "Pairs",
    "RELATIONS",
    "ROLES",
    "RecallStream",
    "Reviews",
    "SOUNDS",
    "SPAN_KINDS",
    "SPAN_TAGS",
    "SPAN_WORDS",
    "STRESSES",
    "Scale",
    "Sentence",
    "SpokenVowels",
    "StressedWord",
    "StressedWords",
    "Strings",
    "TEST_MODULES",
    "TRAIN_MODULES",
    "TaggedSentences",
    "adding",
    "bag_of_words",
    "brief_order",
    "call_sessions",
    "called_names",
    "chinese_symbols",
    "copy",
    "copy_baseline",
    "counting",
    "cycle_navigation",
    "date_batch",
    "date_text",
    "decode",
    "decode_date",
    "digit_batch",
    "digit_strings",
    "dyck",
    "embedded_reber_batch",
    "encode",
    "encode_dates",
    "english_words",
    "even_pairs",
    "fingerprint",
    "interface_translation",
    "long_lag",
    "modular_arithmetic",
    "multiplication",
    "name_roles",
    "named_sentence",
    "noisy_lag",
    "one_hot",
    "pair_batch",
    "parity",
    "picture_columns",
    "picture_of_strokes",
    "python_source",
    "recall",
    "review",
    "review_batch",
    "review_words",
    "seasonal_means",
    "sequence_batch",
    "session_batch",
    "span_batch",
    "spike_delays",
    "split_pairs",
    "stress_batch",
    "stressed_word",
    "tables",
    "tagged_sentence",
    "tagging_batch",
    "temporal_order",
    "temporal_xor",
    "two_sequences",
    "two_sided_average",
    "windows",
    "word_sounds",
]
