"""Parity: the bits are fair, the answers count them, and the stored runs are what the code does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.memory import parity as experiment


@given(steps=st.integers(1, 12), N=st.integers(1, 4), seed=st.integers(0, 999))
def test_the_answer_is_whether_the_ones_so_far_are_odd(steps, N, seed):
    batch = tasks.parity(steps, N, rng=seed)
    assert batch.x.shape == (steps, N, 2)
    assert (batch.x.sum(axis=2) == 1).all()
    for n in range(N):
        ones = 0
        for t in range(steps):
            ones += int(batch.x[t, n, 1])
            assert batch.targets[t, n] == ones % 2


def test_the_bits_are_fair_and_the_seed_decides_them():
    batch = tasks.parity(50, 400, rng=0)
    assert batch.x[..., 1].mean() == pytest.approx(0.5, abs=0.02)
    assert np.array_equal(batch.x, tasks.parity(50, 400, rng=0).x)
    assert not np.array_equal(batch.x, tasks.parity(50, 400, rng=1).x)


@pytest.mark.parametrize("sizes", [(0, 3), (3, 0)])
def test_sizes_below_one_are_refused(sizes):
    with pytest.raises(ValueError, match=r"expected steps and batch_size of at least 1, got"):
        tasks.parity(*sizes)


class Says:
    """A model that answers with the bit it reads, which is the parity at the first step only by rule."""

    def forward(self, x):
        return x, None


def test_right_compares_what_is_said_with_the_parity():
    batch = tasks.parity(6, 100, rng=2)
    expected = batch.x[..., 1] == batch.targets
    assert np.array_equal(experiment.right(Says(), batch), expected)
    assert expected[0].all()
    assert not expected[1:].all()


@pytest.mark.parametrize("accuracy", [0.9899, 0.99])
def test_the_criterion_is_99_of_100_over_the_long_sequences(accuracy):
    met = experiment.EXPERIMENT.success({"accuracy": 1.0, "accuracy_long": accuracy})
    assert met == (accuracy >= 0.99)


@pytest.mark.parametrize("variant", ["gru", "lstm"])
def test_a_run_made_now_equals_its_record(variant):
    stored = experiments.results("parity").record(variant)["metrics"]
    assert experiments.rerun("parity", variant) == stored
