"""Layers, models and training states in files that hold arrays and text, and nothing that could run.

A file is NumPy's ``.npz`` without pickle. The entry ``about`` is JSON text that says what the arrays are.
"""

from __future__ import annotations

import json
import os
import pathlib
import zipfile
import zlib
from typing import Any

import numpy as np

from lstm_tutor.checks import check_archive
from lstm_tutor.module import Module
from lstm_tutor.types import Array, Arrays

__all__ = ["check_finite", "load", "load_with_notes", "read_arrays", "save", "write_arrays"]

Path = str | os.PathLike

FORMAT = "lstm_tutor 1"
# What NumPy and zipfile raise when a file is not what it should be; RuntimeError: "encrypted", by a bit that flipped.
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, RuntimeError,
          zipfile.BadZipFile, zlib.error)  # fmt: skip


def write_arrays(path: Path, arrays: Arrays, about: dict[str, Any]) -> None:
    """Write arrays by name and `about` (what JSON can hold) to `path`, all of it or nothing."""
    path = pathlib.Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"save: expected a file in an existing folder, got {path}")
    text = json.dumps({"format": FORMAT} | about, default=_plain)
    entries: dict[str, Any] = {"about": np.frombuffer(text.encode(), np.uint8)} | dict(arrays)
    partial = path.with_name(path.name + ".partial")
    try:
        with open(partial, "wb") as file:
            np.savez_compressed(file, **entries)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _plain(value: Any) -> Any:
    """Return a NumPy number as Python's."""
    if isinstance(value, np.bool_ | np.integer | np.floating):
        return value.item()
    name = type(value).__name__
    raise TypeError(
        f"save: expected notes of text, numbers, lists and dicts, got {name}, which is not JSON serializable"
    )


def read_arrays(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return what :func:`write_arrays` wrote: (arrays, about).

    Raises
    ------
    ValueError
        The file is damaged, or something else wrote it.
    FileNotFoundError
        There is no such file.
    """
    try:
        with open(path, "rb") as file:
            check_archive(file)
            with np.load(file, allow_pickle=False) as entries:
                arrays = {name: entries[name] for name in entries.files}
        if "about" not in arrays:
            raise ValueError(f"it has no entry 'about' among {list(arrays)}")
        about = json.loads(bytes(arrays.pop("about")).decode())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']!r}")
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise ValueError(f"load: expected a file written by lstm_tutor ({FORMAT!r}), got {path}: {error}") from error
    return arrays, about


def check_finite(what: str, arrays: Arrays) -> None:
    """Raise ValueError if a value of `arrays` is NaN or inf, which no model would load."""
    bad = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    if bad:
        raise ValueError(f"{what}: expected finite parameters, got NaN or inf in {bad}")


def save(module: Module, path: Path, *, notes: Any = None) -> None:
    """Write a layer, attention or a model to `path`, all of it or nothing.

    Parameters
    ----------
    module : Module
        A recurrent layer, an attention, a SequenceModel, a Seq2Seq, or any other module.
    path : str or path
        An existing file is replaced only by a complete one.
    notes : what JSON can hold, and NumPy's numbers
        Settings, seed, metrics, a fingerprint of the data.

    Raises
    ------
    ValueError
        It is no module, or of a class that :func:`load` could not find by its name, or a parameter is NaN or inf.
    TypeError
        JSON cannot hold the notes.
    FileNotFoundError
        The folder of `path` does not exist.
    """
    kind = type(module).__name__
    if not isinstance(module, Module) or Module.kinds.get(kind) is not type(module):
        hint = "; its own method save writes it" if hasattr(module, "save") else ""
        raise ValueError(f"save: expected a layer, an attention or a model, got {kind}{hint}")
    check_finite("save", module.parameters())
    write_arrays(path, module.parameters(), {"kind": _describe(module), "notes": notes})


def load(path: Path) -> Any:
    """Return the layer, attention or model that :func:`save` wrote.

    Raises
    ------
    ValueError
        The file is damaged, or something else wrote it.
    """
    return load_with_notes(path)[0]


def load_with_notes(path: Path) -> tuple[Any, Any]:
    """Return what :func:`load` returns, and the notes that were saved with it."""
    arrays, about = read_arrays(path)
    if about.get("kind") == "Trainer":
        raise ValueError(f"load: expected a layer or model, got {path} with the state of a Trainer, which Trainer.load "
                         f"reads, into a Trainer made with the same arguments")  # fmt: skip
    try:
        module = _build(about["kind"])
        module.load_parameters(arrays)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"load: expected a layer or model, got {path}: {error}") from error
    return module, about.get("notes")


def _describe(module: Module) -> dict[str, Any]:
    """Return the name of its class and its options, among which may be modules too."""
    options = {name: _describe(value) if isinstance(value, Module) else value
               for name, value in module.config().items()}  # fmt: skip
    return {"type": type(module).__name__} | options


def _build(description: dict[str, Any]) -> Module:
    """Return the module that :func:`_describe` described, with weights of its own."""
    options = {name: _build(value) if isinstance(value, dict) else value for name, value in description.items()}
    kind = options.pop("type")
    if kind not in Module.kinds:
        raise ValueError(f"unknown class {kind!r}")
    return Module.kinds[kind](**options)
