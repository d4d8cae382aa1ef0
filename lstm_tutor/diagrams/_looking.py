"""One network reads a text, another writes one: through a single vector, or with a look back at every step read."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import THIN, Part, Scene, curve_box, label, symbol, wall, wire
from lstm_tutor.diagrams._svg import coordinate, el, text
from lstm_tutor.diagrams._values import number_within
from lstm_tutor.palette import number, visible

_FIRST, _STEP, _SIDE = 50, 46, 32  # the column of the first box, from one to the next, the side of a box
_ABOVE, _PIPE, _BELOW = 74, 168, 262  # the row that writes, the pipe between the rows, the row that reads
_FULL = 26  # the width of a tap whose weight is 1


def looking_back(
    source: str,
    written: str,
    *,
    step: int | None = None,
    weights: Sequence[float] | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw an encoder that reads a text, below, and a decoder that writes one, above.

    One pipe leads from the last state of the encoder to the first of the decoder. Without `step`, it is lit: nothing is
    written yet, and whatever was read has to pass through it. With `step` and its `weights`, the decoder has written up
    to that symbol, and taps rise to it from the steps that it looks back at, as wide as their weights.

    Parameters
    ----------
    source, written : str
        One character per step; white space is made visible.
    step : int, optional
        The symbol that is being written, from 0.
    weights : sequence of float, optional
        One weight from 0 to 1 per step of the source; they sum to 1.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Of the same size for every step. Its parts are ``pipe``; for each symbol read ``box-1, label-x-1`` and, if
        there are weights, ``tap-1``; for each symbol written ``box-s-1``, and ``label-y-1`` once it is there.

    Raises
    ------
    ValueError
        If a text is empty, there is no such step, or there is not one weight per symbol read, with the sum 1.

    Examples
    --------
    >>> drawing = looking_back("cat", "chat", step=1, weights=[0.2, 0.7, 0.1])
    >>> "tap-2" in drawing.parts, "label-y-2" in drawing.parts, "label-y-3" in drawing.parts
    (True, True, False)
    """
    shown = _checked(source, written, step, weights)
    now = -1 if step is None else step
    parts = _chains(len(source), len(written), now)
    if step is not None:
        parts += _taps(shown, step)
    labels = {f"x-{j}": visible(sign) for j, sign in enumerate(source, 1)}
    labels |= {f"y-{i}": visible(sign) for i, sign in enumerate(written, 1)}
    scene = Scene(labels=labels)
    bright = "pipe" if step is None else f"box-s-{step + 1}"

    def draw(uid: str) -> str:
        return "".join(replace(scene, uid=uid, new=_state(part.name, bright, now)).render(part) for part in parts)

    return Diagram(
        "looking-back",
        draw,
        size=(_FIRST + _STEP * (max(len(source), len(written)) - 1) + 48, _BELOW + 92),
        title=title or f"{source!r} is read, {written!r} is written",
        desc=desc or _in_words(source, written, step, shown),
        parts=[part.name for part in parts],
    )


def _checked(source: str, written: str, step: int | None, weights: Sequence[float] | None) -> list[float]:
    """Return the weights as floats, [] for none."""
    if not source or not written:
        raise ValueError(f"looking_back: expected two texts that are not empty, got {source!r} and {written!r}")
    if (step is None) != (weights is None):
        raise ValueError("looking_back: expected step and weights together, got one of them")
    if step is None or weights is None:
        return []
    if not 0 <= step < len(written):
        raise ValueError(f"looking_back: expected step from 0 to {len(written) - 1}, got {step}")
    if len(weights) != len(source):
        raise ValueError(f"looking_back: expected {len(source)} weights, one per symbol read, got {len(weights)}")
    shown = [number_within("looking_back", f"weight {j + 1}", weights[j], 0, 1) for j in range(len(source))]
    if abs(sum(shown) - 1) > 1e-4:
        raise ValueError(f"looking_back: expected weights that sum to 1, got a sum of {sum(shown):g}")
    return shown


