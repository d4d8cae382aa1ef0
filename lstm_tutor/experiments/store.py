"""Finished runs in small JSON files, one per experiment, and how chapters read them."""

import json
import os
import pathlib
import tempfile

import numpy as np

__all__ = ["MODELS", "RESULTS", "Results", "add_record", "read_records"]

RESULTS = pathlib.Path(__file__).parent / "results"
MODELS = pathlib.Path(__file__).parent / "models"


def read_records(experiment, folder=None):
    """The stored runs of an experiment's present variants and settings; older ones do not count.

    Returns
    -------
    list of dicts, in the order of variants and seeds; empty if nothing is stored

    Raises
    ------
    ValueError : the file is damaged
    """
    order = list(experiment.variants)
    current = {variant: experiment.fingerprint(variant) for variant in order}
    records = [r for r in _read(experiment, folder) if current.get(r["variant"]) == r["fingerprint"]]
    return sorted(records, key=lambda r: (order.index(r["variant"]), r["seed"]))


def add_record(experiment, record, folder=None):
    """Store a run, in place of an older one of the same variant and seed; all of the file is written, or nothing."""
    kept = [
        r for r in read_records(experiment, folder) if (r["variant"], r["seed"]) != (record["variant"], record["seed"])
    ]
    lines = [json.dumps(r, allow_nan=False) for r in [*kept, record]]
    text = f'{{"experiment": {json.dumps(experiment.name)}, "records": [\n' + ",\n".join(lines) + "\n]}\n"
    path = _path(experiment, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".partial")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    finally:
        pathlib.Path(partial).unlink(missing_ok=True)


def _path(experiment, folder):
    return (RESULTS if folder is None else pathlib.Path(folder)) / f"{experiment.name}.json"


def _read(experiment, folder):
    path = _path(experiment, folder)
    if not path.exists():
        return []
    try:
        records = json.loads(path.read_text(encoding="utf-8"))["records"]
        for record in records:
            record["variant"], record["seed"], record["fingerprint"], record["metrics"]
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"experiments: expected stored runs of {experiment.name!r} in {path}: {error!r}") from error
    return records


class Results:
    """The stored runs of one experiment.

    Attributes
    ----------
    experiment : Experiment
    records : list of dicts with variant, seed, settings, metrics, seconds, cpu_seconds and versions
    """

    def __init__(self, experiment, folder=None):
        self.experiment, self.records = experiment, read_records(experiment, folder)

    def __len__(self):
        return len(self.records)

    def __repr__(self):
        runs = ", ".join(f"{variant}: {len(self.of(variant))}" for variant in self.experiment.variants)
        return f"Results({self.experiment.name!r}, runs by variant: {runs})"

    @property
    def variants(self):
        """Names of the variants of which a run is stored."""
        return [variant for variant in self.experiment.variants if self.of(variant)]

    def of(self, variant):
        """The records of a variant, by seed."""
        self.experiment.settings(variant)  # a name that does not exist is an error, not an empty list
        return [record for record in self.records if record["variant"] == variant]

    def record(self, variant, seed=0):
        """One record; LookupError if it was not run."""
        for record in self.of(variant):
            if record["seed"] == seed:
                return record
        raise LookupError(f"{self.experiment.name}: expected a stored run of {variant!r}, seed {seed}, found none")

    def values(self, variant, metric):
        """A metric of all seeds of a variant, as an array (seeds, ...); None becomes NaN.

        `metric` is a name, or names joined by dots where metrics are dicts of dicts.
        """
        rows = []
        for record in self.of(variant):
            value = record["metrics"]
            for name in metric.split("."):
                if name not in value:
                    raise ValueError(f"{self.experiment.name}: expected a metric of {list(value)}, got {name!r}")
                value = value[name]
            rows.append(np.nan if value is None else value)
        return np.array(rows, dtype=float)

    def successes(self, variant):
        """How many seeds of a variant met the criterion, and how many were run."""
        verdicts = [bool(self.experiment.success(record["metrics"])) for record in self.of(variant)]
        return sum(verdicts), len(verdicts)
