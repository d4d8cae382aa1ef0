"""A recurrent layer with a linear read-out: the model that says something at each step, or once for a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lstm_tutor import losses
from lstm_tutor.checks import float_dtype, positive_int, real_array
from lstm_tutor.layers import SequenceLayer, check_lengths, steps_that_count
from lstm_tutor.module import Module
from lstm_tutor.pooling import AttentionPooling, LastPooling, MeanPooling, Pooling
from lstm_tutor.trace import Trace
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

if TYPE_CHECKING:
    from lstm_tutor.tasks import Batch

__all__ = ["Embedding", "Linear", "SequenceModel"]


class Linear(Module):
    """``y = W h + b`` at every step.

    Parameters
    ----------
    input_size, output_size : int
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    weight : array (output_size, input_size)
        W, drawn from U(-1/sqrt(input_size), 1/sqrt(input_size)).
    bias : array (output_size,)
        b, zeros.
    """

    def __init__(self, input_size: int, output_size: int, *, dtype: DTypeLike = np.float64, rng: RNG = None) -> None:
        super().__init__()
        self.input_size = positive_int("Linear", "input_size", input_size)
        self.output_size = positive_int("Linear", "output_size", output_size)
        self.dtype = float_dtype("Linear", dtype)
        bound = 1 / np.sqrt(self.input_size)
        self.weight = np.random.default_rng(rng).uniform(-bound, bound, self.shapes()["weight"]).astype(self.dtype)
        self.bias = np.zeros(self.shapes()["bias"], self.dtype)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.output_size, self.input_size), "bias": (self.output_size,)}

    def forward(self, h: ArrayLike) -> Array:
        """Return y (..., output_size) of h (..., input_size)."""
        h = real_array("Linear", "h", h)
        if h.shape[-1:] != (self.input_size,):
            raise ValueError(f"Linear: expected h of shape (..., {self.input_size}), got {h.shape}")
        return h @ self.weight.T + self.bias

    def backward(self, h: Array, dy: Array) -> tuple[Array, dict[str, Array]]:
        """Return dL/dh, and dL/d(each parameter), from dL/dy."""
        rows = dy.reshape(-1, dy.shape[-1])
        return dy @ self.weight, {"weight": rows.T @ h.reshape(-1, h.shape[-1]), "bias": rows.sum(axis=0)}


class Embedding(Module):
    """A learned vector for each of V tokens: row k of the weight stands for token k.

    Equations: ``y = weight[token]``, which is ``weight^T`` times the token's one-hot vector; on the way back, each
    token's row receives the sum of dL/dy over all places where the token is.

    Parameters
    ----------
    num_embeddings : int
        V, the number of tokens.
    embedding_dim : int
        D, the size of each vector.
    padding_idx : int or None
        A token, counted from the end if negative, whose vector starts at zero and gets no gradient.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    Attributes
    ----------
    weight : array (V, D)
        Drawn from N(0, 1), as PyTorch's.

    Examples
    --------
    >>> embedding = Embedding(10, 3, rng=0)
    >>> y = embedding.forward(np.array([[1], [7], [1]]))
    >>> y.shape, bool((y[0] == y[2]).all())
    ((3, 1, 3), True)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        *,
        padding_idx: int | None = None,
        dtype: DTypeLike = np.float64,
        rng: RNG = None,
    ) -> None:
        super().__init__()
        self.num_embeddings = V = positive_int("Embedding", "num_embeddings", num_embeddings)
        self.embedding_dim = positive_int("Embedding", "embedding_dim", embedding_dim)
        self.dtype = float_dtype("Embedding", dtype)
        if padding_idx is not None:
            if not isinstance(padding_idx, int | np.integer) or not -V <= padding_idx < V:
                raise ValueError(f"Embedding: expected padding_idx from {-V} to {V - 1} or None, got {padding_idx!r}")
            padding_idx = int(padding_idx) % V
        self.padding_idx = padding_idx
        self.weight = np.random.default_rng(rng).standard_normal(self.shapes()["weight"]).astype(self.dtype)
        if padding_idx is not None:
            self.weight[padding_idx] = 0

    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def forward(self, tokens: ArrayLike) -> Array:
        """Return the vectors of `tokens`: y (T, N, D) of ints (T, N), or of ints of any other shape."""
        return self.weight[self._check_tokens(tokens)]

    def backward(self, tokens: ArrayLike, dy: Array) -> dict[str, Array]:
        """Return dL/d(weight), as a dict by name, from dL/dy (T, N, D); the tokens are those of ``forward``."""
        indices, dy = self._check_tokens(tokens), real_array("Embedding", "dy", dy)
        if dy.shape != (*indices.shape, self.embedding_dim):
            raise ValueError(f"Embedding: expected dy of shape {(*indices.shape, self.embedding_dim)}, got {dy.shape}")
        d_weight = np.zeros_like(self.weight)
        np.add.at(d_weight, indices, dy)  # adds up where a token comes again, which `d_weight[indices] += dy` does not
        if self.padding_idx is not None:
            d_weight[self.padding_idx] = 0
        return {"weight": d_weight}

    def _check_tokens(self, tokens: ArrayLike) -> Array:
        array, V = real_array("Embedding", "tokens", tokens), self.num_embeddings
        if array.dtype.kind not in "iu" or (array.size and (array.min() < 0 or array.max() >= V)):
            got = f"{array.min()} to {array.max()}" if array.dtype.kind in "iu" else str(array.dtype)
            raise ValueError(f"Embedding: expected tokens to be ints from 0 to {V - 1}, got {got}")
        return array


