"""Python in the page, with a test double in Python's place: buttons, editor, outputs, exercises, what is remembered."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import build
import nbformat
import pytest
import running
from looking import PHONE, WIDE, Look, look, violations
from playwright.sync_api import Browser, Locator, Page
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from serving import address_of

ROOT = Path(__file__).resolve().parents[2]
FAKE = Path(__file__).parent / "fake_python"


def shows(**output: object) -> str:
    return f"#> {json.dumps(output)}"


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="90pt" height="30pt"><rect width="90" height="30"/></svg>'
FIGURE = {"figure": {"name": "page-figure", "caption": "The caption stays."}, "image": {"alt": "Four words of text."}}
COUNTER = {"model_name": "AnyModel", "model_module": "anywidget", "model_module_version": "0.9"}
RENDER = "export default { render: ({ model, el }) => { el.textContent = `widget of ${model.get('size')}`; } }"
DRAWS = shows(kind="svg", svg=SVG)
FAILS = shows(kind="error", name="ZeroDivisionError", message="by <b>zero</b>", words="You divide by zero.")
HOSTILE = shows(kind="html", html="<a onclick=alert(1) href=javascript:alert(5)>bold</a><script>alert(2)</script>")
WIDGET = shows(kind="widget", model="a", states={"a": COUNTER | {"state": {"_esm": RENDER, "size": 7}}})
RIGHT = '<p class="lt-verdict right">✓ Right.</p>'
WRONG = '<details class="lt-verdict-fold"><summary>Says</summary><p class="lt-verdict wrong">✗ Not yet.</p></details>'
ANSWER = f"""\
class exercises:
    check = print


def answer():
    return 1


exercises.check("rnn-step", answer.__name__)  {shows(kind="html", html=WRONG)}"""

CELLS = [
    ("setup", "import math\n\nimport numpy as np\n\nsize = 3", ["remove-input"], {}),
    ("number", f'print("stored", 3)  {shows(kind="text", text="live 3", of="stream")}', [], {}),
    ("needs", f'print(size)  {shows(kind="text", text="sized", of="stream")}', [], {}),
    ("imports", f"np.zeros(2)  {shows(kind='text', text='zeros', of='result')}", [], {}),
    ("figure", f"import matplotlib.pyplot as plt\n\nplt.plot([1, 2]);  {DRAWS}", ["hide-input"], {"mystnb": FIGURE}),
    ("error", f"total = 1\n#> needs size\ntotal  {FAILS}", [], {}),
    ("forever", "n = 0  #> forever", [], {}),
    ("hostile", f"0  {HOSTILE}", [], {}),
    ("torch", f'print("by torch")  {shows(kind="torch", text="")}', [], {}),
    ("widget", f"1  {WIDGET}", [], {}),
]  # fmt: skip
EXERCISES = """\
## Exercises

:::{exercise} The step: easy, 5 minutes
:label: page-ex-step

Write it.
:::
"""
SOLUTION_START = ":::{solution-start} page-ex-step\n:class: dropdown\n:::"
SOLUTION_END = """\
:::{solution-end}
:::

:::{exercise} By hand: easy, 5 minutes
:label: page-ex-hand

Think.
:::
"""
OTHER = """\
# Other

<p>Exercises.<span data-solved="count"></span></p>

<div data-solved="marks">

| exercise |
|---|
| {ref}`The step <page-ex-step>` |

