"""The kit: its palette is the package's, and what all widgets share: links, tasks, memory, values on hover."""

from __future__ import annotations

from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lstm_tutor import palette
from lstm_tutor.widgets import Welcome, js_palette


@pytest.mark.parametrize("name", js_palette.FILES)
def test_the_generated_palette_is_current(name: str) -> None:
    stored = (js_palette.KIT / name).read_text(encoding="utf-8")
    assert stored == js_palette.FILES[name](), "run python -m lstm_tutor.widgets.js_palette"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["gate", "signed"])
def test_the_pages_colors_are_the_palettes(kind: str, dark: bool, engine) -> None:
    script = """async ({ kind, dark }) => {
        const { colorTable } = await load("js/kit/values.js");
        return colorTable(kind, dark);
    }"""
    table = np.array(engine(script, kind=kind, dark=dark)).reshape(256, 3)
    wanted = 255 * getattr(palette, f"{kind}_colors")(dark=dark)
    assert np.abs(table - wanted).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("dark", [False, True])
def test_dark_maps_start_from_the_ground_and_end_far_from_it(dark: bool) -> None:
    gate, signed = palette.gate_colors(dark=dark).mean(axis=1), palette.signed_colors(dark=dark).mean(axis=1)
    assert (gate[0] < gate[255]) == dark
    assert abs(signed[128] - gate[0]) < 0.02
    assert all((end > signed[128]) == dark for end in (signed[0], signed[255]))


LINE = "total = sum(values)"
FAR = '<p><a href="#lt:welcome?unit=7">see</a></p><div style="height:3000px"></div>'


def scrolled(page: Page) -> float:
    return page.evaluate("scrollY")


def test_an_address_brings_the_head_of_a_widget_that_is_taller_than_the_window_into_view(
    browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, Welcome(), before=FAR, size=harness.PHONE, at="#lt:welcome?unit=7") as seen:
        seen.page.wait_for_function("Math.abs(document.querySelector('.lt-w').getBoundingClientRect().top) < 200")


@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("how", ["Escape", "button", "Back"])
def test_a_link_brings_the_widget_to_the_sentence_and_the_reader_gets_back_to_it(
    browser: Browser, tmp_path: Path, how: str, size: dict
) -> None:
    with harness.shown(browser, tmp_path, Welcome(text=LINE), before=FAR, size=size) as seen:
        page, link = seen.page, seen.page.get_by_role("link", name="see")
        link.click()
        docked = page.locator(".lt-docked")
        docked.wait_for()
        assert page.evaluate("document.activeElement.matches('.lt-docked')"), "the focus follows"
        harness.painted(page)
        box, sentence = docked.bounding_box(), link.bounding_box()
        assert box["y"] + box["height"] <= size["height"] + 1 and box["x"] >= 0
        assert sentence["y"] > 0 and sentence["y"] + sentence["height"] < box["y"], "the sentence stays in view"
        assert harness.violations(page) == []
        if how == "Escape":
            page.keyboard.press("Escape")
        elif how == "button":
            page.get_by_role("button", name="Back to the text").click()
        else:
            page.go_back()
        docked.wait_for(state="detached")
        assert page.evaluate("document.activeElement.matches('a[href]')")
        assert link.bounding_box()["y"] > 0 and seen.messages == []


def test_a_widget_that_came_to_the_sentence_goes_home_when_the_reader_scrolls_there(
    browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, Welcome(text=LINE), before=FAR) as seen:
        page = seen.page
        page.get_by_role("link", name="see").click()
        page.locator(".lt-docked").wait_for()
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.locator(".lt-docked").wait_for(state="detached")
        assert page.evaluate("document.querySelector('.lt-widget').style.minHeight") == ""


def test_a_widget_whose_pictures_are_out_of_sight_comes_to_the_sentence_too(browser: Browser, tmp_path: Path) -> None:
    below = '<p><a href="#lt:welcome?unit=7">see</a></p>'
    with harness.shown(browser, tmp_path, Welcome(text=LINE), before=below) as seen:
        page = seen.page
        page.evaluate("document.body.append(document.querySelector('p:has(a)'), "
                      "Object.assign(document.createElement('div'), { style: 'height: 3000px' }))")  # fmt: skip
        page.evaluate("""() => {
            const { top, height } = document.querySelector(".lt-w").getBoundingClientRect();
            scrollBy(0, top + 0.4 * height);
        }""")
        page.get_by_role("link", name="see").click()
        page.locator(".lt-docked").wait_for()


def test_a_widget_in_sight_stays_where_it_is(browser: Browser, tmp_path: Path) -> None:
    near = '<p><a href="#lt:welcome?unit=7">see</a></p>'
    with harness.shown(browser, tmp_path, Welcome(text=LINE), before=near) as seen:
        seen.page.get_by_role("link", name="see").click()
        seen.page.wait_for_function("document.querySelector('.lt-units input:checked').value === '7'")
        assert seen.page.locator(".lt-docked").count() == 0 and scrolled(seen.page) == 0


