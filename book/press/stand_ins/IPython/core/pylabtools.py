"""Figures as pictures."""

from inpage.figures import print_figure, retina_figure

__all__ = ["print_figure", "retina_figure"]
