"""A gradient on its way back: the network over time, and light that runs from the loss against the arrows."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor, log10

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import BROAD, Part, Point, Scene, curve_box, rail, wall, wire
from lstm_tutor.diagrams._svg import el, path, text
from lstm_tutor.diagrams._values import choose, number_within
from lstm_tutor.diagrams._valves import blades

_FEWEST, _MOST = 2, 8  # steps: with more, no letter could be read on a phone
_STEP, _LEFT, _RIGHT = 78, 22, 74  # width of a step, and the room beside all of them
_BOX = 44
_PHONE = 358  # px, the width of a picture on a phone, where no letter may be smaller than 12 px
_LEAST, _BURST = 1e-3, 10.0  # the size whose light is a thread, and the size from which it bursts its rail
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LETTERS = {"rnn": "h", "lstm": "c"}


def unrolled_gradient(
    sizes: Sequence[float],
    *,
    cell: str = "rnn",
    f: Sequence[float] | None = None,
    title: str | None = None,
) -> list[Diagram]:
    """Draw a gradient on its way back through a network of T steps, one drawing per step that it has gone.

    Light runs from the loss L at the right to the left: in drawing k it has reached step T - k. Its width and its color
    show how large dL/dh is there, on a logarithmic scale: a thread at 0.001 and less; more than 10 bursts the rail. In
    an LSTM it runs along the memory c, dL/dc, and through the valve of each forget gate.

    Parameters
    ----------
    sizes : sequence of 2 to 8 floats
        How large the gradient is k steps before the last, in units of that at the last step: 1 at first.
    cell : {"rnn", "lstm"}
        The name of a layer is understood too.
    f : sequence of float, optional
        For the LSTM, and only for it: how far the forget gate of each step is open, from the first step to the last.
    title : str, optional
        Text alternative; what a drawing shows is added to it.

    Returns
    -------
    list of Diagram
        One per size, as :class:`lstm_tutor.widgets.Flipbook` takes them. Their parts have the step's number
        behind, from 1: ``light-3``, ``number-3``, ``valve-f-3``.

    Raises
    ------
    ValueError
        If there are too few or too many sizes, one is negative or not finite, or the first is not 1; if f is missing,
        has another length, or is out of its range.

    Examples
    --------
    >>> frames = unrolled_gradient([1, 0.5, 0.25, 0.12])
    >>> len(frames), "light-2" in frames[2].parts, "light-1" in frames[2].parts
    (4, True, False)
    """
    cell = cell.lower() if isinstance(cell, str) else cell
    letter = choose("unrolled_gradient", "cell", cell, _LETTERS)
    if isinstance(sizes, str) or not hasattr(sizes, "__len__") or not _FEWEST <= len(sizes) <= _MOST:
        found = len(sizes) if hasattr(sizes, "__len__") else repr(sizes)
        raise ValueError(f"unrolled_gradient: expected {_FEWEST} to {_MOST} sizes, one per step, got {found}")
    by_lag = [number_within("unrolled_gradient", f"sizes[{lag}]", size, low=0) for lag, size in enumerate(sizes)]
    if abs(by_lag[0] - 1) > 1e-9:
        raise ValueError(f"unrolled_gradient: expected sizes[0] to be 1, the size at the last step, got {by_lag[0]:g}")
    if (f is not None) != (cell == "lstm"):
        raise ValueError(f"unrolled_gradient: expected f for the LSTM and for no other cell, got {f!r} for {cell!r}")
    openings = None
    if f is not None:
        if len(f) != len(by_lag):
            raise ValueError(f"unrolled_gradient: expected {len(by_lag)} numbers in f, one per step, got {len(f)}")
        openings = [number_within("unrolled_gradient", f"f[{k}]", opening, 0, 1) for k, opening in enumerate(f)]
    title = title or ("The gradient on its way back through " + ("an LSTM" if openings else "a vanilla RNN"))
    return [_frame(cell, letter, by_lag, openings, gone, title) for gone in range(len(by_lag))]


def _frame(cell: str, letter: str, sizes: Sequence[float], f: Sequence[float] | None, gone: int, title: str) -> Diagram:
    """Draw the gradient after it has gone so many steps."""
    T = len(sizes)
    width = _LEFT + _STEP * T + _RIGHT
    font = max(22, ceil(12.2 * width / _PHONE))
    y = 2 * font + 24 + (_BOX / 2 if f is None else BROAD + 5)
    floor_y = y + (_BOX / 2 + 6 if f is None else BROAD + 2 * font + 26)
    draw_step = _rnn_step if f is None else _lstm_step
    steps = [
        draw_step(t, T, letter, y, floor_y, sizes[T - t] if T - t <= gone else None, gone == T - t, font)
        for t in range(1, T + 1)
    ]
    stage = [_loss(width - 30, y, font)]
    if f is not None:
        stage.insert(0, rail("rail-c", "c", y, 6, width - 30 - _BOX / 2, BROAD))
    scenes = [Scene(), *(Scene(suffix=f"-{t}", given={"f": f[t - 1]} if f else {}) for t in range(1, T + 1))]
    groups = [stage, *steps]
    shown = printed(sizes[gone])
    there = f"dL/d{letter} at step {T - gone} of {T} is {shown} of what it is at the last step."
    told = ", ".join(f"{printed(size)} at step {T - lag}" for lag, size in enumerate(sizes[: gone + 1]))
    return Diagram(
        f"gradient-{cell}",
        lambda uid: "".join(
            replace(scene, uid=uid).render(part) for scene, parts in zip(scenes, groups, strict=True) for part in parts
        ),
        size=(width, round(floor_y + 34 + font)),
        title=f"{title}, {gone} step{'' if gone == 1 else 's'} back: {shown}",
        desc=f"One copy of the cell per step, left to right, and the loss L at the right end. {there} On the way: "
        f"{told}.",
        parts=[part.name + scene.suffix for scene, parts in zip(scenes, groups, strict=True) for part in parts],
    )


def _rnn_step(
    t: int, T: int, letter: str, y: float, floor_y: float, size: float | None, is_front: bool, font: int
) -> tuple[Part, ...]:
    x = _LEFT + _STEP * (t - 0.5)
    start, end = x + _BOX / 2, x + (_STEP if t < T else _STEP / 2 + 44 - _BOX / 2 + 22) - _BOX / 2
    before = (wall("rail-h-prev", letter, [(6, y), (x - _BOX / 2, y)], BROAD, notch=True),) if t == 1 else ()
    box = curve_box("box-tanh", letter, (x, y), _BOX)
    return (
        *before,
        wall("rail-h", letter, [(start, y), (end, y)], BROAD),
        *_light(letter, (end, y), (start, y), size),
        replace(box, kind=box.kind + _look(size, is_front)),
        *_texts(t, letter, x, floor_y, size, is_front, font),
    )


def _lstm_step(
    t: int, T: int, letter: str, y: float, floor_y: float, size: float | None, is_front: bool, font: int
) -> tuple[Part, ...]:
    x = _LEFT + _STEP * (t - 0.5)
    end = x + (_STEP if t < T else _STEP / 2 + 44 - _BOX / 2)
    top = y - BROAD - 9

    def cell(scene: Scene) -> str:
        return el("rect", x=x - 33, y=top, width=66, height=floor_y - 4 - top, rx=10, class_="box pale")

    def gate(scene: Scene) -> str:
        return blades(scene, "f", (x, y), BROAD, False)

    def opening(scene: Scene) -> str:
        base = y + BROAD + 5 + font
        name = el("text", text("f"), x=x, y=base - 2, class_="letter small", style=f"font-size:{font + 2}px")
        return name + _words(x, base + font, scene.printed("f"), font)

    return (
        Part("box", "box" + (" lit" if is_front else ""), letter, cell),
        *_light(letter, (end, y), (x, y), size),
        Part("valve-f", "gate" + _look(size, False), "f", gate),
        Part("label-f", "label", "f", opening),
        *_texts(t, letter, x, floor_y, size, is_front, font),
    )


def _look(size: float | None, is_front: bool) -> str:
    """The class of a part that the light has not reached, or at which it is."""
    return " is-faded" if size is None else " lit" if is_front else ""


def _light(letter: str, start: Point, end: Point, size: float | None) -> tuple[Part, ...]:
    """The light between two steps, pointed where it goes; none where it has not been."""
    if size is None:
        return ()
    share = min(max(log10(max(size, _LEAST)) - log10(_LEAST), 0.0) / (log10(_BURST) - log10(_LEAST)), 1.0)

    def draw(scene: Scene) -> str:
        band = _burst(start, end) if size > _BURST else _band(start, end, max((BROAD - 4) * share, 2.5))
        look = f"fill:var(--hue);fill-opacity:{0.3 + 0.7 * share:.2f}"
        return el("path", d=path(band) + "Z", class_="light", style=look, data_size=f"{size:g}")

    return (Part("light", "light", letter, draw),)


def _band(start: Point, end: Point, width: float) -> list[Point]:
    """A band to the left, pointed at its end."""
    (x0, y), (x1, _) = start, end
    half, neck = width / 2, x1 + 0.42 * width
    return [(x0, y - half), (neck, y - half), (x1, y), (neck, y + half), (x0, y + half)]


def _burst(start: Point, end: Point) -> list[Point]:
    """A band with teeth, broader than its rail: more than that can hold."""
    (x0, y), (x1, _) = start, end
    width = BROAD + 20
    teeth = 6
    xs = [x0 + (x1 - x0) * k / teeth for k in range(teeth + 1)]
    edge = [(x, (width if k % 2 else 0.7 * width) / 2) for k, x in enumerate(xs[:-1])]
    return [*((x, y - half) for x, half in edge), (x1, y), *((x, y + half) for x, half in reversed(edge))]


def _loss(x: float, y: float, font: int) -> Part:
    def draw(scene: Scene) -> str:
        box = el("rect", x=x - _BOX / 2, y=y - _BOX / 2, width=_BOX, height=_BOX, class_="box pale")
        return box + el("text", text("L"), x=x, y=y, dy="0.33em", class_="sym middle")

    return Part("loss", "loss", "", draw)


def _texts(
    t: int, letter: str, x: float, floor_y: float, size: float | None, is_front: bool, font: int
) -> tuple[Part, ...]:
    """The input from below, the number over a step that the light has reached, and its name where the light is."""
    parts = [
        wire("wire-x", "x", [(x, floor_y + 30), (x, floor_y)], arrow=True),
        Part("label-x", "label", "x", lambda scene: _named(x, floor_y + 28 + font, "x", t, font)),
    ]
    if size is not None:
        weight = 700 if is_front else 400
        parts.append(Part("number", "label", "", lambda scene: _words(x, 2 * font + 12, printed(size), font, weight)))
    if is_front:
        parts.append(Part("label-gradient", "label", "", lambda scene: _named(x, font + 2, f"dL/d{letter}", t, font)))
    return tuple(parts)


def _words(x: float, y: float, words: str, font: int, weight: int = 600) -> str:
    style = f"font-size:{font}px;font-weight:{weight}"
    return el("text", text(words), x=x, y=y, class_="value middle", style=style)


def _named(x: float, y: float, name: str, number: int, font: int) -> str:
    large, small = (f"font-size:{size}px" for size in (font + 2, font))
    sym = el("tspan", text(name), class_="sym", style=large)
    sub = el("tspan", text(number), class_="sub", dy="0.25em", style=small)
    return el("text", sym, sub, x=x, y=y, class_="label middle", style=small)


def printed(size: float) -> str:
    """Return a size in few signs: 0.08, 12, 4·10⁻³.

    >>> [printed(size) for size in (1, 0.083, 12.3, 0.0042, 0.00098, 4321, 0)]
    ['1.00', '0.08', '12', '4·10⁻³', '10⁻³', '4·10³', '0']
    """
    if size == 0:
        return "0"
    if 0.01 <= size < 1000:
        return f"{size:.2f}" if size < 9.995 else f"{size:.0f}"
    power = floor(log10(size))
    digit = round(size / 10.0**power)
    if digit == 10:
        digit, power = 1, power + 1
    head = "" if digit == 1 else f"{digit}·"
    return f"{head}10{str(power).translate(_SUPERSCRIPTS)}"