class SequenceModel(Module):
    """A recurrent layer, a linear read-out, and the loss that fits what is predicted.

    It reads out at every step; with pooling, once for each sequence.

    Parameters
    ----------
    layer : recurrent layer, or a TransformerEncoder in its place
    output_size : int
        K, the number of values read out at each step.
    loss : "softmax_cross_entropy", "binary_cross_entropy" or "mean_squared_error"
    embedding : Embedding or None
        With it the model reads tokens, ints (T, N), in place of vectors (T, N, D).
    pooling : None, "last", "mean", "attention" or a Pooling
        None: many to many, a prediction at each step. Else many to one: the outputs of all steps become one vector,
        and that is read out.
    rng : int seed or numpy.random.Generator
        For the weights of the read-out, and of the pooling that is made here.

    Examples
    --------
    >>> from lstm_tutor import LSTM
    >>> SequenceModel(LSTM(3, 5, rng=0), 2, rng=0)
    SequenceModel(LSTM(3, 5), 2)
    >>> model = SequenceModel(LSTM(3, 5, rng=0), 2, pooling="mean", rng=0)
    >>> model.forward(np.ones((7, 4, 3)))[0].shape  # four sequences of seven steps
    (4, 2)
    """

    def __init__(
        self,
        layer: SequenceLayer,
        output_size: int,
        *,
        loss: str = "softmax_cross_entropy",
        embedding: Embedding | None = None,
        pooling: str | Pooling | None = None,
        rng: RNG = None,
    ) -> None:
        if not isinstance(layer, SequenceLayer):
            raise ValueError(f"SequenceModel: expected a recurrent layer, such as lt.LSTM(3, 5), got {layer!r}")
        if loss not in losses.STEP_LOSSES:
            raise ValueError(f"SequenceModel: expected loss to be one of {losses.STEP_LOSSES}, got {loss!r}")
        if embedding is not None:
            if not isinstance(embedding, Embedding):
                raise ValueError(f"SequenceModel: expected embedding to be an Embedding or None, got {embedding!r}")
            if embedding.embedding_dim != layer.input_size:
                raise ValueError(f"SequenceModel: expected an embedding of the layer's input_size {layer.input_size}, "
                                 f"got {embedding!r}")  # fmt: skip
        super().__init__()
        self.layer: Any = layer  # mostly a RecurrentLayer, of which more can be asked
        self.embedding, self.loss_name = embedding, loss
        self.output_size = positive_int("SequenceModel", "output_size", output_size)
        rng, size = np.random.default_rng(rng), layer.hidden_size * layer.num_directions
        self.readout = Linear(size, self.output_size, dtype=layer.dtype, rng=rng)
        self.pooling = _pooling(pooling, layer, size, rng)
        self.loss = getattr(losses, loss)

    @property
    def State(self) -> Any:
        """The type of the state that is carried from batch to batch: the layer's."""
        return self.layer.State

    def parts(self) -> dict[str, Module]:
        embedding = {} if self.embedding is None else {"embedding": self.embedding}
        pooling = {} if self.pooling is None else {"pooling": self.pooling}
        return embedding | {"layer": self.layer} | pooling | {"readout": self.readout}

    def config(self) -> dict[str, Any]:
        return super().config() | {"loss": self.loss_name}

    def forward(
        self, x: ArrayLike, state: Any = None, lengths: ArrayLike | None = None, *, rng: RNG = None
    ) -> tuple[Array, Trace]:
        """Return predictions (T, N, K), or with pooling (N, K), and the layer's Trace; arguments as the layer's.

        With an embedding x are tokens, ints (T, N); what lies past a sequence's length is not read.
        """
        if self.embedding is not None:
            x = self.embedding.forward(self._tokens(x, lengths))
        trace = self.layer.forward(x, state, lengths, rng=rng)
        return self.readout.forward(self._read(trace)), trace

    def _read(self, trace: Trace) -> Array:
        """Return what is read out: the output of each step, or of all steps one vector."""
        return trace.output if self.pooling is None else self.pooling.forward(trace.output, trace.lengths)

    def _tokens(self, x: ArrayLike, lengths: ArrayLike | None) -> Array:
        """Return the tokens (T, N), the first of all past a sequence's length, where anything may stand."""
        tokens = real_array("SequenceModel", "x", x)
        if tokens.ndim != 2:
            raise ValueError(f"SequenceModel: expected x to be tokens of shape (T, N), got {tokens.shape}")
        inside = steps_that_count(check_lengths("SequenceModel", lengths, *tokens.shape), len(tokens))
        return tokens if inside is None else np.where(inside, tokens, 0)

    @np.errstate(under="ignore")
    def loss_and_gradients(
        self, batch: Batch, state: Any = None, *, rng: RNG = None
    ) -> tuple[float, dict[str, Array], Trace]:
        """Return the loss on a :class:`lstm_tutor.tasks.Batch`, its gradients, and the trace.

        A step counts if the batch's mask says so and, where the batch has lengths, it is within its sequence's length:
        padding never counts. With pooling the targets are those of whole sequences, (N,) or (N, K), and the mask, (N,),
        says which sequences count.

        Returns
        -------
        loss : float
        gradients : dict of name -> array
            Named as the parameters.
        trace : Trace
        """
        predictions, trace = self.forward(batch.x, state, batch.lengths, rng=rng)
        read = self._read(trace)
        d_pooling: dict[str, Array] = {}
        if self.pooling is None:
            loss, d_predictions = self.loss(predictions, batch.targets, batch.steps_that_count())
            d_output, d_readout = self.readout.backward(read, d_predictions)
        else:
            loss, d_predictions = self._loss_of_sequences(predictions, batch)
            d_read, d_readout = self.readout.backward(read, d_predictions)
            d_output, d_pooling = self.pooling.backward(trace.output, d_read, trace.lengths)
        d_layer = self.layer.backward(trace, d_output)
        gradients = {f"layer.{name}": d for name, d in d_layer.parameters.items()}
        gradients |= {f"pooling.{name}": d for name, d in d_pooling.items()}
        gradients |= {f"readout.{name}": d for name, d in d_readout.items()}
        if self.embedding is not None:
            d_embedding = self.embedding.backward(self._tokens(batch.x, batch.lengths), d_layer.x)
            gradients = {f"embedding.{name}": d for name, d in d_embedding.items()} | gradients
        return loss, gradients, trace

    def _loss_of_sequences(self, predictions: Array, batch: Batch) -> tuple[float, Array]:
        """Return the loss of one prediction a sequence, (N, K), and its gradient."""
        targets, N = real_array("SequenceModel", "targets", batch.targets), len(predictions)
        if targets.shape[:1] != (N,) or targets.ndim > 2:
            raise ValueError(f"SequenceModel: with pooling, expected a target for each of {N} sequences, got shape "
                             f"{targets.shape}")  # fmt: skip
        mask = None if batch.mask is None else real_array("SequenceModel", "mask", batch.mask)
        if mask is not None and mask.shape != (N,):
            raise ValueError(f"SequenceModel: with pooling, expected a mask of shape {(N,)}, of sequences, got "
                             f"{mask.shape}; lengths say which steps are read")  # fmt: skip
        loss, d_predictions = self.loss(predictions[None], targets[None], None if mask is None else mask[None])
        return loss, d_predictions[0]


def _pooling(kind: str | Pooling | None, layer: SequenceLayer, size: int, rng: np.random.Generator) -> Pooling | None:
    """Return the pooling that `kind` names."""
    if kind is None or isinstance(kind, Pooling):
        if isinstance(kind, AttentionPooling) and kind.input_size != size:
            raise ValueError(f"SequenceModel: expected a pooling of the layer's output size {size}, got {kind!r}")
        return kind
    makers = {
        "last": lambda: LastPooling(bidirectional=layer.bidirectional),
        "mean": MeanPooling,
        "attention": lambda: AttentionPooling(size, dtype=layer.dtype, rng=rng),
    }
    if kind not in makers:
        names = tuple(makers)
        raise ValueError(f"SequenceModel: expected pooling to be None, a Pooling or one of {names}, got {kind!r}")
    return makers[kind]()
