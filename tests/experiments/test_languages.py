"""Formal languages and the cost of length: what counts as right, what is kept, and stored runs again."""

from types import SimpleNamespace

import numpy as np
import pytest
from pybtex.database import parse_file

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.studies.architectures import cost_of_length as cost
from lstm_tutor.experiments.studies.memory import languages


class Says:
    """A model that says what it was told to."""

    def __init__(self, logits):
        self.logits = logits

    def forward(self, x, lengths=None):
        return self.logits, None


def perfect(batch):
    """Logits that are right at every step."""
    if batch.targets.ndim == 3:
        return 2.0 * batch.targets - 1
    return np.eye(int(batch.targets.max()) + 1)[batch.targets]


def test_every_prefix_that_counts_is_judged_by_its_own_target():
    batch = tasks.modular_arithmetic(9, 4, modulus=3, rng=0)
    logits = perfect(batch)
    logits[4, 2] = -logits[4, 2]
    logits[5] = 0  # an operator: it does not count
    size, right = languages.prefixes(Says(logits), batch)
    assert len(size) == 5 * 4
    assert np.flatnonzero(~right).size == 1 and size[~right].tolist() == [5]


def test_a_string_is_right_if_exactly_the_legal_signs_are_said_at_all_of_its_steps():
    batch = tasks.counting([1, 2, 3])
    logits = perfect(batch)
    logits[-1, 0] = 5.0  # past the end of the first string
    logits[3, 1, 0] = 5.0  # one sign too many in the second
    logits[1, 2, 1] = -5.0  # one too few in the third
    size, right = languages.strings(Says(logits), batch)
    assert size.tolist() == [2, 4, 6]
    assert right.tolist() == [True, False, False]


def test_chance_is_what_the_commonest_answer_earns_where_it_is_asked():
    batch = tasks.Batch(np.zeros((2, 3, 1)), np.array([[0, 0, 1], [1, 1, 1]]), np.array([[1, 1, 1], [1, 1, 0]], bool))
    assert languages.best_constant(batch, np.ones(5, bool)) == pytest.approx(3 / 5)
    assert languages.best_constant(batch, np.array([True, True, False, False, False])) == 1
    legal = tasks.Batch(np.zeros((1, 3, 1)), np.array([[[1, 0], [1, 0], [1, 1]]]))
    assert languages.best_constant(legal, np.ones(3, bool)) == pytest.approx(2 / 3)


@pytest.mark.parametrize("language", list(languages.LANGUAGES))
def test_a_run_is_a_function_of_settings_and_seed(language):
    settings = languages.EXPERIMENT.settings(f"lstm, {language}") | {"updates": 3, "hidden": 4}
    found = languages.run(settings, 7)
    assert found == languages.run(settings, 7)
    assert found["updates"] == 3
    assert (found["reach"] is None) == (language != "a^n b^n")
    assert found["score"] == pytest.approx((found["long"] - found["chance"]) / (1 - found["chance"]), abs=2e-4)


def test_a_run_made_now_is_as_its_record():
    stored = experiments.results("languages").record("lstm, parity", seed=0)["metrics"]
    made = experiments.rerun("languages", "lstm, parity", seed=0)
    assert made["updates"] == pytest.approx(
        stored["updates"], abs=5
    )  # float32 is rounded as the machine's BLAS does it
    assert made["score"] > languages.SOLVED and stored["score"] > languages.SOLVED


def test_nine_tenths_of_what_chance_leaves_open_are_enough():
    success = languages.EXPERIMENT.success
    assert success({"score": 0.9}) and not success({"score": 0.8999})


def test_published_verdicts_are_about_cells_that_ran_and_name_works_of_the_bibliography():
    works = parse_file("book/references.bib").entries
    for (cell, language), (_, work) in languages.PUBLISHED.items():
        assert cell in languages.CELLS and language in languages.LANGUAGES
        assert work in works


