"""The living cell of the first page: its values, its controls, its stillness, and both hosts."""

from __future__ import annotations

from pathlib import Path

import harness
import numpy as np
import pytest
from looking import new_context
from playwright.sync_api import Browser, Page

import lstm_tutor as lt
from lstm_tutor.widgets import Welcome

READ = """async ({ alphabet, line, arrays }) => {
    const { unpack } = await load("js/kit/arrays.js");
    const { modelOf, readText } = await load("welcome/reading.js");
    const view = { array: (name) => {
        const { dtype, shape, bytes } = arrays[name];
        return unpack({ dtype, shape, data: new DataView(Uint8Array.from(bytes).buffer) });
    } };
    const reading = readText(modelOf(view), line, alphabet);
    const last = reading.steps - 1;
    const series = {};
    for (const name of ["i", "f", "g", "o", "c", "h"]) {
        series[name] = Array.from({ length: reading.H }, (_, unit) => reading.series(name, unit));
    }
    return { series, guesses: reading.guesses(last, 96), before: reading.values(3, last) };
}"""


def random_model(hidden: int, dtype: str) -> lt.SequenceModel:
    rng = np.random.default_rng(4)
    model = lt.SequenceModel(lt.LSTM(96, hidden, dtype=dtype, rng=rng), 96, rng=rng)
    model.load_parameters({name: rng.normal(0, 0.7, a.shape) for name, a in model.parameters().items()})
    return model


@pytest.mark.parametrize("model", [None, random_model(5, "float64"), random_model(5, "float32")])
def test_the_page_computes_what_the_package_computes(model: lt.SequenceModel | None, engine) -> None:
    widget = Welcome(model, text="for k in range(9): # ~{}\n    x")
    names = ("weight_ih", "weight_hh", "bias", "readout_weight", "readout_bias")
    arrays = {}
    for name in names:
        a = getattr(widget, name)
        arrays[name] = {"dtype": a.dtype.str, "shape": list(a.shape), "bytes": list(a.tobytes())}
    read = engine(READ, alphabet=lt.tasks.ALPHABET, line=widget.text, arrays=arrays)
    trace, guesses = widget.trace(), widget.guesses()
    for name in trace.names:
        np.testing.assert_allclose(np.array(read["series"][name]).T, trace[name][:, 0], rtol=0, atol=1e-9)
    for guess in read["guesses"]:
        assert guess["share"] == pytest.approx(guesses[-1][lt.tasks.ALPHABET.index(guess["character"])], abs=1e-9)
    assert read["before"]["c_prev"] == pytest.approx(trace["c"][-2, 0, 3], abs=1e-9)
    assert read["before"]["h_prev"] == pytest.approx(trace["h"][-2, 0, 3], abs=1e-9)


