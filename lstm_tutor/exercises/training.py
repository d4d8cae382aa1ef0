"""Exercises of the chapter on training."""

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, N, K = 4, 3, 5


def _loss_arguments(rng):
    mask = np.ones((T, N), bool)
    mask[2:, 0] = mask[1:, 2] = False
    return {"logits": rng.standard_normal((T, N, K)), "targets": rng.integers(0, K, (T, N)), "mask": mask}


def _d_logits(minus=1.0, mean=lambda mask: mask.sum(), masked=True, sign=1, squash=softmax):
    """The gradient of the masked cross-entropy, or of what is taken for it."""

    def gradient(logits, targets, mask):
        d = squash(logits) - minus * np.eye(K)[targets]
        return sign * d * (mask[..., None] if masked else 1) / mean(mask)

    return gradient


TRAINING_LOSS = Exercise(
    arguments=_loss_arguments,
    returns=("d_logits",),
    solution=_d_logits(),
    mistakes=(
        ("The steps past a sequence's end still count: multiply by the mask.", _d_logits(masked=False)),
        ("The mean runs over the steps that count, mask.sum() of them, not over all T N.",
         _d_logits(mean=lambda mask: mask.size)),
        ("You summed over the steps; the loss is their mean: divide by mask.sum().", _d_logits(mean=lambda mask: 1)),
        ("The sign is turned round: it is softmax minus the one-hot target.", _d_logits(sign=-1)),
        ("The target is missing: subtract 1 at the class that came.", _d_logits(minus=0.0)),
        ("The logits are not yet probabilities: put them through the softmax.", _d_logits(squash=lambda a: a)),
    ),
    praise="What the model said minus what came: the shortest gradient in this book.",
)  # fmt: skip


def _adam_arguments(rng):
    draw = rng.standard_normal
    return {"w": draw((N, K)), "g": draw((N, K)), "m": 0.1 * draw((N, K)), "v": rng.uniform(0.1, 1, (N, K)),
            "t": np.array(int(rng.integers(2, 6)))}  # fmt: skip


def _adam(
    mean=lambda m, g: 0.9 * m + 0.1 * g, square=lambda v, g: 0.999 * v + 0.001 * g**2,
    unbias=True, root=np.sqrt, sign=-1,
):  # fmt: skip
    """One step of Adam, or of what is taken for it."""

    def step(w, g, m, v, t):
        m, v = mean(m, g), square(v, g)
        m_hat, v_hat = (m / (1 - 0.9**t), v / (1 - 0.999**t)) if unbias else (m, v)
        return w + sign * 0.01 * m_hat / (root(v_hat) + 1e-8), m, v

    return step


TRAINING_ADAM = Exercise(
    arguments=_adam_arguments,
    returns=("w", "m", "v"),
    solution=_adam(),
    mistakes=(
        ("The running means start at zero, so early on they are small: divide by 1 - beta**t.", _adam(unbias=False)),
        ("The step is divided by the mean square; it should be by its root.", _adam(root=lambda v: v)),
        ("v is the running mean of the gradient's square; you averaged the gradient itself.",
         _adam(square=lambda v, g: 0.999 * v + 0.001 * np.abs(g))),
        ("The two weights of the mean are crossed: 0.9 belongs to the old m, 0.1 to the new gradient.",
         _adam(mean=lambda m, g: 0.1 * m + 0.9 * g)),
        ("You go uphill: subtract the step.", _adam(sign=1)),
    ),
    praise="Equal steps for all weights, whatever the size of their gradients.",
)  # fmt: skip

EXERCISES = {"training-loss": TRAINING_LOSS, "training-adam": TRAINING_ADAM}
