"""Stands in for IPython in the page: what the book uses of it."""

from inpage.display import get_ipython

__all__ = ["get_ipython"]
