"""The claims lab: what circulates about recurrent networks, each claim with what settles it.

A verdict is computed, from stored runs or from code that runs on the spot; a claim of history is settled by its source.

>>> from lstm_tutor import claims
>>> claims.get("four-gates").finding.verdict
'false'
"""

from lstm_tutor.claims import circulating, trials
from lstm_tutor.claims.card import BASES, THEMES, VERDICTS, Card, Finding, by_source
from lstm_tutor.claims.collected import find_cards
from lstm_tutor.claims.showing import Ballot, Judgment, Table

__all__ = [
    "BASES",
    "CARDS",
    "THEMES",
    "VERDICTS",
    "Ballot",
    "Card",
    "Finding",
    "Judgment",
    "Table",
    "ballot",
    "by_source",
    "circulating",
    "get",
    "judgment",
    "table",
    "trials",
]

# A new card is an entry of CARDS in a module of `collected`.
CARDS = find_cards()


def get(name: str) -> Card:
    """Return the Card of that name."""
    if name not in CARDS:
        raise ValueError(f"claims: expected one of {list(CARDS)}, got {name!r}")
    return CARDS[name]


def ballot(name: str) -> Ballot:
    """Return a claim before the vote, as a page shows it.

    Examples
    --------
    >>> ballot("four-gates")
    Claim: An LSTM has four gates.
    """
    return Ballot(get(name))


def judgment(name: str) -> Judgment:
    """Return the verdict on a claim, as a page shows it."""
    return Judgment(get(name))


def table() -> Table:
    """Return the verdicts on all claims, in the order of the page."""
    return Table(CARDS.values())
