"""The cell lab in a browser: its controls, its keys, its words, its traits; and its Python side."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from pathlib import Path

import harness
import numpy as np
import pytest
import torch
from looking import new_context
from playwright.sync_api import Browser, Locator, Page, expect

import lstm_tutor as lt
from lstm_tutor.palette import number
from lstm_tutor.widgets import CellLab
from lstm_tutor.widgets._traits import array_from_json
from lstm_tutor.widgets.celllab.tasks import TASKS
from lstm_tutor.widgets.celllab.torch_values import computed, stored

# Runs the widget with a model of our own, as a notebook has one: what it sets is seen, traits can be set from outside.
RUN = """async ([stored, changes]) => {
    const { state } = stored;
    for (const { path, data } of stored.buffers ?? []) {
        const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
        owner[path.at(-1)] = new DataView(Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0)).buffer);
    }
    Object.assign(state, changes);
    const listeners = [];
    window.model = {
        state, get: (name) => state[name], save_changes: () => {},
        set: (name, value) => {
            state[name] = value;
            for (const [event, callback] of [...listeners]) {
                if (event === "change" || event === `change:${name}`) callback();
            }
        },
        on: (name, callback) => listeners.push([name, callback]), off: () => {},
    };
    const url = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
    const { default: widget } = await import(url);
    document.body.replaceChildren(document.createElement("div"));
    await widget.render({ model: window.model, el: document.body.firstChild });
}"""


def layer_of_eight(**traits: object) -> CellLab:
    x = np.random.default_rng(0).uniform(-1, 1, (100, 3))
    return CellLab.of(lt.LSTM(3, 8, rng=0), x, **traits)


@contextmanager
def notebook(browser: Browser, folder: Path, widget: CellLab, **changes: object):
    """The widget with a model that the test holds: `window.model`."""
    with harness.shown(browser, folder, widget) as seen:
        text = seen.page.locator(f'script[type="{harness.STATE}"]').text_content() or ""
        (state,) = [m for m in json.loads(text)["state"].values() if m["model_module"] == "anywidget"]
        seen.page.evaluate(RUN, [state, changes])
        yield seen


def texts(page: Page) -> dict[str, str]:
    """What the drawing says, by quantity."""
    return dict(
        page.locator(".lt-stage:not(.is-away) text[data-value]").evaluate_all(
            "all => all.map((t) => [t.dataset.value, t.textContent])"
        )
    )


def drag(page: Page, label: str) -> Locator:
    return page.get_by_role("spinbutton", name=re.compile(f"^{re.escape(label)},"))


def assert_shows(page: Page, widget: CellLab, t: int, unit: int = 0) -> None:
    """The drawing shows the package's numbers."""
    harness.painted(page)
    trace, shown = widget.trace(), texts(page)
    assert set(trace.names) <= set(shown) | {"c", "h"}
    for name in set(trace.names) & set(shown):
        assert shown[name] == number(float(trace[name][t, 0, unit])), name
    for name in trace.final_state._fields:
        assert shown[f"{name}_prev"] == number(float(trace[name][t - 1, 0, unit]) if t else 0.0)


# -- Python -----------------------------------------------------------------------------------------------------------


def test_pytorchs_stored_values_are_current() -> None:
    kept, fresh = stored(), computed()
    assert list(kept) == list(fresh)
    for preset, cells in fresh.items():
        assert list(kept[preset]) == list(cells)
        for cell, values in cells.items():
            assert list(kept[preset][cell]) == list(values)
            for name in values:
                np.testing.assert_allclose(
                    kept[preset][cell][name], values[name], rtol=0, atol=1e-12, err_msg=f"{preset} {cell} {name}"
                )


@pytest.mark.parametrize("cell", ["RNN", "LSTM1997", "LSTM", "PeepholeLSTM", "GRU", "GRU before"])
def test_pytorchs_stored_values_are_the_packages(cell: str) -> None:
    for preset, cells in stored().items():
        lab = CellLab(cell=cell.split()[0], preset=preset, reset_after=cell != "GRU before")
        trace = lab.trace()
        assert list(cells[cell]) == list(trace.names)
        for name, values in cells[cell].items():
            np.testing.assert_allclose(values, trace[name].ravel(), rtol=0, atol=1e-12, err_msg=f"{preset} {name}")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: setattr(w, "cell", "CIFG"), "expected cell to be one of .*'GRU'.*, got 'CIFG'"),
        (lambda w: setattr(w, "preset", "none"), "expected preset to be one of .*'latch'.*, got 'none'"),
        (lambda w: setattr(w, "weights", {"b_q": 1.0}), "expected weights named as one of .*, got 'b_q'"),
        (lambda w: setattr(w, "weights", {"b_f": np.inf}), "expected b_f to be finite"),
        (lambda w: setattr(w, "weights", {"W_xf": [[1.0, 2.0]]}), r"of shape \(1, 1\), got \[\[1.0, 2.0\]\]"),
        (lambda w: setattr(w, "weights", [1]), "expected weights to be a dict"),
        (lambda w: setattr(w, "inputs", [[1.0, 2.0]]), r"expected inputs to be an array \(T, 1\)"),
        (lambda w: setattr(w, "inputs", np.zeros((401, 1))), "of 1 to 400 steps"),
        (lambda w: setattr(w, "time", 20), "expected time to be an int from 0 to 19, got 20"),
        (lambda w: setattr(w, "unit", 1), "expected unit to be an int from 0 to 0, got 1"),
        (lambda w: setattr(w, "mode", "play"), "expected mode to be one of"),
        (lambda w: CellLab(text="x"), "expected keywords of .*'weights'.*, got "),
        (
            lambda w: CellLab.of(lt.LSTM(3, 8, num_layers=2, rng=0), np.zeros((5, 3))),
            "with one layer and one direction",
        ),
        (lambda w: CellLab.of(lt.MinGRU(3, 8, rng=0), np.zeros((5, 3))), "CellLab.of: expected one of"),
        (lambda w: CellLab.of(lt.LSTM1997(3, 8, cells_per_block=2, rng=0), np.zeros((5, 3))), "or blocks of cells"),
        (lambda w: CellLab.of(lt.LSTM(3, 8, rng=0), np.zeros((5, 4))), r"finite x of shape \(T, 3\) .*, got \(5, 4\)"),
    ],
)
def test_bad_input_is_refused_and_nothing_changes(change, told: str) -> None:
    widget = CellLab(weights={"b_f": 2.0}, time=4)
    with pytest.raises(ValueError, match=told):
        change(widget)
    assert (widget.cell, widget.preset, widget.weights, widget.time, widget.mode) == (
        "LSTM",
        "latch",
        {"b_f": 2.0},
        4,
        "move",
    )
    assert widget.inputs.shape == (0, 1)


