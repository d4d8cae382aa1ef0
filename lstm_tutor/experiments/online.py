"""Training as in 1997: it stops once the most recent training sequences, as they came, were answered right."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_tutor import Adam, SequenceModel, Trace, Trainer
from lstm_tutor.activations import sigmoid, softmax
from lstm_tutor.experiments.experiment import Metrics, Settings
from lstm_tutor.experiments.recipes import UNATTENDED, build_model, learning_rate
from lstm_tutor.experiments.store import Results
from lstm_tutor.tasks import Batch
from lstm_tutor.types import Array

RECENT, TESTED = 2000, 2560


class Watched:
    """A model that records the errors it made at each sequence's end, before it learned from that sequence.

    It takes the model's place in a Trainer.

    Attributes
    ----------
    errors : list of array (N,)
        For each batch the largest absolute error of any output, by sequence.
    """

    def __init__(self, model: SequenceModel) -> None:
        self.model, self.parameters = model, model.parameters
        self.errors: list[Array] = []

    def loss_and_gradients(self, batch: Batch, state: Any = None, *, rng: Any = None) -> tuple[float, dict, Trace]:
        """Return what the model returns, and record its errors."""
        loss, gradients, trace = self.model.loss_and_gradients(batch, state, rng=rng)
        self.errors.append(end_errors(self.model, batch, trace).max(axis=1))
        return loss, gradients, trace

    def recent(self, count: int = RECENT) -> Array | None:
        """Return the errors of the last `count` sequences, in whole batches; None if there are not that many yet."""
        size = len(self.errors[-1])
        batches = count // size
        return np.concatenate(self.errors[-batches:]) if len(self.errors) >= batches else None


def end_errors(model: SequenceModel, batch: Batch, trace: Trace) -> Array:
    """Return the absolute error of each output at each sequence's last step, (N, K)."""
    N = batch.x.shape[1]
    last = np.full(N, len(batch.x) - 1) if batch.lengths is None else batch.lengths - 1
    outputs = model.readout.forward(trace.output[last, np.arange(N)])
    targets = batch.targets[last, np.arange(N)]
    if model.loss_name == "softmax_cross_entropy":
        return np.abs(softmax(outputs) - np.eye(model.output_size)[targets])
    if model.loss_name == "binary_cross_entropy":
        return np.abs(sigmoid(outputs) - targets)
    return np.abs(outputs - targets)


def errors_on(model: SequenceModel, batch: Batch) -> Array:
    """Return the absolute errors at the ends of a batch's sequences, (N, K)."""
    return end_errors(model, batch, model.layer.forward(batch.x, lengths=batch.lengths))


class Online:
    """A model in training on fresh sequences, each presented once.

    Parameters
    ----------
    settings : dict
        As :func:`~lstm_tutor.experiments.recipes.build_model` takes them, with batch_size, learning_rate and updates.
    make_batch : function
        From (batch_size, rng) to Batch.
    sizes : (int, int)
        The numbers of inputs and outputs.

    Attributes
    ----------
    model : SequenceModel
    """

    def __init__(
        self,
        settings: Settings,
        seed: int,
        make_batch: Callable[[int, Sequence[int]], Batch],
        sizes: tuple[int, int],
        *,
        loss: str = "softmax_cross_entropy",
    ) -> None:
        inputs, outputs = sizes
        self.settings, self.model = settings, build_model(settings, inputs, outputs, seed, loss=loss)
        self._watched = Watched(self.model)

        def batches(update):
            return make_batch(settings["batch_size"], [seed, 2, update])

        self._trainer = Trainer(
            self._watched, batches, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings)
        )

    def until(self, enough: Callable[[Array], bool | np.bool_]) -> bool:
        """Train until `enough` accepts the errors of the most recent sequences; False if the updates end before."""

        def stop(_):
            recent = self._watched.recent()
            return recent is not None and bool(enough(recent))

        self._trainer.run(self.settings["updates"], until=stop, **UNATTENDED)
        return stop(self._trainer)

    @property
    def presented(self) -> int:
        """The number of sequences presented so far."""
        return self._trainer.step * self.settings["batch_size"]


def outcome(online: Online, solved: bool) -> Metrics:
    """Return the metrics that all these experiments have."""
    return {"solved": solved, "sequences": online.presented if solved else None, "presented": online.presented,
            "parameters": online.model.size()}  # fmt: skip


def median_sequences(results: Results, variant: str) -> float:
    """Return the sequences of a variant's median run until it met the criterion; a run that never did is infinite."""
    return results.median(variant, "sequences")
