"""Layers, models and training states in files that hold arrays and text, and nothing that could run.

A file is NumPy's ``.npz`` without pickle. The entry ``about`` is JSON text that says what the arrays are.
"""

import json
import os
import pathlib
import zipfile
import zlib

import numpy as np

from lstm_tutor.module import Module

__all__ = ["load", "load_with_notes", "read_arrays", "save", "write_arrays"]

FORMAT = "lstm_tutor 1"
# What NumPy and zipfile raise when a file is not what it should be; RuntimeError: "encrypted", by a bit that flipped.
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, RuntimeError,
          zipfile.BadZipFile, zlib.error)  # fmt: skip


def write_arrays(path, arrays, about):
    """Write arrays (dict of name -> array) and `about` (what JSON can hold) to `path`, all of it or nothing."""
    path = pathlib.Path(path)
    text = json.dumps({"format": FORMAT} | about)
    partial = path.with_name(path.name + ".partial")
    try:
        with open(partial, "wb") as file:
            np.savez_compressed(file, about=np.frombuffer(text.encode(), np.uint8), **arrays)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def read_arrays(path):
    """What :func:`write_arrays` wrote: (arrays, about).

    Raises
    ------
    ValueError : the file is damaged, or something else wrote it
    FileNotFoundError : there is no such file
    """
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as entries:
            arrays = {name: entries[name] for name in entries.files}
        about = json.loads(bytes(arrays.pop("about")).decode())
        if about["format"] != FORMAT:
            raise ValueError(f"format {about['format']!r}")
    except FileNotFoundError:
        raise
    except DAMAGE as error:
        raise ValueError(f"load: expected a file written by lstm_tutor ({FORMAT!r}), got {path}: {error}") from error
    return arrays, about


def save(module, path, *, notes=None):
    """Write a layer, attention or a model to `path`, all of it or nothing.

    Parameters
    ----------
    module : a recurrent layer, an attention, a SequenceModel, a Seq2Seq, or any other Module
    path : str or path; an existing file is replaced only by a complete one
    notes : anything JSON can hold: settings, seed, metrics, a fingerprint of the data

    Raises
    ------
    ValueError : no module, or of a class that :func:`load` could not find by its name
    """
    kind = type(module).__name__
    if not isinstance(module, Module) or Module.kinds.get(kind) is not type(module):
        raise ValueError(f"save: expected a layer, an attention or a model, got {kind}")
    write_arrays(path, module.parameters(), {"kind": _describe(module), "notes": notes})


def load(path):
    """The layer, attention or model that :func:`save` wrote.

    Raises
    ------
    ValueError : the file is damaged, or something else wrote it
    """
    return load_with_notes(path)[0]


def load_with_notes(path):
    """What :func:`load` returns, and the notes that were saved with it."""
    arrays, about = read_arrays(path)
    try:
        module = _build(about["kind"])
        module.load_parameters(arrays)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"load: expected a layer or model, got {path}: {error}") from error
    return module, about.get("notes")


def _describe(module):
    """The name of its class and its options, among which may be modules too."""
    options = {name: _describe(value) if isinstance(value, Module) else value
               for name, value in module.config().items()}  # fmt: skip
    return {"type": type(module).__name__} | options


def _build(description):
    """The module that :func:`_describe` described, with weights of its own."""
    options = {name: _build(value) if isinstance(value, dict) else value for name, value in description.items()}
    kind = options.pop("type")
    if kind not in Module.kinds:
        raise ValueError(f"unknown class {kind!r}")
    return Module.kinds[kind](**options)
