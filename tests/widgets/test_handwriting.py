"""Handwriting in a browser: pen, finger and keys, what is read of people's digits, and what it must never do."""

from __future__ import annotations

from pathlib import Path

import harness
import numpy as np
import penmanship
import pytest
from playwright.sync_api import Browser, Page
from test_celllab import notebook

from lstm_tutor.palette import number
from lstm_tutor.widgets import Handwriting

SIZE = {"width": 1280, "height": 900}
FIELD, READING = ".hw-pad canvas", ".hw-reading canvas"


def settled(page: Page) -> None:
    """Wait until what is written has been read, and painted."""
    harness.painted(page)  # until then the page still says how it was before
    page.wait_for_function("document.querySelector('.hw-read').dataset.settled === 'yes'")
    harness.painted(page)


def read(page: Page) -> str:
    settled(page)
    return page.locator(".hw-read output").inner_text().replace("–", "")


def clear(page: Page) -> None:
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function("document.querySelector('.hw-word').textContent === 'Finger, mouse or pen.'")


def draw(page: Page, strokes: penmanship.Lines, high: float = 110, at: tuple[float, float] = (40, 36)) -> None:
    """Draw strokes with the mouse, so that 100 of their units are `high` px."""
    box = page.locator(FIELD).bounding_box()
    assert box is not None
    left = min(points[:, 0].min() for points in strokes)
    for points in strokes:
        places = (points - [left, 0]) * high / 100 + [box["x"] + at[0], box["y"] + at[1]]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in (*places[2:-1:2], places[-1]):
            page.mouse.move(*place)
        page.mouse.up()


def assert_shows(page: Page, widget: Handwriting) -> None:
    """The page shows what the package makes of the widget's strokes."""
    settled(page)
    beam = widget.beam()[:3]
    cells = page.locator(".hw-decoders td").all_inner_texts()
    path = np.log(widget.shares().max(axis=1)).sum()
    wanted = [(widget.read(), path), *(("".join(map(str, found.labels)), found.log_p) for found in beam)]
    assert cells == [text for said, log_p in wanted for text in (said or "nothing", number(float(np.exp(log_p))))]
    assert page.locator(".hw-read output").inner_text() == (widget.read() or "–")
    column = min(widget.column, len(widget.shares()) - 1)
    shares = widget.shares()[column]
    best = int(shares.argmax())
    said = f"Column {column + 1}: {'blank' if best == 10 else best} ({number(shares[best])})"
    assert page.locator(".hw-words").inner_text().startswith(said)
    trace = widget.trace()
    assert trace is not None
    values = [trace.at(0, way)[name][column, 0, widget.unit] for way in ("forward", "reverse") for name in "ifgoch"]
    shown = [number(value, 2 if abs(value) < 10 else 0) for value in values]
    assert page.locator(".hw-unit td.lt-value").all_inner_texts() == shown


def test_digits_of_many_forms_written_with_the_mouse_are_read(browser: Browser, tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    wrong = []
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=SIZE) as seen:
        for name, forms in penmanship.FORMS_OF.items():
            for form in range(len(forms)):
                draw(seen.page, penmanship.digit(name, form, rng), high=rng.uniform(70, 120))
                if (found := read(seen.page)) != name:
                    wrong.append((name, form, found))
                clear(seen.page)
        assert seen.messages == []
    count = sum(map(len, penmanship.FORMS_OF.values()))
    print(f"digits: {count - len(wrong)} of {count} read; wrong: {wrong}")
    assert len(wrong) <= 0.2 * count, wrong


def test_numbers_written_with_the_mouse_are_read(browser: Browser, tmp_path: Path) -> None:
    rng = np.random.default_rng(11)
    texts = ["44", "70", "2026", "318", "59", "606", "1492", "83", "27", "450"]
    wrong = []
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=SIZE) as seen:
        for text in texts:
            draw(seen.page, penmanship.line(text, rng), high=90)
            if (found := read(seen.page)) != text:
                wrong.append((text, found))
            clear(seen.page)
        assert seen.messages == []
    print(f"numbers: {len(texts) - len(wrong)} of {len(texts)} read; wrong: {wrong}")
    assert len(wrong) <= 0.4 * len(texts), wrong


def test_what_the_mouse_writes_is_what_the_package_reads(browser: Browser, tmp_path: Path) -> None:
    widget = Handwriting(strokes=[])
    with notebook(browser, tmp_path, widget) as seen:
        page = seen.page
        draw(page, penmanship.line("36", np.random.default_rng(1)), high=90)
        settled(page)
        page.wait_for_function("model.state.strokes.length >= 2")
        widget.strokes = page.evaluate("model.state.strokes")
        assert_shows(page, widget)
        page.get_by_role("button", name="Undo").click()
        widget.strokes = widget.strokes[:-1]
        page.wait_for_function(f"model.state.strokes.length === {len(widget.strokes)}")
        assert_shows(page, widget)
        page.evaluate("model.set('strokes', [[100, 50, 100, 250]])")
        widget.strokes = [[100, 50, 100, 250]]
        harness.painted(page)
        assert_shows(page, widget)
        assert seen.messages == []


