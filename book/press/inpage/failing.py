"""Says in plain words what stopped a cell, and in which of the reader's lines."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from inpage.absent import LIBRARY

__all__ = ["output_of"]

TORCH = "PyTorch ran when this page was built. What it said then stands here; the page itself has no PyTorch."


def output_of(error: BaseException, filename: str, names: Iterable[str] = ()) -> dict[str, Any]:
    """Return the output that reports an error of the cell that was compiled as `filename`, whose names are `names`."""
    if isinstance(error, ModuleNotFoundError) and (error.name or "").partition(".")[0] == LIBRARY:
        return {"kind": "torch", "text": TORCH}
    line = error.lineno if isinstance(error, SyntaxError) else _line(error.__traceback__, filename)
    output = {
        "kind": "error",
        "line": line,
        "name": type(error).__name__,
        "message": error.msg if isinstance(error, SyntaxError) else str(error),
        "words": _words(error, names),
    }
    if isinstance(error, NameError) and error.name:
        output["missing"] = error.name
    return output


def _line(trace: TracebackType | None, filename: str) -> int | None:
    """Return the innermost line of the cell through which an error came."""
    lines = [frame.lineno for frame in traceback.extract_tb(trace) if frame.filename == filename]
    return lines[-1] if lines else None


def _words(error: BaseException, names: Iterable[str]) -> str:
    match error:
        case SyntaxError() if (error.text or "").lstrip().startswith(("%", "!")):
            return "Lines that begin with % or ! are Jupyter's own: the page runs plain Python."
        case IndentationError():
            return f"The spaces at the beginning of this line do not fit those around it: {error.msg}."
        case SyntaxError():
            return f"Python cannot read this line: {error.msg}."
        case NameError() if error.name:
            near = difflib.get_close_matches(error.name, [name for name in names if not name.startswith("_")], 1)
            hint = f" Did you mean {near[0]}?" if near else " If a cell above defines it, run that one first."
            return f"The name {error.name} has no value yet.{hint}"
        case ModuleNotFoundError():
            return f"The page has NumPy, matplotlib and lstm_tutor, and no {error.name}."
        case EOFError():
            return "A cell of the page cannot ask for input: write the value into the code."
        case SystemExit():
            return "The cell asked Python to end; the page goes on."
        case RecursionError():
            return "A function calls itself too many times, perhaps without an end."
        case MemoryError():
            return "The page has no memory left for this: try smaller arrays, or reload the page."
        case ZeroDivisionError():
            return "Something is divided by zero."
        case KeyError():
            return f"There is no entry {error}."
    return _sentence(str(error)) or f"The cell stopped with {type(error).__name__}."


def _sentence(text: str) -> str:
    """The message itself: the package's own errors say what was expected and what came."""
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."
