"""How good a prediction is: the measures that the chapters on practice report, each as its field defines it."""

from lstm_tutor.metrics.classes import ClassScores, class_scores, confusion_matrix
from lstm_tutor.metrics.distance import character_error_rate, edit_distance
from lstm_tutor.metrics.forecasts import coverage, lag_correlations, margins, rmse, skill
from lstm_tutor.metrics.ranking import hit_rate, mean_reciprocal_rank, ranks
from lstm_tutor.metrics.spans import Scores, Span, legal_steps, span_scores, spans_of, tags_of
from lstm_tutor.metrics.text import compile_rate, compiles, distinct, entropy, first_block, line_compiles, repetition
from lstm_tutor.metrics.translation import chrf, exact_by_length, exact_match

__all__ = [
    "ClassScores",
    "Scores",
    "Span",
    "character_error_rate",
    "chrf",
    "class_scores",
    "compile_rate",
    "compiles",
    "confusion_matrix",
    "coverage",
    "distinct",
    "edit_distance",
    "entropy",
    "exact_by_length",
    "exact_match",
    "first_block",
    "hit_rate",
    "lag_correlations",
    "legal_steps",
    "line_compiles",
    "margins",
    "mean_reciprocal_rank",
    "ranks",
    "repetition",
    "rmse",
    "skill",
    "span_scores",
    "spans_of",
    "tags_of",
]
