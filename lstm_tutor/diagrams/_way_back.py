"""One unit over a few steps, and the gradient on its way back: at each step it drops a share for each weight."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import BROAD, Part, Scene, curve_box, wall, weights, wire
from lstm_tutor.diagrams._svg import el, path, text
from lstm_tutor.diagrams._values import number_within
from lstm_tutor.palette import NEGATIVE, number

_MOST = 3  # steps: with more, no letter could be read on a phone
_FIRST, _STEP, _LAST = 122, 142, 120  # the first box, from box to box, from the last box to the loss
_MARGIN = 54  # right of the loss
_SIDE = 46  # of a box
_RAIL, _UNDER = 66, 110  # the heights of the rail, and of the gradients below it
_LEDGER, _ROW = 208, 36  # where the shares are added up
_PAST = "font-weight:400"


def way_back(
    x: Sequence[float],
    states: Sequence[float],
    gradients: Sequence[float],
    shares: Mapping[str, Sequence[float]],
    *,
    moment: int | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw one unit that reads T numbers, with a loss at the last step, and the gradient that comes back from it.

    Below the network is a ledger, with a row for each weight: the share of its gradient that each step drops there, and
    their sum. With `moment`, the drawing is one frame of a film.

    Parameters
    ----------
    x : sequence of 1 to 3 floats
        The inputs.
    states : sequence of float
        The state after each step, from -1 to 1. The state before the first step is zero.
    gradients : sequence of float
        dL/dh after each step.
    shares : mapping of str to sequence of float
        For each weight, such as ``w_h``, its share from each step.
    moment : int, optional
        At t from 1 to T the states up to that of step t are there, at T + 1 the loss. Then, at T + 2, the gradient of
        the last state comes, then the shares of the last step, then the gradient of the state before, and so on; at
        3 T + 2 the shares are added. Without it, all is drawn and nothing is lit.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts have the step's number behind, from 1: ``box-1, rail-h-1, flow-1, light-1, drop-1, share-w_h-1``.

    Raises
    ------
    ValueError
        If there is not one number for each step, a number is not finite or out of its range, or there is no such
        moment.

    Examples
    --------
    >>> frame = way_back([1, 0], [0.5, 0.4], [-0.5, -0.6], {"w_h": [0, -0.3]}, moment=5)
    >>> "light-2" in frame.parts, "light-1" in frame.parts, "drop-2" in frame.parts
    (True, False, True)
    """
    T = len(x)
    if not 1 <= T <= _MOST:
        raise ValueError(f"way_back: expected x of 1 to {_MOST} numbers, got {T}")
    for name, row in {"states": states, "gradients": gradients, **shares}.items():
        if len(row) != T:
            raise ValueError(f"way_back: expected {T} numbers in {name}, one for each step, got {len(row)}")
    inputs = [number_within("way_back", "a number of x", value) for value in x]
    h = [number_within("way_back", "a state", value, -1, 1) for value in states]
    dh = [number_within("way_back", "a gradient", value) for value in gradients]
    ledger = {name: [number_within("way_back", "a share", value) for value in row] for name, row in shares.items()}
    last = 3 * T + 2
    if moment is not None and not 1 <= moment <= last:
        raise ValueError(f"way_back: expected moment from 1 to {last}, got {moment}")
    now = last + 1 if moment is None else moment
    timed = [*_forward(inputs, h, now), *_backward(dh, T, now), *_sums(ledger, T)]
    shown = [(part, when) for part, when in timed if when <= now]

    def draw(uid: str) -> str:
        return "".join(Scene(uid=uid, new=frozenset()).render(_lit(part, when == now)) for part, when in shown)

    width = _FIRST + _STEP * (T - 1) + _LAST + _MARGIN
    return Diagram(
        "way-back",
        draw,
        size=(width, _LEDGER + _ROW * len(ledger) + 6),
        title=title or f"A gradient comes back through {T} step{'' if T == 1 else 's'}",
        desc=desc or _in_words(h, dh, ledger, now),
        parts=[part.name for part, _ in shown],
    )


