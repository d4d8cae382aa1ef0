"""The family tree in a browser: every way to pick two cells, what then is shown, and what it must never do."""

from __future__ import annotations

import gzip
from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from lstm_tutor.widgets import FamilyTree
from lstm_tutor.widgets.family import KINDS

SMALL = "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"


def chosen(page: Page) -> list[str]:
    """The names of the two cells, left and right, as the tree, the menus and the captions have them."""
    harness.painted(page)
    menus = [
        page.get_by_label(f"{side} cell").evaluate("el => el.selectedOptions[0].text") for side in ("left", "right")
    ]
    captions = page.locator(".fm-caption .lt-label").all_inner_texts()
    pressed = page.locator(".fm-member[aria-pressed=true]").evaluate_all("all => all.map((e) => e.ariaLabel)")
    assert [caption.split(":")[0] for caption in captions] == menus
    for name, side in zip(menus, ("left", "right"), strict=True):
        assert any(label.startswith(f"{name}, ") and side in label for label in pressed)
    return menus


def press(page: Page, name: str) -> None:
    page.locator(f".fm-member[aria-label^='{name}, ']").click()


def answers(page: Page) -> list[float]:
    """What is said of the answer to a nudge."""
    harness.painted(page)
    text = page.locator(".fm-panel .lt-hint").first.inner_text().split(": ")[1].rstrip(".")
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    numbers = [part.split(" ")[-1] for part in text.split(", ")]
    return [
        float(number.replace("·10", "e").translate(raised)) if "10" not in number[:2] or "⁻" not in number
        else float("1e" + number[2:].translate(raised))
        for number in numbers
    ]  # fmt: skip


def test_a_press_takes_the_place_of_the_cell_chosen_first(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, FamilyTree()) as seen:
        page = seen.page
        assert chosen(page) == ["LSTM", "mLSTM"]
        press(page, "LSTM 1997")
        assert chosen(page) == ["LSTM 1997", "mLSTM"]
        press(page, "LSTM")
        assert chosen(page) == ["LSTM 1997", "LSTM"]
        press(page, "LSTM 1997")  # now the newest: the next press leaves it
        press(page, "delta rule")
        assert chosen(page) == ["LSTM 1997", "delta rule"]
        page.get_by_label("right cell").select_option("causal attention")
        assert chosen(page) == ["LSTM 1997", "causal attention"]
        page.get_by_label("left cell").select_option("causal attention")
        assert chosen(page) == ["causal attention"] * 2
        page.get_by_role("button", name="Reset").click()
        assert chosen(page) == ["LSTM", "mLSTM"]
        assert seen.messages == []


@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_arrow_keys_reach_every_cell_and_enter_picks_it(size, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, FamilyTree(), size=size) as seen:
        page = seen.page
        assert page.locator(".fm-member[tabindex='0']").count() == 1
        page.locator(".fm-member[tabindex='0']").focus()
        focused = "document.activeElement.dataset.kind"
        reached, queue = set(), [page.evaluate(focused)]
        while queue:  # every cell is the neighbor of one that was reached
            kind = queue.pop()
            if kind in reached:
                continue
            reached.add(kind)
            for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"):
                page.locator(f"[data-kind={kind}]").focus()
                page.keyboard.press(key)
                queue.append(page.evaluate(focused))
        assert reached == set(KINDS)
        page.locator("[data-kind=GRU]").focus()
        page.keyboard.press("Enter")
        assert chosen(page) == ["GRU", "mLSTM"]
        assert page.locator(".fm-member[tabindex='0']").get_attribute("data-kind") == "GRU"


def test_what_is_said_of_a_nudge_is_what_the_package_computes(browser: Browser, tmp_path: Path) -> None:
    widget = FamilyTree(left="LSTM", right="GRU", measure="output", keep=1.0)
    with harness.shown(browser, tmp_path, widget) as seen:
        for keep in (1.0, 4.0):
            slide(seen.page, "bias of the gate that keeps", keep)
            widget.keep = keep
            expected = [widget.retained(kind)[-1] for kind in ("LSTM", "GRU")]
            np.testing.assert_allclose(answers(seen.page), expected, rtol=0.5, atol=0.006)


def slide(page: Page, label: str, value: float) -> None:
    page.get_by_role("slider", name=label).evaluate(
        "(el, value) => { el.value = value; el.dispatchEvent(new Event('input')); }", value
    )
    harness.painted(page)


def test_each_control_changes_its_picture_and_no_other(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, FamilyTree(left="LSTM", right="Attention")) as seen:
        page = seen.page

        def pictures() -> list[str]:
            harness.painted(page)
            return page.locator(".lt-plot svg").evaluate_all("all => all.map((e) => e.outerHTML)")

        before = pictures()
        slide(page, "width d", 10)
        memory, cost = pictures()
        assert memory == before[0] and cost != before[1]
        assert page.locator(".fm-panel .lt-value").all_inner_texts() == ["3.0", "1024"]
        page.get_by_role("group", name="what to count").get_by_role("radio", name="state size").check()
        assert pictures()[1] != cost and "numbers" in page.locator(".lt-plot svg").last.get_attribute("aria-label")
        page.get_by_role("group", name="where to look for the first input").get_by_role("radio", name="output").check()
        assert pictures()[0] != memory
        slide(page, "bias of the gate that keeps", -1)
        assert page.get_by_role("slider", name="bias of the gate that keeps").is_enabled()
        press(page, "linear attention")
        press(page, "RNN")
        harness.painted(page)
        assert page.get_by_role("slider", name="bias of the gate that keeps").is_disabled(), "neither has such a gate"
        assert seen.messages == []


