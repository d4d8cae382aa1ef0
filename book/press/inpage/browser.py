"""Joins the cells to the worker that Pyodide runs in. Only this module knows of JavaScript."""

from __future__ import annotations

import importlib
import json
import sys
import sysconfig
import time
import zipfile
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from inpage import figures, products, progress
from inpage.cells import Notebook

__all__ = ["run", "start"]

_notebooks: dict[str, Notebook] = {}
_emit: Callable[[str], object] = print


class OnDemand(MetaPathFinder):
    """Has the worker bring a library when it is imported first; then it is found where all others are."""

    def __init__(self, library: str, bring: Callable[[str], object]) -> None:
        self.library, self.bring = library, bring

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == self.library:
            sys.meta_path.remove(self)
            self.bring(self.library)
            importlib.invalidate_caches()
            if self.library == "matplotlib":
                figures.mend_font_list(Path(sysconfig.get_path("purelib"), self.library))
        return None


def start(emit: Callable[[str], object], bring: Callable[[str], object]) -> None:
    """Make ready: `emit` takes a message for the page as JSON, `bring` a library's name."""
    global _emit
    _emit = emit
    sys.meta_path.insert(0, OnDemand("matplotlib", bring))
    progress.listeners.append(lambda text, fraction: _post({"type": "progress", "text": text, "fraction": fraction}))
    time.process_time = time.perf_counter  # a worker has no clock of its own processor time: that one stands still
    products.use_simd()
    import lstm_tutor

    _lay_out_library([*lstm_tutor.tasks.TRAIN_MODULES, *lstm_tutor.tasks.TEST_MODULES])


def run(cell: str, code: str, namespace: str = "page") -> bool:
    """Run a cell among those of a page; return whether it ran to its end."""
    if namespace not in _notebooks:
        _notebooks[namespace] = Notebook(lambda output: _post({"type": "output", "output": output}))
    return _notebooks[namespace].run(code, cell)


def _post(message: dict[str, object]) -> None:
    _emit(json.dumps(message))


def _lay_out_library(modules: Sequence[str]) -> None:
    """Unpack the modules whose text the book's networks read: Pyodide has the library in an archive."""
    folder = Path(sysconfig.get_path("stdlib"))
    with zipfile.ZipFile(folder.parent / f"python{sys.version_info[0]}{sys.version_info[1]}.zip") as archive:
        archive.extractall(folder, [name for name in modules if not (folder / name).exists()])
