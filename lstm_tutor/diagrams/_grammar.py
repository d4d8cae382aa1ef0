"""The grammar: rails and pipes carry values, valves multiply, junctions add, boxes squash, wires tell.

Every primitive returns a :class:`Part`. A cell is a list of parts, drawn in order; a part asks the
:class:`Scene` how far its valve is open and how much flows, so the same list serves the plain drawing, a
drawing with values and, later, a widget.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from lstm_tutor.diagrams._svg import coordinate, el, path, text
from lstm_tutor.palette import number

Point: TypeAlias = tuple[float, float]

BROAD, THIN = 34, 18  # walls of the memory rail and of the hidden rail
_RIM = 2  # between a wall and a full stream
KNOB = 19  # radius of the disk that carries a gate's letter


@dataclass(frozen=True)
class Part:
    """One named part of a drawing: `draw(scene)` gives its SVG; `letter` gives its color and its short name.

    `symbol` is the letter of the quantity that the part stands for, where it stands for one.
    """

    name: str
    kind: str
    letter: str
    draw: Callable[["Scene"], str]
    symbol: str | None = None


@dataclass
class Scene:
    """What the parts are told: the values given, the sketch that stands in for the others, and labels."""

    given: dict[str, float] = field(default_factory=dict)
    sketch: dict[str, float] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    new: frozenset[str] = frozenset()
    uid: str = "lt"
    limit: float = 1.0
    suffix: str = ""

    def value(self, key: str) -> float:
        return self.given.get(key, self.sketch.get(key, 0.5))

    def sign(self, key: str) -> str:
        """Return "+" or "-" for a value that was given, "" for a sketch."""
        if key not in self.given:
            return ""
        return "-" if self.given[key] < 0 else "+"

    def opening(self, letter: str, rest: bool = False) -> float:
        """Return how far the valve of a gate is open; with `rest`, the valve that opens as that one shuts."""
        opening = min(max(self.value(letter), 0.0), 1.0)
        return 1.0 - opening if rest else opening

    def printed(self, key: str) -> str:
        return number(self.given[key]) if key in self.given else ""

    def render(self, part: Part) -> str:
        """Return `part` as a group that has a name, a letter's color and its place in the difference."""
        state = ""
        if self.new:
            state = " is-new" if part.name in self.new else " is-faded"
        name = part.name + self.suffix
        return el(
            "g",
            part.draw(self),
            id=f"{self.uid}-{name}",
            class_=f"part {part.kind} {part.letter}".rstrip() + state,
            data_part=name,
            data_symbol=part.symbol,
        )


def symbol(letter: str, sub: str = "") -> str:
    """Return a variable in italics, with an upright subscript."""
    return el("tspan", text(letter), class_="sym") + (el("tspan", text(sub), class_="sub", dy="0.3em") if sub else "")


def _stream(scene: Scene, key: str, points: Sequence[Point], width: float, scaled: bool, signed: bool) -> str:
    full = width - 2 * _RIM
    size = min(abs(scene.value(key)) / (scene.limit if scaled else 1.0), 1.0)
    return el(
        "path",
        d=path(points),
        class_="stream",
        data_flow=key + scene.suffix,
        data_scaled="" if scaled else None,
        data_sign=scene.sign(key) if signed else None,
        stroke_width=full * size,
        style=f"--size:{coordinate(float(size))};--full:{full}",
    )


def _outline(points: Sequence[Point], width: float, notch: bool, tip: bool) -> list[Point]:
    """Return the corners around a line of right angles: both sides, with a notched tail or a pointed head."""
    line = [complex(x, y) for x, y in points]
    along = [(b - a) / abs(b - a) for a, b in pairwise(line)]
    half, depth = width / 2, 0.42 * width
    ends = [*line[:-1], line[-1] - (depth * along[-1] if tip else 0)]
    before, after = [along[0], *along], [*along, along[-1]]
    sides = []
    for side in (1j * half, -1j * half):
        corners = []
        for point, a, b in zip(ends, before, after, strict=True):
            corners.append(point + side * (a if a == b else a + b))
        sides.append(corners)
    head = [line[-1]] if tip else []
    tail = [line[0] + depth * along[0]] if notch else []
    return [(z.real, z.imag) for z in (*sides[0], *head, *reversed(sides[1]), *tail)]


def wall(
    name: str, letter: str, points: Sequence[Point], width: float, *, notch: bool = False, tip: bool = False
) -> Part:
    """The wall of a rail or pipe along `points`: notched where the past comes in, pointed where the future leaves."""
    outline = path(_outline(points, width, notch, tip)) + "Z"
    state = letter if name.startswith(f"rail-{letter}") else None  # what flows along other walls is not the state
    return Part(name, "rail", letter, lambda scene: el("path", d=outline, class_="wall"), symbol=state)


def rail(name: str, letter: str, y: float, start: float, end: float, width: float) -> Part:
    """A rail along the time axis, from the step before to the step after."""
    return wall(name, letter, [(start, y), (end, y)], width, notch=True, tip=True)


def flow(
    name: str,
    letter: str,
    key: str,
    points: Sequence[Point],
    width: float,
    *,
    pipe: Sequence[Point] | None = None,
    scaled: bool = False,
    signed: bool = True,
) -> Part:
    """A stream of `key` through `points`, as wide as the value is large, inside a pipe of its own along `pipe`.

    `scaled` says that the value may pass 1 and is measured against the drawing's limit, `signed` that its sign shows.
    """
    around = path(_outline(pipe, width, False, False)) + "Z" if pipe else ""

    def draw(scene: Scene) -> str:
        stream = _stream(scene, key, points, width, scaled, signed)
        return (el("path", d=around, class_="wall") if around else "") + stream

    return Part(name, "flow", letter, draw)


