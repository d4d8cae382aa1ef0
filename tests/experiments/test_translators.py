"""What the studies of translation measure, and the attention that looks at everything alike."""

import numpy as np
import pytest
from cases import assert_derivative, assert_same

import lstm_tutor as lt
from lstm_tutor import experiments
from lstm_tutor.experiments.studies.applications import translation
from lstm_tutor.tasks import Batch, Pair

PAIRS = [Pair(("new", "file"), tuple("新文件")), Pair(("file",), tuple("文件"))]


def test_uniform_attention_is_a_plain_mean_of_what_counts_and_its_gradients_are_its_slopes(rng):
    layer = translation.UniformAttention(2, 3)
    queries, keys = rng.standard_normal((4, 2, 2)), rng.standard_normal((5, 2, 3))
    trace = layer.forward(queries, keys, lengths=[5, 2])
    assert_same(trace["weights"][:, 1], np.tile([0.5, 0.5, 0, 0, 0], (4, 1)))
    assert_same(trace.output[:, 0], np.tile(keys[:, 0].mean(axis=0), (4, 1)))
    d = rng.standard_normal(trace.output.shape)
    gradients = layer.backward(trace, d)
    assert not gradients.queries.any() and layer.size() == 0
    assert_derivative(gradients.keys, lambda: np.vdot(layer.forward(queries, keys, lengths=[5, 2]).output, d), keys, "")


@pytest.mark.parametrize("variant", ["none", "uniform", "additive", "additive, h and c", "general", "general, fed"])
def test_each_variant_is_the_model_that_its_name_says(variant):
    task = lt.tasks.Pairs(PAIRS, PAIRS, PAIRS, batch_size=2, rng=0)
    settings = experiments.get("translation").settings(variant) | {"hidden": 4, "embedding": 3}
    model = translation.build_embedded_translator(settings, task, 0)
    kind = type(model.attention).__name__
    assert kind.lower().startswith(settings["attention"]) or (kind, variant) == ("NoneType", "none")
    assert model.input_feeding == variant.endswith("fed") and (model.query == "h and c") == variant.endswith("c")
    assert model.before == variant.startswith("additive")
    right, spread = translation.watched(model, task.batch(PAIRS))
    assert 0 <= right <= 1
    assert spread == (
        pytest.approx(1) if variant == "uniform" else 0 if variant == "none" else pytest.approx(0.9, abs=0.1)
    )


def test_evenness_is_one_where_all_weights_are_alike_and_falls_where_they_are_not(rng):
    V = 4
    encoder, decoder = lt.GRU(2, V, rng=0), lt.GRU(3, V, rng=1)
    batch = Batch(rng.integers(0, 2, (3, 2)), np.zeros((2, 2), int), np.ones((2, 2), bool), np.array([3, 2]),
                  y_in=np.zeros((2, 2), int))  # fmt: skip
    even = lt.Seq2Seq(encoder, decoder, 2, attention=translation.UniformAttention(V, V), rng=2)
    assert translation.watched(even, batch)[1] == pytest.approx(1)
    sharp = lt.Seq2Seq(encoder, decoder, 2, attention=lt.GeneralAttention(V, V, rng=3), rng=2)
    sharp.attention.weight *= 1e6
    assert translation.watched(sharp, batch)[1] < 0.1


def test_figures_of_a_set_of_translations():
    said = [tuple("新文"), tuple("文件")]
    found = translation.measured(PAIRS, said)
    assert (found["exact"], found["length"]) == (0.5, 0.8)
    assert found["by_length"]["exact"][:2] == [1, 0] and found["by_length"]["phrases"][:2] == [1, 1]
    spelled = [Pair(tuple(" ".join(pair.source)), pair.target) for pair in PAIRS]
    again = translation.measured(spelled, said, letters=True)
    assert again["by_length"]["phrases"] == found["by_length"]["phrases"]


def test_the_beam_is_ranked_again_as_the_search_itself_would():
    encoder, decoder = lt.GRU(2, 4, rng=0), lt.GRU(4, 4, rng=1)
    model = lt.Seq2Seq(encoder, decoder, 3, rng=2)
    x = np.random.default_rng(0).integers(0, 2, (3, 1))
    (plain,) = model.beam(x, 3, 2, 5, width=6)
    (ranked,) = model.beam(x, 3, 2, 5, width=6, length_penalty=0.6)
    best = max(plain, key=lambda each: translation.penalized(each, 0.6))
    assert best.symbols.tolist() == ranked[0].symbols.tolist()
    assert translation.penalized(best, 0.6) == pytest.approx(ranked[0].score)


def test_the_dictionary_to_beat_is_the_one_that_is_stored():
    (record,) = experiments.results("translation").of("dictionary")
    assert record["metrics"]["exact"] == translation.DICTIONARY
    assert translation.run({"baseline": "dictionary"}, 0) == record["metrics"]
