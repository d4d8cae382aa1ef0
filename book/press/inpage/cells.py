"""Runs cells in one namespace, as a notebook does, and posts their outputs."""

from __future__ import annotations

import ast
import contextlib
import linecache
import sys
import types
from collections.abc import Callable
from typing import Any

from inpage import absent, display, failing, figures
from inpage.streams import Stream

__all__ = ["Notebook"]

Post = Callable[[dict[str, Any]], object]


class Notebook:
    """The cells of one page.

    Parameters
    ----------
    post : function of a dict
        Gets every output, ``{"kind": ..., ...}``, as it comes.
    name : str
        The name of the module in which cells run.
    """

    def __init__(self, post: Post, name: str = "__main__") -> None:
        self.post, self.count = post, 0
        self.module = types.ModuleType(name)
        sys.modules[name] = self.module

    def run(self, code: str, cell: str = "cell") -> bool:
        """Run a cell; post what it prints and shows, in order. Return whether it ran to its end."""
        self.count += 1
        filename = f"<{cell}, run {self.count}>"  # a function of an earlier run keeps its own source
        linecache.cache[filename] = (len(code), None, code.splitlines(keepends=True), filename)  # for inspect
        printed, warned = Stream(self.post, "text"), Stream(self.post, "stderr")

        def show(output: dict[str, Any]) -> None:
            printed.flush()
            warned.flush()
            self.post(output)

        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(warned), display.shown_by(show):
            try:
                self._execute(code, filename)
                figures.show_all()
            except BaseException as error:  # a cell may raise anything, and the next one runs all the same
                figures.close_all()
                output = failing.output_of(error, filename, self.module.__dict__)
                if output["kind"] == "torch":
                    absent.stand_for(code, self.module.__dict__)
                show(output)
                return False
            finally:
                printed.flush()
                warned.flush()
        return True

    def _execute(self, code: str, filename: str) -> None:
        """Run the statements; show the value of the last one, if it is an expression without a semicolon."""
        tree = ast.parse(code, filename)
        namespace = self.module.__dict__
        namespace.update(absent.take_imports(tree))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, filename, "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), filename, "eval"), namespace)
            if isinstance(value, absent.Absent):
                value.use()
            if value is not None and not code.rstrip().endswith(";"):
                namespace["_"] = value
                display.display(value)