</div>
"""


TOC = ["  - file: book/other\n", "  - file: book/scratch\n"]


def book_of(folder: Path) -> None:
    """Write a small book with the press, the test double and the cells above."""
    shutil.copytree(ROOT / "book" / "press", folder / "book" / "press")
    shutil.copytree(FAKE, folder / "book" / "press" / "assets" / "python", dirs_exist_ok=True)
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    shutil.copy(ROOT / "_config.yml", folder)
    (folder / "_toc.yml").write_text("format: jb-book\nroot: book/page\nchapters:\n" + "".join(TOC))
    (folder / "lstm_tutor" / "widgets" / "static").mkdir(parents=True)
    code, text = nbformat.v4.new_code_cell, nbformat.v4.new_markdown_cell
    cells = [text("# Running", id="title"), text("## Cells", id="cells")]
    cells += [code(source, id=name, metadata={"tags": tags} | more) for name, source, tags, more in CELLS]
    cells += [text(EXERCISES, id="exercises"), code(ANSWER, id="answer"), text(SOLUTION_START, id="start")]
    cells += [code("solution = 1", id="solution", metadata={"tags": ["solution"]}), text(SOLUTION_END, id="end")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "book" / "page.ipynb")
    (folder / "book" / "other.md").write_text(OTHER)
    exceptions = {"reasons": {"noise": "It shows noise."}, "cells": {"book/page": {"imports": "noise"}}}
    (folder / "book" / "press" / "assets" / "python" / "exceptions.json").write_text(json.dumps(exceptions))
    text_of_scratch = (ROOT / "book" / "scratch.md").read_text(encoding="utf-8")
    (folder / "book" / "scratch.md").write_text(text_of_scratch.replace("(notation.md)", "(other.md)"))


@pytest.fixture(scope="module")
def running_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running")
    book_of(folder)
    assert build.build(folder)
    return folder / "_build" / "html"


# -- using a page ------------------------------------------------------------------------------------------------------


@contextmanager
def opened(browser: Browser, book: Path, name: str = "page", size: dict = WIDE, theme: str = "light") -> Iterator[Look]:
    with look(browser, f"{address_of(book)}/book/{name}.html", size, theme) as seen:
        yield seen


@pytest.fixture
def seen(browser: Browser, running_book: Path) -> Iterator[Look]:
    """The page, of which nothing may come from elsewhere, fail or be said on the console."""
    with opened(browser, running_book) as look_at_it:
        yield look_at_it
        assert look_at_it.elsewhere == [] and look_at_it.messages == []


def button(page: Page, cell: str, does: str = "run") -> Locator:
    return page.locator(f"#cell-{cell} [data-does={does}]")


def said(page: Page, cell: str, words: str) -> None:
    """Wait until a cell's bar says these words."""
    page.locator(f"#cell-{cell} .lt-run-status", has_text=words).wait_for()


def run(page: Page, cell: str, words: str = "Done in") -> None:
    button(page, cell).click()
    said(page, cell, words)


def shown(page: Page, cell: str) -> str:
    return page.locator(f"#cell-{cell} .cell_output").inner_text().strip()


def area(page: Page, cell: str) -> Locator:
    return page.locator(f"#cell-{cell} textarea")


def write(page: Page, cell: str, text: str) -> None:
    if not area(page, cell).count():
        button(page, cell, "edit").click()
    area(page, cell).fill(text)


def test_nothing_is_loaded_before_a_press_but_a_small_script(seen: Look) -> None:
    assert not [url for url in seen.urls if "/running/" in url or "/python/" in url or "/cells/" in url]
    assert (ROOT / "book/press/assets/running.js").stat().st_size < 6000


def test_what_a_press_loads_has_the_version_of_the_scripts_in_its_address_or_is_asked_for_anew(
    seen: Look, running_book: Path
) -> None:
    """So no browser mixes what it has kept of an earlier site with what is on this one."""
    lists = {"cells/book/page.json", "python/manifest.json"}
    asked = []
    seen.page.on("request", lambda request: asked.append(request))
    run(seen.page, "widget")
    seen.page.locator("#cell-widget .lt-widget", has_text="widget of 7").wait_for()
    version = re.search('data-version="([0-9a-f]{8})"', (running_book / "book" / "page.html").read_text())[1]
    loaded = {request.url.partition("/_static/")[2]: request.all_headers() for request in asked}
    scripts = {f"running/{path.name}?v={version}" for path in (running_book / "_static" / "running").iterdir()}
    scripts |= {f"{name}.js?v={version}" for name in ("python/python-worker", "widget-loader")}
    assert {name for name in loaded if name} == scripts - {f"running/scratch.js?v={version}"} | lists
    assert all(loaded[name]["cache-control"] == "max-age=0" for name in lists)


def test_a_change_of_a_script_makes_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = SimpleNamespace(srcdir=ROOT)
    assets = tmp_path / "assets"
    shutil.copytree(running.ASSETS, assets)
    before = running.version(site)
    monkeypatch.setattr(running, "ASSETS", assets)
    assert running.version(site) == before
    (assets / "running" / "names.js").write_text("// another one")
    assert running.version(site) != before


