"""The text itself, each character on a ground tinted by one unit's value."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from lstm_tutor.palette import GATES, MIDTONE, NEGATIVE, POSITIVE, number, visible
from lstm_tutor.plots._checks import characters, one_sequence, position, symmetric_limit
from lstm_tutor.plots._parameters import with_shared_parameters
from lstm_tutor.plots._style import named
from lstm_tutor.types import Array

# Strongest grounds on which the page's text keeps a contrast of 4.5 : 1, in light and in dark mode.
_GATE_ALPHA, _SIGNED_ALPHA = 0.7, 0.58


class ColoredText:
    """A text that shows itself in a notebook or page, tinted by one number per character.

    Attributes
    ----------
    characters : list of str
        One per step.
    values : array (T,)
        One per character.
    caption : str
        Which unit, which quantity, and what the colors mean.
    html : str
        What a notebook shows.
    """

    def __init__(self, characters: list[str], values: Array, caption: str, *, name: str, limit: float) -> None:
        self.characters, self.values, self.caption = characters, values, caption
        self.html = self._draw(name, limit)

    def _draw(self, name: str, limit: float) -> str:
        spans = []
        for t, (character, value) in enumerate(zip(self.characters, self.values, strict=True)):
            size = min(abs(value) / limit, 1.0)
            hue, alpha = MIDTONE, _GATE_ALPHA * size
            edge = ""
            if name not in GATES:
                hue, alpha = (NEGATIVE if value < 0 else POSITIVE), _SIGNED_ALPHA * size
                edge = f";border-bottom:2px {'dotted' if value < 0 else 'solid'} {_rgba(hue, min(1.6 * alpha, 1))}"
            sign = visible(character) if character != " " else " "
            spans.append(
                f'<span style="background:{_rgba(hue, alpha)}{edge}" title="t = {t}: {escape(name)} = {number(value)}">'
                f"{escape(sign)}</span>" + ("\n" if character == "\n" else "")
            )
        return (
            '<figure class="lt-text" style="margin:1.25rem 0">'
            "<style>html[data-theme=dark] .bd-content div.cell_output .text_html:has(.lt-text)"
            "{background:none;color:inherit;padding:0}</style>"
            "<div style=\"font:1.05rem/1.75 ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
            f'white-space:pre-wrap;overflow-wrap:anywhere">{"".join(spans)}</div>'
            f'<figcaption style="font-size:.9rem">{escape(self.caption)}</figcaption></figure>'
        )

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"ColoredText({''.join(self.characters)!r}, {self.caption!r})"


def _rgba(color: str, alpha: float) -> str:
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:.2f})"


@with_shared_parameters
def colored_text(
    trace: Any,
    name: str,
    unit: int,
    text: Sequence[str],
    *,
    sequence: int = 0,
    layer: int = 0,
    direction: str = "forward",
    limit: float | None = None,
) -> ColoredText:
    """Show `text` with each character on a ground tinted by one unit's gate or state after reading it.

    Parameters
    ----------
    %(trace)s
    name : str
        One of ``trace.names``.
    unit : int
        Which of the H units.
    text : str
        One character per step of the sequence.
    %(sequence)s
    %(place)s
    limit : float, optional
        The size of a state that has the full color; by default the largest among the values.

    Returns
    -------
    ColoredText

    Raises
    ------
    ValueError
        If a name, unit or sequence is not in the trace, the text does not have T characters, or a value is not finite.

    Examples
    --------
    >>> import lstm_tutor as lt, numpy as np
    >>> trace = lt.LSTM(3, 4, rng=0).forward(np.ones((5, 1, 3)))
    >>> colored_text(trace, "f", 2, "for i").caption
    'Unit 2, f, forget gate: the stronger the ground, the further the gate is open (0 to 1).'
    """
    values = one_sequence("colored_text", trace, name, sequence=sequence, layer=layer, direction=direction)
    unit = position("colored_text", "unit", unit, values.shape[1])
    signs = characters("colored_text", text, len(values))
    if signs is None:
        raise ValueError(f"colored_text: expected text of T = {len(values)} characters, got None")
    values = np.array(values[:, unit])
    if name in GATES:
        limit, meaning = 1.0, "the stronger the ground, the further the gate is open (0 to 1)"
    else:
        limit = symmetric_limit("colored_text", values, limit)
        meaning = f"moss above 0, violet and dotted below, full color at ±{number(limit)}"
    return ColoredText(signs, values, f"Unit {unit}, {named(name)}: {meaning}.", name=name, limit=limit)
