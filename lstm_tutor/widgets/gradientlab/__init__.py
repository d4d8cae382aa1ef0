"""The gradient lab: how large the gradient is after each step back, in RNN, LSTM and GRU side by side."""

from typing import Any

import numpy as np

from lstm_tutor.types import Array
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Integer, Number, OneOf, Synced
from lstm_tutor.widgets.gradientlab.runs import COMPARISONS, KINDS, clip_factor, measure

__all__ = ["GradientLab"]


class Cells(Synced):
    """Some of the cells, at least one; kept in the order RNN, LSTM, GRU."""

    default_value = tuple(KINDS)
    expected = f"some of {list(KINDS)}, at least one"

    def checked(self, obj: Any, value: Any) -> Any:
        if not isinstance(value, list | tuple) or not value or not all(cell in KINDS for cell in value):
            return None
        return tuple(kind for kind in KINDS if kind in value)


class GradientLab(Widget, bundle="gradientlab"):
    r"""Measure how the gradient fades or grows with every step back in time, in random networks of three cells.

    Every line is the spectral norm (the largest singular value) of :math:`\partial h_T / \partial h_t` against the lag
    :math:`T - t`, from exact backward passes. Of an LSTM it says how :math:`h_T` answers when :math:`h_t` is nudged and
    :math:`c_t` is not; whatever goes through the memory later counts.

    Parameters
    ----------
    hidden_size : int from 2 to 32
        The size H.
    length : int from 10 to 200
        The number of steps T.
    spectral_radius : float from 0.1 to 1.6
        Of the RNN's W_h, and of each gate's block of W_h in the others.
    forget_bias : float from -4 to 6
        Of the LSTM's forget gate.
    update_bias : float from -4 to 6
        Of the GRU's update gate z; 0 in a fresh GRU.
    nonlinearity : "tanh" or "relu"
        Of the RNN.
    matrix : "random" (uniform) or "orthogonal"
        What W_h is drawn as before it is scaled.
    input_scale : float from 0 to 2
        The standard deviation of the inputs, which are random.
    clip : float from 0.01 to 100
        The longest that the gradient of all weights together may be.
    seed : int from 0 to 9999
    runs : int from 1 to 16
        How many random networks there are of each cell.
    lag : int from 0 to 199
        Where the table reads the lines.
    cells : some of ("RNN", "LSTM", "GRU")
    offer : some of ("RNN", "LSTM", "GRU")
        The cells that the reader may choose; the controls of the others are not shown.
    panel : {"values", "matrix"}
        What is below the plot: the values at `lag`, or the first RNN's matrix, its eigenvalues and the state's path.
    compare : {"cells", "bound", "forget", "update", "clipping"}
        "bound" shows the RNN beside the powers of its largest singular value, "forget" the LSTM beside the product of
        its forget gates, "update" the GRU beside that of its update gates.

    Raises
    ------
    ValueError
        If a value is out of its range; nothing is changed then.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), sections 2 and 3.

    Examples
    --------
    >>> from lstm_tutor.widgets import GradientLab
    >>> lab = GradientLab(spectral_radius=0.5, hidden_size=4, length=20, runs=3)
    >>> lab.sizes()["RNN"].shape
    (3, 20)
    """

    FACTS = (
        "spectral_radius", "input_scale", "forget_bias", "update_bias", "nonlinearity", "matrix", "compare", "cells",
        "lag", "RNN", "LSTM", "GRU",
    )  # fmt: skip
    TASKS = (
        {
            "task": "Make the RNN vanish: drag the spectral radius ρ below 0.9.",
            "when": {"spectral_radius": {"max": 0.9}, "RNN": {"max": 0.1}},
            "shows": "Each step back now shrinks the nudge. After 50 steps next to nothing is left to learn from.",
        },
        {
            "task": "Make it explode: ρ above 1, until the RNN's gradient is above 1 at lag 50.",
            "when": {"spectral_radius": {"min": 1.01}, "RNN": {"min": 1.0}},
            "shows": "Each step back now multiplies the nudge by about ρ, so it grows without end.",
        },
        {
            "task": "Give the networks something to read: set the size of inputs to 1 or more.",
            "when": {"input_scale": {"min": 1.0}, "RNN": {"max": 1.0}},
            "shows": "No explosion now: inputs push the units to where tanh is flat, and that shrinks the nudge.",
        },
        {
            "task": "With inputs on, help the LSTM: raise its forget bias to 3.",
            "when": {"input_scale": {"min": 0.5}, "forget_bias": {"min": 2.0}, "LSTM": {"min": 0.1}},
            "shows": "The open forget gates carry the nudge along: the LSTM keeps what the RNN and the GRU lose.",
        },
    )
    HEIGHTS = (687, 1263)

    hidden_size = Integer(16, low=2, high=32)
    length = Integer(100, low=10, high=200)
    spectral_radius = Number(1.2, low=0.1, high=1.6)
    forget_bias = Number(1.0, low=-4.0, high=6.0)
    update_bias = Number(0.0, low=-4.0, high=6.0)
    nonlinearity = OneOf(("tanh", "relu"))
    matrix = OneOf(("random", "orthogonal"))
    input_scale = Number(0.0, low=0.0, high=2.0)
    clip = Number(1.0, low=0.01, high=100.0)
    seed = Integer(0, low=0, high=9999)
    runs = Integer(8, low=1, high=16)
    lag = Integer(50, low=0, high=199)
    cells = Cells()
    offer = Cells()
    panel = OneOf(("values", "matrix"))
    compare = OneOf(COMPARISONS)

    def sizes(self) -> dict[str, Array]:
        """What the plot shows, label -> array (runs, T), lag 0 first; computed here, by the package.

        The labels are the cells' names, or with `compare` "bound", "forget" or "update" those of the lines beside it:
        "RNN", "bound" and "radius"; "dh_T/dh_t", "dc_T/dc_t" and "product of f"; "dh_T/dh_t" and "product of z". A
        product of gates is that of the unit whose product is the largest. With "clipping" the sizes are as they arrive
        in the update.
        """
        lines = COMPARISONS[self.compare] or {kind: (kind, "sizes") for kind in self.cells}
        tables = {
            label: np.array([measure(self, kind, run, what) for run in range(self.runs)])
            for label, (kind, what) in lines.items()
        }
        if self.compare == "clipping":
            for kind, table in tables.items():
                table *= [[clip_factor(self, kind, run)] for run in range(self.runs)]
        return tables

    def figure(self) -> Still:
        """The plot as it stands: thin lines for the random networks, thick ones for their medians."""
        import matplotlib.pyplot as plt

        from lstm_tutor import plots

        tables = self.sizes()
        with plots.style():
            figure, ax = plt.subplots()
            plots.gradient_flow(tables, ax=ax)
        lag = min(self.lag, self.length - 1)
        told = ", ".join(f"{label} {np.median(table[:, lag]):.1e}" for label, table in tables.items())
        alt = (
            f"Size of the gradient against lag in {self.runs} random networks of spectral radius "
            f"{self.spectral_radius:g}, on a logarithmic axis. Medians after {lag} steps back: {told}."
        )
        return Still.of_figure(figure, alt)
