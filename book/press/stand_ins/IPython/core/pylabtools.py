"""Figures as pictures."""

from inpage.figures import print_figure, retina_figure

__all__ = ["backend2gui", "print_figure", "retina_figure"]

backend2gui: dict[str, str] = {}  # matplotlib 3.8 asks which of its backends has a loop of events; here none has
