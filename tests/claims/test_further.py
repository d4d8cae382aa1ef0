"""Further claims: what settles them measures what it says, and other measurements give another verdict."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lstm_tutor import LSTM, claims, losses
from lstm_tutor.claims import trials
from lstm_tutor.claims.collected import cell, code, flow, habits, powers, readings, states
from lstm_tutor.reference import surprises

MINE = [card.name for module in (states, flow, habits, powers, readings) for card in module.CARDS]


def test_all_further_cards_are_found():
    assert len(MINE) == 27
    assert set(MINE) <= set(claims.CARDS)


# -- other measurements, another verdict -------------------------------------------------------------------------------


def _agreeing():
    """Sentences in which the weights of attention say just what each word does."""
    order = np.arange(4.0)
    return [trials.LeftOut(list("abcd"), order, order, order > 2)] * 3


def _layer(forward, size=None):
    """In place of a layer: what it returns, whatever its weights."""
    parameters = {"bias_l0": np.zeros(64)}
    return lambda *sizes, **options: SimpleNamespace(forward=forward, size=size, parameters=lambda: parameters)


class _Inverted(LSTM):
    """An LSTM whose forget gate forgets at 1."""

    def load_parameters(self, parameters):
        bias = parameters["bias_l0"] * [1, -1, 1, 1]
        super().load_parameters({**parameters, "bias_l0": bias})


def _hides(x):
    return SimpleNamespace(output=np.ones((20, 8, 16)), final_state=SimpleNamespace(h=np.zeros((1, 8, 16))))


def _knows_all(x):
    state = SimpleNamespace(h=np.zeros((2, 1, 5)))
    return SimpleNamespace(output=np.full((20, 1, 10), x.sum()), final_state=state)


def _one_by_one(x, lengths=None):
    return SimpleNamespace(final_state=SimpleNamespace(h=np.full((1, x.shape[1], 5), x.shape[1])))


class _Overflowing(dict):
    output = np.full((50, 1, 16), np.inf)


def _stored(h):
    """In place of a stored model: guesses that are never sure, and an h."""
    return SimpleNamespace(forward=lambda x: (np.zeros((4, 1, 96)), {"h": np.full((4, 1, 96), h)}))


SIZES = iter(range(1000))
OTHERWISE = {  # card -> the place of the measurement, what it says instead, and the verdict that follows
    "memory-bounded": (trials, {"open_gates": lambda steps: np.ones(steps), "units_at_work": lambda: {
        "c": np.full((2, 2), 0.5), "h": np.full((2, 2), 0.5)}}, "true"),
    "gates-as-switches": (trials, {"units_at_work": lambda: dict.fromkeys("ifo", np.array([0.0, 1.0]))}, "true"),
    "two-biases": (surprises, {"moved_biases": lambda seed: surprises.Biases(0.1, 0.0, 1.0)}, "true"),
    "exploding-too": (trials, {"growth": lambda scale, seed: np.ones(3)}, "true"),
    "second-derivative": (trials, {"kept_by_tanh": lambda variant, bias, seed: 1.0 + 9e5 * (variant == "NIAF")},
                          "true"),
    "detach-and-reset": (surprises, {"carried_states": lambda how: surprises.Carried([6, 6], True, np.ones(2))},
                         "false"),
    "softmax-first": (trials, {"confident_errors": lambda margins, *, twice: (np.zeros(1), np.ones(1))}, "true"),
    "stateful": (trials, {"bits_by_state": lambda: {"reset": 3.0, "carried": 2.0, "of another": 2.5}}, "true"),
    "attention-explains": (trials, {"left_out": _agreeing}, "true"),
    "dropout-through-time": (surprises, {"dropped": lambda layers: np.full(layers, 0.1)}, "true"),
    "batch-first": (surprises, {"state_shapes": lambda first: dict.fromkeys(("output", "h_n"), (1 + first, 2))},
                    "true"),
    "hidden-state": (cell, {"Trainer": lambda *given, **options: SimpleNamespace(run=lambda *a, **k: None)}, "true"),
    "four-gates": (cell, {"LSTM": _layer(lambda x: dict.fromkeys("ifgo", np.ones(2)))}, "true"),
    "gru-output-gate": (cell, {"GRU": _layer(_hides)}, "true"),
    "logarithmic-lstm": (cell, {"LogLSTM": _layer(lambda x: {"h": np.ones((3, 100, 8))})}, "partly"),
    "units-and-steps": (states, {"LSTM": _layer(lambda x: SimpleNamespace(output=np.zeros((len(x), 1, 5))),
                                                lambda: next(SIZES))}, "true"),
    "gate-at-one": (states, {"LSTM": _Inverted}, "true"),
    "output-bounded": (states.experiments, {"model": lambda name: _stored(1.0)}, "true"),
    "small-loss": (habits, {"persistence": lambda series, test: np.zeros((1, len(test)))}, "true"),
    "exponential-gates": (powers, {"SLSTM": _layer(lambda x: _Overflowing(m=np.zeros(2), i=np.ones(2)))}, "true"),
    "attention-shape": (code, {"DotAttention": _layer(lambda q, k: {"weights": np.ones((5, 1, 8))})}, "true"),
    "last-of-both": (readings, {"LSTM": _layer(_knows_all)}, "true"),
    "one-length": (readings, {"LSTM": _layer(_one_by_one)}, "true"),
    "blank-last": (readings, {"ctc": lambda z, targets, steps, lengths, *, blank: (float(blank), None)}, "true"),
    "last-of-padded": (trials, {"readings_of_padded": lambda: {"end": 0.9, "packed": 0.9, "on": 0.9}}, "true"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERWISE)
def test_another_measurement_leads_to_another_verdict(name, monkeypatch):
    place, functions, verdict = OTHERWISE[name]
    assert claims.get(name).finding.verdict != verdict
    for function, instead in functions.items():
        monkeypatch.setattr(place, function, instead)
    assert claims.get(name).judge().verdict == verdict


def test_every_card_that_code_settles_is_changed_here_or_by_mended_code():
    mended = {"rnn-code", "lstm-code", "one-loop"}
    assert {card.name for card in claims.CARDS.values() if card.basis == "code"} == set(OTHERWISE) | mended


def test_gates_that_are_mostly_neither_open_nor_shut_are_no_switches(monkeypatch):
    monkeypatch.setattr(trials, "units_at_work", lambda: dict.fromkeys("ifo", np.array([0.0, 0.5, 0.5])))
    assert claims.get("gates-as-switches").judge().verdict == "false"


# -- the experiments ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bias", "f"), [(40, 1.0), (0, 0.5), (-40, 0.0)])
def test_open_gates_add_up_what_the_forget_gate_keeps(bias, f):
    expected, c = [], 0.0
    for _ in range(6):
        c = f * c + 1
        expected.append(c)
    np.testing.assert_allclose(trials.open_gates(6, forget=bias), expected, rtol=1e-12)


def test_growth_is_the_size_of_the_gradient_that_pytorch_finds():
    scale, seed, steps = 3.0, 1, 10
    rng = np.random.default_rng(seed)
    layer = LSTM(1, 32, rng=seed)
    weight = scale * rng.standard_normal((128, 32)) / np.sqrt(32)
    weight[:64] *= 0.1
    layer.parameters()["weight_hh_l0"][:] = weight
    x = torch.from_numpy(0.1 * rng.standard_normal((steps + 1, 1, 1)))
    module = layer.to_torch()
    upstream = torch.from_numpy(np.random.default_rng(seed).standard_normal((1, 32)))
    h, c = (torch.zeros(1, 1, 32, dtype=torch.float64) for _ in range(2))
    states = []
    for step in x:
        _, (h, c) = module(step[None], (h, c))
        h.retain_grad()
        states.append(h)
    (states[-1][0] * upstream).sum().backward()
    sizes = [float(each.grad.norm()) for each in reversed(states)]
    np.testing.assert_allclose(trials.growth(scale, seed, steps), np.array(sizes) / sizes[0], rtol=1e-9)


def test_without_a_tanh_an_orthogonal_chain_keeps_every_length_and_with_it_loses_some():
    np.testing.assert_allclose(trials.orthogonal_chain(False, 0), 1, rtol=1e-12)
    squashed = trials.orthogonal_chain(True, 0)
    assert squashed[0] == 1 and (np.diff(squashed) < 0).all()


@pytest.mark.parametrize("twice", [False, True])
def test_confident_errors_are_pytorchs(twice):
    z = torch.zeros(1, 10, dtype=torch.float64)
    z[0, 1] = 3
    z.requires_grad_()
    given = z.softmax(dim=1) if twice else z
    loss = torch.nn.functional.cross_entropy(given, torch.tensor([0]))
    loss.backward()
    ours = trials.confident_errors([3], twice=twice)
    np.testing.assert_allclose(ours, [[loss.item()], [z.grad.norm().item()]], rtol=1e-12)


def test_with_two_softmaxes_the_loss_of_ten_classes_stops_at_1_461():
    perfect = np.zeros((1, 1, 10))
    perfect[..., 0] = 1
    assert losses.softmax_cross_entropy(perfect, np.zeros((1, 1), int))[0] == pytest.approx(np.log(1 + 9 / np.e))


def test_a_state_that_is_carried_on_reads_as_one_long_text():
    """The bits of carried windows are those of the text read without a cut, strand by strand."""
    from lstm_tutor import experiments, tasks

    codes = tasks.encode(tasks.python_source("test")[:12_801])
    x = tasks.one_hot(codes[:-1].reshape(16, 800).T, 96, np.float32)
    predictions, _ = experiments.model("charlm-lstm").forward(x)
    whole = losses.softmax_cross_entropy(predictions, codes[1:].reshape(16, 800).T)[0] / np.log(2)
    assert trials.bits_by_state()["carried"] == pytest.approx(whole, rel=1e-5)


def test_the_stack_gives_back_as_many_bits_as_its_number_has_room_for():
    depths = [min(trials.stack_depth(dtype, seed) for seed in range(10)) for dtype in ("f2", "f4", "f8")]
    assert depths[0] < depths[1] < depths[2] <= 27
    assert depths[2] >= 20


def test_each_reading_of_a_padded_batch_is_the_one_that_its_name_says():
    """Packed, the last row of a short sentence is zeros, and so the verdict is the read-out's bias alone."""
    right = trials.readings_of_padded()
    assert list(right) == ["each one's end", "output[-1], packed", "output[-1], padding read"]
    assert right["each one's end"] > right["output[-1], padding read"] > right["output[-1], packed"]


