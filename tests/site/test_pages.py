"""Every page of the built site, in a real Chromium: whole, quiet, light enough, and open to everyone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from looking import PHONE, WIDE, Look, look, new_context, violations
from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[2]
HEAVIEST = 600_000  # bytes, gzip, of one page with all that it loads


def chapters() -> list[str]:
    """The pages that the table of contents names, as `book/rnn.html`."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    listed = [chapter for part in toc["parts"] for chapter in part["chapters"]]
    files = [entry["file"] for chapter in listed for entry in (chapter, *chapter.get("sections", ()))]
    return [f"{name}.html" for name in (toc["root"], *files)]


PAGES = [*chapters(), "search.html", "genindex.html"]
every_page = pytest.mark.parametrize("page", PAGES)


@cache
def parsed(built: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((built / page).read_text(encoding="utf-8"), "html.parser")


@cache
def places(built: Path, page: str) -> set[str]:
    """The ids in a page: where a link may lead."""
    return {element["id"] for element in parsed(built, page).find_all(id=True)}


def weight(built: Path, urls: list[str]) -> int:
    """What these files weigh on the way to the reader; fonts and PNGs are compressed already."""

    def compressed(file: Path) -> int:
        data = file.read_bytes()
        return len(data) if file.suffix in {".woff", ".woff2", ".png"} else len(gzip.compress(data, 6))

    files = {built / unquote(urlsplit(url).path).lstrip("/") for url in urls}
    return sum(compressed(file) for file in files)


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest, site: str, browser: Browser) -> Iterator[tuple[str, Look]]:
    """A page as it is shown, opened once for all that is asked of it: wide in light, or on a phone in dark.

    So each page is seen in both themes and both sizes; one of each kind in the other two ways, too.
    """
    page, size, theme = request.param
    with look(browser, f"{site}/{page}", size, theme) as seen:
        seen.page.mouse.wheel(0, 100_000)  # what loads late, loads now
        seen.page.wait_for_load_state("networkidle")
        seen.page.evaluate("scrollTo(0, 0)")
        yield page, seen


WAYS = {"wide-light": (WIDE, "light"), "phone-dark": (PHONE, "dark")}
OTHER_WAYS = {"wide-dark": (WIDE, "dark"), "phone-light": (PHONE, "light")}
ONE_OF_EACH_KIND = ("book/intro.html", "book/lstm.html", "book/experiments.html", "search.html")
both_ways = pytest.mark.parametrize(
    "shown",
    [
        pytest.param((page, *way), id=f"{page}-{name}")
        for page in PAGES
        for name, way in (WAYS | (OTHER_WAYS if page in ONE_OF_EACH_KIND else {})).items()
    ],
    indirect=True,
)


@both_ways
def test_page_loads_whole_and_silently_from_its_own_origin(
    shown: tuple[str, Look], built: Path, record_property
) -> None:
    page, seen = shown
    assert seen.elsewhere == [], "requests to another origin"
    assert seen.failed == [], "failed requests"
    assert seen.messages == [], "messages on the console"
    total = weight(built, seen.urls)
    record_property("page weight", f"{total / 1000:6.0f} kB  {page}")
    assert total <= HEAVIEST


@both_ways
def test_page_loads_mathjax_if_it_has_a_formula_and_only_then(shown: tuple[str, Look]) -> None:
    seen = shown[1]
    has_formula = seen.page.locator("mjx-container").count() > 0
    assert any("mathjax" in url for url in seen.urls) == has_formula


@both_ways
def test_page_has_no_accessibility_violation(shown: tuple[str, Look]) -> None:
    seen = shown[1].page
    changed_by_size = ["target-size", "scrollable-region-focusable"]  # and contrast by theme; the rest is the same
    found = violations(seen, changed_by_size if seen.viewport_size == PHONE else None)
    assert not found, "\n".join(found)


