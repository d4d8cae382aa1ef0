"""Which earlier letters a guess answers to: small RNNs, LSTMs and GRUs of equally many units, over several seeds."""

import numpy as np

from lstm_tutor import SequenceModel, tasks
from lstm_tutor.analysis.connectivity import letter_gradients
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.studies.applications.charlm import SMALL, train_model

DISTANCES = (0, 1, 2, 5, 10, 20, 50, 100)
PLACES = 256


def train(settings: Settings, seed: int) -> tuple[SequenceModel, Metrics]:
    """Train a character model as the study ``charlm`` does; return it, and its metrics with the gradients measured.

    Metrics: those of ``charlm``, and `sizes`: by distance, the median over places in held-out text of the size of the
    gradient of the next character's log-probability with respect to the input so many characters before.
    """
    model, metrics = train_model(settings, seed)
    return model, metrics | {"distances": list(DISTANCES), "sizes": median_sizes(model)}


def run(settings: Settings, seed: int) -> Metrics:
    """The metrics of :func:`train`."""
    return train(settings, seed)[1]


def median_sizes(model: SequenceModel) -> list[float]:
    """Return the median sizes of gradients over places spread evenly over the held-out text, by DISTANCES."""
    codes = tasks.encode(tasks.python_source("test"))
    read = DISTANCES[-1] + 1
    starts = np.linspace(0, len(codes) - read - 1, PLACES).astype(int)
    windows = codes[starts + np.arange(read + 1)[:, None]]
    sizes = letter_gradients(model, windows[:-1], windows[-1])
    return [float(f"{np.median(sizes[-1 - distance]):.4g}") for distance in DISTANCES]


def at(metrics: Metrics, distance: int) -> float:
    """Return the size at one of the distances."""
    return metrics["sizes"][metrics["distances"].index(distance)]


def _column(distance):
    return Column(f"gradient, {distance} back", lambda m: at(m, distance), "{:.1e}")


def _above(larger, smaller, distance):
    """Is the gradient of every run of one variant larger than that of every run of another?"""
    return lambda results: (
        min(at(r["metrics"], distance) for r in results.of(larger))
        > max(at(r["metrics"], distance) for r in results.of(smaller))
    )


# Fewer digits than the other small models: nine of these go with one page.
RECIPE = SMALL | {"hidden": 32, "significant_bits": 6}
CELLS = ("rnn", "lstm", "gru")

EXPERIMENT = Experiment(
    name="connectivity",
    title="Which earlier letters a guess answers to",
    question="Does a guess answer to letters farther back in an LSTM and a GRU than in an RNN?",
    run=run,
    variants={
        "rnn": RECIPE | {"cell": "RNN", "learning_rate": 0.008},
        "lstm": RECIPE | {"cell": "LSTM", "learning_rate": 0.02},
        "gru": RECIPE | {"cell": "GRU", "learning_rate": 0.02},
    },
    seeds=5,
    paper="madsen2019visualizing",
    strips=(Strip(lambda m: m["sizes"][m["distances"].index(20)], "size of the gradient 20 letters back", log=True),),
    pages=("labs/connectivity",),
    deviations="Another text, smaller models, and a next character in place of a word to complete, so no figure is "
    "compared. The article shows one network of each kind; here each kind has five seeds. All networks have 32 units, "
    "so the LSTM has about three times as many parameters as the RNN. Learning rates as in the "
    "experiment charlm.",
    columns=(
        Column("bits per character, held out", lambda m: m["bits"], "{:.3f}"),
        *(_column(distance) for distance in (0, 5, 20, 50, 100)),
        Column("parameters", lambda m: m["parameters"], "{:,.0f}"),
    ),
    claims=(
        Claim("20 characters back, every LSTM has a larger gradient than every RNN", _above("lstm", "rnn", 20),
              ("lstm", "rnn")),
        Claim("20 characters back, every GRU has a larger gradient than every RNN", _above("gru", "rnn", 20),
              ("gru", "rnn")),
        Claim("100 characters back, no network keeps a thousandth of its gradient at the last letter",
              lambda r: all(at(record["metrics"], 100) < 1e-3 * at(record["metrics"], 0) for record in r.records),
              CELLS),
    ),
    train=train,
    kept=CELLS,
    kept_seeds=3,
    noted=("data", "bits"),
)  # fmt: skip
