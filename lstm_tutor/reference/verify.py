"""PyTorch says the same, or the report says where it does not."""

import html
import json
from dataclasses import asdict, dataclass

import numpy as np
import torch
from tqdm import tqdm

from lstm_tutor import layers
from lstm_tutor.reference import equations
from lstm_tutor.reference.convert import counterpart, to_torch

__all__ = ["Report", "Row", "verify", "verify_all"]

AGREES = "agrees"
TOLERANCES = {"float64": (1e-10, 1e-12), "float32": (1e-5, 1e-5)}  # dtype -> (rtol, atol)


@dataclass(frozen=True)
class Row:
    """One comparison: what was compared, its largest absolute error, and whether all of it is within tolerance."""

    case: str  # which layer, in words
    dtype: str  # "float64" or "float32"
    against: str  # what it was compared with
    quantity: str  # "output", "final_state.h", "d weight_hh_l0", ...
    shape: tuple[int, ...]
    error: float  # largest |ours - theirs|; NaN where either is not a number
    ok: bool  # |ours - theirs| <= atol + rtol |theirs| everywhere


class Report:
    """The rows of a verification. Prints as a table, in a notebook too.

    Attributes
    ----------
    rows : list of Row
    """

    GROUPS = ("values", "d input", "d parameters", "d state, each step")

    def __init__(self, rows):
        self.rows = list(rows)

    @property
    def max_error(self):
        """The largest absolute error of all rows; NaN if any is."""
        return float(np.max([row.error for row in self.rows]))

    @property
    def ok(self):
        """True if every row is within its tolerance."""
        return all(row.ok for row in self.rows)

    def raise_on_mismatch(self):
        """Raise AssertionError with the rows that are out of tolerance, if any; else return the report."""
        bad = [row for row in self.rows if not row.ok]
        if bad:
            lines = [f"{row.case}: {row.quantity} {row.shape} against {row.against}: {row.error:.2e}" for row in bad]
            raise AssertionError(f"{len(bad)} of {len(self.rows)} comparisons differ:\n" + "\n".join(lines))
        return self

    @staticmethod
    def _group(quantity):
        if not quantity.startswith("d "):
            return "values"
        if quantity in ("d x", "d initial_state.h", "d initial_state.c"):
            return "d input"
        return "d state, each step" if "[" in quantity else "d parameters"

    def summary(self):
        """A line per case: (case, rows compared, {group: largest error or None}, all within tolerance)."""
        table = {}
        for row in self.rows:
            table.setdefault(f"{row.case} · {row.against}", []).append(row)
        lines = []
        for case, rows in table.items():
            worst = dict.fromkeys(self.GROUPS)
            for row in rows:
                group = self._group(row.quantity)
                worst[group] = float(np.max([row.error, worst[group] or 0.0]))
            lines.append((case, len(rows), worst, all(row.ok for row in rows)))
        return lines

    def _cells(self):
        yield ("case", "compared", *self.GROUPS, "verdict")
        for case, count, worst, ok in self.summary():
            errors = ("–" if error is None else f"{error:.1e}" for error in worst.values())
            yield (case, str(count), *errors, AGREES if ok else "DIFFERS")

    def _headline(self):
        verdict = "all within tolerance" if self.ok else f"{sum(not row.ok for row in self.rows)} out of tolerance"
        worst = ", ".join(
            f"{max(row.error for row in self.rows if row.dtype == dtype):.1e} in {dtype}"
            for dtype in dict.fromkeys(row.dtype for row in self.rows)
        )
        return f"{len(self.rows)} comparisons with PyTorch, largest error {worst}: {verdict}"

    def __str__(self):
        table = list(self._cells())
        widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
        lines = ["  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in table]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:], self._headline()])

    __repr__ = __str__

    def _repr_html_(self):
        head, *body = self._cells()
        rows = "\n".join(
            f'<tr><th scope="row">{html.escape(case)}</th>'
            + "".join(f'<td class="number">{html.escape(number)}</td>' for number in numbers)
            + f'<td class="{"ok" if verdict == AGREES else "bad"}">{verdict}</td></tr>'
            for case, *numbers, verdict in body
        )
        columns = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
        return (
            f'<table class="lt-report"><caption>{html.escape(self._headline())}</caption>\n'
            f"<thead><tr>{columns}</tr></thead>\n<tbody>{rows}</tbody></table>"
        )

    def to_json(self):
        """The rows and the verdict as JSON text."""
        rows = [asdict(row) | {"shape": list(row.shape)} for row in self.rows]
        return json.dumps({"ok": self.ok, "max_error": self.max_error, "rows": rows}, indent=1)


def _compare(case, against, dtype, pairs):
    """Rows from (quantity, ours, theirs)."""
    rtol, atol = TOLERANCES[dtype]
    for quantity, ours, theirs in pairs:
        ours, theirs = np.asarray(ours), theirs.detach().numpy()
        if ours.shape != theirs.shape:
            raise AssertionError(f"{case}: {quantity} has shape {ours.shape}, PyTorch's has {theirs.shape}")
        error = np.abs(ours.astype(np.float64) - theirs)
        ok = bool((error <= atol + rtol * np.abs(theirs)).all())  # False for NaN
        yield Row(case, dtype, against, quantity, ours.shape, float(error.max()), ok)


def _probe(layer, x, lengths, rng):
    """Random inputs, states and upstream gradients for `layer`: nothing is zero, nothing is one."""
    T, N = x.shape[:2]
    rows = layer.num_layers * layer.num_directions
    draw = lambda *shape: rng.standard_normal(shape).astype(layer.dtype)  # noqa: E731
    state = layer.State(*(draw(rows, N, layer.hidden_size) for _ in layer.State._fields))
    d_output = draw(T, N, layer.hidden_size * layer.num_directions)
    d_final = layer.State(*(draw(rows, N, layer.hidden_size) for _ in layer.State._fields))
    lengths = [T] * N if lengths is None else [int(n) for n in lengths]
    return state, d_output, d_final, lengths


def _tensors(arrays):
    return {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}


def _against_module(layer, module, x, state, d_output, d_final, lengths):
    """What torch.nn's module says: triples for outputs, final states and the gradients of everything."""
    xt, st = torch.tensor(x, requires_grad=True), _tensors(state._asdict())
    module = module.eval()
    packed = nn_pack(xt, lengths)
    given = st["h"] if len(st) == 1 else (st["h"], st["c"])
    output, final = module(packed, given)
    output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, total_length=len(x))
    final = {"h": final} if len(st) == 1 else {"h": final[0], "c": final[1]}
    loss = (output * torch.tensor(d_output)).sum()
    for name, value in final.items():
        loss = loss + (value * torch.tensor(getattr(d_final, name))).sum()
    loss.backward()
    named = {name: parameter.grad for name, parameter in module.named_parameters()}
    gradients = {name: _gradient(named, name, layer.hidden_size) for name in layer.parameters()}
    return output, final, xt.grad, {name: t.grad for name, t in st.items()}, gradients


