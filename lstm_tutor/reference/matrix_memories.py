"""The papers' equations of cells with a matrix memory, in elementary PyTorch operations.

In the names of the sums, n is a sequence, j a head, v a unit of its values and k one of its keys.
"""

from typing import Any, TypeAlias

import torch

__all__ = ["decayed", "delta", "gated_delta", "linear_attention", "mlstm"]

Step: TypeAlias = dict[str, torch.Tensor]


def mlstm(w: Any, x: torch.Tensor, past: Step) -> Step:
    """Beck et al. (2024), section 2.3: C(t) = f C(t-1) + i v k^T, n(t) = f n(t-1) + i k, h = o C q / max(|n q|, 1).

    Of the memory that is carried both C and n, and so the 1, are divided by exp(m), as in the authors' code.
    """
    H, heads = past["h"].shape[-1], past["m"].shape[-1]
    d = H // heads
    q, a_k, v, a_i, a_f, a_o = w.of_input("all", x).split((H, H, H, heads, heads, H), dim=-1)
    k, o = a_k / d**0.5, torch.sigmoid(a_o)
    log_f = torch.log(torch.sigmoid(a_f))
    m = torch.maximum(log_f + past["m"], a_i)
    i, f = torch.exp(a_i - m), torch.exp(log_f + past["m"] - m)
    C = torch.einsum("nj,njvk->njvk", f, past["C"]) + torch.einsum("nj,njv,njk->njvk", i, by_head(v, d), by_head(k, d))
    n = f.repeat_interleave(d, -1) * past["n"] + i.repeat_interleave(d, -1) * k
    n_q = by_head(n * q, d).sum(-1)
    y = torch.einsum("njvk,njk->njv", C, by_head(q, d)) / torch.maximum(torch.abs(n_q), torch.exp(-m))[..., None]
    return {
        "q": q, "k": k, "v": v, "i": i, "f": f, "o": o, "a_f": a_f, "C": C, "n": n, "m": m, "h": o * y.flatten(1),
    }  # fmt: skip


def linear_attention(w: Any, x: torch.Tensor, past: Step) -> Step:
    """Katharopoulos et al. (2020), section 3.4: s = s + phi(k) v^T, z = z + phi(k), y = phi(q)^T s / phi(q)^T z."""
    H, d = past["h"].shape[-1], past["C"].shape[-1]
    q, k, v = w.of_input("all", x).split(H, dim=-1)
    phi_q, phi_k = torch.nn.functional.elu(q) + 1, torch.nn.functional.elu(k) + 1
    s = past["C"] + torch.einsum("njk,njv->njvk", by_head(phi_k, d), by_head(v, d))
    z = past["n"] + phi_k
    y = torch.einsum("njk,njvk->njv", by_head(phi_q, d), s) / by_head(phi_q * z, d).sum(-1, keepdim=True)
    return open_gates(s) | {"q": phi_q, "k": phi_k, "v": v, "a_q": q, "a_k": k, "C": s, "n": z, "h": y.flatten(1)}


def decayed(w: Any, x: torch.Tensor, past: Step) -> Step:
    """Yang, Kautz & Hatamizadeh (2025), section 2: S(t) = alpha S(t-1) + v k^T, o = S q, a number alpha for a head."""
    q, k, v, a_q, a_k, (a_f,) = of_unit_length(w, x, past, 1)
    alpha = torch.sigmoid(a_f)
    S = alpha[..., None, None] * past["C"] + torch.einsum("njv,njk->njvk", v, k)
    return said(q, k, v, a_q, a_k, S) | {"f": alpha}


def delta(w: Any, x: torch.Tensor, past: Step, *, limit: float = 1.0) -> Step:
    """Yang et al. (2024), section 2: S(t) = S(t-1) (I - beta k k^T) + beta v k^T, o = S q, keys of length 1.

    A limit of 2 is that of Grazzi et al. (2025): beta is twice a sigmoid.
    """
    q, k, v, a_q, a_k, (a_i,) = of_unit_length(w, x, past, 1)
    beta = limit * torch.sigmoid(a_i)
    S = torch.einsum("njvc,njck->njvk", past["C"], without(k, beta)) + torch.einsum("nj,njv,njk->njvk", beta, v, k)
    return said(q, k, v, a_q, a_k, S) | {"i": beta}


def gated_delta(w: Any, x: torch.Tensor, past: Step, *, limit: float = 1.0) -> Step:
    """Yang, Kautz & Hatamizadeh (2025), section 3: S(t) = S(t-1) alpha (I - beta k k^T) + beta v k^T, o = S q."""
    q, k, v, a_q, a_k, (a_i, a_f) = of_unit_length(w, x, past, 2)
    beta, alpha = limit * torch.sigmoid(a_i), torch.sigmoid(a_f)
    kept = torch.einsum("nj,njck->njck", alpha, without(k, beta))
    S = torch.einsum("njvc,njck->njvk", past["C"], kept) + torch.einsum("nj,njv,njk->njvk", beta, v, k)
    return said(q, k, v, a_q, a_k, S) | {"i": beta, "f": alpha}


def without(k: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
    """I - beta k k^T."""
    return torch.eye(k.shape[-1], dtype=k.dtype) - torch.einsum("nj,njc,njk->njck", beta, k, k)


def of_unit_length(w: Any, x: torch.Tensor, past: Step, gates: int) -> tuple[Any, ...]:
    """Query and key of length 1 and the value of each head, the vectors that were divided, the gates' sums."""
    (H, heads, d) = past["h"].shape[-1], *past["C"].shape[1:3]
    a_q, a_k, v, *sums = w.of_input("all", x).split((H, H, H, *[heads] * gates), dim=-1)
    q, k = (by_head(a, d) / torch.sqrt((by_head(a, d) ** 2).sum(-1, keepdim=True) + 1e-6) for a in (a_q, a_k))
    return q, k, by_head(v, d), a_q, a_k, sums


def said(q: Any, k: Any, v: Any, a_q: torch.Tensor, a_k: torch.Tensor, S: torch.Tensor) -> Step:
    """What all of them name, with o = S q."""
    o = torch.einsum("njvk,njk->njv", S, q)
    vectors = {"q": q.flatten(1), "k": k.flatten(1), "v": v.flatten(1), "a_q": a_q, "a_k": a_k, "h": o.flatten(1)}
    return open_gates(S) | vectors | {"C": S}


def open_gates(S: torch.Tensor) -> Step:
    """The gates of a rule that has none: 1 for each head."""
    return dict.fromkeys(("i", "f"), torch.ones(S.shape[:2], dtype=S.dtype))


def by_head(vectors: torch.Tensor, d: int) -> torch.Tensor:
    """Vectors (N, H) as (N, heads, d)."""
    return vectors.unflatten(-1, (-1, d))
