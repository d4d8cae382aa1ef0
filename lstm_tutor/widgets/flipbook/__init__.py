"""A flipbook: pictures of one size, which the reader drags through."""

from collections.abc import Sequence
from itertools import count
from numbers import Integral, Real
from typing import Any

import traitlets

from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Flag, Integer, Text
from lstm_tutor.widgets.flipbook.frames import pages, svg_of, title_of, with_ids

__all__ = ["Flipbook"]

FEWEST, MOST = 2, 60
LONGEST_VALUE, LONGEST_CAPTION = 24, 400
# Where no script runs, as in the live view: as wide as its place, in the color of the text around it.
SHAPE = ".fb-still svg{display:block;height:auto;max-height:60vh;width:100%}.fb-still text{fill:currentColor}"
_numbers = count(1)


class Flipbook(Widget, bundle="flipbook"):
    """A picture to drag through: its frames, a slider with a play button, and a sentence for each frame.

    Parameters
    ----------
    frames : sequence of 2 to 60 pictures
        SVG texts, objects with ``.svg`` such as :class:`lstm_tutor.diagrams.Diagram`, or matplotlib figures, which are
        closed; all with one viewBox. Texts without a color of their own take that of the page.
    label : str
        What the slider moves, such as "steps back".
    values : sequence, optional
        What is shown for each frame: a text or a number; by default 0, 1, 2, ...
    captions : sequence of str, optional
        A sentence for each frame. It is text, never markup.
    start : int
        The frame that is shown first, on paper, and where no script runs.
    alt : str
        What the whole shows, in words; by default the title of the first frame shown.
    wide : bool
        Whether the picture is wider than the text, as the other widgets are.
    **traits
        ``name``, by which links call it: ``#lt:name?frame=3``. By default "flipbook", then "flipbook-2", and so on.

    Attributes
    ----------
    frame : int
        The frame that is shown, from 0.

    Raises
    ------
    ValueError
        If a frame is no SVG, has another viewBox than the first, or holds a script, a link or an animation; if the
        lengths differ; or if a value is out of its range.

    Examples
    --------
    >>> from lstm_tutor.diagrams import diagram
    >>> from lstm_tutor.widgets import Flipbook
    >>> openings = [0.0, 0.5, 1.0]
    >>> book = Flipbook([diagram("lstm", values={"f": f}) for f in openings], label="f", values=openings, start=2)
    >>> book.frame, book.figure()
    (2, Still('One step of an LSTM (f = 1)'))
    """

    frame = Integer(0, low=0, high=lambda book: len(book._frames) - 1)
    _frames: traitlets.List = traitlets.List().tag(sync=True)
    _style = Text()
    _label = Text("step", longest=40, shortest=1)
    _values: traitlets.List = traitlets.List().tag(sync=True)
    _captions: traitlets.List = traitlets.List().tag(sync=True)
    _start = Integer()
    _alt = Text(longest=2000)
    _wide = Flag()

    def __init__(
        self,
        frames: Sequence[Any],
        *,
        label: str = "step",
        values: Sequence[Any] | None = None,
        captions: Sequence[str] | None = None,
        start: int = 0,
        alt: str = "",
        wide: bool = False,
        **traits: Any,
    ) -> None:
        given = list(frames) if isinstance(frames, list | tuple) else frames
        if not isinstance(given, list) or not FEWEST <= len(given) <= MOST:
            found = len(given) if isinstance(given, list) else repr(frames)[:60]
            raise ValueError(f"Flipbook: expected frames to be a list of {FEWEST} to {MOST} pictures, got {found}")
        if not isinstance(start, Integral) or isinstance(start, bool) or not 0 <= start < len(given):
            raise ValueError(f"Flipbook: expected start to be an int from 0 to {len(given) - 1}, got {start!r}")
        self._label, self._start, self._wide = label, start, wide
        self._values = _texts("values", range(len(given)) if values is None else values, len(given), LONGEST_VALUE)
        self._captions = [] if captions is None else _texts("captions", captions, len(given), LONGEST_CAPTION)
        texts = [svg_of(k, frame) for k, frame in enumerate(given)]
        self._frames, self._style, (_, _, width, height) = pages(texts)
        self._alt = alt or f"{title_of(texts[start]) or 'A picture'} ({label} = {self._values[start]})"
        self.HEIGHTS = (
            self._height(height / width, *((924, 540) if wide else (651, 378)), 90, 80),
            self._height(height / width, 358, 354, 48, 105),
        )
        nth = next(_numbers)
        super().__init__(**{"name": "flipbook" if nth == 1 else f"flipbook-{nth}", "frame": start} | traits)

    def figure(self) -> Still:
        """The frame that is shown first."""
        k = self._start
        frame = with_ids(self._frames[k], f"lt-{self.name}-still-")
        opening = frame.index(">") + 1
        drawing = f"{frame[:opening]}<style>{SHAPE}{self._style}</style>{frame[opening:]}"
        content = f'<div class="fb-still{" lt-wide" if self._wide else ""}">{drawing}</div>'
        caption = f"{self._label}: {self._values[k]}. " + (self._captions[k] if self._captions else "")
        return Still(content, self._alt, caption.strip())

    def _height(self, ratio: float, width: int, tallest: int, line: int, bar: int) -> int:
        """The height of the live view: the picture, the bar, and captions of so many characters a line; all in px."""
        lines = max((-(-len(caption) // line) for caption in self._captions), default=0)
        return round(min(width * ratio, tallest)) + bar + 21 * lines


def _texts(name: str, given: Any, length: int, longest: int) -> list[str]:
    """`given` as texts, one per frame."""
    if isinstance(given, str) or not hasattr(given, "__len__") or len(given) != length:
        found = len(given) if hasattr(given, "__len__") and not isinstance(given, str) else repr(given)[:60]
        raise ValueError(f"Flipbook: expected {length} {name}, one per frame, got {found}")
    texts = []
    for k, value in enumerate(given):
        if isinstance(value, bool) or not isinstance(value, str | Real):
            raise ValueError(f"Flipbook: expected {name}[{k}] to be a text or a number, got {value!r:.60}")
        text = value if isinstance(value, str) else f"{float(value):g}".replace("-", "\N{MINUS SIGN}")
        texts.append(text)
        if not 0 < len(text) <= longest:
            raise ValueError(
                f"Flipbook: expected {name}[{k}] to be a text of 1 to {longest} characters, got {text!r:.60}"
            )
    return texts
