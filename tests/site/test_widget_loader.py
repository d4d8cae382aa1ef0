"""Widgets in a built page, with no kernel: the loader brings an anywidget to life and explains any other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import build
import nbformat
import pytest
from looking import PHONE, Look, look, new_context
from playwright.sync_api import Browser
from serving import address_of

ROOT = Path(__file__).resolve().parents[2]

COUNTER = '''\
import anywidget
import numpy as np
import traitlets

class Counter(anywidget.AnyWidget):
    _esm = """
    function initialize({ model }) { model.set("started", model.get("started") + 1); }
    function render({ model, el, signal }) {
      const button = document.createElement("button");
      const show = () => {
        const numbers = new Float64Array(model.get("data").buffer);
        button.textContent = `count ${model.get("count")} of ${numbers.join(" ")} started ${model.get("started")}`;
      };
      button.className = "counter";
      button.addEventListener("click", () => { model.set("count", model.get("count") + 1); model.save_changes(); });
      model.on("change:count change:started", show);
      show();
      el.append(button);
    }
    export default { initialize, render };
    """
    _css = ".counter { color: rgb(1, 2, 3); background: white; }"
    count = traitlets.Int(3).tag(sync=True)
    started = traitlets.Int(0).tag(sync=True)
    data = traitlets.Bytes().tag(sync=True)

counter = Counter(data=np.array([1.5, -2.0]).tobytes())
counter'''

STILL = """\
class Pictured(Counter):
    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        still = f'<figure class="pictured" data-still-of="{self.model_id}">still</figure>'
        return data | {"text/html": still}, metadata
Pictured(count=8)"""

CELLS = [
    COUNTER,
    "counter",
    "import ipywidgets\nipywidgets.IntSlider(description='plain')",
    "class Broken(anywidget.AnyWidget):\n"
    "    _esm = 'export default { render() { throw new Error(\"broken on purpose\"); } }'\n"
    "Broken()",
    STILL,
    "class Bundled(anywidget.AnyWidget):\n    _esm = _css = 'bundle:bundled'\nBundled()",
]
BUNDLE = {
    "bundled.js": """\
        const render = ({ el }) => Object.assign(el, { className: "bundled", textContent: '<in a "bundle">' });
        export default { render };""",
    "bundled.css": ".bundled { color: rgb(4, 5, 6); }",
    "other.js": "export default {};",
    "other.css": "",
}


@pytest.fixture(scope="module")
def widgets_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = tmp_path_factory.mktemp("widgets")
    shutil.copytree(ROOT / "book" / "press", book / "book" / "press")
    shutil.copy(ROOT / "book" / "references.bib", book / "book")
    shutil.copy(ROOT / "_config.yml", book)
    (book / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")
    (book / "lstm_tutor" / "widgets" / "static").mkdir(parents=True)
    for name, text in BUNDLE.items():
        (book / "lstm_tutor" / "widgets" / "static" / name).write_text(text)
    cells = [nbformat.v4.new_markdown_cell("# Widgets", id="title")]
    cells += [nbformat.v4.new_code_cell(code, id=f"code-{number}") for number, code in enumerate(CELLS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), book / "book" / "page.ipynb")
    assert build.build(book)
    return book / "_build" / "html"


@pytest.fixture(params=["from a server", "from the disk"])
def page(request: pytest.FixtureRequest, widgets_book: Path, browser: Browser) -> Iterator[Look]:
    folder = widgets_book.as_uri() if request.param == "from the disk" else address_of(widgets_book)
    with look(browser, f"{folder}/book/page.html", PHONE) as seen:
        yield seen


def test_widget_shows_its_state_with_binary_values_and_starts_once(page: Look) -> None:
    assert page.page.locator("button.counter").all_inner_texts()[:2] == ["count 3 of 1.5 -2 started 1"] * 2


def test_widget_answers_and_its_two_views_stay_in_step(page: Look) -> None:
    page.page.locator("button.counter").first.click()
    assert page.page.locator("button.counter").all_inner_texts()[:2] == ["count 4 of 1.5 -2 started 1"] * 2


def test_widget_brings_its_style(page: Look) -> None:
    color = page.page.locator("button.counter").first.evaluate("(button) => getComputedStyle(button).color")
    assert color == "rgb(1, 2, 3)"


def test_widget_of_the_book_has_its_code_from_a_bundle_that_is_no_part_of_the_page(
    page: Look, widgets_book: Path
) -> None:
    bundled = page.page.locator(".bundled")
    assert bundled.inner_text() == '<in a "bundle">'
    assert bundled.evaluate("(element) => getComputedStyle(element).color") == "rgb(4, 5, 6)"
    html = (widgets_book / "book" / "page.html").read_text()
    assert "in a" not in html and "rgb(4, 5, 6)" not in html


def test_page_loads_the_bundles_of_its_widgets_and_no_others(page: Look) -> None:
    assert page.page.locator("script[src*=bundles]").count() == 1
    assert page.page.locator("script[src*='bundles/bundled.js?v=']").count() == 1


def test_plain_ipywidget_and_broken_widget_are_explained(page: Look) -> None:
    assert page.page.locator(".lt-static-note").all_inner_texts() == [
        "This control needs a running notebook: open the chapter in JupyterLab to use it.",
        "This widget could not be started.",
    ]


def test_nothing_comes_from_elsewhere_and_only_the_broken_widget_is_reported(page: Look) -> None:
    assert page.elsewhere == [] and page.failed == []
    assert len(page.messages) == 1 and "broken on purpose" in page.messages[0]


def test_still_picture_gives_way_to_the_live_view_and_stands_where_no_script_runs(
    page: Look, widgets_book: Path, browser: Browser
) -> None:
    assert "count 8" in page.page.locator("button.counter").nth(2).inner_text()
    assert page.page.locator(".pictured").count() == 0
    context = new_context(browser, java_script_enabled=False)
    still = context.new_page()
    still.goto((widgets_book / "book" / "page.html").as_uri())
    assert still.locator(".pictured").is_visible()
    context.close()
