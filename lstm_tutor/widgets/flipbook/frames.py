"""Frames as a page takes them: checked, without what they do not need, and what all of them share stored once."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from html import unescape
from typing import Any

__all__ = ["MARK", "cleaned", "pages", "svg_of", "title_of", "with_ids"]

MARK = "\ue000"  # stands before every id that a frame needs; whoever shows the frame writes a prefix in its place
ROOT = {"role", "width", "height", "x", "y", "version"}  # attributes of the root that the widget sets itself
UNSAFE = {"script", "foreignobject", "iframe", "a", "animate", "set"}
ELSEWHERE = re.compile(r"""@import|url\(\s*["']?(?!["'#])""")
REFERENCE = re.compile(r"""(url\(\s*["']?#|href\s*=\s*["']#)([^"')\s]+)""")


def svg_of(number: int, frame: Any) -> str:
    """Return a frame's SVG text: of a string, of what has ``.svg``, or of a matplotlib figure, which is closed."""
    if hasattr(frame, "savefig"):
        return _of_figure(frame)
    text = getattr(frame, "svg", frame)
    if not isinstance(text, str) or "<svg" not in text:
        raise ValueError(
            f"Flipbook: expected frame {number} to be SVG text, an object with .svg or a figure, got {frame!r:.60}"
        )
    return text[text.index("<svg") :]


def _of_figure(figure: Any) -> str:
    """A figure as SVG whose letters stay letters, and if they are black or gray take the color of the page's text."""
    from io import StringIO

    import matplotlib
    import matplotlib.pyplot as plt

    text = StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "lstm-tutor", "savefig.bbox": None}):
        figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    plt.close(figure)
    svg = text.getvalue()
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    # Its style holds for "*", which is all of the page; the root hands the same down to its own elements.
    svg = re.sub(r"<style[^>]*>.*?</style>", "", svg, count=1, flags=re.DOTALL)
    svg = svg.replace("<svg ", '<svg style="stroke-linejoin:round;stroke-linecap:butt" ', 1)
    # Who has not matplotlib's font reads the same shapes in its sister, or in a sans, and not in the browser's serif.
    svg = svg.replace("font-family: 'DejaVu Sans'", "font-family: 'DejaVu Sans', Verdana, sans-serif")
    svg = re.sub(r"((?:stroke|fill): )#000000", r"\1currentColor", svg)
    svg = re.sub(r"(<(?:text|tspan|g) [^>]*fill: )#(?!ff)(..)\2\2", r"\1currentColor", svg)
    return re.sub(r">\s+<", "><", svg)


def cleaned(number: int, text: str) -> tuple[str, list[float]]:
    """Return a frame without names, titles and size, and its viewBox; the ids that it needs have `MARK` before them.

    Raises
    ------
    ValueError
        If it is no well-formed SVG, has no viewBox, or could run a script.
    """
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError(f"Flipbook: expected frame {number} to be well-formed SVG, got {error}") from None
    ids = {element.get("id", "") for element in root.iter()} - {""}
    for element in root.iter():
        _check_safe(number, element, ids)
    box = [float(size) for size in re.findall(r"[-+.\deE]+", root.get("viewBox", ""))]
    if len(box) != 4 or min(box[2:]) <= 0:
        raise ValueError(f"Flipbook: expected frame {number} to have a viewBox, got {root.get('viewBox')!r}")
    text = re.sub(r"<!--.*?-->|<(title|desc)\b[^>]*?(/>|>.*?</\1>)", "", text, flags=re.DOTALL)
    opening = text.index(">")
    head = re.sub(r"""\s(xmlns:\w+|aria-[\w-]+|[\w-]+)\s*=\s*("[^"]*"|'[^']*')""", _attribute, text[:opening])
    return _renamed(head + text[opening:]), box


def _check_safe(number: int, element: ET.Element, ids: set[str]) -> None:
    """Raise ValueError if an element runs, moves, links or loads something, or styles by an id."""
    tag = str(element.tag).rpartition("}")[2]
    if tag.lower() in UNSAFE:
        raise ValueError(f"Flipbook: expected frame {number} without scripts, links and animations, got <{tag}>")
    for name, value in element.attrib.items():
        name = name.rpartition("}")[2]
        if name.lower().startswith("on"):
            raise ValueError(f"Flipbook: expected frame {number} without scripts, got <{tag} {name}=...>")
        if (name == "href" and not value.startswith(("#", "data:image/png;"))) or ELSEWHERE.search(value):
            raise ValueError(f"Flipbook: expected frame {number} to load nothing, got {name}={value!r:.60}")
    if tag == "style":
        rules = element.text or ""
        if ELSEWHERE.search(rules):
            raise ValueError(f"Flipbook: expected frame {number} to load nothing, got it in its <style>")
        named = sorted(id for id in ids if re.search(rf"#{re.escape(id)}\b", rules))
        if named:
            raise ValueError(f"Flipbook: expected the <style> of frame {number} to name classes, got the ids {named}")


def _attribute(found: re.Match[str]) -> str:
    name = found[1]
    return "" if name in ROOT or name == "id" or name.startswith(("aria-", "xmlns:")) else found[0]


def _renamed(text: str) -> str:
    """Number the ids that something refers to, and drop the rest: most are names that no one uses."""
    text = text.replace(MARK, "")
    known = {
        old: f"{MARK}{number}" for number, old in enumerate(dict.fromkeys(id for _, id in REFERENCE.findall(text)))
    }
    text = REFERENCE.sub(lambda found: found[1] + known[found[2]], text)

    def defined(found: re.Match[str]) -> str:
        return f' id="{known[found[2]]}"' if found[2] in known else ""

    return re.sub(r"""\sid\s*=\s*(["'])(.*?)\1""", defined, text)


def pages(texts: Iterable[str]) -> tuple[list[str], str, list[float]]:
    """Return cleaned frames without their style sheets, what these say, each once, and the viewBox of all.

    Raises
    ------
    ValueError
        If a frame cannot be shown, or has another viewBox than the first.
    """
    parts = [cleaned(number, text) for number, text in enumerate(texts)]
    boxes = [box for _, box in parts]
    for number, box in enumerate(boxes):
        if box != boxes[0]:
            raise ValueError(f"Flipbook: expected frames of one viewBox, {boxes[0]}, got {box} in frame {number}")
    styles: dict[str, None] = {}

    def taken(found: re.Match[str]) -> str:
        styles[found[1]] = None
        return ""

    rest = [re.sub(r"<style[^>]*>(.*?)</style>", taken, frame, flags=re.DOTALL) for frame, _ in parts]
    return rest, "\n".join(styles), boxes[0]


def title_of(text: str) -> str:
    """Return the title of an SVG, or ""."""
    found = re.search(r"<title\b[^>]*>(.*?)</title>", text, flags=re.DOTALL)
    return unescape(found[1]).strip() if found else ""


def with_ids(frame: str, prefix: str) -> str:
    """Return a frame whose ids have a prefix that nothing else on the page has."""
    return frame.replace(MARK, prefix)
