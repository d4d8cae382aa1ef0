"""Optimizers step as their papers and PyTorch say; clipping shortens all gradients together; schedules."""

import pickle
import re

import numpy as np
import pytest
from cases import assert_same, assert_untouched, copies
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor import optim
from lstm_tutor.experiments import recipes

SHAPES = {"weight": (3, 2), "bias": (3,)}
OPTIMIZERS = {
    "SGD": (lambda: lt.SGD(0.1), "SGD", {"lr": 0.1}),
    "SGD with momentum": (lambda: lt.SGD(0.1, momentum=0.9), "SGD", {"lr": 0.1, "momentum": 0.9}),
    "Adam": (lambda: lt.Adam(0.1), "Adam", {"lr": 0.1}),
    "Adam with its own betas": (
        lambda: lt.Adam(0.02, betas=(0.5, 0.9), eps=1e-4), "Adam", {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-4},
    ),
    "AdamW": (lambda: optim.AdamW(0.1), "AdamW", {"lr": 0.1}),
    "AdamW with its own decay": (
        lambda: optim.AdamW(0.02, betas=(0.5, 0.9), eps=1e-4, weight_decay=0.3), "AdamW",
        {"lr": 0.02, "betas": (0.5, 0.9), "eps": 1e-4, "weight_decay": 0.3},
    ),
    "RMSProp": (lambda: optim.RMSProp(0.02), "RMSprop", {"lr": 0.02}),
    "RMSProp with momentum": (
        lambda: optim.RMSProp(0.01, decay=0.9, eps=1e-4, momentum=0.5), "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "eps": 1e-4, "momentum": 0.5},
    ),
    "Rprop": (lambda: optim.Rprop(0.1), "Rprop", {"lr": 0.1}),
    "Rprop with its own factors": (
        lambda: optim.Rprop(0.2, factors=(0.4, 1.1), bounds=(0.01, 0.5)), "Rprop",
        {"lr": 0.2, "etas": (0.4, 1.1), "step_sizes": (0.01, 0.5)},
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


@pytest.mark.parametrize("case", [case for case in OPTIMIZERS if not case.startswith("Rprop")])
def test_learning_rate_may_change_between_steps(case):
    parameters, optimizer = {"w": np.zeros(1)}, OPTIMIZERS[case][0]()
    optimizer.learning_rate = 1e-12
    optimizer.step(parameters, {"w": np.ones(1)})
    assert abs(parameters["w"][0]) < 1e-11


def test_downhill_on_a_bowl(make):
    parameters, optimizer = {"w": np.array([1.0, -2.0])}, make()
    for _ in range(300):
        optimizer.step(parameters, {"w": parameters["w"] * [1.0, 3.0]})
    assert np.abs(parameters["w"]).max() < 0.1


def test_rmsprop_by_hand_over_two_steps():
    parameters, optimizer = {"w": np.array([1.0])}, optim.RMSProp(0.1, decay=0.75, eps=0.0, momentum=0.5)
    optimizer.step(parameters, {"w": np.array([2.0])})  # v = 1, u = 2
    assert_same(parameters["w"], [0.8])
    optimizer.step(parameters, {"w": np.array([1.0])})  # v = 0.75 + 0.25, u = 1 + 1
    assert_same(parameters["w"], [0.6])


def test_weight_decay_shrinks_without_a_gradient_and_whatever_the_gradients_size():
    parameters = {"w": np.array([2.0, -4.0])}
    optim.AdamW(0.1, weight_decay=0.5).step(parameters, {"w": np.zeros(2)})
    assert_same(parameters["w"], [1.9, -3.8])
    for size in (1e-3, 1e3):
        with_decay, without = {"w": np.array([2.0])}, {"w": np.array([2.0])}
        optim.AdamW(0.1, weight_decay=0.5).step(with_decay, {"w": np.array([size])})
        lt.Adam(0.1).step(without, {"w": np.array([size])})
        assert_same(without["w"] - with_decay["w"], [0.1])


def test_rprop_by_hand_grows_waits_at_a_turn_and_shrinks():
    parameters, optimizer = {"w": np.zeros(1)}, optim.Rprop(1.0)
    for gradient, expected in ((3.0, -1.0), (0.1, -2.2), (-9.0, -2.2), (-1.0, -1.6)):  # delta: 1, 1.2, 0.6, 0.6
        optimizer.step(parameters, {"w": np.array([gradient])})
        assert_same(parameters["w"], [expected])


def test_learning_rate_of_rprop_is_the_first_step_of_every_parameter_and_no_later_one():
    optimizer, parameters = optim.Rprop(1.0), {"early": np.zeros(1)}
    optimizer.step(parameters, {"early": np.ones(1)})
    optimizer.learning_rate = 5.0
    parameters["late"] = np.zeros(1)
    optimizer.step(parameters, {"early": np.ones(1), "late": np.ones(1)})
    assert_same([parameters["early"][0], parameters["late"][0]], [-2.2, -5.0])


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_twenty_steps_are_pytorchs(case, rng):
    torch = pytest.importorskip("torch")
    make, name, options = OPTIMIZERS[case]
    parameters, optimizer = draw(rng), make()
    theirs = {key: torch.tensor(array, requires_grad=True) for key, array in parameters.items()}
    reference = getattr(torch.optim, name)(theirs.values(), **options)
    for _ in range(20):
        gradients = draw(rng)
        for key, tensor in theirs.items():
            tensor.grad = torch.tensor(gradients[key])
        optimizer.step(parameters, gradients)
        reference.step()
        for key, array in parameters.items():
            np.testing.assert_allclose(array, theirs[key].detach().numpy(), rtol=1e-12, atol=1e-12, err_msg=key)


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


def test_state_is_a_copy_that_later_steps_and_writes_leave_alone(make, rng):
    parameters, optimizer = draw(rng), make()
    optimizer.step(parameters, draw(rng))
    best, state = copies(parameters), optimizer.state()
    before = copies(state)
    optimizer.step(parameters, draw(rng))
    assert_untouched(state, before)
    now = copies(optimizer.state())
    for array in optimizer.state().values():
        array[...] = 7
    assert_untouched(optimizer.state(), now)
    optimizer.load_state(state)  # back to the best state, and on from there as a run that never left it
    other, gradients, twin = make(), draw(rng), copies(best)
    other.load_state(before)
    optimizer.step(best, gradients)
    other.step(twin, gradients)
    assert_untouched(twin, copies(best))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Adam", "SGD"), ("SGD", "Adam"), ("SGD with momentum", "Adam"), ("Rprop", "Adam"), ("AdamW", "RMSProp"),
        ("RMSProp", "Rprop"),
    ],
)  # fmt: skip
def test_message_for_the_state_of_another_optimizer(one, two, rng):
    writer, reader = OPTIMIZERS[one][0](), OPTIMIZERS[two][0]()
    for optimizer in (writer, reader):
        optimizer.step(draw(rng), draw(rng))
    before = copies(reader.state())
    with pytest.raises(ValueError, match=f"^{type(reader).__name__}: expected memories "):
        reader.load_state(writer.state())
    assert_untouched(reader.state(), before)


