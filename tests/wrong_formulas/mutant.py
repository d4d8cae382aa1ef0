"""What a row of a table of wrong formulas is, and the tests that see it."""

from typing import NamedTuple

CELLS = ("cells/test_cells.py", "layers/test_layers.py")
LAYERS, LOSSES, OPTIM, TRAINING, CONVERT, VERIFY, ATTENTION, INITIALIZATION, DIAGRAMS = (
    (f"{name}.py",)
    for name in (
        "layers/test_layers",
        "training/test_losses",
        "training/test_optim",
        "training/test_training",
        "reference/test_convert",
        "reference/test_verify",
        "attention/test_attention",
        "training/test_initialization",
        "plots/test_diagrams",
    )
)
MODULE = ("core/test_module.py",)
DROPOUT, LOADING = ((*LAYERS, "-k", word) for word in ("dropout", "load"))  # the last of a long file


class Mutant(NamedTuple):
    """A wrong formula, and the tests that ought to see it."""

    name: str
    file: str  # of the package
    edits: tuple[tuple[str, str], ...]  # pairs of a piece of source, which must be there once, and what replaces it
    tests: tuple[str, ...] = CELLS  # files of tests/, and options of pytest
