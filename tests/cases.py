"""What the tests of the core share: one row per cell, random problems without zeros, tolerances, central differences.

A new cell joins all tests by its row in CELLS: its classes, its equations for one sequence and one step in plain
Python, the names of its gates, and PyTorch's module if there is one.
"""

import cmath
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import numpy as np

import lstm_tutor as lt
from lstm_tutor.cells import LSTM1997BlockCell

D, H = 3, 4  # never equal: a transposed weight must not go unnoticed
SHAPES = [(1, 1), (1, 5), (7, 1), (7, 5)]  # T, N
LENGTHS = [5, 7, 1, 3, 7]  # for T = 7, N = 5; in no order, with the shortest and the longest possible
TOLERANCES = {"float64": {"rtol": 1e-10, "atol": 1e-12}, "float32": {"rtol": 1e-5, "atol": 1e-5}}


# -- the cells' equations, a number at a time ------------------------------------------------------------------------


def sigma(a):
    return [1 / (1 + math.exp(-v)) for v in a]


def tanh(a):
    return [math.tanh(v) for v in a]


def rectified(a):
    return [max(0.0, v) for v in a]


def times(a, b):
    return [u * v for u, v in zip(a, b, strict=True)]


def plus(a, b):
    return [u + v for u, v in zip(a, b, strict=True)]


def rnn(net, past):
    return {"h": tanh(net("h"))}


def rnn_relu(net, past):
    return {"h": rectified(net("h"))}


def lstm1997(net, past):
    i, g, o = sigma(net("i")), tanh(net("g")), sigma(net("o"))
    c = plus(past["c"], times(i, g))
    return {"i": i, "g": g, "o": o, "c": c, "h": times(o, tanh(c))}


def lstm1997_blocks(net, past):
    i, o = (sigma(plus(net(gate), net.gates(gate, past, "io"))) for gate in "io")
    g = tanh(plus(net("g"), net.gates("g", past, "io")))
    c = plus(past["c"], times(i, g))
    return {"i": i, "g": g, "o": o, "c": c, "h": times(o, tanh(c))}


def lstm(net, past):
    i, f, g, o = sigma(net("i")), sigma(net("f")), tanh(net("g")), sigma(net("o"))
    c = plus(times(f, past["c"]), times(i, g))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": times(o, tanh(c))}


def peephole(net, past):
    def seen(row, c):
        return times(net.parameters["weight_peephole"][row].tolist(), c)

    i, f = (sigma(plus(net(gate), seen(row, past["c"]))) for row, gate in enumerate("if"))
    g = tanh(net("g"))
    c = plus(times(f, past["c"]), times(i, g))
    o = sigma(plus(net("o"), seen(2, c)))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": times(o, tanh(c))}


def ablated(change, net, past):
    gates = [gate for gate in "ifo" if gate in net.blocks]

    def opened(gate, c):
        if gate not in gates:
            return [1.0] * len(c)
        a = net(gate)
        if change != "NP":
            a = plus(a, times(net.parameters["weight_peephole"][gates.index(gate)].tolist(), c))
        if change == "FGR":
            a = plus(a, net.gates(gate, past, "ifo", seen_by="ifo"))
        return sigma(a)

    i = opened("i", past["c"])
    f = [1 - v for v in i] if change == "CIFG" else opened("f", past["c"])
    g = net("g") if change == "NIAF" else tanh(net("g"))
    c = plus(times(f, past["c"]), times(i, g))
    o = opened("o", c)
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": times(o, c if change == "NOAF" else tanh(c))}


def mixed(z, n, h):
    return [(1 - u) * v + u * w for u, v, w in zip(z, n, h, strict=True)]


def gru_after(net, past):
    r, z = sigma(net("r")), sigma(net("z"))
    inner = plus(net.past("n"), net.parameters["bias_hn"].tolist())
    n = tanh(plus(net.input("n"), times(r, inner)))
    return {"r": r, "z": z, "n": n, "h": mixed(z, n, past["h"])}


def gru_before(net, past):
    r, z = sigma(net("r")), sigma(net("z"))
    n = tanh(plus(net.input("n"), net.past("n", times(r, past["h"]))))
    return {"r": r, "z": z, "n": n, "h": mixed(z, n, past["h"])}


