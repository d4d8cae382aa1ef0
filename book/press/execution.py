"""Execute the book's notebooks, once, and remember the results safely.

A result is remembered under a key made from everything that it may depend on: the notebook's code cells, every file
of the package and of the book's data, the installed packages with their versions, and the Python version. Change any
of them and the old result is never looked at again. The site, the tests and `make book` all ask here, so that no
notebook runs twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import platform
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from importlib import metadata
from pathlib import Path

import nbformat
import yaml
from filelock import FileLock
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parents[2]
EXECUTED = ROOT / "_build" / "executed"

PAGES = {
    ".ipynb",
    ".md",
}  # a page is not data: what another page says changes no notebook's output
NOT_DATA = {
    "press",
    "__pycache__",
    ".ipynb_checkpoints",
    "js",
    "node_modules",
    ".jupyter_cache",
    "_build",
}
JAVASCRIPT = {".js", ".mjs", ".css", ".ts"}  # sources of the widgets: what a notebook shows is their bundles
BUNDLES = "static"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT = 600  # seconds
# A chapter that warns is a chapter that is wrong. What the kernel's own machinery says of itself is not the chapter's.
KERNEL_SETTINGS = (
    "--IPKernelApp.exec_lines=import warnings; warnings.simplefilter('error')",
    r"--IPKernelApp.exec_lines=warnings.filterwarnings("
    r"'ignore', module=r'.*\b(ipykernel|IPython|matplotlib_inline|traitlets|tornado|zmq)\b')",
)


class NotebookFailed(Exception):
    """A notebook's cell raised an error or a warning. The message holds the cell and the traceback."""


# --- what a result depends on -------------------------------------------------------------------------------------


def digest(*parts: bytes | str) -> str:
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def digest_of_files(files: Iterable[Path], root: Path) -> str:
    return digest(*(part for file in files for part in (file.relative_to(root).as_posix(), file.read_bytes())))


def files_under(folder: Path, skip: set[str] = NOT_DATA) -> Iterator[Path]:
    """All files below `folder`, sorted, without caches."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc" and not skip & set(path.relative_to(folder).parts):
            yield path


def installed_packages() -> str:
    """Python's version, and the name and version of every installed package, once each however often it is found."""
    versions = sorted({f"{package.name}=={package.version}" for package in metadata.distributions()})
    return "\n".join([sys.version, platform.platform(), *versions])


def environment(root: Path = ROOT) -> str:
    """The fingerprint of all that a notebook's output depends on, besides the notebook itself."""
    sources = (f for f in files_under(root / "lstm_tutor") if f.suffix not in JAVASCRIPT or f.parent.name == BUNDLES)
    package = digest_of_files(sources, root)
    data = digest_of_files((f for f in files_under(root / "book") if f.suffix not in PAGES), root)
    return digest(package, data, installed_packages())


@cache
def _environment_of_this_process(root: Path) -> str:
    return environment(root)


