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


def _d_logits(minus=1.0, mean=lambda mask: mask.sum(), masked=True, sign=1, outputs=softmax):
    """The gradient of the masked cross-entropy, or of what is taken for it."""

    def gradient(logits, targets, mask):
        d = outputs(logits) - minus * np.eye(K)[targets]
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
        ("The logits are not yet probabilities: put them through the softmax.", _d_logits(outputs=lambda a: a)),
    ),
    praise="What the model said minus what came: the shortest gradient in this book.",
)  # fmt: skip


EPS = 1e-8


def _adam_arguments(rng):
    draw = rng.standard_normal
    w, g, m, v = draw((N, K)), draw((N, K)), 0.1 * draw((N, K)), rng.uniform(0.1, 1, (N, K))
    g[0], m[0], v[0] = EPS * g[0], EPS * draw(K), 3e-3 * EPS**2 * v[0]  # so small that the root of v_hat is near 1e-8
    g[1, 0] = m[1, 0] = v[1, 0] = 0.0  # a weight that has never had a gradient
    return {"w": w, "g": g, "m": m, "v": v, "t": int(rng.integers(2, 6))}


def _adam(
    mean=lambda m, g: 0.9 * m + 0.1 * g,
    square=lambda v, g: 0.999 * v + 0.001 * g**2,
    unbias=lambda m, v, t: (m / (1 - 0.9**t), v / (1 - 0.999**t)),
    below=lambda v: np.sqrt(v) + EPS,
    sign=-1,
):
    """One step of Adam, or of what is taken for it."""

    def step(w, g, m, v, t):
        m, v = mean(m, g), square(v, g)
        m_hat, v_hat = unbias(m, v, t)
        with np.errstate(invalid="ignore", divide="ignore"):
            return w + sign * 0.01 * m_hat / below(v_hat), m, v

    return step


def _keras_adam(w, g, m, v, t):
    """Both corrections in the rate: the second form of the paper, which Keras and TensorFlow compute."""
    _, m, v = _adam()(w, g, m, v, t)
    return w - 0.01 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + EPS), m, v


_OTHER_EPS = (
    "The number in the denominator is not 1e-8. It matters where gradients are as small as that: it decides how far "
    "such a weight moves."
)

TRAINING_ADAM = Exercise(
    arguments=_adam_arguments,
    returns=("w", "m", "v"),
    solution=_adam(),
    mistakes=(
        ("The running means start at zero, so early on they are small: divide by 1 - beta**t.",
         _adam(unbias=lambda m, v, t: (m, v))),
        ("Only m is corrected; v starts at zero as well: divide it by 1 - 0.999**t.",
         _adam(unbias=lambda m, v, t: (m / (1 - 0.9**t), v))),
        ("Only v is corrected; m starts at zero as well: divide it by 1 - 0.9**t.",
         _adam(unbias=lambda m, v, t: (m, v / (1 - 0.999**t)))),
        ("You count updates from 0; here t is 1 at the first one.",
         _adam(unbias=lambda m, v, t: (m / (1 - 0.9 ** (t + 1)), v / (1 - 0.999 ** (t + 1))))),
        ("The 1e-8 in the denominator is missing. A weight that has never had a gradient gets 0 / 0, and the smallest "
         "gradients make whole steps.", _adam(below=np.sqrt)),
        ("Your 1e-8 is under the root, where it weighs as much as 1e-4 outside: sqrt(v_hat) + 1e-8.",
         _adam(below=lambda v: np.sqrt(v + EPS))),
        ("Your 1e-8 is squared under the root; add it after the root: sqrt(v_hat) + 1e-8.",
         _adam(below=lambda v: np.sqrt(v + EPS**2))),
        ("You take 1e-8 as a floor; it is added to the root: sqrt(v_hat) + 1e-8.",
         _adam(below=lambda v: np.maximum(np.sqrt(v), EPS))),
        ("Your 1e-8 is added to the root of v before its correction. Keras does that, and so it has a larger effect; "
         "here it is added to the root of v_hat.", _keras_adam),
        *((_OTHER_EPS, _adam(below=lambda v, eps=eps: np.sqrt(v) + eps))
          for eps in (1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12)),
        ("The step is divided by the mean square; it should be by its root.", _adam(below=lambda v: v + EPS)),
        ("v is the running mean of the gradient's square; you averaged the gradient itself.",
         _adam(square=lambda v, g: 0.999 * v + 0.001 * np.abs(g))),
        ("The two weights of the mean are crossed: 0.9 belongs to the old m, 0.1 to the new gradient.",
         _adam(mean=lambda m, g: 0.1 * m + 0.9 * g)),
        ("The two weights of the mean square are crossed: 0.999 belongs to the old v, 0.001 to the new square.",
         _adam(square=lambda v, g: 0.001 * v + 0.999 * g**2)),
        ("You go uphill: subtract the step.", _adam(sign=1)),
    ),
    praise="Equal steps for all weights, whatever the size of their gradients.",
)  # fmt: skip

EXERCISES = {"training-loss": TRAINING_LOSS, "training-adam": TRAINING_ADAM}
