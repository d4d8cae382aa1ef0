"""Axes-level plots of what a Trace recorded: data first, then keywords; each returns the Axes and shows nothing.

Importing this module does not import matplotlib; the first plot does.
"""

from lstm_tutor.analysis import sizes_by_lag
from lstm_tutor.plots._attention import attention_heatmap
from lstm_tutor.plots._curves import gradient_flow, history
from lstm_tutor.plots._heat import confusion, gate_heatmap
from lstm_tutor.plots._lines import gate_lines, state_lines
from lstm_tutor.plots._strip import seed_strip
from lstm_tutor.plots._style import style, use_style
from lstm_tutor.plots._text import ColoredText, colored_text

__all__ = [
    "attention_heatmap",
    "gate_heatmap",
    "gate_lines",
    "state_lines",
    "colored_text",
    "ColoredText",
    "gradient_flow",
    "sizes_by_lag",
    "confusion",
    "history",
    "seed_strip",
    "style",
    "use_style",
]
