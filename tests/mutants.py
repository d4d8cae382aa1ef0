"""Plants wrong formulas, one at a time, and shows which test catches each: `make mutants`.

The mutants are the rows of `wrong_formulas`, a file for each part of the package. Each is an edit of the package's
source that must match exactly once; where the source has moved on, the command says so and fails. The mutant lives in a
temporary copy of the package; the tests run against that copy, and stop at the first failure. Exit status 1 if a mutant
survives, if an edit does not match, or if a test that caught one fails without it, too.

Two things make it quick, and neither decides anything. Each run of tests is a fork of a process that has imported all
that is not the package. And `wrong_formulas/caught_by.json` remembers which test caught each mutant when it was last
planted: that test runs first, and the others only if it passes.

Many of these errors are in print: the numbers in brackets are those of the claims that the book tests.
"""

import argparse
import compileall
import contextlib
import importlib
import json
import multiprocessing
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import NamedTuple

import pytest
from tqdm import tqdm
from wrong_formulas import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[1]
CAUGHT_BY = Path(__file__).parent / "wrong_formulas" / "caught_by.json"
PATIENCE = 3600  # seconds after which a mutant that runs for ever is stopped
HEAVY = ("numpy", "torch", "matplotlib.pyplot", "hypothesis", "playwright.sync_api", "ipywidgets", "anywidget", "yaml",
         "scipy.optimize", "sklearn", "hmmlearn.hmm", "bs4", "nbformat", "axe_playwright_python.base")  # fmt: skip
OPTIONS = ["-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:xdist",
           "-W", "ignore::pytest.PytestAssertRewriteWarning", "-o", "addopts=--import-mode=importlib"]  # fmt: skip


class Outcome(NamedTuple):
    """What came of a run of tests."""

    failed: list[str]  # the tests that failed
    problem: str | None = None  # why nothing can be said