@pytest.mark.parametrize(
    "layer",
    [
        lt.RNN(2, 4, nonlinearity="relu", rng=0), lt.LSTM1997(2, 4, rng=0), lt.LSTM(2, 4, dtype="float32", rng=0),
        lt.PeepholeLSTM(2, 4, rng=0), lt.GRU(2, 4, rng=0), lt.GRU(2, 4, reset_after=False, rng=0), lt.LSTM(1, 1, rng=0),
        lt.from_torch(torch.nn.LSTM(3, 8)),
    ],
    ids=lambda layer: repr(layer)[:12],
)  # fmt: skip
def test_a_layer_of_the_readers_own_is_the_layer_in_the_lab(layer) -> None:
    rng = np.random.default_rng(3)
    layer.load_parameters({name: rng.normal(0, 0.5, a.shape).astype(a.dtype) for name, a in layer.parameters().items()})
    x = rng.normal(0, 1, (9, layer.input_size))
    lab = CellLab.of(layer, x)
    ours, theirs = lab.trace(), layer.forward(x[:, None, :].astype(layer.dtype))
    for name in theirs.names:
        np.testing.assert_allclose(ours[name], theirs[name], rtol=0, atol=1e-12 if layer.dtype == "f8" else 1e-5)
    before = {name: a.copy() for name, a in layer.parameters().items()}
    lab.layer().parameters()["bias_l0"][:] = 9
    assert all((a == before[name]).all() for name, a in layer.parameters().items())


def test_what_the_reader_makes_arrives_in_python() -> None:
    lab = CellLab()
    state = {"weights": {"b_f": -2.0}, "cell": "GRU", "reset_after": False, "time": 7, "mode": "steps"}
    lab.set_state(state)
    assert {name: lab.get_state()[name] for name in state} == state
    assert lab.layer().parameters()["bias_l0"][0] == -2.0
    assert lab.layer().config()["reset_after"] is False
    lab.set_state({"inputs": {"dtype": "<f8", "shape": [2, 1], "data": memoryview(np.array([1.0, -1.0]).tobytes())}})
    assert lab.trace().output.shape == (2, 1, 1)


def test_a_preset_that_is_chosen_drops_what_was_changed() -> None:
    lab = CellLab(weights={"b_f": 1.0}, inputs=[[1.0]])
    lab.choose("tie")
    assert (lab.cell, lab.weights, lab.inputs.shape, len(lab.x), lab.time) == ("RNN", {}, (0, 1), 24, 2)


def test_pytorch_is_asked_about_the_present_state() -> None:
    lab = CellLab(weights={"b_f": 0.3}, cell="PeepholeLSTM")
    report = lab.verify()
    report.raise_on_mismatch()
    assert lab._said["weights"] == {"b_f": 0.3} and lab._said["cell"] == "PeepholeLSTM"
    np.testing.assert_allclose(lab._said["values"]["c"], lab.trace()["c"].ravel(), rtol=0, atol=1e-12)
    lab.set_state({"cell": "GRU", "_asked": 1})
    assert lab._said["cell"] == "GRU"


@pytest.mark.parametrize(
    ("cell", "reset_after"), [("RNN", True), ("LSTM", True), ("PeepholeLSTM", True), ("GRU", True), ("GRU", False)]
)
def test_the_still_picture_shows_the_values_and_says_them(cell: str, reset_after: bool) -> None:
    lab = CellLab(cell=cell, reset_after=reset_after, time=5)
    html, trace = lab.figure()._repr_html_(), lab.trace()
    for name in trace.names:
        assert number(float(trace[name][5, 0, 0])) in html
    assert f"{cell}, latch, unit 0, step 6 of 20: " in lab.figure().alt


# -- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_it_is_open_to_everyone_silent_and_fits(size, theme: str, browser: Browser, tmp_path: Path) -> None:
    states = [
        CellLab(), CellLab(name="b", mode="steps", cell="PeepholeLSTM", operation=9),
        CellLab(name="c", mode="predict", cell="GRU", display="map", preset="counter"), layer_of_eight(name="d"),
    ]  # fmt: skip
    with harness.shown(browser, tmp_path, *states, size=size, theme=theme) as seen:
        assert seen.page.locator(".lt-w-celllab").count() == 4
        assert harness.violations(seen.page) == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wide = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.value)"
        assert seen.page.locator(".lt-lab-weights .lt-drag").evaluate_all(wide) == [], "no number is cut off"
        small = seen.page.locator(".lt-w :is(button, input, select)").evaluate_all(
            "all => all.filter((e) => e.clientHeight && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"
        )
        assert small == []
        assert (seen.elsewhere, seen.failed, seen.messages) == ([], [], [])


