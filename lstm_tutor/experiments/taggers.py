"""What the studies of tagging share: a tagger of tokens in one direction or two, trained on batches of like lengths."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lstm_tutor import LSTM, Adam, Embedding, SequenceModel, Trainer
from lstm_tutor.experiments.experiment import Settings
from lstm_tutor.experiments.recipes import UNATTENDED, learning_rate, round_parameters
from lstm_tutor.tasks import Batch
from lstm_tutor.types import Array

__all__ = ["NETWORK", "blocks", "said", "train_tagger", "turned"]

NETWORK = {"embedding": 16, "hidden": 24, "batch_size": 32, "updates": 600, "learning_rate": 0.02,
           "significant_bits": 8}  # fmt: skip


def train_tagger(
    settings: Settings, seed: int, batches: Sequence[Batch], num_tokens: int, num_tags: int
) -> SequenceModel:
    """Train a tagger: an embedding, an LSTM that reads "forward", "backward" or "both", and a read-out at every token.

    Parameters
    ----------
    settings : dict
        As NETWORK, and `reads`.
    seed : int
    batches : list of Batch
        All there is to learn from; each pass takes them in another order.
    num_tokens, num_tags : int
    """
    dtype = "float32"
    embedding = Embedding(num_tokens, settings["embedding"], dtype=dtype, rng=[seed, 2])
    layer = LSTM(settings["embedding"], settings["hidden"], bidirectional=settings["reads"] == "both", dtype=dtype,
                 rng=[seed, 1])  # fmt: skip
    model = SequenceModel(layer, num_tags, embedding=embedding, rng=[seed, 4])
    ready = [turned(batch) for batch in batches] if settings["reads"] == "backward" else batches

    def chosen(update):
        epoch, k = divmod(update, len(ready))
        return ready[np.random.default_rng([seed, 3, epoch]).permutation(len(ready))[k]]

    trainer = Trainer(model, chosen, Adam(settings["learning_rate"]), clip=1.0, schedule=learning_rate(settings))
    trainer.run(settings["updates"], **UNATTENDED)
    round_parameters(model, settings["significant_bits"])
    return model


def blocks(
    sequences: Sequence[Any], batch: Callable[[Sequence[Any]], Batch], size: int, length: Callable[[Any], int]
) -> list[Batch]:
    """Cut sequences into batches of `size` with about equal lengths, so that there is little padding."""
    ranked = sorted(sequences, key=length)
    return [batch(ranked[k : k + size]) for k in range(0, len(ranked), size)]


def turned(batch: Batch) -> Batch:
    """Return a batch with each sequence turned round within its own length.

    Examples
    --------
    >>> batch = Batch(np.array([[1], [2], [0]]), np.array([[3], [4], [0]]), lengths=np.array([2]))
    >>> turned(batch).x.T.tolist(), turned(batch).targets.T.tolist()
    ([[2, 1, 0]], [[4, 3, 0]])
    """
    source = _source(batch)
    mask = None if batch.mask is None else np.take_along_axis(batch.mask, source, axis=0)
    x, targets = (np.take_along_axis(array, source, axis=0) for array in (batch.x, batch.targets))
    return batch._replace(x=x, targets=targets, mask=mask)


def said(model: SequenceModel, batch: Batch, reads: str) -> Array:
    """Return the scores of every tag at every token, (T, N, K), in the order in which the sequences are written."""
    if reads != "backward":
        return model.forward(batch.x, lengths=batch.lengths)[0]
    back = turned(batch)
    scores = model.forward(back.x, lengths=back.lengths)[0]
    return np.take_along_axis(scores, _source(batch)[..., None], axis=0)


def _source(batch: Batch) -> Array:
    """The step that each step of a turned batch is taken from, (T, N)."""
    lengths, t = np.asarray(batch.lengths), np.arange(len(batch.x))[:, None]
    return np.where(t < lengths, lengths - 1 - t, t)
