"""Attention is what its papers' equations say, one query and one key at a time; and every gradient is autograd's."""

import copy
import pickle
import re

import numpy as np
import pytest
import torch
from attention_cases import (
    HOLES,
    KINDS,
    LENGTHS,
    SIZES,
    A,
    K,
    Problem,
    Q,
    V,
    as_mask,
    by_the_papers,
    each_kind,
    each_values,
    named,
    random_attention,
    random_problem,
    run,
)
from cases import assert_derivative, assert_same, assert_untouched, copies
from hypothesis import given
from hypothesis import strategies as st

from lstm_tutor.activations import softmax
from lstm_tutor.attention import AdditiveAttention, AttentionGradients, DotAttention, GeneralAttention

NAN, INF = float("nan"), float("inf")


@pytest.fixture(params=KINDS, ids=lambda kind: kind.id)
def kind(request):
    return request.param


# -- PyTorch says the same ---------------------------------------------------------------------------------------------


@each_values
@pytest.mark.parametrize(
    ("T_out", "N", "T_in", "masks"),
    [(*sizes, {}) for sizes in SIZES]
    + [(6, 5, 7, {"lengths": LENGTHS}), (6, 5, 7, {"mask": HOLES}), (1, 5, 7, {"mask": HOLES.astype(float)})],
    ids=lambda value: "/".join(value) if isinstance(value, dict) else str(value),
)
def test_scores_weights_output_and_every_gradient_are_those_of_the_papers(kind, T_out, N, T_in, masks, own_values, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng, T_out, N, T_in, own_values)
    trace, gradients = run(attention, problem, **masks)

    leaf = {name: torch.tensor(array, requires_grad=True) for name, array in attention.parameters().items()}
    inputs = [None if array is None else torch.tensor(array, requires_grad=True) for array in problem.inputs]
    queries, keys, values = inputs
    mask = as_mask(masks, T_in, N)
    theirs = by_the_papers(kind.score, leaf, queries, keys, keys if values is None else values, lambda j, n: mask[j, n])
    _, weights, output = theirs
    upstream = [torch.tensor(array) for array in problem.upstream]
    torch.autograd.backward([output, weights], upstream)

    for name, ours, tensor in zip(
        ("scores", "weights", "output"), (trace["scores"], trace["weights"], trace.output), theirs, strict=True
    ):
        assert_same(ours, tensor.detach().numpy(), name)
    their_gradients = dict(zip(("queries", "keys", "values"), inputs, strict=True)) | leaf
    assert list(named(gradients)) == list(their_gradients)
    for name, ours in named(gradients).items():
        if their_gradients[name] is None:
            assert ours is None
        else:
            assert_same(ours, their_gradients[name].grad.numpy(), f"d {name}")


@pytest.mark.parametrize("masked", [False, True], ids=["no mask", "mask"])
@pytest.mark.parametrize("sizes", SIZES[-2:], ids=str)
def test_scaled_dot_is_pytorchs_own(sizes, masked, rng):
    T_out, N, T_in = sizes
    attention, problem = DotAttention(scaled=True), random_problem(KINDS[2], rng, *sizes)
    mask = HOLES[:T_in] if masked else None
    trace = attention.forward(*problem.inputs, mask)
    gradients = attention.backward(trace, problem.d_output)
    tensors = [torch.tensor(array, requires_grad=True) for array in problem.inputs]
    attends = None if mask is None else torch.tensor(mask.T[:, None, :]).expand(N, T_out, T_in)
    by_sequence = [tensor.transpose(0, 1) for tensor in tensors]
    output = torch.nn.functional.scaled_dot_product_attention(*by_sequence, attn_mask=attends).transpose(0, 1)
    output.backward(torch.tensor(problem.d_output))
    assert_same(trace.output, output.detach().numpy(), "output")
    for name, ours, tensor in zip(("queries", "keys", "values"), gradients, tensors, strict=False):
        assert_same(ours, tensor.grad.numpy(), f"d {name}")


