"""The widgets' engine attends as PyTorch says, and translates as the package does."""

import numpy as np
import pytest
import torch
from javascript import JavaScriptError

import lstm_tutor as lt

T_OUT, T_IN, N, Q, K, A, V = 4, 6, 3, 5, 2, 7, 3

ATTEND = """({ kind, config, parameters, queries, keys, values, N, mask, lengths }) => {
    const attention = lt.makeAttention(kind, config, parameters);
    const prepared = lt.prepareKeys(attention, keys, { N, values: values ?? undefined, mask, lengths });
    const { scores, ...rest } = lt.attend(attention, queries, prepared);
    return { ...rest, scores: Array.from(scores, (e) => (e === -Infinity ? "-inf" : e)) };
}"""


def additive(s, h, *, weight_query, weight_key, weight_score):
    W_s, U_h = s @ weight_query.T, (h @ weight_key.T).swapaxes(0, 1)  # (T_out, N, A), (N, T_in, A)
    return torch.tanh(W_s[:, :, None] + U_h) @ weight_score


def general(s, h, *, weight):
    return torch.einsum("inq,qk,jnk->inj", s, weight, h)


def dot(s, h):
    return torch.einsum("ink,jnk->inj", s, h)


KINDS = {
    "additive": ("AdditiveAttention", {"query_size": Q, "key_size": K, "attention_size": A},
                 {"weight_query": (A, Q), "weight_key": (A, K), "weight_score": (A,)}, additive),
    "dot": ("DotAttention", {"query_size": K, "key_size": K}, {}, dot),
    "scaled dot": ("DotAttention", {"query_size": K, "key_size": K, "scaled": True}, {},
                   lambda s, h: dot(s, h) / K**0.5),
    "general": ("GeneralAttention", {"query_size": Q, "key_size": K}, {"weight": (Q, K)}, general),
}  # fmt: skip


@pytest.mark.parametrize("values", [False, True])
@pytest.mark.parametrize("mask", [None, "mask", "lengths"])
@pytest.mark.parametrize("name", KINDS)
def test_attention_is_what_pytorch_says(name, mask, values, engine, rng):
    kind, config, shapes, score = KINDS[name]
    queries = rng.standard_normal((T_OUT, N, config["query_size"]))
    keys = rng.standard_normal((T_IN, N, K))
    r = rng.standard_normal((T_IN, N, V)) if values else keys
    parameters = {key: rng.standard_normal(shape) for key, shape in shapes.items()}
    lengths = np.array([6, 1, 4])
    counts = np.arange(T_IN)[:, None] < lengths if mask == "lengths" else rng.random((T_IN, N)) < 0.7
    ours = engine(
        ATTEND, kind=kind, config=config, parameters=parameters, queries=queries, keys=keys, N=N,
        values=r if values else None, mask=counts if mask == "mask" else None,
        lengths=lengths if mask == "lengths" else None,
    )  # fmt: skip
    e = score(torch.tensor(queries), torch.tensor(keys), **{k: torch.tensor(v) for k, v in parameters.items()})
    if mask:
        e = e.masked_fill(~torch.tensor(counts.T), -torch.inf)
    alpha = torch.softmax(e, dim=2)
    output = torch.einsum("inj,jnv->inv", alpha, torch.tensor(r))
    scores = np.array([-np.inf if value == "-inf" else value for value in ours["scores"]])
    for found, theirs in ((scores, e), (ours["weights"], alpha), (ours["output"], output)):
        np.testing.assert_allclose(np.reshape(found, theirs.shape), theirs, rtol=1e-12, atol=1e-13)


def test_scaled_dot_attention_is_pytorchs_own_function(engine, rng):
    queries, keys = rng.standard_normal((T_OUT, N, K)), rng.standard_normal((T_IN, N, K))
    ours = engine(
        ATTEND, kind="DotAttention", config={"key_size": K, "scaled": True}, parameters={}, queries=queries, keys=keys,
        N=N, values=None, mask=None, lengths=None,
    )  # fmt: skip
    s, h = (torch.tensor(array).swapaxes(0, 1) for array in (queries, keys))
    theirs = torch.nn.functional.scaled_dot_product_attention(s, h, h).swapaxes(0, 1)
    np.testing.assert_allclose(np.reshape(ours["output"], theirs.shape), theirs, rtol=1e-12, atol=1e-13)


