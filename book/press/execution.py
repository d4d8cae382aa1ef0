"""Execute the book's notebooks, once, and remember the results safely.

A result is remembered together with all that it depends on: the notebook's code cells, the installed packages with
their versions, Python and the platform, and the files of the repository that its kernel read or looked for while it
ran (see `depfile`). As soon as one of them is different, the notebook runs again; a change to anything else runs
nothing. The site, the tests and `make book` all ask here, so that no notebook runs twice.
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
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import cache
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import yaml
from filelock import FileLock
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import depfile

ROOT = Path(__file__).resolve().parents[2]
RECORDER = Path(__file__).resolve().parent / "kernel"

DEPENDENCIES = "depends_on"  # in the metadata of a result
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PATIENCE = 600  # seconds for a kernel to start, or to pass on what a cell has printed: even a slow machine needs less
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
    """Return a digest of texts or bytes, in order."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def installed_packages() -> str:
    """Return the versions of Python and of every installed package, each once however often it is found."""
    versions = sorted({f"{package.name}=={package.version}" for package in metadata.distributions()})
    return "\n".join([sys.version, platform.platform(), *versions])


@cache
def how_notebooks_run() -> str:
    """Return a digest of what all notebooks depend on: the installation, and how kernels start and record."""
    programs = [file.read_bytes() for file in (Path(depfile.__file__), RECORDER / "sitecustomize.py")]
    return digest(installed_packages(), *KERNEL_SETTINGS, *programs)


def result_path(notebook: nbformat.NotebookNode, name: str, root: Path = ROOT) -> Path:
    """Return the file for the result of this notebook's code with the installed packages."""
    code = [(cell.source, cell.metadata.get("tags", [])) for cell in notebook.cells if cell.cell_type == "code"]
    key = digest(how_notebooks_run(), name, json.dumps(code))
    return root / "_build" / "executed" / f"{name}-{key[:20]}.ipynb"


def changes(result: Path, present: depfile.Present) -> list[str]:
    """Name what has changed since a result was made; [] if the result holds."""
    if not result.is_file():
        return ["there is no result"]
    return list(present.changes(json.loads(result.read_bytes())["metadata"][DEPENDENCIES]))


# --- executing ----------------------------------------------------------------------------------------------------


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the table of contents, in reading order."""
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


def is_executed(path: Path, root: Path = ROOT, present: depfile.Present | None = None) -> bool:
    """Return whether a result of this notebook exists and still holds."""
    return not changes(result_path(read(path), path.stem, root), present or depfile.Present(root))


def execute(
    path: Path,
    root: Path = ROOT,
    threads: int = 0,
    on_cell: Callable[[], None] = lambda: None,
    present: depfile.Present | None = None,
) -> Path:
    """Return the executed copy of a notebook, executing it now unless a copy that still holds exists.

    Errors raise `NotebookFailed`, and so do Python warnings. A failed notebook leaves no copy that holds, hence it
    fails again the next time. `threads` caps the numeric libraries' threads (0: leave them alone). `present` knows the
    repository's files, where they are not to be looked at anew.
    """
    notebook = read(path)
    result = result_path(notebook, path.stem, root)
    result.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(result.with_suffix(".lock")):
        if changes(result, present or depfile.Present(root)):
            run(notebook, path, root, threads, on_cell)
            write_whole(nbformat.writes(notebook), result)
    return result


def run(notebook: nbformat.NotebookNode, path: Path, root: Path, threads: int, on_cell: Callable[[], None]) -> None:
    """Fill in a notebook's outputs, and note in its metadata what they depend on."""
    client = NotebookClient(
        notebook,
        timeout=None,  # however slow the machine is
        startup_timeout=PATIENCE,
        iopub_timeout=PATIENCE,
        raise_on_iopub_timeout=True,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=CRITICAL", *KERNEL_SETTINGS],
        on_cell_executed=lambda cell, cell_index, execute_reply: on_cell(),
    )
    with TemporaryDirectory() as folder:
        record = Path(folder, "record")
        try:
            asyncio.run(client.async_execute(env=kernel_environment(root, record, threads)))
        except CellExecutionError as error:
            raise NotebookFailed(f"{path.relative_to(root)} failed:\n{plain(str(error))}") from None
        notebook.metadata[DEPENDENCIES] = depfile.read_record(record)


def plain(text: str) -> str:
    """Return the text without a terminal's color codes."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def kernel_environment(root: Path, record: Path, threads: int) -> dict[str, str]:
    """Return this process's environment, with what a kernel needs to record, and to find `root`'s package first."""
    env = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(RECORDER), str(root)]),
        depfile.ROOT: str(root),
        depfile.RECORD: str(record),
        "LSTM_TUTOR_BUNDLES": "by name",  # widgets leave out their code, which the site has once for all pages
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


def with_outputs(path: Path, root: Path = ROOT, present: depfile.Present | None = None) -> nbformat.NotebookNode:
    """Return the notebook as it is now (its prose may have changed since) with the outputs of its code cells."""
    notebook, done = read(path), read(execute(path, root, present=present))
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

    present = depfile.Present(root)
    waiting = [path for path in paths if not is_executed(path, root, present)]
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
    """Delete results that no notebook, as it is now, would use."""
    folder = root / "_build" / "executed"
    used = {result_path(read(path), path.stem, root).stem for path in notebooks(root)}
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.stem not in used:
            file.unlink(missing_ok=True)
