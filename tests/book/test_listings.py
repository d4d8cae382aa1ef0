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


def test_chapters_show_code() -> None:
    assert len(LISTINGS) > 30


@pytest.mark.parametrize("listing", LISTINGS)
def test_a_chapter_shows_the_code_that_it_speaks_of(listing: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = compile(ast.Expression(LISTINGS[listing]), listing, "eval")
    eval(code, {"lt": lt, "equations": equations})
    shown = capsys.readouterr().out
    ast.parse(shown.replace("return ", "yield "))  # whole statements, also of a part from within a function
    assert 2 <= shown.count("\n") <= 35
