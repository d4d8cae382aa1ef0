"""The API reference: every public name is in its index, and on one of its pages."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

import lstm_tutor as lt

BOOK = Path(__file__).resolve().parents[2] / "book"
INDEX = (BOOK / "api.md").read_text(encoding="utf-8")
PAGES = {page.stem: page.read_text(encoding="utf-8") for page in sorted((BOOK / "api").glob("*.md"))}
ENTRIES = re.findall(r"\{py:obj\}`(\S+) <(\S+)>`", INDEX)  # what the index shows, and where it leads
MODULES = sorted({name for page in PAGES.values() for name in re.findall(r"automodule:: (\S+)", page)})


def named(full: str) -> object:
    """Return the object of this full name."""
    module, _, name = full.rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.mark.parametrize("name", [name for name in lt.__all__ if not inspect.ismodule(getattr(lt, name))])
def test_index_has_every_name_at_the_top_of_the_package(name: str) -> None:
    assert f"lt.{name}" in dict(ENTRIES)


@pytest.mark.parametrize("module", MODULES)
def test_index_has_every_documented_name_of_a_module(module: str) -> None:
    listed = [named(full) for _, full in ENTRIES]
    members = importlib.import_module(module)
    names = [name for name in getattr(members, "__all__", ()) if inspect.isclass(getattr(members, name))
             or inspect.isfunction(getattr(members, name))]  # fmt: skip
    missing = [name for name in names if not any(entry is getattr(members, name) for entry in listed)]
    if module == "lstm_tutor.exercises":
        missing = [name for name in missing if name in {"check", "Verdict", "Exercise"}]
    assert missing == []


@pytest.mark.parametrize(("shown", "full"), ENTRIES, ids=[full for _, full in ENTRIES])
def test_index_names_what_there_is(shown: str, full: str) -> None:
    where = lt
    for part in shown.removeprefix("lt.").split("."):
        where = getattr(where, part)
    assert where is named(full)


def test_index_lists_the_pages_that_the_table_of_contents_does() -> None:
    toc = (BOOK.parent / "_toc.yml").read_text(encoding="utf-8")
    listed = re.findall(r"file: book/api/(\w+)", toc)
    assert listed == re.findall(r"\{doc\}`api/(\w+)`", INDEX)
    assert sorted(listed) == sorted(PAGES)
