"""What an encoder-decoder did in a forward pass, and the gradients of the pass back."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.attention import Attention
from lstm_tutor.layers import RecurrentLayer
from lstm_tutor.models import Embedding
from lstm_tutor.module import Identity
from lstm_tutor.trace import ByName, CellGradients, CellTrace, Gradients, Trace
from lstm_tutor.types import Array

__all__ = ["Seq2SeqGradients", "Seq2SeqTrace", "Source"]


class Source(NamedTuple):
    """What the decoder knows of what was read."""

    encoder: Trace
    start: Any  # the decoder's state before its first step
    keys: Any  # Keys; None without attention
    fed: Array | None = None  # (1, N, H), the attentional state that the next step reads; None without input feeding
    tokens: Array | None = None  # ints (T_in, N) that an embedding looked up

    def __repr__(self) -> str:
        return f"Source(encoder={self.encoder!r}, start={type(self.start).__name__}, keys={self.keys!r})"


class Seq2SeqTrace(ByName):
    """What one forward pass of a :class:`Seq2Seq` did.

    Indexing by name returns a read-only array (T_out, N, T_in): ``trace["weights"]``, how much output step i attends
    to input step j, zero past a sequence's length; ``trace["scores"]``, what the weights are the softmax of. Without
    attention there is neither. ``"weights" in trace`` and ``for name in trace`` are about these names.

    Attributes
    ----------
    output : array (T_out, N, K)
        The logits.
    encoder, decoder : Trace
        With every gate and state.
    context : array (T_out, N, V), or None without attention
        What attention took from the encoder's states.
    features : array (T_out, N, F)
        What the read-out reads.
    source : Source
        What the decoder knew of the input.
    pieces : list of pairs of a Trace and an AttentionTrace (or None)
        Consecutive parts of the decoder's pass: one per step where a step waits for its context, else a single one.
    owner : Identity
        That of the model that made it, the only one that can go back through it.
    final_state : None
        Nothing is carried from one batch to the next.
    """

    what = "trace"
    final_state = None

    def __init__(
        self, source: Source, pieces: list[tuple[Trace, Any]], context: Array | None,
        features: Array, output: Array, *, owner: Identity | None = None,
    ) -> None:  # fmt: skip
        self.source, self.pieces, self.encoder, self.owner = source, pieces, source.encoder, owner
        self.decoder = join([step for step, _ in pieces])
        self.tokens: Array | None = None  # ints (T_out, N) of y_in that an embedding looked up
        self.context, self.features, self.output = context, features, output
        looks = [look for _, look in pieces if look is not None]
        names = looks[0].names if looks else ()
        self._record = {name: np.concatenate([look[name] for look in looks]) for name in names}
        for array in (context, features, output, *self._record.values()):
            if array is not None:
                array.flags.writeable = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of what was recorded of attention."""
        return tuple(self._record)

    def _values(self, name: str) -> Array:
        return self._record[name]

    def __repr__(self) -> str:
        T_out, N, K = self.output.shape
        return f"Seq2SeqTrace(T_in={len(self.encoder.x)}, T_out={T_out}, N={N}, K={K}, names={list(self.names)})"


class Seq2SeqGradients(NamedTuple):
    """What ``Seq2Seq.backward`` returns: the gradients of a loss L.

    ``x`` (T_in, N, D), ``y_in`` (T_out, N, M), ``initial_state`` as the encoder's, ``parameters`` by name;
    ``encoder`` and ``decoder`` are the layers' own Gradients, with dL/d(state) at every step.
    """

    x: Array
    y_in: Array
    initial_state: Any
    parameters: dict[str, Array]
    encoder: Gradients
    decoder: Gradients

    def __repr__(self) -> str:
        (T_in, N, D), (T_out, _, M) = self.x.shape, self.y_in.shape
        return f"Seq2SeqGradients(T_in={T_in}, T_out={T_out}, N={N}, D={D}, M={M}, parameters={list(self.parameters)})"


def check_embeddings(what: str, encoder: Any, source: Any, target: Any) -> None:
    """Raise ValueError unless the embeddings are some, of the encoder's dtype, and the first one's vectors fit it."""
    for name, embedding in (("source_embedding", source), ("target_embedding", target)):
        if embedding is None:
            continue
        if not isinstance(embedding, Embedding):
            raise ValueError(f"{what}: expected {name} to be an Embedding or None, got {type(embedding).__name__}")
        if embedding.dtype != encoder.dtype:
            raise ValueError(f"{what}: expected {name} of the encoder's dtype {encoder.dtype}, got {embedding.dtype}")
    if source is not None and source is target:
        raise ValueError(f"{what}: expected two embeddings, got the same one twice")
    if source is not None and source.embedding_dim != encoder.input_size:
        raise ValueError(f"{what}: expected source_embedding with vectors of the encoder's input_size "
                         f"{encoder.input_size}, got {source!r}")  # fmt: skip


