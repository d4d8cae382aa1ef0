"""Exercises of the map of tasks."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

N, K, H, T = 6, 5, 4, 40


def _rank_arguments(rng):
    return {"scores": rng.standard_normal((N, K)), "targets": rng.integers(0, K, N)}


def _mrr(place=lambda scores, right: (scores >= right).sum(axis=1), join=lambda places: np.mean(1 / places)):
    """The mean reciprocal rank, or what is taken for it."""

    def measure(scores, targets):
        right = scores[np.arange(len(scores)), targets][:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            return join(place(scores, right))

    return measure


RECIPROCAL_RANK = Exercise(
    arguments=_rank_arguments,
    returns=("mrr",),
    solution=_mrr(),
    mistakes=(
        ("The best place is 1, not 0: you divide by the number of items ahead.",
         _mrr(place=lambda scores, right: (scores > right).sum(axis=1))),
        ("The list is upside down: the highest score has place 1.",
         _mrr(place=lambda scores, right: (scores <= right).sum(axis=1))),
        ("This is 1 divided by the mean place. Take the mean of 1 / place.",
         _mrr(join=lambda places: 1 / np.mean(places))),
        ("This is the mean place; its reciprocal is missing.", _mrr(join=np.mean)),
        ("This is the share of right items that are first; places further down count too, with 1 / place.",
         _mrr(join=lambda places: np.mean(places == 1))),
        ("This is the sum of 1 / place: divide it by the number of lists.",
         _mrr(join=lambda places: np.sum(1 / places))),
    ),
    praise="One number for a whole list of recommendations: 1 if the right item is always first.",
)  # fmt: skip


def _table_arguments(rng):
    return {"session": np.concatenate([np.arange(K), rng.integers(0, K, T)]), "K": K}


def _table(rows=lambda s: s[:-1], columns=lambda s: s[1:], share=lambda c: c / c.sum(axis=1, keepdims=True)):
    """The first-order Markov model of a session, or what is taken for it."""

    def count(session, K):
        session, counts = np.asarray(session), np.zeros((K, K))
        np.add.at(counts, (rows(session), columns(session)), 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return share(counts)

    return count


def _once(session, K):
    """Counting with += at repeated places, which NumPy does once."""
    counts = np.zeros((K, K))
    counts[np.asarray(session)[:-1], np.asarray(session)[1:]] += 1
    return counts / counts.sum(axis=1, keepdims=True)


MARKOV = Exercise(
    arguments=_table_arguments,
    returns=("table",),
    solution=_table(),
    mistakes=(
        ("The table is turned: row k is for what comes after item k.", _table(lambda s: s[1:], lambda s: s[:-1])),
        ("These are counts: divide each row by its sum.", _table(share=lambda c: c)),
        ("The columns sum to 1; the rows should.", _table(share=lambda c: c / c.sum(axis=0, keepdims=True))),
        ("The whole table sums to 1; each row should.", _table(share=lambda c: c / c.sum())),
        ("Every pair counts once, however often it came: use np.add.at, or a loop.", _once),
    ),
    praise="All that the last item says about the next. A network has to beat this table, not chance.",
)  # fmt: skip


def _state_arguments(rng):
    return {"h": rng.standard_normal((N, H)) * rng.uniform(0.5, 3, (N, 1))}


def _cosine(unit=lambda h: h / np.sqrt((h * h).sum(axis=1, keepdims=True)), join=lambda a, h: a @ a.T):
    """Cosines between states, or what is taken for them."""
    return lambda h: join(unit(np.asarray(h)), np.asarray(h))


COSINE = Exercise(
    arguments=_state_arguments,
    returns=("similarity",),
    solution=_cosine(),
    mistakes=(
        ("These are inner products, so long states look similar to everything: divide each state by its length.",
         _cosine(unit=lambda h: h)),
        ("You divide each unit by its length over the sentences; divide each sentence's state by its own.",
         _cosine(unit=lambda h: h / np.sqrt((h * h).sum(axis=0, keepdims=True)))),
        ("You divide by the squared length: the square root is missing.",
         _cosine(unit=lambda h: h / (h * h).sum(axis=1, keepdims=True))),
        ("You divide by one of the two lengths only.", _cosine(join=lambda a, h: a @ h.T)),
        ("These are distances, which are small where states are alike. The cosine is 1 there.",
         _cosine(join=lambda a, h: np.sqrt(((a[:, None] - a) ** 2).sum(axis=-1)))),
    ),
    praise="A sentence is now a point on a sphere, and similar sentences are neighbors.",
)  # fmt: skip

EXERCISES = {"map-reciprocal-rank": RECIPROCAL_RANK, "map-markov": MARKOV, "map-cosine": COSINE}
