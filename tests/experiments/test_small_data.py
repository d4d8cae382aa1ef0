"""Little data: what is read, what counts, how the best weights are chosen, and the stored runs."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import tasks
from lstm_tutor.experiments.studies.architectures import small_data as study

BOOK = Path(__file__).resolve().parents[2] / "book"
NETWORKS = ("lstm", "transformer")
SHORT = {"updates": 4, "every": 2, "learning_rates": [0.001, 0.01], "batch_size": 2}


def settings(model, **changes):
    found = study.EXPERIMENT.settings(f"{model}, {study.LEAST}")
    return found | (SHORT if model in NETWORKS else {}) | changes


@pytest.mark.parametrize("model", study.MODELS)
def test_a_run_is_a_function_of_settings_and_seed(model, monkeypatch):
    text = tasks.python_source("test")[:300]
    whole = tasks.python_source()[:12000]
    monkeypatch.setattr(study.tasks, "python_source", lambda part="train": whole if part == "train" else text)
    found = study.run(settings(model), 3)
    assert found == study.run(settings(model), 3)
    assert found["bits"] != study.run(settings(model), 4)["bits"]
    if model == "ngrams":
        assert found["validation"] == min(found["by_order"].values()) == found["by_order"][str(found["order"])]
    else:
        assert found["validation"] == min(found["by_rate"].values()) == found["by_rate"][str(found["rate"])]
        assert found["update"] in (2, 4)


@pytest.mark.parametrize("characters", study.UPDATES)
def test_five_seeds_learn_from_five_portions_without_the_validation_text(characters):
    codes = tasks.encode(tasks.python_source())
    portions = [study.portion(characters, seed) for seed in range(5)]
    starts = np.linspace(0, len(codes) - study.VALIDATION - characters, 5).astype(int)
    for start, (train, validation) in zip(starts, portions, strict=True):
        np.testing.assert_array_equal(train, codes[start : start + characters])
        np.testing.assert_array_equal(validation, codes[-8192:])
    assert starts[-1] + characters == len(codes) - 8192


def test_windows_come_from_all_places_of_a_text_and_are_followed_by_their_targets():
    codes = np.arange(68)  # from 68 characters, four windows of 64 with one more to say
    draw = study.windows(codes, 32, seed=0)
    batch = draw(0)
    read = batch.x.argmax(axis=2)
    assert set(read[0]) == {0, 1, 2, 3}
    np.testing.assert_array_equal(read, read[0] + np.arange(64)[:, None])
    np.testing.assert_array_equal(batch.targets, read + 1)
    assert batch.start
    np.testing.assert_array_equal(draw(0).targets, batch.targets)
    assert (draw(1).targets != batch.targets).any()


class Oracle:
    """A model that knows what follows from a step of its window on, and before it knows nothing."""

    loss = staticmethod(lt.losses.softmax_cross_entropy)

    def __init__(self, knows_from):
        self.knows_from, self.read = knows_from, []

    def forward(self, x):
        self.read.append(x.argmax(axis=2))
        scores = 100.0 * np.eye(study.SIZE)[(self.read[-1] + 1) % study.SIZE]
        scores[: self.knows_from] = 0
        return scores, None


def test_only_characters_with_half_a_window_before_them_count():
    codes = np.arange(5000) % study.SIZE
    assert study.bits(Oracle(32), codes) == pytest.approx(0, abs=1e-9)
    assert study.bits(Oracle(64), codes) == pytest.approx(np.log2(study.SIZE))
    assert study.bits(Oracle(33), codes) == pytest.approx(np.log2(study.SIZE) / 32)


def test_every_character_counts_once_however_the_windows_are_dealt_out():
    model, codes = study.build(settings("lstm"), 0), study.portion(4200, 0)[0]
    model.readout.weight *= 100  # so that one character costs much more than another
    starts = np.arange(0, 4200 - 64, 32)
    assert len(starts) > 129
    batch = study.at(codes, starts)
    predictions, _ = model.forward(batch.x)
    p = lt.activations.softmax(predictions)[32:]
    said = np.take_along_axis(p, batch.targets[32:, :, None], axis=2)
    assert study.bits(model, codes) == pytest.approx(-np.log2(said).mean(), rel=1e-5)
    np.testing.assert_array_equal(batch.targets[32:].T.reshape(-1), codes[33 : 33 + said.size])


def test_rate_and_update_are_those_where_the_validation_text_is_cheapest(monkeypatch):
    """Of three rates the second has the fewest bits, after its first half: these weights read the held-out text."""
    costs, weights, read = iter([4.0, 3.0, 2.0, 5.0, 6.0, 2.5]), [], []

    def bits(model, codes):
        now = model.readout.bias.copy()
        if codes is validation:
            weights.append(now)
            return next(costs)
        read.append(now)
        return 10.0 * len(read)

    train, validation = study.portion(study.LEAST, 0)
    monkeypatch.setattr(study, "bits", bits)
    rates = [0.001, 0.003, 0.01]
    found = study.learn(settings("lstm", learning_rates=rates), train, validation, validation[:100].copy(), 0)
    assert (found["rate"], found["update"], found["validation"], found["bits"]) == (0.003, 2, 2.0, 20.0)
    assert found["by_rate"] == {"0.001": 3.0, "0.003": 2.0, "0.01": 2.5}
    np.testing.assert_array_equal(read[-1], weights[2])


class Stored:
    """Results of five portions that differ more than models do; the longest text saves little."""

    bits = dict.fromkeys(study.UPDATES, np.array([4.0, 5.0, 4.5, 5.5, 6.0]))

    def __init__(self, **ahead):
        self.ahead = ahead

    def values(self, variant, metric):
        model, characters = variant.split(", ")
        saved = np.log2(int(characters)) / 4
        return self.bits[int(characters)] - saved - np.asarray(self.ahead.get(model, 0.0))

    def median(self, variant, metric):
        return float(np.median(self.values(variant, metric)))


def verdicts(**ahead):
    return [claim.holds(Stored(**ahead)) for claim in study.EXPERIMENT.claims]


def test_models_are_compared_portion_by_portion():
    lead = study.leads(Stored(lstm=0.1), "lstm", "transformer", study.LEAST)
    np.testing.assert_allclose(lead, np.full(5, 0.1))
    assert verdicts(lstm=0.1, transformer=0.05) == [True] * 4 + [False, True, True, True]
    assert verdicts(transformer=0.1, lstm=0.05) == [False] * 4 + [True, True, True, True]
    assert verdicts(lstm=[0.1, 0.1, 0.1, 0.1, -0.1]) == [False] * 4 + [False, True, False, False]
    assert verdicts(lstm=0.51, transformer=-0.01) == [True] * 4 + [False, False, False, False]  # a step saves 0.5


@pytest.mark.parametrize("characters", study.UPDATES)
def test_networks_differ_in_kind_and_rates_alone_and_have_about_as_many_parameters(characters):
    lstm, transformer = (study.EXPERIMENT.settings(f"{model}, {characters}") for model in NETWORKS)
    own = {"model", "hidden", "options", "learning_rates"}
    assert {key for key in lstm if lstm[key] != transformer[key]} == own
    assert len(lstm["learning_rates"]) == 1 <= len(transformer["learning_rates"])  # never more trials for the LSTM
    assert (len(transformer["learning_rates"]) == 2) == (characters == 2**15)
    sizes = [study.build(found, 0).size() for found in (lstm, transformer)]
    assert max(sizes) < 1.01 * min(sizes)
    assert study.build(transformer, 0).layer.causal


# -- the stored runs ---------------------------------------------------------------------------------------------------


def test_counting_again_gives_the_stored_figures():
    stored = study.EXPERIMENT.settings(f"ngrams, {study.LEAST}")
    assert study.run(stored, 3) == lt.experiments.results("small_data").record(f"ngrams, {study.LEAST}", 3)["metrics"]


def test_an_lstm_trained_again_learns_as_its_record_says():
    record = lt.experiments.results("small_data").record(f"lstm, {study.LEAST}", 1)["metrics"]
    again = study.run(study.EXPERIMENT.settings(f"lstm, {study.LEAST}"), 1)
    assert again["parameters"] == record["parameters"]
    assert again["bits"] == pytest.approx(record["bits"], abs=0.02)  # float32 is rounded as the machine's BLAS does it


def test_the_chapter_says_what_the_runs_say():
    results = lt.experiments.results("small_data")
    lead = {n: study.leads(results, "lstm", "transformer", n) for n in study.UPDATES}
    assert (lead[study.LEAST] > 0).all() and (lead[study.MOST] < 0).all()
    cells = {cell.id: cell.source for cell in nbformat.read(BOOK / "today.ipynb", 4).cells}
    least, most, gain = np.median(lead[study.LEAST]), -np.median(lead[study.MOST]), min(study.gains(results))
    for figure in (
        f"in the median by {least:.2f} bits",
        f"the transformer is, by {most:.2f}.",
        f"at least {gain:.2f} bits",
    ):
        assert figure in cells["today-small-data-read"]
    assert f"ahead on every piece, by {least:.2f} bits" in cells["today-still"]
    counted, networks = (
        [results.median(f"{model}, {n}", "bits") for n in study.UPDATES for model in models]
        for models in (("ngrams", "ngrams"), NETWORKS)
    )
    assert (np.array(counted) > networks).all()
    assert results.median(f"transformer, {2**13}", "update") >= 0.95 * study.UPDATES[2**13]  # it had not done learning
    sizes = {study.build(study.EXPERIMENT.settings(f"{model}, {study.LEAST}"), 0).size() for model in NETWORKS}
    assert {round(size, -3) for size in sizes} == {47000}
