"""Characters of Python's own standard library: real text that is on every machine, to be read one by one.

The modules were chosen because their text is byte for byte the same in Python 3.11, 3.12 and 3.13, so that the figures
in the book do not depend on which of them the reader has. :func:`fingerprint` says whether yours agrees.
"""

from __future__ import annotations

import hashlib
import pathlib
import string
import sysconfig
from collections.abc import Iterable

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import Array, DTypeLike

TRAIN_MODULES = (
    "difflib.py", "optparse.py", "zoneinfo/_zoneinfo.py", "email/header.py", "concurrent/futures/_base.py",
    "email/headerregistry.py", "tracemalloc.py", "xml/sax/handler.py", "_markupbase.py", "xml/etree/ElementPath.py",
    "stringprep.py", "xml/dom/xmlbuilder.py", "multiprocessing/synchronize.py", "xml/sax/saxutils.py",
    "xml/dom/pulldom.py", "multiprocessing/heap.py", "pyclbr.py", "email/contentmanager.py", "email/quoprimime.py",
    "multiprocessing/spawn.py", "multiprocessing/reduction.py", "urllib/robotparser.py", "email/_encoded_words.py",
    "py_compile.py", "_threading_local.py", "asyncio/protocols.py", "wsgiref/headers.py", "abc.py",
    "multiprocessing/sharedctypes.py", "_py_abc.py", "_weakrefset.py", "_compression.py", "zoneinfo/_common.py",
    "__future__.py", "html/__init__.py", "xml/dom/__init__.py", "email/base64mime.py", "xml/dom/domreg.py",
    "xml/dom/minicompat.py", "_sitebuiltins.py", "multiprocessing/dummy/__init__.py", "tomllib/_re.py",
    "json/scanner.py", "urllib/error.py", "urllib/response.py",
)  # fmt: skip
TEST_MODULES = ("tomllib/_parser.py", "graphlib.py", "json/__init__.py", "string.py")

ALPHABET = "\n" + string.digits + string.ascii_letters + string.punctuation + " "
_INDEX = {character: k for k, character in enumerate(ALPHABET)}


def python_source(part: str = "train") -> str:
    """Return the text of the standard library's modules that are set aside for training, or for testing.

    Parameters
    ----------
    part : "train" or "test"

    Returns
    -------
    str
        Characters of ALPHABET; tabs become four spaces, anything else outside it is left out.
    """
    parts = {"train": TRAIN_MODULES, "test": TEST_MODULES}
    if part not in parts:
        raise ValueError(f"python_source: expected part to be one of {list(parts)}, got {part!r}")
    library = pathlib.Path(sysconfig.get_path("stdlib"))
    texts = []
    for name in parts[part]:
        path = library / name
        if not path.is_file():
            raise FileNotFoundError(f"python_source: expected the standard library's text at {path}, found none")
        texts.append(path.read_text(encoding="utf-8"))
    text = "".join(texts).replace("\t", "    ")
    return "".join(filter(_INDEX.__contains__, text))


def fingerprint(text: str) -> str:
    """Return the first 16 hex digits of the text's SHA-256: equal exactly if the text is."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def encode(text: str) -> Array:
    """Return text as an int array (T,) of places in ALPHABET; ValueError for characters outside it.

    Examples
    --------
    >>> decode(encode("if x:"))
    'if x:'
    """
    unknown = sorted(set(text) - _INDEX.keys())
    if unknown:
        raise ValueError(f"encode: expected characters of lstm_tutor.tasks.ALPHABET, got {unknown}")
    return np.array([_INDEX[character] for character in text], dtype=np.intp)


def decode(indices: Iterable[int]) -> str:
    """Return places in ALPHABET as text."""
    return "".join(ALPHABET[k] for k in indices)


class CharStream:
    """A text, cut into N long strands that are read side by side, T characters an update: predict the next character.

    Calling it with an update's number returns that update's Batch, which continues the one before; a strand that ends
    starts again, with a fresh state.

    Parameters
    ----------
    text : str
        Of ALPHABET's characters.
    batch_size : int
        N.
    steps : int
        T.
    dtype : float64 or float32
        Of the one-hot inputs.
    """

    def __init__(self, text: str, *, batch_size: int, steps: int, dtype: DTypeLike = np.float64) -> None:
        codes = encode(text)
        self.per_pass = (len(codes) - 1) // batch_size // steps
        if self.per_pass < 1:
            raise ValueError(
                f"CharStream: expected at least batch_size * steps + 1 = {batch_size * steps + 1} characters, "
                f"got {len(codes)}"
            )
        self.steps, self.dtype = steps, dtype
        length = self.per_pass * steps
        starts = np.arange(batch_size) * length
        self.strands = codes[starts + np.arange(length + 1)[:, None]]  # (length + 1, N)

    def __call__(self, update: int) -> Batch:
        """Return the batch of one update."""
        place = update % self.per_pass
        piece = self.strands[place * self.steps : (place + 1) * self.steps + 1]
        return Batch(one_hot(piece[:-1], len(ALPHABET), self.dtype), piece[1:].copy(), start=place == 0)
