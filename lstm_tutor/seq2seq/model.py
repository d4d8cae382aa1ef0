"""The encoder-decoder: two recurrent layers, what hands the state over, attention, and the read-out."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lstm_tutor import losses
from lstm_tutor.activations import tanh, tanh_derivative
from lstm_tutor.attention import Attention
from lstm_tutor.checks import numbers, positive_int, real_array
from lstm_tutor.layers import RecurrentLayer, check_lengths, steps_that_count
from lstm_tutor.models import Embedding, Linear
from lstm_tutor.module import Module
from lstm_tutor.seq2seq.record import (
    Seq2SeqGradients,
    Seq2SeqTrace,
    Source,
    check_embeddings,
    check_parts,
    join_gradients,
    total,
)
from lstm_tutor.seq2seq.search import Decoding
from lstm_tutor.tasks import Batch
from lstm_tutor.trace import Gradients, Trace
from lstm_tutor.types import RNG, Array, ArrayLike

__all__ = ["Seq2Seq"]

ATTEND = ("before", "after")
QUERIES = ("h", "h and c")


class Seq2Seq(Decoding, Module):
    r"""An encoder reads a sequence, a decoder writes another, of any length, a symbol at a time.

    The encoder's states are h_1 ... h_T_in, of both directions joined if it has two. The decoder's states s_i are those
    of its last layer; at step i it reads y_i, the symbol that came before. The softmax of the logits says what it
    writes. Without attention the decoder knows of the input only by its first state (Sutskever, Vinyals & Le, 2014,
    section 2). With attention there are two wirings, and `attend` says when the decoder looks:

    **before** its step. The query is the state of the step before, and the context :math:`\mathrm{ctx}_i` is read by
    the cell beside the symbol (Bahdanau, Cho & Bengio, 2015, section 3.1, equations 4 to 6):

    .. math:: \mathrm{ctx}_i = \mathrm{attention}(s_{i-1}, h), \quad
        s_i = \mathrm{decoder}([y_i; \mathrm{ctx}_i], s_{i-1}), \quad \mathrm{logits}_i = W [\mathrm{ctx}_i; s_i] + b

    The paper reads out through a layer of maxout units instead (appendix A.2.2), from the state *before* the step.

    **after** its step. The query is the new state, and the cell never sees the context (Luong, Pham & Manning, 2015,
    section 3, equations 5 and 6; there without biases):

    .. math:: s_i = \mathrm{decoder}(y_i, s_{i-1}), \quad \mathrm{ctx}_i = \mathrm{attention}(s_i, h),
        \quad \tilde{s}_i = \tanh(W_c [\mathrm{ctx}_i; s_i] + b_c), \quad \mathrm{logits}_i = W \tilde{s}_i + b

    **Input feeding** (Luong, Pham & Manning, 2015, section 3.3) tells a decoder that looks after its step where it has
    looked: the cell reads the last attentional state beside the symbol, :math:`s_i = \mathrm{decoder}([y_i;
    \tilde{s}_{i-1}], s_{i-1})`, with :math:`\tilde{s}_0 = 0`.

    **The query** is h of the decoder's last layer, as in both papers' formulas. The state of an LSTM is h and c, and
    with ``query="h and c"`` both ask, side by side: :math:`\mathrm{attention}([h_i; c_i], h)`.

    **The decoder's first state** is the encoder's final state where that fits: layers of one kind, of equal hidden size
    and number, an encoder of one direction. Else a bridge makes all of it, h and c in each layer, from the final h of
    the encoder's last layer, all directions joined: :math:`s_0 = \tanh(W_b h + b_b)` (Bahdanau, Cho & Bengio, 2015,
    appendix A.2.2, from the reverse direction's h alone).

    Parameters
    ----------
    encoder : RecurrentLayer
    decoder : RecurrentLayer
        Another layer, of one direction; its `input_size` is that of a symbol, M, plus, if it attends before its step,
        that of the context, ``encoder.hidden_size * encoder.num_directions``.
    output_size : int
        K, the number of symbols to choose from.
    attention : Attention, optional
        Its keys are the encoder's output, its queries the decoder's states.
    attend : {"before", "after"}
        When the decoder looks; of no effect without attention.
    input_feeding : bool
        Only with an attention after the step; the decoder's `input_size` is then that of a symbol, M, plus its own H.
    query : {"h", "h and c"}
        What of the decoder's state asks; of no effect without attention. For h and c, of an LSTM or another layer with
        these two, the attention's `query_size` is 2 H.
    source_embedding, target_embedding : Embedding, optional
        With them x and y_in are tokens, ints (T, N), looked up there; the layers' symbols have the size of the vectors.
    rng : int seed or numpy.random.Generator
        The source of the weights of the bridge, of W_c and of the read-out.

    Raises
    ------
    ValueError
        If the parts do not fit together.

    Examples
    --------
    >>> from lstm_tutor import GRU, AdditiveAttention
    >>> attention = AdditiveAttention(5, 8, 6, rng=0)
    >>> model = Seq2Seq(GRU(3, 4, bidirectional=True, rng=0), GRU(2 + 8, 5, rng=1), 2, attention=attention,
    ...                 attend="before", rng=2)
    >>> trace = model.forward(np.ones((7, 1, 3)), np.ones((6, 1, 2)))
    >>> trace.output.shape, trace["weights"].shape, trace.decoder["z"].shape
    ((6, 1, 2), (6, 1, 7), (6, 1, 5))
    """

    def __init__(
        self, encoder: RecurrentLayer, decoder: RecurrentLayer, output_size: int, *,
        attention: Attention | None = None, attend: str = "after", input_feeding: bool = False, query: str = "h",
        source_embedding: Embedding | None = None, target_embedding: Embedding | None = None, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if attend not in ATTEND:
            raise ValueError(f"Seq2Seq: expected attend to be one of {ATTEND}, got {attend!r}")
        if query not in QUERIES:
            raise ValueError(f"Seq2Seq: expected query to be one of {QUERIES}, got {query!r}")
        if not isinstance(input_feeding, bool):
            raise ValueError(f"Seq2Seq: expected input_feeding to be True or False, got {input_feeding!r}")
        check_parts("Seq2Seq", encoder, decoder, attention, query)
        check_embeddings("Seq2Seq", encoder, source_embedding, target_embedding)
        if input_feeding and (attention is None or attend == "before"):
            raise ValueError("Seq2Seq: expected attention after the step where its result is fed to the next, "
                             f"got {'no attention' if attention is None else 'attention before the step'}")  # fmt: skip
        self.encoder, self.decoder = encoder, decoder
        self.attention: Any = attention  # or None; `before`, `pieces` and `keys` go with it
        self.output_size = positive_int("Seq2Seq", "output_size", output_size)
        self.attend, self.input_feeding, self.query, self.dtype = attend, input_feeding, query, encoder.dtype
        self.source_embedding, self.target_embedding = source_embedding, target_embedding
        V, H = encoder.hidden_size * encoder.num_directions, decoder.hidden_size
        self.before = attention is not None and attend == "before"
        self.stepwise = self.before or input_feeding or (attention is not None and query != "h")
        extra = V if self.before else H * input_feeding  # what the cell reads beside the symbol
        self.symbol_size = decoder.input_size - extra  # M
        if self.symbol_size < 1:
            what = "context's" if self.before else "attentional state's"
            raise ValueError(f"Seq2Seq: expected a decoder whose input_size is more than the {what} {extra}, "
                             f"got {decoder.input_size}")  # fmt: skip
        if target_embedding is not None and target_embedding.embedding_dim != self.symbol_size:
            raise ValueError(f"Seq2Seq: expected target_embedding with vectors of the decoder's symbol size "
                             f"{self.symbol_size}, got {target_embedding!r}")  # fmt: skip
        rng = np.random.default_rng(rng)
        self.bridge: Linear | None = None
        self.combine: Linear | None = None
        if not self._fits():
            if set(decoder.State._fields) - {"h", "c"}:
                raise ValueError(f"Seq2Seq: expected an encoder of one direction, and of the decoder's kind and sizes, "
                                 f"as no bridge makes the state ({', '.join(decoder.State._fields)}) of {decoder!r}, "
                                 f"got {encoder!r}")  # fmt: skip
            size = len(decoder.State._fields) * decoder.num_layers * H
            self.bridge = Linear(V, size, dtype=self.dtype, rng=rng)
        if attention is not None and not self.before:
            self.combine = Linear(V + H, H, dtype=self.dtype, rng=rng)
        self.readout = Linear(V + H if self.before else H, self.output_size, dtype=self.dtype, rng=rng)

    def _fits(self) -> bool:
        """Return whether the encoder's final state can be the decoder's first."""
        one, two = self.encoder, self.decoder
        return (type(one) is type(two) and one.State is two.State and not one.bidirectional
                and (one.num_layers, one.hidden_size) == (two.num_layers, two.hidden_size))  # fmt: skip

    # -- parameters ----------------------------------------------------------------------------------------------

    def parts(self) -> dict[str, Module]:
        """Return everything that has parameters, by the name that stands before theirs."""
        parts: dict[str, Module | None]
        parts = {"source_embedding": self.source_embedding, "target_embedding": self.target_embedding,
                 "encoder": self.encoder, "decoder": self.decoder, "attention": self.attention, "bridge": self.bridge,
                 "combine": self.combine, "readout": self.readout}  # fmt: skip
        return {name: part for name, part in parts.items() if part is not None}

    # -- forward -------------------------------------------------------------------------------------------------

    def _vectors(
        self, symbols: ArrayLike, size: int, what: str, embedding: Embedding | None, lengths: Array | None = None
    ) -> tuple[Array, Array | None]:
        """Return `symbols` as vectors, and if they were ints (T, N) for the embedding, these.

        Ints are looked up in the embedding, or become one-hot where there is none; past the lengths they are not read.
        """
        array = real_array("Seq2Seq", what, symbols)
        if array.ndim == 2 and array.dtype.kind in "iu":
            count = size if embedding is None else embedding.num_embeddings
            if lengths is not None:
                array = np.where(steps_that_count(lengths, len(array)), array, 0)
            if array.size and (array.min() < 0 or array.max() >= count):
                raise ValueError(f"Seq2Seq: expected symbols of {what} from 0 to {count - 1}, "
                                 f"got {array.min()} to {array.max()}")  # fmt: skip
            if embedding is None:
                return np.eye(size, dtype=self.dtype)[array], None
            return embedding.forward(array), array.copy()
        if array.ndim != 3 or array.shape[2] != size:
            raise ValueError(f"Seq2Seq: expected {what} of shape (T, N, {size}) or ints (T, N), got {array.shape}")
        return array, None

    @property
    def num_symbols(self) -> int:
        """The number of symbols that the decoder can read."""
        return self.symbol_size if self.target_embedding is None else self.target_embedding.num_embeddings

    def symbol_vectors(self, symbols: ArrayLike) -> Array:
        """Return what the decoder reads for symbols, ints (T, N): their one-hot or embedded vectors (T, N, M)."""
        return self._vectors(symbols, self.symbol_size, "y_in", self.target_embedding)[0]

    def read(self, x: ArrayLike, lengths: ArrayLike | None = None, state: Any = None, *, rng: RNG = None) -> Source:
        """Run the encoder, and make of its states all that the decoder needs.

        The arguments are those of :meth:`forward`.
        """
        shape = np.shape(real_array("Seq2Seq", "x", x))
        if len(shape) > 1 and 0 not in shape:  # else `_vectors` or the encoder says what is wrong
            lengths = check_lengths("Seq2Seq", lengths, shape[0], shape[1], limit="T_in")
        x, tokens = self._vectors(x, self.encoder.input_size, "x", self.source_embedding,
                                  None if lengths is None else np.asarray(lengths))  # fmt: skip
        encoder = self.encoder.forward(x, state, lengths, rng=rng)
        keys = None if self.attention is None else self.attention.prepare(encoder.output, lengths=encoder.lengths)
        start = encoder.final_state
        if self.bridge is not None:
            start = tanh(self.bridge.forward(self._last(encoder)))  # (N, fields * layers * H)
            start = start.reshape(len(start), len(self.decoder.State._fields), self.decoder.num_layers, -1)
            start = self.decoder.State(*start.transpose(1, 2, 0, 3))
        fed = np.zeros((1, len(start.h[0]), self.decoder.hidden_size), self.dtype) if self.input_feeding else None
        return Source(encoder, start, keys, fed, tokens)

    def _last(self, encoder: Trace) -> Array:
        """Return the final h of the encoder's last layer, all directions side by side: (N, V)."""
        return np.concatenate(encoder.final_state.h[-self.encoder.num_directions :], axis=1)

    def _asks(self, h: Array, c: Array | None) -> Array:
        """Return the query: h, or h and c side by side."""
        return h if c is None else np.concatenate([h, c], axis=2)

    @np.errstate(under="ignore")
    def write(self, y_in: Array, source: Source, *, rng: RNG = None) -> Seq2SeqTrace:
        """Run the decoder from ``source.start``, once for all steps or, if a step waits for the last, step by step.

        Parameters
        ----------
        y_in : array (T_out, N, M)
        source : Source
            What :meth:`read` returned.
        rng : int seed or numpy.random.Generator, optional
            If given, the decoder's dropout is applied (training).
        """
        state, both, fed = source.start, self.query != "h", source.fed
        pieces: list[tuple[Trace, Any]] = []
        contexts: list[Array] = []
        parts: list[Array] = []
        for y in np.split(y_in, len(y_in)) if self.stepwise else [y_in]:
            look: Any = None
            if self.before:
                asks = self._asks(state.h[-1:], state.c[-1:] if both else None)  # s_{i-1}
                look = self.attention.attend(asks, source.keys)
                y = np.concatenate([y, look.output], axis=2)
            if self.input_feeding:
                y = np.concatenate([y, fed], axis=2)
            step = self.decoder.forward(y, state, rng=rng)
            state = step.final_state
            if self.attention is not None and not self.before:
                asks = self._asks(step.output, state.c[-1:] if both else None)  # s_i
                look = self.attention.attend(asks, source.keys)
            features = step.output
            if look is not None:
                contexts.append(look.output)
                features = np.concatenate([look.output, step.output], axis=2)
            if self.combine is not None:
                features = fed = tanh(self.combine.forward(features))
            pieces.append((step, look))
            parts.append(features)
        context, features = np.concatenate(contexts) if contexts else None, np.concatenate(parts)
        return Seq2SeqTrace(source, pieces, context, features, self.readout.forward(features), owner=self.identity)

    def forward(
        self, x: ArrayLike, y_in: ArrayLike, lengths: ArrayLike | None = None, state: Any = None, *, rng: RNG = None
    ) -> Seq2SeqTrace:
        """Read `x`, and write with the right symbols given at each step (teacher forcing).

        Parameters
        ----------
        x : array (T_in, N, D), or ints (T_in, N) that stand for one-hot vectors
            What lies past a sequence's length is not read, and may be anything.
        y_in : array (T_out, N, M), or ints (T_out, N)
            What the decoder reads: the targets, one step late.
        lengths : N ints from 1 to T_in, optional
            Nothing past them is read or attended to.
        state : the encoder's State, optional
            The encoder's state before its first step; zeros by default.
        rng : int seed or numpy.random.Generator, optional
            If given, the layers' dropout is applied (training).

        Returns
        -------
        Seq2SeqTrace

        Raises
        ------
        ValueError
            If an input has the wrong shape, or is not finite.
        """
        y_in, tokens = self._vectors(y_in, self.symbol_size, "y_in", self.target_embedding)
        rng = None if rng is None else np.random.default_rng(rng)
        source = self.read(x, lengths, state, rng=rng)
        N = source.encoder.x.shape[1]
        if len(y_in) == 0 or y_in.shape[1] != N:
            raise ValueError(f"Seq2Seq: expected y_in of at least one step and {N} sequences, got {y_in.shape}")
        bad = int((~np.isfinite(y_in)).sum())
        if bad:
            raise ValueError(f"Seq2Seq: expected y_in to be finite, got {bad} NaN or inf")
        trace = self.write(y_in, source, rng=rng)
        trace.tokens = tokens
        return trace

    # -- backward ------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def backward(self, trace: Seq2SeqTrace, d_output: ArrayLike) -> Seq2SeqGradients:
        """Compute the gradients of a loss L of all that `forward` was given, from that of the logits.

        Parameters
        ----------
        trace : Seq2SeqTrace
            What `forward` returned; the parameters must not have changed since.
        d_output : array (T_out, N, K)
            dL/d(logits).

        Returns
        -------
        Seq2SeqGradients

        Raises
        ------
        ValueError
            If the trace is another model's, or the gradient has the wrong shape or is not finite.
        """
        if not self.made(trace):
            raise ValueError(f"Seq2Seq: expected a trace of this model, got another's or none: {trace!r:.80}")
        d = numbers("Seq2Seq", "d_output", d_output, self.dtype)
        if d.shape != trace.output.shape:
            raise ValueError(f"Seq2Seq: expected d_output of shape {trace.output.shape}, got {d.shape}")
        if not np.isfinite(d).all():
            raise ValueError("Seq2Seq: expected d_output to be finite, got NaN or inf")
        d_features, of_readout = self.readout.backward(trace.features, d)
        decoder, d_start, d_keys, of_write = self._write_backward(trace, d_features)
        encoder, of_read = self._read_backward(trace, d_keys, d_start)
        d_y_in = decoder.x[..., : self.symbol_size]
        of_parts = {"readout": of_readout} | of_write | of_read
        for name, tokens, slope in (("source_embedding", trace.source.tokens, encoder.x),
                                    ("target_embedding", trace.tokens, d_y_in)):  # fmt: skip
            embedding = getattr(self, name)
            if embedding is not None:  # which was not used if vectors were given
                of_parts[name] = ({"weight": np.zeros_like(embedding.weight)} if tokens is None
                                  else embedding.backward(tokens, slope))  # fmt: skip
        parameters = _named({name: of_parts[name] for name in self.parts()})
        return Seq2SeqGradients(encoder.x, d_y_in, encoder.initial_state, parameters, encoder, decoder)

    # Each of these also returns a dict of part -> gradients of its parameters.

    def _features_backward(
        self, trace: Seq2SeqTrace, now: slice, d: Array
    ) -> tuple[Array, Array, list[dict[str, Array]]]:
        """Go back from the gradient of what is read out to those of the contexts and the states s_i."""
        H, of_combine = self.decoder.hidden_size, []
        if self.combine is not None and trace.context is not None:  # there is either both or none
            joined = np.concatenate([trace.context[now], trace.decoder.output[now]], axis=2)
            d, gradients = self.combine.backward(joined, d * tanh_derivative(trace.features[now]))
            of_combine.append(gradients)
        return d[..., :-H], d[..., -H:].copy(), of_combine  # no context without attention: its size is 0

    def _write_backward(
        self, trace: Seq2SeqTrace, d_features: Array
    ) -> tuple[Gradients, Any, Array | None, dict[str, dict[str, Array]]]:
        """Go back through :meth:`write`, last step first, to the decoder's first state and the keys."""
        M, H, both = self.symbol_size, self.decoder.hidden_size, self.query != "h"
        steps, looks, of_combine, end = [], [], [], len(d_features)
        d_state: Any = None
        d_fed: Any = 0  # what the next step says of this one's attentional state
        for step, look in reversed(trace.pieces):
            now = slice(end - len(step.x), end)
            end = now.start
            d_look, ds, slopes = self._features_backward(trace, now, d_features[now] + d_fed)
            of_combine += slopes
            if look is not None and not self.before:
                looks.append(self.attention.attend_backward(look, d_look))
                ds += looks[-1][0][..., :H]
                if both:
                    if d_state is None:
                        d_state = step.final_state._make(map(np.zeros_like, step.final_state))
                    d_state.c[-1] += looks[-1][0][0, :, H:]
            steps.append(self.decoder.backward(step, ds, d_state))
            d_state = steps[-1].initial_state
            if self.before:
                looks.append(self.attention.attend_backward(look, d_look + steps[-1].x[..., M:]))
                d_state.h[-1] += looks[-1][0][0, :, :H]
                if both:
                    d_state.c[-1] += looks[-1][0][0, :, H:]
            if self.input_feeding:
                d_fed = steps[-1].x[..., M:]
        decoder = join_gradients(steps[::-1], self.decoder.State)
        gradients, d_keys = {"decoder": decoder.parameters}, None
        if of_combine:
            gradients["combine"] = total(of_combine)
        if self.attention is not None:
            _, dp, dr, d_score = zip(*looks, strict=True)
            d_keys, _, d_project = self.attention.prepare_backward(trace.source.keys, sum(dp), sum(dr))
            gradients["attention"] = self.attention.gather(total(d_score), d_project)
        return decoder, d_state, d_keys, gradients

    def _read_backward(
        self, trace: Seq2SeqTrace, d_keys: Array | None, d_start: Any
    ) -> tuple[Gradients, dict[str, dict[str, Array]]]:
        """Go back through :meth:`read`: the bridge, if there is one, and the encoder."""
        gradients, d_final = {}, d_start
        if self.bridge is not None:
            N, rows = trace.encoder.x.shape[1], self.encoder.num_directions
            da = np.stack(d_start) * tanh_derivative(np.stack(trace.source.start))  # (fields, layers, N, H)
            d_last, gradients["bridge"] = self.bridge.backward(
                self._last(trace.encoder), da.transpose(2, 0, 1, 3).reshape(N, -1)
            )
            d_final = self.encoder.State(*(np.zeros_like(value) for value in trace.encoder.final_state))
            d_final.h[-rows:] = np.stack(np.split(d_last, rows, axis=1))
        d_h = np.zeros_like(trace.encoder.output) if d_keys is None else d_keys
        encoder = self.encoder.backward(trace.encoder, d_h, d_final)
        return encoder, gradients | {"encoder": encoder.parameters}

    @np.errstate(under="ignore")
    def loss_and_gradients(
        self, batch: Batch, state: Any = None, *, rng: RNG = None
    ) -> tuple[float, dict[str, Array], Seq2SeqTrace]:
        """Compute the cross-entropy on a batch that has `y_in`, and its gradients.

        Parameters
        ----------
        batch : lstm_tutor.tasks.Batch
        state, rng
            As :meth:`forward` takes them.

        Returns
        -------
        loss : float
            Nats per counted symbol.
        gradients : dict of name -> array
            Named as the parameters.
        trace : Seq2SeqTrace
        """
        if batch.y_in is None:
            raise ValueError("Seq2Seq: expected a batch with y_in, what the decoder reads, got None")
        y_in = self._without_padding(batch.y_in, batch.mask)
        trace = self.forward(batch.x, y_in, batch.lengths, state, rng=rng)
        loss, d_output = losses.softmax_cross_entropy(trace.output, batch.targets, batch.mask)
        return loss, self.backward(trace, d_output).parameters, trace

    def _without_padding(self, y_in: ArrayLike, mask: ArrayLike | None) -> Array:
        """Return `y_in` with zeros after each sequence's last step that counts, where anything may stand."""
        y_in = np.asarray(y_in)
        if mask is None or np.shape(mask) != y_in.shape[:2]:
            return y_in
        read = np.logical_or.accumulate(np.asarray(mask)[::-1] != 0)[::-1]  # this step counts, or a later one does
        return np.where(read if y_in.ndim == 2 else read[..., None], y_in, 0)


def _named(parts: Mapping[str, Mapping[str, Array]]) -> dict[str, Array]:
    """Return dicts by name as one, their names joined by a dot."""
    return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
