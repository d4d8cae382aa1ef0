"""Layers over time: one box per step, layer and direction; what is inside a box has its own drawing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lstm_tutor.diagrams._cells import Cell
from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._grammar import THIN, Part, Scene, curve_box, flow, label, squash, tap, wall, wire
from lstm_tutor.diagrams._values import each_step, limit
from lstm_tutor.palette import visible

_MARGIN, _END = 20, 40  # left of the first step, right of the last
_HALF = 36  # half the width of a box with a name; a tanh box is square
_SIDE = 36


def in_layers(
    cell: str,
    drawn: Cell,
    text: str,
    values: Any,
    num_layers: int,
    bidirectional: bool,
    new: bool,
    title: str | None,
    desc: str | None,
) -> Diagram:
    """Draw several layers or both directions of a cell over a text."""
    endings = _suffixes(num_layers, bidirectional)
    letters = [f"{letter}{ending}" for ending in endings for letter in "ch" if letter == "h" or "c" in drawn.letters]
    steps = each_step("unrolled", letters, values, len(text))
    given = {f"{name}-{position}": v for position, known in enumerate(steps, 1) for name, v in known.items()}
    words = "" if cell == "rnn" else "GRU" if cell.startswith("gru") else "LSTM"
    parts, labels, width, height = _layered(words, text, num_layers, bidirectional)
    names = [part.name for part in parts]
    added = ["-reverse"] if bidirectional else [f"-l{k}-" for k in range(1, num_layers)]
    lit = frozenset(name for name in names if new and any(word in name for word in added))
    scene = Scene(given=given, labels=labels, new=lit, limit=limit(steps))
    layers = "one layer" if num_layers == 1 else f"{num_layers} layers, one above the other"
    ways = (
        " Each layer runs in two directions: a rail of hidden states points to the right, a mirrored one below it to "
        "the left, each box reads the same input, and at each step the two hidden states go on together."
        if bidirectional
        else ""
    )
    return Diagram(
        f"layers-{cell}",
        lambda uid: "".join(replace(scene, uid=uid).render(part) for part in parts),
        size=(width, height),
        title=title or f"{drawn.short} over {len(text)} steps, {layers}" + (", two directions" if ways else ""),
        desc=desc
        or f"One box per character and layer, left to right, reading {text!r}, in {layers}. What a layer makes of a "
        f"step goes on along its rail and up, as the input of the layer above.{ways}",
        parts=names,
        limit=scene.limit,
    )


def _suffixes(num_layers: int, bidirectional: bool) -> list[str]:
    """Return the endings by which the package tells layers and directions: ``_l0``, ``_l0_reverse``, ``_l1``..."""
    return [f"_l{k}{way}" for k in range(num_layers) for way in (("", "_reverse") if bidirectional else ("",))]


def _layered(
    words: str, characters: str, num_layers: int, bidirectional: bool
) -> tuple[list[Part], dict[str, str], int, int]:
    """Return (parts, labels, width, height) of layers of boxes; `words` is the name in a box, or "" for a tanh box."""
    offset = (26 if not words else 46) if bidirectional else 0  # columns of the two directions, from the middle
    half = _HALF if words else _SIDE / 2
    step = 2 * (offset + half) + 32
    pitch = 188 if bidirectional else 92
    floor = 66 + pitch * num_layers  # where the input of layer 0 branches; above layer k it is pitch * (k + 1) higher
    columns = [_MARGIN + step / 2 + step * number for number in range(len(characters))]
    parts: list[Part] = []
    for layer in range(num_layers):
        y = floor - 54 - pitch * layer  # the lower row of boxes
        rows = [("", y - 72, -offset, 1), ("-reverse", y, offset, -1)] if bidirectional else [("", y, 0, 1)]
        parts += _wires(layer, columns, rows, y + 54, pitch)
        for way, row, shift, ahead in rows:
            parts += _chain(f"l{layer}{way}", [x + shift for x in columns], row, half, ahead, words)
    for number, x in enumerate(columns, 1):
        parts += [
            label(f"label-h-{number}", "h", (x, 30), str(number), anchor="middle"),
            wire(f"wire-h-{number}", "h", [(x, 66), (x, 42)], arrow=True),
            wire(f"wire-x-{number}", "x", [(x, floor + 44), (x, floor)]),
            label(f"label-x-{number}", "x", (x, floor + 72), key=f"x-{number}", anchor="middle"),
        ]
    labels = {f"x-{number}": visible(character) for number, character in enumerate(characters, 1)}
    return parts, labels, int(columns[-1] + step / 2 + _END - 12), floor + 88


def _wires(layer: int, columns: Sequence[float], rows: Sequence[Any], foot: float, pitch: float) -> Iterator[Part]:
    """What tells the boxes: up from `foot` to every direction's box, and from every box up to the next foot."""
    crown = foot - pitch
    for number, x in enumerate(columns, 1):
        for way, row, shift, _ in rows:
            end, column = f"l{layer}{way}-{number}", x + shift
            into = [(x, foot), (column, foot), (column, row + 20)]
            out = [(column, row - 18), (column, crown + 12), (x, crown + 12)]
            yield wire(f"wire-{end}", "x", into if shift else [(x, foot), (x, row + 20)], arrow=True)
            yield wire(f"out-{end}", "h", out if shift else [(x, row - 18), (x, crown)])
        if len(rows) > 1:
            yield wire(f"both-l{layer}-{number}", "h", [(x, crown + 12), (x, crown)])
            yield tap(f"join-l{layer}-{number}", "h", (x, crown + 12))


def _chain(end: str, columns: Sequence[float], y: float, half: float, ahead: int, words: str) -> Iterator[Part]:
    """One direction of one layer: boxes, and between them the rails of the states, pointing where they lead."""
    rails = [("c", y - 9 * ahead, 14), ("h", y + 9 * ahead, 14)] if words == "LSTM" else [("h", y, THIN)]
    for number, x in enumerate(columns, 1):
        follower = number - 1 + ahead
        is_last = not 0 <= follower < len(columns)
        start = x + ahead * half
        stop = start + ahead * 34 if is_last else columns[follower] - ahead * half
        tail = stop - ahead * 8 if is_last else stop
        for letter, row, width in rails:
            key = f"{letter}_{end.replace('-', '_')}-{number}"
            yield wall(f"rail-{letter}-{end}-{number}", letter, [(start, row), (stop, row)], width, tip=is_last)
            line = [(start, row), (tail, row)]
            yield flow(f"{letter}-{end}-{number}", letter, key, line, width, scaled=letter == "c")
        name, at = f"box-{end}-{number}", (x, y)
        yield squash(name, "h", at, words, size=(2 * half, 36)) if words else curve_box(name, "h", at, _SIDE)
