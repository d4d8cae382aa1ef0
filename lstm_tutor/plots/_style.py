"""How every plot looks: transparent ground, middle tones that read on light and dark, fonts that read on a phone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, pairwise
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

from lstm_tutor.palette import COLORS, LABEL, LINESTYLES, MEANINGS, MIDTONE, MODELS, gate_colors, signed_colors, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import ListedColormap

WIDTH = 5.2  # inches: 499 px, which a phone shows as 344 to 358
FONT, SMALL = 13.4, 13.2  # points: 12.2 and 12 px there, or more
MONO = "DejaVu Sans Mono"  # comes with matplotlib; has the signs for white space

RC: Any = {
    "figure.figsize": (WIDTH, 2.9),
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "axes.facecolor": "none",
    "axes.edgecolor": MIDTONE,
    "axes.labelcolor": LABEL,
    "axes.titlecolor": LABEL,
    "axes.titlesize": FONT,
    "axes.labelsize": FONT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.family": ["DejaVu Sans"],
    "font.size": FONT,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.loc": "upper right",  # to look for the best place takes seconds on a slow machine
    "lines.linewidth": 2.0,
    "savefig.facecolor": "none",
    "savefig.edgecolor": "none",
    "savefig.pad_inches": 0.02,  # the page has margins
    "svg.fonttype": "path",
    "svg.hashsalt": "lstm-tutor",
    "text.color": LABEL,
    "xtick.color": LABEL,
    "ytick.color": LABEL,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the book's style inside a ``with`` block, and leave matplotlib's settings as they were.

    Examples
    --------
    >>> with style():
    ...     pass
    """
    import matplotlib

    with matplotlib.rc_context(RC):
        yield


def use_style() -> None:
    """Set the book's style for a whole notebook; call it once, in the first cell.

    Line plots are then shown as SVG that is the same at every run, figures that hold an image as PNG at twice the
    resolution. A figure wider than 5.2 inches is shown at that width, its letters as large as before: a phone shrinks
    what is wider until nobody can read it. This is the one function here that changes matplotlib's settings.
    """
    import matplotlib
    import matplotlib.pyplot as plt

    plt.close(plt.figure())  # the first figure makes a notebook set up its own formats, which ours then replace
    matplotlib.rcParams.update(RC)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    if shell is not None:
        from matplotlib.figure import Figure

        formatters = shell.display_formatter.formatters
        formatters["image/svg+xml"].for_type(Figure, _as_svg)
        formatters["image/png"].for_type(Figure, _as_png)


def _is_dense(figure: Any) -> bool:
    from matplotlib.image import AxesImage

    return bool(figure.findobj(AxesImage))


def _for_a_phone(figure: Any) -> Any:
    """Return `figure`, no wider than a phone can show with letters of 12 px."""
    if figure.get_figwidth() > WIDTH:
        figure.set_figwidth(WIDTH)
    return figure


def _as_svg(figure: Any) -> str | None:
    from IPython.core.pylabtools import print_figure

    return None if _is_dense(figure) else print_figure(_for_a_phone(figure), "svg", metadata={"Date": None})


def _as_png(figure: Any) -> Any:
    from IPython.core.pylabtools import retina_figure

    return retina_figure(_for_a_phone(figure), metadata={"Software": None}) if _is_dense(figure) else None


