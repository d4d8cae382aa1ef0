"""What the sweeps of size and learning rate share: a small set with some wrong labels, an LSTM, errors on both sets."""

import numpy as np

from lstm_tutor import LSTM, Adam, SequenceModel, Trainer, tasks
from lstm_tutor.experiments.experiment import Metrics, Settings
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.experiments.store import Results
from lstm_tutor.tasks.marks import NOISE, ordered_marks

RECIPE = {"hidden": 16, "sequences": 300, "test_sequences": 1000, "marks": 3, "steps": 12, "wrong": 0.15,
          "batch_size": 50, "updates": 600, "every": 60, "learning_rate": 0.02}  # fmt: skip


def run(settings: Settings, seed: int) -> Metrics:
    """Train an LSTM on few sequences, without any stop, and measure its errors on the way.

    Metrics: `train` and `test`, the share of wrong answers at the end; `gap`, their difference; `stopped`, the test
    error when that on a validation set was least; `curve`, with `updates`, `train` and `test`; `bounce`,
    the standard deviation of the batches' losses over the last 100 updates, nats; `parameters`.
    """
    sizes = {"train": settings["sequences"], "validation": settings["sequences"], "test": settings["test_sequences"]}
    rule = {name: settings[name] for name in ("marks", "steps", "wrong")}
    sets = {name: ordered_marks(count, **rule, rng=[seed, k]) for k, (name, count) in enumerate(sizes.items())}
    model = SequenceModel(
        LSTM(NOISE + 2, settings["hidden"], forget_bias=1.0, rng=[seed, 3]), 2 ** settings["marks"], rng=[seed, 4]
    )
    x, targets, mask = sets["train"][:3]

    def batches(update):
        chosen = np.random.default_rng([seed, 5, update]).permutation(settings["sequences"])[: settings["batch_size"]]
        return tasks.Batch(x[:, chosen], targets[:, chosen], np.asarray(mask)[:, chosen])

    trainer = Trainer(model, batches, Adam(settings["learning_rate"]))
    curve: dict[str, list[float]] = {name: [] for name in sets}
    updates = list(range(settings["every"], settings["updates"] + 1, settings["every"]))
    for step in updates:
        trainer.run(step, **UNATTENDED)
        for name, held in sets.items():
            curve[name].append(round(error(model, held), 4))
    return {
        "train": curve["train"][-1], "test": curve["test"][-1],
        "gap": round(curve["test"][-1] - curve["train"][-1], 4),
        "stopped": curve["test"][int(np.argmin(curve["validation"]))],
        "curve": {"updates": updates, "train": curve["train"], "test": curve["test"]},
        "bounce": round(float(np.std(trainer.history.loss[-100:])), 4),
        "parameters": model.size(),
    }  # fmt: skip


def error(model: SequenceModel, batch: tasks.Batch) -> float:
    """The share of sequences whose class the model does not name at the end."""
    said = model.forward(batch.x)[0][-1].argmax(axis=1)
    return float((said != batch.targets[-1]).mean())


def median(results: Results, variant: str, metric: str) -> float:
    """The middle of a metric's values over the seeds."""
    return float(np.median(results.values(variant, metric)))
