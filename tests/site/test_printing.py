"""A page on paper: it shows what the reader has unfolded, and printing, or thinking better of it, reveals nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pypdf
import pytest
from looking import Look, look
from playwright.sync_api import Browser

# Of each kind of fold, for each fold of the page, whether what it holds is to be seen.
WHAT_IS_SHOWN = """() => {
    const kinds = {
        guess: ".predict details",
        details: "article details:not(.predict details)",
        solution: "article .admonition.toggle",
    };
    const isSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const holds = (fold) => [...fold.children].filter((child) => !child.matches("summary, .admonition-title"));
    const shows = (fold) => holds(fold).some(isSeen);
    return Object.fromEntries(Object.entries(kinds).map(([kind, selector]) =>
        [kind, [...document.querySelectorAll(selector)].map(shows)]));
}"""
OPEN_THE_FIRST = """() => {
    document.querySelector(".predict summary").click();
    document.querySelector("article details:not(.predict details) > summary").click();
    document.querySelector("article .admonition.toggle button").click();
}"""


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Look]:
    with look(browser, f"{site}/book/lstm.html") as seen:
        seen.page.evaluate(OPEN_THE_FIRST)
        yield seen


def test_page_has_folds_of_each_kind_that_are_open_and_shut(page: Look) -> None:
    for shown in page.page.evaluate(WHAT_IS_SHOWN).values():
        assert shown[0] and not all(shown), shown


def test_paper_shows_what_is_unfolded_and_no_more(page: Look) -> None:
    before = page.page.evaluate(WHAT_IS_SHOWN)
    page.page.emulate_media(media="print")
    assert page.page.evaluate(WHAT_IS_SHOWN) == before
    page.page.emulate_media(media="screen")


def test_printing_leaves_every_fold_as_it_was(page: Look) -> None:
    before = page.page.evaluate(WHAT_IS_SHOWN)
    page.page.evaluate(
        f"() => addEventListener('beforeprint', () => {{ window.onPaper = ({WHAT_IS_SHOWN})(); }}, {{ once: true }})"
    )
    page.page.pdf()
    assert page.page.evaluate("() => window.onPaper") == before
    assert page.page.evaluate(WHAT_IS_SHOWN) == before


def test_a_print_that_is_called_off_leaves_every_fold_as_it_was(page: Look) -> None:
    """Browsers that ask first announce the print and its end, whatever the answer."""
    before = page.page.evaluate(WHAT_IS_SHOWN)
    page.page.evaluate("() => { dispatchEvent(new Event('beforeprint')); dispatchEvent(new Event('afterprint')); }")
    assert page.page.evaluate(WHAT_IS_SHOWN) == before
    page.page.evaluate("() => dispatchEvent(new Event('beforeprint'))")  # and never its end
    assert page.page.evaluate(WHAT_IS_SHOWN) == before


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_page_of_paper(site: str, browser: Browser, paper: str) -> None:
    margins = dict.fromkeys(("top", "right", "bottom", "left"), "0.4in")  # those that Chromium's dialog offers
    with look(browser, f"{site}/book/cheatsheet.html") as seen:
        printed = seen.page.pdf(format=paper, margin=margins)
    assert len(pypdf.PdfReader(io.BytesIO(printed)).pages) == 1