def _state(name: str, bright: str, now: int) -> frozenset[str]:
    """Return what a scene needs to light a part, to fade it, or to leave it as it is."""
    if name == bright:
        return frozenset([name])
    writes = name.startswith(("box-s-", "rail-s-"))
    late = writes and int(name.rpartition("-")[2]) > now + 1
    return frozenset(["another"]) if late or (name == "pipe" and now >= 0) else frozenset()


def _column(step: int) -> float:
    return float(_FIRST + _STEP * step)


def _chains(T_in: int, T_out: int, now: int) -> list[Part]:
    """The row that reads, the pipe, and the row that writes, with the symbols that are there."""
    half, end = _SIDE / 2, _column(T_in - 1) + _SIDE / 2 + 16
    around = [(end - 16, _BELOW), (end, _BELOW), (end, _PIPE), (22, _PIPE), (22, _ABOVE), (_FIRST - half, _ABOVE)]
    parts = [wall("pipe", "h", around, THIN)]
    for j in range(T_in):
        x = _column(j)
        if j:
            parts.append(wall(f"rail-h-{j}", "h", [(x - _STEP + half, _BELOW), (x - half, _BELOW)], THIN))
        parts.append(wire(f"wire-x-{j + 1}", "x", [(x, _BELOW + 36), (x, _BELOW + half + 1)], arrow=True))
        parts.append(curve_box(f"box-{j + 1}", "h", (x, _BELOW), _SIDE))
        parts.append(label(f"label-x-{j + 1}", "x", (x, _BELOW + 60), key=f"x-{j + 1}", anchor="middle"))
    for i in range(T_out):
        x = _column(i)
        if i:
            parts.append(wall(f"rail-s-{i + 1}", "h", [(x - _STEP + half, _ABOVE), (x - half, _ABOVE)], THIN))
        parts.append(curve_box(f"box-s-{i + 1}", "h", (x, _ABOVE), _SIDE))
        if i <= now:
            parts.append(label(f"label-y-{i + 1}", "y", (x, _ABOVE - 34), key=f"y-{i + 1}", anchor="middle"))
    if now < 0:
        middle = (22 + end) / 2
        parts.append(_words("label-pipe", middle, _PIPE - 20, "one vector for all that was read"))
    return parts


def _words(name: str, x: float, y: float, words: str) -> Part:
    def draw(scene: Scene) -> str:
        return el("text", text(words), x=x, y=y, class_="word middle")

    return Part(name, "label", "", draw)


def _taps(weights: list[float], step: int) -> list[Part]:
    """A tap for each step read, and under the symbol that is looked at most, its weight."""
    top = max(range(len(weights)), key=weights.__getitem__)
    parts = [_tap(j, weight, step) for j, weight in enumerate(weights)]

    def draw(scene: Scene) -> str:
        return el("text", text(number(weights[top])), x=_column(top), y=_BELOW + 84, class_="value middle")

    return [*parts, Part("label-weight", "label", "", draw)]


def _tap(j: int, weight: float, step: int) -> Part:
    """A stream that bends from step j of the row that reads to a step of the row that writes."""
    x, to = coordinate(_column(j)), coordinate(_column(step))
    start, end = _BELOW - _SIDE // 2, _ABOVE + _SIDE // 2
    bend = f"M{x} {start}C{x} {_PIPE} {to} {_PIPE} {to} {end}"

    def draw(scene: Scene) -> str:
        style = f"--size:{coordinate(float(weight))};--full:{_FULL}"
        return el("path", d=bend, class_="stream", data_flow=f"weight-{j + 1}", style=style)

    return Part(f"tap-{j + 1}", "flow", "h", draw)


