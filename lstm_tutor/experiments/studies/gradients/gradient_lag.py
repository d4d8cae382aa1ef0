"""How the gradient shrinks or grows with the lag, exactly; and what training, batches and the like change about it."""

import itertools

import numpy as np

from lstm_tutor import SGD, SequenceModel, Trainer, jacobians, tasks
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED, build_model
from lstm_tutor.experiments.store import Results
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.optim import step_decay
from lstm_tutor.types import Array

LAGS = (0, 1, 2, 5, 10, 20, 50, 100)
SYMBOLS = 4


def run(settings: Settings, seed: int) -> Metrics:
    """One layer, one sequence of the recall task: the size of the gradient against the lag, as a spectral norm.

    The layer is as it starts; with `updates` it is trained first.

    Metrics: `lags`, and by lag `h`, the largest singular value of dh_T/dh_t, `c`, that of dc_T/dc_t (LSTMs only, else
    None), and `bound`, the largest singular value of W_h to the power of the lag (RNNs only, else None); `radius`, the
    spectral radius of W_h (RNNs only, else None); `loss`, of the last tenth of the updates (None if untrained).
    """
    model = network(settings, seed)
    loss = trained(model, settings, seed) if "updates" in settings else None
    layer, x = model.layer, tasks.recall(LAGS[-1], 1, symbols=SYMBOLS, rng=[seed, 2]).x
    rnn, W_h = settings["cell"] == "RNN", layer.parameters()["weight_hh_l0"]
    return {
        "lags": list(LAGS), "h": by_lag(layer, x, "h"),
        "c": by_lag(layer, x, "c") if "c" in layer.State._fields else None,
        "bound": [_digits(np.linalg.norm(W_h, 2) ** lag) for lag in LAGS] if rnn else None,
        "radius": _digits(np.abs(np.linalg.eigvals(W_h)).max()) if rnn else None, "loss": loss,
    }  # fmt: skip


def network(settings: Settings, seed: int) -> SequenceModel:
    """Return an untrained model, its W_h scaled to the singular value or spectral radius of the settings."""
    model = build_model(settings, 2 * SYMBOLS + 1, SYMBOLS, seed)
    W_h = model.layer.parameters()["weight_hh_l0"]
    if "singular_value" in settings:
        W_h *= settings["singular_value"] / np.linalg.norm(W_h, 2)
    if "radius" in settings:
        W_h *= settings["radius"] / np.abs(np.linalg.eigvals(W_h)).max()
    return model