def _lit(part: Part, is_now: bool) -> Part:
    return replace(part, kind=part.kind + " lit") if is_now and part.kind in ("squash", "weights", "light") else part


def _at(t: int) -> float:
    return _FIRST + _STEP * (t - 1)


def _forward(x: list[float], h: list[float], now: int) -> list[tuple[Part, int]]:
    """All that the way forward draws, each part with the moment at which it comes."""
    T = len(x)
    loss = _at(T) + _LAST
    timed = [(wall("rail-h-0", "h", [(22, _RAIL), (_at(1) - _SIDE / 2, _RAIL)], BROAD, notch=True), 0)]
    timed.append((_named("label-h-0", (22 + _at(1) - _SIDE / 2) / 2, 32, "h", "0", "0"), 0))
    for t in range(1, T + 1):
        at, end = _at(t), (_at(t + 1) if t < T else loss) - _SIDE / 2
        start = at + _SIDE / 2
        timed += [
            (wall(f"rail-h-{t}", "h", [(start, _RAIL), (end, _RAIL)], BROAD), 0),
            (curve_box(f"box-{t}", "h", (at, _RAIL), _SIDE), t if now <= T else _shares_of(t, T)),
            (wire(f"wire-x-{t}", "x", [(at - 12, 128), (at - 12, _RAIL + _SIDE / 2 + 3)], arrow=True), 0),
            (_words(f"label-x-{t}", "x", at - 12, 150, f"{x[t - 1]:g}"), 0),
            (_named(f"label-h-{t}", (start + end) / 2, 32, "h", str(t), number(h[t - 1], 3)), t),
        ]
        if now < _gradient_of(t, T):  # then the light takes its place
            timed.append((_stream(f"flow-{t}", (start, end), h[t - 1]), t))
    return [(part, 0) if part.name.startswith("box") and when > now else (part, when) for part, when in timed] + [
        (weights("loss", "", (loss, _RAIL), "L", size=(_SIDE, _SIDE)), T + 1 if now == T + 1 else 0)
    ]


def _gradient_of(t: int, T: int) -> int:
    """The moment at which the gradient has reached the state of a step."""
    return T + 2 * (T - t) + 2


def _shares_of(t: int, T: int) -> int:
    """The moment at which a step drops its shares."""
    return _gradient_of(t, T) + 1


def _backward(dh: list[float], T: int, now: int) -> list[tuple[Part, int]]:
    timed = []
    largest = max(map(abs, dh)) or 1.0
    for t in range(T, 0, -1):
        start = (_at(t + 1) if t < T else _at(T) + _LAST) - _SIDE / 2
        end, when = _at(t) + _SIDE / 2, _gradient_of(t, T)
        look = "" if now == when else _PAST
        at = _at(t) + 13
        timed += [
            (_light(f"light-{t}", start, end, abs(dh[t - 1]) / largest), when),
            (_words(f"gradient-{t}", "", (start + end) / 2, _UNDER, number(dh[t - 1], 3), look), when),
            (_drop(f"drop-{t}", at), when + 1),
        ]
    return timed


def _sums(ledger: Mapping[str, list[float]], T: int) -> list[tuple[Part, int]]:
    """The ledger: the frame, a row for each weight, and the sums."""
    total = _at(T) + _LAST
    timed = [(_frame(total, len(ledger)), 0), (_words("label-sum", "", total, _LEDGER - 14, "sum", _PAST), 0)]
    for row, (name, values) in enumerate(ledger.items()):
        y = _LEDGER + _ROW * row + 26
        letter, _, sub = name.partition("_")
        timed.append((_named(f"label-{name}", 42, y, f"d{letter}", sub, ""), 0))
        for t, value in enumerate(values, 1):
            words = "0" if value == 0 else number(value, 3)
            timed.append((_words(f"share-{name}-{t}", "", _at(t), y, words, _PAST), _shares_of(t, T)))
        timed.append((_words(f"sum-{name}", "", total, y, number(sum(values), 3)), 3 * T + 2))
    return timed


