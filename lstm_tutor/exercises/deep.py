"""Exercises of the chapter on deep networks."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, H, N = 5, 4, 6


def _stack_arguments(rng):
    draw = rng.standard_normal
    shapes = {"W_x": (H, H), "W_h": (H, H), "b": (H,)}
    return {"x": draw((T, H))} | {f"{name}{k}": draw(shape) for k in (0, 1) for name, shape in shapes.items()}


def _stacked(
    *, above=lambda x, h, h_prev: h, output=lambda low, top: top, final=lambda low, top: (low, top), share=False
):
    """Two vanilla layers over a sequence, or what is taken for them."""

    def run(x, W_x0, W_h0, b0, W_x1, W_h1, b1):
        low, top, outputs = np.zeros(H), np.zeros(H), []
        for t in range(T):
            before = low
            low = np.tanh(W_x0 @ x[t] + W_h0 @ low + b0)
            top = np.tanh(W_x1 @ above(x[t], low, before) + W_h1 @ (low if share else top) + b1)
            outputs.append(output(low, top))
        return np.array(outputs), np.stack(final(low, top))

    return run


DEEP_STACK = Exercise(
    arguments=_stack_arguments,
    returns=("output", "final_state"),
    solution=_stacked(),
    mistakes=(
        ("Your upper layer reads x. It should read what the layer below made of this step: its new h.",
         _stacked(above=lambda x, h, h_prev: x)),
        ("Your upper layer reads the lower one's h of the step before; by then the lower layer has a new one.",
         _stacked(above=lambda x, h, h_prev: h_prev)),
        ("The layers share one state: the upper layer's recurrence should use its own h of the step before.",
         _stacked(share=True)),
        ("You return the lower layer's outputs; the output of a stack is that of its top.",
         _stacked(output=lambda low, top: low)),
        ("The rows of the final state are turned round: the lowest layer comes first.",
         _stacked(final=lambda low, top: (top, low))),
        ("Both rows of your final state are the top layer's; each layer has its own.",
         _stacked(final=lambda low, top: (top, top))),
    ),
    praise="A stack: each layer has a state of its own, and reads what the one below has just said.",
)  # fmt: skip


def _dropout_arguments(rng):
    return {"h": rng.standard_normal((N, H)), "u": rng.uniform(size=(N, H)), "p": rng.uniform(0.3, 0.4)}


DEEP_DROPOUT = Exercise(
    arguments=_dropout_arguments,
    returns=("dropped",),
    solution=lambda h, u, p: np.where(u >= p, h / (1 - p), 0),
    mistakes=(
        ("What is left must grow, or the layer above sees less in training than in use: divide by 1 - p.",
         lambda h, u, p: np.where(u >= p, h, 0)),
        ("You divide by the share that stayed this time. On average that share is 1 - p: divide by 1 - p.",
         lambda h, u, p: np.where(u >= p, h / (u >= p).mean(), 0)),
        ("You keep with chance p and drop with chance 1 - p; it is the other way round.",
         lambda h, u, p: np.where(u < p, h / p, 0)),
        ("You drop the right ones, but divide by p: it is 1 - p that is left of the units.",
         lambda h, u, p: np.where(u >= p, h / p, 0)),
        ("You scale down all that is kept; to keep the mean, scale up: divide by 1 - p.",
         lambda h, u, p: np.where(u >= p, h * (1 - p), 0)),
        ("You scale, and drop nothing: where u is below p the output is 0.", lambda h, u, p: h / (1 - p)),
    ),
    praise="On average the layer above reads what it would read without dropout.",
)  # fmt: skip

EXERCISES = {"deep-stack": DEEP_STACK, "deep-dropout": DEEP_DROPOUT}
