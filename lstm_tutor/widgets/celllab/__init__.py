"""The cell lab: a cell whose inputs, weights and time the reader moves."""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from lstm_tutor.diagrams import diagram
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.palette import MEANINGS
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.types import ArrayLike
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Array, Flag, Integer, OneOf, Synced
from lstm_tutor.widgets.celllab.presets import PRESETS
from lstm_tutor.widgets.celllab.tasks import FACTS, tasks_of
from lstm_tutor.widgets.celllab.torch_values import said, stored
from lstm_tutor.widgets.celllab.weights import CELLS, as_plain, layer_of, merged, named, names_of, weights_of

if TYPE_CHECKING:
    from lstm_tutor.reference import Report

__all__ = ["CellLab"]

LONGEST = 400  # steps
DRAWINGS = ("rnn", "lstm1997", "lstm", "peephole", "gru", "gru_before")


class _Weights(Synced):
    """Weights by name, as they differ from the preset's."""

    def make_dynamic_default(self) -> Any:
        return {}

    def checked(self, obj: Any, value: Any) -> Any:
        return named(value, obj._sizes["D"], obj._sizes["H"], type(obj).__name__)


class _Inputs(Array):
    """(T, D), or no number at all: the preset's."""

    def checked(self, obj: Any, value: Any) -> Any:
        array = super().checked(obj, value)
        if array is not None and array.size == 0:
            return np.zeros((0, obj._sizes["D"]))
        if array is None or (array.shape[1] == obj._sizes["D"] and len(array) <= LONGEST):
            return array
        self.expected = f"an array (T, {obj._sizes['D']}) of 1 to {LONGEST} steps, not of shape {array.shape}"
        return None