def check_parts(what: str, encoder: Any, decoder: Any, attention: Any, query: str) -> None:
    """Raise ValueError unless the parts are of the right kinds, the decoder reads forward, and all have one dtype."""
    for name, layer in (("encoder", encoder), ("decoder", decoder)):
        if not isinstance(layer, RecurrentLayer):
            raise ValueError(f"{what}: expected {name} to be a recurrent layer, got {type(layer).__name__}")
    if encoder is decoder:
        raise ValueError(f"{what}: expected two layers, got the same {type(encoder).__name__} as encoder and decoder; "
                         f"copy.deepcopy makes a second one, and ties no weights")  # fmt: skip
    if attention is not None and not isinstance(attention, Attention):
        raise ValueError(f"{what}: expected attention to be None or an attention, got {type(attention).__name__}")
    if decoder.bidirectional:
        raise ValueError(f"{what}: expected a decoder of one direction, got a bidirectional {type(decoder).__name__}")
    for name, part in (("decoder", decoder), ("attention", attention)):
        if part is not None and part.dtype != encoder.dtype:
            raise ValueError(f"{what}: expected {name} of the encoder's dtype {encoder.dtype}, got {part.dtype}")
    if attention is None:
        return
    key_size, query_size = encoder.hidden_size * encoder.num_directions, decoder.hidden_size
    if query != "h":
        if set(decoder.State._fields) != {"h", "c"}:
            raise ValueError(f"{what}: expected a decoder with a state of h and c where both ask, got {decoder!r}")
        query_size *= 2
    if attention.key_size not in (None, key_size):
        raise ValueError(f"{what}: expected attention with key_size {key_size}, the encoder's output, "
                         f"got {attention.key_size}")  # fmt: skip
    if query_size != (attention.query_size or key_size):
        raise ValueError(f"{what}: expected attention with query_size {query_size}, the decoder's state, "
                         f"got {attention.query_size or key_size}")  # fmt: skip


# -- one record out of consecutive ones --------------------------------------------------------------------------------


def _in_a_row(tuples: Sequence[Any]) -> Any:
    """Return named tuples of arrays (T, ...), one after the other."""
    return tuples[0]._make(np.concatenate(arrays) for arrays in zip(*tuples, strict=True))


def _join_cell(parts: Sequence[CellTrace]) -> CellTrace:
    return CellTrace(np.concatenate([part.x for part in parts]), _in_a_row([part.record for part in parts]),
                     _in_a_row([part.before for part in parts]), parts[-1].final)  # fmt: skip


def join(traces: Sequence[Trace]) -> Trace:
    """Return one Trace of consecutive parts of a pass in one direction, each started from the last one's end state."""
    if len(traces) == 1:
        return traces[0]
    first = traces[0]
    cells = [[_join_cell([trace.at(k) for trace in traces])] for k in range(len(first.cells))]
    masks = [None if mask is None else np.concatenate([trace.masks[k] for trace in traces])
             for k, mask in enumerate(first.masks)]  # fmt: skip
    x, output = (np.concatenate([getattr(trace, name) for trace in traces]) for name in ("x", "output"))
    return Trace(x, output, traces[-1].final_state, cells, masks=masks)


def join_gradients(parts: Sequence[Gradients], state_type: Any) -> Gradients:
    """Return one Gradients of the same parts; those of the parameters are summed."""
    if len(parts) == 1:
        return parts[0]
    cells = []
    for k in range(len(parts[0].cells)):
        states = [state_type(*(getattr(part.at(k), name) for name in state_type._fields)) for part in parts]
        cells.append([CellGradients(_in_a_row(states))])
    return Gradients(np.concatenate([part.x for part in parts]), parts[0].initial_state,
                     total([part.parameters for part in parts]), cells)  # fmt: skip


def total(dicts: Sequence[Mapping[str, Array]]) -> dict[str, Array]:
    """Return the sum of dicts of arrays, name by name."""
    return {name: sum(each[name] for each in dicts[1:]) + dicts[0][name] for name in dicts[0]}
