"""Teach Sphinx what the book needs beyond the stock extensions. `_config.yml` loads this."""

from __future__ import annotations

import html
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import nbformat
import numpy as np
from docutils import nodes
from fontTools.ttLib import TTFont
from myst_nb.sphinx_ import NbMetadataCollector
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

import depfile
import execution
import joining
import python_page
import running
import searching
import thinning

CHATTER = re.compile(r"console\.log\(\s*[`'\"]\[(?:PST|SBT|togglebutton)\][^`'\"]*[`'\"]\s*\)")

ICON = re.compile(r"(?:\.fa-[\w-]+:before,?)+\{content:\"\\(?P<code>f[0-9a-f]{3})\"\}")
DEEPER = "Deeper:"
PICTURE = re.compile(r'<img(?P<rest> [^>]*?src="[./]*_images/(?P<name>[^"]+)"[^>]*)>')
LONG_NUMBER = re.compile(r"(?<![\w#.])\d+\.\d{3,}(?![\w.])")  # no part of a name, an address or a version
PRINTED = re.compile(
    r'(?P<opening><div class="output (?:stream|text_plain) [^>]*><div class="highlight"><pre>(?:<span></span>)?)'
    r"(?P<text>.*?)(?=</pre>)",
    re.S,
)
ON_A_PHONE = 44  # letters of a printed line
FRONT_DOOR = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={page}">
</head>
<body><main><h1>{title}</h1><p><a href="{page}">To the book</a></p></main></body>
</html>
"""


@cache
def present(root: Path) -> depfile.Present:
    """Return the files of the repository as they are at this build."""
    return depfile.Present(root)


def content(app: Sphinx, docname: str, text: str) -> str:
    """Return what a page is made from: the text of its file, for a notebook with the outputs of its executed copy.

    Stale outputs cannot get in: see `execution`.
    """
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".ipynb":
        return text
    executed = execution.with_outputs(path, Path(app.srcdir), present(Path(app.srcdir)))
    return nbformat.writes(running.with_names(with_stills(with_joint_folds(executed))))


def signature(app: Sphinx, docname: str, content: str) -> str:
    """Return a digest of all that a page is made from; one that is no notebook may show the package's docstrings."""
    shown = [] if app.env.doc2path(docname).endswith(".ipynb") else depfile.sources(Path(app.srcdir, "lstm_tutor"))
    return execution.digest(content, *(file.read_bytes() for file in shown if file.suffix == ".py"))


def read_page(app: Sphinx, docname: str, source: list[str]) -> None:
    """Give a page its content, and note what that was."""
    source[0] = content(app, docname, source[0])
    signatures = app.env.__dict__.setdefault("page_signatures", {})
    signatures[docname] = signature(app, docname, source[0])
    running.note_cells(app, docname, source[0])


