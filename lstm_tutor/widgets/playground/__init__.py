"""The playground: cells race on one task, trained in the page."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import traitlets

from lstm_tutor.palette import LABEL, MIDTONE, MODELS
from lstm_tutor.types import Array as NumPyArray
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Array, Flag, Integer, Number, OneOf, Synced
from lstm_tutor.widgets.playground.runs import stored
from lstm_tutor.widgets.playground.tasks import CELLS, CONTROLS, GUIDE, TASKS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Playground"]

STYLES = {"RNN": (0, (4.5, 2)), "LSTM": "-", "GRU": (0, (1, 1.2))}  # as in the page


class _Names(Synced):
    """Some of `known`, each once, in that order."""

    def __init__(self, known: Iterable[str], default_value: Iterable[str] = (), *, least: int = 0) -> None:
        super().__init__(list(default_value))
        self.known, self.least = known, least
        self.expected = f"{'some' if least else 'none or some'} of {list(known)}"

    def checked(self, obj: Any, value: Any) -> Any:
        given = [value] if isinstance(value, str) else list(value) if isinstance(value, list | tuple | set) else [None]
        if len(given) < self.least or not all(isinstance(name, str) and name in self.known for name in given):
            return None
        return [name for name in self.known if name in given]


class Playground(Widget, bundle="playground"):
    """RNN, LSTM and GRU, trained against each other in the page on the same batches.

    The training runs in the page, beside it (a worker), by the same equations, losses, Adam and clipping as this
    package's. The same settings make the same run, bit for bit.

    Parameters
    ----------
    task : {"adding", "copying", "reber"}
    **traits
        The attributes below; what is not given is what the task usually begins with.

    Attributes
    ----------
    task : str
    cells : list of "RNN", "LSTM", "GRU"
    equal : {"units", "parameters"}
        What the cells have in common: `hidden_size` units each, or as many parameters as an LSTM with `hidden_size`
        units has.
    hidden_size : int, 2 to 32
    learning_rate : float, 0.0001 to 0.3
        Of Adam.
    batch_size : int, 1 to 64
    length : int
        Adding: steps of a sequence, 22 to 60; copying: blanks between a row and its copy, 1 to 60; Reber: strings
        between the two letters, 1 to 4.
    seed : int, 0 to 9999
        Of the weights and of the batches.
    clip : float, 0.01 to 100
        The largest joint length of a cell's gradients.
    forget_bias : float, -6 to 6
        At the start, of the gates that keep: the LSTM's f and the GRU's z.
    until : int, 1 to 50000
        Updates to stop after.
    speed : int
        Updates per second; 0 for as fast as it goes.
    playing : bool
        Whether it trains.
    hide : list of the names of controls and pictures that the reader does not get
    step : int
        Updates done; the page sets it.
    history : array (cells, 2, step)
        The loss of each update and the share of right answers. The page sets it, about once a second while it trains,
        and when it stops.

    Raises
    ------
    ValueError
        If a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> race = Playground(task="adding", length=30, seed=4, hide=["link", "speed"])
    >>> race.hidden_size, race.learning_rate
    (12, 0.02)
    >>> race.losses["LSTM"].shape
    (0,)
    """

    task = OneOf(TASKS)
    cells = _Names(CELLS, CELLS, least=1)
    equal = OneOf(("units", "parameters"))
    hidden_size = Integer(12, low=2, high=32)
    learning_rate = Number(0.02, low=1e-4, high=0.3)
    batch_size = Integer(16, low=1, high=64)
    length = Integer(25, low=1, high=60)
    seed = Integer(0, low=0, high=9999)
    clip = Number(1.0, low=0.01, high=100)
    forget_bias = Number(1.0, low=-6, high=6)
    until = Integer(1500, low=1, high=50_000)
    speed = Integer(0, low=0, high=1000)
    playing = Flag(False)
    hide = _Names(CONTROLS)
    step = Integer(0, low=0)
    history = Array(ndim=3)
    HEIGHTS = (672, 1480)
    FACTS = ("task", "length", "seed", "forget_bias", "step", "playing", "first")
    TASKS = GUIDE  # of the reader; the module's TASKS are those of the cells
    _tasks: traitlets.Dict = traitlets.Dict().tag(sync=True)
    _controls: traitlets.List = traitlets.List().tag(sync=True)

    def __init__(self, task: str = "adding", **traits: Any) -> None:
        usual = TASKS[task]["usual"] if isinstance(task, str) and task in TASKS else {}
        guide: dict[str, Any] = {} if task == "adding" and not traits.keys() & {"cells", "hide"} else {"tasks": []}
        super().__init__(**({"task": task} | usual | guide | traits))
        self._tasks, self._controls = TASKS, list(CONTROLS)

    @traitlets.validate("length")
    def _length_of_the_task(self, proposal: Any) -> int:
        task = TASKS[self.task]
        if not task["least"] <= proposal["value"] <= task["most"]:
            raise ValueError(
                f"Playground: expected length to be an int from {task['least']} to {task['most']} for {self.task}, "
                f"got {proposal['value']}"
            )
        return proposal["value"]

    @traitlets.observe("task")
    def _fit_length(self, change: Any) -> None:
        task = TASKS[change["new"]]
        if not task["least"] <= self.length <= task["most"]:
            self.length = task["usual"]["length"]

    @property
    def losses(self) -> dict[str, NumPyArray]:
        """By cell, the loss of every update so far, array (step,)."""
        return self._series(0)

    @property
    def right(self) -> dict[str, NumPyArray]:
        """By cell, the share of right answers in the batch of every update so far, array (step,)."""
        return self._series(1)

    def _series(self, row: int) -> dict[str, NumPyArray]:
        if len(self.history) != len(self.cells):
            return {kind: np.zeros(0) for kind in self.cells}
        return {kind: self.history[k, row] for k, kind in enumerate(self.cells)}

    @staticmethod
    def races() -> dict[str, dict[str, NumPyArray]]:
        """How stored races ended, by name (a task, with its usual settings; or "adding, bias 0"), by cell, by seed.

        Returns
        -------
        dict of name -> dict of cell -> array (seeds,), the share of right answers in the last 20 updates
        """
        return {
            task: {kind: np.array([run["cells"][kind]["rights"][-1] for run in race["runs"]]) for kind in CELLS}
            for task, race in stored().items()
        }

    def figure(self) -> Still:
        """Stored races of the task with its usual settings, one thin line per seed."""
        order, runs = stored()[self.task].values()
        figure, alt = _drawn(self.task, runs, order["bin"], order["updates"])
        caption = f"Stored races on {TASKS[self.task]['text'].lower()}, seeds {runs[0]['seed']} to {runs[-1]['seed']}."
        return Still.of_figure(figure, alt, caption)


def _drawn(task: str, runs: list[dict[str, Any]], bin_size: int, updates: int) -> tuple["Figure", str]:
    """The figure of stored runs, and in words what it shows."""
    import matplotlib.pyplot as plt

    from lstm_tutor.plots import style

    with style():
        figure, (losses, rights) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    kinds, told = list(runs[0]["cells"]), []
    for kind in kinds:
        color, _ = MODELS[kind.lower()]
        for axes, name in ((losses, "losses"), (rights, "rights")):
            values = np.array([run["cells"][kind][name] for run in runs])
            steps = np.minimum((np.arange(values.shape[1]) + 0.5) * bin_size, updates)
            axes.plot(steps, values.T, color=color, linewidth=0.8, alpha=0.4)
            axes.plot(steps, np.median(values, axis=0), color=color, linestyle=STYLES[kind], linewidth=2.2, label=kind)
        ends = [100 * run["cells"][kind]["rights"][-1] for run in runs]
        told.append(f"{kind} {min(ends):.0f} to {max(ends):.0f} percent right")
    losses.axhline(runs[0]["baseline"], color=MIDTONE, linestyle=":", label="without memory")
    rights.axhline(runs[0]["chance"], color=MIDTONE, linestyle=":", label="without memory")
    losses.set(yscale="log", xlabel="updates", ylabel="loss")
    rights.set(ylim=(0, 1.02), xlabel="updates", ylabel="share of right answers")
    rights.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), labelcolor=LABEL)
    alt = (
        f"Loss and share of right answers of the three cells on {TASKS[task]['text'].lower()} over {updates} updates, "
        f"with {len(runs)} seeds each. At the end: {', '.join(told)}; without memory "
        f"{100 * runs[0]['chance']:.0f} percent."
    )
    return figure, alt