def test_the_first_press_says_what_comes_and_how_much(seen: Look) -> None:
    page = seen.page
    page.evaluate("() => { Worker.prototype.postMessage = () => {}; }")  # so that it goes on loading
    button(page, "number").click()
    said(page, "number", "Python comes into this page: 19 MB, once.")
    assert button(page, "number").inner_text() == "Stop"
    run(page, "number", "Stopped.")


def test_a_later_visit_says_that_python_is_there_already(seen: Look) -> None:
    page = seen.page
    run(page, "number")
    page.reload()
    page.evaluate("() => { Worker.prototype.postMessage = () => {}; }")  # so that it goes on starting
    run(page, "number", "Python starts, from what your browser has kept.")


def test_an_output_takes_the_place_of_the_stored_one_and_reset_brings_that_back(seen: Look) -> None:
    page = seen.page
    assert shown(page, "number") == "stored 3"
    run(page, "number")
    assert shown(page, "number") == "live 3"
    button(page, "number", "reset").click()
    assert shown(page, "number") == "stored 3"
    assert page.evaluate("() => document.activeElement.dataset.does") == "run"


def test_a_cell_that_needs_others_says_which_and_runs_them_on_demand(seen: Look) -> None:
    page = seen.page
    run(page, "needs", "This cell uses size of cells above that have not run.")
    assert shown(page, "needs") == "3"
    assert button(page, "imports", "above").is_visible(), "each cell has all buttons now"
    button(page, "needs", "above").click()
    said(page, "needs", "Done in")
    assert shown(page, "needs") == "sized" and shown(page, "number") == "live 3"
    run(page, "needs", "Done in")


def test_a_cell_that_needs_others_runs_without_them_at_the_second_press(seen: Look) -> None:
    run(seen.page, "needs", "This cell uses size")
    run(seen.page, "needs", "Done in")


def test_imports_of_cells_above_come_by_themselves(seen: Look) -> None:
    run(seen.page, "imports")
    assert shown(seen.page, "imports") == "zeros"


def test_a_cell_whose_figures_may_differ_says_why_until_it_is_changed(seen: Look) -> None:
    run(seen.page, "imports", "Done in 0.3 s. It shows noise.")
    write(seen.page, "imports", "np.ones(2)")
    run(seen.page, "imports")
    assert "noise" not in seen.page.locator("#cell-imports .lt-run-status").inner_text()


def test_a_name_that_is_missing_is_said_to_come_from_above(seen: Look) -> None:
    run(seen.page, "error", "size comes from a cell above that has not run.")


def test_an_error_is_plain_text_with_its_line_marked_until_that_is_changed(seen: Look) -> None:
    page = seen.page
    button(page, "error", "edit").click()
    button(page, "error", "above").click()
    said(page, "error", "Stopped with an error.")
    assert page.locator("#cell-error .lt-run-error").inner_text().split("\n\n") == [
        "Line 3. You divide by zero.",
        "ZeroDivisionError: by <b>zero</b>",
    ]
    assert page.locator("#cell-error .lt-bad").inner_text().startswith("total  #>")
    area(page, "error").press("End")
    area(page, "error").press("x")
    assert page.locator("#cell-error .lt-bad").count() == 0


def test_after_an_error_above_the_cells_that_follow_do_not_run(seen: Look) -> None:
    page = seen.page
    button(page, "forever", "edit").click()
    button(page, "forever", "above").click()
    said(page, "forever", "Did not run: a cell above has stopped.")
    assert page.locator("#cell-forever .lt-run-status a").get_attribute("href") == "#cell-error"


def test_a_figure_keeps_its_place_its_caption_and_its_words(seen: Look) -> None:
    page = seen.page
    page.locator("#cell-figure summary").click()
    run(page, "figure")
    live = page.locator("#cell-figure figure#page-figure .lt-live img")
    assert live.get_attribute("alt") == "Four words of text."
    assert live.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 120
    assert page.locator("#cell-figure figcaption").is_visible()
    assert page.locator("#cell-figure img:visible").count() == 1


def test_a_cell_that_never_ends_is_stopped_and_the_page_says_what_is_gone(seen: Look) -> None:
    page = seen.page
    run(page, "number")
    run(page, "forever", "Runs.")
    assert page.evaluate("1 + 1") == 2, "the page answers meanwhile"
    run(page, "forever", "Stopped. What the cells had defined is gone; Run all above brings it back.")
    run(page, "needs", "This cell uses size")
    button(page, "needs", "above").click()
    said(page, "needs", "Done in")


