"""The published experiments, run again: each a question, its runs stored with seed and settings, beside the paper's.

>>> from lstm_tutor import experiments
>>> experiments.get("temporal_xor").question
'Does a recurrent network find out that every third bit of a stream follows from the two before it?'
"""

from lstm_tutor.experiments import keeping as _keeping
from lstm_tutor.experiments import reporting as _reporting
from lstm_tutor.experiments import runner as _runner
from lstm_tutor.experiments.experiment import Claim, Column, Experiment, PaperRow
from lstm_tutor.experiments.reporting import Report, verdict
from lstm_tutor.experiments.store import MODELS, Results
from lstm_tutor.experiments.studies import find_experiments
from lstm_tutor.experiments.summary import Overview
from lstm_tutor.storage import load_with_notes

__all__ = [
    "EXPERIMENTS",
    "Claim",
    "Column",
    "Experiment",
    "Overview",
    "PaperRow",
    "Report",
    "Results",
    "get",
    "keep",
    "kept",
    "model",
    "model_with_notes",
    "overview",
    "report",
    "rerun",
    "results",
    "run",
    "verdict",
]

# A new experiment is a module of `studies` with an EXPERIMENT.
EXPERIMENTS = find_experiments()


def get(name):
    """The Experiment of that name."""
    if isinstance(name, Experiment):
        return name
    if name not in EXPERIMENTS:
        raise ValueError(f"experiments: expected one of {list(EXPERIMENTS)}, got {name!r}")
    return EXPERIMENTS[name]


def results(name, *, folder=None):
    """The stored runs of an experiment: ``results("recall").values("lstm", "accuracy")`` is an array (seeds, lags)."""
    return Results(get(name), folder)


def report(name, *, folder=None):
    """The table of an experiment's stored runs beside the paper's figures; in a notebook it shows as a table."""
    return _reporting.report(get(name), folder)


def overview(names=None, *, folder=None):
    """All experiments, or those named, in one table, made of the stored runs; in a notebook it shows as a table."""
    return Overview([results(name, folder=folder) for name in (EXPERIMENTS if names is None else names)])


def run(name, **options):
    """Run what is missing of an experiment and store it; options as :func:`lstm_tutor.experiments.runner.run`."""
    return _runner.run(get(name), **options)


def rerun(name, variant, seed=0):
    """The metrics of one run, made now and not stored: what a chapter runs live, to be compared with the record."""
    return _runner.rerun(get(name), variant, seed)


def kept():
    """The models that come with the package: dict of name -> (Experiment, variant)."""
    return {f"{e.name}-{variant}": (e, variant) for e in EXPERIMENTS.values() for variant in e.kept}


def keep(name, **options):
    """Train a model that comes with the package and store it anew, with its run; the path of its file."""
    if name not in kept():
        raise ValueError(f"experiments.keep: expected one of {sorted(kept())}, got {name!r}")
    return _keeping.keep(*kept()[name], **options)


def model(name):
    """A trained model that is kept with the package, such as "charlm-lstm"."""
    return model_with_notes(name)[0]


def model_with_notes(name):
    """A kept model, and its notes: settings, seed, fingerprint of its data, metrics."""
    path = MODELS / f"{name}.npz"
    if not path.is_file():
        stored = sorted(file.stem for file in MODELS.glob("*.npz"))
        raise ValueError(f"experiments.model: expected one of {stored}, got {name!r}")
    return load_with_notes(path)
