"""The code that runs, shown on a page: never a copy of it."""

import ast
import inspect
import io
import itertools
import re
import textwrap
import tokenize
from typing import Any

__all__ = ["Listing", "show_source"]

COLUMNS = 80  # what a page shows without cutting it


class Listing:
    """Code that a page shows: highlighted in a notebook, plain text elsewhere.

    Attributes
    ----------
    source : str
        The lines of code, of at most 80 columns wherever one has brackets to be broken in.
    """

    def __init__(self, source: str) -> None:
        self.source = "\n".join(part for line in source.splitlines() for part in _folded(line))

    def __repr__(self) -> str:
        return self.source

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.source}\n```"


def show_source(
    code: Any, *more: Any, start: str | None = None, stop: str | None = None, omit: str | None = None
) -> Listing:
    """Return the source of a function, method or class without its docstring, or a part of it.

    As the last line of a cell, it is the cell's output. Lines of more than 80 columns are broken within brackets, and
    the comment of a long line stands above it.

    Parameters
    ----------
    code : function, method or class
        What to show.
    *more : functions, methods or classes
        What to show below it, each after an empty line; the texts below hold for all of them.
    start : str
        Show from the line that holds this text; no other line may hold it.
    stop : str
        Show up to the next line that holds this text, without that line.
    omit : str
        Leave out the lines that hold this text.

    Returns
    -------
    Listing

    Raises
    ------
    ValueError
        If a text stands in none of the lines, or `start` in several: the source has changed.

    Examples
    --------
    >>> import lstm_tutor as lt
    >>> show_source(lt.activations.tanh_derivative)
    def tanh_derivative(y: Array) -> Array:
        return 1 - y * y
    """
    return Listing("\n\n".join(_excerpt(each, start, stop, omit) for each in (code, *more)))


def _excerpt(code: Any, start: str | None, stop: str | None, omit: str | None) -> str:
    """The lines of one piece of code."""
    lines = _without_docstring(textwrap.dedent(inspect.getsource(code)))
    name = f"show_source({getattr(code, '__qualname__', code)})"
    if start is not None:
        first, *others = _find(name, "start", start, lines)
        if others:
            raise ValueError(f"{name}: expected one line with start={start!r}, got {1 + len(others)}")
        lines = lines[first:]
    if stop is not None:
        lines = lines[: _find(name, "stop", stop, lines)[0]]
    if omit is not None:
        left_out = _find(name, "omit", omit, lines)
        lines = [line for k, line in enumerate(lines) if k not in left_out]
    return textwrap.dedent("\n".join(lines)).strip("\n")


def _find(name: str, option: str, text: str, lines: list[str]) -> list[int]:
    """The places of the lines that hold a text."""
    places = [k for k, line in enumerate(lines) if text in line]
    if not places:
        raise ValueError(f"{name}: expected a line with {option}={text!r}, got none in\n" + "\n".join(lines))
    return places


def _without_docstring(source: str) -> list[str]:
    """The lines of the source of one function or class, without those of its docstring."""
    lines = source.splitlines()
    (definition,) = ast.parse(source).body
    if not isinstance(definition, ast.FunctionDef | ast.ClassDef) or ast.get_docstring(definition) is None:
        return lines
    docstring = definition.body[0]
    del lines[docstring.lineno - 1 : docstring.end_lineno]
    return lines


# -- long lines --------------------------------------------------------------------------------------------------------

OPENING, CLOSING = ("(", "[", "{"), (")", "]", "}")
BEFORE = {"and", "or", "if", "else", "for", "+", "-", "*", "/", "@", "|", "==", "<", ">"}  # a line may end before these
BLOCKS = ("def ", "class ", "if ", "elif ", "for ", "while ", "with ")  # what follows them is indented by 4


def _folded(line: str) -> list[str]:
    """A line of code as lines of at most COLUMNS: its comment above it, the rest broken within brackets."""
    if len(line) <= COLUMNS:
        return [line]
    code = line.lstrip()
    indent = line[: -len(code)]
    tokens = _tokens(code)
    if tokens and tokens[-1].type == tokenize.COMMENT:
        above = textwrap.wrap(tokens[-1].string, COLUMNS - len(indent), subsequent_indent="# ")
        rest = code[: tokens[-1].start[1]].rstrip()
        return [*(indent + comment for comment in above), *(_folded(indent + rest) if rest else [])]
    margin = 8 if code.startswith(BLOCKS) else 4
    whole = sum((token.string in OPENING) - (token.string in CLOSING) for token in tokens) == 0
    head = re.match(r"return |[^([{:]+ = ", code) if whole else None
    outside = [token.string for token in _outside(tokens) if head is not None and token.start[1] >= head.end()]
    if head is not None and {",", *BEFORE} & set(outside):  # a sum, or a tuple: brackets around it, to break it there
        code = f"{head[0]}({code[head.end() :]})"
        tokens = _tokens(code)
    broken = _broken(code, tokens, margin, COLUMNS - len(indent))
    if broken is None and head is None and not code.startswith(BLOCKS):  # its brackets are in other lines
        broken = _filled(code, 0, [t.end[1] + 1 for t in _outside(tokens) if t.string == ","], 0, COLUMNS - len(indent))
    return [indent + part for part in broken or [code]]


def _tokens(code: str) -> list[tokenize.TokenInfo]:
    """The tokens of a line, without those within f-strings, which may not be broken."""
    found, strings = [], 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            kind = tokenize.tok_name[token.type]
            strings += (kind == "FSTRING_START") - (kind == "FSTRING_END")
            if not strings and token.string.strip():
                found.append(token)
    except (tokenize.TokenError, IndentationError):
        pass  # a bracket of this line is closed in another one
    return found


def _broken(code: str, tokens: list[tokenize.TokenInfo], margin: int, columns: int) -> list[str] | None:
    """The code broken within one of its brackets, an outer one if that is enough; None if it cannot be."""
    pairs = _brackets(tokens)
    for depth, after_commas in itertools.product(range(3), (True, False)):
        layouts = []
        for opening, closing, inner in (pair[1:] for pair in reversed(pairs) if pair[0] == depth):
            first, last = tokens[opening].end[1], tokens[closing].start[1]
            if not after_commas:
                places = [tokens[k].start[1] for k in inner if tokens[k].string in BEFORE]
            elif clauses := [tokens[k].start[1] for k in inner if tokens[k].string == "for"]:
                places = clauses  # the commas are those of its names
            else:
                places = [tokens[k].end[1] + 1 for k in inner if tokens[k].string == ","]
            places = [place for place in places if first < place < last]
            layouts.append(_filled(code, 0, places, first, columns))
            layouts.append(_filled(code, first, places, margin, columns))
        fitting = [layout for layout in layouts if max(map(len, layout)) <= columns]
        if fitting:
            return min(fitting, key=lambda layout: (len(layout), max(map(len, layout))))
    return None


def _brackets(tokens: list[tokenize.TokenInfo]) -> list[tuple[int, int, int, list[int]]]:
    """The pairs of brackets: depth, the places of both among the tokens, and the tokens that are in no inner pair."""
    stack: list[tuple[int, list[int]]] = []
    pairs = []
    for k, token in enumerate(tokens):
        if token.string in OPENING:
            stack.append((k, []))
        elif token.string in CLOSING:
            if stack:
                opening, inner = stack.pop()
                pairs.append((len(stack), opening, k, inner))
        elif stack:
            stack[-1][1].append(k)
    return sorted(pairs)


def _outside(tokens: list[tokenize.TokenInfo]) -> list[tokenize.TokenInfo]:
    """The tokens that are in no brackets."""
    pairs = _brackets(tokens)
    return [t for k, t in enumerate(tokens) if not any(opening <= k <= closing for _, opening, closing, _ in pairs)]


def _filled(code: str, begin: int, places: list[int], margin: int, columns: int) -> list[str]:
    """The code broken at `begin`, if that is not its start, and then as late as may be at one of the places."""
    lines = [code[:begin]] if begin else []
    start = begin
    while True:
        indent = " " * margin if start else ""
        if len(indent + code[start:]) <= columns:
            return [*lines, indent + code[start:]]
        fitting = [p for p in places if p > start and len(indent + code[start:p].rstrip()) <= columns]
        if not fitting:
            return [code]
        lines.append(indent + code[start : fitting[-1]].rstrip())
        start = fitting[-1]
