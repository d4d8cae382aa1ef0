"""The text microscope in a browser: what it shows is what the package computes, and each control does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import lstm_tutor as lt
from lstm_tutor.palette import number
from lstm_tutor.widgets import TextMicroscope
from lstm_tutor.widgets.microscope.measures import round_limit

SIZE = len(lt.tasks.ALPHABET)
TEXT = "def mean(values):\n    # The middle of them.\n    return sum(values)\n"
COMMENT = (TEXT.index("# The"), TEXT.index("\n    return"))


def model(kind: str = "GRU", hidden: int = 4, **options) -> lt.SequenceModel:
    rng = np.random.default_rng(1)
    return lt.SequenceModel(getattr(lt, kind)(SIZE, hidden, rng=rng, **options), SIZE, rng=rng)


def spans(page: Page, get: str) -> list:
    return page.locator(".tm-sheet").first.evaluate(
        f"(sheet) => Array.from(sheet.querySelectorAll('span'), (span) => {get})"
    )


def now(page: Page) -> str:
    return page.locator(".tm-head .tm-now").first.inner_text()


def when(page: Page, condition: str) -> None:
    """Wait until this is so, and the worker has read what there is to read."""
    page.wait_for_function(f"({condition}) && !document.querySelector('.tm-ink[aria-busy=true]')")


def painted(page: Page) -> None:
    """Wait until what has happened so far is painted, and read."""
    harness.painted(page)
    when(page, "true")
    harness.painted(page)


def marked(page: Page) -> list[int]:
    return [k for k, has in enumerate(spans(page, "span.classList.contains('tm-marked')")) if has]


def grounds(values: np.ndarray, kind: str, limit: float = 1) -> list[str]:
    """The colors that the page's map has for values, from the map's own table."""
    shares = values if kind == "gate" else (values / limit + 1) / 2
    places = np.floor(255 * np.clip(shares, 0, 1) + 0.5).astype(int)
    table = lt.palette.gate_colors() if kind == "gate" else lt.palette.signed_colors()
    return [tuple(np.rint(255 * table[place]).astype(int)) for place in places]


def shown_grounds(page: Page) -> list:
    return [tuple(map(int, re.findall(r"\d+", ground)[:3])) for ground in spans(page, "span.style.backgroundColor")]


def assert_colored(page: Page, expected: list) -> None:
    shown = shown_grounds(page)
    assert len(shown) == len(expected)
    worst = max(abs(a - b) for one, two in zip(shown, expected, strict=True) for a, b in zip(one, two, strict=True))
    assert worst <= 2, "the page's map has every eighth color, and those between"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "text", "x" * 1001), "expected text to be a str of 0 to 1000 characters"),
        (lambda w: setattr(w, "unit", 64), "expected unit to be an int from 0 to 63, got 64"),
        (lambda w: setattr(w, "layer", 1), "expected layer to be an int from 0 to 0, got 1"),
        (lambda w: setattr(w, "quantity", "z"), r"expected quantity to be one of \['i', 'f', .*\], got 'z'"),
        (lambda w: setattr(w, "gradient_of", "f"), "expected gradient_of to be one of .*, got 'f'"),
        (lambda w: setattr(w, "color", "red"), "expected color to be one of"),
        (lambda w: setattr(w, "marked", [(3, 3)]), "expected marked to be a list of"),
        (lambda w: setattr(w, "marked", [(0.5, 3)]), "expected marked to be a list of"),
        (lambda w: setattr(w, "held", [("f", 64, 0)]), "expected held to be a list of"),
        (lambda w: setattr(w, "held", [("f", 6, 0.5)]), "expected held to be a list of"),
        (lambda w: setattr(w, "held", [("c", 6, 0)]), "expected held to be a list of"),
        (lambda w: setattr(w, "held", [("f", 6, 0), ("f", 6, 1)]), "expected held to be a list of"),
        (lambda w: setattr(w, "held", [("f", 6, 0, 1)]), "expected held to be a list of"),
        (lambda w: TextMicroscope(text="abc", caret=0).written(), "expected a caret behind"),
        (lambda w: setattr(w, "marked", 7), "expected marked to be a list of"),
        (lambda w: w.gradient_sizes(99), "expected caret from 1 to 3, got 99"),
        (lambda w: w.gradient_sizes(1, "f"), "expected of from"),
        (lambda w: TextMicroscope(words="x"), "expected keywords of .*'marked'.*, got"),
        (lambda w: TextMicroscope(model(bidirectional=True)), "one direction, with 96 inputs and outputs"),
        (lambda w: TextMicroscope(lt.SequenceModel(lt.LSTM(9, 3, rng=0), 9, rng=0)), "expected a SequenceModel of"),
        (lambda w: TextMicroscope(lt.LSTM(96, 3, rng=0)), "expected a SequenceModel of one of"),
        (lambda w: TextMicroscope(text="").trace(), "expected a text of at least one character"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = TextMicroscope(text="abc", unit=3, marked=[(0, 2)])
    with pytest.raises(ValueError, match=told):
        change(widget)
    assert (widget.text, widget.unit, widget.quantity, widget.layer, widget.marked) == ("abc", 3, "c", 0, [[0, 2]])
    assert (widget.color, widget.gradient_of) == ("unit", "prediction")


def test_ranges_are_kept_sorted_and_joined() -> None:
    assert TextMicroscope(text="abcdef", marked=[(4, 5), (0, 2), (2, 3)]).marked == [[0, 3], [4, 5]]


@pytest.mark.parametrize("own", [model(), model("LSTM", dtype="float32"), model("RNN", num_layers=2)], ids=repr)
def test_a_model_of_ones_own_is_sent_whole(own: lt.SequenceModel) -> None:
    widget = TextMicroscope(own, text="x = 1")
    for name, array in widget.model().parameters().items():
        np.testing.assert_array_equal(array, own.parameters()[name])
    x = lt.tasks.one_hot(lt.tasks.encode("x = 1")[:, None], SIZE)
    np.testing.assert_allclose(widget.trace().output, own.layer.forward(x).output, atol=1e-6)


def test_the_package_says_what_the_widget_shows() -> None:
    widget = TextMicroscope(text=TEXT, marked=[COMMENT], unit=5, quantity="f")
    values = widget.trace()["f"][:, 0]
    np.testing.assert_array_equal(widget.values(), values)
    predictions = widget.model().forward(lt.tasks.one_hot(lt.tasks.encode(TEXT)[:, None], SIZE))[0]
    loss, _ = lt.losses.softmax_cross_entropy(predictions[:-1], lt.tasks.encode(TEXT)[1:, None])
    assert np.nanmean(widget.surprise()) == pytest.approx(loss / np.log(2))
    np.testing.assert_allclose(np.exp(widget.log_probabilities()).sum(axis=1), 1)
    assert sorted(widget.similarity_order()) == list(range(64))
    inside = np.zeros(len(TEXT))
    inside[slice(*COMMENT)] = 1
    assert widget.scores().correlation[5] == pytest.approx(np.corrcoef(values[:, 5], inside)[0, 1])
    assert all(values[start, 5] >= values[slice(*COMMENT), 5].mean() for start, _ in widget.places())
    assert widget.gradient_sizes().shape == (len(TEXT),)


def test_the_still_picture_says_what_it_shows() -> None:
    widget = TextMicroscope(text="<b>&", unit=7, quantity="f")
    f = widget.values()[:, 7]
    still = widget.figure()
    assert still.alt == (f"Unit 7, f, forget gate, over a text of 4 characters: from {number(f.min())} to "
                         f"{number(f.max())}, mean {number(f.mean())}.")  # fmt: skip
    assert "<b>" not in still.content
    assert TextMicroscope(text="").figure().alt == "An empty text."


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("traits", [{"marked": [COMMENT]}, {"color": "gradient"}], ids=["marked", "gradient"])
def test_it_is_open_to_everyone_silent_and_fits(traits, size, theme: str, browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, unit=46, **traits)
    with harness.shown(browser, tmp_path, widget, size=size, theme=theme) as seen:
        page = seen.page
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_the_text_is_colored_by_the_unit_and_says_so(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, unit=46)
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        assert spans(page, "span.textContent") == list(TEXT)
        c = widget.values("c")[:, 46]
        assert_colored(page, grounds(c, "signed", round_limit(c)))
        assert "unit 46, c, cell state: violet below 0, green above 0" in page.locator(".tm-head").text_content()
        assert now(page) == f"line break, character {len(TEXT)} of {len(TEXT)}: c = {number(c[-1])}"
        page.get_by_role("radio", name="f, forget gate").check(force=True)
        when(page, "document.querySelector('.tm-head').textContent.includes('forget gate')")
        assert_colored(page, grounds(widget.values("f")[:, 46], "gate"))
        field = page.get_by_role("spinbutton", name="unit")
        field.fill("3")
        field.press("Enter")
        when(page, "document.querySelector('.tm-head').textContent.includes('unit 3,')")
        assert_colored(page, grounds(widget.values("f")[:, 3], "gate"))
        field.press("ArrowUp")
        when(page, "document.querySelector('.tm-head').textContent.includes('unit 4,')")
        described = page.locator(f"#{page.locator('.tm-field').get_attribute('aria-describedby')}").inner_text()
        f = widget.values("f")[:, 4]
        assert f"colored by unit 4, f, forget gate: {number(f.min())} to {number(f.max())}" in described


def test_the_keyboard_alone_moves_the_caret_marks_adds_and_clears(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text="x = a + b", unit=2)
    c = widget.values("c")[:, 2]
    p = np.exp(widget.log_probabilities())
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.locator(".tm-field").focus()
        page.keyboard.press("Home")
        when(page, "document.querySelector('.tm-now').textContent.includes('before the first')")
        assert "Nothing is read before" in page.locator(".tm-guesses").inner_text()
        for _ in range(4):
            page.keyboard.press("ArrowRight")
        when(page, "document.querySelector('.tm-now').textContent.includes('character 4 ')")
        assert now(page) == f"space, character 4 of 9: c = {number(c[3])}"
        best = lt.tasks.ALPHABET[p[3].argmax()]
        first = page.locator(".tm-guess").first
        assert first.locator(".lt-mono").inner_text() == lt.palette.visible(best)
        assert first.locator(".lt-value").inner_text() == f"{number(100 * p[3].max(), 0)} %"
        cost = -np.log2(p[3, lt.tasks.ALPHABET.index("a")])
        said = f"Next in the text: “a”, {number(cost, 1)} bits."
        assert page.locator(".tm-guesses .lt-hint").inner_text() == said
        for _ in range(2):
            page.keyboard.press("Shift+ArrowRight")
        when(page, "document.querySelectorAll('.tm-marked').length === 2")
        assert marked(page) == [4, 5]
        page.get_by_role("switch", name="Add to the mark").press("Space")
        page.locator(".tm-field").focus()
        page.keyboard.press("End")
        page.keyboard.press("Shift+ArrowLeft")
        when(page, "document.querySelectorAll('.tm-marked').length === 3")
        assert marked(page) == [4, 5, 8]
        page.keyboard.press("Shift+ArrowLeft")
        when(page, "document.querySelectorAll('.tm-marked').length === 4")
        assert marked(page) == [4, 5, 7, 8]
        page.get_by_role("button", name="Clear the mark").press("Enter")
        when(page, "!document.querySelector('.tm-marked')")
        assert "Mark a phrase" in page.locator(".tm-mark").inner_text()


def test_a_drag_of_the_pointer_marks_what_it_passes(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TextMicroscope(text=TEXT)) as seen:
        page = seen.page
        first, last = (page.locator(".tm-sheet span").nth(k).bounding_box() for k in (22, 34))
        page.mouse.move(first["x"] + 1, first["y"] + 8)
        page.mouse.down()
        page.mouse.move(last["x"] + 1, last["y"] + 8, steps=4)
        page.mouse.up()
        when(page, "document.querySelector('.tm-unit')")
        assert marked(page) == list(range(22, 34)), "the field's letters lie on the sheet's"


def test_what_follows_the_mark_is_what_the_package_says(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(marked=[(22, 50)], unit=13)
    scores, places = widget.scores(), widget.places()
    order = np.argsort(-np.abs(scores.correlation), kind="stable")
    with harness.shown(browser, tmp_path, widget, widget) as seen:
        page = seen.page
        rows = page.locator(".tm-mark").first.locator(".tm-unit")
        assert rows.all_inner_texts() == [f"unit {k}\n{number(scores.correlation[k])}" for k in order[:5]]
        said = page.locator(".tm-chance").first.inner_text()
        verdict = "Chance does as well." if scores.best_as_good * 20 > scores.shifts else "Rare by chance."
        assert said.startswith(f"{verdict} Shifted to {scores.shifts} other places")
        assert f"at {scores.best_as_good} of them" in said and f"line, {number(scores.chance)}," in said
        hint = page.locator(".tm-follow .lt-hint").first.inner_text()
        assert f"as close at {scores.as_good[13]} of {scores.shifts} places" in hint
        mask = np.zeros(len(widget.text), bool)
        mask[22:50] = True
        series = widget.values()[:, 13]
        assert f"c is {number(series[mask].mean())} inside on average, {number(series[~mask].mean())} outside" in hint
        many = sum(length for _, length in places)
        told = page.locator(".tm-elsewhere").first.inner_text()
        assert f"{many} of {(~mask).sum()} unmarked characters, in {len(places)} places" in told
        start, length = places[0]
        page.locator(".tm-place").first.click()
        when(page, f"document.querySelector('.tm-now').textContent.includes('character {start + length} of')")
        assert page.evaluate("document.activeElement.classList.contains('tm-field')")
        rows.nth(1).click()
        when(page, f"document.querySelectorAll('.tm-head')[1].textContent.includes('unit {order[1]},')")
        assert rows.nth(1).get_attribute("aria-pressed") == "true", "and both views of the model know"


def test_surprise_and_gradients_color_the_text(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, unit=46, caret=40)
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.get_by_role("radio", name="surprise").check(force=True)
        when(page, "document.querySelector('.tm-head').textContent.includes('surprise')")
        bits = widget.surprise()
        assert shown_grounds(page)[0] == ()
        assert shown_grounds(page)[1:] != grounds(bits[1:] / 5, "gate")
        worst = [max(abs(a - b) for a, b in zip(one, two, strict=True))
                 for one, two in zip(shown_grounds(page)[1:], grounds(bits[1:] / 10, "gate"), strict=True)]  # fmt: skip
        assert max(worst) <= 2
        assert now(page).endswith(f"cost {number(bits[39], 1)} bits")
        page.get_by_role("radio", name="gradient").check(force=True)
        when(page, "document.querySelector('.tm-head').textContent.includes('gradient of log P')")
        for of, caret in (("prediction", 40), ("c", 40)):
            if of == "c":
                page.get_by_role("radio", name="c of the unit").check(force=True)
                when(page, "document.querySelector('.tm-head').textContent.includes('gradient of c of unit 46')")
            sizes = widget.gradient_sizes(caret, of)
            shares = grounds((np.log10(sizes) + 5) / 6, "gate")
            assert max(abs(a[0] - b[0]) for a, b in zip(shown_grounds(page), shares, strict=False)) <= 2
            assert shown_grounds(page)[40:] == [()] * (len(TEXT) - 40), "what comes later has no part in it"
        page.get_by_role("switch", name="logarithmic").click(force=True)
        when(page, "document.querySelector('.tm-head .lt-key').children[0].textContent === '0'")
        sizes = widget.gradient_sizes(40, "c")
        top = next(k * 10.0**p for p in range(-3, 3) for k in (1, 2, 5) if k * 10.0**p >= sizes.max())
        shares = grounds(sizes / top, "gate")
        assert max(abs(a[0] - b[0]) for a, b in zip(shown_grounds(page), shares, strict=False)) <= 2


def test_the_atlas_is_sorted_as_asked_and_chooses(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, unit=0, marked=[COMMENT])
    order = widget.similarity_order()
    by_mark = np.argsort(-widget.scores().correlation, kind="stable")
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        atlas = page.get_by_role("group", name="All 64 units, c, cell state, over the text")
        for choice, expected in (("alike", order), ("by mark", by_mark), ("by number", range(64))):
            page.get_by_role("radio", name=choice).check(force=True)
            painted(page)
            atlas.scroll_into_view_if_needed()
            box = atlas.locator("canvas").bounding_box()
            row = 10
            page.mouse.click(box["x"] + 3.5 * box["width"] / len(TEXT), box["y"] + (row + 0.5) * box["height"] / 64)
            when(page, f"document.querySelector('.tm-head').textContent.includes('unit {list(expected)[row]},')")
            when(page, "document.querySelector('.tm-now').textContent.includes('character 4 of')")
        page.get_by_role("radio", name="by number").check(force=True)
        atlas.focus()
        page.keyboard.press("ArrowDown")
        when(page, "document.querySelector('.tm-head').textContent.includes('unit 11,')")
        assert "unit 11, c, character 4" in page.locator(".lt-w [aria-live]").inner_text()


@pytest.mark.parametrize("quantity", ["c", "f"])
def test_the_atlas_has_the_colors_of_the_values(quantity: str, browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, quantity=quantity, order="number", unit=0)
    values = widget.values()
    with harness.shown(browser, tmp_path, widget) as seen:
        painted(seen.page)
        pixels = seen.page.locator(".tm-atlas canvas").evaluate(
            """(canvas, [T, H]) => {
                const { width, height } = canvas, context = canvas.getContext("2d");
                const at = (k, t) => context.getImageData((t + 0.5) * width / T, (k + 0.5) * height / H, 1, 1).data;
                return Array.from({ length: H }, (_, k) => Array.from({ length: T }, (_, t) => [...at(k, t)]));
            }""",
            [len(TEXT), 64],
        )
    for k in range(2, 64):  # the frame of unit 0 reaches to the next
        kind = "signed" if quantity == "c" else "gate"
        limit = round_limit(values[:, k]) if quantity == "c" else 1
        expected = np.array(grounds(values[:, k], kind, limit))
        assert np.abs(np.array(pixels[k])[:, :3] - expected).max() <= 1
        assert (np.array(pixels[k])[:, 3] == 255).all()


def test_typed_text_is_read_from_the_change_on_and_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TextMicroscope(text=TEXT, marked=[COMMENT])) as seen:
        page = seen.page
        page.locator(".tm-field").focus()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.type("x")
        when(page, f"document.querySelectorAll('.tm-sheet span').length === {len(TEXT) + 1}")
        assert page.locator(".tm-ink").get_attribute("data-worked") == "1", "one more character, one more step"
        page.keyboard.press("ControlOrMeta+Home")
        page.keyboard.type("y")
        when(page, f"document.querySelectorAll('.tm-sheet span').length === {len(TEXT) + 2}")
        assert marked(page) == [k + 1 for k in range(*COMMENT)], "the mark moves along"
        page.locator(".tm-field").fill("<img src=x onerror=alert(1)>")
        when(page, "document.querySelectorAll('.tm-sheet span').length === 28")
        assert page.locator(".lt-w img").count() == 0
        assert spans(page, "span.textContent") == list("<img src=x onerror=alert(1)>")
        page.locator(".tm-field").fill("")
        when(page, "!document.querySelector('.tm-sheet span')")
        assert "no text yet" in now(page)
        page.get_by_role("button", name="Reset").click()
        when(page, f"document.querySelectorAll('.tm-sheet span').length === {len(TEXT)}")
        assert marked(page) == list(range(*COMMENT))
        assert seen.messages == []


def test_signs_that_the_model_lacks_are_shown_said_and_replaced(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text="é😀“x”")
    assert widget.reads() == 'e?"x"'
    with harness.shown(browser, tmp_path, widget) as seen:
        assert spans(seen.page, "span.textContent") == list("é😀“x”")
        assert spans(seen.page, "span.classList.contains('tm-unknown')") == [True, True, True, False, True]
        said = seen.page.locator(".tm-told").inner_text()
        assert said == 'The model has no sign for é (reads e), 😀 (reads ?), “ (reads "), ” (reads ").'
        assert now(seen.page).startswith("“””, character 5 of 5")


NASTY = "a" * 150 + "\n\n" + " " * 120 + "b\n" + "word and-more/words " * 12 + "\n"


def test_each_line_is_a_block_and_an_edit_leaves_the_blocks_of_the_others_alone(
    browser: Browser, tmp_path: Path
) -> None:
    lines = "[...document.querySelector('.tm-sheet').children]"
    texts = ("a\nbc\n\nd", "a\nbXc\n\nd", "a\nbX\nc\n\nd", "a\nd", "a\nd\n", "\na\nd\n", "", "\n\n", "ab\n\nc", "c")
    with harness.shown(browser, tmp_path, TextMicroscope(text=texts[0])) as seen:
        page = seen.page
        for text in texts:
            page.locator(".tm-field").fill(text)
            painted(page)
            shown = page.evaluate(f"{lines}.map((line) => line.textContent)")
            assert shown == re.split(r"(?<=\n)", text), text
        page.locator(".tm-field").fill(texts[0])
        painted(page)
        page.evaluate(f"window.before = {lines}")
        page.locator(".tm-field").fill(texts[2])
        painted(page)
        assert page.evaluate(f"{lines}.map((line) => window.before.indexOf(line))") == [0, 1, -1, 2, 3]


@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_field_and_sheet_break_their_lines_alike(size, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TextMicroscope(text=NASTY), size=size) as seen:
        page = seen.page
        for text in (NASTY, NASTY[:-1], NASTY[:150], "x", ""):
            page.locator(".tm-field").fill(text)
            painted(page)
            heights = page.evaluate(
                """() => {
                    const [field, sheet] = [".tm-field", ".tm-sheet"].map((name) => document.querySelector(name));
                    const own = field.cloneNode();
                    own.value = field.value;
                    own.style.cssText = "height:0;min-height:0;position:absolute;width:" + field.offsetWidth + "px";
                    field.parentElement.append(own);
                    const tall = own.scrollHeight;
                    own.remove();
                    return [tall, sheet.offsetHeight, field.offsetHeight];
                }"""
            )
            assert max(heights) - min(heights) <= 1, (text[:20], heights)


def test_a_held_gate_changes_the_guesses_beside_those_of_the_untouched(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope()
    untouched = widget.log_probabilities()[widget.caret - 1]
    assert widget.text[: widget.caret].endswith("sum(values")
    with harness.shown(browser, tmp_path, widget, at="#lt:microscope?held=f16-half") as seen:
        page = seen.page
        assert "“held” cannot be “f16-half”" in page.locator(".lt-w-status").inner_text()
        page.get_by_role("radio", name="Hold gates").check(force=True)
        page.get_by_role("group", name="Gate f of unit 16").get_by_role("radio", name="open").check(force=True)
        when(page, "document.querySelector('.tm-share b')")
        widget.held = [("f", 16, 1)]
        held = widget.log_probabilities()[widget.caret - 1]
        assert_colored(page, grounds(widget.values()[:, 16], "signed", round_limit(widget.values()[:, 16])))
        shown = page.locator(".tm-guess").evaluate_all("all => all.map((one) => one.ariaLabel)")
        held, untouched = (np.exp(p[lt.tasks.ALPHABET.index(")")]) for p in (held, untouched))
        assert held < 0.005
        assert f"Write ): < 1 %, untouched {number(100 * untouched, 0)} %" in shown
        assert shown[0].startswith("Write line break"), "as the second task tells"
        cost = np.nanmean(widget.surprise())
        widget.held = []
        told = page.locator(".tm-cost").inner_text()
        assert (
            told
            == f"The text costs {number(cost)} bits a character; untouched {number(np.nanmean(widget.surprise()))}."
        )
        field = page.get_by_role("textbox", name="Silent units")
        field.fill("3 40-42")
        when(page, "document.querySelector('.tm-hold').textContent.includes('4 units silent')")
        field.fill("99")
        when(page, "document.querySelector('.tm-hold').textContent.includes('Write units from 0 to 63')")
        page.get_by_role("button", name="Let all go").click()
        when(page, "!document.querySelector('.tm-share b')")
        assert field.input_value() == ""
        assert seen.messages == []


def test_the_network_writes_at_the_caret_what_the_package_writes(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text="x = sum(a", held=[("i", 3, 0)])
    written = widget.written()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.get_by_role("button", name="Write the 12 likeliest").click()
        when(page, f"document.querySelectorAll('.tm-sheet span').length === {9 + 12}")
        assert page.locator(".tm-field").input_value() == widget.text + written
        page.locator(".tm-guess").first.click()
        when(page, f"document.querySelectorAll('.tm-sheet span').length === {9 + 13}")
        assert page.locator(".tm-field").input_value() == widget.text + widget.written(13)


def test_a_long_text_scrolls_in_its_own_field_and_its_end_is_told(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text="a = 1\n" * 166)
    size = {"width": 1280, "height": 900}
    with harness.shown(browser, tmp_path, widget, size=size) as seen:
        page = seen.page
        assert page.locator(".lt-w").bounding_box()["height"] <= 700
        assert page.locator(".tm-ink").evaluate("(el) => el.scrollTop > 0"), "the caret at the end is in sight"
        assert page.get_by_role("radio", name="by mark").is_disabled()
        page.locator(".tm-field").focus()
        page.keyboard.press("ControlOrMeta+End")
        page.keyboard.type("abcd")
        when(page, "document.querySelector('.tm-told')")
        assert "1000 characters: the text is full" in page.locator(".tm-told").inner_text()


def test_what_is_typed_stands_there_before_it_is_read_and_the_page_reads_nothing(
    browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, TextMicroscope(text=TEXT, unit=46)) as seen:
        page = seen.page
        painted(page)
        before = shown_grounds(page)
        page.evaluate(
            """() => {
                window.mute = [];
                const { postMessage } = Worker.prototype;
                Worker.prototype.postMessage = function (message) { mute.push([this, message]); };
                window.listen = () => {
                    Worker.prototype.postMessage = postMessage;
                    for (const [worker, message] of mute) worker.postMessage(message);
                };
            }"""
        )
        page.locator(".tm-field").focus()
        page.keyboard.press("ControlOrMeta+Home")
        page.keyboard.type("y")
        page.wait_for_function("document.querySelector('.tm-ink').ariaBusy === 'true'")
        assert spans(page, "span.textContent") == list("y" + TEXT)
        assert shown_grounds(page) == [(), *before], "the letters keep their colors"
        assert f"of {len(TEXT)}: " in now(page), "values are told of the text that has been read"
        page.evaluate("listen()")
        when(page, f"document.querySelector('.tm-now').innerText.includes('of {len(TEXT) + 1}')")
        c = TextMicroscope(text="y" + TEXT).values("c")[:, 46]
        assert_colored(page, grounds(c, "signed", round_limit(c)))


@pytest.mark.parametrize(
    "traits",
    [{}, {"marked": [(22, 49)]}, {"held": [("f", 16, 1)]}, {"held": [("f", 16, 1)], "marked": [(22, 49)]},
     {"color": "gradient"}],
)  # fmt: skip
def test_the_whole_of_it_fits_one_screen(traits, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TextMicroscope(**traits), size={"width": 1280, "height": 900}) as seen:
        assert seen.page.locator(".lt-w").bounding_box()["height"] <= 700


def test_what_the_tasks_tell_is_so() -> None:
    closed = TextMicroscope()
    closed.text = closed.text[: closed.caret] + ")"
    before, behind = closed.values()[-2:, 16]
    assert 0 < behind < 0.6 * before
    scope = TextMicroscope(marked=[(22, 49)])
    assert np.abs(scope.scores().correlation).argmax() == 46
    c = scope.values()[:, 46]
    others = [found.span() for found in re.finditer("#.*", scope.text)][1:]
    assert all(c[start:end].mean() > c.mean() for start, end in others) and len(others) == 2


def test_samples_and_links_set_it(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope()
    links = (
        '<p><a href="#lt:microscope?text=@strings&amp;unit=7&amp;quantity=f&amp;marked=9-23_24-38&amp;caret=30">one</a>'
        " "
        '<a href="#lt:microscope?text=a%20%3C%20b&amp;marked=9-2">two</a></p>'
    )
    with harness.shown(browser, tmp_path, widget, before=links, at="#lt:microscope?unit=5") as seen:
        page = seen.page
        assert "unit 5," in page.locator(".tm-head").inner_text()
        page.get_by_role("link", name="one").click()
        when(page, "document.querySelector('.tm-field').value.startsWith('names = ')")
        assert "unit 7, f, forget gate" in page.locator(".tm-head").inner_text()
        assert marked(page) == [*range(9, 23), *range(24, 38)]
        assert "character 30 of" in now(page)
        page.get_by_role("link", name="two").click()
        when(page, "document.querySelector('.tm-field').value === 'a < b'")
        assert marked(page) == []
        page.get_by_role("combobox", name="Read").select_option("unseen source, tomllib")
        when(page, "document.querySelector('.tm-field').value.startsWith('def loads')")
        assert now(page).startswith("line break, character")
        assert seen.messages == []


def test_a_model_of_two_layers_has_a_choice_of_layer(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(model("RNN", num_layers=2), text="x = 1", unit=1)
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        for layer in (0, 1):
            page.get_by_role("combobox", name="Layer").select_option(str(layer))
            shown = number(widget.trace().at(layer=layer)["h"][-1, 0, 1])
            when(page, f"document.querySelector('.tm-now').textContent.endsWith('h = {shown}')")


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = TextMicroscope(text=TEXT, marked=[COMMENT])
    with harness.shown(browser, tmp_path, widget) as seen:
        use = """(el) => {
            const field = el.querySelector('textarea');
            field.focus();
            field.value = 'other';
            field.dispatchEvent(new Event('input', { bubbles: true }));
        }"""
        assert harness.left_behind(seen.page, widget, use) == {}


def test_what_the_lab_page_tells_is_so() -> None:
    scope = TextMicroscope()
    text = scope.text
    costs = scope.surprise()
    words = [found.start() for found in re.finditer("values", text)]
    assert len(words) == 7
    spelled = np.array([costs[start : start + 6] for start in words])
    assert (number(spelled[:, 0].min(), 1), number(spelled[:, 0].max(), 1)) == ("5.8", "7.9")
    assert spelled[:, 1:5].max() < 0.5 < 2 < spelled[:, 5].min()
    assert (text[22:49], text[100:127]) == ("# The middle of all values.", "alues):\n    center = mean(v")
    told = {  # quantity, mark: the best unit, its correlation; at how many other places some unit is as close
        ("c", (22, 49)): (46, 0.65, 0), ("f", (22, 49)): (46, 0.27, 24), ("c", (100, 127)): (36, -0.37, 133),
    }  # fmt: skip
    for (quantity, mark), (unit, r, as_good) in told.items():
        scores = TextMicroscope(quantity=quantity, marked=[mark]).scores()
        assert np.abs(scores.correlation).argmax() == unit
        assert scores.correlation[unit] == pytest.approx(r, abs=0.005)
        assert (scores.best_as_good, scores.shifts) == (as_good, 239)
    samples = scope._samples
    comments = [found.span() for found in re.finditer("#.*", samples["unseen-1"])]
    assert comments == [(77, 89), (131, 190), (195, 239), (405, 436), (441, 484)]
    scores = TextMicroscope(text=samples["unseen-1"], marked=comments).scores()
    assert (np.abs(scores.correlation).argmax(), scores.best_as_good, scores.shifts) == (46, 0, 384)
    assert scores.correlation[46] == pytest.approx(0.59, abs=0.005)
    prose = TextMicroscope(text=samples["unseen-2"], marked=[(48, 506)])
    assert (samples["unseen-2"].index('"""'), len(samples["unseen-2"]), prose.scores().shifts) == (48, 506, 0)
    assert prose.values()[48:, 46].mean() > 5 * prose.values()[:48, 46].mean()
    assert text[:120].endswith("center =")
    sizes = scope.gradient_sizes(120)
    assert (sizes >= 0.1).tolist() == [False] * 108 + [True] * 12
    assert np.flatnonzero(sizes >= 1e-5)[0] == 120 - 55
    assert [found.span() for found in re.finditer("(?m)^ +", text)] == [
        (18, 22), (50, 54), (108, 112), (151, 155), (201, 205),
    ]  # fmt: skip


def test_on_fresh_text_the_unit_holds_where_comments_are_prose() -> None:
    source = lt.tasks.python_source("test")
    place, beyond = [], []
    for start in (2000, 8000, 20000, 30000, 40000):
        piece = source[start : start + 1000]
        scores = TextMicroscope(text=piece, marked=[found.span() for found in re.finditer("#.*", piece)]).scores()
        place.append(1 + (scores.correlation > scores.correlation[46]).sum())
        beyond.append(scores.correlation[46] > scores.chance)
    assert place == [1, 9, 1, 1, 11]
    assert beyond == [True, False, True, True, False]
    assert re.findall("#.*", source[8000:9000]) == ['#":', '# Skip "["']
    assert 500 < source[40000:41000].index('"""') < 700, "the docstring ends there"
