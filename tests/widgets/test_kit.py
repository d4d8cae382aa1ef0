"""The kit: its palette is the package's, and a link brings the widget that it sets into view."""

from __future__ import annotations

from pathlib import Path

import harness
import numpy as np
import pytest
from playwright.sync_api import Browser

from lstm_tutor import palette
from lstm_tutor.widgets import Welcome, js_palette


@pytest.mark.parametrize("name", js_palette.FILES)
def test_the_generated_palette_is_current(name: str) -> None:
    stored = (js_palette.KIT / name).read_text(encoding="utf-8")
    assert stored == js_palette.FILES[name](), "run python -m lstm_tutor.widgets.js_palette"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("kind", ["gate", "signed"])
def test_the_pages_colors_are_the_palettes(kind: str, dark: bool, engine) -> None:
    script = """async ({ kind, dark }) => {
        const { colorTable } = await load("js/kit/values.js");
        return colorTable(kind, dark);
    }"""
    table = np.array(engine(script, kind=kind, dark=dark)).reshape(256, 3)
    wanted = 255 * getattr(palette, f"{kind}_colors")(dark=dark)
    assert np.abs(table - wanted).max() <= 0.5 + 1e-9


@pytest.mark.parametrize("dark", [False, True])
def test_dark_maps_start_from_the_ground_and_end_far_from_it(dark: bool) -> None:
    gate, signed = palette.gate_colors(dark=dark).mean(axis=1), palette.signed_colors(dark=dark).mean(axis=1)
    assert (gate[0] < gate[255]) == dark
    assert abs(signed[128] - gate[0]) < 0.02
    assert all((end > signed[128]) == dark for end in (signed[0], signed[255]))


def test_a_link_brings_the_head_of_a_widget_that_is_taller_than_the_window_into_view(
    browser: Browser, tmp_path: Path
) -> None:
    below = '<p><a href="#lt:welcome?step=3">see</a></p>'
    with harness.shown(browser, tmp_path, Welcome(), before=below) as seen:
        page = seen.page
        page.set_viewport_size({"width": 1000, "height": 400})
        page.evaluate("document.body.append(document.querySelector('p:has(a)'))")
        page.get_by_role("link", name="see").click()
        page.wait_for_function("document.querySelector('.lt-w').getBoundingClientRect().top >= 0")
        assert page.locator(".lt-w").bounding_box()["y"] < 200
