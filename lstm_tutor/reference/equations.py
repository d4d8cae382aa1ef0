"""The papers' equations, written out with elementary PyTorch operations: what the package is proved against.

Nothing here is shared with the package. One sequence at a time, one step at a time, one vector per gate, no masks, no
joined weights; the gradients are autograd's. Slow on purpose: the shortest way from the paper to a number.
"""

from functools import partial

import torch

__all__ = ["CELLS", "run"]

# Each cell: the row blocks of its weights in order, the names of its state, and its equations: a function from the
# weights (see Weights), the input and the previous state to everything that the paper names.


class Weights:
    """The parameters of one cell, one matrix or vector per block."""

    def __init__(self, blocks, parameters):
        units = len(parameters["weight_ih"])
        H = parameters["weight_hh"].shape[1] if "weight_hh" in parameters else units // len(blocks)
        gates = H if units == len(blocks) * H else (units - H) // 2  # cells of the 1997 LSTM may share their gates
        self.heights = [gates if block in ("i", "o") else H for block in blocks]
        self.W, self.U, self.b = (
            dict(zip(blocks, parameters[name].split(self.heights), strict=True)) if name in parameters else {}
            for name in ("weight_ih", "weight_hh", "bias")
        )
        self.others = parameters

    def net(self, block, x, h):
        """W x + U h + b of one block."""
        return torch.mv(self.W[block], x) + torch.mv(self.U[block], h) + self.b[block]

    def of_input(self, block, x):
        """W x + b of one block, which does not look back."""
        return torch.mv(self.W[block], x) + self.b[block]


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


