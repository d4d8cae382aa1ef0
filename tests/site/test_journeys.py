"""Python in the page, with the real Python: what a reader does in a chapter, and with a network of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from looking import Look, look, violations
from playwright.sync_api import Browser, Locator, Page


@pytest.fixture
def chapter(site: str, browser: Browser) -> Iterator[Page]:
    with look(browser, f"{site}/book/lstm.html") as seen:
        seen.page.evaluate("() => document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
        yield seen.page
        assert quiet(seen)


def quiet(seen: Look) -> bool:
    """Whether nothing was asked of another origin, nothing failed and nothing was said on the console."""
    return seen.elsewhere == [] and seen.failed == [] and seen.messages == []


def part(page: Page, cell: str, place: str) -> Locator:
    return page.locator(f"#cell-{cell} {place}")


def run(page: Page, cell: str, words: str = "Done") -> str:
    """Run a cell until its bar says these words; what it shows then."""
    part(page, cell, "[data-does=run]").click()
    part(page, cell, ".lt-run-status").filter(has_text=words).wait_for()
    return part(page, cell, ".cell_output:visible").first.inner_text() if words.startswith("Done") else ""


def change(page: Page, cell: str, old: str, new: str) -> None:
    area = part(page, cell, "textarea")
    if not area.count():
        part(page, cell, "[data-does=edit]").click()
    text = area.input_value()
    assert old in text
    area.fill(text.replace(old, new))


def test_a_reader_runs_a_cell_changes_the_forget_bias_stops_and_comes_back(chapter: Page) -> None:
    stored = part(chapter, "lstm-rail", ".cell_output").inner_text()
    assert run(chapter, "lstm-rail") == stored, "the same digits as when the page was built"
    change(chapter, "lstm-rail", "forget_bias=3", "forget_bias=-2")
    assert run(chapter, "lstm-rail") != stored
    assert re.match(r"lag +1: rail \d", part(chapter, "lstm-rail", ".lt-live").inner_text())

    change(chapter, "lstm-by-hand", "cell = ", "while True:\n    pass\ncell = ")
    run(chapter, "lstm-by-hand", "Runs.")
    run(chapter, "lstm-by-hand", "Stopped.")
    change(chapter, "lstm-by-hand", "while True:\n    pass\n", "1 / 0\n")
    run(chapter, "lstm-by-hand", "Stopped with an error.")
    assert "Line 1." in part(chapter, "lstm-by-hand", ".lt-run-error").inner_text()
    assert "ZeroDivisionError" in part(chapter, "lstm-by-hand", ".lt-run-error").inner_text()
    assert part(chapter, "lstm-by-hand", ".lt-bad").inner_text() == "1 / 0"
    assert violations(chapter, ["aria-allowed-attr", "scrollable-region-focusable"]) == []

    chapter.reload()
    part(chapter, "lstm-rail", "textarea").wait_for(state="attached")
    assert "forget_bias=-2" in part(chapter, "lstm-rail", "textarea").input_value()
    assert part(chapter, "lstm-rail", ".lt-live").count() == 0
    chapter.evaluate("() => document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    part(chapter, "lstm-rail", "[data-does=reset]").click()
    assert "forget_bias=3" in part(chapter, "lstm-rail", "textarea").input_value()


def test_an_exercise_is_marked_wrong_then_right_and_counted_on_the_welcome_page(site: str, chapter: Page) -> None:
    run(chapter, "lstm-ex-step-try", "Not yet. The marker says why below.")
    assert "h is tanh(g)" in part(chapter, "lstm-ex-step-try", ".lt-live .lt-verdict").inner_text()
    change(chapter, "lstm-ex-step-try", "h = np.tanh(g)", "h = o * np.tanh(c)")
    run(chapter, "lstm-ex-step-try", "Solved. The solution is open below.")
    assert part(chapter, "lstm-ex-step-solution", ".cell_input").is_visible()
    assert chapter.locator("#lstm-ex-step .lt-solved").count() == 1
    chapter.goto(f"{site}/book/intro.html")
    said = chapter.locator("[data-solved=count]").inner_text().strip()
    assert re.fullmatch(r"You have solved 1 of \d+\.", said)
    chapter.goto(f"{site}/book/teachers.html")
    assert chapter.locator("tr:has(.lt-solved)").inner_text().split("\t")[1].strip().startswith("The step")


def test_a_network_of_the_readers_own_shows_its_gates(site: str, browser: Browser, tmp_path: Path) -> None:
    torch.manual_seed(0)
    module = torch.nn.LSTM(3, 5)
    np.savez(tmp_path / "mine.npz", **{f"enc.{name}": value for name, value in module.state_dict().items()})
    np.savez(tmp_path / "evil.npz", weight=np.array([{}], dtype=object))
    with look(browser, f"{site}/book/scratch.html") as seen:
        page = seen.page
        page.locator(".lt-scratch-cells textarea").first.wait_for()
        page.set_input_files(".lt-drop input", tmp_path / "evil.npz")
        page.locator(".lt-drop-said", has_text="it holds a pickle, which may run any program").wait_for()
        page.set_input_files(".lt-drop input", tmp_path / "mine.npz")
        page.locator(".lt-drop-said", has_text="mine.npz holds 4 arrays").wait_for()
        part(page, "scratch-3", ".lt-live img").wait_for()
        page.get_by_role("button", name="Add a cell").click()
        page.keyboard.type("print(repr(trace['f'][0, 0, 0].item()))")
        page.keyboard.press("Shift+Enter")
        part(page, "scratch-4", ".lt-run-status").filter(has_text="Done").wait_for()
        ours = float(part(page, "scratch-4", ".cell_output").inner_text())
        x = torch.from_numpy(np.random.default_rng(0).standard_normal((20, 1, 3))[0].astype(np.float32))
        sums = module.weight_ih_l0 @ x[0] + module.bias_ih_l0 + module.bias_hh_l0
        assert ours == pytest.approx(torch.sigmoid(sums[5]).item(), rel=1e-5)
        assert quiet(seen)
