"""Writes the palette's letters, colors and value maps as the module and the style sheet that the widgets import.

``python -m lstm_tutor.widgets.js_palette`` after every change to :mod:`lstm_tutor.palette`; a test sees it if a file
is not current.
"""

import json
import pathlib
from collections.abc import Iterable
from typing import Any

from lstm_tutor import palette

KIT = pathlib.Path(__file__).parent / "js" / "kit"
NOTE = "Generated from lstm_tutor/palette.py: python -m lstm_tutor.widgets.js_palette"


def digits(colors: Iterable[Any]) -> str:
    """A (256, 3) map as one text: six hex digits per color."""
    return "".join(palette.hex_color(color)[1:] for color in colors)


def dashes(style: Any) -> str:
    """A line style as an SVG dash array, for a line 2 px wide."""
    return "" if style == "-" else " ".join(f"{2 * length:g}" for length in style[1])


def module() -> str:
    """The text of ``palette.js``."""
    tables = {
        "COLORS": palette.COLORS,
        "DASHES": {letter: dashes(style) for letter, style in palette.LINESTYLES.items()},
        "MEANINGS": palette.MEANINGS,
        "MODELS": {name: {"color": color, "dash": dashes(style)} for name, (color, style) in palette.MODELS.items()},
        "GATES": palette.GATES,
        "SIGNED": palette.SIGNED,
        "MIDTONE": palette.MIDTONE,
        "NEGATIVE": palette.NEGATIVE,
        "POSITIVE": palette.POSITIVE,
        "MAPS": {
            "gate": {"light": digits(palette.gate_colors()), "dark": digits(palette.gate_colors(dark=True))},
            "signed": {"light": digits(palette.signed_colors()), "dark": digits(palette.signed_colors(dark=True))},
        },
    }
    lines = [f"export const {name} = {json.dumps(table)};" for name, table in tables.items()]
    return "\n".join([f"// {NOTE}", *lines]) + "\n"


def style_sheet() -> str:
    """The text of ``palette.css``."""
    colors = palette.COLORS | {"negative": palette.NEGATIVE, "positive": palette.POSITIVE, "midtone": palette.MIDTONE}
    rules = "\n".join(f"  --lt-{name}: {color.lower()};" for name, color in colors.items())
    return f"/* {NOTE} */\n.lt-w {{\n{rules}\n}}\n"


FILES = {"palette.js": module, "palette.css": style_sheet}

if __name__ == "__main__":
    for name, write in FILES.items():
        (KIT / name).write_text(write(), encoding="utf-8")
        print(KIT / name)
