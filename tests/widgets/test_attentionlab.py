"""The attention lab in the page: it shows what it computes, every control does what it says, everyone can use it."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lstm_tutor.palette import number
from lstm_tutor.tasks.dates import FORMS, date_text
from lstm_tutor.widgets import AttentionLab

KINDS = ("additive", "dot")
TEXT = "Thursday, 3rd of March 2011"

CASES_SHOWN: dict[str, dict[str, Any]] = {
    "arcs": {},
    "a step": {"step": 5, "scores": "dot"},
    "both as heat maps": {"view": "heat map", "compare": True, "place": 10},
    "strange and long": {"text": "3 — März 2011 ☂ and something long that does not fit"},
    "empty": {"text": ""},
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("case", CASES_SHOWN)
def test_it_is_open_to_everyone_silent_and_fits(case: str, size, theme: str, browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab(**CASES_SHOWN[case])
    with harness.shown(browser, tmp_path, lab, size=size, theme=theme) as seen:
        assert seen.page.locator("[data-still-of]").count() == 0, "the live view takes the still picture's place"
        assert harness.violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = seen.page.locator(".lt-w :is(button, input, select, label, .al-hits)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


@pytest.mark.parametrize("changes", [{}, {"phase": 3}, {"compare": True}, {"view": "heat map"}], ids=str)
def test_it_fits_one_screen(changes: dict[str, Any], browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab(**changes), size={"width": 1280, "height": 900}) as seen:
        assert 560 < seen.page.locator(".lt-w").evaluate("(e) => e.offsetHeight") <= 700


def test_the_page_keeps_the_room_that_it_takes(browser: Browser, tmp_path: Path) -> None:
    for width, height, room in zip((1280, 390), (900, 844), AttentionLab.HEIGHTS, strict=True):
        with harness.shown(browser, tmp_path, AttentionLab(), size={"width": width, "height": height}) as seen:
            assert abs(seen.page.locator(".lt-w").evaluate("(e) => e.offsetHeight") - room) < 40


@pytest.mark.parametrize("text", [TEXT, "x" * 20 + " 3 March 2011 tuesday"[:20]])
def test_no_character_is_cut_on_the_narrowest_screen(text: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab(text=text), size={"width": 320, "height": 640}) as seen:
        signs = seen.page.locator(".al-sign").evaluate_all("""all => all.map((e) => {
            const frame = e.closest(".al-arcs").getBoundingClientRect(), { left, right } = e.getBoundingClientRect();
            return [left >= frame.left - 1, right <= frame.right + 1, parseFloat(getComputedStyle(e).fontSize)];
        })""")
        assert len(signs) == len(AttentionLab(text=text).read) + 11
        assert all(left and right and size >= 12 for left, right, size in signs)
        assert seen.page.locator(".al-arcs").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_forced_colors_keep_arcs_and_letters(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        seen.page.emulate_media(forced_colors="active", color_scheme="dark")
        found = seen.page.evaluate("""() => {
            const of = (select, what) => getComputedStyle(document.querySelector(select))[what];
            return { arc: of(".al-lines path", "stroke"), lit: of(".al-lit path", "stroke"),
                sign: of(".al-sign", "fill"), share: of(".al-share", "fill"),
                tint: of(".al-cell", "fill"), text: of(".al-pointed", "color") };
        }""")
        assert found["arc"] == found["sign"] == found["share"] == found["text"]
        assert found["lit"] not in (found["arc"], "none") and found["tint"] == "none"


def test_paper_shows_what_the_screen_shows(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        seen.page.emulate_media(media="print")
        tinted = seen.page.locator(".al-cell[style*=fill]").first
        assert tinted.evaluate("(e) => getComputedStyle(e).printColorAdjust") == "exact"
        assert seen.page.locator(".al-lit path").count() == 1


def test_tasks_are_ticked_when_they_are_done(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        page = seen.page

        def done(k: int) -> None:
            until(page, f"Done. {AttentionLab.TASKS[k]['shows']}", ".lt-tour")
            if k < 3:
                page.get_by_role("button", name="Next").click()

        def erase(place: int) -> None:
            harness.painted(page)  # the rows have the columns of the present text
            page.mouse.click(*middle(page, "place", place, 27))
            page.mouse.move(5, 5)
            page.get_by_role("button", name="Erase this character").click()

        page.mouse.move(*middle(page, "step", 2, 11))
        done(0)
        erase(TEXT.index("rch"))
        done(1)
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("radio", name="additive").check(force=True)
        erase(TEXT.index("M"))
        done(2)
        page.get_by_role("textbox").fill("3/12/2011")
        page.get_by_role("textbox").fill("3.12.2011")
        done(3)


def until(page: Page, text: str, place: str = ".al-pointed") -> None:
    page.wait_for_function(
        "([place, text]) => document.querySelector(place).textContent.includes(text)", arg=[place, text]
    )


def written(page: Page) -> str:
    """What the first picture's heading says was written."""
    return page.locator(".al-said b").first.inner_text()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_is_what_the_package_says(kind: str, browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab(scores=kind, step=5)
    found = lab.hypothesis()
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        assert written(page) == lab.translation
        assert f"probability {100 * np.exp(found.log_probability):.0f} %" in page.locator(".al-said").inner_text()
        row = lab.weights[5]
        best = int(row.argmax())
        assert re.search(rf"“{TEXT[best]}”[^;]*\({number(row[best])}\)", page.locator(".al-pointed").inner_text())
        lit = page.locator(".al-lit path").evaluate_all("all => all.map((e) => Number(e.getAttribute('stroke-width')))")
        np.testing.assert_allclose(sorted(lit), sorted(13 * row[row >= 0.02]), atol=0.006)
        assert page.locator(".al-lines path").count() == int((lab.weights >= 0.02).sum())


def test_typing_translates_and_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        page = seen.page
        field = page.get_by_role("textbox")
        field.fill("3/12/2011")
        until(page, "2011-03-12", ".al-said")
        assert "✓ right" in page.locator(".al-said").inner_text()
        field.fill("<img src=x onerror=alert(1)>é")
        until(page, "Left out, because no date of its training had them: “<”, “=”, “x”", ".lt-bench-controls")
        assert page.locator(".lt-w img").count() == 0
        assert page.locator(".al-typed s").first.inner_text() == "<"
        assert "“é” as “e”" in page.locator(".lt-bench-controls").inner_text()
        assert "no right answer" in page.locator(".al-said").inner_text()
        field.fill("x" * 60 + "3" * 60)
        until(page, "Only the first 40 characters are read", ".lt-bench-controls")
        field.fill("19210111")
        until(page, "✓ right", ".al-said")
        page.get_by_role("radio", name="additive").check(force=True)
        until(page, "wrong: it should be 1921-01-11", ".al-said")
        page.get_by_role("button", name="Reset").click()
        until(page, "2011-03-03", ".al-said")
        assert field.input_value() == TEXT
        assert seen.messages == []


PLACES = """() => {
    const parts = ":is(button, select, .lt-field input, .lt-toggle, .lt-segments, .al-frame, .al-pointed, .al-card)";
    return [...document.querySelectorAll(`.lt-w ${parts}`)].map((e) => {
        const { left, top, width, height } = e.getBoundingClientRect();
        return [e.className, ...[left, top + scrollY, width, height].map(Math.round)];
    });
}"""


@pytest.mark.parametrize("view", ["arcs", "heat map"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_nothing_moves_when_the_text_is_deleted_and_typed_anew(size, view, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab(view=view), size=size) as seen:
        page = seen.page
        before = page.evaluate(PLACES)
        field = page.get_by_role("textbox")
        field.focus()
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        until(page, "Nothing to read yet", ".al-form")
        assert page.evaluate(PLACES) == before
        page.keyboard.type("3")
        until(page, "Not as in its training", ".al-form")
        assert page.evaluate(PLACES) == before
        assert seen.messages == []


JUDGED = {
    "march 3 2011": "✓ right: it reads as 2011-03-03",
    "2011-03-03": "✓ right: it reads as 2011-03-03",
    "3 januari 2011": "✓ right: it reads as 2011-01-03",
    "3 May 1492": "✗ wrong: it should be 1492-05-03",
    "31 February 2011": "no such day",
    "hello": "no right answer",
    "3 March 2011": "✓ right",
}


def test_words_judge_fairly(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        page = seen.page
        for text, words in JUDGED.items():
            page.get_by_role("textbox").fill(text)
            page.wait_for_function(
                "(words) => document.querySelector('.al-verdict').textContent.trim() === words", arg=words
            )
        page.get_by_role("textbox").fill(TEXT)
        page.mouse.click(*middle(page, "place", 0, 27))
        for k in range(27):  # whatever is erased, character by character from the left
            before = page.get_by_role("textbox").input_value()
            page.locator(".al-hits[data-row=place]").focus()
            page.keyboard.press("Home")
            page.keyboard.press("Delete")
            page.wait_for_function(
                "(old) => document.querySelector('.lt-w input[type=text]').value !== old", arg=before
            )
            harness.painted(page)
            if k < 26:
                verdict = page.locator(".al-verdict").inner_text()
                assert re.fullmatch(
                    "(✓ |✗ )?(right|as before the erasing|wrong: .*|before the erasing: 2011-03-03)", verdict
                )
        assert page.get_by_role("textbox").input_value() == ""
        assert seen.messages == []


def test_forms_and_surprises_are_known_to_the_page(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab(text="3 March 2011")
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        options = page.get_by_role("combobox").locator("option").all_inner_texts()
        assert options[1:19] == [date_text(datetime.date(2011, 3, 3), form) for form in FORMS]
        page.get_by_role("combobox").select_option(index=12)
        page.wait_for_function("document.querySelector('.lt-w input[type=text]').value === '2011.3.3'")
        assert "This is one of its 18 forms." in page.locator(".al-form").inner_text()
        page.get_by_role("combobox").select_option("not in its training: 31 February 2011")
        until(page, "Not as in its training. There is no such day.", ".al-form")
        texts = set()
        for _ in range(3):
            before = page.get_by_role("textbox").input_value()
            page.get_by_role("button", name="Surprise me").click()
            page.wait_for_function(
                "(old) => document.querySelector('.lt-w input[type=text]').value !== old", arg=before
            )
            until(page, "it never saw this day", ".al-form")
            texts.add(page.get_by_role("textbox").input_value())
        assert len(texts) == 3


def middle(page: Page, row: str, k: int, count: int) -> tuple[float, float]:
    box = page.locator(f".al-hits[data-row={row}]").bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    return box["x"] + box["width"] * (k + 0.5) / count, box["y"] + box["height"] / 2


def test_arcs_are_read_with_the_mouse_both_ways(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab()
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        page.mouse.move(*middle(page, "step", 9, 11))
        until(page, "Step 10 writes “3”")
        lit = page.locator(".al-lit path").count()
        assert lit == int((lab.weights[9] >= 0.02).sum())
        assert page.get_by_role("heading", name="Step 10 of 11").count() == 1
        page.mouse.move(*middle(page, "place", 10, 27))
        until(page, "“3” in “3rd”, character 11 of 27, is looked at by")
        assert page.locator(".al-lit path").count() == int((lab.weights[:, 10] >= 0.02).sum())
        page.mouse.move(5, 5)
        until(page, "Step 7 writes “3”")  # what is chosen comes back
        page.get_by_role("button", name="Show all steps").click()
        until(page, "Point at a symbol")
        assert page.locator(".al-lit path").count() == 0
        page.mouse.click(*middle(page, "place", 10, 27))
        page.mouse.move(5, 5)
        harness.painted(page)
        until(page, "character 11 of 27")  # a click stays
        page.get_by_role("button", name="Erase this character").click()
        page.wait_for_function(
            "document.querySelector('.lt-w input[type=text]').value === 'Thursday, rd of March 2011'"
        )


def test_arcs_are_read_with_the_keyboard(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        page = seen.page
        slider = page.get_by_role("slider", name="symbols written")
        slider.focus()
        assert slider.get_attribute("aria-valuenow") == "7"
        for key in ("ArrowRight", "ArrowRight", "End", "ArrowLeft"):
            page.keyboard.press(key)
        until(page, "Step 10 writes")
        assert slider.get_attribute("aria-valuetext").startswith("Step 10 writes “3” (100 % sure) and looks at “3” in")
        page.get_by_role("slider", name="characters read").focus()
        page.keyboard.press("Home")
        until(page, "“T” in “Thursday”, character 1 of 27")
        page.keyboard.press("Delete")
        page.wait_for_function(
            "document.querySelector('.lt-w input[type=text]').value === 'hursday, 3rd of March 2011'"
        )
        page.keyboard.press("Escape")
        until(page, "Point at a symbol")


FINGER = """([clientX, clientY, type]) => {
    const how = { clientX, clientY, pointerType: "touch", pointerId: 1, bubbles: true };
    document.elementFromPoint(clientX, clientY).dispatchEvent(new PointerEvent(type, how));
}"""


def test_a_finger_taps_and_drags_and_scrolls(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab(step=-1), size=harness.PHONE) as seen:
        page = seen.page
        page.evaluate("Element.prototype.setPointerCapture = function () {}; 0")
        page.locator(".al-arcs").scroll_into_view_if_needed()

        def finger(type_: str, k: int, down: float = 0) -> None:
            x, y = middle(page, "step", k, 11)
            page.evaluate(FINGER, [x, y + down, type_])
            harness.painted(page)

        def said() -> str:
            return page.locator(".al-pointed").inner_text()

        finger("pointermove", 3)
        assert "Point at a symbol" in said(), "a finger does not hover"
        finger("pointerdown", 3)
        finger("pointermove", 3, down=14)
        assert "Point at a symbol" in said(), "a finger that may be about to scroll points at nothing"
        finger("pointercancel", 3)  # the browser scrolls
        assert "Point at a symbol" in said()
        finger("pointerdown", 3)
        finger("pointerup", 3)
        assert "Step 4 writes “1”" in said()
        finger("pointerdown", 3)
        finger("pointermove", 8)
        assert "Step 9 writes “0”" in said(), "a finger that goes sideways drags"
        assert page.locator(".al-hits").first.evaluate("(e) => getComputedStyle(e).touchAction") == "pan-y"


def test_the_heat_map_is_read_with_mouse_and_keys(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab(view="heat map", step=-1)
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        canvas = page.locator(".al-frame canvas").first
        box = canvas.bounding_box()
        wide, tall = box["width"] / 27, (box["height"] - 24) / 11
        page.mouse.move(box["x"] + wide * 10.5, box["y"] + tall * 9.5)
        until(page, f"Step 10, which writes “3”, gives “3” in “3rd” the weight {number(lab.weights[9, 10])}.")
        page.mouse.move(box["x"] + wide * 10.5, box["y"] + tall * 11 + 12)  # the character below
        until(page, "“3” in “3rd”, character 11 of 27, is looked at by")
        labels = page.locator(".al-frame .lt-heat-labels").first.bounding_box()
        page.mouse.move(labels["x"] + 5, box["y"] + tall * 9.5)  # the symbol at the left
        until(page, "Step 10 writes “3”")
        page.mouse.move(5, 5)
        until(page, "Point at a symbol")
        page.get_by_role("group", name="Attention with general scores").focus()
        for key in ("End", "ArrowUp", "ArrowLeft"):  # from where the mouse was last
            page.keyboard.press(key)
            harness.painted(page)
        until(page, f"Step 9, which writes “0”, gives the first “1” in “2011” the weight {number(lab.weights[8, 25])}.")
        heard = page.locator(".lt-w > [aria-live]").inner_text()
        assert heard == f"step 9 writes “0”, character 26 (1): {number(lab.weights[8, 25])}"


def test_both_scores_on_the_same_input(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab(text="19210111", scores="additive", step=-1)) as seen:
        page = seen.page
        assert page.locator(".al-picture").count() == 1
        page.get_by_role("switch", name="both scores at once").check()
        page.wait_for_function("document.querySelectorAll('.al-picture').length === 2")
        assert page.locator(".al-said b").all_inner_texts() == ["1921-11-11", "1921-01-11"]
        assert page.locator(".al-said .al-verdict").all_inner_texts() == ["✗ wrong: it should be 1921-01-11", "✓ right"]
        page.locator(".al-hits[data-row=step]").last.focus()
        page.keyboard.press("ArrowRight")
        until(page, "general scores: Step 1 writes")
        until(page, "additive scores: Step 1 writes")


def part(page: Page, wanted: str) -> None:
    page.wait_for_function("(wanted) => document.querySelector('.al-card h4').textContent.includes(wanted)", arg=wanted)


def test_a_step_is_walked_through_part_by_part(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab(scores="additive")
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        bar = page.get_by_role("slider", name="decoding, part by part")
        bar.focus()
        page.keyboard.press("Home")
        part(page, "Step 1 of 11, part 1: s₀ asks")
        assert page.locator(".al-sign").first.text_content() == "·", "nothing is written yet"
        assert written(page) == "…" and page.locator(".al-lines path").count() == 0
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        part(page, "part 3: Softmax")
        assert page.locator(".al-lines path").count() == int((lab.weights[0] >= 0.02).sum()), (
            "where it looks, after the softmax"
        )
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        until(page, "Step 1 writes “2”")
        assert page.locator(".al-sign").first.text_content() == "2"
        page.get_by_role("button", name="Show all steps").click()
        page.wait_for_function("document.querySelector('.al-said b').textContent === '2011-03-03'")
        page.get_by_role("radio", name="s₀ asks").check(force=True)
        part(page, "part 1: s₀ asks")
        page.get_by_role("radio", name="general", exact=True).check(force=True)
        part(page, "part 1: The decoder's step to s₁")
        assert page.locator("[data-part] canvas").count() == 1


def test_links_set_it(browser: Browser, tmp_path: Path) -> None:
    link = ('<p><a href="#lt:attentionlab?text=3%20May%201492&amp;scores=dot&amp;view=heat+map&amp;step=2">one</a> '
            '<a href="#lt:attentionlab?step=99&amp;scores=no">bad</a></p>')  # fmt: skip
    with harness.shown(browser, tmp_path, AttentionLab(), before=link, at="#lt:attentionlab?text=20110303") as seen:
        page = seen.page
        assert page.get_by_role("textbox").input_value() == "20110303"
        page.get_by_role("link", name="one").click()
        until(page, "Step 3 writes")
        assert page.get_by_role("textbox").input_value() == "3 May 1492"
        assert (
            page.get_by_role("radio", name="general").is_checked()
            and page.get_by_role("radio", name="heat map").is_checked()
        )
        page.get_by_role("link", name="bad").click()
        until(page, "Step 7 writes")
        assert page.get_by_role("textbox").input_value() == TEXT
        assert seen.messages == []


def test_beside_a_sentence_a_phone_shows_the_whole_picture(browser: Browser, tmp_path: Path) -> None:
    link = '<p style="margin-bottom:1200px"><a href="#lt:attentionlab?text=3%2F12%2F2011">3/12/2011</a></p>'
    with harness.shown(browser, tmp_path, AttentionLab(), before=link, size=harness.PHONE) as seen:
        page = seen.page
        page.get_by_role("link", name="3/12/2011").click()
        until(page, "looks at “3” at 1")
        harness.painted(page)
        hidden = page.locator(".al-said, .al-sign, .al-pointed p").evaluate_all("""all => all.filter((e) => {
            const { left, right, top, bottom } = e.getBoundingClientRect();
            return !e.contains(document.elementFromPoint((left + right) / 2, bottom - 2)) &&
                !document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest(".al-hits");
        }).map((e) => e.textContent)""")
        assert hidden == []


SYNC = """async () => {
    const script = document.querySelector('script[type$="widget-state+json"]');
    const models = Object.values(JSON.parse(script.textContent).state);
    const [{ state, buffers }] = models.filter((model) => model.model_module === "anywidget");
    for (const { path, data } of buffers) {
        const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
        owner[path.at(-1)] = new DataView(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)).buffer);
    }
    const heard = {};
    window.sent = 0;
    window.model = {
        get: (name) => state[name],
        set: (name, value) => {
            state[name] = value;
            for (const event of [`change:${name}`, "change"]) heard[event]?.forEach((f) => f());
        },
        save_changes: () => { window.sent++; },
        on: (names, f) => names.split(" ").forEach((name) => (heard[name] ??= []).push(f)), off: () => {},
    };
    const { default: widget } = await import(URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" })));
    const el = document.body.appendChild(document.createElement("div"));
    el.id = "synced";
    await widget.render({ model: window.model, el });
}"""


def test_the_page_tells_python_what_it_found_and_follows_python(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab()
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        page.evaluate(SYNC)
        page.locator("#synced input[type=text]").fill("3.12.2011")
        page.wait_for_function("model.get('translation') === '2011-12-03' && sent > 0")
        packed = page.evaluate("""() => { const { dtype, shape, data } = model.get("weights");
            return { dtype, shape, numbers: Array.from(new Float64Array(data.buffer)) }; }""")
        lab.text = "3.12.2011"
        assert (packed["dtype"], packed["shape"]) == ("<f8", [11, 9])
        np.testing.assert_allclose(packed["numbers"], lab.weights.ravel(), rtol=0, atol=1e-9)
        page.evaluate("model.set('text', '20110303'); model.set('step', 3)")  # as Python does
        until(page, "Step 4 writes “1”", "#synced .al-pointed")
        assert page.locator("#synced input[type=text]").input_value() == "20110303"
        halves = memoryview(np.array([[0.5, 0.5]]).tobytes())
        lab.set_state({"weights": {"dtype": "<f8", "shape": [1, 2], "data": halves}})
        assert lab.weights.tolist() == [[0.5, 0.5]]


def test_it_stands_still_until_it_is_asked_to_play(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, AttentionLab()) as seen:
        page = seen.page
        page.wait_for_timeout(400)
        assert written(page) == "2011-03-03"
        bar = page.get_by_role("slider", name="decoding, part by part")
        bar.focus()
        page.keyboard.press("Home")
        page.get_by_role("button", name="play").click()
        page.wait_for_function("/^([4-9]|1[0-9]) /.test(document.querySelector('.lt-timebar .lt-value').textContent)")
        page.get_by_role("button", name="pause").click()
        page.get_by_role("button", name="play").wait_for()
        harness.painted(page)
        stopped = page.locator(".lt-timebar .lt-value").inner_text()
        page.wait_for_timeout(600)
        assert page.locator(".lt-timebar .lt-value").inner_text() == stopped
        moving = page.evaluate("document.getAnimations().filter((a) => a.playState === 'running').length")
        assert moving == 0, "motion is reduced"


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab()
    with harness.shown(browser, tmp_path, lab) as seen:
        use = """(el) => { el.querySelector('[aria-label=play]').click();
            el.querySelector('.al-hits').dispatchEvent(new KeyboardEvent('keydown', { key: 'End' })); }"""
        assert harness.left_behind(seen.page, lab, use) == {}


COUNT = """() => {
    const { slice } = Float64Array.prototype;
    window.made = 0;
    Float64Array.prototype.slice = function (...given) { window.made++; return slice.apply(this, given); };
}"""


def test_pointing_computes_nothing(browser: Browser, tmp_path: Path) -> None:
    lab = AttentionLab()
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        page.evaluate(COUNT)
        page.mouse.move(*middle(page, "step", 2, 11))
        until(page, "Step 3 writes")
        page.mouse.move(*middle(page, "step", 7, 11))
        until(page, "Step 8 writes")
        assert page.evaluate("made") == 0, "pointing computes nothing"
        page.get_by_role("textbox").fill("3 May 2011")
        until(page, "2011-05-03", ".al-said")
        assert page.evaluate("made") > 0


def test_numbers_stand_in_columns() -> None:
    css = AttentionLab._css
    assert re.search(r"al-said\{[^}]*tabular-nums", css)
