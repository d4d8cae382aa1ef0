"""Translation by length, and hidden Markov models beside LSTMs: what is measured, worked out in another way."""

from types import SimpleNamespace

import numpy as np
import pytest

import lstm_tutor as lt
from lstm_tutor import experiments
from lstm_tutor.experiments.studies.applications import hmm
from lstm_tutor.experiments.studies.architectures import attention_length
from lstm_tutor.tasks.hidden import hmm_bits, hmm_sample
from lstm_tutor.tasks.translation import STOP, WRITTEN, translate_words

# -- translation by length ---------------------------------------------------------------------------------------------


def test_words_count_where_they_stand_and_too_many_or_too_few_count_as_wrong():
    due = ["sol", "rossa", "can"]
    for said, share in ((due, 1), ([], 0), (["sol", "can"], 1 / 3), ([*due, "can"], 3 / 4), (due[::-1], 1 / 3)):
        assert attention_length.share_right(said, due) == pytest.approx(share)


@pytest.mark.parametrize("bucket", attention_length.BUCKETS)
def test_questions_have_all_lengths_of_a_bucket_in_turn(bucket):
    lengths = [len(words) for words in attention_length.questions(bucket, 60, rng=0)]
    counts = np.bincount(lengths)[bucket[0] :]
    assert len(counts) == bucket[1] - bucket[0] + 1 and np.ptp(counts) <= 1


def test_what_is_said_ends_at_the_stop_or_at_twice_the_length():
    asked = attention_length.questions((2, 3), 2, rng=0)
    stop, word = WRITTEN.index(STOP), 5
    written = [SimpleNamespace(symbols=[word, word, stop]), SimpleNamespace(symbols=[word] * 9)]
    said = attention_length.say(SimpleNamespace(greedy=lambda *given: written), asked)
    assert said == [[WRITTEN[word]] * 2, [WRITTEN[word]] * 6]


def test_a_record_by_length_is_consistent():
    for record in experiments.results("attention_length").records:
        metrics = record["metrics"]
        assert [tuple(pair) for pair in zip(metrics["from"], metrics["to"], strict=True)] == list(
            attention_length.BUCKETS
        )
        assert all(exact <= words for exact, words in zip(metrics["exact"], metrics["words"], strict=True))
        assert metrics["learned"] == pytest.approx(np.mean(metrics["words"][:4]), abs=1e-4)


def test_the_first_updates_of_a_translator_lower_its_loss_as_they_should():
    """A stored run takes too long to be made again; its model, its data and its recipe are those of this short one."""
    settings = attention_length.EXPERIMENT.settings("additive-6")
    short = settings | {"updates": 40, "test_sentences": 12}
    metrics = attention_length.run(short, 0)
    stored = experiments.results("attention_length").record("additive-6")["metrics"]
    assert metrics["parameters"] == stored["parameters"]
    assert metrics["loss"] < np.log(21) * 0.9
    assert 0.05 < metrics["words"][0] <= 1
    assert attention_length.run(short, 0) == metrics


def test_a_translator_that_is_always_right_meets_the_criterion():
    asked = [words for bucket in attention_length.BUCKETS for words in attention_length.questions(bucket, 6, rng=1)]
    assert all(attention_length.share_right(translate_words(words), translate_words(words)) == 1 for words in asked)
    success = attention_length.EXPERIMENT.success
    assert success({"words": [1, 1, 1, 0.9, 0]}) and not success({"words": [1, 1, 1, 0.89, 1]})


# -- hidden Markov models ----------------------------------------------------------------------------------------------


def test_our_bits_of_a_hidden_markov_model_are_those_of_hmmlearn():
    from hmmlearn.hmm import CategoricalHMM

    rng = np.random.default_rng(0)
    truth = hmm.sticky_model(rng)
    codes = hmm_sample(*truth, 12, 30, rng=rng)
    theirs = CategoricalHMM(hmm.STATES, n_features=6)
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = truth
    bits = -theirs.score(codes.T.reshape(-1, 1), [12] * 30) / np.log(2) / codes.size
    assert hmm_bits(*truth, codes) == pytest.approx(bits, rel=1e-9)