def test_broken_state_changes_nothing(make, rng):
    optimizer = make()
    optimizer.step(draw(rng), draw(rng))
    before = copies(optimizer.state())
    with pytest.raises(ValueError, match="convert"):
        optimizer.load_state(copies(optimizer.state()) | {"steps": np.array(9), "learning_rate": np.array("fast")})
    assert_untouched(optimizer.state(), before)


def test_adam_and_adamw_go_on_from_each_others_state(rng):
    adam, other = lt.Adam(0.1), optim.AdamW(0.3, weight_decay=0.0)
    parameters = draw(rng)
    adam.step(parameters, draw(rng))
    other.load_state(adam.state())
    twin, gradients = copies(parameters), draw(rng)
    adam.step(parameters, gradients)
    other.step(twin, gradients)
    assert_untouched(twin, copies(parameters))


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


@pytest.mark.parametrize("size", [1e-45, 1e-40, 1e-25, 1e-20, 1e18, 1e20, 8e37])
def test_clipping_of_gradients_whose_squares_float32_cannot_hold(size):
    gradients = {"w": np.array([3, 4], np.float32) * np.float32(size), "b": np.zeros(2, np.float32)}
    w = gradients["w"].astype(np.float64)
    clipped, norm = lt.clip_by_global_norm(gradients, size / 10)
    assert norm == pytest.approx(np.hypot(*w), rel=1e-7)
    assert clipped["w"].dtype == np.float32
    np.testing.assert_allclose(clipped["w"], w / norm * (size / 10), rtol=1e-6, atol=1e-45)
    assert not clipped["b"].any()


