"""Random weight guessing on the two-sequence problem (Hochreiter & Schmidhuber, NIPS 1996)."""

import numpy as np

from lstm_tutor import tasks
from lstm_tutor.activations import sigmoid
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.types import Array

GUESSES = 200  # tried side by side
PAPER = (718, 1247)  # mean trials of its two nets; which belongs to A1 and which to A2 is not known to us


def run(settings: Settings, seed: int) -> Metrics:
    """Draw weights until a net answers every training sequence right; then ask it about as many unseen ones.

    Metrics: `trials`, how many nets were drawn, the last of them the one that was right (None if none was); `tried`;
    `right`, its share of unseen sequences (None if none was); `parameters`.
    """
    sizes = {"informative": settings["informative"], "variance": settings["variance"]}
    sets = [tasks.two_sequences(100, rng=[seed, k], **sizes) for k in (2, 3)]
    few = pieces(sets[0], np.array([0, 1, 98, 99]))  # who fails on these need not see the rest
    wiring = WIRINGS[settings["wiring"]](settings["hidden"])
    rng, tried = np.random.default_rng([seed, 4]), 0
    while tried < settings["max_trials"]:
        weights = guess(wiring, settings["range"], GUESSES, rng)
        for k in np.flatnonzero(right(weights, few).all(axis=1)):
            if right(weights[k : k + 1], sets[0]).all():
                share = float(right(weights[k : k + 1], sets[1]).mean())
                return {
                    "trials": tried + int(k) + 1, "tried": tried + int(k) + 1, "right": share,
                    "parameters": int(wiring.sum()),
                }  # fmt: skip
        tried += GUESSES
    return {"trials": None, "tried": tried, "right": None, "parameters": int(wiring.sum())}


def fully_connected(hidden: int) -> Array:
    """Wire A1: every unit sees the input and every unit; the hidden units have a bias. Bool (hidden + 1, hidden + 3).

    A row is what one unit sees: the hidden units, the output unit, the input, the bias. The output unit is the last.
    """
    seen = np.ones((hidden + 1, hidden + 3), bool)
    seen[-1, -1] = False
    return seen


def sparse(hidden: int) -> Array:
    """Wire A2: hidden units see input, output unit and themselves, the output unit all others; all have a bias."""
    seen = np.zeros((hidden + 1, hidden + 3), bool)
    seen[:hidden, :hidden] = np.eye(hidden)
    seen[:hidden, hidden:] = True
    seen[-1] = True
    seen[-1, hidden] = False
    return seen


WIRINGS = {"A1": fully_connected, "A2": sparse}


def guess(wiring: Array, bound: float, count: int, rng: np.random.Generator) -> Array:
    """Draw `count` nets, (count, units, units + 2), from U(-bound, bound), with zeros where nothing is wired."""
    return rng.uniform(-bound, bound, (count, *wiring.shape)) * wiring


def pieces(batch: tasks.Batch, chosen: Array) -> tasks.Batch:
    """Return some sequences of a batch."""
    return tasks.Batch(batch.x[:, chosen], batch.targets[chosen], None, np.asarray(batch.lengths)[chosen])


def right(weights: Array, batch: tasks.Batch) -> Array:
    """Say which net is less than 0.1 off at the end of which sequence: bool array (nets, sequences).

    At each step every unit is a sigmoid of what it sees: the activations of the step before, the input, and 1.
    """
    G, units, _ = weights.shape
    W_h, W_x, b = weights[:, :, :units].transpose(0, 2, 1), weights[:, None, :, units], weights[:, None, :, units + 1]
    h = np.zeros((G, batch.x.shape[1], units))
    answers = np.empty(h.shape[:2])
    for t, x in enumerate(batch.x):  # x (N, 1)
        h = sigmoid(h @ W_h + x * W_x + b)
        answers = np.where(batch.lengths == t + 1, h[..., -1], answers)
    return np.abs(answers - batch.targets) < 0.1


def _mean(results, variant):
    trials = results.values(variant, "trials")
    return np.where(np.isnan(trials), np.inf, trials).mean()


def _near(results, variant, paper):
    return 0.5 <= _mean(results, variant) / paper <= 2


def _variant(wiring, hidden, variance=0.2, max_trials=20_000):
    return {
        "wiring": wiring, "hidden": hidden, "informative": 1, "variance": variance, "range": 100.0,
        "max_trials": max_trials,
    }  # fmt: skip


EXPERIMENT = Experiment(
    name="weight_guessing",
    title="Guessing all weights at random",
    question="How many random nets must be drawn until one solves the two-sequence problem, over 500 to 600 steps?",
    run=run,
    variants={
        "A1, 1 hidden unit": _variant("A1", 1),
        "A1, 2 hidden units": _variant("A1", 2),
        "A1, 3 hidden units": _variant("A1", 3),
        "A1, 1 hidden unit, deviation .2": _variant("A1", 1, variance=0.04),
        "A2, 10 hidden units": _variant("A2", 10, max_trials=4000),
        "A2, 10 hidden units, deviation .2": _variant("A2", 10, variance=0.04),
    },
    seeds=16,
    paper="hochreiter1997lstm",
    kind="paper",
    strips=(Strip("trials", "nets drawn until one solved it", log=True),),
    pages=("gradients",),
    paper_rows=(
        PaperRow("one of its two nets, A1 or A2", {"trials, on average": "718"}, "S"),
        PaperRow("the other one", {"trials, on average": "1,247"}, "S"),
    ),
    criterion="less than 0.1 off at the end of every one of 100 training sequences",
    deviations="As published: weights from U(-100, 100), sigmoid units, lengths from 500 to 600, 50 training "
    "sequences of each class. Not known to us for this problem: which of the two figures belongs to which net, how "
    "many hidden units A1 had (1 to 3 here; A2 has 10), and how many of the first elements tell the class (one here). "
    "The noise is published with variance 0.2; a standard deviation of 0.2 is tried beside it. At most 20,000 nets "
    "are drawn in a run, 4,000 of A2 with the published noise. Every unit follows the activations of the step before.",
    success=lambda metrics: metrics["trials"] is not None,
    columns=(
        Column("trials", lambda m: m["trials"], "{:,.0f}", fails=True),
        Column("unseen sequences right", lambda m: None if m["right"] is None else 100 * m["right"], "{:.0f} %"),
        Column("parameters", lambda m: m["parameters"], "{:.0f}"),
    ),
    claims=(
        Claim("A1, 1 hidden unit: the mean number of trials is within a factor of 2 of both figures of the paper",
              lambda r: all(_near(r, "A1, 1 hidden unit", figure) for figure in PAPER), ("A1, 1 hidden unit",)),
        Claim("A2, 10 hidden units: the mean number of trials is within a factor of 2 of one of them",
              lambda r: any(_near(r, "A2, 10 hidden units", figure) for figure in PAPER), ("A2, 10 hidden units",)),
        Claim("with more hidden units A1 still needs less than 5,000 trials in the median run",
              lambda r: max(r.median(v, "trials") for v in ("A1, 2 hidden units", "A1, 3 hidden units"))
              < 5000, ("A1, 2 hidden units", "A1, 3 hidden units")),
        Claim("every net of A1 that was found is right on at least 98 of 100 unseen sequences",
              lambda r: min(np.nanmin(r.values(v, "right")) for v in r.experiment.variants if v.startswith("A1"))
              >= 0.98,
              ("A1, 1 hidden unit", "A1, 2 hidden units", "A1, 3 hidden units", "A1, 1 hidden unit, deviation .2")),
    ),
)  # fmt: skip
