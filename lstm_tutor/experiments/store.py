"""Finished runs in small JSON files, one per experiment, and how chapters read them."""

import json
import math
import os
import pathlib
import tempfile
from typing import Any, TypeAlias

import numpy as np

from lstm_tutor.experiments.experiment import Experiment
from lstm_tutor.types import Array

__all__ = ["MODELS", "RESULTS", "WORSE", "Folder", "Record", "Results", "add_record", "read_records"]

Record: TypeAlias = dict[str, Any]  # variant, seed, fingerprint, settings, metrics, seconds, cpu_seconds, versions
Folder: TypeAlias = str | os.PathLike[str] | None  # where results are stored; None is the package's own folder

CLEARLY = 0.9  # the share of pairs of runs from which one variant is called worse than another
CHANCE = 0.05  # or the chance of as many more failures, up to which it is
WORSE = (
    "One variant is called worse than another if in nine of ten pairs of runs, one of each, it has the larger figure, "
    "or if significantly more of its runs fail (Fisher's exact test, one-sided, at 5 %)."
)
RESULTS = pathlib.Path(__file__).parent / "results"
MODELS = pathlib.Path(__file__).parent / "models"


def read_records(experiment: Experiment, folder: Folder = None) -> list[Record]:
    """Read the stored runs of an experiment's present variants and settings; older ones do not count.

    Returns
    -------
    list of dict
        In the order of variants and seeds; empty if nothing is stored.

    Raises
    ------
    ValueError
        If the file is damaged.
    """
    order = list(experiment.variants)
    current = {variant: experiment.fingerprint(variant) for variant in order}
    records = [r for r in _read(experiment, folder) if current.get(r["variant"]) == r["fingerprint"]]
    return sorted(records, key=lambda r: (order.index(r["variant"]), r["seed"]))


def add_record(experiment: Experiment, record: Record, folder: Folder = None) -> None:
    """Store a run, in place of an older one of the same variant and seed; all of the file is written, or nothing."""
    identity = record["variant"], record["seed"]
    others = [r for r in read_records(experiment, folder) if (r["variant"], r["seed"]) != identity]
    lines = [json.dumps(r, allow_nan=False) for r in [*others, record]]
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


def _path(experiment: Experiment, folder: Folder) -> pathlib.Path:
    return (RESULTS if folder is None else pathlib.Path(folder)) / f"{experiment.name}.json"


def _read(experiment: Experiment, folder: Folder) -> list[Record]:
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
    records : list of dict
        With variant, seed, settings, metrics, seconds, cpu_seconds and versions.
    """

    def __init__(self, experiment: Experiment, folder: Folder = None) -> None:
        self.experiment, self.records = experiment, read_records(experiment, folder)

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        runs = ", ".join(f"{variant}: {len(self.of(variant))}" for variant in self.experiment.variants)
        return f"Results({self.experiment.name!r}, runs by variant: {runs})"

    @property
    def variants(self) -> list[str]:
        """The names of the variants of which a run is stored."""
        return [variant for variant in self.experiment.variants if self.of(variant)]

    def of(self, variant: str) -> list[Record]:
        """Return the records of a variant, by seed."""
        self.experiment.settings(variant)  # a name that does not exist is an error, not an empty list
        return [record for record in self.records if record["variant"] == variant]

    def record(self, variant: str, seed: int = 0) -> Record:
        """Return one record; it is a LookupError if that run is not stored."""
        for record in self.of(variant):
            if record["seed"] == seed:
                return record
        raise LookupError(f"{self.experiment.name}: expected a stored run of {variant!r}, seed {seed}, found none")

    def values(self, variant: str, metric: str) -> Array:
        """Return a metric of all seeds of a variant, as an array (seeds, ...); None becomes NaN.

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

    def median(self, variant: str, metric: str) -> Any:
        """Return the median of a metric over the seeds of a variant; a run without a figure counts as longest.

        So the median is infinite where half of the runs failed or more, here and wherever the book names a median.
        """
        values = self.values(variant, metric)
        middle = np.median(np.where(np.isnan(values), np.inf, values), axis=0)
        return float(middle) if middle.ndim == 0 else middle

    def successes(self, variant: str) -> tuple[int, int]:
        """Return how many seeds of a variant met the criterion, and how many were run."""
        if self.experiment.success is None:
            raise ValueError(f"{self.experiment.name}: expected an experiment with a criterion, got one without")
        verdicts = [bool(self.experiment.success(record["metrics"])) for record in self.of(variant)]
        return sum(verdicts), len(verdicts)

    def share_worse(self, metric: str, variant: str, than: str) -> float:
        """Return in which share of all pairs of runs, one of each variant, `variant` has the larger figure.

        Less is better. A run without a figure (None) failed and is worse than every run with one; two equal figures
        count one half. This is the probability of superiority, Mann and Whitney's U divided by the number of pairs.

        References
        ----------
        Mann & Whitney (1947), Annals of Mathematical Statistics 18.
        """
        ours, theirs = (np.nan_to_num(self.values(name, metric), nan=np.inf) for name in (variant, than))
        return float(np.mean((ours[:, None] > theirs) + (ours[:, None] == theirs) / 2))

    def chance_of_failures(self, metric: str, variant: str, than: str) -> float:
        """Return how likely it is that at least as many of the failures fall to `variant` if chance deals them out.

        A run without a figure (None) failed. This is the p-value of Fisher's exact test, one-sided.

        Equations
        ---------
        p = sum over k from F to min(n, F + G) of C(n, k) C(m, F + G - k) / C(n + m, F + G), where F of n runs of
        `variant` failed, and G of m of the other.

        References
        ----------
        Fisher (1922), Journal of the Royal Statistical Society 85.
        """
        ours, theirs = (np.isnan(self.values(name, metric)) for name in (variant, than))
        (F, n), (G, m) = ((int(failed.sum()), len(failed)) for failed in (ours, theirs))
        deals = [math.comb(n, k) * math.comb(m, F + G - k) for k in range(F, min(n, F + G) + 1)]
        return sum(deals) / math.comb(n + m, F + G)

    def clearly_worse(self, metric: str, variant: str, than: str) -> bool:
        """Say whether `variant` is worse than another by the book's rule, the same wherever two variants meet: WORSE.

        Pairs alone would not do: if two of ten runs succeed, and fast, only eight pairs of ten are worse.
        """
        slower = self.share_worse(metric, variant, than) >= CLEARLY
        return slower or self.chance_of_failures(metric, variant, than) <= CHANCE
