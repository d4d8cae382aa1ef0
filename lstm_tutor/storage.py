"""Layers, models and training states in files that hold arrays and text, and nothing that could run.

A file is NumPy's ``.npz`` without pickle. The entry ``about`` is JSON text that says what the arrays are.
"""

import json
import os
import pathlib
import zipfile
import zlib

import numpy as np

from lstm_tutor import attention, layers
from lstm_tutor.models import SequenceModel
from lstm_tutor.seq2seq import Seq2Seq

__all__ = ["load", "load_with_notes", "read_arrays", "save", "write_arrays"]

FORMAT = "lstm_tutor 1"
# What NumPy and zipfile raise when a file is not what it should be; RuntimeError: "encrypted", by a bit that flipped.
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, OSError, EOFError, RuntimeError,
          zipfile.BadZipFile, zlib.error)  # fmt: skip
LAYERS = {name: getattr(layers, name) for name in layers.kinds.__all__}
ATTENTIONS = {name: getattr(attention, name) for name in attention.kinds.__all__}


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


def save(layer, path, *, notes=None):
    """Write a layer, attention or a model to `path`, all of it or nothing.

    Parameters
    ----------
    layer : a recurrent layer, an attention, a SequenceModel or a Seq2Seq
    path : str or path; an existing file is replaced only by a complete one
    notes : anything JSON can hold: settings, seed, metrics, a fingerprint of the data
    """
    write_arrays(path, layer.parameters(), {"kind": _describe(layer), "notes": notes})


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
        layer = _build(about["kind"])
        layer.load_parameters(arrays)
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"load: expected a layer or model, got {path}: {error}") from error
    return layer, about.get("notes")


def _describe(layer):
    if isinstance(layer, SequenceModel):
        return {"type": "SequenceModel", "layer": _describe(layer.layer), "output_size": layer.output_size,
                "loss": layer.loss_name}  # fmt: skip
    if isinstance(layer, Seq2Seq):
        parts = {"encoder": layer.encoder, "decoder": layer.decoder, "attention": layer.attention}
        described = {name: None if part is None else _describe(part) for name, part in parts.items()}
        return {"type": "Seq2Seq"} | described | layer.config()
    kind, kinds = type(layer).__name__, LAYERS | ATTENTIONS
    if kind not in kinds:
        raise ValueError(f"save: expected a SequenceModel, a Seq2Seq or one of {list(kinds)}, got {kind}")
    return {"type": kind} | layer.config()


def _build(kind):
    options = dict(kind)
    name = options.pop("type")
    if name == "SequenceModel":
        return SequenceModel(_build(options.pop("layer")), **options, rng=0)
    if name == "Seq2Seq":
        parts = {part: options.pop(part) for part in ("encoder", "decoder", "attention")}
        built = {part: None if each is None else _build(each) for part, each in parts.items()}
        return Seq2Seq(**built, **options, rng=0)
    if name in ATTENTIONS:
        return ATTENTIONS[name](**options)
    if name not in LAYERS:
        raise ValueError(f"unknown layer {name!r}")
    return LAYERS[name](**options, rng=0)
