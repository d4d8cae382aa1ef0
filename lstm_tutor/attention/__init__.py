"""Attention: each query looks at all keys at once, and takes from their values in proportion to how well they fit.

A kind of attention is its score function; the mask, the softmax and the weighted sum are the same for all.

Notation: s_i is the query of output step i (a decoder's state), h_j the key of input step j (an encoder's state),
e_ij their score, alpha_ij the weight, r_j the value (mostly h_j itself). The papers call the result, the context, c_i;
in this book c is the state of an LSTM, so the context is ``trace.output``.
"""

from lstm_tutor.attention.base import Attention
from lstm_tutor.attention.kinds import AdditiveAttention, DotAttention, GeneralAttention
from lstm_tutor.attention.trace import AttentionGradients, AttentionTrace, Keys

__all__ = [
    "AttentionTrace", "AttentionGradients", "Keys", "Attention", "AdditiveAttention", "DotAttention",
    "GeneralAttention",
]  # fmt: skip
