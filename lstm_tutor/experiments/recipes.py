"""What the experiments share: models from settings, their learning rates, and how their training ends."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TypedDict

import numpy as np

import lstm_tutor as lt
from lstm_tutor.experiments.experiment import Settings
from lstm_tutor.initialization import orthogonal
from lstm_tutor.module import Module
from lstm_tutor.optim import cosine, warmup
from lstm_tutor.types import Schedule

__all__ = [
    "UNATTENDED",
    "build_model",
    "build_translator",
    "learning_rate",
    "round_parameters",
    "train_to_best",
    "watched",
]


class Unattended(TypedDict):
    """Options of ``Trainer.run``."""

    progress: bool
    interruptible: bool


UNATTENDED: Unattended = {"progress": False, "interruptible": False}  # a run cut short is no result


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Have the trainers of all runs within it show their progress: somebody waits for them."""
    UNATTENDED["progress"] = True
    try:
        yield
    finally:
        UNATTENDED["progress"] = False


def build_model(
    settings: Settings, input_size: int, output_size: int, seed: int, *, loss: str = "softmax_cross_entropy"
) -> lt.SequenceModel:
    """Build a SequenceModel from settings.

    Parameters
    ----------
    settings : dict
        ``cell`` : "RNN", "LSTM" or "LSTM1997". ``hidden`` : int, H. ``options`` : dict of what the layer takes besides,
        such as forget_bias. ``start`` : "uniform", PyTorch's, or "orthogonal", recurrent weights that keep every length
        (one block of them each). ``bias`` : dict of block -> initial bias, such as {"i": -1}. ``dtype`` : "float64" or
        "float32".
    input_size, output_size : int
    seed : int
    loss : str
        As of SequenceModel.
    """
    rng = np.random.default_rng([seed, 1])
    layer = getattr(lt, settings["cell"])(
        input_size, settings["hidden"], dtype=settings.get("dtype", "float64"), rng=rng, **settings.get("options", {})
    )
    if settings.get("start", "uniform") == "orthogonal":
        (cell,) = layer.cells[0]
        for block in cell.blocks:
            cell.weight_hh[cell.rows(block)] = orthogonal((layer.hidden_size,) * 2, rng=rng)
    for block, value in settings.get("bias", {}).items():
        (cell,) = layer.cells[0]
        cell.bias[cell.rows(block)] = value
    return lt.SequenceModel(layer, output_size, loss=loss, rng=rng)


def build_translator(settings: Settings, read: int, written: int, seed: int) -> lt.Seq2Seq:
    """Build a Seq2Seq: an encoder of two directions, and a decoder that attends before its step, after it, or not.

    Parameters
    ----------
    settings : dict
        ``attention`` : "additive", before the step; "general", after it; or "none". ``hidden`` : int, H, of each
        direction and of the decoder.
    read, written : int
        The numbers of symbols to read and to write.
    seed : int
    """
    kind, H = settings["attention"], settings["hidden"]
    before = kind == "additive"
    encoder = lt.GRU(read, H, bidirectional=True, dtype="float32", rng=[seed, 1])
    decoder = lt.GRU(written + 2 * H * before, H, dtype="float32", rng=[seed, 2])
    attention = {
        "additive": lambda: lt.AdditiveAttention(H, 2 * H, H, dtype="float32", rng=[seed, 3]),
        "general": lambda: lt.GeneralAttention(H, 2 * H, dtype="float32", rng=[seed, 3]),
        "none": lambda: None,
    }[kind]()
    attend = "before" if before else "after"
    return lt.Seq2Seq(encoder, decoder, written - 1, attention=attention, attend=attend, rng=[seed, 4])


def learning_rate(settings: Settings) -> Schedule:
    """Return the learning rate by update: rises over `warmup` updates, then falls to zero along half a cosine."""
    schedule = cosine(warmup(settings["learning_rate"], max(settings.get("warmup", 0), 1)), settings["updates"])
    return lambda k: np.float64(schedule(k))  # no Python float: with this, float32 models too are updated in float64


def train_to_best(trainer: lt.Trainer, settings: Settings, cost: Callable[[], float]) -> tuple[float, int]:
    """Train, go back to the weights whose cost was least, and return that cost and the update that it was measured at.

    Parameters
    ----------
    trainer : Trainer
    settings : dict
        ``updates`` : int, how many. ``every`` : int, after how many of them the cost is measured each time.
    cost : function without arguments
        The cost of the trainer's model as it is, such as its error on a validation part.
    """
    best, kept, at = np.inf, {}, 0
    for update in range(settings["every"], settings["updates"] + 1, settings["every"]):
        trainer.run(update, **UNATTENDED)
        now = cost()
        if now < best:
            best, at = now, update
            kept = {name: array.copy() for name, array in trainer.model.parameters().items()}
    trainer.model.load_parameters(kept)
    return best, at


def round_parameters(model: Module, bits: int | None) -> None:
    """Round every parameter, in place, to `bits` significant bits (None: not at all) and to what float16 can hold.

    With 8 bits both float16 and the upper half of a float32 hold it exactly, so that a page can carry two bytes each.

    Examples
    --------
    >>> layer = lt.RNN(1, 1, rng=0)
    >>> layer.cells[0][0].weight_ih[:] = 1 / 3
    >>> round_parameters(layer, 8)
    >>> layer.cells[0][0].weight_ih.item().hex()
    '0x1.5600000000000p-2'
    """
    if bits is None:
        return
    for array in model.parameters().values():
        mantissa, exponent = np.frexp(array.astype(np.float16).astype(np.float64))  # mantissa in [1/2, 1)
        array[...] = np.ldexp(np.round(mantissa * 2**bits) / 2**bits, exponent)
