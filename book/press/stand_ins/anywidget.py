"""Stands in for anywidget in the page: a widget's traits, and its state as the page's own loader reads it.

There is no kernel behind a page: a widget is drawn from its state, and what the reader does to it stays in the page.
"""

import base64
import contextlib
import uuid
from collections.abc import Iterator
from typing import Any, ClassVar

import traitlets

__all__ = ["AnyWidget"]

Paths = list[dict[str, Any]]


class AnyWidget(traitlets.HasTraits):
    """Traits tagged ``sync=True`` are the state."""

    _esm: ClassVar[str] = ""
    _css: ClassVar[str] = ""

    def __init__(self, **traits: Any) -> None:
        self.model_id = uuid.uuid4().hex
        super().__init__(**traits)

    def get_state(self) -> dict[str, Any]:
        """Return the state, each value as its trait sends it."""
        state = {"_esm": self._esm, "_css": self._css}
        for name in self.trait_names(sync=True):
            to_json = self.trait_metadata(name, "to_json", lambda value, widget: value)
            state[name] = to_json(getattr(self, name), self)
        return state

    def states(self) -> dict[str, Any]:
        """Return the state by model, in the form in which a built page holds it: binary values apart, in base64."""
        buffers: Paths = []
        model = {"model_name": "AnyModel", "model_module": "anywidget", "model_module_version": "~0.9.*"}
        return {self.model_id: model | {"state": _without_bytes(self.get_state(), [], buffers), "buffers": buffers}}

    @contextlib.contextmanager
    def hold_sync(self) -> Iterator[None]:
        """There is nobody to hold back."""
        yield

    def send_state(self, key: Any = None) -> None:
        """There is nobody to send it to."""

    def send(self, content: Any, buffers: Any = None) -> None:
        """There is nobody to send it to."""

    def on_msg(self, callback: Any, remove: bool = False) -> None:
        """Nobody sends any."""

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), "application/vnd.jupyter.widget-view+json": view}, {}


def _without_bytes(value: Any, path: list[Any], buffers: Paths) -> Any:
    """Return a value without what JSON cannot hold, which goes to `buffers` with its place."""
    if isinstance(value, dict):
        parts = {key: _without_bytes(part, [*path, key], buffers) for key, part in value.items()}
        return {key: part for key, part in parts.items() if not isinstance(value[key], memoryview | bytes)}
    if isinstance(value, list | tuple):
        return [_without_bytes(part, [*path, k], buffers) for k, part in enumerate(value)]
    if isinstance(value, memoryview | bytes):
        data = base64.b64encode(bytes(value)).decode()
        buffers.append({"path": path, "data": data, "encoding": "base64"})
        return None
    return value