def test_when_python_has_ended_the_page_says_so_and_the_next_press_starts_it_anew(seen: Look) -> None:
    page = seen.page
    write(page, "number", "1  #> fatal")
    run(page, "number", "Python has ended: it has no memory left. Run tries again.")
    write(page, "number", "1")
    run(page, "number")


def test_hostile_output_and_stored_text_do_nothing(browser: Browser, running_book: Path) -> None:
    alerts: list[str] = []
    with opened(browser, running_book) as seen:
        page = seen.page
        page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        run(page, "hostile")
        assert page.locator("#cell-hostile .lt-live :is(script, [onclick], [href])").count() == 0
        page.locator("#cell-hostile .lt-live a").click()
        assert shown(page, "hostile") == "bold"
        evil = "</textarea><img src=x onerror=alert(3)><script>alert(4)</script>"
        edits = json.dumps({"number": evil, "needs": 5, "nowhere": evil, "__proto__": {"x": 1}})
        page.evaluate("(edits) => localStorage.setItem('lt:edits:book/page', edits)", edits)
        page.reload()
        area(page, "number").wait_for()
        assert area(page, "number").input_value() == evil
        assert page.locator("#cell-number .lt-editor pre").inner_text().strip() == evil
        assert page.locator("#cell-number .lt-editor img").count() == 0 and area(page, "needs").count() == 0
        page.evaluate("() => localStorage.setItem('lt:edits:book/page', 'no JSON')")
        page.reload()
        run(page, "number")
    assert alerts == []


def test_what_pytorch_said_stays_and_the_page_says_why(seen: Look) -> None:
    run(seen.page, "torch")
    assert shown(seen.page, "torch").startswith("PyTorch ran when this page was built.")
    assert shown(seen.page, "torch").endswith("by torch")


def test_a_widget_is_drawn_by_the_pages_own_loader(seen: Look) -> None:
    run(seen.page, "widget")
    seen.page.locator("#cell-widget .lt-widget", has_text="widget of 7").wait_for()


# -- the editor --------------------------------------------------------------------------------------------------------


def test_edits_are_kept_and_marked_until_reset(seen: Look) -> None:
    page = seen.page
    write(page, "number", "print(1)  # mine")
    assert page.locator("#cell-number .lt-run-edited").is_visible()
    page.reload()
    area(page, "number").wait_for()
    assert area(page, "number").input_value() == "print(1)  # mine"
    button(page, "number", "reset").click()
    assert area(page, "number").input_value() == CELLS[1][1]
    assert page.evaluate("() => localStorage.getItem('lt:edits:book/page')") == "{}"


def test_what_is_typed_has_the_colors_of_the_page(seen: Look) -> None:
    page = seen.page
    kinds = """(pre) => [...pre.querySelectorAll("span[class]:not(.lt-line, .w)")]
        .map(({ className, textContent }) => `${className} ${textContent}`)"""
    listing = page.locator("#cell-number .cell_input pre")
    before = listing.evaluate(kinds)
    height = listing.bounding_box()["height"]
    button(page, "number", "edit").click()
    area(page, "number").wait_for()
    assert listing.evaluate(kinds) == before and len(before) >= 5
    assert listing.bounding_box()["height"] == height
    write(page, "number", "def f(x):\n    return x")
    assert listing.evaluate(kinds)[:3] == ["k def", "nf f", "p ("]


def test_the_area_lies_letter_on_letter_over_the_listing(browser: Browser, running_book: Path) -> None:
    for size in (WIDE, PHONE):
        with opened(browser, running_book, size=size) as seen:
            button(seen.page, "error", "edit").click()
            area(seen.page, "error").wait_for()
            styles = """(element) => {
                const { font, padding, whiteSpace, overflowWrap, letterSpacing, tabSize } = getComputedStyle(element);
                const { x, y, width, height } = element.getBoundingClientRect();
                return [font, padding, whiteSpace, overflowWrap, letterSpacing, tabSize, x, y, width, height];
            }"""
            same = seen.page.locator("#cell-error .lt-editor > *").evaluate_all(f"(parts) => parts.map({styles})")
            assert same[0] == same[1]
            over = area(seen.page, "error").evaluate("({ scrollHeight, clientHeight }) => scrollHeight - clientHeight")
            assert over <= 1