def _frame(total: float, rows: int) -> Part:
    left, right, height = 6, total + _MARGIN - 6, _ROW * rows

    def draw(scene: Scene) -> str:
        box = el("rect", x=left, y=_LEDGER, width=right - left, height=height, rx=8, class_="box pale")
        line = el("path", d=path([(total - 47, _LEDGER), (total - 47, _LEDGER + height)]), class_="line quiet")
        return box + line

    return Part("ledger", "box", "", draw)


def _stream(name: str, ends: tuple[float, float], value: float) -> Part:
    def draw(scene: Scene) -> str:
        line = path([(ends[0] + 2, _RAIL), (ends[1] - 2, _RAIL)])
        return el("path", d=line, class_="stream", style=f"--size:{abs(value):.3g};--full:{BROAD - 4}")

    return Part(name, "flow", "h", draw)


def _light(name: str, start: float, end: float, share: float) -> Part:
    half = max((BROAD - 4) * share, 2.5) / 2
    neck = end + 1.1 * half
    band = [(start, _RAIL - half), (neck, _RAIL - half), (end, _RAIL), (neck, _RAIL + half), (start, _RAIL + half)]
    return Part(name, "light", "", lambda scene: el("path", d=path(band) + "Z", style=f"fill:{NEGATIVE}"))


def _drop(name: str, x: float) -> Part:
    """A share falls from its box into the ledger."""
    top, tip = _RAIL + _SIDE / 2 + 2, _LEDGER - 4
    body = [
        (x - 4, top),
        (x - 4, tip - 14),
        (x - 10, tip - 14),
        (x, tip),
        (x + 10, tip - 14),
        (x + 4, tip - 14),
        (x + 4, top),
    ]
    return Part(name, "light", "", lambda scene: el("path", d=path(body) + "Z", style=f"fill:{NEGATIVE}"))


def _words(name: str, letter: str, x: float, y: float, words: str, style: str | None = None) -> Part:
    def draw(scene: Scene) -> str:
        return el("text", text(words), x=float(x), y=y, class_="value middle", style=style or None)

    return Part(name, "label", letter, draw)


def _named(name: str, x: float, y: float, letter: str, sub: str, words: str) -> Part:
    """A letter with its index, and its value behind it."""

    def draw(scene: Scene) -> str:
        inner = el("tspan", text(letter), class_="sym", style="font-size:24px")
        inner += el("tspan", text(sub), class_="sub", dy="0.25em")
        if words:
            inner += el("tspan", text(f" {words}"), class_="value", dy="-0.25em", style=_PAST)
        return el("text", inner, x=float(x), y=y, class_="label middle", style="font-size:24px")

    return Part(name, "label", "h" if letter == "h" else "", draw)


def _in_words(h: list[float], dh: list[float], ledger: Mapping[str, list[float]], now: int) -> str:
    """Return what the drawing shows at a moment."""
    T = len(h)
    words = ["One box for each step, left to right, and the loss L at the right end."]
    known = [f"h{t} = {number(h[t - 1], 3)}" for t in range(1, T + 1) if t <= now]
    words.append(f"States: {', '.join(known)}.")
    arrived = [t for t in range(T, 0, -1) if _gradient_of(t, T) <= now]
    if arrived:
        words.append(f"The gradient on its way back: {', '.join(number(dh[t - 1], 3) for t in arrived)}.")
    dropped = [t for t in arrived if _shares_of(t, T) <= now]
    for name, values in ledger.items() if dropped else ():
        told = ", ".join(f"{number(values[t - 1], 3)} from step {t}" for t in dropped)
        total = f"; their sum is {number(sum(values), 3)}" if now >= 3 * T + 2 else ""
        words.append(f"Shares for {name}: {told}{total}.")
    return " ".join(words)
