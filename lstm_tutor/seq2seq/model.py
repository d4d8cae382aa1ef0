"""The encoder-decoder: two recurrent layers, what hands the state over, attention, and the read-out."""

import numpy as np

from lstm_tutor import losses
from lstm_tutor.activations import tanh, tanh_derivative
from lstm_tutor.models import Linear
from lstm_tutor.module import Module
from lstm_tutor.seq2seq.record import Seq2SeqGradients, Seq2SeqTrace, Source, check_parts, join_gradients, total
from lstm_tutor.seq2seq.search import Decoding

__all__ = ["Seq2Seq"]

ATTEND = ("before", "after")


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

    **The decoder's first state** is the encoder's final state where that fits: layers of one kind, of equal hidden size
    and number, an encoder of one direction. Else a bridge makes all of it, h and c in each layer, from the final h of
    the encoder's last layer, all directions joined: :math:`s_0 = \tanh(W_b h + b_b)` (Bahdanau, Cho & Bengio, 2015,
    appendix A.2.2, from the reverse direction's h alone).

    Parameters
    ----------
    encoder : a recurrent layer
    decoder : a recurrent layer of one direction; its `input_size` is that of a symbol, M, plus, if it attends before
        its step, that of the context, ``encoder.hidden_size * encoder.num_directions``
    output_size : int, K, the number of symbols to choose from
    attention : None, or an attention whose keys are the encoder's output and whose queries are the decoder's states
    attend : "before" or "after"; of no effect without attention
    rng : int seed or numpy.random.Generator for the weights of the bridge, of W_c and of the read-out

    Raises
    ------
    ValueError : the parts do not fit together

    >>> from lstm_tutor import GRU, AdditiveAttention
    >>> attention = AdditiveAttention(5, 8, 6, rng=0)
    >>> model = Seq2Seq(GRU(3, 4, bidirectional=True, rng=0), GRU(2 + 8, 5, rng=1), 2, attention=attention,
    ...                 attend="before", rng=2)
    >>> trace = model.forward(np.ones((7, 1, 3)), np.ones((6, 1, 2)))
    >>> trace.output.shape, trace["weights"].shape, trace.decoder["z"].shape
    ((6, 1, 2), (6, 1, 7), (6, 1, 5))
    """

    def __init__(self, encoder, decoder, output_size, *, attention=None, attend="after", rng=None):
        super().__init__()
        check_parts("Seq2Seq", encoder, decoder, attention)
        if not isinstance(output_size, int | np.integer) or output_size < 1:
            raise ValueError(f"Seq2Seq: expected output_size to be a positive int, got {output_size!r}")
        if attend not in ATTEND:
            raise ValueError(f"Seq2Seq: expected attend to be one of {ATTEND}, got {attend!r}")
        self.encoder, self.decoder, self.attention = encoder, decoder, attention
        self.output_size, self.attend, self.dtype = int(output_size), attend, encoder.dtype
        V, H = encoder.hidden_size * encoder.num_directions, decoder.hidden_size
        self.before = attention is not None and attend == "before"
        self.symbol_size = decoder.input_size - V if self.before else decoder.input_size  # M
        if self.symbol_size < 1:
            raise ValueError(f"Seq2Seq: expected a decoder whose input_size is more than the context's {V}, "
                             f"got {decoder.input_size}")  # fmt: skip
        rng = np.random.default_rng(rng)
        self.bridge = self.combine = None
        if not self._fits():
            if set(decoder.State._fields) - {"h", "c"}:
                raise ValueError(f"Seq2Seq: expected an encoder of one direction, and of the decoder's kind and sizes, "
                                 f"as no bridge makes the state ({', '.join(decoder.State._fields)}) of {decoder!r}, "
                                 f"got {encoder!r}")  # fmt: skip
            size = len(decoder.State._fields) * decoder.num_layers * H
            self.bridge = Linear(V, size, dtype=self.dtype, rng=rng)
        if attention is not None and not self.before:
            self.combine = Linear(V + H, H, dtype=self.dtype, rng=rng)
        self.readout = Linear(V + H if self.before else H, output_size, dtype=self.dtype, rng=rng)

    def _fits(self):
        """Whether the encoder's final state can be the decoder's first."""
        one, two = self.encoder, self.decoder
        return (type(one) is type(two) and one.State is two.State and not one.bidirectional
                and (one.num_layers, one.hidden_size) == (two.num_layers, two.hidden_size))  # fmt: skip

    # -- parameters ----------------------------------------------------------------------------------------------

    def parts(self):
        """Everything that has parameters, by the name that stands before theirs."""
        parts = {"encoder": self.encoder, "decoder": self.decoder, "attention": self.attention, "bridge": self.bridge,
                 "combine": self.combine, "readout": self.readout}  # fmt: skip
        return {name: part for name, part in parts.items() if part is not None}

    # -- forward -------------------------------------------------------------------------------------------------

    def _vectors(self, symbols, size, what):
        """`symbols` as vectors: ints (T, N) become one-hot."""
        array = np.asarray(symbols)
        if array.ndim == 2 and array.dtype.kind in "iu":
            if array.size and (array.min() < 0 or array.max() >= size):
                raise ValueError(f"Seq2Seq: expected symbols of {what} from 0 to {size - 1}, "
                                 f"got {array.min()} to {array.max()}")  # fmt: skip
            return np.eye(size, dtype=self.dtype)[array]
        if array.ndim != 3 or array.shape[2] != size:
            raise ValueError(f"Seq2Seq: expected {what} of shape (T, N, {size}) or ints (T, N), got {array.shape}")
        return array

    def read(self, x, lengths=None, state=None, *, rng=None):
        """Run the encoder, and make of its states all that the decoder needs; arguments as `forward`'s."""
        encoder = self.encoder.forward(self._vectors(x, self.encoder.input_size, "x"), state, lengths, rng=rng)
        keys = None if self.attention is None else self.attention.prepare(encoder.output, lengths=encoder.lengths)
        start = encoder.final_state
        if self.bridge is not None:
            start = tanh(self.bridge.forward(self._last(encoder)))  # (N, fields * layers * H)
            start = start.reshape(len(start), len(self.decoder.State._fields), self.decoder.num_layers, -1)
            start = self.decoder.State(*start.transpose(1, 2, 0, 3))
        return Source(encoder, start, keys)

    def _last(self, encoder):
        """The final h of the encoder's last layer, all directions side by side: (N, V)."""
        return np.concatenate(encoder.final_state.h[-self.encoder.num_directions :], axis=1)

    @np.errstate(under="ignore")
    def write(self, y_in, source, *, rng=None):
        """Run the decoder from ``source.start``, once for all steps or, if each waits for its context, step by step.

        Parameters
        ----------
        y_in : array (T_out, N, M)
        source : what :meth:`read` returned

        Returns
        -------
        Seq2SeqTrace
        """
        state, pieces, contexts = source.start, [], []
        for y in np.split(y_in, len(y_in)) if self.before else [y_in]:
            seen = None
            if self.before:
                seen = self.attention.attend(state.h[-1:], source.keys)  # s_{i-1} asks
                y = np.concatenate([y, seen.output], axis=2)
            step = self.decoder.forward(y, state, rng=rng)
            if self.attention is not None and not self.before:
                seen = self.attention.attend(step.output, source.keys)  # s_i asks
            state = step.final_state
            pieces.append((step, seen))
            contexts.append(None if seen is None else seen.output)
        s = np.concatenate([step.output for step, _ in pieces])
        context = None if self.attention is None else np.concatenate(contexts)
        features = s if context is None else np.concatenate([context, s], axis=2)
        if self.combine is not None:
            features = tanh(self.combine.forward(features))
        return Seq2SeqTrace(source, pieces, context, features, self.readout.forward(features), owner=self.identity)

    def forward(self, x, y_in, lengths=None, state=None, *, rng=None):
        """Read `x`, and write with the right symbols given at each step (teacher forcing).

        Parameters
        ----------
        x : array (T_in, N, D), or ints (T_in, N) that stand for one-hot vectors
        y_in : array (T_out, N, M), or ints (T_out, N); what the decoder reads: the targets, one step late
        lengths : N ints from 1 to T_in; nothing past them is read or attended to
        state : the encoder's state before its first step; zeros if None
        rng : int seed or numpy.random.Generator; if given, the layers' dropout is applied (training)

        Returns
        -------
        Seq2SeqTrace

        Raises
        ------
        ValueError : an input has the wrong shape, or is not finite
        """
        y_in = self._vectors(y_in, self.symbol_size, "y_in")
        rng = None if rng is None else np.random.default_rng(rng)
        source = self.read(x, lengths, state, rng=rng)
        N = source.encoder.x.shape[1]
        if len(y_in) == 0 or y_in.shape[1] != N:
            raise ValueError(f"Seq2Seq: expected y_in of at least one step and {N} sequences, got {y_in.shape}")
        return self.write(y_in, source, rng=rng)

    # -- backward ------------------------------------------------------------------------------------------------

    @np.errstate(under="ignore")
    def backward(self, trace, d_output):
        """From the gradient of a loss L with respect to the logits to those of all that `forward` was given.

        Parameters
        ----------
        trace : what `forward` returned; the parameters must not have changed since
        d_output : array (T_out, N, K), dL/d(logits)

        Returns
        -------
        Seq2SeqGradients

        Raises
        ------
        ValueError : the gradient has the wrong shape, or is not finite
        """
        if not self.made(trace):
            raise ValueError(f"Seq2Seq: expected a trace of this model, got another's or none: {trace!r:.80}")
        d_output = np.asarray(d_output, self.dtype)
        if d_output.shape != trace.output.shape:
            raise ValueError(f"Seq2Seq: expected d_output of shape {trace.output.shape}, got {d_output.shape}")
        if not np.isfinite(d_output).all():
            raise ValueError("Seq2Seq: expected d_output to be finite, got NaN or inf")
        slopes = {}
        d, slopes["readout"] = self.readout.backward(trace.features, d_output)
        if self.combine is not None:
            joined = np.concatenate([trace.context, trace.decoder.output], axis=2)
            d, slopes["combine"] = self.combine.backward(joined, d * tanh_derivative(trace.features))
        V = d.shape[2] - self.decoder.hidden_size  # 0 without attention
        d_context, ds = d[..., :V], d[..., V:].copy()

        M, steps, asked, d_state, end = self.symbol_size, [], [], None, len(d)
        for step, seen in reversed(trace.pieces):
            now = slice(end - len(step.x), end)
            end = now.start
            d_seen = d_context[now]
            if seen is not None and not self.before:
                asked.append(self.attention.attend_backward(seen, d_seen))
                ds[now] += asked[-1][0]
            steps.append(self.decoder.backward(step, ds[now], d_state))
            d_state = steps[-1].initial_state
            if self.before:
                asked.append(self.attention.attend_backward(seen, d_seen + steps[-1].x[..., M:]))
                d_state.h[-1] += asked[-1][0][0]
        decoder = join_gradients(steps[::-1], self.decoder.State)
        slopes["decoder"] = decoder.parameters

        source, encoder_trace = trace.source, trace.encoder
        d_h = np.zeros_like(encoder_trace.output)
        if self.attention is not None:
            _, dp, dr, d_score = zip(*asked, strict=True)
            d_h, _, d_project = self.attention.prepare_backward(source.keys, sum(dp), sum(dr))
            slopes["attention"] = self.attention.gather(total(d_score), d_project)
        d_final = d_state
        if self.bridge is not None:
            N, rows = d_h.shape[1], self.encoder.num_directions
            da = np.stack(d_state) * tanh_derivative(np.stack(source.start))  # (fields, layers, N, H)
            d_last, slopes["bridge"] = self.bridge.backward(
                self._last(encoder_trace), da.transpose(2, 0, 1, 3).reshape(N, -1)
            )
            d_final = self.encoder.State(*(np.zeros_like(value) for value in encoder_trace.final_state))
            d_final.h[-rows:] = np.stack(np.split(d_last, rows, axis=1))
        encoder = self.encoder.backward(encoder_trace, d_h, d_final)
        slopes["encoder"] = encoder.parameters
        parameters = _named({name: slopes[name] for name in self.parts()})
        return Seq2SeqGradients(encoder.x, decoder.x[..., :M], encoder.initial_state, parameters, encoder, decoder)

    @np.errstate(under="ignore")
    def loss_and_gradients(self, batch, state=None, *, rng=None):
        """The cross-entropy on a :class:`lstm_tutor.tasks.Batch` that has `y_in`, and its gradients.

        Returns
        -------
        loss : float, nats per counted symbol
        gradients : dict of name -> array, named as the parameters
        trace : Seq2SeqTrace
        """
        if batch.y_in is None:
            raise ValueError("Seq2Seq: expected a batch with y_in, what the decoder reads, got None")
        y_in = self._without_padding(batch.y_in, batch.mask)
        trace = self.forward(batch.x, y_in, batch.lengths, state, rng=rng)
        loss, d_output = losses.softmax_cross_entropy(trace.output, batch.targets, batch.mask)
        return loss, self.backward(trace, d_output).parameters, trace

    def _without_padding(self, y_in, mask):
        """`y_in` with zeros after each sequence's last step that counts, where anything may stand."""
        y_in = np.asarray(y_in)
        if mask is None or np.shape(mask) != y_in.shape[:2]:
            return y_in
        read = np.logical_or.accumulate(np.asarray(mask)[::-1] != 0)[::-1]  # this step counts, or a later one does
        return np.where(read if y_in.ndim == 2 else read[..., None], y_in, 0)


def _named(parts):
    """Dicts by name as one, their names joined by a dot."""
    return {f"{part}.{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