def test_while_the_pen_is_down_it_is_read_already(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=SIZE) as seen:
        page = seen.page
        box = page.locator(FIELD).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 100, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + 100, box["y"] + 150, steps=8)
        page.wait_for_function("document.querySelector('.hw-decoders td').textContent !== '–'")
        assert page.get_by_role("button", name="Undo").is_disabled(), "no stroke is done yet"
        page.mouse.up()
        page.wait_for_function("!document.querySelector('.hw-buttons button').disabled")


def test_a_finger_writes_in_the_field_and_scrolls_beside_it(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=harness.PHONE) as seen:
        page = seen.page
        touch = {
            name: page.locator(name).evaluate("(el) => getComputedStyle(el).touchAction") for name in (FIELD, READING)
        }
        assert touch == {FIELD: "none", READING: "auto"}
        page.locator(FIELD).evaluate("""(el) => {
            el.setPointerCapture = () => {}; // events of a script have no pointer that could be captured
            const { left, top } = el.getBoundingClientRect();
            const send = (type, x, y, id = 5) => el.dispatchEvent(new PointerEvent(type, {
                pointerId: id, pointerType: "touch", button: 0,
                clientX: left + x, clientY: top + y, cancelable: true }));
            send("pointerdown", 60, 20);
            send("pointerdown", 90, 20, 6); // a second finger writes nothing
            for (let y = 20; y <= 120; y += 5) { send("pointermove", 60, y); send("pointermove", 200, y, 6); }
            send("pointerup", 90, 20, 6);
            send("pointercancel", 60, 120); // the system takes the finger away: what is written stays
        }""")
        settled(page)
        assert page.locator(FIELD).get_attribute("aria-label").startswith("The field: 1 stroke.")
        assert read(page) != ""


