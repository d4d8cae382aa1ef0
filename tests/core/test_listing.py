"""`show_source` returns the code that runs, and refuses to return half of it."""

import ast
import inspect
import textwrap

import pytest

import lstm_tutor as lt
from lstm_tutor import attention, cells, layers, models, optim, seq2seq, trace, training
from lstm_tutor.listing import Listing


class Sample:
    """A class with a docstring of its own."""

    def method(self, a,
               b):  # fmt: skip
        """Say what it does.

        In several lines.
        """
        total = a + b
        for _ in range(2):
            total += a
            total += b
        return total

    def bare(self):
        return "no docstring"


METHOD = """\
def method(self, a,
           b):  # fmt: skip
    total = a + b
    for _ in range(2):
        total += a
        total += b
    return total"""


def test_a_method_is_shown_whole_without_its_docstring_and_from_the_left_margin():
    assert repr(lt.show_source(Sample.method)) == METHOD


def test_a_function_without_a_docstring_is_shown_as_it_is():
    assert repr(lt.show_source(Sample.bare)) == 'def bare(self):\n    return "no docstring"'


def test_a_class_keeps_the_docstrings_of_its_methods():
    shown = repr(lt.show_source(Sample))
    assert shown.startswith("class Sample:") and "of its own" not in shown and "Say what it does." in shown


def test_a_listing_is_highlighted_as_python_in_a_notebook(capsys):
    listing = lt.show_source(Sample.bare)
    assert listing._repr_markdown_() == '```python\ndef bare(self):\n    return "no docstring"\n```'
    assert capsys.readouterr().out == ""  # nothing is shown twice


def test_several_pieces_stand_in_one_listing_an_empty_line_apart():
    assert repr(lt.show_source(Sample.method, Sample.bare, start="return")) == 'return total\n\nreturn "no docstring"'


@pytest.mark.parametrize(
    ("marks", "lines"),
    [
        ({"start": "for _"}, ["for _ in range(2):", "    total += a", "    total += b", "return total"]),
        ({"start": "total += a", "stop": "return"}, ["total += a", "total += b"]),
        ({"stop": "for _"}, ["def method(self, a,", "           b):  # fmt: skip", "    total = a + b"]),
        ({"start": "for _", "omit": "+="}, ["for _ in range(2):", "return total"]),
        ({"start": "for _", "stop": "total +="}, ["for _ in range(2):"]),
    ],
)
def test_a_part_is_shown_from_one_mark_to_another(marks, lines):
    assert repr(lt.show_source(Sample.method, **marks)).splitlines() == lines


@pytest.mark.parametrize("option", ["start", "stop", "omit"])
def test_a_mark_that_is_no_longer_there_is_an_error(option):
    with pytest.raises(ValueError, match=rf"show_source\(Sample.method\): expected a line with {option}='renamed'"):
        lt.show_source(Sample.method, **{option: "renamed"})


def test_a_start_that_stands_in_several_lines_is_an_error():
    with pytest.raises(ValueError, match=r"expected one line with start='total', got 4"):
        lt.show_source(Sample.method, start="total")


def test_a_stop_before_the_start_is_no_stop():
    with pytest.raises(ValueError, match="expected a line with stop='total = a'"):
        lt.show_source(Sample.method, start="for _", stop="total = a")


# -- long lines --------------------------------------------------------------------------------------------------------

LONG = {
    "a signature": (
        "def step_backward(self, step: Any, prev: LSTMState, d: LSTMState, da: Array) -> tuple[LSTMState, LSTMState]:",
        ["def step_backward(self, step: Any, prev: LSTMState, d: LSTMState,",
         "                  da: Array) -> tuple[LSTMState, LSTMState]:"],
    ),
    "a comment": (
        "    np.concatenate([dr * sigmoid_derivative(r), da_z, da_n], axis=1, out=da)  # (N, 3H)",
        ["    # (N, 3H)", "    np.concatenate([dr * sigmoid_derivative(r), da_z, da_n], axis=1, out=da)"],
    ),
    "a tuple": (
        "    i, f, g, o = sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g), sigmoid(o, out=o)",
        ["    i, f, g, o = (sigmoid(i, out=i), sigmoid(f, out=f), tanh(g, out=g),",
         "                  sigmoid(o, out=o))"],
    ),
    "a choice": (
        "    rng = None if self.rng is None else np.random.default_rng([*self.rng, self.step])",
        ["    rng = (None if self.rng is None", "           else np.random.default_rng([*self.rng, self.step]))"],
    ),
    "a generator": (
        "before, after, final = (cell.State(*(v[k] for v in states)) for k in (slice(0, T), slice(1, None), T))",
        ["before, after, final = (cell.State(*(v[k] for v in states))",
         "                        for k in (slice(0, T), slice(1, None), T))"],
    ),
    "a call": (
        "    loss, gradients, trace = self.model.loss_and_gradients(batch, None if batch.start else state, rng=rng)",
        ["    loss, gradients, trace = self.model.loss_and_gradients(",
         "        batch, None if batch.start else state, rng=rng)"],
    ),
    "a loop, whose body is indented by four": (
        "        for name, from_gates in zip(self.gates, np.split(past, 3, axis=1), strict=True):",
        ["        for name, from_gates in zip(",
         "                self.gates, np.split(past, 3, axis=1), strict=True):"],
    ),
    "a text, which stays whole": (
        'raise ValueError(f"expected finite scores, got NaN or inf as {self.dtype}, in a text (of, many, words)")',
        ['raise ValueError(f"expected finite scores, got NaN or inf as {self.dtype}, in a text (of, many, words)")'],
    ),
}  # fmt: skip


@pytest.mark.parametrize("line", LONG)
def test_a_long_line_is_broken_where_a_person_would(line):
    code, folded = LONG[line]
    assert Listing(code).source.splitlines() == folded


def functions():
    for module in (attention, cells, layers, models, optim, seq2seq, trace, training):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if kind.__module__.startswith("lstm_tutor"):
                for method, function in inspect.getmembers(kind, inspect.isfunction):
                    if function.__module__.startswith("lstm_tutor"):
                        yield f"{name}.{method}", function


def test_breaking_lines_changes_no_code_and_leaves_none_too_long():
    count = 0
    for name, function in functions():
        source = textwrap.dedent(inspect.getsource(function))
        before = ast.parse(source).body[0]
        if ast.get_docstring(before) is not None:
            del before.body[0]
        if before.body and source.count('"""') <= 2:
            shown = lt.show_source(function).source
            assert ast.dump(before) == ast.dump(ast.parse(shown).body[0]), name
            assert not [line for line in shown.splitlines() if len(line) > 80 and "(" in line and '"' not in line], name
            count += 1
    assert count > 200
