"""Streams of questions, and what is learned through windows of them: worked out again in another way."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.gradients import truncation

# -- the streams -------------------------------------------------------------------------------------------------------


@given(lag=st.integers(1, 6), more=st.integers(1, 4), steps=st.integers(1, 9), symbols=st.integers(2, 4),
       seed=st.integers(0, 99))  # fmt: skip
def test_a_question_asks_for_the_symbol_that_was_shown_a_lag_before(lag, more, steps, symbols, seed):
    period = lag + more
    stream = tasks.RecallStream(
        lag, updates=6, batch_size=2 * period, steps=steps, period=period, symbols=symbols, rng=seed
    )
    batches = [stream(k) for k in range(6)]
    assert [batch.start for batch in batches] == [True] + 5 * [False]
    x, targets, mask = (np.concatenate(parts) for parts in list(zip(*batches, strict=True))[:3])
    assert x.shape == (6 * steps, 2 * period, 2 * symbols + 1) and (x.sum(axis=2) == 1).all()
    codes = x.argmax(axis=2)
    np.testing.assert_array_equal(codes, stream.codes)
    np.testing.assert_array_equal(mask, codes == 2 * symbols)
    for n in range(2 * period):
        for t in range(6 * steps):
            place = (t + n) % period
            if place == 0:
                assert codes[t, n] < symbols
            elif place == lag:
                assert mask[t, n]
                if t >= lag:
                    assert targets[t, n] == codes[t - lag, n]
            else:
                assert symbols <= codes[t, n] < 2 * symbols


def test_equally_many_streams_are_asked_at_every_step():
    mask = np.concatenate([tasks.RecallStream(3, updates=2, batch_size=15, steps=9, period=5, rng=0)(k).mask
                           for k in range(2)])  # fmt: skip
    assert (mask.sum(axis=1) == 3).all()


def test_streams_have_every_symbol_and_differ_from_each_other_and_between_seeds():
    make = lambda seed: tasks.RecallStream(2, updates=40, batch_size=8, steps=50, period=4, rng=seed)  # noqa: E731
    codes, answers = make(0).codes, np.concatenate([make(0)(k).targets[make(0)(k).mask] for k in range(40)])
    np.testing.assert_array_equal(codes, make(0).codes)
    assert (codes != make(1).codes).any() and (codes[:-4, 0] != codes[4:, 4]).any()
    np.testing.assert_allclose(np.bincount(answers) / len(answers), 1 / 4, atol=0.03)
    for first in (0, 4):
        counts = [(codes == symbol).sum() for symbol in range(first, first + 4)]
        np.testing.assert_allclose(counts / np.sum(counts), 1 / 4, atol=0.03)


@pytest.mark.parametrize(
    "lag, options, says",
    [
        (0, {}, "expected lag from 1 to period - 1, got lag=0, period=4"),
        (4, {}, "expected lag from 1 to period - 1, got lag=4, period=4"),
        (2, {"batch_size": 6}, "expected batch_size to be a multiple of 4, got 6"),
        (2, {"batch_size": 0}, "expected batch_size to be a multiple of 4, got 0"),
        (2, {"steps": 0}, "expected updates and steps >= 1 and symbols >= 2, got updates=1, steps=0, symbols=4"),
        (2, {"symbols": 1}, "symbols=1"),
    ],
)
def test_messages_for_streams_that_cannot_be(lag, options, says):
    with pytest.raises(ValueError, match=rf"^RecallStream: .*{says}"):
        tasks.RecallStream(lag, **({"updates": 1, "batch_size": 4, "steps": 3, "period": 4} | options))


def test_message_for_a_batch_past_the_end():
    with pytest.raises(ValueError, match="expected an update from 0 to 1, got 2"):
        tasks.RecallStream(1, updates=2, batch_size=2, steps=3, period=2)(2)


# -- what is measured --------------------------------------------------------------------------------------------------


def remembering(lag, wrong=0.0):
    """A model that says what was shown `lag` steps before, but for a share of its answers."""
    miss = np.random.default_rng(0).random((truncation.STEPS, 2 * truncation.STREAMS)) < wrong

    def forward(x):
        said = np.roll(x.argmax(axis=2), lag, axis=0) % truncation.SYMBOLS
        return np.eye(truncation.SYMBOLS)[(said + miss) % truncation.SYMBOLS], None

    return SimpleNamespace(forward=forward)


def test_accuracy_is_the_share_of_questions_answered():
    assert truncation.accuracy_of(remembering(5), 5, rng=0) == 1
    assert truncation.accuracy_of(remembering(5, wrong=0.2), 5, rng=0) == pytest.approx(0.8, abs=0.03)
    assert truncation.accuracy_of(remembering(4), 5, rng=0) == pytest.approx(0.25, abs=0.04)


def states(lag):
    """A layer whose states show, beside noise, the input `lag` steps before."""

    def forward(x):
        noise = np.random.default_rng(1).normal(size=(*x.shape[:2], 5))
        return SimpleNamespace(output=np.concatenate([noise, 0.01 * np.roll(x, lag, axis=0)], axis=2))

    return SimpleNamespace(forward=forward)


def test_a_linear_read_out_finds_what_the_states_hold_and_nothing_else():
    assert truncation.held_by(states(5), 5, rng=0) == 1
    assert truncation.held_by(states(4), 5, rng=0) == pytest.approx(0.25, abs=0.05)  # noise would fit by heart


def test_every_window_reads_the_same_streams_from_the_same_weights():
    settings = experiments.get("truncation").settings("rnn") | {"stream": 12}
    one, three = (truncation.train_with(settings, k, 4) for k in (1, 3))
    assert (one.step, three.step) == (12, 4)
    np.testing.assert_array_equal(
        np.concatenate([one.batches(k).x for k in range(12)]), np.concatenate([three.batches(k).x for k in range(4)])
    )
    for make in (one, three):
        assert not make.batches(1).start
        assert make.optimizer.learning_rate < settings["learning_rate"]  # it falls
    assert truncation.train_with(settings | {"falling": False}, 3, 4).optimizer.learning_rate == 0.003


def test_training_ends_when_it_has_been_sure_for_long_enough(monkeypatch):
    losses = iter([0.5] * 10 + [0.01] * 1000)

    def update(trainer):
        trainer.step += 1
        trainer.history.loss.append(next(losses))

    monkeypatch.setattr(lt.Trainer, "update", update)
    settings = experiments.get("truncation").settings("rnn")
    assert truncation.train_with(settings, 8, 0).step == 10 + truncation.CALM // 8


def test_windows_count_as_within_the_lag_up_to_the_lag_itself():
    metrics = {"windows": [1, 5, 6, 8], "accuracy": [0.3, 0.4, 0.98, 1.0], "lag": 5}
    assert truncation.within(metrics) == [0.3, 0.4] and truncation.beyond(metrics) == [0.98, 1.0]
    success = experiments.get("truncation").success
    assert not success(metrics) and success(metrics | {"accuracy": [0.3, 0.99, 0.5, 0.5]})


def test_a_run_made_again_equals_its_record():
    """The windows of 6 and of 8 steps of one run, which take a second or two."""
    stored = experiments.results("truncation").record("rnn", seed=0)
    again = truncation.run(stored["settings"] | {"windows": [6, 8]}, 0)
    assert again["windows"] == [6, 8]
    for name in ("fresh", "lag", "parameters", "chance"):
        assert again[name] == pytest.approx(stored["metrics"][name], rel=1e-3)
    for name in ("accuracy", "held", "steps"):
        expected = [stored["metrics"][name][stored["metrics"]["windows"].index(k)] for k in (6, 8)]
        assert again[name] == pytest.approx(expected, rel=1e-3)
