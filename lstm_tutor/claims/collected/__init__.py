"""The cards, a module for each theme or two. A module with ``CARDS`` is found by listing them."""

import importlib
import pkgutil

from lstm_tutor.claims.card import THEMES, Card

__all__ = ["find_cards"]


def find_cards() -> dict[str, Card]:
    """Return every card by name, in the order of the themes."""
    cards: list[Card] = []
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        cards += importlib.import_module(module.name).CARDS
    found = {card.name: card for card in sorted(cards, key=lambda card: list(THEMES).index(card.theme))}
    if len(found) < len(cards):
        raise ValueError("claims: expected cards with names of their own, got a name twice")
    return found
