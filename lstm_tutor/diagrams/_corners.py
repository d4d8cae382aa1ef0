"""A corner of several drawings, cut out and set side by side: what differs is all that is shown."""

from collections.abc import Mapping

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._svg import el, text


class Corners:
    """Drawings cut to one box: side by side, or one under the other where the page is narrow.

    Attributes
    ----------
    svgs : dict of str to str
        What is left of each drawing, as one SVG element, by its heading.
    """

    def __init__(self, drawings: Mapping[str, Diagram], box: tuple[int, int, int, int]) -> None:
        self._drawings, self._box = dict(drawings), box
        self.svgs = self._cut()

    def _cut(self) -> dict[str, str]:
        # New ids at every showing, as a drawing has them.
        return {heading: drawing.document(box=self._box) for heading, drawing in self._drawings.items()}

    def _repr_html_(self) -> str:
        title = "text-align:center;font-weight:600;margin:0 0 .5rem"
        halves = [
            el("div", el("div", text(heading), style=title), svg, style="flex:1 1 290px;max-width:400px")
            for heading, svg in self._cut().items()
        ]
        row = el("div", *halves, style="display:flex;flex-wrap:wrap;gap:1.5rem;justify-content:center")
        return el("figure", row, class_="lt-diagram", style="margin:1.25rem 0")

    def __repr__(self) -> str:
        return f"Corners({list(self._drawings)})"