@both_ways
def test_page_never_scrolls_sideways(shown: tuple[str, Look]) -> None:
    needed, width, widest = shown[1].page.evaluate(
        """() => {
            const { clientWidth: width, scrollWidth } = document.documentElement;
            const scrolls = (element) => element && (getComputedStyle(element).overflowX !== "visible"
                || scrolls(element.parentElement));
            const culprits = [...document.querySelectorAll("main *")]
                .filter((element) => element.getBoundingClientRect().right > width + 1)
                .filter((element) => !scrolls(element.parentElement))
                .map((element) => element.outerHTML.slice(0, 150));
            return [scrollWidth, width, culprits];
        }"""
    )
    assert needed <= width, "\n".join(widest)


@both_ways
def test_math_is_rendered_and_none_of_it_is_an_error(shown: tuple[str, Look], built: Path) -> None:
    page, seen = shown
    assert seen.page.locator("mjx-container").count() >= len(parsed(built, page).select(".math"))
    errors = seen.page.locator("mjx-merror, [data-mjx-error]")
    assert errors.count() == 0, errors.all_inner_texts()
    prose = seen.page.evaluate(
        "() => [...document.querySelectorAll('article p, article li')].map((part) => part.innerText)"
    )
    assert not [text for text in prose if "$$" in text or "\\begin{" in text]


@every_page
def test_no_mark_of_the_source_is_left_in_the_prose(page: str, built: Path) -> None:
    """A role or code in backticks inside HTML, which Markdown does not see; a row that lost its table."""
    for part in parsed(built, page).select("article :is(p, li, summary, td, th, figcaption)"):
        prose = "".join(text for text in part.find_all(string=True) if not text.find_parent(["code", "pre", "script"]))
        assert "`" not in prose and not re.search(r"\{\w[\w:-]*\}`|\]\(|^\s*\| .* \|", prose), prose


@both_ways
def test_every_image_keeps_its_proportions(shown: tuple[str, Look]) -> None:
    squeezed = (
        shown[1]
        .page.locator("article img")
        .evaluate_all(
            """async (images) => {
        for (const image of images) image.loading = "eager"; // each is loaded at last when a reader comes near it
        await Promise.all(images.map((image) => image.decode().catch(() => {})));
        return images.filter((image) => {
            const { width, height } = image.getBoundingClientRect();
            const natural = image.naturalWidth / image.naturalHeight;
            return width > 40 && height > 40 && Math.abs(width / height / natural - 1) > 0.03;
        }).map((image) => `${image.alt}: ${image.getBoundingClientRect().width} px wide`)}"""
        )
    )
    assert squeezed == []


@every_page
def test_room_is_kept_for_every_picture_that_is_loaded_late(page: str, built: Path) -> None:
    for image in parsed(built, page).select("article img[src*='_images/']"):
        assert image["loading"] == "lazy"
        assert "width" in image.attrs or "width" in image.get("style", ""), image


@every_page
def test_every_image_says_what_it_shows(page: str, built: Path) -> None:
    for image in parsed(built, page).select("article img"):
        alt, file = image.get("alt", "").strip(), Path(image["src"]).name
        assert alt, f"{file} has no alt text: set the cell's metadata, mystnb.image.alt"
        assert file not in alt and "/" not in alt.split(" ")[0], f"the alt text of {file} is a path: {alt!r}"
        assert len(alt.split()) >= 4, f"the alt text of {file} says too little: {alt!r}"


@every_page
def test_every_diagram_says_what_it_shows(page: str, built: Path) -> None:
    for diagram in parsed(built, page).select("article svg"):
        hidden = diagram.get("aria-hidden") == "true" or diagram.find_parent(attrs={"role": "img", "aria-label": True})
        named = diagram.get("aria-label") or diagram.get("aria-labelledby") or diagram.find("title")
        assert hidden or (diagram.get("role") in {"img", "group"} and named), str(diagram)[:200]


@every_page
def test_every_table_has_headers(page: str, built: Path) -> None:
    for table in parsed(built, page).select("article table:not(.indextable)"):
        assert table.find("th"), str(table)[:300]


