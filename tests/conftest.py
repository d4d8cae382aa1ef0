"""Set-up of all tests: one thread of linear algebra per worker, the tests' own modules, repeatable random cases."""

import os
import signal
import sys
from pathlib import Path

for library in ("OPENBLAS", "OMP", "MKL"):  # before NumPy is imported: workers share the machine's cores
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # as in `book/press/build.py`: it takes a second
HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / room) for room in (".", "benchmark", "exercises", "site", "../book/press")]

import hypothesis  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, max_examples=25)
hypothesis.settings.load_profile("repeatable")


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture(scope="session")
def browser():
    """A Chromium, for the tests of the site and of the widgets; one per process."""
    from browser import PATIENCE, chromium  # here, so that only who needs it waits for its import
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)  # by itself it gives a page five seconds, which a slow machine needs
    with chromium() as started:
        yield started


@pytest.fixture
def pythons_own_handler():
    """Python's handler of Ctrl-C, which a process that runs in the background may not have."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield signal.default_int_handler
    signal.signal(signal.SIGINT, before)
