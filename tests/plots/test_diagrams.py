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
from lstm_tutor.diagrams import ablated, attention, diagram, reset_gates, unrolled, unrolled_gradient
from lstm_tutor.palette import COLORS, MIDTONE, number

SVG = "{http://www.w3.org/2000/svg}"
CELLS = ("rnn", "lstm1997", "lstm", "peephole", "cifg", "gru", "gru_before", "slstm", "mingru", "minlstm",
         "fastweights", "delta", "mlstm", "lru")  # fmt: skip
CHAINS = CELLS[:4] + CELLS[5:7]
TAKEN_OUT = {  # what a variant has lost, and what stands in its place
    "NIG": ({"valve-i", "wire-i", "peep-i"}, {"no-i"}),
    "NFG": ({"valve-f", "wire-f", "peep-f"}, {"no-f"}),
    "NOG": ({"valve-o", "wire-o", "peep-o"}, {"no-o", "wire-join"}),
    "NIAF": ({"box-g"}, {"no-box-g"}),
    "NOAF": ({"box-tanh"}, {"no-box-tanh"}),
    "CIFG": ({"valve-f", "wire-f", "peep-f"}, set()),
    "NP": ({"peep-i", "peep-f", "peep-o"}, {"no-peep-i", "no-peep-f", "no-peep-o"}),
}
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
PARTS["peephole"] = PARTS["lstm"] | {"peep-i", "peep-f", "peep-o"}
PARTS["cifg"] = PARTS["lstm"] - {"valve-f", "wire-f"}
PARTS["gru"] = PARTS["gru_before"] = {
    "rail-h", "rail-back", "rail-past", "h-prev", "kept", "candidate", "write", "h", "back", "past", "reset",
    "wire-x", "wire-n", "wire-z", "wire-r", "box-n", "box-past", "valve-r", "valve-z", "sum", "join",
    "label-h-prev", "label-h", "label-x",
}  # fmt: skip
PARTS["mingru"] = PARTS["gru"] - {
    "rail-back",
    "rail-past",
    "back",
    "past",
    "reset",
    "wire-r",
    "box-past",
    "valve-r",
    "join",
}
PARTS["minlstm"] = PARTS["mingru"] - {"wire-z", "wire-n", "box-n", "valve-z"} | {"wire-k", "wire-g", "box-g", "valve-k"}
PARTS["slstm"] = PARTS["lstm"] - {"squashed", "box-tanh"} | {
    "rail-n", "n-prev", "kept-n", "n", "one", "one-in", "write-n", "read-n", "shown", "divide", "valve-f-n",
    "valve-i-n", "sum-n", "box-m", "wire-m-prev", "wire-m", "label-n-prev", "label-n", "label-m-prev", "label-m",
}  # fmt: skip
PARTS["fastweights"] = PARTS["lstm"] - {
    "rail-h-prev", "h-prev", "candidate", "squashed", "wire-g", "wire-i", "wire-o", "wire-f", "box-g", "box-tanh",
    "valve-i", "valve-o", "valve-f", "label-h-prev",
} | {"wire-v", "wire-k", "wire-q", "label-v", "label-k", "label-q", "box-write", "box-query"}  # fmt: skip
PARTS["delta"] = PARTS["fastweights"] | {"candidate", "wire-i", "wire-f", "valve-i", "valve-f", "peep-c"}
PARTS["mlstm"] = PARTS["delta"] - {"peep-c"} | {"wire-o", "valve-o", "asked", "box-divide"}
PARTS["lru"] = {name for name in PARTS["fastweights"] if not name.endswith(("-v", "-k", "-q"))} - {
    "box-write", "box-query"} | {
    "asked", "box-lambda", "box-b", "box-c", "box-d", "wire-b", "wire-d", "sum-h",
}  # fmt: skip
VALUES = {"i": 0.25, "f": 0.5, "o": 0.75, "g": -0.8, "c_prev": 1.6, "h_prev": -0.42}
GRU_VALUES = {"r": 0.25, "z": 0.7, "n": -0.8, "h_prev": 0.6, "past": -1.5}
SHOWN = {
    variant: {name: v for name, v in VALUES.items() if name != missing}
    for variant, missing in zip(("LSTM", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP"), "_ifo__f_", strict=True)
}
GIVEN = {
    "rnn": {"h_prev": -0.42, "h": 0.3},
    "lstm1997": {name: v for name, v in VALUES.items() if name != "f"},
    "lstm": VALUES,
    "peephole": VALUES,
    "cifg": {name: v for name, v in VALUES.items() if name != "f"},
    "gru": GRU_VALUES,
    "gru_before": GRU_VALUES,
    "slstm": VALUES | {"i": 1.0, "n_prev": 1.2, "m_prev": -2.5, "m": 3.25},
    "mingru": {"z": 0.3, "n": 2.4, "h_prev": 1.2},
    "minlstm": {"k": 0.3, "g": 2.4, "h_prev": 1.2},
    "fastweights": {"v": -0.8, "k": -0.5, "q": 0.7, "c_prev": 1.6, "asked": -0.42},
    "delta": {"f": 0.5, "i": 0.25, "v": -0.8, "k": -0.5, "q": 0.7, "c_prev": 1.6, "asked": -0.42},
    "mlstm": {"f": 0.5, "i": 0.25, "o": 0.75, "v": -0.8, "k": -0.5, "q": 0.7, "c_prev": 1.6, "asked": -0.42},
    "lru": {"kept": -1.2, "write": 0.5, "asked": 0.4, "h": -0.42, "c_prev": 1.6},
}
NEGATIVE = {cell: {name: -abs(v) for name, v in given.items() if "prev" in name} for cell, given in GIVEN.items()}


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


def shape(root, name):
    """Where a part stands, without the state that values set."""
    return [(e.tag, e.get("d"), e.get("x"), e.get("y"), e.get("cx")) for e in part(root, name).iter()]


def column(root, name):
    """Where on the time axis a valve or the first circle or box of a part stands."""
    bodies = [e.get("transform") for e in part(root, name).iter() if e.get("class") == "body"]
    if bodies:
        return float(re.search(r"translate\((\S+)", bodies[0])[1])
    return float(next(e.get("cx") or e.get("x") for e in part(root, name).iter() if e.get("cx") or e.get("x")))


def lit(drawing):
    return {g.get("data-part") for g in tree(drawing).iter(f"{SVG}g") if "is-new" in g.get("class", "").split()}


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
    others = (diagram("gru"), diagram("gru"), unrolled("rnn", text="ab", bidirectional=True), attention(source="ab"))
    page = "".join(d._repr_html_() for d in (first, first, second, diagram("lstm"), *others, *others))
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) > 100 and len(ids) == len(set(ids))


def test_gates_candidates_rails_and_labels_say_which_quantity_they_stand_for_and_no_other_part_does():
    symbols = {
        cell: {part.get("data-part"): part.get("data-symbol") for part in tree(diagram(cell)).iter(f"{SVG}g")}
        for cell in ("lstm", "gru")
    }
    states = {"rail-h": "h", "label-h-prev": "h", "label-h": "h", "label-x": "x"}
    memory = {"rail-c": "c", "label-c-prev": "c", "label-c": "c", "rail-h-prev": "h"}
    expected = {
        "lstm": states | memory | {"valve-i": "i", "valve-f": "f", "valve-o": "o", "box-g": "g"},
        "gru": states | {"valve-r": "r", "valve-z": "z", "box-n": "n"},
    }
    assert {cell: {k: v for k, v in found.items() if v} for cell, found in symbols.items()} == expected


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


def test_drawings_of_one_limit_can_be_compared():
    small, large = (diagram("lstm", values={"c_prev": held}, limit=6) for held in (1.5, 6.0))
    assert [variable(stream(tree(drawing), "c-prev"), "--size") for drawing in (small, large)] == [0.25, 1.0]
    assert tree(small).get("data-limit") == "6"


def test_values_are_printed_with_two_decimals_and_a_real_minus():
    printed = words(tree(diagram("lstm", values=VALUES)))
    assert {"0.25", "0.50", "0.75", "−0.80", "1.60", "−0.42", "0.60", "0.40"} <= set(printed)
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
    same = PARTS["lstm1997"] - {"c-prev"}
    assert all(shape(old, name) == shape(new, name) for name in same)


def test_peepholes_are_taps_added_to_the_lstm_that_move_nothing_and_read_the_rail():
    old, new = (tree(diagram(cell)) for cell in ("lstm", "peephole"))
    assert all(shape(old, name) == shape(new, name) for name in PARTS["lstm"])
    heights = {next(part(new, name).iter(f"{SVG}circle")).get("cy") for name in ("peep-i", "peep-f", "peep-o", "sum")}
    assert len(heights) == 1, "all on the memory rail"
    assert column(new, "peep-i") < column(new, "peep-f") < column(new, "valve-f"), "i and f see the old memory"
    assert column(new, "peep-o") > column(new, "sum"), "o sees the new memory"
    assert lit(diagram("peephole", new=True)) == {"peep-i", "peep-f", "peep-o"}


@pytest.mark.parametrize(
    ("cell", "gate", "rail", "path"),
    [
        ("gru", "z", "z", "1-z"),
        ("gru_before", "z", "z", "1-z"),
        ("cifg", "i", "1-i", "i"),
        ("mingru", "z", "1-z", "z"),
        ("minlstm", "k", "k", "1-k"),
    ],
)
def test_the_two_way_valve_shuts_one_path_as_far_as_it_opens_the_other(cell, gate, rail, path):
    valve = part(tree(diagram(cell, values={gate: 0.7})), f"valve-{gate}")
    bodies = {e.get("data-valve"): e for e in valve.iter() if e.get("class") == "body"}
    assert {name: variable(e, "--open") for name, e in bodies.items()} == {gate: 0.7, f"1-{gate}": 0.3}
    turned = {name: body.find(f"{SVG}g").get("transform") for name, body in bodies.items()}
    assert turned == {rail: "rotate(0)", path: "rotate(90)"}, "the rail runs to the right, the path upwards"


@pytest.mark.parametrize("cell", ["gru", "gru_before"])
def test_the_gru_keeps_z_of_the_old_state_and_writes_the_rest(cell):
    root = tree(diagram(cell, values=GRU_VALUES))
    reset = 0.25 * -1.5 if cell == "gru" else 0.25 * 0.6
    expected = {
        "kept": 0.7 * 0.6,
        "write": 0.3 * -0.8,
        "h": 0.7 * 0.6 - 0.3 * 0.8,
        "back": 0.6,
        "reset": reset / 1.5 if cell == "gru" else reset,
        "past": -1.0,
    }
    for name, value in expected.items():
        assert variable(stream(root, name), "--size") == pytest.approx(abs(value), abs=0.006), name
        assert stream(root, name).get("data-sign") == ("-" if value < 0 else "+"), name


def test_the_reset_valve_stands_after_the_weights_in_pytorchs_gru_and_before_them_in_the_published_one():
    for cell, after in (("gru", True), ("gru_before", False)):
        root = tree(diagram(cell))
        assert (column(root, "valve-r") > column(root, "box-past")) == after
        enters, leaves = (
            [float(x) for x in re.findall(r"[-.\d]+", stream(root, name).get("d"))[::2]]
            for name in ("past" if after else "back", "reset")
        )
        assert enters[-1] == leaves[0] == column(root, "valve-r")


def test_a_gru_is_drawn_with_the_numbers_of_its_trace():
    trace = lt.GRU(3, 4, rng=0).forward(np.random.default_rng(1).normal(size=(2, 1, 3)))
    values = {name: trace[name][1, 0, 2] for name in trace.names} | {"h_prev": trace["h"][0, 0, 2]}
    root = tree(diagram("gru", values=values))
    del values["h"]
    assert words(root) == words(tree(diagram("gru", values=values))), "the equations give what the trace has"


@pytest.mark.parametrize("layer", [lt.MinGRU, lt.MinLSTM])
def test_a_minimal_cell_is_drawn_with_the_numbers_of_its_trace(layer):
    trace = layer(3, 4, rng=0).forward(40 * np.random.default_rng(1).normal(size=(2, 1, 3)))
    unit = trace["h"][1, 0].argmax()
    values = {name: trace[name][1, 0, unit] for name in trace.names} | {"h_prev": trace["h"][0, 0, unit]}
    drawing = diagram(layer.__name__, values=values)
    assert tree(drawing).get("data-limit") != "1", "what is positive can pass 1"
    shown = words(tree(drawing))
    for name in ("h", "k"):
        values.pop(name, None)
    assert shown == words(tree(diagram(layer.__name__, values=values))), "the equations give what the trace has"


def test_an_slstm_is_drawn_with_the_numbers_of_its_trace():
    trace = lt.SLSTM(3, 4, rng=0).forward(np.random.default_rng(1).normal(size=(3, 1, 3)))
    values = {name: trace[name][2, 0, 1] for name in trace.names if name != "a_f"}
    values |= {f"{name}_prev": trace[name][1, 0, 1] for name in "hcnm"}
    drawing = diagram("SLSTM", values=values)
    for name in "hcn":
        values.pop(name)
    assert words(tree(drawing)) == words(tree(diagram("slstm", values=values))), "the equations give what the trace has"


def test_both_rails_of_an_slstm_have_the_same_two_gates_and_what_is_new_is_gray():
    root = tree(diagram("slstm", values=GIVEN["slstm"]))
    for gate, opening in (("f", 0.5), ("i", 1.0)):
        assert [variable(part(root, f"valve-{gate}{rail}"), "--open") for rail in ("", "-n")] == [opening] * 2
        assert column(root, f"valve-{gate}") == column(root, f"valve-{gate}-n")
    old = tree(diagram("lstm"))
    same = PARTS["lstm"] & PARTS["slstm"] - {"read", "rail-h", "h", "wire-f", "wire-i", "label-h", "valve-f", "valve-i"}
    moved = {name for name in same if shape(old, name) != shape(root, name)}
    assert not moved, "the LSTM stays where it was"
    style = root.find(f"{SVG}style").text
    assert f"[data-diagram=slstm] .part:is(.n,.m){{--hue:{MIDTONE}}}" in style


@pytest.mark.parametrize("cell", CELLS)
def test_a_script_that_keeps_the_contract_turns_the_sketch_into_the_drawing_with_values(cell):
    """What the module promises to scripts is enough: attributes that name quantities, and three rules."""
    target = tree(diagram(cell, values=GIVEN[cell]))
    limit = float(target.get("data-limit"))
    largest = {"rnn": 1, "gru": 1.5, "min": 2.4, "fas": 2.0}.get(cell[:3], 1.6)
    assert limit == largest, "the largest of what can pass 1"
    v = dict(GIVEN[cell])
    if cell.startswith("gru"):
        v |= {"kept": v["z"] * v["h_prev"], "write": (1 - v["z"]) * v["n"]}
        v |= {"h": v["kept"] + v["write"], "reset": v["r"] * v["past" if cell == "gru" else "h_prev"]}
    elif cell.startswith("min"):
        keep, new = (1 - v["z"], v["n"]) if cell == "mingru" else (v["k"], v["g"])
        v |= {"kept": keep * v["h_prev"], "write": (1 - keep) * new, "h": keep * v["h_prev"] + (1 - keep) * new}
    elif cell == "slstm":
        v |= {"kept": v["f"] * v["c_prev"], "write": v["i"] * v["g"], "kept_n": v["f"] * v["n_prev"], "one": 1}
        v |= {"c": v["kept"] + v["write"], "n": v["kept_n"] + v["i"]}
        v |= {"shown": v["o"] * v["c"], "h": v["o"] * v["c"] / v["n"]}
    elif cell == "lru":
        v["c"] = v["kept"] + v["write"]
    elif "q" in v:
        v["kept"] = v.get("f", 1) * v["c_prev"]
        v["candidate"] = (v["v"] - (v["kept"] * v["k"] if cell == "delta" else 0)) * v["k"]
        v["write"] = v.get("i", 1) * v["candidate"]
        v |= {"c": v["kept"] + v["write"], "h": v.get("o", 1) * v["asked"]}
    elif cell != "rnn":
        keep = 1 - v["i"] if cell == "cifg" else v.get("f", 1)
        v |= {"kept": keep * v["c_prev"], "write": v["i"] * v["g"]}
        v["c"] = v["kept"] + v["write"]
        v["squashed"] = math.tanh(v["c"])
        v["h"] = v["o"] * v["squashed"]
    seen = set()
    for e in target.iter():
        if key := e.get("data-valve"):
            opening = 1 - v[key[2:]] if key.startswith("1-") else v[key]
            assert variable(e, "--open") == pytest.approx(opening, abs=0.006), key
        elif key := e.get("data-flow"):
            size = min(abs(v[key]) / (limit if e.get("data-scaled") is not None else 1), 1)
            assert variable(e, "--size") == pytest.approx(size, abs=0.006), key
            unsigned = cell == "slstm" and key in ("i", "n", "n_prev", "kept_n", "one")
            assert e.get("data-sign") == (None if unsigned else "-" if v[key] < 0 else "+"), key
        elif key := e.get("data-value"):
            assert e.text == number(v[key]), key
        else:
            continue
        seen.add(key.removeprefix("1-"))
    unseen = {"lstm1997": {"kept"}, "fastweights": {"candidate", "asked"}, "delta": {"asked"}}
    assert seen == set(v) - unseen.get(cell, set()), "every quantity shows"
    marks = ("data-valve", "data-flow", "data-value")
    sketch = [[e.get(mark) for mark in marks] for e in tree(diagram(cell)).iter()]
    assert sketch == [[e.get(mark) for mark in marks] for e in target.iter()], "values add and move nothing"


@pytest.mark.parametrize("cell", CELLS)
def test_a_drawing_of_one_step_is_small(cell):
    size = len(diagram(cell, values=GIVEN[cell]).svg.encode())
    assert size < (17_000 if cell == "slstm" else 14_000), "two rails"


def test_the_names_of_layers_name_their_drawings():
    for layer, name in ((lt.RNN, "rnn"), (lt.LSTM1997, "lstm1997"), (lt.PeepholeLSTM, "peephole"), (lt.GRU, "gru")):
        assert diagram(layer.__name__).parts == diagram(name).parts
        assert diagram(layer.__name__).name == unrolled(layer.__name__, text="a").name.removeprefix("unrolled-") == name


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "\"'><b>", "a & b", "]]>", "\x00\x1b[0m", "&lt;"])
def test_what_is_text_stays_text(nasty):
    for drawing in (
        diagram("lstm", labels={"x": nasty}, title=nasty, desc=nasty),
        unrolled("rnn", text=nasty, title=nasty, desc=nasty),
        unrolled("gru", text=nasty, bidirectional=True, title=nasty, desc=nasty),
        attention(source=[nasty, "b"], target=nasty, title=nasty, desc=nasty),
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


@pytest.mark.parametrize("cell", CHAINS)
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


def test_a_chain_of_grus_hands_its_state_on_and_names_its_quantities_by_step():
    root = tree(unrolled("gru", text="ab", values={"r": [1, 1], "z": [0.2, 0.5], "n": [-0.5, 0.8]}))
    assert variable(stream(root, "h-1"), "--size") == variable(stream(root, "h-prev-2"), "--size") == 0.4
    assert variable(stream(root, "h-2"), "--size") == pytest.approx(0.5 * -0.4 + 0.5 * 0.8, abs=0.006)
    assert stream(root, "h-prev-2").get("data-flow") == "h_prev-2"
    assert {e.get("data-valve") for e in root.iter() if e.get("data-valve")} == {
        f"{gate}-{step}" for gate in ("r", "z", "1-z") for step in (1, 2)
    }


def test_new_is_lit_in_a_chain_as_in_the_cell():
    assert lit(unrolled("peephole", text="ab", new=True)) == {f"peep-{g}-{k}" for g in "ifo" for k in (1, 2)}
    assert lit(unrolled("lstm", text="a", new=True)) == {"valve-f-1"}
    assert not lit(unrolled("lstm", text="a"))


@pytest.mark.parametrize("cell", CHAINS)
@pytest.mark.parametrize(("num_layers", "bidirectional"), [(2, False), (1, True), (3, True)])
def test_layers_and_directions_have_one_box_per_step_named_as_the_parameters(cell, num_layers, bidirectional):
    drawing = unrolled(cell, text="for", num_layers=num_layers, bidirectional=bidirectional)
    names = [g.get("data-part") for g in tree(drawing).iter(f"{SVG}g") if g.get("data-part")]
    assert names == list(drawing.parts) and len(names) == len(set(names))
    ways = ("", "-reverse") if bidirectional else ("",)
    boxes = {f"box-l{k}{way}-{step}" for k in range(num_layers) for way in ways for step in (1, 2, 3)}
    assert {name for name in names if name.startswith("box-")} == boxes
    states = {name.replace("box", letter) for name in boxes for letter in ("h" if cell in ("rnn", "gru") else "ch")}
    assert states <= set(names) or cell == "gru_before"
    told = tree(drawing).find(f"{SVG}desc").text
    assert ("two directions" in told) == bidirectional and ("layers, one above" in told) == (num_layers > 1)


def test_the_backward_direction_is_a_mirrored_rail_below_that_leads_to_the_left():
    values = {"h_l0": [0.4, 0.8, -0.5], "h_l0_reverse": [0.3, -0.9, 0.6]}
    root = tree(unrolled("rnn", text="cat", bidirectional=True, values=values))
    for step, (forward, reverse) in enumerate(zip(*values.values(), strict=True), 1):
        for way, value, ahead in (("", forward, 1), ("-reverse", reverse, -1)):
            line = stream(root, f"h-l0{way}-{step}")
            assert variable(line, "--size") == pytest.approx(abs(value)), "each box hands on its own state"
            assert line.get("data-sign") == ("-" if value < 0 else "+")
            x0, y0, x1, y1 = (float(n) for n in re.findall(r"[-.\d]+", line.get("d")))
            box = next(part(root, f"box-l0{way}-{step}").iter(f"{SVG}rect"))
            assert (x1 - x0) * ahead > 0 and y0 == y1
            assert x0 == float(box.get("x")) + (float(box.get("width")) if ahead > 0 else 0), "from its box on"
    tops = [float(next(part(root, f"box-l0{way}-1").iter(f"{SVG}rect")).get("y")) for way in ("", "-reverse")]
    assert tops[1] > tops[0], "below"
    added = lit(unrolled("rnn", text="cat", bidirectional=True, new=True))
    assert added and all("reverse" in name for name in added)


def test_layers_above_the_first_are_lit_and_read_the_layer_below():
    drawing = unrolled("lstm", text="ab", num_layers=3, values={"c_l2": [2.0, -4.0]}, new=True)
    assert {name for name in lit(drawing) if name.startswith("box")} == {
        f"box-l{k}-{step}" for k in (1, 2) for step in (1, 2)
    }
    root = tree(drawing)
    assert root.get("data-limit") == "4" and variable(stream(root, "c-l2-1"), "--size") == 0.5
    out, into = (
        [float(n) for n in re.findall(r"[-.\d]+", next(part(root, name).iter(f"{SVG}path")).get("d"))]
        for name in ("out-l0-2", "wire-l1-2")
    )
    assert out[2:] == into[:2], "the wire from the layer below ends where the wire of the layer above begins"


def test_taps_of_attention_are_as_wide_as_their_weights_and_the_context_gathers_them():
    weights = [0.05, 0.7, 0.2, 0.05]
    drawing = attention(weights, source=["the", "black", "cat", "sat"], target="Katze")
    root = tree(drawing)
    for step, weight in enumerate(weights, 1):
        tap, context = stream(root, f"tap-{step}"), stream(root, f"context-{step}")
        assert (tap.get("data-flow"), context.get("data-flow")) == (f"weight-{step}", f"sum-{step}")
        assert variable(tap, "--size") == pytest.approx(weight, abs=0.006)
        assert variable(context, "--size") == pytest.approx(sum(weights[:step]), abs=0.006)
        assert tap.get("data-sign") is context.get("data-sign") is None, "a weight has no sign"
        assert "".join(part(root, f"label-weight-{step}").itertext()) == f"α{step}{weight:.2f}"
    assert {"the", "black", "cat", "sat", "Katze"} <= set(words(root))
    told = root.find(f"{SVG}desc").text
    assert "Weights: 0.05 for 'the', 0.70 for 'black'" in told and "writes 'Katze'" in told


def test_a_sketch_of_attention_prints_no_weights_and_shares_out_one():
    root = tree(attention(source="for i", new=True))
    assert sum(variable(stream(root, f"tap-{step}"), "--size") for step in range(1, 6)) == pytest.approx(1, abs=0.03)
    assert variable(stream(root, "context-5"), "--size") == 1
    assert not any(re.search(r"\d\.\d", text) for text in words(root))
    assert "Weights:" not in root.find(f"{SVG}desc").text and "'for i'" in root.find(f"{SVG}desc").text
    shown = lit(attention(source="for i", new=True))
    assert {"tap-3", "context-3", "rail-context", "box-softmax", "wire-query", "label-weight-3"} <= shown
    assert not shown & {"h-3", "box-tanh-3", "wire-x-3", "box-s", "s", "wire-s-prev"}


SIZES = [1, 0.5, 0.08, 0.0042, 2e-5, 0]
GATES = [0.9, 0.2, 0.3, 0.4, 0.5, 0.6]


@pytest.mark.parametrize(("cell", "letter", "f"), [("rnn", "h", None), ("LSTM", "c", GATES)])
def test_light_goes_one_step_further_back_in_every_drawing_and_prints_the_size_there(cell, letter, f):
    frames = unrolled_gradient(SIZES, cell=cell, f=f)
    assert len(frames) == len(SIZES) and len({tree(frame).get("viewBox") for frame in frames}) == 1
    for gone, frame in enumerate(frames):
        root = tree(frame)
        names = [g.get("data-part") for g in root.iter(f"{SVG}g") if g.get("data-part")]
        assert names == list(frame.parts) and len(names) == len(set(names))
        reached = range(6 - gone, 7)
        for what in ("light", "number"):
            assert {name for name in names if name.startswith(what)} == {f"{what}-{t}" for t in reached}
        numbers = ["".join(part(root, f"number-{t}").itertext()) for t in reached]
        assert numbers[::-1] == ["1.00", "0.50", "0.08", "4·10⁻³", "2·10⁻⁵", "0"][: gone + 1]
        assert "".join(part(root, f"label-gradient-{6 - gone}").itertext()) == f"dL/d{letter}{6 - gone}"
        assert sum(name.startswith("label-gradient") for name in names) == 1
        faded = {g.get("data-part") for g in root.iter(f"{SVG}g") if "is-faded" in g.get("class", "").split()}
        assert faded == {f"{'valve-f' if f else 'box-tanh'}-{t}" for t in range(1, 6 - gone)}, "no label fades"
        assert f"dL/d{letter} at step {6 - gone} of 6 is {numbers[0]} of" in root.find(f"{SVG}desc").text
        assert f"{gone} step{'' if gone == 1 else 's'} back: {numbers[0]}" in frame.title


def light(root, step):
    """The width and the opacity of the light right of a step, and whether it has the teeth of a burst."""
    band = next(part(root, f"light-{step}").iter(f"{SVG}path"))
    ys = [float(y) for _, y in re.findall(r"([-.\d]+) ([-.\d]+)", band.get("d"))]
    return max(ys) - min(ys), float(re.search(r"fill-opacity:([\d.]+)", band.get("style"))[1]), len(ys) > 5


def test_light_is_as_wide_and_as_strong_as_the_logarithm_of_the_size_says():
    root = tree(unrolled_gradient([1, 0.1, 0.01, 0.001, 1e-9, 0, 10, 10.5])[-1])
    shown = [light(root, 8 - lag) for lag in range(8)]
    widths, strengths, bursts = zip(*shown, strict=True)
    assert widths[0] - widths[1] == pytest.approx(widths[1] - widths[2], abs=0.05), "equal ratios, equal differences"
    assert strengths[0] - strengths[1] == pytest.approx(strengths[1] - strengths[2], abs=0.011)
    assert widths[3] == widths[4] == widths[5] > 0, "what has vanished is a thread that one still sees"
    rail = [
        float(y)
        for _, y in re.findall(r"([-.\d]+) ([-.\d]+)", next(part(root, "rail-h-8").iter(f"{SVG}path")).get("d"))
    ]
    assert widths[6] < max(rail) - min(rail) < widths[7], "more than 10 bursts the rail"
    assert bursts == (False,) * 7 + (True,) and strengths[6] == 1


def test_a_shut_forget_gate_dims_the_light_behind_it():
    root = tree(unrolled_gradient([1, 0.9, 0.09, 0.081], cell="lstm", f=[0.9, 0.9, 0.1, 0.9])[-1])
    assert [variable(part(root, f"valve-f-{t}"), "--open") for t in (1, 2, 3, 4)] == [0.9, 0.9, 0.1, 0.9]
    assert ["".join(part(root, f"label-f-{t}").itertext()) for t in (2, 3)] == ["f0.90", "f0.10"]
    before, behind = (next(part(root, f"light-{t}").iter(f"{SVG}path")).get("d") for t in (3, 2))
    assert light(root, 2)[:2] < light(root, 3)[:2]
    end, start = (re.findall(r"[-.\d]+", d) for d in (before, behind))
    assert start[0] == end[4], "the light goes on from where it came, in the middle of the valve"


@pytest.mark.parametrize("steps", range(2, 9))
@pytest.mark.parametrize("f", [None, 0.5])
def test_no_letter_of_a_gradient_is_smaller_than_12_px_on_a_phone(steps, f):
    gates = {"cell": "lstm", "f": [f] * steps} if f else {}
    root = tree(unrolled_gradient([1] * steps, **gates)[-1])
    width = float(root.get("viewBox").split()[2])
    for e in root.iter():
        if e.tag in (f"{SVG}text", f"{SVG}tspan") and e.text:
            size = re.search(r"font-size:(\d+)px", e.get("style") or "")
            font = float(size[1]) if size else 28
            assert font * 358 / width >= 12, (e.text, font)


def test_a_long_chain_scrolls_in_a_frame_that_the_keyboard_reaches():
    assert "overflow-x:auto" not in unrolled("rnn", text="for i in")._repr_html_()
    long = unrolled("rnn", text="for i in range(10):")._repr_html_()
    assert 'tabindex="0"' in long and "overflow-x:auto" in long and "aria-label=" in long


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: diagram("gru2"), f"diagram: expected cell to be one of {list(CELLS)}, got 'gru2'"),
        (lambda: diagram(None), f"diagram: expected cell to be one of {list(CELLS)}, got None"),
        (lambda: diagram("gru", values={"c": 0.5}), "got 'c'"),
        (lambda: diagram("gru", values={"n": 1.5}), "diagram: expected n from -1 to 1, got 1.5"),
        (lambda: diagram("cifg", values={"f": 0.5}), "got 'f'"),
        (lambda: unrolled("cifg", text="a"), f"unrolled: expected cell to be one of {list(CHAINS)}, got 'cifg'"),
        (
            lambda: unrolled("rnn", text="a", num_layers=0),
            "unrolled: expected num_layers to be an integer from 1, got 0",
        ),
        (lambda: unrolled("rnn", text="a", num_layers=2, values={"h": [0.1]}), "one of ['h_l0', 'h_l1'], got 'h'"),
        (
            lambda: unrolled("lstm", text="a", bidirectional=True, values={"h_l0_reverse": [1.5]}),
            "unrolled: expected h_l0_reverse at step 1 from -1 to 1, got 1.5",
        ),
        (lambda: attention(source=""), "attention: expected source of at least one step, none of them empty, got []"),
        (lambda: attention(source=["a", ""]), "attention: expected source of at least one step, none of them empty"),
        (lambda: attention([1.0], source="ab"), "attention: expected 2 weights, one per step of the source, got 1"),
        (lambda: attention([0.5, 0.4], source="ab"), "attention: expected weights that sum to 1, got a sum of 0.9"),
        (lambda: attention([1.5, -0.5], source="ab"), "attention: expected weight 1 from 0 to 1, got 1.5"),
        (lambda: unrolled_gradient([1]), "unrolled_gradient: expected 2 to 8 sizes, one per step, got 1"),
        (lambda: unrolled_gradient([1] * 9), "unrolled_gradient: expected 2 to 8 sizes, one per step, got 9"),
        (lambda: unrolled_gradient(0.5), "unrolled_gradient: expected 2 to 8 sizes, one per step, got 0.5"),
        (lambda: unrolled_gradient([1, -1]), "unrolled_gradient: expected sizes[1] from 0 to inf, got -1"),
        (lambda: unrolled_gradient([1, math.nan]), "unrolled_gradient: expected sizes[1] to be finite, got nan"),
        (lambda: unrolled_gradient([2, 1]), "expected sizes[0] to be 1, the size at the last step, got 2"),
        (lambda: unrolled_gradient([1, 1], cell="gru"), "expected cell to be one of ['rnn', 'lstm'], got 'gru'"),
        (lambda: unrolled_gradient([1, 1], cell="lstm"), "expected f for the LSTM and for no other cell, got None"),
        (lambda: unrolled_gradient([1, 1], f=[1, 1]), "expected f for the LSTM and for no other cell, got [1, 1]"),
        (lambda: unrolled_gradient([1, 1], cell="lstm", f=[1]), "expected 2 numbers in f, one per step, got 1"),
        (lambda: unrolled_gradient([1, 1], cell="lstm", f=[1, 2]), "expected f[1] from 0 to 1, got 2"),
        (lambda: diagram("lstm", values={"q": 1}), "diagram: expected a name in values to be one of"),
        (lambda: diagram("lstm", values={"f": 1.2}), "diagram: expected f from 0 to 1, got 1.2"),
        (lambda: diagram("lstm", values={"g": -1.5}), "diagram: expected g from -1 to 1, got -1.5"),
        (lambda: diagram("lstm", values={"c": math.nan}), "diagram: expected c to be finite, got nan"),
        (lambda: diagram("lstm", values={"f": np.ones(3)}), "diagram: expected f to be one number, got array"),
        (lambda: diagram("lstm", values=[0.5]), "diagram: expected values to be a mapping"),
        (lambda: diagram("lstm1997", values={"f": 0.5}), "got 'f'"),
        (lambda: diagram("rnn", new=("f",)), "diagram: expected new to name letters ['h', 'x'] or parts"),
        (lambda: diagram("lstm", labels={"y": "?"}), "diagram: expected a name in labels to be one of"),
        (lambda: ablated("FGR"), "ablated: expected variant to be one of"),
        (lambda: ablated("NIG", values={"i": 0.5}), "ablated: expected a name in values to be one of"),
        (lambda: ablated("NP", limit=0.5), "ablated: expected limit from 1"),
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


