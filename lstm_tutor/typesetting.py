"""Numbers and plain names as a page sets them: powers of ten, superscripts, subscripts."""

import re
from html import escape

__all__ = ["as_html", "scientific"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = {"⁻": "−"} | {raised: str(digit) for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def scientific(value: float, digits: int = 2) -> str:
    """Return a number as a power of ten with `digits` significant digits.

    Parameters
    ----------
    value : float
    digits : int

    Returns
    -------
    str
        "0" for zero, "NaN" and "∞" for what is no finite number.

    Examples
    --------
    >>> scientific(3.55e-15), scientific(1e-5), scientific(-2e3), scientific(0)
    ('3.6 × 10⁻¹⁵', '10⁻⁵', '−2.0 × 10³', '0')
    """
    if value == 0:
        return "0"
    if value != value or abs(value) == float("inf"):
        return "NaN" if value != value else "∞" if value > 0 else "−∞"
    factor, power = f"{abs(value):.{digits - 1}e}".split("e")
    raised = f"10{str(int(power)).translate(_RAISED)}"
    sign = "−" if value < 0 else ""
    return sign + (raised if float(factor) == 1 else f"{factor} × {raised}")


def as_html(text: str) -> str:
    """Return plain text as HTML: raised digits are superscripts, which every face has; letters get their indices.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> as_html("a < 10⁻⁵")
    'a &lt; 10<sup>−5</sup>'
    >>> as_html("a^n b^n, dh_T/dh_t, temporal_xor")
    'a<sup>n</sup> b<sup>n</sup>, dh<sub>T</sub>/dh<sub>t</sub>, temporal_xor'
    """

    def superscript(match: re.Match[str]) -> str:
        return "<sup>" + "".join(_LOWERED[sign] for sign in match[0]) + "</sup>"

    html = escape(text).replace(" × ", "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}")  # a number stays in one line
    html = re.sub("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", superscript, html)
    html = re.sub(r"\b(d?[A-Za-z])_([A-Za-z])\b", r"\1<sub>\2</sub>", html)
    return re.sub(r"\b([a-z])\^([a-z])\b", r"\1<sup>\2</sup>", html)