def new_axes(ax: Axes | None, height: float = 2.9) -> Axes:
    """Return `ax`, or the axes of a new figure in the book's style."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    # Not inside `style()`: the first figure of a notebook switches settings on that must stay.
    _, ax = plt.subplots(figsize=(WIDTH, height), facecolor="none", layout="constrained")
    return ax


def dress(ax: Axes, *, x: str | None = None, y: str | None = None) -> None:
    """Give `ax` the middle tones, whatever the settings of the moment are, and its labels."""
    for side, spine in ax.spines.items():
        spine.set_color(MIDTONE)
        spine.set_visible(side in ("left", "bottom"))
    ax.tick_params(color=MIDTONE, labelcolor=LABEL, labelsize=SMALL)
    ax.set_facecolor("none")
    for axis, words in ((ax.xaxis, x), (ax.yaxis, y)):
        axis.label.set(color=LABEL, size=FONT)
        axis.get_offset_text().set_color(LABEL)
        if words is not None:
            axis.set_label_text(words, parse_math=False)


def named(name: str) -> str:
    """Return a letter with its meaning, as every axis says it: "f, forget gate"."""
    return f"{name}, {MEANINGS[name]}" if name in MEANINGS else name


def color_map(kind: Literal["gate", "signed"]) -> ListedColormap:
    """Return the map of gates or of signed values for matplotlib."""
    from matplotlib.colors import ListedColormap

    return ListedColormap(gate_colors() if kind == "gate" else signed_colors(), name=f"lstm_tutor_{kind}")


def glyph(character: str) -> str:
    """Return the visible sign for `character` that the font has."""
    from matplotlib.font_manager import findfont, get_font

    sign = visible(character)
    known = len(sign) == 1 and get_font(findfont(MONO)).get_char_index(ord(sign))
    return sign if known else "\N{WHITE SQUARE}"


def time_axis(ax: Axes, steps: int, signs: Sequence[str] | None) -> None:
    """Put the characters under their steps, or number the steps; `signs` is None or one character per step."""
    ax.set_xlim(-0.5, steps - 0.5)
    if signs is None:
        from matplotlib.ticker import MaxNLocator

        ax.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8))
        ax.set_xlabel("step t")
        return
    points = 72 * ax.get_window_extent().width / ax.figure.dpi / steps
    ax.set_xticks(
        range(steps),
        labels=[glyph(sign) for sign in signs],
        family=MONO,
        size=min(FONT, max(5.0, points / 0.7)),
        parse_math=False,
        usetex=False,
    )
    ax.tick_params(axis="x", length=0, pad=3)


def end_labels(ax: Axes, ends: Sequence[tuple[float, str]]) -> None:
    """Write each of `ends`, (y, words), to the right of `ax` at its height, apart from each other; inf is the top."""
    height = 72 * ax.get_window_extent().height / ax.figure.dpi
    apart = 1.25 * SMALL / height

    def spot_of(y: float) -> float:
        return ax.transAxes.inverted().transform(ax.transData.transform((0, y)))[1] if isfinite(y) else y

    spots = [spot_of(y) for y, _ in ends]
    order = sorted(range(len(ends)), key=lambda k: spots[k])
    for low, high in pairwise(order):
        spots[high] = max(spots[high], spots[low] + apart)
    ceiling = 1.0
    for k in reversed(order):
        spots[k] = min(spots[k], ceiling)
        ceiling = spots[k] - apart
    for (_, words), spot in zip(ends, spots, strict=True):
        ink: dict[str, Any] = {"color": LABEL, "size": SMALL, "va": "center", "clip_on": False, "parse_math": False}
        ax.text(1.02, spot, words, transform=ax.transAxes, **ink)


def pens(labels: Iterable[str]) -> list[tuple[str, Any]]:
    """Return a color and a line style for each of `labels`: letters and models have their own, others the rest."""
    known = [(COLORS[k], LINESTYLES[k]) if k in COLORS else MODELS.get(_model(k)) for k in labels]
    taken = {pen[0] for pen in known if pen}
    colors = ["#0072B2", "#CC79A7", "#009E73", "#D55E00", "#56B4E9", "#E69F00"]
    free = [color for color in colors if color not in taken] or colors
    turns: list[Any] = ["-", (0, (5, 2)), (0, (1, 1.2)), (0, (5, 1.5, 1, 1.5))]
    rest = zip(cycle(free), cycle(turns), strict=False)
    return [pen or next(rest) for pen in known]


def _model(label: str) -> str:
    return "".join(filter(str.isalnum, label)).lower()
