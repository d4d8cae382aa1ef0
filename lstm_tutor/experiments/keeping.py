"""Trained models that come with the package: the first seed of a variant, in a file that says what made it."""

import pathlib

from lstm_tutor.experiments import runner, store
from lstm_tutor.experiments.experiment import Experiment, Metrics, Settings
from lstm_tutor.storage import save

__all__ = ["keep"]


def keep(
    experiment: Experiment, variant: str, *, folder: store.Folder = None, models: pathlib.Path | None = None
) -> pathlib.Path:
    """Train the first seed of a variant, and store its run, and its model as ``<experiment>-<variant>.npz``.

    Parameters
    ----------
    experiment : Experiment
        One with a function `train`.
    variant : str
    folder, models : path or None
        Where results and models are stored; None takes the package's own folders.

    Returns
    -------
    path
        The model's file. Its notes contain experiment, variant, seed, settings, versions and the metrics `noted`.
    """
    if experiment.train is None:
        raise ValueError(f"keep: expected an experiment whose models are stored, got {experiment.name}")
    train_model, models_by_name = experiment.train, {}

    def train(settings: Settings, seed: int) -> Metrics:
        models_by_name[variant], metrics = train_model(settings, seed)
        return metrics

    record = runner.record_run(experiment, variant, 0, train)
    store.add_record(experiment, record, folder)
    notes = {"experiment": experiment.name} | {k: record[k] for k in ("variant", "seed", "settings", "versions")}
    notes |= {name: record["metrics"][name] for name in experiment.noted}
    path = (store.MODELS if models is None else models) / f"{experiment.name}-{variant}.npz"
    save(models_by_name[variant], path, notes=notes)
    return path