@pytest.mark.parametrize("size", [5e-324, 1e-320, 1e-200, 1e-160, 1e160, 1e200, 1e307])
def test_clipping_of_gradients_whose_squares_float64_cannot_hold(size):
    gradients = {
        "zero": np.zeros(1),
        "w": np.array([3.0, 0.0]) * size,
        "b": np.array([[-4.0]]) * size,
        "small": np.ones(1, np.float32),
    }
    if size < 1:
        del gradients["small"]
    threshold = min(2 * size, 1e-3)
    clipped, norm = lt.clip_by_global_norm(gradients, threshold)
    assert norm == pytest.approx(5 * size, rel=1e-12)
    np.testing.assert_allclose(clipped["w"], [0.6 * threshold, 0], rtol=1e-12, atol=5e-324)
    np.testing.assert_allclose(clipped["b"], [[-0.8 * threshold]], rtol=1e-12, atol=5e-324)


def test_gradients_whose_joint_length_is_no_float_are_clipped_too():
    clipped, norm = lt.clip_by_global_norm({"w": np.full(4, 1.5e308)}, 1.0)
    assert norm == np.inf
    assert_same(clipped["w"], np.full(4, 0.5))


def test_the_case_that_clipping_is_for():
    clipped, norm = lt.clip_by_global_norm({"w": np.array([3e20, 4e20], np.float32)}, 1.0)
    assert norm == pytest.approx(5e20)
    np.testing.assert_allclose(clipped["w"], [0.6, 0.8], rtol=1e-6)
    clipped, norm = lt.clip_by_global_norm({"w": np.array([3, 4], np.int8) * np.int8(20)}, 1.0)  # 80^2 is no int8
    assert norm == 100
    assert_same(clipped["w"], [0.6, 0.8])


def test_clipping_of_nothing():
    assert lt.clip_by_global_norm({}, 1.0) == ({}, 0.0)
    clipped, norm = lt.clip_by_global_norm({"empty": np.zeros((0, 3)), "zero": np.zeros(2)}, 1.0)
    assert norm == 0
    assert clipped["empty"].shape == (0, 3)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_message_for_gradients_that_are_not_finite(value):
    gradients = {"fine": np.ones(2), "broken": np.array([1.0, value])}
    message = "clip_by_global_norm: expected finite gradients, got NaN or inf in ['broken']"
    with pytest.raises(FloatingPointError, match=f"^{re.escape(message)}$"):
        lt.clip_by_global_norm(gradients, 1.0)


# -- schedules ---------------------------------------------------------------------------------------------------------

