"""Fast weights: what each rule keeps and overwrites, and linear attention as attention without a softmax."""

import numpy as np
import pytest
from cases import CELLS, D, H, assert_same, random_layer
from hypothesis import given
from hypothesis import strategies as st

import lstm_tutor as lt
from lstm_tutor.cells.fast_weights import RULES, feature, linear_attention

FAST = {kind.options["rule"]: kind for kind in CELLS if kind.layer is lt.FastWeights}


@given(T=st.integers(1, 9), N=st.integers(1, 3), seed=st.integers(0, 99))
def test_the_sum_rule_is_causal_attention_without_a_softmax(T, N, seed):
    rng = np.random.default_rng(seed)
    layer = random_layer(FAST["sum"], rng)
    trace = layer.forward(rng.standard_normal((T, N, D)))
    q, k, v = (layer.cells[0][0].by_head(trace[name]) for name in "qkv")
    np.testing.assert_allclose(linear_attention(q, k, v).reshape(T, N, H), trace.output, rtol=1e-10, atol=1e-12)


def test_a_feature_is_elu_plus_one_and_of_a_below_minus_40_that_of_minus_40():
    a = np.array([2.0, 0.0, -1.0, -35.0, -40.0, -41.0, -1e4])
    np.testing.assert_allclose(feature(a), [3, 1, *np.exp([-1.0, -35.0, -40.0, -40.0, -40.0])], rtol=1e-14)


def test_linear_attention_weighs_the_values_so_far_by_numbers_that_sum_to_one(rng):
    q, k, v = (np.exp(rng.standard_normal((6, 1, 3))) for _ in range(3))
    y = linear_attention(q, k, v)
    for t in range(6):
        shares = np.array([q[t, 0] @ k[s, 0] for s in range(t + 1)])
        assert_same(y[t, 0], shares / shares.sum() @ v[: t + 1, 0])


def written_twice(rule, **options):
    """A layer that reads what is under a key after two values were written there: (first, second, what is read)."""
    layer = lt.FastWeights(3, 2, rule=rule, rng=0, **options)
    cell = layer.cells[0][0]
    cell.weight_ih[:] = cell.bias[:] = 0
    cell.weight_ih[cell.rows("v"), :2] = np.eye(2)
    cell.bias[cell.rows("q")] = cell.bias[cell.rows("k")] = (3000.0, 4000.0)
    for gate in cell.head_gates:
        cell.bias[cell.rows(gate)] = 1000.0  # wholly open
    values = np.array([[1.0, 2.0, 0.0], [5.0, -1.0, 0.0]])
    return values[0, :2], values[1, :2], layer.forward(values[:, None]).output[-1, 0]


def test_the_delta_rule_puts_a_value_in_the_place_of_the_old_one_where_a_sum_adds_them():
    for rule in ("delta", "gated delta"):
        _, second, read = written_twice(rule)
        assert_same(read, second, rule)
    first, second, read = written_twice("decay")  # with its forget gate open
    np.testing.assert_allclose(read, first + second, rtol=1e-6)
    first, second, read = written_twice("sum")
    np.testing.assert_allclose(read, (first + second) / 2, rtol=1e-6)


def test_an_input_gate_of_two_turns_the_old_value_round():
    first, second, read = written_twice("delta", input_limit=2.0)
    np.testing.assert_allclose(
        read, 2 * second - 2 * first, rtol=1e-6
    )  # 2 v under the key at first, then 2 v - (2 v_1)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("heads", [1, 2, 3])
def test_each_head_of_a_layer_has_a_memory_of_its_own(rule, heads):
    trace = lt.FastWeights(D, 6, rule=rule, num_heads=heads, rng=0).forward(np.ones((4, 2, D)))
    assert trace["C"].shape == (4, 2, heads, 6 // heads, 6 // heads)


@pytest.mark.parametrize("limit", [0.5, 1.0, 2.0])
def test_a_limit_above_one_lets_a_memory_change_its_sign_at_every_step(limit):
    """With a value of zero and an open gate a step multiplies what is under the key by 1 - i: 1/2, 0 or -1."""
    layer = lt.FastWeights(1, 2, rule="delta", input_limit=limit, rng=0)
    cell = layer.cells[0][0]
    cell.weight_ih[:] = cell.bias[:] = 0
    cell.bias[cell.rows("k")] = cell.bias[cell.rows("q")] = (1000.0, 0.0)
    cell.bias[cell.rows("i")] = 1000.0
    C = np.zeros((1, 1, 1, 2, 2))
    C[..., 0, 0] = 1.0
    trace = layer.forward(np.zeros((3, 1, 1)), (np.zeros((1, 1, 2)), C))
    expected = [(1 - limit) ** t for t in (1, 2, 3)]
    np.testing.assert_allclose(trace["C"][:, 0, 0, 0, 0], expected, atol=1e-9)


@pytest.mark.parametrize("rule", RULES)
def test_inputs_of_zeros_and_inputs_without_measure_give_numbers(rule):
    layer = lt.FastWeights(3, 4, rule=rule, num_heads=2, rng=0)
    for x in (np.zeros((5, 2, 3)), np.full((5, 2, 3), 1e4), np.full((5, 2, 3), -1e4)):
        trace = layer.forward(x)
        grads = layer.backward(trace, np.ones(trace.output.shape))
        assert np.isfinite(trace.output).all()
        assert all(np.isfinite(slope).all() for slope in grads.parameters.values())


def test_gates_that_a_rule_has_not_are_open_and_have_no_weights(rng):
    for rule, blocks in {"sum": "qkv", "decay": "qkvf", "delta": "qkvi", "gated delta": "qkvif"}.items():
        layer = lt.FastWeights(3, 4, rule=rule, rng=rng)
        assert layer.cells[0][0].blocks == tuple(blocks)
        trace = layer.forward(rng.standard_normal((4, 2, 3)))
        for gate in "if":
            assert (trace[gate] == 1).all() == (gate not in blocks)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rule": "hebb"}, "expected rule to be one of .*, got 'hebb'"),
        ({"rule": "delta", "input_limit": 0}, "expected input_limit in .*, got 0 with rule 'delta'"),
        ({"rule": "delta", "input_limit": 2.5}, "expected input_limit in .*, got 2.5 with rule 'delta'"),
        ({"rule": "sum", "input_limit": 2.0}, "expected input_limit in .*, got 2.0 with rule 'sum'"),
        ({"rule": "decay", "forget_bias": float("nan")}, "expected forget_bias to be a finite number, got nan"),
    ],
)
def test_message_for_a_rule_that_cannot_be(options, message):
    with pytest.raises(ValueError, match=f"^FastWeights: {message}$"):
        lt.FastWeights(3, 4, **options)
