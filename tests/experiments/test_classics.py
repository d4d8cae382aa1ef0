"""The experiments of Hochreiter & Schmidhuber (1997): when training stops, what is measured, and stored runs again."""

from types import SimpleNamespace

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.experiments import online
from lstm_tutor.experiments.studies.memory import adding, long_lag, multiplication, temporal_order
from lstm_tutor.tasks import Batch

# -- when training stops -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy", "mean_squared_error"])
def test_errors_are_those_of_each_output_at_each_sequences_end(loss):
    rng = np.random.default_rng(0)
    model = lt.SequenceModel(lt.LSTM(2, 3, rng=0), 4, loss=loss, rng=1)
    x, lengths = rng.normal(size=(6, 3, 2)), np.array([6, 2, 4])
    targets = rng.integers(0, 4, (6, 3)) if loss.startswith("softmax") else rng.random((6, 3, 4))
    found = online.errors_on(model, Batch(x, targets, None, lengths))
    for n, steps in enumerate(lengths):
        a = model.forward(x[:steps, n : n + 1])[0][-1, 0]
        said = {
            "softmax_cross_entropy": np.exp(a) / np.exp(a).sum(),
            "binary_cross_entropy": 1 / (1 + np.exp(-a)),
            "mean_squared_error": a,
        }[loss]
        due = targets[steps - 1, n]
        due = np.arange(4) == due if loss.startswith("softmax") else due
        np.testing.assert_allclose(found[n], np.abs(said - due))
    whole = online.errors_on(model, Batch(x[:4], targets[:4]))  # no lengths: all end with the last step
    np.testing.assert_allclose(whole[2], found[2])


def test_a_watched_model_keeps_the_errors_made_before_it_learned():
    settings = {"cell": "RNN", "hidden": 2, "batch_size": 5, "learning_rate": 0.1, "updates": 4}
    seen, before = [], []

    def batch(size, rng):
        seen.append(tasks.recall(2, size, symbols=2, rng=rng))
        before.append(online.errors_on(run.model, seen[-1]).max(axis=1))
        return seen[-1]

    run = online.Online(settings, 7, batch, (5, 2))
    asked = []
    assert not run.until(lambda errors: asked.append(errors))
    assert run.presented == 20 and len(seen) == 4
    assert asked == []  # 2000 sequences have not been seen
    np.testing.assert_allclose(run._watched.errors, before)
    np.testing.assert_allclose(run._watched.recent(10), np.concatenate(before[-2:]))
    np.testing.assert_allclose(run._watched.recent(14), np.concatenate(before[-2:]))
    assert run._watched.recent(25) is None
    assert not np.array_equal(seen[0].x, seen[1].x)


def test_training_ends_with_the_first_2000_sequences_that_are_right_and_can_go_on(monkeypatch):
    monkeypatch.setattr(lt.Trainer, "update", lambda self: _note(self))
    settings = {"cell": "RNN", "hidden": 2, "batch_size": 100, "learning_rate": 0.1, "updates": 90}
    run = online.Online(settings, 0, None, (5, 2))

    def _note(trainer):
        trainer.step += 1
        run._watched.errors.append(np.full(100, 1 / trainer.step))

    assert run.until(lambda errors: errors.max() < 0.1)  # from 11 on, twenty batches
    assert run.presented == 3000
    assert run.until(lambda errors: errors.max() < 0.05)
    assert run.presented == 4000
    assert not run.until(lambda errors: errors.max() < 0.01)
    assert run.presented == 9000
    assert online.outcome(run, False)["sequences"] is None and online.outcome(run, True)["sequences"] == 9000


def test_the_rules_to_stop_are_the_papers():
    few = np.full(2000, 0.009)
    assert adding.enough(few) and not adding.enough(few + 0.0011)
    few[3] = 0.0401
    assert not adding.enough(few)
    few = np.full(2000, 0.09)
    assert temporal_order.enough(few) and not temporal_order.enough(few + 0.011)
    few[3] = 0.3
    assert not temporal_order.enough(few)
    assert (multiplication.FEW, multiplication.FEWER) == (140, 13)
    assert (online.RECENT, online.TESTED, long_lag.TESTED) == (2000, 2560, 10_000)
    assert long_lag.RIGHT == {"2a": 0.25, "2c": 0.2}


