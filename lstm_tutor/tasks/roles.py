"""Names in Python's own standard library, and the role that each of them plays: labels that the parser gives for free.

What a name is, its neighbors decide, on both sides of it::

    total = len(lines)           total: assigned, because of the "="; len: called, because of the "("; lines: read
    print(text, file=out)        print: called; text: read; file: keyword; out: read
    def show(text, file=None):   show: function; text and file: argument, because of the "def" far before them

A sequence is a logical line, as ``tokenize`` cuts it. The roles are those of ``ast``. Every name is read as the same
token, NAME, so that a tagger has nothing but the context to go by; keywords and operators are read as they stand,
strings and numbers as STRING and NUMBER. An f-string is a STRING as well, with all that is in it.
"""

from __future__ import annotations

import ast
import bisect
import io
import keyword
import pathlib
import sysconfig
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lstm_tutor.tasks.batch import Batch, padded
from lstm_tutor.tasks.text import TEST_MODULES, TRAIN_MODULES

__all__ = ["MASKS", "ROLES", "CodeLine", "NameRoles", "name_roles"]

ROLES = ("function", "class", "argument", "keyword", "attribute", "import", "assigned", "called", "read")
MASKS = ("NAME", "NUMBER", "STRING")
_OPERATORS = """( ) [ ] { } : , ; . ... = == != < <= > >= -> := + - * / // % @ & | ^ ~ << >> **
                += -= *= /= //= %= @= &= |= ^= <<= >>= **= !"""
VOCABULARY = (*MASKS, *keyword.kwlist, *_OPERATORS.split())
"""What a masked line is written in: the three masks, Python's keywords, its operators."""

_Place = tuple[int, int]  # line from 1, column from 0, in characters


class CodeLine(NamedTuple):
    """A logical line of Python.

    Attributes
    ----------
    tokens : list of str
        As they are spelled.
    masked : list of str
        The same, with NAME, NUMBER and STRING in the place of names, numbers and strings.
    roles : list of str or None
        One of ROLES for each name, None for what is no name.
    """

    tokens: list[str]
    masked: list[str]
    roles: list[str | None]

    def __str__(self) -> str:
        return " ".join(self.tokens)


def name_roles(source: str) -> list[CodeLine]:
    """Return the logical lines of a Python text that contain a name, with the role of each name.

    Parameters
    ----------
    source : str

    Returns
    -------
    list of CodeLine

    Raises
    ------
    ValueError
        The text is no Python.

    Examples
    --------
    >>> (line,) = name_roles("total = len(lines)")
    >>> [(token, role) for token, role in zip(line.tokens, line.roles) if role]
    [('total', 'assigned'), ('len', 'called'), ('lines', 'read')]
    >>> line.masked
    ['NAME', '=', 'NAME', '(', 'NAME', ')']
    """
    try:
        tree = ast.parse(source)
        lines = list(_logical_lines(source))
    except (SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"name_roles: expected a Python text, got one with an error: {error}") from error
    names = [token for line in lines for token, kind in line if kind == "NAME"]
    places = _places(tree, source, names)
    found = []
    for line in lines:
        roles = [places.get(token.start, "read") if kind == "NAME" else None for token, kind in line]
        if any(roles):
            tokens = [token.string for token, _ in line]
            masked = [kind or token.string for token, kind in line]
            found.append(CodeLine(tokens, masked, roles))
    return found


def _logical_lines(source: str) -> Iterator[list[tuple[tokenize.TokenInfo, str]]]:
    """Yield for each logical line its tokens, each with what it is: one of MASKS, or "" for what stands for itself."""
    line: list[tuple[tokenize.TokenInfo, str]] = []
    rows, begun = source.splitlines(keepends=True), []  # the f-strings we are in: Python 3.12 and later take them apart
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind == "FSTRING_START":
            begun.append(token)
        elif kind == "FSTRING_END":
            first = begun.pop()
            if not begun:
                whole = first._replace(string=_between(rows, first.start, token.end), end=token.end)
                line.append((whole, "STRING"))
        elif begun:
            continue
        elif kind == "NEWLINE":
            yield line
            line = []
        elif kind in ("NUMBER", "STRING"):
            line.append((token, kind))
        elif kind == "NAME":
            line.append((token, "" if keyword.iskeyword(token.string) else "NAME"))
        elif kind == "OP":
            line.append((token, ""))
    if line:
        yield line


def _between(rows: Sequence[str], start: _Place, end: _Place) -> str:
    """The text of a source from one place to another."""
    (first, left), (last, right) = start, end
    if first == last:
        return rows[first - 1][left:right]
    return "".join([rows[first - 1][left:], *rows[first : last - 1], rows[last - 1][:right]])