@pytest.mark.parametrize(
    "drawing",
    [
        *(
            pytest.param(lambda cell=cell: diagram(cell, values=GIVEN[cell] | NEGATIVE[cell]), id=cell)
            for cell in CELLS
        ),
        pytest.param(
            lambda: attention([0.25] * 4, source=["the", "black", "cat", "sat"], target="Katze"), id="attention"
        ),
        pytest.param(lambda: lt.diagrams.looking_back("a cat", "chat", step=2, weights=[0.2] * 5), id="looking back"),
        pytest.param(lt.diagrams.wirings, id="wirings"),
        pytest.param(lambda: lt.diagrams.pooled(["not", "bad"], [0.3, 0.7], padding=1), id="pooled"),
        pytest.param(lambda: unrolled("lstm", text="cat", num_layers=2, bidirectional=True), id="layers"),
        *(
            pytest.param(lambda variant=variant: ablated(variant, values=SHOWN[variant]), id=variant)
            for variant in ("LSTM", "NIG", "NFG", "NOG", "NIAF", "NOAF", "CIFG", "NP")
        ),
        pytest.param(lambda: unrolled_gradient([1, 0.5, 0.004], cell="lstm", f=[0.9] * 3)[-1], id="gradient"),
    ],
)
def test_texts_of_a_drawing_with_values_do_not_touch(drawing):
    """Boxes of all texts (a generous estimate of their widths) stay apart in the fullest drawing."""
    root = tree(drawing())
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


