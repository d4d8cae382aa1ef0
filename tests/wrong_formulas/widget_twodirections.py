"""Wrong formulas in two widgets: the readers of two directions, and the ablation switchboard's counts and medians."""

from wrong_formulas.mutant import Mutant

VALUES = ("widgets/test_twodirections_values.py", "-k", "kept or falls or other_side")
RUNS = ("widgets/test_ablation.py", "-k", "figure_of or records or verdicts or without_runs or medians")
READING, CURVES = "twodirections/reading.js", "ablation/curves.js"


def _mutant(widget, name, file, tests, *edits):
    return Mutant(f"{widget}: {name}", f"widgets/{file}", edits, tests)


def _two(name, file, *edits):
    return _mutant("two directions", name, file, VALUES, *edits)


def _board(name, file, *edits):
    return _mutant("ablation board", name, file, RUNS, *edits)


MUTANTS = [
    _two("the backward reader is not turned round", READING, ('(reader === "backward" ? T - 1 - t : t)', "t")),
    _two("its answers are not turned back", READING, ('if (reader !== "backward") return', "return")),
    _two("the backward state is the forward one", READING, ('trace.at(0, "reverse").h', 'trace.at(0, "forward").h')),
    _two("the states are memories", READING, ('trace.at(0, "forward").h)', 'trace.at(0, "forward").c)')),
    _two("probabilities are scores", READING, ("const shares = softmax(predictions, K);", "const shares = predictions;")),
    _two("the word itself is among the others", READING, ("filter((code) => code !== codes[s])", "filter(() => true)")),
    _two("the fall is a sum", READING, ("own[t * K + chosen[t]] - sum / N", "N * own[t * K + chosen[t]] - sum")),
    _two("the fall is a rise", READING, ("own[t * K + chosen[t]] - sum / N", "sum / N - own[t * K + chosen[t]]")),
    _two("the fall is that of the new tag", READING, ("sum += row[chosen[t]];", "sum += row[largest(row)];")),
    _two("words and tags are crossed", READING, ("influence[t][s] = own", "influence[s][t] = own")),
    _two("all parameters begin where the first does", "js/engine/flat.js", ("numbers.slice(at, at + size)", "numbers.slice(0, size)")),
    _two("Python does not turn the words round", "twodirections/__init__.py",
         ('codes = codes[::-1] if reader == "backward" else codes', "codes = codes")),
    _two("Python does not turn the answers back", "twodirections/__init__.py",
         ('return shares[::-1] if reader == "backward" else shares', "return shares")),
    _two("Python takes the largest tag of each new reading", "twodirections/__init__.py",
         ("own - then.mean(axis=1)", "own - then.max(axis=1)")),
    _board("a failure is left out of the median", "ablation/runs.py",
           ("np.median(times + [np.inf] * (len(records) - len(times)))", "np.median(times or [np.inf])")),
    _board("all runs count as solved", "ablation/runs.py", ('"solved": len(times)', '"solved": len(records)')),
    _board("the spread is that of the failures too", "ablation/runs.py", ('"high": max(times, default=None)',
           '"high": max(r["metrics"]["presented"] for r in records)')),
    _board("the slowest come first", "ablation/runs.py",
           ('np.inf if row["median"] is None else row["median"]', '-np.inf if row["median"] is None else row["median"]')),
    _board("a claim is told of the wrong variant", "ablation/runs.py",
           ('claim.variants[0].split("-")[1]', 'claim.variants[1].split("-")[1]')),
    _board("the whole cell solves what the variant does", "ablation/runs.py",
           ('"whole": results.successes(f"{task}-{FULL}")', '"whole": results.successes(f"{task}-{name}")')),
    _board("the chance is that of the whole cell's failures", "ablation/runs.py",
           ('results.chance_of_failures("sequences", f"{task}-{name}", f"{task}-{FULL}")',
            'results.chance_of_failures("sequences", f"{task}-{FULL}", f"{task}-{name}")')),
    _board("a run that has stopped drops out", CURVES,
           ("runs.map((run) => valueAt(run, measure, at))",
            "runs.filter((run) => run.curve.sequences.at(-1) >= at).map((run) => valueAt(run, measure, at))")),
    _board("the median is the mean", CURVES,
           ("return sorted.length ? (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2",
            "return sorted.length ? sorted.reduce((a, b) => a + b, 0) / sorted.length")),
    _board("Python's median leaves the last run out", "ablation/__init__.py",
           ('for run in runs]\n    return x, np', 'for run in runs[:-1]]\n    return x, np')),
]  # fmt: skip
