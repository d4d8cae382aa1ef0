"""What a site gets of Python: all of it, or, where the files could not be brought, nothing, and the build says so."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import build
import pytest
import python_files
import python_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def no_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty cache: no source has let anything through."""
    monkeypatch.setattr(python_files, "cache", lambda: tmp_path / "cache")


@pytest.mark.usefixtures("no_files")
def test_without_the_files_a_site_has_no_list_of_them_and_the_build_says_so_in_one_line(tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("x" * 100_000)
    assert python_page.write(site) is False
    assert not (site / "_static").exists()
    line = python_page.sizes(site)
    assert line.startswith("The site is 0.1 MB") and line.endswith("no page shows Run.") and "\n" not in line


def test_whether_the_files_are_there_counts_among_what_pages_are_made_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(python_page, "is_available", lambda: True)
    with_python = build.foundation()
    monkeypatch.setattr(python_page, "is_available", lambda: False)
    assert build.foundation() != with_python


def test_archives_are_the_same_bytes_for_the_same_files() -> None:
    files = {"a.py": b"a = 1\n", "b/c.py": b""}
    archive = python_page.zipped(files)
    assert archive == python_page.zipped(dict(files))
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == files


def test_the_wheel_has_every_module_of_the_package_and_no_source_of_a_widget() -> None:
    name, files = python_page.wheel_of_package(ROOT)
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "lstm_tutor").rglob("*.py")}
    assert name == "lstm_tutor-0.1.0-py3-none-any.whl"
    assert {module for module in modules if "node_modules" not in module} == {n for n in files if n.endswith(".py")}
    assert not [name for name in files if name.endswith((".js", ".mjs", ".css", ".npz", ".csv"))]
    assert b"Name: lstm-tutor" in files["lstm_tutor-0.1.0.dist-info/METADATA"]


def test_the_data_are_all_that_the_package_is_installed_with_and_the_wheel_has_not() -> None:
    installed = {
        path.relative_to(ROOT).as_posix()
        for pattern in ("experiments/results/*.json", "experiments/models/*.npz", "tasks/data/*")
        for path in (ROOT / "lstm_tutor").glob(pattern)
        if path.suffix in (".json", ".npz", ".csv", ".tsv")
    }
    assert python_page.data_files(ROOT).keys() == installed


def test_sizes_say_what_a_first_run_and_a_first_figure_load(tmp_path: Path) -> None:
    folder = tmp_path / python_page.FOLDER
    folder.mkdir(parents=True)
    for name in ("python", "plots"):
        (folder / name).write_bytes(bytes(1_000_000))
    files = [{"name": "python", "loads": "start"}, {"name": "plots", "loads": "matplotlib"}]
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    line = python_page.sizes(tmp_path)
    assert line == "The site is 2.0 MB; a reader's first Run loads 0.0 MB compressed, a first figure 0.0 MB more."
