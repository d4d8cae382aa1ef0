"""Wrong regularization inside an LSTM."""

from wrong_formulas.mutant import Mutant

REGULARIZED = ("cells/test_regularized.py", "layers/test_layers.py", "-k", "regularized or layer-norm or noisy")
SOURCE = "cells/regularized.py"


def wrong(name: str, right: str, instead: str) -> Mutant:
    """Return a row of one edit."""
    return Mutant(f"regularized LSTM: {name}", SOURCE, ((right, instead),), REGULARIZED)


MUTANTS = [
    wrong(
        "each gate is normalized by itself",
        "n, _ = normalize(x.reshape(-1, self.input_size) @ self.weight_ih.T)",
        "n = normalize((x.reshape(-1, self.input_size) @ self.weight_ih.T).reshape(-1, 4, self.hidden_size))[0].reshape(-1, 4 * self.hidden_size)",
    ),
    wrong(
        "one normalization of the sum of both products",
        "        n, _ = normalize(prev.h @ W_h)  # (N, 4H)\n",
        "        n = prev.h @ W_h\n",
    ),
    wrong(
        "the bias is within the normalization",
        "self.blocks_apart(self.gain_ih * n + self.bias)",
        "self.blocks_apart(self.gain_ih * normalize(n + self.bias)[0])",
    ),
    wrong("the memory itself is normalized", "        n_c, _ = normalize(c)\n", "        n_c = c = normalize(c)[0]\n"),
    wrong("h shows the memory as it is", "        n_c, _ = normalize(c)\n", "        n_c = c\n"),
    wrong(
        "the gain of the past is that of the input",
        "self.blocks_apart(self.gain_hh * n)",
        "self.blocks_apart(self.gain_ih * n)",
    ),
    wrong("gains start at zero", "            gain[:] = 1\n", "            gain[:] = 0\n"),
    wrong(
        "the gradient of the memory ignores its normalization",
        "normalize_backward(n_c, s_c, self.gain_c * dy)",
        "self.gain_c * dy",
    ),
    wrong(
        "the gradient of the past ignores its normalization",
        "normalize_backward(n, s, self.gain_hh * da) @ self.weight_hh",
        "(self.gain_hh * da) @ self.weight_hh",
    ),
    wrong(
        "the gradient of x ignores the gain",
        "normalize_backward(n, s, self.gain_ih * da)\n",
        "normalize_backward(n, s, da)\n",
    ),
    wrong(
        "the gradient of x ignores the normalization",
        "        return normalize_backward(n, s, self.gain_ih * da)\n",
        "        return self.gain_ih * da\n",
    ),
    wrong(
        "the gradient of the weights ignores the normalization",
        'normalize_backward(n, s, getattr(self, f"gain_{end}") * da).T @ rows',
        '(getattr(self, f"gain_{end}") * da).T @ rows',
    ),
    wrong("the gradient of a gain is that of the bias", "(da * n).sum(axis=0)", "da.sum(axis=0)"),
    wrong("the gradient of the gain of c without n", '"gain_c": (dy * n).sum', '"gain_c": dy.sum'),
    wrong(
        "the gradient of the shift of c without the output gate", "dy = d.h * trace.record.o * tanh", "dy = d.h * tanh"
    ),
    wrong(
        "zoneout: the old and the new exchanged",
        "c = keep_c * prev.c + (1 - keep_c) * c_new",
        "c = (1 - keep_c) * prev.c + keep_c * c_new",
    ),
    wrong("zoneout: h shows the memory that was kept", "(1 - keep_h) * o * tanh(c_new)", "(1 - keep_h) * o * tanh(c)"),
    wrong("zoneout drops to zero, as dropout does", "h = keep_h * prev.h + (1 - keep_h)", "h = (1 - keep_h)"),
    wrong("zoneout: nothing is kept once trained", "1, 1, self.zoneout_c, self.zoneout_h", "1, 1, 0, 0"),
    wrong(
        "zoneout: c and h are kept together",
        "keep_h[:] = rng.random(keep_h.shape) < self.zoneout_h",
        "keep_h[:] = keep_c",
    ),
    wrong(
        "zoneout: the chance is that of an update",
        "rng.random(keep_c.shape) < self.zoneout_c",
        "rng.random(keep_c.shape) >= self.zoneout_c",
    ),
    wrong("recurrent dropout: another mask at each step", "rng.random(mask_h.shape[-2:])", "rng.random(mask_h.shape)"),
    wrong(
        "recurrent dropout: nothing makes up for what is dropped",
        ">= self.dropout_g) / (1 - self.dropout_g)",
        ">= self.dropout_g) / 1",
    ),
    wrong(
        "recurrent dropout drops the memory",
        "c_new = f * prev.c + i * mask_g * g",
        "c_new = mask_g * (f * prev.c + i * g)",
    ),
    wrong(
        "recurrent dropout hides the past from the new state, not from the gates",
        "(mask_h * prev.h) @ W_h",
        "prev.h @ W_h",
    ),
    wrong(
        "backward: the past that was hidden gets a gradient",
        "d.h * keep_h + mask_h * (da @ self.weight_hh)",
        "d.h * keep_h + da @ self.weight_hh",
    ),
    wrong(
        "backward: the weights of what was hidden get a gradient",
        "(trace.record.mask_h * trace.before.h)",
        "(trace.before.h)",
    ),
    wrong("backward: the h that was kept passes nothing on", "dh_prev = d.h * keep_h + mask_h", "dh_prev = mask_h"),
    wrong("backward: the c that was kept passes nothing on", "c=d.c * keep_c + dc_new * f", "c=dc_new * f"),
    wrong("backward: the candidate's mask is forgotten", "dg = dc_new * i * mask_g", "dg = dc_new * i"),
    wrong("backward: the input gate ignores the mask", "di = dc_new * mask_g * g", "di = dc_new * g"),
    wrong(
        "backward: the tanh of the memory that was kept",
        "tanh_c = tanh(f * prev.c + i * mask_g * g)",
        "tanh_c = tanh(step.c)",
    ),
    Mutant(
        "regularization: training stops where the test text says",
        "experiments/studies/training/regularization.py",
        (('np.argmin(curves["validation"])', 'np.argmin(curves["test"])'),),
        ("experiments/test_regularization.py",),
    ),
    Mutant(
        "regularization: no noise is drawn in training",
        "experiments/studies/training/regularization.py",
        (("clip=1.0, rng=[seed, 3])", "clip=1.0)"),),
        ("experiments/test_regularization.py",),
    ),
    Mutant(
        "regularized LSTM: the layer lets the chances of zoneout change places",
        "layers/regularized.py",
        (("zoneout_c=zoneout_c, zoneout_h=zoneout_h,", "zoneout_c=zoneout_h, zoneout_h=zoneout_c,"),),
        REGULARIZED,
    ),
    Mutant(
        "regularized LSTM: the layer drops the candidate for the past",
        "layers/regularized.py",
        (("dropout_h=dropout_h, dropout_g=dropout_g,", "dropout_h=dropout_g, dropout_g=dropout_h,"),),
        REGULARIZED,
    ),
]