def test_an_input_is_set_by_keys_and_by_dragging(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, FamilyTree(right="RNN")) as seen:
        page = seen.page
        series = page.get_by_role("slider", name="input x")
        before = page.locator(".lt-plot svg").first.evaluate("e => e.outerHTML")
        series.focus()
        page.keyboard.press("Home")
        page.keyboard.press("PageDown")
        harness.painted(page)
        assert series.get_attribute("aria-valuetext") == "step 1 of 32: −1.00"
        after = page.locator(".lt-plot svg").first.evaluate("e => e.outerHTML")
        assert after != before
        box = series.bounding_box()
        page.mouse.move(box["x"] + 4.5 / 32 * box["width"], box["y"] + 27)
        page.mouse.down()
        page.mouse.move(box["x"] + 4.5 / 32 * box["width"], box["y"] + 2)
        page.mouse.up()
        harness.painted(page)
        assert series.get_attribute("aria-valuetext") == "step 5 of 32: 1.00"
        assert seen.messages == []


def test_a_link_sets_all_and_says_what_it_cannot(browser: Browser, tmp_path: Path) -> None:
    link = ('<p><a href="#lt:family?left=RNN&right=LRU&keep=-1&measure=output&cost=state&width=64&x=1_-0.5">one</a> '
            '<a href="#lt:family?left=Mamba&keep=99&x=7&hue=red">odd</a></p>')  # fmt: skip
    with harness.shown(browser, tmp_path, FamilyTree(), before=link) as seen:
        page = seen.page
        page.get_by_role("link", name="one").click()
        assert chosen(page) == ["RNN", "diagonal SSM"]
        assert page.locator(".fm-panel .lt-value").all_inner_texts() == ["−1.0", "64"]
        assert page.get_by_role("slider", name="input x").get_attribute("aria-valuenow") == "1"
        page.get_by_role("link", name="odd").click()
        assert chosen(page) == ["LSTM", "mLSTM"], "what a link does not set goes back to the start"
        said = page.locator(".lt-w-status").inner_text()
        for word in ("Mamba", "99", "“x” cannot be “7”", "hue"):
            assert word in said
        assert seen.messages == []


def test_equations_light_what_differs(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, FamilyTree(left="LSTM1997", right="LSTM")) as seen:
        marks = seen.page.locator(".fm-equations mark").all_inner_texts()
        assert [mark.replace("\n", "").replace(" ", "") for mark in marks] == ["ft⊙", "nothing", "ft=σ(xt", "ht−1)"]
        press(seen.page, "RNN")
        press(seen.page, "minLSTM")
        harness.painted(seen.page)
        assert [row.split("\t")[1:] for row in seen.page.locator(".fm-equations tbody tr").last.all_inner_texts()] == [
            ["step by step", "all steps at once"]
        ]


@pytest.mark.parametrize("task", range(len(FamilyTree.TASKS)))
def test_each_task_can_be_done(task: int, browser: Browser, tmp_path: Path) -> None:
    acts = [["LSTM 1997", "LSTM"], ["linear attention", "delta rule"], ["LSTM", "causal attention"]]
    with harness.shown(browser, tmp_path, FamilyTree()) as seen:
        page = seen.page
        page.get_by_role("button", name=f"Task {task + 1} of {len(FamilyTree.TASKS)}").click()
        for name in acts[task]:
            press(page, name)
        if task == 2:
            page.get_by_role("group", name="what to count").get_by_role("radio", name="state size").check()
        page.wait_for_function("document.querySelector('.lt-tour p').textContent.includes('Done.')")
        harness.painted(page)
        assert FamilyTree.TASKS[task]["shows"] in page.locator(".lt-tour p").inner_text()
        assert page.evaluate("document.querySelector('.lt-w').getBoundingClientRect().height") <= 700


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    second = FamilyTree(name="second", left="GatedDeltaRule", right="Attention")
    with harness.shown(browser, tmp_path, FamilyTree(), second, size=size, theme=theme) as seen:
        page = seen.page
        harness.painted(page)
        assert harness.violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator(".lt-w :is(button, input, select)").evaluate_all(SMALL) == []
        assert seen.messages == []


def test_no_pair_is_higher_than_the_screen_or_wider_than_a_narrow_phone(browser: Browser, tmp_path: Path) -> None:
    size = "document.querySelector('.lt-w').getBoundingClientRect().height"
    pick = """(kind) => {
        const menus = [...document.querySelectorAll(".lt-w select")];
        for (const menu of menus) {
            menu.selectedIndex = kind;
            menu.dispatchEvent(new Event("change"));
        }
    }"""
    narrow = "document.documentElement.scrollWidth <= innerWidth"
    for width, height, within in ((1280, 900, f"{size} <= 700"), (320, 700, narrow)):
        window = {"width": width, "height": height}
        with harness.shown(browser, tmp_path, FamilyTree(measure="output"), size=window) as seen:
            for kind in range(len(KINDS)):
                seen.page.evaluate(pick, kind)
                harness.painted(seen.page)
                assert seen.page.evaluate(within), list(KINDS)[kind]


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = FamilyTree()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = "(el) => el.querySelector('[data-kind=LRU]').click()"
        assert harness.left_behind(seen.page, widget, use) == {}


def test_the_still_picture_says_what_it_shows_and_the_state_is_small() -> None:
    widget = FamilyTree(left="RNN", right="LSTM")
    data, _ = widget._repr_mimebundle_()
    assert "How much of the first input is left in the output" in data["text/html"]
    assert "After 31 steps: RNN " in data["text/html"]
    state = gzip.compress(harness.page_of((widget,)).encode(), 9)
    code = gzip.compress(widget._esm.encode() + widget._css.encode(), 9)
    assert len(state) - len(code) < 20_000
