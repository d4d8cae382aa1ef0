"""What a row of a table of wrong formulas is, and the tests that see it."""

from typing import NamedTuple

CELLS = ("test_cells.py", "test_layers.py")
LAYERS, LOSSES, OPTIM, TRAINING, CONVERT, VERIFY, ATTENTION, INITIALIZATION, DIAGRAMS = (
    (f"test_{name}.py",)
    for name in (
        "layers",
        "losses",
        "optim",
        "training",
        "convert",
        "verify",
        "attention",
        "initialization",
        "diagrams",
    )
)
TRUNCATED = ("test_truncated.py",)
DROPOUT, LOADING = ((*LAYERS, "-k", word) for word in ("dropout", "load"))  # the last of a long file


class Mutant(NamedTuple):
    """A wrong formula, and the tests that ought to see it."""

    name: str
    file: str  # of the package
    edits: tuple[tuple[str, str], ...]  # pairs of a piece of source, which must be there once, and what replaces it
    tests: tuple[str, ...] = CELLS  # files of tests/, and options of pytest
