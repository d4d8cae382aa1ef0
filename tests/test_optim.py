"""Optimizers step as their papers and PyTorch say; clipping shortens all gradients together."""

import re

import numpy as np
import pytest
from cases import assert_same, assert_untouched, copies
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt

SHAPES = {"weight": (3, 2), "bias": (3,)}
OPTIMIZERS = {
    "SGD": (lambda: lt.SGD(0.1), "SGD", {"lr": 0.1}),
    "SGD with momentum": (lambda: lt.SGD(0.1, momentum=0.9), "SGD", {"lr": 0.1, "momentum": 0.9}),
    "Adam": (lambda: lt.Adam(0.1), "Adam", {"lr": 0.1}),
    "Adam with its own betas": (
        lambda: lt.Adam(0.02, betas=(0.5, 0.9), eps=1e-4), "Adam", {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-4},
    ),
}  # fmt: skip


def draw(rng, dtype=np.float64, size=1.0):
    return {name: (size * rng.standard_normal(shape)).astype(dtype) for name, shape in SHAPES.items()}


@pytest.fixture(params=OPTIMIZERS)
def make(request):
    return OPTIMIZERS[request.param][0]


# -- steps -------------------------------------------------------------------------------------------------------------


def test_first_step_of_adam_is_the_learning_rate_whatever_the_gradients_size():
    for size in (1e-3, 1.0, 1e3):
        parameters, gradients = {"w": np.zeros(2)}, {"w": np.array([size, -size])}
        lt.Adam(0.01).step(parameters, gradients)
        np.testing.assert_allclose(parameters["w"], [-0.01, 0.01], rtol=1e-4)


def test_adam_by_hand_over_two_steps():
    parameters, optimizer = {"w": np.array([1.0])}, lt.Adam(0.1, betas=(0.5, 0.75), eps=0.0)
    optimizer.step(parameters, {"w": np.array([2.0])})  # m^ = 2, v^ = 4
    assert_same(parameters["w"], [0.9])
    optimizer.step(parameters, {"w": np.array([0.0])})  # m = 0.5, m^ = 0.5 / 0.75; v = 0.75, v^ = 0.75 / 0.4375
    assert_same(parameters["w"], [0.9 - 0.1 * (0.5 / 0.75) / np.sqrt(0.75 / 0.4375)])


def test_momentum_by_hand_over_two_steps():
    parameters, optimizer = {"w": np.array([1.0])}, lt.SGD(0.1, momentum=0.5)
    optimizer.step(parameters, {"w": np.array([1.0])})  # v = 1
    optimizer.step(parameters, {"w": np.array([1.0])})  # v = 1.5
    assert_same(parameters["w"], [1 - 0.1 - 0.15])


def test_step_writes_into_the_given_arrays_and_leaves_the_gradients_alone(make, rng):
    parameters, gradients = draw(rng, np.float32), draw(rng)
    arrays, before = dict(parameters), copies(gradients)
    start = copies(parameters)
    make().step(parameters, gradients)
    assert all(parameters[name] is arrays[name] for name in arrays)
    assert {array.dtype for array in parameters.values()} == {np.dtype("float32")}
    assert all((parameters[name] != start[name]).all() for name in arrays)
    assert_untouched(gradients, before)


def test_learning_rate_may_change_between_steps(make):
    parameters, optimizer = {"w": np.zeros(1)}, make()
    optimizer.learning_rate = 1e-12
    optimizer.step(parameters, {"w": np.ones(1)})
    assert abs(parameters["w"][0]) < 1e-11


def test_downhill_on_a_bowl(make):
    parameters, optimizer = {"w": np.array([1.0, -2.0])}, make()
    for _ in range(300):
        optimizer.step(parameters, {"w": parameters["w"] * [1.0, 3.0]})
    assert np.abs(parameters["w"]).max() < 0.1


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_ten_steps_are_pytorchs(case, rng):
    torch = pytest.importorskip("torch")
    make, name, options = OPTIMIZERS[case]
    parameters, optimizer = draw(rng), make()
    theirs = {key: torch.tensor(array, requires_grad=True) for key, array in parameters.items()}
    reference = getattr(torch.optim, name)(theirs.values(), **options)
    for _ in range(10):
        gradients = draw(rng)
        for key, tensor in theirs.items():
            tensor.grad = torch.tensor(gradients[key])
        optimizer.step(parameters, gradients)
        reference.step()
        for key, array in parameters.items():
            assert_same(array, theirs[key].detach().numpy(), key)


# -- state: a run that is resumed goes on as if nothing had happened ---------------------------------------------------


def test_optimizer_with_loaded_state_steps_on_bit_for_bit(make, rng):
    parameters, optimizer = draw(rng), make()
    for _ in range(3):
        optimizer.step(parameters, draw(rng))
    kept, other = copies(optimizer.state()), make()
    other.load_state(kept)
    twin, gradients = copies(parameters), draw(rng)
    optimizer.step(parameters, gradients)
    other.step(twin, gradients)
    assert_untouched(twin, copies(parameters))
    assert other.steps == optimizer.steps == 4


