"""The drawings are read as the XML that they are: names, ids, openings, flows, texts; never as pixels."""

import itertools
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor.diagrams import diagram, unrolled
from lstm_tutor.palette import COLORS

SVG = "{http://www.w3.org/2000/svg}"
CELLS = ("rnn", "lstm1997", "lstm")
PARTS = {
    "rnn": {
        "rail-h-prev", "h-prev", "wire-x", "wire-tanh", "rail-h", "h", "box-tanh", "join",
        "label-h-prev", "label-h", "label-x",
    },
    "lstm1997": {
        "rail-c", "rail-h-prev", "rail-h", "c-prev", "h-prev", "candidate", "write", "c", "read", "squashed", "h",
        "wire-x", "wire-g", "wire-i", "wire-o", "box-g", "box-tanh", "valve-i", "valve-o", "sum", "join",
        "label-c-prev", "label-c", "label-h-prev", "label-h", "label-x",
    },
}  # fmt: skip
PARTS["lstm"] = PARTS["lstm1997"] | {"valve-f", "wire-f", "kept"}
VALUES = {"i": 0.25, "f": 0.5, "o": 0.75, "g": -0.8, "c_prev": 1.6, "h_prev": -0.42}


def tree(drawing):
    return ET.fromstring(drawing.svg)


def part(root, name):
    (found,) = [g for g in root.iter(f"{SVG}g") if g.get("data-part") == name]
    return found


def variable(element, name):
    """The number that a style attribute gives a CSS variable."""
    (found,) = [e.get("style") for e in element.iter() if f"{name}:" in e.get("style", "")]
    return float(re.search(rf"{name}:([^;]*)", found)[1])


def stream(root, name):
    (found,) = [e for e in part(root, name).iter() if e.get("class") == "stream"]
    return found


def words(root):
    return ["".join(e.itertext()) for e in root.iter(f"{SVG}text") if "".join(e.itertext())]


@pytest.mark.parametrize("cell", CELLS)
def test_every_documented_part_stands_in_the_drawing_once(cell):
    drawing = diagram(cell)
    names = [g.get("data-part") for g in tree(drawing).iter(f"{SVG}g") if g.get("data-part")]
    assert sorted(names) == sorted(PARTS[cell])
    assert names == list(drawing.parts)


@pytest.mark.parametrize("cell", CELLS)
def test_a_drawing_has_a_role_a_title_and_a_description(cell):
    root = tree(diagram(cell))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
    assert len(title.text) > 10 and len(desc.text) > 80


def test_the_text_alternative_can_be_replaced_and_names_the_values():
    root = tree(diagram("lstm", title="A title", desc="A description"))
    assert (root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text) == ("A title", "A description")
    assert "f = 0.50, g = −0.80" in tree(diagram("lstm", values=VALUES)).find(f"{SVG}desc").text


def test_no_id_stands_twice_on_a_page_that_shows_drawings_twice():
    first, second = diagram("lstm"), unrolled("lstm", text="ab")
    page = "".join(d._repr_html_() for d in (first, first, second, diagram("lstm")))
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) > 100 and len(ids) == len(set(ids))


def test_a_gate_is_a_valve_of_its_letter_that_opens_as_far_as_its_value():
    root = tree(diagram("lstm", values=VALUES))
    for letter in "ifo":
        valve = part(root, f"valve-{letter}")
        assert valve.get("class").split()[:3] == ["part", "gate", letter]
        assert variable(valve, "--open") == VALUES[letter]


@pytest.mark.parametrize("opening", [0.0, 0.3, 1.0])
def test_the_blades_leave_free_the_share_of_the_pipe_that_the_gate_lets_through(opening):
    valve = part(tree(diagram("lstm", values={"f": opening})), "valve-f")
    near, far = (e for e in valve.iter(f"{SVG}rect") if "blade" in e.get("class", ""))
    shift = [float(e.get("transform").removeprefix("translate(0 ").rstrip(")")) for e in (near, far)]
    height = float(near.get("height"))
    bottom_of_near = float(near.get("y")) + height + shift[0]
    assert float(far.get("y")) + shift[1] - bottom_of_near == pytest.approx(2 * height * opening, abs=0.02)


