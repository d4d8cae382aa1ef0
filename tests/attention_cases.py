"""Attention to be tested: the papers' equations for one query and one key, a table of kinds, and random problems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pytest
import torch
from cases import shake

from lstm_tutor.attention import AdditiveAttention, DotAttention, GeneralAttention

Q, K, A, V = 3, 4, 5, 2  # never equal: a transposed weight must not go unnoticed
SIZES = [(1, 1, 1), (1, 1, 4), (3, 1, 1), (1, 5, 7), (6, 5, 7), (7, 5, 6)]  # T_out, N, T_in
LENGTHS = [5, 7, 1, 3, 7]  # for N = 5, T_in = 7
HOLES = np.arange(35).reshape(7, 5) % 3 != 1  # first, middle and last keys masked; no sequence as another
INF = float("inf")


# -- the papers' equations, for one query and one key ------------------------------------------------------------------


def additive(p, s, h):
    """Bahdanau, Cho & Bengio (2015), appendix A.1.2: v . tanh(W s + U h)."""
    hidden = [
        torch.tanh((w * s).sum() + (u * h).sum()) for w, u in zip(p["weight_query"], p["weight_key"], strict=True)
    ]
    return sum(v * m for v, m in zip(p["weight_score"], hidden, strict=True))


def dot(p, s, h):
    """Luong, Pham & Manning (2015), section 3.1: s . h."""
    return sum(s[k] * h[k] for k in range(len(h)))


def scaled_dot(p, s, h):
    """Vaswani et al. (2017), equation 1: s . h / sqrt(K)."""
    return dot(p, s, h) / torch.sqrt(torch.tensor(float(len(h)), dtype=h.dtype))


def general(p, s, h):
    """Luong, Pham & Manning (2015), section 3.1: s^T W h."""
    return sum(s[a] * p["weight"][a, b] * h[b] for a in range(len(s)) for b in range(len(h)))


def by_the_papers(score, p, queries, keys, values, counts):
    """(scores, weights, output) as tensors; `counts(j, n)` says whether key j of sequence n does."""
    T_in, N, _ = keys.shape
    scores, weights, output = [], [], []
    for query in queries:
        for n in range(N):
            e = {j: score(p, query[n], keys[j, n]) for j in range(T_in) if counts(j, n)}
            total = sum(torch.exp(value) for value in e.values())
            alpha = {j: torch.exp(value) / total for j, value in e.items()}
            output.append(sum(alpha[j] * values[j, n] for j in alpha))
            zero, low = torch.zeros((), dtype=keys.dtype), torch.full((), -INF, dtype=keys.dtype)
            scores.append(torch.stack([e.get(j, low) for j in range(T_in)]))
            weights.append(torch.stack([alpha.get(j, zero) for j in range(T_in)]))
    return [torch.stack(rows).reshape(len(queries), N, -1) for rows in (scores, weights, output)]


@dataclass(frozen=True)
class Kind:
    """A row of the table of kinds of attention."""

    id: str
    make: Callable  # (query_size, key_size, **options) -> attention
    score: Callable  # the paper's, (parameters, s, h) -> number
    one_size: bool = False  # queries must be as keys

    def query_size(self, wanted, key_size):
        return key_size if self.one_size else wanted


KINDS = [
    Kind("additive", lambda q, k, **options: AdditiveAttention(q, k, A, **options), additive),
    Kind("dot", lambda q, k, rng=None, **options: DotAttention(**options), dot, one_size=True),
    Kind("scaled dot", lambda q, k, rng=None, **options: DotAttention(scaled=True, **options), scaled_dot, True),
    Kind("general", GeneralAttention, general),
]


each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
each_values = pytest.mark.parametrize("own_values", [True, False], ids=["values", "keys as values"])


# -- random problems ---------------------------------------------------------------------------------------------------


class Problem(NamedTuple):
    """Queries, keys and values (or None), and upstream gradients of the output and of the weights; all random."""

    queries: np.ndarray
    keys: np.ndarray
    values: np.ndarray | None
    d_output: np.ndarray
    d_weights: np.ndarray

    @property
    def inputs(self):
        return self[:3]

    @property
    def upstream(self):
        return self[3:]


def random_attention(kind, rng, sizes=(Q, K), **options):
    attention = kind.make(kind.query_size(*sizes), sizes[1], rng=rng, **options)
    shake(attention.parameters(), rng)
    return attention


def random_problem(kind, rng, T_out=6, N=5, T_in=7, own_values=True, sizes=(Q, K)):
    draw, width = rng.standard_normal, V if own_values else sizes[1]
    queries, keys = draw((T_out, N, kind.query_size(*sizes))), draw((T_in, N, sizes[1]))
    values = draw((T_in, N, width)) if own_values else None
    return Problem(queries, keys, values, draw((T_out, N, width)), draw((T_out, N, T_in)))


def run(attention, problem, **masks):
    trace = attention.forward(*problem.inputs, **masks)
    return trace, attention.backward(trace, *problem.upstream)


def named(gradients):
    """All gradients by name."""
    return {
        "queries": gradients.queries, "keys": gradients.keys, "values": gradients.values, **gradients.parameters,
    }  # fmt: skip


def as_mask(masks, T_in, N):
    """A bool array (T_in, N), however the keys that count were given."""
    if "lengths" in masks:
        return np.arange(T_in)[:, None] < np.array(masks["lengths"])
    return masks.get("mask", np.ones((T_in, N), bool))
