"""Layers from PyTorch's modules and state dicts, and back: they compute the same, with every gradient."""

import io
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
from cases import (
    CELLS,
    LENGTHS,
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

TWO = {"num_layers": 2, "bidirectional": True}
each_torch_cell = pytest.mark.parametrize("kind", TORCH_CELLS, ids=by_id)


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


# -- layers from state dicts -------------------------------------------------------------------------------------------


def said_of(kind):
    """What a state dict does not tell of a cell."""
    return {"nonlinearity": kind.options.get("nonlinearity", "tanh")} if kind.torch == "RNN" else {}


@pytest.mark.parametrize("place", ["", "lstm", "encoder.lstm", "module.layers.0"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "options", [{}, TWO, {"num_layers": 3, "bias": False}], ids=["one", "two both ways", "no bias"]
)
@each_torch_cell
def test_layer_from_a_state_dict_is_that_from_the_module(kind, options, dtype, place):
    module = torch_module(kind, dtype, **options)
    prefix = place + "." if place else ""
    tensors = {"decoder.weight": torch.ones(2, 2), "step": torch.tensor(3)}
    tensors |= {prefix + name: value for name, value in module.state_dict().items()}
    expected = lt.from_torch(module)
    for given in (None, place, prefix):
        layer = lt.from_torch(tensors, prefix=given, **said_of(kind))
        assert repr(layer) == repr(expected)
        assert_untouched(layer.parameters(), copies(expected.parameters()))


@each_torch_cell
def test_layer_from_a_saved_state_dict_computes_what_the_module_computes(kind, rng):
    module = torch.nn.ModuleDict({"deep": torch_module(kind, **TWO), "other": torch.nn.LSTM(2, 2)})
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    layer = lt.from_torch(torch.load(file, weights_only=True), prefix="deep", **said_of(kind))
    assert type(layer) is kind.layer
    assert_agrees(layer, module["deep"], random_problem(layer, 7, 5, rng), LENGTHS)


def test_layer_and_state_dict_share_no_memory():
    tensors = torch.nn.LSTM(3, 4).state_dict()
    layer = lt.from_torch(tensors)
    before = copies(layer.parameters())
    for tensor in tensors.values():
        tensor.zero_()
    assert_untouched(layer.parameters(), before)


def test_rnn_from_a_state_dict_is_tanh_unless_told_otherwise():
    tensors = torch.nn.RNN(3, 4, nonlinearity="relu").state_dict()
    assert lt.from_torch(tensors).cells[0][0].nonlinearity == "tanh"
    assert lt.from_torch(tensors, nonlinearity="relu").cells[0][0].nonlinearity == "relu"


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


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "options",
    [{}, TWO, {"bias": False}, {"batch_first": True}, {"num_layers": 2, "dropout": 0.3, "bias": False}],
    ids=["plain", "two both ways", "no bias", "batch first", "dropout"],
)
@each_torch_cell
def test_module_to_layer_and_back_computes_the_same(kind, options, dtype):
    module = torch_module(kind, dtype, **options).eval()
    back = lt.from_torch(module).to_torch().eval()
    assert not back.batch_first
    assert back.dropout == module.dropout
    x = torch.randn(7, 5, D, dtype=getattr(torch, dtype), generator=torch.Generator().manual_seed(3))
    theirs, _ = module(x.transpose(0, 1) if module.batch_first else x)
    ours, _ = back(x)
    assert_same(ours.detach(), (theirs.transpose(0, 1) if module.batch_first else theirs).detach(), "output", dtype)


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


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_message_for_a_module_of_half_precision(dtype):
    module = torch.nn.LSTM(3, 4, dtype=getattr(torch, dtype))
    with pytest.raises(ValueError, match=rf"float32 or float64, got {dtype} for weight_ih_l0; \.float\(\)"):
        lt.from_torch(module)
    assert lt.from_torch(module.float()).dtype == "float32"


class Foreign(torch.nn.Module):
    """A network around recurrent layers."""

    def __init__(self):
        super().__init__()
        self.encoder = torch.nn.ModuleList([torch.nn.Linear(2, 2), torch.nn.LSTM(2, 2)])
        self.decoder = torch.nn.GRU(2, 2)


def test_message_for_a_network_names_its_recurrent_parts():
    with pytest.raises(ValueError, match=r"Foreign; give one of its parts: module\.encoder\.1, module\.decoder$"):
        lt.from_torch(Foreign())


@pytest.mark.parametrize("prefix", [None, "", "encoder", "encoder.0", "decoder.weight_hh_l0", 1])
def test_message_for_a_prefix_lists_those_there_are(prefix):
    says = f"from_torch: expected prefix to be one of ['encoder.1', 'decoder'], got {prefix!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        lt.from_torch(Foreign().state_dict(), prefix=prefix)


def changed(**values):
    """The state dict of an LSTM of 3 inputs, 4 units and 2 layers with other tensors; None is for none."""
    tensors = torch.nn.LSTM(3, 4, 2).state_dict() | values
    return {name: tensor for name, tensor in tensors.items() if tensor is not None}


@pytest.mark.parametrize(
    ("tensors", "says"),
    [
        ({}, "expected names such as 'weight_ih_l0' in the state dict, got []"),
        ({"epoch": 3, "model": {}}, "expected names such as 'weight_ih_l0' in the state dict, got ['epoch', 'model']"),
        (dict.fromkeys(range(10), 0), "got ['0', '1', '2', '3', '4', '5', '6', '7'] and 2 more"),
        (changed(bias_hh_l1=None), "'bias_ih_l1', 'bias_hh_l1'], got all but ['bias_hh_l1']"),
        (changed(weight_ih_l0=None, bias_ih_l0=None), "got all but ['weight_ih_l0', 'bias_ih_l0']"),
        (
            changed(weight_hh_l1_reverse=torch.ones(16, 4)),
            "got all but ['weight_ih_l0_reverse', 'weight_hh_l0_reverse'",
        ),
        (changed(weight_hh_l3=torch.ones(16, 4)), "got all but ['weight_ih_l2', 'weight_hh_l2', 'bias_ih_l2'"),
        (changed(weight_hh_l0=torch.ones(8, 4)), "weight_hh_l0 of shape (H, H), (3 H, H) or (4 H, H), got (8, 4)"),
        (changed(weight_hh_l0=torch.ones(16)), "expected weight_hh_l0 to be a matrix or a bias, got shape (16,)"),
        (changed(weight_hh_l0=torch.ones(0, 0)), "expected weight_hh_l0 to be a matrix or a bias, got shape (0, 0)"),
        (changed(bias_hh_l0=torch.ones(16, 1)), "expected bias_hh_l0 to be a matrix or a bias, got shape (16, 1)"),
        (changed(bias_ih_l0=torch.ones(1)), "expected both biases_l0 of shape (16,), got (1,) and (16,)"),
        (changed(weight_ih_l1=torch.ones(16, 3)), "LSTM: expected weight_ih_l1 of shape (16, 4), got (16, 3)"),
        (changed(weight_hh_l0_raw=torch.ones(16, 4)), "expected whole weights, got 'weight_hh_l0_raw'; weight dropout"),
        (changed(weight_ch_l0=torch.ones(3, 4)), "got ['weight_ch_l0'] besides"),
        (changed(weight_extra=torch.ones(1), bias_l0=torch.ones(16)), "got ['weight_extra', 'bias_l0'] besides"),
        (changed(gain=torch.tensor(2.0)), "got ['gain'] besides"),
        (changed(h0=torch.zeros(2, 1, 4)), "got ['h0'] besides; if they belong to another module, leave them out"),
        (changed(alpha=torch.tensor(0.5)), "got ['alpha'] besides"),
        (changed(weight_hh_l0_reversed=torch.ones(16, 4)), "got ['weight_hh_l0_reversed'] besides"),
        ({"state_dict": torch.nn.LSTM(3, 4).state_dict()}, "lt.from_torch(checkpoint['state_dict']) loads it"),
        ({"epoch": 3, "model": {"rnn.weight_ih_l0": 0}}, "lt.from_torch(checkpoint['model']) loads it"),
        (changed(weight_ih_l1=[1.0]), "expected weight_ih_l1 to be a tensor, got list"),
        (changed(bias_ih_l0=torch.ones(16).double()), "tensors of one dtype, got {'weight_ih_l0': 'float32'"),
        (changed(bias_ih_l0=torch.ones(16).int()), "expected dtype float32 or float64, got int32"),
        (changed(bias_ih_l0=torch.full((16,), torch.nan)), "LSTM: expected bias_l0 to be finite numbers, got NaN"),
        (torch.nn.LSTM(3, 4, proj_size=2).state_dict(), "from_torch: expected no projection, got proj_size=2"),
        (torch.nn.LSTMCell(3, 4).state_dict(), "got ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']"),
    ],
    ids=lambda value: value if isinstance(value, str) else "tensors",
)
def test_message_for_a_state_dict_that_is_no_modules(tensors, says):
    with pytest.raises(ValueError, match=re.escape(says)):
        lt.from_torch(tensors)


PARTS = {
    "weight dropout": lambda w: {"_raw": w, "": w * 0},
    "weight normalization": lambda w: {"_g": w.norm(dim=1, keepdim=True), "_v": w},
    "pruning": lambda w: {"_orig": w, "_mask": torch.ones_like(w)},
}


@pytest.mark.parametrize("place", ["", "model.lstm."])
@pytest.mark.parametrize("prefix", [True, False], ids=["prefix", "no prefix"])
@pytest.mark.parametrize("how", PARTS)
def test_the_line_in_the_message_makes_whole_weights_of_parts(how, prefix, place):
    module = torch.nn.LSTM(3, 4, bidirectional=True)
    d = {place + name: tensor.clone() for name, tensor in module.state_dict().items()}
    d["readout.weight"] = torch.ones(2, 8)
    whole = d.pop(place + "weight_hh_l0")
    d |= {f"{place}weight_hh_l0{end}": part for end, part in PARTS[how](whole).items()}
    given = {"prefix": place} if prefix else {}
    with pytest.raises(ValueError, match="expected whole weights") as raised:
        lt.from_torch(d, **given)
    line = str(raised.value).rsplit("can be loaded: ", 1)[1]
    exec(line, {"torch": torch, "d": d})
    assert_near_untouched(lt.from_torch(d, **given), lt.from_torch(module))


def assert_near_untouched(layer, expected):
    for name, array in expected.parameters().items():
        np.testing.assert_allclose(layer.parameters()[name], array, rtol=1e-6, err_msg=name)


@pytest.mark.parametrize("normalize", [torch.nn.utils.weight_norm, torch.nn.utils.parametrizations.weight_norm])
@pytest.mark.filterwarnings("ignore:.*weight_norm.* is deprecated:FutureWarning")
def test_a_weight_normed_module_s_state_dict_is_loaded_by_the_line_in_the_message(normalize):
    module = torch.nn.LSTM(3, 4)
    expected = lt.from_torch(module)
    d = dict(normalize(module, "weight_hh_l0").state_dict())
    with pytest.raises(ValueError, match="weight normalization keeps length and direction apart") as raised:
        lt.from_torch(d)
    exec(str(raised.value).rsplit("can be loaded: ", 1)[1], {"torch": torch, "d": d})
    assert_near_untouched(lt.from_torch(d), expected)


@pytest.mark.parametrize("change", ["spectral_norm", "orthogonal"])
def test_message_for_the_state_dict_of_a_parametrized_module_says_how_to_make_it_plain(change):
    module = getattr(torch.nn.utils.parametrizations, change)(torch.nn.LSTM(3, 4), "weight_hh_l0")
    with pytest.raises(ValueError, match=r"remove_parametrizations\(module, name\) makes a plain weight of each again"):
        lt.from_torch(module.state_dict())


def test_a_parametrized_module_is_loaded_by_the_line_in_the_message():
    module = torch.nn.LSTM(3, 4)
    expected = lt.from_torch(module)
    module = torch.nn.utils.parametrizations.weight_norm(module, "weight_hh_l0")
    with pytest.raises(ValueError, match=r"remove_parametrizations\(module, name\) makes a plain weight of each again"):
        lt.from_torch(module)
    torch.nn.utils.parametrize.remove_parametrizations(module, "weight_hh_l0")
    assert_near_untouched(lt.from_torch(module), expected)


def test_raw_weights_of_weight_dropout_one_level_up_are_not_overlooked():
    module = torch.nn.LSTM(3, 4)
    d = {f"rnns.0.module.{name}": tensor * 0.5 for name, tensor in module.state_dict().items()}
    d["rnns.0.weight_hh_l0_raw"] = module.weight_hh_l0
    for given in ({}, {"prefix": "rnns.0.module"}):
        with pytest.raises(ValueError, match=r"got 'rnns\.0\.weight_hh_l0_raw'; weight dropout"):
            lt.from_torch(d, **given)


def test_parts_of_another_module_are_no_matter_where_a_prefix_says_so():
    module = torch.nn.LSTM(3, 4)
    d = {f"encoder.{name}": tensor for name, tensor in module.state_dict().items()}
    d |= {
        "decoder.weight_hh_l0_raw": torch.ones(16, 4),
        "head.weight_g": torch.ones(1),
        "encoders.norm.weight": d["encoder.bias_hh_l0"],
    }
    assert_near_untouched(lt.from_torch(d, prefix="encoder"), lt.from_torch(module))


@pytest.mark.parametrize("name", ["norm.weight", "cells.0.weight_ch"])
def test_parts_of_the_module_itself_are_not_overlooked(name):
    d = {f"encoder.{key}": tensor for key, tensor in torch.nn.LSTM(3, 4).state_dict().items()}
    d |= {f"encoder.{name}": torch.ones(16, 4), "decoder.weight": torch.ones(2, 2)}
    for given in ({}, {"prefix": "encoder"}):
        with pytest.raises(ValueError, match=re.escape(f"got ['encoder.{name}'] besides")):
            lt.from_torch(d, **given)


def test_layer_from_an_npz_file_is_that_from_the_module(tmp_path):
    module = torch.nn.GRU(3, 4, 2)
    np.savez(tmp_path / "gru.npz", **{name: tensor.numpy() for name, tensor in module.state_dict().items()})
    with np.load(tmp_path / "gru.npz") as arrays:
        assert_near_untouched(lt.from_torch(arrays), lt.from_torch(module))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("lstm.npz", "lt.from_torch(numpy.load('lstm.npz')) loads it"),
        ("lstm.safetensors", "lt.from_torch(safetensors.numpy.load_file('lstm.safetensors')) loads it"),
        ("lstm.pt", "lt.from_torch(torch.load('lstm.pt', weights_only=True)) loads it"),
        (Path("a/lstm.ckpt"), "lt.from_torch(torch.load('a/lstm.ckpt', weights_only=True)) loads it"),
    ],
    ids=str,
)
def test_message_for_a_path_says_the_line_that_loads_it(path, line):
    with pytest.raises(ValueError, match=re.escape(f"got a path; {line}")):
        lt.from_torch(path)


