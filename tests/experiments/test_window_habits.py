"""The study of habits: relu has the gradient of PyTorch's autograd, and each variant reads as its name says."""

import numpy as np
import pytest
import torch

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.training import window_habits
from lstm_tutor.experiments.studies.training.window_habits import RECIPE, ReluLSTM

VARIANTS = window_habits.EXPERIMENT.variants


def _torch_steps(p, x, h, c):
    """The same cell in elementary PyTorch operations: outputs (T, N, H), and the final h and c."""
    outputs = []
    for step in x:
        i, f, g, o = (step @ p["weight_ih_l0"].T + h @ p["weight_hh_l0"].T + p["bias_l0"]).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.relu()
        h = o.sigmoid() * c.relu()
        outputs.append(h)
    return torch.stack(outputs), h, c


def test_relu_in_an_lstm_has_the_values_and_gradients_of_pytorch():
    rng = np.random.default_rng(0)
    layer = ReluLSTM(3, 5, rng=0)
    for array in layer.parameters().values():
        array[:] = rng.standard_normal(array.shape)
    x, h, c = (rng.standard_normal(shape) for shape in ((7, 4, 3), (1, 4, 5), (1, 4, 5)))
    d_output, d_h, d_c = (rng.standard_normal(shape) for shape in ((7, 4, 5), (1, 4, 5), (1, 4, 5)))
    p = {name: torch.from_numpy(array.copy()).requires_grad_() for name, array in layer.parameters().items()}
    tx, th, tc = (torch.from_numpy(each.copy()).requires_grad_() for each in (x, h, c))
    output, last_h, last_c = _torch_steps(p, tx, th[0], tc[0])
    ends = [torch.from_numpy(each) for each in (d_output, d_h[0], d_c[0])]
    sum((a * b).sum() for a, b in zip((output, last_h, last_c), ends, strict=True)).backward()

    trace = layer.forward(x, layer.State(h, c))
    grads = layer.backward(trace, d_output, layer.State(d_h, d_c))
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(trace.output, output.detach(), **close)
    np.testing.assert_allclose(grads.x, tx.grad, **close)
    np.testing.assert_allclose(grads.initial_state.h, th.grad, **close)
    np.testing.assert_allclose(grads.initial_state.c, tc.grad, **close)
    for name, array in grads.parameters.items():
        np.testing.assert_allclose(array, p[name].grad, **close)


def test_relu_in_an_lstm_agrees_with_central_differences():
    rng = np.random.default_rng(1)
    layer, x, d_output = ReluLSTM(2, 3, rng=1), rng.standard_normal((5, 2, 2)), rng.standard_normal((5, 2, 3))
    for array in layer.parameters().values():
        array[:] = rng.standard_normal(array.shape)
    grads = layer.backward(layer.forward(x), d_output).parameters
    for name, array in layer.parameters().items():
        for place in np.ndindex(array.shape):
            old, sums = array[place], []
            for nudge in (1e-5, -1e-5):
                array[place] = old + nudge
                sums.append((layer.forward(x).output * d_output).sum())
            array[place] = old
            assert (sums[0] - sums[1]) / 2e-5 == pytest.approx(grads[name][place], rel=1e-7, abs=1e-8)


def _batches(variant, monkeypatch, epochs=1):
    """The x of all batches of a run of a variant, and the model."""
    seen = []

    class Watched(window_habits.Trainer):
        def run(self, updates, **options):
            seen.extend(self.batches(k) for k in range(updates))
            self.history.loss = [0.0] * 200

    monkeypatch.setattr(window_habits, "Trainer", Watched)
    window_habits.run(VARIANTS[variant] | {"epochs": epochs}, 0)
    return seen


def _windows():
    series = window_habits.sunspots()
    scale = tasks.Scale.of(series[: window_habits.TRAIN], "range")
    return tasks.windows(scale.scaled(series).astype(np.float32)[: window_habits.TRAIN], RECIPE["lags"])


def test_each_variant_learns_from_the_same_windows_in_the_order_of_its_name(monkeypatch):
    x, y = _windows()
    orders = {
        "windows in order": np.arange(x.shape[1]),
        "windows backward": np.arange(x.shape[1])[::-1],
    }
    for variant, order in orders.items():
        batches = _batches(variant, monkeypatch)
        np.testing.assert_array_equal(np.concatenate([batch.x for batch in batches], axis=1), x[:, order])
        np.testing.assert_array_equal(np.concatenate([b.targets[-1, :, 0] for b in batches]), y[0, order, 0])
        assert all(batch.mask[:-1].sum() == 0 and batch.mask[-1].all() for batch in batches)
    shuffled = np.concatenate([batch.x for batch in _batches("windows shuffled", monkeypatch)], axis=1)
    assert not np.array_equal(shuffled, x)
    np.testing.assert_array_equal(np.sort(shuffled[0, :, 0]), np.sort(x[0, :, 0]))


def test_shuffled_steps_are_those_of_the_window_by_one_permutation_and_features_are_the_steps(monkeypatch):
    plain, steps, flat = (
        _batches(name, monkeypatch) for name in ("windows shuffled", "steps shuffled", "lags as features")
    )
    order = np.random.default_rng([0, 5]).permutation(RECIPE["lags"])
    assert (order != np.arange(len(order))).any()
    for one, two, three in zip(plain, steps, flat, strict=True):
        np.testing.assert_array_equal(two.x, one.x[order])
        np.testing.assert_array_equal(three.x[0].T, one.x[:, :, 0])
        assert len(three.x) == 1


def test_the_variants_differ_in_nothing_but_their_habit():
    for variant, settings in VARIANTS.items():
        different = {key for key in RECIPE if settings[key] != RECIPE[key]}
        assert len(different) == (variant != window_habits.BASE) + (
            variant in ("windows in order, constant rate", "windows backward, constant rate")
        )


def test_a_run_made_again_is_the_stored_one():
    stored = experiments.results("window_habits").record("lags as features", 3)["metrics"]
    again = experiments.rerun("window_habits", "lags as features", 3)
    assert again["error"] == pytest.approx(stored["error"], rel=1e-2)
    assert again["early"] == pytest.approx(stored["early"], rel=1e-2)
