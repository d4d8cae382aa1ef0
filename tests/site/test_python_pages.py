"""Every page's cells run in the page, top to bottom, and print and show what they printed and showed at build time.

A cell that uses PyTorch says so instead. The few others that may not show the same are in `exceptions.json`, each with
its reason, which the page shows to its reader.
"""

from __future__ import annotations

import json
import re
import symtable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import execution
import pytest
from bs4 import BeautifulSoup
from in_page import InPage, Message, outputs_of
from looking import new_context
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = json.loads((ROOT / "book/press/assets/python/exceptions.json").read_text(encoding="utf-8"))
TORCH = re.compile(r"torch|\bverify|reference|claims\.(judgment|table)")  # what a cell says that uses PyTorch
# The pages whose cells take longest come first: so two processes end at nearly the same time.
LONGEST = (
    *("attention", "variants", "gradients", "gru", "peephole", "map", "rnn", "deep", "training", "claims", "lstm"),
    *("bptt", "experiments", "bidirectional"),
)
PAGES = sorted(
    (path.relative_to(ROOT).with_suffix("").as_posix() for path in execution.notebooks(ROOT)),
    key=lambda page: LONGEST.index(Path(page).name) if Path(page).name in LONGEST else len(LONGEST),
)

Shown = list[tuple[str, str]]  # (kind, its text in words)


@pytest.fixture(scope="session")
def python(browser: Browser, site: str) -> Iterator[InPage]:
    """One worker for all pages that a process of the tests runs: each page has a namespace of its own."""
    context = new_context(browser)
    yield InPage(context.new_page(), site)
    context.close()


@cache
def words(html: str) -> str:
    """The words and numbers of a piece of HTML, as a reader sees them."""
    soup = BeautifulSoup(re.sub(r"<metadata>.*?</metadata>", "", html, flags=re.S), "html.parser")
    return " ".join(soup.get_text(" ").split())


def add(shown: Shown, kind: str, text: str) -> None:
    """Add a piece of output; what is printed goes on in the piece that was printed before it."""
    if kind == "print" and shown and shown[-1][0] == "print":
        text = shown.pop()[1] + text
    shown.append((kind, text))


def at_build_time(outputs: list[Any]) -> Shown:
    """What the stored outputs of a cell show."""
    shown: Shown = []
    for output in outputs:
        if output.output_type == "stream":
            if output.name == "stdout":  # the site leaves out what is written to stderr
                add(shown, "print", output.text)
        elif execution.WIDGET_VIEW in output.data:
            add(shown, "widget", words(output.data["text/html"]))
        elif "text/html" in output.data:
            add(shown, "html", words(output.data["text/html"]))
        elif "text/markdown" in output.data:
            add(shown, "code", output.data["text/markdown"].removeprefix("```python\n").removesuffix("\n```"))
        elif {"image/svg+xml", "image/png"} & output.data.keys():
            add(shown, "svg" if "image/svg+xml" in output.data else "png", "")
        else:
            add(shown, "text", output.data["text/plain"])
    return shown


def in_the_page(outputs: list[Message]) -> Shown:
    """What the outputs that the worker posts show."""
    shown: Shown = []
    for output in outputs:
        match output["kind"]:
            case "text":
                add(shown, "print" if output["of"] == "stream" else "text", output["text"])
            case "html" | "widget" as kind:
                add(shown, kind, words(output["html"]))
            case "code":
                add(shown, "code", output["code"])
            case "error":
                add(shown, "error", f"line {output['line']}: {output['name']}: {output['message']}")
            case kind:
                add(shown, kind, output.get("text", ""))
    return shown


def defined_in(code: str) -> set[str]:
    """The names to which a cell gives values."""
    return {
        symbol.get_name() for symbol in symtable.symtable(code, "cell", "exec").get_symbols() if symbol.is_assigned()
    }


@pytest.mark.parametrize("page", PAGES)
def test_cells_show_in_the_page_what_they_showed_at_build_time(page: str, python: InPage) -> None:
    with ThreadPoolExecutor(1) as pool:  # a kernel, if one has to run, wants a thread without Playwright's event loop
        notebook = pool.submit(execution.with_outputs, ROOT / f"{page}.ipynb").result()
    reasons = EXCEPTIONS["cells"].get(page, {})
    wrong: dict[str, tuple[Shown, Shown]] = {}
    made_with_torch: set[str] = set()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        stored = at_build_time(cell.outputs)
        shown = in_the_page(outputs_of(python.run(cell.source, cell.id, page)))
        uses_torch = TORCH.search(cell.source) or made_with_torch & set(re.findall(r"\w+", cell.source))
        if uses_torch and shown[-1:] and shown[-1][0] == "torch":
            made_with_torch |= defined_in(cell.source)
        elif "error" in dict(shown) or (cell.id not in reasons and shown != stored):
            wrong[cell.id] = (stored, shown)
    assert not wrong


def test_each_exception_is_a_cell_of_its_page_and_has_a_reason() -> None:
    assert EXCEPTIONS["cells"].keys() <= set(PAGES)
    for page, reasons in EXCEPTIONS["cells"].items():
        cells = {cell.id for cell in execution.read(ROOT / f"{page}.ipynb").cells if cell.cell_type == "code"}
        assert reasons.keys() <= cells, page
        assert set(reasons.values()) <= EXCEPTIONS["reasons"].keys(), page
