"""Sizes and rates: what overfits, what diverges."""
