"""What can be shown."""

from inpage.display import HTML, SVG, Markdown, display

__all__ = ["HTML", "SVG", "Markdown", "display"]
