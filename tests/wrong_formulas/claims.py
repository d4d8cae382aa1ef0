"""Wrong ways to settle a claim, and circulating code that is no longer what circulates."""

from wrong_formulas.mutant import Mutant

TESTS = ("claims/test_claims.py",)


def _settled(name, module, old, new):
    return Mutant(f"claims: {name}", f"claims/collected/{module}.py", ((old, new),), TESTS)


MUTANTS = [
    _settled("a small network overfits if its gap is the smaller", "training", "gaps[small] > gaps[large]",
             "gaps[small] < gaps[large]"),
    _settled("any shuffle counts as memory", "code", "max(wrong) < 1e-12 < min(right)", "0 < min(right)"),
    _settled("one failure of three refutes the GRU", "networks", "len(worse) == len(MEASURED)", "len(worse) == 1"),
    Mutant("claims: the loop in one pass has a true backward half", "claims/circulating.py",
           (("left[t + 1] @ R", "left[t - 1] @ R"),), TESTS),
    Mutant("claims: a verdict without runs", "claims/card.py", (("if not len(found):", "if False:"),), TESTS),
    Mutant("claims: any word is a verdict", "claims/card.py",
           (("if finding.verdict not in VERDICTS:", "if not finding.verdict:"),), TESTS),
]  # fmt: skip