def test_keys_alone_choose_a_number_have_it_written_and_read_it_column_by_column(
    browser: Browser, tmp_path: Path
) -> None:
    widget = Handwriting(strokes=[], column=0)
    with notebook(browser, tmp_path, widget) as seen:
        page = seen.page
        page.get_by_role("textbox", name="Or have a number written").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.querySelector('.hw-word').textContent.includes('one to five digits first')")
        page.keyboard.type("a73")
        page.keyboard.press("Enter")
        page.wait_for_function("model.state.strokes.length > 0")
        widget.strokes = page.evaluate("model.state.strokes")
        assert widget.strokes == Handwriting.number("73")
        assert_shows(page, widget)
        page.locator(".hw-reading").focus()
        for key, column in (("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("End", len(widget.shares()) - 1)):
            page.keyboard.press(key)
            page.wait_for_function(f"model.state.column === {column}")
            widget.column = column
            assert_shows(page, widget)
        page.get_by_role("spinbutton", name="unit").focus()
        page.keyboard.press("ArrowUp")
        page.wait_for_function("model.state.unit === 1")
        widget.unit = 1
        assert_shows(page, widget)
        page.get_by_role("slider", name="points written").focus()
        page.keyboard.press("Home")
        page.wait_for_function("document.querySelector('.hw-read output').textContent === '–'")
        page.keyboard.press("End")
        assert read(page) == widget.read()
        assert seen.messages == []


def test_it_says_what_is_wrong_and_loses_nothing(browser: Browser, tmp_path: Path) -> None:
    widget = Handwriting(strokes=[])
    with notebook(browser, tmp_path, widget) as seen:
        page = seen.page
        word = page.locator(".hw-word")
        assert word.inner_text() == "Finger, mouse or pen."
        box = page.locator(FIELD).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 80, box["y"] + 80)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_function("document.querySelector('.hw-word').textContent.startsWith('Too little to read')")
        assert page.locator(".hw-read output").inner_text() == "–"
        page.mouse.move(box["x"] + 200, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + box["height"] + 90, steps=5)
        page.mouse.move(box["x"] + 220, box["y"] + 60, steps=5)
        page.mouse.up()
        page.wait_for_function("document.querySelector('.hw-word').textContent.startsWith('The pen left the field')")
        page.wait_for_function("model.state.strokes.length === 2")
        assert max(page.evaluate("model.state.strokes")[1][1::2]) <= 600, "what was outside stays at the edge"
        page.evaluate("(all) => model.set('strokes', all)", [[10, 10, 60, 200]] * 60)
        page.mouse.move(box["x"] + 300, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 300, box["y"] + 90, steps=3)
        page.mouse.up()
        page.wait_for_function("document.querySelector('.hw-word').textContent.startsWith('The field is full')")
        assert page.evaluate("model.state.strokes.length") == 60
        assert seen.messages == []


def test_the_past_is_read_anew_when_the_writing_goes_on(browser: Browser, tmp_path: Path) -> None:
    widget = Handwriting()
    with harness.shown(browser, tmp_path, widget, size=SIZE) as seen:
        page = seen.page
        settled(page)
        slider = page.get_by_role("slider", name="points written")
        page.get_by_role("button", name="Task 3 of 3").click()
        total = int(slider.get_attribute("max") or 0)
        assert total == sum(len(stroke) // 2 for stroke in widget.strokes)
        for points in range(total % 9, total + 1, 9):
            slider.evaluate("(el, v) => { el.value = v; el.dispatchEvent(new InputEvent('input')) }", points)
            page.wait_for_function(f"document.querySelector('.lt-timebar input').value === '{points}'")
            settled(page)
        assert read(page) == widget.read()
        assert page.locator(".lt-tour-done").count() == 1, "some column of the past said something else at first"


def test_a_number_is_written_into_an_empty_field_while_the_reader_looks_on(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=SIZE) as seen:
        page = seen.page
        page.emulate_media(reduced_motion="no-preference")
        page.get_by_role("textbox", name="Or have a number written").fill("1")
        page.keyboard.press("Enter")
        page.wait_for_function("Number(document.querySelector('.lt-timebar input').value) > 0")
        page.wait_for_function("document.querySelector('.hw-read output').textContent === '1'")


@pytest.mark.parametrize("task", [0, 1])
def test_each_task_is_ticked_when_it_is_done(task: int, browser: Browser, tmp_path: Path) -> None:
    wanted = Handwriting.TASKS[task]["when"]["read"]
    rng = np.random.default_rng(2)
    with harness.shown(browser, tmp_path, Handwriting(), size=SIZE) as seen:
        page = seen.page
        page.get_by_role("button", name=f"Task {task + 1} of 3").click()
        for _ in range(8):  # a reader tries again
            clear(page)
            draw(page, penmanship.line(wanted, rng), high=90)
            if read(page) == wanted:
                break
        page.wait_for_function("document.querySelectorAll('.lt-tour-done').length === 1")


def test_links_keep_the_strokes_and_strange_values_change_nothing(browser: Browser, tmp_path: Path) -> None:
    seven = Handwriting(strokes=Handwriting.number("7"))
    text = ".".join("_".join(map(str, stroke)) for stroke in seven.strokes)
    links = (
        f'<a href="#lt:handwriting?strokes={text}">seven</a> '
        '<a href="#lt:handwriting?strokes=1_2.7_9999&amp;unit=2">bad</a>'
    )
    with harness.shown(browser, tmp_path, Handwriting(), before=links, at="#lt:handwriting?strokes=") as seen:
        page = seen.page
        page.wait_for_function("document.querySelector('.hw-word').textContent === 'Finger, mouse or pen.'")
        page.get_by_role("link", name="seven").click()
        page.wait_for_function("document.querySelector('.hw-pad canvas').ariaLabel.includes('1 stroke.')")
        assert_shows(page, seven)
        page.get_by_role("link", name="bad").click()
        page.wait_for_function("document.querySelector('.lt-w-status').textContent.includes('“strokes” cannot be')")
        assert_shows(page, Handwriting(unit=2))
        assert seen.messages == []


def test_a_reload_brings_back_what_was_written(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Handwriting(strokes=[]), size=SIZE) as seen:
        page = seen.page
        draw(page, penmanship.line("8", np.random.default_rng(0)), high=100)
        before = read(page)
        page.wait_for_function("Object.values(sessionStorage).some((text) => text.includes('strokes='))")
        page.reload()
        page.wait_for_selector(FIELD)
        assert before != "" and read(page) == before


def test_two_views_of_one_model_stay_in_step(browser: Browser, tmp_path: Path) -> None:
    widget = Handwriting()
    with harness.shown(browser, tmp_path, widget, widget, size=SIZE) as seen:
        seen.page.get_by_role("button", name="Undo").first.click()
        left = len(widget.strokes) - 1
        seen.page.wait_for_function(
            "(left) => [...document.querySelectorAll('.hw-pad canvas')]"
            ".every((el) => el.ariaLabel.startsWith(`The field: ${left} stroke`))",
            arg=left,
        )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [SIZE, harness.PHONE, {"width": 320, "height": 700}], ids=["wide", "phone", "small"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    for widget in (Handwriting(), Handwriting(strokes=[]), Handwriting(strokes=[[1, 1, 1200, 600]])):
        with harness.shown(browser, tmp_path, widget, size=size, theme=theme) as seen:
            page = seen.page
            settled(page)
            assert harness.violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if size is SIZE:
                assert page.locator(".lt-w").bounding_box()["height"] <= 700
            small = page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
                "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24)"
                ".map((e) => e.outerHTML)"
            )
            assert small == []
            assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = Handwriting()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = "(el) => el.querySelector('.hw-buttons button').click()"
        assert harness.left_behind(seen.page, widget, use) == {}
