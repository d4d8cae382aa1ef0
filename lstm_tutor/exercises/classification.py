"""Exercises of the chapter on classification."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, N, H, K = 6, 4, 3, 4


def _sequences(rng):
    """States that are not zero past a sequence's end: a reader that goes on leaves something there."""
    return {"h": rng.standard_normal((T, N, H)), "lengths": rng.permutation([T, 3, 1, 4])}


def _last(h, lengths):
    return h[lengths - 1, np.arange(N)]


def _inside(lengths):
    return np.arange(T)[:, None] < lengths


CLASSIFICATION_LAST = Exercise(
    arguments=_sequences,
    returns=("y",),
    solution=_last,
    mistakes=(
        ("You read the last step of the batch. For a short sequence that is padding: it ends at lengths[n] - 1.",
         lambda h, lengths: h[-1]),
        ("You are one step late: the last of L steps has the index L - 1.",
         lambda h, lengths: h[lengths % T, np.arange(N)]),
        ("You took sequence 0 everywhere: sequence n needs h[lengths[n] - 1, n].",
         lambda h, lengths: h[lengths - 1, 0]),
    ),
    praise="Each sequence is read where it ends, whatever stands behind.",
)  # fmt: skip


def _mean(h, lengths):
    return np.where(_inside(lengths)[..., None], h, 0).sum(axis=0) / lengths[:, None]


CLASSIFICATION_MEAN = Exercise(
    arguments=_sequences,
    returns=("y",),
    solution=_mean,
    mistakes=(
        ("You averaged over the padding too: leave out the steps from lengths[n] on.",
         lambda h, lengths: h.mean(axis=0)),
        ("You left the padding out of the sum, but you divide by T: divide each sum by its own length.",
         lambda h, lengths: np.where(_inside(lengths)[..., None], h, 0).mean(axis=0)),
        ("You divide by the lengths, but the sum still has the padding in it.",
         lambda h, lengths: h.sum(axis=0) / lengths[:, None]),
        ("This is the sum over each sequence's own steps: now divide it by the length.",
         lambda h, lengths: np.where(_inside(lengths)[..., None], h, 0).sum(axis=0)),
    ),
    praise="The padding is neither in the sum nor in what it is divided by.",
)  # fmt: skip


def _confusion(rng):
    counts = rng.integers(1, 9, (K, K))
    counts[np.arange(K), np.arange(K)] += 10
    return {"counts": counts}


def _scores(counts):
    right = np.diagonal(counts)
    precision, recall = right / counts.sum(axis=0), right / counts.sum(axis=1)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _exchanged(counts):
    precision, recall, f1 = _scores(counts)
    return recall, precision, f1


CLASSIFICATION_SCORES = Exercise(
    arguments=_confusion,
    returns=("precision", "recall", "f1"),
    solution=_scores,
    mistakes=(
        ("Precision and recall are exchanged: recall looks along a row, at all that *are* the class.", _exchanged),
        ("F1 is the harmonic mean of precision and recall, 2 p r / (p + r), not the arithmetic one.",
         lambda counts: (*_scores(counts)[:2], sum(_scores(counts)[:2]) / 2)),
        ("You divide by the number of all answers: precision divides by a column, recall by a row.",
         lambda counts: _of_all(counts)),
    ),
    praise="A column is what was said, a row is what was true.",
)  # fmt: skip


def _of_all(counts):
    share = np.diagonal(counts) / counts.sum()
    return share, share, share


def _final(rng):
    """h_n of two layers and two directions, in PyTorch's order."""
    return {"h_n": rng.standard_normal((4, N, H))}


CLASSIFICATION_FINAL = Exercise(
    arguments=_final,
    returns=("y",),
    solution=lambda h_n: np.concatenate([h_n[-2], h_n[-1]], axis=1),
    mistakes=(
        ("This is the first layer: the rows are layer 0 forward, layer 0 backward, layer 1 forward, layer 1 backward.",
         lambda h_n: np.concatenate([h_n[0], h_n[1]], axis=1)),
        ("The halves are crossed: forward first, then backward.",
         lambda h_n: np.concatenate([h_n[-1], h_n[-2]], axis=1)),
        ("You joined the forward states of both layers; wanted are both directions of the last layer.",
         lambda h_n: np.concatenate([h_n[0], h_n[2]], axis=1)),
        ("You mixed the sequences: the first axis counts layers and directions, even with batch_first=True. "
         "Join two of its rows; do not reshape.", lambda h_n: h_n[-2:].reshape(N, 2 * H)),
    ),
    praise="Two rows of h_n, side by side: what both directions know when they have read everything.",
)  # fmt: skip

EXERCISES = {
    "classification-last": CLASSIFICATION_LAST,
    "classification-mean": CLASSIFICATION_MEAN,
    "classification-scores": CLASSIFICATION_SCORES,
    "classification-final": CLASSIFICATION_FINAL,
}
