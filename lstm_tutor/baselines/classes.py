"""What a classifier of sequences has to beat: one that sees no order, and one that models each class by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.checks import check_number, positive_int, real_array
from lstm_tutor.extras import require
from lstm_tutor.losses import softmax_cross_entropy
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["HMMClassifier", "LogisticRegression", "averages"]


def averages(sequences: Sequence[ArrayLike]) -> Array:
    """Return each sequence's mean over its steps, (N, D), from N arrays (T, D): all that is left without any order.

    Examples
    --------
    >>> averages([[[0.0], [2.0]], [[5.0]]]).tolist()
    [[1.0], [5.0]]
    """
    return np.array([real_array("averages", "a sequence", sequence).mean(axis=0) for sequence in sequences])


class LogisticRegression:
    r"""Multinomial logistic regression: a softmax of a linear function of x, with a small penalty on its weights.

    .. math:: p(k \mid x) = \mathrm{softmax}(W x + b)_k

    It minimizes the mean cross-entropy plus ``penalty / 2`` times the sum of the squared weights, a convex function
    with one minimum, by Nesterov's accelerated gradient descent on inputs scaled to mean 0 and standard deviation 1.

    Parameters
    ----------
    num_classes : int
        K.
    penalty : float >= 0
    steps : int
        How many steps of gradient descent.

    Attributes
    ----------
    weight : array (K, D)
        W, for scaled inputs.
    bias : array (K,)
        b.

    Examples
    --------
    >>> model = LogisticRegression(2).fit([[0.0], [1.0], [4.0], [5.0]], [0, 0, 1, 1])
    >>> model.predict([[0.5], [4.5]]).tolist()
    [0, 1]
    """

    weight: Array
    bias: Array

    def __init__(self, num_classes: int, *, penalty: float = 1e-3, steps: int = 2000) -> None:
        self.num_classes = positive_int("LogisticRegression", "num_classes", num_classes)
        check_number("LogisticRegression", "penalty", penalty, ">= 0", lambda value: value >= 0)
        self.penalty, self.steps = float(penalty), positive_int("LogisticRegression", "steps", steps)

    def fit(self, x: ArrayLike, targets: ArrayLike) -> LogisticRegression:
        """Learn from x (N, D) and targets, ints (N,) from 0 to K - 1; return this model."""
        inputs = real_array("LogisticRegression", "x", x).astype(np.float64)
        if inputs.ndim != 2 or 0 in inputs.shape:
            raise ValueError(f"LogisticRegression: expected x of shape (N, D), got {inputs.shape}")
        classes = real_array("LogisticRegression", "targets", targets)
        if classes.shape != (len(inputs),):
            raise ValueError(f"LogisticRegression: expected {len(inputs)} targets, got shape {classes.shape}")
        self._mean, self._scale = inputs.mean(axis=0), inputs.std(axis=0)
        self._scale[self._scale == 0] = 1  # an input that never changes says nothing
        inputs = (inputs - self._mean) / self._scale
        steepest = np.linalg.norm(np.column_stack([inputs, np.ones(len(inputs))]), 2) ** 2 / (2 * len(inputs))
        rate = 1 / (steepest + self.penalty)  # the curvature of the loss is nowhere larger
        parameters = np.zeros((self.num_classes, inputs.shape[1] + 1))
        ahead = parameters.copy()
        for step in range(self.steps):
            W, b = ahead[:, :-1], ahead[:, -1]
            _, d_logits = softmax_cross_entropy((inputs @ W.T + b)[None], classes[None])
            d = np.column_stack([d_logits[0].T @ inputs + self.penalty * W, d_logits[0].sum(axis=0)])
            before, parameters = parameters, ahead - rate * d
            ahead = parameters + step / (step + 3) * (parameters - before)
        self.weight, self.bias = parameters[:, :-1], parameters[:, -1]
        return self

    def probabilities(self, x: ArrayLike) -> Array:
        """Return the probability of each class, (N, K)."""
        x = (real_array("LogisticRegression", "x", x) - self._mean) / self._scale
        return softmax(x @ self.weight.T + self.bias)

    def predict(self, x: ArrayLike) -> Array:
        """Return the likeliest class of each row of x, ints (N,)."""
        return self.probabilities(x).argmax(axis=1)


class HMMClassifier:
    """One hidden Markov model for each class, with Gaussian outputs: the class is the one whose model fits best.

    The states follow each other by chance, each writes vectors around a mean of its own, and the independent variances
    of all states are learned with the means, by expectation maximization.

    Parameters
    ----------
    num_classes : int
    states : int
        The number of hidden states of each model.
    iterations : int
        The most that expectation maximization may take.
    smallest : float
        The least variance, which keeps a state from shrinking to a point.
    rng : int seed or numpy.random.Generator
        For the means at the start.

    References
    ----------
    Rabiner (1989), Proceedings of the IEEE 77. It needs the library hmmlearn.
    """

    def __init__(
        self, num_classes: int, states: int, *, iterations: int = 50, smallest: float = 1e-3, rng: RNG = None
    ) -> None:
        self.num_classes = positive_int("HMMClassifier", "num_classes", num_classes)
        self.states = positive_int("HMMClassifier", "states", states)
        self.iterations = positive_int("HMMClassifier", "iterations", iterations)
        self.smallest, self.rng = float(smallest), np.random.default_rng(rng)

    def fit(self, sequences: Sequence[ArrayLike], targets: ArrayLike) -> HMMClassifier:
        """Learn from N arrays (T, D) and their classes, ints (N,); return this classifier."""
        require("hmmlearn")
        from hmmlearn.hmm import GaussianHMM  # here, because only this baseline needs it

        targets = real_array("HMMClassifier", "targets", targets)
        if targets.shape != (len(sequences),):
            raise ValueError(f"HMMClassifier: expected {len(sequences)} targets, got shape {targets.shape}")
        self.models = []
        for k in range(self.num_classes):
            chosen = [np.asarray(sequences[n], np.float64) for n in np.flatnonzero(targets == k).tolist()]
            if not chosen:
                raise ValueError(f"HMMClassifier: expected a sequence of each class, got none of {k}")
            model = GaussianHMM(
                self.states, "diag", min_covar=self.smallest, n_iter=self.iterations, tol=0.1,
                random_state=int(self.rng.integers(2**31)),
            )  # fmt: skip
            self.models.append(model.fit(np.concatenate(chosen), [len(sequence) for sequence in chosen]))
        return self

    def log_likelihoods(self, sequences: Sequence[ArrayLike]) -> Array:
        """Return log p of each sequence by each class's model, (N, K), in nats."""
        return np.array([[model.score(np.asarray(sequence, np.float64)) for model in self.models]
                         for sequence in sequences])  # fmt: skip

    def predict(self, sequences: Sequence[ArrayLike]) -> Array:
        """Return the class whose model makes each sequence likeliest, ints (N,)."""
        return self.log_likelihoods(sequences).argmax(axis=1)
