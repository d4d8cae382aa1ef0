"""What the text microscope reads at first: small programs of ours, and source that its model was not trained on."""

import unicodedata

from lstm_tutor import tasks

__all__ = ["SIGNS", "known", "samples"]

# Signs that stand for one of the alphabet's. All others: the first sign of the compatibility decomposition (e for é), a
# space for what is blank, and a question mark for the rest.
SIGNS = {
    "\t": " ", "\r": "\n", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-",
    "−": "-", "×": "*", "÷": "/", "∗": "*", "ß": "s", "æ": "a", "ø": "o",
}  # fmt: skip

PROGRAM = """\
def mean(values):
    # The middle of all values.
    return sum(values) / len(values)

def spread(values):
    center = mean(values)  # computed once
    squares = [(v - center) ** 2 for v in values]
    return mean(squares) ** 0.5  # the root of their mean

print("spread", spread(prices))
"""
STRINGS = """\
names = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
title = 'pioneers of the machine'

def greet(name, polite=True):
    if polite:
        return "Good morning, " + name + "."
    return "hi " + name

for name in names:
    print(greet(name), "from all", title)
"""
BRACKETS = """\
grid = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
rows = {name: [f(x, y) for y in (1, 2)] for name, x in table.items()}

def area(shape):
    return max(0, (shape[1] - shape[0])) * (shape[3] - min(shape[2], shape[3]))

total = sum(area(scale(shape, (2, 2))) for shape in [a, b, c])
"""


def samples() -> dict[str, str]:
    """The texts by name, dict of str."""
    source = tasks.python_source("test")

    def excerpt(words: str, length: int) -> str:
        start = source.index(words)
        return source[start : source.index("\n", start + length) + 1]

    return {
        "comments": PROGRAM,
        "strings": STRINGS,
        "brackets": BRACKETS,
        "unseen-1": excerpt("def loads(s: str, /,", 500),
        "unseen-2": excerpt("    def add(self, node", 500),
    }


def known(text: str) -> str:
    """The text as the model reads it: as long, and of the characters of ``lstm_tutor.tasks.ALPHABET``.

    >>> known("naïve “x”\\t→")
    'naive "x" ?'
    """
    return "".join(map(_known, text))


def _known(sign: str) -> str:
    if sign in tasks.ALPHABET:
        return sign
    if sign in SIGNS:
        return SIGNS[sign]
    first = unicodedata.normalize("NFKD", sign)[0]
    return first if first in tasks.ALPHABET else " " if sign.isspace() else "?"
