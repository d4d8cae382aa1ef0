"""Is deeper better? LSTMs of one, two and three layers with equally many parameters, on text and on adding."""

from lstm_tutor import SequenceModel
from lstm_tutor.experiments.experiment import NOT_MEASURED, Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.studies.applications import charlm
from lstm_tutor.experiments.studies.gates import ablation


def run(settings: Settings, seed: int) -> Metrics:
    """Train on text for a number of updates, or on adding until the criterion holds.

    Metrics on text: `bits` per character of held-out text and `train_bits` of the last 200 updates. On adding:
    `solved`, `sequences` until then (None if never), `wrong`, the share of unseen
    sequences that are wrong in the end. Both: `parameters`.
    """
    if settings["task"] == "text":
        return train_on_text(settings, seed)[1]
    metrics = ablation.run(settings, seed)
    return {name: metrics[name] for name in ("solved", "sequences", "wrong", "parameters")}


def train_on_text(settings: Settings, seed: int) -> tuple[SequenceModel, Metrics]:
    """The trained model of a run on text, and the run's metrics."""
    model, metrics = charlm.train_model(settings, seed)
    return model, {name: metrics[name] for name in ("bits", "train_bits", "parameters", "data")}


def _better(metric, deeper, shallow):
    """The claim's test: is the median lower? A run that never succeeds counts as longer than any that does."""
    return lambda results: results.median(deeper, metric) < results.median(shallow, metric)


TEXT = {
    "task": "text", "cell": "LSTM", "batch_size": 16, "steps": 64, "updates": 800, "warmup": 50, "clip": 1.0,
    "dtype": "float32", "start": "orthogonal", "learning_rate": 0.02, "significant_bits": 8,
}  # fmt: skip
ADDING = ablation.RECIPES["adding"] | {"cell": "LSTM", "batch_size": 16}


def _text(hidden, layers):
    return TEXT | {"hidden": hidden, "options": {"num_layers": layers, "forget_bias": 1.0}}


def _adding(hidden, layers):
    return ADDING | {"hidden": hidden, "options": {"num_layers": layers, "forget_bias": ablation.FORGET_BIAS["adding"]}}


EXPERIMENT = Experiment(
    name="depth",
    title="Deeper, with no more parameters",
    question="With the same number of parameters, does an LSTM of two or three layers do better than one of one layer?",
    run=run,
    variants={
        "text-1": _text(48, 1),
        "text-2": _text(36, 2),
        "text-3": _text(30, 3),
        "adding-1": _adding(17, 1),
        "adding-2": _adding(10, 2),
        "adding-3": _adding(8, 3),
    },
    seeds=5,
    paper="graves2013speech",
    words={f"{task}-{layers}": f"{task}: {layers} layer{'s' * (layers > 1)}"
           for task in ("text", "adding") for layers in (1, 2, 3)},
    strips=(
        Strip("bits", "bits per character, held out",
              {"text-1": "1 layer", "text-2": "2 layers", "text-3": "3 layers"}, title="text"),
        Strip("sequences", "sequences until solved",
              {"adding-1": "1 layer", "adding-2": "2 layers", "adding-3": "3 layers"}, title="adding"),
    ),
    pages=("deep", "claims"),
    criterion="adding: 99 of 100 unseen sequences within .04, after at most 24,000; of text there is none",
    deviations="The book's own comparison; no figure of a paper is compared. Depth was found to help on speech, with "
    "far larger networks than these. Sizes are chosen so that the networks of one task have about as many parameters, "
    "readout included. One recipe for all depths of a task, chosen with one layer: those of the character models, "
    "with fewer updates, and of the ablations.",
    success=lambda metrics: metrics.get("solved"),
    columns=(
        Column("bits per character, held out", lambda m: m.get("bits"), "{:.3f}"),
        Column("in training", lambda m: m.get("train_bits"), "{:.3f}"),
        Column("sequences of adding", lambda m: m.get("sequences", NOT_MEASURED), "{:,.0f}", fails=True),
        Column("wrong in the end, %", lambda m: 100 * m["wrong"] if "wrong" in m else None, "{:.1f}"),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        *(Claim(f"text: {deeper} layers have a lower median than 1, at about as many parameters",
                _better("bits", f"text-{deeper}", "text-1"), (f"text-{deeper}", "text-1"))
          for deeper in (2, 3)),
        *(Claim(f"adding: {deeper} layers learn from fewer sequences than 1, in the median",
                _better("sequences", f"adding-{deeper}", "adding-1"),
                (f"adding-{deeper}", "adding-1"))
          for deeper in (2, 3)),
    ),
    train=train_on_text,
    kept=("text-2",),
    noted=("data", "bits"),
)  # fmt: skip
