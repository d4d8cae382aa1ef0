"""The bridge that runs cells behind a page, tried without a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import inpage
import numpy as np
import pytest
from inpage import products, progress
from inpage.cells import Notebook

Outputs = list[dict[str, Any]]
PRESS = Path(inpage.__file__).parents[1]


@pytest.fixture
def run() -> Iterator[Callable[[str], Outputs]]:
    """Run a cell in a namespace that lasts for the test; return its outputs."""
    outputs: Outputs = []
    notebook = Notebook(outputs.append, name="cells_of_a_test")

    def run_cell(code: str) -> Outputs:
        outputs.clear()
        notebook.run(code, "cell")
        return list(outputs)

    yield run_cell


def texts(outputs: Outputs, kind: str = "text") -> str:
    return "".join(output["text"] for output in outputs if output["kind"] == kind)


def test_cells_share_a_namespace_and_the_last_expression_is_shown(run: Callable[[str], Outputs]) -> None:
    assert run("x = 20") == []
    assert run("x += 1\nx * 2") == [{"kind": "text", "text": "42", "of": "result"}]
    assert run("_ + 1") == [{"kind": "text", "text": "43", "of": "result"}]


def test_a_semicolon_and_none_show_nothing(run: Callable[[str], Outputs]) -> None:
    assert run("1 + 1;") == []
    assert run("1 + 1;\n") == []
    assert run("None") == []
    assert run("") == []


def test_what_is_printed_comes_before_what_is_shown_after_it(run: Callable[[str], Outputs]) -> None:
    outputs = run("import sys\nprint('one')\nprint('two')\nprint('three', file=sys.stderr)\n4")
    assert texts(outputs) == "one\ntwo\n4" and texts(outputs, "stderr") == "three\n"
    assert outputs[-1]["of"] == "result"


def test_what_is_printed_without_an_end_of_line_is_shown_when_the_cell_ends(run: Callable[[str], Outputs]) -> None:
    assert texts(run("print('a', end='')")) == "a"
    assert texts(run("import sys\nprint('b', end='', file=sys.stderr)"), "stderr") == "b"


def test_whether_a_cell_ran_to_its_end_is_said() -> None:
    notebook = Notebook(lambda output: None, name="cells_of_a_test")
    assert notebook.run("1 + 1") is True
    assert notebook.run("1 / 0") is False


@pytest.mark.parametrize(
    ("method", "value", "output"),
    [
        ("_repr_html_", "<b>1</b>", {"kind": "html", "html": "<b>1</b>"}),
        ("_repr_svg_", "<?xml?><svg/>", {"kind": "svg", "svg": "<svg/>"}),
        ("_repr_png_", b"PNG", {"kind": "png", "png": "UE5H"}),
        ("_repr_markdown_", "```python\nx = 1\n```", {"kind": "code", "language": "python", "code": "x = 1"}),
        ("_repr_markdown_", "plain", {"kind": "text", "text": "plain", "of": "result"}),
        ("_repr_mimebundle_", {"text/html": "<i>2</i>"}, {"kind": "html", "html": "<i>2</i>"}),
    ],
)
def test_a_value_is_shown_in_its_richest_form(
    run: Callable[[str], Outputs], method: str, value: object, output: dict[str, str]
) -> None:
    run(f"class Thing:\n    def {method}(self): return {value!r}")
    assert run("Thing()") == [output]
    assert run("Thing")[0]["kind"] == "text"  # the class itself has no form but its name


def test_a_form_that_is_none_is_passed_over(run: Callable[[str], Outputs]) -> None:
    run("class Thing:\n    def _repr_html_(self): return None\n    def __repr__(self): return 'thing'")
    assert run("Thing()") == [{"kind": "text", "text": "thing", "of": "result"}]


def test_an_error_names_the_line_of_the_cell_and_what_to_do(run: Callable[[str], Outputs]) -> None:
    (output,) = run("import numpy as np\nimport lstm_tutor as lt\nlt.LSTM(2, 3, rng=0).forward(np.ones(3))")
    assert (output["kind"], output["line"], output["name"]) == ("error", 3, "ValueError")
    assert output["words"] == "LSTM: expected x of shape (T, N, 2), got (3,)."


@pytest.mark.parametrize(
    ("code", "line", "words"),
    [
        ("a = 1\nb = c", 2, "The name c has no value yet. If a cell above defines it, run that one first."),
        ("states = 1\nstate", 2, "The name state has no value yet. Did you mean states?"),
        ("name", 1, "The name name has no value yet. If a cell above defines it, run that one first."),  # no __name__
        ("x = (1,\ny = 2", 1, "Python cannot read this line: '(' was never closed."),
        ("%matplotlib inline", 1, "Lines that begin with % or ! are Jupyter's own: the page runs plain Python."),
        (
            "x = 1\n  y = 2",
            2,
            "The spaces at the beginning of this line do not fit those around it: unexpected indent.",
        ),
        ("import pandas_of_nobody", 1, "The page has NumPy, matplotlib and lstm_tutor, and no pandas_of_nobody."),
        ("1 / 0", 1, "Something is divided by zero."),
        ("{}['a']", 1, "There is no entry 'a'."),
        ("def f(): return f()\n\nf()", 1, "A function calls itself too many times, perhaps without an end."),
        ("raise SystemExit", 1, "The cell asked Python to end; the page goes on."),
        ("raise LookupError", 1, "The cell stopped with LookupError."),
        ("def f():\n    raise ValueError('no')\n\nf()", 2, "no."),
    ],
)
def test_errors_are_told_in_plain_words(run: Callable[[str], Outputs], code: str, line: int, words: str) -> None:
    (output,) = run(code)
    assert output["words"] == words and output["line"] == line


def test_an_error_after_some_output_keeps_it_and_the_next_cell_runs(run: Callable[[str], Outputs]) -> None:
    outputs = run("x = 1\nprint('so far')\nundefined")
    assert [output["kind"] for output in outputs] == ["text", "error"]
    assert outputs[1]["missing"] == "undefined"
    assert texts(run("x")) == "1"


def test_pytorch_is_absent_only_when_it_is_used(run: Callable[[str], Outputs]) -> None:
    assert texts(run("import torch, math\nimport torch as t\nmath.floor(1.5)")) == "1"
    for use in ("torch.ones(3)", "t.nn"):
        assert [output["kind"] for output in run(use)] == ["torch"]
    run("x = 1\ny = torch.ones(3)\ndef z(): return y")
    assert texts(run("x")) == "1"
    for use in ("y", "y + x", "print(y)", "f'{y}'", "y[0]", "x = y.sum()", "z()", "for _ in y: pass", "y == x"):
        assert [output["kind"] for output in run(use)] == ["torch"], use
    (output,) = run("raise ModuleNotFoundError('as from torch import nn', name='torch.nn')")
    assert output["kind"] == "torch"


def test_a_function_of_a_cell_has_its_source(run: Callable[[str], Outputs]) -> None:
    run("def double(x):\n    return 2 * x")
    shown = texts(run("import inspect\nprint(inspect.getsource(double))"))
    assert shown.strip() == "def double(x):\n    return 2 * x"


def test_figures_are_shown_at_the_end_of_their_cell_and_closed(run: Callable[[str], Outputs]) -> None:
    run("import matplotlib\nmatplotlib.use('module://inpage.backend')\nimport matplotlib.pyplot as plt")
    outputs = run("plt.subplots()\nprint('between')\nplt.figure();")
    assert [output["kind"] for output in outputs] == ["text", "svg", "svg"]
    assert outputs[1]["svg"].startswith("<svg ")
    assert texts(run("plt.get_fignums()")) == "[]"


def test_show_shows_a_figure_at_once_and_a_failed_cell_shows_none(run: Callable[[str], Outputs]) -> None:
    run("import matplotlib\nmatplotlib.use('module://inpage.backend')\nimport matplotlib.pyplot as plt")
    assert [output["kind"] for output in run("plt.figure()\nplt.show()\nprint('after')")] == ["svg", "text"]
    assert [output["kind"] for output in run("plt.figure()\n1 / 0")] == ["error"]
    assert texts(run("plt.get_fignums()")) == "[]"


def test_a_png_has_twice_the_points_of_the_size_at_which_it_is_shown() -> None:
    from inpage.figures import retina_figure
    from matplotlib.figure import Figure

    data, size = retina_figure(Figure(figsize=(2, 1)), bbox_inches=None)
    assert data.startswith(b"\x89PNG") and size == {"width": 200, "height": 100}


def test_progress_goes_to_whoever_listens() -> None:
    heard: list[tuple[str, float | None]] = []
    progress.listeners.append(lambda *report: heard.append(report))
    try:
        progress.report("3 of 4", 0.75)
    finally:
        progress.listeners.pop()
    assert heard == [("3 of 4", 0.75)]


def test_text_of_long_containers_is_broken_into_lines(run: Callable[[str], Outputs]) -> None:
    shown = texts(run("{name: list(range(20)) for name in 'ba'}"))
    assert re.match(r"\{'b': \[0,", shown) and max(map(len, shown.splitlines())) <= 79


def test_pyplot_finds_in_the_page_what_it_asks_of_a_notebook() -> None:
    """At its first figure it looks for IPython among what was imported, here the stand-in."""
    code = """
from IPython.display import display
import matplotlib
matplotlib.use("module://inpage.backend")
import matplotlib.pyplot as plt
plt.plot([1, 2])
from IPython.core.pylabtools import backend2gui  # which the page's matplotlib, an older one, asks
print(plt.get_fignums(), plt.get_backend(), backend2gui.get(plt.get_backend()))
"""
    places = os.pathsep.join(str(PRESS / name) for name in ("stand_ins", ""))
    environment = os.environ | {"PYTHONPATH": places}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout) == ("", "[1] module://inpage.backend None\n")


def test_without_simd_numpy_multiplies_as_before() -> None:
    """This machine cannot load the loops that were made for the page, as a browser without SIMD cannot."""
    product = np.ones((5, 4)) @ np.ones((4, 3))
    assert products.use_simd() is False
    assert np.array_equal(np.ones((5, 4)) @ np.ones((4, 3)), product)
