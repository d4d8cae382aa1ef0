"""Wrong Jacobians, and wrong sizes of what flows back."""

from wrong_formulas.mutant import Mutant

FILE, TESTS = "analysis/gradients.py", ("analysis/test_gradients.py",)

MUTANTS = [
    Mutant("sizes: squares vanish and overflow", FILE, (("sizes = _lengths(vectors)", "sizes = np.sqrt(np.square(vectors).sum(axis=-1))"),), TESTS),
    Mutant("sizes: in units of their own", FILE, (("return scale[..., 0] * np", "return np"),), TESTS),
    Mutant("Jacobians: all rows ask for the first unit", FILE,
           (("np.eye(H)[None] if name", "np.eye(H)[None] * 0 + np.eye(H)[:1] if name"),), TESTS),
    Mutant("Jacobians: those of c start at h", FILE, (("if name == of else np.zeros(shape)", 'if name == "h" else np.zeros(shape)'),), TESTS),
    Mutant("Jacobians: of all states at once", FILE,
           (("np.eye(H)[None] if name == of else np.zeros(shape)", "np.eye(H)[None]"),), TESTS),
    Mutant("Jacobians: transposed", FILE, (("[of].copy()", "[of].swapaxes(1, 2).copy()"),), TESTS),
    Mutant("Jacobians: the state before the first step is ignored", FILE,
           (("layer.forward(np.repeat(x, H, axis=1), state)", "layer.forward(np.repeat(x, H, axis=1))"),), TESTS),
    Mutant("sizes by lag: from the first step on", FILE, (("sizes[:end, n][::-1] if", "sizes[:end, n] if"),), TESTS),
    Mutant("sizes by lag: the reverse direction as if it ran forward", FILE,
           ((" if direction == \"forward\" else sizes[:end, n]", ""),), TESTS),
    Mutant("sizes by lag: the sum of the entries, not their length", FILE,
           (("np.linalg.norm(vectors / scale, axis=-1)", "np.abs(vectors / scale).sum(axis=-1)"),), TESTS),
    Mutant("gradient sizes: a gradient arrives at every step", FILE,
           (("d_output[-1] = np.random.default_rng(rng).standard_normal(d_output[-1].shape)",
             "d_output[:] = np.random.default_rng(rng).standard_normal(d_output[-1].shape)"),), TESTS),
]  # fmt: skip
