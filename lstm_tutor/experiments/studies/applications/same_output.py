"""A network that says the same whatever it reads: which settings bring it about."""

import numpy as np

from lstm_tutor.experiments import sun
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, Settings, Strip
from lstm_tutor.experiments.recipes import UNATTENDED
from lstm_tutor.metrics import rmse
from lstm_tutor.tasks.tables import sunspots


def run(settings: Settings, seed: int) -> Metrics:
    """Train the recipe of the tutorials with one thing changed, and measure how much its answers vary.

    Metrics: `spread`, the standard deviation of the forecasts of the validation part divided by that of what came;
    `error`, the root mean squared error there, sunspots; `curve`, with `epochs`, `spread` and `error`.
    """
    series, origins = sunspots(), np.arange(sun.TRAIN, sun.VALIDATION)
    actual = series[origins]
    trainer, forecast, per_epoch = sun.recipe(settings, seed)
    curve: dict[str, list[float]] = {"spread": [], "error": []}
    for epoch in settings["measured"]:
        trainer.run(epoch * per_epoch, **UNATTENDED)
        said = forecast(origins)
        curve["spread"].append(round(float(said.std() / actual.std()), 4))
        curve["error"].append(round(float(rmse(said, actual)), 2))
    last = {name: values[-1] for name, values in curve.items()}
    return last | {"curve": {"epochs": settings["measured"], **curve}}


RECIPE = {"hidden": 50, "lags": 12, "batch_size": 32, "learning_rate": 0.001, "measured": [1, 2, 5, 10]}


def _flat(results, variant):
    return (results.values(variant, "spread") < 0.2).all()


EXPERIMENT = Experiment(
    name="same_output",
    title="The same output for every input",
    question="Which settings make a network say the same, whatever it reads?",
    run=run,
    variants={
        "scaled": RECIPE,
        "raw x": RECIPE | {"scale_x": False},
        "raw y": RECIPE | {"scale_y": False},
        "rate 0.3": RECIPE | {"learning_rate": 0.3},
        "shuffled y": RECIPE | {"shuffle_y": True},
    },
    words={"scaled": "the recipe", "raw x": "inputs not scaled", "raw y": "targets not scaled",
           "rate 0.3": "learning rate 0.3", "shuffled y": "x and y out of step"},
    strips=(Strip("spread", "spread of the forecasts / spread of what came"),),
    seeds=10,
    pages=("forecasting",),
    paper="kingma2015adam",
    deviations="The recipe of the study of next month's sunspots, ten epochs of it; each variant changes one thing. "
    "The spread is that of the forecasts of 1930 to 1969, divided by that of what came.",
    columns=(Column("spread", lambda m: m["spread"], "{:.3f}"), Column("error", lambda m: m["error"], "{:.1f}")),
    claims=(
        Claim("with values scaled to 0 to 1, the forecasts vary about as much as the sun",
              lambda r: (r.values("scaled", "spread") > 0.7).all(), ("scaled",)),
        Claim("inputs that are not scaled do not make the output constant",
              lambda r: (r.values("raw x", "spread") > 0.7).all(), ("raw x",)),
        Claim("targets that are not scaled do", lambda r: _flat(r, "raw y"), ("raw y",)),
        Claim("a learning rate that is 300 times too large does", lambda r: _flat(r, "rate 0.3"), ("rate 0.3",)),
        Claim("inputs that have lost their targets do", lambda r: _flat(r, "shuffled y"), ("shuffled y",)),
    ),
)  # fmt: skip
