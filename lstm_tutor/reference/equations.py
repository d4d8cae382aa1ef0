"""The papers' equations, written out with elementary PyTorch operations: what the package is proved against.

Nothing here is shared with the package. One sequence at a time, one step at a time, one vector per gate, no masks, no
joined weights; the gradients are autograd's. Slow on purpose: the shortest way from the paper to a number.
"""

import torch

__all__ = ["CELLS", "run"]

# Each cell: the row blocks of its weights in order, and a function from the pre-activation of each block,
# net[k] = W_k x + U_k h + b_k, and the previous state to everything that the paper names.


def rnn_tanh(net, past):
    """Elman (1990)."""
    return {"h": torch.tanh(net["h"])}


def rnn_relu(net, past):
    """Elman's network with a rectifier in place of the squashing."""
    return {"h": torch.clamp(net["h"], min=0)}


def lstm1997(net, past):
    """Hochreiter & Schmidhuber (1997), section 4: s(t) = s(t-1) + y_in g(net_c), y_c = y_out h(s)."""
    y_in = 1 / (1 + torch.exp(-net["i"]))
    y_out = 1 / (1 + torch.exp(-net["o"]))
    g = torch.tanh(net["g"])
    s = past["c"] + y_in * g
    return {"i": y_in, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def lstm(net, past):
    """Gers, Schmidhuber & Cummins (2000), section 3.1: s(t) = y_forget s(t-1) + y_in g(net_c)."""
    y_in = 1 / (1 + torch.exp(-net["i"]))
    y_forget = 1 / (1 + torch.exp(-net["f"]))
    y_out = 1 / (1 + torch.exp(-net["o"]))
    g = torch.tanh(net["g"])
    s = y_forget * past["c"] + y_in * g
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


CELLS = {
    "rnn_tanh": (("h",), ("h",), rnn_tanh),
    "rnn_relu": (("h",), ("h",), rnn_relu),
    "lstm1997": (("i", "g", "o"), ("h", "c"), lstm1997),
    "lstm": (("i", "f", "g", "o"), ("h", "c"), lstm),
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
            H = parameters["weight_hh" + suffix].shape[1]
            W, U, b = (
                {block: parameters[name + suffix][m * H : (m + 1) * H] for m, block in enumerate(blocks)}
                for name in ("weight_ih", "weight_hh", "bias")
            )
            for n, sequence in enumerate(sequences):
                past = {name: state[name][k * (1 + bidirectional) + j, n] for name in fields}
                order = list(range(len(sequence)))
                if direction == "reverse":
                    order.reverse()
                values = {}
                for t in order:
                    net = {m: torch.mv(W[m], sequence[t]) + torch.mv(U[m], past["h"]) + b[m] for m in blocks}
                    values[t] = past = equations(net, past)
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