def test_tab_indents_and_escape_then_tab_leaves(seen: Look) -> None:
    page = seen.page
    write(page, "number", "for k in x:")
    area(page, "number").press("End")
    for key in ("Enter", "a", "Enter", "Tab", "b", "Shift+Tab"):
        page.keyboard.press(key)
    assert area(page, "number").input_value() == "for k in x:\n    a\n    b"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Tab")
    assert area(page, "number").input_value() == "    for k in x:\n        a\n        b"
    page.keyboard.press("ControlOrMeta+z")
    assert area(page, "number").input_value() == "for k in x:\n    a\n    b", "it can be undone"
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.localName") == "button"


def test_the_whole_way_goes_by_keyboard(seen: Look) -> None:
    page = seen.page
    button(page, "number", "edit").focus()
    page.keyboard.press("Enter")
    page.locator("#cell-number textarea:focus").wait_for()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(f"  \n2  {shows(kind='text', text='typed', of='stream')}")
    page.keyboard.press("Shift+Enter")
    said(page, "number", "Done in")
    assert shown(page, "number") == "live 3typed"
    page.keyboard.press("Escape")
    for _ in ("copy", "run", "above", "reset"):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.dataset.does") == "reset"
    page.keyboard.press("Enter")
    assert shown(page, "number") == "stored 3"


# -- exercises ---------------------------------------------------------------------------------------------------------


def test_a_wrong_answer_is_told_why_and_a_right_one_opens_the_solution_and_is_remembered(
    browser: Browser, running_book: Path
) -> None:
    with opened(browser, running_book) as seen:
        page = seen.page
        assert button(page, "answer").inner_text() == "Check" and button(page, "solution").text_content() == "Run"
        run(page, "answer", "Not yet. The marker says why below.")
        assert page.locator("#cell-answer .lt-verdict.wrong").is_visible()
        assert page.locator("#page-ex-step .lt-solved").count() == 0
        assert not page.locator("#cell-solution").is_visible()
        write(page, "answer", f"1  {shows(kind='html', html=RIGHT)}")
        run(page, "answer", "Solved. The solution is open below.")
        assert page.locator("#cell-solution").is_visible()
        assert page.locator("#page-ex-step .lt-solved").inner_text() == "✓ solved"
        page.goto(page.url.replace("page.html", "other.html"))
        assert page.locator("[data-solved=count]").inner_text().strip() == "You have solved 1 of 2."
        assert page.locator("td .lt-solved").count() == 1
        page.go_back()
        page.locator("#page-ex-step .lt-solved").wait_for()


def test_an_exercise_that_nothing_marks_is_marked_by_the_reader(seen: Look) -> None:
    page = seen.page
    assert page.locator("#page-ex-step .lt-solve").count() == 0
    mine = page.locator("#page-ex-hand").get_by_role("button", name="Mark as solved")
    mine.click()
    assert mine.get_attribute("aria-pressed") == "true" and page.locator("#page-ex-hand .lt-solved").count() == 1
    mine.click()
    assert page.locator("#page-ex-hand .lt-solved").count() == 0


# -- for everyone, everywhere ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", WIDE), ("light", PHONE), ("dark", PHONE)])
def test_cells_are_open_to_everyone_in_each_state(theme: str, size: dict, browser: Browser, running_book: Path) -> None:
    with opened(browser, running_book, size=size, theme=theme) as seen:
        page = seen.page
        assert violations(page) == []
        run(page, "needs", "This cell uses size")
        button(page, "error", "edit").click()
        button(page, "error", "above").click()
        said(page, "error", "Stopped with an error.")
        run(page, "torch")
        run(page, "answer", "Not yet.")
        run(page, "forever", "Runs.")
        assert violations(page) == []
        sizes = page.locator(".lt-run button:visible, .lt-solve button").evaluate_all(
            "(buttons) => buttons.map((b) => b.getBoundingClientRect()).map((b) => Math.min(b.width, b.height))"
        )
        assert min(sizes) >= 24
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_the_first_press_moves_nothing_above_or_beside_the_cell(seen: Look) -> None:
    page = seen.page
    tops = """() => [...document.querySelectorAll("h1, h2, div.cell")]
        .map((part) => part.getBoundingClientRect().top + scrollY)"""
    before = page.evaluate(tops)
    button(page, "needs", "edit").click()
    area(page, "needs").wait_for()
    page.keyboard.press("Escape")
    page.evaluate("() => document.activeElement.blur()")
    assert page.evaluate(tops) == before


