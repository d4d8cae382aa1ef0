"""The widgets' JavaScript, unbundled, in a browser."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page
from serving import served

import lstm_tutor

sys.path.insert(0, str(Path(__file__).parent))
SOURCES = Path(lstm_tutor.__file__).parent / "widgets"  # beside the package that is imported


class Engine:
    """Functions in JavaScript, called from Python; `lt` is the engine. An array crosses as a flat Float64Array."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def __call__(self, function: str, **arguments: object) -> Any:
        """What a function, given as its source, returns for one object with these arguments."""
        text = json.dumps(arguments, default=_as_json)
        return json.loads(self.page.evaluate(f"(text) => toJson(({function})(fromJson(text)))", text))


def _as_json(value: Any) -> object:
    if isinstance(value, np.ndarray):
        return {"f64": value.ravel().tolist()} if value.dtype.kind == "f" else value.ravel().astype(int).tolist()
    return value.item()


CONVERSIONS = """async () => {
    window.lt = await import("/js/engine/index.js");
    window.fromJson = (text) => JSON.parse(text, (_, value) => value?.f64 ? Float64Array.from(value.f64) : value);
    window.toJson = (value) => JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v) : v)) ?? "null";
}"""


@pytest.fixture(scope="session")
def engine(browser: Browser) -> Iterator[Engine]:
    with served(SOURCES) as address:
        page = browser.new_page()
        page.goto(f"{address}/js/engine/index.js")
        page.evaluate(CONVERSIONS)
        yield Engine(page)
        page.close()
