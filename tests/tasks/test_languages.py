"""Formal languages: what is due at every step is what a slow reading of the string says."""

import ast
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import tasks

SIZES = {"steps": st.integers(1, 14), "N": st.integers(1, 4), "seed": st.integers(0, 999)}


def signs_of(batch, n, alphabet):
    """The string that sequence n shows, one sign a step."""
    assert set(np.unique(batch.x)) <= {0, 1}
    assert (batch.x.sum(axis=2) == 1).all()
    return [alphabet[k] for k in batch.x[:, n].argmax(axis=1)]


@given(**SIZES)
def test_even_pairs_counts_the_changes_so_far(steps, N, seed):
    batch = tasks.even_pairs(steps, N, rng=seed)
    for n in range(N):
        string = signs_of(batch, n, "01")
        for t in range(steps):
            changes = sum(a != b for a, b in pairwise(string[: t + 1]))
            assert batch.targets[t, n] == (changes % 2 == 0)


@given(**SIZES, places=st.integers(2, 6))
def test_the_walk_on_the_ring_is_at_the_place_that_its_moves_lead_to(steps, N, seed, places):
    batch = tasks.cycle_navigation(steps, N, places=places, rng=seed)
    for n in range(N):
        at = 0
        for t, move in enumerate(signs_of(batch, n, (0, 1, -1))):
            at = (at + move) % places
            assert batch.targets[t, n] == at


@given(**SIZES, modulus=st.integers(2, 6))
def test_a_sum_of_products_is_worth_what_python_says(steps, N, seed, modulus):
    batch = tasks.modular_arithmetic(steps, N, modulus=modulus, rng=seed)
    for n in range(N):
        string = signs_of(batch, n, [*map(str, range(modulus)), "+", "-", "*"])
        for t in range(steps):
            assert batch.mask[t, n] == (string[t] not in "+-*") == (t % 2 == 0)
            if batch.mask[t, n]:
                assert batch.targets[t, n] == value(ast.parse("".join(string[: t + 1]), mode="eval").body) % modulus


def value(node):
    """What a sum, difference or product of numbers is worth."""
    if isinstance(node, ast.Constant):
        return node.value
    left, right = value(node.left), value(node.right)
    return {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}[type(node.op)]


@given(**SIZES, kinds=st.integers(1, 3), depth=st.sampled_from([None, 1, 2, 3]))
def test_what_is_legal_after_brackets_is_what_a_stack_allows_and_what_comes_is_legal(steps, N, seed, kinds, depth):
    batch = tasks.dyck(steps, N, kinds=kinds, depth=depth, rng=seed)
    opening, closing = "([{"[:kinds], ")]}"[:kinds]
    for n in range(N):
        string, stack = signs_of(batch, n, opening + closing), []
        for t, sign in enumerate(string):
            if sign in opening:
                stack.append(sign)
            else:
                assert opening[closing.index(sign)] == stack.pop()
            may_open = depth is None or len(stack) < depth
            legal = [may_open] * kinds + [bool(stack) and kind == stack[-1] for kind in opening] + [not stack]
            assert batch.targets[t, n].astype(bool).tolist() == legal
            if t + 1 < steps:
                assert legal[(opening + closing).index(string[t + 1])]


def test_every_sign_is_as_likely_and_the_seed_decides_the_strings():
    for task, share in ((tasks.even_pairs, 1 / 2), (tasks.cycle_navigation, 1 / 3)):
        batch = task(50, 400, rng=0)
        np.testing.assert_allclose(batch.x.mean(axis=(0, 1)), share, atol=0.02)
        assert np.array_equal(batch.x, task(50, 400, rng=0).x)
        assert not np.array_equal(batch.x, task(50, 400, rng=1).x)


def test_brackets_without_a_limit_go_deeper_the_longer_the_string():
    batch = tasks.dyck(400, 100, rng=0)
    height = (batch.x[..., 0] - batch.x[..., 1]).cumsum(axis=0)
    assert height.max() > 20
    assert tasks.dyck(400, 100, depth=4, rng=0).targets[..., 0].min() == 0  # at four open brackets none may open
    both = batch.targets[:-1].astype(bool)[..., :2].all(axis=2)  # where either may come
    assert batch.x[1:][both][:, 0].mean() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("task", [tasks.even_pairs, tasks.cycle_navigation, tasks.modular_arithmetic, tasks.dyck])
@pytest.mark.parametrize("sizes", [(0, 3), (3, 0)])
def test_sizes_below_one_are_refused(task, sizes):
    with pytest.raises(ValueError, match=rf"{task.__name__}: expected steps and batch_size of at least 1, got"):
        task(*sizes)


@pytest.mark.parametrize(
    ("task", "option", "words"),
    [
        (tasks.cycle_navigation, {"places": 1}, "at least 2 places, got 1"),
        (tasks.modular_arithmetic, {"modulus": 1}, "a modulus of at least 2, got 1"),
        (tasks.dyck, {"kinds": 0}, "kinds and depth of at least 1, got 0 and None"),
        (tasks.dyck, {"depth": 0}, "kinds and depth of at least 1, got 1 and 0"),
    ],
)
def test_options_out_of_range_are_refused(task, option, words):
    with pytest.raises(ValueError, match=words):
        task(3, 3, **option)
