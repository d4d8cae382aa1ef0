"""The ablation switchboard: take a part out of the LSTM, and see how it learned without, seed by seed."""

from typing import Any

import numpy as np
import traitlets

from lstm_tutor import experiments
from lstm_tutor.diagrams import diagram
from lstm_tutor.types import Array
from lstm_tutor.widgets._base import Still, Widget
from lstm_tutor.widgets._traits import Flag, OneOf, Synced
from lstm_tutor.widgets.ablation import runs as stored

__all__ = ["AblationSwitchboard"]

TITLES = {"adding": "the adding task", "reber": "the embedded Reber grammar"}


class _Changes(Synced):
    """ "LSTM", the whole cell, or codes of changes joined by "+"."""

    expected = f'"LSTM", or some of {list(stored.CODES)} joined by "+"'

    def checked(self, obj: Any, value: Any) -> Any:
        named = stored.combination(value) if isinstance(value, str) else None
        return None if named is None else "+".join(named) or stored.FULL


class AblationSwitchboard(Widget, bundle="ablation"):
    """Switch parts of the LSTM with peepholes off, and see stored curves over seeds beside those of the whole cell.

    Only the eight single changes of Greff et al. (2017) were run; of a combination the widget says that it was not.
    Nothing is trained here: all figures are from stored runs, ``python -m lstm_tutor.experiments run ablation``.

    Parameters
    ----------
    task : {"adding", "reber"}
    variant : str
        "LSTM" for the whole cell, a change such as "NFG", or several, "NIG+NFG"; the changes are those of
        :class:`~lstm_tutor.cells.variants.LSTMVariantCell`.
    measure : {"wrong", "error"}
        What the curves show: the share of unseen sequences that are wrong, or, of the adding task, the mean squared
        error.
    shown : bool
        Whether the table of all variants is open; the page asks for a guess before.

    Raises
    ------
    ValueError
        If a value is not what a trait expects; nothing is changed then.

    Examples
    --------
    >>> from lstm_tutor.widgets import AblationSwitchboard
    >>> board = AblationSwitchboard(task="adding", variant="NFG")
    >>> [row["variant"] for row in board.table()][-1]
    'NIG'
    """

    HEIGHTS = (685, 1525)
    FACTS = ("variant", "task", "shown")
    TASKS = (
        {"task": "Take out the forget gate: press its valve f in the drawing, or its switch.",
         "when": {"variant": "NFG", "task": "adding"},
         "shows": "All ten runs still learn to add. Nothing has to be forgotten here."},
        {"task": "Put it back, and take out the input gate alone.", "when": {"variant": "NIG", "task": "adding"},
         "shows": "No run of ten learns to add: everything that comes is written into the memory."},
        {"task": "Take out the output gate alone.", "when": {"variant": "NOG", "task": "adding"},
         "shows": "Two runs of ten learn to add, where the whole cell has ten of ten: worse."},
        {"task": "Open “All variants” and press the fastest cell.",
         "when": {"variant": "CIFG", "task": "adding", "shown": True},
         "shows": "With coupled gates all ten runs succeed, sooner, and with fewer weights."},
    )  # fmt: skip

    task = OneOf(tuple(TITLES))
    variant = _Changes("LSTM")
    measure = OneOf(("wrong", "error"))
    shown = Flag(False)
    _drawing = traitlets.Unicode().tag(sync=True)
    _meanings = traitlets.Dict(dict(stored.MEANINGS)).tag(sync=True)
    _titles = traitlets.Dict(TITLES).tag(sync=True)
    _runs = traitlets.Dict().tag(sync=True)
    _limits = traitlets.Dict().tag(sync=True)
    _tables = traitlets.Dict().tag(sync=True)
    _paper = traitlets.Dict().tag(sync=True)
    _ours = traitlets.Dict().tag(sync=True)
    _claims = traitlets.Dict().tag(sync=True)
    _deviations = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        results = experiments.results("ablation")
        super().__init__(**traits)
        self._drawing = diagram("peephole").svg
        self._runs, self._limits = stored.runs(results), stored.limits(results)
        self._tables = {task: stored.table(results, task) for task in TITLES}
        self._paper, self._ours = stored.paper(results.experiment), stored.ours(results)
        self._claims, self._deviations = stored.claims(results), results.experiment.deviations

    def table(self) -> list[dict[str, Any]]:
        """The variants of the task, those that took fewest sequences first: list of dicts, see the widget's table."""
        return [dict(row) for row in self._tables[self.task]]

    def runs(self) -> list[dict[str, Any]]:
        """The stored runs of the variant that is shown, a dict each; [] of a combination that nobody ran."""
        return [dict(run) for run in self._runs[self.task].get(self.variant, [])]

    def figure(self) -> Still:
        """The curves: seeds thin, the median of the runs thick, failures with a cross at their end."""
        import matplotlib.pyplot as plt

        from lstm_tutor import plots

        told = []
        with plots.style():
            figure, ax = plt.subplots()
            shown = {stored.FULL: "C1"} | ({self.variant: "C0"} if self.variant != stored.FULL else {})
            for name, color in shown.items():
                runs = self._runs[self.task].get(name, [])
                for run in runs:
                    ax.plot(run["curve"]["sequences"], run["curve"]["wrong"], color=color, lw=0.8, alpha=0.5)
                    end = run["curve"]["sequences"][-1], run["curve"]["wrong"][-1]
                    ax.plot(*end, "o" if run["solved"] else "x", color=color, ms=5)
                if runs:
                    x, y = median(runs, self._limits[self.task])
                    ax.plot(x, y, color=color, label=name)
                    told.append(f"{name}: {sum(run['solved'] for run in runs)} of {len(runs)} runs met the criterion")
                else:
                    told.append(f"{name}: not run")
            ax.set(xlabel="sequences presented", ylabel="share wrong", ylim=(-0.03, 1.03))
            ax.legend(loc="upper right")
        alt = f"Share of unseen sequences wrong against sequences presented, on {TITLES[self.task]}. {'; '.join(told)}."
        return Still.of_figure(figure, alt)


def median(runs: list[dict[str, Any]], limit: dict[str, Any], name: str = "wrong") -> tuple[Array, Array]:
    """The median curve of all runs, (x, y); one that has stopped counts on with its last value."""
    x = np.arange(limit["every"], limit["most"] + 1, limit["every"])
    curves = [np.interp(x, run["curve"]["sequences"], run["curve"][name]) for run in runs]
    return x, np.median(curves, axis=0)
