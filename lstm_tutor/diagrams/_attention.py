"""Attention: taps from every past step, as wide as their weights, gathered on one rail."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from math import exp

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import THIN, Part, Scene, curve_box, flow, label, wall, wire
from lstm_tutor.diagrams._svg import el, text
from lstm_tutor.diagrams._values import number_within
from lstm_tutor.palette import number, visible

_MARGIN, _SIDE, _PIPE = 12, 36, 28
_TOP, _BOX, _ROW = 66, 150, 234  # the rail of the context, the softmax box, the chain of the source


def attention(
    weights: Sequence[float] | None = None,
    *,
    source: str | Sequence[str],
    target: str | None = None,
    new: bool = False,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw one output step that looks back at every step of a source, with taps as wide as their weights.

    The state s of the reader asks, the softmax box shares 1 out among the taps, and what they bring is gathered on one
    rail: the context, from which the reader's next state is made. As in Bahdanau, Cho & Bengio (2015), section 3.1,
    the state that asks is the one before.

    Parameters
    ----------
    weights : sequence of float, optional
        One weight alpha_j from 0 to 1 per step of the source; they sum to 1. Without them, a sketch.
    source : str or sequence of str
        One character or one word per step.
    target : str, optional
        What the output step writes.
    new : bool
        Whether attention itself is lit and what it looks at fades.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts have the step's number behind: ``tap-3``, ``context-3``, ``box-tanh-3`` (from 1).

    Raises
    ------
    ValueError
        If the source is empty, or there is not one weight per step, from 0 to 1, with the sum 1.

    Examples
    --------
    >>> picture = attention([0.1, 0.9], source=["the", "cat"], target="Katze")
    >>> "tap-2" in picture.parts, "0.90" in picture.svg
    (True, True)
    """
    between = "" if isinstance(source, str) else " "
    steps = [str(word) for word in source]
    if not steps or "" in steps:
        raise ValueError(f"attention: expected source of at least one step, none of them empty, got {steps!r}")
    target = None if target is None else str(target)
    parts, labels, width, height = _looking_back(steps, target)
    shown = _weights(weights, len(steps))
    flows = _quantities(shown or _sketch(len(steps)))
    names = [part.name for part in parts]
    scene = Scene(
        given=flows if shown else {},
        sketch=flows,
        labels=labels,
        new=frozenset(filter(_is_new, names)) if new else frozenset(),
    )
    shares = ", ".join(f"{number(weight)} for {word!r}" for weight, word in zip(shown, steps, strict=False))
    sentences = (
        f"A chain of {len(steps)} steps reads {between.join(steps)!r} from left to right. From the hidden state of "
        "every step a tap rises through one softmax box, which the state s of the reader on the right asks; the taps "
        "are as wide as their weights, which sum to 1. What they bring is gathered on one rail along the top, the "
        "context, and enters the box of the reader's next state" + (f", which writes {target!r}." if target else ".")
    )
    return Diagram(
        "attention",
        lambda uid: "".join(replace(scene, uid=uid).render(part) for part in parts),
        size=(width, height),
        title=title or f"Attention over {len(steps)} steps",
        desc=desc or (f"{sentences} Weights: {shares}." if shown else sentences),
        parts=names,
    )


def _weights(weights: Sequence[float] | None, length: int) -> list[float]:
    """Return the weights as floats, [] for none."""
    if weights is None:
        return []
    size = len(weights) if hasattr(weights, "__len__") else 1
    if size != length:
        raise ValueError(f"attention: expected {length} weights, one per step of the source, got {size}")
    shown = [number_within("attention", f"weight {step + 1}", weights[step], 0, 1) for step in range(length)]
    if abs(sum(shown) - 1) > 1e-4:
        raise ValueError(f"attention: expected weights that sum to 1, got a sum of {sum(shown):g}")
    return shown


def _is_new(name: str) -> bool:
    """Return whether the part belongs to attention itself, not to what it attends to or serves."""
    return name.startswith(
        ("tap-", "context-", "rail-context", "box-softmax", "wire-query", "label-weight-", "label-context")
    )


def _sketch(length: int) -> list[float]:
    """Return weights that show what weights are: most to one step, the less the further away."""
    peak = round(0.65 * (length - 1))
    heights = [exp(-0.9 * abs(step - peak)) for step in range(length)]
    return [height / sum(heights) for height in heights]


