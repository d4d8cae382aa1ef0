"""Layers on top of each other, two directions, attention."""