@pytest.mark.parametrize("variant", TAKEN_OUT)
def test_an_ablated_cell_lacks_its_part_shows_the_place_and_moves_nothing_else(variant):
    whole, drawing = ablated("LSTM"), ablated(variant)
    gone, instead = TAKEN_OUT[variant]
    assert set(whole.parts) - set(drawing.parts) == gone
    assert set(drawing.parts) - set(whole.parts) == instead
    changed = {"valve-i", "wire-i", "peep-i"} if variant == "CIFG" else set()
    still = re.compile("valve|wire|peep|box|rail|label|sum|join")  # what flows follows from the parts
    for name in set(whole.parts) & set(drawing.parts) - changed:
        if not still.match(name):
            continue
        one, other = (ET.tostring(part(tree(d), name)).decode() for d in (whole, drawing))
        assert re.sub(' id="[^"]*"', "", one) == re.sub(' id="[^"]*"', "", other)
    assert all(
        "stroke-dasharray" in ET.tostring(part(tree(drawing), name)).decode() for name in instead - {"wire-join"}
    )


@pytest.mark.parametrize("variant", ["LSTM", *TAKEN_OUT])
def test_an_ablated_cell_is_drawn_with_the_numbers_of_its_trace(variant):
    kind, options = (lt.PeepholeLSTM, {}) if variant == "LSTM" else (lt.LSTMVariant, {"variant": variant})
    layer = kind(1, 1, rng=0, **options)
    for weights in layer.parameters().values():
        weights[:] = 1.7  # far enough for a candidate without tanh to pass 1
    trace = layer.forward(np.ones((1, 1, 1)), lt.LSTMState(np.zeros((1, 1, 1)), np.full((1, 1, 1), 0.9)))
    letters = [letter for letter in "ifgo" if letter in diagrams_letters(variant)]
    drawing = ablated(variant, values={letter: trace[letter].item() for letter in letters} | {"c_prev": 0.9})
    for state in "ch":
        assert number(trace[state].item()) in "".join(part(tree(drawing), f"label-{state}").itertext())


