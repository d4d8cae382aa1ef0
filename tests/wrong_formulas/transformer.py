"""Wrong transformers, and wrong normalization."""

from wrong_formulas.mutant import Mutant

TRANSFORMER = ("training/test_transformer.py",)


def wrong(name: str, file: str, right: str, instead: str) -> Mutant:
    """Return a row of one edit."""
    return Mutant(f"transformer: {name}", file, ((right, instead),), TRANSFORMER)


PARTS, ENCODER, NORMAL, ACTIVATIONS = (
    "transformer/parts.py",
    "transformer/encoder.py",
    "normalization.py",
    "activations.py",
)

MUTANTS = [
    wrong("scores divided by the size of all heads", PARTS, "1 / math.sqrt(H // self.num_heads)", "1 / math.sqrt(H)"),
    wrong("scores that are not scaled", PARTS, "1 / math.sqrt(H // self.num_heads)", "1.0"),
    wrong("keys and queries exchanged", PARTS, "        q, k, v = rows.reshape(", "        k, q, v = rows.reshape("),
    wrong(
        "the heads take turns among the units",
        PARTS,
        "(T, -1, 3, self.num_heads, self.hidden_size // self.num_heads).transpose(2, 1, 3, 0, 4)",
        "(T, -1, 3, self.hidden_size // self.num_heads, self.num_heads).transpose(2, 1, 4, 0, 3)",
    ),
    wrong(
        "what may not be seen has the score zero",
        PARTS,
        "np.where(allowed[:, None], e, -np.inf)",
        "np.where(allowed[:, None], e, 0.0)",
    ),
    wrong(
        "the gradient of the scores ignores the scale",
        PARTS,
        "de = self.scale * softmax_backward",
        "de = softmax_backward",
    ),
    wrong("no gradient through the keys", PARTS, "dq, dk = de @ k, de.swapaxes(2, 3) @ q", "dq, dk = de @ k, 0 * k"),
    wrong("the gradients of queries and keys exchanged", PARTS, "for d in (dq, dk, dv)", "for d in (dk, dq, dv)"),
    wrong("the gain is forgotten on the way back", PARTS, "dy * self.weight), gradients", "dy), gradients"),
    wrong("the gradient of the gain is that of the shift", PARTS, "(dy * forward.n).sum(axis=0)", "dy.sum(axis=0)"),
    wrong(
        "the deviation with H - 1",
        NORMAL,
        "(centered * centered).mean(axis=-1, keepdims=True) + EPSILON",
        "(centered * centered).sum(axis=-1, keepdims=True) / max(1, a.shape[-1] - 1) + EPSILON",
    ),
    wrong("the epsilon outside the root", NORMAL, "keepdims=True) + EPSILON)\n", "keepdims=True)) + EPSILON\n"),
    wrong("no shift to mean zero", NORMAL, "centered = a - a.mean(axis=-1, keepdims=True)", "centered = a"),
    wrong(
        "normalized over the sequences", NORMAL, "a.mean(axis=-1, keepdims=True)\n", "a.mean(axis=0, keepdims=True)\n"
    ),
    wrong("the gradient ignores the mean", NORMAL, "(dn - dn.mean(axis=-1, keepdims=True) - n", "(dn - n"),
    wrong("the gradient ignores the deviation", NORMAL, " - n * (n * dn).mean(axis=-1, keepdims=True)) / s", ") / s"),
    wrong(
        "normalizations after the sum",
        ENCODER,
        "attention = self.self_attn.forward(norm1.y, allowed)",
        "attention = self.self_attn.forward(x, allowed)",
    ),
    wrong(
        "the second sum is left out",
        ENCODER,
        "return x + self.linear2.forward(hidden), BlockMemory",
        "return self.linear2.forward(hidden), BlockMemory",
    ),
    wrong(
        "the first sum's gradient is lost",
        ENCODER,
        "        return d + dx, _by_full_name",
        "        return dx, _by_full_name",
    ),
    wrong("the second sum's gradient is lost", ENCODER, "        d = d + dx\n", "        d = dx\n"),
    wrong("the activation's derivative is forgotten", ENCODER, "d_hidden * self.derivative(memory.a)", "d_hidden"),
    wrong(
        "everyone sees what is to come",
        ENCODER,
        "(steps[None, :, None] >= steps) if self.causal",
        "(steps[None, :, None] >= 0 * steps) if self.causal",
    ),
    wrong(
        "nobody sees the step itself",
        ENCODER,
        "(steps[None, :, None] >= steps) if",
        "((steps[None, :, None] > steps) | (steps == 0)) if",
    ),
    wrong("padding is looked at", ENCODER, "allowed if lengths is None else", "allowed if True else"),
    wrong("padding is answered", ENCODER, "output = np.where(inside[..., None], output, 0)", "output = 1 * output"),
    wrong("positions by sequence, not by step", ENCODER, "np.repeat(waves, N, axis=0)", "np.tile(waves, (N, 1))"),
    wrong(
        "positions: cosines first",
        ENCODER,
        "np.stack([np.sin(angles), np.cos(angles)]",
        "np.stack([np.cos(angles), np.sin(angles)]",
    ),
    wrong(
        "positions: every unit a wave length of its own",
        ENCODER,
        "np.arange(0, size, 2) / size",
        "np.arange(0, (size + 1) // 2) / size",
    ),
    wrong("no last normalization", ENCODER, "output = norm.y.reshape", "output = rows.reshape"),
    wrong(
        "gelu is a times a sigmoid",
        ACTIVATIONS,
        "return 0.5 * a * (1 + tanh(GELU_SCALE * (a + 0.044715 * a**3)))",
        "return a * sigmoid(1.702 * a)",
    ),
    wrong(
        "gelu's derivative without that of the cube",
        ACTIVATIONS,
        " * GELU_SCALE * (1 + 3 * 0.044715 * a * a)",
        " * GELU_SCALE",
    ),
]
