"""One vector drawing per cell, in one grammar, with every part addressable by name.

Time runs left to right. The memory c is a broad rail along the top, the hidden state h a thin rail along the bottom, x
comes from below. A gate is a valve on the path that it multiplies, a candidate a squashing box, a sum a junction. Wires
are thin: they tell valves and boxes what to do.

Every part is a group ``<g data-part="valve-f" class="part gate f">``. A script lights it by adding the class ``lit``,
moves a valve by setting ``--open`` (0 to 1) on its ``.body``, moves a flow by setting ``--size`` (0 to 1) and
``data-sign`` ("+", "-" or "") on its ``.stream``, and writes numbers into the texts whose ``data-value`` is the letter.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from math import isfinite
from pathlib import Path

from lstm_tutor.diagrams._cells import CELLS, SKETCH, WIDTH
from lstm_tutor.diagrams._grammar import Scene
from lstm_tutor.diagrams._style import STYLE
from lstm_tutor.diagrams._svg import el, text
from lstm_tutor.diagrams._unrolled import CHAINS, MARGIN
from lstm_tutor.palette import GATES, visible

__all__ = ["Diagram", "diagram", "unrolled"]

_numbers = count(1)
_MEMORY = ("c_prev", "c", "kept", "write")  # what flows on the memory's scale


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

    def __init__(self, name, draw, *, size, title, desc, parts):
        self.name, self.parts, self.title, self.desc = name, tuple(parts), title, desc
        self._draw, self._size = draw, size
        self.svg = self._document()

    def _document(self, *, alone=False):
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
            viewBox=f"0 0 {width} {height}",
            width=width if alone else None,
            height=height if alone else None,
            role="img",
            aria_labelledby=f"{uid}-title {uid}-desc",
        )

    def _repr_html_(self):
        # New ids at every showing: one page may show the same drawing twice.
        width = self._size[0]
        drawing = el("div", self._document(), style=f"max-width:{width}px;margin:0 auto")
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

    def save(self, path):
        """Write the drawing to `path`, an SVG file that follows the reader's preference for light or dark."""
        Path(path).write_text(self._document(alone=True) + "\n", encoding="utf-8")

    def __repr__(self):
        return f"Diagram({self.name!r}, {len(self.parts)} parts)"


def diagram(cell="lstm", *, values=None, new=(), labels=None, title=None, desc=None):
    """Draw one step of a cell.

    Parameters
    ----------
    cell : {"rnn", "lstm1997", "lstm"}
    values : mapping of str to float, optional
        Numbers of one unit: ``i, f, o`` from 0 to 1, ``g`` and the states ``c, h, c_prev, h_prev``. They set how far
        the valves open, how wide the flows are and, by color and dashes, their signs; each is printed. What follows
        from them by the cell's equations (what is kept, the new memory) follows; the rest stays a sketch.
    new : tuple of str or bool
        Letters or names of parts that are new in this cell: they are lit, the rest fades. True means what the cell
        adds to the previous cell of the book.
    labels : mapping of str to str, optional
        Plain texts in place of the symbols of ``x, c, h, c_prev, h_prev``, such as ``{"x": "f"}``.
    title, desc : str, optional
        Text alternative; by default the cell's own.

    Returns
    -------
    Diagram

    Raises
    ------
    ValueError
        If a name is unknown, or a value is not finite or out of its range.

    Examples
    --------
    >>> picture = diagram("lstm", values={"f": 0.93, "c_prev": -1.2})
    >>> "valve-f" in picture.parts, "−1.20" in picture.svg
    (True, True)
    """
    drawn = _choose("diagram", "cell", cell, CELLS)
    given = _checked("diagram", drawn, values)
    lit = _lit(drawn, new)
    known = _complete(drawn, given)
    scene = Scene(
        given=known,
        sketch=_complete(drawn, SKETCH),
        labels=_labels(drawn, labels),
        new=lit,
        limit=_limit([known]),
    )

    def draw(uid):
        return "".join(replace(scene, uid=uid).render(part) for part in drawn.parts)

    return Diagram(
        cell,
        draw,
        size=(WIDTH, drawn.height),
        title=title or drawn.title,
        desc=desc or " ".join([drawn.desc, *_told(scene, drawn)]),
        parts=[part.name for part in drawn.parts],
    )


