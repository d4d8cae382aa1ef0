"""The papers' equations of cells with a matrix memory, in elementary PyTorch operations.

In the names of the sums, n is a sequence, j a head, v a unit of its values and k one of its keys.
"""

from typing import Any, TypeAlias

import torch

__all__ = ["mlstm"]

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


def by_head(vectors: torch.Tensor, d: int) -> torch.Tensor:
    """Vectors (N, H) as (N, heads, d)."""
    return vectors.unflatten(-1, (-1, d))
