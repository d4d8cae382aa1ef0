"""The widgets' JavaScript, one process of Node.js and one page for all tests of a worker."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).parent))
import javascript


@pytest.fixture(scope="session")
def engine() -> Iterator[javascript.Engine]:
    with javascript.in_node() as started:
        yield started


@pytest.fixture(scope="session")
def engine_in_page(browser: Browser) -> Iterator[javascript.Engine]:
    with javascript.in_page(browser) as started:
        yield started
