"""A card on a page: the claim before the vote, the verdict after it, and the table of all verdicts."""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape

from lstm_tutor.claims.card import BASES, VERDICTS, Card
from lstm_tutor.experiments.outcomes import anchor
from lstm_tutor.experiments.reporting import PAGES, aligned, listed
from lstm_tutor.typesetting import as_html

__all__ = ["Ballot", "Judgment", "Table"]


def _html(text: str) -> str:
    """Turn a sentence into HTML, with code where it has backticks."""
    parts = text.split("`")
    return "".join(f"<code>{escape(part)}</code>" if k % 2 else as_html(_quoted(part)) for k, part in enumerate(parts))


def _quoted(text: str) -> str:
    """Set quotation marks and apostrophes as a printer does."""
    return re.sub('"([^"]*)"', r"“\1”", text).replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


class Ballot:
    """A claim before the vote. In the book's page a script puts the four answers below it.

    Parameters
    ----------
    card : Card
    """

    def __init__(self, card: Card) -> None:
        self.card = card

    def __repr__(self) -> str:
        return f"Claim: {self.card.saying}"

    def _repr_html_(self) -> str:
        card = self.card
        return (
            f'<div class="lt-ballot" data-claim="{escape(card.name)}" data-page="{escape(card.page)}" '
            f'data-chapter="{escape(PAGES[card.page])}"><p>{_html(card.saying)}</p></div>'
        )


class Judgment:
    """The verdict on a claim, with the evidence and what settled it.

    Parameters
    ----------
    card : Card
    """

    def __init__(self, card: Card) -> None:
        self.card = card

    def __repr__(self) -> str:
        verdict, evidence = self.card.finding
        studies = f" ({listed(self.card.studies)})" if self.card.studies else ""
        return f"Verdict: {verdict}. {evidence} Settled by {BASES[self.card.basis]}{studies}."

    def _repr_html_(self) -> str:
        verdict, evidence = self.card.finding
        return (
            f'<p class="lt-judgment" data-verdict="{escape(verdict)}"><strong>Verdict: {escape(verdict)}.</strong> '
            f"{_html(evidence)} Settled by {_basis(self.card)}.</p>"
        )


def _basis(card: Card) -> str:
    """Say what settled a claim, with links to the stored runs, as HTML."""
    links = [f'<a href="experiments.html#{anchor(study)}">{escape(study)}</a>' for study in card.studies]
    return BASES[card.basis] + (f" ({listed(links)})" if links else "")


class Table:
    """All verdicts, one row for each claim, computed now.

    Parameters
    ----------
    cards : iterable of Card
    """

    def __init__(self, cards: Iterable[Card]) -> None:
        self.cards = list(cards)

    def rows(self) -> list[list[str]]:
        """Return the table, rows of text with the head first."""
        rows = [[card.saying, *card.finding, BASES[card.basis]] for card in self.cards]
        return [["claim", "verdict", "evidence", "settled by"], *rows]

    def total(self) -> str:
        """Say how many claims have each verdict."""
        counts = Counter(card.finding.verdict for card in self.cards)
        return (
            f"Of {len(self.cards)} claims: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in VERDICTS) + "."
        )

    def __repr__(self) -> str:
        rows = [[card.name, card.finding.verdict, BASES[card.basis]] for card in self.cards]
        return "\n".join([*aligned([["claim", "verdict", "settled by"], *rows]), "", f"  {self.total()}"])

    def _repr_html_(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row"><a href="#{card.place}">{_html(card.saying)}</a></th>'
            f"<td><strong>{escape(card.finding.verdict)}</strong></td>"
            f"<td>{_html(card.finding.evidence)} <span>Settled by {_basis(card)}.</span></td></tr>"
            for card in self.cards
        )
        head = "".join(f'<th scope="col">{word}</th>' for word in ("claim", "verdict", "evidence"))
        table = f'<table class="lt-verdicts"><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>'
        return f"<p>{self.total()}</p>\n{table}"
