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

READ = """async ({ alphabet, line, arrays, held, c, step }) => {
    const { unpack } = await load("js/kit/arrays.js");
    const reading = await load("welcome/reading.js");
    const { operated, writeOn } = await load("js/kit/holding.js");
    const view = { array(name) {
        const { dtype, shape, bytes } = arrays[name];
        return unpack({ dtype, shape, data: new DataView(Uint8Array.from(bytes).buffer) });
    } };
    const free = reading.modelOf(view);
    const model = operated(free, held);
    const readText = reading.reader(model, alphabet);
    for (const other of [line.slice(0, 9) + "other", line.slice(3), line + "!"]) readText(other); // typed before
    const run = reading.withMemory(model, readText(line), c);
    const shares = Array.from(line, (_, t) => reading.sharesAt(model, run, t));
    const last = run.T - 1;
    const written = writeOn(model, reading.placeAt(model, run, step), 12);
    return { record: run.record, shares, before: reading.valuesAt(run, 3, last), written };
}"""
OPERATIONS = {
    "untouched": {},
    "gates held": {"held": [("f", 0, 0), ("f", 2, 1), ("i", 1, 1), ("o", 4, 1)]},
    "cells silent": {"held": [("o", 0, 0), ("o", 3, 0)]},
    "a memory set in the middle": {"c": [3, 11, -1.7]},
    "a memory set at the end": {"c": [3, 31, 2.5]},
    "a memory set past the end": {"c": [3, 90, 2.5]},
    "all of it": {"held": [("f", 3, 1), ("i", 3, 0), ("o", 1, 0)], "c": [3, 20, 4.0], "step": 24},
}


def random_model(hidden: int, dtype: str) -> lt.SequenceModel:
    rng = np.random.default_rng(4)
    model = lt.SequenceModel(lt.LSTM(96, hidden, dtype=dtype, rng=rng), 96, rng=rng)
    model.load_parameters({name: rng.normal(0, 0.7, a.shape) for name, a in model.parameters().items()})
    return model


def read(widget: Welcome, engine) -> dict:
    """What the page makes of a widget's traits."""
    names = ("weight_ih", "weight_hh", "bias", "readout_weight", "readout_bias")
    arrays = {}
    for name in names:
        a = getattr(widget, name)
        arrays[name] = {"dtype": a.dtype.str, "shape": list(a.shape), "bytes": list(a.tobytes())}
    return engine(
        READ, alphabet=lt.tasks.ALPHABET, line=widget.text, arrays=arrays, held=widget.held, c=widget.c,
        step=widget.step,
    )  # fmt: skip


@pytest.mark.parametrize("what", OPERATIONS)
@pytest.mark.parametrize("model", [None, random_model(5, "float64"), random_model(5, "float32")])
def test_the_page_computes_what_the_package_computes(model: lt.SequenceModel | None, what: str, engine) -> None:
    widget = Welcome(model, text="for k in range(9): # ~{}\n    x = ", **OPERATIONS[what])
    ours = read(widget, engine)
    trace, guesses = widget.trace(), widget.guesses()
    for name in trace.names:
        record = np.reshape(ours["record"][name], trace[name].shape)
        np.testing.assert_allclose(record, trace[name], rtol=0, atol=1e-9, err_msg=name)
    np.testing.assert_allclose(ours["shares"], guesses, rtol=0, atol=1e-9)
    assert ours["before"]["c_prev"] == pytest.approx(trace["c"][-2, 0, 3], abs=1e-9)
    assert ours["before"]["h_prev"] == pytest.approx(trace["h"][-2, 0, 3], abs=1e-9)
    written = widget.written()
    assert lt.tasks.decode(ours["written"]) == written
    widget.text = widget.text[: widget.step + 1]
    for sign in written:  # from where the operations left it
        assert sign == widget.alphabet[widget.guesses()[-1].argmax()]
        widget.text += sign
    assert len(written) == 12


