"""The writer: what it writes and offers is what the package writes, its controls, and both hosts."""

from __future__ import annotations

import re
from pathlib import Path

import harness
import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Page, expect

import lstm_tutor as lt
from lstm_tutor import sampling
from lstm_tutor.widgets import Writer

RULES = [{}, {"temperature": 0}, {"temperature": 0.05}, {"temperature": 2.0}, {"top_k": 1}, {"top_k": 3},
         {"top_p": 0.4}, {"top_p": 0.95}, {"temperature": 0.7, "top_k": 6, "top_p": 0.8}]  # fmt: skip
SAMPLE = """async ({ scores, us, rule }) => {
    const { choice, probabilities } = await load("js/engine/sampling.js");
    return scores.map((row) => {
        const p = probabilities(Float64Array.from(row), rule);
        return { p, codes: Array.from(us, (u) => choice(p, u)) };
    });
}"""
WRITE = """async ({ described, weights, codes, controls, seed, from, count }) => {
    const { modelOf } = await load("microscope/reading.js");
    const hand = await load("writer/hand.js");
    const { reading, write } = hand.handOf(modelOf(described, weights), 500);
    const dice = hand.diceOf(seed, 300).subarray(from), rule = hand.ruleOf(controls);
    const text = write(codes, count, rule, dice);
    reading.read(codes);
    const gates = Object.fromEntries(["i", "f", "o", "c", "h"].map((name) => [name, reading.values(name, 0).slice()]));
    return { text, gates, next: hand.candidates(reading.after(codes.length).slice(), rule) };
}"""


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_the_page_draws_as_the_package_does(rule: dict, engine, rng) -> None:
    scores, us = 2 * rng.standard_normal((6, 20)), np.append(rng.random(40), [0.0, 1 - 1e-16])
    scores[0, :4] = 3.0  # of equals the first are kept
    in_page = {{"temperature": "temperature", "top_k": "topK", "top_p": "topP"}[name]: v for name, v in rule.items()}
    answers = engine(SAMPLE, scores=scores.tolist(), us=us, rule=in_page)
    p = sampling.probabilities(scores, **rule)
    np.testing.assert_allclose([answer["p"] for answer in answers], p, rtol=0, atol=1e-9)
    expected = [[int(sampling.choice(row, u)) for u in us] for row in p]
    assert [answer["codes"] for answer in answers] == expected


CONTROLS = [{}, {"temperature": 0.0}, {"temperature": 1.3, "seed": 7}, {"rule": "top-k", "k": 4, "seed": 3},
            {"rule": "top-p", "p": 0.7, "temperature": 1.0}, {"place": 12}]  # fmt: skip


@pytest.mark.parametrize("traits", CONTROLS, ids=str)
def test_the_page_writes_and_offers_what_the_package_does(traits: dict, engine) -> None:
    writer = Writer(start="def mean(valuæs):\n    return ", **traits)
    text = writer.text()
    answer = engine(
        WRITE, described=writer._model, weights=writer._weights.astype(float), codes=lt.tasks.encode(text).tolist(),
        controls={name: getattr(writer, name) for name in ("temperature", "rule", "k", "p")}, seed=writer.seed,
        **{"from": len(text) - len(writer.start)}, count=40,
    )  # fmt: skip
    assert lt.tasks.decode(answer["text"]) == text + writer.writes(40)
    trace, candidates = writer.trace(), writer.candidates()
    for name, values in answer["gates"].items():
        np.testing.assert_allclose(values, trace[name].ravel(), rtol=0, atol=1e-9, err_msg=name)
    letters, shares, drawn = zip(*candidates, strict=True)
    assert [lt.tasks.ALPHABET[each["code"]] for each in answer["next"]] == list(letters)
    np.testing.assert_allclose([each["share"] for each in answer["next"]], shares, rtol=0, atol=1e-9)
    np.testing.assert_allclose([each["drawn"] for each in answer["next"]], drawn, rtol=0, atol=1e-9)


def test_pytorch_expects_the_same_letters() -> None:
    writer = Writer(temperature=0.6, written="x = [")
    model = writer.model()
    lstm, readout = model.layer.to_torch(), model.readout
    x = torch.from_numpy(lt.tasks.one_hot(lt.tasks.encode(writer.text())[:, None], 96))
    scores = lstm(x)[0][-1, 0] @ torch.from_numpy(readout.weight).T + torch.from_numpy(readout.bias)
    expected = torch.softmax(scores / 0.6, 0).detach().numpy()
    drawn = {letter: share for letter, _, share in writer.candidates()}
    np.testing.assert_allclose([drawn[letter] for letter in lt.tasks.ALPHABET], expected, rtol=0, atol=1e-9)


