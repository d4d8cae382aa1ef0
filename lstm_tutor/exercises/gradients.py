"""Exercises of the chapter on vanishing and exploding gradients."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise
from lstm_tutor.optim import clip_by_global_norm

__all__ = ["EXERCISES"]

T, H = 6, 4


def _jacobian_arguments(rng):
    return {"h": np.tanh(rng.standard_normal((T, H))), "W_h": rng.standard_normal((H, H))}


def _product(h, W_h, *, factor=None, first=1, backward=False):
    """The product of the steps' Jacobians, the last step leftmost; `factor` and the keywords make mistakes."""
    J = np.eye(H)
    for t in range(first, T):
        step = (1 - h[t][:, None] ** 2) * W_h if factor is None else factor(h, W_h, t)
        J = J @ step if backward else step @ J
    return J


def _product_with(factor):
    return lambda h, W_h: _product(h, W_h, factor=factor)


JACOBIAN = Exercise(
    arguments=_jacobian_arguments,
    returns=("J",),
    solution=_product,
    mistakes=(
        (
            "The factors are right and stand in the reversed order: the last step comes leftmost, "
            "(dh_T/dh_{T-1}) ... (dh_2/dh_1).",
            lambda h, W_h: _product(h, W_h, backward=True),
        ),
        (
            "That is the transpose, which carries a gradient back. Here J[i, j] says how the last h[i] answers "
            "to the first h[j].",
            lambda h, W_h: _product(h, W_h).T,
        ),
        (
            "W_h is used the wrong way round: forward it is W_h, not its transpose, that leads from h_{t-1} to h_t.",
            _product_with(lambda h, W_h, t: (1 - h[t][:, None] ** 2) * W_h.T),
        ),
        (
            "The derivatives of tanh multiply the columns of W_h. tanh comes after W_h, so they multiply its rows: "
            "(1 - h[t] ** 2)[:, None] * W_h.",
            _product_with(lambda h, W_h, t: (1 - h[t] ** 2) * W_h),
        ),
        (
            "The derivatives of tanh are missing: this is W_h to the power T - 1, right only for a linear network.",
            _product_with(lambda h, W_h, t: W_h),
        ),
        (
            "The derivatives are one step early: the step into h[t] has 1 - h[t] ** 2, not 1 - h[t-1] ** 2.",
            _product_with(lambda h, W_h, t: (1 - h[t - 1][:, None] ** 2) * W_h),
        ),
        (
            "One factor too many: from the first state to the last there are T - 1 steps; that into h[0] is not among "
            "them.",
            lambda h, W_h: _product(h, W_h, first=0),
        ),
        (
            "The derivative of tanh is 1 - h ** 2; you took 1 - h.",
            _product_with(lambda h, W_h, t: (1 - h[t][:, None]) * W_h),
        ),
        (
            "The derivative of tanh is 1 - h ** 2, where h is its output; you took tanh of h once more.",
            _product_with(lambda h, W_h, t: (1 - np.tanh(h[t][:, None]) ** 2) * W_h),
        ),
    ),
    praise="The last step leftmost, each step the derivatives of tanh times W_h: that is dh_T/dh_1.",
)

LENGTHS = (0.4, 3.0, 0.9, 12.0, 0.2)  # of the gradients of five updates, in units of the threshold


def _clip_arguments(rng):
    theta = rng.uniform(1.5, 3.0)
    dW, db = rng.standard_normal((len(LENGTHS), H, H)), rng.standard_normal((len(LENGTHS), H))
    scale = theta * rng.permutation(LENGTHS) / np.sqrt(np.square(dW).sum(axis=(1, 2)) + np.square(db).sum(axis=1))
    return {"dW": scale[:, None, None] * dW, "db": scale[:, None] * db, "theta": theta}


def _clip(dW, db, theta):
    clipped = [clip_by_global_norm({"W": W, "b": b}, theta)[0] for W, b in zip(dW, db, strict=True)]
    return np.array([gradients["W"] for gradients in clipped]), np.array([gradients["b"] for gradients in clipped])


def _lengths(dW, db):
    """Of each update's gradient of W, and of b."""
    return np.sqrt(np.square(dW).sum(axis=(1, 2))), np.sqrt(np.square(db).sum(axis=1))


def _times(factor, dW, db):
    return factor[:, None, None] * dW, factor[:, None] * db


def _clip_with(factor):
    """A mistake: both gradients of an update times a factor, made from their joint length n and theta."""

    def mistake(dW, db, theta):
        return _times(factor(np.hypot(*_lengths(dW, db)), theta), dW, db)

    return mistake


def _each_array(dW, db, theta):
    of_W, of_b = (np.minimum(1, theta / length) for length in _lengths(dW, db))
    return of_W[:, None, None] * dW, of_b[:, None] * db


def _all_updates(dW, db, theta):
    return _times(np.full(len(dW), min(1, theta / np.sqrt(np.square(dW).sum() + np.square(db).sum()))), dW, db)


def _by(length):
    """A mistake: the joint length is not the joint length."""
    return lambda dW, db, theta: _times(np.minimum(1, theta / length(*_lengths(dW, db))), dW, db)


CLIP = Exercise(
    arguments=_clip_arguments,
    returns=("dW", "db"),
    solution=_clip,
    mistakes=(
        (
            "You clip each entry by itself, which turns the gradient in another direction. Scale all of an update's "
            "gradient by one number.",
            lambda dW, db, theta: (np.clip(dW, -theta, theta), np.clip(db, -theta, theta)),
        ),
        (
            "Long gradients come out with length 1; they should come out with length theta: g * theta / norm.",
            _clip_with(lambda n, theta: np.where(n > theta, 1 / n, 1.0)),
        ),
        (
            "You scale short gradients too, *up* to theta. Below the threshold nothing is done.",
            _clip_with(lambda n, theta: theta / n),
        ),
        (
            "Every gradient comes out with length 1. Leave the short ones as they are.",
            _clip_with(lambda n, theta: 1 / n),
        ),
        (
            "Each array is clipped by its own length. The length is that of all of an update's gradient, dW and db "
            "together.",
            _each_array,
        ),
        (
            "You took one length for all the updates. Each update's gradient is clipped by itself.",
            _all_updates,
        ),
        (
            "The length lacks its square root: it is the root of the sum of squares.",
            lambda dW, db, theta: _times(
                np.where((n := np.hypot(*_lengths(dW, db)) ** 2) > theta, theta / n, 1.0), dW, db
            ),
        ),
        (
            "The lengths of dW and db do not add; their squares do: sqrt(|dW|^2 + |db|^2).",
            _by(lambda of_W, of_b: of_W + of_b),
        ),
        ("The bias is not counted in the length.", _by(lambda of_W, of_b: of_W)),
        (
            "Long gradients are set to zero, so such an update is lost. Keep its direction, shorten it to theta.",
            _clip_with(lambda n, theta: np.where(n > theta, 0.0, 1.0)),
        ),
    ),
    praise="One length for the whole update, one factor for all of it, and nothing done below the threshold.",
)

EXERCISES = {"gradients-jacobian": JACOBIAN, "gradients-clip": CLIP}
