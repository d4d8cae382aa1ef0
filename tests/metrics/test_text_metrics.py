"""What is measured of a written text: each figure against its definition, by hand."""

import math
import re

import numpy as np
import pytest

from lstm_tutor import metrics


def test_entropy_is_zero_for_the_sure_and_the_logarithm_of_the_choices_for_the_unsure():
    np.testing.assert_allclose(metrics.entropy([[1, 0, 0, 0], [0.25] * 4]), [0, 2], atol=1e-15)


def test_entropy_is_what_the_symbols_cost_on_average(rng):
    p = rng.dirichlet(np.ones(7), size=(3, 2))
    expected = [[sum(-x * math.log2(x) for x in row) for row in rows] for rows in p]
    np.testing.assert_allclose(metrics.entropy(p), expected, rtol=1e-12)


def test_repetition_counts_the_pieces_that_came_before():
    assert metrics.repetition("abcabcabc", n=3) == 4 / 7  # abc bca cab, then the same again
    assert metrics.repetition("a" * 100, n=16) == 1 - 1 / 85
    assert metrics.repetition("ab", n=3) == 0


def test_distinct_compares_across_texts():
    assert metrics.distinct(["abc", "abc"], n=3) == 0.5
    assert metrics.distinct(["abc", "abd", "x"], n=3) == 1
    assert metrics.distinct([[1, 2, 3], [1, 2, 4]], n=2) == 3 / 4


@pytest.mark.parametrize("code", ["x = 1", "def f():\n    return 1\n", "# only a comment", "", "s = '\\d'"])
def test_python_compiles(code):
    assert metrics.compiles(code)


@pytest.mark.parametrize("code", ["x = = 1", "def f():\n", "return 1", "  x = 1", "x = '", "(" * 500, "x\0y", "break"])
def test_what_is_no_python_does_not_compile(code):
    assert not metrics.compiles(code)


def test_nothing_is_run():
    assert metrics.compiles("raise SystemExit(1)") and metrics.line_compiles("raise SystemExit(1)")


LINES = ["x = 1", "    return self.x", "for k in range(3):", "else:", "elif x:", "except ValueError:", "finally:",
         "@property", "await x", "yield", "break", "import re", "# a note", "class A(B):", "async with x:"]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_could_stand_in_some_code_compiles(line):
    assert metrics.line_compiles(line)


@pytest.mark.parametrize("line", ["x = (1,", "return return", "for k in:", "else", "A sentence of prose.", "'''", ")"])
def test_a_line_that_could_stand_nowhere_alone_does_not(line):
    assert not metrics.line_compiles(line)


def test_the_rate_leaves_out_what_is_blank():
    assert metrics.compile_rate(["x", "", "  \n", ")"]) == 0.5
    assert metrics.compile_rate(["else:", "x = ("], metrics.line_compiles) == 0.5
    assert math.isnan(metrics.compile_rate(["", " "]))


@pytest.mark.parametrize(("code", "block"), [
    ("def f(x):\n    return x\ny = 1\n", "def f(x):\n    return x\n"),
    ("    def f(x):\n        return x\n    y = 1\n", "def f(x):\n    return x\n"),
    ("def f(x):\n    if x:\n\n        return x\n\n\n", "def f(x):\n    if x:\n\n        return x\n"),
    ("def f(x):\n    return x\n    y = (1", "def f(x):\n    return x\n"),
    ("def f(x):\n        ", "def f(x):\n"),
    ("def f", "def f"),
    ("", ""),
])  # fmt: skip
def test_a_block_is_its_head_and_what_is_indented_below_it(code, block):
    assert metrics.first_block(code) == block


@pytest.mark.parametrize(("make", "message"), [
    (lambda: metrics.entropy([0.5, 0.6]), "entropy: expected probabilities (..., K) that add up to 1, got (2,)"),
    (lambda: metrics.entropy([1.5, -0.5]), "entropy: expected probabilities (..., K) that add up to 1, got (2,)"),
    (lambda: metrics.repetition("abc", n=0), "repetition: expected n to be a positive int, got 0"),
    (lambda: metrics.distinct("abc"), "distinct: expected several texts, got one str; [text] is a list of one"),
    (lambda: metrics.compile_rate(""), "compile_rate: expected several texts, got one str; [text] is a list of one"),
    (lambda: metrics.distinct(["ab"], n=3), "distinct: expected a text of at least 3 symbols, got none"),
])  # fmt: skip
def test_what_cannot_be_measured_is_named(make, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make()
