"""Operations on a network: gates of some units held shut or open while it reads, and what it writes on from there."""

import copy
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.analysis import hold
from lstm_tutor.models import SequenceModel
from lstm_tutor.sampling import greedy
from lstm_tutor.trace import Trace
from lstm_tutor.types import Array
from lstm_tutor.widgets._traits import Synced

__all__ = ["Gates", "Held", "operated", "written"]


class Gates(NamedTuple):
    """Which gates of a network can be held."""

    names: Sequence[str]
    hidden_size: int
    num_layers: int = 1


class Held(Synced):
    """Held gates, (gate, unit, 0 or 1) or with a layer at the end, stored sorted and with their layer.

    Parameters
    ----------
    gates : function of the widget
        It returns the widget's :class:`Gates`.
    """

    def __init__(self, gates: Callable[[Any], Gates], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.gates = gates

    def make_dynamic_default(self) -> Any:
        return []

    def checked(self, obj: Any, value: Any) -> Any:
        names, hidden_size, num_layers = self.gates(obj)
        self.expected = (
            "a list of (gate, unit, 0 or 1), or with a layer at the end, each gate at most once, of gates "
            f"{list(names)} and units from 0 to {hidden_size - 1}"
        )
        held: dict[tuple[int, str, int], int] = {}
        try:
            for gate, unit, level, *place in value:
                (layer,) = place or (0,)
                if not (gate in names and level in (0, 1) and 0 <= unit < hidden_size and 0 <= layer < num_layers):
                    return None
                held[operator.index(layer), gate, operator.index(unit)] = int(level)
            if len(held) != len(value):
                return None
        except (TypeError, ValueError):
            return None
        return [[gate, unit, level, layer] for (layer, gate, unit), level in sorted(held.items())]


def operated(model: SequenceModel, held: Iterable[tuple[str, int, float, int]]) -> SequenceModel:
    """A copy of a model in which gates (gate, unit, value, layer) are held; the model itself where none is."""
    layer = model.layer
    for gate, unit, value, at in held:
        layer = hold(layer, {gate: {unit: value}}, at=at)
    if layer is model.layer:
        return model
    changed = copy.copy(model)
    changed.layer = layer
    return changed


def written(model: SequenceModel, trace: Trace, count: int) -> Array:
    """What a model writes on after what it has read: `count` times the likeliest character, each read before the next.

    Parameters
    ----------
    model : SequenceModel over the characters of ``lstm_tutor.tasks.ALPHABET``
    trace : Trace
        Of the text so far; the model goes on from its final state.
    count : int

    Returns
    -------
    array (count,) of int
    """
    first = int(model.readout.forward(trace.output[-1, 0]).argmax())
    if count <= 1:
        return np.array([first][:count], int)
    return np.array([first, *greedy(model, [first], count - 1, state=trace.final_state).symbols], int)