def _places(tree: ast.AST, source: str, names: Sequence[tokenize.TokenInfo]) -> dict[_Place, str]:
    """Return the roles of names by the place where the name begins; those that are missing are read."""
    rows, starts = source.splitlines(keepends=True), [name.start for name in names]

    def place(row: int, offset: int) -> _Place:  # ast counts bytes, tokenize characters
        text = rows[row - 1]
        return row, offset if text.isascii() else len(text.encode()[:offset].decode())

    def start(node) -> _Place:
        return place(node.lineno, node.col_offset)

    def end(node) -> _Place:
        return place(node.end_lineno, node.end_col_offset)

    def first(name: str, after: _Place) -> _Place:
        k = bisect.bisect_left(starts, after)
        return next(token.start for token in names[k:] if token.string == name)

    def within(node) -> list[_Place]:
        return starts[bisect.bisect_left(starts, start(node)) : bisect.bisect_left(starts, end(node))]

    roles: dict[_Place, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                roles[first(node.name, start(node))] = "function"
            case ast.ClassDef():
                roles[first(node.name, start(node))] = "class"
            case ast.arg():
                roles[start(node)] = "argument"
            case ast.keyword() if node.arg is not None:
                roles[start(node)] = "keyword"
            case ast.Attribute():
                row, column = end(node)
                roles[row, column - len(node.attr)] = "attribute"
            case ast.Import() | ast.ImportFrom():
                roles |= dict.fromkeys(within(node), "import")
            case ast.Global() | ast.Nonlocal():
                roles |= dict.fromkeys(within(node), "assigned")
            case ast.ExceptHandler() if node.name is not None and node.type is not None:
                roles[first(node.name, end(node.type))] = "assigned"
            case ast.Call() if isinstance(node.func, ast.Name):
                roles[start(node.func)] = "called"
            case ast.Name() if not isinstance(node.ctx, ast.Load):
                roles[start(node)] = "assigned"
    return roles


class NameRoles:
    """Lines of the standard library: to train on, to choose by, and of other modules to test on.

    The modules are those of :func:`lstm_tutor.tasks.python_source`, whose text is the same in Python 3.11, 3.12 and
    3.13. Every eighth module of those for training is held back for validation. A line that comes several times is
    kept once in each part, and a line that was trained on, its names aside, may come again in the test: code is like
    that.

    Parameters
    ----------
    longest : int
        Lines of more tokens are left out.
    known_names : int
        So many names, the most frequent of the training lines, are read as they are spelled; 0 masks them all.

    Attributes
    ----------
    train, validation, test : lists of CodeLine
    vocabulary : tuple of str
        What the model reads, in the order of its numbers.
    """

    def __init__(self, *, longest: int = 40, known_names: int = 0) -> None:
        for name, value, least in (("longest", longest, 1), ("known_names", known_names, 0)):
            if not isinstance(value, int | np.integer) or value < least:
                raise ValueError(f"NameRoles: expected {name} to be an int of at least {least}, got {value!r}")
        held = TRAIN_MODULES[::8]
        self.train = _lines([name for name in TRAIN_MODULES if name not in held], longest)
        self.validation, self.test = _lines(held, longest), _lines(TEST_MODULES, longest)
        spelled = Counter(
            token for line in self.train for token, role in zip(line.tokens, line.roles, strict=True) if role
        )
        ranked = sorted(spelled, key=lambda name: (-spelled[name], name))
        self.vocabulary = (*VOCABULARY, *(f"name {name}" for name in ranked[:known_names]))
        self._number = {word: k for k, word in enumerate(self.vocabulary)}

    def encode(self, line: CodeLine) -> list[int]:
        """Return a line as places in the vocabulary."""
        number = self._number
        return [
            number.get(f"name {token}", number["NAME"]) if mask == "NAME" else number[mask]
            for token, mask in zip(line.tokens, line.masked, strict=True)
        ]

    def batch(self, lines: Sequence[CodeLine]) -> Batch:
        """Return lines side by side: say the role of each name.

        Returns
        -------
        Batch
            x ints (T, N), places in the vocabulary; targets ints (T, N), places in ROLES; mask true at names; lengths.
        """
        if not lines:
            raise ValueError("NameRoles.batch: expected at least one line, got none")
        x, lengths = padded([self.encode(line) for line in lines])
        targets, _ = padded([[ROLES.index(role) if role else 0 for role in line.roles] for line in lines])
        mask, _ = padded([[role is not None for role in line.roles] for line in lines], bool)
        return Batch(x, targets, mask, lengths)


def _lines(modules: Sequence[str], longest: int) -> list[CodeLine]:
    """The lines of modules, each once, in the order in which they first come."""
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    lines: dict[str, CodeLine] = {}
    for name in modules:
        path = library / name
        if not path.is_file():
            raise FileNotFoundError(f"NameRoles: expected the standard library's text at {path}, found none")
        for line in name_roles(path.read_text(encoding="utf-8")):
            if len(line.tokens) <= longest:
                lines.setdefault(str(line), line)
    return list(lines.values())
