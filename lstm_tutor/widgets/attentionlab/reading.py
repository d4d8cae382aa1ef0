"""What a translator of dates can read of a text that anybody typed, and a translator as the page takes it."""

import unicodedata
from typing import Any

from lstm_tutor.seq2seq import Seq2Seq
from lstm_tutor.tasks.dates import CHARACTERS
from lstm_tutor.types import Array
from lstm_tutor.widgets._models import flat

__all__ = ["LONGEST", "STAND_INS", "in_float64", "packed", "readable"]

LONGEST = 40  # characters that are read; the longest date that a translator was trained on has 33
# Characters that are read as another: dashes as the hyphen, line breaks and tabs as a space, other slashes as /.
STAND_INS = dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\t\n\r", " ") | dict.fromkeys("⁄∕", "/")


def readable(text: str) -> str:
    """The characters of `text` that a translator reads: at most 40, all of them of CHARACTERS.

    A character that no date of its training had is read as its stand-in, or as what it is made of: é as e, ³ as 3
    (Unicode's compatibility decomposition). What remains unknown is left out.

    >>> readable("3. März 2011"), readable("3 — é — ☂")
    ('3. Mar 2011', '3 - e - ')
    """
    known = "".join(
        part for typed in text for part in unicodedata.normalize("NFKD", STAND_INS.get(typed, typed))
        if part in CHARACTERS
    )  # fmt: skip
    return known[:LONGEST]


def in_float64(model: Seq2Seq) -> Seq2Seq:
    """The same Seq2Seq in float64."""
    parts = {"encoder": model.encoder, "decoder": model.decoder, "attention": model.attention}
    parts = {name: type(part)(**part.config() | {"dtype": "float64"}) for name, part in parts.items()}
    same = Seq2Seq(**model.config() | parts)
    same.load_parameters({name: array.astype("f8") for name, array in model.parameters().items()})
    return same


def packed(model: Seq2Seq) -> tuple[dict[str, Any], Array]:
    """A Seq2Seq as the page's engine takes it: (what it is made of, all its numbers in a row).

    Which numbers are whose stands in a list, since a notebook that is stored sorts the names of a dict.
    """
    parts: dict[str, Any] = {
        name: {"kind": type(part).__name__, "config": part.config()}
        for name, part in model.parts().items()
        if name in ("encoder", "decoder", "attention")
    }
    parts["attention"]["config"]["key_size"] = model.encoder.hidden_size * model.encoder.num_directions
    arrays = model.parameters()
    made_of = model.config() | parts | {"sizes": [[name, array.size] for name, array in arrays.items()]}
    return made_of, flat(arrays)
