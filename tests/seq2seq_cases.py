"""Encoder-decoders to be tested: every attention in both wirings, and random problems."""

import pytest
from cases import shake

import lstm_tutor as lt

T_IN, T_OUT, N = 6, 4, 3
D, M, K, H = 3, 5, 3, 4  # read, written (and the start) and read again, written, encoder's units
LENGTHS = [4, 6, 1]
NAN = float("nan")
ATTENTIONS = {
    "none": lambda Q, V, **options: None,
    "additive": lambda Q, V, **options: lt.AdditiveAttention(Q, V, 2, **options),
    "dot": lambda Q, V, **options: lt.DotAttention(**options),
    "scaled dot": lambda Q, V, **options: lt.DotAttention(scaled=True, **options),
    "general": lt.GeneralAttention,
}
WIRINGS = [("none", "after")] + [(kind, attend) for kind in list(ATTENTIONS)[1:] for attend in ("before", "after")]
each_wiring = pytest.mark.parametrize(("kind", "attend"), WIRINGS, ids=lambda value: value)


def make(kind, attend, rng, encoder=lt.GRU, decoder=lt.GRU, *, both=True, deep=1, tall=1, dtype="float64", reads=None,
         **options):  # fmt: skip
    """A random Seq2Seq; the decoder's state is of the encoder's size where the score or the first state needs that."""
    V = H * (1 + both)
    Q = V if "dot" in kind or not both else H + 2
    first = encoder(D, H, num_layers=deep, bidirectional=both, dtype=dtype, rng=rng, **(reads or {}))
    inputs = M + V * (kind != "none" and attend == "before")
    second = decoder(inputs, Q, num_layers=tall, dtype=dtype, rng=rng, **options)
    model = lt.Seq2Seq(first, second, K, attention=ATTENTIONS[kind](Q, V, dtype=dtype), attend=attend, rng=rng)
    shake(model.parameters(), rng)
    return model


def problem(model, rng, T=T_IN, steps=T_OUT, batch=N):
    """Inputs, the encoder's state, and the gradient of the logits."""

    def draw(*shape):
        return rng.standard_normal(shape).astype(model.dtype)

    encoder = model.encoder
    shape = (encoder.num_layers * encoder.num_directions, batch, H)
    state = encoder.State(*(abs(draw(*shape)) for _ in encoder.State._fields))
    return draw(T, batch, D), draw(steps, batch, M), state, draw(steps, batch, K)


def gradients_by_name(gradients):
    inputs = {"x": gradients.x, "y_in": gradients.y_in}
    return inputs | {f"state.{name}": d for name, d in gradients.initial_state._asdict().items()} | gradients.parameters
