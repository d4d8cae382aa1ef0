"""Plants wrong formulas, one at a time, and shows which test catches each: `make mutants`.

The mutants are the rows of `wrong_formulas`, a file for each part of the package. Each is an edit of the package's
source that must match exactly once; where the source has moved on, the command says so and fails. The mutant lives in a
temporary copy of the package, the tests run against that copy, and stop at the first failure. Exit status 1 if a mutant
survives, if an edit does not match, or if a test fails without a mutant.

Many of these errors are in print: the numbers in brackets are those of the claims that the book tests.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm
from wrong_formulas import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 600  # seconds that one run of tests may take


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    caught_by: str | None  # the first test that failed
    problem: str | None  # why nothing can be said
    seconds: float


def copy_package(folder):
    """The package, without what only its makers need."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(ROOT / "lstm_tutor", Path(folder) / "lstm_tutor", ignore=ignored)


def plant(mutant, folder):
    """Edit the copy in `folder`; the problem, if an edit does not match exactly once."""
    path = Path(folder) / "lstm_tutor" / mutant.file
    text = path.read_text(encoding="utf-8")
    for old, new in mutant.edits:
        if text.count(old) != 1:
            return f"expected {old!r} once in {mutant.file}, found it {text.count(old)} times"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return None


def python(folder, *arguments):
    """Run Python with the copy in `folder` in front of the installed package."""
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # one core for each of the jobs
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def run_tests(folder, tests):
    """(name of the first failing test or None, problem or None) of a run that stops at the first failure."""
    options = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    options += ["-o", "addopts=--import-mode=importlib -rf"]
    words = (f"tests/{word}" if word.endswith(".py") else word for word in tests)
    try:
        finished = python(folder, "-m", "pytest", *options, *words)
    except subprocess.TimeoutExpired:
        return None, f"the tests did not end within {PATIENCE} seconds"
    failed = re.search(r"^FAILED (?:tests/)?(.+?)(?: - .*)?$", finished.stdout, re.MULTILINE)
    if finished.returncode == 0:
        return None, None
    if finished.returncode == 1 and failed:
        return failed[1], None
    return None, f"the tests did not run: {(finished.stdout + finished.stderr)[-400:]}"


def judge(mutant):
    """Plant a mutant and see what becomes of it; a mutant without edits is the package as it is."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy_package(folder)
        problem = plant(mutant, folder) if mutant.edits else None
        caught_by = None
        if problem is None:
            caught_by, problem = run_tests(folder, mutant.tests)
    return Verdict(mutant, caught_by, problem, time.perf_counter() - start)


def unchanged(mutants):
    """The package as it is, once for each file of tests: these must be green, or red would mean nothing."""
    files = dict.fromkeys(name for mutant in mutants for name in mutant.tests if name.endswith(".py"))
    return [Mutant(f"(nothing planted: {name})", "", (), (name,)) for name in files]


def table(verdicts):
    """The verdicts as text."""
    width = max(len(v.mutant.name) for v in verdicts)
    lines = []
    for v in verdicts:
        said = v.problem or (f"caught by {v.caught_by}" if v.caught_by else "SURVIVED")
        lines.append(f"{v.mutant.name:<{width}}  {v.seconds:5.1f} s  {said}")
    return "\n".join(lines)


def main(arguments=None):
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python tests/mutants.py", description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="only mutants whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (default 2)")
    options = parser.parse_args(arguments)
    chosen = [m for m in MUTANTS if not options.words or any(word in m.name for word in options.words)]
    if not chosen:
        parser.error(f"no mutant's name contains any of {options.words}")
    with tempfile.TemporaryDirectory() as folder:  # that the copy, and not the installed package, is what is tested
        copy_package(folder)
        place = python(folder, "-c", "import lstm_tutor; print(lstm_tutor.__file__)").stdout.strip()
        if Path(folder) not in Path(place).parents:
            print(f"the tests would import {place or 'nothing'}, not the copy in {folder}", file=sys.stderr)
            return 1
    with ThreadPoolExecutor(options.jobs) as pool:
        everything = unchanged(chosen) + chosen
        verdicts = list(tqdm(pool.map(judge, everything), total=len(everything), desc="mutants", disable=None))
    sound, planted = verdicts[: -len(chosen)], verdicts[-len(chosen) :]
    print(table(planted))
    broken = [v for v in sound if v.caught_by or v.problem]
    if broken:
        print(f"\nwithout any mutant, tests fail:\n{table(broken)}")
    caught = sum(v.caught_by is not None for v in planted)
    print(f"\n{caught} of {len(planted)} wrong formulas caught")
    return 1 if broken or caught < len(planted) else 0


if __name__ == "__main__":
    sys.exit(main())
