"""What a model has to beat: predictors without a network."""

from lstm_tutor.baselines.classes import HMMClassifier, LogisticRegression, averages
from lstm_tutor.baselines.forecasts import LinearAutoregression, last_cycle, persistence
from lstm_tutor.baselines.ngrams import NGrams, ngram_bits
from lstm_tutor.baselines.sessions import neighbor_scores, popularity, transitions
from lstm_tutor.baselines.tagging import HMMTagger, MostFrequentTag, viterbi
from lstm_tutor.baselines.translation import Dictionary, NearestPhrase
from lstm_tutor.baselines.windows import WindowClassifier, window_targets

__all__ = [
    "Dictionary",
    "HMMClassifier",
    "HMMTagger",
    "LinearAutoregression",
    "LogisticRegression",
    "MostFrequentTag",
    "NGrams",
    "NearestPhrase",
    "WindowClassifier",
    "averages",
    "last_cycle",
    "neighbor_scores",
    "ngram_bits",
    "persistence",
    "popularity",
    "transitions",
    "viterbi",
    "window_targets",
]
