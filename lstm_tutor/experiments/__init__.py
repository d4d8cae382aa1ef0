"""The published experiments, run again: each a question, its runs stored with seed and settings, beside the paper's.

>>> from lstm_tutor import experiments
>>> experiments.get("temporal_xor").question
'Does a recurrent network find out that every third bit of a stream follows from the two before it?'
"""

import json
import pathlib
from collections.abc import Iterable, Mapping
from typing import Any

from lstm_tutor.checks import nearest
from lstm_tutor.experiments import keeping as _keeping
from lstm_tutor.experiments import runner as _runner
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, Metrics, PaperRow, Strip
from lstm_tutor.experiments.outcomes import Outcome, verdict
from lstm_tutor.experiments.reporting import Report
from lstm_tutor.experiments.store import MODELS, Folder, Results
from lstm_tutor.experiments.studies import find_experiments
from lstm_tutor.experiments.summary import Overview
from lstm_tutor.storage import load_with_notes

__all__ = [
    "EXPERIMENTS",
    "Claim",
    "Column",
    "Experiment",
    "Outcome",
    "Overview",
    "PaperRow",
    "Report",
    "Results",
    "Strip",
    "get",
    "keep",
    "kept",
    "model",
    "model_with_notes",
    "outdated",
    "outcome",
    "overview",
    "report",
    "rerun",
    "results",
    "run",
    "strips",
    "verdict",
]

# A new experiment is a module of `studies` with an EXPERIMENT.
EXPERIMENTS = find_experiments()


def get(name: str | Experiment) -> Experiment:
    """Return the Experiment of that name."""
    if isinstance(name, Experiment):
        return name
    if name not in EXPERIMENTS:
        raise ValueError(f"experiments: expected one of {list(EXPERIMENTS)}, got {name!r}{nearest(name, EXPERIMENTS)}")
    return EXPERIMENTS[name]


def results(name: str | Experiment, *, folder: Folder = None) -> Results:
    """Return the stored runs of an experiment.

    Examples
    --------
    >>> results("recall").values("lstm", "accuracy").shape  # seeds, lags
    (10, 6)
    """
    return Results(get(name), folder)


def outcome(name: str | Experiment, *, page: str | None = "experiments.html", folder: Folder = None) -> Outcome:
    """Return in one line what came of an experiment, with a link to all of it.

    Parameters
    ----------
    name : str
    page : str or None
        The page of the experiments, as a link from the page that shows the line: a lab needs "../experiments.html".
        None for no link.

    Examples
    --------
    >>> outcome("temporal_xor")
    Paper's result: reproduced (both of its 2 claims hold, 10 seeds each) [temporal_xor]
    """
    return Outcome(results(name, folder=folder), page)


def strips(name: str | Experiment, *, folder: Folder = None) -> list[dict[str, Any]]:
    """Return how an experiment is drawn: what ``lt.plots.seed_strip`` is called with, a dict for each picture.

    Examples
    --------
    >>> [drawing] = strips("temporal_xor")
    >>> drawing["label"], list(drawing["variants"].values())[0]
    ('mean squared error, third bit', 'RNN, 2 units')
    """
    found = results(name, folder=folder)
    experiment = found.experiment
    drawings = []
    for strip in experiment.strips:
        rows = strip.rows or tuple(experiment.variants)
        words = dict(rows) if isinstance(rows, Mapping) else {variant: experiment.called(variant) for variant in rows}
        drawings.append({"results": found, "metric": strip.metric, "variants": words, "paper": dict(strip.paper),
                         "log": strip.log, "floor": strip.floor, "label": strip.label})  # fmt: skip
    return drawings


def report(name: str | Experiment, *, folder: Folder = None) -> Report:
    """Return an experiment's question and outcome, with its figures beside the paper's, which a notebook folds."""
    return Report(results(name, folder=folder))


def overview(names: Iterable[str | Experiment] | None = None, *, folder: Folder = None) -> Overview:
    """Return one table of all experiments, or of those named, made of the stored runs."""
    return Overview([results(name, folder=folder) for name in (EXPERIMENTS if names is None else names)])


def run(name: str | Experiment, **options: Any) -> int:
    """Run what is missing of an experiment and store it; options as :func:`lstm_tutor.experiments.runner.run`."""
    return _runner.run(get(name), **options)


def rerun(name: str | Experiment, variant: str, seed: int = 0) -> Metrics:
    """Run one variant with one seed now and return its metrics, which a chapter compares with the stored record."""
    return _runner.rerun(get(name), variant, seed)


def kept() -> dict[str, tuple[Experiment, str, int]]:
    """Return the models that come with the package, as a dict of name -> (Experiment, variant, seed)."""
    return {
        _keeping.name_of(experiment, variant, seed): (experiment, variant, seed)
        for experiment in EXPERIMENTS.values()
        for variant in experiment.kept
        for seed in range(experiment.kept_seeds)
    }


def keep(name: str, **options: Any) -> pathlib.Path:
    """Train a model that comes with the package, store it again with its run, and return the path of its file."""
    if name not in kept():
        raise ValueError(f"experiments.keep: expected one of {sorted(kept())}, got {name!r}")
    return _keeping.keep(*kept()[name], **options)


def outdated() -> list[str]:
    """Return the names of the models that are not stored, or whose settings are no longer the experiment's."""

    def is_current(name: str, experiment: Experiment, variant: str) -> bool:
        if not (MODELS / f"{name}.npz").is_file():
            return False
        return model_with_notes(name)[1]["settings"] == json.loads(json.dumps(experiment.settings(variant)))

    return [name for name, (experiment, variant, _) in kept().items() if not is_current(name, experiment, variant)]


def model(name: str) -> Any:
    """Return a trained model that comes with the package, such as "charlm-lstm"."""
    return model_with_notes(name)[0]


def model_with_notes(name: str) -> tuple[Any, Any]:
    """Return a stored model, and its notes: settings, seed, fingerprint of its data, metrics."""
    path = MODELS / f"{name}.npz"
    if not path.is_file():
        stored = sorted(file.stem for file in MODELS.glob("*.npz"))
        raise ValueError(f"experiments.model: expected one of {stored}, got {name!r}{nearest(name, stored)}")
    return load_with_notes(path)
