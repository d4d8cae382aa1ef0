"""How a guess answers to each letter that was read: its gradient, and the product of an LSTM's forget gates."""

from __future__ import annotations

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.models import SequenceModel
from lstm_tutor.tasks import one_hot
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array, ArrayLike

__all__ = ["forget_product", "letter_gradients"]


def letter_gradients(model: SequenceModel, codes: ArrayLike, guesses: ArrayLike) -> Array:
    """Return the size of the gradient of a guess after the last letter, with respect to the input of each letter.

    The guess is a log-probability, log p(k | x_0 ... x_t), and the size is the Euclidean length of its gradient with
    respect to the one-hot vector x_s of letter s.

    Parameters
    ----------
    model : SequenceModel
        One that reads one-hot vectors and guesses with a softmax.
    codes : array of ints (T, N)
        The letters, T of them in each of N texts.
    guesses : array of ints (N,)
        k, the letter whose log-probability is meant.

    Returns
    -------
    array (T, N)

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> model = lt.SequenceModel(lt.GRU(4, 3, rng=0), 4, rng=1)
    >>> letter_gradients(model, [[0], [1], [2]], [3]).shape
    (3, 1)
    """
    x = one_hot(np.asarray(codes), model.layer.input_size, model.layer.dtype)
    predictions, trace = model.forward(x)
    d_predictions = -softmax(predictions[-1])  # d log p_k / d(score_j) = [j = k] - p_j
    d_predictions[np.arange(x.shape[1]), np.asarray(guesses)] += 1
    d_output = np.zeros_like(trace.output)
    d_output[-1] = d_predictions @ model.readout.weight
    return np.linalg.norm(model.layer.backward(trace, d_output).x, axis=2)


def forget_product(trace: Trace, unit: int | None = None) -> Array:
    """Return f_{s+1} * ... * f_t of the last step t, for every step s: what the forget gates alone leave of c_s in c_t.

    Parameters
    ----------
    trace : Trace
        Of an LSTM, (T, N, H).
    unit : int or None
        One unit, or with None the mean over all units of their products.

    Returns
    -------
    array (T, N)
        The last row is 1.
    """
    f = trace["f"]
    later = np.concatenate([f[1:], np.ones_like(f[:1])])
    products = np.cumprod(later[::-1], axis=0)[::-1]
    return products.mean(axis=2) if unit is None else products[:, :, unit]
