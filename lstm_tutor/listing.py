"""The code that runs, shown on a page: never a copy of it."""

import ast
import inspect
import textwrap
from typing import Any

__all__ = ["show_source"]


def show_source(code: Any, *, start: str | None = None, stop: str | None = None, omit: str | None = None) -> None:
    """Print the source of a function, method or class without its docstring, or a part of it.

    Parameters
    ----------
    code : function, method or class
        What to show.
    start : str
        Show from the line that holds this text; no other line may hold it.
    stop : str
        Show up to the next line that holds this text, without that line.
    omit : str
        Leave out the lines that hold this text.

    Raises
    ------
    ValueError
        If a text stands in none of the lines, or `start` in several: the source has changed.
    """
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
    print(textwrap.dedent("\n".join(lines)).strip("\n"))


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
