"""What a cell takes from the cells before it, and what it gives to those after it."""

from __future__ import annotations

import nbformat
import pytest
import running


@pytest.mark.parametrize(
    ("code", "uses", "defines"),
    [
        ("y = x", ["x"], ["y"]),
        ("x = 1\ny = x + n", ["n"], ["x", "y"]),
        ("y = x\nx = 1", ["x"], ["x", "y"]),
        ("x = x + 1", ["x"], ["x"]),
        ("total += size", ["size", "total"], ["total"]),
        ("for k in ks:\n    total += k", ["ks", "total"], ["k", "total"]),
        ("total = 0\nfor k in ks:\n    total += k", ["ks"], ["k", "total"]),
        ("def f(ks):\n    total = 0\n    for k in ks:\n        total += k\n    return total", [], ["f"]),
        ("for k in ks:\n    double = 2 * k", ["ks"], ["double", "k"]),
        ("twice = [2 * k for k in ks]", ["ks"], ["twice"]),
        ("def f(a):\n    b = a + c\n    return b", ["c"], ["f"]),
        ("def f(n):\n    return f(n - 1)\n\n\nf(m)", ["m"], ["f"]),
        ("class A(B):\n    size = s\n\n    def grow(self):\n        return self.size + t", ["B", "s", "t"], ["A"]),
        ("g = lambda a: a + b", ["b"], ["g"]),
        ("model.layer.bias[k] = 0", ["k", "model"], []),
        ('f"{h:.2f}"', ["h"], []),
    ],
)
def test_a_cell_uses_what_it_reads_before_it_gives_it_a_value(code: str, uses: list[str], defines: list[str]) -> None:
    assert running.names_of(code) == {"uses": uses, "defines": defines, "imports": {}}


def test_names_that_are_imported_stand_apart_each_with_its_statement() -> None:
    found = running.names_of("import numpy as np\nfrom math import pi, tau\n\nx = np.sqrt(pi * y)")
    both = "from math import pi, tau"
    assert found["imports"] == {"np": "import numpy as np", "pi": both, "tau": both}
    assert (found["uses"], found["defines"]) == (["y"], ["x"])


def test_a_cell_of_an_exercise_is_known_by_what_marks_it_and_a_solution_by_its_tag() -> None:
    code = 'exercises.check("rnn-step", step)'
    marked = running.about(nbformat.v4.new_code_cell(code, id="a"))
    solution = running.about(nbformat.v4.new_code_cell(code, id="b", metadata={"tags": ["solution"]}))
    assert marked["exercise"] == "rnn-step" and "solution" not in marked
    assert solution["solution"] is True and "exercise" not in solution
    assert (marked["id"], marked["code"], marked["uses"]) == ("a", code, ["exercises", "step"])
