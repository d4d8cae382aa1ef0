"""Exercises of the chapter on translation."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

# -- precision and recall of n-grams -----------------------------------------------------------------------------------


def _grams_arguments(rng):
    """Texts as tokens: what is said has symbols more often than what is due, and one of them at its place."""
    due, said = rng.permutation([0, 0, 0, 1, 2, 3, 4, 5]), np.zeros(0)
    while (said[: len(due)] == due[: len(said)]).sum() != 1:
        said = rng.permutation([0] * 5 + [1, 1, 2] + [9] * 4)
    return {"said": said, "due": due}


def _shares(said, due, right):
    return right / len(said), right / len(due)


def _clipped(said, due):
    return sum(min(int((said == k).sum()), int((due == k).sum())) for k in np.unique(said))


GRAMS = Exercise(
    arguments=_grams_arguments,
    returns=("precision", "recall"),
    solution=lambda said, due: _shares(said, due, _clipped(said, due)),
    mistakes=(
        (
            "A symbol is right as often as it is said, so that saying it many times pays. It can be right only as "
            "often as it is due.",
            lambda said, due: _shares(said, due, np.isin(said, due).sum()),
        ),
        (
            "Each kind of symbol counts once. Count how often each is there: min of the two counts, summed.",
            lambda said, due: _shares(said, due, len(np.intersect1d(said, due))),
        ),
        (
            "You compare place by place. A symbol may stand anywhere: chrF looks at n-grams, not at places.",
            lambda said, due: _shares(said, due, (said[: len(due)] == due).sum()),
        ),
        (
            "Precision and recall have changed places: precision is a share of what was said.",
            lambda said, due: _shares(said, due, _clipped(said, due))[::-1],
        ),
        (
            "Both shares are of what is due; precision is a share of what was said.",
            lambda said, due: (_clipped(said, due) / len(due),) * 2,
        ),
        (
            "Both shares are of what was said; recall is a share of what is due.",
            lambda said, due: (_clipped(said, due) / len(said),) * 2,
        ),
    ),
    praise="Those are precision and recall of single symbols; chrF does the same for n-grams up to six.",
)

# -- the length penalty ------------------------------------------------------------------------------------------------


def _penalty_arguments(rng):
    lengths = rng.permutation(np.arange(2, 12))[:6]
    log_p = -0.9 * lengths - rng.uniform(0.5, 2.0, 6)
    return {"log_p": log_p, "lengths": lengths, "alpha": 0.6}


def _scores(log_p, lengths, alpha, add=5.0, over=6.0):
    return log_p / ((add + lengths) / over) ** alpha


PENALTY = Exercise(
    arguments=_penalty_arguments,
    returns=("scores",),
    solution=_scores,
    mistakes=(
        ("The length has no say: divide by ((5 + length) / 6) ** alpha.", lambda log_p, lengths, alpha: log_p),
        (
            "You multiply. log p is negative, so multiplying makes long ones even worse; divide.",
            lambda log_p, lengths, alpha: log_p * ((5 + lengths) / 6) ** alpha,
        ),
        (
            "You divide by length ** alpha. Here it is ((5 + length) / 6) ** alpha, which is 1 for a length of 1 and "
            "grows more slowly.",
            lambda log_p, lengths, alpha: log_p / lengths**alpha,
        ),
        (
            "alpha is a factor in yours; it is the exponent.",
            lambda log_p, lengths, alpha: log_p / (alpha * (5 + lengths) / 6),
        ),
        (
            "alpha has no effect: it is the exponent of (5 + length) / 6.",
            lambda log_p, lengths, alpha: _scores(log_p, lengths, 1.0),
        ),
        (
            "The brackets are missing: 5 + length is divided by 6, all of it.",
            lambda log_p, lengths, alpha: log_p / (5 + lengths / 6) ** alpha,
        ),
    ),
    praise="Of two equally likely pieces a symbol, the longer one no longer loses by its length alone.",
)

# -- input feeding -----------------------------------------------------------------------------------------------------

N, V, H, M = 3, 5, 5, 2


def _feeding_arguments(rng):
    draw = rng.standard_normal
    return {"s": draw((N, H)), "context": draw((N, V)), "y_next": draw((N, M)), "W": draw((H, V + H)), "b": draw(H)}


def _feeding(s, context, y_next, W, b, *, joined=None, squash=np.tanh, fed=None):
    parts = [context, s] if joined is None else joined(context, s)
    attentional = squash(np.concatenate(parts, axis=1) @ W.T + b)
    extra = attentional if fed is None else fed(attentional, context, s)
    return attentional, np.concatenate([y_next, extra], axis=1)


FEEDING = Exercise(
    arguments=_feeding_arguments,
    returns=("attentional", "x_next"),
    solution=_feeding,
    mistakes=(
        (
            "The tanh is missing.",
            lambda s, context, y_next, W, b: _feeding(s, context, y_next, W, b, squash=lambda a: a),
        ),
        (
            "The state comes before the context in yours. Luong's formula joins [context; s], and the columns of W are "
            "in that order.",
            lambda s, context, y_next, W, b: _feeding(s, context, y_next, W, b, joined=lambda context, s: [s, context]),
        ),
        (
            "You feed the context. Input feeding hands on the attentional state, which has gone through W and tanh.",
            lambda s, context, y_next, W, b: _feeding(
                s, context, y_next, W, b, fed=lambda attentional, context, s: context
            ),
        ),
        (
            "You feed the decoder's state s, which the cell has already. Hand on the attentional state.",
            lambda s, context, y_next, W, b: _feeding(s, context, y_next, W, b, fed=lambda attentional, context, s: s),
        ),
        (
            "The next input has the attentional state before the symbol; put the symbol first.",
            lambda s, context, y_next, W, b: (
                (found := _feeding(s, context, y_next, W, b)[0]),
                np.concatenate([found, y_next], axis=1),
            ),
        ),
        (
            "The bias is missing.",
            lambda s, context, y_next, W, b: _feeding(s, context, y_next, W, 0 * b),
        ),
    ),
    praise="The decoder now hears at each step where it has just looked.",
)

EXERCISES = {"translation-grams": GRAMS, "translation-penalty": PENALTY, "translation-feeding": FEEDING}