@each_values
@pytest.mark.parametrize(
    "masks", [{}, {"lengths": [4, 1]}, {"mask": HOLES[:4, :2]}], ids=["no mask", "lengths", "mask"]
)
def test_every_gradient_is_that_of_central_differences(kind, masks, own_values, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng, 3, 2, 4, own_values)
    _, gradients = run(attention, problem, **masks)

    def total():
        trace = attention.forward(*problem.inputs, **masks)
        return np.vdot(trace.output, problem.d_output) + np.vdot(trace["weights"], problem.d_weights)

    arrays = dict(zip(("queries", "keys", "values"), problem.inputs, strict=True)) | attention.parameters()
    for name, slope in named(gradients).items():
        if slope is not None:
            assert_derivative(slope, total, arrays[name], f"d {name}")


def test_gradient_of_the_weights_is_zero_if_none_is_given(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    trace = attention.forward(*problem.inputs)
    without = attention.backward(trace, problem.d_output)
    zeros = attention.backward(trace, problem.d_output, np.zeros_like(problem.d_weights))
    assert isinstance(without, AttentionGradients)
    for name, slope in named(without).items():
        np.testing.assert_array_equal(slope, named(zeros)[name], err_msg=name)


def test_gradients_of_keys_that_are_their_own_values_are_the_sum_of_both(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng, own_values=False)
    _, joined = run(attention, problem)
    _, apart = run(attention, problem._replace(values=problem.keys))
    assert joined.values is None
    assert_same(joined.keys, apart.keys + apart.values)
    assert_same(joined.queries, apart.queries)


# -- properties --------------------------------------------------------------------------------------------------------

drawn = given(
    T_out=st.integers(1, 4), N=st.integers(1, 4), T_in=st.integers(1, 6),
    sizes=st.tuples(st.integers(1, 4), st.integers(1, 5)), seed=st.integers(0, 99),
)  # fmt: skip


def draw(kind, T_out, N, T_in, sizes, seed):
    """Attention, a problem, and a mask that leaves each sequence at least one key."""
    rng = np.random.default_rng(seed)
    attention = random_attention(kind, rng, sizes)
    mask = rng.random((T_in, N)) < 0.6
    mask[rng.integers(T_in, size=N), np.arange(N)] = True
    return attention, random_problem(kind, rng, T_out, N, T_in, sizes=sizes), mask, rng


@each_kind
@drawn
def test_weights_are_positive_sum_to_one_and_are_zero_where_masked(kind, T_out, N, T_in, sizes, seed):
    attention, problem, mask, _ = draw(kind, T_out, N, T_in, sizes, seed)
    trace = attention.forward(*problem.inputs, mask)
    weights = trace["weights"]
    assert weights.shape == trace["scores"].shape == (T_out, N, T_in)
    assert trace.output.shape == (T_out, N, V)
    assert_same(weights.sum(axis=2), np.ones((T_out, N)))
    np.testing.assert_array_equal(weights > 0, np.broadcast_to(mask.T, weights.shape))
    np.testing.assert_array_equal(np.isneginf(trace["scores"]), np.broadcast_to(~mask.T, weights.shape))
    assert_same(weights, softmax(trace["scores"]), "the softmax of the scores")


@each_kind
@drawn
def test_permuting_the_keys_permutes_the_weights_and_leaves_the_output(kind, T_out, N, T_in, sizes, seed):
    attention, problem, mask, rng = draw(kind, T_out, N, T_in, sizes, seed)
    order = rng.permutation(T_in)
    shuffled = problem._replace(
        keys=problem.keys[order], values=problem.values[order], d_weights=problem.d_weights[..., order]
    )
    (trace, grads), (other, other_grads) = (
        run(attention, problem, mask=mask),
        run(attention, shuffled, mask=mask[order]),
    )
    assert_same(other["weights"], trace["weights"][..., order], "weights")
    assert_same(other.output, trace.output, "output")
    assert_same(other_grads.keys, grads.keys[order], "d keys")
    assert_same(other_grads.values, grads.values[order], "d values")
    assert_same(other_grads.queries, grads.queries, "d queries")


@each_kind
@drawn
def test_masked_keys_and_their_values_do_not_matter(kind, T_out, N, T_in, sizes, seed):
    attention, problem, mask, _ = draw(kind, T_out, N, T_in, sizes, seed)
    noise = 9.0 * ~mask[..., None]
    noisy = problem._replace(
        keys=problem.keys + noise, values=problem.values + noise, d_weights=problem.d_weights + 9.0 * ~mask.T
    )
    (trace, grads), (other, other_grads) = run(attention, problem, mask=mask), run(attention, noisy, mask=mask)
    np.testing.assert_array_equal(other["weights"], trace["weights"])
    np.testing.assert_array_equal(other.output, trace.output)
    for name, slope in named(other_grads).items():
        assert_same(slope, named(grads)[name], f"d {name}")
    assert not grads.keys[~mask].any()
    assert not grads.values[~mask].any()


@each_kind
@drawn
def test_one_query_at_a_time_equals_all_at_once(kind, T_out, N, T_in, sizes, seed):
    attention, problem, mask, _ = draw(kind, T_out, N, T_in, sizes, seed)
    trace, grads = run(attention, problem, mask=mask)
    steps = []
    for t in range(T_out):
        at = slice(t, t + 1)
        step = Problem(problem.queries[at], *problem[1:3], problem.d_output[at], problem.d_weights[at])
        own, own_grads = run(attention, step, mask=mask)
        assert_same(own["weights"], trace["weights"][at], "weights")
        assert_same(own.output, trace.output[at], "output")
        assert_same(own_grads.queries, grads.queries[at], "d queries")
        steps.append(named(own_grads))
    for name, slope in named(grads).items():
        if name != "queries":
            assert_same(sum(step[name] for step in steps), slope, f"d {name} is the sum over the queries")


@each_kind
@drawn
def test_batch_equals_each_sequence_alone_without_its_masked_keys(kind, T_out, N, T_in, sizes, seed):
    attention, problem, mask, _ = draw(kind, T_out, N, T_in, sizes, seed)
    trace = attention.forward(*problem.inputs, mask)
    for n in range(N):
        kept = mask[:, n]
        own = attention.forward(
            problem.queries[:, [n]], problem.keys[kept][:, [n]], problem.values[kept][:, [n]]
        )  # fmt: skip
        assert_same(own["weights"][:, 0], trace["weights"][:, n][:, kept], "weights")
        assert_same(own.output[:, 0], trace.output[:, n], "output")


@pytest.mark.parametrize("garbage", [NAN, INF, -INF, 1e300], ids=str)
@pytest.mark.parametrize("masks", [{"lengths": LENGTHS}, {"mask": HOLES}], ids=["lengths", "mask"])
@each_values
def test_what_is_masked_is_not_read_forward_or_backward(kind, own_values, masks, garbage, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng, own_values=own_values)
    mask = as_mask(masks, 7, 5)
    spoiled = problem._replace(
        keys=np.where(mask[..., None], problem.keys, garbage),
        values=None if problem.values is None else np.where(mask[..., None], problem.values, garbage),
        d_weights=np.where(mask.T, problem.d_weights, garbage),
    )
    (trace, grads), (other, other_grads) = run(attention, problem, **masks), run(attention, spoiled, **masks)
    np.testing.assert_array_equal(other["scores"], trace["scores"])
    np.testing.assert_array_equal(other["weights"], trace["weights"])
    np.testing.assert_array_equal(other.output, trace.output)
    for name, gradient in named(other_grads).items():
        if gradient is not None:
            np.testing.assert_array_equal(gradient, named(grads)[name], err_msg=name)
    assert not trace.keys[~mask].any()


@pytest.mark.parametrize("name", ["keys", "values"])
def test_message_for_padding_without_a_mask_says_how_to_mask_it(name, rng):
    attention, problem = random_attention(KINDS[0], rng), random_problem(KINDS[0], rng)
    getattr(problem, name)[-1, 0, 0] = NAN
    message = f"AdditiveAttention: expected {name} to be finite, got 1 NaN or inf; if they are padding, pass lengths"
    with pytest.raises(ValueError, match=f"^{message} or a mask$"):
        attention.forward(*problem.inputs)


def test_lengths_are_a_mask(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    by_lengths = attention.forward(*problem.inputs, lengths=LENGTHS)
    by_mask = attention.forward(*problem.inputs, as_mask({"lengths": LENGTHS}, 7, 5))
    np.testing.assert_array_equal(by_lengths["weights"], by_mask["weights"])
    np.testing.assert_array_equal(by_lengths.mask, by_mask.mask)


def test_scores_far_apart_do_not_overflow():
    queries, keys = np.array([[[1000.0]]]), np.array([[[1.0]], [[-1.0]], [[2.0]]])
    attention = DotAttention()
    trace = attention.forward(queries, keys)
    np.testing.assert_array_equal(trace["weights"], [[[0.0, 0.0, 1.0]]])
    assert np.isfinite(attention.backward(trace, np.ones((1, 1, 1))).keys).all()


# -- dtype, parameters, the trace --------------------------------------------------------------------------------------


def test_float32_stays_float32_and_close_to_float64(kind, rng):
    exact, problem = random_attention(kind, rng), random_problem(kind, rng)
    single = random_attention(kind, rng, dtype="float32")
    single.load_parameters(exact.parameters())
    exact.load_parameters(single.parameters())
    problem = Problem(*(array.astype(np.float32) for array in problem))
    (trace, gradients), (close, close_gradients) = (run(a, problem, mask=HOLES) for a in (exact, single))
    for array in (close["scores"], close["weights"], close.output, *named(close_gradients).values()):
        assert array.dtype == np.float32
    assert_same(close["weights"], trace["weights"], "weights", "float32")
    assert_same(close.output, trace.output, "output", "float32")
    for name, slope in named(close_gradients).items():
        assert_same(slope, named(gradients)[name], f"d {name}", "float32")


@pytest.mark.parametrize(
    ("attention", "shapes", "text"),
    [
        (
            AdditiveAttention(3, 4, 5, rng=0),
            {"weight_query": (5, 3), "weight_key": (5, 4), "weight_score": (5,)},
            "AdditiveAttention(3, 4, 5)",
        ),
        (DotAttention(dtype="float32"), {}, "DotAttention(dtype='float32')"),
        (GeneralAttention(3, 4, rng=0), {"weight": (3, 4)}, "GeneralAttention(3, 4)"),
    ],
    ids=["additive", "dot", "general"],
)
def test_parameters_config_and_text(attention, shapes, text):
    parameters = attention.parameters()
    assert {name: array.shape for name, array in parameters.items()} == shapes
    for array in parameters.values():
        assert array.dtype == attention.dtype
        assert 0 < np.abs(array).max() <= 1 / np.sqrt(array.shape[-1])
    assert repr(attention) == text
    assert repr(type(attention)(**attention.config())) == text


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[3]], ids=lambda kind: kind.id)
def test_parameters_are_live_seeded_and_loaded_as_copies(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    for name in attention.parameters():
        before = attention.forward(*problem.inputs)["weights"]
        attention.parameters()[name].reshape(-1)[0] += 0.5
        assert not np.array_equal(attention.forward(*problem.inputs)["weights"], before), name
    one, same, other = (kind.make(Q, K, rng=seed) for seed in (1, 1, 2))
    assert_untouched(same.parameters(), copies(one.parameters()))
    other.load_parameters(one.parameters())
    for array in one.parameters().values():
        array[...] = 0
    assert_untouched(other.parameters(), copies(same.parameters()))


PARAMETER_FAULTS = {
    "unknown": (lambda p: p | {"bias": np.zeros(3)}, "got unknown ['bias'] and missing []"),
    "missing": (lambda p: {}, "got unknown [] and missing"),
    "transposed": (lambda p: {name: array.T[..., :1] for name, array in p.items()}, "of shape"),
    "NaN": (lambda p: {name: array * NAN for name, array in p.items()}, "to be finite numbers"),
}


@pytest.mark.parametrize("fault", PARAMETER_FAULTS)
@pytest.mark.parametrize("kind", [KINDS[0], KINDS[3]], ids=lambda kind: kind.id)
def test_message_for_parameters_that_do_not_fit_and_nothing_is_changed(kind, fault, rng):
    attention = random_attention(kind, rng)
    before = copies(attention.parameters())
    spoil, message = PARAMETER_FAULTS[fault]
    with pytest.raises(ValueError, match=f"^{type(attention).__name__}: .*{re.escape(message)}"):
        attention.load_parameters(spoil({name: array + 1 for name, array in attention.parameters().items()}))
    assert_untouched(attention.parameters(), before)


def test_forward_and_backward_change_nothing_and_the_trace_is_a_record_of_its_own(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    mask = HOLES.copy()
    before = copies([*problem, mask, *attention.parameters().values()])
    trace, first = run(attention, problem, mask=mask)
    assert_untouched([*problem, mask, *attention.parameters().values()], before)
    for array in (*problem.inputs, mask):
        array[...] = 0
    assert_untouched(named(attention.backward(trace, *problem.upstream)), copies(named(first)))
    for array in (trace.queries, trace.keys, trace.values, trace.mask, trace.output, trace["scores"], trace["weights"]):
        assert not array.flags.writeable


def test_trace_keys_and_gradients_introduce_themselves_and_the_trace_lists_its_names():
    attention = GeneralAttention(3, 4, rng=0)
    queries, keys, values = np.ones((2, 1, 3)), np.ones((5, 1, 4)), np.ones((5, 1, 7))
    trace = attention.forward(queries, keys, values, lengths=[4])
    assert repr(trace) == "AttentionTrace(T_out=2, N=1, T_in=5, V=7, names=['scores', 'weights'])"
    assert repr(trace.prepared) == "Keys(T_in=5, N=1, K=4, V=7, mask)"
    assert repr(attention.prepare(keys)) == "Keys(T_in=5, N=1, K=4)"
    own, apart = attention.forward(queries, keys), trace
    shape = "AttentionGradients(T_out=2, N=1, T_in=5, Q=3, K=4"
    assert repr(attention.backward(own, np.ones((2, 1, 4)))) == f"{shape}, parameters=['weight'])"
    assert repr(attention.backward(apart, np.ones((2, 1, 7)))) == f"{shape}, V=7, parameters=['weight'])"
    assert ("weights" in trace, "alpha" in trace, list(trace)) == (True, False, ["scores", "weights"])


def test_message_for_what_is_not_in_the_trace():
    trace = DotAttention().forward(np.ones((2, 1, 3)), np.ones((4, 1, 3)))
    with pytest.raises(ValueError, match=re.escape("trace: expected one of ['scores', 'weights'], got 'alpha'")):
        trace["alpha"]


# -- what a user may get wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["query_size", "key_size", "attention_size"])
@pytest.mark.parametrize("size", [0, -1, 2.5, None], ids=str)
def test_message_for_a_size_that_cannot_be(name, size):
    sizes = {"query_size": 3, "key_size": 4, "attention_size": 5} | {name: size}
    with pytest.raises(ValueError, match=f"^AdditiveAttention: expected {name} to be a positive int, got {size}$"):
        AdditiveAttention(**sizes)
    del sizes["attention_size"]
    if name in sizes:
        with pytest.raises(ValueError, match=f"^GeneralAttention: expected {name} to be a positive int, got {size}$"):
            GeneralAttention(**sizes)


def test_message_for_another_dtype(kind):
    with pytest.raises(ValueError, match=r"Attention: expected dtype float32 or float64, got int32$"):
        kind.make(Q, K, dtype="int32")


def spoiled(shape, value):
    array = np.zeros(shape)
    array[-1, -1, -1] = value
    return array


HUGE = np.full((6, 5, 3), 1e200)
INPUT_FAULTS = {
    "queries of 2-D": ({"queries": np.zeros((6, 3))}, "expected queries of shape (T_out, 5, 3), got (6, 3)"),
    "queries too wide": ({"queries": np.zeros((6, 5, 4))}, "expected queries of shape (T_out, 5, 3), got (6, 5, 4)"),
    "queries of another batch": ({"queries": np.zeros((6, 4, 3))}, "queries of shape (T_out, 5, 3), got (6, 4, 3)"),
    "no query": ({"queries": np.zeros((0, 5, 3))}, "expected queries to hold something, got shape (0, 5, 3)"),
    "NaN in a query": ({"queries": spoiled((6, 5, 3), NAN)}, "expected queries to be finite, got 1 NaN or inf"),
    "text": ({"queries": np.full((6, 5, 3), "a")}, "expected queries to be real numbers, got <U1"),
    "complex": ({"queries": np.zeros((6, 5, 3), complex)}, "expected queries to be real numbers, got complex128"),
    "keys of 2-D": ({"keys": np.zeros((7, 4))}, "expected keys of shape (T_in, N, 4), got (7, 4)"),
    "keys too narrow": ({"keys": np.zeros((7, 5, 3))}, "expected keys of shape (T_in, N, 4), got (7, 5, 3)"),
    "no key": ({"keys": np.zeros((0, 5, 4))}, "expected keys to hold something, got shape (0, 5, 4)"),
    "inf in a key": ({"keys": spoiled((7, 5, 4), -INF)}, "expected keys to be finite, got 1 NaN or inf"),
    "a value short": ({"values": np.zeros((6, 5, 2))}, "expected values of shape (7, 5, V), got (6, 5, 2)"),
    "NaN in a value": ({"values": spoiled((7, 5, 2), NAN)}, "expected values to be finite, got 1 NaN or inf"),
    "mask of queries": ({"mask": np.ones((6, 5))}, "expected mask of shape (7, 5), got (6, 5)"),
    "mask turned": ({"mask": np.ones((5, 7))}, "expected mask of shape (7, 5), got (5, 7)"),
    "mask to be added": ({"mask": np.where(HOLES, 0, -INF)}, "expected mask of true and false, true where a key"),
    "everything masked": ({"mask": HOLES * [0, 1, 1, 0, 1]}, "a key that counts in each sequence, got none in [0, 3]"),
    "a masked array": ({"keys": np.ma.zeros((7, 5, 4))}, "expected keys to be a plain array, got a masked one"),
    "a masked mask": ({"mask": np.ma.ones((7, 5))}, "expected mask to be a plain array, got a masked one"),
    "a mask of text": ({"mask": np.full((7, 5), "a")}, "expected mask to be real numbers, got <U1"),
    "mask and lengths": ({"mask": HOLES, "lengths": LENGTHS}, "expected mask or lengths, got both"),
    "too few lengths": ({"lengths": [7, 7]}, "expected lengths to be 5 ints, got [7, 7]"),
    "a length of 0": ({"lengths": [7, 7, 7, 7, 0]}, "expected lengths from 1 to T_in = 7, got [7, 7, 7, 7, 0]"),
    "longer than T_in": ({"lengths": [8, 7, 7, 7, 7]}, "expected lengths from 1 to T_in = 7, got [8, 7, 7, 7, 7]"),
    "a length of a half": ({"lengths": [0.5] * 5}, "expected lengths to be 5 ints, got [0.5, 0.5, 0.5, 0.5, 0.5]"),
}  # fmt: skip


@pytest.mark.parametrize("fault", INPUT_FAULTS)
def test_message_for_a_bad_input(fault):
    given_inputs, message = INPUT_FAULTS[fault]
    good = {"queries": np.zeros((6, 5, Q)), "keys": np.zeros((7, 5, K))}
    for attention in (AdditiveAttention(Q, K, A, rng=0), GeneralAttention(Q, K, rng=0)):
        before = copies(attention.parameters())
        with pytest.raises(ValueError, match=f"^{type(attention).__name__}: .*{re.escape(message)}"):
            attention.forward(**good | given_inputs)
        assert_untouched(attention.parameters(), before)


def test_message_for_a_query_that_is_not_of_the_keys_size():
    message = "DotAttention: expected queries of shape (T_out, 5, 4), got (6, 5, 3)"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        DotAttention().forward(np.zeros((6, 5, 3)), np.zeros((7, 5, 4)))


def test_message_for_scores_too_large_for_the_dtype():
    with pytest.raises(ValueError, match=r"^DotAttention: expected finite scores, got NaN or inf as float64$"):
        DotAttention().forward(HUGE, HUGE)
    with pytest.raises(
        ValueError,
        match=r"^DotAttention: expected keys to be finite, got 90 NaN or inf; if they are",
    ):
        DotAttention(dtype="float32").forward(HUGE, HUGE)


@pytest.mark.parametrize(
    ("d_output", "d_weights", "message"),
    [
        (np.zeros((6, 5, 3)), None, "expected d_output of shape (6, 5, 2), got (6, 5, 3)"),
        (1.0, None, "expected d_output of shape (6, 5, 2), got ()"),
        (spoiled((6, 5, 2), INF), None, "expected d_output to be finite, got 1 NaN or inf"),
        (np.zeros((6, 5, 2)), np.zeros((7, 5, 6)), "expected d_weights of shape (6, 5, 7), got (7, 5, 6)"),
        (np.zeros((6, 5, 2)), spoiled((6, 5, 7), NAN), "expected d_weights to be finite, got 1 NaN or inf"),
    ],
    ids=["too wide", "a number", "inf", "weights turned", "NaN in the weights"],
)
def test_message_for_a_bad_gradient(kind, d_output, d_weights, message, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    trace = attention.forward(*problem.inputs)
    with pytest.raises(ValueError, match=f"Attention: {re.escape(message)}$"):
        attention.backward(trace, d_output, d_weights)


OTHERS = {
    "a deep copy's": copy.deepcopy,
    "what came out of a pickle": lambda attention: pickle.loads(pickle.dumps(attention)),
    "another of the same kind": lambda attention: type(attention)(**attention.config()),
}


@pytest.mark.parametrize("other", OTHERS)
def test_message_for_a_trace_or_keys_of_another_attention(kind, other, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    trace, stranger = attention.forward(*problem.inputs), OTHERS[other](attention)
    with pytest.raises(ValueError, match=r"Attention: expected a trace of this attention, got another's or none"):
        stranger.backward(trace, *problem.upstream)
    with pytest.raises(ValueError, match=r"Attention: expected a trace of this attention, got another's or none: None"):
        attention.backward(None, *problem.upstream)
    _, dp, dr, _ = attention.attend_backward(trace, *problem.upstream)
    for call in (lambda: stranger.attend(problem.queries, trace.prepared),
                 lambda: stranger.prepare_backward(trace.prepared, dp, dr),
                 lambda: attention.attend(problem.queries, problem.keys)):  # fmt: skip
        with pytest.raises(ValueError, match=r"Attention: expected Keys that this attention prepared, got another's"):
            call()


def test_a_copied_attention_goes_back_through_a_trace_that_was_copied_with_it(kind, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    trace, expected = run(attention, problem, mask=HOLES)
    other, other_trace = copy.deepcopy((attention, trace))
    assert_untouched(named(other.backward(other_trace, *problem.upstream)), copies(named(expected)))
