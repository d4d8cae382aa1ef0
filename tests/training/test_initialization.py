"""Initial weights: lengths that are kept, sizes, every block of every layer and direction, every forget gate."""

import re

import numpy as np
import pytest
from cases import CELLS, D, H, assert_same, assert_untouched, by_id, copies, random_layer

import lstm_tutor as lt
from lstm_tutor import initialization
from lstm_tutor.initialization import initialize, orthogonal, uniform_fan_in, xavier_uniform

LSTM = next(kind for kind in CELLS if kind.id == "lstm")
RECURRENT = [kind for kind in CELLS if "weight_hh_l0" in kind.layer(D, H, rng=0, **kind.options).parameters()]
SUFFIXES = ("_l0", "_l0_reverse", "_l1", "_l1_reverse")


def big_layer(kind, rng):
    """Two layers in two directions, no parameter of which is zero."""
    return random_layer(kind, rng, num_layers=2, bidirectional=True)


# -- matrices ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gain", [1.0, 0.5, 3.0])
@pytest.mark.parametrize("shape", [(5, 5), (7, 3), (3, 7), (1, 1)])
def test_orthogonal_has_all_singular_values_equal_to_the_gain(shape, gain):
    matrix = orthogonal(shape, gain, rng=0)
    assert matrix.shape == shape
    assert_same(np.linalg.svd(matrix, compute_uv=False), np.full(min(shape), gain))


def test_orthogonal_leans_to_no_direction():
    """Without the signs of R the first entry is never positive, and the determinant always the same."""
    matrices = [orthogonal((6, 6), rng=seed) for seed in range(300)]
    assert np.abs(np.mean(matrices, axis=0)).max() < 4 / np.sqrt(6 * 300)  # an entry has mean 0 and variance 1 / 6
    assert 110 < sum(np.linalg.det(matrix) < 0 for matrix in matrices) < 190


@pytest.mark.parametrize(
    ("draw", "bound"),
    [
        (xavier_uniform, lambda rows, columns: np.sqrt(6 / (rows + columns))),
        (uniform_fan_in, lambda rows, columns: 1 / np.sqrt(columns)),
    ],
    ids=["xavier_uniform", "uniform_fan_in"],
)
@pytest.mark.parametrize("gain", [1.0, 3.0])
@pytest.mark.parametrize("shape", [(200, 50), (50, 200)])
def test_uniform_draws_fill_their_bounds(draw, bound, gain, shape):
    matrix, a = draw(shape, gain, rng=0), gain * bound(*shape)
    assert matrix.shape == shape
    assert 0.99 * a < matrix.max() <= a
    assert -a <= matrix.min() < -0.99 * a
    assert matrix.std() == pytest.approx(a / np.sqrt(3), rel=0.02)
    assert abs(matrix.mean()) < 0.02 * a


def test_xavier_uniform_has_the_bound_of_pytorchs():
    torch = pytest.importorskip("torch")
    theirs = torch.nn.init.xavier_uniform_(torch.empty(300, 100), gain=2.0, generator=torch.Generator().manual_seed(0))
    assert np.abs(xavier_uniform((300, 100), 2.0, rng=0)).max() == pytest.approx(theirs.abs().max().item(), rel=1e-3)


def test_uniform_fan_in_has_the_bound_of_a_fresh_cells_recurrent_weights():
    fresh = lt.LSTM(3, 64, rng=0).parameters()["weight_hh_l0"]
    assert np.abs(fresh).max() == pytest.approx(np.abs(uniform_fan_in((256, 64), rng=0)).max(), rel=1e-3)


@pytest.mark.parametrize("draw", initialization.SCHEMES.values(), ids=initialization.SCHEMES)
def test_same_seed_draws_the_same_and_a_generator_goes_on(draw):
    np.testing.assert_array_equal(draw((4, 3), rng=5), draw((4, 3), rng=5))
    rng = np.random.default_rng(5)
    first, second = draw((4, 3), rng=rng), draw((4, 3), rng=rng)
    np.testing.assert_array_equal(first, draw((4, 3), rng=5))
    assert (first != second).all()


# -- layers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECURRENT, ids=by_id)
def test_every_recurrent_block_of_every_layer_and_direction_is_orthogonal_and_another(kind, rng):
    layer = big_layer(kind, rng)
    initialize(layer, rng=0)
    blocks = []
    for suffix in SUFFIXES:
        blocks += np.split(layer.parameters()["weight_hh" + suffix], np.cumsum(kind.heights(H))[:-1])
    for k, block in enumerate(blocks):
        assert_same(block @ block.T, np.eye(len(block)))
        assert not any(np.array_equal(block, other) for other in blocks[:k])


@pytest.mark.parametrize("kind", CELLS, ids=by_id)
def test_input_blocks_are_drawn_within_the_bound_of_one_block(kind):
    layer = kind.layer(100, 40, num_layers=2, bidirectional=True, rng=0, **kind.options)  # a gate of a head is one row
    before = copies(layer.parameters())
    initialize(layer, rng=1)
    for suffix, columns in zip(SUFFIXES, (100, 100, 80, 80), strict=True):
        weight = layer.parameters()["weight_ih" + suffix]
        assert (weight != before["weight_ih" + suffix]).all()
        for block in np.split(weight, np.cumsum(kind.heights(40))[:-1]):
            bound = np.sqrt(6 / (len(block) + columns))
            assert 0.9 * bound < np.abs(block).max() <= bound