@pytest.mark.parametrize("what", OPERATIONS)
def test_pytorch_with_the_same_operations_expects_the_same(what: str) -> None:
    torch = pytest.importorskip("torch")
    widget = Welcome(random_model(5, "float64"), text="for k in range(9): # ~{}\n    x = ", **OPERATIONS[what])
    weights = {name: torch.tensor(getattr(widget, name)) for name in ("weight_ih", "weight_hh", "bias")}
    readout = torch.tensor(widget.readout_weight), torch.tensor(widget.readout_bias)
    h, c = torch.zeros(5, dtype=torch.float64), torch.zeros(5, dtype=torch.float64)
    expected = []
    for t, code in enumerate(lt.tasks.encode(widget.text)):
        a = weights["weight_ih"][:, int(code)] + weights["weight_hh"] @ h + weights["bias"]
        i, f, g, o = a.chunk(4)
        gates = {"i": torch.sigmoid(i), "f": torch.sigmoid(f), "o": torch.sigmoid(o)}
        for gate, unit, value, _ in widget.held:
            gates[gate][unit] = float(value)
        c = gates["f"] * c + gates["i"] * torch.tanh(g)
        if widget.c and widget.c[1] == t:
            c[widget.c[0]] = widget.c[2]
        h = gates["o"] * torch.tanh(c)
        expected.append(torch.softmax(readout[0] @ h + readout[1], 0).numpy())
    np.testing.assert_allclose(widget.guesses(), expected, rtol=0, atol=1e-9)


def share(sign: str, **traits: object) -> float:
    widget = Welcome(**traits)
    return float(widget.guesses()[-1][widget.alphabet.index(sign)])


def test_what_the_tasks_promise_is_so() -> None:
    assert round(share(")"), 2) == 0.49
    assert round(share(")", held=[("f", 16, 0)]), 2) == 0.20
    assert 0.01 < share(")", c=[16, 17, -1.0]) < share(")", c=[16, 17, -0.9]) < 0.025
    assert round(share(")", text="total = values"), 2) == 0.01
    assert 0.5 < share(")", text="total = values", c=[16, 13, 0.9]) < share(")", text="total = values", c=[16, 13, 1.0])


SAY = """async ({ link, before, after, text, c }) => {
    const { change, deeds } = await load("welcome/operations.js");
    const { asHeld } = await load("js/kit/holding.js");
    const { parse } = asHeld(["f", "i", "o"], 64);
    return [deeds({ held: parse(link), c }, text), deeds({ held: parse("o16.3-shut"), c: [] }, text),
        deeds({ held: parse("o3-shut"), c: [] }, text), deeds({ held: parse("f1.2.3.4-open"), c: [] }, text),
        change(before, after, "abc")];
}"""


def test_the_sentence_names_what_is_done_and_the_guess_that_has_changed_most(engine) -> None:
    given = {"link": "f16-shut_i3-open", "text": "ab c", "c": [2, 1, -0.5]}
    told = engine(SAY, before=np.array([0.5, 0.3, 0.2]), after=np.array([0.5, 0.05, 0.45]), **given)
    assert told[0] == "c of cell 2 set to −0.50 after “b”, f of cell 16 held shut, i of cell 3 held open"
    assert told[1:3] == ["2 cells silent", "cell 3 silent"]
    assert told[3] == "f of cell 1 held open, f of cell 2 held open and 2 more changes"
    assert told[4] == "“b” falls from 30 % to 5 %."
    little = engine(SAY, before=np.array([0.5, 0.3, 0.2]), after=np.array([0.503, 0.299, 0.198]), **given)
    assert little[4].startswith("no guess moves by more than 1 % here.")