def trained(model: SequenceModel, settings: Settings, seed: int) -> float:
    """Teach the model the recall task, and return the mean loss of the last tenth of the updates, nats.

    With `batch_size` None, batch gradient descent: all of 256 sequences in every update; else so many of them.
    """
    data = tasks.recall(settings["lag"], 256, symbols=SYMBOLS, rng=[seed, 3])

    def batches(update):
        if settings["batch_size"] is None:
            return data
        chosen = np.random.default_rng([seed, 4, update]).integers(0, 256, settings["batch_size"])
        return tasks.Batch(data.x[:, chosen], data.targets[:, chosen], np.asarray(data.mask)[:, chosen])

    rate, updates = settings["learning_rate"], settings["updates"]
    decay = step_decay(rate, updates // 4, factor=0.5) if settings["decay"] else None
    trainer = Trainer(model, batches, SGD(rate), clip=settings["clip"], schedule=decay)
    trainer.run(updates, **UNATTENDED)
    return _digits(np.mean(trainer.history.loss[-(updates // 10) :]))


def by_lag(layer: RecurrentLayer, x: Array, state: str) -> list[float]:
    """Return the spectral norm of d(state_T)/d(state_t), by lag T - t."""
    J = jacobians(layer, x, state)
    return [_digits(np.linalg.norm(J[len(J) - 1 - lag], 2)) for lag in LAGS]


def _digits(value):
    """Four digits: rounding keeps order, so what is within a bound stays so."""
    return float(f"{value:.4g}")


UNTRAINED = {"hidden": 16}
TRAINING = {"hidden": 16, "cell": "RNN", "lag": 20, "updates": 1000, "learning_rate": 0.1, "batch_size": None,
            "decay": False, "clip": None}  # fmt: skip
FORGET_BIASES = (-1.0, 0.0, 1.0, 3.0, 5.0)
WAYS = ("rnn, trained one by one", "rnn, batch descent", "rnn, batch descent, decay", "rnn, batch descent, clipped")


def at(metrics: Metrics, what: str, lag: int) -> float:
    """Return a figure at one of the lags."""
    return metrics[what][metrics["lags"].index(lag)]


def left(results: Results, variant: str, what: str = "h", lag: int = 50) -> float:
    """Return what is left of a gradient after a lag, in the median of the runs of a variant."""
    return float(np.median([at(record["metrics"], what, lag) for record in results.of(variant)]))


def _vanish_all_the_same(results):
    """Does the gradient vanish in all RNNs as they start whose W_h has a largest singular value above 1, if any?"""
    left = [at(r["metrics"], "h", 50) for r in results.of("rnn") if at(r["metrics"], "bound", 1) > 1]
    return len(left) > 0 and max(left) < 1e-5


def within_bound(metrics: Metrics) -> bool:
    """Say whether the gradient is at most the largest singular value of W_h to the power of the lag, at every lag."""
    return all(h <= bound * (1 + 1e-9) for h, bound in zip(metrics["h"], metrics["bound"], strict=True))


def _column(what, lag):
    return Column(f"d{what}_T/d{what}_t, lag {lag}", lambda m: at(m, what, lag) if m[what] else None, "{:.0e}")


VARIANTS: dict[str, dict] = {
    "rnn": UNTRAINED | {"cell": "RNN"},
    "rnn, singular value 0.95": UNTRAINED | {"cell": "RNN", "singular_value": 0.95},
    "rnn, radius 0.95": UNTRAINED | {"cell": "RNN", "radius": 0.95},
    "rnn, radius 2": UNTRAINED | {"cell": "RNN", "radius": 2.0},
    "rnn, orthogonal": UNTRAINED | {"cell": "RNN", "start": "orthogonal"},
    "gru": UNTRAINED | {"cell": "GRU"},
    "gru, update bias 3": UNTRAINED | {"cell": "GRU", "bias": {"z": 3.0}},
    "lstm1997": UNTRAINED | {"cell": "LSTM1997"},
    **{f"lstm, forget bias {b:g}": UNTRAINED | {"cell": "LSTM", "options": {"forget_bias": b}} for b in FORGET_BIASES},
    WAYS[0]: TRAINING | {"batch_size": 1},
    WAYS[1]: TRAINING,
    WAYS[2]: TRAINING | {"decay": True},
    WAYS[3]: TRAINING | {"clip": 0.1},
}
RNNS = tuple(name for name, settings in VARIANTS.items() if settings["cell"] == "RNN")

EXPERIMENT = Experiment(
    name="gradient_lag",
    title="The gradient against the lag",
    question="How much of a gradient is left after so many steps back, and what keeps it?",
    run=run,
    variants=VARIANTS,
    seeds=10,
    paper="pascanu2013difficulty",
    kind="paper",
    strips=(
        Strip(lambda m: at(m, "h", 50), "what is left of dh after 50 steps",
              ("rnn", "rnn, orthogonal", "gru", "gru, update bias 3", "lstm, forget bias 1", "lstm, forget bias 5"),
              log=True, floor=1e-6),
        Strip(lambda m: at(m, "c", 50), "what is left of dc after 50 steps",
              ("lstm1997", "lstm, forget bias -1", "lstm, forget bias 0", "lstm, forget bias 1", "lstm, forget bias 3",
               "lstm, forget bias 5"), log=True, floor=1e-6),
    ),
    words={"lstm, forget bias -1": "LSTM, forget bias −1"},
    pages=("gradients", "gru", "claims"),
    paper_rows=(
        PaperRow("tanh RNN, largest singular value of W_h below 1", {"the gradient": "must vanish"}, "P"),
        PaperRow("tanh RNN, largest singular value of W_h above 1", {"the gradient": "may explode, need not"}, "P"),
    ),
    criterion="in an RNN, the largest singular value of dh_T/dh_t is at most that of W_h to the power of the lag",
    deviations="The paper proves a bound and prints no table of it; the figures are those of our networks. Exact "
    "gradients by backpropagation, of networks with 16 units as PyTorch starts them unless a variant says otherwise, "
    "along one sequence of the recall task. dh_T/dh_t of an LSTM is taken with c_t held; dc_T/dc_t is the way through "
    "the cell state, with h_t as it follows. The trained networks learned recall over 20 steps from 256 sequences, by "
    "gradient descent with the same number of updates.",
    columns=(Column("within the bound", lambda m: within_bound(m) if m["bound"] else None),
             *(_column("h", lag) for lag in (1, 10, 50, 100)), *(_column("c", lag) for lag in (50, 100)),
             Column("loss after training", lambda m: m["loss"], "{:.2f}")),
    claims=(
        Claim("the bound holds in every RNN and at every lag, trained or not",
              lambda r: all(within_bound(record["metrics"]) for v in RNNS for record in r.of(v)), RNNS),
        Claim("the spectral radius is no such bound: below 1, the gradient still grows over the first steps in some "
              "run",
              lambda r: max(at(record["metrics"], "h", 1) for record in r.of("rnn, radius 0.95")) > 1,
              ("rnn, radius 0.95",)),
        Claim("a largest singular value above 1 does not suffice to explode: RNNs as they start have one, and less "
              "than a hundred-thousandth of their gradient is left after 50 steps", _vanish_all_the_same, ("rnn",)),
        Claim("the larger the forget bias of an LSTM, the more of dc_T/dc_t is left after 50 steps",
              lambda r: all(left(r, f"lstm, forget bias {a:g}", "c") < left(r, f"lstm, forget bias {b:g}", "c")
                            for a, b in itertools.pairwise(FORGET_BIASES)),
              tuple(f"lstm, forget bias {b:g}" for b in FORGET_BIASES), "own"),
        Claim("an LSTM's gradient vanishes too: with a forget bias of 0, dc_T/dc_t over 50 steps is below a millionth",
              lambda r: left(r, "lstm, forget bias 0", "c") < 1e-6, ("lstm, forget bias 0",), "own"),
        Claim("without a forget gate (1997), or with a bias of 5, over a third of dc_T/dc_t is left after 50 steps",
              lambda r: min(left(r, v, "c") for v in ("lstm1997", "lstm, forget bias 5")) > 1 / 3,
              ("lstm1997", "lstm, forget bias 5"), "own"),
        Claim("nothing bounds it from above: in the LSTM of 1997 dc_T/dc_t grows more than tenfold over 100 steps",
              lambda r: left(r, "lstm1997", "c", 100) > 10, ("lstm1997",), "own"),
        Claim("trained by batch gradient descent, with a decaying rate or without, the RNN of the median run is left "
              "with less than a thousandth of dh_T/dh_t after 50 steps, as when it learns from one sequence at a time",
              lambda r: max(left(r, way) for way in WAYS[:3]) < 1e-3, WAYS[:3], "own"),
        Claim("the same descent with clipping leads, in the median run, to an RNN that keeps more than a hundredth",
              lambda r: left(r, WAYS[3]) > 0.01, WAYS[3:], "own"),
    ),
)  # fmt: skip
