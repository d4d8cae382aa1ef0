"""Layers made of Keras's weights compute Keras's published equations, which stand here in plain NumPy."""

import pathlib
import types

import numpy as np
import pytest

import lstm_tutor as lt

D, H, T, N = 3, 5, 6, 4
TOLERANCE = {"float64": {"rtol": 1e-10, "atol": 1e-12}, "float32": {"rtol": 1e-5, "atol": 1e-5}}


def σ(a):
    return 1 / (1 + np.exp(-a))


# -- Keras's equations: keras/src/layers/rnn, LSTMCell.call, GRUCell.call, SimpleRNNCell.call --------------------------


def keras_lstm(x, h, c, kernel, recurrent_kernel, bias=0.0):
    units = recurrent_kernel.shape[0]
    z = x @ kernel + h @ recurrent_kernel + bias
    z0, z1, z2, z3 = (z[:, k * units : (k + 1) * units] for k in range(4))
    i, f = σ(z0), σ(z1)
    c = f * c + i * np.tanh(z2)
    o = σ(z3)
    return o * np.tanh(c), c


def keras_gru_reset_after(x, h, kernel, recurrent_kernel, bias=((0.0,), (0.0,))):
    units = recurrent_kernel.shape[0]
    input_bias, recurrent_bias = bias
    matrix_x = x @ kernel + input_bias
    matrix_inner = h @ recurrent_kernel + recurrent_bias
    x_z, x_r, x_h = (matrix_x[:, k * units : (k + 1) * units] for k in range(3))
    recurrent_z, recurrent_r, recurrent_h = (matrix_inner[:, k * units : (k + 1) * units] for k in range(3))
    z = σ(x_z + recurrent_z)
    r = σ(x_r + recurrent_r)
    hh = np.tanh(x_h + r * recurrent_h)
    return z * h + (1 - z) * hh


def keras_gru_reset_before(x, h, kernel, recurrent_kernel, bias=0.0):
    units = recurrent_kernel.shape[0]
    matrix_x = x @ kernel + bias
    x_z, x_r, x_h = (matrix_x[:, k * units : (k + 1) * units] for k in range(3))
    z = σ(x_z + h @ recurrent_kernel[:, :units])
    r = σ(x_r + h @ recurrent_kernel[:, units : 2 * units])
    hh = np.tanh(x_h + (r * h) @ recurrent_kernel[:, 2 * units :])
    return z * h + (1 - z) * hh


def keras_simple_rnn(x, h, kernel, recurrent_kernel, bias=0.0, activation=np.tanh):
    return activation(x @ kernel + bias + h @ recurrent_kernel)


def run(cell, x, state, weights):
    """All outputs (T, N, H), and the last state."""
    outputs = []
    for x_t in x:
        new = cell(x_t, *state, *weights)
        state = new if isinstance(new, tuple) else (new,)
        outputs.append(state[0])
    return np.stack(outputs), state


# name -> the cell's equations, blocks of columns, the shape of its bias, what from_keras must be told without a bias
CELLS = {
    "LSTM": (keras_lstm, 4, (4 * H,), {}),
    "GRU, reset_after": (keras_gru_reset_after, 3, (2, 3 * H), {}),
    "GRU, reset before": (keras_gru_reset_before, 3, (3 * H,), {"reset_after": False}),
    "SimpleRNN": (keras_simple_rnn, 1, (H,), {}),
}


def draw(rng, blocks, bias_shape, *, dtype="float64", inputs=D):
    shapes = [(inputs, blocks * H), (H, blocks * H), bias_shape]
    return [rng.uniform(-1, 1, shape).astype(dtype) for shape in shapes if shape is not None]


