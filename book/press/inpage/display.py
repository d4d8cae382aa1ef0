"""Shows values as IPython does in a notebook; the stand-in for IPython takes it from here."""

from __future__ import annotations

import base64
import contextlib
import pprint
import re
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["HTML", "SVG", "Formatter", "Markdown", "Shell", "display", "get_ipython", "output_of", "shown_by"]

Show = Callable[[dict[str, Any]], object]
_shows: list[Show] = []  # where outputs go: of the cell that runs

WIDGET = "application/vnd.jupyter.widget-view+json"
METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
}
# What is shown of a value is the first of these that it has.
ORDER = (WIDGET, "text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain")
FENCED = re.compile(r"```(\w*)\n(.*)\n```\s*", re.S)


class Formatter:
    """What makes one format of a value: a function for its type, or a method of its own."""

    def __init__(self, method: str | None) -> None:
        self.method = method
        self.functions: dict[type, Callable[[Any], Any]] = {}

    def for_type(self, kind: type, function: Callable[[Any], Any]) -> None:
        self.functions[kind] = function

    def __call__(self, value: Any) -> Any:
        for kind in type(value).__mro__:
            if kind in self.functions:
                return self.functions[kind](value)
        method = None if isinstance(value, type) or not self.method else getattr(value, self.method, None)
        return None if method is None else method()


class Events:
    """Takes what a library wants to do after each cell, and never does it: the page itself shows open figures."""

    def register(self, event: str, function: Callable[..., object]) -> None: ...

    def unregister(self, event: str, function: Callable[..., object]) -> None: ...


class Shell:
    """As much of IPython's shell as a page needs: its formatters, by MIME type, and the place for its events."""

    def __init__(self) -> None:
        self.formatters = {mime: Formatter(method) for mime, method in METHODS.items()}
        self.events = Events()

    @property
    def display_formatter(self) -> Shell:
        return self


_shell = Shell()


def get_ipython() -> Shell:
    return _shell


@contextlib.contextmanager
def shown_by(show: Show) -> Iterator[None]:
    """Within the block, what is displayed goes to `show`."""
    _shows.append(show)
    try:
        yield
    finally:
        _shows.pop()


def display(*values: Any, **options: Any) -> None:
    """Show values where the cell's output stands."""
    for value in values:
        _shows[-1](output_of(value))


def output_of(value: Any) -> dict[str, Any]:
    """Return the output that shows a value: its richest form."""
    data, metadata = _bundle(value)
    mime = next(mime for mime in ORDER if data.get(mime) is not None)
    shown, about = data[mime], metadata.get(mime, {})
    if isinstance(shown, tuple):  # with metadata
        shown, about = shown
    match mime:
        case "application/vnd.jupyter.widget-view+json":
            still = data.get("text/html")
            return {"kind": "widget", "model": shown["model_id"], "states": value.states(), "html": still}
        case "text/html":
            return {"kind": "html", "html": shown}
        case "image/svg+xml":
            return {"kind": "svg", "svg": shown[shown.index("<svg") :]}
        case "image/png":
            return {"kind": "png", "png": base64.b64encode(shown).decode(), **about}
        case "text/markdown" if fenced := FENCED.fullmatch(shown):
            return {"kind": "code", "language": fenced[1], "code": fenced[2]}
    return {"kind": "text", "text": shown, "of": "result"}


def _bundle(value: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the forms of a value, by MIME type, and what is known of each."""
    data: dict[str, Any] = {"text/plain": _text(value)}
    metadata: dict[str, Any] = {}
    own = None if isinstance(value, type) else getattr(value, "_repr_mimebundle_", None)
    if own is not None:
        made = own()
        more, metadata = made if isinstance(made, tuple) else (made, {})
        data |= more
    made_here = {mime: make(value) for mime, make in _shell.formatters.items() if mime not in data}
    return data | made_here, metadata


def _text(value: Any) -> str:
    if isinstance(value, dict | list | tuple | set | frozenset) and len(repr(value)) > 79:
        return pprint.pformat(value, width=79, sort_dicts=False)
    return repr(value)


class _Text:
    """Text in one format."""

    def __init__(self, data: str) -> None:
        self.data = data


class HTML(_Text):
    def _repr_html_(self) -> str:
        return self.data


class SVG(_Text):
    def _repr_svg_(self) -> str:
        return self.data


class Markdown(_Text):
    def _repr_markdown_(self) -> str:
        return self.data
