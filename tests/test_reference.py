"""PyTorch says the same: values, states and every gradient; and the report says so only when it is true."""

import json
import re

import numpy as np
import pytest
from cases import (
    CELLS,
    LENGTHS,
    LSTM,
    SHAPES,
    TORCH_CELLS,
    D,
    H,
    assert_same,
    assert_untouched,
    by_id,
    copies,
    random_layer,
    random_problem,
    run,
)

import lstm_tutor as lt

torch = pytest.importorskip("torch")
from lstm_tutor.reference import Report, bench, verify  # noqa: E402
from lstm_tutor.reference.verify import Row  # noqa: E402

TWO = {"num_layers": 2, "bidirectional": True}
each_torch_cell = pytest.mark.parametrize("kind", TORCH_CELLS, ids=by_id)
each_cell = pytest.mark.parametrize("kind", CELLS, ids=by_id)


def torch_module(kind, dtype="float64", **options):
    """A module of PyTorch's own whose every parameter, both biases too, is random."""
    torch.manual_seed(1)
    module = getattr(torch.nn, kind.torch)(D, H, dtype=getattr(torch, dtype), **kind.options, **options)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.uniform_(-0.8, 0.8)
    return module


def ask_torch(module, problem, lengths, batch_first=False):
    """What PyTorch says of a problem, in arrays: output, final state, and the gradients of x, state and parameters."""
    x = torch.tensor(problem.x, requires_grad=True)
    state = [torch.tensor(value, requires_grad=True) for value in problem.state]
    inputs = x.transpose(0, 1) if batch_first else x
    given = tuple(state) if len(state) > 1 else state[0]
    if lengths is None:
        output, final = module(inputs, given)
    else:
        packed = torch.nn.utils.rnn.pack_padded_sequence(inputs, lengths, batch_first, enforce_sorted=False)
        output, final = module(packed, given)
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first, total_length=len(x))
    output = output.transpose(0, 1) if batch_first else output
    final = final if isinstance(final, tuple) else (final,)
    arriving = [torch.tensor(problem.d_output), *map(torch.tensor, problem.d_final)]
    torch.autograd.backward([output, *final], arriving)
    numbers = [t.detach().numpy() for t in (output, *final, x.grad, *(s.grad for s in state))]
    return numbers, {name: parameter.grad.numpy() for name, parameter in module.named_parameters()}


def assert_agrees(layer, module, problem, lengths=None, **options):
    theirs, their_slopes = ask_torch(module, problem, lengths, **options)
    trace, grads = run(layer, problem, lengths)
    dtype, fields = layer.dtype.name, layer.State._fields
    names = ["output", *(f"final {f}" for f in fields), "d x", *(f"d initial {f}" for f in fields)]
    ours = [trace.output, *trace.final_state, grads.x, *grads.initial_state]
    for name, our, their in zip(names, ours, theirs, strict=True):
        assert_same(our, their, name, dtype)
    for name, slope in grads.parameters.items():
        if name.startswith("weight"):
            assert_same(slope, their_slopes[name], f"d {name}", dtype)
        elif name.startswith("bias_l") and name.replace("bias", "bias_ih") in their_slopes:
            # One bias where PyTorch has two, so both have its gradient; but the GRU's inner bias has one of its own.
            inner = grads.parameters.get(name.replace("bias", "bias_hn"))
            second = slope if inner is None else np.concatenate([slope[: -len(inner)], inner])
            assert_same(slope, their_slopes[name.replace("bias", "bias_ih")], f"d {name}, the first", dtype)
            assert_same(second, their_slopes[name.replace("bias", "bias_hh")], f"d {name}, the second", dtype)


# -- layers from PyTorch's modules -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("T", "N", "lengths"), [*((*s, None) for s in SHAPES), (7, 5, LENGTHS)], ids=str)
@pytest.mark.parametrize("bidirectional", [False, True], ids=["one direction", "two directions"])
@pytest.mark.parametrize("num_layers", [1, 2, 3])
@each_torch_cell
def test_layer_from_torch_computes_the_same_with_every_gradient(kind, num_layers, bidirectional, T, N, lengths, dtype):
    module = torch_module(kind, dtype, num_layers=num_layers, bidirectional=bidirectional)
    layer = lt.from_torch(module)
    assert type(layer) is kind.layer
    assert layer.dtype == dtype
    assert_agrees(layer, module, random_problem(layer, T, N, np.random.default_rng(2)), lengths)


