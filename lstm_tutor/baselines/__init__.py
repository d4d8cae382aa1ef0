"""What a model has to beat: predictors without a network."""

from lstm_tutor.baselines.forecasts import LinearAutoregression, last_cycle, persistence
from lstm_tutor.baselines.ngrams import NGrams, ngram_bits

__all__ = ["LinearAutoregression", "NGrams", "last_cycle", "ngram_bits", "persistence"]
