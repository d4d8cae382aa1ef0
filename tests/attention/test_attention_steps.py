"""Attending step by step to keys that were prepared once is attending to all at once."""

import numpy as np
import pytest
from attention_cases import HOLES, LENGTHS, each_kind, named, random_attention, random_problem
from cases import assert_same

MASKS = {"no mask": {}, "mask": {"mask": HOLES}, "lengths": {"lengths": LENGTHS}}
each_mask = pytest.mark.parametrize("masks", MASKS.values(), ids=list(MASKS))


@each_mask
@pytest.mark.parametrize("own_values", [True, False], ids=["values", "keys as values"])
@each_kind
def test_step_by_step_is_all_at_once_forward_and_backward(kind, own_values, masks, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng, own_values=own_values)
    whole = attention.forward(*problem.inputs, **masks)
    slopes = attention.backward(whole, *problem.upstream)
    prepared, d_queries, dp, dr, d_score = attention.prepare(*problem.inputs[1:], **masks), [], 0, 0, {}
    for t in range(len(problem.queries)):
        now = slice(t, t + 1)
        step = attention.attend(problem.queries[now], prepared)
        assert_same(step["weights"], whole["weights"][now], "weights")
        assert_same(step.output, whole.output[now], "output")
        d_query, dp_step, dr_step, d_own = attention.attend_backward(step, *(d[now] for d in problem.upstream))
        d_queries.append(d_query)
        dp, dr = dp + dp_step, dr + dr_step
        d_score = {name: d_score.get(name, 0) + slope for name, slope in d_own.items()}
    d_keys, d_values, d_project = attention.prepare_backward(prepared, dp, dr)
    ours = {"queries": np.concatenate(d_queries), "keys": d_keys, "values": d_values}
    ours |= attention.gather(d_score, d_project)
    assert list(ours) == list(named(slopes))
    for name, slope in named(slopes).items():
        if slope is None:
            assert ours[name] is None
        else:
            assert_same(ours[name], slope, f"d {name}")


@each_kind
def test_the_keys_are_projected_once_for_all_steps(kind, rng, monkeypatch):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    project, calls = attention.project, []
    monkeypatch.setattr(attention, "project", lambda h: calls.append(h.shape) or project(h))
    prepared = attention.prepare(problem.keys)
    for query in problem.queries:
        attention.attend(query[None], prepared)
    assert len(calls) == 1


@each_mask
@each_kind
def test_keys_of_some_sequences_in_any_order_and_twice(kind, masks, rng):
    attention, problem = random_attention(kind, rng), random_problem(kind, rng)
    whole, rows = attention.forward(*problem.inputs, **masks), [3, 0, 3, 4]
    some = attention.prepare(*problem.inputs[1:], **masks).at(rows)
    trace = attention.attend(problem.queries[:, rows], some)
    assert_same(trace["weights"], whole["weights"][:, rows], "weights")
    assert_same(trace.output, whole.output[:, rows], "output")
