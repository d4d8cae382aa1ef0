"""Trained models that come with the package: the first seed of a variant, in a file that says what made it."""

from lstm_tutor.experiments import runner, store
from lstm_tutor.storage import save

__all__ = ["keep"]


def keep(experiment, variant, *, folder=None, models=None):
    """Train the first seed of a variant, store its run, and keep its model as ``<experiment>-<variant>.npz``.

    Parameters
    ----------
    experiment : Experiment, with `train`
    variant : str
    folder, models : where results and models are kept; the package's own folders if None

    Returns
    -------
    path of the model's file; its notes tell experiment, variant, seed, settings, versions and the metrics `noted`
    """
    trained = {}

    def train(settings, seed):
        trained["model"], metrics = experiment.train(settings, seed)
        return metrics

    record = runner.record_run(experiment, variant, 0, train)
    store.add_record(experiment, record, folder)
    notes = {"experiment": experiment.name} | {k: record[k] for k in ("variant", "seed", "settings", "versions")}
    notes |= {name: record["metrics"][name] for name in experiment.noted}
    path = (store.MODELS if models is None else models) / f"{experiment.name}-{variant}.npz"
    save(trained["model"], path, notes=notes)
    return path
