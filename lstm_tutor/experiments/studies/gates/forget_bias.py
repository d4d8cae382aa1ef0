"""Where the forget gate's bias starts, and what the LSTM then learns to remember."""

import itertools

from lstm_tutor.experiments.experiment import Claim, Column, Experiment, PaperRow, Strip
from lstm_tutor.experiments.studies.gates.lag_sweep import LAGS, RECIPE, median_reach, run, updates_column

BIASES = (-2.0, 0.0, 1.0, 2.0, 3.0, 5.0)


def name_of(bias: float) -> str:
    """Return the variant that starts with this bias."""
    return f"bias {bias:g}"


def _reach(results, bias):
    return median_reach(results, name_of(bias))


def _sooner(results, one, other):
    """Of the runs that learned the shortest lag: did those with bias `one` take fewer updates, in the median?"""
    ours, theirs = (results.median(name_of(bias), "updates")[0] for bias in (one, other))
    return bool(ours < theirs)


EXPERIMENT = Experiment(
    name="forget_bias",
    title="The forget gate's bias at the start",
    question="How far does the LSTM learn to remember if its forget gate starts shut, half open, or wide open?",
    run=run,
    variants={
        name_of(bias): RECIPE | {"cell": "LSTM", "options": {"forget_bias": bias}} for bias in BIASES
    },
    seeds=10,
    paper="gers2000learning",
    kind="saying",
    words={name_of(-2): "bias −2"},
    strips=(Strip("reach", "longest lag learned, steps"),),
    pages=("lstm",),
    paper_rows=(
        PaperRow("Gers, Schmidhuber & Cummins (2000), temporal order with three symbols",
                 {"finding": "with a bias of 5 as fast as without forget gate, with 1 about three times slower"},
                 "P"),
        PaperRow("Gers, Schmidhuber & Cummins (2000), continual Reber",
                 {"finding": "forget gates start with biases of .5 to 2"}, "S"),
        PaperRow("Jozefowicz, Zaremba & Sutskever (2015)",
                 {"finding": "a forget bias of 1 closes the gap between the LSTM and the GRU"}, "S"),
    ),
    criterion="99 % of 1,000 unseen sequences right, at lags 5, 10, 20 and 40",
    deviations="The book's own task, of one symbol to be kept; no figure of the papers is compared, only what they say "
    "of larger and smaller biases. A new model for every lag, up to 200 updates; the first lag that is missed ends a "
    "run. One learning rate for all.",
    success=lambda metrics: metrics["reach"] >= LAGS[-1],
    columns=(Column("longest lag", lambda m: m["reach"], "{:.0f}"), *map(updates_column, range(len(LAGS)), LAGS)),
    claims=(
        Claim("up to a bias of 3, a larger one never learns shorter lags",
              lambda r: all(_reach(r, a) <= _reach(r, b) for a, b in itertools.pairwise(BIASES[:-1])),
              tuple(map(name_of, BIASES[:-1]))),
        Claim("a bias of 1 learns longer lags than 0", lambda r: _reach(r, 1.0) > _reach(r, 0.0),
              (name_of(1.0), name_of(0.0))),
        Claim("a bias of 5 learns longer lags than 1", lambda r: _reach(r, 5.0) > _reach(r, 1.0),
              (name_of(5.0), name_of(1.0))),
        Claim("over the shortest lag a bias of 5 takes fewer updates than 1", lambda r: _sooner(r, 5.0, 1.0),
              (name_of(5.0), name_of(1.0))),
        Claim("a gate that starts nearly shut (bias -2) learns no lag that one half open (0) does not",
              lambda r: _reach(r, -2.0) <= _reach(r, 0.0), (name_of(-2.0), name_of(0.0))),
    ),
)  # fmt: skip
