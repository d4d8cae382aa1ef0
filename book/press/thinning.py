"""Thinner style sheets: the themes bring rules for many more parts than this book has, and a phone waits for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.S)
WORD = re.compile(r"[\w-]+")
BEGINNING = re.compile(r"[a-z][\w-]*[a-z]-")  # two letters at least: a path of a drawing has single ones
NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")  # of a class or an id
INNER = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"")  # `:not(.a)` holds where there is no .a
GROUPS = ("@media", "@supports", "@container", "@layer")  # of rules


def thin_styles(site: Path) -> None:
    """Take out of a site's style sheets the rules for classes and ids that no page and no script of it names.

    A name counts as used if it stands anywhere in a page or script, whatever it is there; and if it begins with a word
    of a script that ends in a hyphen, since a script may put names together.
    """
    text = " ".join(path.read_text(encoding="utf-8") for path in scripts(site))
    words = set(WORD.findall(text))
    beginnings = tuple(word for word in words if BEGINNING.fullmatch(word))
    for path in site.rglob("*.html"):
        words.update(WORD.findall(path.read_text(encoding="utf-8")))

    def is_used(name: str) -> bool:
        return name in words or name.startswith(beginnings)

    for path in (site / "_static").rglob("*.css"):
        if path.parent.name == "joined":  # by an earlier build, of these; this one joins them anew
            continue
        text = path.read_text(encoding="utf-8")
        path.write_text(thinned(text, is_used), encoding="utf-8")


def scripts(site: Path) -> list[Path]:
    """Return the scripts of a site that pages run themselves: all but Pyodide's, which a worker runs as they are."""
    return [path for path in site.rglob("*.js") if not path.name.startswith("pyodide.")]


def thinned(css: str, is_used: Callable[[str], bool]) -> str:
    """Return `css` without comments, and without the rules all of whose selectors need a name that is not used."""
    licenses = "".join(comment for comment in COMMENT.findall(css) if comment.startswith("/*!"))
    return licenses + _rules(COMMENT.sub("", css), is_used)


def _rules(css: str, is_used: Callable[[str], bool]) -> str:
    kept = []
    for head, body in _blocks(css):
        if body is None:
            kept.append(head)
        elif head.lstrip().startswith(GROUPS):
            inner = _rules(body, is_used)
            if inner.strip():
                kept.append(f"{head}{{{inner}}}")
        elif head.lstrip().startswith("@") or any(_can_match(part, is_used) for part in _selectors(head)):
            kept.append(f"{head}{{{body}}}")
    return "".join(kept)


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield each rule as what stands before its braces and in them; a statement without braces with None."""
    start = 0
    while opening := re.compile(r"[{;]").search(css, start):
        at = opening.start()
        if opening[0] == ";":
            yield css[start : at + 1], None
            start = at + 1
            continue
        end, depth = at + 1, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[start:at], css[at + 1 : end - 1]
        start = end
    yield css[start:], None


def _selectors(head: str) -> list[str]:
    while INNER.search(head):
        head = INNER.sub("", head)
    return head.split(",")


def _can_match(selector: str, is_used: Callable[[str], bool]) -> bool:
    return all(is_used(name.replace("\\", "")) for name in NAME.findall(selector))
