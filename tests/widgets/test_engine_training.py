"""The widgets' engine trains as the package does, and takes a step apart without changing it."""

import collections

import numpy as np
import pytest
from cases import CELLS, by_id, random_layer, random_problem
from hypothesis import given
from hypothesis import strategies as st
from javascript import JavaScriptError

import lstm_tutor as lt
from lstm_tutor import losses
from lstm_tutor.tasks import Batch, embedded_reber_batch
from lstm_tutor.tasks.reber import GRAMMAR, SYMBOLS

KINDS = [kind for kind in CELLS if kind.id in (
    "rnn", "rnn-relu", "lstm1997", "lstm", "peephole", "gru-after", "gru-before"
)]  # fmt: skip
every_cell = pytest.mark.parametrize("kind", KINDS, ids=by_id)


def assert_same(ours, theirs, what="", rtol=1e-12, atol=1e-14):
    np.testing.assert_allclose(np.ravel(ours), np.ravel(theirs), rtol=rtol, atol=atol, err_msg=what)


def config(layer):
    return {name: value for name, value in layer.config().items() if name not in ("dropout", "dtype")}


# -- activations ---------------------------------------------------------------------------------------------------


def test_sigmoid_and_softmax_are_the_packages_also_far_out(engine):
    a = np.array([-800.0, -30.0, -1.5, 0.0, 0.2, 40.0, 800.0])
    ours = engine("({ a }) => ({ sigmoid: a.map(lt.sigmoid), soft: lt.softmax(a, 7), log: lt.logSoftmax(a, 7) })", a=a)
    assert_same(ours["sigmoid"], lt.activations.sigmoid(a.copy()))
    assert_same(ours["soft"], lt.activations.softmax(a))
    assert_same(ours["log"], lt.activations.log_softmax(a))


# -- losses --------------------------------------------------------------------------------------------------------

LOSS = "({ name, a, targets, K, mask }) => lt.LOSSES[name](a, targets, K, mask)"


def targets_for(name, shape, rng):
    if name == "softmax_cross_entropy":
        return rng.integers(0, shape[2], shape[:2])
    return rng.uniform(0, 1, shape) if name == "binary_cross_entropy" else rng.standard_normal(shape)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("name", losses.STEP_LOSSES)
def test_losses_and_their_gradients_are_the_packages(name, masked, engine, rng):
    a = 3 * rng.standard_normal((5, 4, 3))
    targets, mask = targets_for(name, a.shape, rng), rng.random(a.shape[:2]) < 0.6
    mask = mask if masked else None
    loss, gradient = getattr(losses, name)(a, targets, mask)
    ours = engine(LOSS, name=name, a=a, targets=targets, K=3, mask=mask)
    assert_same(ours["loss"], loss)
    assert_same(ours["gradient"], gradient)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"targets": [0, 3]}, "expected a class below 3, got 3"),
        ({"targets": [0]}, "expected 2 targets for 6 predictions, got 1"),
        ({"mask": [0, 0]}, "expected a mask that counts at least one step, got none"),
        ({"mask": [1]}, "expected a mask of 2 steps, got 1"),
    ],
)
def test_losses_refuse_what_does_not_fit(arguments, message, engine):
    given_ = {"targets": [0, 1], "mask": None} | arguments
    with pytest.raises(JavaScriptError, match=message):
        engine(LOSS, name="softmax_cross_entropy", a=np.zeros(6), K=3, **given_)


# -- optimizers ----------------------------------------------------------------------------------------------------

OPTIMIZERS = {
    "sgd": ("new lt.SGD(0.1)", lambda: lt.SGD(0.1)),
    "momentum": ("new lt.SGD(0.1, { momentum: 0.8 })", lambda: lt.SGD(0.1, momentum=0.8)),
    "adam": ("new lt.Adam(0.02)", lambda: lt.Adam(0.02)),
    "adam, other betas": (
        "new lt.Adam(0.02, { betas: [0.7, 0.9], eps: 1e-3 })",
        lambda: lt.Adam(0.02, betas=(0.7, 0.9), eps=1e-3),
    ),
}
every_optimizer = pytest.mark.parametrize("name", OPTIMIZERS)


