"""Many to one: a chain of boxes reads a sequence, and taps as wide as their weights gather one vector for all of it."""

from collections.abc import Sequence
from dataclasses import replace

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import THIN, Part, Scene, curve_box, label, wall, wire
from lstm_tutor.diagrams._grammar import weights as matrix
from lstm_tutor.diagrams._svg import coordinate, el, text
from lstm_tutor.diagrams._values import number_within
from lstm_tutor.palette import number, visible

_FIRST, _STEP, _SIDE = 40, 66, 34  # the column of the first box, from one to the next, the side of a box
_ANSWER, _READOUT, _SUM, _CHAIN = 24, 68, 130, 232  # the rows, from the top
_FULL = 26  # the width of a tap whose weight is 1


def pooled(
    read: Sequence[str],
    weights: Sequence[float],
    *,
    padding: int = 0,
    answer: str = "one answer",
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw a network that reads a sequence and says one thing of it: how much each step counts, and the answer.

    Parameters
    ----------
    read : str, or sequence of str
        What is read at each step: characters or words; white space is made visible.
    weights : sequence of float
        How much each step's state counts, from 0 to 1, with the sum 1: the last alone, all alike, or as attention
        pooling says.
    padding : int
        How many of the steps, at the end, are padding; they are faded.
    answer : str
        What the read-out says.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts are, for each step, ``box-1, wire-x-1, label-x-1``, and if it counts ``tap-1, label-weight-1``; then
        ``sum``, ``readout`` and ``answer``.

    Raises
    ------
    ValueError
        If there is not one weight per step, with the sum 1, or all is padding.

    Examples
    --------
    >>> drawing = pooled(["not", "bad"], [0.0, 1.0], answer="good")
    >>> "tap-2" in drawing.parts, "label-weight-1" in drawing.parts
    (True, False)
    """
    signs = [visible(sign) if len(sign) == 1 else sign for sign in read]
    T = len(signs)
    if not T or len(weights) != T:
        raise ValueError(f"pooled: expected one weight for each of {T} steps, from one on, got {len(weights)}")
    if not 0 <= padding < T:
        raise ValueError(f"pooled: expected padding from 0 to {T - 1}, got {padding}")
    shown = [number_within("pooled", f"weight {t + 1}", weights[t], 0, 1) for t in range(T)]
    if abs(sum(shown) - 1) > 1e-4:
        raise ValueError(f"pooled: expected weights that sum to 1, got a sum of {sum(shown):g}")
    parts = [*_chain(T), *_taps(shown), *_head(T)]
    scene = Scene(labels={f"x-{t}": sign for t, sign in enumerate(signs, 1)} | {"answer": answer})
    padded = tuple(f"-{t}" for t in range(T - padding + 1, T + 1))

    def draw(uid: str) -> str:
        faded = replace(scene, uid=uid, new=frozenset(["what counts"]))
        return "".join(
            (faded if part.name.endswith(padded) and part.kind != "label" else replace(scene, uid=uid)).render(part)
            for part in parts
        )

    return Diagram(
        "pooled",
        draw,
        size=(2 * _FIRST + _STEP * (T - 1), _CHAIN + 94),
        title=title or f"Many to one: {T} steps, one answer",
        desc=desc or _in_words(signs, shown, padding, answer),
        parts=[part.name for part in parts],
    )


def _column(step: int) -> float:
    return float(_FIRST + _STEP * step)


def _chain(T: int) -> list[Part]:
    """The boxes that read, the state between them, and what comes in."""
    parts = []
    for t in range(T):
        x = _column(t)
        if t:
            parts.append(wall(f"rail-{t + 1}", "h", [(x - _STEP + _SIDE / 2, _CHAIN), (x - _SIDE / 2, _CHAIN)], THIN))
        parts.append(wire(f"wire-x-{t + 1}", "x", [(x, _CHAIN + 38), (x, _CHAIN + _SIDE / 2 + 1)], arrow=True))
        parts.append(curve_box(f"box-{t + 1}", "h", (x, _CHAIN), _SIDE))
        parts.append(label(f"label-x-{t + 1}", "x", (x, _CHAIN + 60), key=f"x-{t + 1}", anchor="middle"))
    return parts


def _taps(shown: list[float]) -> list[Part]:
    """A stream from each step that counts to the sum, and its weight."""
    parts, to = [], _column(0) + _STEP * (len(shown) - 1) / 2
    for t, weight in enumerate(shown):
        if weight >= 0.005:
            parts.append(_tap(t, weight, to))
    parts += [_weight(t, weight) for t, weight in enumerate(shown) if weight >= 0.005]
    return parts


def _tap(t: int, weight: float, to: float) -> Part:
    x, start, end = coordinate(_column(t)), _CHAIN - _SIDE // 2, _SUM + 8
    middle = (start + end) // 2
    bend = f"M{x} {start}C{x} {middle} {coordinate(to)} {middle} {coordinate(to)} {end}"

    def draw(scene: Scene) -> str:
        style = f"--size:{coordinate(float(max(weight, 0.06)))};--full:{_FULL}"
        return el("path", d=bend, class_="stream", data_flow=f"weight-{t + 1}", style=style)

    return Part(f"tap-{t + 1}", "flow", "h", draw)


def _weight(t: int, weight: float) -> Part:
    def draw(scene: Scene) -> str:
        return el("text", text(number(weight)), x=_column(t), y=_CHAIN + 84, class_="value middle")

    return Part(f"label-weight-{t + 1}", "label", "", draw)


def _head(T: int) -> list[Part]:
    """The sum, the read-out and the answer, above the middle of the chain."""
    x = _column(0) + _STEP * (T - 1) / 2
    return [
        wall("sum", "h", [(x, _SUM + 12), (x, _READOUT + 20)], THIN),
        matrix("readout", "h", (x, _READOUT), "W", "y"),
        label("answer", "x", (x, _ANSWER), key="answer", anchor="middle"),
    ]


def _in_words(signs: list[str], shown: list[float], padding: int, answer: str) -> str:
    shares = ", ".join(f"{number(w)} for {sign}" for w, sign in zip(shown, signs, strict=True) if w >= 0.005)
    faded = f" The last {padding} are padding, and faded." if padding else ""
    return (
        f"A chain of {len(signs)} boxes reads {' '.join(signs)}, left to right.{faded} From the states of the steps "
        f"taps rise to one vector, as wide as their weights: {shares}. From it the read-out says: {answer}."
    )
