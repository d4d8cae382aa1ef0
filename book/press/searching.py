"""The site's search: what each section of each page says, in one script that the search page loads.

A hit is a section, and its excerpt is prose or code: no formula's source, no output, no answer to a question.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import solution_node

UNREAD = (nodes.raw, nodes.comment, nodes.system_message, nodes.image, solution_node)


def write_index(app: Sphinx, exception: Exception | None) -> None:
    """Write the sections of all pages into a script, which a page opened as a file can load as well."""
    sections = [section for page in sorted(app.env.found_docs) for section in sections_of(app, page)]
    text = f"window.bookSections = {json.dumps(sections, ensure_ascii=False)};\n"
    Path(app.outdir, "_static", "sections.js").write_text(text, encoding="utf-8")


def sections_of(app: Sphinx, page: str) -> Iterator[dict[str, str]]:
    """Yield page, heading, address and text of each section of a page; a name of the package is one, too."""
    doctree = app.env.get_doctree(page)
    address = app.builder.get_target_uri(page)
    number = app.env.toc_secnumbers.get(page, {}).get("", ())
    title = " ".join([".".join(map(str, number)), app.env.titles[page].astext()]).strip()
    for section in doctree.findall(is_section):
        anchor = "" if isinstance(section.parent, nodes.document) else f"#{section['ids'][0]}"
        yield {"page": title, "heading": section[0].astext(), "url": address + anchor, "text": text_of(section[1:])}
    for entry in doctree.findall(addnodes.desc):
        signature, content = entry[0], entry[-1]
        if signature.get("ids"):
            full_name = signature["ids"][0]  # as one may type it, "lstm_tutor.storage.load"
            yield {
                "page": title,
                "heading": signature.get("fullname", ""),
                "url": f"{address}#{full_name}",
                "text": f"{full_name}: {text_of([content])}",
            }


def text_of(content: list[nodes.Node]) -> str:
    """Return what a reader reads in these nodes, without the sections and names within them, as one line."""
    words: list[str] = []

    def collect(node: nodes.Node) -> None:
        if isinstance(node, nodes.Text):
            words.append(str(node))
        elif isinstance(node, (nodes.math, nodes.math_block)):
            words.append(plain_math(node.astext()))
        elif isinstance(node, addnodes.pending_xref) and node.get("refdomain") == "cite":
            words.append(re.sub(r"([a-z-]+)(\d{4}).*", lambda key: f"{key[1].title()} {key[2]}", node["reftarget"]))
        elif not (isinstance(node, (addnodes.desc, *UNREAD)) or is_section(node) or is_output(node)):
            for child in node.children:
                collect(child)
            if not isinstance(node, nodes.Inline):
                words.append(" ")

    for node in content:
        collect(node)
    return re.sub(r"\s+", " ", "".join(words)).strip()


def plain_math(source: str) -> str:
    """Return a short formula as one would type it, and a dash for a long one."""
    text = re.sub(r"[{}$]|\\[,;:! ]", "", source).strip()
    return text if len(text) <= 20 and "\\" not in text else "–"


def is_section(node: nodes.Node) -> bool:
    """Tell a section with a title from the body of an exercise, which is one to docutils."""
    return isinstance(node, nodes.section) and isinstance(node[0], nodes.title)


def is_output(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output"
