"""PyTorch says the same, or the report says where it does not."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from lstm_tutor import layers
from lstm_tutor.cells.variants import VARIANTS
from lstm_tutor.module import Module
from lstm_tutor.reference import equations
from lstm_tutor.reference.convert import counterpart, to_torch
from lstm_tutor.reference.report import Report, Row, compare
from lstm_tutor.trace import Trace
from lstm_tutor.transformer import TransformerTrace
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["KINDS", "kind_of", "random_layer", "verify", "verify_layers"]


class Kind(NamedTuple):
    """A row of the table of cells that are verified."""

    name: str  # as the report says it
    layer: type[layers.RecurrentLayer]
    options: dict[str, Any]  # the layer is of this kind if its attributes have these values (or so many: > 1)
    equations: str  # a key of `equations.CELLS`
    example: dict[str, float] | None = None  # further options of the layers that `verify_layers` takes
    steep: bool = False  # whether float32 loses digits in a stack of layers, as where something small divides
    everywhere: bool = True  # whether its equations are defined for all numbers: `verify_all` takes only these


KINDS = [  # a new cell joins with its row, and with its equations
    Kind("RNN(tanh)", layers.RNN, {"nonlinearity": "tanh"}, "rnn_tanh"),
    Kind("RNN(relu)", layers.RNN, {"nonlinearity": "relu"}, "rnn_relu"),
    *(
        Kind(name, layers.LSTM1997, {"truncated": False, "gate_recurrence": gates, "cells_per_block": cells}, equations)
        for name, gates, cells, equations in (
            ("LSTM1997", False, 1, "lstm1997"),
            ("LSTM1997(shared gates)", False, 2, "lstm1997_blocks"),
            ("LSTM1997(gate recurrence)", True, 1, "lstm1997_gates"),
            ("LSTM1997(both)", True, 2, "lstm1997_gates"),
        )
    ),
    Kind("LSTM1997(truncated)", layers.LSTM1997, {"truncated": True, "gate_recurrence": False}, "lstm1997_truncated"),
    Kind(
        "LSTM1997(truncated, gate recurrence)",
        layers.LSTM1997,
        {"truncated": True, "gate_recurrence": True},
        "lstm1997_gates_truncated",
    ),
    Kind("LSTM", layers.LSTM, {}, "lstm"),
    Kind("PeepholeLSTM", layers.PeepholeLSTM, {}, "peephole"),
    *(Kind(f"LSTMVariant({name})", layers.LSTMVariant, {"variant": name}, name) for name in VARIANTS),
    Kind("SLSTM", layers.SLSTM, {}, "slstm"),
    Kind("LayerNormLSTM", layers.LayerNormLSTM, {}, "layer_norm_lstm", steep=True),
    Kind(
        "NoisyLSTM",
        layers.NoisyLSTM,
        {},
        "noisy_lstm",
        {"dropout_h": 0.3, "dropout_g": 0.4, "zoneout_c": 0.5, "zoneout_h": 0.2},
    ),
    Kind("MLSTM(1 head)", layers.MLSTM, {"num_heads": 1}, "mlstm", steep=True),
    Kind("MLSTM(heads)", layers.MLSTM, {"num_heads": 2}, "mlstm", steep=True),
    Kind("FastWeights(sum, 1 head)", layers.FastWeights, {"rule": "sum", "num_heads": 1}, "sum"),
    Kind("FastWeights(sum, heads)", layers.FastWeights, {"rule": "sum", "num_heads": 2}, "sum"),
    *(
        Kind(f"FastWeights({name})", layers.FastWeights, {"rule": rule, "input_limit": limit}, name, steep=True)
        for name, rule, limit in (
            ("decay", "decay", 1.0),
            ("delta", "delta", 1.0),
            ("delta to 2", "delta", 2.0),
            ("gated delta", "gated delta", 1.0),
            ("gated delta to 2", "gated delta", 2.0),
        )
    ),
    Kind("LogLSTM(signed)", layers.LogLSTM, {"form": "signed"}, "log_lstm_signed"),
    Kind("LogLSTM(circulating)", layers.LogLSTM, {"form": "circulating"}, "log_lstm_circulating", everywhere=False),
    Kind("MinGRU(step by step)", layers.MinGRU, {"parallel": False}, "min_gru"),
    Kind("MinGRU(parallel)", layers.MinGRU, {"parallel": True}, "min_gru"),
    Kind("MinLSTM(step by step)", layers.MinLSTM, {"parallel": False}, "min_lstm"),
    Kind("MinLSTM(parallel)", layers.MinLSTM, {"parallel": True}, "min_lstm"),
    *(
        Kind(
            f"LRU({output}, {form})",
            layers.LRU,
            {"nonlinearity": output, "parallel": parallel},
            f"lru_{output}",
            steep=True,
        )
        for output in ("linear", "tanh")
        for form, parallel in (("step by step", False), ("parallel", True))
    ),
    Kind("GRU(reset after)", layers.GRU, {"reset_after": True}, "gru_after"),
    Kind("GRU(reset before)", layers.GRU, {"reset_after": False}, "gru_before"),
]


def kind_of(layer: layers.RecurrentLayer) -> Kind:
    """Return the row of KINDS for `layer`."""
    for kind in KINDS:
        if type(layer) is kind.layer and all(_alike(getattr(layer, k), value) for k, value in kind.options.items()):
            return kind
    raise ValueError(f"verify: expected one of {[kind.name for kind in KINDS]}, got {layer!r}")


def _alike(ours: Any, value: Any) -> bool:
    """Return whether they are equal or both more than one: the equations are the same for 2 and 3 cells a block."""
    return ours == value or (type(ours) is type(value) is int and min(ours, value) > 1)


def _probe(layer, x, lengths, rng):
    """Random inputs, states and upstream gradients for `layer`: nothing is zero, nothing is one."""
    T, N = x.shape[:2]
    draw = lambda *shape: rng.standard_normal(shape).astype(layer.dtype)  # noqa: E731
    shapes = layer.state_shapes(N).values()
    state = layer.State(*(draw(*shape) for shape in shapes))
    wide = {name: 0.5 + np.abs(getattr(state, name)) for name in layer.cells[0][0].positive}  # well above zero
    state = state._replace(**wide)
    d_output = draw(T, N, layer.hidden_size * layer.num_directions)
    d_final = layer.State(*(draw(*shape) for shape in shapes))
    lengths = [T] * N if lengths is None else [int(n) for n in lengths]
    return state, d_output, d_final, lengths


def leaves(arrays: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """Return arrays by name as tensors whose gradients autograd gathers."""
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def go_back(output: torch.Tensor, final: Mapping[str, torch.Tensor], d_output: Array, d_final: Any) -> None:
    """Have autograd go back from an output and a final state, at which these gradients arrive."""
    loss = (output * torch.tensor(d_output)).sum()
    for name, value in final.items():
        loss = loss + (value * torch.tensor(getattr(d_final, name))).sum()
    loss.backward()


def _against_module(layer, module, x, state, d_output, d_final, lengths):
    """What torch.nn's module says: triples for outputs, final states and the gradients of everything."""
    xt, st = torch.tensor(x, requires_grad=True), leaves(state._asdict())
    module = module.eval()
    packed = nn_pack(xt, lengths)
    given = st["h"] if len(st) == 1 else (st["h"], st["c"])
    output, final = module(packed, given)
    output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, total_length=len(x))
    final = {"h": final} if len(st) == 1 else {"h": final[0], "c": final[1]}
    go_back(output, final, d_output, d_final)
    named = {name: parameter.grad for name, parameter in module.named_parameters()}
    gradients = {name: _gradient(named, name, layer.hidden_size) for name in layer.parameters()}
    return output, final, xt.grad, {name: t.grad for name, t in st.items()}, gradients


