"""Handwritten digits joined into strings, and how a picture of writing becomes a sequence of columns.

The digits are real, 5,000 from MNIST. The strings are made of them: widths, spacing, slant, size, thickness and the
line they stand on vary, so that a model that learns from them also reads what is written with a mouse or a finger.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from lstm_tutor.checks import finite_array, float_dtype, positive_int, real_array
from lstm_tutor.tasks import tables
from lstm_tutor.tasks.batch import padded
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["BLANK", "ROWS", "WIDE", "Strings", "digit_strings", "picture_columns", "picture_of_strokes"]

ROWS, WIDE = 20, 2  # rows, and columns that are read at a step
BLANK = 10  # the class that means nothing; class k is the digit k
MARGIN = 2  # steps of paper before and behind the ink
INK = 0.3  # what is darker is ink
PARTS = {"train": slice(0, 400), "validation": slice(400, 450), "test": slice(450, 500)}  # of the 500 of each digit
FIELD = 40, 48  # rows and columns in which one digit is written before it is joined to the others


class Strings(NamedTuple):
    """N strings of digits as columns, and what they say, but not where.

    Attributes
    ----------
    x : array (T, N, D)
        Ink from 0 to 1, a strip of two columns a step, D = 40; zero past a string's length.
    lengths : ints (N,)
        The steps of each string.
    labels : ints (N, S)
        The digits of each string, and BLANK past its `label_lengths`.
    label_lengths : ints (N,)
        The digits of each string.
    spans : array (N, S, 2)
        Where each digit begins and ends, in steps. CTC does not read them; a classifier of windows learns from them.
    start : bool
        Always true: no string continues another.
    """

    x: Array
    lengths: Array
    labels: Array
    label_lengths: Array
    spans: Array
    start: bool = True

    def take(self, chosen: ArrayLike) -> Strings:
        """Return some of the strings, by their numbers, without the padding that they do not need."""
        n = np.asarray(chosen)
        T, S = self.lengths[n].max(), self.label_lengths[n].max()
        return Strings(self.x[:T, n], self.lengths[n], self.labels[n, :S], self.label_lengths[n], self.spans[n, :S])

    def texts(self) -> list[str]:
        """Return what the strings say."""
        return ["".join(map(str, row[:n])) for row, n in zip(self.labels, self.label_lengths, strict=True)]


def picture_columns(picture: ArrayLike, *, least_rows: float = 0, dtype: DTypeLike = np.float64) -> Array:
    """Turn a grey picture of writing into the strips that the network reads, from left to right.

    The picture is cut to its ink (values above 0.3). It is scaled by ``20 / (its rows)``, the columns by the same
    factor: each new pixel is the mean of the area of the old ones that it covers. Two columns make a step, and two
    empty steps are put at either end.

    Parameters
    ----------
    picture : array (rows, columns)
        From 0, paper, to 1, ink; the first row is the top one.
    least_rows : float
        A flatter picture is cut with paper above and below, so that a dash alone does not become a wide block.
    dtype : float64 or float32

    Returns
    -------
    array (T, 1, 40)
        A strip a step: its left column from the top down, then its right one.

    Raises
    ------
    ValueError
        The picture is no array of rows and columns from 0 to 1, or there is no ink in it.

    Examples
    --------
    >>> bar = np.zeros((28, 28))
    >>> bar[4:24, 12:15] = 1
    >>> picture_columns(bar)[:, 0, [0, 20]].tolist()  # the top of both columns of each strip
    [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]
    """
    return _strips(picture, least_rows)[0].astype(float_dtype("picture_columns", dtype))


def _strips(picture: ArrayLike, least_rows: float = 0) -> tuple[Array, float, int]:
    """Return the strips (T, 1, D), the factor of the scale, and the picture's first column of ink."""
    ink = real_array("picture_columns", "picture", picture)
    if ink.ndim != 2 or not ((ink >= 0) & (ink <= 1)).all():
        got = ink.shape if ink.ndim != 2 else f"values from {ink.min()} to {ink.max()}"
        raise ValueError(f"picture_columns: expected a picture of shape (rows, columns) from 0 to 1, got {got}")
    rows, columns = (np.flatnonzero((ink > INK).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0:
        raise ValueError(f"picture_columns: expected a picture with ink, values above {INK}, got an empty one")
    top, height = int(rows[0]), int(np.ptp(rows)) + 1
    left, width = int(columns[0]), int(np.ptp(columns)) + 1
    tall = max(height, least_rows)
    scale = ROWS / tall
    steps = int(np.ceil(width * scale / WIDE))
    by_row = _areas(ink.shape[0], ROWS, top - (tall - height) / 2, scale)  # (ROWS, rows)
    by_column = _areas(ink.shape[1], steps * WIDE, left, scale)
    strips = (by_column @ ink.T @ by_row.T).reshape(steps, 1, WIDE * ROWS)
    return np.pad(strips, ((MARGIN, MARGIN), (0, 0), (0, 0))), scale, left


def _areas(size: int, count: int, start: float, scale: float) -> Array:
    """Return the share that each of `size` old pixels has in each of `count` new ones, (count, size)."""
    edges, old = start + np.arange(count + 1)[:, None] / scale, np.arange(size)
    return np.maximum(np.minimum(edges[1:], old + 1) - np.maximum(edges[:-1], old), 0) * scale


def picture_of_strokes(
    strokes: Sequence[ArrayLike], *, rows: int = 32, thickness: float = 0.13, least_height: float = 0
) -> Array:
    """Draw strokes of a pen as a grey picture, `rows` high, in which lines are as thick as in the digits.

    A pixel at distance d from the nearest line, in pixels, gets ``clip(w/2 - d + 1/2, 0, 1)``, where w is the width of
    a line.

    Parameters
    ----------
    strokes : sequence of arrays (points, 2)
        Each a line through points (x, y) in any unit, y downwards; one point alone is a dot.
    rows : int
        The height of the picture. The strokes are scaled so that they and their thickness fill it.
    thickness : float
        The width of a line as a share of the height.
    least_height : float
        Flatter strokes stay in the middle of the picture, drawn as if they were that high, in their own unit.

    Returns
    -------
    array (rows, columns)
        From 0, paper, to 1, ink.

    Raises
    ------
    ValueError
        There is no stroke, or one is not as above.

    Examples
    --------
    >>> picture_of_strokes([[[5, 0], [5, 10]]], rows=8, thickness=0.25).shape
    (8, 4)
    """
    lines = [finite_array("picture_of_strokes", "a stroke", stroke).astype(float) for stroke in strokes]
    shapes = [line.shape for line in lines if line.ndim != 2 or line.shape[1] != 2 or not len(line)]
    if not lines or shapes:
        raise ValueError(f"picture_of_strokes: expected strokes of shape (points, 2), at least one, "
                         f"got {f'one of shape {shapes[0]}' if shapes else 'none'}")  # fmt: skip
    low, high = (extreme(np.concatenate(lines), axis=0) for extreme in (np.min, np.max))
    width = thickness * rows
    size = high - low
    scale = (rows - width) / (max(size[1], least_height) or size[0] or 1.0)
    top = (rows - size[1] * scale) / 2
    columns = int(np.ceil(size[0] * scale + width)) + 2
    y, x = np.mgrid[:rows, :columns] + 0.5
    nearest = np.full((rows, columns), np.inf)
    for line in lines:
        points = (line - low) * scale + [1 + width / 2, top]
        for (ax, ay), (bx, by) in zip(points, [*points[1:], points[-1]], strict=True):
            length = (bx - ax) ** 2 + (by - ay) ** 2
            along = np.clip(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / (length or 1), 0, 1)
            nearest = np.minimum(nearest, np.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    return np.clip(width / 2 - nearest + 0.5, 0, 1)


def digit_strings(
    count: int, *, part: str = "train", digits: tuple[int, int] = (1, 6), rng: RNG = None, dtype: DTypeLike = np.float64
) -> Strings:
    """Write random strings with the digits of one part of MNIST.

    Every choice of digits is equally likely. A string has a width, a slant, a thickness, a gap and a slope of its line,
    which its digits share; each digit has a little of its own besides, and is turned by some degrees.

    Parameters
    ----------
    count : int
        N.
    part : "train", "validation" or "test"
        400, 50 and 50 of the 500 handwritten examples of each digit.
    digits : (least, most)
        How many digits a string has.
    rng : int seed or numpy.random.Generator
    dtype : float64 or float32

    Returns
    -------
    Strings

    Examples
    --------
    >>> strings = digit_strings(2, digits=(3, 3), rng=0)
    >>> strings.texts(), strings.x.shape
    (['865', '230'], (33, 2, 40))
    """
    if part not in PARTS:
        raise ValueError(f"digit_strings: expected part to be one of {list(PARTS)}, got {part!r}")
    least, most = digits
    if not 1 <= positive_int("digit_strings", "least", least) <= positive_int("digit_strings", "most", most):
        raise ValueError(f"digit_strings: expected digits=(least, most), 1 <= least <= most, got {digits!r}")
    N = positive_int("digit_strings", "count", count)
    generator = np.random.default_rng(rng)
    counts = generator.integers(least, most + 1, N)
    owner = np.repeat(np.arange(N), counts.astype(np.intp))  # whose digit it is
    labels = generator.integers(0, 10, len(owner))
    examples = _examples(part)  # (10, examples, 28, 28)
    pictures = examples[labels, generator.integers(0, examples.shape[1], len(owner))]
    fields = _written(pictures, owner, N, generator)
    gaps, slopes = generator.uniform(-1, 8, N), generator.normal(0, 0.04, N)
    lines = [_joined(fields[owner == n], gaps[n], slopes[n], generator) for n in range(N)]
    x, lengths = padded([strips for strips, _ in lines], float_dtype("digit_strings", dtype))
    S = counts.max()
    strings = Strings(x, lengths, np.full((N, S), BLANK), counts, np.zeros((N, S, 2)))
    for n, (_, spans) in enumerate(lines):
        strings.labels[n, : counts[n]], strings.spans[n, : counts[n]] = labels[owner == n], spans
    return strings


@cache
def _examples(part: str) -> Array:
    """Return the handwritten examples of each digit, (10, examples, 28, 28)."""
    pictures, labels = tables.digits()
    return np.stack([pictures[labels == k][PARTS[part]] for k in range(10)]).astype(np.float32)


def _written(pictures: Array, owner: Array, N: int, rng: np.random.Generator) -> Array:
    """Return the digits (count, 28, 28) as they are written, (count, rows, columns) of FIELD: slanted, scaled, ..."""

    def varied(shared, own, middle=0.0):
        return middle + rng.normal(0, shared, N)[owner] + rng.normal(0, own, len(owner))

    height, width, slant, turn = (
        np.exp(varied(0, 0.06)), np.exp(varied(0.12, 0.06)), varied(0.12, 0.04), varied(0, 0.04))  # fmt: skip
    heavier = np.clip(varied(0.3, 0.1), -0.6, 0.9)
    rows, columns = FIELD
    middle = np.reshape([(rows - 1) / 2, (columns - 1) / 2], (2, 1, 1))
    y, x = (np.mgrid[:rows, :columns] - middle).astype(np.float32)
    values = np.cos(turn), np.sin(turn), height, width, slant, heavier
    cos, sin, h, w, s, heavier = (value.astype(np.float32)[:, None, None] for value in values)
    x, y = cos * x + sin * y, cos * y - sin * x  # back through what was done last
    field = _between(pictures, y / h + 13.5, (x + s * y) / w + 13.5)
    return _heavier(field, heavier)


def _between(pictures: Array, y: Array, x: Array) -> Array:
    """Return the pictures' values at places between their pixels, by bilinear interpolation; paper all around."""
    padded = np.pad(pictures, ((0, 0), (1, 2), (1, 2))).reshape(-1)  # rows of 31
    y, x = np.clip(y, -1, 28) + 1, np.clip(x, -1, 28) + 1
    row, column = y.astype(np.int32), x.astype(np.int32)
    y, x = y - row.astype(np.float32), x - column.astype(np.float32)
    place = row * 31 + column + 31 * 31 * np.arange(len(pictures), dtype=np.int32)[:, None, None]
    above = padded[place] * (1 - x) + padded[place + 1] * x
    below = padded[place + 31] * (1 - x) + padded[place + 32] * x
    return above * (1 - y) + below * y


def _heavier(field: Array, by: Array) -> Array:
    """Return the field with lines that are thicker (by > 0) or thinner, by about that many pixels on either side."""
    most, least = field.copy(), field.copy()
    on, off = slice(1, None), slice(None, -1)
    for here, there in (
        (np.s_[:, a], np.s_[:, b]) if rows else (np.s_[:, :, a], np.s_[:, :, b])
        for rows in (True, False)
        for a, b in ((on, off), (off, on))
    ):  # the four pixels around
        np.maximum(most[here], field[there], out=most[here])
        np.minimum(least[here], field[there], out=least[here])
    return np.clip(field + np.maximum(by, 0) * (most - field) + np.minimum(by, 0) * (field - least), 0, 1)


def _joined(fields: Array, gap: float, slope: float, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return one string's strips (T, D), and the steps where each digit begins and ends, (digits, 2)."""
    rows, columns = FIELD
    paper, at, spans = np.zeros((3 * rows, len(fields) * (columns + 14)), np.float32), 4, []
    for field in fields:
        inked = np.flatnonzero((field > INK).any(axis=0))
        left, width = (int(inked[0]), int(np.ptp(inked)) + 1) if len(inked) else (columns // 2, 1)
        down = rows + int(np.clip(np.round(slope * at + rng.normal(0, 1)), -rows, rows))
        place = paper[down : down + rows, at : at + width]
        np.maximum(place, field[:, left : left + width], out=place)
        spans.append((at, at + width))
        at = max(at + width + int(np.round(gap + rng.normal(0, 1))), spans[-1][0] + 3)
    x, scale, left = _strips(paper)
    return x[:, 0], MARGIN + (np.array(spans) - left) * scale / WIDE
