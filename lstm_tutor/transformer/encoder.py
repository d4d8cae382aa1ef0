"""The transformer encoder: blocks of attention and a small network, each added to what comes in."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from lstm_tutor.activations import gelu, gelu_derivative, relu, relu_derivative
from lstm_tutor.checks import positive_int
from lstm_tutor.layers import SequenceLayer, steps_that_count
from lstm_tutor.models import Linear
from lstm_tutor.module import Module
from lstm_tutor.transformer.parts import Attended, LayerNorm, MultiHeadAttention, Normalized
from lstm_tutor.transformer.trace import NoState, TransformerGradients, TransformerTrace
from lstm_tutor.types import RNG, Array, ArrayLike, DTypeLike

__all__ = ["TransformerBlock", "TransformerEncoder", "sinusoidal_positions"]

ACTIVATIONS = {"relu": (relu, relu_derivative), "gelu": (gelu, gelu_derivative)}  # relu_derivative(a) = that of relu(a)
POSITIONS = ("sinusoidal", None)


def sinusoidal_positions(T: int, size: int) -> Array:
    """Return the positions as waves, (T, size): a sine and a cosine of each wave length, from 2 pi to 20000 pi.

    Equations: ``P[t, 2i] = sin(t / 10000^(2i / size))``, ``P[t, 2i + 1] = cos(t / 10000^(2i / size))``.

    References
    ----------
    Vaswani et al. (2017), section 3.5.

    Examples
    --------
    >>> np.round(sinusoidal_positions(2, 4), 3).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.841, 0.54, 0.01, 1.0]]
    """
    angles = np.arange(T)[:, None] / 10000 ** (np.arange(0, size, 2) / size)  # (T, waves)
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(T, -1)[:, :size]


class BlockMemory(NamedTuple):
    """What the way back through a block needs."""

    norm1: Normalized
    attention: Attended
    norm2: Normalized
    a: Array  # (rows, F), before the activation
    hidden: Array  # (rows, F), after it


class TransformerBlock(Module):
    """One layer of a transformer encoder, with its normalizations before and not after (pre-norm).

    Equations: ``x = x + attention(norm1(x))``, then ``x = x + W_2 phi(W_1 norm2(x) + b_1) + b_2``.

    Parameters
    ----------
    hidden_size : int
        H.
    num_heads : int
    feedforward_size : int or None
        F, the units between W_1 and W_2; 4 H by default.
    nonlinearity : {"relu", "gelu"}
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator

    References
    ----------
    Vaswani et al. (2017), section 3; the normalizations before: Xiong et al. (2020), figure 1b.
    """

    def __init__(
        self, hidden_size: int, *, num_heads: int = 1, feedforward_size: int | None = None, nonlinearity: str = "relu",
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if nonlinearity not in tuple(ACTIVATIONS):
            raise ValueError(f"TransformerBlock: expected nonlinearity 'relu' or 'gelu', got {nonlinearity!r}")
        rng = np.random.default_rng(rng)
        self.self_attn = MultiHeadAttention(hidden_size, num_heads=num_heads, dtype=dtype, rng=rng)
        self.hidden_size, self.num_heads = self.self_attn.hidden_size, self.self_attn.num_heads
        H, wide = self.hidden_size, 4 * self.hidden_size if feedforward_size is None else feedforward_size
        F = positive_int("TransformerBlock", "feedforward_size", wide)
        self.feedforward_size, self.nonlinearity, self.dtype = F, nonlinearity, self.self_attn.dtype
        self.activation, self.derivative = ACTIVATIONS[nonlinearity]
        self.linear1, self.linear2 = Linear(H, F, dtype=dtype, rng=rng), Linear(F, H, dtype=dtype, rng=rng)
        self.norm1, self.norm2 = LayerNorm(H, dtype=dtype), LayerNorm(H, dtype=dtype)

    def parts(self) -> dict[str, Module]:
        names = ("self_attn", "linear1", "linear2", "norm1", "norm2")
        return {name: getattr(self, name) for name in names}

    def forward(self, x: Array, allowed: Array) -> tuple[Array, BlockMemory]:
        """Return what comes out, (T N, H), and what the way back needs; the arguments are those of the attention."""
        norm1 = self.norm1.forward(x)
        attention = self.self_attn.forward(norm1.y, allowed)
        x = x + attention.y
        norm2 = self.norm2.forward(x)
        a = self.linear1.forward(norm2.y)
        hidden = self.activation(a)
        return x + self.linear2.forward(hidden), BlockMemory(norm1, attention, norm2, a, hidden)

    def backward(self, memory: BlockMemory, d: Array) -> tuple[Array, dict[str, Array]]:
        """Return dL/dx, and dL/d(each parameter), from dL/d(what came out)."""
        parts: dict[str, dict[str, Array]] = {}
        d_hidden, parts["linear2"] = self.linear2.backward(memory.hidden, d)
        d_norm2, parts["linear1"] = self.linear1.backward(memory.norm2.y, d_hidden * self.derivative(memory.a))
        dx, parts["norm2"] = self.norm2.backward(memory.norm2, d_norm2)
        d = d + dx
        d_norm1, parts["self_attn"] = self.self_attn.backward(memory.attention, d)
        dx, parts["norm1"] = self.norm1.backward(memory.norm1, d_norm1)
        return d + dx, _by_full_name(parts, self.parts())


class TransformerEncoder(SequenceLayer):
    """A transformer encoder that reads what a recurrent layer reads, and stands in its place in a model.

    The inputs go through a matrix to H units, positions are added, the blocks follow, and a last normalization. There
    is no state: what lies before a window, the encoder does not know.

    Parameters
    ----------
    input_size : int
        D, the number of inputs at each step.
    hidden_size : int
        H, the number of units of every layer.
    num_heads : int
        The heads of each layer's attention; they divide H.
    num_layers : int
    causal : bool
        Whether a step sees itself and the steps before it, as a recurrent layer does, or all steps.
    feedforward_size : int or None
        The units of the network in each block; 4 H by default.
    nonlinearity : {"relu", "gelu"}
        Of that network.
    positions : {"sinusoidal", None}
        How a step knows its place. None: not at all, so that without `causal` the order of the steps is invisible.
    dtype : float64 or float32
    rng : int seed or numpy.random.Generator for the initial weights

    References
    ----------
    Vaswani et al. (2017); the normalizations before: Xiong et al. (2020).

    Examples
    --------
    >>> encoder = TransformerEncoder(3, 8, num_heads=2, num_layers=2, rng=0)
    >>> trace = encoder.forward(np.ones((7, 4, 3)), lengths=[7, 5, 1, 7])
    >>> trace.output.shape, trace.at(layer=1, head=0)["weights"].shape
    ((7, 4, 8), (7, 4, 7))
    >>> encoder.backward(trace, np.ones((7, 4, 8))).x.shape
    (7, 4, 3)
    """

    State = NoState

    def __init__(
        self, input_size: int, hidden_size: int, *, num_heads: int = 1, num_layers: int = 1, causal: bool = True,
        feedforward_size: int | None = None, nonlinearity: str = "relu", positions: str | None = "sinusoidal",
        dtype: DTypeLike = np.float64, rng: RNG = None,
    ) -> None:  # fmt: skip
        super().__init__()
        if positions not in POSITIONS:
            raise ValueError(f"{self._name}: expected positions to be 'sinusoidal' or None, got {positions!r}")
        self.input_size = positive_int(self._name, "input_size", input_size)
        self.num_layers = positive_int(self._name, "num_layers", num_layers)
        self.causal, self.positions = bool(causal), positions
        options: dict[str, Any] = {"num_heads": num_heads, "feedforward_size": feedforward_size,
                                   "nonlinearity": nonlinearity}  # fmt: skip
        rng = np.random.default_rng(rng)
        try:
            self.blocks = [TransformerBlock(hidden_size, dtype=dtype, rng=rng, **options) for _ in range(num_layers)]
        except ValueError as error:  # of whose parts the user knows nothing
            raise ValueError(f"{self._name}:{str(error).partition(':')[2]}") from None
        block = self.blocks[0]
        self.hidden_size, self.dtype, self.nonlinearity = block.hidden_size, block.dtype, block.nonlinearity
        self.num_heads, self.feedforward_size = block.num_heads, block.feedforward_size
        self.embed = Linear(self.input_size, self.hidden_size, dtype=dtype, rng=rng)
        self.norm = LayerNorm(self.hidden_size, dtype=dtype)

    def parts(self) -> dict[str, Module]:
        blocks = {f"layers.{k}": block for k, block in enumerate(self.blocks)}
        return {"embed": self.embed} | blocks | {"norm": self.norm}

    def _allowed(self, T: int, lengths: Array | None) -> Array:
        """Which step may look at which: bool (N or 1, T, T)."""
        steps = np.arange(T)
        allowed = (steps[None, :, None] >= steps) if self.causal else np.ones((1, T, T), bool)
        return allowed if lengths is None else allowed & (steps < lengths[:, None])[:, None]

    @np.errstate(under="ignore")  # what is too small for a number is zero
    def forward(
        self, x: ArrayLike, state: Any = None, lengths: ArrayLike | None = None, *, rng: RNG = None
    ) -> TransformerTrace:
        """Read a batch of sequences.

        Parameters
        ----------
        x : array (T, N, D)
            Finite numbers; what lies past a sequence's length is not read, and may be anything.
        state : None or NoState
            There is none; the argument is that of recurrent layers, as is `rng`: nothing is dropped here.
        lengths : N ints from 1 to T, optional
            Nobody looks past a sequence's length, where its output is zero.

        Returns
        -------
        TransformerTrace

        Raises
        ------
        ValueError
            If an input has the wrong shape or is not finite, or a state is given.
        """
        if state:
            raise ValueError(f"{self._name}: expected no state, since there is none to carry, got {state!r:.80}")
        x, lengths = self._check_x(x, lengths)
        T, N, _ = x.shape
        rows = self.embed.forward(x.reshape(T * N, -1))
        if self.positions is not None:
            waves = sinusoidal_positions(T, self.hidden_size).astype(self.dtype)
            rows += np.repeat(waves, N, axis=0)  # (T N, H): step t of all sequences, then step t + 1
        allowed, memory = self._allowed(T, lengths), []
        for block in self.blocks:
            rows, of_block = block.forward(rows, allowed)
            memory.append(of_block)
        norm = self.norm.forward(rows)
        output = norm.y.reshape(T, N, -1)
        weights = [of_block.attention.weights for of_block in memory]
        inside = steps_that_count(lengths, T)
        if inside is not None:
            output = np.where(inside[..., None], output, 0)
            weights = [np.where(inside.T[:, None, :, None], alpha, 0) for alpha in weights]
        return TransformerTrace(x, output, weights, (memory, norm), lengths=lengths, owner=self.identity)

    @np.errstate(under="ignore")
    def backward(self, trace: TransformerTrace, d_output: ArrayLike) -> TransformerGradients:
        """Go back, from the gradient of a loss L with respect to the output.

        Parameters
        ----------
        trace : TransformerTrace
            What this encoder's `forward` returned; the parameters must not have changed since.
        d_output : array (T, N, H)
            dL/d(output); not read past a sequence's length, where the output is 0.

        Returns
        -------
        TransformerGradients

        Raises
        ------
        ValueError
            If the trace is another encoder's, or the gradient has the wrong shape or is not finite.
        """
        d = self._check_d_output(trace, d_output).reshape(-1, self.hidden_size)
        memory, norm = trace.memory
        parts: dict[str, dict[str, Array]] = {}
        d, parts["norm"] = self.norm.backward(norm, d)
        for k, (block, of_block) in reversed(list(enumerate(zip(self.blocks, memory, strict=True)))):
            d, parts[f"layers.{k}"] = block.backward(of_block, d)
        dx, parts["embed"] = self.embed.backward(trace.x.reshape(-1, self.input_size), d)
        return TransformerGradients(dx.reshape(trace.x.shape), _by_full_name(parts, self.parts()))


def _by_full_name(gradients: dict[str, dict[str, Array]], order: dict[str, Module]) -> dict[str, Array]:
    """Return the gradients of the parts by the names of the whole, in the order of its parameters."""
    return {f"{part}.{name}": gradients[part][name] for part in order for name in gradients[part]}
