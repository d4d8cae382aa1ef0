"""Put what Python in the page needs under the site's `_static/python`: Pyodide, the package, its data, a list."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import wasmtime

import execution
import python_files

PRESS = Path(__file__).resolve().parent
FOLDER = Path("_static", "python")
DATA = ("experiments/results/*.json", "experiments/models/*.npz", "tasks/data/*.*sv", "tasks/data/*.npz")
ENVIRONMENT = {
    "LSTM_TUTOR_BUNDLES": "by name",  # as when the page was made
    "MPLBACKEND": "module://inpage.backend",
    "PYTHONHASHSEED": "0",
}
TITLES = {"pyodide": "Python", "python_stdlib": "Python's standard library", "numpy": "NumPy", "pillow": "Pillow"}


def is_available() -> bool:
    """Return whether the files of Pyodide are there."""
    return not python_files.missing(python_files.cache())


def write(site: Path, root: Path = execution.ROOT) -> bool:
    """Write the folder into a site, if the files of Pyodide and the package are there; return whether they are."""
    if not (is_available() and (root / "pyproject.toml").is_file()):
        return False
    folder = site / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (loads, _) in python_files.FILES.items():
        shutil.copyfile(python_files.cache() / name, folder / name)
        files.append(entry(folder, name, loads))
    (folder / "pyodide-lock.json").write_text(json.dumps(python_files.LOCK), encoding="utf-8")
    files.append(entry(folder, "pyodide-lock.json", "start"))
    for name, members in (wheel_of_package(root), ("inpage.whl", bridge_files())):
        (folder / name).write_bytes(zipped(members))
        files.append(entry(folder, name, "start"))
    for name, content in (data_files(root) | library_files()).items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append(entry(folder, f"data/{name}", "data"))
    manifest = {
        "version": python_files.VERSION,
        "first_click_bytes": sum(file["bytes"] for file in files if file["loads"] == "start"),
        "environment": ENVIRONMENT,
        "files": files,
    }
    execution.write_whole(json.dumps(manifest, indent=0), folder / "manifest.json")
    return True


def entry(folder: Path, name: str, loads: str) -> dict[str, Any]:
    """Return what the list says of a file: its name and a title for readers, its size and hash, when it is loaded."""
    content = (folder / name).read_bytes()
    title = name.rpartition("/")[2].partition("-")[0].partition(".")[0]
    return {
        "name": name,
        "title": TITLES.get(title, title),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "loads": loads,
    }


# --- the package and the bridge ---------------------------------------------------------------------------------------


def wheel_of_package(root: Path) -> tuple[str, dict[str, bytes]]:
    """Return the name and the files of the package's wheel: its modules, and what widgets store beside them."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"].replace("-", "_"), project["version"]
    package = root / name
    paths = [*package.rglob("*.py"), *package.glob("widgets/*/*.json"), package / "py.typed"]
    inside = [path for path in paths if "node_modules" not in path.parts]
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(inside)}
    about = f"{name}-{version}.dist-info"
    files[f"{about}/METADATA"] = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {version}\n".encode()
    files[f"{about}/LICENSE"] = (root / "LICENSE").read_bytes()
    return f"{name}-{version}-py3-none-any.whl", files


def bridge_files() -> dict[str, bytes]:
    """Return the modules that run cells, one of them WebAssembly, and those that stand in for what the page has not."""
    places = [(PRESS, PRESS / "inpage"), (PRESS / "stand_ins", PRESS / "stand_ins")]
    paths = [(path, top) for top, room in places for path in sorted(room.rglob("*.py"))]
    modules = {path.relative_to(top).as_posix(): path.read_bytes() for path, top in paths}
    products = (PRESS / "inpage" / "products.wat").read_text(encoding="utf-8")
    return modules | {"inpage/products.wasm": bytes(wasmtime.wat2wasm(products))}


def data_files(root: Path) -> dict[str, bytes]:
    """Return the package's stored runs, models and tables, each of which is loaded when a cell asks for it."""
    paths = sorted(path for pattern in DATA for path in (root / "lstm_tutor").glob(pattern))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def library_files() -> dict[str, bytes]:
    """Return the texts that networks of the book read, where Pyodide's Python has others than the one that builds."""
    from lstm_tutor.tasks import TEST_MODULES, TRAIN_MODULES

    here = Path(sysconfig.get_path("stdlib"))
    with zipfile.ZipFile(python_files.cache() / "python_stdlib.zip") as archive:
        ours = {name: (here / name).read_bytes() for name in (*TRAIN_MODULES, *TEST_MODULES)}
        return {f"stdlib/{name}": text for name, text in ours.items() if archive.read(name) != text}


def zipped(files: dict[str, bytes]) -> bytes:
    """Return an archive of files, the same bytes for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return content.getvalue()


# --- what it weighs ---------------------------------------------------------------------------------------------------


def sizes(site: Path) -> str:
    """Return a line about the size of a site, and of what a reader's first click on Run loads."""
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    line = f"The site is {total / 1e6:.1f} MB"
    manifest = site / FOLDER / "manifest.json"
    if not manifest.is_file():
        return f"{line}, without Python in the page: its files could not be brought, so that no page shows Run."
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    folder = site / FOLDER
    loaded = {loads: [file for file in files if file["loads"] == loads] for loads in ("start", "matplotlib")}
    packed, more = (
        sum(len(gzip.compress((folder / file["name"]).read_bytes(), 6)) for file in group) for group in loaded.values()
    )
    return (
        f"{line}; a reader's first Run loads {packed / 1e6:.1f} MB compressed, a first figure {more / 1e6:.1f} MB more."
    )