def _in_words(source: str, written: str, step: int | None, weights: list[float]) -> str:
    chains = (
        f"Below, a chain of {len(source)} boxes reads {source!r} from left to right. Above, a chain of {len(written)} "
        "boxes writes. A single pipe leads from the end of the chain below to the start of the one above."
    )
    if step is None:
        return f"{chains} The pipe is lit: one vector has to hold all that was read, and nothing is written yet."
    shares = ", ".join(f"{number(w)} for {sign!r}" for w, sign in zip(weights, source, strict=True) if w >= 0.005)
    return (
        f"{chains} So far {written[: step + 1]!r} is written. Taps rise from the chain below to the box that writes "
        f"{written[step]!r}, as wide as their weights: {shares}."
    )


# -- where the decoder looks -------------------------------------------------------------------------------------------

_PANEL, _LOOK, _CELL, _OUT = 270, 48, 148, 232  # the width of a panel; the rows of attention, cell and symbol read


def wirings(*, title: str | None = None, desc: str | None = None) -> Diagram:
    """Draw side by side a decoder that looks back before its step, as Bahdanau's, and one that does after, as Luong's.

    Returns
    -------
    Diagram
        Its parts have ``before`` or ``after`` in their names: ``look-before``, ``cell-after``.

    Examples
    --------
    >>> "look-before" in wirings().parts, "look-after" in wirings().parts
    (True, True)
    """
    parts = [*_panel("before", 0), *_panel("after", _PANEL)]
    return Diagram(
        "wirings",
        lambda uid: "".join(replace(Scene(), uid=uid).render(part) for part in parts),
        size=(2 * _PANEL, _OUT + 26),
        title=title or "Looking back before the step, and after it",
        desc=desc
        or "Two decoders. On the left the old state goes to the attention, and the context that comes back enters the "
        "cell beside the symbol. On the right the cell makes its step first; then the new state goes to the "
        "attention, and the context joins it on the way out.",
        parts=[part.name for part in parts],
    )


def _panel(which: str, left: int) -> list[Part]:
    """One of the two decoders."""
    start, cell, new, out = left + 24.0, left + 96.0, left + 166.0, left + 240.0
    before = which == "before"
    asks, look = (start, left + 72.0) if before else (new, left + 150.0)
    lines = {
        "state": [(start + 21, _CELL), (cell - 28, _CELL)],
        "symbol": [(cell, _OUT - 22), (cell, _CELL + 25)],
        "new": [(cell + 28, _CELL), (new - 14, _CELL)],
        "out": [(new + 18, _CELL), (out - 16, _CELL)],
        "query": [(asks, _CELL - 18), (asks, _LOOK + 25)],
        "context": [(look + 60, _LOOK), (out, _LOOK), (out, _CELL - 18)],
    }
    if before:
        lines["into"] = [(cell, _LOOK + 23), (cell, _CELL - 25)]
    parts = [wire(f"wire-{name}-{which}", "h", points, arrow=True) for name, points in lines.items()]
    return [
        *parts,
        _box(f"look-{which}", look, _LOOK, 120, "attention"),
        _box(f"cell-{which}", cell, _CELL, 54, "cell"),
        _sign(f"s-prev-{which}", start - 2, _CELL + 8, "s", "i−1"),
        _sign(f"s-{which}", new + 2, _CELL + 8, "s", "i"),
        _sign(f"p-{which}", out + 4, _CELL + 8, "p", "i"),
        _sign(f"y-{which}", cell + 6, _OUT + 10, "y", "i−1"),
        _words(f"ctx-{which}", out - 24, _LOOK + 48, "ctx"),
    ]


def _box(name: str, x: float, y: float, width: float, words: str) -> Part:
    def draw(scene: Scene) -> str:
        rect = el("rect", x=x - width / 2, y=y - 23.0, width=float(width), height=46, rx=9, class_="box")
        return rect + el("text", text(words), x=x, y=y, dy="0.32em", class_="word middle")

    return Part(name, "squash", "h", draw)


def _sign(name: str, x: float, y: float, letter: str, sub: str) -> Part:
    def draw(scene: Scene) -> str:
        return el("text", symbol(letter, sub), x=x, y=y, class_="label middle")

    return Part(name, "label", letter, draw)
