"""What the studies of classification share: a network with pooling from settings, trained on a set of sequences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import lstm_tutor as lt
from lstm_tutor import tasks
from lstm_tutor.experiments.experiment import Settings
from lstm_tutor.experiments.recipes import UNATTENDED, learning_rate, round_parameters
from lstm_tutor.types import Array

__all__ = ["classified", "train_classifier"]

MakeBatch = Callable[[Array], tasks.Batch]


def train_classifier(
    settings: Settings, seed: int, *, make_batch: MakeBatch, count: int, classes: int, input_size: int
) -> lt.SequenceModel:
    """Return an LSTM with pooling, trained by Adam on batches drawn from a set of sequences.

    Parameters
    ----------
    settings : dict
        ``pooling`` : as of SequenceModel. ``hidden``, ``batch_size``, ``updates`` : int. ``learning_rate`` : float, the
        largest; ``schedule`` : "cosine", or "constant". ``noise`` : float, the standard deviation of what is added to
        the inputs in training; absent: none. ``tokens`` : int, the number of tokens, if it reads an embedding;
        ``embedding_start`` : float, the standard deviation of its vectors at the start. ``significant_bits`` : int or
        None, as of round_parameters.
    seed : int
    make_batch : function from indices of the set to a Batch
    count : int
        The size of the set.
    classes, input_size : int
        K and D; with tokens D is the size of the embedding.
    """
    options: dict[str, Any] = {"dtype": "float32"}
    layer = lt.LSTM(input_size, settings["hidden"], rng=[seed, 1], **options)
    embedding = None
    if "tokens" in settings:
        embedding = lt.Embedding(settings["tokens"], input_size, rng=[seed, 2], **options)
        embedding.weight *= settings["embedding_start"]
    model = lt.SequenceModel(layer, classes, embedding=embedding, pooling=settings["pooling"], rng=[seed, 3])

    def batches(update):
        generator = np.random.default_rng([seed, 4, update])
        batch = make_batch(generator.integers(0, count, (settings["batch_size"],)))
        if not settings.get("noise"):
            return batch
        noise = settings["noise"] * generator.standard_normal(batch.x.shape)
        return batch._replace(x=(batch.x + noise).astype(batch.x.dtype))

    schedule = learning_rate(settings) if settings["schedule"] == "cosine" else None
    trainer = lt.Trainer(model, batches, lt.Adam(settings["learning_rate"]), clip=1.0, schedule=schedule)
    trainer.run(settings["updates"], **UNATTENDED)
    round_parameters(model, settings.get("significant_bits"))
    return model


def classified(model: lt.SequenceModel, batches: Sequence[tasks.Batch]) -> Array:
    """Return the likeliest class of every sequence of some batches, ints."""
    return np.concatenate([model.forward(batch.x, lengths=batch.lengths)[0].argmax(axis=1) for batch in batches])
