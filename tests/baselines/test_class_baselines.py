"""The baselines of classification: beside scikit-learn, and on classes that are easily told apart."""

import re

import numpy as np
import pytest

from lstm_tutor.baselines import HMMClassifier, LogisticRegression, averages

N, D, K = 120, 3, 4


def problem(rng):
    """Four overlapping clouds of points, and an input that never changes."""
    targets = rng.integers(0, K, N)
    x = rng.standard_normal((N, D)) + rng.standard_normal((K, D))[targets]
    return np.column_stack([5 + 3 * x, np.full(N, 7.0)]), targets


def test_logistic_regression_is_scikit_learns(rng):
    linear_model = pytest.importorskip("sklearn.linear_model")
    x, targets = problem(rng)
    penalty = 0.02
    model = LogisticRegression(K, penalty=penalty, steps=5000).fit(x, targets)
    scaled = np.column_stack([(x[:, :D] - x[:, :D].mean(axis=0)) / x[:, :D].std(axis=0), np.zeros(N)])
    theirs = linear_model.LogisticRegression(C=1 / (penalty * N), tol=1e-12, max_iter=10_000).fit(scaled, targets)
    np.testing.assert_allclose(model.weight, theirs.coef_, atol=1e-5)
    np.testing.assert_allclose(model.probabilities(x), theirs.predict_proba(scaled), atol=1e-5)
    np.testing.assert_array_equal(model.predict(x), theirs.predict(scaled))
    np.testing.assert_allclose(model.probabilities(x[:3]), model.probabilities(x)[:3], rtol=1e-12)


def test_averages_are_those_of_each_sequence(rng):
    sequences = [rng.standard_normal((length, D)) for length in (4, 1, 9)]
    np.testing.assert_allclose(averages(sequences), [sum(s) / len(s) for s in sequences], rtol=1e-12)


def test_hidden_markov_models_tell_classes_by_their_order():
    """Both classes have the same averages: one rises, the other falls."""
    pytest.importorskip("hmmlearn")
    rng, targets = np.random.default_rng(5), np.tile([0, 1], 20)
    ramp = np.linspace(-3, 3, 8)[:, None]
    sequences = [(ramp if k else -ramp) + 0.1 * rng.standard_normal((8, 1)) for k in targets]
    classifier = HMMClassifier(2, 3, rng=0).fit(sequences[:20], targets[:20])
    np.testing.assert_array_equal(classifier.predict(sequences[20:]), targets[20:])
    likelihoods = classifier.log_likelihoods(sequences[:3])
    assert likelihoods.shape == (3, 2)
    assert likelihoods[1, 0] == classifier.models[0].score(sequences[1])
    for model in classifier.models:  # each sequence ends in the state that none leaves
        assert model.transmat_.diagonal().max() > 0.999


def test_what_cannot_be_learned_leaves_a_model_as_it_was(rng):
    pytest.importorskip("hmmlearn")
    linear = LogisticRegression(2).fit([[0.0], [1.0]], [0, 1])
    hmm = HMMClassifier(2, 2, rng=0).fit(list(rng.standard_normal((6, 5, 1))), [0, 1] * 3)
    p, likelihoods = linear.probabilities([[0.3]]), hmm.log_likelihoods([[[0.3]]])
    for again in (
        lambda: linear.fit([[5.0], [9.0]], [0, 7]),
        lambda: hmm.fit([np.ones((9, 1)), np.ones((1, 1))], [0, 1]),
    ):
        with pytest.raises(ValueError, match="expected"):
            again()
    np.testing.assert_array_equal(linear.probabilities([[0.3]]), p)
    np.testing.assert_array_equal(hmm.log_likelihoods([[[0.3]]]), likelihoods)


def test_message_for_a_state_that_no_step_follows():
    pytest.importorskip("hmmlearn")
    steps = [np.full((1, 2), float(k)) for k in range(6)]
    with pytest.raises(ValueError, match="expected every state to be followed by another step, got one of class 0"):
        HMMClassifier(1, 3, rng=0).fit(steps, [0] * 6)


LINE = [[0.0], [1.0]]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: averages([]), "averages: expected at least one sequence, got none"),
        (lambda: averages([LINE, np.zeros((0, 1))]),
         "averages: expected sequences of shape (T, 1) with T > 0, got (0, 1) for sequence 1"),
        (lambda: averages([LINE, [[1.0, 2.0]]]),
         "averages: expected sequences of shape (T, 1) with T > 0, got (1, 2) for sequence 1"),
        (lambda: averages([3.0]), "averages: expected sequences of shape (T, D) with T > 0, got () for sequence 0"),
        (lambda: averages([LINE, [[np.nan]]]),
         "averages: expected sequence 1 to be finite numbers, got NaN or inf in 1 of 1"),
        (lambda: LogisticRegression(2).fit([[np.nan], [np.inf]], [0, 1]),
         "LogisticRegression: expected x to be finite numbers, got NaN or inf in 2 of 2"),
        (lambda: LogisticRegression(2).fit(LINE, [0, 1]).predict([[np.nan]]),
         "LogisticRegression: expected x to be finite numbers, got NaN or inf in 1 of 1"),
        (lambda: HMMClassifier(1, 3).fit([LINE[:1]], [0]),
         "HMMClassifier: expected at least 3 steps of each class, one for each state, got 1 of class 0"),
        (lambda: HMMClassifier(1, 2).fit([[[np.nan], [1.0]]], [0]),
         "HMMClassifier: expected sequence 0 to be finite numbers"),
        (lambda: HMMClassifier(1, 1, rng=0).fit([LINE], [0]).predict([[[1.0, 2.0]]]),
         "HMMClassifier: expected sequences of shape (T, 1) with T > 0, got (1, 2) for sequence 0"),
        (lambda: LogisticRegression(2).fit([1.0, 2.0], [0, 1]), "expected x of shape (N, D), got (2,)"),
        (lambda: LogisticRegression(2).fit([[1.0], [2.0]], [0]), "expected 2 targets, got shape (1,)"),
        (lambda: LogisticRegression(2, penalty=-1), "expected penalty >= 0, got -1"),
        (lambda: HMMClassifier(2, 0), "expected states to be a positive int, got 0"),
        (lambda: HMMClassifier(2, 1).fit([np.ones((3, 1))], [0, 1]), "expected 1 targets, got shape (2,)"),
        (lambda: HMMClassifier(2, 1).fit([np.ones((3, 1))], [1]), "expected a sequence of each class, got none of 0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_message_for_what_cannot_be_learned(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