@every_optimizer
def test_optimizers_take_the_packages_steps(name, engine, rng):
    made, ours = OPTIMIZERS[name]
    optimizer = ours()
    parameters = {"a": rng.standard_normal(4), "b": rng.standard_normal((2, 3))}
    gradients = [{key: rng.standard_normal(value.shape) for key, value in parameters.items()} for _ in range(6)]
    found = engine(
        f"({{ parameters, gradients }}) => {{ const optimizer = {made};"
        "gradients.forEach((given) => optimizer.step(parameters, given)); return parameters; }",
        parameters=parameters, gradients=gradients,
    )  # fmt: skip
    for given_ in gradients:
        optimizer.step(parameters, given_)
    for key, value in parameters.items():
        assert_same(found[key], value, key)


@pytest.mark.parametrize("threshold", [0.5, 100.0])
def test_clipping_is_the_packages_and_leaves_what_it_is_given(threshold, engine, rng):
    gradients = {"a": rng.standard_normal(4), "b": rng.standard_normal((2, 3))}
    ours = engine(
        "({ gradients, threshold }) => ({ ...lt.clipByGlobalNorm(gradients, threshold), gradients })",
        gradients=gradients, threshold=threshold,
    )  # fmt: skip
    clipped, norm = lt.clip_by_global_norm(gradients, threshold)
    assert_same(ours["norm"], norm)
    for name, value in clipped.items():
        assert_same(ours["clipped"][name], value, name)
        assert_same(ours["gradients"][name], gradients[name], name)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("() => lt.clipByGlobalNorm({ a: [1] }, 0)", "expected threshold > 0, got 0"),
        ("() => lt.clipByGlobalNorm({ a: [NaN] }, 1)", "expected finite gradients, their length is NaN"),
        ("() => new lt.SGD(0)", "expected a learning rate > 0, got 0"),
        ("() => new lt.SGD(1, { momentum: 1 })", r"expected momentum in \[0, 1\), got 1"),
        ("() => new lt.Adam(1, { betas: [0.9, 1] })", r"expected betas in \[0, 1\), got 0.9,1"),
        ("() => new lt.SGD(1).step({ a: [1, 2] }, { a: [1] })", "expected 2 gradients of a, got 1"),
        ("() => new lt.SGD(1).step({ a: [1, 2] }, {})", "expected 2 gradients of a, got 0"),
    ],
)
def test_optimizers_refuse_what_does_not_fit(function, message, engine):
    with pytest.raises(JavaScriptError, match=message):
        engine(function)


# -- training ------------------------------------------------------------------------------------------------------

TRAIN = """({ kind, config, parameters, loss, K, batches, optimizer, clip }) => {
    const random = new lt.Random(1);
    const model = lt.makeModel(lt.makeLayer(kind, config, { random }), K, loss, { parameters });
    const steps = eval(optimizer);
    const done = batches.map((batch) => lt.update(model, batch, steps, { clip }));
    return { losses: done.map(({ loss }) => loss), norms: done.map(({ norm }) => norm), parameters: model.parameters };
}"""


def random_batches(loss, K, rng, count=20, T=6, N=3, D=3):
    for _ in range(count):
        lengths = rng.integers(1, T + 1, N)
        lengths[0] = T
        mask = np.arange(T)[:, None] < lengths
        yield Batch(rng.standard_normal((T, N, D)), targets_for(loss, (T, N, K), rng), mask, lengths)


