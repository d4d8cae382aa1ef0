"""The encoder-decoder by its papers' equations: one sequence, one step, one key at a time; gradients are autograd's.

The recurrent steps are those of :mod:`equations`. Everything else is written here from the papers, and shares nothing
with the package.
"""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from lstm_tutor import attention, layers
from lstm_tutor.models import Embedding
from lstm_tutor.reference import equations
from lstm_tutor.reference.attention import score_of
from lstm_tutor.reference.equations import Steps
from lstm_tutor.reference.report import Report, compare
from lstm_tutor.reference.verify import _probe, _step_pairs, describe, kind_of, leaves, randomize
from lstm_tutor.seq2seq import Seq2Seq
from lstm_tutor.types import RNG, ArrayLike, DTypeLike

__all__ = ["verify_seq2seq", "verify_seq2seq_all"]


# -- one sequence ------------------------------------------------------------------------------------------------------


class _Sequence:
    """The papers' encoder-decoder on one sequence: tensors of what it does, step by step."""

    def __init__(self, model, p, x, y, state):
        self.model = model
        self.p = {part: {name.removeprefix(f"{part}."): tensor for name, tensor in p.items() if name.startswith(part)}
                  for part in ("encoder", "decoder", "attention", "bridge", "combine", "readout")}  # fmt: skip
        self.known: dict[str, dict] = {"encoder": {}, "decoder": {}}
        output, final, self.encoder = self.recurrent("encoder", x[:, None], state)
        self.h = [step[0] for step in output]
        self.decoder, self.scores, self.weights, self.logits = {}, [], [], []
        state = self.first_state(final)
        self.fed = torch.zeros(model.decoder.hidden_size, dtype=self.h[0].dtype)
        for symbol in y:
            state = self.step(symbol, state)

    def recurrent(self, part, x, state):
        layer = getattr(self.model, part)
        return equations.run(kind_of(layer).equations, self.p[part], x, state, [len(x)], num_layers=layer.num_layers,
                             bidirectional=layer.bidirectional, known=self.known[part])  # fmt: skip

    def first_state(self, final):
        if not self.p["bridge"]:
            return final
        encoder, decoder = self.model.encoder, self.model.decoder
        last = torch.cat([final["h"][-1, 0]] if not encoder.bidirectional else [final["h"][-2, 0], final["h"][-1, 0]])
        s_0 = torch.tanh(torch.mv(self.p["bridge"]["weight"], last) + self.p["bridge"]["bias"])
        fields, L, H = decoder.State._fields, decoder.num_layers, decoder.hidden_size
        return {name: torch.stack([s_0[(f * L + k) * H :][:H] for k in range(L)])[:, None]
                for f, name in enumerate(fields)}  # fmt: skip

    def context(self, s):
        """Bahdanau, Cho & Bengio (2015), equations 5 and 6."""
        e = [score_of(self.model.attention)(self.p["attention"], s, h) for h in self.h]
        total = sum(torch.exp(value) for value in e)
        alpha = [torch.exp(value) / total for value in e]
        self.scores.append(torch.stack(e))
        self.weights.append(torch.stack(alpha))
        return sum(a * h for a, h in zip(alpha, self.h, strict=True))

    def query(self, state):
        asks = ["h"] if self.model.query == "h" else ["h", "c"]
        return torch.cat([state[name][-1, 0] for name in asks])

    def step(self, symbol, state):
        before = self.model.attention is not None and self.model.attend == "before"
        if before:  # Bahdanau: the state before the step asks, and the cell reads the answer
            context = self.context(self.query(state))
            symbol = torch.cat([symbol, context])
        if self.model.input_feeding:  # Luong: the cell reads the last attentional state
            symbol = torch.cat([symbol, self.fed])
        output, state, record = self.recurrent("decoder", symbol[None, None], state)
        for key, steps in record.items():
            ((_, (vector,)),) = steps.groups
            self.decoder.setdefault(key, []).append(vector)
        s = output[0, 0]
        if before:
            s = torch.cat([context, s])
        elif self.model.attention is not None:  # Luong: the new state asks
            joined = torch.cat([self.context(self.query(state)), s])
            self.fed = s = torch.tanh(torch.mv(self.p["combine"]["weight"], joined) + self.p["combine"]["bias"])
        self.logits.append(torch.mv(self.p["readout"]["weight"], s) + self.p["readout"]["bias"])
        return state


def _random_input(embedding, shape, rng):
    """Random vectors, or tokens for an embedding."""
    return rng.standard_normal(shape) if embedding is None else rng.integers(0, embedding.num_embeddings, shape[:2])


