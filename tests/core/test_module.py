"""A module says what it is, knows its own traces from those of its copies, and can be trained wherever it is sent."""

import copy
import inspect
import pickle

import joblib
import numpy as np
import pytest
from cases import CELLS, FEW, assert_untouched, copies

import lstm_tutor as lt
from lstm_tutor.module import Module

D, H, T, N = 3, 4, 5, 2


def seq2seq():
    attention = lt.AdditiveAttention(H, H, 2, rng=0)
    return lt.Seq2Seq(lt.GRU(D, H, rng=0), lt.GRU(D, H, rng=1), 2, attention=attention, rng=2)


LAYERS = {kind.id: lambda kind=kind: kind.layer(D, H, num_layers=2, rng=0, **kind.options) for kind in FEW}
ATTENTIONS = {
    "additive": lambda: lt.AdditiveAttention(D, D, 2, rng=0),
    "dot": lambda: lt.DotAttention(scaled=True),
    "general": lambda: lt.GeneralAttention(D, D, rng=0),
}
MODELS = {
    "linear": lambda: lt.Linear(D, 2, rng=0),
    "model": lambda: lt.SequenceModel(lt.LSTM(D, H, rng=0), 2, loss="mean_squared_error", rng=1),
    "seq2seq": seq2seq,
}
TRACED = LAYERS | ATTENTIONS | {"seq2seq": seq2seq}
CELL_TYPES = {kind.id: lambda kind=kind: kind.cell(D, H, rng=0, **kind.options) for kind in FEW}
MODULES = LAYERS | ATTENTIONS | MODELS | {f"cell {name}": make for name, make in CELL_TYPES.items()}

CARRY = {
    "deep copy": copy.deepcopy,
    "pickle": lambda it: pickle.loads(pickle.dumps(it)),
}
each_traced = pytest.mark.parametrize("name", TRACED)
each_module = pytest.mark.parametrize("name", MODULES)
each_way = pytest.mark.parametrize("carry", CARRY.values(), ids=CARRY)


def forward(module, rng):
    x = rng.standard_normal((T, N, D))
    return module.forward(x) if isinstance(module, lt.layers.RecurrentLayer) else module.forward(x, x)


# -- what a module says of itself --------------------------------------------------------------------------------------


def every_module():
    """All kinds of layers and cells, and one of everything else."""
    yield from (make() for make in (ATTENTIONS | MODELS).values())
    for kind in CELLS:
        yield kind.cell(D, H, rng=0, **kind.options)
        yield kind.layer(D, H, num_layers=2, bidirectional=True, dropout=0.25, dtype="float32", **kind.options)


@pytest.mark.parametrize("module", [*every_module()], ids=repr)
def test_repr_and_config_make_the_module_again(module):
    names = vars(lt) | vars(lt.cells)
    for twin in (eval(repr(module), names), type(module)(**module.config())):
        assert repr(twin) == repr(module)
        shapes = ({name: array.shape for name, array in each.parameters().items()} for each in (twin, module))
        assert next(shapes) == next(shapes)


