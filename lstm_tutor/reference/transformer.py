"""The transformer encoder as PyTorch's own modules have it, with our weights copied in."""

import itertools
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from lstm_tutor.reference.report import Report, Row, compare
from lstm_tutor.reference.verify import randomize, size_of
from lstm_tutor.transformer import TransformerEncoder, TransformerTrace, sinusoidal_positions
from lstm_tutor.types import RNG, ArrayLike

__all__ = ["transformer_to_torch", "verify_transformer", "verify_transformers"]


def transformer_to_torch(encoder: TransformerEncoder) -> tuple[nn.Linear, nn.TransformerEncoder]:
    """Return PyTorch's modules that compute what `encoder` does but for positions: the input's matrix, the blocks.

    The blocks take batches with the steps first. A causal encoder also needs PyTorch's `mask`.

    Raises
    ------
    ValueError
        If it is no TransformerEncoder.
    """
    if not isinstance(encoder, TransformerEncoder):
        raise ValueError(f"transformer_to_torch: expected a TransformerEncoder, got {encoder!r}")
    dtype, H = getattr(torch, encoder.dtype.name), encoder.hidden_size
    activation = functional.relu if encoder.nonlinearity == "relu" else nn.GELU(approximate="tanh")
    layer = nn.TransformerEncoderLayer(
        H, encoder.num_heads, encoder.feedforward_size, dropout=0.0, activation=activation, norm_first=True, dtype=dtype
    )
    embed = nn.Linear(encoder.input_size, H, dtype=dtype)
    blocks = nn.TransformerEncoder(
        layer, encoder.num_layers, norm=nn.LayerNorm(H, dtype=dtype), enable_nested_tensor=False
    )
    weights = {_pytorchs_name(name): torch.tensor(array) for name, array in encoder.parameters().items()}
    nn.ModuleDict({"embed": embed, "blocks": blocks}).load_state_dict(weights)
    return embed, blocks


def _pytorchs_name(name: str) -> str:
    """The name of a parameter: PyTorch's in_proj is no module of its own."""
    return name if name.startswith("embed") else "blocks." + name.replace("in_proj.", "in_proj_")


def _weights(blocks, h, mask, padding) -> Iterator[torch.Tensor]:
    """What PyTorch's MultiheadAttention says where each head of each layer looks: (N, A, T, T), a layer at a time."""
    for layer in blocks.layers:
        a = layer.norm1(h)
        _, weights = layer.self_attn(
            a, a, a, attn_mask=mask, key_padding_mask=padding, need_weights=True, average_attn_weights=False
        )
        yield weights
        h = layer(h, src_mask=mask, src_key_padding_mask=padding)


def _pairs(encoder, trace: TransformerTrace, grads, d_output):
    """Triples of everything, ours and PyTorch's."""
    embed, blocks = transformer_to_torch(encoder)
    T, N, _ = trace.x.shape
    lengths = [T] * N if trace.lengths is None else trace.lengths.tolist()
    inside = torch.tensor([[t < length for length in lengths] for t in range(T)])  # (T, N)
    mask = torch.triu(torch.ones(T, T, dtype=torch.bool), diagonal=1) if encoder.causal else None  # true: hidden
    x = torch.tensor(trace.x, requires_grad=True)
    h = embed(x)
    if encoder.positions is not None:
        h = h + torch.tensor(sinusoidal_positions(T, encoder.hidden_size).astype(encoder.dtype))[:, None]
    output = blocks(h, mask=mask, src_key_padding_mask=~inside.T) * inside[..., None]
    (output * torch.tensor(d_output)).sum().backward()
    yield "output", trace.output, output
    for k, weights in enumerate(_weights(blocks, h, mask, ~inside.T)):
        for head in range(encoder.num_heads):
            theirs = weights[:, head].transpose(0, 1) * inside[..., None]
            yield f"weights[layer {k}, head {head}]", trace.at(k, head)["weights"], theirs
    yield "d x", grads.x, x.grad
    named = dict(nn.ModuleDict({"embed": embed, "blocks": blocks}).named_parameters())
    for name, value in grads.parameters.items():
        yield f"d {name}", value, named[_pytorchs_name(name)].grad


def verify_transformer(
    encoder: TransformerEncoder, x: ArrayLike | None = None, *, lengths: ArrayLike | None = None, rng: RNG = 0
) -> Report:
    """Compare a transformer encoder with PyTorch's: output, the weights of every head, and the gradient of everything.

    Parameters
    ----------
    encoder : TransformerEncoder
    x : array (T, N, D), optional
        Random, T = 7 and N = 5, by default.
    lengths : N ints, optional
    rng : int seed or numpy.random.Generator

    Returns
    -------
    Report

    Raises
    ------
    ValueError
        If it is no TransformerEncoder, or x or lengths do not fit it.
    """
    if not isinstance(encoder, TransformerEncoder):
        raise ValueError(f"verify_transformer: expected a TransformerEncoder, got {encoder!r}")
    rng = np.random.default_rng(rng)
    trace = encoder.forward(rng.standard_normal((7, 5, encoder.input_size)) if x is None else x, lengths=lengths)
    d_output = rng.standard_normal(trace.output.shape).astype(encoder.dtype)
    grads = encoder.backward(trace, d_output)
    heads = f"{encoder.num_heads} head{'s' * (encoder.num_heads > 1)}"
    case = f"TransformerEncoder({encoder.nonlinearity}{', causal' * encoder.causal}), {heads}"
    pairs = _pairs(encoder, trace, grads, d_output)
    return Report(compare(case, size_of(trace), encoder.dtype.name, "nn.TransformerEncoder", pairs))


def verify_transformers(*, progress: bool = False) -> Report:
    """Verify transformer encoders, causal and not, with and without positions and lengths, in both dtypes.

    Returns
    -------
    Report
    """
    grid = list(
        itertools.product(
            ((1, 1, "relu"), (2, 2, "gelu")), (True, False), ("sinusoidal", None),
            ((7, 5, None), (1, 1, None), (7, 5, [7, 3, 1, 5, 7])), ("float64", "float32"),
        )
    )  # fmt: skip
    rows: list[Row] = []
    for number, ((heads, layers, nonlinearity), causal, positions, (T, N, lengths), dtype) in enumerate(
        tqdm(grid, desc="transformers", unit="case", disable=not progress)
    ):
        rng = np.random.default_rng(number)
        encoder = TransformerEncoder(
            3, 4, num_heads=heads, num_layers=layers, causal=causal, positions=positions, nonlinearity=nonlinearity,
            feedforward_size=5, dtype=dtype, rng=rng,
        )  # fmt: skip
        randomize(encoder, rng)
        rows += verify_transformer(encoder, rng.standard_normal((T, N, 3)), lengths=lengths, rng=rng).rows
    return Report(rows)