def test_the_state_and_the_tasks_done_survive_a_reload_until_the_reader_resets(
    browser: Browser, tmp_path: Path
) -> None:
    tasks = [{"task": "Look into cell 9.", "when": {"unit": 9}, "shows": "Cell 9 holds little."},
             {"task": "Read to the end.", "when": {"step": len(LINE) - 1}}]  # fmt: skip
    with harness.shown(browser, tmp_path, Welcome(text=LINE, unit=16, tasks=tasks)) as seen:
        page, line = seen.page, seen.page.locator(".lt-tour")
        assert "Try: Look into cell 9." in line.inner_text()
        page.get_by_role("radio", name="cell 3,").focus()
        page.keyboard.press("ArrowRight")
        harness.painted(page)
        assert "Done" not in line.inner_text(), "cell 4 is not cell 9"
        page.get_by_role("radio", name="cell 8,").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.lt-tour').innerText.includes('Done. Cell 9 holds little.')")
        page.wait_for_function("Object.keys(sessionStorage).some((key) => key.endsWith(':welcome:state'))")
        page.reload()
        page.wait_for_function("document.querySelector('.lt-units input:checked').value === '9'")
        assert "Try: Read to the end." in line.inner_text()
        assert page.get_by_role("button", name="Task 1 of 2, done").count() == 1
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('.lt-units input:checked').value === '16'")
        page.wait_for_function("!Object.keys(sessionStorage).some((key) => key.endsWith(':welcome:state'))")


@pytest.mark.parametrize(
    "tasks",
    [
        "Press play.",
        [{"task": "Press play."}],
        [{"task": "", "when": {"unit": 3}}],
        [{"task": "x" * 300, "when": {"unit": 3}}],
        [{"task": "Press play.", "when": {}}],
        [{"task": "Press play.", "when": {"colour": 3}}],
        [{"task": "Press play.", "when": {"unit": {"over": 3}}}],
        [{"task": "Press play.", "when": {"unit": {"min": float("nan")}}}],
        [{"task": "Press play.", "when": {"unit": [3]}}],
        [{"task": "Press play.", "when": {"unit": 3}, "hint": "x"}],
    ],
)
def test_tasks_that_could_never_be_done_are_refused(tasks: object) -> None:
    widget = Welcome(unit=2)
    with pytest.raises(
        ValueError, match=r"Welcome: expected tasks to be a list of dicts with 'task', 'when'.* facts of"
    ):
        widget.tasks = tasks
    assert widget.tasks == list(Welcome.TASKS)


def test_a_value_in_a_heat_map_is_said_beside_the_pointer_and_the_focus(browser: Browser, tmp_path: Path) -> None:
    widget = Welcome(text=LINE, unit=16, step=0)
    c, f = (widget.trace()[name][:, 0, 16] for name in "cf")
    with harness.shown(browser, tmp_path, widget) as seen:
        page, tip = seen.page, seen.page.locator(".lt-tip")
        canvas = page.get_by_role("group", name="Gates and states").locator("canvas")
        box = canvas.bounding_box()
        column = box["width"] / len(LINE)
        page.mouse.move(box["x"] + 4.5 * column, box["y"] + 5)
        page.wait_for_function("!document.querySelector('.lt-tip').hidden")
        assert tip.inner_text().endswith(f"step 5 (l): {palette.number(c[4])}")
        page.mouse.move(5, 5)
        page.wait_for_function("document.querySelector('.lt-tip').hidden")
        canvas.locator("..").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")  # past the row of the untouched network
        page.wait_for_function("!document.querySelector('.lt-tip').hidden")
        assert tip.inner_text() == f"f, forget gate, step 1 (t): {palette.number(f[0])}"


@pytest.mark.parametrize("letter", range(0, len(LINE), 3))
def test_a_long_value_stays_inside_the_map_whichever_letter_it_is_about(
    browser: Browser, tmp_path: Path, letter: int
) -> None:
    with harness.shown(browser, tmp_path, Welcome(text=LINE, unit=16, step=0)) as seen:
        page = seen.page
        page.add_style_tag(content=".lt-w .lt-tip { font-size: 24px }")
        box = page.get_by_role("group", name="Gates and states").locator("canvas").bounding_box()
        page.mouse.move(box["x"] + (letter + 0.5) * box["width"] / len(LINE), box["y"] + 5)
        page.wait_for_function("!document.querySelector('.lt-tip').hidden")
        left, right, width = page.evaluate(
            """() => {
                const box = (name) => document.querySelector(name).getBoundingClientRect();
                const [tip, map] = [box(".lt-tip"), box(".lt-heat")];
                return [tip.left - map.left, map.right - tip.right, tip.width];
            }"""
        )
        assert left >= 0 and right >= 0 and width > 0.5 * box["width"]
