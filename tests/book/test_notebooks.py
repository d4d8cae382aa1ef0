"""Every notebook of the book: clean as a file, and running from top to bottom without an error or a warning."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book" / "press"))

import execution  # noqa: E402  (it lives beside the book, not in the package)

LONGEST_CELL = 25  # lines; more belongs into the package

NOTEBOOKS = sorted((ROOT / "book").rglob("*.ipynb"))

every_notebook = pytest.mark.parametrize(
    "path", [path for path in NOTEBOOKS if ".ipynb_checkpoints" not in path.parts], ids=lambda path: path.stem
)


@every_notebook
def test_notebook_stores_no_output(path: Path) -> None:
    for cell in execution.read(path).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None, f"run: nbstripout --keep-id {path.name}"


@every_notebook
def test_notebook_is_in_the_table_of_contents(path: Path) -> None:
    assert path in execution.notebooks(ROOT)


def test_the_welcome_page_lists_every_chapter_in_order() -> None:
    parts = [part for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"] if part.get("numbered")]
    chapters = [f"{Path(chapter['file']).name}.ipynb" for part in parts for chapter in part["chapters"]]
    contents = next(
        cell.source for cell in execution.read(ROOT / "book/intro.ipynb").cells if "## Contents" in cell.source
    )
    assert re.findall(r"^\|[IV ]+\| \[[^\]]+\]\(([^)]+)\) \|", contents, re.MULTILINE) == chapters


@every_notebook
def test_notebook_cells_have_names_of_their_own(path: Path) -> None:
    """Ids are `chapter-topic`, unique and stable, so that a change shows as a change of that cell alone."""
    ids = [cell.id for cell in execution.read(path).cells]
    assert len(set(ids)) == len(ids)
    generated = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}|[a-z]+-\d+"
    unnamed = [name for name in ids if re.fullmatch(generated, name)]
    assert not unnamed, f"give these cells a telling id: {unnamed}"


@every_notebook
def test_notebook_shows_source_through_the_helper_that_notices_a_rename(path: Path) -> None:
    by_hand = [cell.id for cell in execution.read(path).cells if "getsource" in cell.source]
    assert not by_hand, f"use lt.show_source in {by_hand}"


@every_notebook
def test_notebook_opens_with_its_title(path: Path) -> None:
    first = execution.read(path).cells[0]
    assert first.cell_type == "markdown" and first.source.startswith("# ")


@every_notebook
def test_notebook_cells_are_short(path: Path) -> None:
    for cell in execution.read(path).cells:
        if cell.cell_type == "code":
            assert cell.source.count("\n") < LONGEST_CELL, f"cell {cell.id} is longer than {LONGEST_CELL} lines"


@every_notebook
def test_notebook_runs_without_error_or_warning(path: Path) -> None:
    """Uses the result that the book uses, if that still holds; a failing notebook never leaves one."""
    executed = execution.read(execution.execute(path, ROOT, threads=1))
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            text = output.get("text", "") if output.get("name") == "stderr" else ""
            assert "Warning:" not in text, f"cell {cell.id} wrote to stderr: {text}"


def test_the_page_of_all_comparisons_has_every_family_in_both_dtypes_and_they_agree() -> None:
    executed = execution.read(execution.execute(ROOT / "book/verification.ipynb", ROOT, threads=1))
    [table] = [cell.outputs[0].data["text/plain"] for cell in executed.cells if cell.id == "verification-all"]
    head, _, *lines, verdict = table.splitlines()
    assert head.split()[:2] == ["case", "compared"]
    assert verdict.endswith("all within tolerance")
    assert all(line.endswith("agrees") for line in lines)
    for words in (
        "RNN(tanh), 1 layer, one direction, 5 sizes, float64 · nn.RNN",
        "RNN(relu), 2 layers, two directions, 5 sizes, float32 · nn.RNN",
        "LSTM1997, 3 layers, two directions, 5 sizes, float32 · equations",
        "LSTM, 3 layers, two directions, 5 sizes, float64 · nn.LSTM",
        "PeepholeLSTM, 2 layers, one direction, 5 sizes, float64 · equations",
        "GRU(reset after), 1 layer, two directions, 5 sizes, float64 · nn.GRU",
        "GRU(reset before), 3 layers, one direction, 5 sizes, float32 · equations",
        "AdditiveAttention, values of their own, 12 sizes, float64 · equations",
        "DotAttention(scaled), 12 sizes, float32 · scaled_dot_product_attention",
        "Seq2Seq, additive attention before the step",
        "softmax_cross_entropy, mask, class weights, 8 sizes, float64 · cross_entropy",
        "ctc, blank 2, 4 sizes, float32 · ctc_loss",
    ):
        assert any(words in line for line in lines), words
