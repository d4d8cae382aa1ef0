"""What a model has to beat: predictors without a network."""

from lstm_tutor.baselines.ngrams import ngram_bits

__all__ = ["ngram_bits"]
