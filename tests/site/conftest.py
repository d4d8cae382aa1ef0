"""The built site, and a browser to look at it with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "press"))

from serving import address_of  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """The site last: by then the notebooks have run, and a wrong formula has been named by a smaller test.

    One of its tests comes before those of the widgets: the process that meets it builds the site while others go on.
    """

    def rank(item: pytest.Function) -> int:
        return 2 if "tests/site" in item.nodeid else 1 if "tests/widgets" in item.nodeid else 0

    items.sort(key=rank)
    widgets = [k for k, item in enumerate(items) if rank(item) == 1]
    building = [k for k, item in enumerate(items) if rank(item) == 2 and "built" in item.fixturenames]
    if widgets and building:
        items.insert(widgets[0], items.pop(building[0]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what each page weighs, with all that it loads."""
    weights = [
        value
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
        if name == "page weight"
    ]
    if weights:
        terminalreporter.section("weight of each page, compressed")
        for line in sorted(set(weights), reverse=True):
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A copy of the site, built from the sources as they are now; one for all processes that share the tests."""
    base = tmp_path_factory.getbasetemp()
    copy = (base if worker_id == "master" else base.parent) / "site"
    with FileLock(f"{copy}.lock"):
        if not copy.exists():
            finished = subprocess.run(
                [sys.executable, "book/press/build.py"], cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert finished.returncode == 0, f"the site does not build:\n{finished.stdout}\n{finished.stderr}"
            shutil.copytree(ROOT / "_build" / "html", copy)
    return copy


@pytest.fixture(scope="session")
def site(built: Path) -> str:
    """The site's address."""
    return address_of(built)