def _rows(vectors, T_in, fill):
    """Lists over sequences of lists over output steps of vectors over keys as (T_out, N, T_in)."""
    out = torch.full((len(vectors[0]), len(vectors), T_in), fill, dtype=vectors[0][0].dtype)
    for n, steps in enumerate(vectors):
        out[:, n, : len(steps[0])] = torch.stack(steps)
    return out


def verify_seq2seq(
    model: Seq2Seq, x: ArrayLike | None = None, y_in: ArrayLike | None = None, *, lengths: ArrayLike | None = None,
    rng: RNG = 0,
) -> Report:  # fmt: skip
    """Compare an encoder-decoder with its papers' equations: logits, attention, every gate, every gradient.

    The encoder's first state and the gradients that arrive at the logits are random.

    Parameters
    ----------
    model : Seq2Seq
    x, y_in : arrays (T_in, N, D) and (T_out, N, M), or ints (T, N) for an embedding, optional
        Random, of 6 and 4 steps and 3 sequences, by default.
    lengths : N ints, optional
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If it is no Seq2Seq, or x, y_in or lengths do not fit it.
    """
    if not isinstance(model, Seq2Seq):
        raise ValueError(f"verify_seq2seq: expected a Seq2Seq, got {model!r:.80}")
    rng = np.random.default_rng(rng)
    x = _random_input(model.source_embedding, (6, 3, model.encoder.input_size), rng) if x is None else x
    if y_in is None:
        y_in = _random_input(model.target_embedding, (4, np.shape(x)[1], model.symbol_size), rng)
    given = x, y_in
    trace = model.forward(x, y_in, lengths)  # checks what came in before it is used
    x, y_in = (
        trace.encoder.x,
        trace.decoder.x[..., : model.symbol_size],
    )  # zero past the lengths; no symbols, but vectors
    T, N = x.shape[:2]
    state, _, _, sizes = _probe(model.encoder, x, lengths, rng)
    d_output = rng.standard_normal((len(y_in), N, model.output_size)).astype(model.dtype)
    trace = model.forward(*given, lengths, state)
    grads = model.backward(trace, d_output)

    p, leaf, first = leaves(model.parameters()), leaves({"x": x, "y_in": y_in}), leaves(state._asdict())
    for name, part, tokens in (("x", "source", trace.source.tokens), ("y_in", "target", trace.tokens)):
        if tokens is not None:
            leaf[name] = p[f"{part}_embedding.weight"][torch.tensor(tokens)]
            leaf[name].retain_grad()
    theirs = [
        _Sequence(model, p, leaf["x"][: sizes[n], n], leaf["y_in"][:, n],
                  {name: value[:, n : n + 1] for name, value in first.items()})
        for n in range(N)
    ]  # fmt: skip
    output = torch.stack([torch.stack(each.logits) for each in theirs], 1)
    (output * torch.tensor(d_output)).sum().backward()

    def pairs():
        yield "output", trace.output, output
        if model.attention is not None:
            yield "weights", trace["weights"], _rows([each.weights for each in theirs], T, 0.0)
            finite = np.where(np.isfinite(trace["scores"]), trace["scores"], 0)
            yield "scores", finite, _rows([each.scores for each in theirs], T, 0.0)
        yield "d x", grads.x, leaf["x"].grad
        yield "d y_in", grads.y_in, leaf["y_in"].grad
        for name, value in grads.initial_state._asdict().items():
            yield f"d initial_state.{name}", value, first[name].grad
        for name, value in grads.parameters.items():
            yield f"d {name}", value, p[name].grad
        records = {
            "encoder": {
                key: Steps(T, [([n], each.encoder[key].groups[0][1]) for n, each in enumerate(theirs)])
                for key in theirs[0].encoder
            },
            "decoder": {
                key: Steps(len(y_in), [([n], each.decoder[key]) for n, each in enumerate(theirs)])
                for key in theirs[0].decoder
            },
        }
        for part, record in records.items():
            layer, own, slopes = getattr(model, part), getattr(trace, part), getattr(grads, part)
            for quantity, ours, other in _step_pairs(layer, own, slopes, record):
                yield f"d {part} {quantity[2:]}" if quantity.startswith("d ") else f"{part} {quantity}", ours, other

    size = f"T_in={T} T_out={len(y_in)} N={N}" + ("" if lengths is None else ", lengths")
    return Report(compare(_case(model), size, model.dtype.name, "equations", pairs()))