class CellLab(Widget, bundle="celllab"):
    """A cell to take in hand: drag its inputs, move its weights, walk through a step, guess a gate.

    The cells share one set of weights, so that switching shows what each adds. The vanilla RNN is the candidate alone;
    the LSTM of 1997 adds the gates i and o, the LSTM f, the peephole LSTM the taps p. The GRU's candidate n takes g's
    weights, its reset gate r those of f, and its update gate z those of i with the opposite sign: z = 1 - i.

    Parameters
    ----------
    cell : {"LSTM", "RNN", "LSTM1997", "PeepholeLSTM", "GRU"}
        By default the preset's own.
    preset : {"latch", "counter", "leak", "frozen", "tie"}
        Weights and inputs that make a point.
    cells : sequence of str, optional
        The cells that the reader can choose, and whose presets; by default all.
    **traits
        The attributes below.

    Attributes
    ----------
    cell, preset : str
    reset_after : bool
        Of the GRU: whether the reset gate comes after the product.
    weights : dict of str to float
        What differs from the preset's weights: ``{"b_f": 2.0}``. Names are ``W_xf``, ``W_hf``, ``b_f`` for each of i,
        f, g, o, then ``p_i``, ``p_f``, ``p_o`` and ``b_hn``; a cell's own letters are understood too, such as ``W_xz``.
        For a layer of :meth:`of`, arrays (H, D), (H, H), (H,).
    inputs : array (T, D), or an empty one: the preset's inputs
    time : int from 0
        The step that is shown.
    unit : int from 0
        The unit that is shown.
    mode : {"move", "steps", "predict"}
    operation : int from 0
        The operation that ``mode="steps"`` shows.
    display : {"lines", "map"}
        How the gates are shown over time.

    Raises
    ------
    ValueError
        If a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> lab = CellLab(cell="LSTM", preset="latch", weights={"b_f": 2.0})
    >>> lab.trace()["c"].shape
    (20, 1, 1)
    >>> lab.layer().parameters()["bias_l0"]
    array([-6.,  2.,  0.,  6.])
    """

    FACTS = FACTS
    HEIGHTS = (692, 1597)

    cell = OneOf(lambda lab: lab._cells, "LSTM")
    reset_after = Flag(True)
    nonlinearity = OneOf(("tanh", "relu"))
    preset = OneOf(lambda lab: [preset["name"] for preset in lab._presets], "latch")
    weights = _Weights()
    inputs = _Inputs(ndim=2)
    time = Integer(0, low=0, high=lambda lab: len(lab.x) - 1)
    unit = Integer(0, low=0, high=lambda lab: lab._sizes["H"] - 1)
    mode = OneOf(("move", "steps", "predict"))
    operation = Integer(0, low=0, high=99)
    display = OneOf(("lines", "map"))
    _presets: traitlets.List = traitlets.List().tag(sync=True)
    _sizes = traitlets.Dict().tag(sync=True)
    _cells: traitlets.List = traitlets.List().tag(sync=True)  # that can be switched to
    _drawings = traitlets.Dict().tag(sync=True)
    _asked = Integer(0).tag(sync=True)  # the page counts it up to ask for PyTorch's values
    _can_ask = traitlets.Bool(False).tag(sync=True)  # whether the Python behind the lab has PyTorch
    _said = traitlets.Dict().tag(sync=True)

    def __init__(
        self, cell: str | None = None, preset: str = "latch", *, cells: Sequence[str] | None = None, **traits: Any
    ) -> None:
        own = traits.pop("_own", None)
        if cells is not None and (not cells or not set(cells) <= set(CELLS)):
            raise ValueError(f"CellLab: expected cells of {list(CELLS)}, got {cells!r}")
        self._cells = own["cells"] if own else [name for name in CELLS if cells is None or name in cells]
        self._presets = [own] if own else _with_torch(self._cells)
        self._sizes = own["sizes"] if own else {"D": 1, "H": 1}
        self._drawings = {name: diagram(name).svg for name in DRAWINGS}
        self._can_ask = find_spec("torch") is not None
        self.preset = own["name"] if own else preset
        self.inputs = traits.pop("inputs", np.zeros((0, self._sizes["D"])))  # bounds the time
        begin = {"cell": cell or self._chosen["cell"], "time": min(self._chosen["time"], len(self.x) - 1)}
        tasks = tasks_of(self._chosen, begin["cell"], self._cells)
        super().__init__(**({"tasks": tasks} | begin | {"preset": self.preset, "inputs": self.inputs} | traits))
        self._presets = [
            given | {"tasks": self.tasks if given is self._chosen else tasks_of(given, given["cell"], self._cells)}
            for given in self._presets
        ]

    @classmethod
    def of(cls, layer: RecurrentLayer, x: ArrayLike, **traits: Any) -> "CellLab":
        """The lab of a layer of yours, such as ``lt.from_torch(nn.LSTM(3, 8))``, reading `x`.

        Parameters
        ----------
        layer : RNN, LSTM1997, LSTM, PeepholeLSTM or GRU
            Of one layer and one direction; it is copied.
        x : array (T, D), or (T, 1, D)
            The inputs; at most 400 steps.
        **traits
            As of the class; `unit` says which unit is shown first.

        Examples
        --------
        >>> import lstm_tutor as lt
        >>> lab = CellLab.of(lt.LSTM(3, 8, rng=0), np.zeros((100, 3)), unit=5)
        >>> lab.trace()["f"].shape
        (100, 1, 8)
        """
        cell = type(layer).__name__
        if cell not in CELLS or layer.num_layers != 1 or layer.bidirectional:
            raise ValueError(
                f"CellLab.of: expected one of {list(CELLS)} with one layer and one direction, got {layer!r}"
            )
        first = layer.cells[0][0]
        if getattr(first, "gate_recurrence", False) or getattr(first, "cells_per_block", 1) != 1:
            raise ValueError(f"CellLab.of: expected a cell without gate recurrence or blocks of cells, got {layer!r}")
        x = np.array(x, dtype="f8")
        x = x[:, 0] if x.ndim == 3 and x.shape[1] == 1 else x
        D, H = layer.input_size, layer.hidden_size
        if x.ndim != 2 or x.shape[1] != D or not 1 <= len(x) <= LONGEST or not np.isfinite(x).all():
            raise ValueError(
                f"CellLab.of: expected finite x of shape (T, {D}) with 1 to {LONGEST} steps, got {x.shape}"
            )
        options = {name: getattr(first, name) for name in OPTIONS.get(cell, ())}
        weights = weights_of(layer)
        own = {
            "name": "own", "title": "your layer", "cell": cell, "time": 0, "weights": weights, "x": x.tolist(),
            "point": f"{cell}, {D} input{'s' * (D > 1)}, {H} hidden unit{'s' * (H > 1)}, {len(x)} steps.", "seen": {},
            "torch": {}, "sizes": {"D": D, "H": H},
            "cells": [name for name in CELLS if _can_be(cell, name)],
        }  # fmt: skip
        if cell == "GRU":
            weights.setdefault("b_hn", as_plain(np.zeros(H)))  # for a switch to the reset after the product
        return cls(_own=own, **(options | traits))

    def choose(self, preset: str) -> None:
        """Begin a preset: its cell, weights and inputs; what was changed is dropped."""
        self.preset = preset
        with self.hold_sync():
            self.weights, self.inputs, self.time = {}, np.zeros((0, self._sizes["D"])), 0
            self.cell, self.reset_after, self.time = self._chosen["cell"], True, self._chosen["time"]

    @property
    def x(self) -> NumPyArray:
        """The inputs that are shown, (T, D)."""
        return self.inputs.copy() if len(self.inputs) else np.array(self._chosen["x"], dtype="f8")

    def layer(self) -> RecurrentLayer:
        """A layer with the weights as they are now, of its own: changing it changes nothing here."""
        weights = merged(self._chosen["weights"], self.weights)
        return layer_of(self.cell, weights, **self._sizes, reset_after=self.reset_after, nonlinearity=self.nonlinearity)

    def trace(self) -> Trace:
        """The :class:`~lstm_tutor.trace.Trace` of :meth:`layer` reading :attr:`x`, from a state of zeros."""
        return self.layer().forward(self.x[:, None, :])

    def verify(self) -> "Report":
        """Ask PyTorch for the present state; its values appear in the widget as open circles.

        Returns
        -------
        Report : see :func:`lstm_tutor.reference.verify`
        """
        from lstm_tutor.reference import verify  # imports torch

        self._said = {
            "weights": dict(self.weights), "inputs": self.inputs.ravel().tolist(), "preset": self.preset,
            "cell": self.cell, "reset_after": self.reset_after, "values": said(self.layer(), self.x),
        }  # fmt: skip
        return verify(self.layer(), self.x[:, None, :])

    def figure(self) -> Still:
        """The cell with the values of the unit at the time that is shown."""
        trace, t, unit = self.trace(), min(self.time, len(self.x) - 1), self.unit
        drawn = "gru_before" if self.cell == "GRU" and not self.reset_after else self.cell
        values = {name: float(trace[name][t, 0, unit]) for name in trace.names}
        for name in trace.final_state._fields:
            values[f"{name}_prev"] = float(trace[name][t - 1, 0, unit]) if t else 0.0
        if self.cell == "RNN" and self.nonlinearity == "relu":
            values = {}  # the drawing's box says tanh
        told = ", ".join(f"{MEANINGS.get(name, name)} {name} = {trace[name][t, 0, unit]:.2f}" for name in trace.names)
        alt = f"{self.cell}, {self._chosen['title']}, unit {unit}, step {t + 1} of {len(self.x)}: {told}."
        caption = f"{self._chosen['title'].capitalize()}, step {t + 1}. {self._chosen['point']}"
        return Still(diagram(drawn, values=values).svg, alt, caption)

    @property
    def _chosen(self) -> dict[str, Any]:
        return next(preset for preset in self._presets if preset["name"] == self.preset)

    @traitlets.observe("_asked")
    def _ask(self, change: object) -> None:
        try:
            self.verify()
        except ImportError as missing:
            self._said = {"error": f"PyTorch is not installed here: {missing}"}


OPTIONS = {"RNN": ("nonlinearity",), "GRU": ("reset_after",)}


def _can_be(cell: str, other: str) -> bool:
    """Whether a layer's weights are all that another cell needs; the GRU shares with none but itself."""
    if "GRU" in (cell, other):
        return cell == other
    return set(names_of(other)) <= set(names_of(cell))


def _with_torch(cells: list[str]) -> list[dict[str, Any]]:
    """The presets of some cells, with PyTorch's values and the words for a reader who knows these cells."""
    values, presets = stored(), []
    for preset in PRESETS:
        words = preset.get("alone", {}) if cells == [preset["cell"]] else {}
        torch = {key: said for key, said in values[preset["name"]].items() if key.split()[0] in cells}
        plain = {name: value for name, value in preset.items() if name != "alone"}
        presets += [plain | words | {"torch": torch}] if preset["cell"] in cells else []
    return presets
