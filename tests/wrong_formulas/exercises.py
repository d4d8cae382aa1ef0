"""Wrong markers of exercises: what lets a mistake pass, or refuses a right answer."""

from wrong_formulas.mutant import Mutant

MARKER = ("exercises/test_exercises.py",)


def _drawn(name, module, right, instead):
    """A row of an exercise whose arguments no longer tell a mistake from a right answer."""
    return Mutant(name, f"exercises/{module}.py", ((right, instead),), MARKER)


MUTANTS = [
    Mutant("marker: a tolerance that takes anything near", "exercises/marker.py", (("TOLERANCE = 1e-5", "TOLERANCE = 1e-1"),), MARKER),
    Mutant("marker: a tolerance that float32 misses", "exercises/marker.py", (("TOLERANCE = 1e-5", "TOLERANCE = 1e-9"),), MARKER),
    Mutant("marker: numbers that float32 rounds", "exercises/marker.py", (("array = array.astype(np.float32).astype(array.dtype)", "pass"),), MARKER),
    Mutant("marker: always in order", "exercises/marker.py", (("            return by_name\n", "            return in_order\n"),), MARKER),
    Mutant("marker: always by name", "exercises/marker.py", (("    return in_order\n\n\ndef _ways", "    return by_name\n\n\ndef _ways"),), MARKER),
    Mutant("marker: no tensors", "exercises/marker.py", (('torch = sys.modules.get("torch")', "torch = None"),), MARKER),
    Mutant("marker: tensors of float64 only", "exercises/marker.py", (("yield as_tensor(torch.get_default_dtype())", "pass"),), MARKER),
    Mutant("marker: gradients stay on the result", "exercises/marker.py", (("value.detach().cpu()", "value.cpu()"),), MARKER),
    Mutant("marker: arguments may be changed", "exercises/marker.py", (("if not np.array_equal(_plain(copies[name]), value):", "if False:"),), MARKER),
    Mutant("marker: numbers as arrays", "exercises/marker.py", (("array.item() if array.ndim == 0 else array", "array"),), MARKER),
    Mutant("marker: one size is enough", "exercises/marker.py", (("draws.append(exercise.other_sizes)", "pass"),), MARKER),
    Mutant("marker: the method is not looked at", "exercises/marker.py", (("if exercise.method is not None and", "if False and"),), MARKER),
    Mutant("marker: a loop may run a hundred lines a step", "exercises/marker.py", ((">= steps", ">= 100 * steps"),), MARKER),
    Mutant("sLSTM: no sum is too large for exp", "exercises/variants.py", (("arguments[name][0] = far +", "arguments[name][0] = 1e-3 * np.array(far) +"),), MARKER),
    Mutant("Adam: no gradient is small", "exercises/training.py", (("g[0], m[0], v[0] = EPS * g[0], EPS * draw(K), 3e-3 * EPS**2 * v[0]", "pass"),), MARKER),
    Mutant("Adam: every weight has had a gradient", "exercises/training.py", (("g[1, 0] = m[1, 0] = v[1, 0] = 0.0", "g[0] = m[0] = v[0] = 1.0"),), MARKER),
    Mutant("attention: no masked score is the largest", "exercises/attention.py", (("e[::2] += 1000 * ~mask.T", "pass"),), MARKER),
    Mutant("attention: no score is far from 0", "exercises/attention.py", (("np.repeat([1000.0, 0.0, -1000.0], T)", "np.repeat([10.0, 0.0, -10.0], T)"),), MARKER),
    Mutant("turn: no step that counts is zero", "exercises/bidirectional.py", (("        x[t, n] = 0.0\n", "        pass\n"),), MARKER),
    Mutant("turn: no last step is zero", "exercises/bidirectional.py", (("(np.argmax(lengths == 3), 2), ", ""),), MARKER),
    _drawn("today: the denominator is never negative", "today", "[0.2, -0.2, 0.5, -3.0, 3.0, 2.0]", "[0.2, 0.2, 0.5, 3.0, 3.0, 2.0]"),
    _drawn("today: no floor is needed", "today", "[0.2, -0.2, 0.5, -3.0, 3.0, 2.0]", "[2.0, -2.0, 5.0, -3.0, 3.0, 2.0]"),
    _drawn("today: all of the difference is written", "today", '"i": rng.uniform(0.2, 0.9)', '"i": 1.0'),
    _drawn("today: the past without the present is an answer", "today", "solution=lambda q, k, v: np.tril(q @ k.T) @ v", "solution=lambda q, k, v: np.tril(q @ k.T, -1) @ v"),
    _drawn("spans: never two side by side", "tagging", "[[1, 2, 1], [1, 2, 2], [0, 2, 2], [0, 0], [1]]", "[[0, 1, 2], [0, 1, 2, 2], [0, 2, 2], [0, 0], [0, 1]]"),
    _drawn("spans: an I follows nothing but a B", "tagging", "[[1, 2, 1], [1, 2, 2], [0, 2, 2], [0, 0], [1]]", "[[1, 2, 1], [1, 2, 2], [0], [0, 0], [1]]"),
    _drawn("spans: all kinds are right", "tagging", "said[2, 2] = (kinds[2] + 1) % 3", "pass"),
    _drawn("spans: all ends are right", "tagging", "said[3:5, 1] -= 1", "pass"),
    _drawn("Viterbi: the steps between tags do not count", "tagging", '"A": 2 * rng.standard_normal((K, K))', '"A": np.zeros((K, K))'),
    _drawn("classification: all sequences are as long as the batch", "classification", "rng.permutation([T, 3, 1, 4])", "np.full(N, T)"),
    _drawn("classification: the matrix is symmetric", "classification", 'return {"counts": counts}', 'return {"counts": counts + counts.T}'),
    _drawn("windows: the oldest is also the newest", "forecasting", '{"series": rng.standard_normal(LENGTH), "steps"', '{"series": np.full(LENGTH, rng.standard_normal()), "steps"'),
    _drawn("scale: the test part is like the rest", "forecasting", "[rng.uniform(2, 5, KNOWN), rng.uniform(6, 9, 6)]", "[np.tile(rng.uniform(2, 5, KNOWN), 2)]"),
    _drawn("margin: no error is too low", "forecasting", "rng.standard_normal(37) * rng.uniform", "np.abs(rng.standard_normal(37)) * rng.uniform"),
    _drawn("ranks: every right item is first", "the_map", 'return {"scores": rng.standard_normal((N, K)), "targets": rng.integers(0, K, N)}',
           'scores = rng.standard_normal((N, K))\n    return {"scores": scores, "targets": scores.argmax(axis=1)}'),
    _drawn("temperature: it is 1", "generation", "float(rng.uniform(0.3, 0.8))", "1.0"),
    _drawn("sampling: the coin never falls on its own letters", "generation", "rng.random((T, N)) < 0.5", "rng.random((T, N)) < 0.0"),
    _drawn("columns: no equal neighbors", "handwriting", "[a] * rng.integers(2, 4), [b] * rng.integers(3, 5)", "[a] * rng.integers(1, 2), [b] * rng.integers(1, 2)"),
    _drawn("paths: all labels differ", "handwriting", "np.array([a, b, b])", "np.array([a, b])"),
    _drawn("n-grams: nothing is said more often than it is due", "translation", "[0] * 5 + [1, 1, 2] + [9] * 4", "[0] * 3 + [1, 2] + [9] * 7"),
    _drawn("length penalty: the exponent is 1", "translation", '"alpha": 0.6', '"alpha": 1.0'),
    _drawn("input feeding: the bias is zero", "translation", '"b": draw(H)}\n\n\ndef _feeding', '"b": 0 * draw(H)}\n\n\ndef _feeding'),
]  # fmt: skip
