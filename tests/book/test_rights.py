"""Who may do what with the book, and how it is cited: said once, and the same everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

import lstm_tutor

ROOT = Path(__file__).resolve().parents[2]
AUTHORS = "The authors of Recurrent Networks, Proved"

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text())
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text())


def test_citation_has_what_the_format_asks_for() -> None:
    """Citation File Format 1.2.0: these four are required; a person or body has a name; `type` is one of two."""
    assert {"cff-version", "message", "title", "authors"} <= CITATION.keys()
    assert CITATION["cff-version"] == "1.2.0" and CITATION["type"] in {"software", "dataset"}
    assert all(isinstance(CITATION[name], str) and CITATION[name].strip() for name in ("message", "title", "version"))
    assert CITATION["authors"] == [{"name": AUTHORS}]


def test_citation_names_the_book_and_the_version_of_the_package() -> None:
    assert CITATION["title"] == CONFIG["title"]
    assert CITATION["version"] == PROJECT["version"] == lstm_tutor.__version__


def test_licenses_are_the_same_wherever_they_are_named() -> None:
    code, text = ((ROOT / name).read_text() for name in ("LICENSE", "LICENSE-TEXT"))
    assert code.startswith("BSD 3-Clause License") and "CC BY 4.0" in text
    assert AUTHORS in code and AUTHORS in text
    assert PROJECT["license"] == "BSD-3-Clause" and PROJECT["license-files"] == ["LICENSE"]
    assert PROJECT["authors"] == [{"name": AUTHORS}]
    assert CITATION["license"] == ["BSD-3-Clause", "CC-BY-4.0"]
    footer = CONFIG["html"]["extra_footer"]
    assert "BSD 3-Clause License" in footer and "https://creativecommons.org/licenses/by/4.0/" in footer


def test_readme_leads_to_the_licenses_and_the_citation() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / "README.md").read_text())
    assert {"LICENSE", "LICENSE-TEXT", "CITATION.cff", "lstm_tutor/tasks/data/README.md"} <= set(links)
    assert all((ROOT / link).exists() for link in links if "://" not in link)