SCHEDULES = {
    "linear": (
        lambda: optim.linear_decay(0.3, 8, floor=0.25), "LinearLR",
        {"start_factor": 1.0, "end_factor": 0.25, "total_iters": 8},
    ),
    "cosine": (lambda: optim.cosine(0.3, 12, floor=0.1), "CosineAnnealingLR", {"T_max": 12, "eta_min": 0.03}),
    "steps": (lambda: optim.step_decay(0.3, 4, factor=0.5), "StepLR", {"step_size": 4, "gamma": 0.5}),
    "warm-up": (
        lambda: optim.warmup(0.3, 5), "LinearLR", {"start_factor": 0.2, "end_factor": 1.0, "total_iters": 4},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SCHEDULES)
def test_schedule_is_pytorchs(case):
    torch = pytest.importorskip("torch")
    make, name, options = SCHEDULES[case]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    reference, schedule = getattr(torch.optim.lr_scheduler, name)(optimizer, **options), make()
    for k in range(12):
        assert_same(schedule(k), reference.get_last_lr()[0], f"update {k}")
        optimizer.step()
        reference.step()


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (optim.linear_decay(2.0, 4), [2, 1.5, 1, 0.5, 0, 0, 0]),
        (optim.linear_decay(2.0, 4, floor=0.5), [2, 1.75, 1.5, 1.25, 1, 1, 1]),
        (optim.cosine(2.0, 2), [2, 1, 0, 0, 0, 0, 0]),
        (optim.cosine(2.0, 2, floor=0.5), [2, 1.5, 1, 1, 1, 1, 1]),
        (optim.step_decay(2.0, 3), [2, 2, 2, 0.2, 0.2, 0.2, 0.02]),
        (optim.warmup(2.0, 4), [0.5, 1, 1.5, 2, 2, 2, 2]),
        (optim.linear_decay(optim.warmup(2.0, 2), 4), [1, 1.5, 1, 0.5, 0, 0, 0]),
        (optim.cosine(optim.warmup(2.0, 2), 2), [1, 1, 0, 0, 0, 0, 0]),
        (optim.warmup(optim.step_decay(2.0, 3), 2), [1, 2, 2, 0.2, 0.2, 0.2, 0.02]),
    ],
)
def test_schedule_by_hand_also_past_its_end_and_of_another_schedule(schedule, expected):
    rates = [schedule(k) for k in range(7)]
    assert {type(rate) for rate in rates} == {float}
    assert_same(rates, np.array(expected, float))