@pytest.mark.parametrize(
    ("cell", "word"), [("RNN", "RNN"), ("LSTM1997", "LSTM of 1997"), ("PeepholeLSTM", "peephole LSTM"), ("GRU", "GRU")]
)
def test_switching_the_cell_keeps_the_weights_and_lights_what_is_new(
    cell: str, word: str, browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, CellLab(time=5)) as seen:
        page = seen.page
        drag(page, "b g").fill("0.5")
        page.keyboard.press("Enter")
        page.get_by_role("radio", name=word, exact=True).check(force=True)
        assert_shows(page, CellLab(cell=cell, time=5, weights={"b_g": 0.5}), 5)
        lit = page.locator(".lt-stage:not(.is-away) .lit").evaluate_all("all => all.map((e) => e.dataset.part)")
        news = {"LSTM1997": [], "PeepholeLSTM": ["peep-f", "peep-i", "peep-o"], "RNN": ["wire-tanh"]}
        assert sorted(lit) == news[cell] if cell in news else {"valve-z", "valve-r", "box-n", "box-past"} <= set(lit)
        if cell == "GRU":
            page.get_by_role("switch").uncheck(force=True)
            assert_shows(page, CellLab(cell="GRU", reset_after=False, time=5, weights={"b_g": 0.5}), 5)
        assert seen.messages == []


@pytest.mark.parametrize("preset", ["counter", "leak", "frozen", "tie"])
def test_a_preset_sets_cell_weights_inputs_and_says_its_point(preset: str, browser: Browser, tmp_path: Path) -> None:
    wanted = CellLab(preset=preset)
    with harness.shown(browser, tmp_path, CellLab(weights={"b_f": 1.0})) as seen:
        page = seen.page
        page.get_by_role("radio", name=wanted._chosen["title"], exact=True).check(force=True)
        assert_shows(page, wanted, wanted.time)
        assert page.locator(".lt-timebar .lt-value").inner_text() == f"{wanted.time + 1} / {len(wanted.x)}"
        said = page.locator(".lt-lab-torch").inner_text()
        assert "PyTorch says the same" in said and re.search(r"more than (0|\d·10⁻¹[⁰¹²³⁴-⁹])\.", said), said
        point = page.locator(".lt-lab-point").evaluate("e => e.textContent.replace(/\\s+/g, ' ')")
        assert wanted._chosen["point"][:20].replace("_", "") in point


