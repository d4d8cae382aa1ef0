"""Python in the page: what the page's script has to know of each code cell, and the buttons that start it.

The script itself is in `assets/running`, the files of Python come from elsewhere. Where a build has none, a page has no
buttons and nothing of this is loaded.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import symtable
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

CHECK = re.compile(r"exercises\.check\(\s*[\"']([\w-]+)[\"']")
ASSETS = Path(__file__).parent / "assets"
EXCEPTIONS = ASSETS / "python" / "exceptions.json"  # cells that show other figures in a page
MANIFEST = Path("_static", "python", "manifest.json")  # of the files of Python, if the build has any
COMPOUND = (ast.For, ast.With, ast.If, ast.While, ast.Try, ast.FunctionDef, ast.ClassDef)
BUTTONS = (
    '<div class="lt-run"><button type="button" data-does="run">{run}</button>'
    '<button type="button" data-does="edit">Edit</button></div>'
)
OF_A_SCRIPT = re.compile(r'(?:from |import\()"\./\w+\.js(?=")')  # the address of another one, up to its end
SOLVED = '<p class="lt-solve"><button type="button" aria-pressed="false">Mark as solved</button></p>'


# -- the cells ---------------------------------------------------------------------------------------------------------


def with_names(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Write each cell's id where it comes through to the page."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.metadata["name"] = cell.id
    return notebook


def note_cells(app: Sphinx, docname: str, content: str) -> None:
    """Keep what there is to know of a page's cells until all pages are written; a page of text has none."""
    if app.env.doc2path(docname).endswith(".ipynb"):
        pages = app.env.__dict__.setdefault("page_cells", {})
        pages[docname] = cells_of(nbformat.reads(content, as_version=4))


def cells_of(notebook: nbformat.NotebookNode) -> list[dict[str, Any]]:
    """Say of each code cell, in order, its code and what that needs, as the page's script reads it."""
    return [about(cell) for cell in notebook.cells if cell.cell_type == "code"]


def about(cell: nbformat.NotebookNode) -> dict[str, Any]:
    """Return id and code of a cell, the names that it takes from others, defines and imports, and what it is for."""
    found: dict[str, Any] = {"id": cell.id, "code": cell.source} | names_of(cell.source)
    if "solution" in cell.metadata.get("tags", []):
        found["solution"] = True
    elif check := CHECK.search(cell.source):
        found["exercise"] = check[1]
    return found


def names_of(code: str) -> dict[str, Any]:
    """Return the names that a cell `uses` before it has given them a value, and those that it `defines`.

    Those that an import statement gives stand apart, each with the statement: it may run without the rest of its cell.
    """
    uses: set[str] = set()
    defines: set[str] = set()
    imports: dict[str, str] = {}
    for statement in ast.parse(code).body:
        bound = bound_in(scope(statement))
        table = scope(Reads().visit(statement))
        needed = read_in(table) - defines - set(imports)
        uses |= needed - bound_in(table) if isinstance(statement, COMPOUND) else needed
        if isinstance(statement, ast.Import | ast.ImportFrom):
            imports |= dict.fromkeys(sorted(bound), ast.unparse(statement))
        else:
            defines |= bound
    return {"uses": sorted(uses), "defines": sorted(defines), "imports": imports}


class Reads(ast.NodeTransformer):
    """Makes ``x += y`` an expression: it reads x, which a table of symbols does not say, and it cannot come first."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if not isinstance(node.target, ast.Name):
            return node
        return ast.Expr(ast.BinOp(ast.Name(node.target.id), node.op, node.value))


def scope(statement: ast.stmt) -> symtable.SymbolTable:
    return symtable.symtable(ast.unparse(statement), "cell", "exec")


def bound_in(table: symtable.SymbolTable) -> set[str]:
    """Return the names to which a scope itself gives a value."""
    return {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}


def read_in(table: symtable.SymbolTable) -> set[str]:
    """Return the global names that are read in a scope and in those within it."""
    is_global = table.get_type() == "module"
    here = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (is_global or s.is_global())}
    return here.union(*(read_in(inner) for inner in table.get_children()))


# -- the page ----------------------------------------------------------------------------------------------------------


def is_offered(app: Sphinx) -> bool:
    """Tell whether this build has the files of Python."""
    return Path(app.outdir, MANIFEST).is_file()


def add_buttons(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Name each code cell, and put the buttons below its code; an exercise that nothing marks gets one of its own."""
    if not is_offered(app):
        return
    marked = set()
    exercise = None
    for node in list(doctree.findall()):
        if is_exercise(node):
            exercise = node
        elif isinstance(node, nodes.container) and node.get("nb_element") == "cell_code":
            name = node["cell_metadata"]["name"]
            node["ids"].append(f"cell-{name}")
            is_solution = "solution" in node["cell_metadata"].get("tags", [])
            is_marked = not is_solution and exercise is not None and CHECK.search(node.astext()) is not None
            if is_marked:
                marked.add(exercise)
            for code in node.findall(is_code):
                buttons = BUTTONS.format(run="Check" if is_marked else "Run")
                code.append(nodes.raw("", buttons, format="html"))
    for node in list(doctree.findall(is_exercise)):
        if node not in marked:
            node.append(nodes.raw("", SOLVED, format="html"))


def is_exercise(node: nodes.Node) -> bool:
    return isinstance(node, exercise_node | exercise_enumerable_node)


def is_code(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_source"


def load_script(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Have a page load the small script that waits for the first click, and say how many exercises the book has."""
    if not is_offered(app) or doctree is None:
        return
    exercises = getattr(app.env, "sphinx_exercise_registry", {})
    count = sum(entry["type"] == "exercise" for entry in exercises.values())
    context["python"] = True
    attributes: dict[str, Any] = {"data-page": page, "data-exercises": str(count), "data-version": version(app)}
    app.add_js_file("running.js", defer="defer", **attributes)


def version(app: Sphinx) -> str:
    """Return what stands for the content of all scripts that a press may load, in their addresses.

    So a browser that has kept some of them from an earlier site takes none of those for one of this site.
    """
    paths = [ASSETS / "widget-loader.js", ASSETS / "python" / "python-worker.js", *(ASSETS / "running").iterdir()]
    paths += Path(app.srcdir, "lstm_tutor", "widgets", "static").iterdir()
    by_name = sorted(paths, key=lambda path: path.name)
    total = hashlib.sha256(b"".join(path.read_bytes() for path in by_name))
    return total.hexdigest()[:8]


def write_versions(app: Sphinx, exception: Exception | None) -> None:
    """Have the scripts that a press loads load each other as the first of them is loaded: by address and version."""
    if exception is not None or not is_offered(app):
        return
    versioned = rf"\g<0>?v={version(app)}"
    for script in Path(app.outdir, "_static", "running").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        script.write_text(OF_A_SCRIPT.sub(versioned, text), encoding="utf-8")


def write_cells(app: Sphinx, exception: Exception | None) -> None:
    """Write what there is to know of each page's cells into a file of its own, which the first click loads."""
    if exception is not None or not is_offered(app):
        return
    exceptions = json.loads(EXCEPTIONS.read_text(encoding="utf-8"))
    for page, cells in app.env.__dict__.get("page_cells", {}).items():
        reasons = {name: exceptions["reasons"][kind] for name, kind in exceptions["cells"].get(page, {}).items()}
        said = [cell | ({"differs": reasons[cell["id"]]} if cell["id"] in reasons else {}) for cell in cells]
        path = Path(app.outdir, "_static", "cells", f"{page}.json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