def test_a_state_dict_of_half_precision_is_loaded_by_the_line_in_the_message():
    d = torch.nn.LSTM(3, 4).half().state_dict()
    with pytest.raises(ValueError, match="expected dtype float32 or float64, got float16") as raised:
        lt.from_torch(d)
    line = str(raised.value).split("converts a module, ")[1].removesuffix(" a state dict d")
    layer = lt.from_torch(eval(line, {"d": d}))
    assert layer.dtype == np.float32


def test_message_for_what_is_said_of_the_wrong_source():
    with pytest.raises(ValueError, match="expected nonlinearity only for an RNN, got it for the GRU"):
        lt.from_torch(torch.nn.GRU(3, 4).state_dict(), nonlinearity="relu")
    with pytest.raises(ValueError, match="expected nonlinearity 'tanh' or 'relu', got 'sigmoid'"):
        lt.from_torch(torch.nn.RNN(3, 4).state_dict(), nonlinearity="sigmoid")
    for options in ({"prefix": ""}, {"nonlinearity": "tanh"}):
        with pytest.raises(ValueError, match="expected prefix and nonlinearity only with a state dict, got them with"):
            lt.from_torch(torch.nn.RNN(3, 4), **options)


def test_message_for_a_module_that_holds_no_numbers():
    with pytest.raises(ValueError, match="expected numbers, got weight_ih_l0 on the meta device, which holds none"):
        lt.from_torch(torch.nn.LSTM(3, 4, device="meta"))


