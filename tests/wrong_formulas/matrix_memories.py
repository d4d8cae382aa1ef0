"""Wrong cells with a matrix memory: the mLSTM, its chunks, fast weights."""

from wrong_formulas.mutant import Mutant

MLSTM = ("cells/test_mlstm.py", "cells/test_cells.py", "-k", "mlstm")
FAST = ("cells/test_fast_weights.py", "cells/test_cells.py", "-k", "fast")
CELL, CHUNKS, WEIGHTS = "cells/mlstm.py", "cells/chunkwise.py", "cells/fast_weights.py"

MUTANTS = [
    # -- the mLSTM
    Mutant("mLSTM without a stabilizer", CELL, (("m = np.maximum(i, carry)", "m = 0 * carry"),), MLSTM),
    Mutant("mLSTM: the stabilizer forgets its past", CELL, (("carry = prev.m + log_sigmoid(a_f)", "carry = log_sigmoid(a_f)"),), MLSTM),
    Mutant("mLSTM: the 1 in the denominator is not stabilized", CELL, (("floor = np.exp(-m)", "floor = np.ones_like(m)"),), MLSTM),
    Mutant("mLSTM: exp(m) in the denominator", CELL, (("floor = np.exp(-m)", "floor = np.exp(m)"),), MLSTM),
    Mutant("mLSTM: no maximum in the denominator", CELL, (("largest = np.maximum(np.abs(along), floor)", "largest = np.abs(along)"),), MLSTM),
    Mutant("mLSTM: the size of n q is not taken", CELL, (("largest = np.maximum(np.abs(along), floor)", "largest = np.maximum(along, floor)"),), MLSTM),
    Mutant("mLSTM: keys are not scaled", CELL, (("k /= np.sqrt(self.head_size)", "k /= 1.0"),), MLSTM),
    Mutant("mLSTM: keys are scaled by the number of all units", CELL, (("k /= np.sqrt(self.head_size)", "k /= np.sqrt(self.hidden_size)"),), MLSTM),
    Mutant("mLSTM: the normalizer has no input gate", CELL, (("prev.n) + i[..., None] * k", "prev.n) + k"),), MLSTM),
    Mutant("mLSTM: the memory is written the other way round", CELL, (("outer(i[..., None] * v, k)", "outer(i[..., None] * k, v)"),), MLSTM),
    Mutant("mLSTM: the stabilizer starts at zero", CELL, (("np.finfo(self.dtype).min", "0"),), MLSTM),
    Mutant("mLSTM: no gradient through the normalizer", CELL, (("dn = dn + d_along[..., None] * q", "dn = dn"),), MLSTM),
    Mutant("mLSTM: the query learns from the memory alone", CELL, (("product_from_left(d_product, C) + d_along[..., None] * n", "product_from_left(d_product, C)"),), MLSTM),
    Mutant("mLSTM: the gradient of n q has no sign", CELL, (("np.sign(along) * d_largest", "d_largest"),), MLSTM),
    Mutant("mLSTM: the floor has no gradient", CELL, ((" + np.where(above, 0, dot(dy, y))", ""),), MLSTM),
    Mutant("mLSTM: no gradient through the stabilizer", CELL, (("dm = d.m - di * i - df * f", "dm = d.m"),), MLSTM),
    Mutant("mLSTM: the maximum always took the new", CELL, (("new = i == 1 ", "new = i <= 1 "),), MLSTM),
    Mutant("mLSTM: the forget gate's gradient without the normalizer", CELL, (("dC, prev.C) + dot(dn, n_prev)", "dC, prev.C)"),), MLSTM),
    Mutant("mLSTM: the key's gradient lost its scale", CELL, (("to_k / np.sqrt(self.head_size)", "to_k"),), MLSTM),
    Mutant("heads: the extra column copies the wrong block", "cells/matrix.py", (('self.rows(extra.removeprefix("a_"))', 'slice(0, self.num_heads)'),), MLSTM),
    # -- its chunks
    Mutant("chunks: a step sees the steps after it", CHUNKS, (("np.where(np.tri(L, dtype=bool), F", "np.where(np.ones((L, L), bool), F"),), MLSTM),
    Mutant("chunks: a step does not see itself", CHUNKS, (("np.tri(L, dtype=bool)", "np.tri(L, k=-1, dtype=bool)"),), MLSTM),
    Mutant("chunks: the decay has one forget gate too many", CHUNKS, (("F = np.cumsum(log_sigmoid(a_f), axis=-1)\n    L", "F = np.cumsum(log_sigmoid(a_f), axis=-1) + log_sigmoid(a_f)\n    L"),), MLSTM),
    Mutant("chunks: what was before the chunk is not read", CHUNKS, (("scores @ v + w.g[..., None] * (q @ memory.C.swapaxes(-1, -2))", "scores @ v"),), MLSTM),
    Mutant("chunks: what was before the chunk is not in the denominator", CHUNKS, (("scores.sum(axis=-1) + w.g * (q @ memory.n[..., None])[..., 0]", "scores.sum(axis=-1)"),), MLSTM),
    Mutant("chunks: the memory is not forgotten between them", CHUNKS, (("C = g[..., None, None] * memory.C", "C = memory.C"),), MLSTM),
    Mutant("chunks: the stabilizer of the past is left out", CHUNKS, (("m = np.maximum(log_g, log_D.max(axis=-1))", "m = log_D.max(axis=-1)"),), MLSTM),
    Mutant("chunks: no gradient to the memory before", CHUNKS, (("dC + g[..., None, None] * d_after.C", "dC"),), MLSTM),
    Mutant("chunks: the last stabilizer has no gradient", CHUNKS, (("d_m = d_after.m - (d_after.C", "d_m = 0 * d_after.m - 0 * (d_after.C"),), MLSTM),
    Mutant("chunks: forget gates learn from the memory alone", CHUNKS, (("dF = d_log_D.sum(axis=-1) - da_i + d_log_g", "dF = d_log_g"),), MLSTM),
    Mutant("chunks: the last read has no gradient through the maximum", CHUNKS, (("d_scores = d_sum @ v.swapaxes(-1, -2) + d_along[..., None]", "d_scores = d_sum @ v.swapaxes(-1, -2)"),), MLSTM),
    Mutant("chunks: the stabilizer starts at zero", CHUNKS, (("np.finfo(a_i.dtype).min", "0"),), MLSTM),
    # -- fast weights
    Mutant("fast weights: features are cut off too soon", WEIGHTS, (("np.clip(a, -40, 0)", "np.clip(a, -30, 0)"),), FAST),
    Mutant("fast weights: the feature map is elu", WEIGHTS, (("np.where(a > 0, a + 1, np.exp", "np.where(a > 0, a, -1 + np.exp"),), FAST),
    Mutant("fast weights: the feature's derivative is 1", WEIGHTS, (("return np.minimum(y, 1)", "return np.ones_like(y)"),), FAST),
    Mutant("fast weights: a key of zeros divides by zero", WEIGHTS, (("np.sqrt(dot(a, a) + EPSILON)", "np.sqrt(dot(a, a))"),), FAST),
    Mutant("fast weights: features may be zero", WEIGHTS, (("np.clip(a, -40, 0)", "np.minimum(a, 0)"),), FAST),
    Mutant("fast weights: the delta rule does not read first", WEIGHTS, (("i[..., None] * (v - product(kept, k))", "i[..., None] * v"),), FAST),
    Mutant("fast weights: the gated delta rule reads before it forgets", WEIGHTS, (("written = i[..., None] * (v - product(kept, k))", "written = i[..., None] * (v - product(prev.C, k))"),), FAST),
    Mutant("fast weights: the limit of the input gate is not heeded", WEIGHTS, (("            i *= self.input_limit\n", ""),), FAST),
    Mutant("fast weights: the input gate's derivative is that of a sigmoid", WEIGHTS, (("i * (1 - i / self.input_limit)", "i * (1 - i)"),), FAST),
    Mutant("fast weights: the memory's gradient passes by what was erased", WEIGHTS, (("d_kept = dC - outer(dv, k)", "d_kept = dC"),), FAST),
    Mutant("fast weights: the key does not learn from what was read there", WEIGHTS, (("            dk -= product_from_left(dv, kept)\n", ""),), FAST),
    Mutant("fast weights: the length has no gradient", WEIGHTS, (("(dk - dot(dk, k)[..., None] * k) / length(a_k)", "dk / length(a_k)"),), FAST),
    Mutant("linear attention sees what is to come", WEIGHTS, (("scores = np.tril(q @ k.swapaxes(-1, -2))", "scores = q @ k.swapaxes(-1, -2)"),), FAST),
    Mutant("linear attention without its normalizer", WEIGHTS, (("scores @ v / scores.sum(axis=-1, keepdims=True)", "scores @ v"),), FAST),
    Mutant("fast weights: no gradient through the normalizer", WEIGHTS, (("(dk + dn) * feature_derivative(k)", "dk * feature_derivative(k)"),), FAST),
    # -- the layers
    Mutant("fast weights: the layer does not hear of input_limit", "layers/matrix.py",
           (("input_limit=input_limit, forget_bias", "forget_bias"),), FAST),
    Mutant("fast weights: the layer has one head", "layers/matrix.py", (("rule=rule, num_heads=num_heads,", "rule=rule,"),), FAST),
]  # fmt: skip