def _gradient(named, name, H):
    """PyTorch's gradient of what we call `name`: the bias is its first one, b_hn the last H rows of its second."""
    if name.startswith("bias_hn"):
        return named[name.replace("bias_hn", "bias_hh")][-H:]
    return named[name.replace("bias_l", "bias_ih_l")]


def nn_pack(x: torch.Tensor, lengths: list[int]) -> torch.nn.utils.rnn.PackedSequence:
    """Return `x` (T, N, D) as PyTorch's packed sequence."""
    return torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)


def _against_equations(layer, noise, x, state, d_output, d_final, lengths):
    """What the papers' equations say, in the same form, and every gate and state with its gradient."""
    xt, st, parameters = torch.tensor(x, requires_grad=True), leaves(state._asdict()), leaves(layer.parameters())
    output, final, record = equations.run(
        kind_of(layer).equations,
        parameters,
        xt,
        st,
        lengths,
        num_layers=layer.num_layers,
        bidirectional=layer.bidirectional,
        noise=noise,
    )
    go_back(output, final, d_output, d_final)
    gradients = {name: t.grad for name, t in parameters.items()}
    d_state = {name: torch.zeros_like(t) if t.grad is None else t.grad for name, t in st.items()}  # None: not read
    return output, final, xt.grad, d_state, gradients, record


def _shared_pairs(trace, grads, theirs):
    output, final, dx, d_state, d_parameters = theirs
    yield "output", trace.output, output
    for name, value in trace.final_state._asdict().items():
        yield f"final_state.{name}", value, final[name]
    yield "d x", grads.x, dx
    for name, value in grads.initial_state._asdict().items():
        yield f"d initial_state.{name}", value, d_state[name]
    for name, value in grads.parameters.items():
        yield f"d {name}", value, d_parameters[name]


