"""PyTorch, which the page has not: `import torch` goes well, and only what uses it stops the cell."""

from __future__ import annotations

import ast
from typing import Any

__all__ = ["LIBRARY", "Absent", "take_imports"]

LIBRARY = "torch"


class Absent:
    """Stands for a library that the page has not; to use it raises ModuleNotFoundError with its name."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # what inspects a namespace asks for these
            raise AttributeError(attribute)
        raise ModuleNotFoundError(f"No module named {self.__name__!r}", name=self.__name__)

    def __repr__(self) -> str:
        return f"<{self.__name__}, which ran when this page was built>"


def take_imports(tree: ast.Module) -> dict[str, Absent]:
    """Take ``import torch`` out of the statements of a cell, and return what its names stand for instead."""
    found: dict[str, Absent] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == LIBRARY:
                    found[alias.asname or alias.name] = Absent(LIBRARY)
            statement.names = [alias for alias in statement.names if alias.name != LIBRARY]
    tree.body = [statement for statement in tree.body if getattr(statement, "names", True)]
    return found