def test_weights_of_attention_are_those_of_the_sentence_and_a_changed_verdict_takes_a_changed_margin():
    for found in trials.left_out():
        assert len(found.weights) == len(found.changes) == len(found.flips) == len(found.words)
        assert found.weights.sum() == pytest.approx(1, abs=1e-5)
        assert (found.changes[found.flips] > 0).all()


def test_agreement_is_kendalls_rank_correlation():
    a = trials.LeftOut(list("abc"), np.array([1, 2, 3]), np.array([10, 30, 20]), np.zeros(3, bool))
    assert a.agreement == pytest.approx(1 / 3)


# -- what PyTorch does -------------------------------------------------------------------------------------------------


def test_states_have_layers_first_whatever_batch_first_says():
    assert surprises.state_shapes(True)["h_n"] == surprises.state_shapes(False)["h_n"] == (1, 2, 5)
    assert surprises.state_shapes(True)["output"] == (2, 7, 5)


def test_a_state_that_is_carried_on_remembers_more_and_more_and_no_other_way_is_known():
    carried, detached = surprises.carried_states("carried"), surprises.carried_states("detached")
    assert (np.diff(carried.nodes) > 0).all() and not carried.trains
    assert len(set(detached.nodes)) == 1 and detached.trains
    np.testing.assert_array_equal(carried.output, detached.output)
    assert not np.array_equal(carried.output, surprises.carried_states("fresh").output)
    with pytest.raises(ValueError, match=r"expected how to be .*, got 'kept'"):
        surprises.carried_states("kept")


def test_moving_a_bias_changes_nothing_and_two_move_twice_as_far():
    found = surprises.moved_biases()
    assert found.change < 1e-15 and found.gap < 1e-12 and found.step == pytest.approx(2)