def diagrams_letters(variant):
    """The gates and the candidate that a variant's drawing takes."""
    return set("ifgo") - {"NIG": {"i"}, "NFG": {"f"}, "NOG": {"o"}, "CIFG": {"f"}}.get(variant, set())


def test_diagrams_need_neither_matplotlib_nor_torch():
    code = "import lstm_tutor.diagrams, sys; print(sorted({'matplotlib', 'torch', 'IPython'} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


STATES = [[0.5, -0.25], [-1.0, 0.75], [0.1, 0.0]]


def states_of(drawing):
    return [
        drawing for drawing in tree(drawing).iter(f"{SVG}g") if (drawing.get("data-part") or "").startswith("state-")
    ]


def bars(drawing, t):
    """The numbers of a state as its bars tell them: how far each reaches from the line of zero, and to which side."""
    paths = [e.get("d") for e in part(tree(drawing), f"state-{t}").iter() if e.get("class") == "stream"]
    ends = [[float(number) for number in re.findall(r"-?[\d.]+", d)] for d in paths]
    return [x1 - x0 for x0, _, x1, _ in ends]


def test_a_state_that_is_handed_on_has_a_bar_for_each_number_of_its_length_and_side():
    drawing = lt.diagrams.handed_on("a b", STATES)
    assert len(states_of(drawing)) == 4  # one before the first step
    assert bars(drawing, 0) == []
    for t, state in enumerate(STATES, 1):
        np.testing.assert_allclose(bars(drawing, t), [15 * v for v in state if v], atol=0.011)
    assert "␣" in words(tree(drawing))


