"""The files of Pyodide: found in one of several sources, and refused if they are not the official ones."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
import python_files

CONTENT = {"python.js": b"run", "numpy.whl": b"arrays"}
WANTED = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


def source_of(files: dict[str, bytes], asked: list[Collection[str]] | None = None) -> python_files.Source:
    """A source that has these files, and notes what it is asked for."""

    def source(wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
        if asked is not None:
            asked.append(list(wanted))
        yield from ((name, files[name]) for name in wanted if name in files)

    return source


def fails(wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    raise OSError("the network lets nothing through")
    yield


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


def test_files_come_from_the_first_source_that_has_them_and_the_next_is_asked_for_the_rest(tmp_path: Path) -> None:
    asked: list[Collection[str]] = []
    sources = {"a": fails, "b": source_of({"python.js": b"run"}), "c": source_of(CONTENT, asked), "d": fails}
    assert python_files.bring(tmp_path, sources, WANTED) == []
    assert held(tmp_path) == CONTENT
    assert asked == [["numpy.whl"]]


def test_what_is_in_the_cache_is_asked_of_no_source(tmp_path: Path) -> None:
    python_files.bring(tmp_path, {"a": source_of(CONTENT)}, WANTED)
    assert python_files.bring(tmp_path, {"b": fails}, WANTED) == []


def test_a_file_with_a_wrong_hash_is_refused_and_the_next_source_is_tried(tmp_path: Path) -> None:
    wrong = CONTENT | {"numpy.whl": b"something else"}
    assert python_files.bring(tmp_path, {"a": source_of(wrong), "b": source_of(CONTENT)}, WANTED) == []
    assert held(tmp_path) == CONTENT


def test_without_a_source_that_is_right_the_complaints_say_so_file_by_file(tmp_path: Path) -> None:
    wrong = CONTENT | {"numpy.whl": b"something else"}
    complaints = python_files.bring(tmp_path, {"a": fails, "b": source_of(wrong)}, WANTED)
    assert complaints == [
        "a: the network lets nothing through",
        "b: numpy.whl has another hash than the official one, and was refused",
        "missing: numpy.whl",
    ]
    assert held(tmp_path) == {"python.js": b"run"}


def test_a_file_that_was_changed_in_the_cache_is_brought_again(tmp_path: Path) -> None:
    python_files.bring(tmp_path, {"a": source_of(CONTENT)}, WANTED)
    (tmp_path / "numpy.whl").write_bytes(b"damaged")
    assert python_files.missing(tmp_path, WANTED) == ["numpy.whl"]
    assert python_files.bring(tmp_path, {"a": source_of(CONTENT)}, WANTED) == []
    assert held(tmp_path) == CONTENT


def test_files_are_found_in_any_folder_of_a_wheel_or_a_package(tmp_path: Path) -> None:
    wheel, package = tmp_path / "carrier.whl", tmp_path / "pyodide.tgz"
    with zipfile.ZipFile(wheel, "w") as zipped:
        zipped.writestr("carrier/assets/numpy.whl", b"arrays")
        zipped.writestr("carrier/other.txt", b"")
    with tarfile.open(package, "w:gz") as tar:
        member = tarfile.TarInfo("package/python.js")
        member.size = 3
        tar.addfile(member, io.BytesIO(b"run"))
    assert list(python_files._members(wheel, WANTED)) == [("numpy.whl", b"arrays")]
    assert list(python_files._members(package, WANTED)) == [("python.js", b"run")]


def test_a_command_that_does_not_exist_or_fails_is_a_source_that_has_nothing(tmp_path: Path) -> None:
    for command, complaint in (
        (["no-such-program-anywhere"], "there is no no-such-program-anywhere"),
        ([sys.executable, "-c", "raise SystemExit('blocked')"], "blocked"),
    ):
        with pytest.raises(OSError, match=complaint):
            list(python_files._from_command(command, WANTED))


def test_the_table_has_a_hash_for_each_file_and_one_version_in_all() -> None:
    for name, (loads, sha256) in python_files.FILES.items():
        assert loads in ("start", "matplotlib"), name
        assert re.fullmatch("[0-9a-f]{64}", sha256), name
    notice = (Path(python_files.__file__).parent / "assets/python/NOTICE.md").read_text()
    assert f"Pyodide {python_files.VERSION}" in notice and f"CPython {python_files.PYTHON}" in notice


def test_the_program_says_what_is_missing_and_fails_where_no_source_answers(tmp_path: Path) -> None:
    """No proxy and no program: each source fails at once."""
    environment = {"XDG_CACHE_HOME": str(tmp_path), "PATH": "", "PIP_NO_INDEX": "1", "https_proxy": "127.0.0.1:9"}
    finished = subprocess.run(
        [sys.executable, python_files.__file__], env=environment, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1
    assert "npm: there is no npm" in finished.stderr and "missing: pyodide.js, " in finished.stderr