@pytest.mark.parametrize("settings", [{"warmup": 100}, {"warmup": 37}, {}])
def test_rates_of_the_stored_experiments_are_bit_for_bit_what_they_were(settings):
    schedule = recipes.learning_rate(settings | {"learning_rate": 0.008, "updates": 400})
    rise = max(settings.get("warmup", 0), 1)
    for k in range(400):
        assert schedule(k) == 0.008 * min(1, (k + 1) / rise) * (1 + np.cos(np.pi * k / 400)) / 2
        assert type(schedule(k)) is np.float64


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: lt.SGD(0.0), "SGD: expected learning_rate > 0, got 0.0"),
        (lambda: lt.Adam(-1.0), "Adam: expected learning_rate > 0, got -1.0"),
        (lambda: lt.Adam(float("nan")), "Adam: expected learning_rate > 0, got nan"),
        (lambda: lt.Adam("fast"), "Adam: expected learning_rate to be a finite number, got 'fast'"),
        (lambda: lt.SGD(np.inf), "SGD: expected learning_rate to be a finite number, got inf"),
        (lambda: lt.SGD(0.1, momentum=np.nan), "SGD: expected momentum in [0, 1), got nan"),
        (lambda: lt.Adam(eps=-1), "Adam: expected eps >= 0, got -1"),
        (lambda: lt.Adam(eps=np.nan), "Adam: expected eps >= 0, got nan"),
        (lambda: lt.Adam(betas=0.9), "Adam: expected two betas in [0, 1), got 0.9"),
        (lambda: lt.Adam(betas=(0.9, np.nan)), "Adam: expected two betas in [0, 1), got (0.9, nan)"),
        (lambda: optim.AdamW(eps=-1e-8), "AdamW: expected eps >= 0, got -1e-08"),
        (lambda: optim.AdamW(weight_decay=np.nan), "AdamW: expected weight_decay >= 0, got nan"),
        (lambda: optim.RMSProp(decay=np.nan), "RMSProp: expected decay in [0, 1), got nan"),
        (lambda: optim.RMSProp(eps=np.nan), "RMSProp: expected eps >= 0, got nan"),
        (lambda: optim.RMSProp(momentum=np.nan), "RMSProp: expected momentum in [0, 1), got nan"),
        (lambda: optim.Rprop(np.nan), "Rprop: expected learning_rate > 0, got nan"),
        (lambda: optim.Rprop(factors=(0.5, np.nan)),
         "Rprop: expected two factors, 0 < shrink < 1 < grow, got (0.5, nan)"),
        (lambda: optim.Rprop(factors=0.5), "Rprop: expected two factors, 0 < shrink < 1 < grow, got 0.5"),
        (lambda: optim.Rprop(bounds=(np.nan, 1.0)),
         "Rprop: expected two bounds, 0 < smallest <= largest, got (nan, 1.0)"),
        (lambda: optim.Rprop(bounds=None), "Rprop: expected two bounds, 0 < smallest <= largest, got None"),
        (lambda: optim.warmup(np.nan, 5), "warmup: expected a rate > 0, got nan"),
        (lambda: optim.cosine("0.1", 5), "cosine: expected a rate to be a finite number, got '0.1'"),
        (lambda: optim.cosine(0.1, np.nan), "cosine: expected updates > 0, got nan"),
        (lambda: optim.cosine(0.1, 5, floor=np.nan), "cosine: expected floor in [0, 1], got nan"),
        (lambda: optim.step_decay(0.1, 5, factor=np.nan), "step_decay: expected factor in (0, 1], got nan"),
        (lambda: lt.clip_by_global_norm({}, "1"), "clip_by_global_norm: expected threshold > 0, got '1'"),
        (lambda: lt.clip_by_global_norm({"w": np.ones(1) + 0j}, 1.0),
         "clip_by_global_norm: expected w to be real numbers, got complex128"),
        (lambda: lt.SGD(0.1, momentum=1.0), "SGD: expected momentum in [0, 1), got 1.0"),
        (lambda: lt.Adam(betas=(0.9, 1.0)), "Adam: expected two betas in [0, 1), got (0.9, 1.0)"),
        (lambda: lt.Adam(betas=(0.9,)), "Adam: expected two betas in [0, 1), got (0.9,)"),
        (lambda: optim.AdamW(weight_decay=-0.1), "AdamW: expected weight_decay >= 0, got -0.1"),
        (lambda: optim.AdamW(betas=(0.9,)), "AdamW: expected two betas in [0, 1), got (0.9,)"),
        (lambda: optim.RMSProp(0.0), "RMSProp: expected learning_rate > 0, got 0.0"),
        (lambda: optim.RMSProp(decay=1.0), "RMSProp: expected decay in [0, 1), got 1.0"),
        (lambda: optim.RMSProp(momentum=-0.1), "RMSProp: expected momentum in [0, 1), got -0.1"),
        (lambda: optim.RMSProp(eps=-1.0), "RMSProp: expected eps >= 0, got -1.0"),
        (lambda: optim.Rprop(factors=(1.2, 0.5)),
         "Rprop: expected two factors, 0 < shrink < 1 < grow, got (1.2, 0.5)"),
        (lambda: optim.Rprop(bounds=(0.0, 1.0)), "Rprop: expected two bounds, 0 < smallest <= largest, got (0.0, 1.0)"),
        (lambda: optim.warmup(0.0, 5), "warmup: expected a rate > 0, got 0.0"),
        (lambda: optim.warmup(0.1, 0), "warmup: expected updates > 0, got 0"),
        (lambda: optim.cosine(0.1, -1), "cosine: expected updates > 0, got -1"),
        (lambda: optim.cosine(0.1, 5, floor=2.0), "cosine: expected floor in [0, 1], got 2.0"),
        (lambda: optim.linear_decay(0.1, 5, floor=-1.0), "linear_decay: expected floor in [0, 1], got -1.0"),
        (lambda: optim.step_decay(0.1, 0), "step_decay: expected every > 0, got 0"),
        (lambda: optim.step_decay(0.1, 5, factor=0.0), "step_decay: expected factor in (0, 1], got 0.0"),
        (lambda: lt.clip_by_global_norm({}, 0.0), "clip_by_global_norm: expected threshold > 0, got 0.0"),
        (lambda: lt.clip_by_global_norm({}, float("nan")), "clip_by_global_norm: expected threshold > 0, got nan"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
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


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_gradient_that_is_not_finite_is_refused_and_nothing_is_changed(make, value, rng):
    parameters, optimizer = draw(rng), make()
    optimizer.step(parameters, draw(rng))
    gradients = draw(rng)
    gradients["bias"][1] = value
    before = copies([parameters, optimizer.state()])
    name = type(optimizer).__name__
    with pytest.raises(FloatingPointError, match=f"^{name}: expected finite gradients, got NaN or inf in bias$"):
        optimizer.step(parameters, gradients)
    assert_untouched([parameters, optimizer.state()], before)


@pytest.mark.parametrize("make", [lt.Adam, optim.AdamW, optim.RMSProp])
@pytest.mark.parametrize(("dtype", "size"), [(np.float32, 1e20), (np.float32, -3e38), (np.float64, 1e200)])
def test_gradient_whose_square_overflows_is_refused_and_nothing_is_changed(make, dtype, size, rng):
    """Its running mean would be infinite for ever, and every later step zero."""
    parameters, optimizer = draw(rng, dtype), make()
    optimizer.step(parameters, draw(rng, dtype))
    before = copies([parameters, optimizer.state()])
    gradients = draw(rng, dtype) | {"bias": np.array([1, size, 1], dtype)}
    message = f"expected gradients whose squares are below the largest {np.dtype(dtype)}, got {abs(size):.3g} in bias"
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        optimizer.step(parameters, gradients)
    assert_untouched([parameters, optimizer.state()], before)
    optimizer.step(parameters, lt.clip_by_global_norm(gradients, 1.0)[0])
    assert all(np.isfinite(array).all() for array in parameters.values())


def test_largest_gradient_whose_square_is_a_float_is_used():
    largest = np.sqrt(np.finfo(np.float32).max).astype(np.float32) * np.float32(0.999)
    parameters = {"w": np.zeros(1, np.float32)}
    lt.Adam(0.1).step(parameters, {"w": np.array([largest])})
    np.testing.assert_allclose(parameters["w"], [-0.1], rtol=1e-5)


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_rprop_reads_signs_of_gradients_whose_product_is_no_float32(size):
    parameters, optimizer = {"w": np.zeros(1, np.float32)}, optim.Rprop(1.0)
    for gradient, expected in ((3.0, -1.0), (0.1, -2.2), (-9.0, -2.2), (-1.0, -1.6)):
        optimizer.step(parameters, {"w": np.array([gradient * size], np.float32)})
        np.testing.assert_allclose(parameters["w"], [expected], rtol=1e-6)


def test_integer_gradients_are_computed_as_floats(make):
    ints, floats = {"w": np.array([1.0, -2.0])}, {"w": np.array([1.0, -2.0])}
    one, two = make(), make()
    for _ in range(2):
        one.step(ints, {"w": np.array([100, -100], np.int8)})
        two.step(floats, {"w": np.array([100.0, -100.0])})
    assert_untouched(ints, copies(floats))


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        (np.ones(2, int), "expected w to be an array of floats, got int64"),
        ([1.0, 2.0], "expected w to be an array of floats, got list"),
        (np.broadcast_to(1.0, 2), "expected w to be an array to write into, got a read-only one"),
    ],
    ids=["integers", "list", "read-only"],
)
def test_message_for_parameters_that_cannot_be_written_into(make, parameter, message):
    optimizer = make()
    before = copies(optimizer.state())
    with pytest.raises(ValueError, match=f"^{type(optimizer).__name__}: {re.escape(message)}$"):
        optimizer.step({"first": np.ones(1), "w": parameter}, {"first": np.ones(1), "w": np.ones(2)})
    assert_untouched(optimizer.state(), before)