@pytest.mark.parametrize("forget_bias", [2, -1.5, 0.0])
def test_forget_bias_is_set_in_every_layer_and_direction_and_nowhere_else(forget_bias, rng):
    layer = random_layer(LSTM, rng, num_layers=3, bidirectional=True)
    before = copies(layer.parameters())
    initialize(layer, forget_bias=forget_bias, rng=0)
    names = [name for name in before if name.startswith("bias")]
    assert len(names) == 6
    for name in names:
        expected = np.array(before[name])
        expected[H : 2 * H] = forget_bias  # blocks i, f, g, o
        np.testing.assert_array_equal(layer.parameters()[name], expected)


@pytest.mark.parametrize("kind", CELLS, ids=by_id)
def test_what_is_not_asked_for_stays(kind, rng):
    parts = {
        ("weight_ih", "weight_hh"): {},
        ("weight_ih",): {"recurrent": None},
        ("weight_hh",): {"input": None},
        (): {"recurrent": None, "input": None},
    }
    for drawn, options in parts.items():
        layer = big_layer(kind, rng)
        before = copies(layer.parameters())
        initialize(layer, **options, rng=0)
        changed = {name for name, array in layer.parameters().items() if (array != before[name]).any()}
        assert changed == {name for name in before if name.startswith(drawn)}, options


def test_layer_keeps_its_arrays_and_its_dtype(rng):
    layer = random_layer(LSTM, rng, dtype="float32")
    before = layer.parameters()
    initialize(layer, forget_bias=1.0, rng=0)
    assert all(layer.parameters()[name] is array for name, array in before.items())
    assert {array.dtype for array in before.values()} == {np.dtype("float32")}
    assert layer.forward(np.ones((2, 1, D))).output.dtype == np.float32


def test_same_seed_initializes_alike_whatever_was_there():
    one, two = lt.LSTM(D, H, num_layers=2, rng=0), lt.LSTM(D, H, num_layers=2, rng=1)
    for layer in (one, two):
        initialize(layer, forget_bias=1.0, rng=3)
    assert_untouched(one.parameters(), copies(two.parameters()))


def test_orthogonal_recurrence_keeps_the_length_of_what_goes_back_through_time():
    layer, d = lt.RNN(1, 16, rng=0), np.random.default_rng(0).standard_normal(16)
    length, fresh = np.linalg.norm(d), d
    (cell,) = layer.cells[0]
    for _ in range(200):
        fresh = fresh @ cell.weight_hh
    initialize(layer, rng=0)
    for _ in range(200):
        d = d @ cell.weight_hh
    assert np.linalg.norm(d) == pytest.approx(length)
    assert np.linalg.norm(fresh) < 1e-3 * length


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", initialization.SCHEMES)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((3,),), "expected shape to be (rows, columns), got (3,)"),
        (((3, 0),), "expected shape to be (rows, columns), got (3, 0)"),
        (((3, 2.0),), "expected shape to be (rows, columns), got (3, 2.0)"),
        (((3, 2), 0.0), "expected gain > 0, got 0.0"),
        (((3, 2), np.nan), "expected gain > 0, got nan"),
    ],
)
def test_message_for_no_matrix_and_no_gain(draw, arguments, message):
    with pytest.raises(ValueError, match=f"^{draw}: {re.escape(message)}$"):
        initialization.SCHEMES[draw](*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"recurrent": "eye"}, f"expected recurrent to be None or one of {[*initialization.SCHEMES]}, got 'eye'"),
        ({"input": "zeros"}, f"expected input to be None or one of {[*initialization.SCHEMES]}, got 'zeros'"),
        ({"forget_bias": np.inf}, "expected forget_bias to be a finite number, got inf"),
    ],
    ids=["recurrent", "input", "forget_bias"],
)
def test_message_for_unknown_schemes_and_nothing_is_changed(options, message, rng):
    layer = random_layer(LSTM, rng)
    before = copies(layer.parameters())
    with pytest.raises(ValueError, match=f"^initialize: {re.escape(message)}$"):
        initialize(layer, **options, rng=0)
    assert_untouched(layer.parameters(), before)


@pytest.mark.parametrize("kind", [kind for kind in CELLS if "f" not in kind.blocks], ids=by_id)
def test_message_for_a_layer_without_a_forget_gate_and_nothing_is_changed(kind, rng):
    layer = random_layer(kind, rng)
    before = copies(layer.parameters())
    message = f"^initialize: expected a layer with a forget gate, got {kind.layer.__name__}$"
    with pytest.raises(ValueError, match=message):
        initialize(layer, forget_bias=1.0, rng=0)
    assert_untouched(layer.parameters(), before)


def test_message_for_what_is_no_layer():
    model = lt.SequenceModel(lt.RNN(D, H, rng=0), 2, rng=0)
    with pytest.raises(ValueError, match=r"^initialize: expected a recurrent layer, got SequenceModel$"):
        initialize(model)
