"""A small transformer encoder: attention in the place of recurrence.

Every step looks at all steps, or at those before it, and reads from them in proportion to how well they fit. What is
linear in a recurrent layer's length is quadratic here, and what takes a recurrent layer T steps takes one.
"""

from lstm_tutor.transformer.encoder import TransformerBlock, TransformerEncoder, sinusoidal_positions
from lstm_tutor.transformer.parts import LayerNorm, MultiHeadAttention
from lstm_tutor.transformer.trace import NoState, TransformerGradients, TransformerTrace

__all__ = [
    "LayerNorm",
    "MultiHeadAttention",
    "NoState",
    "TransformerBlock",
    "TransformerEncoder",
    "TransformerGradients",
    "TransformerTrace",
    "sinusoidal_positions",
]