def wire(name: str, letter: str, points: Sequence[Point], *, arrow: bool = False) -> Part:
    """A thin line that tells a gate or a box what to do; nothing flows in it."""

    def draw(scene: Scene) -> str:
        line = el("path", d=path(points), class_="line")
        return line + (_arrowhead(points) if arrow else "")

    return Part(name, "wire", letter, draw)


def _arrowhead(points: Sequence[Point]) -> str:
    (x0, y0), (x1, y1) = points[-2:]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    back = (x1 - 12 * ux, y1 - 12 * uy)
    corners = [(x1, y1), (back[0] - 6 * uy, back[1] + 6 * ux), (back[0] + 6 * uy, back[1] - 6 * ux)]
    return el("path", d=path(corners) + "Z", class_="head")


def peephole(name: str, letter: str, points: Sequence[Point]) -> Part:
    """A thin tap: a wire from the memory rail, which it reads and does not change, to a valve."""
    x, y = points[0]

    def draw(scene: Scene) -> str:
        dot = el("circle", cx=x, cy=y, r=6.5, class_="dot")
        return dot + el("path", d=path(points), class_="line") + _arrowhead(points)

    return Part(name, "tap", letter, draw)


def tap(name: str, letter: str, at: Point) -> Part:
    """A dot where a line is read without being changed."""
    return Part(name, "tap", letter, lambda scene: el("circle", cx=at[0], cy=at[1], r=6.5, class_="dot"))


def knob(letter: str, x: float, y: float) -> str:
    """The disk that carries the letter of a gate or candidate."""
    return el("circle", cx=x, cy=y, r=KNOB, class_="knob") + el(
        "text", text(letter), x=x, y=y, dy="0.3em", class_="letter"
    )


def weights(
    name: str, letter: str, at: Point, words: str, sub: str = "", *, size: tuple[float, float] = (46, 38)
) -> Part:
    """A box with square corners that takes the product with a matrix of weights: it mixes the units."""
    (x, y), (width, height) = at, size

    def draw(scene: Scene) -> str:
        box = el("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, class_="box")
        if not sub:
            return box + el("text", text(words), x=x, y=y, dy="0.32em", class_="letter small")
        return box + el("text", symbol(words, sub), x=x, y=y + 7, class_="label middle")

    return Part(name, "weights", letter, draw)


def squash(
    name: str, letter: str, at: Point, words: str, *, key: str | None = None, size: tuple[float, float] = (78, 46)
) -> Part:
    """A box that squashes what comes in; with `key` it carries the letter and value of a candidate."""
    (x, y), (width, height) = at, size

    def draw(scene: Scene) -> str:
        box = el("rect", x=x - width / 2, y=y - height / 2, width=width, height=height, rx=10, class_="box") + el(
            "text", text(words), x=x, y=y, dy="0.32em", class_="word middle"
        )
        if key is None:
            return box
        kx = x + width / 2 + KNOB - 5
        printed = text(scene.printed(key))
        value = el("text", printed, x=kx + 2, y=y + KNOB + 19, class_="value middle", data_value=key)
        return box + knob(key, kx, y) + value

    return Part(name, "squash", letter, draw, symbol=key)


def curve_box(name: str, letter: str, at: Point, side: float) -> Part:
    """A small squashing box that shows the curve of tanh instead of its name."""
    (x, y), a = at, side * 0.3

    def draw(scene: Scene) -> str:
        box = el("rect", x=x - side / 2, y=y - side / 2, width=side, height=side, rx=7, class_="box")
        bend = f"M{x - a:g} {y + a:g}C{x + a * 0.2:g} {y + a:g} {x - a * 0.2:g} {y - a:g} {x + a:g} {y - a:g}"
        return box + el("path", d=bend, class_="curve")

    return Part(name, "squash", letter, draw)


def junction(name: str, letter: str, at: Point, *, radius: float = 23) -> Part:
    """A sum: what arrives is added to what passes."""
    x, y = at

    def draw(scene: Scene) -> str:
        arm = radius * 0.5
        plus = path([(x - arm, y), (x + arm, y)]) + path([(x, y - arm), (x, y + arm)])
        return el("circle", cx=x, cy=y, r=radius, class_="disk") + el("path", d=plus, class_="plus")

    return Part(name, "sum", letter, draw)


def label(
    name: str,
    letter: str,
    at: Point,
    sub: str = "",
    *,
    key: str | None = None,
    anchor: str = "start",
    value_at: Point | None = None,
) -> Part:
    """The name of a quantity in mathematical type, its value (if one was given) at `value_at`."""

    def draw(scene: Scene) -> str:
        words = scene.labels.get(key or name)
        inner = symbol(letter, sub) if words is None else el("tspan", text(words), class_="mono")
        out = el("text", inner, x=at[0], y=at[1], class_=f"label {anchor}")
        if value_at is not None:
            out += el(
                "text",
                text(scene.printed(key or name)),
                x=value_at[0],
                y=value_at[1],
                class_=f"value {anchor}",
                data_value=key,
            )
        return out

    return Part(name, "label", letter, draw, symbol=letter)