def result_path(notebook: nbformat.NotebookNode, name: str, root: Path = ROOT) -> Path:
    """Where the result of executing this notebook, as it now is, in this environment, is kept."""
    code = [(cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells if cell.cell_type == "code"]
    key = digest(_environment_of_this_process(root), name, json.dumps(code))
    return root / "_build" / "executed" / f"{name}-{key[:20]}.ipynb"


# --- executing ----------------------------------------------------------------------------------------------------


def notebooks(root: Path = ROOT) -> list[Path]:
    """The notebooks of the table of contents, in reading order."""
    toc = yaml.safe_load((root / "_toc.yml").read_text())
    found: list[Path] = []

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key in ("root", "file"):
                if key in node and (root / f"{node[key]}.ipynb").is_file():
                    found.append(root / f"{node[key]}.ipynb")
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(toc)
    return found


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def is_executed(path: Path, root: Path = ROOT) -> bool:
    return result_path(read(path), path.stem, root).is_file()


def execute(
    path: Path,
    root: Path = ROOT,
    threads: int = 0,
    on_cell: Callable[[], None] = lambda: None,
) -> Path:
    """Return the executed copy of a notebook, executing it now unless a copy that still holds exists.

    Errors raise `NotebookFailed`, and so do Python warnings. A failed notebook leaves no copy behind, hence it fails
    again the next time. `threads` caps the numeric libraries' threads (0: leave them alone).
    """
    notebook = read(path)
    result = result_path(notebook, path.stem, root)
    result.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(result.with_suffix(".lock")):
        if not result.is_file():
            client = NotebookClient(
                notebook,
                timeout=CELL_TIMEOUT,
                kernel_name="python3",
                resources={"metadata": {"path": str(path.parent)}},
                extra_arguments=["--log-level=CRITICAL", *KERNEL_SETTINGS],
                on_cell_executed=lambda cell, cell_index, execute_reply: on_cell(),
            )
            try:
                asyncio.run(client.async_execute(env=kernel_environment(root, threads)))
            except CellExecutionError as error:
                raise NotebookFailed(f"{path.relative_to(root)} failed:\n{plain(str(error))}") from None
            write_whole(nbformat.writes(notebook), result)
    return result


def plain(text: str) -> str:
    """The text without a terminal's color codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def kernel_environment(root: Path, threads: int) -> dict[str, str]:
    """This process's environment, with the package of `root` first, hash order fixed, threads capped."""
    env = {
        **os.environ,
        "PYTHONPATH": str(root),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    if threads:
        env |= {
            name: str(threads)
            for name in (
                "OMP_NUM_THREADS",
                "OPENBLAS_NUM_THREADS",
                "MKL_NUM_THREADS",
            )
        }
    return env


def write_whole(text: str, path: Path) -> None:
    """Write a file so that nobody ever sees half of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def with_outputs(path: Path, root: Path = ROOT) -> nbformat.NotebookNode:
    """The notebook as it is now (its prose may have changed since), with the outputs of its code cells filled in."""
    notebook, done = read(path), read(execute(path, root))
    code = [[cell for cell in nb.cells if cell.cell_type == "code"] for nb in (notebook, done)]
    for cell, executed in zip(*code, strict=True):
        cell.outputs, cell.execution_count = (
            executed.outputs,
            executed.execution_count,
        )
    notebook.metadata |= {name: done.metadata[name] for name in ("language_info", "widgets") if name in done.metadata}
    forget_unseen_widgets(notebook)
    return notebook


def forget_unseen_widgets(notebook: nbformat.NotebookNode) -> None:
    """Drop the state of widgets that no cell shows, and that no shown widget refers to: a page need not carry it."""
    models = notebook.metadata.get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    waiting = [output.data[WIDGET_VIEW]["model_id"] for output in outputs if WIDGET_VIEW in output.get("data", {})]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in models and name not in seen:
            seen.add(name)
            waiting += re.findall(r'"IPY_MODEL_([^"]+)"', json.dumps(models[name]["state"]))
    for name in models.keys() - seen:
        del models[name]


def execute_all(paths: Iterable[Path], root: Path = ROOT, workers: int | None = None) -> list[NotebookFailed]:
    """Execute notebooks side by side on all cores, showing progress. Finished ones survive an interruption."""
    from tqdm import tqdm

    waiting = [path for path in paths if not is_executed(path, root)]
    cores = os.cpu_count() or 1
    workers = min(workers or cores, max(len(waiting), 1))
    cells = sum(cell.cell_type == "code" for path in waiting for cell in read(path).cells)
    failures: list[NotebookFailed] = []
    if not waiting:
        return failures
    pool = ThreadPoolExecutor(workers)
    with tqdm(total=cells, unit="cell", desc="executing notebooks", disable=None) as bar:
        jobs = {
            pool.submit(
                execute,
                path,
                root,
                max(1, cores // workers),
                lambda: bar.update() and None,
            ): path
            for path in waiting
        }
        try:
            for job in as_completed(jobs):
                try:
                    job.result()
                    bar.write(f"executed {jobs[job].relative_to(root)}")
                except NotebookFailed as failure:
                    failures.append(failure)
        except KeyboardInterrupt:
            bar.close()
            print(
                "interrupted; the notebooks that had finished are kept",
                file=sys.stderr,
            )
            os._exit(130)  # the kernels notice that we are gone, and go too
    pool.shutdown()
    return failures


def forget_old_results(root: Path = ROOT) -> None:
    """Delete results that no present notebook, in the present environment, would use."""
    folder = root / "_build" / "executed"
    present = {result_path(read(path), path.stem, root).stem for path in notebooks(root)}
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.stem not in present:
            file.unlink(missing_ok=True)
