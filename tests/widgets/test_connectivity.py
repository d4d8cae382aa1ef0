"""Connectivity: gradients and products are the package's and the definition's, and controls do what they say."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pytest
from looking import new_context
from playwright.sync_api import Browser, Page

import lstm_tutor as lt
from lstm_tutor.activations import log_softmax
from lstm_tutor.analysis.connectivity import forget_product, letter_gradients
from lstm_tutor.widgets import Connectivity
from lstm_tutor.widgets.connectivity import KINDS, SEEDS

SIZE = len(lt.tasks.ALPHABET)
CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-30}  # sizes reach from 20 down to 1e-10: what counts is their ratio
TEXT = "for k in range(9): # ~{}\n    x"
READY = "document.querySelector('.lt-w-connectivity .cn-guesses dd')?.textContent.includes('%')"

PICTURES = """() => {
    const drawn = (selector) => document.querySelector(`.lt-w-connectivity ${selector}`);
    return [drawn("canvas").toDataURL(), drawn(".lt-plot svg").innerHTML];
}"""

MEASURE = """async ({ described, weights, codes, place }) => {
    const { modelsOf, read, measure, resultsOf, curvesOf } = await load("connectivity/measure.js");
    const runs = modelsOf(described, weights).map((model) => measure(model, read(model, codes), codes, place));
    const shown = Object.fromEntries([["median", "mean"], ["1", "7"]].map(([seed, gate]) =>
        [seed, curvesOf(resultsOf(runs, gate, 32), seed)]));
    return { runs: runs.map(({ kind, code, probability, sizes }) => ({ kind, code, probability, sizes })), shown };
}"""


@pytest.mark.parametrize("place", [0, 1, 13, len(TEXT) - 1])
def test_the_page_measures_what_the_package_measures(place: int, engine) -> None:
    lab = Connectivity(text=TEXT, place=place)
    measured = engine(MEASURE, described=lab._networks, weights=lab._weights.astype(float),
                      codes=lt.tasks.encode(TEXT).tolist(), place=place)  # fmt: skip
    runs = measured["runs"]
    for kind in KINDS:
        own = [run for run in runs if run["kind"] == kind]
        np.testing.assert_allclose([run["sizes"] for run in own], lab.curves(kind), **CLOSE)
        for run, (letter, probability) in zip(own, lab.guesses(kind), strict=True):
            assert lt.tasks.ALPHABET[run["code"]] == letter
            assert run["probability"] == pytest.approx(probability, abs=1e-12)
    for seed, gate in (("median", "mean"), ("1", "7")):
        lab.seed, lab.gate = seed, gate
        shown = measured["shown"][seed]
        for kind in KINDS:
            np.testing.assert_allclose(shown[kind]["shown"], lab.sizes(kind), **CLOSE)
        np.testing.assert_allclose(shown["product"]["shown"], lab.products(), **CLOSE)


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_are_those_of_difference_quotients(kind: str) -> None:
    rng = np.random.default_rng(5)
    model = lt.SequenceModel(getattr(lt, kind)(6, 4, rng=rng), 6, rng=rng)
    model.load_parameters({name: rng.normal(0, 0.7, a.shape) for name, a in model.parameters().items()})
    codes, guesses = rng.integers(0, 6, (7, 2)), np.array([3, 5])
    x = lt.tasks.one_hot(codes, 6)

    def value(x):
        return log_softmax(model.forward(x)[0][-1])[np.arange(2), guesses]

    slopes = np.zeros((7, 2, 6))
    for s in range(7):
        for j in range(6):
            step = np.zeros_like(x)
            step[s, :, j] = 1e-5
            slopes[s, :, j] = (value(x + step) - value(x - step)) / 2e-5
    np.testing.assert_allclose(letter_gradients(model, codes, guesses), np.linalg.norm(slopes, axis=2), atol=1e-8)


def test_the_product_of_forget_gates_begins_behind_the_letter() -> None:
    trace = lt.LSTM(3, 2, rng=0).forward(np.random.default_rng(1).normal(size=(5, 1, 3)))
    f = trace["f"][:, 0]
    wanted = np.array([[np.prod(f[s + 1 :, j]) for j in range(2)] for s in range(5)])
    np.testing.assert_allclose(forget_product(trace, 1)[:, 0], wanted[:, 1], rtol=1e-14)
    np.testing.assert_allclose(forget_product(trace)[:, 0], wanted.mean(axis=1), rtol=1e-14)
    assert forget_product(trace)[-1] == 1


def test_the_models_are_the_stored_ones_and_the_state_is_small_enough_for_a_page() -> None:
    lab = Connectivity()
    stored = [lt.experiments.model(f"connectivity-{kind.lower()}-{seed}") for kind in KINDS for seed in SEEDS]
    assert lab._weights.dtype == np.float16
    np.testing.assert_array_equal(
        lab._weights, np.concatenate([a.ravel() for model in stored for a in model.parameters().values()])
    )
    everything = gzip.compress(harness.page_of((lab,)).encode(), 9)
    code = gzip.compress(lab._esm.encode() + lab._css.encode(), 9)
    assert len(everything) - len(code) < 250_000


def test_the_default_shows_a_guess_that_gates_carry_back_to_the_start_of_the_line() -> None:
    lab = Connectivity()
    assert lab.text[: lab.place + 1].endswith("values")
    first = {kind: lab.curves(kind)[:, 0] for kind in KINDS}
    assert first["RNN"].max() < 0.01 < 0.1 < min(first["LSTM"].min(), first["GRU"].min())


@pytest.mark.parametrize("seed", ["median", *SEEDS])
def test_what_the_first_task_shows_is_so(seed: str) -> None:
    lab = Connectivity(seed=seed)
    before = {kind: lab.sizes(kind) for kind in KINDS}
    lab.place = 32
    assert lab.text[32] == ","
    for kind in KINDS:
        assert (lab.sizes(kind)[:21] < before[kind][:21]).mean() > 0.9
        assert min(probability for letter, probability in lab.guesses(kind) if letter == " ") > 0.8


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lab: setattr(lab, "text", "a"), "expected text to be a str of 2 to 300 characters, got 'a'"),
        (lambda lab: setattr(lab, "text", "né"), r"unknown: \['é'\]"),
        (lambda lab: setattr(lab, "place", -1), "expected place to be an int from 0 to 299, got -1"),
        (lambda lab: setattr(lab, "seed", "3"), r"expected seed to be one of \['median', '0', '1', '2'\], got '3'"),
        (lambda lab: setattr(lab, "gate", "32"), "expected gate to be one of"),
        (lambda lab: lab.sizes("LSTM", seed="9"), "expected seed to be one of"),
        (lambda lab: lab.sizes("CNN"), r"expected kind to be one of \['RNN', 'LSTM', 'GRU'\], got 'CNN'"),
        (lambda lab: Connectivity(line="x"), r"expected keywords of .*'place'.*, got \['line'\]"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    lab = Connectivity(text="abc", place=1)
    with pytest.raises(ValueError, match=told):
        change(lab)
    assert (lab.text, lab.place, lab.seed, lab.gate) == ("abc", 1, "median", "mean")


def test_the_still_picture_says_what_it_shows() -> None:
    lab = Connectivity(text="import sys", place=5)
    data, _ = lab._repr_mimebundle_()
    assert f'data-still-of="{lab.model_id}"' in data["text/html"]
    assert "<svg" in data["text/html"]
    median = np.median(lab.curves("LSTM")[:, 0])
    assert (
        f"Medians 5 letters back: RNN {np.median(lab.curves('RNN')[:, 0]):.1e}, LSTM {median:.1e}" in data["text/html"]
    )


# -- in the page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Connectivity(), Connectivity(name="second"), size=size, theme=theme) as seen:
        page = seen.page
        page.wait_for_function(READY)
        assert page.locator("[data-still-of]").count() == 0, "the live view takes the still picture's place"
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input, select, textarea)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_it_fits_the_screen_and_on_a_narrow_phone_the_page_does_not_scroll_sideways(
    browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, Connectivity(), size={"width": 1280, "height": 900}) as seen:
        seen.page.wait_for_function(READY)
        assert seen.page.locator(".lt-w").evaluate("(el) => el.getBoundingClientRect().height") <= 700
    with harness.shown(browser, tmp_path, Connectivity(), size={"width": 320, "height": 640}) as seen:
        seen.page.wait_for_function(READY)
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def tip(page: Page) -> str:
    return page.locator(".lt-w-connectivity .lt-tip").text_content() or ""


def test_keys_point_at_letters_and_say_the_size(browser: Browser, tmp_path: Path) -> None:
    lab = Connectivity(text="sum(x) + y", place=6)
    with harness.shown(browser, tmp_path, lab) as seen:
        page = seen.page
        page.wait_for_function(READY)
        page.locator(".lt-w-connectivity .lt-heat-frame").focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("document.querySelector('.lt-w input[type=range]').value === '5'")
        page.keyboard.press("ArrowDown")
        page.wait_for_function("document.querySelector('.lt-w [aria-live]').textContent.startsWith('LSTM, gradient')")
        lab.place = 5
        page.wait_for_function("document.querySelector('.cn-guesses').dataset.place === '5'")
        percents = page.locator(".cn-guesses dd").all_inner_texts()
        wanted = [np.median([p for _, p in lab.guesses(kind)]) for kind in KINDS]
        assert percents == [f"{lt.palette.number(100 * p, 0)} %" for p in wanted]


def test_a_press_pins_the_place_and_another_lets_it_go(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Connectivity(text="sum(x) + y", place=9)) as seen:
        page = seen.page
        page.wait_for_function(READY)
        box = page.locator(".lt-w-connectivity canvas").bounding_box()
        assert box

        def at(letter: int) -> tuple[float, float]:
            return box["x"] + (letter + 0.5) * box["width"] / 10, box["y"] + 45

        place = "document.querySelector('.lt-w input[type=range]').value"
        page.mouse.move(*at(4))
        page.wait_for_function(f"{place} === '4'")
        page.mouse.down()
        page.mouse.up()
        page.wait_for_function("document.querySelector('.lt-w-body').textContent.includes('Pinned')")
        page.mouse.move(*at(1))
        harness.painted(page)
        assert page.evaluate(place) == "4"
        while "3 back" not in tip(page):  # the worker may still be at the pinned place
            page.wait_for_timeout(50)
            page.mouse.move(*at(2))
            page.mouse.move(*at(1))
        assert "LSTM, gradient, letter 2 (u)" in tip(page) and page.evaluate(place) == "4"
        page.mouse.move(*at(4))
        page.mouse.down()
        page.mouse.up()
        page.mouse.move(*at(2))
        page.wait_for_function(f"{place} === '2'")


def test_typed_text_is_read_is_never_markup_and_strange_signs_are_explained(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Connectivity()) as seen:
        page = seen.page
        page.wait_for_function(READY)
        field = page.get_by_role("textbox")
        field.fill("<img src=x onerror=alert(1)>é")
        page.wait_for_function("document.querySelector('.lt-w-body').textContent.includes('do not know é')")
        assert page.locator(".lt-w img").count() == 0
        page.wait_for_function("document.querySelector('.lt-w input[type=range]').value === '27'")
        field.fill("a")
        page.wait_for_function("document.querySelector('.lt-w-body').textContent.includes('two letters or more')")
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('textarea').value.includes('Return the mean')")
        assert seen.messages == []


def test_links_set_it_from_the_prose_and_from_the_address(browser: Browser, tmp_path: Path) -> None:
    link = '<p><a href="#lt:connectivity?text=a%20%3C%20b&amp;place=2&amp;seed=2">less</a></p>'
    with harness.shown(browser, tmp_path, Connectivity(), before=link, at="#lt:connectivity?place=5&gate=3") as seen:
        page = seen.page
        page.wait_for_function("document.querySelector('.lt-w input[type=range]').value === '5'")
        assert page.locator(".lt-w select").input_value() == "unit 3"
        page.get_by_role("link", name="less").click()
        page.wait_for_function("document.querySelector('.lt-w textarea').value === 'a < b'")
        page.wait_for_function("document.querySelector('.cn-guesses').dataset.place === '2'")
        assert page.get_by_role("radio", name="seed 2").is_checked()
        assert seen.messages == []


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    lab = Connectivity()
    with harness.shown(browser, tmp_path, lab) as seen:
        use = "(el) => el.querySelector('input[type=range]').dispatchEvent(new Event('input', { bubbles: true }))"
        assert harness.left_behind(seen.page, lab, use) == {}


def test_without_scripts_the_still_picture_stands(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(harness.page_of((Connectivity(),)), encoding="utf-8")
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator(".lt-still svg").first.is_visible()
    context.close()


def test_while_one_types_the_pictures_stay_until_the_new_text_is_measured(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Connectivity(text=TEXT)) as seen:
        page = seen.page
        page.wait_for_function(READY)
        before = page.evaluate(PICTURES)
        page.evaluate("Worker.prototype.postMessage = (question) => { window.asked = question; }")  # it never answers
        page.get_by_label("Text that the networks read").press_sequentially("a")
        page.wait_for_function("window.asked && document.querySelector('.cn-guesses').dataset.place === '-1'")
        assert page.evaluate(PICTURES) == before
