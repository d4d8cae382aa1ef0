"""Digits as people write them with a mouse: several forms of each, slanted, stretched and shaky, by a seed."""

from __future__ import annotations

import numpy as np

from lstm_tutor.widgets.handwriting.examples import FORMS, written

__all__ = ["FORMS_OF", "digit", "line"]

OTHERS = {  # a third way to write each digit, which the widget's own examples do not have
    "0": [("curve", [(40, 4), (18, 10), (2, 40), (4, 76), (24, 98), (48, 90), (58, 60), (52, 22), (36, 6), (26, 12)])],
    "1": [("line", [(4, 24), (26, 0), (24, 100)])],
    "2": [("curve", [(2, 30), (10, 8), (30, 0), (48, 12), (46, 38), (24, 72), (2, 99)]),
          ("line", [(2, 99), (54, 100)])],
    "3": [("curve", [(2, 14), (20, 0), (42, 6), (44, 30), (20, 44), (44, 54), (50, 78), (30, 100), (2, 88)])],
    "4": [("line", [(42, 0), (2, 66), (62, 64)]), ("line", [(42, 2), (42, 100)])],
    "5": [("curve", [(10, 2), (6, 44), (32, 40), (52, 58), (46, 88), (22, 100), (0, 90)]),
          ("line", [(10, 2), (50, 0)])],
    "6": [("curve", [(40, 0), (14, 28), (4, 64), (14, 94), (36, 98), (52, 80), (42, 58), (22, 58), (8, 74)])],
    "7": [("line", [(4, 4), (54, 0), (20, 100)]), ("line", [(18, 50), (52, 48)])],
    "8": [("curve", [(30, 48), (10, 30), (14, 6), (34, 0), (50, 14), (44, 36), (28, 48)]),
          ("curve", [(28, 48), (6, 68), (8, 92), (30, 100), (52, 90), (50, 64), (30, 48)])],
    "9": [("curve", [(46, 16), (24, 2), (4, 22), (14, 46), (36, 42), (48, 16)]),
          ("curve", [(48, 16), (52, 54), (44, 88), (22, 100), (6, 92)])],
}  # fmt: skip
FORMS_OF = {name: [*forms, OTHERS[name]] for name, forms in FORMS.items()}
Lines = list[np.ndarray]


def digit(name: str, form: int, rng: np.random.Generator) -> Lines:
    """The strokes of a digit, arrays of points (n, 2), about 100 high."""
    slant, turn, wider = rng.normal(0, 0.1), rng.normal(0, 0.05), np.exp(rng.normal(0, 0.12))
    bent = np.array([[wider, -slant], [0, 1]]) @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    strokes = []
    for points in written(FORMS_OF[name][form]):
        shake = np.cumsum(rng.normal(0, 0.5, points.shape), axis=0)
        shake -= np.linspace(0, 1, len(points))[:, None] * shake[-1]
        strokes.append((points - [30, 50]) @ bent.T + shake + rng.normal(0, 0.8, 2) + [30, 50])
    return strokes


def line(text: str, rng: np.random.Generator) -> Lines:
    """The strokes of a number, each digit in a form and a size of its own."""
    strokes, left = [], 0.0
    for name in text:
        size, lift = np.exp(rng.normal(0, 0.06)), rng.normal(0, 3)
        parts = [points * size + [0, lift] for points in digit(name, int(rng.integers(3)), rng)]
        low = min(points[:, 0].min() for points in parts)
        parts = [points + np.array([left - low, 0]) for points in parts]
        left = max(points[:, 0].max() for points in parts) + max(22 + rng.normal(0, 6), 6)
        strokes += parts
    return strokes
