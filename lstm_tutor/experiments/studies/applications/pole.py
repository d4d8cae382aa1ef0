"""Balancing a pole whose speeds are hidden: controllers without memory, with two readings, and recurrent ones."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lstm_tutor import GRU, LSTM, RNN, Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.tasks import pole
from lstm_tutor.types import Array

CELLS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
NOISE = np.array([0.02, np.deg2rad(1)])  # standard deviation of a reading: meters, radians
GUST = 1.0  # standard deviation of the wind's push in a step, newton
SCALE = np.array([1.0, 0.1])  # readings are divided by it for a network
STEPS = 1000  # 20 seconds
# From readings (N, 2), what the controller remembers, and the true states (N, 4), to forces (N,) and a new memory.
Controller = Callable[[Array, Any, Array], tuple[Array, Any]]


def run(settings: Settings, seed: int) -> Metrics:
    """Learn to imitate a controller that sees everything, from noisy places and angles alone; then balance new poles.

    Metrics, over 100 new starts: `upright`, the share in percent that stands after 1,000 steps; `steps`, the median
    number of steps until the fall.
    """
    fallen_at, _, _ = balance(learn(settings, seed), 100, STEPS, [seed, 9])
    return {"upright": float((fallen_at == STEPS).mean() * 100), "steps": float(np.median(fallen_at))}


def balance(controller: Controller, count: int, steps: int, rng: Any) -> tuple[Array, Array, Array]:
    """Let a controller balance `count` poles in gusts of wind.

    Returns
    -------
    fallen_at : ints (count,)
        The number of steps until the fall, `steps` if there was none.
    readings : array (steps, count, 2)
        Place and angle, as measured.
    states : array (steps, count, 4)
        What was true; zeros after a fall.
    """
    generator = np.random.default_rng(rng)
    state, memory = pole.start(count, generator), None
    fallen_at, up = np.full(count, steps), np.ones(count, bool)
    readings, states = np.empty((steps, count, 2)), np.empty((steps, count, 4))
    for t in range(steps):
        readings[t], states[t] = state[:, [0, 2]] + NOISE * generator.standard_normal((count, 2)), state
        force, memory = controller(readings[t], memory, state)
        state = pole.push(state, force + GUST * generator.standard_normal(count))
        falls = up & pole.has_fallen(state)
        fallen_at[falls] = t + 1
        up &= ~falls
        state = state * up[:, None]
    return fallen_at, readings, states


def learn(settings: Settings, seed: int) -> Controller:
    """Return the controller that the settings describe."""
    return {
        "all": lambda: lambda reading, memory, state: (pole.linear_feedback(state), None),
        "filter": kalman,
        "window": lambda: fit_window(settings, seed),
        "network": lambda: recurrent(fit_network(settings, seed)),
    }[settings["controller"]]()


def imitated(states: Array) -> Array:
    """Return what the controller that sees everything does in states (T, N, 4): forces (T, N)."""
    force = pole.linear_feedback(states.reshape(-1, 4)).reshape(states.shape[:2])
    return np.clip(force, -pole.STRONGEST, pole.STRONGEST)


# -- with a window of readings -----------------------------------------------------------------------------------------


def windowed(weight: Array, size: int) -> Controller:
    """Return the linear controller of the last `size` readings."""

    def control(reading: Array, memory: Any, state: Array) -> tuple[Array, Any]:
        last = [reading] * size if memory is None else [*memory[1:], reading]
        return np.concatenate(last, axis=1) @ weight, last

    return control


def fit_window(settings: Settings, seed: int) -> Controller:
    """Fit the weights by least squares, round by round, each on what all controllers before it ran into."""
    size, inputs, forces = settings["window"], list[Array](), list[Array]()
    controller = learn({"controller": "all"}, seed)
    for k in range(settings["rounds"]):
        fallen_at, readings, states = balance(controller, settings["poles"], settings["steps"], [seed, 1, k])
        target = imitated(states)
        for t in range(size - 1, settings["steps"]):
            up = fallen_at > t
            inputs.append(np.concatenate(list(readings[t - size + 1 : t + 1, up]), axis=1))
            forces.append(target[t, up])
        weight = np.linalg.lstsq(np.concatenate(inputs), np.concatenate(forces), rcond=None)[0]
        controller = windowed(weight, size)
    return controller


# -- with a recurrent network ------------------------------------------------------------------------------------------


def recurrent(model: SequenceModel) -> Controller:
    """Return the controller whose memory is the network's state."""

    def control(reading: Array, memory: Any, state: Array) -> tuple[Array, Any]:
        force, trace = model.forward((reading / SCALE).astype(np.float32)[None], memory)
        return pole.STRONGEST * force[0, :, 0].astype(float), trace.final_state

    return control


