"""The family tree: what became of the LSTM's two ideas, two cells at a time, with one set of weights and one input."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from lstm_tutor.activations import softmax
from lstm_tutor.types import RNG
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Array, Integer, Number, OneOf, Synced
from lstm_tutor.widgets.family.layers import LETTERS, H, Pool, layer_of

__all__ = ["KINDS", "STEPS", "FamilyTree"]

STEPS = 32
PULSES = {0: 1.0, 8: -0.6, 14: 0.8, 20: -1.0, 26: 0.5}
#: Kinds, as the package calls them, and their names in the tree.
KINDS = {
    "RNN": "RNN", "LSTM1997": "LSTM 1997", "LSTM": "LSTM", "PeepholeLSTM": "peephole", "GRU": "GRU",
    "MinGRU": "minGRU", "MinLSTM": "minLSTM", "SLSTM": "sLSTM", "MLSTM": "mLSTM",
    "LinearAttention": "linear attention", "DeltaRule": "delta rule", "GatedDeltaRule": "gated delta rule",
    "LRU": "diagonal SSM", "Attention": "causal attention",
}  # fmt: skip


class Inputs(Synced):
    """A sequence of at most 32 numbers from -1 to 1; what is missing at its end is zero."""

    def make_dynamic_default(self) -> list[float]:
        return [PULSES.get(t, 0.0) for t in range(STEPS)]

    def checked(self, obj: Any, value: Any) -> Any:
        self.expected = f"1 to {STEPS} numbers from -1 to 1"
        try:
            numbers = np.array(value, dtype="f8")
        except (TypeError, ValueError):
            return None
        fits = numbers.ndim == 1 and 1 <= len(numbers) <= STEPS and bool((np.abs(numbers) <= 1).all())
        return [*numbers.tolist(), *[0.0] * (STEPS - len(numbers))] if fits else None


class FamilyTree(Widget, bundle="family"):
    """Two cells of the family side by side: their equations, one sequence through both, memory against lag, and cost.

    All cells draw on the same random weights, by letter: two forget gates are made of the same numbers, and so are two
    candidates or two keys. What differs is what the equations do with them. Each has one input and four units.

    Parameters
    ----------
    left, right : str
        The two cells, of :data:`KINDS`.
    x : sequence of at most 32 numbers from -1 to 1
        The input; what is missing at its end is zero.
    keep : float
        The bias of every gate that keeps, from -2 to 6: of forget gates, of the GRU's update gate, of a decay. The
        factors of the diagonal state space are as large as such a gate is open.
    measure : {"memory", "output"}
        Where it is looked for what is left of the first input.
    cost : {"work", "state"}
        Multiply-adds for a sequence, or numbers kept from step to step.
    width : int
        d, the number of inputs and of units that the costs are for, from 16 to 4096.
    rng : int seed or numpy.random.Generator
        For the weights.

    Raises
    ------
    ValueError
        If a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import FamilyTree
    >>> widget = FamilyTree(left="LSTM1997", right="LSTM", keep=3)
    >>> bool(widget.retained("LSTM1997")[-1] > widget.retained("LSTM")[-1])
    True
    """

    HEIGHTS = (669, 1593)
    FACTS = ("pair", "keep", "measure", "cost", "width", "memory_left", "memory_right")
    TASKS = (
        {"task": "Press “LSTM 1997”, then “LSTM”. What is lit is the forget gate.",
         "when": {"pair": "LSTM LSTM1997"},
         "shows": "One word more in the first row. Without a forget gate nothing fades; with it, old input can go."},
        {"task": "Compare linear attention with the delta rule.", "when": {"pair": "DeltaRule LinearAttention"},
         "shows": "A sum without forgetting keeps input 1 for good. The delta rule overwrites what is stored "
         "under the same key."},
        {"task": "Compare the LSTM with causal attention, and look at the state size.",
         "when": {"pair": "Attention LSTM", "cost": "state"},
         "shows": "Attention keeps every step, and its memory grows with the length. That of the LSTM stays as it is."},
    )  # fmt: skip

    left = OneOf(KINDS, "LSTM")
    right = OneOf(KINDS, "MLSTM")
    x = Inputs()
    keep = Number(3.0, low=-2.0, high=6.0)
    measure = OneOf(("memory", "output"))
    cost = OneOf(("work", "state"))
    width = Integer(256, low=16, high=4096)
    _letters = traitlets.List(list(LETTERS)).tag(sync=True)
    _W = Array(ndim=2)
    _U = Array(ndim=3)
    _b = Array(ndim=2)
    _p = Array(ndim=2)
    _C = Array(ndim=2)
    _angles = Array(ndim=1)

    def __init__(self, *, rng: RNG = 2, **traits: Any) -> None:
        super().__init__(**traits)
        for name, array in Pool.random(rng)._asdict().items():
            setattr(self, f"_{name}", array)

    @property
    def pool(self) -> Pool:
        return Pool(self._W, self._U, self._b, self._p, self._C, self._angles)

    def layer(self, kind: str) -> Any:
        """The package's layer of that kind with the widget's weights, one input and four units."""
        return layer_of(kind, self.pool, self.keep)

    def outputs(self, kind: str) -> NumPyArray:
        """What the cell says at each step of `x`, (32, 4)."""
        return self._outputs_and_slopes(kind)[0]

    def retained(self, kind: str) -> NumPyArray:
        """How much of the first input is left in the output of each step: ``|dh_t/dx_1| / |dh_1/dx_1|``, (32,)."""
        sizes = np.linalg.norm(self._outputs_and_slopes(kind)[1], axis=1)
        return sizes / sizes[0]

    def figure(self) -> Still:
        """What is left of the first input in both cells' outputs, against lag."""
        import matplotlib.pyplot as plt

        from lstm_tutor import plots

        pair = list(dict.fromkeys((self.left, self.right)))
        curves = {KINDS[kind]: self.retained(kind) for kind in pair}
        with plots.style():
            figure, ax = plt.subplots(figsize=(5.2, 2.6))
            for (name, curve), dash in zip(curves.items(), ("-", "--"), strict=False):
                ax.semilogy(curve, dash, color="#7A7A7A", label=name)
                ax.annotate(name, (len(curve) - 1, curve[-1]), xytext=(4, 0), textcoords="offset points", va="center")
            ax.set_xlabel("steps later")
            ax.set_ylabel("left of the first input")
        left = ", ".join(f"{name} {curve[-1]:.1e}" for name, curve in curves.items())
        alt = (
            f"How much of the first input is left in the output, against steps later. After {STEPS - 1} steps: {left}."
        )
        return Still.of_figure(figure, alt)

    def _outputs_and_slopes(self, kind: str) -> tuple[NumPyArray, NumPyArray]:
        """The outputs, and their derivatives with respect to the first input, (32, 4) each."""
        x = np.array(self.x)
        if kind == "Attention":
            return attention(self.pool, x)
        layer = self.layer(kind)
        copies = np.repeat(x[:, None, None], STEPS * H, axis=1)  # one for each output of each step
        trace = layer.forward(copies)
        one = np.eye(STEPS * H).reshape(STEPS, H, STEPS * H).swapaxes(1, 2)
        return trace.output[:, 0], layer.backward(trace, one).x[0, :, 0].reshape(STEPS, H)


def attention(pool: Pool, x: NumPyArray) -> tuple[NumPyArray, NumPyArray]:
    """Causal attention with one head: its outputs, and their derivatives with respect to the first input."""
    q, k, v = (x[:, None] * pool.W[row] + pool.b[row] for row in map(LETTERS.index, "qkv"))
    dk, dv = (pool.W[LETTERS.index(letter)] for letter in "kv")  # of the first key and value
    outputs, slopes = [v[0]], [dv]
    for t in range(1, len(x)):
        weights = softmax(k[: t + 1] @ q[t] / np.sqrt(H))
        outputs.append(weights @ v[: t + 1])
        slopes.append(weights[0] * (dv + dk @ q[t] / np.sqrt(H) * (v[0] - outputs[t])))
    return np.array(outputs), np.array(slopes)
