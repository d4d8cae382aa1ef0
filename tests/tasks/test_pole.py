"""The cart and its pole obey mechanics, and the controller that sees everything is the best linear one."""

import numpy as np
import pytest

from lstm_tutor.experiments.studies.applications import pole as study
from lstm_tutor.tasks import pole


def accelerations(state, force):
    """Solve the two equations of Lagrange for the accelerations: a thin pole of mass m on a cart, M together."""
    m, M, half, g = 0.1, 1.1, 0.5, 9.8
    _, _, angle, turn = state
    masses = np.array([[M, m * half * np.cos(angle)], [m * half * np.cos(angle), 4 / 3 * m * half**2]])
    return np.linalg.solve(masses, [force + m * half * turn**2 * np.sin(angle), m * g * half * np.sin(angle)])


@pytest.mark.parametrize("seed", range(3))
def test_a_push_follows_from_the_equations_of_lagrange(seed):
    rng = np.random.default_rng(seed)
    state, force = rng.standard_normal((5, 4)), rng.uniform(-9, 9, 5)
    expected = []
    for one, F in zip(state, force, strict=True):
        speed_up, turn_up = accelerations(one, F)
        expected.append(one + 0.02 * np.array([one[1], speed_up, one[3], turn_up]))
    np.testing.assert_allclose(pole.push(state, force), expected, rtol=1e-12)


def test_the_linear_model_is_the_slope_of_a_push_at_rest():
    A, b = pole.linearized()
    rest, eps = np.zeros((1, 4)), 1e-6
    slope = [(pole.push(rest + eps * e, [0.0]) - pole.push(rest - eps * e, [0.0]))[0] / (2 * eps) for e in np.eye(4)]
    np.testing.assert_allclose(A, np.transpose(slope), atol=1e-9)
    np.testing.assert_allclose(b, (pole.push(rest, [eps]) - pole.push(rest, [-eps]))[0] / (2 * eps), atol=1e-9)


def test_a_force_beyond_the_strongest_is_cut():
    state = pole.start(3, 0)
    np.testing.assert_array_equal(pole.push(state, [50.0] * 3), pole.push(state, [pole.STRONGEST] * 3))


def cost(gains):
    """Return what all states together cost under linear feedback, from the equation of Lyapunov."""
    A, b = pole.linearized()
    closed = A - np.outer(b, gains)
    assert np.abs(np.linalg.eigvals(closed)).max() < 1
    Q = np.diag([1.0, 0, 10, 0]) + 0.01 * np.outer(gains, gains)
    return np.linalg.solve(np.eye(16) - np.kron(closed.T, closed.T), Q.ravel()).reshape(4, 4).trace()


def test_no_other_gains_cost_less():
    gains = -pole.linear_feedback(np.eye(4))
    best, rng = cost(gains), np.random.default_rng(0)
    for _ in range(20):
        assert cost(gains + 0.2 * rng.standard_normal(4)) > best


