"""Wrong formulas in the family tree, in the page and in the package."""

from wrong_formulas.mutant import Mutant

TESTS = ("widgets/test_family_values.py",)


def _page(name, file, old, new):
    return Mutant(f"family tree: {name}", f"widgets/family/{file}.js", ((old, new),), TESTS)


def _package(name, file, old, new):
    return Mutant(f"family tree in Python: {name}", f"widgets/family/{file}.py", ((old, new),), TESTS)


MUTANTS = [
    _page("a quotient's slope has the wrong sign", "duals", "(dp - (p / q) * dq) / q", "(dp + (p / q) * dq) / q"),
    _page("a product's slope lacks a term", "duals", "dp * q + p * dq,", "dp * q,"),
    _page("the memory's slope is left out of what is read", "duals", "M.d[at] * a.v[k] + M.v[at] * a.d[k]", "M.v[at] * a.d[k]"),
    _page("the GRU's z writes", "cells", "plus(times(z, h), times(rest(z), n))", "plus(times(rest(z), h), times(z, n))"),
    _page("the output gate peeps at the old memory", "cells", "times(p_o, next)", "times(p_o, c)"),
    _page("the minLSTM's share forgets the input gate", "cells", "over(f, plus(f, i))", "f"),
    _page("the sLSTM's normalizer does not fade", "cells", "plus(times(f, n), i)]", "plus(n, i)]"),
    _page("the mLSTM's keys are not shrunk", "cells", "shrunk(a.k(x)), a.v(x)", "a.k(x), a.v(x)"),
    _page("the mLSTM's denominator may be small", "cells", "atLeast1(dot(n_t, q))", "dot(n_t, q)"),
    _page("linear attention is not normalized", "cells", "over(product(C_t, q), dot(n_t, q))", "product(C_t, q)"),
    _page("the delta rule adds without taking out", "cells", "minus(v, product(C, k))", "v"),
    _page("the gated delta rule corrects before it fades", "cells", "corrected(kept, unit", "corrected(C, unit"),
    _page("the state space turns the other way", "cells", "minus(times(lambda.re, re), times(lambda.im, im))", "plus(times(lambda.re, re), times(lambda.im, im))"),
    _page("its input is not scaled", "cells", "Math.sqrt(1 - lambda.size ** 2)", "1"),
    _page("attention's scores are not shrunk", "cells", "shrunk(a.q(x))", "a.q(x)"),
    _page("attention is paid for the last step alone", "costs", "(past * d * T * (T + 1)) / 2", "past * d * T"),
    _page("the crossing is a step late", "costs", "return { T: high,", "return { T: high + 1,"),
    _page("words out of order count as common", "differences", "if (one[p] === two[q]) lit[0][p++]", "if (one[p] === two[p]) lit[0][p++]"),
    _package("the bias of what keeps is forgotten", "layers", 'b[LETTERS.index("f")] = keep', 'b[LETTERS.index("f")] = 0'),
    _package("attention's slope lacks the shares", "__init__", "dv + dk @ q[t] / np.sqrt(H) * (v[0] - outputs[t])", "dv"),
]  # fmt: skip
