"""Pages that are painted early: what the browser waits for comes in few files, what it can do without comes last.

The themes and extensions bring ten style sheets and eight scripts of a few kilobytes. A phone on a slow network asks
for six files at a time, and painted nothing before the last of these was there. Nor before it had the states of all
widgets, up to 90 kB in the head of a page. Widgets, in turn, waited for scripts that they do not need: menus, copy
buttons, formulas. So these are asked for last, when the page itself has arrived.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

LOCAL = r'="(?P<up>(?:\.\./)*)_static/(?P<name>(?!joined/)[^"?]+)[^"]*"'
STYLE = re.compile(rf'<link(?P<rest>(?=[^>]* rel="stylesheet")[^>]*?) href{LOCAL}[^>]*>\s*')
# A page waits for such a script: it is read and run before what follows it.
SCRIPT = re.compile(rf"<script(?P<rest>(?![^>]* (?:defer|async))[^>]*?) src{LOCAL}></script>\s*")
JOINED = re.compile(r"(?<=_static/joined/)(?P<name>\w+\.(?:css|js))(?:\?v=\w+)?")
STATE = re.compile(r'<script type="application/vnd\.jupyter\.widget-state\+json">.*?</script>\s*(?=.*</head>)', re.S)
# A script that waits until the page is read, and has nothing to do with widgets.
LATER = re.compile(r"<script(?=[^>]* defer)[^>]*_static/(?!bundles/|widget-loader)[^>]*></script>\s*")
SHORT = 500  # letters of a script that is written into the page itself
IMPORT = re.compile(r'@import "([^"]+)";')
URL = re.compile(r"""url\((?P<quote>["']?)(?!data:|#)(?P<path>[^)"']+)(?P=quote)\)""")


def join_files(site: Path) -> None:
    """Give each page of a site one style sheet and one script in place of those that it loads one after another.

    The script waits until the page is read, as the small ones themselves did. A page that was joined by an earlier
    build gets what the files hold now.
    """
    folder = site / "_static" / "joined"
    folder.mkdir(exist_ok=True)
    texts = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    pages = {path: text for path, text in texts.items() if "</body>" in text}  # themes leave parts of pages, too
    joined = {path: joined_page(folder, text) for path, text in pages.items()}
    versions = {path.name: write(path) for path in folder.iterdir()}
    for path, text in joined.items():
        new = JOINED.sub(lambda address: f"{address['name']}?v={versions[address['name']]}", text)
        if new != pages[path]:
            path.write_text(new, encoding="utf-8")


def joined_page(folder: Path, page: str) -> str:
    """Return a page with one style sheet and one script; states of widgets, then scripts they do not need, are last."""
    return scripts_last(states_last(joined_scripts(folder, joined_styles(folder, page))))


def joined_styles(folder: Path, page: str) -> str:
    """Return a page whose style sheets are one, in the place of the first."""
    styles = list(STYLE.finditer(page))
    if not styles:
        return page
    name = note(folder, [style["name"] for style in styles], "css")
    link = f'<link rel="stylesheet" href="{styles[0]["up"]}_static/joined/{name}">\n'
    return without(page, styles, at=styles[0].start(), put=link)


def joined_scripts(folder: Path, page: str) -> str:
    """Return a page whose small scripts are one, in the place of the last, with the attributes of all.

    The shortest, which gives the others their options, is written into the page: scripts within the page use it, too.
    """
    page = SCRIPT.sub(lambda script: written_out(folder.parent, script), page)
    scripts = list(SCRIPT.finditer(page))
    if not scripts:
        return page
    name = note(folder, [script["name"] for script in scripts], "js")
    rest = "".join(script["rest"] for script in scripts)
    tag = f'<script defer{rest} src="{scripts[0]["up"]}_static/joined/{name}"></script>\n'
    return without(page, scripts, at=scripts[-1].start(), put=tag)


def written_out(static: Path, script: re.Match[str]) -> str:
    """Return a short script as one within the page, and the tag of any other as it is."""
    text = (static / script["name"]).read_text(encoding="utf-8")
    return f"<script{script['rest']}>{text}</script>\n" if len(text) < SHORT else script[0]


def states_last(page: str) -> str:
    """Return a page with the states of its widgets at its end, after the text: scripts that wait read them there."""
    state = STATE.search(page)
    if not state:
        return page
    return at_end(page[: state.start()] + page[state.end() :], state[0])


def scripts_last(page: str) -> str:
    """Return a page with the scripts that widgets do not need at its end: the browser asks for them last."""
    scripts = LATER.findall(page)
    return at_end(LATER.sub("", page), "\n".join(script.rstrip() for script in scripts)) if scripts else page


def at_end(page: str, last: str) -> str:
    """Return a page with something more at the end of its body."""
    end = page.rindex("</body>")
    return f"{page[:end].rstrip()}\n{last.rstrip()}\n{page[end:]}"


def without(page: str, tags: list[re.Match[str]], at: int, put: str) -> str:
    """Return a page without some tags, and with another one at one place."""
    parts, end = [], 0
    for tag in tags:
        parts += [page[end : tag.start()], put if tag.start() == at else ""]
        end = tag.end()
    return "".join([*parts, page[end:]])


def note(folder: Path, names: list[str], kind: str) -> str:
    """Begin the file that joins others with their names, and return its own, which stands for them."""
    first = f"/* {' '.join(names)} */"
    path = folder / f"{hashlib.sha256(first.encode()).hexdigest()[:8]}.{kind}"
    path.write_text(first, encoding="utf-8")
    return path.name


def write(path: Path) -> str:
    """Write a joined file as the files that its first line names are now; return the version of what it holds."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    names = first.removeprefix("/* ").removesuffix(" */").split()
    static = path.parents[1]
    if path.suffix == ".css":
        parts = [sheet(static, name) for name in names]
    else:
        # A semicolon first: else the "use strict" of one script, as the first statement, would hold for all.
        parts = [";" + (static / name).read_text(encoding="utf-8") for name in names]
    text = "\n".join([first, *parts])
    path.write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def sheet(static: Path, name: str) -> str:
    """Return a style sheet with those that it imports, and with addresses that hold where joined files are."""

    def under(path: str) -> str:
        return os.path.normpath(Path(name).parent / path)

    text = (static / name).read_text(encoding="utf-8")
    text = URL.sub(lambda url: f"url(../{under(url['path'])})", text)
    return IMPORT.sub(lambda rule: sheet(static, under(rule[1])), text)