def test_keys_that_come_faster_than_the_page_is_painted_all_count(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        b_f = drag(seen.page, "b f")
        before = float(b_f.get_attribute("aria-valuenow") or "nan")
        b_f.press("ArrowDown")
        harness.painted(seen.page)
        step = before - float(b_f.get_attribute("aria-valuenow") or "nan")
        b_f.evaluate(
            "(input) => [1, 2, 3].forEach(() =>"
            " input.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true })))"
        )
        harness.painted(seen.page)
        assert step > 0
        assert float(b_f.get_attribute("aria-valuenow") or "nan") == pytest.approx(before - 4 * step)


def test_a_weight_is_dragged_stepped_and_typed(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(time=5)) as seen:
        page = seen.page
        b_f = drag(page, "b f")
        box = b_f.bounding_box()
        assert box
        page.mouse.move(box["x"] + 20, box["y"] + 10)
        page.mouse.down()
        page.mouse.move(box["x"] - 40, box["y"] + 10, steps=6)
        page.mouse.up()
        harness.painted(page)
        dragged = float(b_f.input_value().replace("−", "-"))
        assert dragged == pytest.approx(6 - 3.0), "thirty times two pixels are thirty steps of 0.1"
        assert_shows(page, CellLab(time=5, weights={"b_f": dragged}), 5)
        b_f.focus()
        page.keyboard.press("ArrowUp")
        harness.painted(page)
        assert float(b_f.input_value()) == pytest.approx(3.1)
        b_f.fill("-2,5")
        page.keyboard.press("Enter")
        assert_shows(page, CellLab(time=5, weights={"b_f": -2.5}), 5)
        said = page.locator(".lt-lab-torch").inner_text()
        assert said == (
            "PyTorch’s values belong to the numbers of “latch”; these are your own. There is no PyTorch here to ask. "
            "In a notebook it answers."
        )
        assert page.locator(".lt-torch").count() == 0, "no circles: they were the preset's"
        page.get_by_role("button", name="Back to the numbers of “latch”").click()
        assert_shows(page, CellLab(time=5), 5)
        assert "PyTorch says the same" in page.locator(".lt-lab-torch").inner_text()


def test_typed_text_in_a_number_stays_text(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        field = drag(seen.page, "W xi")
        field.fill("<img src=x onerror=alert(1)>")
        seen.page.keyboard.press("Enter")
        harness.painted(seen.page)
        assert seen.page.locator(".lt-w img").count() == 0 and field.input_value() == "12.00"
        assert seen.messages == []


def test_the_input_is_drawn_with_keys_and_pointer(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        page = seen.page
        series = page.get_by_role("slider", name=re.compile("^input x"))
        series.focus()
        for key in ("Home", "ArrowRight", "ArrowRight", "PageDown"):
            page.keyboard.press(key)
        harness.painted(page)
        assert series.get_attribute("aria-valuetext") == "step 3 of 20: −1.00"
        x = CellLab().x
        x[2] = -1
        assert_shows(page, CellLab(inputs=x), 2)
        box = series.bounding_box()
        assert box
        column = box["width"] / 20
        page.mouse.move(box["x"] + 7.5 * column, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(box["x"] + 9.5 * column, box["y"] + 8, steps=3)
        page.mouse.up()
        x[7:10] = 1
        assert_shows(page, CellLab(inputs=x), 9)
        page.get_by_role("button", name="Reset", exact=True).click()
        assert_shows(page, CellLab(), 1)


def test_time_moves_with_the_bar_the_buttons_and_the_map(browser: Browser, tmp_path: Path) -> None:
    widget = CellLab(display="map")
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.get_by_role("slider", name="time step").focus()
        page.keyboard.press("ArrowRight")
        assert_shows(page, widget, 2)
        text = page.get_by_role("slider", name="time step").get_attribute("aria-valuetext") or ""
        assert (
            text.startswith("step 3 of 20: x 0.00, i 0.00, f 1.00")
            and f"c {number(float(widget.trace()['c'][2, 0, 0]))}" in text
        )
        page.get_by_role("button", name="one step back").click()
        assert_shows(page, widget, 1)
        page.get_by_role("group", name=re.compile("^Gates over time")).focus()
        page.keyboard.press("End")
        assert_shows(page, widget, 19)
        page.get_by_role("radio", name="lines").check(force=True)
        harness.painted(page)
        label = page.get_by_role("img", name=re.compile("^States over time")).get_attribute("aria-label") or ""
        assert f"at step 20 c {number(float(widget.trace()['c'][19, 0, 0]))}" in label


def test_the_step_is_walked_operation_by_operation(browser: Browser, tmp_path: Path) -> None:
    widget = CellLab(time=5, mode="steps")
    trace = widget.trace()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        box = page.get_by_role("group", name=re.compile("^operation 1 of 21"))
        assert box.inner_text().replace("\n", " ").split("=")[-1].strip() == "12.00"
        shown = texts(page)
        assert shown["i"] == shown["c"] == shown["h"] == "?" and shown["c_prev"] == "0.99"
        box.focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        harness.painted(page)
        now = page.locator(".lt-lab-operation")
        assert re.sub(r"\s+", " ", now.inner_text()) == "i = σ(ai) = σ(6.00) = 1.00"
        assert texts(page)["i"] == number(float(trace["i"][5, 0, 0])) and texts(page)["f"] == "?"
        assert "valve-i" in page.locator(".lt-stage:not(.is-away) .lit").evaluate_all(
            "all => all.map((e) => e.dataset.part)"
        )
        page.keyboard.press("End")
        harness.painted(page)
        assert_shows(page, widget, 5)
        assert (
            page.locator(".lt-stage:not(.is-away) .is-faded").evaluate_all(
                "all => all.filter((e) => /valve|box/.test(e.dataset.part)).length"
            )
            == 0
        )
        page.keyboard.press("ArrowRight")
        harness.painted(page)
        assert "21 of 21" in page.locator(".lt-lab-walk").inner_text()
        page.get_by_role("button", name="Back", exact=True).click()
        harness.painted(page)
        assert "20 of 21" in page.locator(".lt-lab-walk").inner_text()


def test_a_guess_is_asked_for_shown_and_explained(browser: Browser, tmp_path: Path) -> None:
    widget = CellLab(time=5, mode="predict")
    trace = widget.trace()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        hidden = texts(page)
        assert hidden["i"] == hidden["c"] == hidden["h"] == "?" and hidden["f"] != "?"
        states = page.get_by_role("img", name=re.compile("^States over time")).get_attribute("aria-label") or ""
        assert "at step 6 c is not known yet" in states
        told = page.get_by_role("slider", name="time step").get_attribute("aria-valuetext")
        assert told == "step 6 of 20", "nobody is told the answer"
        assert page.locator(".lt-lab-torch").inner_text() == "PyTorch’s values come after your answer."
        guess = page.get_by_role("slider", name=re.compile("^your guess of the input gate i"))
        guess.focus()
        page.keyboard.press("End")
        page.get_by_role("button", name="See the value").click()
        harness.painted(page)
        why = page.locator(".lt-lab-why").inner_text()
        assert f"i = {number(float(trace['i'][5, 0, 0]))}, you said 1.00: to the hundredth." in why
        assert "12.00" in why and "−6.00" in why and "σ(6.00) = 1.00" in why
        assert "1 of 1 within 0.1" in page.locator(".lt-lab-predict").inner_text()
        assert_shows(page, widget, 5)
        assert "PyTorch says the same" in page.locator(".lt-lab-torch").inner_text()
        page.get_by_role("button", name="Next question").click()
        harness.painted(page)
        assert texts(page)["f"] == "?" and "Step 7 of 20" in page.locator(".lt-lab-predict").inner_text()
        page.get_by_role("button", name="See the value").click()
        harness.painted(page)
        assert "1 of 2 within 0.1; on average 0.25 away" in page.locator(".lt-lab-predict").inner_text()


def test_a_unit_of_a_larger_layer_is_chosen_and_its_bias_moved(browser: Browser, tmp_path: Path) -> None:
    widget = layer_of_eight(unit=3, time=50)
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        assert_shows(page, widget, 50, unit=3)
        page.get_by_role("radio", name="unit 6").check(force=True)
        assert_shows(page, widget, 50, unit=6)
        drag(page, "b f").fill("-1")
        page.keyboard.press("Enter")
        bias = list(widget._chosen["weights"]["b_f"])
        bias[6] = -1.0
        changed = layer_of_eight(unit=6, time=50, weights={"b_f": bias})
        assert_shows(page, changed, 50, unit=6)
        page.get_by_role("combobox", name="input").select_option("2")
        harness.painted(page)
        assert page.get_by_role("slider", name=re.compile("^input 2 of x")).count() == 1
        assert seen.messages == []


def test_links_set_it_from_the_prose_and_from_the_address(browser: Browser, tmp_path: Path) -> None:
    state = "preset=counter&amp;cell=GRU&amp;reset_after=no&amp;weights=b_f:1~W_xg:2&amp;time=3"
    link = f'<p><a href="#lt:celllab?{state}">go</a></p>'
    with harness.shown(browser, tmp_path, CellLab(), before=link, at="#lt:celllab?preset=leak&time=9") as seen:
        page = seen.page
        assert_shows(page, CellLab(preset="leak", time=9), 9)
        page.get_by_role("link", name="go").click()
        assert_shows(
            page, CellLab(preset="counter", cell="GRU", reset_after=False, weights={"b_f": 1.0, "W_xg": 2.0}), 3
        )
        page.get_by_role("button", name="Reset", exact=True).click()
        assert_shows(page, CellLab(), 1)
        assert seen.messages == []


def test_what_a_preset_says_is_not_said_of_other_numbers(browser: Browser, tmp_path: Path) -> None:
    alarm, ones = "weights=b_o:-28~p_o:8", "inputs=1_1_1_1"
    links = [f'<a href="#lt:celllab?preset=counter&amp;cell=PeepholeLSTM&amp;{s}">{s}</a>' for s in (alarm, ones)]
    with harness.shown(browser, tmp_path, CellLab("PeepholeLSTM", "counter"), before="<br>".join(links)) as seen:
        point = seen.page.locator(".lt-lab-point")
        expect(point).to_contain_text("All gates stay open")
        expect(point).to_contain_text("its taps are at 0")
        seen.page.get_by_role("link", name=alarm).click()
        expect(point).to_contain_text("These weights are no longer those of “counter”")
        expect(point).not_to_contain_text(re.compile("gates stay open|taps are at 0"))
        seen.page.get_by_role("link", name=ones).click()
        expect(point).to_contain_text("All gates stay open")
        expect(point).to_contain_text("These inputs are no longer those of “counter”")
        expect(point).not_to_contain_text("its taps are at 0")


def test_traits_sync_both_ways(browser: Browser, tmp_path: Path) -> None:
    with notebook(browser, tmp_path, CellLab()) as seen:
        page = seen.page
        page.evaluate(
            "() => { model.set('weights', { b_f: -1.5 }); model.set('time', 9); model.set('cell', 'PeepholeLSTM'); }"
        )
        assert_shows(page, CellLab(cell="PeepholeLSTM", weights={"b_f": -1.5}), 9)
        drag(page, "p i").fill("2")
        page.keyboard.press("Enter")
        page.get_by_role("radio", name="heat map").check(force=True)
        page.get_by_role("radio", name="Step by step").check(force=True)
        harness.painted(page)
        got = page.evaluate(
            "({ weights, display, mode, cell }) => ({ weights, display, mode, cell })", page.evaluate("model.state")
        )
        assert got == {"weights": {"b_f": -1.5, "p_i": 2}, "display": "map", "mode": "steps", "cell": "PeepholeLSTM"}
        series = page.get_by_role("slider", name=re.compile("^input x"))
        series.focus()
        for key in ("End", "PageUp"):
            page.keyboard.press(key)
        harness.painted(page)
        packed = page.evaluate(
            """(({ dtype, shape, data }) =>
                ({ dtype, shape, data: Array.from(new Uint8Array(data.buffer)) }))(model.state.inputs)"""
        )
        x = array_from_json(packed | {"data": bytes(packed["data"])})
        assert CellLab(inputs=x).x[-1, 0] == 1 and x.shape == (20, 1)


def test_a_notebook_can_ask_pytorch(browser: Browser, tmp_path: Path) -> None:
    lab = CellLab(weights={"b_f": 1.0})
    with notebook(browser, tmp_path, lab) as seen:
        page = seen.page
        page.locator(f'script[type="{harness.VIEW}"]').evaluate_all("all => all.forEach((e) => e.remove())")
        page.evaluate(RUN.replace("const { state } = stored;", "const { state } = window.model;"), [{}, {}])
        page.get_by_role("button", name="Ask PyTorch").click()
        assert page.evaluate("model.state._asked") == 1
        lab.verify()
        page.evaluate("(said) => model.set('_said', said)", lab._said)
        harness.painted(page)
        assert "PyTorch says the same" in page.locator(".lt-lab-torch").inner_text()
        assert page.locator(".lt-plot .lt-torch").count() == 20 * 6


def test_a_built_page_is_silent_about_a_layer_of_its_own(browser: Browser, tmp_path: Path) -> None:
    lab = CellLab.of(lt.LSTM(2, 32, rng=1), np.zeros((30, 2)))
    with harness.shown(browser, tmp_path, lab) as seen:
        harness.painted(seen.page)
        assert seen.page.locator(".lt-lab-torch").count() == 0
        assert seen.page.locator(".lt-w").evaluate("e => e.offsetHeight") <= 700


@pytest.mark.parametrize("lab", [CellLab(weights={"b_f": 1.0}), CellLab.of(lt.LSTM(1, 3, rng=1), [[1.0], [2.0]])])
def test_where_python_has_no_pytorch_nobody_is_asked_and_the_lab_says_so(
    lab: CellLab, browser: Browser, tmp_path: Path
) -> None:
    assert lab._can_ask
    lab._can_ask = False  # as Python in a page makes it
    with notebook(browser, tmp_path, lab) as seen:
        page = seen.page
        page.locator(f'script[type="{harness.VIEW}"]').evaluate_all("all => all.forEach((e) => e.remove())")
        page.evaluate(RUN.replace("const { state } = stored;", "const { state } = window.model;"), [{}, {}])
        harness.painted(page)
        said = page.locator(".lt-lab-torch").inner_text()
        assert said.endswith("There is no PyTorch here to ask. In a notebook it answers.")
        assert page.get_by_role("button", name="Ask PyTorch").count() == 0


def test_a_view_that_goes_leaves_nothing_behind(browser: Browser, tmp_path: Path) -> None:
    widget = CellLab()
    with harness.shown(browser, tmp_path, widget) as seen:
        use = (
            "(el) => { el.querySelector('[aria-label=play]').click(); el.querySelectorAll('[type=radio]')[6].click(); }"
        )
        assert harness.left_behind(seen.page, widget, use) == {}


def test_a_frame_paints_once_however_often_the_pointer_moves(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, layer_of_eight()) as seen:
        paints = seen.page.evaluate(
            """async () => {
                let paints = 0;
                const series = document.querySelector(".lt-series");
                const watched = { childList: true, subtree: true, attributes: true };
                new MutationObserver(() => paints++).observe(series, watched);
                series.focus();
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
                paints = 0;
                const slider = document.querySelector(".lt-timebar input");
                for (let k = 1; k < 30; k++) {
                    slider.value = String(k);
                    slider.dispatchEvent(new Event("input", { bubbles: true }));
                }
                await new Promise(requestAnimationFrame);
                await new Promise((done) => setTimeout(done, 50));
                return paints;
            }"""
        )
        assert paints == 1


def test_without_scripts_the_still_picture_stands(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(harness.page_of((CellLab(),)), encoding="utf-8")
    context = new_context(browser, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    assert page.locator(".lt-still svg").first.is_visible()
    context.close()


def test_a_plot_is_scrubbed_by_pressing_it_and_its_steps_stand_under_the_inputs(
    browser: Browser, tmp_path: Path
) -> None:
    widget = CellLab()
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        page.locator(".lt-lab-torch").scroll_into_view_if_needed()
        box = page.get_by_role("slider", name=re.compile("^input x")).bounding_box()
        plot = page.get_by_role("img", name=re.compile("^States over time")).bounding_box()
        assert box and plot
        x, y = box["x"] + 9.5 * box["width"] / 20, plot["y"] + 60
        page.mouse.move(x, y)
        assert_shows(page, widget, 1)
        page.mouse.down()
        assert_shows(page, widget, 9)
        page.mouse.move(x + box["width"] / 20, y)
        page.mouse.up()
        assert_shows(page, widget, 10)
        circles = (
            page.locator(".lt-plot")
            .last.locator(".lt-torch")
            .evaluate_all("all => all.slice(0, 20).map((e) => e.getBoundingClientRect()).map((b) => b.x + b.width / 2)")
        )
        steps = [box["x"] + (t + 0.5) * box["width"] / 20 for t in range(20)]
        np.testing.assert_allclose(circles, steps, atol=1.5)


def test_the_score_is_kept_while_one_looks_elsewhere(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(time=5, mode="predict")) as seen:
        page = seen.page
        page.get_by_role("button", name="See the value").click()
        harness.painted(page)
        page.get_by_role("slider", name="time step").focus()
        page.keyboard.press("ArrowRight")
        harness.painted(page)
        assert page.get_by_role("button", name="See the value").count() == 1, "another step is another question"
        page.get_by_role("radio", name="Weights").check(force=True)
        page.get_by_role("radio", name="Predict").check(force=True)
        harness.painted(page)
        assert "0 of 1 within 0.1" in page.locator(".lt-lab-predict").inner_text()
        page.get_by_role("radio", name="GRU", exact=True).check(force=True)
        harness.painted(page)
        assert "How far open is the" in page.locator(".lt-lab-predict").inner_text()
        assert "0 of 1 within 0.1" in page.locator(".lt-lab-predict").inner_text()
        assert seen.messages == []


# -- nodes that are pressed -------------------------------------------------------------------------------------------


STATUS = ".lt-lab-walk [role=status]"


def node(page: Page, name: str) -> Locator:
    return page.locator(f'.lt-stage:not(.is-away) .lt-lab-press[data-node="{name}"]')


def said_by(locator: Locator) -> str:
    return re.sub(r"\s+", " ", locator.inner_text()).strip()


@pytest.mark.parametrize("way", ["mouse", "keyboard", "touch"])
def test_a_node_is_computed_by_pressing_it(way: str, browser: Browser, tmp_path: Path) -> None:
    widget = CellLab(time=5, mode="steps")
    with harness.shown(browser, tmp_path, widget, size=harness.PHONE if way == "touch" else harness.WIDE) as seen:
        page = seen.page
        press = {
            "mouse": Locator.click,
            "keyboard": lambda at: at.press("Enter"),
            "touch": lambda at: at.evaluate(TAP),
        }[way]
        assert texts(page)["f"] == "?"
        press(node(page, "f"))
        harness.painted(page)
        assert said_by(page.locator(".lt-lab-operation")) == (
            "f = σ(Wxf x + bf + Whf ht−1) = σ(12.00 · 1.00 + 6.00 + 0.00 · 0.75) = 1.00"
        )
        assert texts(page)["f"] == "1.00" and texts(page)["i"] == "?", "the order is the reader's"
        assert {"valve-f", "join"} <= set(
            page.locator(".lt-stage:not(.is-away) .lit").evaluate_all("all => all.map((e) => e.dataset.part)")
        )
        for name in ("i", "g", "c", "o", "squashed", "h"):
            press(node(page, name))
            harness.painted(page)
        assert said_by(page.locator(".lt-lab-operation")) == "h = o ⊙ tanh(c) = 1.00 · 0.96 = 0.96"
        assert page.locator(".lt-lab-press.is-ready").count() == 0
        assert "21 of 21" in page.locator(".lt-lab-walk").inner_text()
        assert_shows(page, widget, 5)
        assert seen.messages == []


TAP = """(e) => {
    const { left, top, width, height } = e.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, pointerType: "touch" };
    const under = document.elementFromPoint(at.clientX, at.clientY);
    for (const type of ["pointerdown", "pointerup", "click"]) under.dispatchEvent(new PointerEvent(type, at));
}"""


def test_a_node_that_is_pressed_too_early_says_what_is_missing(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(time=5, mode="steps")) as seen:
        page = seen.page
        assert node(page, "c").get_attribute("aria-label") == "cell state c: c needs i, f and g first."
        assert node(page, "f").get_attribute("aria-label") == "forget gate f: compute it"
        sizes = page.locator(".lt-stage:not(.is-away) .lt-lab-press").evaluate_all(
            "all => all.map((e) => [e.offsetWidth, e.offsetHeight])"
        )
        assert min(min(size) for size in sizes) >= 24
        node(page, "c").click()
        harness.painted(page)
        assert said_by(page.locator(STATUS)) == "c needs i, f and g first."
        assert texts(page)["c"] == "?"
        node(page, "i").click()
        harness.painted(page)
        assert said_by(page.locator(STATUS)) == "Press a framed part of the drawing, or go on:", (
            "the message goes with the next act"
        )
        assert node(page, "c").get_attribute("aria-label") == "cell state c: c needs f and g first."
        node(page, "h").click()
        harness.painted(page)
        assert said_by(page.locator(STATUS)) == "h needs o and tanh(c) first."


def test_small_steps_go_on_from_what_was_pressed(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(time=5, mode="steps")) as seen:
        page = seen.page
        node(page, "g").click()
        harness.painted(page)
        assert "5 of 21" in page.locator(".lt-lab-walk").inner_text()
        page.get_by_role("button", name="Next operation").click()
        harness.painted(page)
        assert said_by(page.locator(".lt-lab-operation")) == "Whi ht−1 = 0.00 · 0.75 = 0.00"
        assert texts(page)["g"] == "1.00", "what was pressed stays"
        page.get_by_role("button", name="Back", exact=True).click()
        page.get_by_role("button", name="Back", exact=True).click()
        harness.painted(page)
        assert texts(page)["g"] == "?"
        page.get_by_role("radio", name="GRU", exact=True).check(force=True)
        harness.painted(page)
        nodes = page.locator(".lt-stage:not(.is-away) .lt-lab-press").evaluate_all(
            "all => all.map((e) => e.dataset.node)"
        )
        assert nodes == ["r", "z", "n", "h"]
        assert seen.messages == []


# -- tasks ------------------------------------------------------------------------------------------------------------

# What a reader does for a task, as traits, and the numbers that the task's "shows" says are then in the trace, by
# letter and step from 1.
DONE = {
    ("latch", "LSTM", 0): ({"time": 11}, [("c", 2, 0.99), ("c", 6, 1.98), ("c", 11, 0.0)]),
    ("latch", "LSTM", 2): ({"cell": "LSTM1997", "time": 10}, [("c", 11, 1.99)]),
    ("latch", "LSTM", 3): ({"cell": "PeepholeLSTM", "time": 5}, [("c", 6, 0.99)]),
    ("latch", "PeepholeLSTM", 0): ({"time": 5}, [("c", 6, 0.99)]),
    ("latch", "PeepholeLSTM", 1): ({"weights": {"p_i": 0.0}, "time": 5}, [("c", 6, 1.98), ("i", 6, 1.0)]),
    ("latch", "GRU", 0): ({"time": 5}, [("h", 6, 1.0), ("z", 6, 0.0)]),
    ("latch", "GRU", 1): ({"time": 10}, [("h", 11, 0.99), ("z", 11, 1.0)]),
    ("counter", "LSTM", 0): ({"time": 5}, [("c", 6, 3.98), ("h", 5, 0.99), ("h", 6, 1.0)]),
    ("counter", "LSTM", 1): ({"inputs": [[1.0], [0.0]]}, [("c", 2, 0.99)]),
    ("counter", "LSTM", 2): ({"cell": "GRU", "time": 5}, [("h", 6, 1.0)]),
    ("leak", "LSTM", 0): ({"time": 9}, [("c", 3, 0.99), ("c", 10, 0.47)]),
    ("leak", "LSTM", 1): ({"weights": {"b_f": 3.4}}, [("c", 24, 0.5), ("f", 24, 0.97)]),
    ("leak", "LSTM", 2): ({"cell": "LSTM1997"}, [("c", 3, 0.99), ("c", 24, 0.99)]),
    ("frozen", "LSTM", 0): ({"time": 16}, [("c", 17, 0.94), ("i", 17, 0.0)]),
    ("frozen", "LSTM", 1): ({"weights": {"W_hi": -8.0}, "time": 4}, [("i", 5, 0.53), ("c", 5, 0.42)]),
    ("tie", "RNN", 0): ({"time": 9}, [("h", 3, 0.29), ("h", 10, 0.13)]),
    ("tie", "RNN", 1): ({"weights": {"W_hg": 1.5}}, [("h", 20, 0.86), ("h", 24, 0.86)]),
    ("tie", "RNN", 2): ({"cell": "LSTM", "time": 9}, [("c", 3, 0.29), ("c", 10, 0.14), ("f", 10, 0.9)]),
}
PRESSES = {("latch", "LSTM", 1), ("latch", "PeepholeLSTM", 2), ("latch", "GRU", 2)}


def test_every_task_of_every_preset_is_tried() -> None:
    tasks = {(p, c, k) for p, cells in TASKS.items() for c, given in cells.items() for k in range(len(given))}
    assert tasks == DONE.keys() | PRESSES
    assert TASKS.keys() == stored().keys()


@pytest.mark.parametrize(("preset", "cell", "k"), sorted(DONE), ids=lambda part: str(part))
def test_a_task_is_ticked_on_the_act_and_what_it_shows_is_so(
    preset: str, cell: str, k: int, browser: Browser, tmp_path: Path
) -> None:
    traits, numbers = DONE[preset, cell, k]
    start = {"cell": cell, "preset": preset}
    task = TASKS[preset][cell][k]
    trace = CellLab(**(start | traits)).trace()
    for letter, step, wanted in numbers:
        assert trace[letter][step - 1, 0, 0] == pytest.approx(wanted, abs=0.006), (letter, step)
    with notebook(browser, tmp_path, CellLab(**start)) as seen:
        page = seen.page
        page.get_by_role("button", name=f"Task {k + 1} of {len(TASKS[preset][cell])}").click()
        tour = page.locator(".lt-tour p")
        assert said_by(tour) == f"Try: {task['task']}", "it is not done before the reader acts"
        ours = {name: value for name, value in traits.items() if name != "inputs"}
        if "inputs" in traits:
            series = page.get_by_role("slider", name=re.compile("^input x"))
            series.focus()
            for key in ("End", "PageUp"):
                page.keyboard.press(key)
        page.evaluate("(traits) => { for (const name in traits) model.set(name, traits[name]); }", ours)
        harness.painted(page)
        assert said_by(tour) == f"Done. {task['shows']}"


def test_each_preset_brings_its_own_tasks(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        page = seen.page
        tour = page.locator(".lt-tour p")
        page.get_by_role("radio", name="Step by step").check(force=True)
        page.get_by_role("button", name="Task 2 of 4").click()
        node(page, "f").click()
        harness.painted(page)
        assert said_by(tour).startswith("Done. That is all a cell does")
        page.get_by_role("radio", name="leak", exact=True).check(force=True)
        harness.painted(page)
        assert said_by(tour) == f"Try: {TASKS['leak']['LSTM'][0]['task']}"
        page.get_by_role("radio", name="latch", exact=True).check(force=True)
        harness.painted(page)
        assert said_by(tour).startswith("Done. That is all a cell does"), "what was done stays done"


def test_a_chapter_shows_only_the_cells_that_it_has_introduced(browser: Browser, tmp_path: Path) -> None:
    widget = CellLab("RNN", preset="tie", cells=["RNN"])
    assert [task["when"]["cell"] for task in widget.tasks] == ["RNN", "RNN"]
    with harness.shown(browser, tmp_path, widget) as seen:
        assert "LSTM" not in seen.page.locator(".lt-w").inner_text()
        assert seen.page.locator(".lt-segments").count() == 1
    with pytest.raises(ValueError, match=r"expected cells of .*'GRU'.*, got \['CIFG'\]"):
        CellLab(cells=["CIFG"])
    with pytest.raises(ValueError, match=r"expected preset to be one of \['tie'\], got 'latch'"):
        CellLab("RNN", cells=["RNN"])


# -- one screen, one question, no letters selected --------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["move", "steps", "predict"])
@pytest.mark.parametrize("cell", ["RNN", "PeepholeLSTM", "GRU"])
def test_it_fits_one_screen(mode: str, cell: str, browser: Browser, tmp_path: Path) -> None:
    widget = CellLab(cell, preset="tie", mode=mode, display="map", operation=20)
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        for answer in page.get_by_role("button", name="See the value").all():
            answer.click()
        harness.painted(page)
        assert page.locator(".lt-w").evaluate("e => e.offsetHeight") <= 700


@pytest.mark.parametrize(("size", "k"), [(harness.WIDE, 0), (harness.PHONE, 1)], ids=["wide", "phone"])
def test_the_room_that_the_page_keeps_is_the_room_it_takes(size, k: int, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(), size=size) as seen:
        assert seen.page.locator(".lt-w").evaluate("e => e.offsetHeight") == pytest.approx(CellLab.HEIGHTS[k], abs=12)


@pytest.mark.parametrize("cell", ["PeepholeLSTM", "GRU"])
@pytest.mark.parametrize("size", [harness.WIDE, harness.PHONE], ids=["wide", "phone"])
def test_five_columns_of_weights_fit_their_place(size, cell: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(cell, weights={"W_xf": -12.0}), size=size) as seen:
        table = seen.page.locator(".lt-lab-weights")
        assert table.evaluate("e => e.getBoundingClientRect().right <= e.parentElement.getBoundingClientRect().right")
        cut = "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.value)"
        assert table.locator(".lt-drag").evaluate_all(cut) == []


def test_a_question_stays_while_the_time_would_play(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        page = seen.page
        page.get_by_role("button", name="play", exact=True).click()
        page.get_by_role("radio", name="Predict").check(force=True)
        harness.painted(page)
        play = page.get_by_role("button", name="play", exact=True)
        assert play.is_disabled(), "it has stopped, and does not start again"
        page.get_by_role("slider", name="time step").press("Space")
        assert page.get_by_role("button", name="pause", exact=True).count() == 0
        page.get_by_role("radio", name="Weights").check(force=True)
        harness.painted(page)
        assert play.is_enabled()


def test_a_drag_over_a_plot_selects_no_letters(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab()) as seen:
        page = seen.page
        plot = page.get_by_role("img", name=re.compile("^States over time")).bounding_box()
        assert plot
        page.mouse.move(plot["x"] + 60, plot["y"] + 30)
        page.mouse.down()
        page.mouse.move(plot["x"] + plot["width"] - 20, plot["y"] + plot["height"] - 4, steps=5)
        page.mouse.up()
        assert page.evaluate("getSelection().toString()") == ""
        assert page.locator(".lt-timebar .lt-value").inner_text() == "20 / 20"


@pytest.mark.parametrize(
    ("cell", "told"),
    [("LSTM", "i, f, g, o, c and h at all 20 steps"), ("GRU", "r, z, n and h at all 20"), ("RNN", "same: h at all 20")],
)
def test_pytorch_says_which_quantities_agree(cell: str, told: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, CellLab(cell)) as seen:
        assert told in said_by(seen.page.locator(".lt-lab-torch"))
