"""Exercises that mark themselves, and say what is wrong.

An answer is tried on random input, and compared with the right answer and with the mistakes that people make. What a
mistake computes is written down beside what to say about it, so that the hint is about *your* formula. Each chapter's
exercises are a file here.
"""

from types import ModuleType
from typing import Any

from lstm_tutor.checks import nearest
from lstm_tutor.exercises import (
    attention,
    bidirectional,
    bptt,
    classification,
    deep,
    forecasting,
    generation,
    gradients,
    gru,
    handwriting,
    lstm,
    peephole,
    rnn,
    tagging,
    the_map,
    today,
    training,
    translation,
    variants,
)
from lstm_tutor.exercises.marker import Exercise, Verdict, mark

__all__ = ["EXERCISES", "Exercise", "Verdict", "check"]

CHAPTERS: tuple[ModuleType, ...] = (
    rnn,
    bptt,
    gradients,
    lstm,
    peephole,
    gru,
    variants,
    deep,
    bidirectional,
    attention,
    training,
    forecasting,
    classification,
    generation,
    tagging,
    the_map,
    handwriting,
    translation,
    today,
)
EXERCISES = {name: exercise for chapter in CHAPTERS for name, exercise in chapter.EXERCISES.items()}


def check(name: str, answer: Any) -> Verdict:
    """Mark an answer.

    It may be written in NumPy or PyTorch, in float32 or float64, and its parameters may have other names than in the
    book. An answer that stops, or returns something else than asked for, gets a verdict too.

    Parameters
    ----------
    name : str
        The exercise, a key of ``EXERCISES``.
    answer : function
        The reader's answer.

    Returns
    -------
    Verdict
        It shows itself as a line of text.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> import numpy as np
    >>> check("rnn-step", lambda x, h_prev, W_x, W_h, b: np.tanh(x @ W_x.T + b))
    Not yet. h does not depend on h_prev: the recurrence W_h h_prev is missing, so this network has no memory.
    """
    if name not in EXERCISES:
        raise ValueError(f"check: expected one of {list(EXERCISES)}, got {name!r}{nearest(name, EXERCISES)}")
    return mark(EXERCISES[name], answer)
