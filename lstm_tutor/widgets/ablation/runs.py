"""The stored runs of the ablation experiment as the switchboard shows them: every figure comes from a record."""

from typing import Any

import numpy as np

from lstm_tutor import experiments
from lstm_tutor.cells.variants import VARIANTS as MEANINGS
from lstm_tutor.experiments.experiment import Experiment
from lstm_tutor.experiments.store import Results

__all__ = ["CODES", "claims", "combination", "limits", "ours", "paper", "runs", "table"]

CODES = tuple(MEANINGS)  # the eight changes
TASKS = tuple(dict.fromkeys(settings["task"] for settings in experiments.get("ablation").variants.values()))
FULL = "LSTM"


def combination(text: str) -> tuple[str, ...] | None:
    """The changes that a text such as "NIG+NFG" names, in the order of CODES; None if it names no such thing.

    >>> combination("NFG+NIG"), combination("LSTM"), combination("NIG+NIG"), combination("XYZ")
    (('NIG', 'NFG'), (), None, None)
    """
    if text == FULL:
        return ()
    named = text.split("+")
    known = len(set(named)) == len(named) and set(named) <= set(CODES)
    return tuple(code for code in CODES if code in named) if known else None


def runs(results: Results) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Dict of task -> variant -> list of runs: seed, solved, sequences, presented, wrong, parameters, curve."""
    return {
        task: {
            name: [{"seed": record["seed"]} | record["metrics"] for record in results.of(f"{task}-{name}")]
            for name in (FULL, *CODES)
        }
        for task in TASKS
    }


def limits(results: Results) -> dict[str, dict[str, Any]]:
    """Dict of task -> the settings that bound its runs, and its criterion in words."""
    criteria = dict(part.split(": ", 1) for part in results.experiment.criterion.split("; "))
    return {
        task: {"most": settings["max_sequences"], "every": settings["check_every"], "criterion": criteria[task]}
        for task in TASKS
        for settings in (results.experiment.settings(f"{task}-{FULL}"),)
    }


def table(results: Results, task: str) -> list[dict[str, Any]]:
    """The variants that were run, those that took fewest sequences first.

    Returns
    -------
    list of dicts: variant; median, the median of the sequences until the criterion held, None if less than half of the
    runs ever met it; low, high, of the runs that met it; solved and runs, counts; parameters
    """
    rows = []
    for name in (FULL, *CODES):
        records = results.of(f"{task}-{name}")
        if not records:
            continue
        times = [r["metrics"]["sequences"] for r in records if r["metrics"]["solved"]]
        median = float(np.median(times + [np.inf] * (len(records) - len(times))))
        rows.append({
            "variant": name, "median": median if np.isfinite(median) else None, "low": min(times, default=None),
            "high": max(times, default=None), "solved": len(times), "runs": len(records),
            "parameters": records[0]["metrics"]["parameters"],
        })  # fmt: skip
    return sorted(rows, key=lambda row: (np.inf if row["median"] is None else row["median"], -row["solved"]))


def paper(experiment: Experiment) -> dict[str, dict[str, str]]:
    """Dict of variant -> what the paper found, data set by data set."""
    return {row.method.split(",")[0]: dict(row.figures) for row in experiment.paper_rows}


def ours(results: Results) -> dict[str, dict[str, dict[str, Any]]]:
    """Dict of variant -> task -> what its runs came to beside the LSTM's, and the book's verdict on it.

    Of each: `solved` and `whole`, (solved, runs) of it and of the LSTM; `slower`, the share of pairs of runs where it
    took longer; `chance`, of as many more failures; `worse`.
    """
    return {
        name: {
            task: {
                "solved": results.successes(f"{task}-{name}"),
                "whole": results.successes(f"{task}-{FULL}"),
                "chance": results.chance_of_failures("sequences", f"{task}-{name}", f"{task}-{FULL}"),
                "slower": results.share_worse("sequences", f"{task}-{name}", f"{task}-{FULL}"),
                "worse": results.clearly_worse("sequences", f"{task}-{name}", f"{task}-{FULL}"),
            }
            for task in TASKS
        }
        for name in CODES
        if all(results.of(f"{task}-{it}") for task in TASKS for it in (name, FULL))
    }  # fmt: skip


def claims(results: Results) -> dict[str, dict[str, Any]]:
    """Dict of variant -> what the paper lets one expect here, and whether the stored runs bear it out."""
    outcomes = dict(experiments.verdict(results)[1])
    return {
        claim.variants[0].split("-")[1]: {"text": claim.text, "outcome": outcomes[claim.text]}
        for claim in results.experiment.claims
    }