def test_the_rail_leads_from_each_state_into_the_next_box_and_on_to_the_next_state():
    root = tree(lt.diagrams.handed_on("abc", STATES))

    def ends(name):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", next(part(root, name).iter(f"{SVG}path")).get("d"))]
        return min(numbers[::2]), max(numbers[::2])

    def sides(name):
        box = next(part(root, name).iter(f"{SVG}rect"))
        return float(box.get("x")), float(box.get("x")) + float(box.get("width"))

    for t in (1, 2, 3):
        assert ends(f"enter-{t}") == (sides(f"state-{t - 1}")[1], sides(f"box-{t}")[0])
        assert ends(f"leave-{t}") == (sides(f"box-{t}")[1], sides(f"state-{t}")[0])


def test_a_moment_lights_what_happens_and_fades_what_is_to_come():
    frames = [lt.diagrams.handed_on("abc", STATES, answer="a", moment=moment) for moment in range(8)]
    for t in (1, 2, 3):
        comes_in, leaves = frames[2 * t - 1], frames[2 * t]
        assert {f"box-{t}", f"wire-x-{t}", f"enter-{t}"} <= lit(comes_in) and f"state-{t}" not in lit(comes_in)
        assert {f"state-{t}", f"leave-{t}"} <= lit(leaves) and not bars(comes_in, t) and bars(leaves, t)
        faded = {g.get("data-part") for g in tree(leaves).iter(f"{SVG}g") if "is-faded" in g.get("class", "")}
        assert f"box-{t}" not in faded and "box-y" in faded and "label-x-3" not in faded
    assert len({(tree(frame).get("viewBox"), frame.parts) for frame in frames}) == 1
    assert "box-y" in lit(frames[-1]) and words(tree(frames[-1])).count("a") == 2
    assert words(tree(frames[-2])).count("a") == 1
    assert "State 2 is −1.00, 0.75." in tree(frames[4]).find(f"{SVG}desc").text
    assert "answers a" in tree(frames[-1]).find(f"{SVG}desc").text