@pytest.mark.parametrize("kind", [kind for kind in CELLS if not kind.torch], ids=by_id)
def test_message_for_a_layer_that_pytorch_has_not(kind):
    with pytest.raises(ValueError, match=rf"^to_torch: PyTorch has no counterpart of {kind.layer.__name__}\("):
        kind.layer(D, H, rng=0, **kind.options).to_torch()


@pytest.mark.parametrize("new", [False, True], ids=["weight_norm", "parametrizations.weight_norm"])
@pytest.mark.parametrize("dim", [0, 1, None])
def test_line_for_a_weight_norm_of_any_dim_makes_the_weights_that_the_module_computes_with(dim, new):
    module = torch.nn.LSTM(D, H)
    normalize = torch.nn.utils.parametrizations.weight_norm if new else torch.nn.utils.weight_norm
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the older way, which older checkpoints have
        normalize(module, "weight_hh_l0", dim=dim)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.endswith(("_g", "original0")):
                parameter.mul_(1.5)
        x = torch.randn(7, 5, D, generator=torch.Generator().manual_seed(3))
        expected = module(x)[0].numpy()
    tensors = dict(module.state_dict())
    with pytest.raises(ValueError, match="weight normalization keeps length and direction apart") as error:
        lt.from_torch(tensors)
    exec(str(error.value).partition("can be loaded: ")[2], {"d": tensors})
    assert_same(lt.from_torch(tensors).forward(x.numpy()).output, expected, "output", "float32")


@pytest.mark.parametrize("order", ["=", ">"])
def test_arrays_load_read_only_reversed_and_in_any_byte_order(order):
    tensors = torch.nn.LSTM(D, H).state_dict()
    arrays = {name: tensor.numpy()[::-1].astype(f"{order}f4")[::-1] for name, tensor in tensors.items()}
    for array in arrays.values():
        array.flags.writeable = False
    assert_untouched(lt.from_torch(arrays).parameters(), copies(lt.from_torch(tensors).parameters()))


def test_message_for_a_masked_array_in_a_state_dict():
    arrays = {name: np.ma.masked_array(tensor.numpy()) for name, tensor in torch.nn.LSTM(D, H).state_dict().items()}
    with pytest.raises(ValueError, match=r"^from_torch: expected weight_ih_l0 to be a plain array, got a masked one"):
        lt.from_torch(arrays)


def test_message_for_what_is_no_layer():
    with pytest.raises(ValueError, match=r"^to_torch: expected a recurrent layer, got DotAttention$"):
        lt.to_torch(lt.DotAttention())
