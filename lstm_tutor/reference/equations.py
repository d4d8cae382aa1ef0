"""The papers' equations, written out with elementary PyTorch operations: what the package is proved against.

Nothing here is shared with the package. One sequence at a time, one step at a time, one vector per gate, no masks, no
joined weights; the gradients are autograd's. Slow on purpose: the shortest way from the paper to a number.
"""

import torch

__all__ = ["CELLS", "run"]

# Each cell: the row blocks of its weights in order, the names of its state, and its equations: a function from the
# weights (see Weights), the input and the previous state to everything that the paper names.


class Weights:
    """The parameters of one cell, one matrix or vector per block."""

    def __init__(self, blocks, parameters):
        H = parameters["weight_hh"].shape[1]
        rows = {block: slice(k * H, (k + 1) * H) for k, block in enumerate(blocks)}
        self.W = {block: parameters["weight_ih"][rows[block]] for block in blocks}
        self.U = {block: parameters["weight_hh"][rows[block]] for block in blocks}
        self.b = {block: parameters["bias"][rows[block]] for block in blocks}
        self.others = parameters

    def net(self, block, x, h):
        """W x + U h + b of one block."""
        return torch.mv(self.W[block], x) + torch.mv(self.U[block], h) + self.b[block]


def logistic(a):
    """1 / (1 + e^-a)."""
    return 1 / (1 + torch.exp(-a))


def rnn_tanh(w, x, past):
    """Elman (1990)."""
    return {"h": torch.tanh(w.net("h", x, past["h"]))}


def rnn_relu(w, x, past):
    """Elman's network with a rectifier in place of the squashing."""
    return {"h": torch.clamp(w.net("h", x, past["h"]), min=0)}


def lstm1997(w, x, past):
    """Hochreiter & Schmidhuber (1997), section 4: s(t) = s(t-1) + y_in g(net_c), y_c = y_out h(s)."""
    y_in = logistic(w.net("i", x, past["h"]))
    y_out = logistic(w.net("o", x, past["h"]))
    g = torch.tanh(w.net("g", x, past["h"]))
    s = past["c"] + y_in * g
    return {"i": y_in, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def lstm(w, x, past):
    """Gers, Schmidhuber & Cummins (2000), section 3.1: s(t) = y_forget s(t-1) + y_in g(net_c)."""
    y_in = logistic(w.net("i", x, past["h"]))
    y_forget = logistic(w.net("f", x, past["h"]))
    y_out = logistic(w.net("o", x, past["h"]))
    g = torch.tanh(w.net("g", x, past["h"]))
    s = y_forget * past["c"] + y_in * g
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def peephole(w, x, past):
    """Gers, Schraudolph & Schmidhuber (2002): input and forget gate see s(t-1), the output gate sees s(t)."""
    to_input, to_forget, to_output = w.others["weight_peephole"]
    y_in = logistic(w.net("i", x, past["h"]) + to_input * past["c"])
    y_forget = logistic(w.net("f", x, past["h"]) + to_forget * past["c"])
    g = torch.tanh(w.net("g", x, past["h"]))
    s = y_forget * past["c"] + y_in * g
    y_out = logistic(w.net("o", x, past["h"]) + to_output * s)
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def gru_before(w, x, past):
    """Cho et al. (2014), section 2.3: the reset gate multiplies the past before the product."""
    r = logistic(w.net("r", x, past["h"]))
    z = logistic(w.net("z", x, past["h"]))
    n = torch.tanh(w.net("n", x, r * past["h"]))
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * past["h"]}


def gru_after(w, x, past):
    """The variant of today's libraries: the reset gate multiplies the product, and a bias of its own."""
    r = logistic(w.net("r", x, past["h"]))
    z = logistic(w.net("z", x, past["h"]))
    inner = torch.mv(w.U["n"], past["h"]) + w.others["bias_hn"]
    n = torch.tanh(torch.mv(w.W["n"], x) + w.b["n"] + r * inner)
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * past["h"]}


CELLS = {
    "rnn_tanh": (("h",), ("h",), rnn_tanh),
    "rnn_relu": (("h",), ("h",), rnn_relu),
    "lstm1997": (("i", "g", "o"), ("h", "c"), lstm1997),
    "lstm": (("i", "f", "g", "o"), ("h", "c"), lstm),
    "peephole": (("i", "f", "g", "o"), ("h", "c"), peephole),
    "gru_before": (("r", "z", "n"), ("h",), gru_before),
    "gru_after": (("r", "z", "n"), ("h",), gru_after),
}


def run(kind, parameters, x, state, lengths, *, num_layers, bidirectional):
    """Run a stack of cells, a list of D-vectors at a time.

    Parameters
    ----------
    kind : a key of CELLS
    parameters : dict of name -> tensor, named as the package's
    x : tensor (T, N, D)
    state : dict of name -> tensor (num_layers * directions, N, H)
    lengths : N ints

    Returns
    -------
    output : tensor (T, N, H * directions)
    final : dict of name -> tensor (num_layers * directions, N, H)
    record : dict of (layer, direction, name) -> list over sequences of lists over time of vectors (H,), each of which
        retains its gradient
    """
    blocks, fields, equations = CELLS[kind]
    record, final = {}, {name: {} for name in fields}
    T, N, _ = x.shape
    sequences = [[x[t, n] for t in range(lengths[n])] for n in range(N)]
    for k in range(num_layers):
        joined = [[[] for _ in sequence] for sequence in sequences]
        for j, direction in enumerate(("forward", "reverse")[: 1 + bidirectional]):
            suffix = f"_l{k}" + "_reverse" * j
            own = {name.removesuffix(suffix): value for name, value in parameters.items() if name.endswith(suffix)}
            weights = Weights(blocks, own)
            for n, sequence in enumerate(sequences):
                past = {name: state[name][k * (1 + bidirectional) + j, n] for name in fields}
                order = list(range(len(sequence)))
                if direction == "reverse":
                    order.reverse()
                values = {}
                for t in order:
                    values[t] = past = equations(weights, sequence[t], past)
                    for vector in past.values():
                        vector.retain_grad()
                    joined[n][t].append(past["h"])
                for name in values[0]:
                    record.setdefault((k, direction, name), []).append([values[t][name] for t in range(len(sequence))])
                for name in fields:
                    final[name][k, j, n] = past[name]
        sequences = [[torch.cat(parts) for parts in steps] for steps in joined]
    width = len(sequences[0][0])
    silence = torch.zeros(width, dtype=x.dtype)
    output = torch.stack(
        [torch.stack([s[t] if t < len(s) else silence for s in sequences]) for t in range(T)]
    )  # (T, N, H * directions)
    rows = [(k, j) for k in range(num_layers) for j in range(1 + bidirectional)]
    stacked = {
        name: torch.stack([torch.stack([final[name][k, j, n] for n in range(N)]) for k, j in rows]) for name in fields
    }
    return output, stacked, record