def test_flows_are_as_wide_as_their_values_and_say_their_sign():
    root = tree(diagram("lstm", values=VALUES))
    kept, written = 0.5 * 1.6, 0.25 * -0.8
    limit = 1.6
    expected = {
        "c-prev": 1.6 / limit,
        "kept": kept / limit,
        "candidate": -0.8 / limit,
        "write": written / limit,
        "c": (kept + written) / limit,
        "squashed": math.tanh(kept + written),
        "h": 0.75 * math.tanh(kept + written),
        "h-prev": -0.42,
    }
    for name, value in expected.items():
        line = stream(root, name)
        assert variable(line, "--size") == pytest.approx(abs(value), abs=0.006), name
        assert line.get("data-sign") == ("-" if value < 0 else "+"), name
        assert float(line.get("stroke-width")) == pytest.approx(abs(value) * variable(line, "--full"), abs=0.06), name


def test_values_are_printed_with_two_decimals_and_a_real_minus():
    printed = words(tree(diagram("lstm", values=VALUES)))
    for number in ("0.25", "0.50", "0.75", "−0.80", "1.60", "−0.42", "0.60", "0.40"):
        assert number in printed
    assert not any(re.search(r"\d\.\d", text) for text in words(tree(diagram("lstm"))))


def test_a_sketch_without_values_has_no_signs():
    root = tree(diagram("lstm"))
    assert {e.get("data-sign") for e in root.iter() if e.get("class") == "stream"} == {""}


def test_one_step_of_a_layer_is_drawn_with_the_numbers_of_its_trace():
    trace = lt.LSTM(3, 4, rng=0).forward(np.random.default_rng(1).normal(size=(2, 1, 3)))
    values = {name: trace[name][1, 0, 2] for name in trace.names}
    values |= {"c_prev": trace["c"][0, 0, 2], "h_prev": trace["h"][0, 0, 2]}
    root = tree(diagram("lstm", values=values))
    del values["c"], values["h"]
    assert words(root) == words(tree(diagram("lstm", values=values))), "the equations give what the trace has"


def test_new_is_lit_and_the_rest_fades():
    root = tree(diagram("lstm", new=("f",)))
    classes = {g.get("data-part"): g.get("class").split() for g in root.iter(f"{SVG}g") if g.get("data-part")}
    assert {name for name, words in classes.items() if "is-new" in words} == {"valve-f", "wire-f"}
    assert {name for name, words in classes.items() if "is-faded" in words} == PARTS["lstm"] - {"valve-f", "wire-f"}
    assert re.sub("lt-lstm-[0-9]+", "", diagram("lstm", new=True).svg) == re.sub(
        "lt-lstm-[0-9]+", "", diagram("lstm", new=("f",)).svg
    )
    assert "is-new" not in diagram("lstm").svg.split("</style>")[1]


def test_the_lstm_adds_its_forget_valve_to_the_drawing_of_1997_and_moves_nothing():
    old, new = (tree(diagram(cell)) for cell in ("lstm1997", "lstm"))

    def shapes(root, name):
        return [(e.tag, e.get("d"), e.get("x"), e.get("y"), e.get("cx")) for e in part(root, name).iter()]

    same = PARTS["lstm1997"] - {"c-prev"}
    assert all(shapes(old, name) == shapes(new, name) for name in same)


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "\"'><b>", "a & b", "]]>", "\x00\x1b[0m", "&lt;"])
def test_what_is_text_stays_text(nasty):
    for drawing in (
        diagram("lstm", labels={"x": nasty}, title=nasty, desc=nasty),
        unrolled("rnn", text=nasty, title=nasty, desc=nasty),
    ):
        root = tree(drawing)
        tags = {e.tag.removeprefix(SVG) for e in root.iter()}
        assert tags <= {"svg", "title", "desc", "style", "g", "path", "rect", "circle", "text", "tspan"}
        if nasty.isprintable():
            assert root.find(f"{SVG}title").text == nasty
        assert "<script" not in drawing._repr_html_()


def test_colors_are_those_of_the_letters_and_ink_is_that_of_the_page():
    style = tree(diagram("lstm")).find(f"{SVG}style").text
    for letter in "ifogch":
        assert f".part.{letter}{{--hue:{COLORS[letter]}}}" in style
    assert "fill:currentColor" in style
    assert "prefers-reduced-motion" in style


def test_the_html_is_one_figure_with_the_drawing_inline():
    html = diagram("rnn")._repr_html_()
    assert html.startswith('<figure class="lt-diagram"') and html.endswith("</figure>")
    assert html.count("<svg") == 1
    assert not hasattr(diagram("rnn"), "_repr_svg_")


def test_a_saved_drawing_is_a_whole_svg_file(tmp_path):
    diagram("lstm", values={"f": 0.93}).save(tmp_path / "lstm.svg")
    root = ET.parse(tmp_path / "lstm.svg").getroot()
    assert root.tag == f"{SVG}svg" and root.get("width") == "560"
    assert "prefers-color-scheme:dark" in root.find(f"{SVG}style").text


