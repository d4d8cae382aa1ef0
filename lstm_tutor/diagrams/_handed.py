"""One sequence in a vanilla network: a symbol comes in at each step, and the state is handed from box to box."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import THIN, Part, Scene, curve_box, label, wall, weights, wire
from lstm_tutor.diagrams._svg import el, path
from lstm_tutor.diagrams._values import number_within
from lstm_tutor.palette import number, visible

_FIRST, _STEP = 34, 100  # the column of the first state, and from one state to the next
_HALF, _ROW = 18, 9  # of a state: half its width, half the height of one number
_SIDE = 42  # of a box
_CROWN = 116  # what stands above the states: the read-out and its answer


def handed_on(
    characters: str,
    states: Sequence[Sequence[float]],
    *,
    answer: str | None = None,
    moment: int | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw a vanilla network that reads a text, with the numbers that each box hands to the next.

    Each state is a card with one bar per number: to the right if the number is positive, to the left if not. With
    `moment`, the drawing is one frame of a film: what happens then is lit, and what has yet to come is faded.

    Parameters
    ----------
    characters : str
        One character per step, written under its box; white space is made visible.
    states : array (T, H)
        The state after each step, numbers from -1 to 1. The state before the first step is zero.
    answer : str, optional
        What a read-out makes of the last state; without it no read-out is drawn.
    moment : int, optional
        At 0 there is only the start; at 2 t - 1 the symbol of step t comes in, at 2 t the state has left its box; at
        2 T + 1 it is read out. Without it, all is drawn and nothing is lit.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts are ``state-0`` to ``state-T``, and ``box-1, wire-x-1, enter-1, leave-1, label-x-1, label-h-1`` for
        each step.

    Raises
    ------
    ValueError
        If there is not one state per character, states differ in size, a number is out of its range, or there is no
        such moment.

    Examples
    --------
    >>> frame = handed_on("ab", [[0.5, -0.2], [0.1, 0.9]], moment=1)
    >>> "state-2" in frame.parts, "box-1" in frame.parts
    (True, True)
    """
    cards = [[number_within("handed_on", "a state", value, -1, 1) for value in row] for row in states]
    T = len(characters)
    if not T or len(cards) != T:
        raise ValueError(f"handed_on: expected one state for each of {T} characters, from one on, got {len(cards)}")
    H = len(cards[0])
    if not H or {len(row) for row in cards} != {H}:
        raise ValueError(f"handed_on: expected states of one size, got {[len(row) for row in cards]}")
    last = 2 * T + (answer is not None)
    if moment is not None and not 0 <= moment <= last:
        raise ValueError(f"handed_on: expected moment from 0 to {last}, got {moment}")
    now = last + 1 if moment is None else moment
    timed, (width, height) = _scenery([[0.0] * H, *cards], answer is not None, now)
    labels = {f"x-{t}": visible(sign) for t, sign in enumerate(characters, 1)}
    labels["answer"] = answer if answer is not None and now >= last else ""
    scene = Scene(labels=labels)

    def draw(uid: str) -> str:
        return "".join(replace(scene, uid=uid, new=_state(part, when, now)).render(part) for part, when in timed)

    return Diagram(
        "handed-on",
        draw,
        size=(width, height),
        title=title or f"A vanilla RNN reads {T} symbols",
        desc=desc or _in_words(characters, cards, answer, now),
        parts=[part.name for part, _ in timed],
    )


def _state(part: Part, when: int, now: int) -> frozenset[str]:
    """Return what a scene needs to light a part, to fade it, or to leave it as it is; labels never fade."""
    if when == now:
        return frozenset([part.name])
    return frozenset(["what comes later"]) if when > now and part.kind != "label" else frozenset()


def _scenery(cards: list[list[float]], reads_out: bool, now: int) -> tuple[list[tuple[Part, int]], tuple[int, int]]:
    """Return all parts, each with the moment at which it comes in, and the size of the drawing."""
    H, T = len(cards[0]), len(cards) - 1
    half = _ROW * H + 5  # half the height of a card
    y = (_CROWN if reads_out else 12) + half
    foot = y + half
    timed: list[tuple[Part, int]] = []
    for t, card in enumerate(cards):
        x = _FIRST + _STEP * t
        if t:
            middle = x - _STEP / 2
            into = wall(f"enter-{t}", "h", [(x - _STEP + _HALF, y), (middle - _SIDE / 2, y)], THIN)
            out = wall(f"leave-{t}", "h", [(middle + _SIDE / 2, y), (x - _HALF, y)], THIN)
            symbol = wire(f"wire-x-{t}", "x", [(middle, foot + 22), (middle, y + _SIDE / 2 + 2)], arrow=True)
            box = curve_box(f"box-{t}", "h", (middle, y), _SIDE)
            name = label(f"label-x-{t}", "x", (middle, foot + 48), key=f"x-{t}", anchor="middle")
            timed += [(into, 2 * t - 1), (symbol, 2 * t - 1), (box, 2 * t - 1), (out, 2 * t), (name, 2 * t - 1)]
        timed.append((_card(f"state-{t}", (x, y), half, card, known=2 * t <= now), 2 * t))
        timed.append((label(f"label-h-{t}", "h", (x, foot + 28), str(t), anchor="middle"), 2 * t))
    if reads_out:
        x, end = _FIRST + _STEP * T, 2 * T + 1
        timed += [
            (wire("wire-y", "h", [(x, y - half), (x, 80)], arrow=True), end),
            (weights("box-y", "h", (x, 59), "W", "y"), end),
            (label("answer", "x", (x, 26), key="answer", anchor="middle"), end),
        ]
    return timed, (_FIRST + _STEP * T + _FIRST, int(foot + 58))


def _card(name: str, at: tuple[float, float], half: float, values: list[float], known: bool) -> Part:
    """One state: a frame, a line for 0, and, once it is known, a bar for each number."""
    x, y = at

    def draw(scene: Scene) -> str:
        frame = el("rect", x=x - _HALF, y=y - half, width=2 * _HALF, height=2 * half, rx=5, class_="wall")
        zero = el("path", d=path([(x, y - half + 4), (x, y + half - 4)]), class_="curve", style="stroke-width:1")
        bars = []
        for k, value in enumerate(values if known else ()):
            row = y - half + 5 + _ROW * (2 * k + 1)
            end = x + value * (_HALF - 3)
            sign = "-" if value < 0 else "+"
            line = path([(x, row), (end, row)])
            style = f"--size:1;--full:{2 * _ROW - 6};stroke-dasharray:none"
            bars.append(el("path", d=line, class_="stream", data_sign=sign, style=style) if value else "")
        return frame + "".join(bars) + zero

    return Part(name, "state", "h", draw)


def _in_words(characters: str, cards: list[list[float]], answer: str | None, now: int) -> str:
    """Return what the drawing shows at a moment."""
    T = len(cards)
    t = min((now + 1) // 2, T)
    size = f"{len(cards[0])} number{'s' * (len(cards[0]) > 1)}"
    words = [
        f"One box per symbol, left to right, reading {characters!r}. Between the boxes stands the state, {size}: each "
        "box takes the state from its left and its symbol from below, and hands a new state to its right."
    ]
    if now == 0:
        words.append("So far there is only the first state, all zero.")
    elif now <= 2 * T and now % 2:
        words.append(f"Now the symbol {visible(characters[t - 1])} enters box {t}, together with state {t - 1}.")
    else:
        words.append(f"State {t} is {', '.join(number(value) for value in cards[t - 1])}.")
    if answer is not None and now > 2 * T:
        words.append(f"From the last state, the read-out answers {answer}.")
    return " ".join(words)