def test_controls_stay_off_paper(seen: Look) -> None:
    button(seen.page, "number", "edit").click()
    area(seen.page, "number").wait_for()
    seen.page.emulate_media(media="print")
    assert seen.page.locator(".lt-run:visible, .lt-solve:visible, textarea:visible").count() == 0
    assert seen.page.locator("#cell-number .lt-editor pre").is_visible()


IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 Version/{}.0 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("device", "is_refused"),
    [
        ({"deviceMemory": 1}, True),
        ({"deviceMemory": 2}, False),
        ({"userAgent": IPHONE.format("16_6", 16)}, True),
        ({"userAgent": IPHONE.format("17_1", 17)}, False),
        (
            {
                "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/16.1 Safari/605.1",
                "maxTouchPoints": 5,
            },
            True,
        ),
        (
            {
                "userAgent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/16.1 Safari/605.1",
                "maxTouchPoints": 0,
            },
            False,
        ),
    ],
)
def test_a_small_device_is_refused_politely_and_keeps_the_page(device: dict, is_refused: bool, seen: Look) -> None:
    page = seen.page
    page.evaluate(
        """(device) => {
            for (const [name, value] of Object.entries(device)) Object.defineProperty(navigator, name, { value });
        }""",
        device,
    )
    run(page, "number", "Python needs more memory than this device has" if is_refused else "Done in")
    assert shown(page, "number") == ("stored 3" if is_refused else "live 3")
    assert is_refused != any("/python/" in url for url in seen.urls)


def test_a_page_from_the_disk_has_no_buttons(browser: Browser, running_book: Path) -> None:
    with look(browser, f"{running_book.as_uri()}/book/page.html") as seen:
        assert seen.page.locator(".lt-run:visible, .lt-solve:visible").count() == 0
        assert seen.messages == []


def test_a_build_without_the_files_of_python_shows_nothing_of_this(tmp_path: Path) -> None:
    book_of(tmp_path)
    (tmp_path / "book" / "press" / "assets" / "python" / "manifest.json").unlink()
    assert build.build(tmp_path)
    html = (tmp_path / "_build" / "html" / "book" / "page.html").read_text()
    assert "lt-run" not in html and "lt-solve" not in html and "running.js" not in html
    assert not (tmp_path / "_build" / "html" / "_static" / "cells").exists()


def test_the_editor_colors_every_cell_of_the_book_as_the_page_does(seen: Look) -> None:
    """Letter by letter, but for escaped braces behind a field in one raw string, which Pygments takes for a field."""
    cells = [
        cell
        for path in sorted((ROOT / "book").glob("*.ipynb"))
        for cell in nbformat.read(path, 4).cells
        if cell.cell_type == "code"
    ]
    found = seen.page.evaluate(
        """async ([module, texts]) => {
            const { tokens } = await import(module);
            return texts.map(tokens);
        }""",
        ["/_static/running/tokens.js", [cell.source for cell in cells]],
    )
    lexer = get_lexer_by_name("ipython3")
    different = []
    for cell, mine in zip(cells, found, strict=True):
        assert "".join(part for _, part in mine) == cell.source
        letters = [kind for kind, part in mine for _ in part]
        theirs = [short_name(kind) for kind, part in lexer.get_tokens(cell.source) for _ in part]
        pairs = zip(cell.source, letters, theirs[: len(letters)], strict=True)
        if any(kind != other and not letter.isspace() for letter, kind, other in pairs):
            different.append(cell.id)
    assert len(cells) > 500 and different == ["lstm-flow-rnn"]


