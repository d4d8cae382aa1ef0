"""Stands in for tqdm in the page: progress goes to the page, which shows it quietly."""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from inpage import progress

__all__ = ["tqdm", "trange"]

PAUSE = 0.1  # seconds between two reports


class tqdm:
    """A progress bar: the arguments that the book uses; the others are accepted."""

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        desc: str | None = None,
        total: float | None = None,
        *,
        initial: float = 0,
        disable: bool | None = False,
        unit: str = "it",
        **options: Any,
    ) -> None:
        self.iterable, self.desc, self.n, self.unit, self.disable = iterable, desc or "", initial, unit, bool(disable)
        self.total = len(iterable) if total is None and hasattr(iterable, "__len__") else total  # type: ignore[arg-type]
        self.more, self.reported = "", float("-inf")

    def __iter__(self) -> Iterator[Any]:
        for value in self.iterable or ():
            yield value
            self.update()
        self.close()

    def __enter__(self) -> "tqdm":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def update(self, n: float = 1) -> None:
        self.n += n
        if time.monotonic() - self.reported > PAUSE:
            self.refresh()

    def refresh(self) -> None:
        if not self.disable:
            self.reported = time.monotonic()
            of = f" of {self.total:g}" if self.total else ""
            text = " ".join(part for part in (self.desc, f"{self.n:g}{of} {self.unit}", self.more) if part)
            progress.report(text, self.n / self.total if self.total else None)

    def close(self) -> None:
        if not self.disable:
            progress.report("", None)

    def set_description(self, desc: str = "", refresh: bool = True) -> None:
        self.desc = desc

    def set_postfix(self, values: dict[str, Any] | None = None, refresh: bool = True, **more: Any) -> None:
        shown = ((name, f"{x:.3g}" if isinstance(x, float) else x) for name, x in {**(values or {}), **more}.items())
        self.more = ", ".join(f"{name}={x}" for name, x in shown)

    def set_postfix_str(self, text: str = "", refresh: bool = True) -> None:
        self.more = text

    @staticmethod
    def write(text: str, **options: Any) -> None:
        print(text)


def trange(*arguments: int, **options: Any) -> tqdm:
    return tqdm(range(*arguments), **options)
