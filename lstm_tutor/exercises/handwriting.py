"""Exercises of the chapter on unsegmented handwriting."""

import itertools

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]


def _labels_with_repeats(rng):
    """Labels from 1 to 4: two runs of equal ones, and at least one label by itself."""
    a, b, c = rng.permutation(np.arange(1, 5))[:3]
    runs = [[a] * rng.integers(2, 4), [b] * rng.integers(3, 5), [c], [a]]
    return {"labels": np.array(list(itertools.chain(*(runs[k] for k in rng.permutation(4)))))}


def _needed(labels):
    return len(labels) + sum(int(a == b) for a, b in itertools.pairwise(labels))


HANDWRITING_NEEDED = Exercise(
    arguments=_labels_with_repeats,
    returns=("columns",),
    solution=lambda labels: np.asarray(_needed(labels)),
    mistakes=(
        ("One column for each label is too few: two equal neighbors would merge without a blank between them.",
         lambda labels: np.asarray(len(labels))),
        ("That is the number of states, 2L + 1. A path may skip every blank that does not separate equal labels.",
         lambda labels: np.asarray(2 * len(labels) + 1)),
        ("A blank is needed between equal neighbors only, not between all neighbors.",
         lambda labels: np.asarray(2 * len(labels) - 1)),
        ("You counted how often a label comes again anywhere. Only a neighbor that is equal needs a blank.",
         lambda labels: np.asarray(2 * len(labels) - len(set(np.asarray(labels).tolist())))),
        ("You counted a run of equal labels as one label: they are read one by one.",
         lambda labels: np.asarray(len(list(itertools.groupby(labels))))),
    ),
    praise="If a picture has fewer columns than that, no path reads as its labels, and the loss is infinite.",
)  # fmt: skip


def _forward_arguments(rng):
    a, b = rng.permutation([1, 2])
    logits = rng.standard_normal((6, 3))
    y = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return {"y": y, "labels": np.array([a, b, b])}


def _forward(*, start=2, ends=2, stay=True, skip="different", spaced=True):
    """The sum over paths, or what comes of a mistake in it."""

    def probability(y, labels):
        y, labels = np.asarray(y, float), [int(label) for label in labels]
        states = [0, *(state for label in labels for state in (label, 0))] if spaced else labels
        alpha = np.zeros(len(states))
        alpha[:start] = y[0, states[:start]]
        for row in y[1:]:
            before, alpha = alpha, np.zeros(len(states))
            for s, state in enumerate(states):
                ways = before[s] if stay else 0.0
                ways += before[s - 1] if s >= 1 else 0.0
                if s >= 2 and (skip == "always" or (skip == "labels" and state != 0)
                               or (skip == "different" and state not in (0, states[s - 2]))):  # fmt: skip
                    ways += before[s - 2]
                alpha[s] = row[state] * ways
        return np.asarray(alpha[-ends:].sum())

    return probability


HANDWRITING_FORWARD = Exercise(
    arguments=_forward_arguments,
    returns=("p",),
    solution=_forward(),
    mistakes=(
        ("You skip the blank between two equal labels. Without it they merge into one.", _forward(skip="labels")),
        ("You never skip a blank. Between two different labels a path may go straight from one to the other.",
         _forward(skip="never")),
        ("You skip labels as well as blanks: only the step from label to label may jump over a state.",
         _forward(skip="always")),
        ("Your paths begin with a blank. They may also begin with the first label.", _forward(start=1)),
        ("Your paths all end with a blank. They may also end with the last label.", _forward(ends=1)),
        ("Your paths leave a state at every step. They may also stay.", _forward(stay=False)),
        ("You left out the blanks: put one before, between and behind the labels.",
         _forward(spaced=False, start=1, ends=1, skip="never")),
        ("You returned the loss. The exercise asks for p itself.", lambda y, labels: -np.log(_forward()(y, labels))),
    ),
    praise="One pass over the columns instead of a sum over every path.",
)  # fmt: skip


def _distance_arguments(rng):
    """Two rows of digits: one changed, one left out near the beginning, one added near the end."""
    written = rng.permutation(10)[:7]
    read = np.delete(written, 1)
    read[2] = (read[2] + 1 + rng.integers(8)) % 10
    return {"read": np.insert(read, 5, rng.permutation(10)[:2]), "written": written}


def _distance(*, replaced=1, added=1, left_out=1):
    def distance(read, written):
        table = np.zeros((len(read) + 1, len(written) + 1))
        table[:, 0], table[0] = added * np.arange(len(read) + 1), left_out * np.arange(len(written) + 1)
        for i, a in enumerate(read, 1):
            for j, b in enumerate(written, 1):
                table[i, j] = min(table[i - 1, j] + added, table[i, j - 1] + left_out,
                                  table[i - 1, j - 1] + replaced * (a != b))  # fmt: skip
        return np.asarray(table[-1, -1])

    return distance


def _by_place(read, written):
    """The number of places where two rows differ, and what one of them has more."""
    different = sum(int(a != b) for a, b in zip(read, written, strict=False))
    return np.asarray(different + abs(len(read) - len(written)))


HANDWRITING_DISTANCE = Exercise(
    arguments=_distance_arguments,
    returns=("distance",),
    solution=_distance(),
    mistakes=(
        ("You compare place by place. After a digit that was left out, all the others are one place off.", _by_place),
        ("A replaced digit costs one edit, not two.", _distance(replaced=2)),
        ("That is the error rate, divided by the number of digits. The exercise asks for the number of edits.",
         lambda read, written: _distance()(read, written) / len(written)),
        ("Your digits that were added cost nothing.", _distance(added=0)),
        ("Your digits that were left out cost nothing.", _distance(left_out=0)),
        ("You replace digits for nothing: count an edit where they differ.", _distance(replaced=0)),
    ),
    praise="This is what the character error rate counts.",
)  # fmt: skip

EXERCISES = {
    "handwriting-needed": HANDWRITING_NEEDED,
    "handwriting-forward": HANDWRITING_FORWARD,
    "handwriting-distance": HANDWRITING_DISTANCE,
}
