"""Two directions in a browser: every way to edit, the guessing game, what is said, and what it must never do."""

from __future__ import annotations

from pathlib import Path

import harness
import pytest
from playwright.sync_api import Browser, Page
from test_celllab import notebook

from lstm_tutor.palette import number
from lstm_tutor.tasks.tagging import TAGS, WORDS
from lstm_tutor.widgets import TwoDirections
from lstm_tutor.widgets.twodirections import PRESETS, READERS, questions


def words(page: Page) -> list[str]:
    return page.locator(".td-words .td-chip > span").all_inner_texts()


def chosen(page: Page) -> int:
    return page.locator(".td-words .td-chip").evaluate_all("all => all.findIndex((e) => e.ariaPressed === 'true')")


def settled(page: Page) -> None:
    """Wait until the other words have been tried."""
    harness.painted(page)
    page.wait_for_function("!document.querySelector('.td-changes')?.textContent.includes('Trying')")
    page.wait_for_function(
        "[...document.querySelectorAll('.td-words .td-chip small')].every((told) => told.textContent !== '')"
    )
    harness.painted(page)


def show(page: Page, what: str) -> None:
    page.get_by_role("radio", name=what, exact=True).check(force=True)
    settled(page)


def open_tools(page: Page) -> None:
    page.locator(".td-words-tools summary").first.click()


def assert_shows(page: Page, widget: TwoDirections) -> None:
    """The page shows what the package computes of its sentence, its word and its reader."""
    settled(page)
    widget.text, widget.token = " ".join(words(page)), chosen(page)
    shares, tags = widget.shares(), widget.tags()
    for row, reader in enumerate(READERS):
        cells = page.locator(".td-tags").nth(row).locator("span").all_inner_texts()
        wanted = [f"{tag} {number(p.max())}" for tag, p in zip(tags[reader], shares[reader], strict=True)]
        assert [cell.replace("≠", "").split() for cell in cells] == [text.split() for text in wanted]
    show(page, "Probabilities")
    for row, reader in enumerate(READERS):
        column = page.locator(f".td-shares tbody td:nth-child({row + 2}) .lt-value").all_inner_texts()
        assert column == [number(share) for share in shares[reader][widget.token]]
    show(page, "Picture")
    said = [(tag, number(share)) for share, tag in sorted(zip(shares[widget.reader][widget.token], TAGS, strict=True))]
    assert page.locator(".td-answer").inner_text().startswith(" ".join(said[-1]))
    matters = widget.influence(widget.reader)[widget.token]
    told = page.locator(".td-words .td-chip small").all_inner_texts()
    assert told == ["▲" if k == widget.token else number(value) for k, value in enumerate(matters)]


