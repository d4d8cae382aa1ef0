"""From what a model expects next to a text that it writes: temperature, top-k, the nucleus, the likeliest, a beam.

A model that guesses the next symbol writes by reading its own guesses: it chooses one, reads it, and guesses again.
The rules differ only in how they choose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.checks import check_number, finite_array, positive_int, real_array
from lstm_tutor.layers import check_lengths
from lstm_tutor.models import SequenceModel
from lstm_tutor.seq2seq import Decoding, Hypothesis
from lstm_tutor.tasks import one_hot
from lstm_tutor.trace import Trace
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["Writing", "beam", "choice", "greedy", "probabilities", "sample"]


class Writing(NamedTuple):
    """What a model wrote, and what it expected at each place."""

    symbols: Array  # ints (L, N), or (L,) of a start (T,)
    scores: Array  # (L, N, K) or (L, K), the logits from which each was chosen, before any rule
    state: Any  # of the layer, after it has read all but the last symbol


def probabilities(
    scores: ArrayLike, *, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> Array:
    r"""Return from which probabilities a rule draws, given a model's scores.

    The temperature comes first, then the k likeliest are kept, then of those the nucleus; what is left is divided by
    its sum.

    Equations: with scores a and temperature T,

    .. math:: p_k = \frac{e^{a_k / T}}{\sum_j e^{a_j / T}}

    At T = 1 these are the model's own probabilities, at T = 0 the likeliest has them all. The nucleus is the smallest
    set of likeliest symbols whose probabilities add up to `top_p` or more.

    Parameters
    ----------
    scores : array (..., K)
        Logits.
    temperature : float
        T, not negative.
    top_k : int or None
        How many symbols are kept, the likeliest; of equals the first.
    top_p : float in (0, 1] or None

    Returns
    -------
    array (..., K), float64

    Raises
    ------
    ValueError
        If an argument is not as above, or a score is NaN or infinite.

    References
    ----------
    Temperature: Ackley, Hinton & Sejnowski (1985), equation 5. Top-k: Fan, Lewis & Dauphin (2018), section 5.1.
    The nucleus: Holtzman et al. (2020), equations 2 and 3.

    Examples
    --------
    >>> scores = np.log([0.5, 0.3, 0.2])
    >>> probabilities(scores, temperature=0.5).round(2).tolist()
    [0.66, 0.24, 0.11]
    >>> probabilities(scores, top_k=2).round(3).tolist()
    [0.625, 0.375, 0.0]
    """
    a = real_array("probabilities", "scores", scores).astype(np.float64)
    if a.ndim < 1 or not a.shape[-1] or not np.isfinite(a).all():
        raise ValueError(f"probabilities: expected finite scores of shape (..., K), got {a.dtype} {a.shape}")
    _check_rule("probabilities", temperature, top_k, top_p)
    order = np.argsort(-a, axis=-1, kind="stable")
    if temperature == 0:
        p = np.zeros_like(a)
        np.put_along_axis(p, order[..., :1], 1.0, axis=-1)
        return p
    with np.errstate(over="ignore"):
        p = softmax((a - a.max(axis=-1, keepdims=True)) / temperature)
    ranked = np.take_along_axis(p, order, axis=-1)
    if top_k is not None:
        ranked[..., top_k:] = 0
        ranked /= ranked.sum(axis=-1, keepdims=True)
    if top_p is not None:
        before = np.cumsum(ranked, axis=-1) - ranked
        ranked[before >= top_p] = 0
        ranked /= ranked.sum(axis=-1, keepdims=True)
    np.put_along_axis(p, order, ranked, axis=-1)
    return p


def choice(p: ArrayLike, u: ArrayLike) -> Array:
    """Return which symbol a number u of [0, 1) draws from probabilities: the first at which their sum passes u.

    Parameters
    ----------
    p : array (..., K)
        Not negative; they are divided by their sum.
    u : array (...)

    Returns
    -------
    ints (...)

    Raises
    ------
    ValueError
        If probabilities or numbers are not as above, or all probabilities of a row are zero.

    Examples
    --------
    >>> choice([[0.5, 0.3, 0.2]] * 2, [0.49, 0.51]).tolist()
    [0, 1]
    """
    p, u = finite_array("choice", "p", p).astype(np.float64), real_array("choice", "u", u)
    if p.ndim < 1 or not (p >= 0).all() or not p.any(axis=-1).all():
        got = f"shape {p.shape}" if p.ndim < 1 else "a negative one" if (p < 0).any() else "a row without any above 0"
        raise ValueError(f"choice: expected probabilities p (..., K), not negative, with a sum above 0, got {got}")
    if not ((u >= 0) & (u < 1)).all():
        raise ValueError(f"choice: expected u from 0 to below 1, got {u.min()} to {u.max()}")
    sums = np.cumsum(p, axis=-1)
    return (sums <= u[..., None] * sums[..., -1:]).sum(axis=-1)


def sample(
    model: SequenceModel, start: ArrayLike, count: int, *, temperature: float = 1.0, top_k: int | None = None,
    top_p: float | None = None, lengths: ArrayLike | None = None, state: Any = None, rng: RNG = None,
) -> Writing:  # fmt: skip
    """Let a model write on: draw each symbol by the rule of :func:`probabilities`, and read it before the next.

    Parameters
    ----------
    model : SequenceModel
        Of one direction, with softmax_cross_entropy, that reads symbols, one-hot or embedded, and guesses the next.
    start : ints (T,) or (T, N)
        What it reads first, at least one symbol; N texts are written side by side.
    count : int
        L, how many symbols to write.
    temperature, top_k, top_p
        The rule.
    lengths : N ints from 1 to T, optional
        How much of each start is read.
    state : optional
        From which the model reads `start`, such as that of another Writing; zeros by default.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Writing

    Raises
    ------
    ValueError
        If the model cannot write, or an argument is not as above.

    Examples
    --------
    >>> from lstm_tutor import LSTM
    >>> sample(SequenceModel(LSTM(3, 5, rng=0), 3, rng=0), [0, 2], 4, rng=1).symbols
    array([1, 2, 0, 2])
    """
    _check_rule("sample", temperature, top_k, top_p)
    generator = np.random.default_rng(rng)

    def drawn(scores):
        p = probabilities(scores, temperature=temperature, top_k=top_k, top_p=top_p)
        return choice(p, generator.random(len(scores)))

    return _write("sample", model, start, count, lengths, state, drawn)


def greedy(
    model: SequenceModel, start: ArrayLike, count: int, *, lengths: ArrayLike | None = None, state: Any = None
) -> Writing:
    """Let a model write on with the likeliest symbol at each place; parameters as of :func:`sample`."""
    return _write("greedy", model, start, count, lengths, state, lambda scores: scores.argmax(axis=-1))


def beam(
    model: SequenceModel, start: ArrayLike, count: int, *, width: int = 5, stop: int | None = None
) -> list[Hypothesis]:
    """Let a model write on, keeping the `width` likeliest beginnings at each step: ``Seq2Seq.beam`` for one model.

    Parameters
    ----------
    model, count
        As :func:`sample` takes them.
    start : ints (T,)
    width : int
        1 is :func:`greedy`.
    stop : int or None
        The symbol that ends a text; None: all have `count` symbols.

    Returns
    -------
    list of at most `width` Hypothesis
        The likeliest first.

    Raises
    ------
    ValueError
        As :func:`sample`'s.
    """
    codes = _codes("beam", _checked("beam", model), start)
    if codes.ndim != 1:
        raise ValueError(f"beam: expected start to be ints (T,), got {codes.shape}")
    (found,) = _Continuation(model).beam(codes[:, None], int(codes[-1]), stop, count, width=width)
    return found


class _Source(NamedTuple):
    encoder: Trace
    start: Any
    keys: None = None
    fed: None = None


class _Written(NamedTuple):
    output: Array
    decoder: Trace


class _Continuation(Decoding):
    """A SequenceModel as the search of seq2seq takes it: what is read and what is written are one text."""

    def __init__(self, model: SequenceModel) -> None:
        self.model, self.output_size, self.dtype = model, model.output_size, model.layer.dtype

    @property
    def num_symbols(self) -> int:
        """The number of symbols that the model can read."""
        return _symbols(self.model)

    def symbol_vectors(self, symbols: Array) -> Array:
        """Return what the model reads for symbols, ints (T, N): one-hot vectors, or the symbols for its embedding."""
        return _inputs(self.model, symbols)

    def read(self, x: Array, lengths: None = None) -> _Source:
        """Read all but the last symbol of x, ints (T, N): that is the first of the search."""
        alone = len(x) == 1  # nothing comes before it
        trace = self.model.forward(_inputs(self.model, x if alone else x[:-1]))[1]
        state = trace.final_state
        return _Source(trace, state._make(map(np.zeros_like, state)) if alone else state)

    def write(self, y: Array, source: _Source) -> _Written:
        """Scores of what follows symbols, as :meth:`symbol_vectors` gives them, from the state of a source."""
        return _Written(*self.model.forward(y, source.start))


def _write(what, model, start, count, lengths, state, choose) -> Writing:
    """Let a model write on; `choose` makes symbols (N,) of scores (N, K)."""
    codes = _codes(what, _checked(what, model), start)
    L = positive_int(what, "count", count)
    x = codes[:, None] if codes.ndim == 1 else codes
    T, N = x.shape
    last = check_lengths(what, lengths, T, N)
    output, trace = model.forward(_inputs(model, x), state, last)
    now = output[-1] if last is None else output[np.asarray(last) - 1, np.arange(N)]
    symbols, scores = np.empty((L, N), np.int64), np.empty((L, *now.shape), now.dtype)
    for k in range(L):
        scores[k], symbols[k] = now, choose(now)
        state = trace.final_state
        if k + 1 < L:
            output, trace = model.forward(_inputs(model, symbols[k : k + 1]), state)
            now = output[0]
    return Writing(symbols, scores, state) if codes.ndim == 2 else Writing(symbols[:, 0], scores[:, 0], state)


def _symbols(model: SequenceModel) -> int:
    return model.layer.input_size if model.embedding is None else model.embedding.num_embeddings


def _inputs(model: SequenceModel, codes: Array) -> Array:
    return codes if model.embedding is not None else one_hot(codes, model.layer.input_size, model.layer.dtype)


def _checked(what: str, model: Any) -> SequenceModel:
    fits = isinstance(model, SequenceModel) and model.loss_name == "softmax_cross_entropy" and model.pooling is None
    if not fits:
        raise ValueError(f"{what}: expected a SequenceModel with softmax_cross_entropy and without pooling, "
                         f"got {model!r}")  # fmt: skip
    if model.layer.num_directions != 1:
        raise ValueError(f"{what}: expected a layer of one direction, since the other reads what is not written yet, "
                         f"got {model!r}")  # fmt: skip
    if _symbols(model) < model.output_size:
        raise ValueError(f"{what}: expected a model that can read all {model.output_size} symbols it writes, "
                         f"it reads {_symbols(model)}")  # fmt: skip
    return model


def _codes(what: str, model: SequenceModel, start: ArrayLike) -> Array:
    codes, M = real_array(what, "start", start), _symbols(model)
    if codes.ndim not in (1, 2) or not codes.size:
        raise ValueError(f"{what}: expected start to have at least one symbol, ints (T,) or (T, N), got {codes.shape}")
    if codes.dtype.kind not in "iu" or codes.min() < 0 or codes.max() >= M:
        got = f"{codes.min()} to {codes.max()}" if codes.dtype.kind in "iu" else str(codes.dtype)
        raise ValueError(f"{what}: expected start to be ints from 0 to {M - 1}, got {got}")
    return codes


def _check_rule(what: str, temperature: Any, top_k: Any, top_p: Any) -> None:
    check_number(what, "temperature", temperature, "not negative", lambda value: value >= 0)
    if top_k is not None:
        positive_int(what, "top_k", top_k)
    if top_p is not None:
        check_number(what, "top_p", top_p, "above 0 and at most 1", lambda value: 0 < value <= 1)