def short_name(kind: object) -> str:
    """The class that Pygments gives a kind of token in a page."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]


# -- the scratch page ------------------------------------------------------------------------------------------------


@pytest.fixture
def scratch(browser: Browser, running_book: Path) -> Iterator[Page]:
    with opened(browser, running_book, "scratch") as seen:
        seen.page.locator(".lt-scratch-cells textarea").first.wait_for()
        yield seen.page
        assert seen.elsewhere == [] and seen.messages == []


def cells(page: Page) -> list[str]:
    return page.locator(".lt-scratch-cells textarea").evaluate_all("(areas) => areas.map((area) => area.value)")


def named(page: Page, number: int, name: str) -> Locator:
    return page.locator(".lt-scratch-cells .cell").nth(number).get_by_role("button", name=name)


def test_cells_of_the_scratch_page_are_added_moved_deleted_and_kept(scratch: Page) -> None:
    first, second = cells(scratch)
    assert first.startswith("import numpy as np") and "lt.plots.gate_heatmap" in second
    scratch.get_by_role("button", name="Add a cell").click()
    scratch.keyboard.type("third = 3")
    named(scratch, 2, "Move this cell up").click()
    assert cells(scratch) == [first, "third = 3", second]
    named(scratch, 0, "Delete this cell").click()
    scratch.reload()
    scratch.locator(".lt-scratch-cells textarea").first.wait_for()
    assert cells(scratch) == ["third = 3", second]
    for _ in range(2):
        named(scratch, 0, "Delete this cell").click()
    assert cells(scratch) == [""], "one is always there"
    assert scratch.evaluate("() => document.activeElement.dataset.does") == "run"


def test_a_cell_of_the_scratch_page_runs_and_its_output_is_cleared(scratch: Page) -> None:
    area(scratch, "scratch-1").fill(f"1  {shows(kind='text', text='one', of='result')}")
    run(scratch, "scratch-1")
    assert shown(scratch, "scratch-1") == "one"
    area(scratch, "scratch-1").fill(f"1  {shows(kind='torch', text='')}")
    run(scratch, "scratch-1")
    assert shown(scratch, "scratch-1").startswith("This needs PyTorch"), "nothing ran when the page was built"
    area(scratch, "scratch-1").fill(f"1  {shows(kind='text', text='one', of='result')}")
    run(scratch, "scratch-1")
    named(scratch, 0, "Clear output").click()
    assert scratch.locator("#cell-scratch-1 .cell_output").count() == 0
    assert cells(scratch)[0].startswith("1  #>")


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files(".lt-drop input", {"name": name, "mimeType": "application/zip", "buffer": content})


def heard(page: Page, words: str) -> None:
    page.locator(".lt-drop-said", has_text=words).wait_for()


def test_a_file_of_arrays_is_read_and_the_lines_that_show_its_gates_are_added(scratch: Page) -> None:
    choose(scratch, "my model.npz", b"PK12")
    heard(scratch, "my model.npz holds 2 arrays: enc.weight_ih_l0 (15, 3), enc.weight_hh_l0 (15, 5).")
    lines = cells(scratch)[2]
    assert 'np.load("my model.npz")' in lines and 'gate_heatmap(trace, "z")' in lines, "three blocks are a GRU"
    said(scratch, "scratch-3", "Done in")
    area(scratch, "scratch-1").fill("n = 0  #> forever")
    run(scratch, "scratch-1", "Runs.")
    run(scratch, "scratch-1", "Stopped.")
    area(scratch, "scratch-2").fill("1\n#> needs npz")
    run(scratch, "scratch-2")
    assert shown(scratch, "scratch-2") == "npz is there", "the new Python has the file, too"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("evil.npz", b"PK12", "it holds a pickle, which may run any program when it is read."),
        ("model.pt", b"PK12", "an .npz is expected."),
        ("model.npz", b"\x80\x04", "it is no .npz, which is an archive of arrays."),
        ("<img src=x onerror=alert(1)>.pt", b"PK12", "<img src=x onerror=alert(1)>.pt was refused"),
    ],
)
def test_a_pickle_or_another_file_is_refused(name: str, content: bytes, why: str, scratch: Page) -> None:
    choose(scratch, name, content)
    heard(scratch, why)
    assert len(cells(scratch)) == 2


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_the_scratch_page_is_open_to_everyone(theme: str, size: dict, browser: Browser, running_book: Path) -> None:
    with opened(browser, running_book, "scratch", size, theme) as seen:
        seen.page.locator(".lt-scratch-cells textarea").first.wait_for()
        assert violations(seen.page) == []
        assert seen.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_without_the_files_of_python_the_scratch_page_says_so(browser: Browser, running_book: Path) -> None:
    with look(browser, f"{running_book.as_uri()}/book/scratch.html") as seen:
        assert "cannot run Python in the page" in seen.page.locator("#lt-scratch").inner_text()
