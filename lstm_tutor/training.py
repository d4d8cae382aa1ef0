"""The loop that trains a model: with a progress bar, a history, and nothing lost when it is interrupted."""

from __future__ import annotations

import contextlib
import operator
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from tqdm import tqdm

from lstm_tutor.checks import check_number, positive_int, refusing_unknown_options
from lstm_tutor.optim import Optimizer, clip_by_global_norm
from lstm_tutor.storage import check_finite, read_arrays, write_arrays
from lstm_tutor.types import RNG, Array, Schedule

__all__ = ["History", "Model", "Trainer"]


class Model(Protocol):
    """What a :class:`Trainer` trains: a SequenceModel, a Seq2Seq, or anything else with these methods."""

    def parameters(self) -> dict[str, Array]:
        """Return the live arrays by name."""

    def loss_and_gradients(self, batch: Any, state: Any = None, *, rng: Any = None) -> tuple[float, dict, Any]:
        """Return the loss on a batch, its gradients by name, and a trace with a `final_state`."""


class History:
    """What a training run looked like.

    Attributes
    ----------
    loss : list of float
        The loss of each update's batch, nats or squared units.
    gradient_norm : list of float
        The joint length of the gradients before clipping.
    metrics : dict of name -> (list of update numbers, list of values)
    """

    def __init__(self) -> None:
        self.loss: list[float] = []
        self.gradient_norm: list[float] = []
        self.metrics: dict[str, tuple[list[int], list[float]]] = {}

    def __repr__(self) -> str:
        parts = [f"{len(self.loss)} updates"]
        if self.loss:
            parts.append(f"loss {self.loss[0]:.4g} to {self.loss[-1]:.4g}")
        parts += [f"{name} {values[-1]:.4g}" for name, (_, values) in self.metrics.items()]
        return f"History({', '.join(parts)})"

    @property
    def steps(self) -> Array:
        """Update numbers of `loss`: 1, 2, ..."""
        return np.arange(1, len(self.loss) + 1)

    def record_metric(self, name: str, step: int, value: float) -> None:
        """Add one value of a metric."""
        steps, values = self.metrics.setdefault(name, ([], []))
        steps.append(int(step))
        values.append(float(value))

    def to_dict(self) -> dict[str, Any]:
        """Return a copy of everything, as JSON can hold it."""
        metrics = {name: (list(steps), list(values)) for name, (steps, values) in self.metrics.items()}
        return {"loss": list(self.loss), "gradient_norm": list(self.gradient_norm), "metrics": metrics}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> History:
        """Return the history that :meth:`to_dict` described."""
        history = cls()
        history.loss, history.gradient_norm = list(data["loss"]), list(data["gradient_norm"])
        history.metrics = {name: (list(steps), list(values)) for name, (steps, values) in data["metrics"].items()}
        return history