def _gradient(named, name, H):
    """PyTorch's gradient of what we call `name`: the bias is its first one, b_hn the last H rows of its second."""
    if name.startswith("bias_hn"):
        return named[name.replace("bias_hn", "bias_hh")][-H:]
    return named[name.replace("bias_l", "bias_ih_l")]


def nn_pack(x, lengths):
    """`x` (T, N, D) as PyTorch's packed sequence."""
    return torch.nn.utils.rnn.pack_padded_sequence(x, torch.tensor(lengths), enforce_sorted=False)


def _kind(layer):
    cell = layer.cells[0][0]
    if isinstance(layer, layers.RNN):
        return f"rnn_{cell.nonlinearity}"
    if isinstance(layer, layers.GRU):
        return "gru_after" if cell.reset_after else "gru_before"
    return {layers.LSTM1997: "lstm1997", layers.LSTM: "lstm", layers.PeepholeLSTM: "peephole"}[type(layer)]


def _against_equations(layer, x, state, d_output, d_final, lengths):
    """What the papers' equations say, in the same form, and every gate and state with its gradient."""
    xt, st, parameters = torch.tensor(x, requires_grad=True), _tensors(state._asdict()), _tensors(layer.parameters())
    output, final, record = equations.run(
        _kind(layer), parameters, xt, st, lengths, num_layers=layer.num_layers, bidirectional=layer.bidirectional
    )
    loss = (output * torch.tensor(d_output)).sum()
    for name, value in final.items():
        loss = loss + (value * torch.tensor(getattr(d_final, name))).sum()
    loss.backward()
    gradients = {name: t.grad for name, t in parameters.items()}
    return output, final, xt.grad, {name: t.grad for name, t in st.items()}, gradients, record


