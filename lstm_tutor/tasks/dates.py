"""Dates as people write them, to be rewritten as the norm has it: "Thursday, 3rd of March 2011" is 2011-03-03.

English names, years of four digits. Where only digits tell day from month, the separator says which comes first: with
dots the day (3.12.2011 is in December), with slashes the month (3/12/2011 is in March); a year that comes first is
followed by the month. Letters may be all upper case, all lower case, or as usual.
"""

from __future__ import annotations

import datetime
import string
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from lstm_tutor.tasks.batch import Batch, one_hot
from lstm_tutor.types import RNG, Array, DTypeLike

__all__ = ["CASES", "CHARACTERS", "FORMS", "START", "STOP", "SYMBOLS", "Dates", "date_batch", "date_text",
           "decode_date", "encode_dates"]  # fmt: skip

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# What stands in a form: {y} {m} {d} numbers, {mm} {dd} with two digits, {month} {mon} {weekday} {day} names, long and
# short, {nth} the day as an ordinal.
FORMS = (
    "{d} {month} {y}", "{d} {mon} {y}", "{dd}-{mon}-{y}", "{weekday}, {nth} of {month} {y}", "the {nth} of {month} {y}",
    "{day}, {d} {mon} {y}", "{month} {d}, {y}", "{mon} {d}, {y}", "{month} {nth}, {y}", "{weekday}, {month} {d}, {y}",
    "{y} {month} {d}", "{y}.{m}.{d}", "{y}/{mm}/{dd}", "{y}{mm}{dd}", "{d}.{m}.{y}", "{dd}.{mm}.{y}", "{m}/{d}/{y}",
    "{mm}/{dd}/{y}",
)  # fmt: skip
CASES: dict[str, Callable[[str], str]] = {"usual": str, "upper": str.upper, "lower": str.lower}

_NAMES = "".join(MONTHS + WEEKDAYS) + "the of st nd rd th"
CHARACTERS = "".join(sorted(set(_NAMES + _NAMES.lower() + _NAMES.upper() + string.digits + ",-./")))  # what is read
STOP, START = "$", "^"
SYMBOLS = string.digits + "-" + STOP + START  # what is written, and last the start, which is only read
_CODES = {character: k for k, character in enumerate(CHARACTERS)}


def _ordinal(n: int) -> str:
    ending = "th" if 11 <= n <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def date_text(day: datetime.date, form: str = FORMS[0], case: str = "usual") -> str:
    """Return a date in one of FORMS and of CASES.

    Examples
    --------
    >>> date_text(datetime.date(2011, 3, 3), "{weekday}, {nth} of {month} {y}")
    'Thursday, 3rd of March 2011'
    >>> date_text(datetime.date(2011, 12, 3), "{m}/{d}/{y}")
    '12/3/2011'
    """
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    text = form.format(
        y=f"{day.year:04}", m=day.month, d=day.day, mm=f"{day.month:02}", dd=f"{day.day:02}", month=month,
        mon=month[:3], weekday=weekday, day=weekday[:3], nth=_ordinal(day.day),
    )  # fmt: skip
    return CASES[case](text)


def encode_dates(texts: Sequence[str], dtype: DTypeLike = np.float64) -> tuple[Array, Array]:
    """Return texts as an encoder reads them: one-hot (T, N, 59) by CHARACTERS, zero past a text's end, and lengths.

    Raises
    ------
    ValueError
        There is no text, one is empty, or a character is not one of CHARACTERS.
    """
    unknown = sorted(set("".join(texts)) - _CODES.keys())
    if unknown:
        raise ValueError(f"encode_dates: expected characters of {CHARACTERS!r}, got {unknown}")
    if not texts or not all(texts):
        raise ValueError(f"encode_dates: expected texts that are not empty, got {list(texts)}")
    lengths = np.array([len(text) for text in texts])
    x = np.zeros((lengths.max(), len(texts), len(CHARACTERS)), dtype)
    for n, text in enumerate(texts):
        x[np.arange(len(text)), n, [_CODES[character] for character in text]] = 1
    return x, lengths