def slstm(net, past):
    m = [max(a, b - math.log(1 + math.exp(-v))) for a, b, v in zip(net("i"), past["m"], net("f"), strict=True)]
    i = [math.exp(a - b) for a, b in zip(net("i"), m, strict=True)]
    f = [math.exp(a - b) / (1 + math.exp(-v)) for a, b, v in zip(past["m"], m, net("f"), strict=True)]
    g, o = tanh(net("g")), sigma(net("o"))
    c, n = plus(times(f, past["c"]), times(i, g)), plus(times(f, past["n"]), i)
    h = [u * v / w for u, v, w in zip(o, c, n, strict=True)]
    return {"i": i, "f": f, "g": g, "o": o, "a_f": net("f"), "c": c, "n": n, "m": m, "h": h}


def dot(a, b):
    return sum(times(a, b))


def mlstm(net, past):
    size, heads = len(net.h), len(past["m"])
    d, a = size // heads, [dot(row, net.x) + b for row, b in zip(
        net.parameters["weight_ih"].tolist(), net.parameters["bias"].tolist(), strict=True)]  # fmt: skip
    q, k, v, a_i, a_f, a_o = (a[start : start + height] for start, height in (
        (0, size), (size, size), (2 * size, size), (3 * size, heads), (3 * size + heads, heads),
        (3 * size + 2 * heads, size)))  # fmt: skip
    k, o = [u / math.sqrt(d) for u in k], sigma(a_o)
    m = [max(a, b - math.log(1 + math.exp(-u))) for a, b, u in zip(a_i, past["m"], a_f, strict=True)]
    i = [math.exp(a - b) for a, b in zip(a_i, m, strict=True)]
    f = [math.exp(a - b) / (1 + math.exp(-u)) for a, b, u in zip(past["m"], m, a_f, strict=True)]
    n = [f[j // d] * past["n"][j] + i[j // d] * k[j] for j in range(size)]
    C = [[[f[j] * past["C"][j][r][c] + i[j] * v[j * d + r] * k[j * d + c] for c in range(d)] for r in range(d)]
         for j in range(heads)]  # fmt: skip
    h = []
    for j in range(heads):
        own = slice(j * d, (j + 1) * d)
        below = max(abs(dot(n[own], q[own])), math.exp(-m[j]))
        h += [o[j * d + r] * dot(C[j][r], q[own]) / below for r in range(d)]
    return {"q": q, "k": k, "v": v, "i": i, "f": f, "o": o, "a_f": a_f, "C": C, "n": n, "m": m, "h": h}


def normalized(a):
    mean = sum(a) / len(a)
    deviation = math.sqrt(sum((v - mean) ** 2 for v in a) / len(a) + 1e-5)
    return [(v - mean) / deviation for v in a]


def layer_norm_lstm(net, past):
    gains = {name: array.tolist() for name, array in net.parameters.items() if not name.startswith("weight")}
    of_input = [v - b for block in "ifgo" for v, b in zip(net.input(block), net.bias(block), strict=True)]
    of_past = [v for block in "ifgo" for v in net.past(block)]
    sums = plus(times(gains["gain_ih"], normalized(of_input)), times(gains["gain_hh"], normalized(of_past)))
    sums, size = plus(sums, gains["bias"]), len(past["h"])
    i, f, g, o = (function(sums[k * size : (k + 1) * size]) for k, function in enumerate((sigma, sigma, tanh, sigma)))
    c = plus(times(f, past["c"]), times(i, g))
    h = times(o, tanh(plus(times(gains["gain_c"], normalized(c)), gains["shift_c"])))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}


NOISE = {"dropout_h": 0.3, "dropout_g": 0.4, "zoneout_c": 0.5, "zoneout_h": 0.2}


def noisy_lstm(net, past):
    """Without a draw: no mask, and zoneout by its expectation."""
    gates, size = lstm(net, past), len(past["h"])
    drawn = {"mask_h": 1.0, "mask_g": 1.0, "keep_c": NOISE["zoneout_c"], "keep_h": NOISE["zoneout_h"]}
    zoned = {name: mixed([drawn[f"keep_{name}"]] * size, gates[name], past[name]) for name in ("c", "h")}
    return {name: gates[name] for name in "ifgo"} | {name: [v] * size for name, v in drawn.items()} | zoned


def fast_weights(rule, limit, net, past):
    size, heads = len(net.h), len(past["C"])
    d, a = size // heads, [dot(row, net.x) + b for row, b in zip(
        net.parameters["weight_ih"].tolist(), net.parameters["bias"].tolist(), strict=True)]  # fmt: skip
    a_q, a_k, v, gates = a[:size], a[size : 2 * size], a[2 * size : 3 * size], sigma(a[3 * size :])
    i = times([limit] * heads, gates[:heads]) if "delta" in rule else [1.0] * heads
    f = gates[-heads:] if rule in ("decay", "gated delta") else [1.0] * heads
    own = [slice(j * d, (j + 1) * d) for j in range(heads)]
    if rule == "sum":
        q, k = ([u + 1 if u > 0 else math.exp(u) for u in a] for a in (a_q, a_k))
    else:
        q, k = (
            [u / math.sqrt(dot(a[own[r // d]], a[own[r // d]]) + 1e-6) for r, u in enumerate(a)] for a in (a_q, a_k)
        )
    C, h, n = [], [], plus(past["n"], k) if rule == "sum" else []
    for j in range(heads):
        old = [times([f[j]] * d, row) for row in past["C"][j]]
        written = v[own[j]]
        if "delta" in rule:
            written = [i[j] * (new - dot(row, k[own[j]])) for new, row in zip(written, old, strict=True)]
        C.append([plus(row, times([u] * d, k[own[j]])) for row, u in zip(old, written, strict=True)])
        whole = dot(n[own[j]], q[own[j]]) if rule == "sum" else 1.0
        h += [dot(row, q[own[j]]) / whole for row in C[j]]
    step = {"q": q, "k": k, "v": v, "i": i, "f": f, "a_q": a_q, "a_k": a_k, "C": C}
    return step | ({"n": n, "h": h} if rule == "sum" else {"h": h})


def log_lstm(net, past):
    gates = lstm(net, past)
    return gates | {"h": times(gates["o"], [math.log1p(v) if v >= 0 else -math.log1p(-v) for v in gates["c"]])}


def above_zero(a):
    return [v + 0.5 if v >= 0 else 1 / (1 + math.exp(-v)) for v in a]


def min_gru(net, past):
    z, n = sigma(net.input("z")), above_zero(net.input("n"))
    return {"z": z, "n": n, "h": mixed(z, past["h"], n)}


def min_lstm(net, past):
    i, f, g = sigma(net.input("i")), sigma(net.input("f")), above_zero(net.input("g"))
    k = [u / (u + v) for u, v in zip(f, i, strict=True)]
    return {"i": i, "f": f, "g": g, "k": k, "h": mixed(k, g, past["h"])}


def lru(net, past):
    """In Python's complex numbers."""
    log = {name: net.parameters[f"{name}_log"].tolist() for name in ("nu", "theta", "gamma")}
    eigenvalues = [cmath.exp(complex(-math.exp(u), math.exp(v))) for u, v in zip(log["nu"], log["theta"], strict=True)]
    gamma, size = [math.exp(v) for v in log["gamma"]], len(past["h"])
    u_re, u_im, skip = times(gamma, net.input("u_re")), times(gamma, net.input("u_im")), net.input("skip")
    m = plus(times(eigenvalues, map(complex, past["re"], past["im"])), map(complex, u_re, u_im))
    rows = [list(map(complex, row[:size], row[size:])) for row in net.parameters["weight_out"].tolist()]
    h = plus([sum(times(row, m)).real for row in rows], skip)
    return {"u_re": u_re, "u_im": u_im, "skip": skip, "re": [v.real for v in m], "im": [v.imag for v in m], "h": h}


def lru_tanh(net, past):
    step = lru(net, past)
    return step | {"h": tanh(step["h"])}


def through_tanh(step):
    """dh/dc of ``h = o tanh(c)``."""
    return step["o"] / np.cosh(step["c"]) ** 2


class Net:
    """Pre-activations of one step, block by block: ``net("i")`` is the list W_i x + U_i h + b_i."""

    def __init__(self, blocks, parameters, x, h):
        self.blocks, self.parameters, self.x, self.h = blocks, parameters, x, h

    def _rows(self, name, block, blocks=None):
        """The rows of one block, one for each unit; a gate that units share has its row once for each of them."""
        size, rows, blocks = len(self.h), self.parameters[name], blocks or self.blocks
        gates = size if len(rows) == len(blocks) * size else (len(rows) - size) // 2
        heights = [gates if other in "io" else size for other in blocks]
        k = list(blocks).index(block)
        first = sum(heights[:k])
        return [rows[first + n * heights[k] // size].tolist() for n in range(size)]

    def input(self, block):
        """W x + b of one block."""
        weights, bias = self._rows("weight_ih", block), self._rows("bias", block)
        return [sum(times(row, self.x)) + b for row, b in zip(weights, bias, strict=True)]

    def bias(self, block):
        """b of one block."""
        return self._rows("bias", block)

    def past(self, block, h=None):
        """U h of one block."""
        return [sum(times(row, self.h if h is None else h)) for row in self._rows("weight_hh", block)]

    def gates(self, block, past, seen, seen_by=None):
        """W_g (gates of the step before) of one block; nothing if there is no such weight."""
        if "weight_gates" not in self.parameters:
            return [0.0] * len(self.h)
        rows, before = self._rows("weight_gates", block, seen_by), []
        share = len(seen) * len(self.h) // len(rows[0])  # units that share a gate
        for gate in seen:
            before += [sum(past[gate][n : n + share]) / share for n in range(0, len(self.h), share)]
        return [sum(times(row, before)) for row in rows]

    def __call__(self, block):
        return plus(self.input(block), self.past(block))


@dataclass(frozen=True)
class Kind:
    """A row of the table of cells."""

    id: str
    layer: type
    cell: type
    blocks: tuple[str, ...]  # row blocks of the weights, in order
    equations: Callable  # (Net, dict name -> list) -> dict name -> list, in the order of the trace
    gates: tuple[str, ...] = ()  # what lies between 0 and 1
    torch: str | None = None  # PyTorch's module
    options: dict = field(default_factory=dict)
    memory: str = "h"  # the field of the state that the next step reads
    eps: float = 1e-5  # of central differences: less where slopes are steep
    # From what a step recorded, a dict: the way of c to h, but for that through gates; None: no unit by itself.
    dh_dc: Callable | None = through_tanh

    @property
    def state(self):
        return self.cell(D, H, rng=0, **self.options).State._fields

    def heights(self, size):
        """How many rows each block of the weights has, for so many units."""
        if "num_heads" in self.options:
            return [self.options["num_heads"] if block in "if" else size for block in self.blocks]
        share = self.options.get("cells_per_block", 1)
        return [size // share if block in "io" else size for block in self.blocks]

    @property
    def start(self):
        """What of the initial state is not zero, in float64."""
        smallest = {"fast-sum": {"n": np.finfo("float64").tiny}, "slstm": {"n": 1.0}}
        return {"m": np.finfo("float64").min} | smallest.get(self.id, {})

    @property
    def multiple(self):
        """What the number of units has to be a multiple of."""
        return self.options.get("cells_per_block", self.options.get("num_heads", 1))


def blocked(id, **options):
    """A row for the LSTM of 1997 with its options."""
    return Kind(id, lt.LSTM1997, LSTM1997BlockCell, ("i", "g", "o"), lstm1997_blocks, ("i", "o"), options=options)


def variant(change, blocks):
    """A row for one of the ablations."""
    equations, gates = partial(ablated, change), tuple(gate for gate in blocks if gate != "g")
    dh_dc = {"dh_dc": lambda step: step["o"]} if change == "NOAF" else {}
    options = {"variant": change}
    return Kind(change, lt.LSTMVariant, lt.LSTMVariantCell, tuple(blocks), equations, gates, options=options, **dh_dc)


def lstm_with(id, layer, cell, equations, dh_dc):
    """A row for an LSTM with another way to the output."""
    return Kind(id, layer, cell, ("i", "f", "g", "o"), equations, ("i", "f", "o"), dh_dc=dh_dc)


def minimal(id, *what):
    """Two rows: step by step, and all steps at once."""
    return [Kind(f"{id}-{way}", *what, options={"parallel": way == "scan"}) for way in ("steps", "scan")]


def linear_unit(id, equations, nonlinearity):
    """The same of the linear recurrent unit."""
    what, blocks = (lt.LRU, lt.LRUCell), ("u_re", "u_im", "skip")
    ways = {way: {"nonlinearity": nonlinearity, "parallel": way == "scan"} for way in ("steps", "scan")}
    return [Kind(f"{id}-{way}", *what, blocks, equations, options=ways[way], memory="re") for way in ways]


def heads(id, *what, memory):
    """Two rows: with one head, and with two."""
    return [Kind(f"{id}-{number}", *what, options={"num_heads": number}, eps=5e-7, memory=memory) for number in (1, 2)]


CELLS = [
    Kind("rnn", lt.RNN, lt.RNNCell, ("h",), rnn, torch="RNN"),
    Kind("rnn-relu", lt.RNN, lt.RNNCell, ("h",), rnn_relu, torch="RNN", options={"nonlinearity": "relu"}),
    Kind("lstm1997", lt.LSTM1997, lt.LSTM1997Cell, ("i", "g", "o"), lstm1997, ("i", "o")),
    blocked("lstm1997-blocks", gate_recurrence=False, cells_per_block=2),
    blocked("lstm1997-gates", gate_recurrence=True, cells_per_block=1),
    blocked("lstm1997-gates-blocks", gate_recurrence=True, cells_per_block=2),
    Kind("lstm", lt.LSTM, lt.LSTMCell, ("i", "f", "g", "o"), lstm, ("i", "f", "o"), torch="LSTM"),
    Kind("peephole", lt.PeepholeLSTM, lt.PeepholeLSTMCell, ("i", "f", "g", "o"), peephole, ("i", "f", "o")),
    variant("NIG", "fgo"),
    variant("NFG", "igo"),
    variant("NOG", "ifg"),
    variant("NIAF", "ifgo"),
    variant("NOAF", "ifgo"),
    variant("CIFG", "igo"),
    variant("NP", "ifgo"),
    variant("FGR", "ifgo"),
    lstm_with("slstm", lt.SLSTM, lt.SLSTMCell, slstm, lambda step: step["o"] / step["n"]),
    *(
        Kind(
            f"fast-{rule.replace(' ', '-')}",
            lt.FastWeights,
            lt.FastWeightsCell,
            tuple(blocks),
            partial(fast_weights, rule, limit),
            ("f",) if limit > 1 else ("i", "f"),
            options={"rule": rule, "num_heads": heads, "input_limit": limit},
            memory="C",
            eps=5e-7,
        )
        for rule, blocks, heads, limit in (
            ("sum", "qkv", 2, 1.0),
            ("decay", "qkvf", 1, 1.0),
            ("delta", "qkvi", 1, 2.0),
            ("gated delta", "qkvif", 2, 1.0),
        )
    ),
    *heads("mlstm", lt.MLSTM, lt.MLSTMCell, ("q", "k", "v", "i", "f", "o"), mlstm, ("i", "f", "o"), memory="C"),
    lstm_with("layer-norm", lt.LayerNormLSTM, lt.LayerNormLSTMCell, layer_norm_lstm, None),
    replace(lstm_with("noisy", lt.NoisyLSTM, lt.NoisyLSTMCell, noisy_lstm, lambda step: 0 * step["c"]), options=NOISE),
    lstm_with("log-lstm", lt.LogLSTM, lt.LogLSTMCell, log_lstm, lambda step: step["o"] / (1 + np.abs(step["c"]))),
    *minimal("min-gru", lt.MinGRU, lt.MinGRUCell, ("z", "n"), min_gru, ("z",)),
    *minimal("min-lstm", lt.MinLSTM, lt.MinLSTMCell, ("i", "f", "g"), min_lstm, ("i", "f", "k")),
    *linear_unit("lru", lru, "linear"),
    *linear_unit("lru-tanh", lru_tanh, "tanh"),
    Kind("gru-after", lt.GRU, lt.GRUCell, ("r", "z", "n"), gru_after, ("r", "z"), torch="GRU"),
    Kind("gru-before", lt.GRU, lt.GRUCell, ("r", "z", "n"), gru_before, ("r", "z"), options={"reset_after": False}),
]
TORCH_CELLS = [kind for kind in CELLS if kind.torch]
LSTM = next(kind for kind in CELLS if kind.id == "lstm")
# For code that all cells share: one of each type of state, of gates that share rows, of extras, heads and a scan.
FEW = [
    kind
    for kind in CELLS
    if kind.id in ("rnn", "lstm", "lstm1997-gates-blocks", "FGR", "slstm", "mlstm-2", "min-lstm-scan")
]


def by_id(kind):
    return kind.id


# -- random problems -------------------------------------------------------------------------------------------------


def shake(parameters, rng):
    """Fill every array with numbers from -0.8 to 0.8: no bias is left at zero, where errors hide."""
    for name, array in parameters.items():
        array[...] = rng.uniform(-0.8, 0.8, array.shape) - 0.8 * name.startswith("gamma_log")  # LRUs are not bounded


def random_cell(kind, rng, *, dtype="float64"):
    cell = kind.cell(D, H, dtype=dtype, rng=rng, **kind.options)
    shake(cell.parameters(), rng)
    return cell


def random_layer(kind, rng, *, dtype="float64", sizes=(D, H), **options):
    layer = kind.layer(*sizes, dtype=dtype, rng=rng, **kind.options, **options)
    shake(layer.parameters(), rng)
    return layer


def possible(cell, state):
    """`state`, with those fields well above zero that must be above it."""
    return state._replace(**{name: 0.5 + np.abs(getattr(state, name)) for name in cell.positive})


class Problem(NamedTuple):
    """Inputs and states to run a layer forward, and upstream gradients to run it backward; all random."""

    x: np.ndarray
    state: tuple
    d_output: np.ndarray
    d_final: tuple


def random_problem(layer, T, N, rng):
    def draw(*shape):
        return rng.standard_normal(shape).astype(layer.dtype)

    width = layer.hidden_size * layer.num_directions
    states = [layer.State(*(draw(*shape) for shape in layer.state_shapes(N).values())) for _ in range(2)]
    state = possible(layer.cells[0][0], states[0])
    return Problem(draw(T, N, layer.input_size), state, draw(T, N, width), states[1])


def run(layer, problem, lengths=None, **options):
    """The trace and the gradients of a problem."""
    trace = layer.forward(problem.x, problem.state, lengths, **options)
    return trace, layer.backward(trace, problem.d_output, problem.d_final)


def loss(layer, problem, lengths=None, **options):
    """A number whose gradients are the problem's upstream gradients: of the outputs and of the final state."""
    trace = layer.forward(problem.x, problem.state, lengths, **options)
    total = np.vdot(trace.output, problem.d_output)
    return total + sum(np.vdot(a, d) for a, d in zip(trace.final_state, problem.d_final, strict=True))


# -- comparisons -----------------------------------------------------------------------------------------------------


def assert_same(ours, theirs, what="", dtype="float64"):
    """Equal within the tolerance of the dtype; a failure shows ours beside theirs."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    assert ours.shape == theirs.shape, f"{what}: ours has shape {ours.shape}, theirs {theirs.shape}"
    np.testing.assert_allclose(ours, theirs, err_msg=what, **TOLERANCES[dtype])


def assert_derivative(ours, function, array, what="", within=1e-7, eps=1e-5):
    """Equal to the central differences of `function`, a number, under changes of `array` in place.

    A small array is changed entry by entry. A larger one is changed along three random directions, in each of which
    every entry has a part of 1 or more, so that none can be wrong by more than one alone might be; and in six entries.
    """
    assert ours.shape == array.shape, f"{what}: the gradient has shape {ours.shape}, the array {array.shape}"
    entries = np.eye(array.size)
    if array.size > 12:
        random = np.random.default_rng(array.size)
        directions = random.choice([-1, 1], (3, array.size)) * random.uniform(1, 2, (3, array.size))
        entries = np.concatenate([directions, entries[random.choice(array.size, 6, replace=False)]])
    numeric, kept = [], array.copy()
    for direction in entries:
        change = eps * direction.reshape(array.shape)
        array[...] = kept + change
        above = function()
        array[...] = kept - change
        numeric.append((above - function()) / (2 * eps))
    array[...] = kept
    np.testing.assert_allclose(
        entries @ ours.ravel(), numeric, rtol=0, atol=within, err_msg=f"{what} against central differences"
    )


def copies(arrays):
    """A deep copy of nested tuples, lists and dicts of arrays."""
    if isinstance(arrays, dict):
        return {name: copies(value) for name, value in arrays.items()}
    if isinstance(arrays, tuple | list):
        return [copies(value) for value in arrays]
    return None if arrays is None else np.array(arrays)


def assert_untouched(arrays, before):
    """Bit for bit what :func:`copies` kept."""
    if isinstance(arrays, dict):
        assert list(arrays) == list(before)
        arrays, before = list(arrays.values()), list(before.values())
    if isinstance(arrays, tuple | list):
        assert len(arrays) == len(before)
        for array, kept in zip(arrays, before, strict=True):
            assert_untouched(array, kept)
    elif arrays is not None:
        np.testing.assert_array_equal(arrays, before)
