"""Exercises of the chapter on tagging."""

import numpy as np

from lstm_tutor.exercises.marker import Exercise

__all__ = ["EXERCISES"]

T, K = 9, 4
OUTSIDE, BEGINS, INSIDE = range(3)

# -- spans out of B-I-O ------------------------------------------------------------------------------------------------


def _tag_arguments(rng):
    """Tags with all that can happen: two spans side by side, an I after nothing, a span of several tokens, O twice."""
    pieces = [[1, 2, 1], [1, 2, 2], [0, 2, 2], [0, 0], [1]]
    return {"tags": np.concatenate([pieces[k] for k in rng.permutation(len(pieces))])}


def _numbered(begins, *, first=1, outside=True):
    """Number the spans, where `begins(tag, tag before)` says whether one begins; 0 outside if `outside`."""

    def number(tags):
        numbers, count, before = [], first - 1, OUTSIDE
        for tag in tags:
            count += begins(tag, before)
            numbers.append(0 if tag == OUTSIDE and outside else count)
            before = tag
        return np.array(numbers)

    return number


def _starts(tag, before):
    return tag == BEGINS or (tag == INSIDE and before == OUTSIDE)


def _only_after_b(tags):
    """An I that continues nothing belongs to no span."""
    numbers, count, open_ = [], 0, False
    for tag in tags:
        count += tag == BEGINS
        open_ = tag == BEGINS or (tag == INSIDE and open_)
        numbers.append(count if open_ else 0)
    return np.array(numbers)


SPANS = Exercise(
    arguments=_tag_arguments,
    returns=("numbers",),
    solution=_numbered(_starts),
    mistakes=(
        ("Two spans side by side became one: a B begins a span, whatever comes before it.",
         _numbered(lambda tag, before: tag != OUTSIDE and before == OUTSIDE)),
        ("An I after an O was left out. It has no B, and a network may write that: let it begin a span.",
         _only_after_b),
        ("Each token became a span of its own: an I after a B or an I belongs to the same span.",
         _numbered(lambda tag, before: tag != OUTSIDE)),
        ("An O has the number of the span before it: outside all spans the number is 0.",
         _numbered(_starts, outside=False)),
        ("The B's are counted, and that is not all: an O has the number 0, and an I after an O begins a span as well.",
         lambda tags: np.cumsum(tags == BEGINS)),
        ("The first span has the number 0, as has what is outside: start with 1.", _numbered(_starts, first=0)),
    ),
    praise="This is the whole of B-I-O. An I that continues nothing begins a span, as in the scorers of the field.",
)  # fmt: skip

# -- F1 ----------------------------------------------------------------------------------------------------------------


def _span_arguments(rng):
    """Six true spans; of the seven said, two are right, one has another kind, three a wrong end, one is made up."""
    starts = 6 * np.arange(7) + rng.integers(0, 2, 7)
    kinds = rng.integers(0, 3, 7)
    spans = np.stack([starts, starts + 3, kinds], axis=1)
    said = spans.copy()
    said[2, 2] = (kinds[2] + 1) % 3
    said[3:5, 1] -= 1
    said[5, 0] += 1
    return {"true": spans[:6], "said": said[rng.permutation(7)]}


def _counted(same):
    """How many of `said` are right, if `same(true span, said span)` says which are."""
    return lambda true, said: sum(any(same(t, s) for t in true) for s in said)


def _f1(count):
    return lambda true, said: 2 * count(true, said) / (len(true) + len(said))


_exact = _counted(np.array_equal)

F1 = Exercise(
    arguments=_span_arguments,
    returns=("f1",),
    solution=_f1(_exact),
    mistakes=(
        ("A span of the wrong kind counted as right: compare the kind as well.",
         _f1(_counted(lambda t, s: np.array_equal(t[:2], s[:2])))),
        ("A span that only overlaps a true one counted as right: start and end must both agree.",
         _f1(_counted(lambda t, s: t[2] == s[2] and t[0] < s[1] and s[0] < t[1]))),
        ("A span with the right start and a wrong end counted as right.",
         _f1(_counted(lambda t, s: t[0] == s[0] and t[2] == s[2]))),
        ("This is the precision, the share of what was said. F1 takes the recall in as well.",
         lambda true, said: _exact(true, said) / len(said)),
        ("This is the recall, the share of what is true. F1 takes the precision in as well.",
         lambda true, said: _exact(true, said) / len(true)),
        ("This is the arithmetic mean of precision and recall: F1 is the harmonic one, 2 p r / (p + r).",
         lambda true, said: (_exact(true, said) / len(said) + _exact(true, said) / len(true)) / 2),
    ),
    praise="All or nothing for each span: half a name is no name.",
)  # fmt: skip

# -- Viterbi -----------------------------------------------------------------------------------------------------------


def _path_arguments(rng):
    return {"scores": rng.standard_normal((T, K)), "A": 2 * rng.standard_normal((K, K))}


def _tables(scores, A):
    """The best sum up to each tag, (T, K), and the tag before it, (T, K)."""
    v, before = [scores[0]], [np.zeros(scores.shape[1], int)]
    for s in scores[1:]:
        through = v[-1][:, None] + A
        v.append(through.max(axis=0) + s)
        before.append(through.argmax(axis=0))
    return np.array(v), np.array(before)


def _best_path(scores, A):
    v, before = _tables(scores, A)
    path = [v[-1].argmax()]
    for row in before[:0:-1]:
        path.append(row[path[-1]])
    return np.array(path[::-1])


def _greedy(scores, A):
    path = [scores[0].argmax()]
    for s in scores[1:]:
        path.append((A[path[-1]] + s).argmax())
    return np.array(path)


VITERBI = Exercise(
    arguments=_path_arguments,
    returns=("path",),
    solution=_best_path,
    mistakes=(
        ("You took the best tag of each step by itself: the steps between the tags, A, count as well.",
         lambda scores, A: scores.argmax(axis=1)),
        ("You went on from the best tag so far. A tag that looks worse now may lead to a better path: keep the best "
         "sum for each tag.", _greedy),
        ("A is read the wrong way: A[j, k] is for the step from j to k.",
         lambda scores, A: _best_path(scores, A.T)),
        ("You took the best sum at each step. The best path to the end may not pass there: go back from the last tag "
         "along the tags that were best.", lambda scores, A: _tables(scores, A)[0].argmax(axis=1)),
        ("The path is back to front: you found it from the end, so turn it round.",
         lambda scores, A: _best_path(scores, A)[::-1]),
        ("The path is one step off: the last tag is the best of the last sums.",
         lambda scores, A: np.append(_best_path(scores, A)[1:], _tables(scores, A)[0][-1].argmax())),
    ),
    praise="T K² sums in place of the sums of all Kᵀ paths.",
)  # fmt: skip

EXERCISES = {"tagging-spans": SPANS, "tagging-f1": F1, "tagging-viterbi": VITERBI}