def test_the_same_dice_write_the_same_and_a_text_goes_on_where_it_stopped() -> None:
    whole = Writer(written="").writes(30)
    assert Writer(written=whole[:11]).writes(19) == whole[11:]
    assert Writer(written=whole, place=11).writes(19) == whole[11:]
    assert Writer(written="", seed=2).writes(30) != whole
    assert Writer().written == Writer(written="").writes(60)


@pytest.mark.parametrize(("make", "message"), [
    (lambda: Writer(temperature=2.5), "expected temperature to be a finite number from 0.0 to 2.0, got 2.5"),
    (lambda: Writer(rule="beam"), "expected rule to be one of"),
    (lambda: Writer(k=0), "expected k to be an int from 1 to 96, got 0"),
    (lambda: Writer(p=0.0), "expected p to be a finite number from 0.05 to 1.0, got 0.0"),
    (lambda: Writer(written="é"), "expected written to be a str of known characters; unknown: ['é']"),
    (lambda: Writer(start="a" * 201), "expected start to be a str of 0 to 200 characters"),
    (lambda: Writer(start="", written="").candidates(), "expected a start of at least one character, got none"),
    (lambda: Writer(lt.experiments.model("charlm-gru-small")), "expected a SequenceModel of a one-layer LSTM with 96"),
])  # fmt: skip
def test_what_cannot_be_is_named(make, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        make()


LOOKS = [(size, theme) for size in (harness.WIDE, harness.PHONE) for theme in ("light", "dark")]

# -- in the page -------------------------------------------------------------------------------------------------------


def text_of(page: Page) -> str:
    harness.painted(page)
    return page.locator(".wr-paper").inner_text().replace("↵", "")


def written(page: Page) -> str:
    harness.painted(page)
    return "".join(page.locator(".wr-letter").all_text_contents()).replace("↵", "")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    harness.painted(page)


def test_steps_write_the_letters_of_the_package(browser: Browser, tmp_path: Path) -> None:
    writer = Writer()
    with harness.shown(browser, tmp_path, writer) as seen:
        assert written(seen.page) == writer.written
        for _ in range(3):
            press(seen.page, "one step on")
        assert written(seen.page) == writer.written + writer.writes(3)
        press(seen.page, "Start over")
        assert written(seen.page) == ""
        for _ in range(4):
            press(seen.page, "one step on")
        assert written(seen.page) == writer.written[:4]


def test_play_writes_until_it_is_paused(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Writer(written="")) as seen:
        press(seen.page, "play")
        seen.page.wait_for_function("document.querySelectorAll('.wr-letter').length >= 3")
        press(seen.page, "pause")
        letters = written(seen.page)
        assert letters == Writer(written="").writes(len(letters)) and len(letters) >= 3
        harness.painted(seen.page)
        assert written(seen.page) == letters


def test_a_letter_is_taken_back_and_another_chosen(browser: Browser, tmp_path: Path) -> None:
    writer = Writer()
    with harness.shown(browser, tmp_path, writer) as seen:
        page = seen.page
        press(page, "Take the letter before the pen back")
        assert written(page) == writer.written[:-1]
        page.locator(".wr-letter").nth(5).click()
        assert "written here" in page.locator(".wr-came").get_attribute("aria-label")
        here = Writer(written=writer.written, place=5)
        letters = [letter for letter, *_ in here.candidates()[:10]]
        other = next(k for k, letter in enumerate(letters) if letter != writer.written[5])
        page.locator(".wr-choice").nth(other).click()
        assert written(page) == writer.written[:5] + letters[other]
        press(page, "one step on")
        expected = Writer(written=writer.written[:5] + letters[other])
        assert written(page) == expected.written + expected.writes(1)


def test_the_rule_decides_what_can_come_and_the_text_stays(browser: Browser, tmp_path: Path) -> None:
    writer = Writer()
    with harness.shown(browser, tmp_path, writer) as seen:
        page = seen.page
        page.get_by_role("radio", name="top-k").check()
        slider = page.get_by_role("slider", name="k, letters kept")
        slider.fill("3")
        harness.painted(page)
        assert page.locator(".wr-cut").count() == 7
        page.get_by_role("slider", name="temperature T").fill("0")
        harness.painted(page)
        assert page.locator(".wr-cut").count() == 9 and written(page) == writer.written


def test_an_empty_start_and_strange_letters_get_a_word(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Writer()) as seen:
        page = seen.page
        field = page.get_by_label("It reads first")
        tall = page.locator(".lt-w").bounding_box()["height"]
        field.fill("")
        expect(page.get_by_text("Type at least one letter")).to_be_visible()
        assert page.locator(".wr-choice").count() == 0
        assert page.get_by_role("button", name="play").is_disabled()
        assert abs(page.locator(".lt-w").bounding_box()["height"] - tall) < 8, "the page below stays where it is"
        field.fill("naïve → x")
        expect(page.get_by_text("The network has no sign for ï (reads i), → (reads ?).")).to_be_visible()
        press(page, "one step on")
        assert written(page) == Writer(start="naïve → x", written="").writes(1)


def test_typed_text_is_never_markup(browser: Browser, tmp_path: Path) -> None:
    hostile = "<img src=x onerror=alert(1)><script>x</script>"
    with harness.shown(browser, tmp_path, Writer()) as seen:
        seen.page.get_by_label("It reads first").fill(hostile)
        assert text_of(seen.page).startswith(hostile)
        assert seen.page.locator(".wr-paper :is(img, script)").count() == 0
        press(seen.page, "one step on")
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_full_paper_says_so_and_letters_can_be_taken_back(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Writer(written="x" * 300)) as seen:
        expect(seen.page.get_by_text("The paper is full")).to_be_visible()
        assert seen.page.locator(".lt-w").bounding_box()["height"] <= 700
        assert seen.page.get_by_role("button", name="one step on").is_disabled()
        assert seen.page.locator(".wr-choice").first.is_disabled()
        press(seen.page, "Take the letter before the pen back")
        press(seen.page, "one step on")
        assert written(seen.page)[:-1] == "x" * 299


def test_each_task_is_ticked_when_it_is_done(browser: Browser, tmp_path: Path) -> None:
    greedy = Writer(written="", temperature=0).writes(70)
    line, spaces = greedy.split("\n", 1)
    assert line and set(spaces) == {" "}, "that is what the first task says"
    with harness.shown(browser, tmp_path, Writer()) as seen:
        page = seen.page
        bar, heat = page.get_by_role("slider", name="letters written"), page.get_by_role("slider", name="temperature T")
        for T, count in (("0", "70"), ("1.5", "40")):
            heat.fill(T)
            press(page, "Start over")
            bar.fill(count)
            expect(page.get_by_text("Done.", exact=True)).to_be_visible()
            press(page, "Next")
        page.locator(".wr-letter").nth(8).click()
        page.locator(".wr-choice").nth(4).click()
        expect(page.get_by_text("Done.", exact=True)).to_be_visible()


def test_links_set_it_and_what_is_not_valid_is_left_alone(browser: Browser, tmp_path: Path) -> None:
    at = "#lt:writer?temperature=1.5&rule=top-k&k=5&written=&start=x%20%3D%20&unit=99"
    with harness.shown(browser, tmp_path, Writer(), at=at) as seen:
        harness.painted(seen.page)
        assert text_of(seen.page) == "x = "
        assert seen.page.get_by_role("slider", name="temperature T").input_value() == "1.5"
        expect(seen.page.get_by_text("“unit” cannot be “99”")).to_be_visible()


def test_two_views_of_one_model_stay_in_step(browser: Browser, tmp_path: Path) -> None:
    writer = Writer()
    with harness.shown(browser, tmp_path, writer, writer) as seen:
        seen.page.get_by_role("button", name="Start over").first.click()
        harness.painted(seen.page)
        assert seen.page.locator(".wr-letter").count() == 0


@pytest.mark.parametrize(
    ("size", "theme"), [(size, theme) for size in (harness.WIDE, harness.PHONE) for theme in ("light", "dark")]
)
def test_it_is_open_to_everyone_silent_and_fits(size: dict, theme: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Writer(rule="top-k", k=3), size=size, theme=theme) as seen:
        page = seen.page
        page.locator(".wr-letter").nth(20).click()
        harness.painted(page)
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        if size is harness.WIDE:
            assert page.locator(".lt-w").bounding_box()["height"] <= 700
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_narrow_phone_nothing_is_wider_than_the_page(width: int, browser: Browser, tmp_path: Path) -> None:
    long = Writer(start="x" * 200, written="y" * 300, rule="top-p")
    with harness.shown(browser, tmp_path, long, size={"width": width, "height": 700}) as seen:
        harness.painted(seen.page)
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    writer = Writer()
    with harness.shown(browser, tmp_path, writer) as seen:
        use = "(el) => el.querySelector('[aria-label=play]').click()"
        assert harness.left_behind(seen.page, writer, use) == {}