@each_torch_cell
def test_modules_two_biases_are_added(kind):
    module = torch_module(kind, **TWO)
    source = {name: value.numpy() for name, value in module.state_dict().items()}
    for name, array in lt.from_torch(module).parameters().items():
        if name.startswith("bias_hn"):
            np.testing.assert_array_equal(array, source[name.replace("bias_hn", "bias_hh")][-H:])
        elif name.startswith("bias_l"):
            added = source[name.replace("bias", "bias_hh")].copy()
            if kind.torch == "GRU":  # the candidate's second bias stays apart, within reach of the reset gate
                added[-H:] = 0
            np.testing.assert_array_equal(array, source[name.replace("bias", "bias_ih")] + added)
        else:
            np.testing.assert_array_equal(array, source[name])


@each_torch_cell
def test_module_without_biases_becomes_a_layer_with_biases_of_zero(kind, rng):
    module = torch_module(kind, bias=False, **TWO)
    layer = lt.from_torch(module)
    assert not any(array.any() for name, array in layer.parameters().items() if name.startswith("bias"))
    assert_agrees(layer, module, random_problem(layer, 7, 5, rng), LENGTHS)


@each_torch_cell
def test_batch_first_module_computes_the_same_time_major(kind, rng):
    module = torch_module(kind, batch_first=True, **TWO)
    layer = lt.from_torch(module)
    assert_agrees(layer, module, random_problem(layer, 7, 5, rng), LENGTHS, batch_first=True)


@each_torch_cell
def test_module_and_layer_share_no_memory(kind):
    module = torch_module(kind)
    layer = lt.from_torch(module)
    before = copies(layer.parameters())
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
    assert_untouched(layer.parameters(), before)
    other = layer.to_torch()
    layer.parameters()["weight_hh_l0"][...] = 0
    assert other.weight_hh_l0.any()


@each_torch_cell
def test_module_keeps_its_dropout_and_is_read_in_training_mode_too(kind):
    layer = lt.from_torch(torch_module(kind, num_layers=2, dropout=0.3).train())
    assert layer.dropout == 0.3
    assert layer.to_torch().dropout == 0.3


# -- PyTorch's modules from layers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@each_torch_cell
def test_layer_to_torch_and_back_is_the_same_layer(kind, dtype, rng):
    layer = random_layer(kind, rng, dtype=dtype, dropout=0.1, **TWO)
    module = layer.to_torch()
    assert type(module) is getattr(torch.nn, kind.torch)
    assert module.weight_ih_l0.dtype == getattr(torch, dtype)
    for name, value in module.state_dict().items():
        if name.startswith("bias_hh"):
            assert not value[: -H if kind.torch == "GRU" else None].any(), name
    back = lt.from_torch(module)
    assert_untouched(back.parameters(), copies(layer.parameters()))
    options = {"nonlinearity", "reset_after"}  # said, or left to the default
    assert {k: v for k, v in back.config().items() if k not in options} == {
        k: v for k, v in layer.config().items() if k not in options
    }


@each_torch_cell
def test_module_from_a_layer_computes_the_same(kind, rng):
    layer = random_layer(kind, rng, num_layers=3, bidirectional=True)
    assert_agrees(layer, layer.to_torch(), random_problem(layer, 7, 5, rng), LENGTHS)


@each_torch_cell
def test_parameters_are_named_in_pytorchs_order(kind):
    layer = kind.layer(D, H, rng=0, **TWO, **kind.options)
    theirs = [name.replace("bias_ih", "bias") for name in layer.to_torch().state_dict() if "bias_hh" not in name]
    assert [name for name in layer.parameters() if name in theirs] == theirs


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda: torch.nn.Linear(2, 2), "got torch.nn.modules.linear.Linear"),
        (lambda: torch.nn.LSTMCell(2, 2), "got torch.nn.modules.rnn.LSTMCell"),
        (lambda: None, "got builtins.NoneType"),
    ],
    ids=["Linear", "LSTMCell", "None"],
)
def test_message_for_a_module_that_is_no_recurrent_layer(make, got):
    with pytest.raises(ValueError, match=rf"^from_torch: expected torch\.nn\.RNN.*, {re.escape(got)}$"):
        lt.from_torch(make())