def _quantities(weights: Sequence[float]) -> dict[str, float]:
    """Return what flows: each weight through its tap, and their sums along the rail that gathers them."""
    return {f"weight-{j}": weight for j, weight in enumerate(weights, 1)} | {
        f"sum-{j}": total for j, total in enumerate(accumulate(weights), 1)
    }


def _looking_back(source: Sequence[str], target: str | None) -> tuple[list[Part], dict[str, str], int, int]:
    """Return (parts, labels, width, height) of one output step that looks back at all steps of `source`."""
    words = [visible(word) if len(word) == 1 else word for word in source]
    step = max(76, 15 * max(map(len, words)) + 12)
    boxes = [_MARGIN + step / 2 - 16 + step * j for j in range(len(words))]
    taps = [x + 40 for x in boxes]
    edge = taps[-1] + 106  # the right side of the softmax box
    reader = edge + 50
    parts = [_softmax(taps[0] - 24, edge)]
    for j, (x, at) in enumerate(zip(boxes, taps, strict=True), 1):
        is_last = j == len(words)
        end = at + 24 if is_last else x + step - _SIDE / 2
        pipe = [(at, _ROW - THIN / 2), (at, _TOP + _PIPE / 2)]
        parts += [
            wire(f"wire-x-{j}", "x", [(x, _ROW + 54), (x, _ROW + 20)], arrow=True),
            label(f"label-x-{j}", "x", (x, _ROW + 82), key=f"x-{j}", anchor="middle"),
            wall(f"rail-h-{j}", "h", [(x + 18, _ROW), (end, _ROW)], THIN, tip=is_last),
            flow(f"h-{j}", "h", f"h-{j}", [(x + 18, _ROW), (end - (8 if is_last else 0), _ROW)], THIN),
            curve_box(f"box-tanh-{j}", "h", (x, _ROW), _SIDE),
            flow(f"tap-{j}", "h", f"weight-{j}", [(at, _ROW), (at, _TOP)], _PIPE, pipe=pipe, signed=False),
        ]
    ends = [*taps[1:], reader - _SIDE / 2 - 10]
    parts += [
        wall("rail-context", "h", [(taps[0] - _PIPE / 2, _TOP), (reader - _SIDE / 2 - 2, _TOP)], _PIPE, tip=True),
        *(
            flow(f"context-{j}", "h", f"sum-{j}", [(at, _TOP), (end, _TOP)], _PIPE, signed=False)
            for j, (at, end) in enumerate(zip(taps, ends, strict=True), 1)
        ),
        wire("wire-s-prev", "s", [(reader, _ROW - 26), (reader, _TOP + 20)], arrow=True),
        wire("wire-query", "s", [(reader, _BOX), (edge + 1, _BOX)], arrow=True),
        wall("rail-s", "h", [(reader + 18, _TOP), (reader + 66, _TOP)], THIN, tip=True),
        flow("s", "h", "s", [(reader + 18, _TOP), (reader + 58, _TOP)], THIN),
        curve_box("box-s", "h", (reader, _TOP), _SIDE),
        *(
            label(
                f"label-weight-{j}",
                "α",
                (at + 32, _TOP + 50),
                str(j),
                key=f"weight-{j}",
                anchor="middle",
                value_at=(at, _TOP - 26),
            )
            for j, at in enumerate(taps, 1)
        ),
        label("label-s-prev", "s", (reader, _ROW), "i−1", anchor="middle"),
        label("label-s", "s", (reader + 48, _TOP + 42), "i", anchor="middle"),
        _named("label-context", reader - max(38.0, 7.5 * len(target or "") + 8), _TOP - 22, "context"),
        label("label-target", "y", (reader, _TOP - 32), "i", key="target", anchor="middle"),
    ]
    labels = {f"x-{j}": word for j, word in enumerate(words, 1)}
    if target is not None:
        labels["target"] = visible(target) if len(target) == 1 else target
    return parts, labels, round(reader + 82), _ROW + 98


def _named(name: str, end: float, y: float, words: str) -> Part:
    """A word that ends at a place."""
    return Part(name, "label", "", lambda scene: el("text", text(words), x=end, y=y, class_="word end"))


def _softmax(left: float, right: float) -> Part:
    """The box that shares 1 out among the taps."""

    def draw(scene: Scene) -> str:
        box = el("rect", x=float(left), y=_BOX - 20, width=float(right - left), height=40, rx=10, class_="box pale")
        return box + el("text", text("softmax"), x=right - 12.0, y=_BOX, dy="0.32em", class_="word end")

    return Part("box-softmax", "squash", "α", draw)
