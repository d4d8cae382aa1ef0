"""Wrong markers of exercises: what lets a mistake pass, or refuses a right answer."""

from wrong_formulas.mutant import Mutant

MARKER = ("exercises/test_exercises.py",)

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
]  # fmt: skip