def test_a_drawing_without_a_read_out_has_none():
    assert "box-y" not in lt.diagrams.handed_on("abc", STATES).parts


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ab", STATES), "one state for each of 2"),
        (("", []), "one state for each of 0"),
        (("abc", [[0.1], [0.1, 0.2], [0.3]]), "one size"),
        (("a", [[1.5]]), "from -1 to 1"),
    ],
)
def test_states_that_cannot_be_handed_on_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        lt.diagrams.handed_on(*arguments)


@pytest.mark.parametrize("moment", [-1, 7])
def test_a_moment_that_is_not_there_is_refused(moment):
    with pytest.raises(ValueError, match="moment from 0 to 6"):
        lt.diagrams.handed_on("abc", STATES, moment=moment)


def test_in_a_chain_of_tanh_boxes_each_rail_joins_the_next_box():
    root = tree(unrolled("rnn", text="abc"))
    for t in (1, 2):
        rail = [float(n) for n in re.findall(r"-?[\d.]+", next(part(root, f"rail-h-{t}").iter(f"{SVG}path")).get("d"))]
        box = next(part(root, f"box-tanh-{t + 1}").iter(f"{SVG}rect"))
        assert max(rail[::2]) == float(box.get("x"))


def test_the_two_resets_are_the_same_corner_of_either_gru():
    pair = reset_gates(before={"r": 0.0}, after={"r": 0.0})
    roots = {heading: ET.fromstring(svg) for heading, svg in pair.svgs.items()}
    before, after = roots.values()
    assert [*roots] == ["before the product", "after the product"]
    assert before.get("viewBox") == after.get("viewBox") and "overflow:hidden" in before.get("style")
    assert column(before, "valve-r") < column(before, "box-past") and column(after, "box-past") < column(
        after, "valve-r"
    )
    left, _, width, _ = map(float, before.get("viewBox").split())
    for root in (before, after):
        assert left < column(root, "valve-r") < left + width and left < column(root, "box-past") < left + width
        assert "0.00" in words(root)