def test_each_way_to_edit_does_what_it_says(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        assert_shows(page, widget)
        open_tools(page)
        page.get_by_role("combobox", name="Word 2 is").select_option("cut")
        page.wait_for_function("document.querySelectorAll('.td-chip')[1].textContent.includes('cut')")
        page.get_by_role("button", name="Insert a word behind it").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 7")
        assert words(page) == ["they", "cut", "cut", "the", "bread", "last", "night"] and chosen(page) == 2
        page.get_by_role("button", name="Delete the word").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 6")
        page.get_by_role("button", name="Move the word right").click()
        page.wait_for_function("document.querySelectorAll('.td-chip')[3].ariaPressed === 'true'")
        assert words(page) == ["they", "cut", "bread", "the", "last", "night"]
        page.get_by_role("button", name="Move the word left").click()
        page.wait_for_function("document.querySelectorAll('.td-chip')[2].ariaPressed === 'true'")
        page.get_by_role("button", name="Cut the sentence off").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 3")
        assert words(page) == ["they", "cut", "the"]
        assert page.get_by_role("textbox").input_value() == "they cut the"
        assert_shows(page, widget)
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 6")
        assert " ".join(words(page)) == PRESETS[0][0] and chosen(page) == 1
        assert seen.messages == []


def test_keys_choose_move_and_remove_words(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections(reader="backward")
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.locator(".td-chip").nth(1).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.ariaLabel?.startsWith('word 3, the')")
        page.keyboard.press("Shift+ArrowRight")
        page.wait_for_function("document.activeElement.ariaLabel?.startsWith('word 4, the')")
        assert words(page) == ["they", "split", "bread", "the", "last", "night"]
        page.keyboard.press("Delete")
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 5")
        page.keyboard.press("End")
        page.wait_for_function("document.activeElement.ariaLabel?.startsWith('word 5, night')")
        page.keyboard.press("Backspace")
        page.keyboard.press("Home")
        page.wait_for_function("document.activeElement.ariaLabel?.startsWith('word 1, they')")
        assert words(page) == ["they", "split", "bread", "last"]
        assert_shows(page, widget)
        show(page, "States")
        strip = page.get_by_role("group", name="The forward state at each word")
        strip.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelectorAll('.td-chip')[1].ariaPressed === 'true'")
        value = number(widget.trace().at(0, "forward")["h"][1, 0, 0])
        assert page.locator(".td-readout").inner_text() == f"forward h of unit 0 at “split”: {value}"


def test_words_are_dragged_and_pointed_at(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        settled(page)
        boxes = [chip.bounding_box() for chip in page.locator(".td-chip").all()]
        page.mouse.move(boxes[5]["x"] + 20, boxes[5]["y"] + 10)
        page.wait_for_function("document.querySelectorAll('.td-chip small')[5].textContent === '▲'")
        told = page.locator(".td-chip small").all_inner_texts()
        assert told[4] == number(widget.influence("both")[5, 4]), "pointing at a word shows what matters for it"
        assert chosen(page) == 1
        page.mouse.move(boxes[4]["x"] + 20, boxes[4]["y"] + 10)
        page.mouse.down()
        page.mouse.move(boxes[2]["x"] + 30, boxes[2]["y"] + 12, steps=6)
        page.mouse.move(boxes[2]["x"] + 4, boxes[2]["y"] + 12, steps=4)
        page.mouse.up()
        page.mouse.move(5, 5)
        page.wait_for_function("document.querySelectorAll('.td-chip')[2].ariaPressed === 'true'")
        assert words(page) == ["they", "split", "last", "the", "bread", "night"]
        assert_shows(page, widget)


def test_what_would_change_a_tag_does_change_it(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        show(page, "Changes")
        items = page.locator(".td-changes li")
        assert items.count() >= 2
        row = items.filter(has_text="word 5, “last”").first
        tag = row.locator("b").inner_text()
        word = row.get_by_role("button").first.inner_text()
        row.get_by_role("button").first.click()
        page.wait_for_function("!document.querySelector('.td-words').textContent.includes('last')")
        assert words(page)[4] == word
        assert_shows(page, widget)
        assert widget.tags()["both"][1] == tag != "past"
        page.get_by_role("radio", name="the forward reader").check(force=True)
        show(page, "Changes")
        later = page.locator(".td-changes li").all_inner_texts()
        assert later and all("word 1," in text for text in later), "what comes later changes nothing for it"


def test_typed_text_is_read_is_never_markup_and_strange_words_are_named(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TwoDirections()) as seen:
        page = seen.page
        page.get_by_role("textbox").fill("We <img src=x onerror=alert(1)> CUT atoms, every <b>night</b>")
        page.wait_for_function("document.querySelector('.td-refused').textContent.includes('do not know')")
        assert page.locator(".lt-w img, .lt-w .td-refused b").count() == 0
        assert words(page) == ["we", "cut", "every"], "no word of a tag is read"
        assert "atoms" in page.locator(".td-refused").inner_text()
        page.get_by_role("textbox").fill("the " * 20)
        page.wait_for_function("document.querySelector('.td-refused').textContent.includes('14 words are the most')")
        assert len(words(page)) == 14
        page.get_by_role("textbox").fill("")
        harness.painted(page)
        assert len(words(page)) == 14, "an empty line changes nothing"
        assert seen.messages == []


def test_a_word_that_is_refused_is_named_at_once_even_if_nothing_else_changes(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TwoDirections()) as seen:
        page = seen.page
        before = words(page)
        for typed in (f"{PRESETS[0][0]} hello", f"{PRESETS[0][0]} hello world", "hello"):
            page.get_by_role("textbox").fill(typed)
            harness.painted(page)
            told = page.locator(".td-refused.is-refused").inner_text()
            assert all(word in told for word in typed.split() if word not in WORDS)
            assert words(page) == before
            assert page.get_by_role("textbox").input_value() == typed, "what is typed stays to be mended"
        page.get_by_role("textbox").fill(PRESETS[0][0])
        page.wait_for_function("document.querySelector('.is-refused') === null")
        assert seen.messages == []


def test_it_opens_with_one_question_and_fits_one_screen_whatever_is_open(browser: Browser, tmp_path: Path) -> None:
    size = {"width": 1280, "height": 900}
    with harness.shown(browser, tmp_path, TwoDirections(), size=size) as seen:
        assert seen.page.locator(".td-ask h4").inner_text() == "What is “split” here? Read"
        assert seen.page.locator(".td-chains").count() == 1
        assert seen.page.locator(".td-strips, .td-shares, .td-changes").count() == 0
    for shown in TwoDirections.show.choices:
        for mode in ("edit", "predict"):
            with harness.shown(browser, tmp_path, TwoDirections(show=shown, mode=mode), size=size) as seen:
                if mode == "edit":
                    settled(seen.page)
                else:
                    seen.page.get_by_role("button", name="past", exact=True).click()
                    harness.painted(seen.page)
                assert seen.page.locator(".lt-w").bounding_box()["height"] <= 700, (shown, mode)


def test_nothing_is_wider_than_a_small_phone(browser: Browser, tmp_path: Path) -> None:
    for shown in TwoDirections.show.choices:
        widget = TwoDirections(text=PRESETS[4][0], show=shown)
        with harness.shown(browser, tmp_path, widget, size={"width": 320, "height": 700}) as seen:
            settled(seen.page)
            assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), shown


def test_each_task_is_ticked_when_it_is_done_and_says_what_the_models_say(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TwoDirections()) as seen:
        page = seen.page
        acts = [
            lambda: page.get_by_role("radio", name="the forward reader").check(force=True),
            lambda: page.get_by_role("radio", name="the backward reader").check(force=True),
            lambda: page.get_by_role("combobox", name="Example").select_option(PRESETS[1][0]),
            lambda: page.get_by_role("combobox", name="Example").select_option(PRESETS[3][0]),
        ]
        for done, act in enumerate(acts, 1):
            act()
            page.wait_for_function(f"document.querySelectorAll('.lt-tour-done').length === {done}")
            if done < len(acts):
                page.get_by_role("button", name="Next").click()
        assert seen.messages == []
    first, third, fourth = (TwoDirections(text=PRESETS[k][0], token=1) for k in (0, 1, 3))
    says = [task["shows"] for task in TwoDirections.TASKS]
    forward, backward = (first.shares()[reader][1] for reader in ("forward", "backward"))
    past, present = TAGS.index("past"), TAGS.index("present")
    assert f"Past {number(forward[past])}, present {number(forward[present])}" in says[0]
    assert f"Past, {number(backward[past])}" in says[1]
    assert third.tags()["both"][1] == "present" and "become present" in says[2]
    shares = fourth.shares()
    assert f"past {number(shares['forward'][1][past])}" in says[3]
    assert f"noun {number(shares['backward'][1][TAGS.index('noun')])}" in says[3]
    assert f"present, {number(shares['both'][1][present])}" in says[3]


@pytest.mark.parametrize("reader", READERS)
def test_the_game_hides_what_its_reader_does_not_see_and_counts_right(reader, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, TwoDirections(mode="predict", reader=reader)) as seen:
        page = seen.page
        score = dict.fromkeys(("you", *READERS), 0)
        for asked, question in enumerate(questions()[:4], 1):
            all_words, k = question["text"].split(), question["token"]
            hidden = {"forward": range(k + 1, len(all_words)), "backward": range(k), "both": range(0)}[reader]
            shown = page.locator(".td-word").all_text_contents()
            assert shown == ["•••" if t in hidden else word for t, word in enumerate(all_words)]
            assert set(page.locator(".td-tags b").all_inner_texts()) == {"?"}
            assert page.locator(".td-answer").inner_text() == "?"
            page.get_by_role("radio", name="Probabilities").check(force=True)
            page.wait_for_selector(".td-shares")
            assert set(page.locator(".td-shares tbody .lt-value").all_inner_texts()) == {"?"}
            page.get_by_role("radio", name="Changes").check(force=True)
            page.wait_for_function("document.querySelector('.td-below').textContent.trim() === 'Answer first.'")
            page.get_by_role("radio", name="Picture").check(force=True)
            page.wait_for_selector(".td-word")
            page.get_by_role("button", name="past", exact=True).click()
            page.wait_for_function("document.querySelector('.td-verdict').textContent.trim() !== ''")
            verdict = page.locator(".td-verdict").inner_text()
            assert verdict.startswith("Right." if question["tag"] == "past" else "Not quite.")
            assert f"is {question['tag']}." in verdict
            widget = TwoDirections(text=question["text"])
            score["you"] += question["tag"] == "past"
            for who in READERS:
                tag = widget.tags()[who][k]
                assert f"{who}: {tag}, {number(widget.shares()[who][k].max())}" in verdict
                score[who] += tag == question["tag"]
            line = page.locator(".td-score").inner_text()
            assert line == (
                f"Right so far, of {asked}: you {score['you']}, forward reader {score['forward']}, "
                f"backward reader {score['backward']}, both {score['both']}."
            )
            page.get_by_role("button", name="Next question").click()
            page.wait_for_function("document.querySelector('.td-verdict').textContent.trim() === ''")
        assert seen.messages == []


def test_links_set_it_and_what_is_not_valid_is_left_alone(browser: Browser, tmp_path: Path) -> None:
    links = (
        '<a href="#lt:twodirections?text=you%20bet%20yesterday&amp;reader=forward">one</a> '
        '<a href="#lt:twodirections?text=you%20bet%20atoms&amp;reader=left&amp;token=2">bad</a>'
    )
    with harness.shown(browser, tmp_path, TwoDirections(), before=links, at="#lt:twodirections?mode=predict") as seen:
        page = seen.page
        assert page.locator(".td-predict").count() == 1
        page.get_by_role("link", name="one").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 3")
        assert page.get_by_role("radio", name="the forward reader").is_checked()
        page.get_by_role("link", name="bad").click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 6")
        assert chosen(page) == 2 and page.get_by_role("radio", name="both directions").is_checked()
        assert seen.messages == []


def test_two_views_of_one_model_stay_in_step(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with harness.shown(browser, tmp_path, widget, widget) as seen:
        page = seen.page
        open_tools(page)
        page.get_by_role("button", name="Delete the word").first.click()
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 10")


def test_the_model_hears_of_each_edit_and_its_changes_are_shown(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with notebook(browser, tmp_path, widget) as seen:
        page = seen.page
        open_tools(page)
        page.get_by_role("button", name="Delete the word").click()
        page.wait_for_function("model.state.text === 'they the bread last night' && model.state.token === 1")
        page.get_by_role("radio", name="the backward reader").check(force=True)
        page.wait_for_function("model.state.reader === 'backward'")
        widget.set_state(
            {name: page.evaluate(f"model.state.{name}") for name in ("text", "token", "reader", "mode", "show")}
        )
        assert (widget.text, widget.token, widget.reader) == ("they the bread last night", 1, "backward")
        page.evaluate("model.set('text', 'we cut every night')")
        page.wait_for_function("document.querySelectorAll('.td-chip').length === 4")
        assert_shows(page, widget)
        page.evaluate("model.set('mode', 'predict')")
        page.wait_for_function("document.querySelector('.td-predict') !== null")
        assert seen.messages == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("mode", ["edit", "predict"])
def test_it_is_open_to_everyone_silent_and_fits(mode, size, theme: str, browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections(text=PRESETS[4][0], mode=mode)
    with harness.shown(browser, tmp_path, widget, size=size, theme=theme) as seen:
        page = seen.page
        if mode == "predict":
            page.get_by_role("button", name="noun", exact=True).click()
            harness.painted(page)
        else:
            settled(page)
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        small = page.locator(".lt-w :is(button, input, select, label)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = TwoDirections()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = "(el) => el.querySelector('[aria-label=\"Delete the word\"]').click()"
        assert harness.left_behind(seen.page, widget, use) == {}
