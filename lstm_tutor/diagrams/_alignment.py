"""What was written against what was read: a disk for each weight, and the links that a person would draw."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from lstm_tutor.diagrams._drawing import Diagram
from lstm_tutor.diagrams._svg import el, text
from lstm_tutor.palette import number

_ROW, _TOP, _LETTER, _ROOM = 38, 54, 10.6, 22  # a row; the first one's middle; the width of a letter; around a word
_HANZI = (
    'font:26px "PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",'
    '"WenQuanYi Zen Hei",system-ui,sans-serif'
)


def alignment(
    weights: Any,
    *,
    read: Sequence[str],
    written: Sequence[str],
    gloss: Sequence[str] | None = None,
    links: Collection[tuple[int, int]] = (),
    upto: int | None = None,
    title: str | None = None,
    desc: str | None = None,
) -> Diagram:
    """Draw the attention of an encoder-decoder: a row per symbol written, a column per symbol read.

    A disk's area is the weight. Squares mark the links of another alignment, such as one drawn by hand.

    Parameters
    ----------
    weights : array (T_out, T_in)
        From 0 to 1, as those of a Hypothesis; a row sums to 1.
    read, written : sequences of str
        The symbols, such as words and Chinese characters.
    gloss : sequence of str, optional
        What stands beside each symbol written, such as how it is said.
    links : collection of pairs (i, j)
        Places of squares, from 0: symbol i written, symbol j read.
    upto : int, optional
        How many rows are there already; all by default. The size of the drawing stays the same.
    title, desc : str, optional
        Text alternative.

    Returns
    -------
    Diagram
        Its parts are ``label-x-1`` and so on for the symbols read; ``label-y-1, row-1`` for each symbol written and its
        disks; ``link-1-2`` for the square of symbol 1 written and symbol 2 read.

    Raises
    ------
    ValueError
        If the texts do not fit the weights, a weight is not from 0 to 1, or a link is outside.

    Examples
    --------
    >>> drawing = alignment([[0.9, 0.1], [0.2, 0.8]], read=["new", "file"], written="新文", links=[(0, 0)])
    >>> drawing.parts
    ('label-x-1', 'label-x-2', 'label-y-1', 'row-1', 'label-y-2', 'row-2', 'link-1-1')
    """
    shares = np.asarray(weights, np.float64)
    if shares.ndim != 2 or 0 in shares.shape or shares.shape != (len(written), len(read)):
        raise ValueError(f"alignment: expected weights of shape ({len(written)}, {len(read)}), a row per symbol "
                         f"written and a column per symbol read, got {shares.shape}")  # fmt: skip
    if not (np.isfinite(shares).all() and shares.min() >= 0 and shares.max() <= 1 + 1e-6):
        raise ValueError("alignment: expected weights from 0 to 1")
    if gloss is not None and len(gloss) != len(written):
        raise ValueError(f"alignment: expected a gloss for each of the {len(written)} symbols, got {len(gloss)}")
    outside = [pair for pair in links if not (0 <= pair[0] < len(written) and 0 <= pair[1] < len(read))]
    if outside:
        raise ValueError(f"alignment: expected links within {len(written)} rows and {len(read)} columns, got {outside}")
    rows = len(written) if upto is None else max(0, min(upto, len(written)))
    spoken = [""] * len(written) if gloss is None else list(gloss)
    gutter = max(14 + 27 * min(len(sign), 1) + 13 * max(len(sign) - 1, 0) + _LETTER * len(said)
                 for sign, said in zip(written, spoken, strict=True)) + 20  # fmt: skip
    widths = [max(46.0, _LETTER * len(sign) + _ROOM) for sign in read]
    columns = [gutter + sum(widths[:j]) + widths[j] / 2 for j in range(len(read))]
    named: list[tuple[str, str]] = []
    for j, sign in enumerate(read):
        named.append((f"label-x-{j + 1}", el("text", text(sign), x=columns[j], y=24, class_="word middle")))
    for i in range(rows):
        y = _TOP + _ROW * i + 8.0
        said = el("text", text(spoken[i]), x=48.0 + 13 * max(len(written[i]) - 1, 0), y=y, dy="0.34em", class_="word")
        sign = el("text", text(written[i]), x=10.0, y=y, dy="0.34em", style=_HANZI, lang="zh-Hans")
        named.append((f"label-y-{i + 1}", sign + (said if spoken[i] else "")))
        line = el("line", x1=gutter, x2=columns[-1] + widths[-1] / 2, y1=y, y2=y, class_="line", style="opacity:.16")
        disks = "".join(_disk(columns[j], y, float(shares[i, j])) for j in range(len(read)))
        named.append((f"row-{i + 1}", line + disks))
    for i, j in sorted(links):
        y = _TOP + _ROW * i + 8.0
        square = el("rect", x=columns[j] - 17, y=y - 17, width=34, height=34, rx=3, class_="line", style="opacity:.9")
        named.append((f"link-{i + 1}-{j + 1}", square))
    drawn = "".join(el("g", inner, data_part=name, class_="part attention h") for name, inner in named)
    wide = round(columns[-1] + widths[-1] / 2 + 8)
    return Diagram(
        "alignment",
        lambda uid: drawn,
        size=(wide, _TOP + _ROW * len(written) + 4),
        title=title or f"{' '.join(read)!r} is read, {''.join(written)!r} is written",
        desc=desc or _in_words(shares[:rows], read, written, links),
        parts=[name for name, _ in named],
    )


def _disk(x: float, y: float, weight: float) -> str:
    if weight < 0.005:
        return ""
    told = el("title", text(number(weight)))
    return el("circle", told, cx=x, cy=y, r=max(1.5, 15.0 * weight**0.5), class_="disk")


def _in_words(shares: Any, read: Sequence[str], written: Sequence[str], links: Collection[tuple[int, int]]) -> str:
    looks = [f"{sign} at {read[int(row.argmax())]} ({number(float(row.max()))})"
             for sign, row in zip(written, shares, strict=False)]  # fmt: skip
    told = f"A row for each symbol written, a column for each read. Most attended: {', '.join(looks)}." if looks else ""
    if links:
        told += " Squares: " + ", ".join(f"{written[i]} with {read[j]}" for i, j in sorted(links)) + "."
    return told or "Nothing is written yet."
