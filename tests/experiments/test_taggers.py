"""The studies of tagging: what they measure, their stored runs made again, and the models that are kept."""

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import experiments, tasks
from lstm_tutor.experiments import taggers
from lstm_tutor.experiments.studies.applications import name_roles, named_spans, syllable_stress
from lstm_tutor.experiments.taggers import NETWORK, blocks, said, train_tagger, turned
from lstm_tutor.tasks import spans


def a_batch():
    rng = np.random.default_rng(0)
    lengths = np.array([5, 2, 4])
    inside = np.arange(5)[:, None] < lengths
    x, targets = rng.integers(0, 7, (5, 3)) * inside, rng.integers(0, 3, (5, 3)) * inside
    return tasks.Batch(x, targets, inside & (x > 2), lengths)


def test_a_batch_is_turned_round_within_its_lengths_and_back():
    batch = a_batch()
    back = turned(batch)
    for n, length in enumerate(batch.lengths):
        for name in ("x", "targets", "mask"):
            there, here = getattr(batch, name)[:length, n], getattr(back, name)[:length, n]
            np.testing.assert_array_equal(here, there[::-1])
    for name in ("x", "targets", "mask"):
        np.testing.assert_array_equal(getattr(turned(back), name), getattr(batch, name))
    assert turned(batch._replace(mask=None)).mask is None


def test_a_backward_reader_knows_what_follows_and_nothing_else():
    batch = a_batch()
    layer = lt.LSTM(4, 3, rng=0)
    model = lt.SequenceModel(layer, 3, embedding=lt.Embedding(7, 4, rng=1), rng=2)
    scores = said(model, batch, "backward")
    for n, length in enumerate(batch.lengths):
        alone = model.forward(batch.x[:length, n : n + 1][::-1])[0][::-1, 0]
        np.testing.assert_allclose(scores[:length, n], alone)
    np.testing.assert_array_equal(said(model, batch, "forward"), model.forward(batch.x, lengths=batch.lengths)[0])


def test_blocks_hold_every_sequence_once_in_the_order_of_lengths():
    found = blocks(["aaa", "a", "aaaa", "aa", "a"], list, 2, len)
    assert found == [["a", "a"], ["aa", "aaa"], ["aaaa"]]