@every_page
def test_every_internal_link_leads_somewhere(page: str, built: Path) -> None:
    lost = []
    for link in parsed(built, page).select("a[href]"):
        url = urlsplit(link["href"])
        if url.scheme or url.netloc:
            continue
        if url.fragment.startswith("lt:"):  # sets the widget of that name: see the kit's address.js
            widget = url.fragment.removeprefix("lt:").split("?")[0]
            if url.path or f'"name": "{widget}"' not in (built / page).read_text(encoding="utf-8"):
                lost.append(f"{link['href']}: there is no such widget in the page")
            continue
        target = (built / page).parent / unquote(url.path) if url.path else built / page
        if not target.is_file():
            lost.append(f"{link['href']}: there is no such page")
            continue
        page_there = target.resolve().relative_to(built).as_posix()
        if url.fragment and page_there.endswith(".html") and unquote(url.fragment) not in places(built, page_there):
            lost.append(f"{link['href']}: there is no such place in it")
    assert not lost, "\n".join(lost)


@every_page
def test_page_has_one_heading_a_title_a_language_and_a_skip_link(page: str, built: Path) -> None:
    html = parsed(built, page)
    assert len(html.select("article h1, .bd-search-container h1")) == 1
    assert html.title and html.title.get_text().strip()
    assert html.html.get("lang") == "en"
    assert html.select_one("#pst-skip-link a")["href"] == "#main-content"


def test_tab_reaches_the_skip_link_first_and_shows_where_it_is(site: str, browser: Browser) -> None:
    with look(browser, f"{site}/{PAGES[1]}") as seen:
        seen.page.keyboard.press("Tab")
        focused = seen.page.evaluate(
            "() => [document.activeElement.hash, getComputedStyle(document.activeElement).outlineWidth]"
        )
        assert focused == ["#main-content", "3px"]


def search(seen: Look, words: str) -> list[str]:
    """Type the words into the search page, and return the addresses of the hits."""
    seen.page.locator(".bd-search-container input").fill(words)
    return seen.page.locator("#search-results a").evaluate_all("links => links.map(link => link.getAttribute('href'))")


def test_search_finds_sections_and_opening_a_hit_says_nothing_on_the_console(site: str, browser: Browser) -> None:
    with look(browser, f"{site}/search.html?q=forget+bias") as seen:
        hits = seen.page.locator("#search-results a")
        hits.first.wait_for()
        first = hits.evaluate_all("links => links.slice(0, 3).map(link => link.getAttribute('href'))")
        assert any(address.startswith("book/lstm.html#") for address in first)
        hits.first.click()
        seen.page.wait_for_url("**/book/**")
        seen.page.locator("article h1").wait_for()
        assert seen.elsewhere == [] and seen.failed == [] and seen.messages == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("lstm_tutor.load", "book/api/training.html#lstm_tutor.storage.load"),
        ("遗忘门", "book/glossary.html"),
        ("spectral radius", "book/gradients.html#"),
    ],
)
def test_search_leads_to_the_place_that_one_looks_for(site: str, browser: Browser, words: str, first: str) -> None:
    with look(browser, f"{site}/search.html") as seen:
        assert search(seen, words)[0].startswith(first)


def test_excerpts_of_a_search_are_prose_and_what_was_typed_is_text(site: str, browser: Browser) -> None:
    with look(browser, f"{site}/search.html?q=gradient") as seen:
        text = seen.page.locator("#search-results").inner_text()
        assert "On this page" not in text and "\\(" not in text
        search(seen, "<img src=x onerror=alert(1)> gradient")
        assert seen.page.locator("#search-results img, #search-count img").count() == 0
        assert search(seen, "zzzz") == []
        assert "No section" in seen.page.locator("#search-count").inner_text()


