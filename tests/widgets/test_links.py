"""Links that set a widget: whatever one asks for, the widget lives on, and says what it left out."""

from __future__ import annotations

from pathlib import Path

import harness
import pytest
from playwright.sync_api import Browser

from lstm_tutor import widgets
from lstm_tutor.diagrams import diagram
from lstm_tutor.widgets import Widget

# All have a default but the flipbook, which is what its frames make it.
ARGUMENTS = {"Flipbook": ([diagram("rnn", values={"h": h}) for h in (0.1, 0.9)],)}
EVERY = [name for name in widgets.__all__ if name != "Widget"]
# Names that every object of JavaScript has, values of no use, and numbers that no array is as long as.
NAMES = ("toString", "constructor", "__proto__", "hasOwnProperty")
VALUES = ("", "toString", "-1", "0", "1e309", "999", "a%E4%BD%A0b", "%F0%9F%98%80", "LSTM", "toString:1",
          "@constructor", "2-1", "1_2_3")  # fmt: skip

# What the widget of each link does: its fields, from its own start, are given one value after the other.
SURVIVES = """async ([name, fields, values]) => {
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    for (const field of fields) for (const value of values) {
        location.hash = `#lt:${name}?${field}=${value}`;
        await frame();
        const failed = document.querySelector(".lt-w-failed");
        if (failed) return `${location.hash}: ${failed.textContent}`;
    }
    return "";
}"""


@pytest.mark.parametrize("name", EVERY)
def test_no_link_stops_a_widget_and_what_is_left_out_is_said(browser: Browser, tmp_path: Path, name: str) -> None:
    widget = getattr(widgets, name)(*ARGUMENTS.get(name, ()))
    link = widget.name
    with harness.shown(browser, tmp_path, widget, at=f"#lt:{link}?toString=x&evil=") as seen:
        said = seen.page.locator(".lt-w-status")
        assert said.text_content() == (
            "Left out of the link: “toString” is no setting of this widget; “evil” is no setting of this widget."
        )
        others = set(Widget.class_trait_names())
        fields = [field for field in widget.trait_names(sync=True) if not field.startswith("_") and field not in others]
        for asked, values in ((NAMES, ["x"]), (fields, VALUES)):
            assert not seen.page.evaluate(SURVIVES, [link, asked, values])
        assert not seen.messages
        seen.page.evaluate("(name) => { location.hash = `#lt:${name}`; }", link)
        seen.page.wait_for_function("document.querySelector('.lt-w-status').textContent === ''")


@pytest.mark.parametrize(
    ("name", "query", "refused"),
    [
        ("Welcome", "text=", "“text” cannot be empty"),
        ("Welcome", "text=a%E4%BD%A0b", "“text” cannot be “a你b”"),
        ("Playground", "cells=", "“cells” cannot be empty"),
        ("Playground", "cells=LSTM.foo", "“cells” cannot be “LSTM.foo”"),
        ("Playground", "length=3", "“length” cannot be “3”"),
        ("AttentionLab", "compare=toString", "“compare” cannot be “toString”"),
        ("TextMicroscope", "text=@constructor", "“text” cannot be “@constructor”"),
        ("AblationSwitchboard", "variant=NIG%2BNIG", "“variant” cannot be “NIG+NIG”"),
    ],
)
def test_a_value_that_a_setting_cannot_have_is_left_out(
    browser: Browser, tmp_path: Path, name: str, query: str, refused: str
) -> None:
    widget = getattr(widgets, name)()
    with harness.shown(browser, tmp_path, widget, at=f"#lt:{widget.name}?{query}") as seen:
        assert seen.page.locator(".lt-w-status").text_content() == f"Left out of the link: {refused}."
        assert seen.page.locator(".lt-w-failed").count() == 0


def test_back_leads_from_a_link_in_the_prose_to_its_sentence(browser: Browser, tmp_path: Path) -> None:
    prose = '<p style="height: 300vh"><a href="#lt:welcome?unit=7">look</a></p>'
    with harness.shown(browser, tmp_path, widgets.Welcome(), before=prose) as seen:
        page = seen.page
        page.locator("p a").click()
        page.wait_for_function("location.hash === '#lt:welcome?unit=7' && document.querySelector('.lt-docked')")
        page.go_back()
        page.wait_for_function("location.hash === '' && !document.querySelector('.lt-docked')")
        assert page.evaluate("scrollY") == 0
        assert page.locator(".lt-w").count() == 1
