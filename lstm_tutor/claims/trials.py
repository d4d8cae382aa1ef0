"""Small experiments that settle claims on the spot; a page draws what a card is judged by.

Each returns plain numbers and takes well under a second or two.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor import experiments, tasks
from lstm_tutor.activations import softmax
from lstm_tutor.analysis import gradient_sizes, jacobians, units
from lstm_tutor.initialization import orthogonal
from lstm_tutor.layers import LSTM, RNN, LSTMVariant
from lstm_tutor.losses import softmax_cross_entropy
from lstm_tutor.types import Array, DTypeLike

__all__ = [
    "LeftOut",
    "bits_by_state",
    "confident_errors",
    "growth",
    "kept_by_tanh",
    "left_out",
    "open_gates",
    "orthogonal_chain",
    "readings_of_padded",
    "stack_depth",
    "units_at_work",
]

TEXT = 16_000  # letters of the text that a stored model reads


def open_gates(steps: int, forget: float = 40.0) -> Array:
    """Return the memory c of one LSTM unit whose input gate is open while its candidate is 1, step by step.

    Parameters
    ----------
    steps : int
    forget : float
        The bias of the forget gate: 40 holds it open, -40 shuts it.

    Returns
    -------
    array (steps,)
    """
    layer = LSTM(1, 1, rng=0)
    weights = {"weight_ih_l0": np.zeros((4, 1)), "weight_hh_l0": np.zeros((4, 1))}
    layer.load_parameters(weights | {"bias_l0": np.array([40.0, forget, 40.0, 40.0])})  # i, f, g, o
    return layer.forward(np.zeros((steps, 1, 1)))["c"][:, 0, 0]


@cache
def units_at_work() -> dict[str, Array]:
    """Return what each unit of the stored character model does while it reads unseen code, by name: (T, H)."""
    text = tasks.python_source("test")[:TEXT]
    return units.record(experiments.model("charlm-lstm"), text, strands=16)


def growth(scale: float, seed: int, steps: int = 100) -> Array:
    """Return how the gradient of a new LSTM's h grows from the last step back: sizes by lag, 1 at lag 0.

    Parameters
    ----------
    scale : float
        What the recurrent weights of candidate and output gate are multiplied by, 1 for a spectral radius of about 1.
    seed : int
    steps : int

    Returns
    -------
    array (steps + 1,)
    """
    rng, H = np.random.default_rng(seed), 32
    layer = LSTM(1, H, rng=seed)
    weight = scale * rng.standard_normal((4 * H, H)) / np.sqrt(H)
    weight[: 2 * H] *= 0.1  # the gates i and f hardly move
    layer.parameters()["weight_hh_l0"][:] = weight
    sizes = gradient_sizes(layer, 0.1 * rng.standard_normal((steps + 1, 1, 1)), rng=seed)[0]
    return sizes / sizes[0]


def kept_by_tanh(variant: str, forget_bias: float, seed: int, steps: int = 50) -> float:
    """Return the share of dc_T/dc_t that is left after some steps, with a tanh of the LSTM taken out or not.

    Parameters
    ----------
    variant : {"NP", "NIAF", "NOAF"}
        The plain LSTM, the one without the tanh of the candidate, the one without the tanh of the memory.
    forget_bias : float
    seed : int
    steps : int
    """
    layer = LSTMVariant(4, 16, variant=variant, forget_bias=forget_bias, rng=seed)
    J = jacobians(layer, np.random.default_rng(seed).standard_normal((steps + 1, 1, 4)), of="c")
    return float(np.linalg.norm(J[0]) / np.linalg.norm(J[-1]))


def orthogonal_chain(squash: bool, seed: int, steps: int = 100) -> Array:
    """Return the size of dh_T/dh_t by lag in an RNN with orthogonal recurrent weights, 1 at lag 0.

    Parameters
    ----------
    squash : bool
        With its tanh, or without.
    seed : int
    steps : int

    Returns
    -------
    array (steps + 1,)
    """
    rng = np.random.default_rng(seed)
    W = orthogonal((32, 32), rng=rng)
    if not squash:
        J = [np.linalg.matrix_power(W, lag) for lag in range(steps + 1)]
    else:
        layer = RNN(4, 32, rng=seed)
        layer.parameters()["weight_hh_l0"][:] = W
        J = list(jacobians(layer, rng.standard_normal((steps + 1, 1, 4)))[::-1])
    return np.array([np.linalg.norm(each) for each in J]) / np.sqrt(32)


def confident_errors(margins: Sequence[float], *, twice: bool) -> tuple[Array, Array]:
    """Return loss and gradient of a classifier that is wrong by some margin, with one softmax or two.

    Parameters
    ----------
    margins : sequence of float
        By how much the logit of a wrong class, of 10, is above all others.
    twice : bool
        Whether probabilities go into the cross-entropy where logits are expected.

    Returns
    -------
    losses, gradients : arrays, one number for each margin
        The gradient's length with respect to the logits.
    """
    losses, lengths = [], []
    for margin in margins:
        z = np.zeros((1, 1, 10))
        z[..., 1] = margin
        p = softmax(z)
        loss, d = softmax_cross_entropy(p if twice else z, np.zeros((1, 1), int))
        dz = p * (d - (p * d).sum(axis=-1, keepdims=True)) if twice else d
        losses.append(loss)
        lengths.append(float(np.linalg.norm(dz)))
    return np.array(losses), np.array(lengths)


@cache
def bits_by_state(window: int = 50, strands: int = 16) -> dict[str, float]:
    """Return what unseen code costs the stored character model, read in windows, bits a character.

    Parameters
    ----------
    window : int
        Characters.
    strands : int
        So many windows are read side by side.

    Returns
    -------
    dict
        "reset": every window begins with zeros; "carried": with the state that the window before it in the text left;
        "of another": the windows are dealt at random, and each begins with the state of whichever was read before.
    """
    model = experiments.model("charlm-lstm")
    count = 12_800 // window
    codes = tasks.encode(tasks.python_source("test")[: count * window + 1])
    x = tasks.one_hot(codes[:-1].reshape(count, window).T, 96, np.float32)
    y = codes[1:].reshape(count, window).T
    orders = {"carried": np.arange(count), "of another": np.random.default_rng(0).permutation(count)}
    bits = {"reset": softmax_cross_entropy(model.forward(x)[0], y)[0] / np.log(2)}
    for name, order in orders.items():
        state, losses = None, []
        for here in order.reshape(strands, -1).T:
            predictions, trace = model.forward(x[:, here], state)
            state = trace.final_state
            losses.append(softmax_cross_entropy(predictions, y[:, here])[0])
        bits[name] = float(np.mean(losses) / np.log(2))
    return {name: float(value) for name, value in bits.items()}


def stack_depth(dtype: DTypeLike, seed: int) -> int:
    """Return how many bits come back from a stack that is one number, as in the proof that an RNN can compute anything.

    To push a bit b is ``s = s / 4 + (2 b + 1) / 4``; the top is 1 where s is at least a half; to pop it is
    ``s = 4 s - (2 b + 1)``.

    Parameters
    ----------
    dtype : float64, float32 or float16
    seed : int
        Of the 200 bits that are pushed.

    References
    ----------
    Siegelmann & Sontag (1995): the encoding in base 4.
    """
    number: Any = np.dtype(dtype).type
    bits = np.random.default_rng(seed).integers(0, 2, 200)
    s = number(0)
    for b in bits:
        s = number(s / number(4) + number(2 * b + 1) / number(4))
    for depth, b in enumerate(bits[::-1]):
        if (s >= number(0.5)) != b:
            return depth
        s = number(number(4) * s - number(2 * b + 1))
    return len(bits)


def _sentences(count: int | None = None) -> tuple[list[list[str]], Array]:
    """Return the words and verdicts of the stored models' test sentences."""
    words, verdicts, _ = zip(*tasks.Reviews(2000, rng=[0, 5]).test[:count], strict=True)
    return [list(each) for each in words], np.array(verdicts)


