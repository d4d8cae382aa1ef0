"""Elements and texts of an SVG, escaped: nothing that a caller passes can become markup."""

from collections.abc import Iterable
from html import escape
from typing import Any


def el(tag: str, *children: str, **attributes: Any) -> str:
    """Return one element; `class_` becomes `class`, other underscores hyphens; a None is left out.

    >>> el("text", text("a < b"), class_="word", x=3, font_size=None)
    '<text class="word" x="3">a &lt; b</text>'
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None:
            continue
        name = "class" if name == "class_" else name.replace("_", "-")
        value = coordinate(value) if isinstance(value, float) else str(value)
        parts.append(f' {name}="{escape(value, quote=True)}"')
    inner = "".join(children)
    return "".join(parts) + (f">{inner}</{tag}>" if inner else "/>")


def text(words: object) -> str:
    """Return `words` escaped, and without the control characters that XML forbids."""
    return escape("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(words)))


def coordinate(value: float) -> str:
    """Return a number in as few characters as two decimals need."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the path data of a line through `points`."""
    return "M" + "L".join(f"{coordinate(float(x))} {coordinate(float(y))}" for x, y in points)