def test_message_for_a_module_that_projects():
    with pytest.raises(ValueError, match=r"^from_torch: expected no projection, got proj_size=2$"):
        lt.from_torch(torch.nn.LSTM(3, 4, proj_size=2))


def test_message_for_a_module_of_half_precision():
    with pytest.raises(ValueError, match="expected dtype float32 or float64, got float16"):
        lt.from_torch(torch.nn.LSTM(3, 4, dtype=torch.float16))


@pytest.mark.parametrize("kind", [kind for kind in CELLS if not kind.torch], ids=by_id)
def test_message_for_a_layer_that_pytorch_has_not(kind):
    with pytest.raises(ValueError, match=rf"^to_torch: PyTorch has no counterpart of {kind.layer.__name__}\("):
        kind.layer(D, H, rng=0, **kind.options).to_torch()


# -- the report --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lengths", [None, LENGTHS], ids=["equal lengths", "lengths"])
@each_cell
def test_verify_compares_everything_there_is(kind, lengths, rng):
    report = verify(random_layer(kind, rng, **TWO), lengths=lengths)
    assert report.ok
    assert report.raise_on_mismatch() is report
    compared = {(row.against, row.quantity) for row in report.rows}
    fields, against = kind.state, [f"nn.{kind.torch}"] * bool(kind.torch) + ["equations"]
    parameters = kind.layer(D, H, **TWO, **kind.options).parameters()
    shared = {"output", "d x", *(f"final_state.{f}" for f in fields), *(f"d initial_state.{f}" for f in fields)}
    shared |= {f"d {name}" for name in parameters}
    assert {(a, quantity) for a in against for quantity in shared} <= compared
    places = [f"[layer {k}, {direction}]" for k in range(2) for direction in ("forward", "reverse")]
    names = kind.layer(D, H, rng=0, **kind.options).forward(np.zeros((1, 1, D))).names
    assert {("equations", name + place) for name in names for place in places} <= compared
    assert {("equations", f"d {f}{place}") for f in fields for place in places} <= compared


@each_cell
def test_verify_leaves_the_layer_and_x_alone(kind, rng):
    layer = random_layer(kind, rng, dropout=0.5, **TWO)
    x = rng.standard_normal((2, 3, D))
    before = copies([layer.parameters(), x])
    assert verify(layer, x).max_error < 1e-12
    assert_untouched([layer.parameters(), x], before)


def test_verify_judges_by_the_dtype(rng):
    report = verify(random_layer(LSTM, rng, dtype="float32"))
    assert report.ok
    assert {row.dtype for row in report.rows} == {"float32"}
    assert 1e-9 < report.max_error < 1e-4


def spoiled(layer, quantity):
    """`layer`, with an error of 1e-6 in one of the things it computes."""
    forward, backward = layer.forward, layer.backward

    def wrong_forward(*arguments, **options):
        trace = forward(*arguments, **options)
        if quantity == "final_state.h":
            trace.final_state.h[0, 0, 0] += 1e-6
        if quantity == "output":
            trace.output = trace.output + 1e-6
        return trace

    def wrong_backward(*arguments):
        grads = backward(*arguments)
        wrong = {"d x": grads.x, "d bias_l0": grads.parameters["bias_l0"], "d initial_state.h": grads.initial_state.h}
        if quantity in wrong:
            wrong[quantity].reshape(-1)[-1] += 1e-6
        if quantity == "NaN":
            grads.x[0, 0, 0] = np.nan
        return grads

    layer.forward, layer.backward = wrong_forward, wrong_backward
    return layer


@pytest.mark.parametrize("quantity", ["output", "final_state.h", "d x", "d bias_l0", "d initial_state.h", "NaN"])
@each_cell
def test_report_names_what_differs(kind, quantity, rng):
    report = verify(spoiled(random_layer(kind, rng), quantity))
    assert not report.ok
    wrong = "d x" if quantity == "NaN" else quantity
    assert {row.quantity for row in report.rows if not row.ok} == {wrong}
    assert np.isnan(report.max_error) if quantity == "NaN" else 9e-7 < report.max_error < 1.1e-6
    with pytest.raises(AssertionError, match=rf"comparisons differ:\n{kind.layer.__name__}.*: {re.escape(wrong)} \("):
        report.raise_on_mismatch()
    assert "DIFFERS" in str(report)
    assert "out of tolerance" in str(report).splitlines()[-1]