@cache
def readings_of_padded() -> dict[str, float]:
    """Return the share of test sentences that a stored classifier judges rightly, by the state that is read out.

    Returns
    -------
    dict
        "each one's end": the state at the last word of each sentence; "output[-1], packed": the last row, where short
        sentences have zeros; "output[-1], padding read": the last row, the network having read the padding too.
    """
    model = experiments.model("reviews-last")
    words, verdicts = _sentences()
    batch = tasks.review_batch(words)
    x = model.embedding.forward(batch.x)
    ended, ran_on = (model.layer.forward(x, lengths=lengths) for lengths in (batch.lengths, None))
    states = {"each one's end": ended.final_state.h[0], "output[-1], packed": ended.output[-1],
              "output[-1], padding read": ran_on.output[-1]}  # fmt: skip
    said = {name: model.readout.forward(h).argmax(axis=1) for name, h in states.items()}
    return {name: float(np.mean(each == verdicts)) for name, each in said.items()}


class LeftOut(NamedTuple):
    """What attention looks at in a sentence, and what happens if a word is left out.

    Attributes
    ----------
    words : list of str
    weights : array (number of words,)
        The weights of attention.
    changes : array (number of words,)
        How much the margin between the two verdicts moves without that word.
    flips : array (number of words,)
        Whether the verdict itself changes.
    """

    words: list[str]
    weights: Array
    changes: Array
    flips: Array

    @property
    def agreement(self) -> float:
        """Kendall's rank correlation of weights and changes, from -1 to 1."""
        a, b = (np.sign(each[:, None] - each) for each in (self.weights, self.changes))
        return float((a * b).sum() / (len(self.words) * (len(self.words) - 1)))


@cache
def left_out(count: int = 300) -> list[LeftOut]:
    """Leave out each word of some test sentences in turn, and see what that does to the verdict of the stored model.

    Parameters
    ----------
    count : int
        So many sentences.

    References
    ----------
    Jain & Wallace (2019), section 4.1, with another network and sentences made for this book.
    """
    model = experiments.model("reviews-attention")
    sentences, _ = _sentences(count)

    def margins(words: list[list[str]]) -> tuple[Array, Array]:
        batch = tasks.review_batch(words)
        predictions, trace = model.forward(batch.x, lengths=batch.lengths)
        return predictions[:, 1] - predictions[:, 0], model.pooling.weights(trace.output, batch.lengths).T

    whole, weights = margins(sentences)
    without, _ = margins([words[:k] + words[k + 1 :] for words in sentences for k in range(len(words))])
    parts = np.split(without, np.cumsum([len(words) for words in sentences])[:-1])
    return [LeftOut(words, w[: len(words)], np.abs(part - margin), (part > 0) != (margin > 0))
            for words, w, part, margin in zip(sentences, weights, parts, whole, strict=True)]  # fmt: skip
