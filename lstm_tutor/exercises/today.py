"""Exercises of the chapter on what came after the LSTM."""

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, K = 6, 4


def _sequence(rng):
    draw = rng.standard_normal
    return {"q": draw((T, K)), "k": draw((T, K)), "v": draw((T, K))}


TODAY_PARALLEL = Exercise(
    arguments=_sequence,
    returns=("h",),
    solution=lambda q, k, v: np.tril(q @ k.T) @ v,
    mistakes=(
        ("Each step sees the future too: keep the scores on and below the diagonal, np.tril.",
         lambda q, k, v: q @ k.T @ v),
        ("A step does not see what it writes itself: the diagonal belongs to the past, np.tril keeps it.",
         lambda q, k, v: np.tril(q @ k.T, -1) @ v),
        ("Time runs backward: row t holds the scores of query t, q @ k.T.", lambda q, k, v: np.tril(k @ q.T) @ v),
        ("You kept the future and dropped the past: np.tril, not np.triu.", lambda q, k, v: np.triu(q @ k.T) @ v),
        ("There is no softmax here: that is what makes the sum a recurrence.",
         lambda q, k, v: softmax(np.where(np.tri(len(q), dtype=bool), q @ k.T, -np.inf)) @ v),
        ("You divided by the square root of d; this recurrence has no such scale.",
         lambda q, k, v: np.tril(q @ k.T) @ v / np.sqrt(q.shape[1])),
    ),
    praise="No loop over time: the memory was never written down at all.",
)  # fmt: skip


def _memory(rng):
    draw = rng.standard_normal
    k = draw(K)
    return {"C_prev": draw((K, K)), "k": k / np.sqrt(k @ k), "v": draw(K), "i": rng.uniform(0.2, 0.9)}


TODAY_DELTA = Exercise(
    arguments=_memory,
    returns=("C",),
    solution=lambda C_prev, k, v, i: C_prev + i * np.outer(v - C_prev @ k, k),
    mistakes=(
        ("The old value under the key stays: subtract C_prev @ k from v before you write.",
         lambda C_prev, k, v, i: C_prev + i * np.outer(v, k)),
        ("The outer product is turned round: rows belong to the value, columns to the key, np.outer(v, k).",
         lambda C_prev, k, v, i: C_prev + i * np.outer(k, v - C_prev @ k)),
        ("You asked with the value's side of the memory: what stands under k is C_prev @ k, not k @ C_prev.",
         lambda C_prev, k, v, i: C_prev + i * np.outer(v - k @ C_prev, k)),
        ("The whole difference is written: only the share i of it should be.",
         lambda C_prev, k, v, i: C_prev + np.outer(v - C_prev @ k, k)),
        ("i belongs to the difference, not to the value alone.",
         lambda C_prev, k, v, i: C_prev + np.outer(i * v - C_prev @ k, k)),
        ("The whole memory fades: the delta rule takes away only what stands under the key.",
         lambda C_prev, k, v, i: (1 - i) * C_prev + i * np.outer(v, k)),
    ),
    praise="The new value takes the old one's place, and what lies under other keys stays.",
)  # fmt: skip


def _stored(rng):
    draw = rng.standard_normal
    n, q, m = draw((T, K)), draw((T, K)), rng.uniform(-1, 1, T)
    along = np.array([0.2, -0.2, 0.5, -3.0, 3.0, 2.0]) * np.exp(-m)  # on either side of the floor, of either sign
    return {"read": draw((T, K)), "n": n * (along / (n * q).sum(axis=1))[:, None], "m": m, "q": q}


def _asked(floor=lambda m: np.exp(-m), along=np.abs, larger=np.maximum):
    return lambda read, n, m, q: read / larger(along((n * q).sum(axis=1)), floor(m))[:, None]


TODAY_DENOMINATOR = Exercise(
    arguments=_stored,
    returns=("y",),
    solution=_asked(),
    mistakes=(
        ("Your floor is the unstabilized 1. C and n were both multiplied by exp(-m), and so must be the 1.",
         _asked(np.ones_like)),
        ("The sign of m is turned: C and n were multiplied by exp(-m), and so must be the 1.", _asked(np.exp)),
        ("n times q may be negative: take its size before the maximum.", _asked(along=lambda a: a)),
        ("There is no floor: n times q can be zero, and then h is infinite.", _asked(larger=lambda a, floor: a)),
        ("You divided by n times q itself: it may be negative or zero.",
         _asked(along=lambda a: a, larger=lambda a, floor: a)),
        ("Take the larger of the two, not their sum.", _asked(larger=np.add)),
        ("Take the larger of the two, not the smaller: the denominator must not come near zero.",
         _asked(larger=np.minimum)),
    ),
    praise="Whatever m is, the quotient is the one without it.",
)  # fmt: skip

EXERCISES = {
    "today-parallel": TODAY_PARALLEL, "today-delta": TODAY_DELTA, "today-denominator": TODAY_DENOMINATOR,
}  # fmt: skip
