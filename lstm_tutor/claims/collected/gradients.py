"""Claims about gradients."""

from lstm_tutor.claims.card import Card, Finding
from lstm_tutor.experiments import Results
from lstm_tutor.experiments.studies.gradients import gradient_lag
from lstm_tutor.typesetting import scientific

__all__ = ["CARDS"]

SMALL = 1e-3  # a gradient below it has vanished


def _written(value: float) -> str:
    """One digit: small values as powers of ten, others as they are spoken."""
    return scientific(value, 1) if value < 0.01 else f"{value:.1g}"


def _batches(found: Results) -> Finding:
    """What is left of the gradient in an RNN, by the way in which it was trained."""
    one, batch, decay, clipped = (
        gradient_lag.left(found, f"rnn, {way}")
        for way in ("trained one by one", "batch descent", "batch descent, decay", "batch descent, clipped")
    )
    vanished = batch < SMALL, decay < SMALL
    return Finding(
        "false" if all(vanished) else "partly" if any(vanished) else "true",
        f"After 50 steps, what is left of dh_T/dh_t is {_written(one)} in an RNN trained one sequence at a time, "
        f"{_written(batch)} with batch descent, {_written(decay)} with a decaying rate besides, and "
        f"{_written(clipped)} if the gradient is clipped in place of that (medians of "
        f"{len(found.of('rnn, batch descent'))} seeds).",
    )


def _solved(found: Results) -> Finding:
    """What is left along the memory of an LSTM, by the bias of its forget gate."""
    biases = (-1, 0, 1, 3, 5)
    left = [gradient_lag.left(found, f"lstm, forget bias {bias}", "c") for bias in biases]
    keeps = [value > SMALL for value in left]
    return Finding(
        "true" if all(keeps) else "partly" if any(keeps) else "false",
        f"What is left of dc_T/dc_t after 50 steps is {_written(left[1])} with a forget bias of 0, {_written(left[2])} "
        f"with a bias of 1, and {_written(left[4])} with a bias of 5: it may even grow (medians of "
        f"{len(found.of('lstm, forget bias 0'))} seeds).",
    )


CARDS = [
    Card("batch-descent", "Vanishing gradients are handled by batch gradient descent or a decaying learning rate.",
         "gradients", "gradients", "runs", _batches, ("gradient_lag",), ("pascanu2013difficulty",)),
    Card("vanishing-solved", "LSTMs have solved the vanishing gradient.",
         "gradients", "lstm", "runs", _solved, ("gradient_lag",), ("hochreiter1997long", "gers2000learning")),
]  # fmt: skip
