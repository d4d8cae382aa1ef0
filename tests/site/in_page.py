"""Python behind a page of the site: a worker, and what it posts. Shared by the tests that run cells in Chromium."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page

START = """base => new Promise((ready, fail) => {
  window.worker = new Worker(base + "python-worker.js");
  worker.onerror = (event) => fail(event.message);
  window.loaded = [];
  worker.onmessage = ({ data }) => {
    if (data.type === "loading") loaded.push(data);
    if (data.type === "ready") ready(data);
    if (data.type === "failed") fail(data.message);
  };
  worker.postMessage({ type: "start", base });
})"""
RUN = """message => new Promise((finish) => {
  const posted = [];
  worker.onmessage = ({ data }) => {
    posted.push(data);
    if (data.type === "done") finish(posted);
  };
  worker.postMessage({ type: "run", ...message });
})"""

Message = dict[str, Any]


class InPage:
    """A worker that has started, behind an empty page of the site.

    Attributes
    ----------
    requests : list of str
        The addresses of all that was asked for since the page was opened.
    ready : dict
        The worker's message that it has started.
    """

    def __init__(self, page: Page, site: str, folder: str = "_static/python") -> None:
        self.page, self.site, self.base = page, site, f"{site}/{folder}/"
        self.requests: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.route(f"{site}/empty.html", lambda route: route.fulfill(body="<!doctype html><title>Empty</title>"))
        page.goto(f"{site}/empty.html")
        self.ready = self.start()

    def start(self) -> Message:
        return self.page.evaluate(START, self.base)

    def run(self, code: str, cell: str = "cell", namespace: str = "page") -> list[Message]:
        """Run a cell, and return all that the worker posts up to its end."""
        return self.page.evaluate(RUN, {"cell": cell, "code": code, "namespace": namespace})

    def outputs(self, code: str, cell: str = "cell", namespace: str = "page") -> list[Message]:
        """Run a cell, and return its outputs."""
        return outputs_of(self.run(code, cell, namespace))


def outputs_of(posted: Sequence[Message]) -> list[Message]:
    return [message["output"] for message in posted if message["type"] == "output"]