def test_reader_who_chose_nothing_gets_what_their_system_prefers(site: str, browser: Browser) -> None:
    for scheme in ("light", "dark"):
        context = new_context(browser, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{site}/{PAGES[0]}")
        assert page.evaluate("() => document.documentElement.dataset.theme") == scheme
        context.close()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("page", ["book/gradients.html", "book/labs/text-microscope.html"])
def test_a_widget_beside_the_sentence_lies_over_the_page_and_leaves_the_sentence_free(
    site: str, browser: Browser, page: str, size: dict
) -> None:
    with look(browser, f"{site}/{page}", size) as seen:
        link = seen.page.locator("article a[href*='#lt:']").last
        link.click()
        seen.page.locator(".lt-docked").wait_for()
        for part in (link, seen.page.get_by_role("button", name="Back to the text")):
            on_top = part.evaluate("""(part) => {
                const [{ left, top, width, height }] = part.getClientRects();  // the first line of a link
                return part.contains(document.elementFromPoint(left + width / 2, top + height / 2));
            }""")
            assert on_top, part.inner_text()


def test_a_link_to_what_is_folded_opens_it_and_goes_there(site: str, browser: Browser) -> None:
    with look(browser, f"{site}/book/lstm.html#lstm-rule") as seen:
        fold = seen.page.locator("section:has(> details.lt-deeper):has(#lstm-rule) > details")
        assert fold.evaluate("fold => fold.open")
        top = fold.locator("> summary").evaluate("summary => summary.getBoundingClientRect().top")
        assert 0 <= top < seen.page.viewport_size["height"]
        others = seen.page.locator("details.lt-deeper").evaluate_all("folds => folds.filter(fold => fold.open).length")
        assert others == 1


def test_root_of_the_site_leads_to_the_welcome_page(site: str, browser: Browser) -> None:
    context = new_context(browser)
    page = context.new_page()
    page.goto(f"{site}/")
    page.wait_for_url(f"{site}/{PAGES[0]}")
    context.close()


def test_a_page_reads_without_javascript(site: str, browser: Browser) -> None:
    context = new_context(browser, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{site}/{PAGES[1]}")
    assert page.locator("article h1").is_visible()
    context.close()


def test_every_shipped_third_party_file_is_accounted_for(built: Path) -> None:
    vendor = ROOT / "book" / "press" / "assets" / "vendor"
    notice = (vendor / "NOTICE.md").read_text()
    for file in vendor.rglob("*"):
        if file.is_file() and file.name not in {"NOTICE.md"}:
            assert f"`{file.relative_to(vendor).as_posix()}`" in notice, f"NOTICE.md does not mention {file.name}"


def test_a_face_that_is_late_waits_for_the_next_page(site: str, browser: Browser) -> None:
    """What was painted without it stays as it is: nothing moves."""
    context = new_context(browser, viewport=WIDE)
    page, held = context.new_page(), []
    page.route("**/faces/text.woff2", lambda route: held.append(route))
    page.goto(f"{site}/book/notation.html", wait_until="domcontentloaded")
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length")
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/text.woff2")):
        for route in held:
            route.continue_()
    page.evaluate("new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve)))")
    faces = page.evaluate("[...document.fonts].map((face) => [face.family, face.weight, face.style].join(' '))")
    assert not [face for face in faces if "Book Text" in face and "normal normal" in face]
    context.close()


def test_faces_come_to_a_phone_after_all_that_its_first_page_needs_and_at_once_from_then_on(
    site: str, browser: Browser
) -> None:
    come_late = """(performance.getEntriesByType("resource").filter(({ name }) => name.includes("/faces/"))
        .map(({ startTime }) => startTime > performance.timing.loadEventStart - performance.timeOrigin - 1))"""
    context = new_context(browser, viewport=PHONE)
    page = context.new_page()
    for is_late in (True, False):
        page.goto(f"{site}/book/notation.html")
        page.wait_for_function(f"localStorage.getItem('lt-faces') && {come_late}.length === 5")
        assert page.evaluate(come_late) == [is_late] * 5
    context.close()