@pytest.mark.parametrize("layers", [1, 2])
def test_stored_keys_and_values_give_the_steps_of_the_whole_pass(layers):
    encoder = lt.TransformerEncoder(5, 8, num_heads=2, num_layers=layers, rng=0)
    for values in encoder.parameters().values():
        values += 0.1 * np.random.default_rng(1).standard_normal(values.shape)
    x = np.random.default_rng(2).standard_normal((9, 1, 5))
    store = cost.Store(encoder, 9)
    steps = []
    for row in x:
        ahead = store.peek(row)
        steps.append(store.step(row))
        assert np.array_equal(ahead, steps[-1])
    np.testing.assert_allclose(np.array(steps), encoder.forward(x).output, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("variant", "numbers"),
    [("lstm", 128), ("gru", 64), ("mlstm", 64 + 4 * 16 * 16 + 64 + 4), ("transformer", 64 * 8),
     ("transformer, stored", 2 * 8 * 64)],
)  # fmt: skip
def test_what_has_to_be_kept_to_write_on_is_counted(variant, numbers):
    settings = cost.EXPERIMENT.settings(variant)
    layer = cost.build(settings, 0)
    x = np.random.default_rng(0).standard_normal((9, 1, cost.SIZE)).astype(np.float32)
    step, kept = cost.writer(layer, x, settings.get("stored", False))
    assert kept == numbers
    made = step()
    last = np.reshape(getattr(made, "output", made), (-1, cost.SIZE))[-1]
    np.testing.assert_allclose(last, layer.forward(x).output[-1, 0], rtol=1e-4, atol=1e-5)


def test_growth_is_that_of_the_last_step_to_a_longer_sequence():
    results = experiments.results("cost_of_length")
    assert cost.LENGTHS[-1] == 4 * cost.LENGTHS[-2]
    values = results.median("lstm", "train")
    assert cost.growth(results, "lstm", "train") == pytest.approx(values[-1] / values[-2])


@pytest.mark.parametrize("chunk", [4, 64])
def test_what_is_trained_in_chunks_has_the_gradients_of_the_layer(chunk):
    layer = lt.MLSTM(5, 8, num_heads=2, rng=0)
    x = np.random.default_rng(1).standard_normal((10, 1, 5))
    gradients = layer.backward(layer.forward(x), np.ones((10, 1, 8)))
    dx, d_weight = cost.train_in_chunks(layer, x, chunk)
    np.testing.assert_allclose(dx, gradients.x[:, 0], rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(d_weight, gradients.parameters["weight_ih_l0"], rtol=1e-10, atol=1e-12)


class Clock:
    """A clock by which a step of a layer takes as long as is said, and as many bytes."""

    def __init__(self):
        self.now = self.held = 0

    def layer(self, seconds, size=3):
        def forward(x, state=None):
            self.now += seconds * len(x)
            self.held = seconds * len(x)
            return SimpleNamespace(output=np.zeros(x.shape), final_state=[np.zeros(size)] * 2)

        def backward(trace, d_output):
            assert (d_output == 1).all()
            self.now += 2 * seconds * len(d_output)

        return SimpleNamespace(forward=forward, backward=backward)

    def peak(self, work):
        work()
        return self.held


def test_costs_are_in_units_of_what_the_lstm_needs_for_32_steps_and_for_one(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(cost.time, "process_time", lambda: clock.now)
    monkeypatch.setattr(cost, "peak", clock.peak)
    monkeypatch.setattr(cost.lt, "LSTM", lambda *sizes, **options: clock.layer(1))
    monkeypatch.setattr(cost, "build", lambda settings, seed: clock.layer(2))
    found = cost.run({"cell": "GRU"}, 0)
    assert found["lengths"] == [32, 128, 512, 2048]
    assert found["train"] == found["memory"] == [2, 8, 32, 128]
    assert found["write"] == [2, 2, 2, 2]
    assert found["kept"] == [6, 6, 6, 6]


def test_chunks_are_as_long_as_a_variant_says(monkeypatch):
    clock, sizes = Clock(), []
    monkeypatch.setattr(cost, "LENGTHS", (32, 128))
    monkeypatch.setattr(cost, "train_in_chunks", lambda layer, x, chunk: sizes.append((len(x), chunk)))
    monkeypatch.setattr(cost, "build", lambda settings, seed: clock.layer(2))
    cost.run(cost.EXPERIMENT.settings("mlstm, chunks"), 0)
    assert set(sizes) == {(32, 64), (128, 64)}


def test_the_least_of_several_times_counts_and_the_most_bytes(monkeypatch):
    now, lasts = [0.0], iter([3.0, 1.0, 2.0])

    def work():
        now[0] += next(lasts)

    monkeypatch.setattr(cost.time, "process_time", lambda: now[0])
    assert cost.least(work, 3) == 1

    def hold():
        most = np.ones(2_000_000, np.uint8)
        del most
        return np.ones(500_000, np.uint8)

    assert cost.peak(hold) == pytest.approx(2_000_000, rel=0.05)