def test_corners_stand_side_by_side_and_have_new_ids_at_every_showing():
    pair = reset_gates()
    html = pair._repr_html_() + pair._repr_html_()
    ids = re.findall(r' id="([^"]+)"', html)
    assert html.count("<svg") == 4 and len(set(ids)) == len(ids)
    assert "flex-wrap:wrap" in html and html.startswith('<figure class="lt-diagram"')
    assert repr(pair) == "Corners(['before the product', 'after the product'])"


PENCIL = (
    [1, 0, 0],
    [0.462, 0.393, 0.340],
    [-0.400, -0.525, -0.660],
    {"w_h": [0, -0.205, -0.230], "w_x": [-0.314, 0, 0]},
)


def glows(drawing):
    return {g.get("data-part") for g in tree(drawing).iter(f"{SVG}g") if "lit" in g.get("class", "").split()}


def test_a_gradient_goes_back_step_by_step_drops_its_shares_and_they_are_added_at_the_end():
    frames = [lt.diagrams.way_back(*PENCIL, moment=moment) for moment in range(1, 12)]
    assert len({tree(frame).get("viewBox") for frame in frames}) == 1
    for moment, frame in enumerate(frames, 1):
        root = tree(frame)
        names = [g.get("data-part") for g in root.iter(f"{SVG}g") if g.get("data-part")]
        assert names == list(frame.parts) and len(names) == len(set(names))
        for t in (1, 2, 3):
            arrives = 11 - 2 * t
            assert (f"light-{t}" in names) == (f"gradient-{t}" in names) == (moment >= arrives)
            assert (f"drop-{t}" in names) == (f"share-w_h-{t}" in names) == (moment > arrives)
            assert (f"flow-{t}" in names) == (t <= moment < arrives), "the light takes the place of the state"
        assert ("sum-w_h" in names) == (moment == 11)
    shown = words(tree(frames[-1]))
    assert {"−0.660", "−0.525", "−0.400", "−0.435", "−0.314"} <= set(shown)
    assert "their sum is −0.435" in tree(frames[-1]).find(f"{SVG}desc").text
    assert "share" not in tree(frames[4]).find(f"{SVG}desc").text
    assert glows(frames[4]) == {"light-3"} and glows(frames[5]) == {"box-3", "drop-3"}
    everything = lt.diagrams.way_back(*PENCIL)
    assert everything.parts == frames[-1].parts and not glows(everything)


