"""Progress of a long loop, on its way from a cell to the page."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["listeners", "report"]

listeners: list[Callable[[str, float | None], object]] = []


def report(text: str, fraction: float | None) -> None:
    """Tell the page how far a loop is: words, and a part of 1 if that is known; no words when it ends."""
    for listener in listeners:
        listener(text, fraction)
