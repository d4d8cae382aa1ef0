"""Wrong ways to settle a claim, and circulating code that is no longer what circulates."""

from wrong_formulas.mutant import Mutant

TESTS = ("claims/test_claims.py",)


CIRCULATING = "claims/circulating.py"


def _settled(name, module, old, new):
    return Mutant(f"claims: {name}", f"claims/collected/{module}.py", ((old, new),), TESTS)


def _whatever(name, module, condition, found):
    """A row of a verdict that no runs change."""
    return _settled(f"{name} whatever runs say", module, f"if {condition} else", f"if {found} else")


def _circulating(name, old, new):
    """A row of code that no longer circulates so."""
    return Mutant(f"circulating: {name}", CIRCULATING, ((old, new),), TESTS)


MUTANTS = [
    _settled("a small network overfits if its gap is the smaller", "training", "gaps[small] > gaps[large]",
             "gaps[small] < gaps[large]"),
    _settled("any shuffle counts as memory", "code", "max(wrong) < 1e-12 < min(right)", "0 < min(right)"),
    _settled("one failure of three refutes the GRU", "networks", "len(worse) == len(MEASURED)", "len(worse) == 1"),
    Mutant("claims: the loop in one pass has a true backward half", CIRCULATING,
           (("left[t + 1] @ R", "left[t - 1] @ R"),), TESTS),
    # -- verdicts that stored runs lead to
    _whatever("peepholes cost something and do not help (9)", "cell", "more > 0 and sooner == 0", True),
    _whatever("batch descent does not help (14)", "gradients", "all(vanished)", True),
    _whatever("vanishing is not solved (15)", "gradients", "all(keeps)", False),
    _whatever("a large rate does not overfit (17)", "training", "widest == largest", False),
    _settled("an order of gates that holds on one task holds nowhere (18)", "networks", "sum(forget < entry < output for",
             "all(forget < entry < output for"),
    _settled("all three gates may matter alike (18)", "networks", "forget < entry < output for", "forget <= entry <= output for"),
    _settled("a memory that grows no more is the one of 1997 (19)", "history", "old > 10 * new", "old > 0 * new"),
    _settled("one seed of ten beats a hidden Markov model (20)", "networks", '"bits")).all() for', '"bits")).any() for'),
    _settled("a deeper network that is worse is better (22)", "networks", 'f"{t}-1", f"{t}-{k}")', 'f"{t}-{k}", f"{t}-1")'),
    _settled("a shorter lag wins (23)", "networks", "lstm > gru for", "lstm < gru for"),
    _whatever("both cells reach the same lags (23)", "networks", "any(wins)", False),
    _settled("a forecast is good if it beats one of two baselines (25)", "training", "if all(beats) else", "if any(beats) else"),
    _whatever("clipping does not help against exploding", "flow", "explodes and vanishes", True),
    _whatever("orthogonal weights keep nothing", "flow", "exact and last < 0.01", True),
    _whatever("an order of windows does not help", "habits", "better", False),
    _whatever("own letters do not help", "habits", "drifts and remedied", False),
    _whatever("relu does not train faster", "habits", "early or better", False),
    _whatever("networks learn no program", "powers", "max(depths.values()) < 53 and met < runs", True),
    _whatever("lags are no features", "readings", "better", True),
    # -- what code leads to
    _settled("h is erased where c should be (2)", "cell", '(0 * h, c) if erased == "h"', '(0 * h, c) if erased == "c"'),
    _settled("whatever multiplies is a gate (3)", "cell", ".min() >= 0) for name", ".min() >= -1) for name"),
    _settled("the logarithm is the signed one (10)", "cell", 'form="circulating"', 'form="signed"'),
    _settled("a shuffle of the outputs is not undone (7)", "code", "(X[order], W, b) - Z[order]", "(X[order], W, b) - Z"),
    _settled("the gates keep their weights (8)", "code", "W[:, : 3 * H], U[:, : 3 * H], b[: 3 * H] = _draw",
             "_ = _draw"),
    _settled("the forget gate of the lag is shut (8)", "code", "b[H : 2 * H] += 6", "b[H : 2 * H] -= 6"),
    _settled("the GRU without reset has the candidate's weights for z (12)", "code",
             'p["weight_ih_l0"][H:].T, p["weight_hh_l0"][H:].T', 'p["weight_ih_l0"][: 2 * H].T, p["weight_hh_l0"][: 2 * H].T'),
    # -- the code as it circulates
    _circulating("the RNN without recurrence has one (7)", "Z[t] = np.tanh(X[t] @ W + b)", "Z[t] = np.tanh(X[t] @ W + b + Z[t - 1])"),
    _circulating("the LSTM has an output gate (8)", "H[t + 1] = np.tanh(g)", "H[t + 1] = o * np.tanh(g)"),
    _circulating("the LSTM's hidden state sees its memory (8)", "H[t + 1] = np.tanh(g)", "H[t + 1] = np.tanh(C[t + 1])"),
    _circulating("the LSTM's gates change places (8)", "C[t + 1] = i * g + f * C[t]", "C[t + 1] = f * g + i * C[t]"),
    _circulating("the LSTM has a row for its last state (8)", "np.zeros((rows or T, n)), np.zeros((rows or T, n))",
                 "np.zeros((rows or T + 1, n)), np.zeros((rows or T + 1, n))"),
    _circulating("the GRU without reset gate exchanges z and 1 - z (12)", "return (1 - z) * n + z * h", "return z * n + (1 - z) * h"),
    _circulating("weights of features are weights of steps (11)", "return softmax(H @ W)", "return softmax((H @ W).T).T"),
    Mutant("claims: a verdict without runs", "claims/card.py", (("if not len(found):", "if False:"),), TESTS),
    Mutant("claims: any word is a verdict", "claims/card.py",
           (("if finding.verdict not in VERDICTS:", "if not finding.verdict:"),), TESTS),
]  # fmt: skip
