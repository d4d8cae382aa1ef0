"""What flows through a drawing of an LSTM, computed by the package's own cell: the equations are written once."""

from collections.abc import Callable, Mapping

import numpy as np

from lstm_tutor.cells import Cell, LSTM1997Cell, LSTMCell, LSTMState, LSTMVariantCell

__all__ = ["Quantity", "cifg_quantities", "lstm1997_quantities", "lstm_quantities"]

Quantity = Callable[[Mapping[str, float]], float]  # of the values that are known; a KeyError if one is missing

NEUTRAL = {"i": 0.0, "f": 1.0, "g": 0.0, "o": 1.0}  # nothing is written, all is kept, all is shown


def _sum_of(name: str, value: float) -> float:
    """Return the sum whose gate (or candidate, for g) has this value; infinite where it is shut or open altogether."""
    with np.errstate(divide="ignore"):
        return float(np.arctanh(value)) if name == "g" else float(np.log(value) - np.log1p(-value))


def _of_cell(cell: Cell, state: str, letters: str, before: str = "") -> Quantity:
    """Return the `state` ("h" or "c") after one step of `cell`, as a function of known values.

    It depends on the gates and the candidate among `letters`, and on the memory `before` the step; the rest is neutral.
    """

    def quantity(known: Mapping[str, float]) -> float:
        values = NEUTRAL | {letter: known[letter] for letter in letters}
        sums = np.array([_sum_of(name, values[name]) for name in cell.blocks]).reshape(-1, 1, 1)  # (G, N, H)
        c = np.full((1, 1), known[before] if before else 0.0)
        after = cell.step(sums, LSTMState(h=np.zeros((1, 1)), c=c), np.zeros((len(sums), 1, 1)))
        return float(getattr(after, state)[0, 0])

    return quantity


def _quantities(cell: Cell, keeping: str) -> dict[str, Quantity]:
    """Return what follows from the gates and the memory before; `keeping` is the gate that acts on the memory."""
    return {
        "write": _of_cell(cell, "c", "ig"),
        "kept": _of_cell(cell, "c", keeping, before="c_prev"),
        "c": _of_cell(cell, "c", "ig" + keeping, before="c_prev"),
        "squashed": _of_cell(cell, "h", "", before="c"),
        "h": _of_cell(cell, "h", "o", before="c"),
    }


def lstm_quantities() -> dict[str, Quantity]:
    """Return the quantities of the LSTM, and of the one with peepholes: its gates are given."""
    return _quantities(LSTMCell(1, 1, rng=0), "f")


def lstm1997_quantities() -> dict[str, Quantity]:
    """Return the quantities of the LSTM of 1997, which keeps all."""
    return _quantities(LSTM1997Cell(1, 1, rng=0), "")


def cifg_quantities() -> dict[str, Quantity]:
    """Return the quantities of the LSTM with coupled input and forget gate."""
    cell = LSTMVariantCell(1, 1, variant="CIFG", rng=0)
    cell.parameters()["weight_peephole"][:] = 0.0
    return _quantities(cell, "i")
