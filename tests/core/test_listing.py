"""`show_source` prints the code that runs, and refuses to print half of it."""

import pytest

import lstm_tutor as lt


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
    return total
"""


def test_a_method_is_shown_whole_without_its_docstring_and_from_the_left_margin(capsys):
    lt.show_source(Sample.method)
    assert capsys.readouterr().out == METHOD


def test_a_function_without_a_docstring_is_shown_as_it_is(capsys):
    lt.show_source(Sample.bare)
    assert capsys.readouterr().out == 'def bare(self):\n    return "no docstring"\n'


def test_a_class_keeps_the_docstrings_of_its_methods(capsys):
    lt.show_source(Sample)
    shown = capsys.readouterr().out
    assert shown.startswith("class Sample:") and "of its own" not in shown and "Say what it does." in shown


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
def test_a_part_is_shown_from_one_mark_to_another(capsys, marks, lines):
    lt.show_source(Sample.method, **marks)
    assert capsys.readouterr().out.splitlines() == lines


@pytest.mark.parametrize("option", ["start", "stop", "omit"])
def test_a_mark_that_is_no_longer_there_is_an_error_and_nothing_is_shown(capsys, option):
    with pytest.raises(ValueError, match=rf"show_source\(Sample.method\): expected a line with {option}='renamed'"):
        lt.show_source(Sample.method, **{option: "renamed"})
    assert capsys.readouterr().out == ""


def test_a_start_that_stands_in_several_lines_is_an_error():
    with pytest.raises(ValueError, match=r"expected one line with start='total', got 4"):
        lt.show_source(Sample.method, start="total")


def test_a_stop_before_the_start_is_no_stop():
    with pytest.raises(ValueError, match="expected a line with stop='total = a'"):
        lt.show_source(Sample.method, start="for _", stop="total = a")
