"""Stored runs of the experiments behind the widgets, made again; and the models that are kept of them."""

import numpy as np
import pytest

from lstm_tutor import experiments, tasks
from lstm_tutor.experiments import runner, store
from lstm_tutor.experiments.studies.architectures import dates, tagging
from lstm_tutor.tasks.dates import FORMS
from lstm_tutor.tasks.tagging import TAGS


def made_again(name, variant):
    """The stored metrics of a variant's first run, and those of the run made now."""
    return experiments.results(name).record(variant)["metrics"], experiments.rerun(name, variant)


# -- two directions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["forward", "backward", "both"])
def test_a_kept_tagger_tags_as_its_notes_say(variant):
    model, notes = experiments.model_with_notes(f"tagging-{variant}")
    data = tasks.TaggedSentences(notes["settings"]["sentences"], rng=[0, 2])
    assert tasks.fingerprint("\n".join(" ".join(words) for words, _ in data.test)) == notes["data"]
    accuracy = tagging.accuracy(model, data.test, backward=variant == "backward")
    assert accuracy == pytest.approx(notes["accuracy"] | {"words": notes["words"]}, abs=1e-3)
    assert model.layer.bidirectional == (variant == "both")


def test_the_kept_tagger_of_both_directions_changes_its_mind_with_the_last_word():
    model = experiments.model("tagging-both")
    texts = ("they split the bread last night", "they split the bread every night", "i cut the split last night")
    sentences = [(text.split(), ["time"] * 6) for text in texts]
    said = model.forward(tasks.tagging_batch(sentences, np.float32).x)[0].argmax(axis=2)
    assert [TAGS[k] for k in said[1, :2]] == ["past", "present"]
    assert TAGS[said[3, 2]] == "noun"


def test_the_smallest_kept_model_trained_again_is_as_good():
    stored, again = made_again("tagging", "both")
    assert again.keys() == stored.keys()
    assert (again["data"], again["parameters"]) == (stored["data"], stored["parameters"])
    assert again["accuracy"] == pytest.approx(stored["accuracy"], abs=0.01)
    np.testing.assert_allclose(again["curve"]["after"], stored["curve"]["after"], atol=0.02)


# -- ablation ----------------------------------------------------------------------------------------------------------


def test_the_record_of_an_ablation_is_consistent():
    for record in experiments.results("ablation").records:
        metrics, settings = record["metrics"], record["settings"]
        curve = metrics["curve"]
        assert len(curve["sequences"]) == len(curve["wrong"])
        assert metrics["wrong"] == curve["wrong"][-1]
        assert metrics["solved"] == (metrics["wrong"] <= settings["allowed"])
        assert metrics["solved"] == (metrics["sequences"] is not None)
        assert metrics["presented"] == curve["sequences"][-1] <= settings["max_sequences"]
        assert not any(wrong <= settings["allowed"] for wrong in curve["wrong"][:-1])


def test_an_ablation_made_again_equals_its_record():
    experiment = experiments.get("ablation")
    solved = [record for record in experiments.results(experiment).records if record["metrics"]["solved"]]
    stored = min(solved, key=lambda record: record["cpu_seconds"])
    again = runner.rerun(experiment, stored["variant"], stored["seed"])
    assert again["parameters"] == stored["metrics"]["parameters"]
    assert again["sequences"] == stored["metrics"]["sequences"]
    np.testing.assert_allclose(again["curve"]["wrong"], stored["metrics"]["curve"]["wrong"], atol=0.02)


# -- dates -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["additive", "general"])
def test_a_kept_translator_translates_as_its_notes_say(variant):
    model, notes = experiments.model_with_notes(f"dates-{variant}")
    unseen = tasks.Dates(dtype="float32", rng=[0, 5]).test
    days, texts = dates.questions(unseen, notes["settings"]["test_dates"])
    assert tasks.fingerprint("\n".join(texts)) == notes["data"]
    right = [said == str(day) for said, day in zip(dates.translate(model, texts), days, strict=True)]
    assert np.mean(right) == pytest.approx(notes["exact"], abs=1e-3)
    for k, form in enumerate(FORMS):
        assert np.mean(right[k :: len(FORMS)]) == pytest.approx(notes["by_form"][form], abs=0.011)
    assert (store.MODELS / f"dates-{variant}.npz").stat().st_size < 90_000


def test_a_kept_translator_reads_a_date_that_people_write():
    model = experiments.model("dates-additive")
    said = dates.translate(model, ["Thursday, 3rd of March 2011", "12/3/2011", "3.12.2011"])
    assert said == ["2011-03-03", "2011-12-03", "2011-12-03"]


@pytest.mark.parametrize("variant", experiments.get("dates").variants)
def test_shares_by_form_and_by_length_make_up_the_whole(variant):
    for record in experiments.results("dates").of(variant):
        metrics = record["metrics"]
        assert np.mean(list(metrics["by_form"].values())) == pytest.approx(metrics["exact"], abs=1e-3)
        counts = metrics["by_length"]["dates"]
        assert sum(counts) == record["settings"]["test_dates"]
        assert np.average(metrics["by_length"]["exact"], weights=counts) == pytest.approx(metrics["exact"], abs=1e-3)
