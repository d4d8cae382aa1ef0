"""Wrong formulas, a file per part of the package: what `mutants.py` plants."""

from wrong_formulas import (
    attention,
    blocks_and_variants,
    cells,
    classics,
    diagrams,
    further_cells,
    initialization,
    layers,
    losses,
    optim,
    published,
    reference,
    seq2seq,
    sweeps,
    tasks,
    training,
    truncation,
    widget_attentionlab,
    widget_celllab,
    widget_engine,
    widget_gradientlab,
    widget_microscope,
    widget_playground,
    widget_twodirections,
)
from wrong_formulas.mutant import Mutant

__all__ = ["MUTANTS", "Mutant"]

PARTS = (
    cells,
    blocks_and_variants,
    further_cells,
    layers,
    losses,
    optim,
    initialization,
    attention,
    training,
    reference,
    seq2seq,
    tasks,
    published,
    sweeps,
    classics,
    truncation,
    diagrams,
    widget_attentionlab,
    widget_celllab,
    widget_engine,
    widget_gradientlab,
    widget_playground,
    widget_microscope,
    widget_twodirections,
)
MUTANTS = [mutant for part in PARTS for mutant in part.MUTANTS]