def states(rng, cell, dtype="float64"):
    return tuple(rng.uniform(-1, 1, (N, H)).astype(dtype) for _ in range(2 if cell is keras_lstm else 1))


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CELLS)
def test_every_step_is_what_keras_equations_give(name, dtype, use_bias, rng):
    cell, blocks, bias_shape, options = CELLS[name]
    weights = draw(rng, blocks, bias_shape if use_bias else None, dtype=dtype)
    x, state = rng.standard_normal((T, N, D)).astype(dtype), states(rng, cell, dtype)
    layer = lt.from_keras(weights, **({} if use_bias else options))
    trace = layer.forward(x, tuple(value[None] for value in state))
    outputs, last = run(cell, x, state, weights)
    assert layer.dtype == dtype and trace.output.dtype == dtype
    np.testing.assert_allclose(trace.output, outputs, **TOLERANCE[dtype])
    for ours, theirs in zip(trace.final_state, last, strict=True):
        np.testing.assert_allclose(ours[0], theirs, **TOLERANCE[dtype])


@pytest.mark.parametrize("inputs", [D, H])
@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("name", CELLS)
def test_a_bidirectional_layer_reads_the_sequence_from_its_end_too(name, use_bias, inputs, rng):
    cell, blocks, bias_shape, options = CELLS[name]
    bias_shape = bias_shape if use_bias else None
    forward, backward = (draw(rng, blocks, bias_shape, inputs=inputs) for _ in range(2))
    x, zeros = rng.standard_normal((T, N, inputs)), [np.zeros((N, H))] * (2 if cell is keras_lstm else 1)
    options = {} if use_bias else options
    if inputs == H:
        options = options | {"bidirectional": True}
    layer = lt.from_keras([*forward, *backward], **options)
    there, back = run(cell, x, zeros, forward)[0], run(cell, x[::-1], zeros, backward)[0][::-1]
    np.testing.assert_allclose(layer.forward(x).output, np.concatenate([there, back], axis=2), rtol=1e-10, atol=1e-12)