def unrolled(cell="rnn", *, text, values=None, title=None, desc=None):
    """Draw a cell over several steps, one per character of a text.

    Parameters
    ----------
    cell : {"rnn", "lstm1997", "lstm"}
    text : str
        One character per step, written under its step; white space is made visible.
    values : mapping of str to sequence of float, optional
        For each letter as in :func:`diagram` (without ``c_prev`` and ``h_prev``) one number per step.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts are named as in :func:`diagram` with the step's number behind: ``valve-f-3`` (from 1).

    Raises
    ------
    ValueError
        If a name is unknown, a number is out of its range, or there is not one number per character.

    Examples
    --------
    >>> picture = unrolled("rnn", text="for i")
    >>> "box-tanh-5" in picture.parts
    True
    """
    drawn, step, height, stage, chain = _choose("unrolled", "cell", cell, CHAINS)
    if not text:
        raise ValueError("unrolled: expected text of at least one character, got an empty one")
    steps = _per_step(drawn, values, len(text))
    limit = _limit(steps)
    sketch = _complete(drawn, SKETCH)
    width = 2 * MARGIN + step * len(text)
    scenes = [Scene(given=steps[0], sketch=sketch, limit=limit)]
    groups = [stage(width)]
    for number, (character, known) in enumerate(zip(text, steps, strict=True)):
        labels = {"x": visible(character), "h": ""}
        scenes.append(Scene(given=known, sketch=sketch, labels=labels, limit=limit, suffix=f"-{number + 1}"))
        groups.append(chain(MARGIN + step * number, number + 1 == len(text), number + 1))

    def draw(uid):
        pairs = zip(scenes, groups, strict=True)
        return "".join(replace(scene, uid=uid).render(part) for scene, parts in pairs for part in parts)

    return Diagram(
        f"unrolled-{cell}",
        draw,
        size=(width, height),
        title=title or f"{drawn.short} over {len(text)} steps",
        desc=desc or f"One copy of the cell per character, left to right, reading {text!r}. {drawn.chain}",
        parts=[part.name + scene.suffix for scene, parts in zip(scenes, groups, strict=True) for part in parts],
    )


def _choose(function, what, name, choices):
    if not isinstance(name, str) or name not in choices:
        raise ValueError(f"{function}: expected {what} to be one of {list(choices)}, got {name!r}")
    return choices[name]


def _checked(function, drawn, values, extra=""):
    """Return `values` as finite floats in the range of their letters."""
    if values is not None and not isinstance(values, Mapping):
        raise ValueError(f"{function}: expected values to be a mapping of letters to numbers, got {values!r}")
    checked = {}
    for name, value in (values or {}).items():
        _choose(function, "a name in values", name, dict.fromkeys(drawn.letters))
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise ValueError(f"{function}: expected {name}{extra} to be one number, got {value!r}") from None
        low, high = (0, 1) if name in GATES else (-1, 1) if name in ("g", "h", "h_prev") else (None, None)
        if not isfinite(number):
            raise ValueError(f"{function}: expected {name}{extra} to be finite, got {number}")
        if low is not None and not low <= number <= high:
            raise ValueError(f"{function}: expected {name}{extra} from {low} to {high}, got {number:g}")
        checked[name] = number
    return checked


def _per_step(drawn, values, length):
    """Return one mapping per step; each step's previous states are the states of the step before."""
    values = dict(values or {})
    for name, series in values.items():
        size = len(series) if hasattr(series, "__len__") else 1
        if size != length:
            raise ValueError(f"unrolled: expected {length} numbers for {name}, one per character, got {size}")
    steps, before = [], {"c_prev": 0.0, "h_prev": 0.0} if values else {}
    for number in range(length):
        given = {name: series[number] for name, series in values.items()}
        known = _complete(drawn, {**_checked("unrolled", drawn, given, f" at step {number + 1}"), **before})
        steps.append(known)
        before = {f"{name}_prev": known[name] for name in ("c", "h") if name in known}
    return steps


def _complete(drawn, values):
    """Return `values` and every quantity that they determine."""
    known = dict(values)
    for name, formula in drawn.quantities.items():
        if name not in known:
            try:
                known[name] = formula(known)
            except KeyError:
                continue
    return known


def _limit(steps):
    """Return the size that fills the memory rail: 1, or the largest that flows on it."""
    return max([1.0] + [abs(known[name]) for known in steps for name in _MEMORY if name in known])


def _labels(drawn, labels):
    for name in labels or {}:
        _choose("diagram", "a name in labels", name, dict.fromkeys(("x", "c", "h", "c_prev", "h_prev")))
    return {name: str(words) for name, words in (labels or {}).items()}


def _lit(drawn, new):
    """Return the names of the parts that `new` (letters or names of parts) means."""
    words = drawn.new if new is True else (new,) if isinstance(new, str) else tuple(new or ())
    names = [part.name for part in drawn.parts]
    letters = sorted({part.letter for part in drawn.parts})
    for word in words:
        if word not in letters and word not in names:
            raise ValueError(f"diagram: expected new to name letters {letters} or parts {names}, got {word!r}")
    return frozenset(part.name for part in drawn.parts if part.name in words or part.letter in words)


def _told(scene, drawn):
    """Return the sentences that add the values to the text alternative."""
    shown = [f"{name} = {scene.printed(name)}" for name in drawn.letters if name in scene.given]
    return [f"Values of one unit: {', '.join(shown)}."] if shown else []
