"""What every function of this package returns: one SVG element that shows itself."""

from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

from lstm_tutor.diagrams._cells import WIDTH
from lstm_tutor.diagrams._style import STYLE
from lstm_tutor.diagrams._svg import el, text

_numbers = count(1)


class Diagram:
    """A drawing that shows itself in a notebook or page.

    Attributes
    ----------
    svg : str
        The drawing as one SVG element with its own style.
    parts : tuple of str
        The names that the ``data-part`` attributes carry, in drawing order.
    title, desc : str
        The text alternative.
    """

    def __init__(
        self,
        name: str,
        draw: Callable[[str], str],
        *,
        size: tuple[int, int],
        title: str,
        desc: str,
        parts: Iterable[str],
        limit: float = 1.0,
    ) -> None:
        self.name, self.parts, self.title, self.desc = name, tuple(parts), title, desc
        self._draw, self._size, self._limit = draw, size, limit
        self.svg = self.document()

    def document(self, *, alone: bool = False, box: tuple[int, int, int, int] | None = None) -> str:
        """Return the drawing with ids of its own: by default for a page, with `alone` as a file.

        Parameters
        ----------
        alone : bool
            Whether it has a size and chooses its colors itself.
        box : (left, top, width, height), optional
            What is shown of it; by default all.
        """
        uid = f"lt-{self.name}-{next(_numbers)}"
        width, height = self._size
        ground = ".lt-svg{color:#222832}@media (prefers-color-scheme:dark){.lt-svg{color:#ced6dd}}"
        return el(
            "svg",
            el("title", text(self.title), id=f"{uid}-title"),
            el("desc", text(self.desc), id=f"{uid}-desc"),
            el("style", STYLE + (ground if alone else "")),
            self._draw(uid),
            xmlns="http://www.w3.org/2000/svg",
            class_="lt-svg",
            data_diagram=self.name,
            data_limit=f"{self._limit:g}",
            viewBox=" ".join(map(str, box or (0, 0, width, height))),
            style="overflow:hidden" if box else None,
            width=width if alone else None,
            height=height if alone else None,
            role="img",
            aria_labelledby=f"{uid}-title {uid}-desc",
        )

    def _repr_html_(self) -> str:
        # New ids at every showing: one page may show the same drawing twice.
        width = self._size[0]
        drawing = el("div", self.document(), style=f"max-width:{width}px;margin:0 auto")
        if width <= 1.2 * WIDTH:
            return el("figure", drawing, class_="lt-diagram", style="margin:1.25rem 0")
        # A long chain scrolls in its own frame instead of shrinking until nobody can read it.
        drawing = el("div", drawing, style=f"min-width:{0.65 * width:.0f}px")
        return el(
            "figure",
            drawing,
            class_="lt-diagram",
            style="margin:1.25rem 0;overflow-x:auto",
            tabindex=0,
            aria_label=self.title,
        )

    def save(self, path: str | Path) -> None:
        """Write an SVG file that follows the reader's preference for light or dark.

        Parameters
        ----------
        path : str or Path
            Where to write it.
        """
        Path(path).write_text(self.document(alone=True) + "\n", encoding="utf-8")

    def __repr__(self) -> str:
        return f"Diagram({self.name!r}, {len(self.parts)} parts)"
