"""What the experiments measure, on answers whose mistakes are known."""

import datetime
import itertools
from types import SimpleNamespace

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import tasks
from lstm_tutor.experiments.recipes import round_parameters, train_to_best
from lstm_tutor.experiments.studies.architectures import dates, tagging
from lstm_tutor.experiments.studies.gates import ablation
from lstm_tutor.tasks.dates import FORMS
from lstm_tutor.tasks.tagging import GROUPS, TAGS, WORDS


def test_rounding_keeps_as_many_bits_as_asked_for():
    model = lt.SequenceModel(lt.LSTM(3, 5, dtype=np.float32, rng=0), 4, rng=1)
    before = {name: array.copy() for name, array in model.parameters().items()}
    round_parameters(model, None)
    for name, array in model.parameters().items():
        np.testing.assert_array_equal(array, before[name])
    model.readout.bias[:] = [0.0, -1e-9, 1 + 3 / 256, 1 + 5 / 256]  # zero, nearly, and two ties
    before["readout.bias"] = model.readout.bias.copy()
    round_parameters(model, 8)
    np.testing.assert_array_equal(model.readout.bias, np.float32([0.0, 0.0, 1 + 4 / 256, 1 + 4 / 256]))
    for name, array in model.parameters().items():
        np.testing.assert_allclose(array, before[name], rtol=2**-8 + 2**-11, atol=1e-7)
        mantissa, _ = np.frexp(array)
        np.testing.assert_array_equal(mantissa * 256, np.round(mantissa * 256))


def test_training_ends_with_the_weights_that_were_best_and_says_when():
    model = lt.SequenceModel(lt.LSTM(3, 5, rng=0), 4, rng=1)
    seen = []
    costs = iter([3.0, 1.0, 2.0, 1.0])

    def cost():
        seen.append({name: array.copy() for name, array in model.parameters().items()})
        return next(costs)

    trainer = lt.Trainer(model, lambda update: tasks.Batch(np.ones((2, 1, 3)), np.zeros((2, 1), int)), lt.SGD(0.5))
    assert train_to_best(trainer, {"updates": 9, "every": 2}, cost) == (1.0, 4)  # the first of two that are as good
    assert trainer.step == 8
    assert len(seen) == 4
    for name, array in model.parameters().items():
        np.testing.assert_array_equal(array, seen[1][name])
        assert (array != seen[3][name]).any()


# -- two directions ----------------------------------------------------------------------------------------------------


class NounOrPast:
    """Tags an ambiguous word as noun after a determiner or adjective and else as past: it knows only what is before."""

    def __init__(self, *, backward):
        self.backward = backward

    def forward(self, x, lengths):
        said = np.zeros((*x.shape[:2], len(TAGS)))
        for n, length in enumerate(lengths):
            words = [WORDS[k] for k in x[:length, n].argmax(axis=1)]
            words = words[::-1] if self.backward else words
            tags = [self.tag(word, before) for before, word in itertools.pairwise(["", *words])]
            for t, tag in enumerate(tags[::-1] if self.backward else tags):
                said[t, n, TAGS.index(tag)] = 1
        return said, None

    def tag(self, word, before):
        if word in GROUPS["ambiguous"]:
            return "noun" if before in GROUPS["determiner"] + GROUPS["adjective"] else "past"
        return next(group for group, words in GROUPS.items() if word in words)


@pytest.mark.parametrize("backward", [False, True])
def test_accuracy_of_a_tagger_is_counted_by_what_decides(backward):
    texts = (
        ("they split the bet last night", "pronoun past determiner noun time time"),
        ("we cut the old set every week", "pronoun present determiner adjective noun time time"),
        ("i spread near my bread nowadays", "pronoun present preposition determiner noun time"),
        ("you bet yesterday", "pronoun past time"),
        ("you cast nowadays", "pronoun present time"),
    )
    sentences = [(words.split(), tags.split()) for words, tags in texts]
    accuracy = tagging.accuracy(NounOrPast(backward=backward), sentences, backward=backward)
    assert accuracy == pytest.approx({"words": 1 - 3 / 25, "before": 1, "after": 1 / 2, "both": 1 / 3})


# -- ablation ----------------------------------------------------------------------------------------------------------


def test_a_variant_hurts_where_it_is_clearly_worse():
    worse = {("sequences", "adding-NP", "adding-LSTM"): True, ("sequences", "reber-NP", "reber-LSTM"): False}
    runs = SimpleNamespace(clearly_worse=lambda *question: worse[question])
    assert ablation.hurts(runs, "NP") == ["adding"]


def answering(batch, answers):
    return SimpleNamespace(forward=lambda x, lengths: (answers, None))


def test_an_adding_sequence_is_wrong_if_the_answer_is_off_by_four_hundredths():
    settings = ablation.RECIPES["adding"]
    test = tasks.adding(settings["length"], 1000, rng=[7, 2])
    _, batches, measure = ablation.adding(settings | {"cell": "RNN"}, 7)
    answers = test.targets.copy()
    answers[~test.mask] = 9  # nobody asks there
    answers[:, :100] += 0.039
    answers[:, 100:300] -= 0.041
    measured = measure(answering(test, answers))
    assert measured["wrong"] == pytest.approx(0.2)
    assert measured["error"] == pytest.approx((100 * 0.039**2 + 200 * 0.041**2) / 1000)
    assert batches(3).x.shape[1] == settings["batch_size"]
    np.testing.assert_array_equal(batches(3).x, batches(3).x)


def test_a_reber_string_is_wrong_if_one_symbol_is():
    settings = ablation.RECIPES["reber"]
    test, legal = tasks.embedded_reber_batch(tasks.EmbeddedReber(rng=[7, 2]).test)
    _, _, measure = ablation.reber(settings | {"cell": "RNN"}, 7)
    answers = legal.astype(float)
    answers[4, :64] *= -1
    assert measure(answering(test, answers)) == {"wrong": 0.25}


def test_every_ablation_has_the_same_recipe_but_for_its_cell():
    for task in ablation.TASKS:
        settings = [ablation.EXPERIMENT.settings(f"{task}-{variant}") for variant in ablation.VARIANTS]
        for other in settings:
            assert {k: other[k] for k in ablation.RECIPES[task]} == ablation.RECIPES[task]
            assert other["options"]["forget_bias"] == settings[0]["options"]["forget_bias"]
        names = [other["options"].get("variant", "LSTM") for other in settings]
        assert names == list(ablation.VARIANTS)


# -- dates -------------------------------------------------------------------------------------------------------------


def test_questions_hold_every_form_equally_often_and_every_case():
    days = [datetime.date(2000, 1, 1) + datetime.timedelta(k) for k in range(400)]
    asked, texts = dates.questions(days, 3 * len(FORMS) * 2)
    assert asked == days[: len(texts)] and len(texts) == 6 * len(FORMS)
    for k, (day, text) in enumerate(zip(asked, texts, strict=True)):
        usual = tasks.date_text(day, FORMS[k % len(FORMS)])
        assert text == (usual, usual.upper(), usual.lower())[k // len(FORMS) % 3]
