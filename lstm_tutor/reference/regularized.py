"""LSTMs with normalization or noise inside, from the papers' equations in elementary PyTorch operations."""

from typing import Any

import torch

__all__ = ["layer_norm_lstm", "noisy_lstm"]

Step = dict[str, torch.Tensor]

NOTHING_DRAWN = {"mask_h": 1.0, "mask_g": 1.0, "keep_c": 0.0, "keep_h": 0.0}


def layer_norm(a: torch.Tensor) -> torch.Tensor:
    """Ba, Kiros & Hinton (2016), equations 3 and 4 without gain and shift: (a - mu) / sigma."""
    mu = a.sum(-1, keepdim=True) / a.shape[-1]
    sigma = torch.sqrt(((a - mu) ** 2).sum(-1, keepdim=True) / a.shape[-1] + 1e-5)
    return (a - mu) / sigma


def layer_norm_lstm(w: Any, x: torch.Tensor, past: Step) -> Step:
    """Ba, Kiros & Hinton (2016), supplementary material: LN(W_h h; alpha_1) + LN(W_x x; alpha_2) + b, tanh(LN(c))."""
    gates = ("i", "f", "g", "o")
    of_past = torch.cat([past["h"] @ w.U[gate] for gate in gates], dim=-1)
    of_input = torch.cat([x @ w.W[gate] for gate in gates], dim=-1)
    shift = torch.cat([w.b[gate] for gate in gates])
    net = w.others["gain_hh"] * layer_norm(of_past) + w.others["gain_ih"] * layer_norm(of_input) + shift
    i, f, g, o = net.chunk(4, dim=-1)
    i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
    c = f * past["c"] + i * g
    h = o * torch.tanh(w.others["gain_c"] * layer_norm(c) + w.others["shift_c"])
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


def noisy_lstm(w: Any, x: torch.Tensor, past: Step) -> Step:
    """Gal & Ghahramani (2016): h . z; Semeniuta et al. (2016): i * d(g); Krueger et al. (2017): d c + (1 - d)(...)."""
    drawn = {name: past.get(name, torch.full_like(past["h"], rest)) for name, rest in NOTHING_DRAWN.items()}
    past = past | drawn
    seen = past["h"] * past["mask_h"]
    i, f, o = (torch.sigmoid(w.net(gate, x, seen)) for gate in ("i", "f", "o"))
    g = torch.tanh(w.net("g", x, seen))
    updated = f * past["c"] + i * (past["mask_g"] * g)
    zoned = {
        "c": past["keep_c"] * past["c"] + (1 - past["keep_c"]) * updated,
        "h": past["keep_h"] * past["h"] + (1 - past["keep_h"]) * (o * torch.tanh(updated)),
    }
    return {"i": i, "f": f, "g": g, "o": o} | drawn | zoned