def test_loaded_state_is_a_copy(make, rng):
    optimizer, other = make(), make()
    optimizer.step(draw(rng), draw(rng))
    other.load_state(optimizer.state())
    before = copies(other.state())
    optimizer.step(draw(rng), draw(rng))
    assert_untouched(other.state(), before)


@pytest.mark.parametrize(("one", "two"), [("Adam", "SGD"), ("SGD", "Adam"), ("SGD with momentum", "Adam")])
def test_message_for_the_state_of_another_optimizer(one, two, rng):
    writer, reader = OPTIMIZERS[one][0](), OPTIMIZERS[two][0]()
    for optimizer in (writer, reader):
        optimizer.step(draw(rng), draw(rng))
    before = copies(reader.state())
    with pytest.raises(ValueError, match=f"^{OPTIMIZERS[two][1]}: expected memories "):
        reader.load_state(writer.state())
    assert_untouched(reader.state(), before)


def test_message_for_what_is_no_optimizers_state(make):
    with pytest.raises(ValueError, match=r"expected steps and learning_rate, got \['w'\]"):
        make().load_state({"w": np.zeros(1)})


# -- clipping ----------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 99), size=st.floats(1e-3, 1e3), threshold=st.floats(1e-2, 1e2))
def test_clipping_bounds_the_joint_length_and_keeps_the_direction(seed, size, threshold):
    gradients = draw(np.random.default_rng(seed), size=size)
    before = copies(gradients)
    clipped, norm = lt.clip_by_global_norm(gradients, threshold)
    assert_untouched(gradients, before)
    together = np.concatenate([g.ravel() for g in gradients.values()])
    shortened = np.concatenate([g.ravel() for g in clipped.values()])
    assert norm == pytest.approx(np.linalg.norm(together))
    assert np.linalg.norm(shortened) == pytest.approx(min(norm, threshold))
    np.testing.assert_allclose(shortened * norm, together * np.linalg.norm(shortened), rtol=1e-9)


def test_clipping_is_of_all_arrays_together_and_not_of_each():
    gradients = {"small": np.array([3.0]), "large": np.array([4.0])}
    clipped, norm = lt.clip_by_global_norm(gradients, 1.0)
    assert norm == 5
    assert_same([clipped["small"][0], clipped["large"][0]], [0.6, 0.8])


def test_clipping_leaves_short_gradients_as_they_are():
    gradients = {"a": np.array([0.3]), "b": np.array([0.4])}
    for threshold in (0.5, np.inf):
        clipped, _ = lt.clip_by_global_norm(gradients, threshold)
        assert_untouched(clipped, copies(gradients))


def test_clipping_keeps_the_dtype():
    clipped, norm = lt.clip_by_global_norm({"a": np.full(3, 2.0, np.float32)}, 0.1)
    assert clipped["a"].dtype == np.float32
    assert type(norm) is float


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_message_for_gradients_that_are_not_finite(value):
    gradients = {"fine": np.ones(2), "broken": np.array([1.0, value])}
    message = "clip_by_global_norm: expected finite gradients, got NaN or inf in ['broken']"
    with pytest.raises(FloatingPointError, match=f"^{re.escape(message)}$"):
        lt.clip_by_global_norm(gradients, 1.0)


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.SGD(0.0), "SGD: expected learning_rate > 0, got 0.0"),
        (lambda: lt.Adam(-1.0), "Adam: expected learning_rate > 0, got -1.0"),
        (lambda: lt.Adam(float("nan")), "Adam: expected learning_rate > 0, got nan"),
        (lambda: lt.SGD(0.1, momentum=1.0), "SGD: expected momentum in [0, 1), got 1.0"),
        (lambda: lt.Adam(betas=(0.9, 1.0)), "Adam: expected two betas in [0, 1), got (0.9, 1.0)"),
        (lambda: lt.Adam(betas=(0.9,)), "Adam: expected two betas in [0, 1), got (0.9,)"),
        (lambda: lt.clip_by_global_norm({}, 0.0), "clip_by_global_norm: expected threshold > 0, got 0.0"),
        (lambda: lt.clip_by_global_norm({}, float("nan")), "clip_by_global_norm: expected threshold > 0, got nan"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_message_for_settings_that_make_no_sense(make, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        make()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda gradients: {"weight": gradients["weight"]},
        lambda gradients: gradients | {"more": np.zeros(1)},
        lambda gradients: gradients | {"bias": np.zeros(2)},
    ],
    ids=["missing", "unknown", "of another shape"],
)
def test_message_for_gradients_that_do_not_fit_and_nothing_is_changed(make, spoil, rng):
    parameters, optimizer = draw(rng), make()
    before, state = copies(parameters), copies(optimizer.state())
    with pytest.raises(ValueError, match=r"expected gradients of shapes \{'weight': \(3, 2\), 'bias': \(3,\)\}, got"):
        optimizer.step(parameters, spoil(draw(rng)))
    assert_untouched(parameters, before)
    assert_untouched(optimizer.state(), state)
