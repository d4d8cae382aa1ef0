"""The papers' equations, written out with elementary PyTorch operations: what the package is proved against.

Nothing here is shared with the package: one step at a time, one vector per gate and sequence, no masks and no joined
weights, and the gradients are autograd's. Sequences of one length run side by side, the vectors as rows.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

import torch

from lstm_tutor.reference.matrix_memories import decayed, delta, gated_delta, linear_attention, mlstm
from lstm_tutor.reference.regularized import layer_norm_lstm, noisy_lstm

__all__ = ["CELLS", "run"]

Vectors: TypeAlias = torch.Tensor  # (sequences, D) or (sequences, H), a row for each sequence
Step: TypeAlias = dict[str, torch.Tensor]  # what the paper names, at one step

# Each cell: the row blocks of its weights in order, the names of its state, and its equations: a function from the
# weights (see Weights), the input and the previous state to everything that the paper names.


class Weights:
    """The parameters of one cell, one matrix or vector per block."""

    def __init__(self, blocks: Sequence[str], parameters: Mapping[str, torch.Tensor]) -> None:
        units = len(parameters["weight_ih"])
        H = parameters["weight_hh"].shape[1] if "weight_hh" in parameters else units // len(blocks)
        gates = H if units == len(blocks) * H else (units - H) // 2  # cells of the 1997 LSTM may share their gates
        self.heights = [gates if block in ("i", "o") else H for block in blocks]
        # W and U have a column per unit: a vector is a row here, and x W is what the papers write as W x.
        self.W, self.U, self.b = (
            dict(zip(blocks, (part.T if part.ndim == 2 else part for part in parameters[name].split(self.heights)),
                     strict=True)) if name in parameters else {}
            for name in ("weight_ih", "weight_hh", "bias")
        )  # fmt: skip
        self.others = parameters

    def net(self, block: str, x: Vectors, h: Vectors) -> Vectors:
        """W x + U h + b of one block."""
        return torch.addmm(self.of_input(block, x), h, self.U[block])

    def of_input(self, block: str, x: Vectors) -> Vectors:
        """W x + b of one block, which does not look back."""
        return torch.addmm(self.b[block], x, self.W[block])


logistic = torch.sigmoid


def rnn_tanh(w: Weights, x: Vectors, past: Step) -> Step:
    """Elman (1990)."""
    return {"h": torch.tanh(w.net("h", x, past["h"]))}


def rnn_relu(w: Weights, x: Vectors, past: Step) -> Step:
    """Elman's network with a rectifier in place of the squashing."""
    return {"h": torch.clamp(w.net("h", x, past["h"]), min=0)}