DRAW = """async ({ shares, temperature }) => {
    const { choice, probabilities } = await load("js/engine/sampling.js");
    const random = new lt.Random(3), p = probabilities(shares.map(Math.log), { temperature });
    return Array.from({ length: 4000 }, () => choice(p, random.uniform(0, 1)));
}"""


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_letters_are_drawn_as_often_as_the_temperature_says(temperature: float, engine) -> None:
    shares = np.array([0.5, 0.0, 0.3, 0.2])
    drawn = np.bincount(engine(DRAW, shares=shares, temperature=temperature), minlength=4) / 4000
    expected = shares ** (1 / temperature)
    np.testing.assert_allclose(drawn, expected / expected.sum(), atol=0.03)


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
        (lambda w: setattr(w, "held", [("g", 1, 0)]), r"expected held to be a list of .* gates \['f', 'i', 'o'\]"),
        (lambda w: setattr(w, "held", [("f", 64, 0)]), "units from 0 to 63"),
        (lambda w: setattr(w, "held", [("f", 1, 0.5)]), "0 or 1"),
        (lambda w: setattr(w, "held", [("f", "x", 0)]), "0 or 1"),
        (lambda w: setattr(w, "held", [("f", 1, 0), ("f", 1, 1)]), "each gate at most once"),
        (lambda w: setattr(w, "c", [1, 2]), r"expected c to be \[\] or \[unit, step, value\]"),
        (lambda w: setattr(w, "c", [1, 2, np.nan]), "a value from -10.0 to 10.0"),
        (lambda w: setattr(w, "c", [1, 120, 0.0]), "a step from 0 to 119"),
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
    assert (widget.text, widget.unit, widget.step, widget.bias.shape) == ("abc", 3, 2, (256,))
    assert (widget.held, widget.c) == ([], [])


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
    widget = Welcome(text="sum(x)", unit=2, step=0)
    c = widget.trace()["c"][:, 0]
    with harness.shown(browser, tmp_path, widget) as seen:
        page = seen.page
        assert f"holds {lt.palette.number(c[0, 2])}" in said(page), "reduced motion: it does not play by itself"
        page.get_by_role("slider", name="character").focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
            page.keyboard.press(key)
        page.wait_for_function("document.querySelector('.wc-said b').textContent === 'm'")
        assert f"holds {lt.palette.number(c[2, 2])}" in said(page)
        page.get_by_text("The cell as a drawing").click()
        page.wait_for_function("document.querySelector('details').open")
        harness.painted(page)
        assert page.locator("text[data-value=c]").text_content() == lt.palette.number(c[2, 2])
        page.get_by_role("group", name="Gates and states").focus()
        page.keyboard.press("End")
        page.wait_for_function("document.querySelector('.wc-said b').textContent === ')'")
        assert "step 6 ())" in page.locator(".lt-w [aria-live]").inner_text()
        page.get_by_role("radio", name="cell 2,").focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.querySelector('.wc-said').textContent.includes('cell 3')")
        assert f"holds {lt.palette.number(c[5, 3])}" in said(page)


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
        assert page.locator(".lt-hint").inner_text() == "The model does not know é; it reads on without it."
        assert page.locator(".lt-timebar .lt-value").inner_text() == "28 / 28"
        field.fill("")
        harness.painted(page)
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('input[type=text]').value.startsWith('total =')")
        assert seen.messages == []


def test_it_plays_and_pauses_when_asked(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(step=0)) as seen:
        seen.page.get_by_role("button", name="play").click()
        seen.page.wait_for_function("parseInt(document.querySelector('.lt-timebar .lt-value').textContent) > 3")
        seen.page.get_by_role("button", name="pause").click()
        seen.page.get_by_role("button", name="play").wait_for()
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


def first_guess(page: Page) -> str:
    return page.locator(".wc-guesses button").first.get_attribute("aria-label") or ""


def words_of(page: Page, words: str) -> None:
    """Wait until the sentence has these words."""
    page.wait_for_function("(words) => document.querySelector('.wc-said').innerText.includes(words)", arg=words)


