"""Trained models that come with the package: one run of a variant each, in a file that says what made it."""

import pathlib

from lstm_tutor.experiments import runner, store
from lstm_tutor.experiments.experiment import Experiment, Metrics, Settings
from lstm_tutor.storage import save

__all__ = ["keep", "name_of"]


def name_of(experiment: Experiment, variant: str, seed: int) -> str:
    """Return the name of a stored model: "charlm-lstm", or where several seeds are kept "connectivity-lstm-2"."""
    return f"{experiment.name}-{variant}" + (f"-{seed}" if experiment.kept_seeds > 1 else "")


def keep(
    experiment: Experiment,
    variant: str,
    seed: int = 0,
    *,
    folder: store.Folder = None,
    models: pathlib.Path | None = None,
) -> pathlib.Path:
    """Train one seed of a variant, and store its run, and its model under the name of :func:`name_of`.

    Parameters
    ----------
    experiment : Experiment
        One with a function `train`.
    variant : str
    seed : int
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

    record = runner.record_run(experiment, variant, seed, train)
    store.add_record(experiment, record, folder)
    notes = {"experiment": experiment.name} | {k: record[k] for k in ("variant", "seed", "settings", "versions")}
    notes |= {name: record["metrics"][name] for name in experiment.noted}
    path = (store.MODELS if models is None else models) / f"{name_of(experiment, variant, seed)}.npz"
    save(models_by_name[variant], path, notes=notes)
    return path
