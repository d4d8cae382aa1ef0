"""How far a text that was read is from the one that was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["character_error_rate", "edit_distance"]


def edit_distance(read: Sequence[Any], written: Sequence[Any]) -> int:
    """Return the least number of insertions, deletions and replacements that turn one sequence into the other.

    Equation: ``d(i, j) = min(d(i-1, j) + 1, d(i, j-1) + 1, d(i-1, j-1) + [read_i != written_j])``.

    Parameters
    ----------
    read, written : str or sequences

    References
    ----------
    Levenshtein (1966); the table is Wagner & Fischer (1974).

    Examples
    --------
    >>> edit_distance("4471", "471"), edit_distance("kitten", "sitting")
    (1, 3)
    """
    row = list(range(len(written) + 1))  # d(0, j)
    for i, symbol in enumerate(read, 1):
        above, row = row, [i]
        for j, other in enumerate(written, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + int(symbol != other)))
    return row[-1]


def character_error_rate(read: Sequence[Sequence[Any]], written: Sequence[Sequence[Any]]) -> float:
    """Return the edit distances of all texts together, divided by the number of symbols that were written.

    It may be above 1, if more is read than was written.

    Parameters
    ----------
    read, written : sequences of equally many texts

    Raises
    ------
    ValueError
        There are not equally many texts, or nothing was written.

    Examples
    --------
    >>> character_error_rate(["4471", "98"], ["471", "98"])
    0.2
    """
    if isinstance(read, str) or isinstance(written, str) or len(read) != len(written):
        raise ValueError(f"character_error_rate: expected two lists of equally many texts, got {read!r}, {written!r}")
    total = sum(map(len, written))
    if not total:
        raise ValueError("character_error_rate: expected at least one symbol that was written, got none")
    return sum(edit_distance(a, b) for a, b in zip(read, written, strict=True)) / total
