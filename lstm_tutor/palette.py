"""The letters, colors, line styles and value maps that every picture of the book shares."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from lstm_tutor.types import Array

# Okabe and Ito's colors, safe for the color-blind. One letter keeps one color in every plot, diagram and widget;
# the GRU's letters take the color of the gate whose work they do.
COLORS: dict[str, str] = {
    "i": "#0072B2",
    "f": "#D55E00",
    "o": "#009E73",
    "g": "#CC79A7",
    "c": "#E69F00",
    "h": "#56B4E9",
    "r": "#D55E00",
    "z": "#0072B2",
    "n": "#CC79A7",
}

# Never by color alone: each letter has a line style as well.
LINESTYLES: dict[str, Any] = {
    "i": (0, (5, 2)),
    "f": "-",
    "o": (0, (1, 1.2)),
    "g": (0, (5, 1.5, 1, 1.5)),
    "c": "-",
    "h": (0, (3, 1)),
    "r": "-",
    "z": (0, (5, 2)),
    "n": (0, (5, 1.5, 1, 1.5)),
}

MEANINGS = {
    "i": "input gate",
    "f": "forget gate",
    "o": "output gate",
    "g": "candidate",
    "c": "cell state",
    "h": "hidden state",
    "r": "reset gate",
    "z": "update gate",
    "n": "candidate",
    "x": "input",
}

# Models take the color of the state that carries their memory; what came first is dashed.
MODELS: dict[str, tuple[str, Any]] = {
    "rnn": ("#56B4E9", "-"),
    "lstm": ("#E69F00", "-"),
    "lstm1997": ("#E69F00", (0, (4, 1.6))),
    "peepholelstm": ("#D55E00", (0, (5, 1.5, 1, 1.5))),
    "gru": ("#009E73", (0, (1, 1.2))),
}

GATES = ("i", "f", "o", "r", "z")  # live in [0, 1]
SIGNED = ("g", "c", "h", "n")  # live on both sides of 0

# A middle gray for lines, seen on white (4.3 : 1) and on the page's dark ground (4.2 : 1). Letters need 4.5 : 1, which
# no gray has on both: theirs has 4.8 : 1 on the light page, and on the dark one, which brightens plots by a fifth.
MIDTONE = "#7A7A7A"
LABEL = "#707070"

# Between the letters' hues two are free, opposite each other and far apart for every kind of color blindness:
# violet for what is negative, moss for what is positive.
NEGATIVE = "#8A63C4"
POSITIVE = "#6F8F1F"

# Anchors of the value maps as OKLCH (lightness, chroma, hue in degrees); lightness is what the eye ranks.
_PAPER, _INK = (0.985, 0.004, 95.0), (0.235, 0.030, 262.0)
_NEGATIVE_END, _POSITIVE_END = (0.36, 0.150, 300.0), (0.36, 0.095, 125.0)
_NEGATIVE_END_DARK, _POSITIVE_END_DARK = (0.82, 0.110, 300.0), (0.86, 0.135, 125.0)

_MARKS = {" ": "␣", "\n": "↵", "\r": "↵", "\t": "⇥"}


def visible(character: str) -> str:
    """Return `character` as one visible sign: a space as ␣, a line break as ↵, a tab as ⇥.

    Parameters
    ----------
    character : str
        One character.

    Returns
    -------
    str
        The character itself if it is visible.

    Examples
    --------
    >>> "".join(visible(c) for c in "if x:\\n")
    'if␣x:↵'
    """
    if character in _MARKS:
        return _MARKS[character]
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def number(value: float, digits: int = 2) -> str:
    """Return `value` with `digits` decimals, a real minus sign and never a negative zero.

    Parameters
    ----------
    value : float
        The number.
    digits : int
        How many decimals.

    Returns
    -------
    str
        The number as text.

    Examples
    --------
    >>> number(-0.417), number(-0.001)
    ('−0.42', '0.00')
    """
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}")


def _oklab_to_srgb(lab: Array) -> Array:
    """Convert OKLab (..., 3) to sRGB in [0, 1]."""
    to_lms = np.array(
        [
            [1.0, 0.3963377774, 0.2158037573],
            [1.0, -0.1055613458, -0.0638541728],
            [1.0, -0.0894841775, -1.2914855480],
        ]
    )
    to_rgb = np.array(
        [
            [4.0767416621, -3.3077115913, 0.2309699292],
            [-1.2684380046, 2.6097574011, -0.3413193965],
            [-0.0041960863, -0.7034186147, 1.7076147010],
        ]
    )
    linear = np.clip((lab @ to_lms.T) ** 3 @ to_rgb.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _ramp(start: Sequence[float], end: Sequence[float], steps: int) -> Array:
    """Return `steps` sRGB colors on the straight line in OKLab between two OKLCH colors."""

    def lab(color: Sequence[float]) -> Array:
        lightness, chroma, hue = color
        return np.array([lightness, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))])

    along = np.linspace(0, 1, steps)[:, None]
    return _oklab_to_srgb((1 - along) * lab(start) + along * lab(end))


@lru_cache
def _colors(kind: str, dark: bool) -> Array:
    ground, full = (_INK, _PAPER) if dark else (_PAPER, _INK)
    if kind == "gate":
        return _ramp(ground, full, 256)
    negative, positive = (_NEGATIVE_END_DARK, _POSITIVE_END_DARK) if dark else (_NEGATIVE_END, _POSITIVE_END)
    down = _ramp(negative, ground, 128)
    up = _ramp(ground, positive, 129)[1:]
    return np.concatenate([down, up])


def gate_colors(*, dark: bool = False) -> Array:
    """Return the colors of the map for gates: 0 is paper, 1 is ink, evenly spaced for the eye.

    Parameters
    ----------
    dark : bool
        Whether the ground is dark: then 0 is ink and 1 is paper.

    Returns
    -------
    array (256, 3)
        The colors in sRGB, from 0 to 1.
    """
    return _colors("gate", dark).copy()


def signed_colors(*, dark: bool = False) -> Array:
    """Return the colors of the map for signed values: violet below 0, paper at 0, moss above.

    Parameters
    ----------
    dark : bool
        Whether the ground is dark: then 0 is ink, and the two hues end light.

    Returns
    -------
    array (256, 3)
        The colors in sRGB, from 0 to 1.
    """
    return _colors("signed", dark).copy()


def hex_color(rgb: Sequence[float] | Array) -> str:
    """Return a color as a hex string.

    Parameters
    ----------
    rgb : sequence of 3 floats
        The color in sRGB, from 0 to 1.

    Returns
    -------
    str
        Such as "#ff8000".

    Examples
    --------
    >>> hex_color((1, 0.5, 0))
    '#ff8000'
    """
    return "#" + "".join(f"{round(255 * float(channel)):02x}" for channel in rgb)
