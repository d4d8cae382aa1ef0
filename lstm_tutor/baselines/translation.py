"""Translation without a network: the nearest phrase that is known, and a dictionary read off the pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

__all__ = ["Dictionary", "NearestPhrase"]

Pairs = Sequence[tuple[tuple[str, ...], tuple[str, ...]]]


def _check(what: str, pairs: Pairs) -> None:
    if not len(pairs) or not all(source and target for source, target in pairs):
        raise ValueError(f"{what}: expected pairs of a source and a target that are not empty, got {len(pairs)} pairs")


def _words(what: str, source: Sequence[str]) -> Sequence[str]:
    if not len(source):
        raise ValueError(f"{what}: expected a source of at least one word, got {source!r}")
    return source


class NearestPhrase:
    """Answers with the target of the known source that shares the largest part of its words.

    Equation: the overlap of two sets of words is the number of words they share, divided by the number in either.
    Among equals the first wins. Where no known source shares a word, the answer is the target that comes most often in
    the pairs: with nothing to go by, no other is right more often.

    Parameters
    ----------
    pairs : sequence of (source, target)

    Examples
    --------
    >>> nearest = NearestPhrase([(("new", "file"), ("新", "文", "件")), (("close",), ("关", "闭"))])
    >>> nearest.translate(("open", "file"))
    ('新', '文', '件')
    """

    def __init__(self, pairs: Pairs) -> None:
        _check("NearestPhrase", pairs)
        self.sources = [set(source) for source, _ in pairs]
        self.targets = [tuple(target) for _, target in pairs]
        self.usual = Counter(self.targets).most_common(1)[0][0]  # of equals the first

    def translate(self, source: Sequence[str]) -> tuple[str, ...]:
        """Return the target of the nearest source, or the most frequent one if no source shares a word with it.

        Raises
        ------
        ValueError
            The source is empty.
        """
        words = set(_words("NearestPhrase", source))
        overlap = [len(words & other) / len(words | other) for other in self.sources]
        if not any(overlap):
            return self.usual
        return self.targets[max(range(len(overlap)), key=overlap.__getitem__)]


class Dictionary:
    """Translates word by word, in the order of the source: each word has the piece that comes most reliably with it.

    Equation: how reliably word w and piece p (up to `longest` symbols in a row) come together is Dice's coefficient,
    ``2 n(w, p) / (n(w) + n(p))``, where n counts the pairs that have them. Of equally reliable pieces the longer one is
    taken; a word with none above `least` is left out.

    Parameters
    ----------
    pairs : sequence of (source, target)
    longest : int
    least : float in [0, 1)

    Attributes
    ----------
    pieces : dict of word -> (piece, coefficient)

    Examples
    --------
    >>> pairs = [(("new", "file"), tuple("新文件")), (("file",), tuple("文件")), (("new",), ("新",))]
    >>> Dictionary(pairs).translate(("file", "new", "cell"))
    ('文', '件', '新')

    References
    ----------
    Dice (1945), Measures of the amount of ecologic association between species, Ecology 26.
    """

    def __init__(self, pairs: Pairs, *, longest: int = 4, least: float = 0.3) -> None:
        _check("Dictionary", pairs)
        if longest < 1 or not 0 <= least < 1:
            raise ValueError(
                f"Dictionary: expected longest >= 1 and least from 0 to below 1, got {longest} and {least}"
            )
        words: Counter[str] = Counter()
        pieces: Counter[tuple[str, ...]] = Counter()
        both: Counter[tuple[str, tuple[str, ...]]] = Counter()
        for source, target in pairs:
            found = {tuple(target[k : k + n]) for n in range(1, longest + 1) for k in range(len(target) - n + 1)}
            words.update(set(source))
            pieces.update(found)
            both.update((word, piece) for word in set(source) for piece in found)
        self.pieces: dict[str, tuple[tuple[str, ...], float]] = {}
        for (word, piece), count in sorted(both.items()):
            dice = 2 * count / (words[word] + pieces[piece])
            old, best = self.pieces.get(word, ((), least))
            if dice > best or (dice == best and len(piece) > len(old) and old):
                self.pieces[word] = piece, dice

    def translate(self, source: Sequence[str]) -> tuple[str, ...]:
        """Return the pieces of the words, one after the other; empty if no word has one.

        Raises
        ------
        ValueError
            The source is empty.
        """
        words = _words("Dictionary", source)
        return tuple(symbol for word in words if word in self.pieces for symbol in self.pieces[word][0])