@pytest.mark.parametrize(("reads", "blind"), [("forward", "backward"), ("backward", "forward")])
def test_a_tagger_learns_what_lies_on_its_side(reads, blind):
    """Each tag is the token that was read just before: one reader learns that, the other cannot."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 3, (6, 20))
    zeros = np.zeros((1, 20), int)
    targets = np.vstack([zeros, x[:-1]]) if reads == "forward" else np.vstack([x[1:], zeros])
    inner = slice(1, None) if reads == "forward" else slice(None, -1)
    batch = tasks.Batch(x, targets, np.ones((6, 20), bool), np.full(20, 6))
    right = {}
    for reader in (reads, blind):
        settings = NETWORK | {"reads": reader, "hidden": 8, "updates": 80, "learning_rate": 0.05}
        model = train_tagger(settings, 0, [batch], 3, 3)
        right[reader] = (said(model, batch, reader).argmax(axis=2) == targets)[inner].mean()
    assert right[reads] > 0.95
    assert right[blind] < 0.9


@pytest.mark.parametrize(
    ("study", "variant"),
    [
        ("name_roles", "neighbors-1"),
        ("named_spans", "table"),
        ("named_spans", "hmm"),
        ("named_spans", "pairs-kinds"),
        ("syllable_stress", "neighbors-2"),
    ],
)
def test_what_has_no_chance_in_it_comes_out_the_same_again(study, variant):
    assert experiments.rerun(study, variant) == experiments.results(study).record(variant)["metrics"]


def test_the_table_of_roles_is_scored_as_its_confusion_says():
    for record in experiments.results("name_roles").records:
        metrics = record["metrics"]
        counts = np.array(metrics["confusion"])
        assert counts.sum() == 1884
        assert metrics["accuracy"] == pytest.approx(np.trace(counts) / counts.sum(), abs=1e-4)
        assert metrics["macro"] == pytest.approx(np.mean(list(metrics["f1"].values())), abs=1e-4)
        keyword = tasks.ROLES.index("keyword")
        right, said, true = counts[keyword, keyword], counts[:, keyword].sum(), counts[keyword].sum()
        assert metrics["f1"]["keyword"] == pytest.approx(2 * right / (said + true), abs=1e-4)


@pytest.mark.parametrize("reads", ["forward", "both"])
def test_a_kept_tagger_of_roles_does_as_its_notes_say(reads):
    model, notes = experiments.model_with_notes(f"name_roles-{reads}")
    data = tasks.NameRoles()
    assert tasks.fingerprint("\n".join(map(str, data.test))) == notes["data"]
    batch = data.batch(data.test)
    right = (said(model, batch, reads).argmax(axis=2) == batch.targets)[batch.mask].mean()
    assert right == pytest.approx(notes["accuracy"], abs=1e-3)


def test_the_smallest_tagger_trained_again_is_as_good():
    stored = experiments.results("named_spans").record("both-unknown")["metrics"]
    again = experiments.rerun("named_spans", "both-unknown")
    assert (again["data"], again["parameters"]) == (stored["data"], stored["parameters"])
    for part in ("test", "strangers"):
        assert again[part]["f1"] == pytest.approx(stored[part]["f1"], abs=0.02)


def test_spans_are_scored_whole_and_illegal_tags_are_counted():
    """A tagger that says I for every B: all its spans are found where no two stand side by side, and all is illegal."""
    data = tasks.NamedSentences(200, rng=0)
    K = len(tasks.SPAN_TAGS)

    def predict(sentences):
        codes = [[tasks.SPAN_TAGS.index(tag.replace("B-", "I-")) for tag in sentence.tags] for sentence in sentences]
        return [np.eye(K)[each] for each in codes]

    scored = named_spans.scores(data, predict)["test"]
    beside = sum(any(a.end == b.start and a.kind == b.kind for a in s.spans for b in s.spans) for s in data.test)
    true = sum(len(s.spans) for s in data.test)
    assert beside > 0
    assert scored["f1"] == pytest.approx(2 * (true - 2 * beside) / (true + true - beside), abs=1e-4)
    assert scored["illegal"] == 1
    assert scored["tokens"] < 0.8


def test_a_pair_is_answered_at_its_one_step():
    batch = tasks.pair_batch(tasks.NamedSentences(30, rng=0).test)
    answers = named_spans.answers(batch, batch.targets)
    assert answers.tolist() == [batch.targets[np.flatnonzero(column)[0], n] for n, column in enumerate(batch.mask.T)]


def test_words_are_right_if_all_their_vowels_are():
    words = tasks.StressedWords(400).test[:5]
    perfect = [[stress or 0 for stress in word.stresses] for word in words]
    assert all(all(vowels) for vowels in syllable_stress.right_vowels(words, perfect))
    one_wrong = [[1 - min(tag, 1) if t == word.stresses.index(1) else tag for t, tag in enumerate(tags)]
                 for word, tags in zip(words, perfect, strict=True)]  # fmt: skip
    found = syllable_stress.right_vowels(words, one_wrong)
    assert [vowels.count(False) for vowels in found] == [1] * len(words)
    assert [len(vowels) for vowels in found] == [len(w.stresses) - w.stresses.count(None) for w in words]


def test_roles_are_read_off_the_names_alone():
    lines = tasks.name_roles("total = len(lines)\nf(x)")
    guessed = [[tasks.ROLES.index(role) if role else 99 for role in line.roles] for line in lines]
    assert name_roles.accuracy(lines, guessed) == 1
    guessed[1][0] = tasks.ROLES.index("read")
    assert name_roles.accuracy(lines, guessed) == pytest.approx(0.8)


@pytest.fixture
def chosen(monkeypatch):
    """The batches that a tagger is trained on, in order."""
    seen = []

    class Idle:
        def __init__(self, model, choose, *rest, **options):
            self.choose = choose

        def run(self, updates, **options):
            seen.extend(self.choose(k) for k in range(updates))

    monkeypatch.setattr(taggers, "Trainer", Idle)
    return seen


def test_each_epoch_has_every_batch_once_in_an_order_of_its_own(chosen):
    batches = [a_batch()._replace(targets=np.full((5, 3), k)) for k in range(6)]
    for seed in (0, 1):
        train_tagger(NETWORK | {"reads": "forward", "updates": 18}, seed, batches, 7, 6)
    orders = np.reshape([batch.targets[0, 0] for batch in chosen], (6, 6))
    assert (np.sort(orders, axis=1) == np.arange(6)).all()
    assert len(set(map(tuple, orders.tolist()))) == 6


def test_names_are_hidden_anew_in_each_copy_of_the_sentences(chosen):
    settings = experiments.get("named_spans").settings("both-unknown")
    data = tasks.NamedSentences(64, rng=0)
    passes = named_spans.PASSES
    named_spans._network(settings | {"batch_size": 64, "updates": passes}, 0, data)
    hidden = [(batch.x == tasks.SPAN_WORDS.index("?")) & batch.steps_that_count() for batch in chosen]
    assert len({places.tobytes() for places in hidden}) == passes
    whole = tasks.span_batch(data.train)
    names = ((whole.x < len(spans.NAMES)) & whole.steps_that_count()).sum()
    assert np.sum(hidden) / (passes * names) == pytest.approx(settings["unknown"], abs=0.1)