class Trainer:
    """Trains a model on numbered batches; stops cleanly, resumes exactly.

    Parameters
    ----------
    model : SequenceModel or Seq2Seq
        Or any other :class:`Model`.
    batches : function from an update's number (0, 1, ...) to a Batch
        It returns the same Batch for the same number. A batch with ``start=False`` continues the sequences of the one
        before, and the state is carried over (truncated BPTT).
    optimizer : Optimizer
        SGD, Adam, ...
    clip : float > 0 or None
        The largest joint length of the gradients.
    schedule : function from an update's number to its learning rate, or None
    metrics : dict of name -> function from the model to a number
        Measured every `every` updates.
    every : int
    rng : None, int seed, sequence of ints or numpy.random.Generator
        For dropout, which None leaves out. From a Generator a seed is drawn once. A run that is loaded goes on with
        the seed it was saved with.

    Attributes
    ----------
    step : int
        The number of updates done.
    history : History
    state : the state of the model, or None
        The layer's state after the last batch.

    Examples
    --------
    >>> from lstm_tutor import LSTM, Adam, SequenceModel, tasks
    >>> model = SequenceModel(LSTM(9, 5, rng=0), 4, rng=0)
    >>> trainer = Trainer(model, lambda k: tasks.recall(2, 8, rng=k), Adam(0.01), clip=1.0)
    >>> _ = trainer.run(3, progress=False)
    >>> trainer
    Trainer(SequenceModel(LSTM(9, 5), 4), Adam(learning_rate=0.01, betas=(0.9, 0.999), eps=1e-08), clip=1.0, step=3)
    """

    @refusing_unknown_options
    def __init__(
        self,
        model: Model,
        batches: Callable[[int], Any],
        optimizer: Optimizer,
        *,
        clip: float | None = None,
        schedule: Schedule | None = None,
        metrics: Mapping[str, Callable[[Any], float]] | None = None,
        every: int = 100,
        rng: RNG = None,
    ) -> None:
        if isinstance(model, type) or not hasattr(model, "loss_and_gradients"):
            raise ValueError(f"Trainer: expected a model with loss_and_gradients, such as lt.SequenceModel(layer, "
                             f"output_size), got {model!r}")  # fmt: skip
        if not callable(batches):
            raise ValueError(f"Trainer: expected batches to be a function from an update's number to a Batch, such as "
                             f"lambda k: batch, got {type(batches).__name__}")  # fmt: skip
        if not isinstance(optimizer, Optimizer):
            raise ValueError(f"Trainer: expected an optimizer, such as lt.Adam(0.001), got {optimizer!r}")
        if clip is not None and clip != np.inf:
            check_number("Trainer", "clip", clip, "> 0", lambda clip: clip > 0)
        if schedule is not None and not callable(schedule):
            raise ValueError(f"Trainer: expected schedule to be a function from an update's number to its learning "
                             f"rate, such as lt.optim.cosine(0.01, 1000), got {schedule!r}")  # fmt: skip
        if metrics is not None and not (isinstance(metrics, Mapping) and all(map(callable, metrics.values()))):
            raise ValueError(f"Trainer: expected metrics to be a dict of functions from the model to a number, "
                             f"got {metrics!r}")  # fmt: skip
        self.model: Any = model
        self.batches, self.optimizer = batches, optimizer
        self.clip, self.schedule, self.metrics = clip, schedule, dict(metrics or {})
        self.every, self.rng = positive_int("Trainer", "every", every), _seed(rng)
        self.step, self.history = 0, History()
        self.state: Any = None

    def __repr__(self) -> str:
        return f"Trainer({self.model!r}, {self.optimizer!r}, clip={self.clip!r}, step={self.step})"

    def update(self) -> None:
        """Make one update from one batch."""
        batch = _check_batch(self.batches(self.step))
        rng = None if self.rng is None else np.random.default_rng([*self.rng, self.step])
        loss, gradients, trace = self.model.loss_and_gradients(batch, None if batch.start else self.state, rng=rng)
        gradients, norm = clip_by_global_norm(gradients, np.inf if self.clip is None else self.clip)
        if self.schedule is not None:
            self.optimizer.learning_rate = self.schedule(self.step)
        self.optimizer.step(self.model.parameters(), gradients)
        self.state = trace.final_state
        self.step += 1
        self.history.loss.append(loss)
        self.history.gradient_norm.append(norm)
        if self.step % self.every == 0:
            for name, metric in self.metrics.items():
                self.history.record_metric(name, self.step, metric(self.model))

    def run(
        self,
        steps: int,
        *,
        progress: bool = True,
        checkpoint: str | os.PathLike | None = None,
        until: Callable[[Trainer], Any] | None = None,
        interruptible: bool = True,
    ) -> History:
        """Train until `steps` updates are done *in all*; what an earlier run did counts.

        An interrupt (Ctrl-C, or a notebook's stop button) ends the run after the update under way. Call ``run`` again
        to go on: the result is the same as if nothing had happened.

        Parameters
        ----------
        steps : int
        progress : bool
            Show a progress bar.
        checkpoint : path or None
            Everything is saved there at the end, also at an interrupted one.
        until : function from the trainer to bool, or None
            Called after every update; true ends the run.
        interruptible : bool
            With False an interrupt raises KeyboardInterrupt at once, so that a script cannot take a run that was cut
            short for a finished one. The update under way is lost then, and the trainer should not be run on.

        Returns
        -------
        History
        """
        if not isinstance(steps, int | np.integer):
            raise ValueError(f"Trainer.run: expected steps to be an int, got {steps!r}")
        bar = tqdm(total=steps, initial=self.step, disable=not progress, unit="update", leave=False)
        with bar, _interrupts() if interruptible else contextlib.nullcontext(threading.Event()) as interrupted:
            try:
                while self.step < steps and not interrupted.is_set():
                    self.update()
                    bar.update()
                    if progress and self.step % self.every == 0:
                        bar.set_postfix(loss=f"{np.mean(self.history.loss[-self.every :]):.3f}")
                    if until is not None and until(self):
                        break
            finally:
                if checkpoint is not None:
                    self.save(checkpoint)
        return self.history

    def save(self, path: str | os.PathLike) -> None:
        """Write parameters, optimizer, history and carried state to `path`, all of it or nothing.

        Raises
        ------
        ValueError
            A parameter is NaN or inf; the file stays as it was.
        """
        parameters = self.model.parameters()
        check_finite("Trainer.save", parameters)
        arrays = {f"parameters:{name}": array for name, array in parameters.items()}
        arrays |= {f"optimizer:{name}": array for name, array in self.optimizer.state().items()}
        if self.state is not None:
            arrays |= {f"state:{name}": array for name, array in self.state._asdict().items()}
        about = {"kind": "Trainer", "step": self.step, "history": self.history.to_dict(), "rng": self.rng}
        write_arrays(path, arrays, about)

    def load(self, path: str | os.PathLike) -> None:
        """Continue from what :meth:`save` wrote, in a trainer made with the same arguments.

        Raises
        ------
        ValueError
            The file is damaged, or holds another kind of model; nothing is changed then.
        """
        arrays, about = read_arrays(path)
        if about.get("kind") != "Trainer":
            raise ValueError(f"Trainer.load: expected a training state, got {path} with {about.get('kind')!r}; "
                             f"lt.load reads the file of a layer or model")  # fmt: skip
        parts: dict[str, dict[str, Array]] = {"parameters": {}, "optimizer": {}, "state": {}}
        try:
            for key, array in arrays.items():
                part, _, name = key.partition(":")
                parts[part][name] = array
            history, step, rng = History.from_dict(about["history"]), int(about["step"]), about.get("rng")
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValueError(f"Trainer.load: expected a training state, got {path}: {error}") from error
        before = {name: array.copy() for name, array in self.model.parameters().items()}
        self.model.load_parameters(parts["parameters"])  # checks every name and shape before it changes anything
        try:
            state = self.model.State(**parts["state"]) if parts["state"] else None
            self.optimizer.load_state(parts["optimizer"])
        except (TypeError, ValueError):
            self.model.load_parameters(before)
            raise
        self.state, self.step, self.history = state, step, history
        if self.rng is not None and rng is not None:
            self.rng = rng


def _check_batch(batch: Any) -> Any:
    """Return `batch`, if it is one."""
    if not hasattr(batch, "start"):
        raise ValueError(f"Trainer: expected batches to return a lt.tasks.Batch, got {type(batch).__name__}")
    return batch


def _seed(rng: RNG) -> list[int] | None:
    """Return a seed as a list of ints; from a Generator one is drawn."""
    if rng is None:
        return None
    if isinstance(rng, np.random.Generator):
        return rng.integers(2**32, size=4).tolist()
    try:
        seed = [operator.index(number) for number in (rng if isinstance(rng, Sequence) else [rng])]
        np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(f"Trainer: expected rng to be None, a seed (ints >= 0) or a Generator, got {rng!r}") from None
    return seed


@contextlib.contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """An event that an interrupt sets, so that no update is cut in half; a second interrupt raises at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only the main thread receives interrupts
        yield event
        return
    before = signal.getsignal(signal.SIGINT)

    def note(number, frame):
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield event
    finally:
        signal.signal(signal.SIGINT, before)