def lstm1997(w: Weights, x: Vectors, past: Step) -> Step:
    """Hochreiter & Schmidhuber (1997), section 4: s(t) = s(t-1) + y_in g(net_c), y_c = y_out h(s)."""
    y_in = logistic(w.net("i", x, past["h"]))
    y_out = logistic(w.net("o", x, past["h"]))
    g = torch.tanh(w.net("g", x, past["h"]))
    s = past["c"] + y_in * g
    return {"i": y_in, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def lstm1997_blocks(w: Weights, x: Vectors, past: Step) -> Step:
    """Hochreiter & Schmidhuber (1997), section 4 and A.1: a gate serves a block, and sums run over gates as well."""
    cells = len(w.b["g"]) // len(w.b["i"])  # of a block
    net = {unit: w.net(unit, x, past["h"]) for unit in ("i", "g", "o")}
    if "weight_gates" in w.others:
        copies = [past[gate] for gate in ("i", "o")]  # of one activation
        gates = torch.cat([each.reshape(*each.shape[:-1], -1, cells).mean(-1) for each in copies], dim=-1)
        for unit, weight in zip(("i", "g", "o"), w.others["weight_gates"].split(w.heights), strict=True):
            net[unit] = net[unit] + gates @ weight.T
    y_in = logistic(net["i"]).repeat_interleave(cells, dim=-1)
    y_out = logistic(net["o"]).repeat_interleave(cells, dim=-1)
    g = torch.tanh(net["g"])
    s = past["c"] + y_in * g
    return {"i": y_in, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def truncated(equations: Callable[..., Step]) -> Callable[..., Step]:
    """The learning rule of 1997: what the units sent back a step ago counts as a constant, all but the cell state."""

    def step(w: Weights, x: Vectors, past: Step) -> Step:
        constant = {name: value.detach() + 0 * value for name, value in past.items()}  # with a gradient of zero
        return equations(w, x, constant | {"c": past["c"]})

    return step


def lstm(w: Weights, x: Vectors, past: Step) -> Step:
    """Gers, Schmidhuber & Cummins (2000), section 3.1: s(t) = y_forget s(t-1) + y_in g(net_c)."""
    y_in = logistic(w.net("i", x, past["h"]))
    y_forget = logistic(w.net("f", x, past["h"]))
    y_out = logistic(w.net("o", x, past["h"]))
    g = torch.tanh(w.net("g", x, past["h"]))
    s = y_forget * past["c"] + y_in * g
    return {"i": y_in, "f": y_forget, "g": g, "o": y_out, "c": s, "h": y_out * torch.tanh(s)}


def peephole(w: Weights, x: Vectors, past: Step) -> Step:
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


def search_space(variant: str, w: Weights, x: Vectors, past: Step) -> Step:
    """Greff et al. (2017), section 2 with one of the changes of the section on variants: z, i, f, c, o, y in turn."""
    gates = [gate for gate in ("i", "f", "o") if gate in w.b]
    peephole = dict(zip(gates, w.others["weight_peephole"], strict=True)) if variant != "NP" else {}

    def activation(gate, state):
        net = w.net(gate, x, past["h"])
        if gate in peephole:
            net = net + peephole[gate] * state
        if variant == "FGR":  # nine matrices, from each gate to each gate
            H = state.shape[-1]
            to_this = w.others["weight_gates"].split(H)[gates.index(gate)]
            for other, matrix in zip(gates, to_this.split(H, dim=1), strict=True):
                net = net + past[other] @ matrix.T
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


def slstm(w: Weights, x: Vectors, past: Step) -> Step:
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


def log_lstm_signed(w: Weights, x: Vectors, past: Step) -> Step:
    """No paper: the LSTM of 2000, with the sign of s times the logarithm of 1 + its size where tanh(s) was."""
    gates = lstm(w, x, past)
    s = gates["c"]
    return gates | {"h": gates["o"] * torch.sign(s) * torch.log(1 + torch.abs(s))}


def log_lstm_circulating(w: Weights, x: Vectors, past: Step) -> Step:
    """No paper: h = log(tanh(g)), as it is copied from page to page."""
    gates = lstm(w, x, past)
    return gates | {"h": torch.log(torch.tanh(gates["g"]))}


def above_zero(a: torch.Tensor) -> torch.Tensor:
    """Feng et al. (2024), the candidate of the log-space forms: a + 0.5 where a >= 0, else 1 / (1 + e^-a)."""
    return torch.where(a >= 0, a + 0.5, logistic(a))


def min_gru(w: Weights, x: Vectors, past: Step) -> Step:
    """Feng et al. (2024): h(t) = (1 - z) h(t-1) + z h~, where z and h~ see x alone."""
    z = logistic(w.of_input("z", x))
    candidate = above_zero(w.of_input("n", x))
    return {"z": z, "n": candidate, "h": (1 - z) * past["h"] + z * candidate}


def min_lstm(w: Weights, x: Vectors, past: Step) -> Step:
    """Feng et al. (2024): f' = f / (f + i), i' = i / (f + i), h(t) = f' h(t-1) + i' h~, where f, i, h~ see x alone."""
    i = logistic(w.of_input("i", x))
    f = logistic(w.of_input("f", x))
    candidate = above_zero(w.of_input("g", x))
    kept = f / (f + i)
    return {"i": i, "f": f, "g": candidate, "k": kept, "h": kept * past["h"] + i / (f + i) * candidate}


def lru(output: Callable[[torch.Tensor], torch.Tensor], w: Weights, x: Vectors, past: Step) -> Step:
    """Orvieto et al. (2023), section 3: x(k) = Lambda x(k-1) + exp(gamma_log) B u(k), y(k) = Re(C x(k)) + D u(k)."""
    log = {name: w.others[f"{name}_log"] for name in ("nu", "theta", "gamma")}
    eigenvalues = torch.exp(torch.complex(-torch.exp(log["nu"]), torch.exp(log["theta"])))
    C = torch.complex(*w.others["weight_out"].chunk(2, dim=1))
    written = torch.exp(log["gamma"]) * torch.complex(w.of_input("u_re", x), w.of_input("u_im", x))
    skipped = w.of_input("skip", x)
    re, im = past["re"], past["im"]
    memory = eigenvalues * torch.complex(re, im) + written
    re, im = memory.real.clone(), memory.imag.clone()  # tensors of their own, through which the gradient passes
    y = (torch.complex(re, im) @ C.T).real + skipped + 0 * past["h"]  # which is not read
    return {"u_re": written.real, "u_im": written.imag, "skip": skipped, "re": re, "im": im, "h": output(y)}


def gru_before(w: Weights, x: Vectors, past: Step) -> Step:
    """Cho et al. (2014), section 2.3: the reset gate multiplies the past before the product."""
    r = logistic(w.net("r", x, past["h"]))
    z = logistic(w.net("z", x, past["h"]))
    n = torch.tanh(w.net("n", x, r * past["h"]))
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * past["h"]}


def gru_after(w: Weights, x: Vectors, past: Step) -> Step:
    """The variant of today's libraries: the reset gate multiplies the product, and a bias of its own."""
    r = logistic(w.net("r", x, past["h"]))
    z = logistic(w.net("z", x, past["h"]))
    inner = torch.addmm(w.others["bias_hn"], past["h"], w.U["n"])
    n = torch.tanh(w.of_input("n", x) + r * inner)
    return {"r": r, "z": z, "n": n, "h": (1 - z) * n + z * past["h"]}


Equations: TypeAlias = Callable[[Weights, Vectors, Step], Step]
# Name -> (row blocks of the weights, names of the state, equations).
CELLS: dict[str, tuple[tuple[str, ...], tuple[str, ...], Equations]] = {
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
    "layer_norm_lstm": (("i", "f", "g", "o"), ("h", "c"), layer_norm_lstm),
    "noisy_lstm": (("i", "f", "g", "o"), ("h", "c"), noisy_lstm),
    "slstm": (("i", "f", "g", "o"), ("h", "c", "n", "m"), slstm),
    "mlstm": (("all",), ("h", "C", "n", "m"), mlstm),
    "sum": (("all",), ("h", "C", "n"), linear_attention),
    "decay": (("all",), ("h", "C"), decayed),
    "delta": (("all",), ("h", "C"), delta),
    "gated delta": (("all",), ("h", "C"), gated_delta),
    "delta to 2": (("all",), ("h", "C"), partial(delta, limit=2.0)),
    "gated delta to 2": (("all",), ("h", "C"), partial(gated_delta, limit=2.0)),
    "log_lstm_signed": (("i", "f", "g", "o"), ("h", "c"), log_lstm_signed),
    "log_lstm_circulating": (("i", "f", "g", "o"), ("h", "c"), log_lstm_circulating),
    "min_gru": (("z", "n"), ("h",), min_gru),
    "min_lstm": (("i", "f", "g"), ("h",), min_lstm),
    "lru_linear": (("u_re", "u_im", "skip"), ("h", "re", "im"), partial(lru, lambda y: y)),
    "lru_tanh": (("u_re", "u_im", "skip"), ("h", "re", "im"), partial(lru, torch.tanh)),
    "gru_before": (("r", "z", "n"), ("h",), gru_before),
    "gru_after": (("r", "z", "n"), ("h",), gru_after),
}


class Steps:
    """What a cell recorded under one name, step by step.

    Parameters
    ----------
    T : int
        The number of steps of the longest sequence.
    groups : list of (list of int, list of tensor)
        Which sequences ran side by side, and for each of their steps a tensor (sequences, H).
    """

    def __init__(self, T: int, groups: list[tuple[list[int], list[torch.Tensor]]]) -> None:
        self.T, self.groups = T, groups

    def values(self) -> torch.Tensor:
        """Return the values (T, N, ...), zero past a sequence's end."""
        return self._padded(lambda tensor: tensor.detach())

    def gradients(self) -> torch.Tensor:
        """Return the gradients of the loss with respect to the values, (T, N, ...)."""
        return self._padded(lambda tensor: torch.zeros_like(tensor) if tensor.grad is None else tensor.grad)

    def _padded(self, what):
        first = self.groups[0][1][0]
        padded = torch.zeros(
            self.T, sum(len(members) for members, _ in self.groups), *first.shape[1:], dtype=first.dtype
        )
        for members, steps in self.groups:
            padded[: len(steps), members] = torch.stack([what(tensor) for tensor in steps])
        return padded


def run(
    kind: str,
    parameters: Mapping[str, torch.Tensor],
    x: torch.Tensor,
    state: Mapping[str, torch.Tensor],
    lengths: Sequence[int],
    *,
    num_layers: int,
    bidirectional: bool,
    known: dict[str, Weights] | None = None,
    noise: Mapping[tuple[int, str], Step] | None = None,
) -> tuple[torch.Tensor, dict[str, torch.Tensor], dict[tuple[int, str, str], Steps]]:
    """Run a stack of cells step by step, sequences of one length side by side.

    Parameters
    ----------
    kind : str
        A key of CELLS.
    parameters : dict of str to tensor
        Named as the package's.
    x : tensor (T, N, D)
    state : dict of str to tensor (num_layers * directions, N, H)
    lengths : list of int
        N of them.
    num_layers : int
    bidirectional : bool
    known : dict or None
        Where the weights of each cell are put, block by block, for the next call with the same parameters.
    noise : dict of (layer, direction) to dict of name to tensor (T, N, H), or None
        What was drawn, for equations that have noise: at each step it comes with the previous state.

    Returns
    -------
    output : tensor (T, N, H * directions)
    final : dict of str to tensor (num_layers * directions, N, H)
    record : dict of (layer, direction, name) to Steps
        The tensors of the state retain their gradient.
    """
    blocks, fields, equations = CELLS[kind]
    known = {} if known is None else known
    T, N, _ = x.shape
    groups = [[n for n in range(N) if lengths[n] == length] for length in dict.fromkeys(lengths)]
    rows = [(k, j) for k in range(num_layers) for j in range(1 + bidirectional)]
    record: dict[tuple[int, str, str], Steps] = {}
    ends, outputs = {}, []
    for members in groups:
        inputs = [x[t, members] for t in range(lengths[members[0]])]  # each (members, D)
        for k in range(num_layers):
            joined: list[list[torch.Tensor]] = [[] for _ in inputs]
            for j, direction in enumerate(("forward", "reverse")[: 1 + bidirectional]):
                suffix = f"_l{k}" + "_reverse" * j
                if suffix not in known:
                    names = {name.removesuffix(suffix): name for name in parameters if name.endswith(suffix)}
                    known[suffix] = Weights(blocks, {name: parameters[full] for name, full in names.items()})
                weights, values = known[suffix], {}
                past = {name: state[name][rows.index((k, j)), members] for name in fields}
                for t in range(len(inputs)) if direction == "forward" else reversed(range(len(inputs))):
                    drawn = {name: value[t, members] for name, value in (noise or {}).get((k, direction), {}).items()}
                    values[t] = past = equations(weights, inputs[t], past | drawn)
                    for name in fields:
                        past[name].retain_grad()
                    joined[t].append(past["h"])
                for name in past:
                    steps = record.setdefault((k, direction, name), Steps(T, []))
                    steps.groups.append((members, [values[t][name] for t in range(len(inputs))]))
                ends.update({(name, k, j, n): past[name][row] for name in fields for row, n in enumerate(members)})
            inputs = [torch.cat(parts, dim=-1) for parts in joined]
        silence = [torch.zeros_like(inputs[0])] * (T - len(inputs))
        outputs.append(torch.stack(inputs + silence))  # (T, members, H * directions)
    order = [n for members in groups for n in members]
    output = torch.cat(outputs, dim=1)[:, [order.index(n) for n in range(N)]]
    final = {
        name: torch.stack([torch.stack([ends[name, k, j, n] for n in range(N)]) for k, j in rows]) for name in fields
    }
    return output, final, record