def _padded(vectors, T):
    """Lists over sequences of lists over time of (H,) as (T, N, H), zero past each sequence's end."""
    out = torch.zeros(T, len(vectors), len(vectors[0][0]), dtype=vectors[0][0].dtype)
    for n, steps in enumerate(vectors):
        out[: len(steps), n] = torch.stack(steps)
    return out


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
    T = len(trace.x)
    for (k, direction, name), vectors in record.items():
        where = f"{name}[layer {k}, {direction}]"
        yield where, trace.at(k, direction)[name], _padded(vectors, T)
        if name in layer.State._fields:
            slopes = [[torch.zeros_like(v) if v.grad is None else v.grad for v in steps] for steps in vectors]
            yield f"d {where}", getattr(grads.at(k, direction), name), _padded(slopes, T)


def verify(layer, x=None, *, lengths=None, rng=0):
    """Compare a layer with PyTorch: output, final state, every gate, and the gradient of everything.

    The states before the first step and the gradients that arrive from the loss are random, at the output and at the
    final state. PyTorch's own module is asked where there is one, and always the papers' equations with autograd.

    Parameters
    ----------
    layer : any recurrent layer
    x : array (T, N, D); random, T = 7 and N = 5, if None
    lengths : None or N ints
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Report

    Raises
    ------
    ValueError : x or lengths do not fit the layer
    """
    rng = np.random.default_rng(rng)
    x = rng.standard_normal((7, 5, layer.input_size)) if x is None else x
    trace = layer.forward(x, lengths=lengths)  # checks x and lengths before they are used
    state, d_output, d_final, sizes = _probe(layer, trace.x, lengths, rng)
    trace = layer.forward(x, state, lengths)
    grads = layer.backward(trace, d_output, d_final)
    probe = (trace.x, state, d_output, d_final, sizes)
    case, dtype, rows = _describe(layer, trace), layer.dtype.name, []
    if counterpart(layer) is not None:
        theirs = _against_module(layer, to_torch(layer), *probe)
        rows += _compare(case, f"nn.{type(layer).__name__}", dtype, _shared_pairs(trace, grads, theirs))
    *theirs, record = _against_equations(layer, *probe)
    rows += _compare(case, "equations", dtype, _shared_pairs(trace, grads, theirs))
    rows += _compare(case, "equations", dtype, _step_pairs(layer, trace, grads, record))
    return Report(rows)


def _describe(layer, trace):
    T, N, _ = trace.x.shape
    cell, kind = layer.cells[0][0], type(layer).__name__
    if isinstance(layer, layers.RNN):
        kind += f"({cell.nonlinearity})"
    elif isinstance(layer, layers.GRU):
        kind += f"(reset {'after' if cell.reset_after else 'before'})"
    return ", ".join([
        kind, f"{layer.num_layers} layer" + "s" * (layer.num_layers > 1),
        "two directions" if layer.bidirectional else "one direction", f"T={T} N={N}",
        *(["lengths"] if trace.lengths is not None else []), layer.dtype.name,
    ])  # fmt: skip


def random_layer(layer_type, *args, rng, **options):
    """A layer whose every parameter is random and none is zero: zero biases hide errors."""
    layer = layer_type(*args, rng=rng, **options)
    for array in layer.parameters().values():
        array[...] = rng.uniform(-0.8, 0.8, array.shape)
    return layer


def verify_all(*, progress=False):
    """Verify every cell, at 1 to 3 layers, in one direction and two, with equal and unequal lengths, in both dtypes.

    Returns
    -------
    Report
    """
    kinds = [(layers.RNN, {"nonlinearity": "tanh"}), (layers.RNN, {"nonlinearity": "relu"}),
             (layers.LSTM1997, {}), (layers.LSTM, {}), (layers.PeepholeLSTM, {}),
             (layers.GRU, {"reset_after": True}), (layers.GRU, {"reset_after": False})]  # fmt: skip
    shapes = [(7, 5, None), (1, 1, None), (7, 1, None), (1, 5, None), (7, 5, [7, 3, 1, 5, 7])]
    grid = [
        (kind, options, depth, both, shape, dtype)
        for kind, options in kinds for depth in (1, 2, 3) for both in (False, True) for shape in shapes
        for dtype in ("float64", "float32")
    ]  # fmt: skip
    rows = []
    for number, (kind, options, depth, both, (T, N, lengths), dtype) in enumerate(
        tqdm(grid, desc="verify", unit="layer", disable=not progress)
    ):
        rng = np.random.default_rng(number)
        layer = random_layer(kind, 3, 4, num_layers=depth, bidirectional=both, dtype=dtype, rng=rng, **options)
        rows += verify(layer, rng.standard_normal((T, N, 3)), lengths=lengths, rng=rng).rows
    return Report(rows)
