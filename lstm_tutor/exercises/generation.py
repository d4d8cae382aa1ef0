"""Exercises of the chapter on generation."""

import numpy as np

from lstm_tutor.activations import softmax
from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

K, T, N = 7, 6, 3


def _scores(rng):
    return {"scores": 2 * rng.standard_normal((4, K)), "temperature": float(rng.uniform(0.3, 0.8))}


GENERATION_TEMPERATURE = Exercise(
    arguments=_scores,
    returns=("p",),
    solution=lambda scores, temperature: softmax(scores / temperature),
    mistakes=(
        ("You multiply by the temperature: what should be cold is warm. Divide.",
         lambda scores, temperature: softmax(scores * temperature)),
        ("The temperature does nothing yet.", lambda scores, temperature: softmax(scores)),
        ("You divide the probabilities, and the scores are left as they are: divide before the softmax.",
         lambda scores, temperature: softmax(scores) / temperature),
        ("A softmax of probabilities: divide the scores, then take the softmax once.",
         lambda scores, temperature: softmax(softmax(scores) / temperature)),
        ("The sum runs over all rows; each row has probabilities of its own.",
         lambda scores, temperature: np.exp(scores / temperature) / np.exp(scores / temperature).sum()),
        ("The exponentials do not add up to 1 yet: divide each row by its sum.",
         lambda scores, temperature: np.exp(scores / temperature)),
    ),
    praise="One division, and the same network is careful or wild.",
)  # fmt: skip


def _shares(rng):
    p = rng.permutation(np.array([0.36, 0.25, 0.16, 0.1, 0.07, 0.04, 0.02]))
    return {"p": p, "top_p": float(rng.uniform(0.65, 0.75))}


def _nucleus(kept=lambda before, ranked, top_p: before < top_p, divide=True, largest=True):
    """The nucleus, or what is taken for it; `kept` says which of the ranked stay, `before` is the sum before each."""

    def nucleus(p, top_p):
        order = np.argsort(-p if largest else p)
        ranked = p[order]
        stays = np.where(kept(np.cumsum(ranked) - ranked, ranked, top_p), ranked, 0)
        result = np.zeros_like(p)
        result[order] = stays / stays.sum() if divide else stays
        return result

    return nucleus


GENERATION_NUCLEUS = Exercise(
    arguments=_shares,
    returns=("p",),
    solution=_nucleus(),
    mistakes=(
        ("What is left has to add up to 1 again: divide by its sum.", _nucleus(divide=False)),
        ("The symbol that reaches the share belongs to the nucleus: ask whether the sum *before* it is below top_p.",
         _nucleus(lambda before, ranked, top_p: before + ranked <= top_p)),
        ("One too many: the symbol that reaches the share is the last.",
         _nucleus(lambda before, ranked, top_p: np.append(True, before[:-1] < top_p))),
        ("You begin with the least likely: sort from the largest down.", _nucleus(largest=False)),
        ("You compare each probability with top_p; it is their sum that has to reach it.",
         _nucleus(lambda before, ranked, top_p: ranked >= 1 - top_p)),
    ),
    praise="A sure place keeps one letter, an open one keeps many, and nobody had to choose how many.",
)  # fmt: skip


def _letters(rng):
    def draw(*shape):
        return np.eye(K)[rng.integers(0, K, shape)]

    return {"first": draw(N), "true": draw(T, N), "own": draw(T, N), "coin": rng.random((T, N)) < 0.5}


def _inputs(pick=lambda true, own, coin: np.where(coin[1:], own[:-1], true[:-1])):
    def inputs(first, true, own, coin):
        return np.concatenate([first[None], pick(true, own, coin[..., None])])

    return inputs


GENERATION_INPUTS = Exercise(
    arguments=_letters,
    returns=("x",),
    solution=_inputs(),
    mistakes=(
        ("Each step reads the letter that it should predict. It has to read the one before: shift both by one step.",
         _inputs(lambda true, own, coin: np.where(coin, own, true)[1:])),
        ("The coin is turned round: where it is True the network reads its own letter.",
         _inputs(lambda true, own, coin: np.where(coin[1:], true[:-1], own[:-1]))),
        ("The coin of step t decides what is read at step t; yours is one step early.",
         _inputs(lambda true, own, coin: np.where(coin[:-1], own[:-1], true[:-1]))),
        ("That is teacher forcing: the coin and its own letters do nothing.",
         _inputs(lambda true, own, coin: true[:-1])),
        ("It reads its own letters always; that is writing.", _inputs(lambda true, own, coin: own[:-1])),
    ),
    praise="Scheduled sampling in one line: sometimes the true letter, sometimes its own, always one step late.",
)  # fmt: skip

EXERCISES = {
    "generation-temperature": GENERATION_TEMPERATURE,
    "generation-nucleus": GENERATION_NUCLEUS,
    "generation-inputs": GENERATION_INPUTS,
}
