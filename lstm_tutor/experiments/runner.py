"""Runs what is missing of an experiment, some runs at a time, and stores each as it ends."""

import contextlib
import platform
import time
from collections.abc import Callable, Generator, Iterable

import numpy as np
from tqdm import tqdm

from lstm_tutor.experiments.experiment import Experiment, Metrics, Settings
from lstm_tutor.experiments.store import Folder, Record, add_record, read_records
from lstm_tutor.extras import require

__all__ = ["missing", "record_run", "rerun", "run"]


def missing(
    experiment: Experiment,
    *,
    seeds: int | None = None,
    variants: Iterable[str] | None = None,
    folder: Folder = None,
) -> list[tuple[str, int]]:
    """List the pairs (variant, seed) of which no run with the present settings is stored.

    A single variant has one seed only.
    """
    seeds = experiment.seeds if seeds is None else seeds
    variants = list(experiment.variants) if variants is None else list(variants)
    for variant in variants:
        experiment.settings(variant)
    stored = {(record["variant"], record["seed"]) for record in read_records(experiment, folder)}
    wanted = [(variant, seed) for seed in range(seeds) for variant in variants
              if seed == 0 or not experiment.is_single(variant)]  # fmt: skip
    return [run for run in wanted if run not in stored]


def run(
    experiment: Experiment,
    *,
    seeds: int | None = None,
    variants: Iterable[str] | None = None,
    jobs: int | None = 1,
    progress: bool = True,
    folder: Folder = None,
) -> int:
    """Run every (variant, seed) that is not stored yet.

    Each run is stored the moment it ends, so an interrupt loses only the runs under way; the same call goes on.

    Parameters
    ----------
    experiment : Experiment
    seeds : int or None
        Run the seeds 0 to seeds - 1; None takes the experiment's own number.
    variants : names or None
        None takes all.
    jobs : int or None
        The number of worker processes. None takes what ``joblib.parallel_config`` says, so that a cluster's backend
        can be chosen around this call.
    progress : bool
        Whether to show a progress bar.
    folder : path or None
        Where results are stored; None takes the package's own folder.

    Returns
    -------
    int
        The number of runs done now.
    """
    todo = missing(experiment, seeds=seeds, variants=variants, folder=folder)
    bar = tqdm(total=len(todo), desc=experiment.name, unit="run", disable=not progress)
    with bar, contextlib.closing(_outcomes(experiment, todo, jobs)) as outcomes:
        for record in outcomes:
            add_record(experiment, record, folder)
            bar.update()
            bar.set_postfix_str(f"{record['variant']} seed {record['seed']}: {record['seconds']:.1f} s")
    return len(todo)


def rerun(experiment: Experiment, variant: str, seed: int = 0) -> Metrics:
    """Run one variant with one seed now, and return its metrics; nothing is stored."""
    return experiment.run(experiment.settings(variant), seed)


def _outcomes(experiment: Experiment, todo: list[tuple[str, int]], jobs: int | None) -> Generator[Record]:
    """Yield the records of the runs in `todo`, as they end."""
    tasks = [_task(experiment, variant, seed) for variant, seed in todo]
    if jobs == 1 or not tasks:
        for task in tasks:
            yield _one(*task)
        return
    require("joblib")
    import joblib  # here, because only parallel runs need it

    # One thread of linear algebra per worker: the matrices are small, and two workers share the machine.
    where = (
        contextlib.nullcontext()
        if jobs is None
        else joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1)
    )
    with where:
        parallel = joblib.Parallel(return_as="generator_unordered", pre_dispatch="2*n_jobs", batch_size=1)
        yield from parallel(joblib.delayed(_one)(*task) for task in tasks)


def record_run(
    experiment: Experiment, variant: str, seed: int, function: Callable[[Settings, int], Metrics] | None = None
) -> Record:
    """Run one variant with one seed now, and return its record; `function` may replace the experiment's own."""
    run, *rest = _task(experiment, variant, seed)
    return _one(run if function is None else function, *rest)


def _task(experiment: Experiment, variant: str, seed: int) -> tuple:
    return experiment.run, variant, experiment.settings(variant), experiment.fingerprint(variant), seed


def _one(
    function: Callable[[Settings, int], Metrics], variant: str, settings: Settings, fingerprint: str, seed: int
) -> Record:
    """Make one run, and record how it was made."""
    from lstm_tutor import __version__

    wall, cpu = time.perf_counter(), time.process_time()
    metrics = function(settings, seed)
    return {
        "variant": variant, "seed": seed, "fingerprint": fingerprint, "settings": settings, "metrics": metrics,
        "seconds": round(time.perf_counter() - wall, 2), "cpu_seconds": round(time.process_time() - cpu, 2),
        "versions": {"lstm_tutor": __version__, "python": platform.python_version(), "numpy": np.__version__},
    }  # fmt: skip
