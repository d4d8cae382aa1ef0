"""The code that chapters show is there: a rename that cuts a listing is noticed without running a notebook."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

import lstm_tutor as lt
from lstm_tutor.reference import equations

BOOK = Path(__file__).resolve().parents[2] / "book"
LISTINGS = {
    f"{path.stem}: {ast.unparse(call)}": call
    for path in sorted(BOOK.glob("*.ipynb"))
    for cell in nbformat.read(path, 4).cells
    if cell.cell_type == "code" and "show_source" in cell.source
    for call in ast.walk(ast.parse(cell.source))
    if isinstance(call, ast.Call) and ast.unparse(call.func) == "lt.show_source"
}


# Cells with several listings, of which a notebook shows the last: to be `lt.show_source(a, b)`, or cells of their own.
LOST = {"gru-backward-code"}


def test_a_listing_is_what_its_cell_ends_with_or_nobody_sees_it() -> None:
    for path in sorted(BOOK.rglob("*.ipynb")):
        for cell in nbformat.read(path, 4).cells:
            if cell.cell_type == "code" and "show_source(" in cell.source and cell.id not in LOST:
                *others, last = ast.parse(cell.source).body
                assert ast.unparse(last).startswith("lt.show_source("), f"{path.stem}: {cell.id}"
                assert "show_source(" not in ast.unparse(others), f"{path.stem}: {cell.id}"


def test_chapters_show_code() -> None:
    assert len(LISTINGS) > 30


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_chapter_shows_the_code_that_it_speaks_of(listing: str) -> None:
    code = compile(ast.Expression(LISTINGS[listing]), listing, "eval")
    shown = eval(code, {"lt": lt, "equations": equations}).source
    ast.parse(shown.replace("return ", "yield "))  # whole statements, also of a part from within a function
    assert 2 <= len(shown.splitlines()) <= 40
    assert not [line for line in shown.splitlines() if len(line) > 80 and '"' not in line]
