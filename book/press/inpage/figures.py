"""Matplotlib in the page: figures are shown at the end of the cell that drew them, as in a notebook."""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inpage.display import display

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["close_all", "mend_font_list", "print_figure", "retina_figure", "show_all"]


def print_figure(figure: Figure, fmt: str = "png", **options: Any) -> str | bytes:
    """Return a figure as SVG text or PNG bytes, cut to what is drawn; as `IPython.core.pylabtools` does."""
    settings = {"facecolor": figure.get_facecolor(), "edgecolor": figure.get_edgecolor(), "bbox_inches": "tight"}
    file = BytesIO()
    figure.savefig(file, format=fmt, **({"dpi": figure.dpi} | settings | options))
    return file.getvalue().decode() if fmt == "svg" else file.getvalue()


def retina_figure(figure: Figure, **options: Any) -> tuple[bytes, dict[str, int]]:
    """Return a figure as PNG at twice the resolution, and the size at which to show it."""
    data = print_figure(figure, "png", dpi=2 * figure.dpi, **options)
    assert isinstance(data, bytes)
    width, height = (int.from_bytes(data[start : start + 4], "big") // 2 for start in (16, 20))  # in PNG's header
    return data, {"width": width, "height": height}


def show_all(*_: object, **__: object) -> None:
    """Show the figures that are open, in the order in which they were made, and close them; `plt.show` too."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is not None:
        figures = [plt.figure(number) for number in plt.get_fignums()]
        plt.close("all")
        for figure in figures:
            display(figure)


def close_all() -> None:
    """Close the figures of a cell that failed."""
    if plt := sys.modules.get("matplotlib.pyplot"):
        plt.close("all")


def mend_font_list(folder: Path) -> None:
    """Give Pyodide's list of fonts the version that its matplotlib expects, or it reads all fonts anew, for seconds."""
    path = folder / "fontlist.json"
    fonts = json.loads(path.read_text(encoding="utf-8")) | {"_version": 330}
    here = folder / "mpl-data"
    fonts["ttflist"] = [font for font in fonts["ttflist"] if (here / font["fname"]).is_file()]
    path.write_text(json.dumps(fonts), encoding="utf-8")