@pytest.mark.parametrize("loss", losses.STEP_LOSSES)
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
@every_cell
def test_twenty_updates_are_the_packages(kind, optimizer, loss, engine, rng):
    K, clip = 4, 0.1
    layer = random_layer(kind, rng, num_layers=2, bidirectional=True)
    model = lt.SequenceModel(layer, K, loss=loss, rng=rng)
    model.readout.bias[:] = rng.uniform(-1, 1, K)
    batches = list(random_batches(loss, K, rng))
    made, make = OPTIMIZERS[optimizer]
    ours = engine(
        TRAIN, kind=type(layer).__name__, config=config(layer), parameters=model.parameters(), loss=loss, K=K,
        optimizer=made, clip=clip,
        batches=[{"N": 3, "x": b.x, "targets": b.targets, "mask": b.mask, "lengths": b.lengths} for b in batches],
    )  # fmt: skip
    trainer = lt.Trainer(model, lambda k: batches[k], make(), clip=clip)
    history = trainer.run(len(batches), progress=False)
    assert_same(ours["losses"], history.loss, "losses", rtol=1e-11)
    assert_same(ours["norms"], history.gradient_norm, "norms", rtol=1e-10)
    assert max(history.gradient_norm) > clip  # something was clipped
    for name, value in model.parameters().items():
        assert_same(ours["parameters"][name], value, name, rtol=1e-9, atol=1e-10)


def test_model_refuses_what_does_not_fit(engine):
    make = "lt.makeLayer('RNN', { input_size: 1, hidden_size: 1 }, { random: new lt.Random(1) })"
    with pytest.raises(JavaScriptError, match=r"expected a loss of softmax_cross_entropy, .*, got hinge"):
        engine(f"() => lt.makeModel({make}, 1, 'hinge', {{ random: new lt.Random(1) }})")
    told = r"SequenceModel: unknown parameters \[\], missing \[layer.weight_ih_l0, .*readout"
    with pytest.raises(JavaScriptError, match=told):
        engine(f"() => lt.makeModel({make}, 1, 'mean_squared_error', {{ parameters: {{}} }})")


# -- one step, taken apart -----------------------------------------------------------------------------------------

TAKE_APART = """({ kind, config, parameters, x, state }) => {
    const layer = lt.makeLayer(kind, config, { parameters });
    return { step: lt.forward(layer, x, { state }).at(), list: lt.operations(layer, x, state) };
}"""

DONE_AGAIN = {
    "matrix": lambda W, x: W @ x,
    "sum": lambda *terms: sum(terms),
    "product": lambda a, b: a * b,
    "rest": lambda z: 1 - z,
    "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0),
}


def parts_of(cell):
    """Every block of every parameter, by the name that an operation gives it."""
    one, H = len(cell.blocks) == 1, cell.hidden_size
    for name, letter in (("weight_ih", "W_x"), ("weight_hh", "W_h"), ("bias", "b")):
        for block in cell.blocks:
            index = "" if one else block if letter.startswith("W") else f"_{block}"
            yield letter + index, getattr(cell, name)[cell.rows(block)]
    if "weight_peephole" in cell.shapes():
        yield from zip(("p_i", "p_f", "p_o"), cell.weight_peephole, strict=True)
    if "bias_hn" in cell.shapes():
        assert cell.bias_hn.shape == (H,)
        yield "b_hn", cell.bias_hn


@every_cell
def test_operations_make_the_step_bit_for_bit(kind, engine, rng):
    layer = random_layer(kind, rng)
    problem = random_problem(layer, 1, 1, rng)
    state = problem.state._asdict()
    found = engine(
        TAKE_APART, kind=type(layer).__name__, config=config(layer), parameters=layer.parameters(),
        x=problem.x, state=state,
    )  # fmt: skip
    values = {operation["id"]: operation["value"] for operation in found["list"]}
    assert len(values) == len(found["list"])
    for name, value in found["step"].items():
        assert values[name] == value, name
    assert found["list"][-1]["id"] == "h"