def test_the_same_drawing_is_the_same_text_at_every_run():
    code = "from lstm_tutor.diagrams import diagram; print(diagram('lstm', values={'f': 0.3}).svg)"
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert len(runs) == 1


@pytest.mark.parametrize("cell", CELLS)
def test_a_chain_has_one_step_per_character(cell):
    drawing = unrolled(cell, text="if x")
    root = tree(drawing)
    names = [g.get("data-part") for g in root.iter(f"{SVG}g") if g.get("data-part")]
    assert names == list(drawing.parts) and len(names) == len(set(names))
    assert [f"label-x-{k}" in names for k in (1, 4, 5)] == [True, True, False]
    assert ["".join(part(root, f"label-x-{k}").itertext()) for k in (1, 2, 3, 4)] == list("if␣x")


def test_a_chain_carries_the_memory_from_step_to_step():
    values = {"i": [1, 0.5], "f": [0.2, 0.5], "o": [0.5, 1], "g": [0.8, -0.6]}
    root = tree(unrolled("lstm", text="ab", values=values))
    assert variable(stream(root, "c-prev-1"), "--size") == 0
    assert variable(stream(root, "c-1"), "--size") == variable(stream(root, "c-prev-2"), "--size") == 0.8
    assert variable(stream(root, "c-2"), "--size") == pytest.approx(0.5 * 0.8 - 0.3, abs=0.006)
    assert variable(part(root, "valve-f-2"), "--open") == 0.5


def test_a_long_chain_scrolls_in_a_frame_that_the_keyboard_reaches():
    assert "overflow-x:auto" not in unrolled("rnn", text="for i in")._repr_html_()
    long = unrolled("rnn", text="for i in range(10):")._repr_html_()
    assert 'tabindex="0"' in long and "overflow-x:auto" in long and "aria-label=" in long


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagram("gru2"), "diagram: expected cell to be one of ['rnn', 'lstm1997', 'lstm'], got 'gru2'"),
        (lambda: diagram("lstm", values={"q": 1}), "diagram: expected a name in values to be one of"),
        (lambda: diagram("lstm", values={"f": 1.2}), "diagram: expected f from 0 to 1, got 1.2"),
        (lambda: diagram("lstm", values={"g": -1.5}), "diagram: expected g from -1 to 1, got -1.5"),
        (lambda: diagram("lstm", values={"c": math.nan}), "diagram: expected c to be finite, got nan"),
        (lambda: diagram("lstm", values={"f": np.ones(3)}), "diagram: expected f to be one number, got array"),
        (lambda: diagram("lstm", values=[0.5]), "diagram: expected values to be a mapping"),
        (lambda: diagram("lstm1997", values={"f": 0.5}), "got 'f'"),
        (lambda: diagram("rnn", new=("f",)), "diagram: expected new to name letters ['h', 'x'] or parts"),
        (lambda: diagram("lstm", labels={"y": "?"}), "diagram: expected a name in labels to be one of"),
        (lambda: unrolled("rnn", text=""), "unrolled: expected text of at least one character, got an empty one"),
        (lambda: unrolled("tree", text="a"), "unrolled: expected cell to be one of"),
        (
            lambda: unrolled("lstm", text="ab", values={"f": [0.5]}),
            "unrolled: expected 2 numbers for f, one per character, got 1",
        ),
        (
            lambda: unrolled("lstm", text="ab", values={"f": [0.5, 3]}),
            "unrolled: expected f at step 2 from 0 to 1, got 3",
        ),
    ],
)
def test_bad_input_is_refused_with_what_was_expected_and_what_came(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_texts_of_a_drawing_with_values_do_not_touch():
    """Boxes of all texts (a generous estimate of their widths) stay apart in the fullest drawing."""
    values = {**VALUES, "c_prev": -1.6}
    root = tree(diagram("lstm", values=values))
    boxes = []
    for e in root.iter(f"{SVG}text"):
        content = "".join(e.itertext())
        if not content:
            continue
        kind = e.get("class").split()
        width = 13.0 * len(content) if "value" in kind else 12.0 * len(content)
        x, y = float(e.get("x")), float(e.get("y"))
        left = x - width * (0.5 if {"middle", "letter"} & set(kind) else 1 if "end" in kind else 0)
        top = y - (10 if e.get("dy") else 18)
        boxes.append((left, left + width, top, top + 20, content))
    for a, b in itertools.combinations(boxes, 2):
        assert a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2], (a, b)


def test_diagrams_need_neither_matplotlib_nor_torch():
    code = "import lstm_tutor.diagrams, sys; print(sorted({'matplotlib', 'torch', 'IPython'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