def fit_network(settings: Settings, seed: int) -> SequenceModel:
    """Train a network, round by round, on what it and its predecessors ran into."""
    layer = CELLS[settings["cell"]](2, settings["hidden"], dtype="float32", rng=[seed, 2])
    model = SequenceModel(layer, 1, loss="mean_squared_error", rng=[seed, 3])
    runs = list[tasks.Batch]()
    total = settings["rounds"] * settings["updates"]

    def rate(update: int) -> float:
        return settings["learning_rate"] * (1 if update < 0.7 * total else 0.3)

    trainer = Trainer(model, lambda update: runs[np.random.default_rng([seed, 4, update]).integers(len(runs))],
                      Adam(settings["learning_rate"]), clip=1.0, schedule=rate)  # fmt: skip
    for k in range(settings["rounds"]):
        controller = recurrent(model) if k else learn({"controller": "all"}, seed)
        fallen_at, readings, states = balance(controller, settings["poles"], settings["steps"], [seed, 1, k])
        mask = np.arange(settings["steps"])[:, None] < fallen_at
        x, force = (readings / SCALE).astype(np.float32), imitated(states)[..., None] / pole.STRONGEST
        runs.append(tasks.Batch(x, force.astype(np.float32), mask))
        trainer.run((k + 1) * settings["updates"], **UNATTENDED)
    return model


# -- what a control engineer would do ----------------------------------------------------------------------------------


def kalman() -> Controller:
    """Return the linear feedback on what a Kalman filter makes of the readings; it knows noise, wind and physics."""
    A, b = pole.linearized()
    C, R, Q = np.eye(4)[[0, 2]], np.diag(NOISE**2), np.outer(b, b) * GUST**2
    P = 0.1 * np.eye(4)
    for _ in range(2000):
        gain = P @ C.T @ np.linalg.inv(C @ P @ C.T + R)
        P = A @ (P - gain @ C @ P) @ A.T + Q

    def control(reading: Array, memory: Any, state: Array) -> tuple[Array, Any]:
        expected = reading @ C if memory is None else memory
        estimate = expected + (reading - expected @ C.T) @ gain.T
        force = np.clip(pole.linear_feedback(estimate), -pole.STRONGEST, pole.STRONGEST)
        return force, estimate @ A.T + force[:, None] * b

    return control


def _beats(better, worse):
    return Claim(
        f"every {better} keeps more poles upright than every controller with {worse}",
        lambda r: r.values(better, "upright").min() > r.values(worse, "upright").max(),
        (better, worse),
    )


WINDOW = {"controller": "window", "rounds": 5, "poles": 16, "steps": 300}
NETWORK = {"controller": "network", "hidden": 16, "rounds": 12, "poles": 16, "steps": 150, "updates": 75,
           "learning_rate": 0.01}  # fmt: skip

EXPERIMENT = Experiment(
    name="pole",
    title="Balancing a pole whose speeds are hidden",
    question="Can a controller without memory balance a pole if it sees place and angle, but no speed?",
    run=run,
    variants={
        "one reading": WINDOW | {"window": 1},
        "two readings": WINDOW | {"window": 2},
        "four readings": WINDOW | {"window": 4},
        "RNN": NETWORK | {"cell": "RNN"},
        "GRU": NETWORK | {"cell": "GRU"},
        "LSTM": NETWORK | {"cell": "LSTM"},
        "Kalman filter": {"controller": "filter"},
        "sees everything": {"controller": "all"},
    },
    seeds=10,
    paper="bakker2002reinforcement",
    kind="own",
    strips=(Strip("upright", "poles upright after 20 seconds, %"),),
    pages=("map",),
    deviations="The paper's controller learns from reward alone; ours imitates a controller that sees everything "
    "(the linear-quadratic regulator), on the states that it runs into itself. Readings of the place have an error of "
    "2 cm, of the angle one of 1 degree, and gusts of 1 newton push the cart; the Kalman filter knows these figures "
    "and the equations, the learners know neither. A linear controller without memory is the best of its kind only "
    "near upright, but no other function of one reading knows the speeds either.",
    columns=(
        Column("upright after 1,000 steps, %", lambda m: m["upright"], "{:.0f}"),
        Column("steps until the fall", lambda m: m["steps"], "{:.0f}"),
    ),
    claims=(
        _beats("LSTM", "one reading"),
        _beats("GRU", "one reading"),
        _beats("LSTM", "two readings"),
        Claim(
            "with every seed the LSTM keeps at least as many poles upright as four readings and as the RNN",
            lambda r: all(
                (r.values("LSTM", "upright") >= r.values(other, "upright")).all() for other in ("four readings", "RNN")
            ),
            ("LSTM", "four readings", "RNN"),
        ),
    ),
)
