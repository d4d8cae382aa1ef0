"""The races behind the playground's still picture: run by the page's own code, and stored.

``python -m lstm_tutor.widgets.playground.runs`` runs them again (some minutes; needs Node.js).
"""

import json
import pathlib
import subprocess
import sys

from lstm_tutor.widgets.playground.tasks import COMMON, TASKS

FILE = pathlib.Path(__file__).with_name("runs.json")
RACE = pathlib.Path(__file__).with_name("run.mjs")
SEEDS = [0, 1, 2, 3, 4, 5]
BIN = 20  # updates that one stored number is the mean of
RACES: dict[str, tuple[str, dict]] = {task: (task, {}) for task in TASKS}
RACES["adding, bias 0"] = "adding", {"forget_bias": 0.0}


def order_of(name):
    """What ``run.mjs`` is asked for: a task's usual settings and what differs, which seeds, how many updates."""
    task, changes = RACES[name]
    usual = dict(TASKS[task]["usual"])
    until = usual.pop("until")
    return {
        "settings": {"task": task, **COMMON, **usual, **changes}, "seeds": SEEDS, "updates": until, "bin": BIN,
    }  # fmt: skip


def run(order, *, node="node"):
    """One dict per seed: ``cells[kind]["losses"]`` and ``["rights"]`` in bins; the task's ``baseline``, ``chance``."""
    done = subprocess.run([node, str(RACE)], input=json.dumps(order), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def stored():
    """By name: ``order``, as it was run, and ``runs``, one per seed."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def record(name):
    """Run what is still missing of a race, seed by seed, and store it."""
    order = order_of(name)
    for seed in SEEDS:
        found = stored() if FILE.exists() else {}
        kept = found.get(name)
        if kept is None or kept["order"] != order:
            kept = {"order": order, "runs": []}
        if seed in [one["seed"] for one in kept["runs"]]:
            continue
        done = run(order | {"seeds": [seed]})
        found = stored() if FILE.exists() else {}
        found[name] = kept | {"runs": sorted(kept["runs"] + done, key=lambda one: one["seed"])}
        FILE.write_text(json.dumps(found, separators=(",", ":")) + "\n", encoding="utf-8")
        print(f"{FILE.name}: {name}, seed {seed}", flush=True)


if __name__ == "__main__":
    for name in sys.argv[1:] or RACES:
        record(name)
