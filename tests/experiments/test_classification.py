"""The studies of classification: kept models say what their notes say, and a run made again is the stored one."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments.classifying import classified, train_classifier
from lstm_tutor.experiments.studies.applications import digits, reviews, vowels


@pytest.mark.parametrize("variant", ["last", "attention"])
def test_a_kept_model_of_voices_names_the_speakers_that_its_notes_say(variant):
    model, notes = experiments.model_with_notes(f"vowels-{variant}")
    data = tasks.SpokenVowels()
    for part, share in ((data.train, notes["train"]), (data.test, notes["accuracy"])):
        said = classified(model, [tasks.sequence_batch(*part)])
        assert np.mean(said == part[1]) == pytest.approx(share, abs=1e-3)


def test_the_kept_model_of_digits_reads_as_its_notes_say():
    model, notes = experiments.model_with_notes("digits-last")
    pictures, labels = tasks.DigitRows().test
    said = classified(model, [tasks.digit_batch(pictures, labels)])
    assert np.mean(said == labels) == pytest.approx(notes["accuracy"], abs=1e-3)


@pytest.mark.parametrize("variant", ["last", "attention"])
def test_a_kept_model_of_reviews_judges_as_its_notes_say(variant):
    model, notes = experiments.model_with_notes(f"reviews-{variant}")
    data = tasks.Reviews(notes["settings"]["sentences"], rng=[0, 5])
    words, verdicts, _ = reviews.columns(data.test)
    assert tasks.fingerprint("\n".join(map(" ".join, words))) == notes["data"]
    said = classified(model, [tasks.review_batch(words)])
    assert np.mean(said == verdicts) == pytest.approx(notes["accuracy"], abs=1e-3)


@pytest.mark.parametrize(("name", "variant"), [("reviews", "last"), ("reviews", "pairs"), ("vowels", "averages")])
def test_a_run_made_again_is_the_stored_one(name, variant):
    stored = experiments.results(name).record(variant)["metrics"]
    again = experiments.rerun(name, variant)
    assert again.keys() == stored.keys()
    assert again["accuracy"] == pytest.approx(stored["accuracy"], abs=0.01)
    assert again["parameters"] == stored["parameters"] and again.get("data") == stored.get("data")
    if variant == "pairs":  # no chance in it
        assert again["rare"] == pytest.approx(stored["rare"], abs=2e-3)
        assert again["kinds"] == pytest.approx(stored["kinds"], abs=2e-3)


def test_stored_confusion_matrices_are_those_of_the_stored_shares():
    for name, total in (("vowels", 370), ("digits", 1000)):
        for record in experiments.results(name).records:
            counts = np.array(record["metrics"]["confusion"])
            assert counts.sum() == total
            assert np.trace(counts) / total == pytest.approx(record["metrics"]["accuracy"], abs=1e-4)
            assert record["metrics"]["accuracy"] + record["metrics"]["wrong"] == pytest.approx(1, abs=2e-4)


def test_padding_that_is_read_is_zeros_behind_the_end():
    words, speakers = [np.ones((3, 2)), np.ones((5, 2))], np.array([0, 1])
    late = vowels.padded(words, speakers, 4)
    assert late.lengths.tolist() == [7, 9] and late.x.shape == (9, 2, 2)
    assert late.x[3:, 0].sum() == late.x[5:, 1].sum() == 0
    whole = vowels.batch(words, speakers, {"padded_to": 8})
    assert whole.lengths is None and whole.x.shape == (8, 2, 2)
    assert vowels.batch(words, speakers, {"padded_to": None}).lengths.tolist() == [3, 5]


def test_the_mean_row_has_no_order(rng):
    pictures = rng.random((4, 28, 28))
    shuffled = pictures[:, rng.permutation(28)]
    np.testing.assert_allclose(digits.features(pictures, "rows"), digits.features(shuffled, "rows"))
    assert digits.features(pictures, "pixels").shape == (4, 784)


def test_noise_is_added_in_training_only_and_the_embedding_starts_as_told():
    seen = []

    def make_batch(chosen):
        seen.append(len(chosen))
        return tasks.sequence_batch([np.zeros((2, 3))] * len(chosen), np.zeros(len(chosen), np.int64))

    settings = {"pooling": "last", "hidden": 4, "batch_size": 5, "updates": 1, "learning_rate": 0.01,
                "schedule": "constant"}  # fmt: skip
    quiet, noisy = (
        train_classifier(settings | {"noise": noise}, 0, make_batch=make_batch, count=9, classes=2, input_size=3)
        for noise in (0.0, 1.0)
    )
    assert seen == [5, 5]
    started = quiet.layer.parameters()["weight_ih_l0"]
    moved = noisy.layer.parameters()["weight_ih_l0"]
    assert (started != moved).mean() > 0.5  # inputs of zeros move no weight from them; noise moves nearly all

    def tokens(chosen):
        return tasks.sequence_batch([[0, 1]] * len(chosen), np.zeros(len(chosen), np.int64))

    small = train_classifier(settings | {"tokens": 500, "embedding_start": 0.1, "updates": 0}, 0, make_batch=tokens,
                             count=9, classes=2, input_size=8)  # fmt: skip
    assert small.embedding.weight.std() == pytest.approx(0.1, rel=0.05)


def test_padding_is_read_where_its_effect_is_measured():
    settings = experiments.get("vowels").settings("last") | {"hidden": 6, "updates": 30}
    model, metrics = vowels.train_model(settings, 0)
    data = tasks.SpokenVowels()
    for extra in (0, 8, 64):
        said = classified(model, [vowels.padded(*data.test, extra)])
        at = metrics["padding"]["extra"].index(extra)
        assert metrics["padding"]["accuracy"][at] == pytest.approx(np.mean(said == data.test[1]), abs=1e-4)
    assert len(set(metrics["padding"]["accuracy"])) > 3


def test_a_seed_decides_the_weights_and_the_batches():
    asked = []

    def make_batch(chosen):
        asked.append(chosen.tolist())
        return tasks.sequence_batch([np.ones((2, 3))] * len(chosen), np.zeros(len(chosen), np.int64))

    settings = {"pooling": "attention", "hidden": 4, "batch_size": 9, "updates": 2, "learning_rate": 1e-30,
                "schedule": "constant"}  # fmt: skip
    first, again, other = (
        train_classifier(settings, seed, make_batch=make_batch, count=99, classes=2, input_size=3) for seed in (0, 0, 1)
    )
    assert asked[:2] == asked[2:4] and asked[0] != asked[1] != asked[4] and asked[0] != asked[4]
    for name, array in first.parameters().items():
        assert np.array_equal(again.parameters()[name], array)
        assert array.ndim < 2 or not np.allclose(other.parameters()[name], array, atol=1e-3), name