def find_changed_pages(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages that were made from something else than what is there now, whatever their files' times say."""
    signatures = env.__dict__.get("page_signatures", {})

    def is_changed(name: str) -> bool:
        if name in added or name in changed or name not in signatures:
            return True
        text = Path(env.doc2path(name)).read_text(encoding="utf-8")
        return signatures[name] != signature(app, name, content(app, name, text))

    return [name for name in env.found_docs if is_changed(name)]


def with_joint_folds(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Join a cell whose code is folded and that shows nothing with the folded cell after it: one line opens both."""

    def is_folded(cell: nbformat.NotebookNode) -> bool:
        return cell.cell_type == "code" and "hide-input" in cell.metadata.get("tags", [])

    cells: list[nbformat.NotebookNode] = []
    for cell in notebook.cells:
        if cells and is_folded(cells[-1]) and is_folded(cell) and not cells[-1].get("outputs"):
            cell.source = f"{cells.pop().source}\n\n\n{cell.source}"
        cells.append(cell)
    notebook.cells = cells
    return notebook


def with_stills(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Put a widget's still picture beside its live view, which takes its place when it starts.

    Of an output in several formats myst-nb shows one, so that without scripts a widget's place would be empty. The cell
    gets the theme's tag for what is wider than the text, unless the page is too short to have the list of contents that
    the theme then wants to hide.
    """
    has_contents = any(re.search("^## ", cell.source, re.M) for cell in notebook.cells if cell.cell_type == "markdown")
    for cell in notebook.cells:
        outputs = []
        for output in cell.get("outputs", []):
            outputs.append(output)
            data = output.get("data", {})
            if execution.WIDGET_VIEW in data and "data-still-of=" in "".join(data.get("text/html", "")):
                outputs.append(nbformat.v4.new_output("display_data", {"text/html": data["text/html"]}))
                if has_contents:
                    cell.metadata["tags"] = [*cell.metadata.get("tags", []), "full-width"]
        if outputs:
            cell.outputs = outputs
    return notebook


def fold_depth(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold each section whose title begins with "Deeper:", closed at first; its title is what opens it.

    In a notebook it is a heading like any other.
    """
    for section in list(doctree.findall(nodes.section)):
        title = section[0]
        if title.astext().startswith(DEEPER):
            opening, middle, end = (
                nodes.raw("", text, format="html")
                for text in ('<details class="lt-deeper"><summary>', "</summary>", "</details>")
            )
            section[:] = [opening, title, middle, *section[1:], end]


def link_to_the_repository(app: Sphinx, config: Config) -> None:
    """Where the site is published from a repository, offer to open each notebook in Colab and Binder.

    The address is the publishing job's own. Anywhere else there is none, and no button.
    """
    server, repository = (
        os.environ.get("GITHUB_SERVER_URL"),
        os.environ.get("GITHUB_REPOSITORY"),
    )
    if not (server and repository):
        return
    options = config["html_theme_options"]
    options |= {
        "repository_url": f"{server}/{repository}",
        "repository_provider": "github",
        "repository_branch": "notebooks",  # where every notebook first installs the package: see publish.py
        "path_to_docs": "",
        "use_repository_button": True,
    }
    if server == "https://github.com":  # where Colab and Binder look
        options["launch_buttons"] = {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        }


def link_to_source(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Where the site is published from a repository, give a page the addresses for its links to its source there."""
    server, repository = os.environ.get("GITHUB_SERVER_URL"), os.environ.get("GITHUB_REPOSITORY")
    if server and repository and doctree is not None:
        source = Path(app.env.doc2path(page)).relative_to(app.srcdir).as_posix()
        words = urlencode({"title": f"Error on the page {context['title']}", "body": f"Page: {source}\n\n"})
        context["page_links"] = {
            "source": f"{server}/{repository}/blob/HEAD/{source}",
            "report": f"{server}/{repository}/issues/new?{words}",
        }


def link_to_pdf(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Lead from the welcome page to the PDF of the book, if there is one of this book as it is."""
    if page == app.config.root_doc and "BOOK_PDF" in os.environ:
        context["pdf"] = f"../{os.environ['BOOK_PDF']}"


def write_bundles(app: Sphinx) -> None:
    """Put each widget's bundle into a script of the site: code and style, under the name that states call it by."""
    folder = Path(app.outdir, "_static", "bundles")
    folder.mkdir(parents=True, exist_ok=True)
    for script in sorted(Path(app.srcdir, "lstm_tutor", "widgets", "static").glob("*.js")):
        code = {"_esm": script.read_text("utf-8"), "_css": script.with_suffix(".css").read_text("utf-8")}
        text = f'(window.bookBundles ??= {{}})["bundle:{script.stem}"] = {json.dumps(code)};\n'
        (folder / script.name).write_text(text, encoding="utf-8")


def write_python(app: Sphinx) -> None:
    """Put what Python in the page needs into the site, if it is at hand: pages are written with *Run*, or without."""
    python_page.write(Path(app.outdir), Path(app.srcdir))


def load_bundles(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Have a page load the bundles of its widgets, before the script that starts them."""
    scripts = NbMetadataCollector.get_js_files(app.env, page).values()
    for name in sorted(set(re.findall(r'"bundle:(\w+)"', str([options.get("body") for _, options in scripts])))):
        app.add_js_file(f"bundles/{name}.js", priority=400, defer="defer", fetchpriority="high")


def load_claims(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Have a page with claims to vote on load what that takes, and no other page."""
    if 'class="lt-ballot"' in context.get("body", ""):
        app.add_js_file("claims.js", defer="defer")
        app.add_css_file("claims.css")


def drop_unused_math(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Have a page without formulas load no MathJax. Sphinx counts those of the pages that it lists as its own."""
    if 'class="math' not in context.get("body", ""):
        scripts = context["script_files"]
        scripts[:] = [
            script for script in scripts if not re.search("mathjax", f"{script.filename}{script.attributes}", re.I)
        ]


def mend_citation_roles(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Drop a bibliography's ARIA roles: docutils puts into its list what may not be in one; the rest is deprecated."""
    if "citation-list" in context.get("body", ""):
        body = context["body"].replace('<div role="list" class="citation-list">', '<div class="citation-list">')
        context["body"] = body.replace(' role="doc-biblioentry"', "")


def quiet_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Take the chatter out of the theme's scripts: a reader's console stays empty unless something is wrong."""
    for script in thinning.scripts(Path(app.outdir)):
        text = script.read_text(encoding="utf-8")
        quiet = CHATTER.sub("void 0", text)
        if quiet != text:
            script.write_text(quiet, encoding="utf-8")


def thin_the_theme(app: Sphinx, exception: Exception | None) -> None:
    """Take out of the theme's style the 1900 icons that the book's icon fonts do not hold."""
    style = Path(app.outdir, "_static", "styles", "pydata-sphinx-theme.css")
    fonts = Path(app.outdir, "_static", "vendor", "fontawesome").glob("*.woff")
    held = {code for font in fonts for code in TTFont(font).getBestCmap()}

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if int(rule["code"], 16) in held else ""

    style.write_text(ICON.sub(keep, style.read_text(encoding="utf-8")), encoding="utf-8")


def thin_the_styles(app: Sphinx, exception: Exception | None) -> None:
    """Take out of all styles the rules that no page and no script of the site can need: most of the themes' weight."""
    if exception is None:
        thinning.thin_styles(Path(app.outdir))


def join_files(app: Sphinx, exception: Exception | None) -> None:
    """Have each page load its styles in one file, and the theme's small scripts in another."""
    if exception is None:
        joining.join_files(Path(app.outdir))


def lighten_pictures(app: Sphinx, exception: Exception | None) -> None:
    """Store the plots with a palette of their 256 commonest colors: a third of the weight, and no difference seen."""
    for path in Path(app.outdir, "_images").glob("*.png"):
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("RGBA"))
        with_palette(pixels).save(path, optimize=True)


def shorten_numbers(app: Sphinx, exception: Exception | None) -> None:
    """Write the coordinates of the plots to a hundredth of a point: a tenth of the weight, and no difference seen."""
    for path in Path(app.outdir, "_images").glob("*.svg"):
        text = path.read_text(encoding="utf-8")
        path.write_text(LONG_NUMBER.sub(shortened, text), encoding="utf-8")


def shortened(number: re.Match[str]) -> str:
    """A number of 1 or more with two decimals, a smaller one, which may be a scale, with four digits."""
    value = float(number[0])
    return f"{value:.2f}".rstrip("0").rstrip(".") if value >= 1 else f"{value:.4g}"


def mark_long_lines(app: Sphinx, exception: Exception | None) -> None:
    """Mark the printed lines that a phone has no room for: there they go on below, indented."""
    for path in Path(app.outdir, "book").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        marked = PRINTED.sub(with_long_lines, text)
        if marked != text:
            path.write_text(marked, encoding="utf-8")


def with_long_lines(output: re.Match[str]) -> str:
    """The output with each long line in an element of its own; a line that already has elements stays as it is."""
    lines = output["text"].splitlines(keepends=True)
    long = (
        f'<span class="lt-long">{line}</span>' if "<" not in line and len(html.unescape(line)) > ON_A_PHONE else line
        for line in lines
    )
    return output["opening"] + "".join(long)


def load_pictures_late(app: Sphinx, exception: Exception | None) -> None:
    """Have each picture loaded when a reader comes near it or opens its fold, and room kept for it until then."""
    for path in Path(app.outdir, "book").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        late = PICTURE.sub(lambda tag: late_picture(tag, Path(app.outdir, "_images")), text)
        if late != text:
            path.write_text(late, encoding="utf-8")


def late_picture(tag: re.Match[str], folder: Path) -> str:
    """The tag of a picture with its size, unless that is given, and with the browser's leave to load it late."""
    size = "" if "width" in tag["rest"] else ' width="{:.0f}" height="{:.0f}"'.format(*size_of(folder / tag["name"]))
    return f'<img loading="lazy" fetchpriority="low"{size}{tag["rest"]}>'


def size_of(picture: Path) -> tuple[float, float]:
    """Return the width and height of a picture in CSS pixels."""
    if picture.suffix != ".svg":
        with Image.open(picture) as opened:
            return opened.size
    root = picture.read_text(encoding="utf-8").partition("<svg")[2].partition(">")[0]
    width, height = (float(re.search(rf'\b{name}="([\d.]+)pt"', root)[1]) for name in ("width", "height"))  # type: ignore[index]
    return width * 96 / 72, height * 96 / 72


def with_palette(pixels: np.ndarray) -> Image.Image:
    """Return the picture of `pixels` (height, width, 4), each in the nearest of its 256 commonest colors."""
    packed, which, count = np.unique(
        np.ascontiguousarray(pixels).view(np.uint32), return_inverse=True, return_counts=True
    )
    colors = packed.view(np.uint8).reshape(-1, 4)
    palette = colors[np.argsort(-count, kind="stable")[:256]]
    distance = ((colors[:, None].astype(float) - palette) ** 2).sum(axis=-1)
    indices = distance.argmin(axis=1).astype(np.uint8)[which.reshape(pixels.shape[:2])]
    picture = Image.fromarray(indices, "P")
    picture.putpalette(palette.tobytes(), "RGBA")
    return picture


def show_unknown_name(app: Sphinx, env: object, node: Any, content: Any) -> Any:
    """Show a Python name that has no page of its own as code without a link: it is no error."""
    return content if node.get("refdomain") == "py" else None


def write_front_door(app: Sphinx, exception: Exception | None) -> None:
    """Let the site's root address lead to the welcome page."""
    page = f"{app.config.root_doc}.html"
    door = FRONT_DOOR.format(
        page=page,
        title=html.escape(app.config.html_title),
        lang=app.config.language,
    )
    Path(app.outdir, "index.html").write_text(door, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", link_to_the_repository)
    app.connect("builder-inited", write_bundles)
    app.connect("builder-inited", write_python)
    app.connect("env-get-outdated", find_changed_pages)
    app.connect("source-read", read_page)
    app.connect("missing-reference", show_unknown_name)
    app.connect("doctree-resolved", running.add_buttons)
    app.connect("doctree-resolved", fold_depth)
    app.connect("html-page-context", link_to_source)
    app.connect("html-page-context", link_to_pdf)
    app.connect("html-page-context", load_bundles, priority=600)  # after MyST-NB has added the widgets' states
    app.connect("html-page-context", load_claims)
    app.connect("html-page-context", running.load_script)
    app.connect("html-page-context", drop_unused_math, priority=600)  # after Sphinx has added it
    app.connect("html-page-context", mend_citation_roles, priority=900)
    app.connect("build-finished", running.write_cells)
    app.connect("build-finished", running.write_versions)
    app.connect("build-finished", searching.write_index)
    app.connect("build-finished", quiet_scripts)
    app.connect("build-finished", thin_the_theme)
    app.connect("build-finished", lighten_pictures)
    app.connect("build-finished", shorten_numbers)
    app.connect("build-finished", load_pictures_late)
    app.connect("build-finished", mark_long_lines)
    app.connect("build-finished", write_front_door)
    app.connect("build-finished", thin_the_styles)  # late: it reads the pages and scripts as they are then
    app.connect("build-finished", join_files, priority=900)  # after the theme has written the colors of code
    return {"parallel_read_safe": False, "parallel_write_safe": True}
