"""What a model has to beat: predictors without a network."""

from lstm_tutor.baselines.ngrams import NGrams, ngram_bits

__all__ = ["NGrams", "ngram_bits"]
