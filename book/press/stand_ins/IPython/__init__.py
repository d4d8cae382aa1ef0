"""Stands in for IPython in the page: what the book and matplotlib use of it."""

from inpage.display import get_ipython

__all__ = ["get_ipython", "version_info"]

version_info = (9, 0, 0)