def _case(model):
    what = (
        "no attention"
        if model.attention is None
        else f"{score_of(model.attention).__name__} attention {model.attend} the step"
    )
    for has, word in (
        (model.input_feeding, "input feeding"),
        (model.query != "h", f"query {model.query}"),
        (model.source_embedding is not None or model.target_embedding is not None, "embeddings"),
        (model.bridge is not None, "bridge"),
    ):
        what += f", {word}" if has else ""
    return f"Seq2Seq, {what}; {describe(model.encoder)}; decoder {kind_of(model.decoder).name}"


ATTENTIONS: dict[str, Callable[..., Any]] = {
    "none": lambda Q, K, **options: None,
    "additive": lambda Q, K, **options: attention.AdditiveAttention(Q, K, 5, **options),
    "dot": lambda Q, K, **options: attention.DotAttention(**options),
    "scaled dot": lambda Q, K, **options: attention.DotAttention(scaled=True, **options),
    "general": attention.GeneralAttention,
}


def random_seq2seq(
    kind: str, attend: str, encoder_type: type = layers.GRU, decoder_type: type = layers.GRU, *, rng: RNG,
    dtype: DTypeLike = "float64", num_layers: int = 1, bidirectional: bool = True, decoder_layers: int = 1,
    input_feeding: bool = False, query: str = "h", embedded: bool = False, **decoder_options: Any,
) -> Seq2Seq:  # fmt: skip
    """Return an encoder-decoder with `kind` of ATTENTIONS whose every parameter is random and none is zero."""
    rng = np.random.default_rng(rng)
    encoder = encoder_type(3, 4, num_layers=num_layers, bidirectional=bidirectional, dtype=dtype, rng=rng)
    V = 4 * (1 + bidirectional)
    asks = 1 if query == "h" else 2
    H = V // asks if "dot" in kind else 4 if not bidirectional else 5  # 4: the state may fit, and need no bridge
    inputs = 2 + (V if kind != "none" and attend == "before" else H * input_feeding)
    decoder = decoder_type(inputs, H, num_layers=decoder_layers, dtype=dtype, rng=rng, **decoder_options)
    looks = ATTENTIONS[kind](asks * H, V, dtype=dtype)
    vectors = {f"{name}_embedding": Embedding(6, size, dtype=dtype) for name, size in (("source", 3), ("target", 2))}
    model = Seq2Seq(encoder, decoder, 3, attention=looks, attend=attend, input_feeding=input_feeding, query=query,
                    rng=rng, **(vectors if embedded else {}))  # fmt: skip
    randomize(model, rng)
    return model


def verify_seq2seq_all(*, progress: bool = False) -> Report:
    """Verify every attention, looking before and after the step, with and without bridge and lengths, in both dtypes.

    Then, with embeddings, what an attention after the step may feed to the next, and queries of h and c.

    Returns
    -------
    Report
    """
    looks = [("none", "after"), *itertools.product(list(ATTENTIONS)[1:], ("before", "after"))]
    cells = [  # encoder, decoder, layers of each, the encoder's directions
        (layers.GRU, layers.GRU, 1, 1, True), (layers.LSTM, layers.LSTM, 1, 1, False),
        (layers.LSTM, layers.LSTM, 2, 2, False), (layers.RNN, layers.LSTM, 1, 2, False),
        (layers.PeepholeLSTM, layers.RNN, 2, 1, True),
    ]  # fmt: skip
    grid = list(itertools.product(looks, cells, (None, [6, 2, 4]), ("float64", "float32")))
    rows = []
    for number, ((kind, attend), (reads, writes, deep, tall, both), lengths, dtype) in enumerate(
        tqdm(grid, desc="verify", unit="model", disable=not progress)
    ):
        rng = np.random.default_rng(number)
        model = random_seq2seq(kind, attend, reads, writes, rng=rng, dtype=dtype, num_layers=deep,
                               bidirectional=both, decoder_layers=tall)  # fmt: skip
        rows += verify_seq2seq(model, lengths=lengths, rng=rng).rows
    wirings = [("after", True, "h"), ("after", True, "h and c"), ("after", False, "h and c"),
               ("before", False, "h and c")]  # fmt: skip
    more = list(itertools.product(list(ATTENTIONS)[1:], wirings, ("float64", "float32")))
    for number, (kind, (attend, fed, query), dtype) in enumerate(more):
        model = random_seq2seq(kind, attend, layers.LSTM, layers.LSTM, rng=number, dtype=dtype, input_feeding=fed,
                               query=query, embedded=True, decoder_layers=1 + number // 8 % 2)  # fmt: skip
        rows += verify_seq2seq(model, lengths=[6, 2, 4], rng=number).rows
    return Report(rows)
