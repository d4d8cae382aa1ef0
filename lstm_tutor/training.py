"""The loop that trains a model: with a progress bar, a history, and nothing lost when it is interrupted."""

import contextlib
import signal
import threading

import numpy as np
from tqdm import tqdm

from lstm_tutor.optim import clip_by_global_norm
from lstm_tutor.storage import read_arrays, write_arrays

__all__ = ["History", "Trainer"]


class History:
    """What a training run looked like.

    Attributes
    ----------
    loss : list of float, the loss of each update's batch, nats or squared units
    gradient_norm : list of float, the joint length of the gradients before clipping
    metrics : dict of name -> (list of update numbers, list of values)
    """

    def __init__(self):
        self.loss, self.gradient_norm, self.metrics = [], [], {}

    @property
    def steps(self):
        """Update numbers of `loss`: 1, 2, ..."""
        return np.arange(1, len(self.loss) + 1)

    def record_metric(self, name, step, value):
        """Add one value of a metric."""
        steps, values = self.metrics.setdefault(name, ([], []))
        steps.append(int(step))
        values.append(float(value))

    def to_dict(self):
        """Everything, as JSON can hold it."""
        return {"loss": self.loss, "gradient_norm": self.gradient_norm, "metrics": self.metrics}

    @classmethod
    def from_dict(cls, data):
        """The history that :meth:`to_dict` described."""
        history = cls()
        history.loss, history.gradient_norm = list(data["loss"]), list(data["gradient_norm"])
        history.metrics = {name: (list(steps), list(values)) for name, (steps, values) in data["metrics"].items()}
        return history


class Trainer:
    """Trains a model on numbered batches; stops cleanly, resumes exactly.

    Parameters
    ----------
    model : SequenceModel or Seq2Seq
    batches : function from an update's number (0, 1, ...) to a Batch, the same Batch whenever it is asked; a batch
        with ``start=False`` continues the sequences of the one before, and the state is carried over (truncated BPTT)
    optimizer : SGD or Adam
    clip : None, or the largest joint length of the gradients
    schedule : None, or function from an update's number to its learning rate
    metrics : dict of name -> function from the model to a number, asked every `every` updates
    every : int
    rng : None, or int seed for dropout

    Attributes
    ----------
    step : int, number of updates done
    history : History
    state : the layer's state after the last batch
    """

    def __init__(
        self, model, batches, optimizer, *, clip=None, schedule=None, metrics=None, every=100, rng=None
    ):  # fmt: skip
        self.model, self.batches, self.optimizer = model, batches, optimizer
        self.clip, self.schedule, self.metrics, self.every, self.rng = clip, schedule, metrics or {}, every, rng
        self.step, self.history, self.state = 0, History(), None

    def update(self):
        """One update from one batch."""
        batch = self.batches(self.step)
        rng = None if self.rng is None else np.random.default_rng([self.rng, self.step])
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

    def run(self, steps, *, progress=True, checkpoint=None, until=None):
        """Train until `steps` updates are done *in all*; what an earlier run did counts.

        An interrupt (Ctrl-C, or a notebook's stop button) ends the run after the update under way. Call ``run`` again
        to go on: the result is the same as if nothing had happened.

        Parameters
        ----------
        steps : int
        progress : show a progress bar
        checkpoint : None, or a path; everything is saved there at the end, also at an interrupted one
        until : None, or a function from the trainer to bool, asked every `every` updates; True ends the run

        Returns
        -------
        History
        """
        bar = tqdm(total=steps, initial=self.step, disable=not progress, unit="update", leave=False)
        with bar, _interruptible() as interrupted:
            try:
                while self.step < steps and not interrupted.is_set():
                    self.update()
                    bar.update()
                    if self.step % self.every == 0:
                        bar.set_postfix(loss=f"{np.mean(self.history.loss[-self.every :]):.3f}")
                        if until is not None and until(self):
                            break
            finally:
                if checkpoint is not None:
                    self.save(checkpoint)
        return self.history

    def save(self, path):
        """Write parameters, optimizer, history and carried state to `path`, all of it or nothing."""
        arrays = {f"parameters:{name}": array for name, array in self.model.parameters().items()}
        arrays |= {f"optimizer:{name}": array for name, array in self.optimizer.state().items()}
        if self.state is not None:
            arrays |= {f"state:{name}": array for name, array in self.state._asdict().items()}
        write_arrays(path, arrays, {"kind": "Trainer", "step": self.step, "history": self.history.to_dict()})

    def load(self, path):
        """Take over what :meth:`save` wrote, into a trainer made with the same arguments.

        Raises
        ------
        ValueError : the file is damaged, or holds another kind of model; nothing is changed then
        """
        arrays, about = read_arrays(path)
        if about.get("kind") != "Trainer":
            raise ValueError(f"Trainer.load: expected a training state, got {path} with {about.get('kind')!r}")
        parts = {"parameters": {}, "optimizer": {}, "state": {}}
        for key, array in arrays.items():
            part, _, name = key.partition(":")
            parts[part][name] = array
        history = History.from_dict(about["history"])
        before = {name: array.copy() for name, array in self.model.parameters().items()}
        self.model.load_parameters(parts["parameters"])  # checks every name and shape before it changes anything
        try:
            self.optimizer.load_state(parts["optimizer"])
        except ValueError:
            self.model.load_parameters(before)
            raise
        self.state = self.model.State(**parts["state"]) if parts["state"] else None
        self.step, self.history = about["step"], history


@contextlib.contextmanager
def _interruptible():
    """An event that an interrupt sets, so that no update is cut in half; a second interrupt raises at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only the main thread hears of interrupts
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
