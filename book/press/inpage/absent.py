"""PyTorch, which the page has not: `import torch` goes well, and only what uses it stops its cell."""

from __future__ import annotations

import ast
import symtable
from typing import Any

__all__ = ["LIBRARY", "Absent", "stand_for", "take_imports"]

LIBRARY = "torch"
USES = (
    "add and bool call contains eq float format ge getitem gt int iter le len lt matmul mul ne neg next or pow radd "
    "rmatmul rmul rsub rtruediv setitem str sub truediv"
)


class Absent:
    """Stands for PyTorch, or for what it would have made; to use it raises ModuleNotFoundError."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # what inspects a namespace asks for these
            raise AttributeError(attribute)
        self.use()

    def use(self, *_: object) -> Any:
        raise ModuleNotFoundError(f"No module named {LIBRARY!r}", name=LIBRARY)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "<made with PyTorch, which ran when this page was built>"


for use in USES.split():
    setattr(Absent, f"__{use}__", Absent.use)


def take_imports(tree: ast.Module) -> dict[str, Absent]:
    """Take ``import torch`` out of the statements of a cell, and return what its names stand for instead."""
    found: dict[str, Absent] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.name == LIBRARY:
                    found[alias.asname or alias.name] = Absent()
            statement.names = [alias for alias in statement.names if alias.name != LIBRARY]
    tree.body = [statement for statement in tree.body if getattr(statement, "names", True)]
    return found


def stand_for(code: str, namespace: dict[str, Any]) -> None:
    """Let the names that a cell has not come to define stand for something absent: who uses them needs PyTorch too."""
    for symbol in symtable.symtable(code, "<cell>", "exec").get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            namespace.setdefault(symbol.get_name(), Absent())
