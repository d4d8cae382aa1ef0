"""The races behind the playground's still picture: run by the page's own code, and stored.

``python -m lstm_tutor.widgets._stored playground`` runs them again (some minutes; needs Node.js).
"""

import json
import pathlib
import subprocess
from typing import Any

from lstm_tutor.widgets import _stored
from lstm_tutor.widgets.playground.tasks import COMMON, TASKS

RACE = pathlib.Path(__file__).with_name("run.mjs")
SEEDS = [0, 1, 2, 3, 4, 5]
BIN = 20  # updates that one stored number is the mean of
RACES: dict[str, tuple[str, dict]] = {task: (task, {}) for task in TASKS}
RACES["adding, bias 0"] = "adding", {"forget_bias": 0.0}


def order_of(name: str) -> dict[str, Any]:
    """What ``run.mjs`` is asked for: a task's usual settings and what differs, which seeds, how many updates."""
    task, changes = RACES[name]
    usual = dict(TASKS[task]["usual"])
    until = usual.pop("until")
    return {
        "settings": {"task": task, **COMMON, **usual, **changes}, "seeds": SEEDS, "updates": until, "bin": BIN,
    }  # fmt: skip


def run(order: dict[str, Any], *, node: str = "node") -> list[dict[str, Any]]:
    """One dict per seed: ``cells[kind]["losses"]`` and ``["rights"]`` in bins; the task's ``baseline``, ``chance``."""
    done = subprocess.run([node, str(RACE)], input=json.dumps(order), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def stored() -> dict[str, Any]:
    """By name: ``order``, as it was run, and ``runs``, one per seed."""
    return _stored.read("playground")


def record() -> None:
    """Run what is missing of every race, seed by seed, and store it."""
    for name in RACES:
        order = order_of(name)
        for seed in SEEDS:
            races = stored()
            race = races.get(name)
            if race is None or race["order"] != order:
                race = {"order": order, "runs": []}
            if seed in [one["seed"] for one in race["runs"]]:
                continue
            runs = race["runs"] + run(order | {"seeds": [seed]})
            race = race | {"runs": sorted(runs, key=lambda one: one["seed"])}
            _stored.write("playground", races | {name: race})
            print(f"{name}, seed {seed}", flush=True)