class Verdict(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    caught_by: str | None  # the first test that failed
    problem: str | None  # why nothing can be said
    seconds: float


class Failures:
    """Notes the tests that fail."""

    def __init__(self) -> None:
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.when == "call":
            self.failed.append(report.nodeid)


# -- a copy of the package, and an edit of it ------------------------------------------------------------------------


def copy_package(folder: Path) -> None:
    """Copy the package. What is compiled of a module is valid for its very text, so that no edit is overlooked."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    shutil.copytree(ROOT / "lstm_tutor", folder / "lstm_tutor", ignore=ignored)
    tools = Path("lstm_tutor", "widgets", "node_modules")  # what the widgets' JavaScript imports is not copied
    (folder / tools).symlink_to(ROOT / tools)
    compileall.compile_dir(folder / "lstm_tutor", quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)


def edited(mutant: Mutant, text: str) -> str:
    """The text with the mutant's edits.

    Raises
    ------
    ValueError
        If an edit does not match exactly once.
    """
    for old, new in mutant.edits:
        if text.count(old) != 1:
            raise ValueError(f"expected {old!r} once in {mutant.file}, found it {text.count(old)} times")
        text = text.replace(old, new)
    return text


# -- runs of tests, each in a fork -----------------------------------------------------------------------------------


def test_run(folder: Path, arguments: Sequence[str]) -> Outcome:
    """Run tests against the copy in `folder`, in this process."""
    os.environ |= {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    sys.path.insert(0, str(folder))
    plugin = Failures()
    status = pytest.main([*OPTIONS, *arguments], plugins=[plugin])
    package = sys.modules.get("lstm_tutor")
    if package and folder not in Path(package.__file__ or "").parents:
        return Outcome([], f"the tests import {package.__file__}, not the copy in {folder}")
    if status == pytest.ExitCode.OK or (status == pytest.ExitCode.TESTS_FAILED and plugin.failed):
        return Outcome(plugin.failed)
    return Outcome([], f"the tests did not run: {status!r}")


def in_a_fork(folder: Path, arguments: Sequence[str]) -> Outcome:
    """The outcome of `test_run` in a child of this process, which keeps what it has imported and learns nothing new."""
    said = folder / "said.txt"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with contextlib.suppress(BaseException), open(said, "wb") as file, open(os.devnull, "rb") as nothing:
            os.setsid()
            for stream, number in ((nothing, 0), (file, 1), (file, 2)):
                os.dup2(stream.fileno(), number)
            outcome = test_run(folder, arguments)
            sys.stdout.flush()
            os.write(writing, json.dumps(outcome).encode())
        os._exit(0)
    os.close(writing)
    answered, _, _ = select.select([reading], [], [], PATIENCE)
    with open(reading, "rb") as pipe:
        answer = pipe.read() if answered else b""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if not answered:
        return Outcome([], f"the tests did not end within {PATIENCE} seconds")
    outcome = Outcome(*json.loads(answer)) if answer else Outcome([], "the tests did not run")
    tail = f": {said.read_text(errors='replace')[-400:]}" if outcome.problem else ""
    return outcome._replace(problem=f"{outcome.problem}{tail}" if outcome.problem else None)


def judge(mutant: Mutant) -> Verdict:
    """Plant a mutant in this process's copy of the package, and see what becomes of it."""
    start = time.perf_counter()
    path = FOLDER / "lstm_tutor" / mutant.file
    text = path.read_text(encoding="utf-8")
    try:
        path.write_text(edited(mutant, text), encoding="utf-8")
    except ValueError as error:
        return Verdict(mutant, None, str(error), 0.0)
    outcome = Outcome([])
    if mutant.name in KNOWN:
        outcome = in_a_fork(FOLDER, [KNOWN[mutant.name]])
    if not outcome.failed:
        outcome = in_a_fork(FOLDER, [f"tests/{word}" if word.endswith(".py") else word for word in mutant.tests])
    path.write_text(text, encoding="utf-8")
    return Verdict(mutant, next(iter(outcome.failed), None), outcome.problem, time.perf_counter() - start)


def unchanged(tests: Sequence[str]) -> Outcome:
    """Run tests of one file against the package as it is: these must be green, or red would mean nothing."""
    return in_a_fork(FOLDER, ["--maxfail=1000", *tests])


# -- the table -------------------------------------------------------------------------------------------------------

KNOWN: dict[str, str] = json.loads(CAUGHT_BY.read_text(encoding="utf-8")) if CAUGHT_BY.exists() else {}
FOLDER = Path()  # of this process's copy


def begin(base: str) -> None:
    """Make a copy of the package for this process."""
    global FOLDER
    FOLDER = Path(tempfile.mkdtemp(dir=base))
    os.chdir(ROOT)
    copy_package(FOLDER)


def remembered(known: dict[str, str], verdicts: Iterable[Verdict]) -> dict[str, str]:
    """Which test caught each mutant of the table, by name: as these verdicts say, or else as was known."""
    caught = known | {v.mutant.name: v.caught_by or "" for v in verdicts}
    names = {mutant.name for mutant in MUTANTS}
    return {name: test for name, test in sorted(caught.items()) if test and name in names}


def table(verdicts: Iterable[Verdict]) -> str:
    """The verdicts as text."""
    verdicts = list(verdicts)
    width = max(len(v.mutant.name) for v in verdicts)
    lines = []
    for v in verdicts:
        result = v.problem or (f"caught by {v.caught_by}" if v.caught_by else "SURVIVED")
        lines.append(f"{v.mutant.name:<{width}}  {v.seconds:5.1f} s  {result}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    parser = argparse.ArgumentParser(prog="python tests/mutants.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("words", nargs="*", help="only mutants whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=2, help="mutants at a time (default 2)")
    options = parser.parse_args(arguments)
    chosen = [m for m in MUTANTS if not options.words or any(word in m.name for word in options.words)]
    if not chosen:
        parser.error(f"no mutant's name contains any of {options.words}")
    for library in ("OPENBLAS", "OMP", "MKL"):  # before NumPy is imported: one core for each of the jobs
        os.environ[f"{library}_NUM_THREADS"] = "1"
    for name in HEAVY:
        importlib.import_module(name)
    start = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="mutants-") as base,
        # not multiprocessing's Pool: its processes are daemons, in which joblib refuses to run anything in parallel
        ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork"), begin, (base,)) as pool,
    ):
        verdicts = list(tqdm(pool.map(judge, chosen), total=len(chosen), desc="mutants", disable=None))
        by_file = defaultdict(list)
        for test in dict.fromkeys(v.caught_by for v in verdicts if v.caught_by):
            by_file[test.partition("::")[0]].append(test)
        sound = list(pool.map(unchanged, by_file.values()))
    print(table(verdicts))
    broken = [line for outcome in sound for line in (*outcome.failed, outcome.problem) if line]
    if broken:
        print("\nwithout any mutant, tests fail:", *broken, sep="\n")
    caught = [v for v in verdicts if v.caught_by]
    print(f"\n{len(caught)} of {len(verdicts)} wrong formulas caught, {time.perf_counter() - start:.0f} s")
    if not broken:  # a test that fails anyway has caught nothing
        CAUGHT_BY.write_text(json.dumps(remembered(KNOWN, verdicts), indent=0, ensure_ascii=False) + "\n", "utf-8")
    return 1 if broken or len(caught) < len(verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