@pytest.mark.parametrize("task", hmm.TASKS)
def test_both_models_get_the_same_sequences_and_a_floor_that_the_rule_gives(task):
    settings = {name: hmm.EXPERIMENT.settings(f"{task}, {name}") for name in ("HMM", "LSTM")}
    (sets, floor), (others, same) = (hmm.data(each, 3) for each in settings.values())
    assert floor == same and [len(some) for some in sets] == [300, 75, 300]
    for some, other in zip(sets, others, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(some, other, strict=True))
    assert set(np.concatenate(sets[0])) <= set(range(hmm.TASKS[task]))
    if task == "row":
        assert floor == pytest.approx(14 / 15)
    if task == "reber":  # two bits' worth of choices and more: the letter, and each fork of the grammar
        choices = sum(1 + len(forks(codes)) for codes in sets[2])
        assert floor == pytest.approx(choices / sum(map(len, sets[2])))


def forks(codes):
    """What may follow each symbol of the inner string, from the grammar's drawing."""
    drawing = {0: {"T": 1, "P": 2}, 1: {"S": 1, "X": 3}, 2: {"T": 2, "V": 4}, 3: {"X": 2, "S": 5}, 4: {"P": 3, "V": 5}}
    node, found = 0, []
    for code in codes[3:-3]:
        found.append(drawing[node])
        node = drawing[node]["BTPSXVE"[code]]
    assert node == 5
    return found


def test_an_lstm_pays_for_every_symbol_the_first_too():
    sequences = [np.array([2, 0, 1]), np.array([1])]
    batch = hmm.batch(sequences, 3)
    assert batch.x.shape == (3, 2, 4)
    assert batch.x[:, 0].argmax(axis=1).tolist() == [3, 2, 0] and batch.targets[:, 0].tolist() == [2, 0, 1]
    assert batch.mask.tolist() == [[True, True], [True, False], [True, False]]
    assert batch.x[:, 1].sum(axis=1).tolist() == [1, 0, 0]
    model = lt.SequenceModel(lt.LSTM(4, 2, rng=0), 3, rng=0)
    for array in model.parameters().values():
        array[:] = 0  # says 1/3 each
    loss, _, _ = model.loss_and_gradients(batch)
    assert loss / np.log(2) == pytest.approx(np.log2(3))


def test_what_is_best_on_the_validation_set_is_tested(monkeypatch):
    offered = {(4, 0): (2.0, 1.0), (4, 1): (1.6, 1.9), (8, 0): (1.7, 1.1), (8, 1): (1.8, 1.2)}

    def fit(settings, size, sets, seed):
        validation, test = offered[size, seed[-1]]
        return {"validation": validation, "cost": lambda sequences: test, "parameters": size}

    monkeypatch.setattr(hmm, "fit_hmm", fit)
    settings = hmm.EXPERIMENT.settings("row, HMM") | {"sizes": [4, 8], "starts": 2}
    metrics = hmm.run(settings, 0)
    assert (metrics["size"], metrics["bits"], metrics["parameters"]) == (4, 1.9, 4)
    assert (metrics["validation"], metrics["tested"]) == ([1.6, 1.7], [1.9, 1.1])


def test_expectation_maximization_finds_a_hidden_markov_model_that_is_there():
    settings = hmm.EXPERIMENT.settings("states, HMM")
    sets, floor = hmm.data(settings, 0)
    found = hmm.fit_hmm(settings, 4, sets, [0])
    assert floor < found["cost"](sets[2]) < floor + 0.1
    assert found["parameters"] == 3 + 12 + 20


@pytest.mark.parametrize("size", [4, 16])
def test_hidden_markov_models_fitted_again_equal_their_record(size):
    stored = experiments.results("hmm").record("row, HMM")["metrics"]
    settings, place = hmm.EXPERIMENT.settings("row, HMM"), stored["sizes"].index(size)
    sets, floor = hmm.data(settings, 0)
    starts = [hmm.fit_hmm(settings, size, sets[:2], [0, 3, size, start]) for start in range(settings["starts"])]
    best = min(starts, key=lambda found: found["validation"])
    assert floor == pytest.approx(stored["floor"], abs=1e-4)
    assert best["validation"] == pytest.approx(stored["validation"][place], abs=0.01)
    assert best["cost"](sets[2]) == pytest.approx(stored["tested"][place], abs=0.01)


def test_no_model_beats_the_floor_and_lstms_are_as_large_as_recorded():
    for record in experiments.results("hmm").records:
        metrics = record["metrics"]
        assert metrics["bits"] > metrics["floor"] - 0.02
        best = int(np.argmin(metrics["validation"]))
        assert (metrics["size"], metrics["bits"]) == (metrics["sizes"][best], metrics["tested"][best])
        if "LSTM" in record["variant"]:
            K, H = hmm.TASKS[record["settings"]["task"]], metrics["size"]
            assert metrics["parameters"] == 4 * H * (K + 1 + H + 1) + K * (H + 1)