def test_report_is_a_table_in_text_and_html_and_json(rng):
    report = verify(random_layer(CELLS[0], rng))
    head, rule, *lines, verdict = str(report).splitlines()
    assert head.split()[:2] == ["case", "compared"]
    assert set(rule) == {"-"}
    assert [line.split("  ")[0] for line in lines] == [
        "RNN(tanh), 1 layer, one direction, T=7 N=5, float64 · nn.RNN",
        "RNN(tanh), 1 layer, one direction, T=7 N=5, float64 · equations",
    ]
    assert all(line.endswith("agrees") for line in lines)
    assert verdict.startswith(f"{len(report.rows)} comparisons with PyTorch")
    assert verdict.endswith("all within tolerance")
    assert repr(report) == str(report)
    markup = report._repr_html_()
    assert markup.count("<tr>") == markup.count("</tr>") == 3
    assert f"<caption>{verdict}</caption>" in markup
    told = json.loads(report.to_json())
    assert told["ok"] is True
    assert told["max_error"] == report.max_error
    assert [row["quantity"] for row in told["rows"]] == [row.quantity for row in report.rows]
    assert told["rows"][0]["shape"] == [7, 5, H]


def test_report_escapes_what_it_is_told():
    row = Row("<b>case", "float64", "a & b", "output", (1,), 0.0, True)
    assert "&lt;b&gt;case · a &amp; b" in Report([row])._repr_html_()


def test_verify_refuses_what_the_layer_refuses(rng):
    layer = random_layer(CELLS[0], rng)
    with pytest.raises(ValueError, match=re.escape("RNN: expected x of shape (T, N, 3), got (7, 5, 2)")):
        verify(layer, np.zeros((7, 5, 2)))
    with pytest.raises(ValueError, match="RNN: expected lengths to be 5 ints, got"):
        verify(layer, lengths=[7])


# -- the benchmark: that its rivals do the same work and that it counts honestly; not how long they take ---------------


@pytest.mark.parametrize("dtype", bench.BUDGETS)
@pytest.mark.parametrize("cell", bench.CELLS)
def test_rivals_of_the_benchmark_compute_the_same(cell, dtype):
    row = bench.time_row(cell, dtype, (3, 2, 4, 5), seconds=0, least=3)
    assert row.rounds == 3
    assert row.budget == {"float64": 1.0, "float32": 2.0}[dtype]
    assert min(row.ours, row.torch, row.loop, row.ratio, row.loop_ratio) > 0


def test_benchmark_refuses_to_time_what_is_wrong(monkeypatch):
    def wrong(*arguments):
        return [gradient * 1.01 for gradient in bench.rnn_loop(*arguments)]

    monkeypatch.setitem(bench.CELLS, "RNN", bench.CELLS["RNN"]._replace(loop=wrong))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        bench.time_row("RNN", "float64", (3, 2, 4, 5), seconds=0, least=1)


def test_benchmark_says_which_budgets_are_met_and_which_missed():
    row = bench.Row("RNN", "float64", 20, 8, 16, 32, 1.5, 2.0, 3.0, ratio=0.75, budget=1.0, loop_ratio=2.0, rounds=5)
    slow = bench.Row("RNN", "float64", 784, 1, 1, 16, 2.5, 2.0, 3.0, ratio=1.25, budget=1.0, loop_ratio=1.2, rounds=5)
    head, *lines = bench.table([row, slow]).splitlines()
    assert head.split("  ")[-1].strip() == "loop/ours"
    assert " ".join(lines[0].split()) == "RNN float64 20 8 16 32 1.50 2.00 3.00 0.75 1.0 met 2.00"
    assert "MISSED" in lines[1]
    assert bench.summary([row]) == [
        "RNN float64: budget 1.0x met at 1 of 1 sizes; median 0.75x, worst 0.75x at T=20 N=8 H=32"
    ]
    assert bench.summary([row, slow]) == [
        "RNN float64: budget 1.0x MISSED at 1 of 2 sizes; median 1.00x, worst 1.25x at T=784 N=1 H=16"
    ]


@pytest.mark.parametrize("cell", bench.CELLS)
def test_memory_grows_with_the_number_of_steps_and_not_faster(cell):
    small, large = bench.peak_memory(cell, (50, 200), N=4, D=8, H=16)
    assert 3.5 < large / small < 4.1