@every_cell
def test_each_operation_does_what_it_says_to_what_was_made_before(kind, engine, rng):
    layer = random_layer(kind, rng)
    problem = random_problem(layer, 1, 1, rng)
    found = engine(
        TAKE_APART, kind=type(layer).__name__, config=config(layer), parameters=layer.parameters(),
        x=problem.x, state=problem.state._asdict(),
    )  # fmt: skip
    known, used = dict(parts_of(layer.cells[0][0])), set()
    given_ = {"x": problem.x.ravel()} | {f"{name}_prev": v.ravel() for name, v in problem.state._asdict().items()}
    names = set(layer.cells[0][0].blocks) | {"c", "h", "x"}
    for operation in found["list"]:
        value = np.array(operation["value"])
        if operation["op"] == "given":
            expected = given_.pop(operation["id"])
        else:
            expected = DONE_AGAIN[operation["op"]](*(known[name] for name in operation["inputs"]))
            used.update(operation["inputs"])
        assert_same(value, expected, operation["formula"])
        assert operation["part"] in names
        known[operation["id"]] = value
    assert given_ == {}
    assert known.keys() - used == {"h"}  # nothing is computed in vain, no parameter is left out


# -- random numbers ------------------------------------------------------------------------------------------------


def xoshiro128(seed):
    """The generator, from its authors' description, in integers without bounds."""
    low, state = 2**32 - 1, []
    for k in range(1, 5):
        z = (seed + k * 0x9E3779B9) & low
        for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
            z = ((z ^ (z >> shift)) * factor) & low
        state.append(z ^ (z >> 16))
    while True:
        a, b, c, d = state
        yield (rotate(b * 5 & low, 7) * 9) & low
        c, d = c ^ a, d ^ b
        state = [a ^ d, b ^ c, c ^ ((b << 9) & low), rotate(d, 11)]


def rotate(x, k):
    return ((x << k) | (x >> (32 - k))) & (2**32 - 1)


@given(st.integers(0, 2**32 - 1))
def test_random_bits_are_those_of_the_published_generator(engine, seed):
    ours = engine(
        "({ seed }) => { const r = new lt.Random(seed); return [1, 2, 3, 4, 5].map(() => r.bits()); }", seed=seed
    )
    theirs = xoshiro128(seed)
    assert ours == [next(theirs) for _ in range(5)]


def test_random_numbers_have_the_moments_they_should(engine):
    n = 20000
    uniform, normal, dice = engine(
        "({ n }) => { const r = new lt.Random(3), draw = (f) => Array.from({ length: n }, f);"
        "return [draw(() => r.uniform(-1, 3)), draw(() => r.normal()), draw(() => r.below(6))]; }",
        n=n,
    )
    assert -1 <= min(uniform) < -0.99 and 2.99 < max(uniform) < 3
    assert np.mean(uniform) == pytest.approx(1, abs=0.03) and np.var(uniform) == pytest.approx(16 / 12, rel=0.03)
    assert np.mean(normal) == pytest.approx(0, abs=0.03) and np.var(normal) == pytest.approx(1, rel=0.03)
    assert np.mean(np.power(normal, 4)) == pytest.approx(3, rel=0.1)
    counts = collections.Counter(dice)
    assert sorted(counts) == [0, 1, 2, 3, 4, 5] and max(counts.values()) - min(counts.values()) < 0.1 * n / 6
    with pytest.raises(JavaScriptError, match="expected a seed from 0 to"):
        engine("() => new lt.Random(-1)")


@every_cell
def test_fresh_layers_are_drawn_as_the_packages_are(kind, engine):
    layer = kind.layer(30, 40, num_layers=2, bidirectional=True, rng=0, **kind.options)
    ours = engine(
        "({ kind, config }) => lt.makeLayer(kind, config, { random: new lt.Random(5) }).parameters",
        kind=type(layer).__name__, config=config(layer),
    )  # fmt: skip
    assert list(ours) == list(layer.parameters())
    for name, theirs in layer.parameters().items():
        assert len(ours[name]) == theirs.size
        if name.startswith("weight"):
            bound = 1 / np.sqrt(40)
            assert np.abs(ours[name]).max() <= bound
            rel = 0.1 if theirs.size > 1000 else 0.35
            assert np.var(ours[name]) == pytest.approx(bound**2 / 3, rel=rel)
        else:
            assert_same(ours[name], theirs, name)


