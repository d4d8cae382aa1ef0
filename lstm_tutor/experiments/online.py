"""Training as in 1997: it stops once the most recent training sequences, as they came, were answered right."""

import numpy as np

from lstm_tutor import Adam, Trainer
from lstm_tutor.activations import sigmoid, softmax
from lstm_tutor.experiments.recipes import build_model, learning_rate, train

RECENT, TESTED = 2000, 2560


class Watched:
    """A model that keeps the errors it made at each sequence's end, before it learned from it.

    It stands in for the model in a Trainer.

    Attributes
    ----------
    errors : list of arrays (N,), for each batch the largest absolute error of any output, by sequence
    """

    def __init__(self, model):
        self.model, self.parameters, self.errors = model, model.parameters, []

    def loss_and_gradients(self, batch, state=None, *, rng=None):
        loss, gradients, trace = self.model.loss_and_gradients(batch, state, rng=rng)
        self.errors.append(end_errors(self.model, batch, trace).max(axis=1))
        return loss, gradients, trace

    def recent(self, count=RECENT):
        """The errors of the last `count` sequences, the batch that straddles the border left out; None if too few."""
        size = len(self.errors[-1])
        batches = count // size
        return np.concatenate(self.errors[-batches:]) if len(self.errors) >= batches else None


def end_errors(model, batch, trace):
    """The absolute error of each output at each sequence's last step, (N, K)."""
    N = batch.x.shape[1]
    last = np.full(N, len(batch.x) - 1) if batch.lengths is None else batch.lengths - 1
    outputs = model.readout.forward(trace.output[last, np.arange(N)])
    targets = batch.targets[last, np.arange(N)]
    if model.loss_name == "softmax_cross_entropy":
        return np.abs(softmax(outputs) - np.eye(model.output_size)[targets])
    if model.loss_name == "binary_cross_entropy":
        return np.abs(sigmoid(outputs) - targets)
    return np.abs(outputs - targets)


def errors_on(model, batch):
    """The absolute errors at the ends of a batch's sequences, (N, K)."""
    return end_errors(model, batch, model.layer.forward(batch.x, lengths=batch.lengths))


class Online:
    """A model in training on fresh sequences, each presented once.

    Parameters
    ----------
    settings : as :func:`~lstm_tutor.experiments.recipes.build_model` takes them, and batch_size, learning_rate, updates
    make_batch : function (batch_size, rng) -> Batch
    sizes : numbers of inputs and outputs

    Attributes
    ----------
    model : SequenceModel
    """

    def __init__(self, settings, seed, make_batch, sizes, *, loss="softmax_cross_entropy"):
        self.settings, self.model = settings, build_model(settings, *sizes, seed, loss=loss)
        self._watched = Watched(self.model)

        def batches(update):
            return make_batch(settings["batch_size"], [seed, 2, update])

        self._trainer = Trainer(
            self._watched, batches, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings)
        )

    def until(self, enough):
        """Train until `enough` says so of the errors of the most recent sequences; False if the updates end before."""

        def stop(_):
            recent = self._watched.recent()
            return recent is not None and bool(enough(recent))

        train(self._trainer, self.settings["updates"], until=stop)
        return stop(self._trainer)

    @property
    def presented(self):
        """How many sequences have been presented."""
        return self._trainer.step * self.settings["batch_size"]


def outcome(online, solved):
    """The metrics that all these experiments have."""
    return {"solved": solved, "sequences": online.presented if solved else None, "presented": online.presented,
            "parameters": online.model.size()}  # fmt: skip


def median_sequences(results, variant):
    """How many sequences the median run of a variant took to meet the criterion; infinity for a run that never did."""
    sequences = results.values(variant, "sequences")
    return float(np.median(np.where(np.isnan(sequences), np.inf, sequences)))