def test_multiplication_is_measured_when_less_than_140_are_wrong_and_again_when_less_than_13(monkeypatch):
    class Told:
        """Training that meets every rule; it keeps with how many wrong of 2000 each rule is met."""

        met, presented, model = [], 0, SimpleNamespace(size=lambda: 7)

        def __init__(self, *_, **options):
            assert options == {"loss": "mean_squared_error"}

        def until(self, enough):
            wrong = (np.where(np.arange(2000) < count, 0.04, 0.0399) for count in range(200))
            self.met.append([bool(enough(errors)) for errors in wrong])
            self.presented += 100
            return True

    monkeypatch.setattr(multiplication, "Online", Told)
    monkeypatch.setattr(multiplication, "tested", lambda model, batch: {"wrong": len(batch.x)})
    metrics = multiplication.run({"length": 22}, 0)
    assert [met.index(False) for met in Told.met] == [140, 13] and not any(Told.met[0][140:] + Told.met[1][13:])
    assert [metrics[name]["sequences"] for name in ("few", "fewer")] == [100, 200]


def test_what_is_wrong_is_counted_in_sequences():
    layer = SimpleNamespace(forward=lambda x, lengths: SimpleNamespace(output=x))
    model = SimpleNamespace(layer=layer, readout=SimpleNamespace(forward=lambda h: h), loss_name="mean_squared_error")
    targets = np.zeros((1, 4, 1))
    found = adding.tested(model, Batch(np.reshape([0.0, 0.039, -0.04, 0.5], (1, 4, 1)), targets))
    assert found["wrong"] == 2
    assert found["error"] == pytest.approx((0.039 + 0.04 + 0.5) / 4, abs=1e-5)
    assert found["squared"] == pytest.approx((0.039**2 + 0.04**2 + 0.25) / 4, abs=1e-7)


# -- the outputs that see the inputs -----------------------------------------------------------------------------------


def test_the_shortcut_adds_what_it_makes_of_the_inputs_and_has_its_gradient():
    batch = tasks.long_lag(4, 3, rng=0)
    model = long_lag.ShortcutModel(lt.LSTM1997(5, 2, rng=0), 5, rng=1)
    model.shortcut.weight[:] = np.random.default_rng(2).normal(size=(5, 5))
    plain = lt.SequenceModel(model.layer, 5, rng=1)
    np.testing.assert_allclose(
        model.forward(batch.x)[0], plain.forward(batch.x)[0] + batch.x @ model.shortcut.weight.T + model.shortcut.bias
    )
    model.cells_learn = True
    _, gradients, _ = model.loss_and_gradients(batch)
    assert gradients.keys() == model.parameters().keys()
    for name, array in model.parameters().items():
        for index in [tuple(0 for _ in array.shape), tuple(n - 1 for n in array.shape)]:
            losses = []
            for nudge in (1e-6, -1e-6):
                array[index] += nudge
                losses.append(model.loss_and_gradients(batch)[0])
                array[index] -= nudge
            assert gradients[name][index] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-8)
    model.cells_learn = False
    _, alone, _ = model.loss_and_gradients(batch)
    for name, d in alone.items():
        np.testing.assert_array_equal(d, gradients[name] if name.startswith("shortcut") else 0)


def test_each_update_of_the_long_lag_sees_one_of_each_sequence():
    batch = long_lag.both_sequences(6)
    assert batch.x.argmax(axis=2).T.tolist() == [[5, 0, 1, 2, 3, 4], [6, 0, 1, 2, 3, 4]]
    assert batch.targets.T.tolist() == [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 6]]


# -- the stored runs ---------------------------------------------------------------------------------------------------

QUICK = [("long_lag", "2a, p = 50, lstm1997"), ("long_lag", "2c, p = 50, lstm1997"), ("temporal_order", "6a, lstm1997")]


@pytest.mark.parametrize("name, variant", QUICK)
def test_a_quick_run_made_again_equals_its_record(name, variant):
    stored = min(experiments.results(name).of(variant), key=lambda record: record["cpu_seconds"])
    again = experiments.rerun(name, variant, stored["seed"])
    assert again.keys() == stored["metrics"].keys()
    for metric, value in again.items():
        np.testing.assert_allclose(value, stored["metrics"][metric], rtol=1e-3, atol=1e-4, err_msg=metric)