def test_a_held_gate_and_a_dragged_memory_change_the_guesses_and_tick_the_tasks(
    browser: Browser, tmp_path: Path
) -> None:
    with harness.shown(browser, tmp_path, Welcome()) as seen:
        page = seen.page
        assert first_guess(page) == "write ): 49 %"
        page.get_by_role("group", name="f, forget gate of cell 16").get_by_role("radio", name="shut").check()
        words_of(page, "With f of cell 16 held shut: “)” falls from 49 % to 20 %.")
        assert first_guess(page) == "write ): 20 %, untouched 49 %"
        assert "Done." in page.locator(".lt-tour").inner_text()
        page.get_by_role("button", name="Next").click()
        page.get_by_role("group", name="f, forget gate of cell 16").get_by_role("radio", name="free").check()
        memory = page.get_by_role("slider", name="memory c of cell 16")
        memory.evaluate("(el) => { el.value = -1; el.dispatchEvent(new Event('input', { bubbles: true })); }")
        words_of(page, "c of cell 16 set to −1.00 after “s”: “)” falls from 49 % to 1 %.")
        page.get_by_role("button", name="Next").click()
        page.get_by_role("button", name="Write on").click()
        page.wait_for_function("document.querySelector('.lt-field input').value.length === 30")
        assert page.locator(".lt-field input").input_value() == "total = sum(values = self._con"
        assert "Done." in page.locator(".lt-tour").inner_text()
        page.get_by_role("button", name="Take back").click()
        page.wait_for_function("document.querySelector('.lt-field input').value === 'total = sum(values'")
        page.get_by_role("button", name="let go").click()
        words_of(page, "The untouched network expects ) first")
        assert seen.messages == []


def test_silent_cells_are_crossed_out_and_a_guess_that_is_pressed_is_written(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome()) as seen:
        page = seen.page
        page.get_by_role("group", name="a press on a square").get_by_role("radio", name="silence").check()
        page.get_by_role("checkbox", name="silence cell 19,").check()
        page.get_by_role("checkbox", name="silence cell 16,").check()
        words_of(page, "With 2 cells silent: ")
        assert page.locator(".wc-silent").count() == 2
        page.get_by_role("button", name="Hear all").click()
        words_of(page, "untouched network")
        page.get_by_role("button", name="Silence the others, all but cell 16").click()
        words_of(page, "With 63 cells silent: “)” falls from 49 % to < 1 %.")
        page.locator(".wc-guesses button").first.click()
        page.wait_for_function("document.querySelector('.lt-field input').value.length === 19")
        assert seen.messages == []


def test_it_writes_to_120_characters_and_no_further(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(text="x" * 115)) as seen:
        page = seen.page
        page.get_by_role("group", name="how it chooses").get_by_role("radio", name="drawn with temperature 1").check()
        page.get_by_role("button", name="Write on").click()
        page.wait_for_function("document.querySelector('.lt-field input').value.length === 120")
        harness.painted(page)
        assert page.get_by_role("button", name="Write on").is_disabled()
        assert "120 characters: it writes no further." in page.locator(".wc-write").inner_text()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("held=f16-shut_i3-open&step=17", "With f of cell 16 held shut, i of cell 3 held open: "),
        ("held=o16-shut&step=17", "With cell 16 silent: “)” falls from 49 % to 20 %."),
        ("c=16_17_-1", "With c of cell 16 set to −1.00 after “s”: “)” falls from 49 % to 1 %."),
    ],
)
def test_a_link_says_what_is_done_to_the_network(query: str, words: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(), at=f"#lt:welcome?{query}") as seen:
        assert words in said(seen.page)
        seen.page.get_by_role("button", name="Copy link").click()
        seen.page.wait_for_function("(query) => location.hash.includes(query)", arg=query.split("&")[0])


@pytest.mark.parametrize("query", ["held=f64-shut", "held=g1-shut", "held=f1-shut_f1-open", "held=o3.64-shut",
                                   "held=o3.3-shut", "c=16_17", "c=16_120_0", "c=16_17_11", "c=__proto__",
                                   "held=f16"])  # fmt: skip
def test_what_a_link_cannot_set_is_said(query: str, browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(), at=f"#lt:welcome?{query}") as seen:
        name, value = query.split("=")
        assert f"“{name}” cannot be “{value}”" in seen.page.locator(".lt-w-status").inner_text()
        assert "untouched network" in said(seen.page)


def test_a_memory_that_was_set_past_the_end_of_a_new_line_is_forgotten(browser: Browser, tmp_path: Path) -> None:
    with harness.shown(browser, tmp_path, Welcome(c=[16, 17, -1.0])) as seen:
        page = seen.page
        page.get_by_role("textbox").fill("total")
        words_of(page, "untouched network")
        assert page.get_by_role("button", name="let go").is_disabled()
