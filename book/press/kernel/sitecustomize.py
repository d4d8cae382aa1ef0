"""Found first by every Python process that a notebook's kernel starts: records what it depends on. See `depfile`."""

import os
import sys
import traceback
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def load(spec: ModuleSpec | None) -> ModuleType:
    """Run a module that has been found."""
    assert spec and spec.loader
    module = sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


try:
    load(spec_from_file_location("book_press_depfile", HERE.parent / "depfile.py")).start()
except BaseException:  # Python would go on without this module, and its reads would stay unknown
    traceback.print_exc()
    os._exit(1)

# The installation may have a module of this name too, which this one hides.
if hidden := PathFinder.find_spec("sitecustomize", [place for place in sys.path if Path(place).resolve() != HERE]):
    load(hidden)