def _step_pairs(layer, trace, grads, record):
    for (k, direction, name), steps in record.items():
        where = f"{name}[layer {k}, {direction}]"
        yield where, trace.at(k, direction)[name], steps.values()
        if name in layer.State._fields:
            yield f"d {where}", getattr(grads.at(k, direction), name), steps.gradients()


def verify(
    layer: layers.RecurrentLayer, x: ArrayLike | None = None, *, lengths: ArrayLike | None = None, rng: RNG = 0
) -> Report:
    """Compare a layer with PyTorch: output, final state, every gate, and the gradient of everything.

    The states before the first step and the gradients that arrive from the loss are random, at the output and at the
    final state. PyTorch's own module is asked where there is one, and always the papers' equations with autograd. A
    cell with noise draws it, as in training, and the equations are given what it drew.

    Parameters
    ----------
    layer : RecurrentLayer
    x : array (T, N, D), optional
        Random, T = 7 and N = 5, by default.
    lengths : N ints, optional
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If it is no recurrent layer, or x or lengths do not fit it.
    """
    if not isinstance(layer, layers.RecurrentLayer):
        raise ValueError(f"verify: expected a recurrent layer, got {type(layer).__name__}; attention has "
                         "verify_attention, an encoder-decoder verify_seq2seq")  # fmt: skip
    rng = np.random.default_rng(rng)
    x = rng.standard_normal((7, 5, layer.input_size)) if x is None else x
    trace = layer.forward(x, lengths=lengths)  # checks x and lengths before they are used
    state, d_output, d_final, sizes = _probe(layer, trace.x, lengths, rng)
    names = layer.cells[0][0].noise
    training = {"rng": rng} if names and not layer.dropout else {}  # what is dropped between layers is not replayed
    trace = layer.forward(x, state, lengths, **training)
    noise = {
        (k, direction): {name: torch.tensor(trace.at(k, direction)[name].copy()) for name in names}
        for k in range(layer.num_layers) for direction in layer.directions
    }  # fmt: skip
    grads = layer.backward(trace, d_output, d_final)
    probe = (trace.x, state, d_output, d_final, sizes)
    about = describe(layer), size_of(trace), layer.dtype.name
    steep = kind_of(layer).steep
    rows: list[Row] = []
    if counterpart(layer) is not None:
        theirs = _against_module(layer, to_torch(layer), *probe)
        rows += compare(*about, f"nn.{type(layer).__name__}", _shared_pairs(trace, grads, theirs), steep=steep)
    *theirs, record = _against_equations(layer, noise, *probe)
    rows += compare(*about, "equations", _shared_pairs(trace, grads, theirs), steep=steep)
    rows += compare(*about, "equations", _step_pairs(layer, trace, grads, record), steep=steep)
    return Report(rows)


def describe(layer: layers.RecurrentLayer) -> str:
    """Return the name, depth and directions of a layer."""
    deep = f"{layer.num_layers} layer" + "s" * (layer.num_layers > 1)
    return f"{kind_of(layer).name}, {deep}, {'two directions' if layer.bidirectional else 'one direction'}"


def size_of(trace: Trace | TransformerTrace) -> str:
    """Return T and N of what a layer read."""
    T, N, _ = trace.x.shape
    return f"T={T} N={N}" + ("" if trace.lengths is None else ", lengths")


def random_layer(layer_type: type, *args: Any, rng: RNG, **options: Any) -> layers.RecurrentLayer:
    """Return a layer whose every parameter is random and none is zero."""
    rng = np.random.default_rng(rng)
    layer = layer_type(*args, rng=rng, **options)
    randomize(layer, rng)
    return layer


def randomize(module: Module, rng: np.random.Generator) -> None:
    """Draw every parameter anew, in place, so that none is zero: zero biases hide errors."""
    for array in module.parameters().values():
        array[...] = rng.uniform(-0.8, 0.8, array.shape)


def verify_layers(*, progress: bool = False) -> Report:
    """Verify every cell that is defined for all numbers, 1 to 3 layers deep, in one direction and two, in both dtypes.

    Returns
    -------
    Report
    """
    shapes = [(7, 5, None), (1, 1, None), (7, 1, None), (1, 5, None), (7, 5, [7, 3, 1, 5, 7])]
    grid = [
        (kind, depth, both, shape, dtype)
        for kind in KINDS if kind.everywhere for depth in (1, 2, 3) for both in (False, True) for shape in shapes
        for dtype in ("float64", "float32")
    ]  # fmt: skip
    rows = []
    for number, (kind, depth, both, (T, N, lengths), dtype) in enumerate(
        tqdm(grid, desc="layers", unit="layer", disable=not progress)
    ):
        rng = np.random.default_rng(number)
        layer = random_layer(
            kind.layer,
            3,
            4,
            num_layers=depth,
            bidirectional=both,
            dtype=dtype,
            rng=rng,
            **kind.options,
            **(kind.example or {}),
        )
        rows += verify(layer, rng.standard_normal((T, N, 3)), lengths=lengths, rng=rng).rows
    return Report(rows)