def test_a_pole_falls_at_its_limits():
    far, leaning = pole.LIMITS
    states = np.array([[far + 0.01, 0, 0, 0], [0, 9, 0, 9], [0, 0, -leaning - 0.01, 0], [-far, 0, leaning, 0]])
    assert pole.has_fallen(states).tolist() == [True, False, True, False]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pole.push(np.zeros(4), [0.0]), r"states of shape \(N, 4\), got \(4,\)"),
        (lambda: pole.push(np.zeros((2, 4)), [0.0]), r"force of shape \(2,\), got \(1,\)"),
        (lambda: pole.has_fallen(np.full((1, 4), np.nan)), "state"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# -- the study's controllers -------------------------------------------------------------------------------------------


def test_the_filter_balances_what_a_window_drops():
    settings = study.EXPERIMENT.settings("two readings")
    fallen_at = {
        name: study.balance(study.learn(chosen, 3), 20, 300, 4)[0]
        for name, chosen in (("window", settings), ("filter", {"controller": "filter"}))
    }
    assert (fallen_at["filter"] == 300).all() and (fallen_at["window"] < 300).mean() > 0.3


def test_readings_are_the_place_and_the_angle_with_noise():
    _, readings, states = study.balance(study.learn({"controller": "all"}, 0), 50, 200, 1)
    np.testing.assert_allclose((readings - states[..., [0, 2]]).std(axis=(0, 1)), study.NOISE, rtol=0.05)


def test_a_network_remembers_its_state_from_step_to_step():
    model = study.fit_network(study.EXPERIMENT.settings("GRU") | {"rounds": 1, "updates": 2}, 0)
    readings = np.random.default_rng(0).standard_normal((5, 3, 2)) * study.NOISE
    control, memory, forces = study.recurrent(model), None, []
    for reading in readings:
        force, memory = control(reading, memory, np.zeros((3, 4)))
        forces.append(force)
    whole, _ = model.forward((readings / study.SCALE).astype(np.float32))
    np.testing.assert_allclose(forces, pole.STRONGEST * whole[..., 0], rtol=1e-5)


def test_a_window_forgets_what_is_older():
    weight = np.random.default_rng(0).standard_normal(6)
    control, readings = study.windowed(weight, 3), np.random.default_rng(1).standard_normal((6, 2, 2))
    memory = None
    for reading in readings:
        force, memory = control(reading, memory, np.zeros((2, 4)))
    np.testing.assert_allclose(force, np.concatenate(list(readings[-3:]), axis=1) @ weight)


def test_a_fall_is_counted_at_the_step_after_which_the_pole_is_down_and_gusts_are_as_strong_as_said():
    still = lambda reading, memory, state: (np.zeros(len(reading)), None)  # noqa: E731
    fallen_at, _, states = study.balance(still, 30, 200, 0)
    assert (fallen_at < 200).all(), "nobody balances them"
    for n, t in enumerate(fallen_at):
        assert not pole.has_fallen(states[:t, n]).any() and states[:t, n].any(axis=1).all()
        assert not states[t:, n].any(), "what is down stays out of it"
    now, then = (np.concatenate([states[k : t - 1 + k, n] for n, t in enumerate(fallen_at)]) for k in (0, 1))
    quiet, pushed = (pole.push(now, np.full(len(now), force)) for force in (0.0, 1.0))
    gusts = (then - quiet)[:, 1] / (pushed - quiet)[:, 1]
    assert gusts.std() == pytest.approx(study.GUST, rel=0.05) and abs(gusts.mean()) < 0.1


@pytest.fixture
def balanced(monkeypatch):
    """Who balanced, and what came of it: filled while the study learns."""
    made, balance = [], study.balance

    def noted(controller, *rest):
        made.append((controller, *balance(controller, *rest)))
        return made[-1][1:]

    monkeypatch.setattr(study, "balance", noted)
    return made


def test_a_network_imitates_on_the_states_that_it_runs_into_itself_and_not_when_the_pole_is_down(balanced, monkeypatch):
    batches = []

    class Idle:
        def __init__(self, model, choose, *rest, **options):
            self.choose = choose

        def run(self, updates, **options):
            batches.extend(self.choose(k) for k in range(40))

    monkeypatch.setattr(study, "Trainer", Idle)
    settings = study.EXPERIMENT.settings("GRU") | {"rounds": 3, "updates": 5, "steps": 150}
    model = study.fit_network(settings, 0)
    own = [fallen_at for _, fallen_at, _, _ in balanced[1:]]
    assert len(balanced) == 3 and all((fallen_at < 150).any() for fallen_at in own), "it has not learned anything"
    state = np.zeros((2, 4))
    forces = [controller(state[:, :2], None, state)[0] for controller, *_ in balanced]
    assert not forces[0].any(), "the expert does nothing at rest"
    expected = pole.STRONGEST * model.forward(np.zeros((1, 2, 2), np.float32))[0][0, :, 0]
    np.testing.assert_allclose(forces[1:], [expected] * 2, rtol=1e-5)
    seen = {id(batch): batch for batch in batches}.values()
    assert len(seen) == 3
    for batch, (_, fallen_at, _, _) in zip(seen, balanced, strict=True):
        np.testing.assert_array_equal(batch.mask.sum(axis=0), fallen_at)


def test_a_window_is_fitted_to_the_states_that_it_runs_into_and_not_to_poles_that_are_down(balanced, monkeypatch):
    rows, fit = [], np.linalg.lstsq
    monkeypatch.setattr(
        study.np.linalg, "lstsq", lambda x, *rest, **options: rows.append(len(x)) or fit(x, *rest, **options)
    )
    study.fit_window(study.EXPERIMENT.settings("two readings") | {"rounds": 2}, 0)
    upright = [np.maximum(fallen_at - 1, 0).sum() for _, fallen_at, _, _ in balanced]
    assert rows == np.cumsum(upright).tolist()
    assert (balanced[1][1] < 300).any() and len({id(controller) for controller, *_ in balanced}) == 2


@pytest.mark.parametrize("variant", ["two readings", "sees everything"])
def test_the_seed_decides_who_is_balanced(variant):
    settings = study.EXPERIMENT.settings(variant)
    kept = [study.balance(study.learn(settings, 0), 9, 20, [seed, 9])[2] for seed in (0, 0, 1)]
    assert np.array_equal(kept[0], kept[1]) and not np.array_equal(kept[0], kept[2])
