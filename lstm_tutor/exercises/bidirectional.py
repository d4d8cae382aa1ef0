"""Exercises of the chapter on two directions."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, N, H = 6, 4, 3


def _layer_arguments(rng):
    draw = rng.standard_normal
    shapes = {"W_x": (H, H), "W_h": (H, H), "b": (H,)}
    return {"x": draw((T, H))} | {f"{name}{way}": draw(shape) for way in ("_f", "_b") for name, shape in shapes.items()}


def _pass(x, W_x, W_h, b, h=None):
    """One vanilla reader over x as it is given: all its states (T, H)."""
    h, states = np.zeros(H) if h is None else h, []
    for x_t in x:
        h = np.tanh(W_x @ x_t + W_h @ h + b)
        states.append(h)
    return np.array(states)


def _both(join):
    """Two directions, joined by `join(forward pass, backward pass, x)`, each a function of x and a start."""

    def layer(x, W_x_f, W_h_f, b_f, W_x_b, W_h_b, b_b):
        forward = lambda x, h=None: _pass(x, W_x_f, W_h_f, b_f, h)  # noqa: E731
        backward = lambda x, h=None: _pass(x, W_x_b, W_h_b, b_b, h)  # noqa: E731
        return join(forward, backward, x)

    return layer


def _never_computed(forward, backward, x):
    """One loop from the left, whose backward states read a future that is still zero."""
    empty = np.array([backward(x[t : t + 1])[0] for t in range(T)])
    return np.concatenate([forward(x), empty], axis=1)


BIDIRECTIONAL_LAYER = Exercise(
    arguments=_layer_arguments,
    returns=("h",),
    solution=_both(lambda f, b, x: np.concatenate([f(x), b(x[::-1])[::-1]], axis=1)),
    mistakes=(
        ("The backward states are still in the order they were computed in: turn them round before you join them.",
         _both(lambda f, b, x: np.concatenate([f(x), b(x[::-1])], axis=1))),
        ("Both readers go from left to right; the second should read x[::-1].",
         _both(lambda f, b, x: np.concatenate([f(x), b(x)], axis=1))),
        ("You turned the backward states round, but it had read from the left: turn x round too.",
         _both(lambda f, b, x: np.concatenate([f(x), b(x)[::-1]], axis=1))),
        ("The halves are crossed: forward first, then backward.",
         _both(lambda f, b, x: np.concatenate([b(x[::-1])[::-1], f(x)], axis=1))),
        ("The backward reader reads a state of the future that is not computed yet, so it is zero: it needs a "
         "loop of its own, from the right.", _both(_never_computed)),
        ("The backward reader should start from zeros, not from where the forward one ended.",
         _both(lambda f, b, x: np.concatenate([f(x), b(x[::-1], f(x)[-1])[::-1]], axis=1))),
    ),
    praise="Two passes, two sets of weights, and at every step both sides of the sequence.",
)  # fmt: skip


def _turn_arguments(rng):
    """Sequences of several lengths; three have a step of zeros that counts: at the end, at the beginning, between."""
    lengths = rng.permutation([T, 3, 1, 4])
    inside = np.arange(T)[:, None] < lengths
    x = rng.standard_normal((T, N, H)) * inside[..., None]
    for n, t in (np.argmax(lengths == 3), 2), (np.argmax(lengths == 4), 0), (np.argmax(lengths == T), 2):
        x[t, n] = 0.0
    return {"x": x, "lengths": lengths}


def _turned(source):
    """Each sequence by itself: step t is x[source(t, its length)], and zero past its end."""

    def turn(x, lengths):
        turned = np.zeros_like(x)
        for n, length in enumerate(lengths):
            for t in range(length):
                turned[t, n] = x[source(t, length) % T, n]
        return turned

    return turn


def _lengths_from_zeros(x, lengths):
    """Without `lengths`: the last step that is not zero is taken for the last step."""
    steps = np.arange(1, T + 1)[:, None] * x.any(axis=-1)
    return _turned(lambda t, length: length - 1 - t)(x, steps.max(axis=0))


def _zeros_to_the_end(x, lengths):
    """Without `lengths`: turned round as a whole, then all steps of zeros moved to the end."""
    turned = np.zeros_like(x)
    for n in range(x.shape[1]):
        steps = x[::-1, n]
        steps = steps[steps.any(axis=-1)]
        turned[: len(steps), n] = steps
    return turned


_WITHOUT_LENGTHS = "You tell the end of a sequence by its zeros. An input that counts may be zero as well: use lengths."

BIDIRECTIONAL_TURN = Exercise(
    arguments=_turn_arguments,
    returns=("turned",),
    solution=_turned(lambda t, length: length - 1 - t),
    mistakes=(
        ("You turned the padding round too: short sequences now begin with zeros. Turn only lengths[n] steps.",
         lambda x, lengths: x[::-1]),
        (_WITHOUT_LENGTHS, _lengths_from_zeros),
        (_WITHOUT_LENGTHS, _zeros_to_the_end),
        ("You are one step off: the last valid step of sequence n is lengths[n] - 1.",
         _turned(lambda t, length: length - t)),
        ("Nothing is turned round yet.", lambda x, lengths: x.copy()),
        ("You turned the sequences of the batch round, not their steps: time is the first axis.",
         lambda x, lengths: x[:, ::-1]),
    ),
    praise="This is what makes padded batches safe: the backward reader begins at each sequence's own end.",
)  # fmt: skip

EXERCISES = {"bidirectional-layer": BIDIRECTIONAL_LAYER, "bidirectional-turn": BIDIRECTIONAL_TURN}
