"""What a classifier of sequences has to beat: one that sees no order, and one that models each class by itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.checks import check_number, finite_array, positive_int, real_array
from lstm_tutor.extras import require
from lstm_tutor.losses import softmax_cross_entropy
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["HMMClassifier", "LogisticRegression", "averages"]


def averages(sequences: Sequence[ArrayLike]) -> Array:
    """Return each sequence's mean over its steps, (N, D), from N arrays (T, D): all that is left without any order.

    Raises
    ------
    ValueError
        There is no sequence, one has no step, or a number is NaN or infinite.

    Examples
    --------
    >>> averages([[[0.0], [2.0]], [[5.0]]]).tolist()
    [[1.0], [5.0]]
    """
    return np.array([sequence.mean(axis=0) for sequence in _sequences("averages", sequences)])


def _sequences(what: str, sequences: Sequence[ArrayLike], D: int | None = None) -> list[Array]:
    """Return sequences as arrays (T, D) of finite numbers, float64, with a step or more, and one D for all."""
    arrays = [finite_array(what, f"sequence {n}", each).astype(np.float64) for n, each in enumerate(sequences)]
    if not arrays:
        raise ValueError(f"{what}: expected at least one sequence, got none")
    D = arrays[0].shape[-1] if D is None and arrays[0].ndim else D
    for n, array in enumerate(arrays):
        if array.ndim != 2 or not len(array) or array.shape[1] != D:
            raise ValueError(f"{what}: expected sequences of shape (T, {D or 'D'}) with T > 0, got {array.shape} for "
                             f"sequence {n}")  # fmt: skip
    return arrays


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
        """Learn from x (N, D) and targets, ints (N,) from 0 to K - 1; return this model.

        Raises
        ------
        ValueError
            A shape does not fit, a number is NaN or infinite, or a target is no class.
        """
        inputs = finite_array("LogisticRegression", "x", x).astype(np.float64)
        if inputs.ndim != 2 or 0 in inputs.shape:
            raise ValueError(f"LogisticRegression: expected x of shape (N, D), got {inputs.shape}")
        classes = real_array("LogisticRegression", "targets", targets)
        if classes.shape != (len(inputs),):
            raise ValueError(f"LogisticRegression: expected {len(inputs)} targets, got shape {classes.shape}")
        mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
        scale[scale == 0] = 1  # an input that never changes says nothing
        inputs = (inputs - mean) / scale
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
        self.weight, self.bias, self._mean, self._scale = parameters[:, :-1], parameters[:, -1], mean, scale
        return self

    def probabilities(self, x: ArrayLike) -> Array:
        """Return the probability of each class, (N, K)."""
        x = (finite_array("LogisticRegression", "x", x) - self._mean) / self._scale
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
        """Learn from N arrays (T, D) and their classes, ints (N,); return this classifier.

        Raises
        ------
        ValueError
            A sequence has no step or another D, or a number is NaN or infinite; or a class has no sequence, fewer steps
            than there are states, or a state that no step follows.
        """
        require("hmmlearn")
        from hmmlearn.hmm import GaussianHMM  # here, because only this baseline needs it

        targets = real_array("HMMClassifier", "targets", targets)
        if targets.shape != (len(sequences),):
            raise ValueError(f"HMMClassifier: expected {len(sequences)} targets, got shape {targets.shape}")
        arrays = _sequences("HMMClassifier", sequences)
        chosen = [[arrays[n] for n in np.flatnonzero(targets == k).tolist()] for k in range(self.num_classes)]
        for k, own in enumerate(chosen):
            if not own:
                raise ValueError(f"HMMClassifier: expected a sequence of each class, got none of {k}")
            steps = sum(map(len, own))
            if steps < self.states:
                raise ValueError(f"HMMClassifier: expected at least {self.states} steps of each class, one for each "
                                 f"state, got {steps} of class {k}")  # fmt: skip
        models = []
        for k, own in enumerate(chosen):
            model = GaussianHMM(
                self.states, "diag", min_covar=self.smallest, n_iter=self.iterations, tol=0.1,
                random_state=int(self.rng.integers(2**31)),
            )  # fmt: skip
            model.fit(np.concatenate(own), [len(sequence) for sequence in own])
            if not np.allclose(model.transmat_.sum(axis=1), 1):
                raise ValueError(f"HMMClassifier: expected every state to be followed by another step, got one of "
                                 f"class {k} that only comes last; use fewer states or longer sequences")  # fmt: skip
            models.append(model)
        self.models = models
        return self

    def log_likelihoods(self, sequences: Sequence[ArrayLike]) -> Array:
        """Return log p of each sequence by each class's model, (N, K), in nats."""
        arrays = _sequences("HMMClassifier", sequences, self.models[0].means_.shape[1])
        return np.array([[model.score(array) for model in self.models] for array in arrays])

    def predict(self, sequences: Sequence[ArrayLike]) -> Array:
        """Return the class whose model makes each sequence likeliest, ints (N,)."""
        return self.log_likelihoods(sequences).argmax(axis=1)