REFUSED = {
    "kind": ("() => lt.makeAttention('SoftAttention', {})", "expected one of AdditiveAttention, .*, got SoftAttention"),
    "parameters": (
        "() => lt.makeAttention('GeneralAttention', { query_size: 2, key_size: 3 }, { weight: [1] })",
        "expected 6 numbers of weight, got 1",
    ),
    "keys": ("({ dot }) => lt.prepareKeys(dot, new Float64Array(3))", r"expected keys of T \* 1 \* 2 numbers, got 3"),
    "queries": (
        "({ dot }) => lt.attend(dot, new Float64Array(3), lt.prepareKeys(dot, new Float64Array(4)))",
        r"expected queries of T \* 1 \* 2 numbers, got 3",
    ),
    "nothing counts": (
        "({ dot }) => lt.prepareKeys(dot, new Float64Array(8), { N: 2, mask: [1, 0, 1, 0] })",
        "expected a key that counts in sequence 1, got none",
    ),
    "code": ("() => lt.oneHot([0, 3], 3)", "expected a code from 0 to 2, got 3"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_wrong_is_refused_in_words(what, engine):
    function, message = REFUSED[what]
    with pytest.raises(JavaScriptError, match=message):
        engine(f"() => ({function})({{ dot: lt.makeAttention('DotAttention', {{ key_size: 2 }}) }})")


# -- encoder and decoder ---------------------------------------------------------------------------------------------

D, M, H, K_OUT = 4, 5, 3, 5  # a decoder that reads what it writes


def model_of(name, rng):
    """Every wiring: no attention, before and after; a bridge or none; depth; cells with and without a memory."""
    if name == "no attention":
        model = lt.Seq2Seq(lt.LSTM(D, H, num_layers=2, rng=rng), lt.LSTM(M, H, num_layers=2, rng=rng), K_OUT, rng=rng)
    elif name == "no attention, a bridge":
        model = lt.Seq2Seq(
            lt.GRU(D, 4, bidirectional=True, rng=rng), lt.LSTM(M, H, num_layers=2, rng=rng), K_OUT, rng=rng
        )
    elif name == "additive before":
        attention = lt.AdditiveAttention(H, 8, 6, rng=rng)
        encoder, decoder = lt.GRU(D, 4, bidirectional=True, rng=rng), lt.GRU(M + 8, H, num_layers=2, rng=rng)
        model = lt.Seq2Seq(encoder, decoder, K_OUT, attention=attention, attend="before", rng=rng)
    elif name == "general after":
        attention = lt.GeneralAttention(H, 8, rng=rng)
        encoder, decoder = lt.LSTM(D, 4, bidirectional=True, num_layers=2, rng=rng), lt.LSTM(M, H, rng=rng)
        model = lt.Seq2Seq(encoder, decoder, K_OUT, attention=attention, attend="after", rng=rng)
    else:
        attention = lt.DotAttention(scaled=True)
        model = lt.Seq2Seq(lt.LSTM(D, H, rng=rng), lt.LSTM(M, H, rng=rng), K_OUT, attention=attention, rng=rng)
    for array in model.parameters().values():
        array[...] = rng.uniform(-1.5, 1.5, array.shape)
    return model


WIRINGS = ("no attention", "no attention, a bridge", "additive before", "general after", "scaled dot after")


def described(model):
    """The parts of a model, as the engine takes them."""
    parts = {name: {"kind": type(part).__name__, "config": part.config()} for name, part in model.parts().items()
             if name in ("encoder", "decoder", "attention")}  # fmt: skip
    if "attention" in parts:
        parts["attention"]["config"]["key_size"] = model.encoder.hidden_size * model.encoder.num_directions
    return {"parts": model.config() | parts, "parameters": model.parameters()}


@pytest.mark.parametrize("name", WIRINGS)
def test_encoder_and_decoder_are_the_packages(name, engine, rng):
    model, lengths = model_of(name, rng), np.array([6, 2, 5])
    x, y_in = rng.standard_normal((6, 3, D)), rng.standard_normal((4, 3, M))
    ours = engine(
        """({ parts, parameters, x, y, lengths }) => {
            const model = lt.makeSeq2Seq(parts, parameters), source = lt.read(model, x, { N: 3, lengths });
            return { ...lt.write(model, y, source), start: source.start, names: Object.keys(model.parameters) };
        }""",
        **described(model), x=x, y=y_in, lengths=lengths,
    )  # fmt: skip
    theirs = model.forward(x, y_in, lengths)
    assert ours["names"] == list(model.parameters())
    pairs = [("output", theirs.output), ("context", theirs.context)]
    pairs += [("weights", theirs["weights"])] if model.attention else []
    for what, array in pairs:
        if array is None:
            assert ours[what] is None and ours["weights"] is None
        else:
            np.testing.assert_allclose(ours[what], array.ravel(), rtol=1e-10, atol=1e-12, err_msg=what)
    for field, array in theirs.source.start._asdict().items():
        np.testing.assert_allclose(ours["start"][field], array.ravel(), rtol=1e-10, atol=1e-12, err_msg=field)


@pytest.mark.parametrize("name", WIRINGS)
def test_greedy_writes_what_the_package_writes(name, engine, rng):
    written = set()
    for _ in range(4):
        model, lengths = model_of(name, rng), np.array([6, 2, 5, 6])
        x = 2 * rng.standard_normal((6, 4, D))
        ours = engine(
            """({ parts, parameters, x, lengths }) =>
                lt.greedy(lt.makeSeq2Seq(parts, parameters), x, { N: 4, lengths, start: 4, stop: 2, maxLength: 7 })""",
            **described(model), x=x, lengths=lengths,
        )  # fmt: skip
        theirs = model.greedy(x, 4, 2, 7, lengths)
        for one, two in zip(ours, theirs, strict=True):
            assert one["symbols"] == two.symbols.tolist() and one["finished"] == two.finished
            assert one["logProbability"] == pytest.approx(two.log_probability, rel=1e-10)
            if two.weights is None:
                assert one["weights"] == []
            else:
                np.testing.assert_allclose(one["weights"], two.weights, rtol=1e-10, atol=1e-12)
            written.add((two.finished, len(two.symbols) > 1))
    assert len(written) >= 2  # some of them stop, some do not, or some at once
    assert any(finished for finished, _ in written)


def test_decoder_of_two_directions_is_refused(engine, rng):
    parts = described(model_of("general after", rng))
    parts["parts"]["decoder"] = parts["parts"]["encoder"]
    encoder = {name: array for name, array in parts["parameters"].items() if name.startswith("encoder.")}
    parts["parameters"] |= {name.replace("encoder", "decoder"): array for name, array in encoder.items()}
    with pytest.raises(JavaScriptError, match="expected a decoder of one direction, got two"):
        engine("({ parts, parameters }) => lt.makeSeq2Seq(parts, parameters)", **parts)
