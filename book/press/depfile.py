"""Record which files of the repository a notebook's result depends on, and say whether these are still the same.

The idea is a compiler's depfile. While a notebook runs, its kernel and every Python process that it starts write down
each file that they open or ask about, each folder that they list, and each place where they look for a module; with
each goes a signature of what is there at that moment, before it is read. The result holds as long as all signatures
are the same. What was looked for and not found is a dependency too: it must not appear.

`kernel/sitecustomize.py` starts the recording. Only Python's standard library is imported here, so that a kernel
imports nothing else before a notebook does.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import site
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.machinery import FileFinder, all_suffixes
from importlib.util import source_from_cache
from pathlib import Path
from threading import local
from typing import Any, TypeAlias

Dependencies: TypeAlias = dict[str, dict[str, str]]  # kind -> path within the repository -> signature

ROOT, RECORD = "BOOK_PRESS_ROOT", "BOOK_PRESS_RECORD"  # environment variables: the repository, the file to write to
SEARCH_FOR_PACKAGES = os.path.join("metadata", "__init__.py")  # importlib.metadata
IMPORT_MACHINERY = "<frozen importlib._bootstrap_external>"
HARMLESS = {"uname", "lscpu"}  # programs that read none of the repository's files, which libraries ask of the machine
CACHES = {"__pycache__", ".ipynb_checkpoints"}
NOT_SOURCES = CACHES | {".git", ".venv", "_build", "node_modules", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


# --- signatures ---------------------------------------------------------------------------------------------------


def file_signature(path: Path) -> str:
    """Return the digest of the content of the file at `path`, or words that say that there is no file."""
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return "there, and no file" if path.exists() else "absent"


def listing_signature(path: Path) -> str:
    """Return a digest of what a folder holds: the names of its entries, and the size of each file."""
    try:
        with os.scandir(path) as entries:
            lines = sorted(
                f"{entry.name}/" if entry.is_dir() else f"{entry.name} {entry.stat(follow_symlinks=False).st_size}"
                for entry in entries
                if entry.name not in CACHES
            )
    except OSError:
        return "absent"
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def module_signature(path: Path) -> str:
    """Name the files that an import of the module `path` (a folder and the module's name) could choose from."""
    files = [place.with_name(place.name + suffix) for place in (path / "__init__", path) for suffix in all_suffixes()]
    found = [file.relative_to(path.parent).as_posix() for file in files if file.is_file()]
    return " ".join(found) or ("folder" if path.is_dir() else "absent")


def packages_signature(path: Path) -> str:
    """Name the records of installed packages that lie in a folder."""
    return " ".join(sorted(file.name for file in path.glob("*.*-info")))


def sources(root: Path) -> Iterator[Path]:
    """Yield all files below a folder that are not made from others."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in NOT_SOURCES)
        yield from (Path(folder, name) for name in sorted(files))


def tree_signature(root: Path) -> str:
    """Return a digest of all sources below a folder, with their names."""
    lines = [f"{path.relative_to(root).as_posix()} {file_signature(path)}" for path in sources(root)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


SIGNATURES: dict[str, Callable[[Path], str]] = {
    "file": file_signature,
    "listing": listing_signature,
    "module": module_signature,
    "packages": packages_signature,
    "tree": tree_signature,
}


class Present:
    """Knows the signatures of a repository's files as they are now; it works out each of them once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.known: dict[tuple[str, str], str] = {}

    def signature(self, kind: str, path: str) -> str:
        if (kind, path) not in self.known:
            self.known[kind, path] = SIGNATURES[kind](self.root / path)
        return self.known[kind, path]

    def changes(self, dependencies: Dependencies) -> Iterator[str]:
        """Yield the paths whose signature differs from the recorded one."""
        for kind, signatures in dependencies.items():
            for path, signature in signatures.items():
                if self.signature(kind, path) != signature:
                    yield path


def read_record(path: Path) -> Dependencies:
    """Return the dependencies that a kernel recorded; of a file that was read twice, the first signature counts.

    So the result of a notebook does not hold if a file changed while it ran.
    """
    dependencies: Dependencies = {kind: {} for kind in SIGNATURES}
    for line in path.read_text(encoding="utf-8").splitlines():
        kind, name, signature = json.loads(line)
        dependencies[kind].setdefault(name, signature)
    return {kind: dict(sorted(signatures.items())) for kind, signatures in dependencies.items()}


# --- recording ----------------------------------------------------------------------------------------------------


class Recorder:
    """Writes a line for each dependency of this process, and of those forked from it, before it is read."""

    def __init__(self, root: Path, record: Path) -> None:
        self.root, self.record = root, record
        self.roots = {os.path.abspath(root), os.path.realpath(root)}
        places = [sys.prefix, os.path.dirname(os.__file__), *site.getsitepackages()]
        self.installed = [place for place in places if not any(is_within(root, place) for root in self.roots)]
        self.environment = {name: os.environ.get(name) for name in (ROOT, RECORD, "PYTHONPATH")}
        self.seen: set[tuple[str, str]] = set()
        self.busy = local()

    def start(self) -> None:
        """Begin to record: from the reports of Python, and where it makes none, from the functions themselves."""
        sys.addaudithook(self.hear)
        self.listen_to_questions()
        self.listen_to_imports()

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take a report that Python makes to its audit hooks."""
        if event == "open":
            path, _, flags = arguments
            written_anew = flags & os.O_WRONLY and flags & (os.O_TRUNC | os.O_EXCL)
            if not (isinstance(path, int) or written_anew):
                self.note("file", path)
        elif event in {"os.listdir", "os.scandir"}:
            caller = sys._getframe(1).f_code.co_filename
            if caller.endswith(SEARCH_FOR_PACKAGES):
                self.note("packages", arguments[0])
            elif caller != IMPORT_MACHINERY:  # which lists folders only to look for one name
                self.note("listing", arguments[0])
        elif event in {"os.system", "os.exec", "os.posix_spawn", "pty.spawn"} or (
            event == "subprocess.Popen" and not self.is_recording(*arguments)
        ):
            self.note("tree", self.root)

    def listen_to_questions(self) -> None:
        """Have `os.stat`, `os.lstat` and `os.access`, which answer `Path.exists` too, note what they are asked."""

        def listening(function: Callable[..., Any]) -> Callable[..., Any]:
            def ask(path: Any, *arguments: Any, **options: Any) -> Any:
                if not isinstance(path, int):
                    self.note("file", path, options.get("dir_fd"))
                return function(path, *arguments, **options)

            for functions in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
                if function in functions:
                    functions.add(ask)
            return ask

        for name in ("stat", "lstat", "access"):
            setattr(os, name, listening(getattr(os, name)))

    def listen_to_imports(self) -> None:
        """Have the search for modules note each place where it looks."""
        find = FileFinder.find_spec

        def find_spec(finder: FileFinder, fullname: str, target: Any = None) -> Any:
            self.note("module", os.path.join(finder.path, fullname.rpartition(".")[2]))
            return find(finder, fullname, target)

        FileFinder.find_spec = find_spec  # type: ignore[assignment, method-assign]  # there is no report of it

    def note(self, kind: str, path: Any, folder: int | None = None) -> None:
        """Write a dependency down, if it lies in the repository and is new."""
        if getattr(self.busy, "writing", False):
            return
        self.busy.writing = True
        try:
            place = full_path(path, folder)
            if (kind, place) in self.seen:
                return
            self.seen.add((kind, place))
            for name in self.names(place):
                line = json.dumps([kind, name, SIGNATURES[kind](self.root / name)])
                with open(self.record, "a", encoding="utf-8") as record:
                    record.write(f"{line}\n")
        finally:
            self.busy.writing = False

    def names(self, place: str) -> list[str]:
        """Return the names of a place in the repository: none if it is elsewhere, installed or a cache."""
        if any(is_within(place, folder) for folder in self.installed):
            return []
        if place.endswith(".pyc"):
            with suppress(ValueError):  # it is no compiled module of a source
                place = source_from_cache(place)
        if CACHES & set(Path(place).parts):
            return []
        places = {os.path.abspath(place), os.path.realpath(place)}
        return sorted({os.path.relpath(p, root) for p in places for root in self.roots if is_within(p, root)})

    def is_recording(self, executable: Any, arguments: Any, folder: Any, environment: Any) -> bool:
        """Return whether a new process is a Python that records too; of most other programs nothing is known."""
        words = [arguments] if isinstance(arguments, str | bytes | os.PathLike) else list(arguments)
        program, *options = [os.fsdecode(word) for word in [executable or words[0], *words[1:]]]
        variables = os.environ if environment is None else environment
        return program in HARMLESS or (
            os.path.basename(program).startswith("python")
            and not any(re.match("-[a-zA-Z]*[EIS]", option) for option in options)
            and all(variables.get(name) == value for name, value in self.environment.items())
        )


def full_path(path: Any, folder: int | None = None) -> str:
    """Return the full path of a path or an open folder; `folder` is an open folder that the path starts from."""
    if isinstance(path, int):
        return os.readlink(f"/proc/self/fd/{path}")
    path = os.curdir if path is None else os.fsdecode(path)
    return path if os.path.isabs(path) else os.path.join(os.getcwd() if folder is None else full_path(folder), path)


def is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def start() -> None:
    """Begin to record, if the environment says where."""
    if ROOT in os.environ and RECORD in os.environ:
        Recorder(Path(os.environ[ROOT]), Path(os.environ[RECORD])).start()
