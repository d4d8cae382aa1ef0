"""Do single units of a character model follow something that a reader of code can name? Measured, with a fair chance
level: correlation with properties of held-out source, against the same properties shifted along the text."""

import io
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lstm_tutor import tasks
from lstm_tutor.models import SequenceModel
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["PROPERTIES", "Units", "follow", "properties_of", "record"]

PROPERTIES = ("string", "comment", "( )", "[ ]", "{ }", "indentation", "place in line", "start of line")


def properties_of(source: str) -> Array:
    """What can be said of every character of a Python text, by its standard tokenizer.

    Parameters
    ----------
    source : str
        Python source.

    Returns
    -------
    array (T, P), columns as PROPERTIES: inside a string literal (quotes included), inside a comment, inside (), [], {}
    (the brackets included): 0 or 1; indentation of the line, in characters; place in the line from 0; the blank
    start of a line: 0 or 1

    Examples
    --------
    >>> values = properties_of('x = ["a"]\\n')
    >>> values[:, PROPERTIES.index("string")].astype(int).tolist()
    [0, 0, 0, 0, 0, 1, 1, 1, 0, 0]
    """
    lines = source.splitlines(keepends=True)
    starts = np.cumsum([0, *map(len, lines)])
    values = {name: np.zeros(len(source)) for name in PROPERTIES}
    for line, start in zip(lines, starts, strict=False):
        blank = len(line) - len(line.lstrip(" "))
        values["indentation"][start : start + len(line)] = blank
        values["place in line"][start : start + len(line)] = np.arange(len(line))
        values["start of line"][start : start + blank] = 1

    open_brackets, f_strings = [], []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        begin, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        kind = tokenize.tok_name[token.type]
        if kind == "STRING":
            values["string"][begin:end] = 1
        elif kind == "COMMENT":
            values["comment"][begin:end] = 1
        elif kind == "FSTRING_START":  # from Python 3.12 on an f-string comes in parts
            f_strings.append(begin)
        elif kind == "FSTRING_END":
            values["string"][f_strings.pop() : end] = 1
        elif kind == "OP" and not f_strings:
            if token.string in "([{":
                open_brackets.append((token.string, begin))
            elif token.string in ")]}":
                bracket, opened = open_brackets.pop()
                values[f"{bracket} {token.string}"][opened:end] = 1
    return np.stack([values[name] for name in PROPERTIES], axis=1)


def record(model: SequenceModel, text: str, *, strands: int = 8) -> dict[str, Array]:
    """Return what every unit of a one-layer model does while it reads `text`.

    The text is read in strands side by side, which begin with a fresh state.

    Returns
    -------
    dict of name ("h"; for LSTMs also "c", "f", "i", "o", "g") -> array (T, H), in the order of the text; its end is cut
    off so that the strands are equally long
    """
    steps = len(text) // strands
    codes = tasks.encode(text[: steps * strands]).reshape(strands, steps).T
    trace = model.layer.forward(tasks.one_hot(codes, model.layer.input_size, model.layer.dtype))
    return {name: trace[name].swapaxes(0, 1).reshape(steps * strands, -1) for name in trace.names}


@dataclass(frozen=True)
class Units:
    """How well each unit follows each property.

    Attributes
    ----------
    properties : tuple of P names
    quantities : tuple of Q names
        Such as ("c", "h", "f", "i", "o").
    correlation : array (Q, H, P)
        Pearson's (point-biserial where the property is 0 or 1).
    chance : array (P,)
        The size of correlation that the best of all units and quantities stays under in 99 % of the shifts of the text
        against its properties.
    """

    properties: tuple[str, ...]
    quantities: tuple[str, ...]
    correlation: Array
    chance: Array

    def best(self, name: str) -> tuple[str, int, float]:
        """The quantity, the unit and the correlation that follow a property best."""
        if name not in self.properties:
            raise ValueError(f"Units.best: expected one of {list(self.properties)}, got {name!r}")
        values = self.correlation[:, :, self.properties.index(name)]
        q, unit = np.unravel_index(np.abs(values).argmax(), values.shape)
        return self.quantities[q], int(unit), float(values[q, unit])

    def strength(self) -> Array:
        """For each unit its largest correlation by size, whatever the quantity or property, array (H,)."""
        return np.abs(self.correlation).max(axis=(0, 2))

    def counts(self, clear: float = 0.7) -> dict[str, int]:
        """How many units follow a property clearly, a little (beyond chance), or none that was asked about."""
        beyond = (np.abs(self.correlation) > self.chance).any(axis=(0, 2))
        clearly = beyond & (self.strength() >= clear)
        return {
            "clear": int(clearly.sum()), "weak": int((beyond & ~clearly).sum()), "none": int((~beyond).sum()),
            "units": int(beyond.size),
        }  # fmt: skip


def follow(
    recorded: Mapping[str, Array], properties: ArrayLike, *, quantities: Sequence[str] | None = None, shifts: int = 200,
    least_shift: int = 1000, rng: RNG = 0,
) -> Units:  # fmt: skip
    """Correlate units with properties, and find out what chance would do.

    Chance: the properties are shifted around the text by random amounts, which keeps how slowly each of them changes
    and breaks its tie to what the units read. For each shift the best of all units and quantities is noted.

    Parameters
    ----------
    recorded : dict of name -> array (T, H)
        From :func:`record`.
    properties : array (T or more, P)
        From :func:`properties_of`; what goes beyond T is cut off.
    quantities : sequence of str, optional
        Which names of `recorded`, by default all but "g".
    shifts : int
        How many shifts to try.
    least_shift : int
        No shift is smaller than that, either way.
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Units
    """
    quantities = tuple(name for name in recorded if name != "g") if quantities is None else tuple(quantities)
    standardized = np.concatenate([_standardized(recorded[name]) for name in quantities], axis=1)
    units = np.ascontiguousarray(standardized.T)  # (Q H, T): quick without a BLAS too
    T = units.shape[1]
    least = 2 * least_shift + shifts
    if least > T:
        raise ValueError(f"follow: expected at least {least} characters, got {T}")
    labels = _standardized(np.asarray(properties)[:T])  # (T, P)
    correlation = (units @ labels / T).reshape(len(quantities), -1, labels.shape[1])
    offsets = np.random.default_rng(rng).choice(np.arange(least_shift, T - least_shift), shifts, replace=False)
    best = np.quantile(_best_of_shifts(units, labels.T, offsets), 0.99, axis=1)
    return Units(PROPERTIES, quantities, correlation, best)


def _best_of_shifts(units: Array, labels: Array, offsets: Array) -> Array:
    """The largest size of a correlation that any of the units (U, T) has with each label (P, T) shifted, (P, shifts).

    By the correlation theorem: where no BLAS multiplies, as in a page, that takes a fourth of the time of products.
    """
    T = units.shape[1]
    size = 1 << (2 * T - 1).bit_length()  # a power of two, with room for the text twice: it goes on as it begins
    spectra = np.fft.rfft(np.tile(labels, 2), size)
    best = np.zeros((len(labels), len(offsets)))
    for unit in units:
        every = np.fft.irfft(spectra * np.conj(np.fft.rfft(unit, size)), size)  # (P, size): by T minus the shift
        np.maximum(best, np.abs(every[:, T - offsets] / T), out=best)
    return best


def _standardized(values: ArrayLike) -> Array:
    """Columns of mean 0 and variance 1, in float32; a column that never changes becomes 0."""
    values = np.asarray(values, float)
    deviation = values.std(axis=0)
    return ((values - values.mean(axis=0)) / np.where(deviation > 1e-12, deviation, 1)).astype(np.float32)
