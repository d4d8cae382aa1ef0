"""Wrong attention."""

from wrong_formulas.mutant import ATTENTION, Mutant

MUTANTS = [
    Mutant("attention: softmax over the queries, not the keys", "attention/base.py",
           (("alpha = softmax(e)", "alpha = softmax(e.swapaxes(1, 2)).swapaxes(1, 2)"),), ATTENTION),
    Mutant("attention: a masked score is zero, not minus infinity", "attention/base.py",
           (("e, -np.inf)", "e, 0.0)"),), ATTENTION),
    Mutant("attention: the derivative of softmax as if it were a sigmoid's", "attention/base.py",
           (("(d_alpha - (alpha * d_alpha).sum(axis=2, keepdims=True))", "(1 - alpha) * d_alpha"),), ATTENTION),
    Mutant("attention: the gradient of the weights is ignored", "attention/base.py",
           (("d_alpha += self._check(", "d_alpha += 0 * self._check("),), ATTENTION),
    Mutant("attention: keys that are values lose their gradient as values", "attention/base.py",
           (("dh, dr = dh + dr, None", "dr = None"),), ATTENTION),
    Mutant("additive attention: the derivative of tanh is forgotten", "attention/kinds.py",
           (("da = tanh_derivative(m)", "da = np.ones_like(m)"),), ATTENTION),
    Mutant("additive attention: W s times U h for their sum", "attention/kinds.py",
           (("W_s[:, :, None] + p[:, None]", "W_s[:, :, None] * p[:, None]"),), ATTENTION),
    Mutant("additive attention: no tanh, v . (W s + U h)", "attention/kinds.py",
           (("        m = tanh(m, out=m)\n", ""),), ATTENTION),
    Mutant("scaled dot: divided by K, not by its square root", "attention/kinds.py",
           (("1 / math.sqrt(h.shape[2]) if", "1 / h.shape[2] if"),), ATTENTION),
    Mutant("scaled dot: the gradient ignores the scale", "attention/kinds.py",
           (("return dp * self._scale(h), {}", "return dp, {}"),), ATTENTION),
    Mutant("general attention: the gradient of the keys is lost", "attention/kinds.py",
           (("dp @ self.weight, {", "0 * h, {"),), ATTENTION),
    Mutant("general attention: W learns nothing", "attention/kinds.py",
           (('{"weight": _sum_of_outer(dp, h)}', '{"weight": 0 * _sum_of_outer(dp, h)}'),), ATTENTION),
    Mutant("additive attention: U learns nothing", "attention/kinds.py",
           (('{"weight_key": _sum_of_outer(dp, h)}', '{"weight_key": 0 * _sum_of_outer(dp, h)}'),), ATTENTION),
]  # fmt: skip
