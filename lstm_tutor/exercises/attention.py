"""Exercises of the chapter on attention."""

import numpy as np

from lstm_tutor.activations import sigmoid, softmax
from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

N, T, Q, K, A = 3, 4, 2, 5, 6  # as many steps out as in: transposed weights have a right shape, and get a hint

# -- the scores of additive attention ----------------------------------------------------------------------------------


def _scores_arguments(rng):
    draw = rng.standard_normal
    return {"s": draw((T, N, Q)), "h": draw((T + 1, N, K)), "W": draw((A, Q)), "U": draw((A, K)), "v": draw(A)}


def _pairs(s, h, W, U):
    """W s_i, (T_out, N, 1, A), and U h_j, (1, N, T_in, A): their sum has a row for each pair."""
    return (s @ W.T)[:, :, None], (h @ U.T).swapaxes(0, 1)[None]


def _scores(s, h, W, U, v):
    query, key = _pairs(s, h, W, U)
    return np.tanh(query + key) @ v


def _scores_with(score):
    """Scores from another function of W s_i, U h_j and v."""

    def scores(s, h, W, U, v):
        return score(*_pairs(s, h, W, U), v)

    return scores


SCORES = Exercise(
    arguments=_scores_arguments,
    returns=("e",),
    solution=_scores,
    mistakes=(
        (
            "The tanh is missing. Without it W s_i adds the same number to every score of a step, and the softmax "
            "takes it out again: the query would have no say.",
            _scores_with(lambda query, key, v: (query + key) @ v),
        ),
        (
            "You take tanh of query and key apart. tanh(W s) + tanh(U h) is again a sum in which the query has no say: "
            "add first, then take tanh.",
            _scores_with(lambda query, key, v: (np.tanh(query) + np.tanh(key)) @ v),
        ),
        (
            "The tanh stands around the whole: it belongs on W s + U h, before the product with v.",
            _scores_with(lambda query, key, v: np.tanh((query + key) @ v)),
        ),
        (
            "v is missing: you add the hidden units up with equal weights.",
            _scores_with(lambda query, key, v: np.tanh(query + key).sum(axis=-1)),
        ),
        (
            "Query and key are multiplied; additive attention adds them.",
            _scores_with(lambda query, key, v: np.tanh(query * key) @ v),
        ),
        (
            "The query is missing: every output step would look at the same places. Add W s_i.",
            _scores_with(lambda query, key, v: np.tanh(0 * query + key) @ v),
        ),
        (
            "The keys are missing: all scores of a step are equal. Add U h_j.",
            _scores_with(lambda query, key, v: np.tanh(query + 0 * key) @ v),
        ),
        (
            "The hidden units go through the logistic sigmoid; the paper takes tanh.",
            _scores_with(lambda query, key, v: sigmoid(query + key) @ v),
        ),
        (
            "These are already weights: leave the softmax to the next exercise.",
            _scores_with(lambda query, key, v: softmax(np.tanh(query + key) @ v)),
        ),
    ),
    praise="Those are the scores of Bahdanau, Cho & Bengio, to rounding error.",
)

# -- from scores to weights --------------------------------------------------------------------------------------------


def _weights_arguments(rng):
    """Scores too far from 0 for exp; in every second row a key that does not count has the largest by far."""
    far = rng.permuted(np.repeat([1000.0, 0.0, -1000.0], T)).reshape(T, N, 1)
    mask = np.arange(T + 1)[:, None] < rng.permutation([2, 3, 4])  # (T_in, N)
    e = far + rng.standard_normal((T, N, T + 1))
    e[::2] += 1000 * ~mask.T
    return {"e": e, "mask": mask}


def _masked(e, mask, instead=-np.inf):
    return np.where(mask.T, e, instead)


def _weights(e, mask):
    return softmax(_masked(e, mask))


def _over(axis, mask_after):
    """Softmax over another axis than the last; what is nothing but -inf along it becomes NaN."""

    def weights(e, mask):
        with np.errstate(invalid="ignore"):
            scores = e if mask_after else _masked(e, mask)
            alpha = np.moveaxis(softmax(np.moveaxis(scores, axis, -1)), -1, axis)
        return alpha * mask.T if mask_after else alpha

    return weights


def _shares(mask_after, subtracted):
    """exp(e - subtracted(e, masked e)) / its sum over the row."""

    def weights(e, mask):
        masked = _masked(e, mask)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            below = subtracted(e, masked)
            share = np.exp(e - below) * mask.T if mask_after else np.exp(masked - below)
            return share / share.sum(axis=-1, keepdims=True)

    return weights


_ACROSS_STEPS = (
    "Your softmax runs over the output steps: the columns sum to one. Each output step shares 1 out among the "
    "input steps, the last axis."
)
_ACROSS_BATCH = (
    "Your softmax runs over the batch: sequences that have nothing to do with each other share one sum. The last axis "
    "has the input steps."
)
_OVERFLOW = (
    "exp(1000) is inf, and inf / inf is NaN; far below zero it is 0 / 0. Subtract the largest score of the row first: "
    "the weights do not change, and nothing overflows."
)

_MASKED_LARGEST = (
    "You subtract the largest score of the row before the mask. Where a key that does not count has it, all others "
    "come out as exp(-1000) = 0, and the row as 0 / 0. Put -inf into the scores first, then take the largest."
)
_ONE_FOR_ALL = (
    "You subtract one number from all rows, the largest score of all. A row that lies 1000 below it comes out as "
    "0 / 0: each row has a largest score of its own."
)

