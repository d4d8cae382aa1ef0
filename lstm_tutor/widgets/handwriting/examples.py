"""Digits as a pen writes them, two of each: what the widget writes for those who do not draw."""

from __future__ import annotations

import itertools

import numpy as np

from lstm_tutor.types import Array

__all__ = ["FORMS", "Strokes", "curve", "examples", "number", "written"]

Strokes = list[list[int]]  # a stroke is x, y, x, y, ...

_Line = tuple[str, list[tuple[int, int]]]
FORMS: dict[str, list[list[_Line]]] = {  # "curve" or "line" through points, 100 high, y downwards
    "0": [
        [("curve", [(30, 2), (10, 12), (3, 50), (12, 90), (32, 99), (54, 86), (60, 50), (52, 14), (30, 2)])],
        [("curve", [(28, 0), (50, 8), (56, 50), (46, 92), (26, 100), (6, 86), (2, 48), (10, 10), (30, 2)])],
    ],
    "1": [[("line", [(20, 0), (20, 100)])], [("line", [(28, 0), (14, 100)])]],
    "2": [
        [("curve", [(4, 24), (14, 4), (36, 0), (54, 16), (48, 42), (26, 70), (4, 98)]), ("line", [(4, 98), (58, 97)])],
        [("curve", [(6, 18), (24, 2), (46, 8), (50, 30), (32, 60), (6, 94), (10, 100), (34, 92), (60, 98)])],
    ],
    "3": [
        [("curve", [(6, 10), (26, 0), (48, 10), (46, 34), (22, 46)]),
         ("curve", [(22, 46), (50, 56), (54, 82), (32, 99), (4, 90)])],
        [("curve", [(8, 6), (34, 2), (50, 18), (40, 40), (24, 48), (46, 58), (52, 80), (34, 98), (2, 92)])],
    ],
    "4": [
        [("line", [(34, 0), (4, 62), (60, 62)]), ("line", [(46, 34), (44, 100)])],
        [("line", [(8, 2), (6, 50), (52, 50)]), ("line", [(50, 0), (48, 100)])],
    ],
    "5": [
        [("line", [(52, 2), (12, 2), (8, 42)]), ("curve", [(8, 42), (34, 38), (54, 56), (48, 86), (24, 99), (2, 90)])],
        [("line", [(48, 0), (10, 4), (6, 46)]), ("curve", [(6, 46), (28, 36), (50, 50), (50, 80), (28, 98), (4, 94)])],
    ],
    "6": [
        [("curve", [(46, 2), (22, 20), (6, 56), (10, 88), (30, 99), (50, 86), (50, 62), (32, 52), (10, 66)])],
        [("curve", [(34, 0), (12, 32), (4, 70), (18, 98), (42, 94), (50, 72), (34, 56), (8, 70)])],
    ],
    "7": [
        [("line", [(2, 2), (56, 2), (24, 100)])],
        [("curve", [(2, 6), (28, 4), (56, 2)]), ("curve", [(56, 2), (38, 40), (26, 100)])],
    ],
    "8": [
        [("curve", [(48, 14), (28, 0), (8, 14), (14, 36), (40, 56), (54, 78), (36, 98), (10, 92), (4, 72), (24, 50),
                    (46, 32), (48, 14)])],
        [("curve", [(44, 10), (22, 0), (6, 18), (22, 44), (46, 62), (46, 90), (24, 100), (4, 86), (12, 60), (38, 40),
                    (46, 12)])],
    ],
    "9": [
        [("curve", [(52, 20), (34, 2), (10, 10), (4, 36), (22, 52), (44, 42), (52, 18)]),
         ("line", [(52, 18), (44, 100)])],
        [("curve", [(48, 12), (26, 0), (6, 18), (10, 44), (34, 48), (50, 26), (50, 12), (48, 50), (36, 100)])],
    ],
}  # fmt: skip
HIGH, TOP, LEFT, GAP = 190, 55, 60, 55  # of a number in the field, in its units


def curve(points: Array, steps: int = 6) -> Array:
    """Return a smooth line through points (n, 2): Catmull and Rom's, `steps` pieces between two of them."""
    ends = np.concatenate([[2 * points[0] - points[1]], points, [2 * points[-1] - points[-2]]])
    t = np.arange(1, steps + 1)[:, None] / steps
    pieces = [
        (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2
        for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False)
    ]
    return np.concatenate([points[:1], *pieces])


def written(form: list[_Line]) -> list[Array]:
    """Return a form's strokes as arrays of points (n, 2); what begins where the last one ended goes on with it."""
    strokes: list[Array] = []
    for kind, corners in form:
        points = np.array(corners, float)
        if kind == "line":
            parts = [np.linspace(a, b, 7)[1:] for a, b in itertools.pairwise(points)]
            points = np.concatenate([points[:1], *parts])
        else:
            points = curve(points)
        if strokes and (strokes[-1][-1] == points[0]).all():
            strokes[-1] = np.concatenate([strokes[-1], points[1:]])
        else:
            strokes.append(points)
    return strokes


def examples() -> dict[str, list[Strokes]]:
    """Return two ways to write each digit, 1000 high."""
    return {
        digit: [[np.round(10 * stroke).astype(int).ravel().tolist() for stroke in written(form)] for form in forms]
        for digit, forms in FORMS.items()
    }


def number(text: str) -> Strokes:
    """Return the strokes of a number in the field's units; a digit that comes again is written in its other form.

    >>> number("1")
    [[60, 55, 60, 87, 60, 118, 60, 150, 60, 182, 60, 213, 60, 245]]
    """
    found, strokes, left = examples(), [], LEFT
    for k, digit in enumerate(text):
        form = found[digit][text[:k].count(digit) % 2]
        low = min(min(stroke[::2]) for stroke in form)
        right = left
        for stroke in form:
            xs = [int(left + (x - low) * HIGH / 1000 + 0.5) for x in stroke[::2]]
            ys = [int(TOP + y * HIGH / 1000 + 0.5) for y in stroke[1::2]]
            right = max(right, *xs)
            strokes.append([value for point in zip(xs, ys, strict=True) for value in point])
        left = right + GAP
    return strokes
