"""The flipbook: what it takes and refuses, how little a page stores of it, and how one turns its frames."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import harness
import matplotlib.pyplot as plt
import pytest
from looking import new_context
from playwright.sync_api import Browser, Page

import lstm_tutor as lt
from lstm_tutor.widgets import Flipbook
from lstm_tutor.widgets.flipbook.frames import MARK

FRAMES = 6
CAPTIONS = [f"After {k} steps, {'little <b>is</b> left' if k > 3 else 'much is left'} of it." for k in range(FRAMES)]
SHOWN = ".lt-w-flipbook .fb-picture > svg:not(.fb-paper)"


def svg(inner: str = "", box: str = "0 0 200 80", attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {attributes}>{inner}</svg>'


def frame(k: int) -> str:
    gradient = f'<defs><linearGradient id="ink"><stop offset="0.{k}"/></linearGradient></defs>'
    return svg(
        f'{gradient}<rect id="unused" width="{20 + k}" height="9" fill="url(#ink)"/><text x="9" y="40">{k}</text>'
    )


def book(**options: Any) -> Flipbook:
    return Flipbook([frame(k) for k in range(FRAMES)], **{"label": "steps back", "captions": CAPTIONS} | options)


# -- what it takes -----------------------------------------------------------------------------------------------------


def test_frames_are_texts_drawings_or_figures_and_figures_are_closed() -> None:
    figures = []
    for k in range(2):
        figure, ax = plt.subplots()
        ax.plot([0, k + 1], color="black")
        ax.set_title(f"figure & {k}")
        figures.append(figure)
    drawings = [lt.diagrams.diagram("lstm", values={"f": f}) for f in (0.1, 0.9)]
    for frames in ([svg(), svg("<g/>")], drawings, figures):
        pages = Flipbook(frames)._frames
        assert len(pages) == 2 and pages[0] != pages[1]
        for page in pages:
            ET.fromstring(page.replace("xlink:href", "href").replace(MARK, "x"))
    assert not any(plt.fignum_exists(figure.number) for figure in figures)
    assert "figure &amp; 0" in pages[0] and "<text" in pages[0], "letters stay letters"
    assert "#000000" not in pages[0] and "stroke: currentColor" in pages[0], "black follows the page"
    with lt.plots.style():
        figures = [plt.subplots()[0] for _ in range(2)]
        figures[0].axes[0].set_title("$h_t$ of the book")
    styled = Flipbook(figures)._frames[0]
    assert not re.search(r"<(text|tspan|g) [^>]*fill: #", styled), "gray letters follow, too"
    assert "fill: currentColor" in styled and re.search(r"stroke: #(..)\1\1", styled), "axes stay gray"
    assert Flipbook([plt.figure(), plt.figure()])._style == "", "no rule of a figure reaches the page"


def test_what_all_frames_share_is_stored_once_and_names_that_no_one_uses_are_not() -> None:
    drawings = [lt.diagrams.diagram("lstm", values={"f": k / 19}) for k in range(20)]
    state = Flipbook(drawings)
    plain = [drawing.svg for drawing in drawings]
    assert state._style.count(".lt-svg .stream{fill") == 1
    assert not any("<style" in page or " id=" in page or "<title" in page for page in state._frames)
    assert all('data-part="valve-f"' in page for page in state._frames)
    weights = [len(gzip.compress(json.dumps(texts).encode(), 6)) for texts in ([*state._frames, state._style], plain)]
    assert weights[0] < 6_000 and weights[0] < 0.7 * weights[1], weights


def test_ids_are_numbered_alike_in_all_frames_and_stay_with_what_refers_to_them() -> None:
    for page in book()._frames:
        assert re.findall(r'id="(.*?)"', page) == [f"{MARK}0"] and f'fill="url(#{MARK}0)"' in page
    links = svg('<defs><path id="a-b"/></defs><use href="#a-b"/>')
    assert Flipbook([links, links])._frames[0].count(f'"#{MARK}0"') == 1


def test_values_are_texts_or_numbers_and_by_default_the_frames_numbers() -> None:
    assert book()._values == list("012345")
    assert book(values=[-1, 0, 0.5, 2, "many", 1e6])._values == ["−1", "0", "0.5", "2", "many", "1e+06"]


def test_flipbooks_of_a_notebook_have_names_of_their_own_and_drawings_bring_the_alternative() -> None:
    first, second = book(), book()
    assert first.name != second.name and {first.name[:8], second.name[:8]} == {"flipbook"}
    assert book(name="mine").name == "mine"
    drawings = [lt.diagrams.diagram("rnn"), lt.diagrams.diagram("rnn")]
    assert Flipbook(drawings, label="step")._alt == "One step of a vanilla RNN (step = 0)"
    assert Flipbook(drawings, alt="Two cells.")._alt == "Two cells."


NOT_SVG = "expected frame 1 to be"
PAIR = [svg(), svg()]


@pytest.mark.parametrize(
    ("frames", "options", "told"),
    [
        ([svg()], {}, "expected frames to be a list of 2 to 60 pictures, got 1"),
        ([svg()] * 61, {}, "expected frames to be a list of 2 to 60 pictures, got 61"),
        (svg(), {}, "expected frames to be a list of 2 to 60 pictures, got '<svg"),
        ([svg(), svg(box="0 0 200 81")], {}, "expected frames of one viewBox, [0.0, 0.0, 200.0, 80.0], got [0.0, 0.0"),
        ([svg(), "<svg/>"], {}, "expected frame 1 to have a viewBox, got None"),
        ([svg(), 7], {}, f"{NOT_SVG} SVG text, an object with .svg or a figure, got 7"),
        ([svg(), "<svg viewBox='0 0 1 1'><g></svg>"], {}, f"{NOT_SVG} well-formed SVG, got mismatched tag"),
        ([svg(), svg("<script>alert(1)</script>")], {}, "expected frame 1 without scripts, links and animations"),
        ([svg(), svg("<SCRIPT/>")], {}, "expected frame 1 without scripts, links and animations"),
        ([svg(), svg("<foreignObject/>")], {}, "expected frame 1 without scripts"),
        ([svg(), svg("<a href='#x'/>")], {}, "expected frame 1 without scripts"),
        ([svg(), svg("<animate/>")], {}, "expected frame 1 without scripts"),
        ([svg(), svg("<g onclick='alert(1)'/>")], {}, "expected frame 1 without scripts, got <g onclick=...>"),
        ([svg(), svg(attributes="onload='alert(1)'")], {}, "expected frame 1 without scripts, got <svg onload=...>"),
        ([svg(), svg("<use href='javascript:alert(1)'/>")], {}, "expected frame 1 to load nothing, got href="),
        ([svg(), svg("<image href='http://x.org/a.png'/>")], {}, "expected frame 1 to load nothing, got href="),
        ([svg(), svg("<g style='fill:url(http://x.org)'/>")], {}, "expected frame 1 to load nothing, got style="),
        ([svg(), svg("<style>@import 'x'</style>")], {}, "expected frame 1 to load nothing, got it in its <style>"),
        ([svg(), svg("<style>#a{}</style><g id='a'/>")], {}, "<style> of frame 1 to name classes, got the ids ['a']"),
        (PAIR, {"values": [1]}, "expected 2 values, one per frame, got 1"),
        (PAIR, {"values": "ab"}, "expected 2 values, one per frame, got 'ab'"),
        (PAIR, {"captions": ["a", "b", "c"]}, "expected 2 captions, one per frame, got 3"),
        (PAIR, {"captions": ["a", ""]}, "expected captions[1] to be a text of 1 to 400 characters, got ''"),
        (PAIR, {"values": [1, None]}, "expected values[1] to be a text or a number, got None"),
        (PAIR, {"start": 2}, "expected start to be an int from 0 to 1, got 2"),
        (PAIR, {"start": -1}, "expected start to be an int from 0 to 1, got -1"),
        (PAIR, {"start": True}, "expected start to be an int from 0 to 1, got True"),
        (PAIR, {"label": ""}, "expected label to be a str of 1 to 40 characters, got ''"),
        (PAIR, {"alt": 3}, "expected alt to be a str"),
        (PAIR, {"wide": 1}, "expected wide to be True or False, got 1"),
        (PAIR, {"colour": 3}, "expected keywords of ['frame', 'name', 'tasks'], got ['colour']"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_what_was_expected_and_what_came(frames: Any, options: dict, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        Flipbook(frames, **options)


def test_a_frame_that_is_not_there_is_refused_and_nothing_changes() -> None:
    widget = book(start=2)
    with pytest.raises(ValueError, match="expected frame to be an int from 0 to 5, got 6"):
        widget.frame = 6
    assert widget.frame == 2


def test_the_still_picture_is_the_start_frame_with_its_sentence_which_is_text() -> None:
    widget = book(start=4, alt="Bars shrink.")
    widget.frame = 1
    data, _ = widget._repr_mimebundle_()
    still = data["text/html"]
    assert f'data-still-of="{widget.model_id}"' in still and 'aria-label="Bars shrink."' in still
    assert ">4</text>" in still and ">1</text>" not in still and MARK not in still
    assert "steps back: 4. After 4 steps, little &lt;b&gt;is&lt;/b&gt; left of it." in still
    assert widget.figure()._repr_html_().startswith('<figure class="lt-still"')
    assert "<script" not in still


# -- in the page -------------------------------------------------------------------------------------------------------


def shows(page: Page, k: int) -> None:
    """Wait until frame `k` is shown, its sentence under it and its value beside the slider."""
    page.wait_for_function(
        """([selector, k, caption]) => document.querySelector(selector)?.querySelector("text").textContent === k
            && document.querySelector(".fb-captions .fb-now").textContent === caption
            && document.querySelector(".lt-timebar input").value === k
            && document.querySelector(".lt-timebar .lt-value").textContent === `steps back ${k}`""",
        arg=[SHOWN, str(k), CAPTIONS[k]],
    )


def drag(page: Page, way: float) -> None:
    """Drag the picture sideways, by so many parts of its width."""
    box = page.locator(".fb-picture").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + way * box["width"] / 2, y + 9)
    page.mouse.move(x + way * box["width"], y + 9)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size: dict, theme: str, browser: Browser, tmp_path: Path) -> None:
    drawings = lt.diagrams.unrolled_gradient([1, 0.5, 0.2, 0.1, 0.05, 0.01], cell="lstm", f=[0.9] * 6)
    other = Flipbook(drawings, captions=CAPTIONS, wide=True)
    with harness.shown(browser, tmp_path, book(), other, size=size, theme=theme) as seen:
        page = seen.page
        assert page.locator("[data-still-of]").count() == 0, "the live view takes the still picture's place"
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_typical_one_is_low_and_the_page_keeps_its_room(browser: Browser, tmp_path: Path) -> None:
    drawings = [lt.diagrams.diagram("lstm", values={"f": k / 5}) for k in range(FRAMES)]
    widgets = [
        book(),
        Flipbook(drawings, label="f", captions=CAPTIONS),
        Flipbook(drawings, captions=CAPTIONS, wide=True),
    ]
    for nth, size in enumerate(({"width": 1280, "height": 900}, harness.PHONE)):
        with harness.shown(browser, tmp_path, *widgets, size=size) as seen:
            heights = seen.page.locator(".lt-w").evaluate_all("all => all.map((e) => e.getBoundingClientRect().height)")
            assert max(heights[:2]) <= 520 and heights[2] <= 700, heights
            for height, widget in zip(heights, widgets, strict=True):
                assert abs(height - widget.HEIGHTS[nth]) <= 45, (heights, widget.HEIGHTS)


@pytest.mark.parametrize("width", [320, 390, 620])
def test_with_the_longest_texts_the_page_does_not_scroll_sideways(width: int, browser: Browser, tmp_path: Path) -> None:
    long = book(label="a label of forty characters, all of them", values=["twenty-four characters  "] * FRAMES)
    with harness.shown(browser, tmp_path, long, size={"width": width, "height": 640}) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        slider = seen.page.get_by_role("slider").bounding_box()
        body = seen.page.locator(".lt-w-body").bounding_box()
        assert slider and body
        assert slider["width"] >= 48 and slider["x"] + slider["width"] <= body["x"] + body["width"]


def test_the_slider_the_keys_and_a_drag_over_the_picture_turn_the_frames(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, book(start=2)) as seen:
        page = seen.page
        shows(page, 2)
        slider = page.get_by_role("slider", name="steps back")
        assert slider.get_attribute("aria-valuetext") == "steps back 2"
        slider.focus()
        for key, k in (("ArrowRight", 3), ("Home", 0), ("End", 5), ("ArrowLeft", 4)):
            page.keyboard.press(key)
            shows(page, k)
        page.get_by_role("button", name="one step back").click()
        shows(page, 3)
        slider.fill("1")
        shows(page, 1)
        drag(page, 0.33)  # 0.8 of the width are 5 frames
        shows(page, 3)
        page.mouse.up()
        page.mouse.move(0, 0)
        harness.painted(page)
        shows(page, 3)
        drag(page, -0.6)
        shows(page, 0)
        page.mouse.up()
        assert seen.messages == []


def test_a_finger_drags_the_picture_sideways_and_scrolls_the_page_up_and_down(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, book(), size=harness.PHONE) as seen:
        page, picture = seen.page, seen.page.locator(".fb-picture")
        assert picture.evaluate("(e) => getComputedStyle(e).touchAction") == "pan-y"
        box = picture.bounding_box()
        assert box
        touch = page.context.new_cdp_session(page)

        def send(kind: str, *points: float) -> None:
            at = [{"x": box["x"] + share * box["width"], "y": box["y"] + box["height"] / 2} for share in points]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

        send("touchStart", 0.1)
        for share in (0.2, 0.3, 0.42):
            send("touchMove", share)
        shows(page, 2)
        send("touchEnd")
        assert page.evaluate("scrollY") == 0


def test_reduced_motion_keeps_it_still_until_the_reader_plays(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, book()) as seen:
        page = seen.page
        harness.painted(page)
        assert page.get_by_role("button", name="pause").count() == 0
        shows(page, 0)
        page.get_by_role("button", name="play").click()
        shows(page, FRAMES - 1)
        page.get_by_role("button", name="play").wait_for()
        page.wait_for_function("document.querySelector('.lt-w [aria-live]').textContent.startsWith('steps back 5. ')")


def test_where_motion_is_welcome_it_plays_once_as_soon_as_it_is_in_sight(browser: Browser, tmp_path: Path) -> None:
    far = '<div style="height: 3000px"></div>'
    with harness.shown(browser, tmp_path, book(start=1), before=far) as seen:
        page = seen.page
        page.emulate_media(reduced_motion="no-preference")
        page.reload()
        page.wait_for_function("document.documentElement.dataset.widgets === 'ready'")
        harness.painted(page)
        assert page.get_by_role("button", name="pause").count() == 0
        shows(page, 1)
        page.locator(".lt-timebar").scroll_into_view_if_needed()
        shows(page, FRAMES - 1)
        page.get_by_role("button", name="play").wait_for()
        page.evaluate("() => new Promise((done) => setTimeout(done, 600))")  # comes after a timer of 500 ms set before
        assert page.locator(".lt-w [aria-live]").text_content() == "", "nothing is said that nobody asked for"
        page.evaluate("scrollTo(0, 0)")
        harness.painted(page)
        page.locator(".lt-timebar").scroll_into_view_if_needed()
        harness.painted(page)
        shows(page, FRAMES - 1)


def test_the_sentence_of_a_frame_is_said_when_the_slider_rests_and_is_text(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, book()) as seen:
        page = seen.page
        page.get_by_role("slider").focus()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.lt-w [aria-live]').textContent !== ''")
        assert page.locator(".lt-w [aria-live]").text_content() == f"steps back 4. {CAPTIONS[4]}"
        assert page.locator(".fb-captions b").count() == 0 and "<b>is</b>" in page.locator(".fb-now").inner_text()


def test_captions_take_the_room_of_the_tallest_so_that_nothing_jumps(browser: Browser, tmp_path: Path) -> None:
    captions = ["Short.", *CAPTIONS[1:5], "A long sentence. " * 20]
    with harness.shown(browser, tmp_path, book(captions=captions), size=harness.PHONE) as seen:
        heights = set()
        for k in "0350":
            seen.page.get_by_role("slider").fill(k)
            harness.painted(seen.page)
            heights.add(seen.page.locator(".lt-w").evaluate("(e) => e.getBoundingClientRect().height"))
        assert len(heights) == 1, heights
        area, tallest = seen.page.evaluate(
            """() => [document.querySelector(".fb-captions"), document.querySelector(".fb-captions p:last-child")]
                .map((e) => e.getBoundingClientRect().height)"""
        )
        assert area == tallest > 100


def test_a_reload_shows_the_frame_that_the_reader_left_and_links_turn_to_one(browser: Browser, tmp_path: Path) -> None:
    link = '<p><a href="#lt:mine?frame=5">the last</a></p>'
    with harness.shown(browser, tmp_path, book(start=1, name="mine"), before=link) as seen:
        page = seen.page
        page.get_by_role("slider").fill("4")
        page.wait_for_function("Object.keys(sessionStorage).some((key) => key.endsWith(':mine:state'))")
        page.reload()
        shows(page, 4)
        page.get_by_role("link", name="the last").click()
        shows(page, 5)
        assert seen.messages == []


def test_ids_are_unique_over_frames_and_flipbooks_and_colors_find_their_gradients(
    browser: Browser, tmp_path: Path
) -> None:
    widget = book(start=3)
    with harness.shown(browser, tmp_path, widget, widget, book()) as seen:
        page = seen.page
        page.get_by_role("slider").first.fill("5")
        page.wait_for_function("(s) => document.querySelector(s)?.querySelector('text').textContent === '5'", arg=SHOWN)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids)) == 6, "a gradient for each frame in the page: three shown, three for paper"
        broken = page.evaluate(
            """() => [...document.querySelectorAll(".fb-picture rect")]
                .filter((e) => !document.querySelector(e.getAttribute("fill").slice(4, -1)))
                .map((e) => e.outerHTML)"""
        )
        assert broken == []


def test_letters_take_the_color_of_the_page(browser: Browser, tmp_path: Path) -> None:
    found = []
    for theme in ("light", "dark"):
        with harness.shown(browser, tmp_path, book(), theme=theme) as seen:
            color, fill = seen.page.evaluate(
                "(s) => [document.querySelector('.lt-w'), document.querySelector(s + ' text')].map((e, k) => "
                "getComputedStyle(e)[k ? 'fill' : 'color'])",
                SHOWN,
            )
            assert color == fill
            found.append(fill)
    assert found[0] != found[1]


def test_paper_shows_the_start_frame_with_its_sentence_wherever_the_reader_is(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, book(start=2)) as seen:
        page = seen.page
        page.get_by_role("slider").fill("5")
        shows(page, 5)
        page.emulate_media(media="print")
        assert page.locator(".fb-picture > svg:visible text").all_text_contents() == ["2"]
        assert page.locator(".fb-captions p:visible").all_text_contents() == [CAPTIONS[2]]
        assert not page.get_by_role("slider").is_visible()
        page.emulate_media(media="screen")
        assert page.locator(".fb-picture > svg:visible text").all_text_contents() == ["5"]
        assert page.locator(".fb-captions p:visible").all_text_contents() == [CAPTIONS[5]]


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = book()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = """(el) => {
            const slider = el.querySelector("input");
            slider.value = 3;
            slider.dispatchEvent(new Event("input"));
            el.querySelector("button[aria-label=play]").click();
        }"""
        assert harness.left_behind(seen.page, widget, use) == {}


def test_without_scripts_the_still_picture_stands_in_the_color_of_the_page(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(harness.page_of((book(start=3),), theme="dark"), encoding="utf-8")
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator(".lt-still svg").is_visible()
    text = page.locator(".lt-still svg text")
    assert text.text_content() == "3"
    assert text.evaluate("(e) => getComputedStyle(e).fill") == "rgb(220, 222, 227)"
    context.close()


def test_its_code_is_light() -> None:
    widget = book()
    own = len(gzip.compress(widget._esm.encode(), 9)), len(gzip.compress(widget._css.encode(), 9))
    assert own[0] <= 10_500 and own[1] <= 4_200, own