def test_a_simple_rnn_with_relu(rng):
    def cell(x, h, *weights):
        return keras_simple_rnn(x, h, *weights, activation=lambda a: np.maximum(a, 0))

    weights, x, (h,) = draw(rng, 1, (H,)), rng.standard_normal((T, N, D)), states(rng, keras_simple_rnn)
    trace = lt.from_keras(weights, nonlinearity="relu").forward(x, h[None])
    np.testing.assert_allclose(trace.output, run(cell, x, (h,), weights)[0], rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_the_layer_has_a_copy_of_the_weights(name, rng):
    _, blocks, bias_shape, _ = CELLS[name]
    weights = draw(rng, blocks, bias_shape)
    layer = lt.from_keras(weights)
    before = {key: array.copy() for key, array in layer.parameters().items()}
    for array in weights:
        array += 1
    for key, array in layer.parameters().items():
        np.testing.assert_array_equal(array, before[key])


def test_the_kind_is_told_from_the_shapes(rng):
    made = [lt.from_keras(draw(rng, blocks, bias_shape)) for _, blocks, bias_shape, _ in CELLS.values()]
    assert [repr(layer) for layer in made] == ["LSTM(3, 5)", "GRU(3, 5)", "GRU(3, 5, reset_after=False)", "RNN(3, 5)"]


def test_a_gru_without_a_bias_resets_after_the_product_as_keras_does_by_default(rng):
    weights = draw(rng, 3, None)
    assert lt.from_keras(weights, kind="GRU").reset_after
    assert not lt.from_keras(weights, reset_after=False).reset_after


@pytest.mark.parametrize("turn", [np.asfortranarray, lambda a: a.astype(a.dtype.newbyteorder(">")), np.ndarray.tolist],
                         ids=["columns first", "big-endian", "lists"])  # fmt: skip
def test_the_layout_of_an_array_does_not_matter(turn, rng):
    weights = draw(rng, 3, (2, 3 * H))
    same_parameters(lt.from_keras([turn(array) for array in weights]), lt.from_keras(weights))


# -- files and mappings ------------------------------------------------------------------------------------------------

NAMED = {
    "plain": ("kernel", "recurrent_kernel", "bias"),
    "Keras 3": ("lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel", "lstm/lstm_cell/bias"),
    "Keras 2": ("lstm/lstm_cell/kernel:0", "lstm/lstm_cell/recurrent_kernel:0", "lstm/lstm_cell/bias:0"),
    "numbers": ("arr_0", "arr_1", "arr_2"),
    "vars": ("0", "1", "2"),
}


def same_parameters(one, other):
    assert repr(one) == repr(other)
    for name, array in one.parameters().items():
        np.testing.assert_array_equal(array, other.parameters()[name])


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("names", NAMED.values(), ids=NAMED)
def test_arrays_by_name_in_a_mapping_or_a_file_in_any_order(names, shuffled, rng, tmp_path):
    weights = draw(rng, 4, (4 * H,))
    mapping = dict(zip(names, weights, strict=True))
    if shuffled:
        mapping = dict(reversed(mapping.items()))
    path = tmp_path / "lstm.npz"
    np.savez(path, **mapping)
    with np.load(path) as entries:
        for source in (mapping, path, str(path), entries):
            same_parameters(lt.from_keras(source), lt.from_keras(weights))


@pytest.mark.parametrize("backward_first", [False, True])
def test_both_directions_by_name(backward_first, rng):
    forward, backward = (draw(rng, 3, (2, 3 * H)) for _ in range(2))
    parts = [
        {f"bidirectional/{way}_gru/gru_cell/{name}": array for name, array in zip(NAMED["plain"], arrays, strict=True)}
        for way, arrays in (("forward", forward), ("backward", backward))
    ]
    one, two = parts[::-1] if backward_first else parts
    same_parameters(lt.from_keras(one | two), lt.from_keras([*forward, *backward]))


def test_eleven_numbered_arrays_are_counted_and_not_sorted_as_text(rng):
    weights = draw(rng, 4, (4 * H,))
    same_parameters(lt.from_keras(dict(zip(("2", "9", "10"), weights, strict=True))), lt.from_keras(weights))


# -- what is refused ---------------------------------------------------------------------------------------------------


def ones(*shapes, dtype="float64"):
    return [np.ones(shape, dtype) for shape in shapes]


def one_nan():
    kernel, recurrent, bias = ones((D, 4 * H), (H, 4 * H), (4 * H,))
    bias[7] = np.nan
    return [kernel, recurrent, bias]


LSTM, GRU, RNN = ((D, 4 * H), (H, 4 * H)), ((D, 3 * H), (H, 3 * H)), ((D, H), (H, H))
REFUSED = {
    "no array": ([], {}, r"kernel, recurrent_kernel and bias.*got 0 arrays of shapes \[\]"),
    "an empty mapping": ({}, {}, r"got 0 arrays of shapes \[\]"),
    "text": (["a", "b"], {}, "array 0 to be real numbers, got str of dtype <U1"),
    "one array": (ones((D, H)), {}, "got 1 arrays"),
    "two layers and a dense one": (ones(*LSTM, (4 * H,), *LSTM), {}, "got 5 arrays"),
    "a layer": (types.SimpleNamespace(get_weights=list), {}, r"give get_weights\(\)"),
    "an array": (np.ones((3, 4)), {}, "a list of arrays.*got ndarray"),
    "None": (None, {}, "a list of arrays.*got NoneType"),
    "PyTorch's orientation": (ones((4 * H, D), (4 * H, H)), {}, r"recurrent_kernel of shape.*got \(20, 5\)"),
    "a vector": (ones((D, H), (H,)), {}, r"recurrent_kernel of shape.*got \(5,\)"),
    "two gates": (ones((D, 2 * H), (H, 2 * H)), {}, r"\(H, 4 H\), \(H, 3 H\) or \(H, H\), got \(5, 10\)"),
    "no units": (ones((D, 0), (0, 0)), {}, r"got \(0, 0\)"),
    "no inputs": (ones((0, 4 * H), (H, 4 * H)), {}, r"kernel of shape \(D, 20\), got \(0, 20\)"),
    "kernel of another layer": (ones((D, 3 * H), (H, 4 * H)), {}, r"kernel of shape \(D, 20\), got \(3, 15\)"),
    "bias too short": (ones(*LSTM, (H,)), {}, r"bias of shape \(20,\), got \(5,\)"),
    "two biases of an LSTM": (ones(*LSTM, (2, 4 * H)), {}, r"bias of shape \(20,\), got \(2, 20\)"),
    "a GRU's bias": (ones(*GRU, (3, 3 * H)), {}, r"bias of shape \(15,\) or \(2, 15\), got \(3, 15\)"),
    "a bias in CuDNN's form": (ones(*GRU, (6 * H,)), {}, r"bias of shape \(15,\) or \(2, 15\), got \(30,\)"),
    "unknown kind": (ones(*LSTM), {"kind": "lstm"}, r"one of \['LSTM', 'GRU', 'SimpleRNN'\], got 'lstm'"),
    "another kind": (ones(*LSTM), {"kind": "GRU"}, r"weights of GRU, got .*\(5, 20\), which is that of LSTM"),
    "reset_after of an LSTM": (ones(*LSTM), {"reset_after": True}, "reset_after only for a GRU, got it for LSTM"),
    "reset_after, one bias": (ones(*GRU, (3 * H,)), {"reset_after": True},
                              r"\(2, 3 H\) with reset_after=True, got \(15,\)"),
    "reset before, two": (ones(*GRU, (2, 3 * H)), {"reset_after": False},
                          r"\(3 H,\) with reset_after=False, got \(2, 15\)"),
    "relu of a GRU": (ones(*GRU), {"nonlinearity": "relu"}, "nonlinearity only for a SimpleRNN, got it for GRU"),
    "relu6": (ones(*RNN), {"nonlinearity": "relu6"}, "'tanh' or 'relu', got 'relu6'"),
    "NaN": (one_nan(), {}, r"array 2, of shape \(20,\), to be finite, got NaN or inf"),
    "half precision": (ones(*LSTM, dtype="float16"), {}, "float32 or all in float64, got .*float16"),
    "integers": (ones(*LSTM, dtype="int64"), {}, "float32 or all in float64, got .*int64"),
    "mixed": (ones(LSTM[0]) + ones(LSTM[1], dtype="float32"), {}, r"got \['float64', 'float32'\]"),
    "complex": (ones(*LSTM, dtype="complex128"), {}, "array 0 to be real numbers, got complex128"),
    "masked": ([np.ma.ones(shape) for shape in LSTM], {}, "array 0 to be a plain array, got a masked one"),
    "ragged": ([[[1.0], [1.0, 2.0]], [[1.0]]], {}, "array 0 to be an array of numbers"),
    "one direction": (ones(*LSTM), {"bidirectional": True}, "4 or 6 arrays with bidirectional=True, got 2"),
    "two directions": (ones(*LSTM, *LSTM), {"bidirectional": False}, "2 or 3 arrays with bidirectional=False, got 4"),
    "two layers": (ones(*LSTM, (H, 4 * H), (H, 4 * H)), {}, "stacked layers are read one by one"),
    "two of one size": (ones(*[(H, 4 * H)] * 4), {}, "two stacked layers look the same"),
    "an unknown name": ({"kernel": 1, "gamma": 2}, {}, "names that end in .*got 'gamma'"),
    "no recurrent kernel": ({"kernel": 1, "bias": 2}, {}, r"maybe bias, got \['kernel', 'bias'\]"),
    "two layers by name": ({f"{k}/{name}": 1 for k in "ab" for name in ("kernel", "recurrent_kernel")}, {},
                           r"weights of one layer, got those of \['a', 'b'\]"),
    "a Keras file": ("model.weights.h5", {}, r"path of an \.npz, got 'model.weights.h5'; with Keras, numpy.savez"),
}  # fmt: skip


@pytest.mark.parametrize("weights, options, message", REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused_in_words(weights, options, message):
    with pytest.raises(ValueError, match=f"from_keras: expected .*{message}"):
        lt.from_keras(weights, **options)


def test_a_missing_and_a_damaged_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        lt.from_keras(tmp_path / "none.npz")
    whole = tmp_path / "whole.npz"
    np.savez(whole, *ones(*LSTM))
    for name, content in {"empty": b"", "text": b"kernel", "half": whole.read_bytes()[:300]}.items():
        path = pathlib.Path(tmp_path / f"{name}.npz")
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"from_keras: expected an \.npz of arrays, got .*"):
            lt.from_keras(path)
