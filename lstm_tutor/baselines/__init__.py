"""What a model has to beat: predictors without a network."""

from lstm_tutor.baselines.forecasts import LinearAutoregression, last_cycle, persistence
from lstm_tutor.baselines.ngrams import NGrams, ngram_bits
from lstm_tutor.baselines.tagging import HMMTagger, MostFrequentTag, viterbi

__all__ = [
    "HMMTagger",
    "LinearAutoregression",
    "MostFrequentTag",
    "NGrams",
    "last_cycle",
    "ngram_bits",
    "persistence",
    "viterbi",
]
