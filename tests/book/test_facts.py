"""The bibliography: complete, cited, and the same works that the package's sources name."""

from __future__ import annotations

import re
import unicodedata
from importlib.metadata import version
from pathlib import Path

import nbformat
import pytest
from pybtex.database import Entry, parse_file

from lstm_tutor import experiments

ROOT = Path(__file__).resolve().parents[2]
WORKS = parse_file(str(ROOT / "book" / "references.bib")).entries
ELSEWHERE = {"press", "node_modules", "bundles", ".ipynb_checkpoints"}  # files of others, and files that are built


def files(folder: str, *kinds: str) -> list[Path]:
    """The files of some kinds in a folder and below."""
    found = (path for kind in kinds for path in (ROOT / folder).rglob(kind))
    return sorted(path for path in found if not ELSEWHERE & set(path.parts))


PAGES = files("book", "*.ipynb", "*.md")
SOURCES = files("lstm_tutor", "*.py", "*.js")

SURNAME = r"(?:van |Van )?[A-Z][\w-]+"
NAMED = re.compile(rf"({SURNAME}(?:, {SURNAME})*(?:,? (?:&|and) {SURNAME})?)( et al\.)?(?:'s)?,? \(((?:19|20)\d\d)\)")
CITED = re.compile(r"\{cite(?::[a-z]+)?\}`([^`]+)`")


def plain(name: str) -> str:
    """A name without accents, in lower case."""
    letters = unicodedata.normalize("NFD", name.replace("ł", "l"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()


def surnames(work: Entry) -> list[str]:
    """The authors' surnames, the first author first; `others` stands for those that an entry leaves out."""
    people = work.persons["author"]
    return [plain(" ".join(str(part) for part in (*p.rich_prelast_names, *p.rich_last_names))) for p in people]


def works_named(names: str, year: str) -> list[str]:
    """The keys of the works of a year whose first author comes first among the names, and whose authors are all."""
    authors = [plain(name) for name in re.findall(SURNAME, names)]
    return [
        key
        for key, work in WORKS.items()
        if work.fields["year"] == year and authors[0] == surnames(work)[0] and set(authors) <= set(surnames(work))
    ]


def named_in(path: Path) -> list[tuple[str, str]]:
    """Authors and year of every work that a source file names in words, as `Elman (1990)`."""
    text = re.sub(r"\s*\n\s*(?:# |// |\* )?", " ", path.read_text("utf8"))
    return [(match[1], match[3]) for match in NAMED.finditer(text)]


def cited_in(path: Path) -> set[str]:
    """The keys that a page cites."""
    text = path.read_text("utf8")
    if path.suffix == ".ipynb":
        text = "\n".join(cell.source for cell in nbformat.reads(text, 4).cells if cell.cell_type == "markdown")
    return {key.strip() for keys in CITED.findall(text) for key in keys.split(",")}


def test_sources_are_read_as_they_are_written() -> None:
    written = "as Elman\n    (1990), Le, Jaitly & Hinton (2015), Cho et al. (2014) and Golub & Van Loan (2013) say"
    found = [(match[1], match[3]) for match in NAMED.finditer(re.sub(r"\s*\n\s*", " ", written))]
    assert found == [("Elman", "1990"), ("Le, Jaitly & Hinton", "2015"), ("Cho", "2014"), ("Golub & Van Loan", "2013")]
    assert works_named("Igel & Hüsken", "2000") == ["igel2000improving"]
    assert works_named("Igel & Braun", "2000") == [] and works_named("Hüsken & Igel", "2000") == []


@pytest.mark.parametrize("path", [path for path in SOURCES if named_in(path)], ids=lambda path: path.stem)
def test_every_work_that_a_source_file_names_is_in_the_bibliography(path: Path) -> None:
    missing = [f"{names} ({year})" for names, year in named_in(path) if not works_named(names, year)]
    assert not missing, f"{path.relative_to(ROOT)} names what references.bib does not have: {missing}"


def test_every_work_of_the_bibliography_is_cited_in_a_page_or_named_in_the_package() -> None:
    cited = set().union(*(cited_in(path) for path in PAGES))
    cited |= {experiment.paper for experiment in experiments.EXPERIMENTS.values()}
    cited |= {key for path in SOURCES for names, year in named_in(path) for key in works_named(names, year)}
    assert sorted(set(WORKS) - cited) == []


def test_every_key_that_a_page_cites_is_in_the_bibliography() -> None:
    missing = {path.name: sorted(cited_in(path) - set(WORKS)) for path in PAGES if cited_in(path) - set(WORKS)}
    assert missing == {}


REQUIRED = {
    "article": ("author", "title", "journal", "volume", "number", "pages", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "incollection": ("author", "title", "booktitle", "editor", "publisher", "pages", "year"),
    "book": ("author", "title", "publisher", "year"),
    "mastersthesis": ("author", "title", "school", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "number", "year"),
    "misc": ("author", "title", "note", "year"),
}
# Printed before there were preprints or digital object identifiers, and on no page of the publisher's that we know.
ON_PAPER = {
    "linnainmaa1970representation", "werbos1974beyond", "jordan1986attractor", "robinson1987utility",
    "smith1989learning", "fahlman1991recurrent", "igel2000improving", "martens2011learning", "tieleman2012lecture",
    "golub2013matrix",
}  # fmt: skip


@pytest.mark.parametrize("key", sorted(WORKS))
def test_every_work_is_described_in_full(key: str) -> None:
    work = WORKS[key]
    has = {"author", *work.fields} if work.persons.get("author") else set(work.fields)
    if "editor" in work.persons:
        has.add("editor")
    required = set(REQUIRED[work.type])
    if key in ("gers2002learning",):  # its journal counts volumes only
        required -= {"number"}
    assert required <= has, f"{key} lacks {sorted(required - has)}"
    if work.type == "inproceedings" and "(ICLR)" not in work.fields["booktitle"]:  # that conference numbers no pages
        assert "pages" in has or work.fields.get("note", "").startswith("arXiv:"), f"{key} lacks its pages"
    assert (key in ON_PAPER) == (not has & {"doi", "url"}), f"{key}: where can it be read?"


@pytest.mark.parametrize("key", sorted(WORKS))
def test_the_key_of_a_work_is_first_author_year_and_a_word_of_the_title(key: str) -> None:
    match = re.fullmatch(r"([a-z]+)(\d{4})([a-z]+)", key)
    assert match
    author, year, word = match.groups()
    work = WORKS[key]
    assert author == re.sub(r"[ -]", "", surnames(work)[0]) and year == work.fields["year"]
    assert word in plain(work.fields["title"])


def test_tables_of_conventions_hold_for_the_pytorch_that_builds_the_book() -> None:
    """Another version asks for another look at what a page says of it."""
    installed = ".".join(version("torch").split(".")[:2])
    said = {(path.name, found) for path in PAGES for found in re.findall(r"PyTorch (\d+\.\d+)", path.read_text("utf8"))}
    assert len(said) >= 5 and {found for _, found in said} == {installed}
