"""Widgets: anywidgets that compute in the page itself, with Python behind them or without.

Each class holds the traits that both sides share. In a notebook they sync both ways; in the built page the same
JavaScript answers without a kernel. Every widget has a still picture, ``widget.figure()``, for where no script runs.
"""

import importlib
from typing import Any

from lstm_tutor.extras import require

__all__ = [
    "AblationSwitchboard",
    "AttentionLab",
    "CellLab",
    "Connectivity",
    "FamilyTree",
    "Flipbook",
    "Forecast",
    "GradientLab",
    "Handwriting",
    "TextMicroscope",
    "Playground",
    "TwoDirections",
    "Welcome",
    "Widget",
    "Writer",
]

_PLACES = {
    "AblationSwitchboard": "ablation",
    "AttentionLab": "attentionlab",
    "CellLab": "celllab",
    "Connectivity": "connectivity",
    "FamilyTree": "family",
    "Flipbook": "flipbook",
    "Forecast": "forecast",
    "GradientLab": "gradientlab",
    "Handwriting": "handwriting",
    "TextMicroscope": "microscope",
    "Playground": "playground",
    "Welcome": "welcome",
    "TwoDirections": "twodirections",
    "Widget": "_base",
    "Writer": "writer",
}


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        require("anywidget")
        return getattr(importlib.import_module(f"lstm_tutor.widgets.{_PLACES[name]}"), name)
    raise AttributeError(f"module 'lstm_tutor.widgets' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
