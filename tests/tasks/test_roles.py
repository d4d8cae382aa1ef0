"""Roles of names in Python: against what Python itself says about the same names, and on lines worked out by hand."""

import ast
import io
import keyword
import pathlib
import sys
import sysconfig
import tokenize
from collections import Counter

import pytest

from lstm_tutor import tasks
from lstm_tutor.tasks import roles

BY_HAND = {
    "total = len(lines)": "total/assigned len/called lines/read",
    "print(text, file=out)": "print/called text/read file/keyword out/read",
    "def show(text, n=0, *rest, **more): pass": "show/function text/argument n/argument rest/argument more/argument",
    "async def show(self): pass": "show/function self/argument",
    "class Tree(Node, metaclass=Meta): pass": "Tree/class Node/read metaclass/keyword Meta/read",
    "import os.path as p, sys": "os/import path/import p/import sys/import",
    "from . import text as t": "text/import t/import",
    "a.b.c = d.e": "a/read b/attribute c/attribute d/read e/attribute",
    "a.b(c)": "a/read b/attribute c/read",
    "x[i] = y": "x/read i/read y/read",
    "x, (y, *z) = w": "x/assigned y/assigned z/assigned w/read",
    "n += 1": "n/assigned",
    "size: int": "size/assigned int/read",
    "del x": "x/assigned",
    "rows = [f(x) for x in xs if (y := x)]": "rows/assigned f/called x/read x/assigned xs/read y/assigned x/read",
    "key = lambda a, b=c: a": "key/assigned a/argument b/argument c/read a/read",
    "f(g(x)(y), *z)": "f/called g/called x/read y/read z/read",
}


def shown(line):
    return " ".join(f"{token}/{role}" for token, role in zip(line.tokens, line.roles, strict=True) if role)


@pytest.mark.parametrize("source", BY_HAND)
def test_roles_of_lines_worked_out_by_hand(source):
    (line,) = tasks.name_roles(source)
    assert shown(line) == BY_HAND[source]


def test_roles_within_blocks_and_over_several_rows():
    lines = tasks.name_roles(
        "def f(a,\n      b=1):\n    'about π'; global g\n    try:\n        π = a.π\n"
        "    except Error as problem:\n        with open(a) as b: return b\n"
    )
    assert [shown(line) for line in lines] == [
        "f/function a/argument b/argument",
        "g/assigned",
        "π/assigned a/read π/attribute",
        "Error/read problem/assigned",
        "open/called a/read b/assigned b/read",
    ]


def test_an_f_string_is_one_string_in_every_version():
    (line,) = tasks.name_roles("x = f'{a!r:>{width}} {b}' + f\"{f'{c}'}\"")
    assert line.masked == ["NAME", "=", "STRING", "+", "STRING"]


def test_a_text_that_is_no_python_is_refused():
    for text in ("x = (", "def", "  x\n y"):
        with pytest.raises(ValueError, match="name_roles: expected a Python text"):
            tasks.name_roles(text)
    assert tasks.name_roles("") == []
    assert tasks.name_roles("pass\n# nothing\n'text'") == []


@pytest.fixture(scope="module")
def data():
    return tasks.NameRoles()


def test_lines_are_the_same_in_every_python(data):
    assert [len(part) for part in (data.train, data.validation, data.test)] == [4766, 1059, 589]
    text = "\n".join(f"{line} | {' '.join(map(str, line.roles))}" for line in data.test)
    assert tasks.fingerprint(text) == FINGERPRINT, sys.version


def test_names_and_only_names_have_roles_and_the_masks_agree(data):
    for line in data.train + data.test:
        assert len(line.tokens) == len(line.masked) == len(line.roles) <= 40
        for token, mask, role in zip(line.tokens, line.masked, line.roles, strict=True):
            assert (role is None) == (mask != "NAME")
            assert role is None or (role in tasks.ROLES and token.isidentifier() and not keyword.iskeyword(token))
            assert mask in roles.MASKS or mask == token


def test_counts_of_roles_are_those_of_the_syntax_tree():
    """Counted a second time, by the kinds of nodes and without any place."""
    source = roles_source("string.py")
    counts = dict.fromkeys(tasks.ROLES, 0)
    for line in tasks.name_roles(source):
        for role in filter(None, line.roles):
            counts[role] += 1
    nodes = list(ast.walk(ast.parse(source)))
    of = lambda *kinds: [node for node in nodes if isinstance(node, kinds)]  # noqa: E731
    assert counts["function"] == len(of(ast.FunctionDef, ast.AsyncFunctionDef))
    assert counts["class"] == len(of(ast.ClassDef))
    assert counts["argument"] == len(of(ast.arg))
    assert counts["keyword"] == sum(node.arg is not None for node in of(ast.keyword))
    assert counts["attribute"] == len(of(ast.Attribute))
    assert counts["called"] == sum(isinstance(node.func, ast.Name) for node in of(ast.Call))
    assert counts["assigned"] == sum(not isinstance(node.ctx, ast.Load) for node in of(ast.Name))
    names = sum(
        token.type == tokenize.NAME and not keyword.iskeyword(token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
    )
    assert sum(counts.values()) == names


def roles_source(name):
    return (pathlib.Path(sysconfig.get_path("stdlib")) / name).read_text(encoding="utf-8")


def test_a_batch_says_what_its_lines_say(data):
    lines = data.test[:7]
    batch = data.batch(lines)
    for n, line in enumerate(lines):
        length = batch.lengths[n]
        assert [data.vocabulary[k] for k in batch.x[:length, n]] == line.masked
        assert [role is not None for role in line.roles] == batch.mask[:length, n].tolist()
        roles_said = [tasks.ROLES[k] for k in batch.targets[batch.mask[:, n], n]]
        assert roles_said == list(filter(None, line.roles))
        assert not batch.mask[length:, n].any()
    with pytest.raises(ValueError, match="expected at least one line"):
        data.batch([])


def test_known_names_are_the_most_frequent_and_the_rest_is_masked(data):
    known = tasks.NameRoles(known_names=2)
    spelled = Counter(t for line in data.train for t, role in zip(line.tokens, line.roles, strict=True) if role)
    assert set(known.vocabulary[-2:]) == {f"name {name}" for name, _ in spelled.most_common(2)}
    (line,) = tasks.name_roles("self.thing = other")
    assert [known.vocabulary[k] for k in known.encode(line)] == ["name self", ".", "NAME", "=", "NAME"]


def test_no_module_is_both_for_training_and_for_the_test(data):
    assert not set(tasks.TRAIN_MODULES) & set(tasks.TEST_MODULES)
    for part in (data.train, data.validation, data.test):
        assert len(set(map(str, part))) == len(part)


@pytest.mark.parametrize("options", [{"longest": 0}, {"known_names": -1}, {"longest": 2.5}])
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(ValueError, match="NameRoles: expected"):
        tasks.NameRoles(**options)


FINGERPRINT = "1ef570a0d121d8c8"  # of the test lines with their roles
