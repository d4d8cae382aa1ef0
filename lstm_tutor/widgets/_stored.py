"""Values that take a tool to compute, stored beside the widget that shows them: PyTorch's values, races in JavaScript.

``python -m lstm_tutor.widgets._stored celllab playground`` computes them anew: the first needs PyTorch, the second
Node.js and some minutes. Tests see it if they are not current.
"""

import importlib
import json
import pathlib
import sys
from typing import Any

__all__ = ["WIDGETS", "read", "write"]

HERE = pathlib.Path(__file__).parent
WIDGETS = {"celllab": "torch_values", "playground": "runs"}  # widget -> the module whose record() computes its values


def path(widget: str) -> pathlib.Path:
    """Return where a widget's values are stored."""
    return HERE / widget / f"{WIDGETS[widget]}.json"


def read(widget: str) -> dict[str, Any]:
    """Return a widget's stored values; {} if nothing is stored."""
    return json.loads(path(widget).read_text(encoding="utf-8")) if path(widget).exists() else {}


def write(widget: str, values: dict[str, Any]) -> None:
    """Store a widget's values, all of them or nothing."""
    partial = path(widget).with_suffix(".partial")
    partial.write_text(json.dumps(values, separators=(",", ":")) + "\n", encoding="utf-8")
    partial.replace(path(widget))


if __name__ == "__main__":
    for widget in sys.argv[1:] or WIDGETS:
        importlib.import_module(f"lstm_tutor.widgets.{widget}.{WIDGETS[widget]}").record()
        print(path(widget))
