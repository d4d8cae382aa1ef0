"""What a cell prints, posted in pieces while it runs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

__all__ = ["Stream"]

PAUSE = 0.05  # seconds between two pieces: a cell that prints much keeps the page responsive


class Stream(io.TextIOBase):
    """A text stream that posts what is written as outputs of `kind`."""

    def __init__(self, post: Callable[[dict[str, Any]], object], kind: str) -> None:
        self.post, self.kind = post, kind
        self.waiting: list[str] = []
        self.posted = float("-inf")

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.waiting.append(text)
        if "\n" in text and time.monotonic() - self.posted > PAUSE:
            self.flush()
        return len(text)

    def flush(self) -> None:
        text = "".join(self.waiting)
        self.waiting.clear()
        if text:
            self.posted = time.monotonic()
            self.post({"kind": self.kind, "text": text, "of": "stream"})
