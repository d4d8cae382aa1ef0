"""Losses as PyTorch has them, and the gradients that its autograd finds."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from lstm_tutor import losses
from lstm_tutor.reference.report import Report, compare
from lstm_tutor.types import Array

__all__ = ["verify_losses"]


def softmax_cross_entropy(
    logits: torch.Tensor, targets: Array, mask: Array | None = None, *, class_weights: Array | None = None
) -> torch.Tensor:
    """The mean over the steps that count, each as often as its label's weight says."""
    labels = torch.tensor(targets if mask is None else np.where(mask, targets, -100))
    weight = None if class_weights is None else torch.tensor(class_weights, dtype=logits.dtype)
    return functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), weight, ignore_index=-100)


def binary_cross_entropy(logits: torch.Tensor, targets: Array, mask: Array | None = None) -> torch.Tensor:
    """The mean over the steps that count of a sum over questions."""
    each = functional.binary_cross_entropy_with_logits(logits, torch.tensor(targets), reduction="none").sum(2)
    return each.mean() if mask is None else each[torch.tensor(mask)].mean()


def mean_squared_error(predictions: torch.Tensor, targets: Array, mask: Array | None = None) -> torch.Tensor:
    """The mean over the steps that count and over their values."""
    chosen = ... if mask is None else torch.tensor(mask)
    return functional.mse_loss(predictions[chosen], torch.tensor(targets)[chosen])


def ctc(
    logits: torch.Tensor, targets: Array, input_lengths: Array, target_lengths: Array, *, blank: int = 0
) -> torch.Tensor:
    """The mean over sequences of the loss per label."""
    labels, steps, counts = (torch.tensor(array) for array in (targets, input_lengths, target_lengths))
    return functional.ctc_loss(functional.log_softmax(logits, 2), labels, steps, counts, blank=blank)


LOSSES: dict[
    str, tuple[Callable[..., Any], Callable[..., torch.Tensor], str, str]
] = {  # ours, PyTorch's, what the report calls PyTorch's, what the predictions are called
    "softmax_cross_entropy": (losses.softmax_cross_entropy, softmax_cross_entropy, "cross_entropy", "logits"),
    "binary_cross_entropy": (
        losses.binary_cross_entropy,
        binary_cross_entropy,
        "binary_cross_entropy_with_logits",
        "logits",
    ),
    "mean_squared_error": (losses.mean_squared_error, mean_squared_error, "mse_loss", "predictions"),
    "ctc": (losses.ctc, ctc, "ctc_loss", "logits"),
}


def _verify(name, words, size, predictions, *given, **options):
    ours, theirs, against, what = LOSSES[name]
    loss, d_predictions = ours(predictions, *given, **options)
    tensor = torch.tensor(predictions, requires_grad=True)
    their_loss = theirs(tensor, *given, **options)
    their_loss.backward()
    pairs = [("loss", loss, their_loss), (f"d {what}", d_predictions, tensor.grad)]
    return compare(", ".join([name, *words]), size, predictions.dtype.name, against, pairs)


def _step_losses(rng, dtype, T, N, masked, scale):
    """Every loss with a target for each step, on predictions of about `scale`."""
    K, mask = 3, rng.random((T, N)) < 0.6 if masked else None
    if mask is not None:
        mask[rng.integers(T), rng.integers(N)] = True  # a step at least
    draw = lambda: (scale * rng.standard_normal((T, N, K))).astype(dtype)  # noqa: E731
    words, size = ["mask"] * masked, f"T={T} N={N}, about {scale:g}"
    labels, weights = rng.integers(K, size=(T, N)), rng.uniform(0.2, 2.0, K).astype(dtype)
    yield from _verify("softmax_cross_entropy", words, size, draw(), labels, mask)
    yield from _verify(
        "softmax_cross_entropy", [*words, "class weights"], size, draw(), labels, mask, class_weights=weights
    )
    yield from _verify("binary_cross_entropy", words, size, draw(), rng.random((T, N, K)).astype(dtype), mask)
    yield from _verify("mean_squared_error", words, size, draw(), draw(), mask)


def _ctc(rng, dtype, T, N, blank):
    """CTC on sequences of unequal lengths, with labels that repeat and sequences without labels."""
    K, S = 3, min(3, T)
    steps = rng.integers(1, T + 1, size=N)
    counts = np.minimum(rng.integers(0, S + 1, size=N), (steps + 1) // 2)  # enough steps for equal neighbors
    targets = rng.choice([k for k in range(K) if k != blank], size=(N, S))
    logits = rng.standard_normal((T, N, K)).astype(dtype)
    return _verify("ctc", [f"blank {blank}"], f"T={T} N={N}, lengths", logits, targets, steps, counts, blank=blank)


def verify_losses(*, progress: bool = False) -> Report:
    """Verify every loss and its gradient, with masks and class weights, on small and large numbers, in both dtypes.

    Returns
    -------
    Report
    """
    sizes = [(1, 1), (1, 5), (7, 1), (7, 5)]
    step_losses = [(_step_losses, more) for more in itertools.product((False, True), (1.0, 30.0))]
    grid = list(itertools.product(("float64", "float32"), sizes, step_losses + [(_ctc, (blank,)) for blank in (0, 2)]))
    rows = []
    for number, (dtype, size, (check, more)) in enumerate(tqdm(grid, desc="losses", unit="case", disable=not progress)):
        rows += check(np.random.default_rng(number), dtype, *size, *more)
    return Report(rows)
