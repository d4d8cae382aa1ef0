"""The forecast in a browser: every way to move the cut, what is said, and what it must never do."""

from __future__ import annotations

import gzip
from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lstm_tutor.palette import number
from lstm_tutor.widgets import Forecast
from lstm_tutor.widgets.forecast import FIRST, METHODS, month_of

READY = "document.querySelectorAll('.fc-errors[data-ready=yes]').length === document.querySelectorAll('.lt-w').length"


def slide(page: Page, label: str, value: int) -> None:
    page.get_by_role("slider", name=label).evaluate(
        "(el, value) => { el.value = value; el.dispatchEvent(new Event('input')); }", value
    )
    harness.painted(page)


def assert_shows(page: Page, widget: Forecast) -> None:
    """The table holds what the package computes."""
    harness.painted(page)  # until then the page still says how it was before
    page.wait_for_function(READY)
    harness.painted(page)
    here, mean = widget.errors(), widget.mean_errors()
    rows = [row.split("\t") for row in page.locator(".fc-errors tbody tr").all_inner_texts()]
    for row, (method, words) in zip(rows, METHODS.items(), strict=True):
        overall = float(np.sqrt((mean[method][: widget.horizon] ** 2).mean()))
        known = np.isfinite(here[method])
        assert [cell.strip() for cell in row] == [
            words, number(here[method], 1) if known else "–", number(overall, 1)
        ]  # fmt: skip


def test_each_control_moves_what_it_says(browser: Browser, tmp_path: Path) -> None:
    widget = Forecast()
    with harness.shown(browser, tmp_path, widget) as seen:
        assert_shows(seen.page, widget)
        for name, label, value in (("cut", "cut", 2865), ("horizon", "horizon, months", 12), ("cut", "cut", 3120),
                                   ("window", "LSTM reads, months", 3), ("cut", "cut", FIRST)):  # fmt: skip
            slide(seen.page, label, value)
            setattr(widget, name, value)
            assert_shows(seen.page, widget)
            assert seen.page.get_by_role("img", name=f"four forecasts from {month_of(widget.cut)}").count() == 1
        assert seen.page.get_by_text("is in the part that was learned").count() == 1
        seen.page.get_by_role("button", name="Reset").click()
        assert_shows(seen.page, Forecast())
        assert seen.messages == []


def test_the_cut_follows_the_pointer_in_the_picture(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast()) as seen:
        page = seen.page
        page.wait_for_function(READY)
        box = page.locator(".lt-plot svg").first.bounding_box()
        cut = page.get_by_role("slider", name="cut")
        before = int(cut.input_value())
        y = box["y"] + 60
        page.mouse.move(box["x"] + 0.5 * box["width"], y)
        harness.painted(page)
        assert int(cut.input_value()) == before, "hovering moves nothing"
        page.mouse.down()
        harness.painted(page)
        pressed = int(cut.input_value())
        page.mouse.move(box["x"] + 0.45 * box["width"], y, steps=4)
        harness.painted(page)
        assert int(cut.input_value()) < pressed
        page.mouse.up()
        assert page.evaluate("document.querySelector('.lt-plot .lt-cursor') !== null")
        assert seen.messages == []


def test_the_picture_stays_while_the_cut_is_dragged_and_follows_it_then(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast(), size=harness.WIDE) as seen:
        page = seen.page
        page.wait_for_function(READY)
        years = page.locator(".lt-plot svg").first.locator(".lt-axis text")
        cut = page.get_by_role("slider", name="cut")
        box = page.locator(".lt-plot svg").first.bounding_box()
        left, width, y = box["x"] + 64, box["width"] - 76, box["y"] + 60  # of the axis
        before = years.all_inner_texts()
        page.mouse.move(left + 0.6 * width, y)
        page.mouse.down()
        page.mouse.move(left + 0.05 * width, y, steps=6)
        harness.painted(page)
        first = 2976 - 132
        assert int(cut.input_value()) == pytest.approx(first + 0.05 * 216, abs=2)
        assert years.all_inner_texts() == before
        page.mouse.move(left - 400, y - 400)
        harness.painted(page)
        assert int(cut.input_value()) == first, "no farther than the picture's edge"
        page.mouse.up()
        harness.painted(page)
        assert int(cut.input_value()) == first, "letting go moves no cut"
        assert years.all_inner_texts() != before
        assert seen.messages == []


def test_the_horizon_is_dragged_in_the_lower_picture(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast()) as seen:
        page = seen.page
        page.wait_for_function(READY)
        box = page.locator(".lt-plot svg").nth(1).bounding_box()
        horizon = page.get_by_role("slider", name="horizon")
        page.mouse.move(box["x"] + 100, box["y"] + 60)
        harness.painted(page)
        assert int(horizon.input_value()) == 36, "hovering moves nothing"
        page.mouse.down()
        page.mouse.move(box["x"] + 70, box["y"] + 60)
        page.mouse.up()
        harness.painted(page)
        assert 1 < int(horizon.input_value()) < 12
        page.mouse.click(box["x"] + 5, box["y"] + 60)
        harness.painted(page)
        assert int(horizon.input_value()) == 1
        assert seen.messages == []


def test_keys_move_the_cut_by_a_month(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast()) as seen:
        page = seen.page
        page.wait_for_function(READY)
        page.get_by_role("slider", name="cut").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.lt-bench-thumb').textContent.includes('Feb 1997')")


def test_links_set_it_and_a_short_window_changes_the_mean(browser: Browser, tmp_path: Path) -> None:
    link = '<p><a href="#lt:forecast?window=3&cut=2865">three months</a></p>'
    with harness.shown(browser, tmp_path, Forecast(), before=link) as seen:
        seen.page.get_by_role("link", name="three months").click()
        seen.page.wait_for_function("document.querySelector('.lt-bench-thumb').textContent.includes('Oct 1987')")
        assert_shows(seen.page, Forecast(window=3, cut=2865))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast(), Forecast(name="second"), size=size, theme=theme) as seen:
        page = seen.page
        page.wait_for_function(READY)
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert seen.messages == []


def test_it_fits_the_screen_and_a_narrow_phone(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Forecast(), size={"width": 1280, "height": 900}) as seen:
        seen.page.wait_for_function(READY)
        assert seen.page.evaluate("document.querySelector('.lt-w').getBoundingClientRect().height") <= 700
    with harness.shown(browser, tmp_path, Forecast(), size={"width": 320, "height": 700}) as seen:
        seen.page.wait_for_function(READY)
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = Forecast()
    use = """(el) => {
        const cut = el.querySelector("input[type=range]");
        cut.value = 3;
        cut.dispatchEvent(new Event("input"));
    }"""
    with harness.shown(browser, tmp_path, widget) as seen:
        assert harness.left_behind(seen.page, widget, use) == {}


def test_the_still_picture_says_what_it_shows_and_the_state_is_small() -> None:
    widget = Forecast(cut=2865)
    data, _ = widget._repr_mimebundle_()
    assert "Forecasts of 36 months from October 1987. Errors in sunspots: LSTM " in data["text/html"]
    state = gzip.compress(harness.page_of((widget,)).encode(), 9)
    code = gzip.compress(widget._esm.encode() + widget._css.encode(), 9)
    assert len(state) - len(code) < 20_000