@pytest.mark.parametrize("rate", [np.nan, -0.1])
def test_message_for_a_learning_rate_that_a_schedule_spoiled(make, rate):
    optimizer, parameters = make(), {"w": np.ones(1)}
    optimizer.learning_rate = rate
    with pytest.raises(ValueError, match=f"expected learning_rate >= 0, got {rate}"):
        optimizer.step(parameters, {"w": np.ones(1)})
    assert parameters["w"] == 1
    assert optimizer.steps == 0


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        (lt.SGD(0.1), "SGD(learning_rate=0.1, momentum=0.0)"),
        (lt.Adam(), "Adam(learning_rate=0.001, betas=(0.9, 0.999), eps=1e-08)"),
        (lt.AdamW(np.float64(0.5)), "AdamW(learning_rate=0.5, betas=(0.9, 0.999), eps=1e-08, weight_decay=0.01)"),
        (lt.RMSProp(momentum=0.5), "RMSProp(learning_rate=0.01, decay=0.99, eps=1e-08, momentum=0.5)"),
        (lt.Rprop(), "Rprop(learning_rate=0.01, factors=(0.5, 1.2), bounds=(1e-06, 50.0))"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_optimizer_says_what_it_is(optimizer, expected):
    assert repr(optimizer) == expected
    assert repr(eval(expected, vars(lt))) == expected


# -- memory from elsewhere ---------------------------------------------------------------------------------------------


def test_memory_that_a_pickle_gives_read_only_is_stepped_on_as_before(make, rng):
    parameters, gradients, optimizer = draw(rng), draw(rng), make()
    optimizer.step(parameters, gradients)
    buffers = []
    text = pickle.dumps(optimizer, protocol=5, buffer_callback=buffers.append)
    other = pickle.loads(text, buffers=[bytes(buffer.raw()) for buffer in buffers])  # as joblib's memory maps
    parameters_of_other = copies(parameters)
    optimizer.step(parameters, gradients)
    other.step(parameters_of_other, gradients)
    for name, array in parameters.items():
        np.testing.assert_array_equal(parameters_of_other[name], array)


def test_state_of_integers_is_read_as_floats(make, rng):
    parameters, gradients, optimizer = draw(rng), draw(rng), make()
    optimizer.step(parameters, {name: np.ones_like(array) for name, array in parameters.items()})
    state = {name: np.ceil(array) if "/" in name else array for name, array in optimizer.state().items()}
    results = []
    for dtype in (float, int):
        optimizer.load_state({name: array.astype(dtype) if "/" in name else array for name, array in state.items()})
        results.append(copies(parameters))
        optimizer.step(results[-1], gradients)
    for name, array in results[0].items():
        np.testing.assert_array_equal(results[1][name], array)


def test_message_for_a_state_of_parameters_of_other_shapes_and_nothing_is_changed(make, rng):
    parameters, gradients, optimizer = draw(rng), draw(rng), make()
    optimizer.step(parameters, gradients)
    before, state = copies(parameters), optimizer.state()
    kind = optimizer.memories[0]
    optimizer.load_state(state | {f"{kind}/bias": np.ones(4)})
    with pytest.raises(ValueError, match=rf"expected {kind} of bias of shape \(3,\), got \(4,\)"):
        optimizer.step(parameters, gradients)
    for name, array in parameters.items():
        np.testing.assert_array_equal(array, before[name])
    assert optimizer.steps == 1


def test_what_vanishes_in_clipping_is_zero_however_strict_numpy_is():
    with np.errstate(all="raise"):
        clipped, _ = lt.clip_by_global_norm({"w": np.array([3e-200, 3e200])}, 1.0)
    assert clipped["w"].tolist() == [0.0, 1.0]
