"""Confusion matrices and what they say of each class, counted a second time and beside scikit-learn."""

import re

import numpy as np
import pytest

from lstm_tutor.metrics import class_scores, confusion_matrix

K = 4


def answers(rng, count=200):
    """Targets, and predictions that are right about half the time; class 3 is never said."""
    targets = rng.integers(0, K, count)
    said = np.where(rng.random(count) < 0.5, targets, rng.integers(0, K, count))
    return targets, np.where(said == 3, 0, said)


def test_confusion_matrix_counts_each_pair_of_true_class_and_answer(rng):
    targets, said = answers(rng)
    expected = [
        [sum(t == a and s == b for t, s in zip(targets, said, strict=True)) for b in range(K)] for a in range(K)
    ]
    assert confusion_matrix(targets, said, K).tolist() == expected
    np.testing.assert_array_equal(confusion_matrix(targets.reshape(20, 10), said.reshape(20, 10), K), expected)


@pytest.mark.filterwarnings("ignore")
def test_scores_of_each_class_are_scikit_learns(rng):
    sklearn = pytest.importorskip("sklearn.metrics")
    targets, said = answers(rng)
    precision, recall, f1, support = sklearn.precision_recall_fscore_support(targets, said, zero_division=np.nan)
    scores = class_scores(confusion_matrix(targets, said, K))
    np.testing.assert_allclose(scores.precision, precision, rtol=1e-12)
    np.testing.assert_allclose(scores.recall, recall, rtol=1e-12)
    np.testing.assert_allclose(scores.f1, np.nan_to_num(f1), rtol=1e-12)
    np.testing.assert_array_equal(scores.support, support)
    assert scores.accuracy == pytest.approx(np.mean(targets == said), rel=1e-12)


def test_a_class_that_never_comes_has_no_recall_and_one_that_is_never_said_no_precision():
    scores = class_scores([[3, 0, 0], [2, 0, 0], [0, 0, 0]])
    assert np.isnan(scores.precision).tolist() == [False, True, True]
    assert np.isnan(scores.recall).tolist() == [False, False, True]
    assert scores.f1[:2].tolist() == [0.75, 0] and np.isnan(scores.f1[2])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: confusion_matrix([0, 3], [0, 1], 3), "expected targets to be ints from 0 to 2, got 0 to 3"),
        (lambda: confusion_matrix([0, 1], [0, -1], 3), "expected predictions to be ints from 0 to 2, got -1 to 0"),
        (lambda: confusion_matrix([0.0], [0], 3), "expected targets to be ints from 0 to 2, got float64"),
        (lambda: confusion_matrix([0, 1], [0], 3), "expected predictions of shape (2,), got (1,)"),
        (lambda: class_scores([[1, 2]]), "expected a square matrix of counts, got int64 (1, 2)"),
        (lambda: class_scores([[0]]), "expected at least one prediction, got none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_message_for_what_are_no_answers(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