@pytest.mark.parametrize(("module", "text"), [
    (lt.LSTM(3, 4), "LSTM(3, 4)"),
    (lt.LSTM(3, 4, num_layers=2, bidirectional=True, dtype="float32"),
     "LSTM(3, 4, num_layers=2, bidirectional=True, dtype='float32')"),
    (lt.LSTMVariant(3, 4, variant="NP"), "LSTMVariant(3, 4, variant='NP')"),
    (lt.LSTMCell(3, 4, forget_bias=-2), "LSTMCell(3, 4, forget_bias=-2.0)"),
    (lt.SequenceModel(lt.RNN(3, 4), 2), "SequenceModel(RNN(3, 4), 2)"),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_repr_shows_sizes_and_what_is_not_the_default(module, text):
    assert repr(module) == text


@each_module
def test_size_is_the_number_of_parameters(name):
    module = MODULES[name]()
    assert module.size() == sum(array.size for array in module.parameters().values())


def test_signature_of_every_layer_shows_every_option():
    common = {"input_size", "hidden_size", "num_layers", "bidirectional", "dropout", "dtype", "rng"}
    for kind in CELLS:
        options = inspect.signature(kind.layer).parameters
        blocks = {"gate_recurrence", "cells_per_block"} if kind.layer is lt.LSTM1997 else set()
        assert options.keys() == common | inspect.signature(kind.cell).parameters.keys() | blocks
        assert all(option.kind in (option.POSITIONAL_OR_KEYWORD, option.KEYWORD_ONLY) for option in options.values())
        assert all(option.annotation is not option.empty for option in options.values())


@pytest.mark.parametrize(("option", "hint"), [
    ({"batch_first": True}, r"got batch_first=True; sequences are time-major here, \(T, N, D\); np.swapaxes"),
    ({"forgetbias": 0}, r"got forgetbias=0; did you mean forget_bias\?$"),
    ({"num_layer": 2}, r"got num_layer=2; did you mean num_layers\?$"),
    ({"tail": 1}, "got tail=1$"),
], ids=str)  # fmt: skip
def test_message_for_an_option_that_is_not_there(option, hint):
    with pytest.raises(TypeError, match=rf"^LSTM: expected options among \['input_size', .*'forget_bias', .*{hint}"):
        lt.LSTM(3, 4, **option)


@each_module
def test_message_for_an_option_that_is_not_there_names_what_the_user_called(name):
    module = MODULES[name]()
    with pytest.raises(TypeError, match=f"^{type(module).__name__}: expected options among .*, got tail=1"):
        type(module)(**module.config(), tail=1)


def test_message_for_an_impossible_option_names_the_layer_not_its_cell():
    with pytest.raises(ValueError, match=r"^LSTM: expected hidden_size to be a positive int, got 0$"):
        lt.LSTM(3, 0)
    with pytest.raises(ValueError, match=r"^RNN: expected nonlinearity 'tanh' or 'relu', got 'sin'$"):
        lt.RNN(3, 4, nonlinearity="sin")


# -- whose trace -------------------------------------------------------------------------------------------------------


@each_traced
@each_way
def test_copy_is_told_from_its_original(name, carry, rng):
    original = TRACED[name]()
    twin = carry(original)
    for array in twin.parameters().values():
        array += 1
    for one, other in ((original, twin), (twin, original), (carry(twin), twin), (TRACED[name](), original)):
        trace = forward(one, rng)
        one.backward(trace, np.zeros_like(trace.output))
        with pytest.raises(ValueError, match=rf"^{type(original).__name__}: expected a trace of this "):
            other.backward(trace, np.zeros_like(trace.output))
        for nothing in (None, trace.output):
            with pytest.raises(ValueError, match="expected a trace of this"):
                one.backward(nothing, np.zeros_like(trace.output))


@each_traced
@each_way
def test_trace_carried_along_with_its_module_or_alone_stays_its_own(name, carry, rng):
    module = TRACED[name]()
    trace = forward(module, rng)
    d = rng.standard_normal(trace.output.shape)
    expected = module.backward(trace, d).parameters
    twin, twins = carry((module, trace))
    for who, what in ((twin, twins), (module, carry(trace))):
        assert_untouched(who.backward(what, d).parameters, copies(expected))
    with pytest.raises(ValueError, match="expected a trace of this"):
        module.backward(twins, d)


def test_message_for_keys_that_another_attention_prepared(rng):
    attention = lt.AdditiveAttention(D, D, 2, rng=0)
    keys = copy.deepcopy(attention).prepare(rng.standard_normal((T, N, D)))
    with pytest.raises(ValueError, match=r"^AdditiveAttention: expected Keys that this attention prepared"):
        attention.attend(rng.standard_normal((1, N, D)), keys)


# -- arrays that can be written into -----------------------------------------------------------------------------------


@each_module
def test_module_out_of_a_read_only_memory_map_can_be_written_into(name, tmp_path):
    module = MODULES[name]()
    before = copies(module.parameters())
    joblib.dump(module, tmp_path / "module")
    mapped = joblib.load(tmp_path / "module", mmap_mode="r")
    assert_untouched(mapped.parameters(), before)
    for array in mapped.parameters().values():
        array += 1
    assert_untouched(module.parameters(), before)


def test_layer_of_many_units_is_trained_in_a_worker_as_here():
    def trained(model):  # here, and not by its name from a file, which a worker may not find
        trainer = lt.Trainer(model, lambda k: lt.tasks.recall(2, 3, rng=k), lt.Adam())
        return trainer.run(2, progress=False).loss, model.parameters()

    model = lt.SequenceModel(lt.LSTM(9, 256, rng=0), 4, rng=0)
    ((losses, parameters),) = joblib.Parallel(n_jobs=2)([joblib.delayed(trained)(model)])
    losses_here, parameters_here = trained(model)
    assert losses == losses_here
    assert_untouched(parameters, copies(parameters_here))


# -- numbers that are too small ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e-160, 1.0, 1e3])
def test_nothing_is_raised_where_all_floating_point_errors_are(size, rng):
    """What is too small for a number is zero: in layers, attention, losses and optimizers."""
    x = size * rng.standard_normal((T, N, D))
    for loss in lt.losses.STEP_LOSSES:
        targets = rng.integers(0, 2, (T, N)) if loss.startswith("softmax") else rng.random((T, N, 2))
        for optimizer in (lt.SGD(0.1, momentum=0.9), lt.Adam(), lt.AdamW(), lt.RMSProp(), lt.Rprop()):
            model = lt.SequenceModel(lt.SLSTM(D, H, rng=0), 2, loss=loss, rng=1)
            model.parameters()["readout.weight"][...] *= size
            with np.errstate(all="raise"):
                _, gradients, _ = model.loss_and_gradients(lt.tasks.Batch(x, targets, np.ones((T, N), bool)))
            gradients = {name: min(size, 1) * d for name, d in gradients.items()}
            with np.errstate(all="raise"):
                optimizer.step(model.parameters(), gradients)
            assert all(np.isfinite(array).all() for array in model.parameters().values())
    for make in (*ATTENTIONS.values(), lambda: lt.Seq2Seq(lt.GRU(D, H, rng=0), lt.GRU(D, H, rng=1), 2, rng=2)):
        module = make()
        with np.errstate(all="raise"):
            trace = module.forward(x, x)
            module.backward(trace, size * rng.standard_normal(trace.output.shape))


def test_class_of_every_module_is_found_by_its_name():
    assert all(Module.kinds[type(make()).__name__] is type(make()) for make in MODULES.values())
