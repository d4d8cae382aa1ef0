"""Light on a symbol: who points at f in an equation finds it in the section's code, diagram, widget."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from looking import PHONE, SETTLED, WIDE, new_context, violations
from playwright.sync_api import Browser, Page
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from serving import address_of

from lstm_tutor.diagrams import diagram
from lstm_tutor.widgets import CellLab

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "book" / "press" / "assets"
sys.path.insert(0, str(ROOT / "tests" / "widgets"))
import harness  # noqa: E402

SCRIPT = ASSETS / "symbols.js"
LISTING = """\
c = f * c_prev + i * g
df = dc * c_prev
trace["f"], name("f")
for n, x in pairs:
    total += n
"""
EQUATION = r"\[ c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad a = W_{xf}\, x_t + b_i + 2^n \]"
LINK = '<a href="#lt:celllab?time=3" style="color: inherit">at step 4</a>'
OTHER = rf'<section id="other"><h2>Other</h2><p>\(f_t\) {LINK}</p></section>'


def body() -> str:
    """Two sections; the second one ends with the widget, which the page puts behind this."""
    math = {"loader": {"load": ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]}}
    code = highlight(LISTING, PythonLexer(), HtmlFormatter())
    return f"""
        <script>MathJax = {json.dumps(math)}</script>
        <link rel="stylesheet" href="assets/book.css">
        <script defer src="assets/vendor/mathjax/startup.js"></script><script defer src="assets/symbols.js"></script>
        <article class="bd-article"><section><p id="top">\\(f\\)</p>{OTHER}
        <section id="one"><h2>One</h2><p id="plain">Plain words, \\(f_t\\), <code><span class="pre">f</span></code>.</p>
        <div id="equation">{EQUATION}</div>{code}{diagram("lstm")._repr_html_()}"""


@contextmanager
def opened(browser: Browser, folder: Path, theme: str = "light", **options: object) -> Iterator[Page]:
    """The page, in a browser whose reader welcomes motion unless `options` say otherwise."""
    (folder / "page.html").write_text(harness.page_of((CellLab(),), theme, body()), encoding="utf-8")
    (folder / harness.LOADER.name).write_bytes(harness.LOADER.read_bytes())
    (folder / "assets").symlink_to(ASSETS)
    context = new_context(browser, **({"viewport": WIDE, "reduced_motion": "no-preference"} | options))
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{address_of(folder)}/page.html")
    page.evaluate(SETTLED)
    yield page
    assert said == []
    context.close()


LIT = """() => [...document.querySelectorAll("[data-lit]")].map((element) => {
    const kinds = {
        "#top": "top", "#other": "other", ".lt-w": "widget", "svg": "diagram", "pre": "listing", "code": "code",
        "mjx-container": "equation",
    };
    const kind = Object.entries(kinds).find(([place]) => element.closest(place))[1];
    return [kind, element.dataset.part ?? element.textContent.trim(), element.dataset.lit];
})"""


def lit(page: Page, kind: str | None = None) -> list[str]:
    """What is lit in a kind of place; without one, the kinds of places where something is."""
    found = page.evaluate(LIT)
    assert len({name for *_, name in found}) <= 1, "one symbol at a time"
    return [text for place, text, _ in found if place == kind] if kind else sorted({place for place, *_ in found})


EVERYWHERE = ["code", "diagram", "equation", "listing", "widget"]
F = "mjx-c.mjx-c1D453"
PLACES = {
    "equation": f"#equation {F} >> nth=0",
    "index": "#equation mjx-msub:has(.mjx-c1D453:first-child) mjx-script",
    "listing": "pre .n:text-is('f')",
    "key": "pre .s2 >> nth=0",
    "code": "code .pre",
    "diagram": "figure [data-part=valve-f] .letter",
    "widget": ".lt-w th [data-symbol=f]",
}


@pytest.mark.parametrize("place", PLACES)
def test_f_lights_up_everywhere_in_its_section_and_nowhere_else(place: str, browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator(PLACES[place]).first.hover(force=True)
        assert lit(page) == EVERYWHERE
        assert lit(page, "listing") == ["f", '"f"'], "an argument is a text like any other"
        assert lit(page, "diagram") == ["valve-f"]
        assert {"valve-f", "f"} <= set(lit(page, "widget"))
        assert page.locator("#equation [data-lit]").count() == 1, "not the index of W_xf"
        page.locator("h2").last.hover()
        assert lit(page) == []


def test_a_state_and_its_past_are_one_symbol_and_a_gradient_is_another(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator("pre .n").first.hover()
        assert lit(page, "listing") == ["c", "c_prev", "c_prev"]
        assert lit(page, "diagram") == ["rail-c", "label-c-prev", "label-c"]
        assert page.locator("#equation [data-lit]").count() == 2
        page.locator("pre .n:text-is('df')").hover()
        assert page.evaluate(LIT) == [["listing", "df", "df"]]


@pytest.mark.parametrize(
    "place", ["pre .n:text-is('n')", "#equation mjx-c.mjx-c1D45B", "#plain", "pre .n:text-is('x')"]
)
def test_counters_exponents_and_words_are_no_symbols(place: str, browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator(place).first.hover(force=True)
        assert lit(page) == []


def test_above_the_first_section_a_symbol_lights_up_there_alone(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator(f"#top {F}").hover()
        assert lit(page) == ["top"]


def test_a_widget_beside_a_sentence_belongs_to_its_section(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, viewport=WIDE | {"height": 600}) as page:
        page.get_by_role("link", name="at step 4").click()
        page.locator(".lt-docked").wait_for()
        page.locator(f"#other {F}").hover()
        assert lit(page) == ["other", "widget"]
        page.mouse.move(0, 0)
        assert lit(page) == []
        page.locator(".lt-w th [data-symbol=f]").hover()
        assert lit(page) == ["other", "widget"]


def test_tab_stops_once_at_an_equation_or_diagram_and_arrows_go_from_symbol_to_symbol(
    browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path) as page:
        stops = page.locator("article :is(mjx-container, svg.lt-svg)[tabindex='0']")
        assert stops.count() == 0
        page.get_by_role("link", name="at step 4").focus()
        page.keyboard.press("Tab")
        assert stops.count() == 2, "the equation and the diagram"
        assert page.evaluate("() => document.activeElement.closest('#equation') !== null")
        seen = []
        for _ in range(6):
            seen.append(page.evaluate(LIT)[0][2])
            assert {"equation", "diagram", "widget"} <= set(lit(page))
            page.keyboard.press("ArrowRight")
        assert seen == ["c", "f", "i", "g", "x", "c"]
        page.keyboard.press("ArrowLeft")
        assert lit(page, "diagram") == ["rail-c", "label-c-prev", "label-c"]
        page.keyboard.press("Escape")
        assert lit(page) == []
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.activeElement.localName") == "svg" and lit(page)
        page.keyboard.press("Tab")
        assert lit(page) == []


def test_a_control_that_has_the_focus_lights_what_it_moves(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path) as page:
        page.locator(".lt-drag[data-symbol=f]").first.focus()
        assert lit(page) == EVERYWHERE
        page.locator(".lt-drag[data-symbol=g]").first.focus()
        assert lit(page, "listing") == ["g"]


def test_a_tap_lights_and_a_tap_elsewhere_clears(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, viewport=PHONE, has_touch=True) as page:
        page.locator(PLACES["equation"]).tap()
        assert lit(page) == EVERYWHERE
        page.locator("h2").last.tap()
        assert lit(page) == []


def test_where_motion_is_unwelcome_nothing_lights_up(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, reduced_motion="reduce", has_touch=True) as page:
        page.locator(PLACES["equation"]).hover()
        assert lit(page) == []
        page.locator(PLACES["equation"]).tap()
        assert lit(page) == []
        page.get_by_role("link", name="at step 4").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert lit(page) == [] and page.locator("mjx-container[tabindex='0']").count() == 0


BOXES = """() => [...document.querySelectorAll("article, article *")].map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [element.localName, x + scrollX, y + scrollY, width, height];
})"""


@pytest.mark.parametrize(("theme", "size"), [("light", WIDE), ("dark", PHONE)])
def test_light_moves_nothing_is_not_color_alone_and_is_open_to_everyone(
    theme: str, size: dict, browser: Browser, tmp_path: Path
) -> None:
    with opened(browser, tmp_path, theme, viewport=size) as page:
        page.locator(PLACES["equation"]).scroll_into_view_if_needed()
        before = page.evaluate(BOXES)
        page.locator(PLACES["equation"]).hover()
        assert lit(page) == EVERYWHERE
        assert page.evaluate(BOXES) == before
        page.wait_for_function(
            """() => document.getAnimations().every(({ playState }) => playState !== "running")"""
        )  # contrast is judged of what stays
        ground, line = page.locator("pre [data-lit]").first.evaluate(
            "(element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).boxShadow]"
        )
        assert ground != "rgba(0, 0, 0, 0)" and "2.5px" in line
        assert violations(page, ["aria-allowed-attr", "scrollable-region-focusable"]) == []


def test_the_script_is_light_and_every_page_has_it() -> None:
    assert len(gzip.compress(SCRIPT.read_bytes())) <= 3000
    config = yaml.safe_load((ROOT / "_config.yml").read_text())
    assert [SCRIPT.name, {"defer": "defer"}] in config["sphinx"]["config"]["html_js_files"]