def lstm1997_blocks(w, x, past):
    """Hochreiter & Schmidhuber (1997), section 4 and A.1: a gate serves a block, and sums run over gates as well."""
    cells = len(w.b["g"]) // len(w.b["i"])  # of a block
    net = {unit: w.net(unit, x, past["h"]) for unit in ("i", "g", "o")}
    if "weight_gates" in w.others:
        gates = torch.cat([past[gate].reshape(-1, cells).mean(1) for gate in ("i", "o")])  # copies are one activation
        for unit, weight in zip(("i", "g", "o"), w.others["weight_gates"].split(w.heights), strict=True):
            net[unit] = net[unit] + torch.mv(weight, gates)
    y_in = logistic(net["i"]).repeat_interleave(cells)
    y_out = logistic(net["o"]).repeat_interleave(cells)
    g = torch.tanh(net["g"])
    s = past["c"] + y_in * g
    return {"i": y_in, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def truncated(equations):
    """The learning rule of 1997: what the units sent back a step ago counts as a constant, all but the cell state."""

    def step(w, x, past):
        constant = {name: value.detach() + 0 * value for name, value in past.items()}  # with a gradient of zero
        return equations(w, x, constant | {"c": past["c"]})

    return step


def lstm(w, x, past):
    """Gers, Schmidhuber & Cummins (2000), section 3.1: s(t) = y_forget s(t-1) + y_in g(net_c)."""
    y_in = logistic(w.net("i", x, past["h"]))
    y_forget = logistic(w.net("f", x, past["h"]))
    y_out = logistic(w.net("o", x, past["h"]))
    g = torch.tanh(w.net("g", x, past["h"]))
    s = y_forget * past["c"] + y_in * g
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def peephole(w, x, past):
    """Gers, Schraudolph & Schmidhuber (2002): input and forget gate see s(t-1), the output gate sees s(t).

    The tanh of s at the output is that of Graves & Schmidhuber (2005).
    """
    to_input, to_forget, to_output = w.others["weight_peephole"]
    y_in = logistic(w.net("i", x, past["h"]) + to_input * past["c"])
    y_forget = logistic(w.net("f", x, past["h"]) + to_forget * past["c"])
    g = torch.tanh(w.net("g", x, past["h"]))
    s = y_forget * past["c"] + y_in * g
    y_out = logistic(w.net("o", x, past["h"]) + to_output * s)
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def search_space(variant, w, x, past):
    """Greff et al. (2017), section 2 with one of the changes of the section on variants: z, i, f, c, o, y in turn."""
    gates = [gate for gate in ("i", "f", "o") if gate in w.b]
    peephole = dict(zip(gates, w.others["weight_peephole"], strict=True)) if variant != "NP" else {}

    def activation(gate, state):
        net = w.net(gate, x, past["h"])
        if gate in peephole:
            net = net + peephole[gate] * state
        if variant == "FGR":  # nine matrices, from each gate to each gate
            H = len(state)
            to_this = w.others["weight_gates"].split(H)[gates.index(gate)]
            for other, matrix in zip(gates, to_this.split(H, dim=1), strict=True):
                net = net + torch.mv(matrix, past[other])
        return logistic(net)

    z = w.net("g", x, past["h"])
    if variant != "NIAF":
        z = torch.tanh(z)
    one = torch.ones_like(z)
    i = one if variant == "NIG" else activation("i", past["c"])
    f = one - i if variant == "CIFG" else one if variant == "NFG" else activation("f", past["c"])
    c = z * i + past["c"] * f
    o = one if variant == "NOG" else activation("o", c)
    y = (c if variant == "NOAF" else torch.tanh(c)) * o
    return {"i": i, "f": f, "g": z, "o": o, "c": c, "h": y}


def slstm(w, x, past):
    """Beck et al. (2024), section 2.2: c(t) = f c(t-1) + i z, n(t) = f n(t-1) + i, h = o c / n; i, f in logarithms."""
    log_i = w.net("i", x, past["h"])
    before = w.net("f", x, past["h"])
    z = torch.tanh(w.net("g", x, past["h"]))
    o = logistic(w.net("o", x, past["h"]))
    log_f = torch.log(logistic(before))
    m = torch.maximum(log_f + past["m"], log_i)
    i = torch.exp(log_i - m)
    f = torch.exp(log_f + past["m"] - m)
    c = f * past["c"] + i * z
    n = f * past["n"] + i
    return {"i": i, "f": f, "g": z, "o": o, "a_f": before, "c": c, "n": n, "m": m, "h": o * (c / n)}


def log_lstm_signed(w, x, past):
    """No paper: the LSTM of 2000, with the sign of s times the logarithm of 1 + its size where tanh(s) was."""
    gates = lstm(w, x, past)
    s = gates["c"]
    return gates | {"h": gates["o"] * torch.sign(s) * torch.log(1 + torch.abs(s))}


def log_lstm_circulating(w, x, past):
    """No paper: h = log(tanh(g)), as it is copied from page to page."""
    gates = lstm(w, x, past)
    return gates | {"h": torch.log(torch.tanh(gates["g"]))}


def above_zero(a):
    """Feng et al. (2024), the candidate of the log-space forms: a + 0.5 where a >= 0, else 1 / (1 + e^-a)."""
    return torch.where(a >= 0, a + 0.5, logistic(a))


def min_gru(w, x, past):
    """Feng et al. (2024): h(t) = (1 - z) h(t-1) + z h~, where z and h~ see x alone."""
    z = logistic(w.of_input("z", x))
    candidate = above_zero(w.of_input("n", x))
    return {"z": z, "n": candidate, "h": (1 - z) * past["h"] + z * candidate}


def min_lstm(w, x, past):
    """Feng et al. (2024): f' = f / (f + i), i' = i / (f + i), h(t) = f' h(t-1) + i' h~, where f, i, h~ see x alone."""
    i = logistic(w.of_input("i", x))
    f = logistic(w.of_input("f", x))
    candidate = above_zero(w.of_input("g", x))
    kept = f / (f + i)
    return {"i": i, "f": f, "g": candidate, "k": kept, "h": kept * past["h"] + i / (f + i) * candidate}


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
    "lstm1997_blocks": (("i", "g", "o"), ("h", "c"), lstm1997_blocks),
    "lstm1997_gates": (("i", "g", "o"), ("h", "c", "i", "o"), lstm1997_blocks),
    "lstm1997_truncated": (("i", "g", "o"), ("h", "c"), truncated(lstm1997_blocks)),
    "lstm1997_gates_truncated": (("i", "g", "o"), ("h", "c", "i", "o"), truncated(lstm1997_blocks)),
    "lstm": (("i", "f", "g", "o"), ("h", "c"), lstm),
    "peephole": (("i", "f", "g", "o"), ("h", "c"), peephole),
    "NIG": (("f", "g", "o"), ("h", "c"), partial(search_space, "NIG")),
    "NFG": (("i", "g", "o"), ("h", "c"), partial(search_space, "NFG")),
    "NOG": (("i", "f", "g"), ("h", "c"), partial(search_space, "NOG")),
    "NIAF": (("i", "f", "g", "o"), ("h", "c"), partial(search_space, "NIAF")),
    "NOAF": (("i", "f", "g", "o"), ("h", "c"), partial(search_space, "NOAF")),
    "CIFG": (("i", "g", "o"), ("h", "c"), partial(search_space, "CIFG")),
    "NP": (("i", "f", "g", "o"), ("h", "c"), partial(search_space, "NP")),
    "FGR": (("i", "f", "g", "o"), ("h", "c", "i", "f", "o"), partial(search_space, "FGR")),
    "slstm": (("i", "f", "g", "o"), ("h", "c", "n", "m"), slstm),
    "log_lstm_signed": (("i", "f", "g", "o"), ("h", "c"), log_lstm_signed),
    "log_lstm_circulating": (("i", "f", "g", "o"), ("h", "c"), log_lstm_circulating),
    "min_gru": (("z", "n"), ("h",), min_gru),
    "min_lstm": (("i", "f", "g"), ("h",), min_lstm),
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
    record : dict of (layer, direction, name) -> list over sequences of lists over time of vectors (H,); those of
        the state retain their gradient
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
                    for name in fields:
                        past[name].retain_grad()
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
