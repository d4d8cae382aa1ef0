"""Attention as PyTorch and the papers' equations have it: one query and one key at a time."""

import itertools
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from lstm_tutor import attention
from lstm_tutor.reference.report import Report, Row, compare
from lstm_tutor.reference.verify import leaves, randomize
from lstm_tutor.types import RNG, ArrayLike

__all__ = ["score_of", "verify_attention", "verify_attentions"]

Tensors = Mapping[str, torch.Tensor]  # parameters by name


# -- the papers' scores of one query s and one key h; p are the parameters ---------------------------------------------


def additive(p: Tensors, s: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Bahdanau, Cho & Bengio (2015), appendix A.1.2: v . tanh(W s + U h)."""
    return torch.dot(p["weight_score"], torch.tanh(torch.mv(p["weight_query"], s) + torch.mv(p["weight_key"], h)))


def dot(p: Tensors, s: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Luong, Pham & Manning (2015), section 3.1."""
    return torch.dot(s, h)


def scaled_dot(p: Tensors, s: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Vaswani et al. (2017), equation 1."""
    return torch.dot(s, h) / float(np.sqrt(len(h)))


def general(p: Tensors, s: torch.Tensor, h: torch.Tensor) -> torch.Tensor:
    """Luong, Pham & Manning (2015), section 3.1."""
    return torch.dot(s, torch.mv(p["weight"], h))


def score_of(layer: attention.Attention) -> Callable[..., torch.Tensor]:
    """Return the score function of an attention, from the papers."""
    if isinstance(layer, attention.DotAttention):
        return scaled_dot if layer.scaled else dot
    return {attention.AdditiveAttention: additive, attention.GeneralAttention: general}[type(layer)]


# -- what each reference says: scores (None if it does not tell), weights and output -----------------------------------


def _equations(layer, p, queries, keys, values, mask):
    """Bahdanau, Cho & Bengio (2015), equations 5 and 6; scores and weights of keys that do not count are 0."""
    shape = (len(queries), keys.shape[1], len(keys))
    scores, weights = (torch.zeros(shape, dtype=queries.dtype) for _ in range(2))
    output = torch.zeros((*shape[:2], values.shape[2]), dtype=queries.dtype)
    for i, n in np.ndindex(shape[:2]):
        e = {j: score_of(layer)(p, queries[i, n], keys[j, n]) for j in range(len(keys)) if mask[j, n]}
        total = sum(torch.exp(value) for value in e.values())
        for j, value in e.items():
            scores[i, n, j], weights[i, n, j] = value, torch.exp(value) / total
            output[i, n] += torch.exp(value) / total * values[j, n]
    return scores, weights, output


def _pytorchs(layer, p, queries, keys, values, mask):
    """PyTorch's function, which tells the weights if it is given the unit vectors as values."""
    if isinstance(layer, attention.GeneralAttention):
        queries = queries @ p["weight"]  # s . W h = (W^T s) . h
    scale = None if getattr(layer, "scaled", False) else 1.0
    s, h, r = (tensor.transpose(0, 1) for tensor in (queries, keys, values))
    unit = torch.eye(len(keys), dtype=s.dtype).expand(len(s), -1, -1)
    allowed = torch.tensor(mask.T[:, None]).expand(-1, len(queries), -1)
    weights, output = (
        functional.scaled_dot_product_attention(s, h, v, attn_mask=allowed, scale=scale).transpose(0, 1)
        for v in (unit, r)
    )
    return None, weights, output


def _pairs(trace, grads, leaf, p, theirs, arriving):
    """Triples of everything, once autograd has gone back through what the reference says."""
    scores, weights, output = theirs
    torch.autograd.backward(
        [output, weights], [torch.tensor(d) for d in arriving], inputs=[*leaf.values(), *p.values()]
    )
    yield "output", trace.output, output
    yield "weights", trace["weights"], weights
    if scores is not None:
        yield "scores", np.where(np.isfinite(trace["scores"]), trace["scores"], 0), scores
    for name, tensor in leaf.items():
        yield f"d {name}", getattr(grads, name), tensor.grad
    for name, value in grads.parameters.items():
        yield f"d {name}", value, p[name].grad


def verify_attention(
    layer: attention.Attention, queries: ArrayLike | None = None, keys: ArrayLike | None = None,
    values: ArrayLike | None = None, *, mask: ArrayLike | None = None, lengths: ArrayLike | None = None, rng: RNG = 0,
) -> Report:  # fmt: skip
    """Compare attention with its paper's equations, and with PyTorch's function for products: values and gradients.

    The gradients that arrive from the loss, at the output and at the weights, are random.

    Parameters
    ----------
    layer : AdditiveAttention, DotAttention or GeneralAttention
    queries, keys : arrays (T_out, N, Q) and (T_in, N, K), optional
        Random, of 4 and 6 steps and 3 sequences, by default.
    values : array (T_in, N, V), optional
        The keys themselves by default.
    mask, lengths
        As ``layer.forward`` takes them.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If it is no attention, or what is given does not fit it.
    """
    if not isinstance(layer, attention.Attention):
        raise ValueError(f"verify_attention: expected attention, got {layer!r}")
    rng = np.random.default_rng(rng)
    size = layer.key_size or (4 if keys is None else np.shape(keys)[-1])
    keys = rng.standard_normal((6, 3, size)) if keys is None else keys
    queries = rng.standard_normal((4, np.shape(keys)[1], layer.query_size or size)) if queries is None else queries
    trace = layer.forward(queries, keys, values, mask, lengths)
    arriving = [rng.standard_normal(array.shape).astype(layer.dtype) for array in (trace.output, trace["weights"])]
    grads = layer.backward(trace, *arriving)
    (T_out, N, T_in), counts = trace["weights"].shape, np.ones(trace.keys.shape[:2], bool)
    case = f"{type(layer).__name__}({'scaled' if getattr(layer, 'scaled', False) else ''})".replace("()", "")
    case += ", values of their own" * (values is not None)
    hidden = "" if trace.mask is None else ", mask" if lengths is None else ", lengths"
    about = (case, f"T_out={T_out} T_in={T_in} N={N}{hidden}", layer.dtype.name)
    rows: list[Row] = []
    references = {"equations": _equations, "scaled_dot_product_attention": _pytorchs}
    if isinstance(layer, attention.AdditiveAttention):
        del references["scaled_dot_product_attention"]
    for against, ask in references.items():
        given = {"queries": trace.queries, "keys": trace.keys} | ({} if values is None else {"values": trace.values})
        leaf, p = leaves(given), leaves(layer.parameters())
        theirs = ask(layer, p, leaf["queries"], leaf["keys"], leaf.get("values", leaf["keys"]),
                     counts if trace.mask is None else trace.mask)  # fmt: skip
        rows += compare(*about, against, _pairs(trace, grads, leaf, p, theirs, arriving))
    return Report(rows)


def verify_attentions(*, progress: bool = False) -> Report:
    """Verify every attention, whose keys are their own values or not, with masks and lengths, in both dtypes.

    Returns
    -------
    Report
    """
    kinds = [  # query size, key size; a size of its own for each where it may have one
        (lambda **options: attention.AdditiveAttention(3, 4, 5, **options), 3, 4),
        (lambda rng, **options: attention.DotAttention(**options), 4, 4),
        (lambda rng, **options: attention.DotAttention(scaled=True, **options), 4, 4),
        (lambda **options: attention.GeneralAttention(3, 4, **options), 3, 4),
    ]
    sizes = [(1, 1, 1), (1, 7, 5), (4, 6, 3), (5, 1, 2)]  # T_out, T_in, N
    grid = list(itertools.product(kinds, sizes, (False, True), (None, "mask", "lengths"), ("float64", "float32")))
    rows = []
    for number, ((make, Q, K), (T_out, T_in, N), own, hide, dtype) in enumerate(
        tqdm(grid, desc="attention", unit="case", disable=not progress)
    ):
        rng = np.random.default_rng(number)
        layer = make(rng=rng, dtype=dtype)
        randomize(layer, rng)
        queries, keys = rng.standard_normal((T_out, N, Q)), rng.standard_normal((T_in, N, K))
        values = rng.standard_normal((T_in, N, 2)) if own else None
        mask = rng.random((T_in, N)) < 0.5
        mask[rng.integers(T_in, size=N), np.arange(N)] = True  # a key at least
        hidden = {"mask": {"mask": mask}, "lengths": {"lengths": rng.integers(1, T_in + 1, size=N)}}.get(hide, {})
        rows += verify_attention(layer, queries, keys, values, rng=rng, **hidden).rows
    return Report(rows)