def decode_date(symbols: Iterable[int]) -> str:
    """Return what a decoder wrote, ints by SYMBOLS, as text up to the stop.

    Examples
    --------
    >>> decode_date([2, 0, 1, 1, 10, 0, 3, 10, 0, 3, 11])
    '2011-03-03'
    """
    return "".join(SYMBOLS[k] for k in symbols).partition(STOP)[0]


def date_batch(days: Sequence[datetime.date], texts: Sequence[str], dtype: DTypeLike = np.float64) -> Batch:
    """Return texts, and the days they mean, as a Batch: write each day as YYYY-MM-DD.

    Returns
    -------
    Batch
        x (T_in, N, 59) and lengths as of :func:`encode_dates`; targets (11, N) by SYMBOLS, the last the stop;
        y_in (11, N, 13), the targets one step late, after the start.
    """
    x, lengths = encode_dates(texts, dtype)
    written = np.array([[SYMBOLS.index(symbol) for symbol in START + day.isoformat() + STOP] for day in days]).T
    return Batch(x, written[1:], lengths=lengths, y_in=one_hot(written[:-1], len(SYMBOLS), dtype))


class Dates:
    """Days to train on and other days to test on, in all forms: calling it with an update's number gives its Batch.

    Parameters
    ----------
    batch_size : int
        N.
    years : (first, last)
        Both count.
    test_share : float in (0, 1)
        The share of all days that is set aside.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator
        It decides which days are set aside and what each batch holds.

    Attributes
    ----------
    train, test : lists of datetime.date
        Disjoint, in random order.

    Examples
    --------
    >>> task = Dates(batch_size=2, rng=0)
    >>> batch = task(0)
    >>> batch.targets.shape, decode_date(batch.targets[:, 0]) == decode_date(task(0).targets[:, 0])
    ((11, 2), True)
    """

    def __init__(
        self,
        *,
        batch_size: int = 32,
        years: tuple[int, int] = (1900, 2099),
        test_share: float = 0.1,
        dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:
        first, last = (
            datetime.date(year, *rest).toordinal() for year, rest in zip(years, ((1, 1), (12, 31)), strict=True)
        )
        if batch_size < 1 or first > last or not 0 < test_share < 1:
            raise ValueError(f"Dates: expected batch_size >= 1, years in order and test_share between 0 and 1, "
                             f"got {batch_size}, {years} and {test_share}")  # fmt: skip
        generator = np.random.default_rng(rng)
        days = [
            datetime.date.fromordinal(number) for number in generator.permutation(np.arange(first, last + 1)).tolist()
        ]
        count = round(test_share * len(days))
        self.batch_size, self.dtype, self.test, self.train = batch_size, dtype, days[:count], days[count:]
        self._seed = int(generator.integers(2**32))

    def sample(self, days: Iterable[datetime.date], rng: RNG = None) -> list[str]:
        """Return each of `days` as text, in a form and case drawn at random."""
        generator = np.random.default_rng(rng)
        return [date_text(day, str(generator.choice(FORMS)), str(generator.choice(list(CASES)))) for day in days]

    def _batch(self, days: Sequence[datetime.date], size: int, seed: Sequence[int]) -> Batch:
        rng = np.random.default_rng(seed)
        days = [days[k] for k in rng.integers(len(days), size=size)]
        return date_batch(days, self.sample(days, rng), self.dtype)

    def __call__(self, update: int) -> Batch:
        """Return the batch of one update."""
        return self._batch(self.train, self.batch_size, [self._seed, 1, update])

    def test_batch(self, size: int) -> Batch:
        """Return a Batch of `size` days that no training batch holds, the same whenever it is asked."""
        return self._batch(self.test, size, [self._seed, 0])
