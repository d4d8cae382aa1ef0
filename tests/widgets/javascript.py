"""The widgets' JavaScript, unbundled, called from Python: in Node.js, or in a page."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import node
import numpy as np
from looking import WIDE, look
from playwright.sync_api import Browser, Page
from serving import address_of

import lstm_tutor

SOURCES = Path(lstm_tutor.__file__).parent / "widgets"  # beside the package that is imported
HERE = Path(__file__).parent


class JavaScriptError(Exception):
    """What the JavaScript threw, in its words."""


class Engine:
    """Functions in JavaScript, called from Python.

    The source of a function can use `lt`, the engine, and `await load("celllab/state.js")`, any other module. The
    function takes one object; in it an array of floats is a Float64Array.
    """

    def answer(self, call: str) -> str:
        """The answer to a call; both are lines of JSON."""
        raise NotImplementedError

    def __call__(self, source: str, **arguments: object) -> Any:
        """What the function returns for an object with these arguments.

        Raises
        ------
        JavaScriptError
            If the function throws.
        """
        call = json.dumps({"source": source, "given": arguments}, default=_as_json, allow_nan=False)
        answer = json.loads(self.answer(call), object_hook=_as_number, parse_int=_as_integer)
        if "error" in answer:
            raise JavaScriptError(answer["error"])
        return answer["value"]


class InNode(Engine):
    """A Node.js that lives as long as its engine is wanted."""

    def __init__(self) -> None:
        command = [node.find(), HERE / "answer.mjs", SOURCES]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def answer(self, call: str) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(call + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, f"Node.js ended with status {self.process.wait()}: see its words above"
        return answer

    def close(self) -> None:
        self.process.communicate()


class InPage(Engine):
    """A page of Chromium."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(
            """async ([sources, calls]) => {
                window.load = (path) => import(`${sources}/${path}`);
                window.lt = await load("js/engine/index.js");
                const url = URL.createObjectURL(new Blob([calls], { type: "text/javascript" }));
                window.answer = (await import(url)).answer;
            }""",
            [address_of(SOURCES), (HERE / "calls.mjs").read_text("utf-8")],
        )

    def answer(self, call: str) -> str:
        return self.page.evaluate("(call) => answer(call)", call)


@contextmanager
def in_node() -> Iterator[InNode]:
    engine = InNode()
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def in_page(browser: Browser) -> Iterator[InPage]:
    with look(browser, f"{address_of(SOURCES)}/package.json", WIDE) as seen:
        yield InPage(seen.page)


def _as_json(value: Any) -> object:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return {"f64": base64.b64encode(value.astype("<f8").tobytes()).decode()}
    if isinstance(value, np.ndarray):
        return value.ravel().astype(int).tolist()
    return value.item() if isinstance(value, np.generic) else list(value)


def _as_integer(digits: str) -> int | float:
    """A whole number; what JavaScript rounded is no integer."""
    return int(digits) if len(digits) < 16 else float(digits)


def _as_number(value: dict[str, Any]) -> Any:
    return float(value["number"]) if value.keys() == {"number"} else value
