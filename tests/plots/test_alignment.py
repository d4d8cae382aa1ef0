"""The drawing of an alignment: disks as large as their weights, squares where they are asked for, Chinese as text."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

import lstm_tutor as lt

SVG = "{http://www.w3.org/2000/svg}"
WEIGHTS = [[0.9, 0.1, 0.0], [0.25, 0.75, 0.0]]
GIVEN = {"weights": WEIGHTS, "read": ["new", "file", "name"], "written": "新文"}


def part(drawing, name):
    return next(g for g in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g") if g.get("data-part") == name)


def test_areas_of_the_disks_are_as_the_weights_and_a_weight_of_nothing_has_none():
    drawing = lt.diagrams.alignment(**GIVEN)
    radii = [[float(disk.get("r")) for disk in part(drawing, f"row-{i}").iter(f"{SVG}circle")] for i in (1, 2)]
    assert [len(row) for row in radii] == [2, 2]
    np.testing.assert_allclose(np.square(radii) / 15**2, [[0.9, 0.1], [0.25, 0.75]], rtol=2e-3)
    middles = [float(part(drawing, f"label-x-{j}").find(f"{SVG}text").get("x")) for j in (1, 2)]
    assert [float(d.get("cx")) for d in part(drawing, "row-1").iter(f"{SVG}circle")] == middles


def test_symbols_are_texts_with_a_gloss_and_squares_are_where_the_links_are():
    drawing = lt.diagrams.alignment(**GIVEN, gloss=["xīn", "wén"], links=[(0, 0), (1, 2)])
    sign, gloss = part(drawing, "label-y-1").findall(f"{SVG}text")
    assert (sign.text, sign.get("lang"), gloss.text) == ("新", "zh-Hans", "xīn")
    assert {name for name in drawing.parts if name.startswith("link")} == {"link-1-1", "link-2-3"}
    square = part(drawing, "link-2-3").find(f"{SVG}rect")
    assert float(square.get("x")) + 17 == float(part(drawing, "label-x-3").find(f"{SVG}text").get("x"))
    assert "Squares: 新 with new, 文 with name." in drawing.desc


def test_rows_appear_one_by_one_in_a_drawing_of_one_size():
    frames = [lt.diagrams.alignment(**GIVEN, upto=k) for k in range(3)]
    assert len({ElementTree.fromstring(frame.svg).get("viewBox") for frame in frames}) == 1
    assert [sum(name.startswith("row-") for name in frame.parts) for frame in frames] == [0, 1, 2]
    assert "Nothing is written yet" in frames[0].desc


FAULTS = {
    "shape": ({"written": "新"}, "expected weights of shape (1, 3), a row per symbol written and a column"),
    "size": ({"weights": [[2, -1, 0], [0, 0, 1]]}, "expected weights from 0 to 1"),
    "gloss": ({"gloss": ["xīn"]}, "expected a gloss for each of the 2 symbols, got 1"),
    "link": ({"links": [(0, 3)]}, "expected links within 2 rows and 3 columns, got [(0, 3)]"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_message_for_what_cannot_be_drawn(fault):
    wrong, message = FAULTS[fault]
    with pytest.raises(ValueError, match=f"^alignment: {re.escape(message)}"):
        lt.diagrams.alignment(**GIVEN | wrong)