def test_the_kept_model_is_sent_in_half_precision_and_loses_nothing() -> None:
    widget, model = Welcome(), lt.experiments.model("charlm-lstm-small")
    assert widget.weight_hh.dtype == np.float16
    np.testing.assert_array_equal(widget.weight_ih, model.parameters()["layer.weight_ih_l0"])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "text", ""), "expected text to be a str of 1 to 120 characters, got ''"),
        (lambda w: setattr(w, "text", "é"), r"unknown: \['é'\]"),
        (lambda w: setattr(w, "unit", 64), "expected unit to be an int from 0 to 63, got 64"),
        (lambda w: setattr(w, "unit", 1.5), "expected unit to be an int from 0 to 63, got 1.5"),
        (lambda w: setattr(w, "step", -1), "expected step to be an int from 0 to 119, got -1"),
        (lambda w: setattr(w, "bias", [np.nan]), "expected bias to be a finite array"),
        (lambda w: setattr(w, "weight_ih", [1.0]), r"not of shape \(1,\)"),
        (lambda w: Welcome(line="x"), r"expected keywords of .*'text', 'unit'.*, got \['line'\]"),
        (lambda w: Welcome(lt.SequenceModel(lt.GRU(96, 3, rng=0), 96, rng=0)), "expected a SequenceModel of a one-"),
        (lambda w: Welcome(lt.SequenceModel(lt.LSTM(9, 3, rng=0), 9, rng=0)), "expected a SequenceModel of a one-"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = Welcome(text="abc", unit=3)
    with pytest.raises(ValueError, match=told):
        change(widget)
    assert (widget.text, widget.unit, widget.step, widget.bias.shape) == ("abc", 3, 0, (256,))


def test_the_still_picture_shows_the_values_and_says_what_it_shows() -> None:
    widget = Welcome(text="sum(x)", unit=16)
    html = widget.figure()._repr_html_()
    trace = widget.trace()
    for name in "ifgoch":
        assert lt.palette.number(trace[name][-1, 0, 16]) in html
    assert "Unit 16 of a trained LSTM after reading &#x27;sum(x)&#x27;: cell state" in html
    data, _ = widget._repr_mimebundle_()
    assert f'data-still-of="{widget.model_id}"' in data["text/html"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(), Welcome(name="second"), size=size, theme=theme) as seen:
        assert seen.page.locator(".lt-w-welcome").count() == 2
        assert seen.page.locator("[data-still-of]").count() == 0, "the live view takes the still picture's place"
        assert seen.page.locator(".lt-w").first.get_attribute("data-lt-theme") == theme
        assert harness.violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = seen.page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def said(page: Page) -> str:
    return page.locator(".wc-said").inner_text()


def test_keys_step_through_the_line_and_choose_a_cell(browser: Browser, tmp_path: Path) -> None:
    widget = Welcome(text="sum(x)", unit=2)
    c = widget.trace()["c"][:, 0]
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        assert f"now holds {lt.palette.number(c[0, 2])}" in said(page), "reduced motion: it does not play by itself"
        page.get_by_role("slider", name="character").focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(key)
        page.wait_for_function("document.querySelector('.wc-said b').textContent === 'm'")
        assert f"now holds {lt.palette.number(c[2, 2])}" in said(page)
        assert page.locator("text[data-value=c]").text_content() == lt.palette.number(c[2, 2])
        page.get_by_role("group", name="Gates and states").focus()
        page.keyboard.press("End")
        page.wait_for_function("document.querySelector('.wc-said b').textContent === ')'")
        assert "step 6 ())" in page.locator(".lt-w [aria-live]").inner_text()
        page.get_by_role("radio", name="cell 2,").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.wc-said').textContent.includes('cell 3')")
        assert f"now holds {lt.palette.number(c[5, 3])}" in said(page)


def test_a_key_back_to_the_step_last_painted_counts(browser: Browser, tmp_path: Path) -> None:
    """Keys may come faster than paints: forward and back again is where it began, and not one step on."""
    with harness.shown(browser, tmp_path, Welcome(text="sum(x)", unit=2, step=1)) as seen:
        seen.page.get_by_role("slider", name="character").evaluate(
            "(slider) => ['2', '1'].forEach((value) => { slider.value = value;"
            " slider.dispatchEvent(new Event('input', { bubbles: true })); })"
        )
        harness.painted(seen.page)
        assert seen.page.locator(".wc-said b").first.text_content() == "u"
        assert seen.page.locator(".lt-timebar .lt-value").inner_text() == "2 / 6"


def test_typed_text_is_read_is_never_markup_and_strange_signs_are_explained(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome()) as seen:
        page = seen.page
        field = page.get_by_role("textbox")
        field.fill("<img src=x onerror=alert(1)>é")
        page.wait_for_function("document.querySelector('.lt-hint')")
        assert page.locator(".lt-w img").count() == 0
        assert page.locator(".lt-hint").inner_text() == "The model does not know é; it reads on without."
        assert page.locator(".lt-timebar .lt-value").inner_text() == "28 / 28"
        field.fill("")
        harness.painted(page)
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('input[type=text]').value.startsWith('def mean')")
        assert seen.messages == []


def test_it_plays_and_pauses_when_asked(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome()) as seen:
        seen.page.get_by_role("button", name="play").click()
        seen.page.wait_for_function("parseInt(document.querySelector('.lt-timebar .lt-value').textContent) > 3")
        seen.page.get_by_role("button", name="pause").click()
        harness.painted(seen.page)
        stopped = seen.page.locator(".lt-timebar .lt-value").inner_text()
        seen.page.wait_for_timeout(500)
        assert seen.page.locator(".lt-timebar .lt-value").inner_text() == stopped


def test_links_set_it_from_the_prose_and_from_the_address(browser: Browser, tmp_path: Path) -> None:
    link = '<p><a href="#lt:welcome?text=a%20%3C%20b&amp;unit=7">less</a> <a href="#lt:welcome?unit=99">bad</a></p>'
    with harness.shown(browser, tmp_path, Welcome(), before=link, at="#lt:welcome?unit=5") as seen:
        page = seen.page
        assert "cell 5 " in said(page)
        page.get_by_role("link", name="less").click()
        page.wait_for_function("document.querySelector('.wc-said').textContent.includes('cell 7')")
        assert page.get_by_role("textbox").input_value() == "a < b"
        page.get_by_role("link", name="bad").click()
        page.wait_for_function("document.querySelector('.wc-said').textContent.includes('cell 16')")
        assert seen.messages == []


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = Welcome()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = "(el) => el.querySelector('[aria-label=play]').click()"
        assert harness.left_behind(seen.page, widget, use) == {}


def test_without_scripts_the_still_picture_stands(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(harness.page_of((Welcome(),)), encoding="utf-8")
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator(".lt-still svg").first.is_visible()
    context.close()