def test_the_light_of_a_gradient_is_as_wide_as_it_is_large():
    root = tree(lt.diagrams.way_back(*PENCIL))
    widths = []
    for t in (1, 2, 3):
        ys = re.findall(r"[-.\d]+ ([-.\d]+)", next(part(root, f"light-{t}").iter(f"{SVG}path")).get("d"))
        widths.append(max(map(float, ys)) - min(map(float, ys)))
    np.testing.assert_allclose(widths, 30 * np.array([0.400, 0.525, 0.660]) / 0.660, atol=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([], [], [], {}), "x of 1 to 3 numbers, got 0"),
        (([1] * 4, [0] * 4, [0] * 4, {}), "x of 1 to 3 numbers, got 4"),
        (([1, 0], [0.5], [0, 0], {}), "2 numbers in states, one for each step, got 1"),
        (([1, 0], [0, 0], [0, 0], {"w_h": [1]}), "2 numbers in w_h, one for each step, got 1"),
        (([1], [1.5], [0], {}), "a state from -1 to 1"),
        (([1], [0.5], [math.nan], {}), "a gradient to be finite"),
    ],
)
def test_what_cannot_be_drawn_on_its_way_back_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        lt.diagrams.way_back(*arguments)


@pytest.mark.parametrize("moment", [0, 12])
def test_a_way_back_has_no_other_moments(moment):
    with pytest.raises(ValueError, match="moment from 1 to 11"):
        lt.diagrams.way_back(*PENCIL, moment=moment)


def test_a_decoder_that_looks_back_writes_step_by_step_and_its_taps_are_as_wide_as_their_weights():
    start = lt.diagrams.looking_back("cat", "chat")
    frames = [lt.diagrams.looking_back("cat", "chat", step=i, weights=[0.1, 0.65, 0.25]) for i in range(4)]
    assert len({tree(frame).get("viewBox") for frame in (start, *frames)}) == 1
    assert not [name for name in start.parts if name.startswith(("tap-", "label-y-"))] and "pipe" in lit(start)
    for i, frame in enumerate(frames):
        root = tree(frame)
        assert [variable(stream(root, f"tap-{j}"), "--size") for j in (1, 2, 3)] == pytest.approx([0.1, 0.65, 0.25])
        assert lit(frame) == {f"box-s-{i + 1}"} and "0.65" in words(root)
        written = ["".join(part(root, n).itertext()) for n in frame.parts if n.startswith("label-y-")]
        assert "".join(written) == "chat"[: i + 1]
        assert f"So far {'chat'[: i + 1]!r} is written" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": "", "written": "a"}, "two texts that are not empty"),
        ({"source": "ab", "written": "c", "step": 0}, "step and weights together"),
        ({"source": "ab", "written": "c", "step": 1, "weights": [0.5, 0.5]}, "step from 0 to 0, got 1"),
        ({"source": "ab", "written": "c", "step": 0, "weights": [1.0]}, "2 weights, one per symbol read, got 1"),
        ({"source": "ab", "written": "c", "step": 0, "weights": [0.5, 0.4]}, "a sum of 0.9"),
        ({"source": "ab", "written": "c", "step": 0, "weights": [1.5, -0.5]}, "weight 1 from 0 to 1, got 1.5"),
    ],
)
def test_what_cannot_be_looked_back_at_is_refused(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        lt.diagrams.looking_back(**arguments)


def test_what_is_pooled_has_taps_as_wide_as_their_weights_and_padding_fades():
    drawing = lt.diagrams.pooled(["not", "bad", "0"], [0.25, 0.75, 0.0], padding=1, answer="good")
    root = tree(drawing)
    assert [variable(stream(root, f"tap-{t}"), "--size") for t in (1, 2)] == pytest.approx([0.25, 0.75])
    assert "tap-3" not in drawing.parts and "label-weight-3" not in drawing.parts
    faded = {name for name in drawing.parts if "is-faded" in part(root, name).get("class")}
    assert faded == {"box-3", "rail-3", "wire-x-3"}
    assert {"0.25", "0.75", "good", "bad"} <= set(words(root))
    assert "0.25 for not, 0.75 for bad" in root.find(f"{SVG}desc").text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"read": "", "weights": []}, "one weight for each of 0 steps, from one on, got 0"),
        ({"read": "ab", "weights": [1.0]}, "one weight for each of 2 steps, from one on, got 1"),
        ({"read": "ab", "weights": [0.5, 0.4]}, "a sum of 0.9"),
        ({"read": "ab", "weights": [1.5, -0.5]}, "weight 1 from 0 to 1, got 1.5"),
        ({"read": "ab", "weights": [1, 0], "padding": 2}, "padding from 0 to 1, got 2"),
    ],
)
def test_what_cannot_be_pooled_in_a_drawing_is_refused(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        lt.diagrams.pooled(**arguments)


def test_the_two_wirings_differ_in_who_asks():
    root = tree(lt.diagrams.wirings())
    before, after = (
        [float(n) for n in re.findall(r"[-.\d]+", next(part(root, f"wire-query-{which}").iter(f"{SVG}path")).get("d"))]
        for which in ("before", "after")
    )
    signs = {name: float(next(part(root, name).iter(f"{SVG}text")).get("x")) for name in ("s-prev-before", "s-after")}
    assert abs(before[0] - signs["s-prev-before"]) < 4, "before the step, the old state asks"
    assert abs(after[0] - signs["s-after"]) < 4, "after it, the new one"
    assert "wire-into-before" in lt.diagrams.wirings().parts and "wire-into-after" not in lt.diagrams.wirings().parts
