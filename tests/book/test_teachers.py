"""The page for teachers lists every exercise of the chapters, with the level and the minutes that its title says."""

import re
from pathlib import Path

import nbformat

BOOK = Path(__file__).resolve().parents[2] / "book"
TITLE = re.compile(r":::\{exercise\} (.*): (easy|medium|hard|open), (\d+) minutes\n:label: (\S+)")


def words_of(path: Path) -> str:
    return "\n".join(cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "markdown")


def exercises() -> list[tuple[str, ...]]:
    """Title, level, minutes and label of each exercise, chapter by chapter."""
    found = []
    for path in BOOK.glob("*.ipynb"):
        text = words_of(path)
        titles = TITLE.findall(text)
        assert len(titles) == text.count(":::{exercise}"), f"{path.name}: a title without its level and minutes"
        found += titles
    return found


def test_the_page_for_teachers_lists_every_exercise_and_no_other() -> None:
    page = (BOOK / "teachers.md").read_text(encoding="utf-8")
    rows = re.findall(r"\{ref\}`(.*) <(\S+-ex-\S+)>` \| (\w+) \| (\d+) \|", page)
    assert sorted(rows) == sorted((title, label, level, minutes) for title, level, minutes, label in exercises())


def test_the_page_for_teachers_counts_them() -> None:
    page = (BOOK / "teachers.md").read_text(encoding="utf-8")
    found = exercises()
    minutes = sum(int(minutes) for _, _, minutes, _ in found)
    assert f"There are {len(found)}, of {minutes} minutes in all." in page


def test_a_chapter_says_how_long_its_exercises_take() -> None:
    for path in BOOK.glob("*.ipynb"):
        minutes = sum(int(minutes) for _, _, minutes, _ in TITLE.findall(words_of(path)))
        assert not minutes or f"and {minutes} more for all exercises" in words_of(path), f"{path.name}: {minutes}"