WEIGHTS = Exercise(
    arguments=_weights_arguments,
    returns=("alpha",),
    solution=_weights,
    mistakes=(
        ("The mask is not used: keys past the end of a sequence get weight.", lambda e, mask: softmax(e)),
        (
            "You mask after the softmax, so that the rows no longer sum to one. Put -inf into the scores before it.",
            lambda e, mask: softmax(e) * mask.T,
        ),
        (
            "You set masked scores to 0. exp(0) is 1, not 0: a key that must not count gets weight. Put -inf there.",
            lambda e, mask: softmax(_masked(e, mask, 0.0)),
        ),
        (
            "The mask is the wrong way round: here it is true where a key counts. (PyTorch's key_padding_mask is true "
            "where it does not.)",
            lambda e, mask: _weights(e, ~mask),
        ),
        (_ACROSS_STEPS, _over(0, mask_after=False)),
        (_ACROSS_STEPS, _over(0, mask_after=True)),
        (_ACROSS_BATCH, _over(1, mask_after=False)),
        (_ACROSS_BATCH, _over(1, mask_after=True)),
        (_OVERFLOW, _shares(False, lambda e, masked: 0.0)),
        (_OVERFLOW, _shares(True, lambda e, masked: 0.0)),
        (_MASKED_LARGEST, _shares(True, lambda e, masked: e.max(axis=-1, keepdims=True))),
        (_ONE_FOR_ALL, _shares(False, lambda e, masked: masked.max())),
        (_ONE_FOR_ALL, _shares(True, lambda e, masked: e.max())),
        (
            "You share 1 out evenly among the keys that count: the scores have no say.",
            lambda e, mask: np.broadcast_to(mask.T / mask.sum(axis=0)[:, None], e.shape),
        ),
    ),
    praise="Each row sums to one, nothing past the end counts, and no score is too large.",
)

# -- from weights to the context ---------------------------------------------------------------------------------------


def _context_arguments(rng, T_out=T):
    return {"alpha": softmax(rng.standard_normal((T_out, N, T))), "h": rng.standard_normal((T, N, K))}


def _context(alpha, h):
    return np.einsum("int,tnk->ink", alpha, h)


CONTEXT = Exercise(
    arguments=_context_arguments,
    other_sizes=lambda rng: _context_arguments(rng, T + 2),
    returns=("context",),
    solution=_context,
    mistakes=(
        (
            "Your weights are transposed: alpha[i, n, j] is what output step i gives to input step j.",
            lambda alpha, h: np.einsum("tni,tnk->ink", alpha, h),
        ),
        (
            "You add up over the batch as well: sequence n may only take from its own states, h[:, n].",
            lambda alpha, h: np.einsum("int,tmk->ink", alpha, h),
        ),
        (
            "You take the one state with the largest weight. That is hard attention, and no gradient goes through the "
            "choice: take all of them, in proportion.",
            lambda alpha, h: np.stack([h[alpha[:, n].argmax(axis=1), n] for n in range(N)], axis=1),
        ),
        (
            "The weights are not used: this is the mean of all states.",
            lambda alpha, h: np.broadcast_to(h.mean(axis=0), (T, N, K)),
        ),
        (
            "You take the mean of the weighted states. The weights already sum to one: add, and do not divide.",
            lambda alpha, h: _context(alpha, h) / T,
        ),
        (
            "You take a second softmax: alpha is already the softmax of the scores.",
            lambda alpha, h: _context(softmax(alpha), h),
        ),
    ),
    praise="A weighted sum, one for each output step: that is the context.",
)

# -- the way back through the softmax ----------------------------------------------------------------------------------


def _backward_arguments(rng):
    return {"alpha": softmax(2 * rng.standard_normal((T, N, T))), "d_alpha": rng.standard_normal((T, N, T))}


def _total(array):
    return array.sum(axis=-1, keepdims=True)


SOFTMAX_BACKWARD = Exercise(
    arguments=_backward_arguments,
    returns=("de",),
    solution=lambda alpha, d_alpha: alpha * (d_alpha - _total(alpha * d_alpha)),
    mistakes=(
        (
            "This is the derivative of the sigmoid, alpha (1 - alpha): the diagonal alone. Each score also moves the "
            "other weights of its row, since they share one sum.",
            lambda alpha, d_alpha: alpha * (1 - alpha) * d_alpha,
        ),
        (
            "The sum is missing: take the mean of d_alpha, weighted by alpha, off each entry of the row.",
            lambda alpha, d_alpha: alpha * d_alpha,
        ),
        (
            "The sum has no weights: it should be the sum of alpha * d_alpha over the row.",
            lambda alpha, d_alpha: alpha * (d_alpha - _total(d_alpha)),
        ),
        (
            "You take off the plain mean; it should be the mean weighted by alpha, the sum of alpha * d_alpha.",
            lambda alpha, d_alpha: alpha * (d_alpha - d_alpha.mean(axis=-1, keepdims=True)),
        ),
        (
            "The alpha in front is missing: a key of little weight has a small derivative.",
            lambda alpha, d_alpha: d_alpha - _total(alpha * d_alpha),
        ),
        (
            "The sum has the wrong sign: a larger score takes weight *away* from the others.",
            lambda alpha, d_alpha: alpha * (d_alpha + _total(alpha * d_alpha)),
        ),
    ),
    praise="That is the way back through the softmax; each row of it sums to zero.",
)

EXERCISES = {"attention-scores": SCORES, "attention-weights": WEIGHTS, "attention-context": CONTEXT,
             "attention-softmax-backward": SOFTMAX_BACKWARD}  # fmt: skip