# -- tasks ---------------------------------------------------------------------------------------------------------


def test_adding_is_the_papers(engine):
    batch = engine("() => lt.adding(30, 200, new lt.Random(1))")
    lengths = np.array(batch["lengths"])
    x = np.reshape(batch["x"], (-1, 200, 2))
    targets, mask = np.reshape(batch["targets"], x.shape[:2]), np.reshape(batch["mask"], x.shape[:2])
    assert x.shape[0] == lengths.max() and set(lengths) == {30, 31, 32, 33}
    firsts = set()
    for n, T in enumerate(lengths):
        numbers, markers = x[:T, n].T
        assert not x[T:, n].any() and np.abs(numbers).max() <= 1
        assert markers[0] == markers[T - 1] == -1
        marks = np.flatnonzero(markers == 1)
        assert set(markers[1:-1]) <= {0, 1} and 1 <= len(marks) <= 2
        assert (marks.min() < 10 or len(marks) == 1) and marks.max() <= 13
        firsts.update(marks)
        assert_same(targets[:, n], np.full(len(x), 0.5 + numbers[marks].sum() / 4))
        assert np.flatnonzero(mask[:, n]).tolist() == [T - 1]
    assert firsts == set(range(1, 14))


def test_copy_is_the_papers(engine):
    batch = engine("() => lt.copy(7, 50, new lt.Random(1), { length: 4, symbols: 3 })")
    x, targets = np.reshape(batch["x"], (15, 50, 5)), np.reshape(batch["targets"], (15, 50))
    assert (x.sum(axis=2) == 1).all()
    codes = x.argmax(axis=2)
    assert set(codes[:4].ravel()) == {0, 1, 2} and (codes[4:10] == 3).all()
    assert (codes[10] == 4).all() and (codes[11:] == 3).all()
    np.testing.assert_array_equal(targets[-4:], codes[:4])
    assert (targets[:-4] == 3).all() and batch["mask"] is None


def test_embedded_reber_strings_follow_the_grammar_and_batch_as_the_packages(engine):
    strings, batch = engine(
        "() => { const r = new lt.Random(2), strings = Array.from({ length: 60 }, () => lt.embeddedReberString(r));"
        "return [strings, lt.reberBatch(strings)]; }"
    )
    seen = set()
    for string in strings:
        text = string["text"]
        assert (text[:1], text[1], text[2], text[-3:]) == ("B", text[-2], "B", f"E{text[1]}E")
        node = 0
        for t, symbol in enumerate(text[3:-3]):
            assert set(string["legal"][t + 2]) == set(GRAMMAR[node])
            seen.add((node, symbol))
            node = GRAMMAR[node][symbol]
        assert node == 5
        assert string["legal"][:2] == ["TP", "B"] and string["legal"][-3:] == ["E", text[1], "E"]
    assert len(seen) == 10  # every arrow of the grammar was taken
    theirs, legal = embedded_reber_batch([(string["text"], string["legal"]) for string in strings])
    for ours, wanted in (
        (batch["x"], theirs.x), (batch["targets"], theirs.targets), (batch["mask"], theirs.mask),
        (batch["lengths"], theirs.lengths), (batch["legal"], legal),
    ):  # fmt: skip
        np.testing.assert_array_equal(np.array(ours), wanted.ravel())
    assert engine("() => lt.REBER_SYMBOLS") == SYMBOLS


def test_a_model_learns_embedded_reber_strings_in_the_page(engine):
    losses_ = engine(
        """() => {
        const random = new lt.Random(0), rates = new lt.Adam(0.02);
        const layer = lt.makeLayer("LSTM", { input_size: 7, hidden_size: 12 }, { random });
        const model = lt.makeModel(layer, 7, "softmax_cross_entropy", { random });
        const one = () => lt.update(model, lt.embeddedReber(16, random), rates, { clip: 1 }).loss;
        return Array.from({ length: 150 }, one);
    }"""
    )
    assert losses_[0] > 1.8 and np.mean(losses_[-10:]) < 0.75
